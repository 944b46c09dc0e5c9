"""`TypeSpec`: what is known of a value before it exists, the base of `TensorSpec` and its like."""

from __future__ import annotations

from abc import ABCMeta, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

import numpy as np

_NO_PROTO = {"experimental_as_proto", "experimental_from_proto", "experimental_type_proto"}


class _Different(Exception):
    """Two specs differ in more than shapes."""


class TypeSpec(metaclass=ABCMeta):
    """Describes values of one type, as for the signature of a function; answers for `tf.TypeSpec`.

    A class of one's own has `value_type`, `_serialize()` (a tuple that the constructor takes),
    `_component_specs` (a nest of the specs of the tensors that a value is made of), and
    `_to_components(value)` and `_from_components(components)`.
    """

    __slots__ = ()

    @property
    @abstractmethod
    def value_type(self) -> Any:
        """The class of what is described."""

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
        kind = type(self).__name__
        if name in _NO_PROTO:
            raise AttributeError(
                f"tf.{kind}.{name} is not available in tf_tape_compat: there are no protocol "
                "buffers here; store what the constructor takes instead"
            )
        raise AttributeError(f"'{kind}' object has no attribute {name!r}")

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
            found = _supertype(self._serialize(), [other._serialize() for other in others])
        except _Different:
            return None
        return self._deserialize(found)

    def most_specific_compatible_type(self, other: Any) -> Any:
        """The narrowest spec that covers this and `other`. Raises ValueError if there is none."""
        found = self.most_specific_common_supertype([other])
        if found is None:
            raise ValueError(f"No TypeSpec is compatible with both {self} and {other}")
        return found

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

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), self._serialize()

    def __repr__(self) -> str:
        return f"{type(self).__name__}{self._serialize()!r}"


class CompositeSpec(TypeSpec):
    """A spec of what is made of several tensors; `tf.nest` can look into it, too."""

    __slots__ = ()

    def _components(self) -> tuple[Any, ...]:
        specs = self._component_specs
        return tuple(specs) if isinstance(specs, (list, tuple)) else (specs,)

    def _with_components(self, components: Any) -> Any:
        specs = self._component_specs
        whole = isinstance(specs, (list, tuple))
        return self._from_components(type(specs)(components) if whole else components[0])


def _key(value: Any) -> Any:
    """A hashable form of a part of what `_serialize` returns."""
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
        return one.is_compatible_with(two)
    if type(one) is not type(two):
        return False
    if isinstance(one, (list, tuple)):
        return len(one) == len(two) and all(map(_compatible, one, two))
    if isinstance(one, dict):
        return one.keys() == two.keys() and all(_compatible(one[k], two[k]) for k in one)
    if hasattr(one, "is_compatible_with"):  # shapes and dtypes
        return one.is_compatible_with(two)
    return one == two


def _is_subtype(one: Any, two: Any) -> bool:
    if isinstance(one, (list, tuple)):
        return type(one) is type(two) and len(one) == len(two) and all(map(_is_subtype, one, two))
    if isinstance(one, dict):
        return (
            type(one) is type(two)
            and one.keys() == two.keys()
            and all(_is_subtype(one[key], two[key]) for key in one)
        )
    return one.is_subtype_of(two) if hasattr(one, "is_subtype_of") else one == two


def _supertype(one: Any, others: list[Any]) -> Any:
    """The narrowest common description. Raises `_Different` if there is none."""
    if hasattr(one, "most_specific_common_supertype"):
        found = one.most_specific_common_supertype(others)
        if found is None:
            raise _Different
        return found
    if any(type(other) is not type(one) for other in others):
        raise _Different
    if isinstance(one, (list, tuple)):
        if any(len(other) != len(one) for other in others):
            raise _Different
        return type(one)([_supertype(*_split(parts)) for parts in zip(one, *others, strict=True)])
    if isinstance(one, dict):
        if any(other.keys() != one.keys() for other in others):
            raise _Different
        return {key: _supertype(one[key], [other[key] for other in others]) for key in one}
    if any(other != one for other in others):
        raise _Different
    return one


def _split(parts: tuple[Any, ...]) -> tuple[Any, list[Any]]:
    return parts[0], list(parts[1:])


class NoneTensorSpec(TypeSpec):
    """Describes None; answers for `tf.NoneTensorSpec`."""

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

# What describes the values of a class that has no `_type_spec` itself, registered by modules.
describers: dict[type, Callable[[Any], Any]] = {type(None): lambda _: NoneTensorSpec()}


def _described(value: Any) -> Any:
    spec = getattr(type(value), "_type_spec", None)
    if spec is not None:
        return value._type_spec
    if isinstance(value, list) and value:
        specs = [_described(item) for item in value]
        if hasattr(type(specs[0]), "_batch"):
            merged = specs[0].most_specific_common_supertype(specs[1:])
            if merged is not None:
                return merged._batch(len(specs))
    for kind in type(value).__mro__:
        if kind in describers:
            return describers[kind](value)
    return None


def type_spec_from_value(value: Any) -> Any:
    """The spec that describes `value`; answers for `tf.type_spec_from_value`.

    A list of values of one type that can be stacked is described as what stacking them gives, and
    what is no tensor as what it converts to. Raises TypeError if there is no such description.
    """
    from ..tensor.convert import to_tensor

    spec = _described(value)
    if spec is None:
        try:
            spec = _described(to_tensor(value))
        except (ValueError, TypeError):
            pass
    if spec is None:
        raise TypeError(
            f"Could not build a TypeSpec for {value} of unsupported type {type(value)}."
        )
    return spec
