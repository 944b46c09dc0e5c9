"""Indexing, slicing and iterating over ragged tensors."""

from __future__ import annotations

from typing import Any

import torch

from .._core.tensor.convert import to_tensor
from .._core.tensor.tensor import EagerTensor
from .._ops.array.gathering import gather
from .._ops.debugging.assertions import assert_greater_equal, assert_less
from .conversion import uniform_rows
from .factories import is_ragged
from .ranges import concatenated_ranges
from .row_partition import RowPartition
from .tensor import RaggedTensor, from_row_partition

_ALL = slice(None)


def getitem(self: RaggedTensor, key: Any) -> Any:
    """Indexes or slices the tensor; inner ragged dimensions can only be sliced.

    Raises ValueError for an index into an inner ragged dimension, and IndexError if a row does not
    exist.
    """
    return _index_rows(self, list(key) if isinstance(key, (list, tuple)) else [key])


def _index_rows(value: RaggedTensor, keys: list[Any]) -> Any:
    """Applies the keys, the first of them to the first dimension."""
    if not keys:
        return value
    key, *inner = keys
    if key is Ellipsis:
        return _index_rows(value, _without_ellipsis(keys, value.shape.rank))
    if key is None:
        rows = _index_rows(value, inner)
        return uniform_rows(rows, rows.row_splits._t.shape[0] - 1, 1, rows.row_splits.dtype)
    if isinstance(key, slice):
        return _index_inner(_row_slice(value, key), inner)
    splits = value.row_splits
    try:
        out_of_bounds = int(key) >= splits._t.shape[0] - 1
    except (TypeError, ValueError):
        out_of_bounds = False
    if out_of_bounds:
        raise IndexError(f"Row key {key} out of bounds")
    row = value.values[splits[:-1][key] : splits[1:][key]]
    return row[inner]


def _row_slice(value: RaggedTensor, key: slice) -> RaggedTensor:
    if key == _ALL:
        return value
    starts = value.row_splits[:-1][key]._t
    limits = value.row_splits[1:][key]._t
    if key.step is None or (not isinstance(key.step, EagerTensor) and key.step == 1):
        splits = torch.cat((starts[:1] if starts.shape[0] else starts.new_zeros(1), limits))
        start = splits[0]
        values = value.values[EagerTensor(start) : EagerTensor(splits[-1])]
        rows = from_row_partition(values, RowPartition._create(EagerTensor(splits - start)))
    else:
        rows = slice_rows(value.values, starts, limits)
    if value.uniform_row_length is None:
        return rows
    partition = RowPartition._create(
        rows.row_splits,
        nrows=rows.nrows(),
        uniform_row_length=value.uniform_row_length,
    )
    return from_row_partition(rows.values, partition)


def slice_rows(
    values: Any, starts: torch.Tensor, limits: torch.Tensor, step: Any = 1
) -> RaggedTensor:
    """The rows `values[start:limit:step]`."""
    indices, splits = concatenated_ranges(starts, limits, step)
    values = gather(values, EagerTensor(indices))
    return from_row_partition(values, RowPartition._create(EagerTensor(splits.to(starts.dtype))))


def _index_inner(value: Any, keys: list[Any]) -> Any:
    """Applies the keys, the first of them to the second dimension."""
    if not keys:
        return value
    if not is_ragged(value):
        return value[[_ALL, *keys]]
    key, *inner = keys
    if key is Ellipsis:
        return _index_inner(value, _without_ellipsis(keys, value.values.shape.rank))
    if key is None:
        columns = _index_inner(value, inner)
        return uniform_rows(columns, 1, columns.row_splits._t.shape[0] - 1, value.row_splits.dtype)
    if isinstance(key, slice):
        columns = _column_slice(value, key)
        return columns.with_values(_index_inner(columns.values, inner))
    return _column(value, key, inner)


def _column(value: RaggedTensor, key: Any, inner: list[Any]) -> Any:
    length = value.uniform_row_length
    if length is None:
        raise ValueError("Cannot index into an inner ragged dimension.")
    index = to_tensor(key, None, length.dtype)._t.to(length._t.dtype)
    message = "Index out of bounds when indexing into a ragged tensor"
    assert_greater_equal(EagerTensor(index), -length, message=message)
    assert_less(EagerTensor(index), length, message=message)
    offset, size = int(index), int(length._t)
    return _index_inner(value.values[offset if offset >= 0 else size + offset :: size], inner)


def _column_slice(value: RaggedTensor, key: slice) -> RaggedTensor:
    if key == _ALL:
        return value
    bounds = (key.start, key.stop)
    if not all(bound is None or isinstance(bound, (EagerTensor, int)) for bound in bounds):
        raise TypeError("slice offsets must be integers or None")
    step = 1 if key.step is None else key.step
    if not to_tensor(step).dtype.is_integer:
        raise TypeError("slice strides must be integers or None")
    step = int(step)
    starts, limits = value.row_splits._t[:-1], value.row_splits._t[1:]
    lower, upper = (starts, limits) if step >= 0 else (starts - 1, limits - 1)

    def bound(key_bound: Any, default: torch.Tensor) -> torch.Tensor:
        if key_bound is None:
            return default
        offset = int(key_bound)
        if offset >= 0:
            return torch.minimum(starts + offset, upper)
        return torch.maximum(limits + offset, lower)

    first = bound(key.start, starts if step >= 0 else limits - 1)
    last = bound(key.stop, limits if step >= 0 else starts - 1)
    sliced = slice_rows(value.values, first, last, step)
    length = value._partition._uniform_length
    if length is None:
        return sliced
    size = len(range(length)[slice(*(n if n is None else int(n) for n in (*bounds, step)))])
    return uniform_rows(sliced.values, size, value._partition.static_nrows, value.row_splits.dtype)


def _without_ellipsis(keys: list[Any], dimensions: Any) -> list[Any]:
    """Drops a leading ellipsis that matches no dimension; else inserts `:` before it."""
    count = sum(1 for key in keys if key is not None)
    if count > dimensions + 1:
        raise IndexError("Too many indices for RaggedTensor")
    return keys[1:] if count == dimensions + 1 else [_ALL, *keys]


# Without `__iter__`, as in TensorFlow: rows are iterated by number, and no row is an "iterable".
setattr(RaggedTensor, "__getitem__", getitem)  # noqa: B010
