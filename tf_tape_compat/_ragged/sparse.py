"""Ragged tensors from and to sparse tensors."""

from __future__ import annotations

from typing import Any

import torch

from .._core.tensor.convert import INT64
from .._core.tensor.tensor import EagerTensor
from .._core.types.dtype import as_dtype
from .._core.variables.sparse_tensor import SparseTensor
from .._ops.array.shaping import reshape
from .._ops.debugging.assertions import Assert
from .._ops.math.casting import cast
from .partition import row_of_each
from .tensor import RaggedTensor


def from_sparse(
    cls: Any, st_input: Any, name: str | None = None, row_splits_dtype: Any = INT64
) -> RaggedTensor:
    """The rows of a sparse tensor of rank 2 whose elements are at the beginning of each row.

    Raises TypeError for what is not sparse, ValueError for another rank, InvalidArgumentError where
    there are gaps before elements.
    """
    dtype = as_dtype(row_splits_dtype)
    if not isinstance(st_input, SparseTensor):
        raise TypeError(
            "Argument `st_input` must be of type SparseTensor, but is of type "
            f"{type(st_input).__name__}."
        )
    places = st_input.indices._t
    if places.shape[1] != 2:
        raise ValueError("rank(st_input) must be 2.")
    rows, columns = places[:, 0], places[:, 1]
    new_row = rows[1:] != rows[:-1]
    expected = torch.where(new_row, 0, columns[:-1] + 1)
    fits = bool((columns[:1] == 0).all()) and torch.equal(columns[1:], expected)
    Assert(
        fits,
        ["SparseTensor is not right-ragged", "SparseTensor.indices =", st_input.indices],
    )
    return cls.from_value_rowids(
        st_input.values,
        cast(EagerTensor(rows), dtype),
        cast(st_input.dense_shape[0], dtype),
        validate=False,
    )


def to_sparse(self: RaggedTensor, name: str | None = None) -> SparseTensor:
    """The sparse tensor of all values; an inner dimension of the values counts as well."""
    flat = self.flat_values
    inner = flat._t.shape[1:]
    places: list[torch.Tensor] = []
    rows = torch.arange(flat._t.shape[0])
    for splits in reversed(self.nested_row_splits):
        ends = splits._t.long()
        row = row_of_each(ends)
        places.insert(0, (torch.arange(row.shape[0]) - ends[row])[rows])
        rows = row[rows]
    places.insert(0, rows)
    if inner:
        grids = torch.meshgrid(*(torch.arange(n) for n in inner), indexing="ij")
        count = grids[0].numel()
        places = [torch.repeat_interleave(column, count) for column in places]
        places += [grid.reshape(-1).repeat(flat._t.shape[0]) for grid in grids]
    indices = EagerTensor(torch.stack(places, 1))
    return SparseTensor(indices, reshape(flat, [-1]), self.bounding_shape(out_type=INT64))


RaggedTensor.from_sparse = classmethod(from_sparse)
RaggedTensor.to_sparse = to_sparse
