"""`tensorflow.python.framework.tensor_shape`."""

from __future__ import annotations

from typing import Any

from ..._core.types.dimension import Dimension as Dimension
from ..._core.types.shape import TensorShape as TensorShape
from ...compat import dimension_at_index as dimension_at_index
from ...compat import dimension_value as dimension_value


def as_shape(shape: Any) -> TensorShape:
    """The value as a shape."""
    return shape if isinstance(shape, TensorShape) else TensorShape(shape)


def as_dimension(value: Any) -> Dimension:
    """The value as a dimension."""
    return value if isinstance(value, Dimension) else Dimension(value)


def unknown_shape(rank: int | None = None, **kwargs: Any) -> TensorShape:
    """A shape of unknown sizes."""
    return TensorShape(None) if rank is None else TensorShape([None] * rank)
