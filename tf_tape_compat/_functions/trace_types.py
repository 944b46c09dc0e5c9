"""Trace types: what a `tf.function` knows about its arguments, to tell one trace from another.

A tensor counts by its shape and dtype (`TensorSpec`), a Python value by its value (`Literal`), an
object by its identity (`Weakref`), and a container by its items (see container_types.py). Every
trace type has the methods below. `TensorSpec` and the specs of composite tensors have the first
two; the functions `cast`, `argument` and `signature` here handle all of them.

    is_subtype_of(other)                    whether every value of this type is one of `other`
    most_specific_common_supertype(others)  the narrowest type that covers all, or None
    cast(value)                             the value as one of this type, or an error
    argument(value)                         what the Python function is called with
    signature()                             what `structured_input_signature` shows
"""

from __future__ import annotations

import math
import weakref
from collections.abc import Sequence
from numbers import Number
from typing import Any

from .. import nest
from .._core.tensor.convert import to_tensor
from .._core.tensor.tensor import EagerTensor
from .._core.types.tensor_spec import TensorSpec
from .._core.types.type_spec import CompositeSpec, TypeSpec
from .._core.variables.variable import Variable


class Aliases:
    """Numbers the variables among the arguments of a call, in order of appearance."""

    def __init__(self) -> None:
        self._numbers: dict[int, int] = {}

    def number(self, handle: Any) -> int:
        """The number of a variable, the same each time it appears."""
        return self._numbers.setdefault(id(handle), len(self._numbers))


class _NotANumber:
    def __repr__(self) -> str:
        return "<class 'tensorflow.core.function.trace_type.default_types.NanMarker'>"


_NAN = _NotANumber()


def _is_nan(value: Any) -> bool:
    if isinstance(value, complex):
        return math.isnan(value.real) or math.isnan(value.imag)
    return isinstance(value, float) and math.isnan(value)


class TraceType:
    """The base of the trace types that are not specs. By default it is its only sub- and supertype.

    See the module docstring for the methods.
    """

    def is_subtype_of(self, other: Any) -> bool:
        """Whether every value of this type is one of `other`."""
        return self == other

    def most_specific_common_supertype(self, others: Sequence[Any]) -> Any:
        """The narrowest type that covers this one and `others`, or None."""
        return self if all(self == other for other in others) else None

    def cast(self, value: Any) -> Any:
        """The value as one of this type. Raises ValueError or AssertionError if it is not."""
        raise NotImplementedError

    def argument(self, value: Any) -> Any:
        """What the Python function is called with for `value`."""
        return value

    def signature(self) -> Any:
        """What `structured_input_signature` shows for this type."""
        return self


class Literal(TraceType):
    """A Python value, compared by equality: 1, 1.0 and True are the same."""

    def __init__(self, value: Any) -> None:
        self.value = _NAN if _is_nan(value) else value
        self._hash = hash(self.value)

    def cast(self, value: Any) -> Any:
        """Returns the value if it equals the literal. Raises ValueError if it does not."""
        if self.value is _NAN and _is_nan(value):
            return value
        if value == self.value:
            return value
        raise ValueError(f"Can not cast {value!r} to {self!r}")

    def argument(self, value: Any) -> Any:
        """The literal, which may be equal to `value` but of another class."""
        return self.signature()

    def signature(self) -> Any:
        """The literal."""
        return math.nan if self.value is _NAN else self.value

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Literal):
            return False
        a, b = self.value, other.value
        comparable = type(a) is type(b) or (isinstance(a, Number) and isinstance(b, Number))
        return comparable and bool(a == b)

    def __hash__(self) -> int:
        return self._hash

    def __repr__(self) -> str:
        return f"Literal[{self.value!r}]"


class Weakref(TraceType):
    """An object, compared by identity or its own `__eq__`, and not kept alive."""

    def __init__(self, reference: weakref.ref) -> None:
        self._reference = reference
        self._hash = hash(reference)

    def cast(self, value: Any) -> Any:
        """Returns the object if `value` is or wraps it. Raises ValueError if it does not."""
        if value is self._reference() or value == self._reference():
            return value
        inner = value
        while hasattr(inner, "__wrapped__"):
            inner = inner.__wrapped__
            if inner is self._reference():
                return inner
        raise ValueError(f"Can not cast {value!r} to {self!r}")

    def signature(self) -> Any:
        """The object, or None if it has been deleted."""
        return self._reference()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Weakref) or self._reference() is None:
            return False
        return self._reference() is other._reference() or self._reference == other._reference

    def __hash__(self) -> int:
        return self._hash

    def __repr__(self) -> str:
        return f"Weakref[{self._reference!r}])"


class VariableSpec(TraceType):
    """A variable; others of its shape and dtype fit too. `alias` tells shared arguments apart."""

    def __init__(self, variable: Variable, alias: int | None) -> None:
        self.shape = variable.shape
        self.dtype = variable.dtype
        self.trainable = variable.trainable
        self.alias_id = alias
        self._variable = weakref.ref(variable)

    @property
    def variable(self) -> Variable | None:
        """The variable that the spec was made of, if it still exists."""
        return self._variable()

    def _identity(self) -> tuple[Any, ...]:
        return self.shape, self.dtype, self.trainable, self.alias_id

    def cast(self, value: Any) -> Any:
        """Returns the value if it is a compatible variable. Raises ValueError if it is not."""
        if (
            isinstance(value, Variable)
            and value.dtype is self.dtype
            and self.shape.is_compatible_with(value.shape)
        ):
            return value
        raise ValueError(f"Can not cast {value!r} to {self!r}")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, VariableSpec) and self._identity() == other._identity()

    def __hash__(self) -> int:
        return hash((self.dtype, self.trainable, self.alias_id))

    def __repr__(self) -> str:
        return (
            f"VariableSpec(shape={self.shape}, dtype={self.dtype!r}, trainable={self.trainable}, "
            f"alias_id={self.alias_id})"
        )


TensorSpec.dense = (VariableSpec,)


# -- functions of any trace type ----------------------------------------------------------------


def cast(trace_type: Any, value: Any) -> Any:
    """Casts `value` to a trace type. A spec may be passed in place of a value that it describes.

    Raises TypeError, ValueError or AssertionError if the value does not fit.
    """
    if not isinstance(trace_type, TensorSpec):
        if isinstance(trace_type, CompositeSpec):
            return _cast_composite(trace_type, value)
        if isinstance(trace_type, TraceType):
            return trace_type.cast(value)
        is_spec = isinstance(trace_type, TypeSpec) and hasattr(trace_type, "cast")
        return trace_type.cast(value, None) if is_spec else value
    if isinstance(value, TensorSpec):
        if not value.is_subtype_of(TensorSpec(trace_type.shape, trace_type.dtype, value.name)):
            raise TypeError(f"Can not cast {value!r} to {trace_type!r}")
        return trace_type
    tensor = value if isinstance(value, EagerTensor) else to_tensor(value, trace_type.dtype)
    tensor_spec = TensorSpec(tensor.shape, tensor.dtype, trace_type.name)
    if not tensor_spec.is_subtype_of(trace_type):
        if not trace_type.is_subtype_of(tensor_spec):
            raise TypeError(f"Can not cast {tensor_spec!r} to {trace_type!r}")
        tensor.set_shape(trace_type.shape)  # that of a symbolic tensor was not as specific
    return tensor


def _cast_composite(spec: CompositeSpec, value: Any) -> Any:
    """Returns a composite tensor, or its spec, if it fits `spec`; raises TypeError if not."""
    if isinstance(value, TypeSpec):
        fits = value.is_subtype_of(spec)
    else:
        fits = isinstance(value, spec.value_type)
    if fits and not isinstance(value, TypeSpec):
        component_specs = nest.flatten(spec._components())
        components = nest.flatten(value._components())
        nest.assert_same_structure(component_specs, components)
        for component_spec, component in zip(component_specs, components, strict=True):
            cast(component_spec, component)
    elif not fits and nest.is_nested(value):
        nest.assert_same_structure(nest.flatten(spec._components()), [value])
    if not fits:
        raise TypeError(f"Can not cast {getattr(value, '_type_spec', value)!r} to {spec!r}")
    return value


def argument(trace_type: Any, value: Any) -> Any:
    """What the Python function is called with for a `value` of the trace type."""
    if isinstance(trace_type, TensorSpec):
        return value if isinstance(value, EagerTensor) else to_tensor(value)
    return trace_type.argument(value) if isinstance(trace_type, TraceType) else value


def signature(trace_type: Any) -> Any:
    """What `structured_input_signature` shows for a trace type."""
    return trace_type.signature() if isinstance(trace_type, TraceType) else trace_type
