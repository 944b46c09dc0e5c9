"""`tf.ragged.constant`."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._core.tensor.convert import INT64
from .._core.types.dtype import as_dtype
from .._ops.array.conversion import constant as dense_constant
from .factories import is_ragged
from .row_partition import RowPartition
from .tensor import from_row_partitions


def constant(
    pylist: Any,
    dtype: Any = None,
    ragged_rank: int | None = None,
    inner_shape: Any = None,
    name: str | None = None,
    row_splits_dtype: Any = INT64,
) -> Any:
    """Creates a ragged tensor from nested lists. Implements `tf.ragged.constant`.

    Args:
      pylist: nested lists, tuples or arrays.
      dtype: the dtype of the elements; inferred by default.
      ragged_rank: the number of ragged dimensions; by default all but the first, and without those
        of `inner_shape`.
      inner_shape: the shape of the values below the ragged dimensions.
      row_splits_dtype: int32 or int64.

    Returns:
      A `tf.RaggedTensor`, or a tensor if no dimension is ragged.

    Raises:
      ValueError: if the values differ in depth or do not match the other arguments.
    """
    if is_ragged(pylist):
        raise TypeError("pylist may not be a RaggedTensor or RaggedTensorValue.")
    if not _is_row(pylist):
        _check_scalar(pylist, ragged_rank, inner_shape)
        return dense_constant(pylist, dtype, ())
    if ragged_rank is not None and ragged_rank < 0:
        raise ValueError(f"Invalid ragged_rank={ragged_rank!r}: must be nonnegative")
    scalar_depth, max_depth = _depths(pylist)
    if scalar_depth is not None:
        if max_depth > scalar_depth:
            raise ValueError(
                f"Invalid pylist={pylist!r}: empty list nesting is greater than scalar value "
                "nesting"
            )
        if ragged_rank is not None and max_depth < ragged_rank:
            raise ValueError(
                f"Invalid pylist={pylist}, max depth smaller than ragged_rank={ragged_rank}"
            )
    if inner_shape is not None and ragged_rank is not None:
        expected = ragged_rank + len(inner_shape) + 1
        if expected != scalar_depth if scalar_depth is not None else expected < max_depth:
            raise ValueError(
                f"Invalid pylist={pylist!r}: incompatible with ragged_rank={ragged_rank} and "
                f"dim(inner_shape)={len(inner_shape)}"
            )
    inner = len(inner_shape) if inner_shape is not None else 0
    if ragged_rank == 0 or (ragged_rank is None and max_depth - inner < 2):
        return dense_constant(pylist, dtype, inner_shape)
    if inner_shape is None:
        inner_shape = () if ragged_rank is None else _inner_shape(pylist, ragged_rank)
    if ragged_rank is None:
        ragged_rank = max(1, max_depth - 1 if scalar_depth is None else scalar_depth - 1 - inner)
    splits = []
    values = pylist
    for _ in range(ragged_rank):
        splits.append(np.cumsum([0, *map(len, values)]).tolist())
        values = [item for row in values for item in row]
    flat = dense_constant(values, dtype, (len(values), *inner_shape))
    splits_dtype = as_dtype(row_splits_dtype)
    return from_row_partitions(
        flat, [RowPartition._create(dense_constant(ends, splits_dtype)) for ends in splits]
    )


def _is_row(value: Any) -> bool:
    return isinstance(value, (list, tuple)) or np.ndim(value) != 0


def _check_scalar(pylist: Any, ragged_rank: int | None, inner_shape: Any) -> None:
    if ragged_rank:
        raise ValueError(f"Invalid pylist={pylist!r}: incompatible with ragged_rank={ragged_rank}")
    if inner_shape:
        raise ValueError(
            f"Invalid pylist={pylist!r}: incompatible with dim(inner_shape)={len(inner_shape)}"
        )


def _depths(value: Any) -> tuple[int | None, int]:
    """The nesting depth of the scalars, None if there are none, and that of the lists."""
    if not _is_row(value):
        return 0, 0
    scalar_depth = None
    max_depth = 1
    for child in value:
        child_scalar_depth, child_depth = _depths(child)
        if child_scalar_depth is not None:
            if scalar_depth is not None and scalar_depth != child_scalar_depth + 1:
                raise ValueError("all scalar values must have the same nesting depth")
            scalar_depth = child_scalar_depth + 1
        max_depth = max(max_depth, child_depth + 1)
    return scalar_depth, max_depth


def _inner_shape(pylist: Any, ragged_rank: int) -> tuple[int, ...]:
    """The shape of the values below the ragged dimensions. Raises ValueError if they differ."""
    values = pylist
    for depth in range(ragged_rank):
        if not all(map(_is_row, values)):
            raise ValueError(
                f"pylist has scalar values depth {depth + 1}, but ragged_rank={ragged_rank} "
                f"requires scalar value depth greater than {ragged_rank}"
            )
        values = [item for row in values for item in row]
    shape: list[int] = []
    first = values
    while _is_row(first):
        shape.append(len(first))
        if not len(first):
            break
        first = first[0]
    _check_shape(values, tuple(shape))
    return tuple(shape[1:])


def _check_shape(item: Any, shape: tuple[int, ...]) -> None:
    if _is_row(item) != bool(shape) or (shape and shape[0] != len(item)):
        raise ValueError("inner values have inconsistent shape")
    if shape:
        for child in item:
            _check_shape(child, shape[1:])
