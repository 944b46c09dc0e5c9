"""`TypeSpec`: describes a value that need not exist yet; the base of `TensorSpec` and others."""

from __future__ import annotations

from abc import ABCMeta, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

import numpy as np

_NO_PROTO = {"experimental_as_proto", "experimental_from_proto", "experimental_type_proto"}


class _DifferentError(Exception):
    """Raised if two specs differ in more than shapes."""


class TypeSpec(metaclass=ABCMeta):
    """Implements `tf.TypeSpec`: describes values of one type, as for the signature of a function.

    Subclasses define `value_type`, `_serialize()` (the constructor's arguments, as a tuple),
    `_component_specs` (a nest with the specs of the tensors that make up a value),
    `_to_components(value)` and `_from_components(components)`.
    """

    __slots__ = ()

    @property
    @abstractmethod
    def value_type(self) -> Any:
        """The class of the values described."""

    @abstractmethod
    def _serialize(self) -> tuple[Any, ...]: ...

    @property
    @abstractmethod
    def _component_specs(self) -> Any: ...

    @abstractmethod
    def _to_components(self, value: Any) -> Any: ...

    @abstractmethod
    def _from_components(self, components: Any) -> Any: ...

    @classmethod
    def _deserialize(cls, serialization: Any) -> Any:
        return cls(*serialization)

    def __getattr__(self, name: str) -> NoReturn:
        class_name = type(self).__name__
        if name in _NO_PROTO:
            raise AttributeError(
                f"tf.{class_name}.{name} is not available in tf_tape_compat: there are no protocol "
                "buffers here; store the arguments of the constructor instead"
            )
        raise AttributeError(f"'{class_name}' object has no attribute {name!r}")

    def is_compatible_with(self, spec_or_value: Any) -> bool:
        """Whether a value, or some value of another spec, fits this spec."""
        if not isinstance(spec_or_value, TypeSpec):
            spec_or_value = type_spec_from_value(spec_or_value)
        return type(self) is type(spec_or_value) and _compatible(
            self._serialize(), spec_or_value._serialize()
        )

    def is_subtype_of(self, other: Any) -> bool:
        """Whether every value of this spec fits `other`."""
        return type(self) is type(other) and _is_subtype(self._serialize(), other._serialize())

    def most_specific_common_supertype(self, others: Sequence[Any]) -> Any:
        """The narrowest spec that covers this and `others`; None if there is none."""
        if any(type(other) is not type(self) for other in others):
            return None
        try:
            common = _supertype(self._serialize(), [other._serialize() for other in others])
        except _DifferentError:
            return None
        return self._deserialize(common)

    def most_specific_compatible_type(self, other: Any) -> Any:
        """The narrowest spec that covers this and `other`. Raises ValueError if there is none."""
        common = self.most_specific_common_supertype([other])
        if common is None:
            raise ValueError(f"No TypeSpec is compatible with both {self} and {other}")
        return common

    def __tf_tracing_type__(self, context: Any) -> Any:
        return self

    def __eq__(self, other: object) -> bool:
        return (
            type(self) is type(other)
            and isinstance(other, TypeSpec)
            and _key(self._serialize()) == _key(other._serialize())
        )

    def __hash__(self) -> int:
        return hash((type(self), _key(self._serialize())))

    # Libraries that derive specs call these by TensorFlow's mangled names.
    @staticmethod
    def __make_cmp_key(value: Any) -> Any:
        return _key(value)

    @staticmethod
    def __is_compatible(one: Any, two: Any) -> bool:
        return _compatible(one, two)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), self._serialize()

    def __repr__(self) -> str:
        return f"{type(self).__name__}{self._serialize()!r}"


class CompositeSpec(TypeSpec):
    """A spec of values made of several tensors, which `tf.nest` can expand."""

    __slots__ = ()

    def _components(self) -> tuple[Any, ...]:
        specs = self._component_specs
        return tuple(specs) if isinstance(specs, (list, tuple)) else (specs,)

    def _with_components(self, components: Any) -> Any:
        specs = self._component_specs
        if isinstance(specs, (list, tuple)):
            return self._from_components(type(specs)(components))
        return self._from_components(components[0])


def _key(value: Any) -> Any:
    """A hashable form of an item of a serialization."""
    if isinstance(value, dict):
        return tuple((key, _key(value[key])) for key in sorted(value))
    if isinstance(value, tuple):
        return tuple(_key(item) for item in value)
    if isinstance(value, list):
        return list, tuple(_key(item) for item in value)
    if isinstance(value, np.ndarray):
        return np.ndarray, value.shape, tuple(value.ravel().tolist())
    return value


def _compatible(one: Any, two: Any) -> bool:
    if isinstance(one, TypeSpec):
        return bool(one.is_compatible_with(two))
    if type(one) is not type(two):
        return False
    if isinstance(one, (list, tuple)):
        return len(one) == len(two) and all(map(_compatible, one, two))
    if isinstance(one, dict):
        return one.keys() == two.keys() and all(_compatible(one[k], two[k]) for k in one)
    if hasattr(one, "is_compatible_with"):  # shapes and dtypes
        return bool(one.is_compatible_with(two))
    return bool(one == two)


def _is_subtype(one: Any, two: Any) -> bool:
    if isinstance(one, (list, tuple)):
        return type(one) is type(two) and len(one) == len(two) and all(map(_is_subtype, one, two))
    if isinstance(one, dict):
        return (
            type(one) is type(two)
            and one.keys() == two.keys()
            and all(_is_subtype(one[key], two[key]) for key in one)
        )
    return bool(one.is_subtype_of(two) if hasattr(one, "is_subtype_of") else one == two)


def _supertype(one: Any, others: list[Any]) -> Any:
    """The narrowest serialization that covers all. Raises `_DifferentError` if there is none."""
    if hasattr(one, "most_specific_common_supertype"):
        common = one.most_specific_common_supertype(others)
        if common is None:
            raise _DifferentError
        return common
    if any(type(other) is not type(one) for other in others):
        raise _DifferentError
    if isinstance(one, (list, tuple)):
        if any(len(other) != len(one) for other in others):
            raise _DifferentError
        items = [_supertype(*_split(parts)) for parts in zip(one, *others, strict=True)]
        return type(one)(*items) if hasattr(one, "_fields") else type(one)(items)
    if isinstance(one, dict):
        if any(other.keys() != one.keys() for other in others):
            raise _DifferentError
        return {key: _supertype(one[key], [other[key] for other in others]) for key in one}
    if any(other != one for other in others):
        raise _DifferentError
    return one


def _split(parts: tuple[Any, ...]) -> tuple[Any, list[Any]]:
    return parts[0], list(parts[1:])


class NoneTensorSpec(TypeSpec):
    """Implements `tf.NoneTensorSpec`: describes None."""

    __slots__ = ()

    value_type = type(None)

    def _serialize(self) -> tuple[Any, ...]:
        return ()

    @property
    def _component_specs(self) -> list[Any]:
        return []

    def _to_components(self, value: Any) -> list[Any]:
        return []

    def _from_components(self, components: Any) -> None:
        return None


# -- specs of values ----------------------------------------------------------------------------

Describer = Callable[[Any], Any]

# The specs of values whose class has no `_type_spec`, registered by the modules of these classes.
describers: dict[type, Describer] = {type(None): lambda _: NoneTensorSpec()}

# Applied to values that `describe` does not know; `tensor/convert.py` registers the conversion.
fallback_describers: list[Describer] = []


def describe(value: Any) -> Any:
    """The spec of a value of a class that has one, or of a list of such values; else None."""
    spec = getattr(type(value), "_type_spec", None)
    if spec is not None:
        return value._type_spec
    if isinstance(value, list) and value:
        specs = [describe(item) for item in value]
        if hasattr(type(specs[0]), "_batch"):
            merged = specs[0].most_specific_common_supertype(specs[1:])
            if merged is not None:
                return merged._batch(len(specs))
    for cls in type(value).__mro__:
        if cls in describers:
            return describers[cls](value)
    return None


def type_spec_from_value(value: Any) -> Any:
    """Implements `tf.type_spec_from_value`: the spec that describes `value`.

    A list of values that can be stacked gets the spec of the stacked value. Values that are not
    tensors get the spec of the tensor they convert to.

    Raises:
      TypeError: if the value has no spec and does not convert to a tensor.
    """
    spec = describe(value)
    if spec is None and isinstance(getattr(value, "_type_spec", None), TypeSpec):
        spec = value._type_spec  # an optional, an iterator
    for describer in fallback_describers:
        if spec is None:
            spec = describer(value)
    if spec is None:
        raise TypeError(
            f"Could not build a TypeSpec for {value} of unsupported type {type(value)}."
        )
    return spec


def reduce_by_spec(value: Any) -> tuple[Any, ...]:
    """How to pickle a composite value whose class has TensorFlow's module: by its parts."""
    spec = value._type_spec
    return _from_parts, (spec, spec._to_components(value))


def _from_parts(spec: Any, components: Any) -> Any:
    return spec._from_components(components)
