"""`tf.TensorArraySpec`: the type of a `tf.TensorArray`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..._core.types.dtype import as_dtype
from ..._core.types.dtype import float32 as _float32
from ..._core.types.shape import as_shape
from .tensor_array import TensorArray


class TensorArraySpec:
    """Implements `tf.TensorArraySpec`: the dtype, element shape and kind of size of an array."""

    __slots__ = ("_dtype", "_dynamic_size", "_element_shape", "_infer_shape")

    def __init__(
        self,
        element_shape: Any = None,
        dtype: Any = _float32,
        dynamic_size: bool = False,
        infer_shape: bool = True,
    ) -> None:
        self._element_shape = as_shape(element_shape)
        self._dtype = as_dtype(dtype)
        self._dynamic_size = dynamic_size
        self._infer_shape = infer_shape

    @property
    def value_type(self) -> type[TensorArray]:
        """The class of the described values."""
        return TensorArray

    @staticmethod
    def from_value(value: Any) -> TensorArraySpec:
        """The spec of an array. Raises TypeError if `value` is not a TensorArray."""
        if not isinstance(value, TensorArray):
            raise TypeError(f"Expected value to be a TensorArray, but got: `{type(value)}`")
        return TensorArraySpec(
            value.element_shape, value.dtype, value.dynamic_size, value._infer_shape
        )

    def is_subtype_of(self, other: Any) -> bool:
        """Whether `other` has the same dtype and kind of size."""
        return (
            isinstance(other, TensorArraySpec)
            and self._dtype is other._dtype
            and self._dynamic_size == other._dynamic_size
        )

    def most_specific_common_supertype(self, others: Iterable[Any]) -> Any:
        """The most specific spec that covers this and `others`.

        None if dtypes or kinds of size differ; False, as in TensorFlow, if one of `others` is not a
        TensorArraySpec.
        """
        others = list(others)
        if not all(isinstance(other, TensorArraySpec) for other in others):
            return False
        shape = self._element_shape.most_specific_common_supertype(
            [other._element_shape for other in others]
        )
        if shape is None or not all(self.is_subtype_of(other) for other in others):
            return None
        infer_shape = self._infer_shape and all(other._infer_shape for other in others)
        return TensorArraySpec(shape, self._dtype, self._dynamic_size, infer_shape)

    def is_compatible_with(self, other: Any) -> bool:
        """Whether an array, or some array of another spec, matches this spec."""
        if isinstance(other, TensorArray):
            other = self.from_value(other)
        return (
            isinstance(other, TensorArraySpec)
            and self._dtype.is_compatible_with(other._dtype)
            and self._element_shape.is_compatible_with(other._element_shape)
            and self._dynamic_size == other._dynamic_size
        )

    def most_specific_compatible_type(self, other: Any) -> TensorArraySpec:
        """The most specific spec covering this and `other`. Raises ValueError if there is none."""
        supertype = self.most_specific_common_supertype([other])
        if not supertype:
            raise ValueError(f"No TypeSpec is compatible with both {self} and {other}")
        return supertype

    def _key(self) -> tuple[Any, ...]:
        return self._element_shape, self._dtype, self._dynamic_size, self._infer_shape

    def __eq__(self, other: object) -> bool:
        return (
            type(self) is type(other)
            and isinstance(other, TensorArraySpec)
            and self._key() == other._key()
        )

    def __hash__(self) -> int:
        return hash(self._key())

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), self._key()

    def __repr__(self) -> str:
        return f"{type(self).__name__}{self._key()!r}"
