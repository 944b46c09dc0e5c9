"""`tf.gather` and `tf.gather_nd` with ragged tensors."""

from __future__ import annotations

from math import prod
from typing import Any

import torch

from .._core.devices.operand_placement import to_host
from .._core.tensor.convert import INT32, INT64
from .._core.tensor.tensor import EagerTensor
from .._ops.array import gathering as dense
from .._ops.array import shaping, tiling
from .._ops.math.arithmetic import add
from .._ops.math.casting import cast
from ..errors import InvalidArgumentError
from .broadcasting import common_splits_dtype
from .dispatch import as_tensor, implements
from .factories import is_ragged
from .ranges import concatenated_ranges
from .row_partition import RowPartition
from .shapes import positive_axis
from .splits import splits_from_lengths
from .tensor import RaggedTensor, from_row_partitions, partitions_of


@implements(dense.gather)
def _gather(params: Any, indices: Any, axis: Any, batch_dims: Any) -> Any:
    params, indices = as_tensor(params), as_tensor(indices)
    common_splits_dtype(params, indices)
    rank, indices_rank = params.shape.rank, indices.shape.rank
    if batch_dims != indices_rank:
        batch_dims = positive_axis(batch_dims, indices_rank, "batch_dims")
    if batch_dims >= rank:
        raise ValueError("batch_dims must be less than rank(params)")
    axis = positive_axis(batch_dims if axis is None else axis, rank)
    if axis < batch_dims:
        raise ValueError("axis must be greater than or equal to batch_dims")
    return gather_checked(params, indices, axis, batch_dims)


def gather_checked(params: Any, indices: Any, axis: int = 0, batch_dims: int = 0) -> Any:
    """`tf.gather` for arguments that have been checked: tensors and nonnegative axes."""
    if not is_ragged(params) and not is_ragged(indices):
        return dense.gather(params, indices, axis=axis, batch_dims=batch_dims)
    if batch_dims > 0:
        return _gather_batches(params, indices, axis, batch_dims)
    if axis > 0:
        return _gather_along(params, indices, axis)
    if is_ragged(indices):
        return indices.with_values(gather_checked(params, indices.values))
    return _gather_rows(params, indices)


def _gather_rows(params: RaggedTensor, indices: Any) -> Any:
    """Gathers rows by index; the result has `indices.rank - 1` more dimensions than `params`."""
    if indices.dtype not in (INT32, INT64):
        raise InvalidArgumentError(
            None,
            None,
            f"indices must be int32 or int64, got {indices.dtype.name} [Op:RaggedGather]",
        )
    # TensorFlow's kernel runs on the CPU and checks the range, wherever the indices lie.
    dense.check_range(to_host(indices._t), params._partition.static_nrows)
    device = params.row_splits._t.device
    rows = indices._t.reshape(-1).to(device, torch.int64)
    partitions = []
    for partition in partitions_of(params):
        splits = partition.row_splits()._t.to(device)
        starts, limits = splits[rows], splits[rows + 1]
        partitions.append(RowPartition._create(EagerTensor(splits_from_lengths(limits - starts))))
        rows = concatenated_ranges(starts, limits)[0].long()
    dtype = params.row_splits.dtype.torch
    flat = dense.gather(params.flat_values, EagerTensor(rows.to(dtype)))
    sizes = indices._t.shape
    if not sizes:
        return from_row_partitions(flat, partitions[1:])
    for axis in range(len(sizes) - 1, 0, -1):
        count = prod(sizes[:axis]) + 1
        splits = torch.arange(count, dtype=dtype, device=rows.device) * sizes[axis]
        partitions.insert(0, RowPartition._create(EagerTensor(splits)))
    return from_row_partitions(flat, partitions)


def _to_ragged(value: Any, other: Any) -> Any:
    """Converts a dense tensor to a ragged one, with the splits dtype of `other`."""
    if is_ragged(value):
        return value
    return RaggedTensor.from_tensor(value, row_splits_dtype=other.row_splits.dtype)


def _gather_batches(params: Any, indices: Any, axis: int, batch_dims: int) -> Any:
    batch, indices_batch = params.shape[:batch_dims], indices.shape[:batch_dims]
    if not batch.is_compatible_with(indices_batch):
        raise ValueError(
            f"batch shape from indices {indices_batch} does not match params shape {params.shape}"
        )
    if batch_dims > 1:
        for value, other, argument in ((params, indices, "params"), (indices, params, "indices")):
            if not is_ragged(value) and other.uniform_row_length is None:
                raise ValueError(
                    "batch shape from indices does not match params shape: a ragged dimension "
                    f"corresponds to a uniform {argument} dimension"
                )
        params, indices = _to_ragged(params, indices), _to_ragged(indices, params)
        inner = gather_checked(params.values, indices.values, axis - 1, batch_dims - 1)
        return params.with_values(inner)
    if axis > 1:
        if not is_ragged(indices):
            repeated = tiling.repeat(indices, params.row_lengths(), 0)
            return _gather_batches(params, params.with_values(repeated), axis, 2)
        params = _to_ragged(params, indices)
        rows = params.with_values(params.value_rowids())
        return _gather_batches(params, gather_checked(indices, rows), axis, 2)
    shifted = add(indices, _starts(params, indices, indices.shape.rank))
    return gather_checked(_flattened(params), shifted, axis - 1)


def _gather_along(params: Any, indices: Any, axis: int) -> Any:
    if axis > 1:
        params = _to_ragged(params, indices)
        return params.with_values(gather_checked(params.values, indices, axis - 1))
    shifted = add(indices, _starts(params, indices, indices.shape.rank + 1))
    return gather_checked(_flattened(params), shifted)


def _flattened(value: Any) -> Any:
    """Merges the first two dimensions."""
    if is_ragged(value):
        return value.values
    sizes = value.shape.as_list()
    return shaping.reshape(value, [sizes[0] * sizes[1], *sizes[2:]])


def _starts(value: Any, indices: Any, rank: int) -> EagerTensor:
    """Where each row of `value` starts, as a tensor of the given rank that broadcasts."""
    if is_ragged(value):
        starts = value.row_splits._t[:-1]
    else:
        starts = torch.arange(value._t.shape[0], device=value._t.device) * value._t.shape[1]
    starts = starts.to(indices.dtype.torch)
    return EagerTensor(starts.reshape((-1, *(1,) * (rank - 1))))


# -- gather_nd ----------------------------------------------------------------------------------


@implements(dense.gather_nd)
def _gather_nd(params: Any, indices: Any, batch_dims: Any, bad_indices_policy: Any = "") -> Any:
    if not isinstance(batch_dims, int) or batch_dims != 0:
        raise ValueError("batch_dims != 0 is not supported for ragged gather yet.")
    if bad_indices_policy not in ("", "DEFAULT"):
        raise ValueError("non-default bad_indices_policy not supported for ragged gather")
    params, indices = as_tensor(params), as_tensor(indices)
    common_splits_dtype(params, indices)
    rank = indices.shape.rank
    if rank == 0:
        raise ValueError("indices.rank must be at least 1.")
    if is_ragged(indices) and rank == indices.ragged_rank + 1:
        raise ValueError("The innermost dimension of indices may not be ragged")
    if not is_ragged(params) and not is_ragged(indices):
        return dense.gather_nd(params, indices)
    if rank > 2:
        return _gather_nested(params, indices, rank)
    return _gather_coordinates(params, indices, indices._t.shape[-1])


def _gather_nested(params: Any, indices: Any, rank: int) -> Any:
    indices_were_ragged = is_ragged(indices)
    if not indices_were_ragged:
        indices = RaggedTensor.from_tensor(
            indices, ragged_rank=rank - 2, row_splits_dtype=params.row_splits.dtype
        )
    result = indices.with_flat_values(_gather_nd(params, indices.flat_values, 0))
    if indices_were_ragged or result.ragged_rank != rank - 2:
        return result
    return result.to_tensor()


def _gather_coordinates(params: RaggedTensor, indices: Any, count: int) -> Any:
    """Gathers by a matrix of indices with `count` coordinates in each row."""
    if count == 0:
        for _ in range(indices._t.ndim - 1):
            params = shaping.expand_dims(params, 0)
        ones = [1] * (params.shape.rank - indices._t.ndim + 1)
        return tiling.tile(params, [*indices._t.shape[:-1], *ones])
    if count == 1:
        return gather_checked(params, shaping.reshape(indices, [-1]))
    indices = cast(indices, params.row_splits.dtype)
    coordinates = indices._t
    rows = _gather_payload(params.row_splits, coordinates[..., 0]) + coordinates[..., 1]
    values = params.values
    for axis in range(2, count):
        if not is_ragged(values):
            remaining = torch.cat((rows[..., None], coordinates[..., axis:]), -1)
            return dense.gather_nd(values, EagerTensor(remaining))
        rows = _gather_payload(values.row_starts(), rows) + coordinates[..., axis]
        values = values.values
    return gather_checked(values, EagerTensor(rows))


def _gather_payload(values: Any, indices: torch.Tensor) -> Any:
    return dense.gather(values, EagerTensor(indices))._t.to(indices.device)
