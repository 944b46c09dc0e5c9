"""Elements written at coordinates: `tf.scatter_nd` and `tf.tensor_scatter_nd_*`."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch

from ..._core.op.op import op
from .._support.arguments import brackets, invalid
from .._support.gradient_rules import with_gradient
from .._support.string_arrays import SIGNED_TYPES, moves_bits
from .._support.unsigned import from_ordered_int64, to_ordered_int64
from .gathering import checked_columns, gather_nd_kernel, ignores_bad_indices, in_bounds


def checked_updates(
    indices: torch.Tensor, updates: Any, shape: tuple[int, ...], ignore: bool = False
) -> tuple[torch.Tensor, Any]:
    """Coordinates, one in each row, and updates. Raises InvalidArgumentError if they do not fit.

    A vector of indices refers to the first dimension. With `ignore`, coordinates out of range are
    left out.
    """
    for name, part in (("Updates", updates), ("Indices", indices)):
        if not part.ndim:
            raise invalid(f"{name} shape must have rank at least one. Found:[]")
    counts: list[int] = [math.prod(part.shape) for part in (indices, updates)]
    if any(counts) and not (all(counts) and 0 not in shape):
        raise invalid(
            f"Indices and updates specified for empty output.  indices shape: "
            f"{brackets(indices.shape)}"
        )
    if indices.ndim == 1:
        indices = indices.unsqueeze(-1)
    depth = indices.shape[-1]
    expected = (*indices.shape[:-1], *shape[depth:])
    if depth > len(shape) or tuple(updates.shape) != expected:
        raise invalid(
            f"Dimensions of updates do not fit: expected {brackets(expected)} for indices "
            f"{brackets(indices.shape)} and output {brackets(shape)}, got {brackets(updates.shape)}"
        )
    if ignore and all(counts):
        valid = in_bounds(indices, shape)
        mask = valid.numpy() if isinstance(updates, np.ndarray) else valid
        return indices[valid], updates[mask]
    return indices, updates


def _write(target: Any, indices: torch.Tensor, updates: Any, accumulate: bool) -> Any:
    columns = checked_columns(indices, tuple(target.shape), "shape")
    if isinstance(target, np.ndarray):
        result = target.copy()
        positions = tuple(column.numpy() for column in columns)
        if accumulate:
            np.add.at(result, positions, updates)
        else:
            result[positions] = updates
        return result
    return target.index_put(columns, updates, accumulate)


def _write_any_integer(target: Any, indices: torch.Tensor, updates: Any, accumulate: bool) -> Any:
    """As `_write`, also for unsigned integers: modulo 2**n the sign does not matter."""
    signed = SIGNED_TYPES.get(target.dtype)
    if signed is None:
        return _write(target, indices, updates, accumulate)
    result = _write(target.view(signed), indices, updates.view(signed), accumulate)
    return result.view(target.dtype)


@with_gradient(
    lambda grad, result, updates, indices, shape: (gather_nd_kernel(grad, indices), None)
)
def _scatter_add(updates: Any, indices: torch.Tensor, shape: tuple[int, ...]) -> Any:
    zeros = updates.new_zeros(shape)
    if updates.dtype is torch.bool:
        return zeros.index_put(checked_columns(indices, shape, "shape"), updates)
    return _write(zeros, indices, updates, True)


_scatter_any_integer = moves_bits(
    lambda updates, indices, shape: _scatter_add(updates, indices, shape)
)


@op("ScatterNd", "indices:Tindices updates:T shape:Tindices")
def _scatter_nd(indices: Any, updates: Any, shape: Any, ignore: bool) -> Any:
    if shape.ndim != 1:
        raise invalid("Shape must be a vector")
    sizes = tuple(shape.tolist())
    indices, updates = checked_updates(indices, updates, sizes, ignore)
    if isinstance(updates, np.ndarray):
        return _write(np.full(sizes, b"", object), indices, updates, True)
    return _scatter_any_integer(updates, indices, sizes)


def scatter_nd(
    indices: Any, updates: Any, shape: Any, bad_indices_policy: str = "", name: str | None = None
) -> Any:
    """Zeros of a shape, with `updates` added at coordinates, the rows of `indices`.

    Implements `tf.scatter_nd`. With a `bad_indices_policy` of "IGNORE", coordinates out of range
    are skipped. Raises InvalidArgumentError if the arguments do not fit each other.
    """
    return _scatter_nd(indices, updates, shape, ignores_bad_indices(bad_indices_policy))


# -- into an existing tensor --------------------------------------------------------------------


@op("TensorScatterUpdate", "tensor:T indices:Tindices updates:T")
def tensor_scatter_nd_update(
    tensor: Any, indices: Any, updates: Any, name: str | None = None
) -> Any:
    """`tensor` with its elements at coordinates, the rows of `indices`, replaced by `updates`.

    Implements `tf.tensor_scatter_nd_update`. Raises InvalidArgumentError if the arguments do not
    fit each other.
    """
    indices, updates = checked_updates(indices, updates, tuple(tensor.shape))
    return _write_any_integer(tensor, indices, updates, False)


@op("TensorScatterAdd", "tensor:T indices:Tindices updates:T")
def tensor_scatter_nd_add(
    tensor: Any,
    indices: Any,
    updates: Any,
    bad_indices_policy: str = "",
    name: str | None = None,
) -> Any:
    """`tensor` with `updates` added at coordinates, the rows of `indices`.

    Implements `tf.tensor_scatter_nd_add`. With a `bad_indices_policy` of "IGNORE", coordinates out
    of range are skipped. Raises InvalidArgumentError if the arguments do not fit each other.
    """
    ignore = ignores_bad_indices(bad_indices_policy)
    indices, updates = checked_updates(indices, updates, tuple(tensor.shape), ignore)
    return _write_any_integer(tensor, indices, updates, True)


@op("TensorScatterSub", "tensor:T indices:Tindices updates:T")
def tensor_scatter_nd_sub(
    tensor: Any,
    indices: Any,
    updates: Any,
    bad_indices_policy: str = "",
    name: str | None = None,
) -> Any:
    """`tensor` with `updates` subtracted at coordinates, the rows of `indices`.

    Implements `tf.tensor_scatter_nd_sub`. With a `bad_indices_policy` of "IGNORE", coordinates out
    of range are skipped. Raises InvalidArgumentError if the arguments do not fit each other.
    """
    ignore = ignores_bad_indices(bad_indices_policy)
    indices, updates = checked_updates(indices, updates, tuple(tensor.shape), ignore)
    if tensor.dtype in SIGNED_TYPES:
        updates = -updates.view(SIGNED_TYPES[tensor.dtype])
        return _write_any_integer(tensor, indices, updates.view(tensor.dtype), True)
    return _write_any_integer(tensor, indices, -updates, True)


def _scatter_extremum_gradient(
    grad: torch.Tensor, result: torch.Tensor, tensor: Any, updates: Any, indices: Any, reduce: str
) -> Any:
    """The gradient is shared equally by all elements and updates that equal the result."""
    from_tensor = (tensor == result).to(grad.dtype)
    from_updates = (updates == gather_nd_kernel(result, indices)).to(grad.dtype)
    share = grad / (from_tensor + _scatter_add(from_updates, indices, tuple(tensor.shape)))
    return share * from_tensor, gather_nd_kernel(share, indices) * from_updates, None


def _scatter_extremum(tensor: Any, updates: Any, indices: Any, reduce: str) -> Any:
    if tensor.dtype not in SIGNED_TYPES:
        return _scatter_extremum_kernel(tensor, updates, indices, reduce)
    result = _scatter_extremum_kernel(
        to_ordered_int64(tensor), to_ordered_int64(updates), indices, reduce
    )
    return from_ordered_int64(result, tensor.dtype)


@with_gradient(_scatter_extremum_gradient)
def _scatter_extremum_kernel(tensor: Any, updates: Any, indices: Any, reduce: str) -> Any:
    shape = tuple(tensor.shape)
    columns = checked_columns(indices, shape, "shape")
    depth = len(columns)
    inner = math.prod(shape[depth:])
    row = torch.zeros(indices.shape[:-1], dtype=torch.int64, device=tensor.device)
    for size, column in zip(shape[:depth], columns, strict=True):
        row = row * size + column
    rows = row.reshape(row.numel(), 1).expand(-1, inner)
    outer = math.prod(shape[:depth])
    flat_updates = updates.reshape(row.numel(), inner)
    result = tensor.reshape(outer, inner).scatter_reduce(0, rows, flat_updates, reduce)
    return result.reshape(shape)


@op("TensorScatterMin", "tensor:T indices:Tindices updates:T")
def tensor_scatter_nd_min(
    tensor: Any,
    indices: Any,
    updates: Any,
    bad_indices_policy: str = "",
    name: str | None = None,
) -> Any:
    """The minimum of `tensor` and `updates` at coordinates, the rows of `indices`.

    Implements `tf.tensor_scatter_nd_min`. With a `bad_indices_policy` of "IGNORE", coordinates out
    of range are skipped. Raises InvalidArgumentError if the arguments do not fit each other.
    """
    ignore = ignores_bad_indices(bad_indices_policy)
    indices, updates = checked_updates(indices, updates, tuple(tensor.shape), ignore)
    return _scatter_extremum(tensor, updates, indices, "amin")


@op("TensorScatterMax", "tensor:T indices:Tindices updates:T")
def tensor_scatter_nd_max(
    tensor: Any,
    indices: Any,
    updates: Any,
    bad_indices_policy: str = "",
    name: str | None = None,
) -> Any:
    """The maximum of `tensor` and `updates` at coordinates, the rows of `indices`.

    Implements `tf.tensor_scatter_nd_max`. With a `bad_indices_policy` of "IGNORE", coordinates out
    of range are skipped. Raises InvalidArgumentError if the arguments do not fit each other.
    """
    ignore = ignores_bad_indices(bad_indices_policy)
    indices, updates = checked_updates(indices, updates, tuple(tensor.shape), ignore)
    return _scatter_extremum(tensor, updates, indices, "amax")
