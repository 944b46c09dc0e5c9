"""Rows and values of ragged tensors by their positions: tf.gather, tf.gather_nd."""

from __future__ import annotations

from math import prod
from typing import Any

import torch

from .._core.tensor.convert import INT32, INT64
from .._core.tensor.tensor import EagerTensor
from .._ops.array import gathering as dense
from .._ops.array import shaping, tiling
from .._ops.math.arithmetic import add
from .._ops.math.casting import cast
from ..errors import InvalidArgumentError
from .broadcasting import match_splits_dtypes
from .construction import ranges
from .dispatch import as_tensor, rule
from .factories import is_ragged
from .partition import RowPartition, splits_of
from .shapes import positive_axis
from .tensor import RaggedTensor, nested, partitions_of


@rule(dense.gather)
def _gather(params: Any, indices: Any, axis: Any, batch_dims: Any) -> Any:
    params, indices = as_tensor(params), as_tensor(indices)
    match_splits_dtypes(params, indices)
    rank, own = params.shape.rank, indices.shape.rank
    if batch_dims != own:
        batch_dims = positive_axis(batch_dims, own, "batch_dims")
    if batch_dims >= rank:
        raise ValueError("batch_dims must be less than rank(params)")
    axis = positive_axis(batch_dims if axis is None else axis, rank)
    if axis < batch_dims:
        raise ValueError("axis must be greater than or equal to batch_dims")
    return gathered(params, indices, axis, batch_dims)


def gathered(params: Any, indices: Any, axis: int = 0, batch_dims: int = 0) -> Any:
    """As `tf.gather`, for arguments that are checked."""
    if not is_ragged(params) and not is_ragged(indices):
        return dense.gather(params, indices, axis=axis, batch_dims=batch_dims)
    if batch_dims > 0:
        return _batches(params, indices, axis, batch_dims)
    if axis > 0:
        return _along(params, indices, axis)
    if is_ragged(indices):
        return indices.with_values(gathered(params, indices.values))
    return _rows(params, indices)


def _rows(params: RaggedTensor, indices: Any) -> Any:
    """Rows by their numbers, in a ragged tensor of `indices.rank - 1` more dimensions."""
    if indices.dtype not in (INT32, INT64):
        raise InvalidArgumentError(
            None,
            None,
            f"indices must be int32 or int64, got {indices.dtype.name} [Op:RaggedGather]",
        )
    dense.check_range(indices._t, params._partition.size)
    places = indices._t.reshape(-1).long()
    found = []
    for partition in partitions_of(params):
        splits = partition.splits._t
        starts, limits = splits[places], splits[places + 1]
        found.append(RowPartition(EagerTensor(splits_of(limits - starts))))
        places = ranges(starts, limits)[0].long()
    kind = params.row_splits.dtype.torch
    flat = dense.gather(params.flat_values, EagerTensor(places.to(kind)))
    sizes = indices._t.shape
    if not sizes:
        return nested(flat, found[1:])
    for axis in range(len(sizes) - 1, 0, -1):
        splits = torch.arange(prod(sizes[:axis]) + 1, dtype=kind) * sizes[axis]
        found.insert(0, RowPartition(EagerTensor(splits)))
    return nested(flat, found)


def _ragged(value: Any, other: Any) -> Any:
    """A tensor with a ragged second dimension, as the other one has."""
    if is_ragged(value):
        return value
    return RaggedTensor.from_tensor(value, row_splits_dtype=other.row_splits.dtype)


def _batches(params: Any, indices: Any, axis: int, batch_dims: int) -> Any:
    batch, own = params.shape[:batch_dims], indices.shape[:batch_dims]
    if not batch.is_compatible_with(own):
        raise ValueError(
            f"batch shape from indices {own} does not match params shape {params.shape}"
        )
    if batch_dims > 1:
        for value, other, what in ((params, indices, "params"), (indices, params, "indices")):
            if not is_ragged(value) and other.uniform_row_length is None:
                raise ValueError(
                    "batch shape from indices does not match params shape: a ragged dimension "
                    f"corresponds to a uniform {what} dimension"
                )
        params, indices = _ragged(params, indices), _ragged(indices, params)
        inner = gathered(params.values, indices.values, axis - 1, batch_dims - 1)
        return params.with_values(inner)
    if axis > 1:
        if not is_ragged(indices):
            repeated = tiling.repeat(indices, params.row_lengths(), 0)
            return _batches(params, params.with_values(repeated), axis, 2)
        params = _ragged(params, indices)
        rows = params.with_values(params.value_rowids())
        return _batches(params, gathered(indices, rows), axis, 2)
    shifted = add(indices, _starts(params, indices, indices.shape.rank))
    return gathered(_flattened(params), shifted, axis - 1)


def _along(params: Any, indices: Any, axis: int) -> Any:
    if axis > 1:
        params = _ragged(params, indices)
        return params.with_values(gathered(params.values, indices, axis - 1))
    shifted = add(indices, _starts(params, indices, indices.shape.rank + 1))
    return gathered(_flattened(params), shifted)


def _flattened(value: Any) -> Any:
    """The rows of all, one after the other."""
    if is_ragged(value):
        return value.values
    sizes = value.shape.as_list()
    return shaping.reshape(value, [sizes[0] * sizes[1], *sizes[2:]])


def _starts(value: Any, indices: Any, rank: int) -> EagerTensor:
    """Where each row starts, in a tensor of so many dimensions."""
    if is_ragged(value):
        starts = value.row_splits._t[:-1]
    else:
        starts = torch.arange(value._t.shape[0]) * value._t.shape[1]
    starts = starts.to(indices.dtype.torch)
    return EagerTensor(starts.reshape((-1, *(1,) * (rank - 1))))


# -- by all coordinates -------------------------------------------------------------------------


@rule(dense.gather_nd)
def _gather_nd(params: Any, indices: Any, batch_dims: Any, bad_indices_policy: Any = "") -> Any:
    if not isinstance(batch_dims, int) or batch_dims != 0:
        raise ValueError("batch_dims != 0 is not supported for ragged gather yet.")
    if bad_indices_policy not in ("", "DEFAULT"):
        raise ValueError("non-default bad_indices_policy not supported for ragged gather")
    params, indices = as_tensor(params), as_tensor(indices)
    match_splits_dtypes(params, indices)
    rank = indices.shape.rank
    if rank == 0:
        raise ValueError("indices.rank must be at least 1.")
    if is_ragged(indices) and rank == indices.ragged_rank + 1:
        raise ValueError("The innermost dimension of indices may not be ragged")
    if not is_ragged(params) and not is_ragged(indices):
        return dense.gather_nd(params, indices)
    if rank > 2:
        return _gather_nested(params, indices, rank)
    return _coordinates(params, indices, indices._t.shape[-1])


def _gather_nested(params: Any, indices: Any, rank: int) -> Any:
    uneven = is_ragged(indices)
    if not uneven:
        indices = RaggedTensor.from_tensor(
            indices, ragged_rank=rank - 2, row_splits_dtype=params.row_splits.dtype
        )
    result = indices.with_flat_values(_gather_nd(params, indices.flat_values, 0))
    return result if uneven or result.ragged_rank != rank - 2 else result.to_tensor()


def _coordinates(params: RaggedTensor, indices: Any, count: int) -> Any:
    if count == 0:
        for _ in range(indices._t.ndim - 1):
            params = shaping.expand_dims(params, 0)
        ones = [1] * (params.shape.rank - indices._t.ndim + 1)
        return tiling.tile(params, [*indices._t.shape[:-1], *ones])
    if count == 1:
        return gathered(params, shaping.reshape(indices, [-1]))
    indices = cast(indices, params.row_splits.dtype)
    parts = indices._t
    places = _at(params.row_splits, parts[..., 0]) + parts[..., 1]
    values = params.values
    for axis in range(2, count):
        if not is_ragged(values):
            rest = torch.cat((places[..., None], parts[..., axis:]), -1)
            return dense.gather_nd(values, EagerTensor(rest))
        places = _at(values.row_starts(), places) + parts[..., axis]
        values = values.values
    return gathered(values, EagerTensor(places))


def _at(values: Any, indices: torch.Tensor) -> Any:
    return dense.gather(values, EagerTensor(indices))._t
