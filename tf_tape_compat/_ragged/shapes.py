"""Sizes of ragged tensors, and their dimensions merged."""

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
from .partition import RowPartition
from .tensor import RaggedTensor, made, partitions_of


def positive_axis(axis: Any, rank: Any, name: str = "axis") -> int:
    """An axis counted from the front. Raises ValueError if there is no such axis."""
    if not isinstance(axis, int):
        raise TypeError(f"{name} must be an int; got {type(axis).__name__}")
    if not -rank <= axis < rank:
        raise ValueError(f"{name}={axis} out of bounds: expected {-rank}<={name}<{rank}")
    return axis % rank


def row_lengths(self: RaggedTensor, axis: Any = 1, name: Any = None) -> Any:
    """The lengths of the rows in a dimension."""
    if axis == 0:
        return self.nrows()
    if axis == 1:
        return self._partition.lengths()
    axis = positive_axis(axis, self.shape.rank)
    if axis == 0:
        return self.nrows()
    if axis == 1:
        return self._partition.lengths()
    if is_ragged(self.values):
        return self.with_values(row_lengths(self.values, axis - 1))
    dtype = self.row_splits.dtype
    sizes = self.values.shape.as_list()
    return self.with_values(ones(sizes[: axis - 1], dtype) * sizes[axis - 1])


def bounding_shape(
    self: RaggedTensor, axis: Any = None, name: Any = None, out_type: Any = None
) -> EagerTensor:
    """The sizes of the smallest tensor that has room for all; or one of them."""
    parts = partitions_of(self)
    splits = [part.splits._t for part in parts]
    kind = (self.row_splits.dtype if out_type is None else as_dtype(out_type)).torch
    sizes = [splits[0].new_tensor(parts[0].size)]
    sizes += [torch.diff(ends).max() if len(ends) > 1 else ends.new_zeros(()) for ends in splits]
    inner = splits[0].new_tensor(self.flat_values.shape[1:].as_list())
    shape = EagerTensor(torch.cat((torch.stack(sizes), inner)).to(kind))
    return shape if axis is None else gather(shape, axis)


def merge_dims(self: RaggedTensor, outer_axis: Any, inner_axis: Any) -> Any:
    """The dimensions from `outer_axis` to `inner_axis` as one.

    Raises ValueError if the first is behind the second.
    """
    rank = self.shape.rank
    outer = positive_axis(outer_axis, rank, "outer_axis")
    inner = positive_axis(inner_axis, rank, "inner_axis")
    if outer > inner:
        raise ValueError(
            f"Expected outer_axis ({outer}) to be less than or equal to inner_axis ({inner})."
        )
    return merged(self, outer, inner)


def merged(value: Any, outer: int, inner: int) -> Any:
    """As `merge_dims`, for axes counted from the front and any tensor."""
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
        return value.with_values(merged(value.values, outer - 1, inner - 1))
    values, splits = value.values, value.row_splits._t
    for axis in range(outer, inner):
        if is_ragged(values):
            splits = values.row_splits._t[splits.long()]
            values = values.values
            continue
        rest = inner - axis + 1  # dimensions of the values that become one
        sizes = values.shape.as_list()
        values = reshape(values, [prod(sizes[:rest]), *sizes[rest:]])
        splits = splits * prod(sizes[1:rest])
        break
    return made(values, RowPartition(EagerTensor(splits)))


for _method in (row_lengths, bounding_shape, merge_dims):
    setattr(RaggedTensor, _method.__name__, _method)
