"""Updates of parts of a variable: `scatter_*`, `batch_scatter_update` and `count_up_to`.

Importing this module attaches them to `tf.Variable`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from ..._core.devices.indices import flat_rows, with_spare_row
from ..._core.devices.placement import move
from ..._core.op.op_errors import kernel_message, refusal
from ..._core.recording.payloads import untracked_payload
from ..._core.tensor.convert import INT32, INT64, to_tensor
from ..._core.tensor.tensor import EagerTensor
from ..._core.types.shape import brackets
from ..._core.variables.indexed_slices import IndexedSlices
from ..._core.variables.variable import Variable
from ...errors import InvalidArgumentError, OpError, OutOfRangeError
from .._support.arguments import op_error
from .._support.unsigned import (
    UNSIGNED,
    as_int64,
    from_ordered_int64,
    to_ordered_int64,
    to_unsigned,
)
from ..array.scattering import checked_updates
from .assignment import write

# The reduction of torch's index_reduce_ for each update, or None to replace the old value.
_REDUCTIONS = {
    "add": "sum",
    "sub": "sum",
    "mul": "prod",
    "div": "prod",
    "max": "amax",
    "min": "amin",
    "update": None,
}


def _error(operation: str, message: str) -> OpError:
    return op_error(operation, message)


def _combine_rows(
    update: str, data: torch.Tensor, rows: torch.Tensor, values: torch.Tensor
) -> torch.Tensor:
    """`data` with `values` combined into `rows` of it.

    On an accelerator, values for rows out of range are left out.
    """
    if rows.is_cpu:
        return _combine(update, data, rows, values)
    rows = flat_rows([rows], data.shape[:1])
    return _combine(update, with_spare_row(data), rows, values)[:-1]


def _combine(
    update: str, data: torch.Tensor, rows: torch.Tensor, values: torch.Tensor
) -> torch.Tensor:
    """`data` with `values` combined into `rows` of it; repeated rows combine in order."""
    if data.dtype in UNSIGNED:
        if update == "div":
            result = _combine(update, data.to(torch.int64), rows, values.to(torch.int64))
            return result.to(data.dtype)
        is_extremum = update in ("max", "min")
        to_signed, from_signed = (
            (to_ordered_int64, from_ordered_int64) if is_extremum else (as_int64, to_unsigned)
        )
        combined = _combine(update, to_signed(data), rows, to_signed(values))
        return from_signed(combined, data.dtype)
    if update == "sub":
        values = -values
    elif update == "div" or (update == "mul" and data.is_complex()):
        # One by one, since a product of reciprocals would round twice.
        out = data.clone()
        exact = not data.is_floating_point() and not data.is_complex()
        for row, value in zip(rows.split(1), values.split(1), strict=True):
            old = out.index_select(0, row)
            if update == "mul":
                new = old * value
            else:
                new = torch.div(old, value, rounding_mode="trunc" if exact else None)
            out.index_copy_(0, row, new)
        return out
    reduction = _REDUCTIONS[update]
    if reduction == "sum":
        return data.index_add(0, rows, values)
    if reduction is None:
        # TensorFlow keeps the last of several values for one row; torch may keep any.
        if rows.is_cpu:
            out = data.clone()
            kept = {row: position for position, row in enumerate(rows.tolist())}
            if kept:
                chosen = torch.tensor(list(kept.values()), device=data.device)
                out[rows[chosen]] = values[chosen]
            return out
        # Without reading values: each of them becomes the last one.
        positions = torch.arange(len(rows), device=rows.device)
        last = positions.new_zeros(len(data)).scatter_reduce_(0, rows, positions, "amax")
        return data.index_copy(0, rows, values.index_select(0, last.index_select(0, rows)))
    return data.index_reduce(0, rows, values, reduction)


def _sparse_operands(variable: Variable, sparse_delta: Any, operation: str) -> tuple[Any, Any]:
    if not isinstance(sparse_delta, IndexedSlices):
        raise TypeError(
            f"Argument `sparse_delta` must be a `tf.IndexedSlices`. Received arg: {sparse_delta}"
        )
    indices = untracked_payload(to_tensor(sparse_delta.indices))
    _check_indices(indices, operation)
    updates = untracked_payload(to_tensor(sparse_delta.values, variable.dtype))
    device = variable._handle.data.device
    return move(indices, device), move(updates, device)


def _check_indices(indices: Any, operation: str) -> None:
    dtype = EagerTensor(indices).dtype
    if dtype is not INT32 and dtype is not INT64:
        raise refusal(operation, "Tindices", dtype, "int32, int64")


def _check_rows(rows: torch.Tensor, size: int, operation: str) -> None:
    """Raises InvalidArgumentError for a row out of range; only checks tensors on the CPU."""
    if not rows.is_cpu:
        return
    invalid = ((rows < 0) | (rows >= size)).nonzero()
    if invalid.numel():
        position = invalid[0].tolist()
        index = "[" + ",".join(map(str, position)) + "]" if position else ""
        row = int(rows[tuple(position)])
        raise _error(operation, f"indices{index} = {row} is not in [0, {size})")


def _scatter(update: str) -> Callable[..., Any]:
    operation = f"ResourceScatter{update.capitalize()}"

    def method(
        self: Variable, sparse_delta: Any, use_locking: bool = False, name: str | None = None
    ) -> Any:
        indices, updates = _sparse_operands(self, sparse_delta, operation)
        data = self._handle.data
        expected = (*indices.shape, *data.shape[1:])
        if not data.ndim or (updates.ndim and tuple(updates.shape) != expected):
            raise _error(
                operation,
                "Must have updates.shape = indices.shape + params.shape[1:] or updates.shape = [], "
                f"got updates.shape {brackets(updates.shape)}, indices.shape "
                f"{brackets(indices.shape)}, params.shape {brackets(data.shape)}",
            )
        _check_rows(indices, data.shape[0], operation)
        if update == "div" and updates.is_cpu and bool((updates == 0).any()):
            raise _error(operation, "updates must not contain 0")
        rows = indices.reshape(-1).long()
        values = updates.expand(expected).reshape(rows.numel(), *data.shape[1:])
        write(self, _combine_rows(update, data, rows, values))
        return self._assigned(True)

    method.__name__ = f"scatter_{update}"
    method.__doc__ = (
        f"Combines (`{update}`) the slices of a `tf.IndexedSlices` into rows of this variable.\n\n"
        "Raises TypeError if the argument is something else, InvalidArgumentError if a row is out\n"
        "of range."
    )
    return method


def _check_positions(
    flat: torch.Tensor, outer: tuple[int, ...], shape: Any, operation: str
) -> None:
    """Raises InvalidArgumentError for a row of `flat` that is not a position within the shape.

    `outer` is the shape of the tensor of positions that `flat` has the rows of. Only checks tensors
    on the CPU.
    """
    if not flat.is_cpu:
        return
    sizes = torch.tensor(shape[: flat.shape[1]], device="cpu")
    invalid = ((flat < 0) | (flat >= sizes)).any(1).nonzero()
    if invalid.numel():
        row = int(invalid[0])
        where = ",".join(map(str, np.unravel_index(row, tuple(outer))))
        raise _error(
            operation,
            f"indices[{where}] = {flat[row].tolist()} does not index into shape {brackets(shape)}",
        )


def _scatter_nd(update: str) -> Callable[..., Any]:
    operation = f"ResourceScatterNd{update.capitalize()}"

    def method(self: Variable, indices: Any, updates: Any, name: str | None = None) -> Any:
        positions = untracked_payload(to_tensor(indices))
        values = untracked_payload(to_tensor(updates, self.dtype))
        _check_indices(positions, operation)
        data = self._handle.data
        positions, values = move(positions, data.device), move(values, data.device)
        try:
            positions, values = checked_updates(
                positions, values, tuple(data.shape), operation="Resource"
            )
        except InvalidArgumentError as error:
            raise _error(operation, error.message) from None
        if not values.numel():
            return self._assigned(True)
        depth = positions.shape[-1]
        flat = positions.reshape(-1, depth).long()
        _check_positions(flat, positions.shape[:-1], data.shape, operation)
        if depth:
            rows = flat_rows(flat.unbind(1), data.shape[:depth])
        else:
            rows = torch.zeros(len(flat), dtype=torch.long, device=flat.device)
        inner = data.shape[depth:]
        table = data.reshape(-1, *inner)
        new = _combine_rows(update, table, rows, values.reshape(-1, *inner))
        write(self, new.reshape(data.shape))
        return self._assigned(True)

    method.__name__ = f"scatter_nd_{update}"
    method.__doc__ = (
        f"Combines (`{update}`) `updates` into this variable at `indices` (`[..., depth]`).\n\n"
        "Raises InvalidArgumentError if a position is out of range or the shapes do not match."
    )
    return method


def batch_scatter_update(
    self: Variable, sparse_delta: Any, use_locking: bool = False, name: str | None = None
) -> Any:
    """Replaces slices in each batch, given by a `tf.IndexedSlices` with batch dimensions."""
    operation = "ResourceScatterNdUpdate"
    indices, updates = _sparse_operands(self, sparse_delta, operation)
    data = self._handle.data
    batch = indices.shape[:-1]
    size = data.shape[indices.ndim - 1]
    _check_rows(indices, size, operation)
    if not data.numel() and indices.numel():
        raise _error(
            operation,
            "Indices and updates specified for empty output.  indices shape: "
            f"{brackets([indices.numel(), 1])}",
        )
    if not indices.numel():
        return self._assigned(True)
    table = data.reshape(-1, *data.shape[indices.ndim :])
    count = math.prod(batch)
    batches = torch.arange(count, device=indices.device).reshape(*batch, 1).expand_as(indices)
    rows = flat_rows([batches.reshape(-1), indices.long().reshape(-1)], (count, size))
    values = updates.reshape(-1, *data.shape[indices.ndim :])
    write(self, _combine_rows("update", table, rows, values).reshape(data.shape))
    return self._assigned(True)


def count_up_to(self: Variable, limit: int) -> EagerTensor:
    """Adds 1 and returns the previous value. Raises OutOfRangeError if it is `limit`."""
    operation = "ResourceCountUpTo"
    data = self._handle.data
    if data.dtype not in (torch.int32, torch.int64):
        raise refusal(operation, "T", self.dtype)
    before = data.clone()
    if int(before) >= limit:
        message = kernel_message(operation, f"Reached limit of {limit}")
        raise OutOfRangeError(None, None, message)
    write(self, before + 1)
    return EagerTensor(before)


for _update in _REDUCTIONS:
    setattr(Variable, f"scatter_{_update}", _scatter(_update))
for _update in ("add", "sub", "update", "max", "min"):
    setattr(Variable, f"scatter_nd_{_update}", _scatter_nd(_update))
Variable.batch_scatter_update = batch_scatter_update  # type: ignore[attr-defined]
Variable.count_up_to = count_up_to  # type: ignore[attr-defined]
