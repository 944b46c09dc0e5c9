"""`tensorflow.python.framework.tensor_spec`."""

from __future__ import annotations

from typing import Any

from ..._core.types.dtype import DType, as_dtype
from ..._core.types.shape import TensorShape
from ..._core.types.tensor_spec import TensorSpec as TensorSpec
from .type_spec import BatchableTypeSpec


class DenseSpec(BatchableTypeSpec):
    """A spec of values with a shape and an element type."""

    __slots__ = ("_dtype", "_name", "_shape")

    def __init__(self, shape: Any, dtype: Any = "float32", name: str | None = None) -> None:
        self._shape = TensorShape(shape)
        self._dtype = as_dtype(dtype)
        self._name = name

    @property
    def shape(self) -> TensorShape:
        """The shape."""
        return self._shape

    @property
    def dtype(self) -> DType:
        """The element type."""
        return self._dtype

    @property
    def name(self) -> str | None:
        """The name."""
        return self._name
