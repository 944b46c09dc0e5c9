"""Orders: `tf.sort`, `tf.argsort`, `tf.searchsorted` and `tf.math.invert_permutation`."""

from __future__ import annotations

import math
from typing import Any

import torch

from ..._core.devices.indices import flat_rows
from ..._core.op.op import op
from ..._core.tensor.convert import INT32, operand_readers, to_tensor
from ..._core.tensor.tensor import EagerTensor
from ..._core.tensor.unnamed_op import alias
from ..._core.tensor.value_checks import check_values
from .._support.arguments import brackets, index_dtype, invalid_argument, scalar
from .._support.unsigned import UNSIGNED, from_ordered_int64, to_ordered_int64

# -- sorting ------------------------------------------------------------------------------------


def stable_sort(
    input: torch.Tensor, axis: int, descending: bool
) -> tuple[torch.Tensor, torch.Tensor]:
    """The elements in order and their indices; equal elements keep their order."""
    if input.dtype in UNSIGNED:
        keys, indices = torch.sort(
            to_ordered_int64(input), dim=axis, descending=descending, stable=True
        )
        return from_ordered_int64(keys, input.dtype), indices
    values, indices = torch.sort(input, dim=axis, descending=descending, stable=True)
    return values, indices


@op("TopKV2", "values:T")
def _sort(values: Any, axis: int, descending: bool) -> Any:
    return stable_sort(values, _checked_axis(values, axis), descending)[0]


@op("TopKV2", "values:T")
def _sort_with_indices(values: Any, axis: int, descending: bool) -> Any:
    values, indices = stable_sort(values, _checked_axis(values, axis), descending)
    if not descending and values.is_floating_point():
        values = -values  # TensorFlow sorts negated values, so the zero gradients are -0.0
    return values, indices.to(torch.int32)


def _checked_axis(values: torch.Tensor, axis: int) -> int:
    rank = values.ndim
    if rank == 0:
        raise invalid_argument(f"input must be >= 1-D, got shape {brackets(values.shape)}")
    if not -rank <= axis < rank:
        index = axis + rank if axis < 0 else axis
        raise invalid_argument(f"slice index {index} of dimension 0 out of bounds.", "StridedSlice")
    return axis


def _is_descending(direction: str) -> bool:
    if direction not in ("ASCENDING", "DESCENDING"):
        raise ValueError(
            f"Argument `direction` should be one of ASCENDING, DESCENDING. Received: "
            f"direction={direction}"
        )
    return direction == "DESCENDING"


def sort(
    values: Any, axis: Any = -1, direction: str = "ASCENDING", name: str | None = None
) -> EagerTensor:
    """`values` in order along `axis`. Implements `tf.sort`.

    Raises ValueError for a `direction` other than "ASCENDING" and "DESCENDING",
    InvalidArgumentError for an axis out of range.
    """
    descending = _is_descending(direction)
    return _sort(values, scalar(axis, "axis", "TopKV2"), descending)


def argsort(
    values: Any,
    axis: Any = -1,
    direction: str = "ASCENDING",
    stable: bool = False,
    name: str | None = None,
) -> EagerTensor:
    """The indices that sort `values` along `axis`, as int32. Implements `tf.argsort`.

    The order is always stable. Raises as `tf.sort` does.
    """
    descending = _is_descending(direction)
    axis = scalar(axis, "axis", "TopKV2")
    indices: EagerTensor = _sort_with_indices(values, axis, descending)[1]
    # The gradient by `values` is zeros, because the operation has two results, and None if
    # TensorFlow transposes the indices afterwards.
    return indices if axis in (-1, indices._t.ndim - 1) else alias(indices)


# -- searching ----------------------------------------------------------------------------------


@op("LowerBound", "sorted_sequence:T values:T", unrecorded=True)
def _searchsorted(sorted_sequence: Any, values: Any, right: bool, out_type: torch.dtype) -> Any:
    if not sorted_sequence.ndim or not values.ndim:
        raise invalid_argument("sorted_inputs and values must have at least one dimension")
    steps, count = sorted_sequence.shape[-1], values.shape[-1]
    batches = math.prod(sorted_sequence.shape[:-1])
    if count and batches != values.numel() // count:
        raise invalid_argument("Leading dim_size of both tensors must match.")
    if sorted_sequence.dtype in UNSIGNED:
        sorted_sequence, values = to_ordered_int64(sorted_sequence), to_ordered_int64(values)
    positions = torch.searchsorted(
        sorted_sequence.reshape(batches, steps).contiguous(),
        values.reshape(batches, count).contiguous(),
        right=right,
    )
    return positions.reshape(values.shape).to(out_type)


def searchsorted(
    sorted_sequence: Any,
    values: Any,
    side: str = "left",
    out_type: Any = INT32,
    name: str | None = None,
) -> EagerTensor:
    """Where each of `values` belongs in the sorted last dimension. Implements `tf.searchsorted`.

    With `side` "left" the position is before equal elements, with "right" after them. Raises
    ValueError for another side, InvalidArgumentError if dtypes or other dimensions differ.
    """
    if side not in ("left", "right"):
        raise ValueError(
            f"Argument `side` must be either 'right' or 'left'. Received: `side` = '{side}'."
        )
    sequence = operand_readers.get(type(sorted_sequence), to_tensor)(sorted_sequence)
    needles = operand_readers.get(type(values), to_tensor)(values)
    return _searchsorted(sequence, needles, side == "right", index_dtype(out_type, "LowerBound"))


# -- permutations -------------------------------------------------------------------------------


@op("Bucketize", "input", unregistered=True)
def bucketize(input: Any, boundaries: list[float]) -> Any:
    """The number of `boundaries`, in order, that each element is not below."""
    edges = torch.tensor(boundaries, dtype=torch.float64, device=input.device)
    return torch.searchsorted(edges, input.detach().double(), right=True, out_int32=True)


@op("InvertPermutation", "x:T", unrecorded=True)
def _invert_permutation(x: Any) -> Any:
    if x.ndim != 1:
        raise invalid_argument("invert_permutation expects a 1D vector.")
    targets = x.long()
    count = x.numel()
    if not x.is_cpu:  # as in TensorFlow, it is not checked there
        rows = flat_rows([targets], [count])
        positions = torch.arange(count, device=x.device, dtype=x.dtype)
        return x.new_zeros(count + 1).index_put((rows,), positions)[:-1]
    check_values(_check_permutation, targets)
    positions = torch.arange(count, device=x.device).to(x.dtype)
    return torch.empty_like(x).index_put((targets,), positions)


def _check_permutation(targets: torch.Tensor) -> None:
    count = targets.numel()
    bad_positions = ((targets < 0) | (targets >= count)).nonzero()
    if bad_positions.numel():
        raise invalid_argument(f"{int(targets[bad_positions[0]])} is not between 0 and {count}")
    counts = torch.bincount(targets, minlength=count)[targets]
    if bool((counts > 1).any()):
        seen: set[int] = set()
        for value in targets.tolist():
            if value in seen:
                raise invalid_argument(f"{value} is duplicated in the input.")
            seen.add(value)


def invert_permutation(x: Any, name: str | None = None) -> EagerTensor:
    """The permutation that undoes `x`. Implements `tf.math.invert_permutation`.

    Raises InvalidArgumentError if `x` does not contain each of the numbers 0 to n - 1.
    """
    if not isinstance(x, EagerTensor):
        x = to_tensor(x, None, INT32)
    return _invert_permutation(x)
