"""Elements and slices taken by index: `tf.gather` and `tf.gather_nd`."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import torch

from ..._core.devices.indices import clamped, index_select, sum_rows, zero_invalid
from ..._core.gradients.gradient_tracking import gradient_uses_shapes
from ..._core.gradients.sparse_cotangents import Slices, expect_slices, offer_slices
from ..._core.op.op import op
from ..._core.recording.payloads import in_graph, unwrapped_payload
from ..._core.recording.tape_set import thread
from ..._core.tensor.convert import to_tensor
from ..._core.tensor.static_args import int_attribute, static
from ..._core.tensor.value_checks import check_values
from ..._core.variables.variable import Variable
from ...errors import InvalidArgumentError
from .._support.arguments import brackets, invalid_argument, op_error, scalar
from .._support.gradient_rules import empty_with_graph, refuse_gradient_with
from .._support.string_arrays import flat_positions, moves_bits, take_at


@gradient_uses_shapes
class _GatherRows(torch.autograd.Function):
    """Rows of a tensor by index, with a gradient in slices where that is possible."""

    generate_vmap_rule = False

    @staticmethod
    def forward(params: torch.Tensor, indices: torch.Tensor) -> torch.Tensor:
        return _index_select_rows(params, indices)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        ctx.set_materialize_grads(False)
        ctx.params, indices = inputs
        ctx.save_for_backward(indices)

    @staticmethod
    def backward(ctx: Any, grad: torch.Tensor | None) -> Any:
        if grad is None:
            return None, None
        (indices,) = ctx.saved_tensors
        shape = ctx.params.shape
        flat = indices.reshape(-1)
        values = grad.reshape((flat.shape[0], *shape[1:]))
        if offer_slices(ctx.params, Slices(flat, values)):
            return None, None
        return sum_rows(values, flat, shape), None

    @staticmethod
    def vmap(info: Any, dims: tuple[Any, ...], params: torch.Tensor, indices: torch.Tensor) -> Any:
        if dims[0] is None:
            return gather_rows(params, indices), dims[1]
        if dims[1] is None:
            params = params.movedim(dims[0], 1)
            return _index_select_rows(params, indices), indices.ndim
        stack = [
            _index_select_rows(p, i)
            for p, i in zip(params.unbind(dims[0]), indices.unbind(dims[1]), strict=True)
        ]
        return torch.stack(stack), 0


# As in gradient_rules.py: the part of `_GatherRows.apply` that runs outside of transformations.
_apply_gather_rows = super(torch.autograd.Function, _GatherRows).apply


def _index_select_rows(params: torch.Tensor, indices: torch.Tensor) -> torch.Tensor:
    if indices.ndim == 1:
        return index_select(params, 0, indices)
    rows = index_select(params, 0, indices.reshape(-1))
    return rows.reshape((*indices.shape, *params.shape[1:]))


def _is_variable_read(tapes: frozenset[Any], params: torch.Tensor) -> bool:
    """Whether `params` is a value that a variable handed out to one of the tapes."""
    return any(
        params is leaf
        for tape in tapes
        for leaves in tape.variable_leaves.values()
        for leaf in leaves
    )


def gather_rows(params: torch.Tensor, indices: torch.Tensor) -> torch.Tensor:
    """The rows of `params` with the given indices (int32 or int64, in range)."""
    if in_graph(params) and torch.is_grad_enabled():
        if thread.loop_tapes and _is_variable_read(thread.loop_tapes, params):
            return _index_select_rows(params, indices)
        expect_slices()
        if torch._C._are_functorch_transforms_active():
            return _GatherRows.apply(params, indices)
        return _apply_gather_rows(params, indices)
    return _index_select_rows(params, indices)


def check_range(indices: torch.Tensor, size: int) -> None:
    """Raises InvalidArgumentError for an index out of range; only checks tensors on the CPU."""
    if indices.is_cpu and indices.numel():
        check_values(partial(_check_range, size=size), unwrapped_payload(indices))


def _check_range(indices: torch.Tensor, size: int) -> None:
    smallest, largest = torch.aminmax(indices)
    if int(smallest) >= 0 and int(largest) < size:
        return
    position = ((indices < 0) | (indices >= size)).nonzero()[0].tolist()
    subscript = f"[{','.join(map(str, position))}]" if position else ""
    value = int(indices[tuple(position)])
    raise invalid_argument(f"indices{subscript} = {value} is not in [0, {size})")


def _widen_int16(indices: torch.Tensor) -> torch.Tensor:
    return indices.to(torch.int32) if indices.dtype is torch.int16 else indices


@op("GatherV2", "params:Tparams indices:Tindices")
@moves_bits
def _gather(params: Any, indices: Any, axis: int | None, batch: int) -> Any:
    rank = params.ndim
    if rank == 0:
        raise invalid_argument("params must be at least 1 dimensional")
    if not -indices.ndim <= batch <= indices.ndim:
        raise invalid_argument(
            f"Expected batch_dims in the range [{-indices.ndim}, {indices.ndim}], but got {batch}"
        )
    batch += indices.ndim if batch < 0 else 0
    in_rows = axis in (0, None) and not batch  # not for -rank, where TensorFlow's gradient is dense
    axis = batch if axis is None else axis
    if not -rank <= axis < rank:
        raise invalid_argument(
            f"Shape must be at least rank {axis + 1 if axis >= 0 else -axis} but is rank {rank}"
        )
    axis += rank if axis < 0 else 0
    if axis < batch:
        raise invalid_argument(f"batch_dims ({batch}) must be less than or equal to axis ({axis}).")
    if indices.dtype is torch.int16:
        indices = indices.to(torch.int32)
    if batch:
        for dim, (size, other) in enumerate(zip(params.shape, indices.shape[:batch], strict=False)):
            if size != other:
                raise invalid_argument(
                    f"params.shape[{dim}]: {size} should be equal to indices.shape[{dim}]: {other}"
                )
        check_range(indices, params.shape[axis])
        return _gather_with_batch_dims(params, indices, axis, batch)
    if not params.numel():  # torch would not check the indices
        check_range(indices, params.shape[axis])
    try:
        if in_rows:
            return gather_rows(params, indices)
        if indices.ndim == 1:
            return index_select(params, axis, indices)
        slices = index_select(params, axis, indices.reshape(-1))
    except (IndexError, RuntimeError):
        check_range(indices, params.shape[axis])
        raise
    return slices.reshape((*params.shape[:axis], *indices.shape, *params.shape[axis + 1 :]))


def _gather_with_batch_dims(
    params: torch.Tensor, indices: torch.Tensor, axis: int, batch: int
) -> torch.Tensor:
    grid = [
        torch.arange(size, device=params.device).reshape(
            [size if i == dim else 1 for i in range(indices.ndim)]
        )
        for dim, size in enumerate(params.shape[:batch])
    ]
    params = params.movedim(axis, batch)
    slices = _take(params, grid, [indices.long()])
    # The dimensions between the batch and `axis` now follow those of the indices; move them back.
    between = axis - batch
    for step in range(between):
        slices = slices.movedim(indices.ndim + step, batch + step)
    return slices


def _take(
    params: torch.Tensor, grid: Sequence[torch.Tensor], columns: Sequence[torch.Tensor]
) -> torch.Tensor:
    """`params[grid + columns]`; on an accelerator, zeros if `columns` are out of range."""
    if columns[0].is_cpu:
        return params[(*grid, *columns)]
    sizes = params.shape[len(grid) : len(grid) + len(columns)]
    if 0 in sizes:
        shape = (*columns[0].shape, *params.shape[len(grid) + len(columns) :])
        return empty_with_graph(params.new_zeros(shape), params)
    within, invalid = clamped(columns, sizes)
    return zero_invalid(params[(*grid, *within)], invalid)


def gather(
    params: Any,
    indices: Any,
    validate_indices: Any = None,
    axis: Any = None,
    batch_dims: int = 0,
    name: str | None = None,
) -> Any:
    """The slices of `params` along `axis` with the given indices. Implements `tf.gather`.

    Args:
      params: A tensor or variable.
      indices: Integers of any shape.
      axis: The dimension to index; `batch_dims` by default.
      batch_dims: The number of leading dimensions that `params` and `indices` share.

    The result has the shape `params.shape[:axis] + indices.shape[batch_dims:] +
    params.shape[axis + 1:]`. Along the first axis, the gradient is a `tf.IndexedSlices`. Raises
    InvalidArgumentError for indices out of range. As in TensorFlow, they give zeros on a GPU.
    """
    if axis is not None and type(axis) is not int:
        axis = scalar(axis, "axis", "GatherV2", "Taxis")
    if batch_dims != 0:
        # Along the first axis TensorFlow takes rows and does not look at `batch_dims`.
        count = 0 if axis == 0 else int_attribute(batch_dims, "batch_dims")
        if axis is None:
            axis = scalar(to_tensor(batch_dims), "axis", "GatherV2", "Taxis")
        batch_dims = count
    try:
        return _gather(params, indices, axis, batch_dims)
    except InvalidArgumentError as error:
        raise (error if axis or batch_dims else _of_variable(params, error)) from None


def _of_variable(params: Any, error: InvalidArgumentError) -> InvalidArgumentError:
    """The error of the operation that gathers from variables, if `params` is one."""
    if isinstance(params, Variable) and error.message.startswith("{{function_node"):
        message = re.sub(r"\bGather(V2|Nd)|(?<=__wrapped__)Gather(V2|Nd)", _resource, error.message)
        return InvalidArgumentError(None, None, message)
    return error


def _resource(found: re.Match[str]) -> str:
    return "ResourceGatherNd" if found[0].endswith("Nd") else "ResourceGather"


# -- by coordinates -----------------------------------------------------------------------------


def ignores_bad_indices(policy: str) -> bool:
    """Whether indices out of range are skipped. Raises for an unknown policy."""
    if policy not in ("", "DEFAULT", "ERROR", "IGNORE"):
        raise invalid_argument(f"Bad indices policy attribute: {policy}")
    return policy == "IGNORE"


def in_bounds(indices: torch.Tensor, shape: Any) -> torch.Tensor:
    """Which rows of an index tensor are coordinates within the shape."""
    bounds = torch.tensor(tuple(shape[: indices.shape[-1]]), device=indices.device)
    return ((indices >= 0) & (indices < bounds)).all(-1)


def checked_columns(
    indices: torch.Tensor, shape: Any, owner: str = "", batch: Any = (), ending: str = ""
) -> tuple[torch.Tensor, ...]:
    """The columns of an index tensor. Raises InvalidArgumentError for indices out of range."""
    columns = indices.long().unbind(-1)
    if indices.is_cpu and indices.numel():
        check_values(partial(_check_coordinates, shape, owner, batch, ending), indices)
    return columns


def _check_coordinates(
    shape: Any, owner: str, batch: Any, ending: str, indices: torch.Tensor
) -> None:
    bounds = torch.tensor(tuple(shape[: indices.shape[-1]]), device="cpu")
    out_of_range = ((indices < 0) | (indices >= bounds)).any(-1)
    if not bool(out_of_range.any()):
        return
    position = out_of_range.nonzero()[0].tolist()
    index = [*position[: len(batch)], *indices[tuple(position)].tolist()]
    if batch:  # TensorFlow flattens the dimensions of the batch
        count = len(batch)
        row = np.ravel_multi_index(position[:count], indices.shape[:count])
        position = [int(row), *position[count:]]
    subscript = f"[{','.join(map(str, position))}]" if position else ""
    raise invalid_argument(
        f"indices{subscript} = {index} does not index into "
        f"{owner}shape {brackets([*batch, *shape])}{ending}"
    )


@op("GatherNd", "params:Tparams indices:Tindices")
def _gather_nd(params: Any, indices: Any, batch: int, ignore: bool = False) -> Any:
    if isinstance(params, np.ndarray):  # position 0 holds the empty string, for ignored indices
        positions = _gather_nd_checked(flat_positions(params) + 1, indices, batch, ignore)
        return take_at(np.concatenate([np.array([b""], object), params.reshape(-1)]), positions)
    return _gather_nd_checked(params, indices, batch, ignore)


@moves_bits
def _gather_nd_checked(params: Any, indices: Any, batch: int, ignore: bool) -> Any:
    if params.ndim == 0:
        raise invalid_argument("params must be at least a vector")
    if indices.ndim == 0:
        raise invalid_argument("indices must be at least a vector")
    depth = indices.shape[-1]
    if depth > params.ndim - batch:
        raise invalid_argument(
            f"index innermost dimension length must be <= params rank; saw: {depth} vs. "
            f"{params.ndim - batch}"
        )
    indices = _widen_int16(indices)
    if not params.numel() and math.prod(indices.shape[:-1]):
        raise invalid_argument(
            "Requested more than 0 entries, but params is empty.  Params shape: "
            f"{brackets(params.shape)}"
        )
    if not ignore:
        return gather_nd_kernel(params, indices, batch)
    valid = in_bounds(indices, params.shape[batch:])
    values = gather_nd_kernel(params, indices * valid.unsqueeze(-1), batch)
    valid = valid.reshape([*valid.shape, *[1] * (values.ndim - valid.ndim)])
    return torch.where(valid, values, torch.zeros((), dtype=values.dtype, device=values.device))


def gather_nd_kernel(params: torch.Tensor, indices: torch.Tensor, batch: int = 0) -> torch.Tensor:
    """The elements or slices of `params` at the coordinates in the last dimension of `indices`."""
    shape = tuple(params.shape)
    columns = checked_columns(
        indices, shape[batch:], "param ", shape[:batch], ", node name: GatherNd"
    )
    if not batch and indices.ndim == 2 and len(columns) == 1:
        return gather_rows(params, indices.squeeze(1))
    if not columns:
        result = params.expand((*indices.shape[:-1], *params.shape))
        if not result.numel():
            return result
        # The gradient scatters updates to no indices, which TensorFlow's kernel refuses.
        message = "Indices and updates specified for empty output shape"
        return refuse_gradient_with(op_error("ScatterNd", message), result)
    rank = indices.ndim - 1
    grid = tuple(
        torch.arange(size, device=params.device).reshape(
            [size if i == dim else 1 for i in range(rank)]
        )
        for dim, size in enumerate(params.shape[:batch])
    )
    return _take(params, grid, columns)


def gather_nd(
    params: Any,
    indices: Any,
    batch_dims: int = 0,
    name: str | None = None,
    bad_indices_policy: str = "",
) -> Any:
    """The elements or slices of `params` at coordinates. Implements `tf.gather_nd`.

    Args:
      params: A tensor or variable.
      indices: Coordinates along the last dimension.
      batch_dims: The number of leading dimensions that `params` and `indices` share.
      bad_indices_policy: With "IGNORE", coordinates out of range give zeros or empty strings.

    Raises InvalidArgumentError for coordinates out of range, and ValueError for `batch_dims` out of
    range.
    """
    if batch_dims:
        batch_dims = int(static(batch_dims))
        params, indices = to_tensor(params), to_tensor(indices)
        _check_batch_dims(batch_dims, len(params.shape), len(indices.shape))
    try:
        return _gather_nd(params, indices, batch_dims, ignores_bad_indices(bad_indices_policy))
    except InvalidArgumentError as error:
        raise _of_variable(params, error) from None


def _check_batch_dims(batch_dims: int, params_rank: int, indices_rank: int) -> None:
    if batch_dims < 0:
        raise ValueError("tf.gather_nd does not allow negative batch_dims.")
    for rank, name in ((indices_rank, "indices"), (params_rank, "params")):
        if batch_dims >= rank:
            raise ValueError(
                f"Argument `batch_dims` = {batch_dims} must be less than rank(`{name}`) = {rank}"
            )


def _sparse_read(variable: Variable, indices: Any, name: str | None = None) -> Any:
    """The rows of the variable with the given indices."""
    return gather(variable, indices)


def _variable_gather_nd(variable: Variable, indices: Any, name: str | None = None) -> Any:
    """The elements or slices of the variable at coordinates."""
    return gather_nd(variable, indices)


Variable.sparse_read = _sparse_read  # type: ignore[attr-defined]
Variable.gather_nd = _variable_gather_nd  # type: ignore[attr-defined]
