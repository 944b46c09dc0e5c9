"""Orders: sort, argsort, top_k, searchsorted, unique, invert_permutation."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import torch

from ..._core.op.op import op
from ..._core.tensor.convert import INT32, operand_readers, to_tensor
from ..._core.tensor.tensor import EagerTensor
from ..._core.types.dtype import DType, as_dtype
from ...errors import InvalidArgumentError, NotFoundError
from .._support.arguments import brackets, invalid, scalar
from .._support.gradient_rules import refuse_gradient
from .._support.unsigned import UNSIGNED, from_ordered, ordered


class TopKV2(NamedTuple):
    """The largest elements and where they were; what `tf.math.top_k` returns."""

    values: Any
    indices: Any


class ApproxTopK(NamedTuple):
    """The largest elements and where they were; what `tf.math.approx_max_k` returns."""

    values: Any
    indices: Any


class Unique(NamedTuple):
    """The distinct elements, and which of them each element is; what `tf.unique` returns."""

    y: Any
    idx: Any


class UniqueWithCounts(NamedTuple):
    """As `Unique`, with how often each occurs; what `tf.unique_with_counts` returns."""

    y: Any
    idx: Any
    count: Any


# -- sorting ------------------------------------------------------------------------------------


def _sorted(input: torch.Tensor, axis: int, descending: bool) -> tuple[torch.Tensor, torch.Tensor]:
    """Elements in order and where they were; of equal ones the first comes first."""
    if input.dtype in UNSIGNED:
        keys, places = torch.sort(ordered(input), dim=axis, descending=descending, stable=True)
        return from_ordered(keys, input.dtype), places
    values, places = torch.sort(input, dim=axis, descending=descending, stable=True)
    return values, places


@op("TopKV2", "input:T")
def _top_k(input: Any, k: int, index_type: DType) -> Any:
    if input.ndim == 0:
        raise invalid(f"input must be >= 1-D, got shape {brackets(input.shape)}")
    if k < 0:
        raise invalid(f"Need k >= 0, got {k}")
    if input.shape[-1] < k:
        raise invalid(f"input must have at least k columns. Had {input.shape[-1]}, needed {k}")
    values, places = _sorted(input, -1, True)
    return TopKV2(values.narrow(-1, 0, k), places.narrow(-1, 0, k).to(index_type.torch))


def top_k(
    input: Any, k: Any = 1, sorted: bool = True, index_type: Any = INT32, name: str | None = None
) -> TopKV2:
    """The `k` largest elements along the last dimension, and where they are; for `tf.math.top_k`.

    They are in order (also without `sorted`), of equal ones the first comes first. Raises
    InvalidArgumentError if there are fewer.
    """
    if not isinstance(k, (int, EagerTensor)):
        k = to_tensor(k, INT32)
    return _top_k(input, scalar(k, "k", "TopKV2"), as_dtype(index_type))


@op("ApproxTopK", "input")
def _approx_top_k(input: Any, k: int, axis: int, largest: bool) -> Any:
    if input.is_cpu and (not largest or axis != -1):
        raise NotFoundError(
            None,
            None,
            f"Could not find device for node: {{{{node ApproxTopK}}}} = ApproxTopK[is_max_k="
            f"{str(largest).lower()}, reduction_dimension={axis}]: on the CPU there is "
            "approx_max_k alone, along dimension -1",
        )
    if input.ndim == 0:
        raise invalid(f"input must be >= 1-D, got shape {brackets(input.shape)}")
    if input.shape[axis] < k:
        raise invalid(f"input must have at least k columns. Had {input.shape[axis]}, needed {k}")
    values, places = _sorted(input, axis, largest)
    return ApproxTopK(values.narrow(axis, 0, k), places.narrow(axis, 0, k).to(torch.int32))


def _approximately(operand: Any, k: Any, axis: Any, largest: bool) -> ApproxTopK:
    count = scalar(k, "k", "ApproxTopK")
    if count < 0:
        message = f"Value for attr 'k' of {count} must be at least minimum 0"
        raise InvalidArgumentError(None, None, message)
    return _approx_top_k(operand, count, axis, largest)


def approx_max_k(
    operand: Any,
    k: Any,
    reduction_dimension: Any = -1,
    recall_target: Any = 0.95,
    reduction_input_size_override: Any = -1,
    aggregate_to_topk: bool = True,
    name: str | None = None,
) -> ApproxTopK:
    """The `k` largest elements along a dimension, and where they are; for `tf.math.approx_max_k`.

    Exactly, whatever the other arguments say. On the CPU along dimension -1 alone: NotFoundError
    for another.
    """
    return _approximately(operand, k, reduction_dimension, True)


def approx_top_k(
    input: Any,
    k: Any,
    reduction_dimension: Any = -1,
    recall_target: Any = 0.95,
    is_max_k: bool = True,
    reduction_input_size_override: Any = -1,
    aggregate_to_topk: bool = True,
    name: str | None = None,
) -> ApproxTopK:
    """`approx_max_k` or `approx_min_k`, as `is_max_k` says; answers for `tf.approx_top_k`."""
    return _approximately(input, k, reduction_dimension, is_max_k)


def approx_min_k(
    operand: Any,
    k: Any,
    reduction_dimension: Any = -1,
    recall_target: Any = 0.95,
    reduction_input_size_override: Any = -1,
    aggregate_to_topk: bool = True,
    name: str | None = None,
) -> ApproxTopK:
    """The `k` smallest elements along a dimension, and where they are; for `tf.math.approx_min_k`.

    Not on the CPU, where it raises NotFoundError as TensorFlow does.
    """
    return _approximately(operand, k, reduction_dimension, False)


@op("TopKV2", "values:T")
def _sort(values: Any, axis: int, descending: bool) -> Any:
    return _sorted(values, _axis(values, axis), descending)[0]


@op("TopKV2", "values:T", unrecorded=True)
def _argsort(values: Any, axis: int, descending: bool) -> Any:
    return _sorted(values, _axis(values, axis), descending)[1].to(torch.int32)


def _axis(values: torch.Tensor, axis: int) -> int:
    rank = values.ndim
    if rank == 0:
        raise invalid(f"input must be >= 1-D, got shape {brackets(values.shape)}")
    if not -rank <= axis < rank:
        raise invalid(f"axis {axis} is out of range for a tensor of rank {rank}")
    return axis


def _descending(direction: str) -> bool:
    if direction not in ("ASCENDING", "DESCENDING"):
        raise ValueError(
            f"Argument `direction` should be one of 'ASCENDING' or 'DESCENDING'. Received: "
            f"direction={direction}"
        )
    return direction == "DESCENDING"


def sort(
    values: Any, axis: Any = -1, direction: str = "ASCENDING", name: str | None = None
) -> EagerTensor:
    """`values` in order along `axis`; answers for `tf.sort`.

    Raises ValueError for a `direction` other than "ASCENDING" and "DESCENDING",
    InvalidArgumentError for an axis out of range.
    """
    descending = _descending(direction)
    return _sort(values, scalar(axis, "axis", "TopKV2"), descending)


def argsort(
    values: Any,
    axis: Any = -1,
    direction: str = "ASCENDING",
    stable: bool = False,
    name: str | None = None,
) -> EagerTensor:
    """Where the elements in order come from, always in a stable order; answers for `tf.argsort`.

    Raises as `tf.sort` does.
    """
    descending = _descending(direction)
    return _argsort(values, scalar(axis, "axis", "TopKV2"), descending)


# -- searching ----------------------------------------------------------------------------------


@op("LowerBound", "sorted_sequence:T values:T", unrecorded=True)
def _bound(sorted_sequence: Any, values: Any, right: bool, out_type: torch.dtype) -> Any:
    if not sorted_sequence.ndim or not values.ndim:
        raise invalid("sorted_inputs and values must have at least one dimension")
    steps, count = sorted_sequence.shape[-1], values.shape[-1]
    batches = math.prod(sorted_sequence.shape[:-1])
    if count and batches != values.numel() // count:
        raise invalid("Leading dim_size of both tensors must match.")
    if sorted_sequence.dtype in UNSIGNED:
        sorted_sequence, values = ordered(sorted_sequence), ordered(values)
    found = torch.searchsorted(
        sorted_sequence.reshape(batches, steps).contiguous(),
        values.reshape(batches, count).contiguous(),
        right=right,
    )
    return found.reshape(values.shape).to(out_type)


def searchsorted(
    sorted_sequence: Any,
    values: Any,
    side: str = "left",
    out_type: Any = INT32,
    name: str | None = None,
) -> EagerTensor:
    """Where each of `values` belongs in the sorted last dimension; answers for `tf.searchsorted`.

    `side` "left": before what equals it, "right": behind. Raises ValueError for another side,
    InvalidArgumentError if types or other dimensions differ.
    """
    if side not in ("left", "right"):
        raise ValueError(
            f"Argument `side` must be either 'right' or 'left'. Received: `side` = '{side}'."
        )
    sequence = operand_readers.get(type(sorted_sequence), to_tensor)(sorted_sequence)
    sought = operand_readers.get(type(values), to_tensor)(values)
    return _bound(sequence, sought, side == "right", _integer_type(out_type, "LowerBound"))


def _integer_type(out_type: Any, operation: str) -> torch.dtype:
    wanted: DType = as_dtype(out_type)
    if wanted.name not in ("int32", "int64"):
        raise InvalidArgumentError(
            None,
            None,
            f"Value for attr 'out_type' of {wanted.name} is not in the list of allowed values: "
            f"int32, int64\n\t; NodeDef: {{{{node {operation}}}}} [Op:{operation}] name: ",
        )
    return wanted.torch  # type: ignore[return-value]


# -- distinct -----------------------------------------------------------------------------------


def _distinct(x: Any) -> tuple[Any, torch.Tensor, torch.Tensor]:
    """The distinct elements in order of appearance, which is each element, and how many of each."""
    if x.ndim != 1:
        raise invalid("unique expects a 1D vector.")
    if isinstance(x, np.ndarray):
        known: dict[bytes, int] = {}
        which = torch.tensor([known.setdefault(item, len(known)) for item in x.tolist()])
        found = np.empty(len(known), object)
        found[:] = list(known)
        return found, which, torch.bincount(which.long(), minlength=len(known))
    keys = ordered(x.detach()) if x.dtype in UNSIGNED else x.detach()
    distinct, which, counts = torch.unique(keys, return_inverse=True, return_counts=True)
    first = torch.full_like(counts, x.numel())
    first.scatter_reduce_(0, which, torch.arange(x.numel(), device=x.device), "amin")
    first, order = first.sort()
    rank = torch.empty_like(order)
    rank[order] = torch.arange(order.numel(), device=x.device)
    return x.detach()[first], rank[which], counts[order]


@op("Unique", "x:T")
def _unique(x: Any, out_idx: torch.dtype) -> Any:
    y, idx, _ = _distinct(x)
    return Unique(refuse_gradient("Unique", x, y), idx.to(out_idx))


@op("UniqueWithCounts", "x:T")
def _unique_with_counts(x: Any, out_idx: torch.dtype) -> Any:
    y, idx, count = _distinct(x)
    y = refuse_gradient("UniqueWithCounts", x, y)
    return UniqueWithCounts(y, idx.to(out_idx), count.to(out_idx))


def unique(x: Any, out_idx: Any = INT32, name: str | None = None) -> Unique:
    """The distinct elements of a vector in order of appearance, and which of them each element is.

    Answers for `tf.unique`. Raises InvalidArgumentError unless `x` is a vector.
    """
    return _unique(x, _integer_type(out_idx, "Unique"))


def unique_with_counts(x: Any, out_idx: Any = INT32, name: str | None = None) -> UniqueWithCounts:
    """As `tf.unique`, with how often each occurs; answers for `tf.unique_with_counts`."""
    return _unique_with_counts(x, _integer_type(out_idx, "UniqueWithCounts"))


@op("InvertPermutation", "x:T", unrecorded=True)
def _invert_permutation(x: Any) -> Any:
    if x.ndim != 1:
        raise invalid("invert_permutation expects a 1D vector.")
    places = x.long()
    count = x.numel()
    wrong = ((places < 0) | (places >= count)).nonzero()
    if wrong.numel():
        raise invalid(f"{int(places[wrong[0]])} is not between 0 and {count}")
    if int(torch.bincount(places, minlength=count).max()) > 1 if count else False:
        raise invalid("the values must be distinct")
    return torch.empty_like(x).index_put((places,), torch.arange(count).to(x))


def invert_permutation(x: Any, name: str | None = None) -> EagerTensor:
    """The permutation that undoes `x`; answers for `tf.math.invert_permutation`.

    Raises InvalidArgumentError if `x` does not hold each of the numbers 0 to n - 1.
    """
    if not isinstance(x, EagerTensor):
        x = to_tensor(x, None, INT32)
    return _invert_permutation(x)
