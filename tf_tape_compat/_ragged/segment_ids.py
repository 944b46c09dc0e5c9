"""Conversion between row splits and segment ids."""

from __future__ import annotations

from typing import Any

from .._core.tensor.convert import INT32, INT64, to_tensor
from .._core.tensor.tensor import EagerTensor
from .._core.types.dtype import DType, as_dtype
from .._ops.math.casting import cast
from .splits import count_row_ids, row_ids_from_splits, splits_from_lengths


def row_splits_to_segment_ids(
    splits: Any, name: str | None = None, out_type: Any = None
) -> EagerTensor:
    """The row of each value. Implements `tf.ragged.row_splits_to_segment_ids`.

    Raises:
      ValueError: if `splits` is empty, not a vector, or not int32 or int64.
    """
    tensor = to_tensor(splits, None, INT64)
    if tensor.dtype not in (INT32, INT64):
        raise ValueError("splits must have dtype int32 or int64")
    tensor.shape.assert_has_rank(1)
    if not tensor._t.shape[0]:
        raise ValueError("Invalid row_splits: []")
    dtype = tensor.dtype if out_type is None else as_dtype(out_type)
    return EagerTensor(row_ids_from_splits(tensor._t).to(dtype.torch))


def segment_ids_to_row_splits(
    segment_ids: Any, num_segments: Any = None, out_type: Any = None, name: str | None = None
) -> EagerTensor:
    """The splits of rows. Implements `tf.ragged.segment_ids_to_row_splits`.

    Args:
      segment_ids: the row of each value, a sorted vector.
      num_segments: the number of rows; by default as many as necessary.
      out_type: the dtype of the splits; that of the arguments by default.

    Raises:
      ValueError: if `segment_ids` is not a vector.
    """
    dtype: DType = INT64
    if out_type is not None:
        dtype = as_dtype(out_type)
    elif isinstance(segment_ids, EagerTensor):
        dtype = segment_ids.dtype
    elif isinstance(num_segments, EagerTensor):
        dtype = num_segments.dtype
    ids = to_integers(segment_ids, "segment_ids", INT32)
    ids.shape.assert_has_rank(1)
    size = int(ids._t.max()) + 1 if ids._t.numel() else 0
    if num_segments is not None:
        size_tensor = to_integers(num_segments, "num_segments", INT32)
        size_tensor.shape.assert_has_rank(0)
        size = int(size_tensor._t)
    return EagerTensor(splits_from_lengths(count_row_ids(ids._t, size).to(dtype.torch)))


def to_integers(value: Any, name: str, dtype: DType) -> EagerTensor:
    """Converts an argument to integers of a dtype. Raises TypeError if it is not integer."""
    tensor = to_tensor(value, None, dtype)
    if not tensor.dtype.is_integer:
        raise TypeError(f"{name} must be an integer tensor; dtype={tensor.dtype}")
    return cast(tensor, dtype)
