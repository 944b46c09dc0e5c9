"""Broadcasting of ragged tensors with each other and with dense tensors.

The dimensions are processed from the outermost inwards. At each level we know which row of each
operand every row of the result comes from; at the end these indices gather the operands' values.
"""

from __future__ import annotations

from math import prod
from typing import Any

import torch

from .._core.tensor.tensor import EagerTensor
from .._core.types.dtype import DType
from .._ops.array.gathering import gather
from .._ops.array.shaping import reshape
from .._ops.debugging.assertions import assert_equal
from .factories import is_ragged, row_count
from .row_partition import RowPartition
from .splits import splits_from_lengths
from .tensor import RaggedTensor, from_row_partitions, partitions_of


def common_splits_dtype(*values: Any) -> DType | None:
    """The dtype of the splits of all ragged values. Raises ValueError if they differ."""
    dtypes = {value.row_splits.dtype for value in values if is_ragged(value)}
    if len(dtypes) > 1:
        raise ValueError(
            "Input RaggedTensors have mismatched row_splits dtypes; use "
            "RaggedTensor.with_row_splits_dtype() to convert them to compatible dtypes."
        )
    return dtypes.pop() if dtypes else None


class Operand:
    """An operand during broadcasting to `rank` dimensions; its rows are found on `device`."""

    def __init__(self, value: Any, rank: int, device: torch.device) -> None:
        self.device = device
        self.flat = value.flat_values if is_ragged(value) else value
        value_rank = value.shape.rank
        self.padded = rank - value_rank  # the number of outer dimensions of size 1 to add
        self.partitions = partitions_of(value)
        self.sizes = [1] * self.padded
        if value_rank:
            self.sizes.append(row_count(value))
        # The row of this operand for each row of the result at the current level.
        self.rows = torch.empty(0, dtype=torch.int64, device=device)
        self.inner = list(self.flat._t.shape[1:])

    @property
    def depth(self) -> int:
        """The index of the innermost ragged dimension in the result."""
        return self.padded + len(self.partitions)

    def dimension(self, axis: int) -> tuple[torch.Tensor | None, int | None]:
        """(splits, size) of a dimension: splits if it has a partition, size if it is uniform."""
        index = axis - self.padded - 1
        if axis < len(self.sizes):
            return None, self.sizes[axis]
        if index < len(self.partitions):
            partition = self.partitions[index]
            return partition.row_splits()._t.to(self.device), partition._uniform_length
        return None, self.inner[index - len(self.partitions)]

    def values(self, depth: int) -> Any:
        """The values for a result whose innermost ragged dimension is `depth`."""
        flat = self.flat
        if self.padded > depth:
            return flat
        shape = flat._t.shape
        merged = depth - self.depth + 1  # the number of leading dimensions to merge
        if merged > 1:
            flat = reshape(flat, [prod(shape[:merged]), *shape[merged:]])
        return gather(flat, EagerTensor(self.rows))


def _lengths(operand: Operand, axis: int) -> tuple[torch.Tensor, torch.Tensor, bool]:
    """For each row of the result: its length and start in an operand; and whether to broadcast it.

    A dimension of size 1 broadcasts.
    """
    splits, size = operand.dimension(axis)
    rows = operand.rows
    if splits is None:
        assert size is not None
        return torch.full_like(rows, size), rows * size, size == 1
    return torch.diff(splits)[rows], splits[rows], size == 1


def broadcast(values: list[Any], splits_dtype: DType) -> tuple[list[Any], list[RowPartition]]:
    """Broadcasts the ragged dimensions of operands.

    Returns the flat values of each operand, whose inner dimensions may still have to broadcast, and
    the partitions of the result. Raises InvalidArgumentError if sizes do not match.
    """
    rank = max(value.shape.rank for value in values)
    device = next(value.row_splits._t.device for value in values if is_ragged(value))
    operands = [Operand(value, rank, device) for value in values]
    depth = max(operand.depth for operand in operands if operand.partitions)
    sizes = {operand.sizes[0] for operand in operands} - {1}
    if len(sizes) > 1:
        assert_equal(False, True)  # what TensorFlow's message shows
    count = sizes.pop() if sizes else 1
    dtype = splits_dtype.torch
    rows = torch.arange(count, dtype=dtype, device=device)
    for operand in operands:
        operand.rows = rows if operand.sizes[0] == count else torch.zeros_like(rows)
    partitions = []
    for axis in range(1, depth + 1):
        active = [operand for operand in operands if operand.padded <= depth]
        partition = _descend(active, axis, rows, dtype)
        partitions.append(partition)
        count = int(partition.row_splits()._t[-1])
        rows = torch.arange(count, dtype=dtype, device=device)
    return [operand.values(depth) for operand in operands], partitions


def _descend(operands: list[Operand], axis: int, rows: torch.Tensor, dtype: Any) -> RowPartition:
    """The partition of the result at a level; moves the operands to the rows of that level."""
    described = [_lengths(operand, axis) for operand in operands]
    # TensorFlow compares the operands with fewer ragged dimensions with the others.
    pairs = zip(operands, described, strict=True)
    ordered = sorted(pairs, key=lambda pair: len(pair[0].partitions))
    full = [lengths for _, (lengths, _, single) in ordered if not single]
    lengths = full[0] if full else described[0][0]
    lengths = lengths.to(dtype)
    splits = splits_from_lengths(lengths)
    for other in full[1:]:
        assert_equal(EagerTensor(splits), EagerTensor(splits_from_lengths(other.to(dtype))))
    row = torch.repeat_interleave(rows, lengths)
    column = torch.arange(row.shape[0], dtype=dtype, device=row.device) - splits[row]
    sizes = set()
    for operand, (_, starts, single) in zip(operands, described, strict=True):
        size = operand.dimension(axis)[1]
        if not single:
            sizes.add(size)
        start = starts.to(dtype)[row]
        operand.rows = start if single else start + column
    uniform_length = None
    size = sizes.pop() if len(sizes) == 1 else None
    if not full:
        size = 1
    if size is not None:
        uniform_length = EagerTensor(torch.tensor(size, dtype=dtype, device=rows.device))
    return RowPartition._create(EagerTensor(splits), uniform_row_length=uniform_length)


def same_rows(values: list[RaggedTensor]) -> bool:
    """Whether all values share the same partition objects or splits."""
    first, *others = [partitions_of(value) for value in values]
    return all(
        len(other) == len(first)
        and all(
            p is q or p.row_splits() is q.row_splits() for p, q in zip(first, other, strict=True)
        )
        for other in others
    )


def flatten_operands(values: list[Any], dtype: DType) -> tuple[list[Any], list[RowPartition]]:
    """The broadcast flat values of operands, and the partitions of the result."""
    if all(map(is_ragged, values)) and same_rows(values):
        return [value.flat_values for value in values], partitions_of(values[0])
    return broadcast(values, dtype)


def elementwise(function: Any, values: list[Any], dtype: DType) -> Any:
    """Applies a function to values that broadcast, at least one of which is ragged."""
    flat, partitions = flatten_operands(values, dtype)
    return from_row_partitions(function(*flat), partitions)
