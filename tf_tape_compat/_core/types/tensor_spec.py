"""`TensorSpec`: the shape, dtype and name of a tensor that need not exist yet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from ..._api.shown_modules import shown_in
from . import dtype as dtypes
from .dtype import DType
from .shape import TensorShape
from .type_spec import TypeSpec


class TensorSpec(TypeSpec):
    """Implements `tf.TensorSpec`: the shape, dtype and name that a tensor must have.

    `shape` is anything that `tf.TensorShape` accepts, `dtype` anything that `tf.as_dtype` accepts.
    """

    __slots__ = ("_dtype", "_name", "_shape")

    value_type: ClassVar[Any] = ()
    """The class of the tensors described, `tf.Tensor`; set by the module that defines it."""

    dense: ClassVar[tuple[Any, ...]] = ()
    """Other classes of specs that describe one tensor; set by the modules that define them."""

    def __init__(self, shape: Any, dtype: Any = dtypes.float32, name: str | None = None) -> None:
        self._shape = TensorShape(shape)
        self._dtype = dtypes.as_dtype(dtype)
        self._name = name

    @classmethod
    def from_spec(cls, spec: Any, name: str | None = None) -> TensorSpec:
        """A spec with the shape and dtype of `spec`, and `name` or else its name."""
        return cls(spec.shape, spec.dtype, name or spec.name)

    @classmethod
    def from_tensor(cls, tensor: Any, name: str | None = None) -> TensorSpec:
        """The spec that describes `tensor`. Raises ValueError if it is not a `tf.Tensor`."""
        if not isinstance(tensor, cls.value_type):
            raise ValueError(f"`tensor` should be a tf.Tensor, but got type {type(tensor)}.")
        return TensorSpec(tensor.shape, tensor.dtype, name)

    @property
    def shape(self) -> TensorShape:
        """The shape, perhaps partly unknown."""
        return self._shape

    @property
    def dtype(self) -> DType:
        """The element type."""
        return self._dtype

    @property
    def name(self) -> str | None:
        """The name, or None."""
        return self._name

    def is_compatible_with(self, spec_or_tensor: Any) -> bool:
        """Whether a tensor, or some tensor of another spec, fits this spec."""
        types: Any = (TensorSpec, self.value_type, *self.dense)
        return (
            isinstance(spec_or_tensor, types)
            and self._dtype.is_compatible_with(spec_or_tensor.dtype)
            and self._shape.is_compatible_with(spec_or_tensor.shape)
        )

    def is_subtype_of(self, other: Any) -> bool:
        """Whether every tensor of this spec fits `other`; a name only fits the same name."""
        return (
            isinstance(other, TensorSpec)
            and (not self._name or self._name == other._name)
            and self._shape.is_subtype_of(other._shape)
            and self._dtype is other._dtype
        )

    def most_specific_common_supertype(self, others: Sequence[Any]) -> TensorSpec | None:
        """The narrowest spec that covers this and `others`; None if dtypes or names differ."""
        for other in others:
            if type(other) is not type(self):
                return None
            if other._dtype is not self._dtype or other._name != self._name:
                return None
        shape = self._shape.most_specific_common_supertype([other._shape for other in others])
        return type(self)(shape, self._dtype, self._name)

    def _serialize(self) -> tuple[Any, ...]:
        return self._shape, self._dtype, self._name

    @property
    def _component_specs(self) -> TensorSpec:
        return self

    def _to_components(self, value: Any) -> Any:
        return value

    def _from_components(self, components: Any) -> Any:
        return components

    def _batch(self, batch_size: Any) -> TensorSpec:
        return TensorSpec(TensorShape([batch_size]).concatenate(self._shape), self._dtype)

    def _unbatch(self) -> TensorSpec:
        if self._shape.rank == 0:
            raise ValueError("Unbatching a tensor is only supported for rank >= 1")
        return TensorSpec(self._shape[1:], self._dtype)

    def __eq__(self, other: object) -> bool:
        return (
            type(self) is type(other)
            and isinstance(other, TensorSpec)
            and self._shape == other._shape
            and self._dtype is other._dtype
            and self._name == other._name
        )

    def __hash__(self) -> int:
        return hash((self._shape, self._dtype))

    def __repr__(self) -> str:
        name = type(self).__name__
        return f"{name}(shape={self._shape}, dtype={self._dtype!r}, name={self._name!r})"


shown_in("tensorflow.python.framework.tensor", TensorSpec)
