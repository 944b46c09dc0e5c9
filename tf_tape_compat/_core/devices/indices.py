"""Indices that an accelerator's kernels can take, whatever their values are.

On the CPU an index out of range is an error. An accelerator cannot report one without making the
host wait, and torch's kernels for CUDA end the process. TensorFlow's kernels for GPUs gather zeros
for such an index, and leave out the updates that are scattered to it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch


def index_select(params: torch.Tensor, axis: int, indices: torch.Tensor) -> torch.Tensor:
    """`params.index_select(axis, indices)`; zeros for indices out of range on an accelerator."""
    if indices.is_cpu:
        return params.index_select(axis, indices)
    size = params.shape[axis]
    if not size:  # a slice for the indices, which are all out of range
        one = params.new_zeros((*params.shape[:axis], 1, *params.shape[axis + 1 :]))
        params = torch.cat([params, one], axis)
    slices = params.index_select(axis, indices.clamp(0, max(size - 1, 0)))
    return zero_invalid(slices, (indices < 0) | (indices >= size), axis)


def zero_invalid(slices: torch.Tensor, invalid: torch.Tensor, axis: int = 0) -> torch.Tensor:
    """Zeros in the gathered slices, which are fresh memory, that `invalid` marks.

    Its dimensions are those of `slices` from `axis` on.
    """
    rank = slices.ndim - axis - invalid.ndim
    return slices.masked_fill_(invalid.reshape((*invalid.shape, *(1,) * rank)), 0)


def clamped(
    columns: Sequence[torch.Tensor], sizes: Sequence[int]
) -> tuple[list[torch.Tensor], torch.Tensor]:
    """The columns of coordinates, within bounds, and which coordinates were not."""
    invalid = (columns[0] < 0) | (columns[0] >= sizes[0])
    for column, size in zip(columns[1:], sizes[1:], strict=True):
        invalid = invalid | (column < 0) | (column >= size)
    within = [column.clamp(0, size - 1) for column, size in zip(columns, sizes, strict=True)]
    return within, invalid


def flat_rows(columns: Sequence[torch.Tensor], sizes: Sequence[int]) -> torch.Tensor:
    """The row of each of the coordinates in a table with one row for each position.

    On an accelerator, coordinates out of range have the row after the last one.
    """
    invalid = None
    if not columns[0].is_cpu:
        columns, invalid = clamped(columns, sizes)
    rows = columns[0]
    for column, size in zip(columns[1:], sizes[1:], strict=True):
        rows = rows * size + column
    return rows if invalid is None else rows.masked_fill(invalid, math.prod(sizes))


def with_spare_row(table: torch.Tensor) -> torch.Tensor:
    """A copy of a table with a further row, for updates out of range."""
    return torch.cat([table, table.new_zeros((1, *table.shape[1:]))])


def sum_rows(values: torch.Tensor, indices: torch.Tensor, shape: Sequence[int]) -> torch.Tensor:
    """Zeros of a shape, with `values` added at the rows `indices`.

    On an accelerator, values for rows out of range are left out. Indices in host memory are copied.
    """
    rows = indices.to(values.device, torch.int64)
    if rows.is_cpu:
        return values.new_zeros(shape).index_add(0, rows, values)
    rows = flat_rows([rows], shape[:1])
    return values.new_zeros((shape[0] + 1, *shape[1:])).index_add(0, rows, values)[:-1]
