"""Conversion between ragged and sparse tensors."""

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
from .splits import row_ids_from_splits
from .tensor import RaggedTensor


def from_sparse(
    cls: Any, st_input: Any, name: str | None = None, row_splits_dtype: Any = INT64
) -> RaggedTensor:
    """Converts a sparse matrix. Implements `tf.RaggedTensor.from_sparse`.

    The elements of each row must be at its beginning, without gaps.

    Raises:
      TypeError: if `st_input` is not a sparse tensor.
      ValueError: if its rank is not 2.
      InvalidArgumentError: if there are gaps.
    """
    dtype = as_dtype(row_splits_dtype)
    if not isinstance(st_input, SparseTensor):
        raise TypeError(
            "Argument `st_input` must be of type SparseTensor, but is of type "
            f"{type(st_input).__name__}."
        )
    indices = st_input.indices._t
    if indices.shape[1] != 2:
        raise ValueError("rank(st_input) must be 2.")
    rows, columns = indices[:, 0], indices[:, 1]
    starts_row = rows[1:] != rows[:-1]
    expected = torch.where(starts_row, 0, columns[:-1] + 1)
    is_right_ragged = bool((columns[:1] == 0).all()) and torch.equal(columns[1:], expected)
    Assert(
        is_right_ragged,
        ["SparseTensor is not right-ragged", "SparseTensor.indices =", st_input.indices],
    )
    return cls.from_value_rowids(
        st_input.values,
        cast(EagerTensor(rows), dtype),
        cast(st_input.dense_shape[0], dtype),
        validate=False,
    )


def to_sparse(self: RaggedTensor, name: str | None = None) -> SparseTensor:
    """Converts to a sparse tensor with every value. Implements `tf.RaggedTensor.to_sparse`."""
    flat = self.flat_values
    inner = flat._t.shape[1:]
    coordinates: list[torch.Tensor] = []  # one vector for each dimension
    device = self.row_splits._t.device
    rows = torch.arange(flat._t.shape[0], device=device)
    for splits in reversed(self.nested_row_splits):
        ends = splits._t.to(device, torch.int64)
        row = row_ids_from_splits(ends)
        coordinates.insert(0, (torch.arange(row.shape[0], device=device) - ends[row])[rows])
        rows = row[rows]
    coordinates.insert(0, rows)
    if inner:
        grids = torch.meshgrid(*(torch.arange(n, device=device) for n in inner), indexing="ij")
        count = grids[0].numel()
        coordinates = [torch.repeat_interleave(column, count) for column in coordinates]
        coordinates += [grid.reshape(-1).repeat(flat._t.shape[0]) for grid in grids]
    indices = EagerTensor(torch.stack(coordinates, 1))
    return SparseTensor(indices, reshape(flat, [-1]), self.bounding_shape(out_type=INT64))


RaggedTensor.from_sparse = classmethod(from_sparse)
RaggedTensor.to_sparse = to_sparse
