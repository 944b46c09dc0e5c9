"""Elements put at positions: scatter_nd, tensor_scatter_nd_*, dynamic_stitch."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch

from .._core.convert import INT32, to_tensor
from .._core.operation import op
from .._core.rule import with_gradient
from .._core.tensor import EagerTensor
from .gathering import check_policy, coordinates, pick
from .joining import alike
from .movement import SIGNED, moves_bits
from .sizes import brackets, index_array, invalid


def _check_updates(indices: torch.Tensor, updates: Any, shape: tuple[int, ...]) -> None:
    if indices.ndim == 0:
        raise invalid("indices must be at least a vector")
    depth = indices.shape[-1]
    if depth > len(shape):
        raise invalid(
            f"Inner dimensions of output shape must match inner dimensions of updates shape. "
            f"Output: {brackets(shape)} updates: {brackets(updates.shape)}"
        )
    wanted = (*indices.shape[:-1], *shape[depth:])
    if tuple(updates.shape) != wanted:
        raise invalid(
            f"Dimensions of updates do not fit: expected {brackets(wanted)} for indices "
            f"{brackets(indices.shape)} and output {brackets(shape)}, got {brackets(updates.shape)}"
        )


def _put(target: Any, indices: torch.Tensor, updates: Any, accumulate: bool) -> Any:
    columns = coordinates(indices, tuple(target.shape), "shape")
    if isinstance(target, np.ndarray):
        found = target.copy()
        found[tuple(column.numpy() for column in columns)] = updates
        return found
    return target.index_put(columns, updates, accumulate)


@with_gradient(lambda grad, result, updates, indices, shape: (pick(grad, indices), None))
def _scattered(updates: Any, indices: torch.Tensor, shape: tuple[int, ...]) -> Any:
    zeros = updates.new_zeros(shape)
    if updates.dtype is torch.bool:
        return zeros.index_put(coordinates(indices, shape, "shape"), updates)
    return _put(zeros, indices, updates, True)


_sum_bits = moves_bits(lambda updates, indices, shape: _scattered(updates, indices, shape))


@op("ScatterNd", "indices:Tindices updates:T")
def _scatter_nd(indices: Any, updates: Any, shape: tuple[int, ...]) -> Any:
    _check_updates(indices, updates, shape)
    if isinstance(updates, np.ndarray):
        return _put(np.full(shape, b"", object), indices, updates, False)
    return _sum_bits(updates, indices, shape)


def scatter_nd(
    indices: Any, updates: Any, shape: Any, bad_indices_policy: str = "", name: str | None = None
) -> Any:
    """Zeros of a shape with `updates` added at coordinates, the rows of `indices`.

    Answers for `tf.scatter_nd`. Raises InvalidArgumentError where they do not fit.
    """
    check_policy(bad_indices_policy, "tf.scatter_nd")
    sizes = index_array(shape, "Tindices", "ScatterNd")
    return _scatter_nd(indices, updates, tuple(sizes.reshape(-1).tolist()))


# -- into a given tensor ------------------------------------------------------------------------


@op("TensorScatterUpdate", "tensor:T indices:Tindices updates:T")
def tensor_scatter_nd_update(
    tensor: Any, indices: Any, updates: Any, name: str | None = None
) -> Any:
    """`tensor` with `updates` in place of what is at coordinates, the rows of `indices`.

    Answers for `tf.tensor_scatter_nd_update`. Raises InvalidArgumentError where they do not fit.
    """
    _check_updates(indices, updates, tuple(tensor.shape))
    signed = SIGNED.get(tensor.dtype)
    if signed is not None:
        found = _put(tensor.view(signed), indices, updates.view(signed), False)
        return found.view(tensor.dtype)
    return _put(tensor, indices, updates, False)


@op("TensorScatterAdd", "tensor:T indices:Tindices updates:T")
def tensor_scatter_nd_add(
    tensor: Any,
    indices: Any,
    updates: Any,
    bad_indices_policy: str = "",
    name: str | None = None,
) -> Any:
    """`tensor` with `updates` added at coordinates, the rows of `indices`.

    Answers for `tf.tensor_scatter_nd_add`. Raises InvalidArgumentError where they do not fit.
    """
    check_policy(bad_indices_policy, "tf.tensor_scatter_nd_add")
    _check_updates(indices, updates, tuple(tensor.shape))
    return _put(tensor, indices, updates, True)


@op("TensorScatterSub", "tensor:T indices:Tindices updates:T")
def tensor_scatter_nd_sub(
    tensor: Any,
    indices: Any,
    updates: Any,
    bad_indices_policy: str = "",
    name: str | None = None,
) -> Any:
    """`tensor` with `updates` subtracted at coordinates, the rows of `indices`.

    Answers for `tf.tensor_scatter_nd_sub`. Raises InvalidArgumentError where they do not fit.
    """
    check_policy(bad_indices_policy, "tf.tensor_scatter_nd_sub")
    _check_updates(indices, updates, tuple(tensor.shape))
    return _put(tensor, indices, -updates, True)


def _extreme_gradient(
    grad: torch.Tensor, result: torch.Tensor, tensor: Any, updates: Any, indices: Any, kind: str
) -> Any:
    """Shared equally by all, of the tensor and of the updates, that have the extreme value."""
    own = (tensor == result).to(grad.dtype)
    offered = (updates == pick(result, indices)).to(grad.dtype)
    share = grad / (own + _scattered(offered, indices, tuple(tensor.shape)))
    return share * own, pick(share, indices) * offered, None


@with_gradient(_extreme_gradient)
def _extreme(tensor: Any, updates: Any, indices: Any, kind: str) -> Any:
    shape = tuple(tensor.shape)
    columns = coordinates(indices, shape, "shape")
    depth = len(columns)
    inner = math.prod(shape[depth:])
    flat = torch.zeros(indices.shape[:-1], dtype=torch.int64, device=tensor.device)
    for size, column in zip(shape[:depth], columns, strict=True):
        flat = flat * size + column
    places = flat.reshape(-1, 1).expand(-1, inner)
    found = tensor.reshape(-1, inner).scatter_reduce(0, places, updates.reshape(-1, inner), kind)
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

    Answers for `tf.tensor_scatter_nd_min`. Raises InvalidArgumentError where they do not fit.
    """
    check_policy(bad_indices_policy, "tf.tensor_scatter_nd_min")
    _check_updates(indices, updates, tuple(tensor.shape))
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

    Answers for `tf.tensor_scatter_nd_max`. Raises InvalidArgumentError where they do not fit.
    """
    check_policy(bad_indices_policy, "tf.tensor_scatter_nd_max")
    _check_updates(indices, updates, tuple(tensor.shape))
    return _extreme(tensor, updates, indices, "amax")


# -- from several -------------------------------------------------------------------------------


@op("DynamicStitch", "data*:T")
def _dynamic_stitch(data: list[Any], indices: list[torch.Tensor]) -> Any:
    inner = tuple(data[0].shape[indices[0].ndim :])
    rows = []
    for position, (part, numbers) in enumerate(zip(data, indices, strict=True)):
        if tuple(part.shape) != (*numbers.shape, *inner):
            raise invalid(
                f"data[{position}].shape = {brackets(part.shape)} does not start with "
                f"indices[{position}].shape = {brackets(numbers.shape)}"
            )
        rows.append(part.reshape(numbers.numel(), *inner))
    flat = torch.cat([numbers.reshape(-1) for numbers in indices]).long()
    count = int(flat.max()) + 1 if flat.numel() else 0
    if isinstance(rows[0], np.ndarray):
        found = np.full((count, *inner), b"", object)
        found[flat.numpy()] = np.concatenate(rows)
        return found
    joined = torch.cat(rows)
    return joined.new_zeros((count, *inner)).index_put((flat,), joined)


def dynamic_stitch(indices: Any, data: Any, name: str | None = None) -> Any:
    """The slices of all `data` at the places `indices`, the last one given counting.

    Answers for `tf.dynamic_stitch`. Raises InvalidArgumentError if the shapes do not fit.
    """
    places = [item if isinstance(item, EagerTensor) else to_tensor(item, INT32) for item in indices]
    return _dynamic_stitch(alike(data), [place._t for place in places])
