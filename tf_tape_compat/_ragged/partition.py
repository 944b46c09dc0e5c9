"""Row partitions: how a sequence of values is cut into rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from .._core.tensor.convert import INT32, INT64, to_tensor
from .._core.tensor.tensor import EagerTensor
from .._core.types.dtype import DType
from .._ops.debugging.assertions import (
    assert_equal,
    assert_less,
    assert_less_equal,
    assert_non_negative,
)
from .._ops.math.casting import cast

_ROWS = "Arguments to {} do not form a valid RowPartition"


class RowPartition:
    """Where rows begin and end: row `i` is `values[splits[i]:splits[i + 1]]`.

    All parts are int32 or all are int64 tensors. Besides `splits` they are what the partition was
    made of, or None.
    """

    __slots__ = ("splits", "_lengths", "rowids", "_count", "uniform")

    def __init__(
        self,
        splits: Any,
        lengths: Any = None,
        rowids: Any = None,
        count: Any = None,
        uniform: Any = None,
    ) -> None:
        self.splits = splits
        self._lengths = lengths
        self.rowids = rowids
        self._count = count
        self.uniform = uniform

    @property
    def dtype(self) -> DType:
        """int32 or int64."""
        return self.splits.dtype

    @property
    def size(self) -> int:
        """The number of rows, known without asking a device."""
        return self.splits._t.shape[0] - 1

    @property
    def uniform_size(self) -> int | None:
        """The length that all rows have, if the partition is made so."""
        return None if self.uniform is None else int(self.uniform._t)

    def rows(self) -> Any:
        """The number of rows, a 0-d tensor."""
        if self._count is None:
            self._count = EagerTensor(torch.tensor(self.size, dtype=self.splits._t.dtype))
        return self._count

    def lengths(self) -> Any:
        """The length of each row."""
        if self._lengths is not None:
            return self._lengths
        return EagerTensor(torch.diff(self.splits._t))

    def value_rowids(self) -> Any:
        """The row of each value."""
        if self.rowids is not None:
            return self.rowids
        return EagerTensor(row_of_each(self.splits._t))

    def with_dtype(self, dtype: DType) -> RowPartition:
        """The same partition in integers of another type."""
        if dtype is self.dtype:
            return self
        parts = (self.splits, self._lengths, self.rowids, self._count, self.uniform)
        return RowPartition(*(part if part is None else cast(part, dtype) for part in parts))


def row_of_each(splits: torch.Tensor) -> torch.Tensor:
    """For each value the row it is in."""
    rows = torch.arange(splits.shape[0] - 1, dtype=splits.dtype, device=splits.device)
    return torch.repeat_interleave(rows, torch.diff(splits))


def splits_of(lengths: torch.Tensor) -> torch.Tensor:
    """The splits of rows of given lengths."""
    out = lengths.new_zeros(lengths.shape[0] + 1)
    torch.cumsum(lengths, 0, out=out[1:])
    return out


def _tensor(value: Any, name: str, hint: DType | None) -> Any:
    """The argument `name` as a tensor. Raises ValueError if it is not int32 or int64."""
    if isinstance(value, np.ndarray) and value.dtype == np.int32:
        hint = None
    elif hint is None:
        hint = INT64
    tensor = to_tensor(value, None, hint)
    if tensor.dtype not in (INT32, INT64):
        raise ValueError(f"{name} must have dtype int32 or int64")
    return tensor


def _vector(value: Any, name: str, hint: DType | None) -> Any:
    tensor = _tensor(value, name, hint)
    tensor.shape.assert_has_rank(1)
    return tensor


def _increasing(tensor: Any, message: str) -> None:
    assert_non_negative(EagerTensor(torch.diff(tensor._t)), message=message)


def _starts_at_zero(tensor: Any, message: str) -> None:
    assert_equal(tensor, to_tensor(0, tensor.dtype), message=message)


def from_splits(splits: Any, validate: bool, hint: DType | None = None) -> RowPartition:
    """The partition of given splits."""
    if isinstance(splits, (list, tuple)) and not splits:
        raise ValueError("row_splits tensor may not be empty.")
    tensor = _vector(splits, "row_splits", hint)
    if validate:
        message = "Arguments to from_row_splits do not form a valid RaggedTensor:"
        _starts_at_zero(tensor[0], message + "zero")
        _increasing(tensor, message + "monotonic")
    return RowPartition(tensor)


def from_lengths(lengths: Any, validate: bool, hint: DType | None = None) -> RowPartition:
    """The partition into rows of given lengths."""
    tensor = _vector(lengths, "row_lengths", hint)
    if validate:
        assert_non_negative(tensor, message=_ROWS.format("from_row_lengths"))
    return RowPartition(EagerTensor(splits_of(tensor._t)), tensor)


def from_starts(starts: Any, nvals: int, validate: bool, hint: DType | None) -> RowPartition:
    """The partition into rows that start at given values."""
    tensor = _vector(starts, "row_starts", hint)
    if validate:
        message = _ROWS.format("from_row_starts")
        _starts_at_zero(tensor[:1], message)
        _increasing(tensor, message)
        assert_less_equal(tensor[-1:], to_tensor(nvals, tensor.dtype), message=message)
    return RowPartition(EagerTensor(torch.cat((tensor._t, tensor._t.new_tensor([nvals])))))


def from_limits(limits: Any, validate: bool, hint: DType | None) -> RowPartition:
    """The partition into rows that end before given values."""
    tensor = _vector(limits, "row_limits", hint)
    if validate:
        message = _ROWS.format("from_row_limits")
        assert_non_negative(tensor[:1], message=message)
        _increasing(tensor, message)
    return RowPartition(EagerTensor(torch.cat((tensor._t.new_zeros(1), tensor._t))))


def from_rowids(rowids: Any, nrows: Any, validate: bool, hint: DType | None) -> RowPartition:
    """The partition that puts each value into a given row, of `nrows` or as many as needed."""
    tensor = _tensor(rowids, "value_rowids", hint)
    ids = tensor._t
    last = int(ids.reshape(-1)[-1]) if ids.numel() else -1
    count: Any = to_tensor(last + 1 if nrows is None else nrows, tensor.dtype)
    if nrows is not None and not count._t.ndim:
        number = int(count)
        if number < 0:
            raise ValueError(f"Expected nrows >= 0; got {number}")
        if number < last + 1:
            raise ValueError(
                f"Expected nrows >= value_rowids[-1] + 1; got nrows={number}, "
                f"value_rowids[-1]={last}"
            )
    tensor.shape.assert_has_rank(1)
    count.shape.assert_has_rank(0)
    if validate:
        message = _ROWS.format("from_value_rowids")
        assert_non_negative(tensor[:1], message=message)
        _increasing(tensor, message)
        assert_less(tensor[-1:], count, message=message)
    lengths = counts(ids, int(count))
    return RowPartition(EagerTensor(splits_of(lengths)), EagerTensor(lengths), tensor, count)


def counts(ids: torch.Tensor, size: int) -> torch.Tensor:
    """How often each of the numbers below `size` is among `ids`."""
    ids = ids[ids < size]
    return torch.bincount(ids, minlength=size).to(ids.dtype)


def from_uniform(
    length: Any, nvals: int, nrows: Any, validate: bool, hint: DType | None
) -> RowPartition:
    """The partition into rows of one length."""
    dtype = length.dtype
    length.shape.assert_has_rank(0)
    size = int(length)
    if nrows is None:
        nrows = nvals // size if size else 0
    rows: Any = to_tensor(nrows, dtype)
    count = int(rows)
    splits = torch.arange(max(count + 1, 0), dtype=length._t.dtype, device=length._t.device) * size
    if validate:
        if count * size != nvals:
            raise ValueError(
                f"uniform_row_length={size} times nrows={count} must equal nvals={nvals}"
            )
        if size < 0:
            raise ValueError("uniform_row_length must be >= 0.")
    return RowPartition(EagerTensor(splits), count=rows, uniform=length)


def uniform_length(value: Any, dtype: DType | None) -> Any:
    """The length of uniform rows as a tensor."""
    return (
        to_tensor(value, dtype) if dtype is not None else _tensor(value, "UniformRowLength", None)
    )
