"""`tensorflow.python.framework.tensor_util`."""

from __future__ import annotations

from typing import Any

from ..._core.types.shape import TensorShape
from ..._ops.array.inspection import get_static_value, is_tensor, known_value

is_tf_type = is_tensor


def constant_value(tensor: Any, partial: bool = False) -> Any:
    """The value of a tensor as a NumPy array, or None."""
    return get_static_value(tensor, partial)


def constant_value_as_shape(tensor: Any) -> TensorShape:
    """The value of a tensor as a shape; -1 is an unknown size."""
    value = known_value(tensor)
    if value is None:
        return TensorShape(None)
    return TensorShape([None if size == -1 else int(size) for size in value])
