"""The sizes of ragged tensors, and merging of dimensions."""

from __future__ import annotations

from math import prod
from typing import Any

import torch

from .._core.tensor.tensor import EagerTensor
from .._core.types.dtype import as_dtype
from .._ops.array.creation import ones
from .._ops.array.gathering import gather
from .._ops.array.shaping import reshape
from .factories import is_ragged
from .row_partition import RowPartition
from .splits import integers_like
from .tensor import RaggedTensor, from_row_partition, partitions_of


def positive_axis(axis: Any, rank: Any, name: str = "axis") -> int:
    """Makes an axis nonnegative. Raises ValueError if there is no such axis."""
    if not isinstance(axis, int):
        raise TypeError(f"{name} must be an int; got {type(axis).__name__}")
    if not -rank <= axis < rank:
        raise ValueError(f"{name}={axis} out of bounds: expected {-rank}<={name}<{rank}")
    return axis % rank


def row_lengths(self: RaggedTensor, axis: Any = 1, name: Any = None) -> Any:
    """The lengths of the rows along `axis`; a ragged tensor if that is an inner dimension."""
    if axis == 0:
        return self.nrows()
    if axis == 1:
        return self._partition.row_lengths()
    axis = positive_axis(axis, self.shape.rank)
    if axis == 0:
        return self.nrows()
    if axis == 1:
        return self._partition.row_lengths()
    if is_ragged(self.values):
        return self.with_values(row_lengths(self.values, axis - 1))
    dtype = self.row_splits.dtype
    sizes = self.values.shape.as_list()
    return self.with_values(ones(sizes[: axis - 1], dtype) * sizes[axis - 1])


def bounding_shape(
    self: RaggedTensor, axis: Any = None, name: Any = None, out_type: Any = None
) -> EagerTensor:
    """The shape of the smallest dense tensor that holds all values, or its size along `axis`."""
    partitions = partitions_of(self)
    device = self.row_splits._t.device
    splits = [partition.row_splits()._t.to(device) for partition in partitions]
    dtype = (self.row_splits.dtype if out_type is None else as_dtype(out_type)).torch
    sizes = [integers_like(partitions[0].static_nrows, splits[0])]
    sizes += [torch.diff(ends).max() if len(ends) > 1 else ends.new_zeros(()) for ends in splits]
    inner = integers_like(self.flat_values.shape[1:].as_list(), splits[0])
    shape = EagerTensor(torch.cat((torch.stack(sizes), inner)).to(dtype))
    return shape if axis is None else gather(shape, axis)


def merge_dims(self: RaggedTensor, outer_axis: Any, inner_axis: Any) -> Any:
    """Merges the dimensions from `outer_axis` to `inner_axis`, inclusive.

    Raises ValueError if `outer_axis` is greater than `inner_axis`.
    """
    rank = self.shape.rank
    outer = positive_axis(outer_axis, rank, "outer_axis")
    inner = positive_axis(inner_axis, rank, "inner_axis")
    if outer > inner:
        raise ValueError(
            f"Expected outer_axis ({outer}) to be less than or equal to inner_axis ({inner})."
        )
    return merge_axes(self, outer, inner)


def merge_axes(value: Any, outer: int, inner: int) -> Any:
    """Like `merge_dims`, for nonnegative axes and dense tensors too."""
    if outer == inner:
        return value
    while outer == 0 and is_ragged(value):
        value = value.values
        inner -= 1
        if inner == 0:
            return value
    if not is_ragged(value):
        sizes = value.shape.as_list()
        return reshape(value, [*sizes[:outer], -1, *sizes[inner + 1 :]])
    if outer > 1:
        return value.with_values(merge_axes(value.values, outer - 1, inner - 1))
    values, splits = value.values, value.row_splits._t
    for axis in range(outer, inner):
        if is_ragged(values):
            splits = values.row_splits._t.to(splits.device)[splits.long()]
            values = values.values
            continue
        remaining = inner - axis + 1  # the number of leading dimensions to merge
        sizes = values.shape.as_list()
        values = reshape(values, [prod(sizes[:remaining]), *sizes[remaining:]])
        splits = splits * prod(sizes[1:remaining])
        break
    return from_row_partition(values, RowPartition._create(EagerTensor(splits)))


for _method in (row_lengths, bounding_shape, merge_dims):
    setattr(RaggedTensor, _method.__name__, _method)
