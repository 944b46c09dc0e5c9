"""`tf.experimental.ExtensionType`: classes that are made of tensors, by annotations."""

from __future__ import annotations

import functools
import inspect
import typing
from abc import ABCMeta
from collections.abc import Callable
from typing import Any

from .. import nest
from .._core.op import dispatch
from .._core.tensor.tensor import EagerTensor, Tensor
from .._core.types.shape import TensorShape
from .._core.types.tensor_spec import TensorSpec
from .._core.types.type_spec import CompositeSpec, TypeSpec
from .._ops.array.identity import identity, stop_gradient
from .._ops.array.joining import stack
from .._ops.math.comparison import equal
from .._ops.math.logical import logical_not
from .._ops.math.reductions import reduce_all
from .fields import (
    Field,
    ImmutableDict,
    NoDefault,
    as_mappings,
    convert_fields,
    field,
    filled,
    is_composite,
    is_reserved,
    leaves,
    mapped,
)

_IN_CONSTRUCTOR = "_tf_extension_type_in_constructor"


def _made(cls: Any, fields: Any) -> Any:
    """An instance with these fields, past the constructor, which may be the program's own."""
    value = object.__new__(cls)
    value.__dict__.update(fields)
    return value


class _Immutable:
    """What the classes and their specs have in common: fields that a constructor alone may set."""

    _of_spec = False

    @classmethod
    def _tf_extension_type_fields(cls) -> tuple[Field, ...]:
        raise NotImplementedError

    @classmethod
    def _has_field(cls, name: str) -> bool:
        return any(name == item.name for item in cls._tf_extension_type_fields())

    def _convert(self) -> None:
        convert_fields(self._tf_extension_type_fields(), self.__dict__, self._of_spec)
        self.__validate__()

    def __validate__(self) -> None:
        """Called after construction; a class may raise here if fields do not fit together."""

    def _check_mutation(self, name: str) -> None:
        if _IN_CONSTRUCTOR not in self.__dict__ or not self._has_field(name):
            kind = "ExtensionTypeSpec" if self._of_spec else "ExtensionType"
            raise AttributeError(
                f"Cannot mutate attribute `{name}` outside the custom constructor of {kind}."
            )

    def __setattr__(self, name: str, value: Any) -> None:
        self._check_mutation(name)
        self.__dict__[name] = value

    def __delattr__(self, name: str) -> None:
        self._check_mutation(name)
        del self.__dict__[name]


# -- classes ------------------------------------------------------------------------------------


class _Meta(ABCMeta):
    def __init__(cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> None:
        if bases and bases[0] is not _Immutable and not namespace.get("_is_base"):
            _check_names(cls)
            _add_constructor(cls)
            _add_spec(cls)
            dispatch.composites[cls] = _handle
            dispatch.activate()
        super().__init__(name, bases, namespace)


def _handle(function: Any, arguments: dict[str, Any]) -> Any:
    """The handler of extension types, see dispatch.py: copies alone know them."""
    if getattr(function, "base", function) not in (identity, stop_gradient):
        return NotImplemented
    return nest.map_structure(function, arguments["input"], expand_composites=True)


class ExtensionType(_Immutable, metaclass=_Meta):
    """Base of classes that are made of tensors; answers for `tf.experimental.ExtensionType`.

    A class below has annotated fields: tensors, what is made of tensors, numbers, strings, None,
    shapes, dtypes, and Tuple, Mapping, Union of these. They are what its constructor takes and
    converts, in order; `__validate__` may look at them. Values cannot be changed. `Spec` is the
    class of their specs. Raises TypeError and ValueError for fields that are none.
    """

    Spec: typing.ClassVar[Any]

    _counts_as_tensor = False  # to tf.is_tensor

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if type(self) is ExtensionType:
            raise AssertionError(
                "Cannot create an instance of ExtensionType because ExtensionType is an abstract "
                "base class."
            )

    @classmethod
    def _tf_extension_type_fields(cls) -> tuple[Field, ...]:
        if "_cached_fields" in cls.__dict__:
            return cls.__dict__["_cached_fields"]
        complete = True
        try:
            hints = typing.get_type_hints(cls)
        except (NameError, AttributeError):  # of a class that is not there yet
            complete, hints = False, {}
            for base in reversed(cls.__mro__):
                hints.update(base.__dict__.get("__annotations__", {}))
        hints.pop("Spec", None)
        found = tuple(
            field(name, annotation, getattr(cls, name, NoDefault))
            for name, annotation in hints.items()
        )
        if complete:
            cls._cached_fields = found  # type: ignore[attr-defined]
        return found

    def __repr__(self) -> str:
        fields = ", ".join(
            f"{item.name}={getattr(self, item.name)!r}" for item in self._tf_extension_type_fields()
        )
        return f"{type(self).__qualname__}({fields})"

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def __eq__(self, other: object) -> Any:
        if type(self) is not type(other) or self._type_spec != other._type_spec:
            return False
        pairs = zip(*(nest.flatten(x, expand_composites=True) for x in (self, other)), strict=True)
        same = [x.shape == y.shape and reduce_all(equal(x, y)) for x, y in pairs]
        return reduce_all(stack(same))

    def __ne__(self, other: object) -> Any:
        same = self.__eq__(other)
        return logical_not(same) if isinstance(same, Tensor) else not same

    __hash__ = None  # type: ignore[assignment]

    @property
    def _type_spec(self) -> Any:
        return self.Spec.from_value(self)

    def __tf_tracing_type__(self, _: Any) -> Any:
        return self._type_spec

    def _components(self) -> tuple[Any, ...]:
        return self._type_spec._to_components(self)

    def _with_components(self, components: Any) -> Any:
        return self._type_spec._from_components(components)


class BatchableExtensionType(ExtensionType):
    """An extension type whose values `tf.map_fn` can take apart and stack.

    By default along the first axis of each field; `__batch_encoder__` may do it in another way.
    Answers for `tf.experimental.BatchableExtensionType`.
    """

    _is_base = True


def as_dict(value: Any) -> dict[str, Any]:
    """The fields by name; answers for `tf.experimental.extension_type.as_dict`.

    Fields that are extension types themselves stay as they are.
    """
    return {item.name: getattr(value, item.name) for item in value._tf_extension_type_fields()}


# -- specs --------------------------------------------------------------------------------------


class ExtensionTypeSpec(_Immutable, CompositeSpec):
    """Describes values of an extension type; answers for `tf.experimental.ExtensionTypeSpec`.

    Its fields are those of the class, with specs in the place of tensors.
    """

    _of_spec = True

    @classmethod
    def _tf_extension_type_fields(cls) -> tuple[Field, ...]:
        value_type: Any = cls.value_type
        return value_type._tf_extension_type_fields()

    @classmethod
    def from_value(cls, value: Any) -> Any:
        """The spec that describes `value`."""
        return _made(cls, {name: mapped(x, _described) for name, x in value.__dict__.items()})

    def _serialize(self) -> tuple[Any, ...]:
        names = [item.name for item in self._tf_extension_type_fields()]
        return tuple((name, as_mappings(self.__dict__[name], dict)) for name in names)

    @classmethod
    def _deserialize(cls, serialization: Any) -> Any:
        return _made(cls, as_mappings(serialization, ImmutableDict))

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (self.value_type, self._serialize())

    @property
    def _component_specs(self) -> tuple[Any, ...]:
        return tuple(x for x in leaves(tuple(self.__dict__.values())) if isinstance(x, TypeSpec))

    def _to_components(self, value: Any) -> tuple[Any, ...]:
        # In the order of the assignments in the constructor, as the specs are.
        held = leaves(tuple(value.__dict__[name] for name in self.__dict__))
        return tuple(x for x in held if isinstance(x, Tensor) or is_composite(type(x)))

    def _from_components(self, components: Any) -> Any:
        remaining = iter(components)
        values = filled(
            tuple(self.__dict__.values()), lambda leaf: isinstance(leaf, TypeSpec), remaining
        )
        if next(remaining, None) is not None:
            raise ValueError(
                "Cannot build an ExtensionType instance from components because more components "
                "are provided than the number expected by the type spec."
            )
        return _made(self.value_type, zip(self.__dict__, values, strict=True))

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={value!r}" for name, value in self._serialize())
        return f"{type(self).__qualname__}({fields})"


class ExtensionTypeBatchEncoder:
    """Takes values of an extension type apart for batches, and puts them together again.

    Answers for `tf.experimental.ExtensionTypeBatchEncoder`. As it is, each field that is a tensor,
    made of tensors, or a shape has one more axis in a batch. A class of one's own may override any
    of the methods.
    """

    def batch(self, spec: Any, batch_size: int | None) -> Any:
        """The spec of a batch of what `spec` describes."""

        def batched(leaf: Any) -> Any:
            if isinstance(leaf, TypeSpec):
                return batched_spec(leaf, batch_size)
            return TensorShape([batch_size]).concatenate(leaf) if _is_shape(leaf) else leaf

        return _with_fields(spec, batched)

    def unbatch(self, spec: Any) -> Any:
        """The spec of one value in a batch that `spec` describes."""

        def unbatched(leaf: Any) -> Any:
            if isinstance(leaf, TypeSpec):
                return unbatched_spec(leaf)
            return leaf[1:] if _is_shape(leaf) else leaf

        return _with_fields(spec, unbatched)

    def encode(self, spec: Any, value: Any, minimum_rank: int = 0) -> Any:
        """The tensors, and what is made of tensors, that `value` is taken apart into."""
        return spec._to_components(value)

    def decode(self, spec: Any, encoded_value: Any) -> Any:
        """The value that `encode`, perhaps with slicing or stacking, made this of."""
        return spec._from_components(encoded_value)

    def encoding_specs(self, spec: Any) -> Any:
        """The specs of what `encode` returns."""
        return spec._component_specs


def _is_shape(value: Any) -> bool:
    return isinstance(value, TensorShape)


def _with_fields(spec: Any, function: Callable[[Any], Any]) -> Any:
    return _made(type(spec), {name: mapped(x, function) for name, x in spec.__dict__.items()})


def batched_spec(spec: Any, size: int | None) -> Any:
    """The spec of a batch of what `spec` describes."""
    if isinstance(spec, TensorSpec):
        return TensorSpec(TensorShape([size]).concatenate(spec.shape), spec.dtype)
    return spec._batch(size)


def unbatched_spec(spec: Any) -> Any:
    """The spec of one value in a batch that `spec` describes."""
    if isinstance(spec, TensorSpec):
        if spec.shape.rank == 0:
            raise ValueError("Unbatching a tensor is only supported for rank >= 1")
        return TensorSpec(spec.shape[1:], spec.dtype)
    return spec._unbatch()


class BatchableExtensionTypeSpec(ExtensionTypeSpec):
    """Describes values of a `BatchableExtensionType`."""

    __batch_encoder__ = ExtensionTypeBatchEncoder()

    def _batch(self, batch_size: int | None) -> Any:
        return self.__batch_encoder__.batch(self, batch_size)

    def _unbatch(self) -> Any:
        return self.__batch_encoder__.unbatch(self)


def _described(leaf: Any) -> Any:
    if isinstance(leaf, EagerTensor):
        return TensorSpec(leaf.shape, leaf.dtype)
    return leaf._type_spec if hasattr(type(leaf), "_type_spec") else leaf


def _restored(value_type: Any, serialization: Any) -> Any:
    return value_type.Spec._deserialize(serialization)


# -- what the metaclass adds --------------------------------------------------------------------


def _check_names(cls: Any) -> None:
    """Raises ValueError for a name that no field may have, or a field without an annotation."""
    annotations = cls.__dict__.get("__annotations__", {})
    invalid = f"The field annotations for {cls.__name__} are invalid. "
    spec = cls.__dict__.get("Spec")
    if spec is not None:
        if not isinstance(spec, type):
            raise ValueError(f"{cls.__qualname__}.Spec must be a nested class; got {spec}.")
        if spec.__bases__ not in ((TypeSpec,), (object,)):
            raise ValueError(
                f"{cls.__qualname__}.Spec must be directly subclassed from tf.TypeSpec."
            )
    for name in (*cls.__dict__, *annotations):
        if is_reserved(name) and (name != "Spec" or name in annotations):
            raise ValueError(f"{invalid}Field '{name}' is reserved.")
    for name, value in cls.__dict__.items():
        special = name.startswith("_abc_") or (name.startswith("__") and name.endswith("__"))
        if name in annotations or special or callable(value):
            continue
        if not isinstance(value, (property, classmethod, staticmethod)):
            raise ValueError(f"{invalid}Field {name} is missing a type annotation.")


def _add_constructor(cls: Any) -> None:
    own = cls.__dict__.get("__init__")
    if own is not None:

        @functools.wraps(own)
        def constructor(self: Any, *args: Any, **kwargs: Any) -> None:
            self.__dict__[_IN_CONSTRUCTOR] = True
            own(self, *args, **kwargs)
            del self.__dict__[_IN_CONSTRUCTOR]
            self._convert()

        cls.__init__ = constructor
        return

    kind: Any = inspect.Parameter.POSITIONAL_OR_KEYWORD
    parameters, defaults_begun = [], False
    for item in cls._tf_extension_type_fields():
        default = inspect.Parameter.empty
        if not cls._of_spec and item.default is not NoDefault:
            default, defaults_begun = item.default, True
        elif defaults_begun:  # and all that follow
            kind = inspect.Parameter.KEYWORD_ONLY
        annotation = inspect.Parameter.empty if cls._of_spec else item.annotation
        parameters.append(
            inspect.Parameter(item.name, kind, default=default, annotation=annotation)
        )
    signature = inspect.Signature(parameters)

    def filling(self: Any, *args: Any, **kwargs: Any) -> None:
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        self.__dict__.update(bound.arguments)
        self._convert()

    first = inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    filling.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [first, *parameters], return_annotation=cls
    )
    filling.__name__ = "__init__"
    cls.__init__ = filling


def _add_spec(cls: Any) -> None:
    """Makes the class of the specs, with what the program's own `Spec` has to add."""
    qualified = f"{cls.__qualname__}.Spec"
    namespace = {"value_type": cls, "__module__": cls.__module__}
    own = cls.__dict__.get("Spec")
    for name, value in vars(own).items() if own is not None else ():
        if is_reserved(name):
            raise ValueError(f"TypeSpec {qualified} uses reserved name '{name}'.")
        if cls._has_field(name):
            raise ValueError(
                f"TypeSpec {qualified} defines a variable '{name}' which shadows a field in "
                f"{cls.__qualname__}"
            )
        if name not in ("__module__", "__dict__", "__weakref__"):
            namespace[name] = value
    base: Any = ExtensionTypeSpec
    if issubclass(cls, BatchableExtensionType):
        from . import batching  # noqa: F401 -- teaches tf.map_fn

        base = BatchableExtensionTypeSpec
        if hasattr(cls, "__batch_encoder__"):
            namespace.setdefault("__batch_encoder__", cls.__batch_encoder__)
    elif hasattr(cls, "__batch_encoder__") or "__batch_encoder__" in namespace:
        raise ValueError(
            "__batch_encoder__ should only be defined for BatchableExtensionType classes."
        )
    spec = type(base)(f"{cls.__name__}.Spec", (base,), namespace)
    spec.__qualname__ = qualified
    _add_constructor(spec)
    dispatch.composites[spec] = _handle
    cls.Spec = spec
