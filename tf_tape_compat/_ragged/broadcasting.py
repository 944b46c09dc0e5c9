"""Broadcasting of ragged tensors with each other and with other tensors.

Operands are walked from the outermost dimension inwards. On the way each row of the result knows
which row of each operand it comes from; at the end the operands' values are gathered by that.
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
from .partition import RowPartition, splits_of
from .tensor import RaggedTensor, nested, partitions_of


def match_splits_dtypes(*values: Any) -> DType | None:
    """The type of the splits of all ragged values. Raises ValueError if they have several."""
    types = {value.row_splits.dtype for value in values if is_ragged(value)}
    if len(types) > 1:
        raise ValueError(
            "Input RaggedTensors have mismatched row_splits dtypes; use "
            "RaggedTensor.with_row_splits_dtype() to convert them to compatible dtypes."
        )
    return types.pop() if types else None


class Operand:
    """An operand on the way from its outermost dimension inwards."""

    def __init__(self, value: Any, rank: int) -> None:
        self.flat = value.flat_values if is_ragged(value) else value
        own = value.shape.rank
        self.padded = rank - own
        self.partitions = partitions_of(value)
        self.sizes = [1] * self.padded
        if own:
            self.sizes.append(row_count(value))
        # Which row of this operand each row of the result is.
        self.rows = torch.empty(0, dtype=torch.int64)
        self.inner = list(self.flat._t.shape[1:])

    @property
    def depth(self) -> int:
        """The dimensions up to the innermost ragged one."""
        return self.padded + len(self.partitions)

    def dimension(self, axis: int) -> tuple[torch.Tensor | None, int | None]:
        """(splits, size) of a dimension: splits where it is cut so, size where it is uniform."""
        at = axis - self.padded - 1
        if axis < len(self.sizes):
            return None, self.sizes[axis]
        if at < len(self.partitions):
            partition = self.partitions[at]
            return partition.splits._t, partition.uniform_size
        return None, self.inner[at - len(self.partitions)]

    def values(self, depth: int) -> Any:
        """The values for the result, whose innermost ragged dimension is `depth`."""
        flat = self.flat
        if self.padded > depth:
            return flat
        shape = flat._t.shape
        merged = depth - self.depth + 1  # dimensions of the values that become one
        if merged > 1:
            flat = reshape(flat, [prod(shape[:merged]), *shape[merged:]])
        return gather(flat, EagerTensor(self.rows))


def _lengths(operand: Operand, axis: int) -> tuple[torch.Tensor, torch.Tensor, bool]:
    """For the rows of the result: their lengths in an operand, where they start, if it is 1."""
    splits, size = operand.dimension(axis)
    at = operand.rows
    if splits is None:
        assert size is not None
        return torch.full_like(at, size), at * size, size == 1
    return torch.diff(splits)[at], splits[at], size == 1


def broadcast(values: list[Any], splits_type: DType) -> tuple[list[Any], list[RowPartition]]:
    """The flat values of each operand for the result, and the partitions of the result.

    The inner dimensions of the values are left to broadcast by themselves. Raises
    InvalidArgumentError where sizes do not fit.
    """
    rank = max(value.shape.rank for value in values)
    operands = [Operand(value, rank) for value in values]
    depth = max(operand.depth for operand in operands if operand.partitions)
    sizes = {operand.sizes[0] for operand in operands} - {1}
    if len(sizes) > 1:
        first, second, *_ = sizes
        assert_equal(first, second)
    count = sizes.pop() if sizes else 1
    kind = splits_type.torch
    rows = torch.arange(count, dtype=kind)
    for operand in operands:
        operand.rows = rows if operand.sizes[0] == count else torch.zeros_like(rows)
    found = []
    for axis in range(1, depth + 1):
        walking = [operand for operand in operands if operand.padded <= depth]
        partition = _descend(walking, axis, rows, kind)
        found.append(partition)
        rows = torch.arange(int(partition.splits._t[-1]), dtype=kind)
    return [operand.values(depth) for operand in operands], found


def _descend(operands: list[Operand], axis: int, rows: torch.Tensor, kind: Any) -> RowPartition:
    """The partition of the result in a dimension; the operands go on to the rows of that."""
    known = [_lengths(operand, axis) for operand in operands]
    full = [lengths for lengths, _, single in known if not single]
    lengths = full[0] if full else known[0][0]
    for other in full[1:]:
        assert_equal(EagerTensor(lengths.to(kind)), EagerTensor(other.to(kind)))
    lengths = lengths.to(kind)
    splits = splits_of(lengths)
    row = torch.repeat_interleave(rows, lengths)
    column = torch.arange(row.shape[0], dtype=kind) - splits[row]
    sizes = set()
    for operand, (_, starts, single) in zip(operands, known, strict=True):
        size = operand.dimension(axis)[1]
        if not single:
            sizes.add(size)
        place = starts.to(kind)[row]
        operand.rows = place if single else place + column
    uniform = None
    size = sizes.pop() if len(sizes) == 1 else None
    if not full:
        size = 1
    if size is not None:
        uniform = EagerTensor(torch.tensor(size, dtype=kind))
    return RowPartition(EagerTensor(splits), uniform=uniform)


def same_rows(values: list[RaggedTensor]) -> bool:
    """Whether all have the very same partitions."""
    first, *others = [partitions_of(value) for value in values]
    return all(
        len(other) == len(first)
        and all(p is q or p.splits is q.splits for p, q in zip(first, other, strict=True))
        for other in others
    )


def flattened(values: list[Any], dtype: DType) -> tuple[list[Any], list[RowPartition]]:
    """The flat values of operands that are broadcast, and the partitions of the result."""
    if all(map(is_ragged, values)) and same_rows(values):
        return [value.flat_values for value in values], partitions_of(values[0])
    return broadcast(values, dtype)


def elementwise(function: Any, values: list[Any], dtype: DType) -> Any:
    """The function of the values, at least one of which is ragged, broadcast."""
    flat, partitions = flattened(values, dtype)
    return nested(function(*flat), partitions)
