"""`where`, `boolean_mask` and `dynamic_partition` of ragged tensors."""

from __future__ import annotations

from typing import Any

import torch

from .._core.tensor.convert import to_tensor
from .._core.tensor.tensor import EagerTensor
from .._core.types.dtype import as_dtype
from .._ops.array import dynamic_partition, gathering, joining, masking
from .._ops.array.where import where
from .._ops.debugging.assertions import assert_equal, assert_less, assert_non_negative
from .._ops.math.casting import cast
from .._ops.math.sorting import argsort
from .broadcasting import common_splits_dtype, elementwise
from .dispatch import as_tensor, implements
from .factories import is_ragged
from .gathering import gather_checked
from .row_partition import RowPartition
from .splits import row_ids_from_splits, splits_from_lengths
from .tensor import RaggedTensor, from_row_partition, from_row_partitions, partitions_of

_BOOL, _INT64 = as_dtype("bool"), as_dtype("int64")


@implements(where)
def _where(condition: Any, x: Any, y: Any) -> Any:
    if (x is None) != (y is None):
        raise ValueError("x and y must be either both None or both non-None")
    if x is None:
        return _coordinates(condition)
    values = [as_tensor(value) for value in (condition, x, y)]
    dtype = common_splits_dtype(*values)
    assert dtype is not None
    return elementwise(where, values, dtype)


def _coordinates(condition: Any) -> Any:
    if not is_ragged(condition):
        return where(condition)
    inner = _coordinates(condition.values)._t
    splits = condition.row_splits._t.to(inner.device, torch.int64)
    first = inner[:, 0]
    rows = row_ids_from_splits(splits)[first]
    columns = first - splits[rows]
    return EagerTensor(torch.cat((rows[:, None], columns[:, None], inner[:, 1:]), 1))


# -- boolean_mask -------------------------------------------------------------------------------


def boolean_mask(data: Any, mask: Any, name: str | None = None) -> Any:
    """Keeps the values where `mask` is true, in their rows. Implements `tf.ragged.boolean_mask`.

    Args:
      data: a dense or ragged tensor.
      mask: a dense or ragged boolean tensor, whose shape is a prefix of that of `data`.

    Returns:
      A ragged tensor, or a dense one if `mask` is a vector and `data` is dense.

    Raises:
      ValueError: if `mask` is a scalar.
      InvalidArgumentError: if the rows differ.
    """
    data = as_tensor(data)
    mask = mask if is_ragged(mask) else to_tensor(mask, _BOOL)
    if mask.dtype is not _BOOL:
        raise ValueError(
            f"Tensor conversion requested dtype bool for RaggedTensor with dtype "
            f"{mask.dtype.name}: {mask}."
        )
    dtype = common_splits_dtype(data, mask) or _INT64
    rank = mask.shape.rank
    if rank == 0:
        raise ValueError("mask cannot be scalar.")
    if is_ragged(mask):
        return _ragged_mask(data, mask)
    if is_ragged(data):
        if rank == 1:
            return _mask_rows(data, mask)
        levels = min(data.ragged_rank, rank - 1)
        mask = RaggedTensor.from_tensor(mask, ragged_rank=levels, row_splits_dtype=dtype)
        return _ragged_mask(data, mask)
    values = masking.boolean_mask(data, mask)
    if rank == 1:
        return values
    lengths = mask._t.sum(-1).reshape(-1).to(dtype.torch)
    partitions = [RowPartition._create(EagerTensor(splits_from_lengths(lengths)))]
    count = lengths.shape[0]
    for size in reversed(mask._t.shape[1:-1]):
        count //= max(size, 1)
        ends = torch.arange(count + 1, dtype=dtype.torch, device=lengths.device) * size
        partitions.insert(0, RowPartition._create(EagerTensor(ends)))
    return from_row_partitions(values, partitions)


def _ragged_mask(data: Any, mask: RaggedTensor) -> Any:
    if not is_ragged(data):
        data = RaggedTensor.from_tensor(
            data, ragged_rank=mask.ragged_rank, row_splits_dtype=mask.row_splits.dtype
        )
    data_splits = data.nested_row_splits[: mask.ragged_rank]
    if len(data_splits) != mask.ragged_rank:
        raise ValueError("Inputs must have identical ragged splits")
    for x, y in zip(mask.nested_row_splits, data_splits, strict=True):
        assert_equal(x, y, message="Inputs must have identical ragged splits")
    partitions = [RowPartition._create(p.row_splits()) for p in partitions_of(mask)]
    inner: Any = mask
    for _ in partitions:
        data, inner, last = data.values, inner.values, inner
    if inner.shape.rank == 1:
        kept = torch.cat((inner._t.new_zeros(1, dtype=torch.int64), inner._t.cumsum(0)))
        splits = last.row_splits._t
        ends = kept.to(splits)[splits.long()]
        partitions[-1] = RowPartition._create(EagerTensor(ends))
    return from_row_partitions(boolean_mask(data, inner), partitions)


def _mask_rows(data: RaggedTensor, mask: Any) -> RaggedTensor:
    lengths = masking.boolean_mask(data.row_lengths(), mask)
    row_ids = EagerTensor(row_ids_from_splits(data.row_splits._t))
    values = boolean_mask(data.values, gathering.gather(mask, row_ids))
    return from_row_partition(
        values, RowPartition._create(EagerTensor(splits_from_lengths(lengths._t)))
    )


# -- partitions ---------------------------------------------------------------------------------


def stack_dynamic_partitions(
    data: Any, partitions: Any, num_partitions: Any, name: str | None = None
) -> Any:
    """Collects the slices of `data` with `partitions == i` in row `i`, in order.

    Implements `tf.ragged.stack_dynamic_partitions`.

    Args:
      data: a dense or ragged tensor.
      partitions: a dense or ragged integer tensor, whose shape is a prefix of that of `data`.
      num_partitions: the number of rows of the result.

    Raises:
      InvalidArgumentError: if an element of `partitions` is out of range.
    """
    data = as_tensor(data)
    dtype = data.row_splits.dtype if is_ragged(data) else None
    partitions = as_tensor(partitions, dtype)
    count = to_tensor(num_partitions, None, partitions.dtype)
    if dtype is not None:
        partitions = cast(partitions, dtype)
    count = cast(count, partitions.dtype)
    rank = partitions.shape.rank
    count.shape.assert_has_rank(0)
    partitions.shape.assert_is_compatible_with(data.shape[:rank])
    if rank == 0:
        return RaggedTensor.from_value_rowids(
            joining.stack([data]), joining.stack([partitions]), count, validate=False
        )
    if rank == 1:
        order = argsort(partitions, stable=True)
        rowids = gathering.gather(partitions, order)
        values = gather_checked(data, order)
        assert_less(rowids[-1:], count, message="partitions must be less than num_partitions")
        assert_non_negative(partitions, message="partitions must be non-negative.")
        return RaggedTensor.from_value_rowids(values, rowids, count, validate=False)
    splits_dtype = partitions.row_splits.dtype if is_ragged(partitions) else partitions.dtype
    if not is_ragged(data):
        data = RaggedTensor.from_tensor(data, row_splits_dtype=splits_dtype)
    if not is_ragged(partitions):
        partitions = RaggedTensor.from_tensor(
            partitions,
            ragged_rank=max(min(data.ragged_rank, rank - 1), 1),
            row_splits_dtype=partitions.dtype,
        )
    assert_equal(
        data.row_splits,
        partitions.row_splits,
        message="data and partitions have incompatible ragged shapes",
    )
    return stack_dynamic_partitions(data.values, partitions.values, num_partitions)


@implements(dynamic_partition.dynamic_partition)
def _dynamic_partition(data: Any, partitions: Any, num_partitions: Any) -> list[Any]:
    if not isinstance(num_partitions, int) or num_partitions < 0:
        raise TypeError("num_partitions must be a non-negative integer")
    result = stack_dynamic_partitions(data, partitions, num_partitions)
    return [result[i] for i in range(num_partitions)]
