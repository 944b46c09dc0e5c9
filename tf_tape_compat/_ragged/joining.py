"""Ragged tensors joined: tf.concat, tf.stack, tf.add_n."""

from __future__ import annotations

from typing import Any

import torch

from .._core.tensor.convert import INT64
from .._core.tensor.tensor import EagerTensor
from .._core.types.dtype import DType
from .._ops.array import joining as dense
from .._ops.debugging.assertions import assert_equal
from .._ops.math import arithmetic
from .broadcasting import match_splits_dtypes
from .construction import map_flat_values
from .dispatch import as_tensor, rule
from .factories import is_ragged
from .gathering import gathered
from .partition import RowPartition
from .shapes import positive_axis
from .tensor import RaggedTensor, made, nested


@rule(dense.concat)
def _concat(values: Any, axis: Any, name: Any = None) -> Any:
    return _joined(values, axis, False)


@rule(dense.stack)
def stack(values: Any, axis: Any = 0, name: str | None = None) -> Any:
    """Stacks tensors, ragged or not and of any lengths; answers for `tf.ragged.stack`.

    Raises ValueError if their ranks differ.
    """
    return _joined(values, axis, True)


@rule(arithmetic.add_n)
def _add_n(inputs: Any) -> Any:
    return map_flat_values(arithmetic.add_n, inputs)


def _joined(values: Any, axis: Any, stacked: bool) -> Any:
    given = values if isinstance(values, (list, tuple)) else [values]
    if not given:
        raise ValueError("rt_inputs may not be empty.")
    parts = [as_tensor(value) for value in given]
    dtype = match_splits_dtypes(*parts) or INT64
    if len(parts) == 1 and not stacked:
        return parts[0]
    rank = parts[0].shape.rank
    for part in parts:
        part.shape.assert_has_rank(rank)
    out_rank = rank + 1 if stacked else rank
    axis = positive_axis(axis, out_rank)
    if stacked and rank == 1 and axis == 0:
        lengths = EagerTensor(torch.tensor([p._t.shape[0] for p in parts], dtype=torch.int32))
        return RaggedTensor.from_row_lengths(dense.concat(parts, 0), lengths)
    if not any(map(is_ragged, parts)) and axis in (out_rank - 1, rank - 1):
        return (dense.stack if stacked else dense.concat)(parts, axis)
    ragged_rank = max(max(getattr(part, "ragged_rank", 0) for part in parts), 1)
    raised = [_raised(part, ragged_rank, dtype) for part in parts]
    if axis == 0:
        return _in_sequence(raised, stacked)
    if axis == 1:
        return _side_by_side(raised, stacked)
    splits = raised[0].row_splits
    for part in raised[1:]:
        assert_equal(splits, part.row_splits, message="Inputs must have identical ragged splits")
    inner = _joined([part.values for part in raised], axis - 1, stacked)
    return made(inner, RowPartition(splits))


def _raised(value: Any, ragged_rank: int, dtype: DType) -> Any:
    """The tensor with at least so many ragged dimensions."""
    if ragged_rank > 0:
        if not is_ragged(value):
            value = RaggedTensor.from_tensor(value, row_splits_dtype=dtype)
        if value.ragged_rank < ragged_rank:
            value = value.with_values(_raised(value.values, ragged_rank - 1, dtype))
    return value


def _in_sequence(parts: list[Any], stacked: bool) -> Any:
    flat = dense.concat([part.flat_values for part in parts], 0)
    nested_splits = [
        _chained([splits._t for splits in level])
        for level in zip(*(part.nested_row_splits for part in parts), strict=True)
    ]
    if stacked:
        sizes = torch.tensor([0, *(part._partition.size for part in parts)])
        nested_splits.insert(0, sizes.cumsum(0).to(nested_splits[0].dtype))
    return nested(flat, [RowPartition(EagerTensor(splits)) for splits in nested_splits])


def _chained(pieces: list[torch.Tensor]) -> torch.Tensor:
    """The splits of all rows of several partitions."""
    offset = pieces[0][-1]
    out = pieces[:1]
    for splits in pieces[1:]:
        out.append(splits[1:] + offset)
        offset = offset + splits[-1]
    return torch.cat(out)


def _side_by_side(parts: list[Any], stacked: bool) -> Any:
    rows, count = parts[0].nrows(), len(parts)
    for index, part in enumerate(parts[1:]):
        assert_equal(
            rows,
            part.nrows(),
            message=f"Input tensors at index 0 (=x) and {index + 1} (=y) have incompatible shapes.",
        )
    size = parts[0]._partition.size
    dtype = parts[0].row_splits.dtype
    order = torch.arange(size * count, dtype=dtype.torch).reshape(count, size).T.reshape(-1)
    permuted = gathered(_in_sequence(parts, False), EagerTensor(order))
    if stacked:
        splits = torch.arange(size + 1, dtype=dtype.torch) * count
        return made(permuted, RowPartition(EagerTensor(splits)))
    splits = permuted.row_splits._t[::count]
    return made(permuted.values, RowPartition(EagerTensor(splits.contiguous())))
