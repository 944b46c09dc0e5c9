"""`tf.experimental.RowPartition`: how a sequence of values is divided into rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from .._core.tensor.convert import INT32, INT64, to_tensor
from .._core.tensor.tensor import EagerTensor
from .._core.types.dtype import DType, as_dtype
from .._ops.array.shaping import shape
from .._ops.debugging.assertions import (
    assert_equal,
    assert_less,
    assert_less_equal,
    assert_non_negative,
)
from .._ops.math.casting import cast
from .splits import count_row_ids, integers_like, row_ids_from_splits, splits_from_lengths

_FACTORY_KEY = object()
_INVALID = "Arguments to {} do not form a valid RowPartition"


class RowPartition:
    """A partition of values into rows. Implements `tf.experimental.RowPartition`.

    Row `i` has the values from `row_splits[i]` up to `row_splits[i + 1]`. Instances are created by
    the `from_` methods, which raise ValueError or InvalidArgumentError if their arguments are not
    valid. All tensors of a partition are int32, or all are int64.
    """

    __slots__ = (
        "_row_splits",
        "_row_lengths",
        "_value_rowids",
        "_nrows",
        "_uniform_row_length",
        "_nvals",
    )

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
        if internal is not _FACTORY_KEY:
            raise ValueError(
                "RowPartition constructor is private; please use one of the factory methods "
                "instead (e.g., RowPartition.from_row_lengths())"
            )
        self._row_splits = row_splits
        self._row_lengths = row_lengths
        self._value_rowids = value_rowids
        self._nrows = nrows
        self._uniform_row_length = uniform_row_length
        self._nvals: int | None = nvals

    @classmethod
    def _create(cls, row_splits: Any, **encodings: Any) -> RowPartition:
        """Creates a partition from splits and other encodings of it, which are not checked."""
        return cls(row_splits, internal=_FACTORY_KEY, **encodings)

    # -- factories ------------------------------------------------------------------------------

    @classmethod
    def from_value_rowids(
        cls,
        value_rowids: Any,
        nrows: Any = None,
        validate: Any = True,
        dtype: Any = None,
        dtype_hint: Any = None,
    ) -> RowPartition:
        """Puts value `i` into row `value_rowids[i]`.

        `value_rowids` must be sorted. There are `nrows` rows; by default as many as necessary.
        """
        _check_validate(validate)
        rowids = _encoding(value_rowids, "value_rowids", dtype, dtype_hint)
        ids = rowids._t
        last = int(ids.reshape(-1)[-1]) if ids.numel() else -1
        count: Any = to_tensor(last + 1 if nrows is None else nrows, rowids.dtype)
        if nrows is not None and not count._t.ndim:
            static_count = int(count)
            if static_count < 0:
                raise ValueError(f"Expected nrows >= 0; got {static_count}")
            if static_count < last + 1:
                raise ValueError(
                    f"Expected nrows >= value_rowids[-1] + 1; got nrows={static_count}, "
                    f"value_rowids[-1]={last}"
                )
        rowids.shape.assert_has_rank(1)
        count.shape.assert_has_rank(0)
        if validate:
            message = _INVALID.format("from_value_rowids")
            assert_non_negative(rowids[:1], message=message)
            _assert_increasing(rowids, message)
            assert_less(rowids[-1:], count, message=message)
        lengths = count_row_ids(ids, int(count))
        return cls._create(
            EagerTensor(splits_from_lengths(lengths)),
            row_lengths=EagerTensor(lengths),
            value_rowids=rowids,
            nrows=count,
            nvals=ids.shape[0],
        )

    @classmethod
    def from_row_splits(
        cls, row_splits: Any, validate: Any = True, dtype: Any = None, dtype_hint: Any = None
    ) -> RowPartition:
        """Row `i` has the values from `row_splits[i]` up to `row_splits[i + 1]`."""
        _check_validate(validate)
        if isinstance(row_splits, (list, tuple)) and not row_splits:
            raise ValueError("row_splits tensor may not be empty.")
        splits = _vector(row_splits, "row_splits", dtype, dtype_hint)
        if validate:
            message = "Arguments to from_row_splits do not form a valid RaggedTensor:"
            _assert_zero(splits[0], message + "zero")
            _assert_increasing(splits, message + "monotonic")
        return cls._create(splits)

    @classmethod
    def from_row_lengths(
        cls, row_lengths: Any, validate: Any = True, dtype: Any = None, dtype_hint: Any = None
    ) -> RowPartition:
        """Row `i` has the next `row_lengths[i]` values."""
        _check_validate(validate)
        lengths = _vector(row_lengths, "row_lengths", dtype, dtype_hint)
        if validate:
            assert_non_negative(lengths, message=_INVALID.format("from_row_lengths"))
        splits = EagerTensor(splits_from_lengths(lengths._t))
        return cls._create(splits, row_lengths=lengths)

    @classmethod
    def from_row_starts(
        cls,
        row_starts: Any,
        nvals: Any,
        validate: Any = True,
        dtype: Any = None,
        dtype_hint: Any = None,
    ) -> RowPartition:
        """Row `i` begins with value `row_starts[i]`; the last row ends with value `nvals - 1`."""
        _check_validate(validate)
        count = int(nvals)
        starts = _vector(row_starts, "row_starts", dtype, dtype_hint)
        if validate:
            message = _INVALID.format("from_row_starts")
            _assert_zero(starts[:1], message)
            _assert_increasing(starts, message)
            assert_less_equal(starts[-1:], to_tensor(count, starts.dtype), message=message)
        splits = torch.cat((starts._t, starts._t.new_tensor([count])))
        return cls._create(EagerTensor(splits), nvals=count)

    @classmethod
    def from_row_limits(
        cls, row_limits: Any, validate: Any = True, dtype: Any = None, dtype_hint: Any = None
    ) -> RowPartition:
        """Row `i` ends before value `row_limits[i]`; the first row begins with value 0."""
        _check_validate(validate)
        limits = _vector(row_limits, "row_limits", dtype, dtype_hint)
        if validate:
            message = _INVALID.format("from_row_limits")
            assert_non_negative(limits[:1], message=message)
            _assert_increasing(limits, message)
        return cls._create(EagerTensor(torch.cat((limits._t.new_zeros(1), limits._t))))

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
        """All rows have one length; at least one of `nvals` and `nrows` must be given."""
        _check_validate(validate)
        if nvals is None and nrows is None:
            raise ValueError("Either (or both) of nvals and nrows must be specified")
        length = uniform_row_length
        if dtype is not None:
            length = to_tensor(length, _splits_dtype(dtype, "uniform_row_length"))
        elif isinstance(length, (EagerTensor, np.ndarray)):
            length = to_tensor(length)
        else:
            length = to_tensor(length, INT64 if dtype_hint is None else as_dtype(dtype_hint))
        value_count = int(length) * int(nrows) if nvals is None else int(nvals)
        length.shape.assert_has_rank(0)
        size = int(length)
        if nrows is None:
            nrows = value_count // size if size else 0
        row_count: Any = to_tensor(nrows, length.dtype)
        rows = int(row_count)
        payload = length._t
        splits = torch.arange(max(rows + 1, 0), dtype=payload.dtype, device=payload.device) * size
        if validate:
            if rows * size != value_count:
                raise ValueError(
                    f"uniform_row_length={size} times nrows={rows} must equal nvals={value_count}"
                )
            if size < 0:
                raise ValueError("uniform_row_length must be >= 0.")
        return cls._create(EagerTensor(splits), nrows=row_count, uniform_row_length=length)

    def with_dtype(self, dtype: Any) -> RowPartition:
        """The same partition in int32 or int64. Raises ValueError for other dtypes."""
        dtype = as_dtype(dtype)
        if dtype not in (INT32, INT64):
            raise ValueError(f"dtype must be int32 or int64, got {dtype!r}")
        if dtype is self.dtype:
            return self

        def converted(tensor: Any) -> Any:
            return tensor if tensor is None else cast(tensor, dtype)

        return RowPartition._create(
            converted(self._row_splits),
            row_lengths=converted(self._row_lengths),
            value_rowids=converted(self._value_rowids),
            nrows=converted(self._nrows),
            uniform_row_length=converted(self._uniform_row_length),
            nvals=self._nvals,
        )

    # -- encodings ------------------------------------------------------------------------------

    @property
    def dtype(self) -> DType:
        """int32 or int64."""
        return self._row_splits.dtype

    def row_splits(self) -> Any:
        """Where each row begins, followed by where the last one ends: `[nrows + 1]`."""
        return self._row_splits

    def value_rowids(self) -> Any:
        """The row of each value: `[nvals]`."""
        if self._value_rowids is not None:
            return self._value_rowids
        return EagerTensor(row_ids_from_splits(self._row_splits._t))

    def nvals(self) -> Any:
        """The number of values, a scalar tensor."""
        return self._row_splits[-1]

    def nrows(self) -> Any:
        """The number of rows, a scalar tensor."""
        if self._nrows is None:
            splits = self._row_splits
            if type(splits) is EagerTensor:
                self._nrows = EagerTensor(integers_like(self.static_nrows, splits._t))
            else:  # while a function is traced
                sizes: Any = shape(splits, self.dtype)
                self._nrows = sizes[0] - 1
        return self._nrows

    def uniform_row_length(self) -> Any:
        """The length of all rows if they are known to be uniform, else None."""
        return self._uniform_row_length

    def row_starts(self) -> Any:
        """Where each row begins: `[nrows]`."""
        return self._row_splits[:-1]

    def row_limits(self) -> Any:
        """Where each row ends: `[nrows]`."""
        return self._row_splits[1:]

    def row_lengths(self) -> Any:
        """The length of each row: `[nrows]`."""
        if self._row_lengths is not None:
            return self._row_lengths
        return EagerTensor(torch.diff(self._row_splits._t))

    def offsets_in_rows(self) -> Any:
        """The position of each value in its row: `[nvals]`."""
        splits, row_ids = self._row_splits._t, self.value_rowids()._t
        values = torch.arange(row_ids.shape[0], dtype=splits.dtype, device=splits.device)
        return EagerTensor(values - splits[row_ids.long()])

    def is_uniform(self) -> bool:
        """Whether the rows are known to have one length."""
        return self._uniform_row_length is not None

    @property
    def static_nrows(self) -> Any:
        """The number of rows, known without waiting for a device; None if it is symbolic."""
        size = self._row_splits.shape[0]
        return None if size is None else size - 1

    @property
    def static_nvals(self) -> int | None:
        """The number of values, if it is known without reading tensors."""
        uniform_length = self._uniform_length
        return self._nvals if uniform_length is None else self.static_nrows * uniform_length

    @property
    def static_uniform_row_length(self) -> Any:
        """The length of all rows as a NumPy scalar if they are known to be uniform, else None."""
        return None if self._uniform_row_length is None else self._uniform_row_length.numpy()

    @property
    def _uniform_length(self) -> int | None:
        """The length of all rows as an int if they are known to be uniform, else None."""
        return None if self._uniform_row_length is None else int(self._uniform_row_length._t)

    def __repr__(self) -> str:
        if self.is_uniform():
            return (
                f"tf.RowPartition(nrows={self.static_nrows}, "
                f"uniform_row_length={self.static_uniform_row_length})"
            )
        return f"tf.RowPartition(row_splits={self.row_splits().numpy()})"


# -- arguments of the factories -----------------------------------------------------------------


def _check_validate(validate: Any) -> None:
    if not isinstance(validate, bool):
        raise TypeError("validate must have type bool")


def _splits_dtype(dtype: Any, name: str) -> DType:
    dtype = as_dtype(dtype)
    if dtype not in (INT32, INT64):
        raise ValueError(f"{name} must have dtype int32 or int64")
    return dtype


def _encoding(value: Any, name: str, dtype: Any, dtype_hint: Any) -> Any:
    """Converts the argument `name` to a tensor. Raises ValueError if it is not int32 or int64."""
    if dtype is not None:
        value = to_tensor(value, _splits_dtype(dtype, name))
    return integer_tensor(value, name, None if dtype_hint is None else as_dtype(dtype_hint))


def _vector(value: Any, name: str, dtype: Any, dtype_hint: Any) -> Any:
    tensor = _encoding(value, name, dtype, dtype_hint)
    tensor.shape.assert_has_rank(1)
    return tensor


def integer_tensor(value: Any, name: str, dtype_hint: DType | None = None) -> Any:
    """Converts an argument to a tensor: of int64, or `dtype_hint`, if it has no dtype of its own.

    Raises ValueError if it is not int32 or int64.
    """
    if isinstance(value, np.ndarray) and value.dtype == np.int32:
        dtype_hint = None
    elif dtype_hint is None:
        dtype_hint = INT64
    tensor = to_tensor(value, None, dtype_hint)
    if tensor.dtype not in (INT32, INT64):
        raise ValueError(f"{name} must have dtype int32 or int64")
    return tensor


def _assert_increasing(tensor: Any, message: str) -> None:
    assert_non_negative(EagerTensor(torch.diff(tensor._t)), message=message)


def _assert_zero(tensor: Any, message: str) -> None:
    assert_equal(tensor, to_tensor(0, tensor.dtype), message=message)
