"""Elements written at coordinates: `tf.scatter_nd` and `tf.tensor_scatter_nd_*`."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch

from ..._core.devices.indices import flat_rows, with_spare_row
from ..._core.op.op import op
from .._support.arguments import brackets, invalid_argument
from .._support.gradient_rules import with_gradient
from .._support.string_arrays import SIGNED_TYPES, moves_bits
from .._support.unsigned import from_ordered_int64, to_ordered_int64
from .gathering import checked_columns, gather_nd_kernel, ignores_bad_indices, in_bounds


def _misfit(
    indices: torch.Tensor, updates: tuple[int, ...], shape: tuple[int, ...], operation: str
) -> str:
    """Which dimensions of the indices, the updates and the output do not match."""
    outer = indices.ndim - 1
    if operation == "Resource" or (operation == "ScatterNd" and updates[:1] != indices.shape[:1]):
        outer = max(outer, 1)
    depth = indices.shape[-1] if indices.ndim > 1 or operation != "Resource" else 1
    lead = tuple(indices.shape[:outer])
    texts = [brackets(part) for part in (indices.shape, updates, shape)]
    if updates[:outer] != lead:
        if operation == "Tensor":
            return (
                "Outer dimensions of indices and update must match. Indices shape: "
                f"{texts[0]}, updates shape:{texts[1]}"
            )
        sizes = ("", "")
        single = operation == "Resource" or indices.ndim == 1
        if single and updates[:1] and updates[0] != indices.shape[0]:
            sizes = (f" = {indices.shape[0]}", f" = {updates[0]}")
        return (
            f"Dimensions [0,{outer}) of indices[shape={texts[0]}]{sizes[0]} must match dimensions "
            f"[0,{outer}) of updates[shape={texts[1]}]{sizes[1]}"
        )
    if operation == "Tensor":
        if len(updates) - outer == len(shape) - depth:
            inner = len(shape) - depth
            return (
                f"The inner {inner} dimensions of output.shape={texts[2]} must match the inner "
                f"{inner} dimensions of updates.shape={texts[1]}"
            )
        return (
            "Inner dimensions of output shape must match inner dimensions of updates shape. "
            f"Output: {texts[2]} updates: {texts[1]}"
        )
    first = outer if operation == "ScatterNd" else depth
    return (
        f"Dimensions [{depth},{len(shape)}) of input[shape={texts[2]}] must match dimensions "
        f"[{first},{len(updates)}) of updates[shape={texts[1]}]"
    )


def checked_updates(
    indices: torch.Tensor,
    updates: Any,
    shape: tuple[int, ...],
    ignore: bool = False,
    operation: str = "Tensor",
) -> tuple[torch.Tensor, Any]:
    """Coordinates, one in each row, and updates. Raises InvalidArgumentError if they do not fit.

    A vector of indices refers to the first dimension. With `ignore`, coordinates out of range are
    left out, or have no update. The messages depend on the kind of `operation`: "Tensor",
    "Resource" or "ScatterNd".
    """
    for name, part in (("Updates", updates), ("Indices", indices)):
        if not part.ndim:
            raise invalid_argument(f"{name} shape must have rank at least one. Found:[]")
    counts: list[int] = [math.prod(part.shape) for part in (indices, updates)]
    if any(counts) and not (all(counts) and 0 not in shape):
        if operation == "Resource":
            raise invalid_argument(
                f"Indices and updates specified for empty output.  indices shape: "
                f"{brackets(indices.shape)}"
            )
        raise invalid_argument("Indices and updates specified for empty output shape")
    given = indices
    if indices.ndim == 1:
        indices = indices.unsqueeze(-1)
    depth = indices.shape[-1]
    expected = (*indices.shape[:-1], *shape[depth:])
    if depth > len(shape) or tuple(updates.shape) != expected:
        raise invalid_argument(_misfit(given, tuple(updates.shape), shape, operation))
    if ignore and all(counts):
        valid = in_bounds(indices, shape)
        if operation == "ScatterNd" and not isinstance(updates, np.ndarray):  # nothing is added
            rows = valid.reshape([*valid.shape, *[1] * (updates.ndim - valid.ndim)])
            return indices * valid.unsqueeze(-1), torch.where(rows, updates, updates.new_zeros(()))
        mask = valid.numpy() if isinstance(updates, np.ndarray) else valid
        return indices[valid], updates[mask]
    return indices, updates


def _write(target: Any, indices: torch.Tensor, updates: Any, accumulate: bool) -> Any:
    columns = checked_columns(indices, tuple(target.shape))
    if isinstance(target, np.ndarray):
        result = target.copy()
        positions = tuple(column.numpy() for column in columns)
        if accumulate:
            np.add.at(result, positions, updates)
        else:
            result[positions] = updates
        return result
    if not columns and not target.numel():  # torch does not broadcast the updates to nothing
        return target.clone()
    if not columns or columns[0].is_cpu:
        return target.index_put(columns, updates, accumulate)
    table = with_spare_row(target.reshape(-1, *target.shape[len(columns) :]))
    rows = flat_rows(columns, target.shape[: len(columns)])
    return table.index_put((rows,), updates, accumulate)[:-1].reshape(target.shape)


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
    if updates.dtype is torch.bool:  # the sum is whether any is True
        return _write(zeros.to(torch.int32), indices, updates.to(torch.int32), True).bool()
    return _write(zeros, indices, updates, True)


_scatter_any_integer = moves_bits(
    lambda updates, indices, shape: _scatter_add(updates, indices, shape)
)


@op("ScatterNd", "indices:Tindices updates:T shape:Tindices", host="shape")
def _scatter_nd(indices: Any, updates: Any, shape: Any, ignore: bool) -> Any:
    if shape.ndim != 1:
        raise invalid_argument("Shape must be a vector")
    sizes = tuple(shape.tolist())
    indices, updates = checked_updates(indices, updates, sizes, ignore, "ScatterNd")
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
    columns = checked_columns(indices, shape)
    depth = len(columns)
    inner = math.prod(shape[depth:])
    row = (
        flat_rows(columns, shape[:depth])
        if columns
        else torch.zeros(indices.shape[:-1], dtype=torch.int64, device=tensor.device)
    )
    rows = row.reshape(row.numel(), 1).expand(-1, inner)
    outer = math.prod(shape[:depth])
    flat_updates = updates.reshape(row.numel(), inner)
    table = tensor.reshape(outer, inner)
    if rows.is_cpu:
        return table.scatter_reduce(0, rows, flat_updates, reduce).reshape(shape)
    result = with_spare_row(table).scatter_reduce(0, rows, flat_updates, reduce)
    return result[:-1].reshape(shape)


def _checked_extremum(
    tensor: torch.Tensor, indices: torch.Tensor, updates: Any, ignore: bool
) -> tuple[torch.Tensor, Any]:
    indices, updates = checked_updates(indices, updates, tuple(tensor.shape), ignore)
    if not indices.shape[-1] and tensor.numel():
        raise invalid_argument(
            "Only indices.shape[-1] values between 1 and 5 are currently supported.  Requested "
            "rank: 0"
        )
    return indices, updates


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
    indices, updates = _checked_extremum(tensor, indices, updates, ignore)
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
    indices, updates = _checked_extremum(tensor, indices, updates, ignore)
    return _scatter_extremum(tensor, updates, indices, "amax")
