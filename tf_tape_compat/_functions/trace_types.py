"""What a `tf.function` knows of an argument: the type by which it tells one trace from another.

A tensor counts by its shape and dtype (`TensorSpec`), a Python value by its value (`Literal`), an
object by its identity (`Weakref`), and nests by what is in them. Every type has these methods, of
which `TensorSpec` has the first two itself and gets the others from the functions below:

    is_subtype_of(other)                    every value of this type is one of the other
    most_specific_common_supertype(others)  the narrowest type of all their values, or None
    cast(value)                             the value as one of this type, or an error
    argument(value)                         what the Python function is called with
    signature()                             what `structured_input_signature` shows
"""

from __future__ import annotations

import math
import weakref
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from numbers import Number
from typing import Any

import torch

from .. import nest
from .._core.tensor.convert import to_tensor
from .._core.tensor.tensor import EagerTensor
from .._core.types.dtype import DType
from .._core.types.shape import TensorShape
from .._core.types.tensor_spec import TensorSpec
from .._core.types.type_spec import CompositeSpec, TypeSpec
from .._core.variables.indexed_slices import IndexedSlices
from .._core.variables.variable import Variable


class Aliases:
    """Numbers the variables of one call, in the order in which they come."""

    def __init__(self) -> None:
        self._numbers: dict[int, int] = {}

    def number(self, handle: Any) -> int:
        """The number of a variable."""
        return self._numbers.setdefault(id(handle), len(self._numbers))


class _NotANumber:
    def __repr__(self) -> str:
        return "<class 'tensorflow.core.function.trace_type.default_types.NanMarker'>"


_NAN = _NotANumber()


def _is_nan(value: Any) -> bool:
    if isinstance(value, complex):
        return math.isnan(value.real) or math.isnan(value.imag)
    return isinstance(value, float) and math.isnan(value)


class Exact:
    """A type that has no sub- and supertypes but itself."""

    def cast(self, value: Any) -> Any:
        """The value, if it is of this type. Raises ValueError if it is not."""
        raise NotImplementedError

    def argument(self, value: Any) -> Any:
        """The value that the Python function gets."""
        return value

    def signature(self) -> Any:
        """What stands for this type where signatures are printed."""
        return self

    def is_subtype_of(self, other: Any) -> bool:
        """Whether `other` is the same type."""
        return self == other

    def most_specific_common_supertype(self, others: Sequence[Any]) -> Any:
        """This type, if all `others` are the same."""
        return self if all(self == other for other in others) else None


class Literal(Exact):
    """A Python value that counts by equality: 1, 1.0 and True are one."""

    def __init__(self, value: Any) -> None:
        self.value = _NAN if _is_nan(value) else value
        self._hash = hash(self.value)

    def cast(self, value: Any) -> Any:
        """The value, if it is equal. Raises ValueError if it is not."""
        if self.value is _NAN and _is_nan(value):
            return value
        if value == self.value:
            return value
        raise ValueError(f"Can not cast {value!r} to {self!r}")

    def argument(self, value: Any) -> Any:
        """The value that this type was made of, which may be an equal one of another class."""
        return self.signature()

    def signature(self) -> Any:
        """The value."""
        return math.nan if self.value is _NAN else self.value

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Literal):
            return False
        mine, theirs = self.value, other.value
        alike = type(mine) is type(theirs) or (
            isinstance(mine, Number) and isinstance(theirs, Number)
        )
        return alike and bool(mine == theirs)

    def __hash__(self) -> int:
        return self._hash

    def __repr__(self) -> str:
        return f"Literal[{self.value!r}]"


class Weakref(Exact):
    """An object that counts by what it says about equality, and is not kept alive."""

    def __init__(self, reference: weakref.ref) -> None:
        self._reference = reference
        self._hash = hash(reference)

    def cast(self, value: Any) -> Any:
        """The value, if it is the object. Raises ValueError if it is not."""
        if value is self._reference() or value == self._reference():
            return value
        inner = value
        while hasattr(inner, "__wrapped__"):
            inner = inner.__wrapped__
            if inner is self._reference():
                return inner
        raise ValueError(f"Can not cast {value!r} to {self!r}")

    def signature(self) -> Any:
        """The object, or None if it is gone."""
        return self._reference()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Weakref) or self._reference() is None:
            return False
        return self._reference() is other._reference() or self._reference == other._reference

    def __hash__(self) -> int:
        return self._hash

    def __repr__(self) -> str:
        return f"Weakref[{self._reference!r}])"


class VariableSpec(Exact):
    """A variable: any other of its shape and dtype will do, if no other argument is the same."""

    def __init__(self, variable: Variable, alias: int | None) -> None:
        self.shape = variable.shape
        self.dtype = variable.dtype
        self.trainable = variable.trainable
        self.alias_id = alias

    def cast(self, value: Any) -> Any:
        """The value, if it is a variable like that. Raises ValueError if it is not."""
        if (
            isinstance(value, Variable)
            and value.dtype is self.dtype
            and self.shape.is_compatible_with(value.shape)
        ):
            return value
        raise ValueError(f"Can not cast {value!r} to {self!r}")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, VariableSpec) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash((self.dtype, self.trainable, self.alias_id))

    def __repr__(self) -> str:
        return (
            f"VariableSpec(shape={self.shape}, dtype={self.dtype!r}, trainable={self.trainable}, "
            f"alias_id={self.alias_id})"
        )


TensorSpec.dense = (VariableSpec,)


class Nest:
    """A container, with the types of what is in it. `keys` name the parts where they have names."""

    expected = ""  # what `cast` says that it wants

    def __init__(self, kind: type, keys: tuple[Any, ...] | None, parts: Sequence[Any]) -> None:
        self.kind = kind
        self.keys = keys
        self.parts = tuple(parts)

    def _same(self, other: Any) -> bool:
        return (
            type(self) is type(other)
            and self._identity() == other._identity()
            and len(self.parts) == len(other.parts)
        )

    def _identity(self) -> Any:
        return self.keys

    def _matched(self, other: Any) -> Sequence[Any]:
        return other.parts

    def is_subtype_of(self, other: Any) -> bool:
        """Whether the containers agree and each part is of a subtype."""
        return self._same(other) and all(
            part.is_subtype_of(theirs)
            for part, theirs in zip(self.parts, self._matched(other), strict=True)
        )

    def most_specific_common_supertype(self, others: Sequence[Any]) -> Any:
        """The container of the parts' common supertypes, or None."""
        if not all(self._same(other) for other in others):
            return None
        found = [
            part.most_specific_common_supertype([self._matched(other)[i] for other in others])
            for i, part in enumerate(self.parts)
        ]
        return None if None in found else type(self)(self.kind, self.keys, found)

    def read(self, value: Any) -> list[Any]:
        """The parts of a value in the order of this type's."""
        return list(value)

    def build(self, items: list[Any]) -> Any:
        """The container of these items."""
        return self.kind(items)

    def check(self, value: Any) -> None:
        """Raises AssertionError if a value is no such container."""
        raise NotImplementedError

    def cast(self, value: Any) -> Any:
        """The value with each part cast. Raises AssertionError for other containers."""
        self.check(value)
        items = self.read(value)
        made = [cast(part, item) for part, item in zip(self.parts, items, strict=True)]
        changed = any(new is not old for new, old in zip(made, items, strict=True))
        return self.build(made) if changed else value

    def argument(self, value: Any) -> Any:
        """A container of its own, of the parts' arguments."""
        return self.build(
            [argument(p, item) for p, item in zip(self.parts, self.read(value), strict=True)]
        )

    def signature(self) -> Any:
        """The container of the parts' signatures."""
        return self.build([signature(part) for part in self.parts])

    def __eq__(self, other: object) -> bool:
        return self._same(other) and self.parts == tuple(self._matched(other))

    def __hash__(self) -> int:
        return hash((type(self), len(self.parts)))


class Tuple(Nest):
    """A tuple."""

    def check(self, value: Any) -> None:
        assert isinstance(value, tuple), f"Can not cast {value!r} to tuple type."
        assert len(value) == len(self.parts), (
            f"Expected {value} to have length of {len(self.parts)}"
        )

    def build(self, items: list[Any]) -> Any:
        return tuple(items)

    def __repr__(self) -> str:
        return f"Tuple[{', '.join(map(repr, self.parts))}]"


class List(Nest):
    """A list."""

    def check(self, value: Any) -> None:
        assert isinstance(value, list), f"Can not cast {value!r} to list type."
        assert len(value) == len(self.parts), (
            f"Expected {value} to have length of {len(self.parts)}"
        )

    def build(self, items: list[Any]) -> Any:
        return list(items)

    def __repr__(self) -> str:
        return f"List[{', '.join(map(repr, self.parts))}]"


class NamedTuple(Nest):
    """A named tuple, or an object of a class made with attrs."""

    def _identity(self) -> Any:
        return self.kind.__name__, self.keys

    def check(self, value: Any) -> None:
        assert isinstance(value, self.kind), f"Cannot cast {value!r} to type {self.kind!r}."

    def read(self, value: Any) -> list[Any]:
        return [getattr(value, key) for key in self.keys or ()]

    def build(self, items: list[Any]) -> Any:
        return self.kind(*items)

    def __repr__(self) -> str:
        pairs = (f"[{k!r}, {p!r}]" for k, p in zip(self.keys or (), self.parts, strict=True))
        return f"{self.kind.__name__}[{', '.join(pairs)}]"


class Dict(Nest):
    """A mapping, whatever the order of its keys."""

    def _identity(self) -> Any:
        return frozenset(self.keys or ())

    def _matched(self, other: Any) -> Sequence[Any]:
        theirs = dict(zip(other.keys, other.parts, strict=True))
        return [theirs[key] for key in self.keys or ()]

    def check(self, value: Any) -> None:
        assert isinstance(value, Mapping), f"Can not cast {value!r} to a Dict type."
        assert set(value) == self._identity(), (
            f"{value!r} has different keys with the TraceType {self!r}."
        )

    def read(self, value: Any) -> list[Any]:
        return [value[key] for key in self.keys or ()]

    def build(self, items: list[Any]) -> Any:
        pairs = zip(self.keys or (), items, strict=True)
        return dict(pairs) if self.kind is defaultdict else self.kind(pairs)

    def __repr__(self) -> str:
        pairs = (f"[{k!r}, {p!r}]" for k, p in zip(self.keys or (), self.parts, strict=True))
        return f"Dict[{', '.join(pairs)}]"


class Slices(Nest):
    """`tf.IndexedSlices`."""

    def check(self, value: Any) -> None:
        assert isinstance(value, IndexedSlices), f"Can not cast {value!r} to {self!r}"

    def read(self, value: Any) -> list[Any]:
        return [getattr(value, key) for key in self.keys or ()]

    def build(self, items: list[Any]) -> Any:
        return IndexedSlices(**dict(zip(self.keys or (), items, strict=True)))

    def argument(self, value: Any) -> Any:
        return value

    def signature(self) -> Any:
        return self

    def __repr__(self) -> str:
        return f"IndexedSlicesSpec({', '.join(map(repr, self.parts))})"


# -- types of values ----------------------------------------------------------------------------


def is_attrs(value: Any) -> bool:
    """Whether a class was made with attrs."""
    return hasattr(type(value), "__attrs_attrs__")


def is_namedtuple(value: Any) -> bool:
    """Whether a value is a named tuple."""
    return isinstance(value, tuple) and hasattr(value, "_fields")


def from_value(value: Any, aliases: Aliases, keep_specs: bool = True) -> Any:
    """The type of an argument. Raises TypeError for what cannot be told from others."""
    if isinstance(value, EagerTensor):
        return TensorSpec(value.shape, value.dtype)
    if isinstance(value, Variable):
        return VariableSpec(value, aliases.number(value._handle))
    if isinstance(value, (TypeSpec, VariableSpec, Slices)):
        return value
    if isinstance(value, IndexedSlices):
        keys = [k for k in ("values", "indices", "dense_shape") if getattr(value, k) is not None]
        parts = [from_value(getattr(value, key), aliases) for key in keys]
        return Slices(IndexedSlices, tuple(keys), parts)
    if hasattr(type(value), "__tf_tracing_type__"):
        return value.__tf_tracing_type__(aliases)
    if isinstance(value, weakref.ref):
        raise TypeError(f"weakref input {value} not supported for tf.function.")
    if isinstance(value, torch.Tensor):
        return from_value(to_tensor(value), aliases)
    if hasattr(value, "__wrapped__"):
        return from_value(value.__wrapped__, aliases)
    if isinstance(value, list):
        return List(list, None, [from_value(item, aliases) for item in value])
    if is_namedtuple(value):
        kind = getattr(type(value), "_wraps", type(value))  # of a tuple in a module
        return NamedTuple(kind, value._fields, [from_value(item, aliases) for item in value])
    if isinstance(value, tuple):
        return Tuple(tuple, None, [from_value(item, aliases) for item in value])
    if isinstance(value, Mapping):
        parts = [from_value(value[key], aliases) for key in value]
        return Dict(type(value), tuple(value), parts)
    if is_attrs(value):
        keys = [attribute.name for attribute in type(value).__attrs_attrs__]
        parts = [from_value(getattr(value, key), aliases) for key in keys]
        return NamedTuple(type(value), tuple(keys), parts)
    if hasattr(value, "__array__") and not isinstance(value, (type, DType, TensorShape)):
        return from_value(to_tensor(value.__array__()), aliases)
    try:
        return Weakref(weakref.ref(value))
    except TypeError:
        pass
    try:
        return Literal(value)
    except TypeError:
        raise TypeError(
            f"Could not generate a generic TraceType for {value!r}."
            "Please verify that it is immutable/hashable. Otherwise, consider implementing the "
            "Tracing Protocol for it."
        ) from None


# -- what TensorSpec lacks ----------------------------------------------------------------------


def cast(kind: Any, value: Any) -> Any:
    """`value` as one of the type `kind`; a spec stands for all values that it describes.

    Raises TypeError, ValueError or AssertionError if it is not one.
    """
    if not isinstance(kind, TensorSpec):
        if isinstance(kind, CompositeSpec):
            return _checked(kind, value)
        if isinstance(kind, (Exact, Nest)):
            return kind.cast(value)
        return kind.cast(value, None) if hasattr(kind, "cast") else value
    if isinstance(value, TensorSpec):
        if not value.is_subtype_of(TensorSpec(kind.shape, kind.dtype, value.name)):
            raise TypeError(f"Can not cast {value!r} to {kind!r}")
        return kind
    tensor = value if isinstance(value, EagerTensor) else to_tensor(value, kind.dtype)
    found = TensorSpec(tensor.shape, tensor.dtype, kind.name)
    if not found.is_subtype_of(kind):
        raise TypeError(f"Can not cast {found!r} to {kind!r}")
    return tensor


def _checked(kind: CompositeSpec, value: Any) -> Any:
    """`value`, made of tensors or a spec of it. Raises TypeError if it is not of `kind`."""
    if isinstance(value, TypeSpec):
        fits = value.is_subtype_of(kind)
    else:
        fits = isinstance(value, kind.value_type)
    if fits and not isinstance(value, TypeSpec):
        parts, items = (nest.flatten(whole._components()) for whole in (kind, value))
        fits = len(parts) == len(items)
        for part, item in zip(parts, items, strict=False):
            cast(part, item)
    if not fits:
        raise TypeError(f"Can not cast {getattr(value, '_type_spec', value)!r} to {kind!r}")
    return value


def argument(kind: Any, value: Any) -> Any:
    """What the Python function gets for a `value` of the type `kind`."""
    if isinstance(kind, TensorSpec):
        return value if isinstance(value, EagerTensor) else to_tensor(value)
    return kind.argument(value) if isinstance(kind, (Exact, Nest)) else value


def signature(kind: Any) -> Any:
    """What `structured_input_signature` shows for the type `kind`."""
    return kind.signature() if isinstance(kind, (Exact, Nest)) else kind


def parts_of(kind: Any) -> list[Any]:
    """The specs of the tensors in values of the type `kind`, in their order."""
    if isinstance(kind, Dict):
        pairs = dict(zip(kind.keys or (), kind.parts, strict=True))
        return [spec for key in sorted(pairs) for spec in parts_of(pairs[key])]
    if isinstance(kind, Nest):
        return [spec for part in kind.parts for spec in parts_of(part)]
    if isinstance(kind, CompositeSpec):
        return nest.flatten(kind, expand_composites=True)
    return [kind] if isinstance(kind, (TensorSpec, VariableSpec)) else []


def filled(kind: Any, tensors: Iterator[Any]) -> Any:
    """A value of the type `kind` with these tensors in it."""
    if isinstance(kind, (TensorSpec, VariableSpec)):
        return next(tensors)
    if isinstance(kind, Dict):
        pairs = sorted(zip(kind.keys or (), kind.parts, strict=True), key=lambda pair: pair[0])
        made = {key: filled(part, tensors) for key, part in pairs}
        return kind.build([made[key] for key in kind.keys or ()])
    if isinstance(kind, Nest):
        return kind.build([filled(part, tensors) for part in kind.parts])
    if isinstance(kind, CompositeSpec):
        parts = [next(tensors) for _ in parts_of(kind)]
        return nest.pack_sequence_as(kind, parts, expand_composites=True)
    return signature(kind)


def renamed(kind: Any, name: str, change: Callable[[str, TensorSpec], Any]) -> Any:
    """The type `kind` with each spec replaced, given the name of the place where it stands."""
    if isinstance(kind, TensorSpec):
        return change(name, kind)
    if isinstance(kind, Nest) and not isinstance(kind, Slices):
        keys = kind.keys or range(len(kind.parts))
        parts = [
            renamed(part, f"{name}_{key}", change)
            for key, part in zip(keys, kind.parts, strict=True)
        ]
        return type(kind)(kind.kind, kind.keys, parts)
    return kind
