"""Indexing and slicing of ragged tensors, and loops over their rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch

from .._core.tensor.convert import to_tensor
from .._core.tensor.tensor import EagerTensor
from .._ops.array.gathering import gather
from .._ops.debugging.assertions import assert_greater_equal, assert_less
from .construction import ranges
from .conversion import uniform
from .factories import is_ragged
from .partition import RowPartition
from .tensor import RaggedTensor, made

_ALL = slice(None)


def getitem(self: RaggedTensor, key: Any) -> Any:
    """The rows or values that `key` names, as in Python; a ragged dimension can only be sliced.

    Raises ValueError where an index names a column of a ragged dimension, IndexError for a row
    that does not exist.
    """
    return _outer(self, list(key) if isinstance(key, (list, tuple)) else [key])


def _outer(value: RaggedTensor, keys: list[Any]) -> Any:
    if not keys:
        return value
    key, *inner = keys
    if key is Ellipsis:
        return _outer(value, _without_ellipsis(keys, value.shape.rank))
    if key is None:
        found = _outer(value, inner)
        return uniform(found, found.row_splits._t.shape[0] - 1, 1, found.row_splits.dtype)
    if isinstance(key, slice):
        return _inner(_row_slice(value, key), inner)
    splits = value.row_splits
    try:
        late = int(key) >= splits._t.shape[0] - 1
    except (TypeError, ValueError):
        late = False
    if late:
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
        found = made(values, RowPartition(EagerTensor(splits - start)))
    else:
        found = taken(value.values, starts, limits)
    if value.uniform_row_length is None:
        return found
    partition = RowPartition(
        found.row_splits, count=found.nrows(), uniform=value.uniform_row_length
    )
    return made(found.values, partition)


def taken(values: Any, starts: torch.Tensor, limits: torch.Tensor, step: Any = 1) -> RaggedTensor:
    """The rows `values[start:limit:step]`."""
    indices, splits = ranges(starts, limits, step)
    found = gather(values, EagerTensor(indices))
    return made(found, RowPartition(EagerTensor(splits.to(starts.dtype))))


def _inner(value: Any, keys: list[Any]) -> Any:
    """What is left of the rows; the first key is for the second dimension."""
    if not keys:
        return value
    if not is_ragged(value):
        return value[[_ALL, *keys]]
    key, *inner = keys
    if key is Ellipsis:
        return _inner(value, _without_ellipsis(keys, value.values.shape.rank))
    if key is None:
        found = _inner(value, inner)
        return uniform(found, 1, found.row_splits._t.shape[0] - 1, value.row_splits.dtype)
    if isinstance(key, slice):
        found = _column_slice(value, key)
        return found.with_values(_inner(found.values, inner))
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
    return _inner(value.values[offset if offset >= 0 else size + offset :: size], inner)


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

    def bound(given: Any, otherwise: torch.Tensor) -> torch.Tensor:
        if given is None:
            return otherwise
        offset = int(given)
        if offset >= 0:
            return torch.minimum(starts + offset, upper)
        return torch.maximum(limits + offset, lower)

    first = bound(key.start, starts if step >= 0 else limits - 1)
    last = bound(key.stop, limits if step >= 0 else starts - 1)
    found = taken(value.values, first, last, step)
    length = value._partition.uniform_size
    if length is None:
        return found
    size = len(range(length)[slice(*(n if n is None else int(n) for n in (*bounds, step)))])
    return uniform(found.values, size, value._partition.size, value.row_splits.dtype)


def _without_ellipsis(keys: list[Any], dimensions: Any) -> list[Any]:
    """The keys behind an ellipsis, or with one more dimension before it."""
    count = sum(1 for key in keys if key is not None)
    if count > dimensions + 1:
        raise IndexError("Too many indices for RaggedTensor")
    return keys[1:] if count == dimensions + 1 else [_ALL, *keys]


def iterate(self: RaggedTensor) -> Iterator[Any]:
    """The rows."""
    for row in range(self._partition.size):
        yield getitem(self, row)


for _name, _method in (("__getitem__", getitem), ("__iter__", iterate)):
    setattr(RaggedTensor, _name, _method)
