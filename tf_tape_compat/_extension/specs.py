"""Specs of extension types, and the encoder of batches of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .._core.tensor.tensor import EagerTensor, Tensor
from .._core.types.shape import TensorShape
from .._core.types.tensor_spec import TensorSpec
from .._core.types.type_spec import CompositeSpec, TypeSpec
from .fields import (
    Field,
    ImmutableDict,
    as_mappings,
    is_composite,
    leaves,
    map_leaves,
    replace_leaves,
)
from .immutable import Immutable, new_instance


class ExtensionTypeSpec(Immutable, CompositeSpec):
    """Describes values of an extension type. Implements `tf.experimental.ExtensionTypeSpec`.

    It has the fields of the extension type, with specs in place of tensors.
    """

    _is_spec = True

    @classmethod
    def _tf_extension_type_fields(cls) -> tuple[Field, ...]:
        value_type: Any = cls.value_type
        return value_type._tf_extension_type_fields()

    @classmethod
    def from_value(cls, value: Any) -> Any:
        """The spec of `value`."""
        return new_instance(
            cls, {name: map_leaves(x, _with_specs) for name, x in value.__dict__.items()}
        )

    def _serialize(self) -> tuple[Any, ...]:
        names = [item.name for item in self._tf_extension_type_fields()]
        return tuple((name, as_mappings(self.__dict__[name], dict)) for name in names)

    @classmethod
    def _deserialize(cls, serialization: Any) -> Any:
        return new_instance(cls, as_mappings(serialization, ImmutableDict))

    def __reduce__(self) -> tuple[Any, ...]:
        return _unpickle, (self.value_type, self._serialize())

    @property
    def _component_specs(self) -> tuple[Any, ...]:
        return tuple(x for x in leaves(tuple(self.__dict__.values())) if isinstance(x, TypeSpec))

    def _to_components(self, value: Any) -> tuple[Any, ...]:
        # In the order in which the constructor assigned the fields, like the specs.
        field_leaves = leaves(tuple(value.__dict__[name] for name in self.__dict__))
        return tuple(x for x in field_leaves if isinstance(x, Tensor) or is_composite(type(x)))

    def _from_components(self, components: Any) -> Any:
        remaining = iter(components)
        values = replace_leaves(
            tuple(self.__dict__.values()), lambda leaf: isinstance(leaf, TypeSpec), remaining
        )
        if next(remaining, None) is not None:
            raise ValueError(
                "Cannot build an ExtensionType instance from components because more components "
                "are provided than the number expected by the type spec."
            )
        return new_instance(self.value_type, zip(self.__dict__, values, strict=True))

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={value!r}" for name, value in self._serialize())
        return f"{type(self).__qualname__}({fields})"


class ExtensionTypeBatchEncoder:
    """Encodes values of an extension type as tensors that can be batched, and decodes them.

    Implements `tf.experimental.ExtensionTypeBatchEncoder`. By default, tensors, composite tensors
    and shapes among the fields have one more axis in a batch. Subclasses may override any method.
    """

    def batch(self, spec: Any, batch_size: int | None) -> Any:
        """The spec of a batch of values that `spec` describes."""

        def batched(leaf: Any) -> Any:
            if isinstance(leaf, TypeSpec):
                return batched_spec(leaf, batch_size)
            return TensorShape([batch_size]).concatenate(leaf) if _is_shape(leaf) else leaf

        return _with_fields(spec, batched)

    def unbatch(self, spec: Any) -> Any:
        """The spec of one value of a batch that `spec` describes."""

        def unbatched(leaf: Any) -> Any:
            if isinstance(leaf, TypeSpec):
                return unbatched_spec(leaf)
            return leaf[1:] if _is_shape(leaf) else leaf

        return _with_fields(spec, unbatched)

    def encode(self, spec: Any, value: Any, minimum_rank: int = 0) -> Any:
        """Encodes `value` as a structure of tensors and composite tensors."""
        return spec._to_components(value)

    def decode(self, spec: Any, encoded_value: Any) -> Any:
        """Decodes the result of `encode`, possibly after slicing or stacking."""
        return spec._from_components(encoded_value)

    def encoding_specs(self, spec: Any) -> Any:
        """The specs of the results of `encode`."""
        return spec._component_specs


def _is_shape(value: Any) -> bool:
    return isinstance(value, TensorShape)


def _with_fields(spec: Any, function: Callable[[Any], Any]) -> Any:
    return new_instance(
        type(spec), {name: map_leaves(x, function) for name, x in spec.__dict__.items()}
    )


def batched_spec(spec: Any, size: int | None) -> Any:
    """The spec of a batch of values that `spec` describes."""
    if isinstance(spec, TensorSpec):
        return TensorSpec(TensorShape([size]).concatenate(spec.shape), spec.dtype)
    return spec._batch(size)


def unbatched_spec(spec: Any) -> Any:
    """The spec of one value of a batch that `spec` describes."""
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


def _with_specs(leaf: Any) -> Any:
    if isinstance(leaf, EagerTensor):
        return TensorSpec(leaf.shape, leaf.dtype)
    return leaf._type_spec if hasattr(type(leaf), "_type_spec") else leaf


def _unpickle(value_type: Any, serialization: Any) -> Any:
    return value_type.Spec._deserialize(serialization)
