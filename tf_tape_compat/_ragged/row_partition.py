"""`tf.experimental.RowPartition`: how values are cut into rows, without the values."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from .._core.tensor.convert import INT32, INT64, to_tensor
from .._core.tensor.tensor import EagerTensor
from .._core.types.dtype import DType, as_dtype
from . import partition as partitions
from .partition import RowPartition as Parts


def _given(value: Any, name: str, dtype: Any) -> Any:
    """The argument as a tensor of `dtype`, if there is one."""
    if dtype is None:
        return value
    if as_dtype(dtype) not in (INT32, INT64):
        raise ValueError(f"{name} must have dtype int32 or int64")
    return to_tensor(value, as_dtype(dtype))


def _hint(dtype_hint: Any) -> DType | None:
    return None if dtype_hint is None else as_dtype(dtype_hint)


def _check_validate(validate: Any) -> None:
    if not isinstance(validate, bool):
        raise TypeError("validate must have type bool")


class RowPartition:
    """A partition of values into rows; answers for `tf.experimental.RowPartition`.

    Made by its `from_` methods, which raise ValueError or InvalidArgumentError for what is no
    partition. All its tensors are int32, or all are int64.
    """

    __slots__ = ("_parts", "_nvals")

    def __init__(
        self,
        row_splits: Any,
        row_lengths: Any = None,
        value_rowids: Any = None,
        nrows: Any = None,
        uniform_row_length: Any = None,
        nvals: Any = None,
        internal: Any = False,
    ) -> None:
        if not isinstance(internal, Parts):
            raise ValueError(
                "RowPartition constructor is private; please use one of the factory methods "
                "instead (e.g., RowPartition.from_row_lengths())"
            )
        self._parts = internal
        self._nvals = nvals

    @classmethod
    def _of(cls, parts: Parts, nvals: int | None = None) -> RowPartition:
        if parts.uniform_size is not None:
            nvals = parts.size * parts.uniform_size
        return cls(None, nvals=nvals, internal=parts)

    # -- how it is made -------------------------------------------------------------------------

    @classmethod
    def from_value_rowids(
        cls,
        value_rowids: Any,
        nrows: Any = None,
        validate: Any = True,
        dtype: Any = None,
        dtype_hint: Any = None,
    ) -> RowPartition:
        """Puts value `i` into row `value_rowids[i]`; there are `nrows` rows, or as many as need."""
        _check_validate(validate)
        rowids = _given(value_rowids, "value_rowids", dtype)
        parts = partitions.from_rowids(rowids, nrows, validate, _hint(dtype_hint))
        return cls._of(parts, parts.rowids.shape[0])

    @classmethod
    def from_row_splits(
        cls, row_splits: Any, validate: Any = True, dtype: Any = None, dtype_hint: Any = None
    ) -> RowPartition:
        """Row `i` has the values from `row_splits[i]` up to `row_splits[i + 1]`."""
        _check_validate(validate)
        if isinstance(row_splits, (list, tuple)) and not row_splits:
            raise ValueError("row_splits tensor may not be empty.")
        splits = _given(row_splits, "row_splits", dtype)
        return cls._of(partitions.from_splits(splits, validate, _hint(dtype_hint)))

    @classmethod
    def from_row_lengths(
        cls, row_lengths: Any, validate: Any = True, dtype: Any = None, dtype_hint: Any = None
    ) -> RowPartition:
        """Row `i` has the next `row_lengths[i]` values."""
        _check_validate(validate)
        lengths = _given(row_lengths, "row_lengths", dtype)
        return cls._of(partitions.from_lengths(lengths, validate, _hint(dtype_hint)))

    @classmethod
    def from_row_starts(
        cls,
        row_starts: Any,
        nvals: Any,
        validate: Any = True,
        dtype: Any = None,
        dtype_hint: Any = None,
    ) -> RowPartition:
        """Row `i` begins with value `row_starts[i]`; there are `nvals` values."""
        _check_validate(validate)
        starts, count = _given(row_starts, "row_starts", dtype), int(nvals)
        parts = partitions.from_starts(starts, count, validate, _hint(dtype_hint))
        return cls._of(parts, count)

    @classmethod
    def from_row_limits(
        cls, row_limits: Any, validate: Any = True, dtype: Any = None, dtype_hint: Any = None
    ) -> RowPartition:
        """Row `i` ends before value `row_limits[i]`."""
        _check_validate(validate)
        limits = _given(row_limits, "row_limits", dtype)
        return cls._of(partitions.from_limits(limits, validate, _hint(dtype_hint)))

    @classmethod
    def from_uniform_row_length(
        cls,
        uniform_row_length: Any,
        nvals: Any = None,
        nrows: Any = None,
        validate: Any = True,
        dtype: Any = None,
        dtype_hint: Any = None,
    ) -> RowPartition:
        """All rows have one length; there are `nvals` values, or `nrows` rows."""
        _check_validate(validate)
        if nvals is None and nrows is None:
            raise ValueError("Either (or both) of nvals and nrows must be specified")
        length = _given(uniform_row_length, "uniform_row_length", dtype)
        hint = _hint(dtype_hint)
        typed = isinstance(length, (EagerTensor, np.ndarray))
        length = to_tensor(length) if typed else to_tensor(length, hint or INT64)
        count = int(length) * int(nrows) if nvals is None else int(nvals)
        parts = partitions.from_uniform(length, count, nrows, validate, hint)
        return cls._of(parts)

    def with_dtype(self, dtype: Any) -> RowPartition:
        """The same, in int32 or int64. Raises ValueError for other types."""
        dtype = as_dtype(dtype)
        if dtype not in (INT32, INT64):
            raise ValueError(f"dtype must be int32 or int64, got {dtype!r}")
        return RowPartition._of(self._parts.with_dtype(dtype), self._nvals)

    # -- what it is -----------------------------------------------------------------------------

    @property
    def dtype(self) -> DType:
        """int32 or int64."""
        return self._parts.dtype

    def row_splits(self) -> Any:
        """Where each row begins, and where the last one ends."""
        return self._parts.splits

    def value_rowids(self) -> Any:
        """The row of each value."""
        return self._parts.value_rowids()

    def nvals(self) -> Any:
        """How many values there are."""
        return self._parts.splits[-1]

    def nrows(self) -> Any:
        """How many rows there are."""
        return self._parts.rows()

    def uniform_row_length(self) -> Any:
        """The length of all rows, if it is made of one; else None."""
        return self._parts.uniform

    def row_starts(self) -> Any:
        """Where each row begins."""
        return self._parts.splits[:-1]

    def row_limits(self) -> Any:
        """Where each row ends."""
        return self._parts.splits[1:]

    def row_lengths(self) -> Any:
        """The length of each row."""
        return self._parts.lengths()

    def offsets_in_rows(self) -> Any:
        """The place of each value in its row."""
        splits, rows = self._parts.splits._t, self._parts.value_rowids()._t
        places = torch.arange(rows.shape[0], dtype=splits.dtype, device=splits.device)
        return EagerTensor(places - splits[rows.long()])

    def is_uniform(self) -> bool:
        """Whether it is made of one length for all rows."""
        return self._parts.uniform is not None

    @property
    def static_nrows(self) -> int:
        """How many rows there are, a number."""
        return self._parts.size

    @property
    def static_nvals(self) -> int | None:
        """How many values there are, where it is made so that this is known."""
        return self._nvals

    @property
    def static_uniform_row_length(self) -> Any:
        """The length of all rows, a number of NumPy's, if it is made of one."""
        return None if self._parts.uniform is None else self._parts.uniform.numpy()

    def __repr__(self) -> str:
        if self.is_uniform():
            return (
                f"tf.RowPartition(nrows={self.static_nrows}, "
                f"uniform_row_length={self.static_uniform_row_length})"
            )
        return f"tf.RowPartition(row_splits={self.row_splits().numpy()})"
