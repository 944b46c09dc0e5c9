"""Arguments of TensorFlow 1: the old and the new name of the same, and other forms of values."""

from __future__ import annotations

from typing import Any

import numpy as np

import tf_tape_compat as tf


def one(**arguments: Any) -> Any:
    """The value of an argument with a new and an old name, in this order; at most one is given."""
    (new_name, new), (old_name, old) = arguments.items()
    if old is None:
        return new
    if new is not None:
        raise ValueError(f"Cannot specify both '{old_name}' and '{new_name}'.")
    return old


def last(axis: Any) -> Any:
    """An axis that is by default the last."""
    return -1 if axis is None else axis


def square(size: Any) -> Any:
    """The shape of a square block; an array is a shape already."""
    return np.array([size, size], np.int64) if np.ndim(size) == 0 else size


def as_tensor_unless(types: Any, value: Any, dtype: Any) -> Any:
    """A tensor, unless the value is of one of the types."""
    if isinstance(value, tf.compat.v1.SparseTensorValue):
        return tf.SparseTensor(*value)
    return value if isinstance(value, types) else tf.convert_to_tensor(value, dtype)
