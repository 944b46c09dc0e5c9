"""Elements put at positions: scatter_nd, tensor_scatter_nd_*, dynamic_stitch."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch

from ..._core.op.op import op
from .._support.arguments import brackets, invalid
from .._support.gradient_rules import with_gradient
from .._support.string_arrays import SIGNED_TYPES, moves_bits
from .._support.unsigned import from_ordered, ordered
from .gathering import checked_columns, gather_nd_kernel, ignores_bad_indices, in_bounds


def checked_updates(
    indices: torch.Tensor, updates: Any, shape: tuple[int, ...], ignore: bool = False
) -> tuple[torch.Tensor, Any]:
    """Coordinates, one in each row, and what is to be put there. Raises where they do not fit.

    A vector of indices is one of places in the first dimension. `ignore`: coordinates out of range
    are left out.
    """
    for name, part in (("Updates", updates), ("Indices", indices)):
        if not part.ndim:
            raise invalid(f"{name} shape must have rank at least one. Found:[]")
    numbers: list[int] = [math.prod(part.shape) for part in (indices, updates)]
    if any(numbers) and not (all(numbers) and 0 not in shape):
        raise invalid(
            f"Indices and updates specified for empty output.  indices shape: "
            f"{brackets(indices.shape)}"
        )
    if indices.ndim == 1:
        indices = indices.unsqueeze(-1)
    depth = indices.shape[-1]
    wanted = (*indices.shape[:-1], *shape[depth:])
    if depth > len(shape) or tuple(updates.shape) != wanted:
        raise invalid(
            f"Dimensions of updates do not fit: expected {brackets(wanted)} for indices "
            f"{brackets(indices.shape)} and output {brackets(shape)}, got {brackets(updates.shape)}"
        )
    if ignore and all(numbers):
        there = in_bounds(indices, shape)
        places = there.numpy() if isinstance(updates, np.ndarray) else there
        return indices[there], updates[places]
    return indices, updates


def _put(target: Any, indices: torch.Tensor, updates: Any, accumulate: bool) -> Any:
    columns = checked_columns(indices, tuple(target.shape), "shape")
    if isinstance(target, np.ndarray):
        found = target.copy()
        places = tuple(column.numpy() for column in columns)
        if accumulate:
            np.add.at(found, places, updates)
        else:
            found[places] = updates
        return found
    return target.index_put(columns, updates, accumulate)


def _put_bits(target: Any, indices: torch.Tensor, updates: Any, accumulate: bool) -> Any:
    """As `_put`, also for integers that torch has no kernel for: modulo 2**n, signs are nothing."""
    signed = SIGNED_TYPES.get(target.dtype)
    if signed is None:
        return _put(target, indices, updates, accumulate)
    found = _put(target.view(signed), indices, updates.view(signed), accumulate)
    return found.view(target.dtype)


@with_gradient(
    lambda grad, result, updates, indices, shape: (gather_nd_kernel(grad, indices), None)
)
def _scattered(updates: Any, indices: torch.Tensor, shape: tuple[int, ...]) -> Any:
    zeros = updates.new_zeros(shape)
    if updates.dtype is torch.bool:
        return zeros.index_put(checked_columns(indices, shape, "shape"), updates)
    return _put(zeros, indices, updates, True)


_sum_bits = moves_bits(lambda updates, indices, shape: _scattered(updates, indices, shape))


@op("ScatterNd", "indices:Tindices updates:T shape:Tindices")
def _scatter_nd(indices: Any, updates: Any, shape: Any, ignore: bool) -> Any:
    if shape.ndim != 1:
        raise invalid("Shape must be a vector")
    sizes = tuple(shape.tolist())
    indices, updates = checked_updates(indices, updates, sizes, ignore)
    if isinstance(updates, np.ndarray):
        return _put(np.full(sizes, b"", object), indices, updates, True)
    return _sum_bits(updates, indices, sizes)


def scatter_nd(
    indices: Any, updates: Any, shape: Any, bad_indices_policy: str = "", name: str | None = None
) -> Any:
    """Zeros of a shape with `updates` added at coordinates, the rows of `indices`.

    Implements `tf.scatter_nd`. Raises InvalidArgumentError where they do not fit.
    """
    return _scatter_nd(indices, updates, shape, ignores_bad_indices(bad_indices_policy))


# -- into a given tensor ------------------------------------------------------------------------


@op("TensorScatterUpdate", "tensor:T indices:Tindices updates:T")
def tensor_scatter_nd_update(
    tensor: Any, indices: Any, updates: Any, name: str | None = None
) -> Any:
    """`tensor` with `updates` in place of what is at coordinates, the rows of `indices`.

    Implements `tf.tensor_scatter_nd_update`. Raises InvalidArgumentError where they do not fit.
    """
    indices, updates = checked_updates(indices, updates, tuple(tensor.shape))
    return _put_bits(tensor, indices, updates, False)


@op("TensorScatterAdd", "tensor:T indices:Tindices updates:T")
def tensor_scatter_nd_add(
    tensor: Any,
    indices: Any,
    updates: Any,
    bad_indices_policy: str = "",
    name: str | None = None,
) -> Any:
    """`tensor` with `updates` added at coordinates, the rows of `indices`.

    Implements `tf.tensor_scatter_nd_add`. Raises InvalidArgumentError where they do not fit.
    """
    ignore = ignores_bad_indices(bad_indices_policy)
    indices, updates = checked_updates(indices, updates, tuple(tensor.shape), ignore)
    return _put_bits(tensor, indices, updates, True)


@op("TensorScatterSub", "tensor:T indices:Tindices updates:T")
def tensor_scatter_nd_sub(
    tensor: Any,
    indices: Any,
    updates: Any,
    bad_indices_policy: str = "",
    name: str | None = None,
) -> Any:
    """`tensor` with `updates` subtracted at coordinates, the rows of `indices`.

    Implements `tf.tensor_scatter_nd_sub`. Raises InvalidArgumentError where they do not fit.
    """
    ignore = ignores_bad_indices(bad_indices_policy)
    indices, updates = checked_updates(indices, updates, tuple(tensor.shape), ignore)
    if tensor.dtype in SIGNED_TYPES:
        updates = -updates.view(SIGNED_TYPES[tensor.dtype])
        return _put_bits(tensor, indices, updates.view(tensor.dtype), True)
    return _put_bits(tensor, indices, -updates, True)


def _extreme_gradient(
    grad: torch.Tensor, result: torch.Tensor, tensor: Any, updates: Any, indices: Any, kind: str
) -> Any:
    """Shared equally by all, of the tensor and of the updates, that have the extreme value."""
    own = (tensor == result).to(grad.dtype)
    offered = (updates == gather_nd_kernel(result, indices)).to(grad.dtype)
    share = grad / (own + _scattered(offered, indices, tuple(tensor.shape)))
    return share * own, gather_nd_kernel(share, indices) * offered, None


def _extreme(tensor: Any, updates: Any, indices: Any, kind: str) -> Any:
    if tensor.dtype not in SIGNED_TYPES:
        return _extreme_number(tensor, updates, indices, kind)
    found = _extreme_number(ordered(tensor), ordered(updates), indices, kind)
    return from_ordered(found, tensor.dtype)


@with_gradient(_extreme_gradient)
def _extreme_number(tensor: Any, updates: Any, indices: Any, kind: str) -> Any:
    shape = tuple(tensor.shape)
    columns = checked_columns(indices, shape, "shape")
    depth = len(columns)
    inner = math.prod(shape[depth:])
    flat = torch.zeros(indices.shape[:-1], dtype=torch.int64, device=tensor.device)
    for size, column in zip(shape[:depth], columns, strict=True):
        flat = flat * size + column
    places = flat.reshape(flat.numel(), 1).expand(-1, inner)
    outer = math.prod(shape[:depth])
    offered = updates.reshape(flat.numel(), inner)
    found = tensor.reshape(outer, inner).scatter_reduce(0, places, offered, kind)
    return found.reshape(shape)


@op("TensorScatterMin", "tensor:T indices:Tindices updates:T")
def tensor_scatter_nd_min(
    tensor: Any,
    indices: Any,
    updates: Any,
    bad_indices_policy: str = "",
    name: str | None = None,
) -> Any:
    """`tensor` with the smaller of its elements and `updates` at coordinates, rows of `indices`.

    Implements `tf.tensor_scatter_nd_min`. Raises InvalidArgumentError where they do not fit.
    """
    ignore = ignores_bad_indices(bad_indices_policy)
    indices, updates = checked_updates(indices, updates, tuple(tensor.shape), ignore)
    return _extreme(tensor, updates, indices, "amin")


@op("TensorScatterMax", "tensor:T indices:Tindices updates:T")
def tensor_scatter_nd_max(
    tensor: Any,
    indices: Any,
    updates: Any,
    bad_indices_policy: str = "",
    name: str | None = None,
) -> Any:
    """`tensor` with the larger of its elements and `updates` at coordinates, rows of `indices`.

    Implements `tf.tensor_scatter_nd_max`. Raises InvalidArgumentError where they do not fit.
    """
    ignore = ignores_bad_indices(bad_indices_policy)
    indices, updates = checked_updates(indices, updates, tuple(tensor.shape), ignore)
    return _extreme(tensor, updates, indices, "amax")
