"""`tf.concat`, `tf.stack` and `tf.add_n` of ragged tensors."""

from __future__ import annotations

from typing import Any

import torch

from .._core.tensor.convert import INT32, INT64, to_tensor
from .._core.tensor.tensor import EagerTensor
from .._core.types.dtype import DType
from .._ops.array import joining as dense
from .._ops.debugging.assertions import assert_equal
from .._ops.math import arithmetic
from .broadcasting import common_splits_dtype
from .dispatch import as_tensor, implements
from .factories import is_ragged
from .flat_values import map_flat_values
from .gathering import gather_checked
from .row_partition import RowPartition
from .shapes import positive_axis
from .splits import integers_like
from .tensor import RaggedTensor, from_row_partition, from_row_partitions


@implements(dense.concat)
def _concat(values: Any, axis: Any, name: Any = None) -> Any:
    return _join(values, axis, False)


@implements(dense.stack)
def stack(values: Any, axis: Any = 0, name: str | None = None) -> Any:
    """Stacks tensors, which may be ragged and differ in size. Implements `tf.ragged.stack`.

    Raises ValueError if their ranks differ.
    """
    return _join(values, axis, True)


@implements(arithmetic.add_n)
def _add_n(inputs: Any) -> Any:
    return map_flat_values(arithmetic.add_n, inputs)


def _join(values: Any, axis: Any, stacked: bool) -> Any:
    """Stacks the values if `stacked`, else concatenates them."""
    if not isinstance(values, (list, tuple)):
        values = [values]
    if not values:
        raise ValueError("rt_inputs may not be empty.")
    inputs = [as_tensor(value) for value in values]
    dtype = common_splits_dtype(*inputs) or INT64
    if len(inputs) == 1 and not stacked:
        return inputs[0]
    rank = inputs[0].shape.rank
    for value in inputs:
        value.shape.assert_has_rank(rank)
    out_rank = rank + 1 if stacked else rank
    axis = positive_axis(axis, out_rank)
    if stacked and rank == 1 and axis == 0:
        lengths = to_tensor([x._t.shape[0] for x in inputs], INT32)
        return RaggedTensor.from_row_lengths(dense.concat(inputs, 0), lengths)
    if not any(map(is_ragged, inputs)) and axis in (out_rank - 1, rank - 1):
        return (dense.stack if stacked else dense.concat)(inputs, axis)
    ragged_rank = max(max(getattr(value, "ragged_rank", 0) for value in inputs), 1)
    ragged = [_with_ragged_rank(value, ragged_rank, dtype) for value in inputs]
    if axis == 0:
        return _join_rows(ragged, stacked)
    if axis == 1:
        return _join_columns(ragged, stacked)
    splits = ragged[0].row_splits
    for value in ragged[1:]:
        assert_equal(splits, value.row_splits, message="Inputs must have identical ragged splits")
    inner = _join([value.values for value in ragged], axis - 1, stacked)
    return from_row_partition(inner, RowPartition._create(splits))


def _with_ragged_rank(value: Any, ragged_rank: int, dtype: DType) -> Any:
    """Converts a tensor to one with at least `ragged_rank` ragged dimensions."""
    if ragged_rank > 0:
        if not is_ragged(value):
            value = RaggedTensor.from_tensor(value, row_splits_dtype=dtype)
        if value.ragged_rank < ragged_rank:
            value = value.with_values(_with_ragged_rank(value.values, ragged_rank - 1, dtype))
    return value


def _join_rows(values: list[Any], stacked: bool) -> Any:
    """Stacks or concatenates along the first dimension."""
    flat = dense.concat([value.flat_values for value in values], 0)
    nested_splits = [
        _concat_splits([splits._t for splits in level])
        for level in zip(*(value.nested_row_splits for value in values), strict=True)
    ]
    if stacked:
        sizes = [0, *(value._partition.static_nrows for value in values)]
        inner = nested_splits[0]
        nested_splits.insert(0, integers_like(sizes, inner).cumsum(0, dtype=inner.dtype))
    return from_row_partitions(
        flat, [RowPartition._create(EagerTensor(splits)) for splits in nested_splits]
    )


def _concat_splits(splits_list: list[torch.Tensor]) -> torch.Tensor:
    """The splits of the concatenated rows of several partitions."""
    offset = splits_list[0][-1]
    shifted = splits_list[:1]
    for splits in splits_list[1:]:
        splits = splits.to(offset.device)
        shifted.append(splits[1:] + offset)
        offset = offset + splits[-1]
    return torch.cat(shifted)


def _join_columns(values: list[Any], stacked: bool) -> Any:
    """Stacks or concatenates along the second dimension."""
    rows, count = values[0].nrows(), len(values)
    for index, value in enumerate(values[1:]):
        assert_equal(
            rows,
            value.nrows(),
            message=f"Input tensors at index 0 (=x) and {index + 1} (=y) have incompatible shapes.",
        )
    size = values[0]._partition.static_nrows
    dtype = values[0].row_splits.dtype
    device = values[0].row_splits._t.device
    order = torch.arange(size * count, dtype=dtype.torch, device=device)
    order = order.reshape(count, size).T.reshape(-1)
    permuted = gather_checked(_join_rows(values, False), EagerTensor(order))
    if stacked:
        splits = torch.arange(size + 1, dtype=dtype.torch, device=device) * count
        return from_row_partition(permuted, RowPartition._create(EagerTensor(splits)))
    splits = permuted.row_splits._t[::count]
    return from_row_partition(
        permuted.values, RowPartition._create(EagerTensor(splits.contiguous()))
    )
