"""Array operations on ragged tensors: tile, expand_dims, squeeze, reverse, split, one_hot, ..."""

from __future__ import annotations

from typing import Any

import torch

from .._core.op.dispatch import composite_handlers
from .._core.tensor.convert import to_tensor
from .._core.tensor.tensor import EagerTensor
from .._core.types.dtype import as_dtype
from .._ops.array import creation, padding, shaping, splitting, tiling
from .._ops.array.gathering import gather
from .._ops.debugging.assertions import Assert, assert_equal, assert_non_negative
from .._ops.debugging.type_assertions import assert_integer
from .._ops.math import casting
from .._ops.nn import dropout, embeddings
from .conversion import uniform_rows
from .dispatch import implements
from .factories import is_ragged
from .ranges import concatenated_ranges
from .row_partition import RowPartition
from .segment_ids import to_integers
from .shapes import positive_axis
from .splits import splits_from_lengths
from .tensor import from_row_partitions, partitions_of


@implements(shaping.expand_dims)
def _expand_dims(input: Any, axis: Any) -> Any:
    axis = positive_axis(axis, input.shape.rank + 1)
    rows, dtype = input._partition.static_nrows, input.row_splits.dtype
    if axis == 0:
        return uniform_rows(input, rows, 1, dtype)
    if axis == 1:
        return uniform_rows(input, 1, rows, dtype)
    return input.with_values(shaping.expand_dims(input.values, axis - 1))


@implements(shaping.size)
def _size(input: Any, out_type: Any) -> Any:
    return shaping.size(input.flat_values, out_type=out_type)


@implements(shaping.rank)
def _rank(input: Any) -> Any:
    return to_tensor(input.shape.rank)


@implements(shaping.squeeze)
def _squeeze(input: Any, axis: Any) -> Any:
    if axis is None:
        raise ValueError("Ragged.squeeze must have an axis argument.")
    if isinstance(axis, int):
        axis = [axis]
    elif not isinstance(axis, (list, tuple)) or not all(isinstance(d, int) for d in axis):
        raise TypeError("Axis must be a list or tuple of integers.")
    rank, ragged_rank = input.shape.rank, input.ragged_rank
    axes = {positive_axis(d, rank, f"axis[{i}]") for i, d in enumerate(axis)}
    partitions = partitions_of(input)
    for number, partition in enumerate(partitions, 1):
        if number in axes:
            _check_squeezable(bool((partition.row_lengths()._t == 1).all()), number)
    if 0 in axes:
        _check_squeezable(partitions[0].static_nrows == 1, 0)
    inner = [d - ragged_rank for d in axes if d > ragged_rank]
    flat = shaping.squeeze(input.flat_values, inner) if inner else input.flat_values
    kept = [
        RowPartition._create(partition.row_splits())
        for number, partition in enumerate(partitions, 1)
        if number not in axes
    ]
    if kept and 0 in axes:
        kept.pop(0)
    result = from_row_partitions(flat, kept)
    if axes.issuperset(range(ragged_rank + 1)):
        result = shaping.squeeze(result, [0])
    return result


def _check_squeezable(condition: bool, axis: int) -> None:
    Assert(condition, [f"the given axis (axis = {axis}) is not squeezable!"])


@implements(shaping.reshape)
def _reshape(tensor: Any, shape: Any) -> Any:
    if type(shape) in composite_handlers:
        return NotImplemented
    return shaping.reshape(tensor.values if is_ragged(tensor) else tensor, shape)


@implements(creation.one_hot)
def _one_hot(indices: Any, depth: Any, on_value: Any, off_value: Any, axis: Any, dtype: Any) -> Any:
    if isinstance(axis, int) and axis >= 0:
        if axis <= indices.ragged_rank:
            raise ValueError(
                f"axis ({axis}) must be greater than indices.ragged_rank ({indices.ragged_rank})."
            )
        axis -= indices.ragged_rank
    flat = creation.one_hot(indices.flat_values, depth, on_value, off_value, axis, dtype)
    return indices.with_flat_values(flat)


@implements(padding.reverse)
def _reverse(tensor: Any, axis: Any) -> Any:
    if isinstance(axis, EagerTensor):
        axis = axis.numpy().tolist()
    elif not isinstance(axis, (list, tuple)) or not all(isinstance(dim, int) for dim in axis):
        raise TypeError(
            "`axis` must be a list of int or a constant tensorwhen reversing axes in a ragged "
            "tensor"
        )
    rank = tensor.shape.rank
    axes = [positive_axis(dim, rank, f"axis[{i}]") for i, dim in enumerate(axis)]
    slices = [slice(None)] * (max(axes) + 1 if axes else 0)
    for dim in axes:
        slices[dim] = slice(None, None, -1)
    return tensor[tuple(slices)]


@implements(casting.bitcast)
def _bitcast(input: Any, type: Any) -> Any:
    dtype = as_dtype(type)
    rank = input.flat_values.shape.rank
    if input.dtype.size < dtype.size and rank < 2:
        raise ValueError(
            "`input.flat_values` is required to have rank >= 2 when input.dtype.size < type.size. "
            f"Actual rank: {rank}"
        )
    return input.with_flat_values(casting.bitcast(input.flat_values, dtype))


@implements(dropout.dropout)
def _dropout(x: Any, rate: Any, noise_shape: Any, seed: Any) -> Any:
    if noise_shape is not None:
        raise ValueError("noise_shape is not supported yet for RaggedTensor x")
    return x.with_flat_values(dropout.dropout(x.flat_values, rate=rate, seed=seed))


@implements(dropout.stateless_dropout)
def _stateless_dropout(x: Any, rate: Any, seed: Any, rng_alg: Any, noise_shape: Any) -> Any:
    if noise_shape is not None:
        raise ValueError("noise_shape is not supported yet for RaggedTensor x")
    return x.with_flat_values(dropout.stateless_dropout(x.flat_values, rate, seed, rng_alg))


@implements(embeddings.embedding_lookup)
def _embedding_lookup(params: Any, ids: Any, max_norm: Any) -> Any:
    if params is None:
        raise ValueError("params must be specified.")
    return ids.with_flat_values(embeddings.embedding_lookup(params, ids.flat_values, max_norm))


# -- tile ---------------------------------------------------------------------------------------


@implements(tiling.tile)
def _tile(input: Any, multiples: Any) -> Any:
    multiples = to_integers(multiples, "multiples", input.row_splits.dtype)
    multiples.shape.assert_has_rank(1)
    times = multiples._t.tolist()
    if len(times) < input.shape.rank:
        raise IndexError(f"tile of {input.shape.rank} dimensions got {len(times)} multiples")
    partitions = partitions_of(input)
    # Level by level, `rows` is the row of the input for each row of the result, before repetition
    # along the first dimension, which comes last.
    device = input.row_splits._t.device
    rows = torch.arange(partitions[0].static_nrows, device=device)
    tiled = []
    for partition, repeats in zip(partitions, times[1:], strict=False):
        splits = partition.row_splits()._t.to(device, torch.int64)
        starts, limits = splits[rows], splits[rows + 1]
        ends = splits_from_lengths(((limits - starts) * repeats).repeat(times[0]))
        tiled.append(RowPartition._create(EagerTensor(ends.to(partition.dtype.torch))))
        starts = torch.repeat_interleave(starts, repeats)
        rows = concatenated_ranges(starts, torch.repeat_interleave(limits, repeats))[0]
    flat = gather(input.flat_values, EagerTensor(rows.to(input.row_splits.dtype.torch)))
    inner = times[len(partitions) + 1 :]
    return from_row_partitions(tiling.tile(flat, [times[0], *inner]), tiled)


# -- split --------------------------------------------------------------------------------------


@implements(tiling.repeat)
def _repeat(input: Any, repeats: Any, axis: Any) -> Any:
    if axis is not None:
        return NotImplemented
    return tiling.repeat(input.flat_values, repeats)


@implements(splitting.split)
def _split(value: Any, num_or_size_splits: Any, axis: Any, num: Any) -> Any:
    if isinstance(num_or_size_splits, int) and num_or_size_splits == 1:
        return [value]
    assert_integer(
        num_or_size_splits,
        message="`num_or_size_splits` must be an `int` or 1-D list or `Tensor` of integers.",
    )
    shape = value.shape
    axis = positive_axis(axis, shape.rank)
    if shape[axis] is None:
        raise ValueError(
            f"Cannot split a ragged dimension. Got `value` with shape {shape} and `axis` {axis}."
        )
    if isinstance(num_or_size_splits, int):
        if num_or_size_splits < 1:
            raise ValueError(
                f"`num_or_size_splits` must be >=1 if it is an `int`.Received {num_or_size_splits}."
            )
        sizes = [shape[axis] // num_or_size_splits] * num_or_size_splits
    else:
        lengths = to_tensor(num_or_size_splits)
        if lengths.shape.rank != 1:
            raise TypeError(
                "`num_or_size_splits` must be an `int` or 1-D list or `Tensor`. Received "
                f"{num_or_size_splits}."
            )
        sizes = lengths._t.tolist()
        if num is not None and num != len(sizes):
            raise ValueError(
                "`num` does not match the size of `num_or_size_split`. Received `num`: "
                f"{num} and size of `num_or_size_split`: {len(sizes)}."
            )
    assert_non_negative(num_or_size_splits, message="`num_or_size_splits` must be non-negative.")
    assert_equal(
        shape[axis],
        sum(sizes),
        message="Cannot exactly split the `axis` dimension of `value` with the given "
        "`num_or_size_split`.",
    )
    outer = [slice(None)] * axis
    bounds = [sum(sizes[:i]) for i in range(len(sizes) + 1)]
    return [
        value[(*outer, slice(start, stop))]
        for start, stop in zip(bounds[:-1], bounds[1:], strict=True)
    ]
