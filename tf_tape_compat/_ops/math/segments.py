"""Sums, means, products and extrema of slices that belong together, by a number for each slice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from ..._core.op.op import op
from ..._core.recording.admission import note_internal_nodes
from ..._core.recording.tape_set import TRAINABLE, sequence_number
from ..._core.tensor.convert import c_name
from ..._core.tensor.static_args import index_array, is_concrete
from ..._core.types.dtype import as_dtype
from ..._core.types.shape import brackets
from .._support.arguments import invalid
from .._support.gradient_rules import with_gradient
from .._support.unsigned import (
    UNSIGNED,
    as_int64,
    divide_uint64,
    from_ordered,
    modular,
    ordered,
    to_unsigned,
)

# -- kernels: `ids` is a vector of int64 within [0, size), one for each slice of x ---------------


@modular
def _sum(x: torch.Tensor, ids: torch.Tensor, size: int) -> torch.Tensor:
    return x.new_zeros((size, *x.shape[1:])).index_add(0, ids, x)


def _scatter(
    x: torch.Tensor, ids: torch.Tensor, size: int, reduce: str, start: Any
) -> torch.Tensor:
    out = x.new_full((size, *x.shape[1:]), start)
    index = ids.reshape(-1, *(1,) * (x.ndim - 1)).expand_as(x)
    return out.scatter_reduce(0, index, x, reduce)


def _extremum_gradient(
    grad: torch.Tensor, y: torch.Tensor, x: torch.Tensor, ids: torch.Tensor, size: int, *_: Any
) -> tuple[torch.Tensor, None]:
    # Equal ones share the gradient.
    chosen = x == y[ids]
    count = _sum(chosen.to(grad.dtype), ids, size)
    return torch.where(chosen, (grad / count)[ids], 0), None


def _bound(dtype: torch.dtype, reduce: str) -> Any:
    info = torch.finfo(dtype) if dtype.is_floating_point else torch.iinfo(dtype)
    return info.min if reduce == "amax" else info.max


@with_gradient(_extremum_gradient)
def _extremum(x: torch.Tensor, ids: torch.Tensor, size: int, reduce: str) -> torch.Tensor:
    dtype = x.dtype
    start = _bound(dtype, reduce)
    if dtype not in UNSIGNED:
        return _scatter(x, ids, size, reduce, start)
    least = int(ordered(torch.tensor([start], dtype=dtype)))
    return from_ordered(_scatter(ordered(x), ids, size, reduce, least), dtype)


def _product_gradient(
    grad: torch.Tensor, y: torch.Tensor, x: torch.Tensor, ids: torch.Tensor, size: int, last: bool
) -> tuple[torch.Tensor, None]:
    # The product without one factor is the product divided by it, unless it is zero. A segment
    # with two zeros has no gradient at all.
    zero = x == 0
    if last:
        if size == 1:
            return torch.zeros_like(x), None
        grad = torch.cat([grad, torch.zeros_like(grad[:1])])
    grad = torch.where(_sum(zero.to(torch.int32), ids, size) > 1, 0, grad)
    others = torch.where(zero, 1, x)
    without_zeros = _product(others, ids, size, last)
    # In the last segment is what belongs to none. TensorFlow multiplies its gradient, which is 0,
    # with what comes out for the first segment; and only its sorted form keeps quotients by zero
    # out of gradients of higher order.
    at = torch.where(ids == size - 1, 0, ids) if last else ids
    quotient = y[at] / (x if last else others)
    return grad[ids] * torch.where(zero, without_zeros[at], quotient), None


@modular
@with_gradient(_product_gradient)
def _product(x: torch.Tensor, ids: torch.Tensor, size: int, last: bool) -> torch.Tensor:
    """The products; with `last` the last segment is left out."""
    found = _scatter(x, ids, size, "prod", 1)
    return found[:-1] if last else found


def _counts(ids: torch.Tensor, size: int, rank: int) -> torch.Tensor:
    """How many slices belong to each segment, of a shape that broadcasts over slices."""
    found = _sum(torch.ones_like(ids), ids, size)
    return found.reshape(size, *(1,) * (rank - 1))


# -- sorted -------------------------------------------------------------------------------------


def _sorted(data: torch.Tensor, ids: torch.Tensor) -> tuple[torch.Tensor, int]:
    """The ids in int64 and the number of segments. Raises InvalidArgumentError."""
    if data.ndim < 1:
        raise invalid("input must be at least rank 1")
    if ids.ndim != 1:
        raise invalid("segment_ids should be a vector.")
    if ids.shape[0] != data.shape[0]:
        raise invalid("segment_ids should be the same size as dimension 0 of input.")
    ids = ids.to(data.device, torch.int64)
    if not ids.shape[0]:
        return ids, 0
    size = int(ids[-1]) + 1
    if bool((ids < 0).any()):
        raise invalid(
            f"Segment id {int(ids.min())} out of range [0, {size}), possibly because "
            "'segment_ids' input is not sorted."
        )
    if bool((ids[1:] < ids[:-1]).any()):
        raise invalid("segment ids are not increasing")
    return ids, size


@op("SegmentSum", "data segment_ids")
def segment_sum(data: Any, segment_ids: Any, name: str | None = None) -> Any:
    """The sums of the slices of each segment. Implements `tf.math.segment_sum`.

    Slice `i` of `data` belongs to segment `segment_ids[i]`; the ids, a vector of integers, do not
    decrease. The sum of an empty segment is 0. Raises InvalidArgumentError for other ids.
    """
    return _sum(data, *_sorted(data, segment_ids))


def _sorted_mean_gradient(
    grad: torch.Tensor, y: torch.Tensor, x: torch.Tensor, ids: torch.Tensor, size: int
) -> tuple[torch.Tensor, None]:
    return (grad / _counts(ids, size, x.ndim))[ids], None


@with_gradient(_sorted_mean_gradient)
def _sorted_mean(x: torch.Tensor, ids: torch.Tensor, size: int) -> torch.Tensor:
    total = _sum(x, ids, size)
    count = torch.clamp(_counts(ids, size, x.ndim), min=1)
    dtype = x.dtype
    if dtype in TRAINABLE:
        return total / count
    if dtype is torch.uint64:
        return to_unsigned(divide_uint64(as_int64(total), count), dtype)
    return torch.div(total.long(), count, rounding_mode="trunc").to(dtype)


@op("SegmentMean", "data segment_ids")
def segment_mean(data: Any, segment_ids: Any, name: str | None = None) -> Any:
    """The means of the slices of each segment, as `segment_sum` (`tf.math.segment_mean`).

    The type stays: integers are rounded towards zero. The mean of an empty segment is 0.
    """
    return _sorted_mean(data, *_sorted(data, segment_ids))


@with_gradient(_extremum_gradient)
def _sorted_extremum(x: torch.Tensor, ids: torch.Tensor, size: int, reduce: str) -> torch.Tensor:
    if x.is_floating_point():  # the unsorted form starts from a finite number
        found = _scatter(x, ids, size, reduce, -torch.inf if reduce == "amax" else torch.inf)
    else:
        found = _extremum(x, ids, size, reduce)
    return torch.where(_counts(ids, size, x.ndim) == 0, torch.zeros_like(found), found)


@op("SegmentMax", "data segment_ids")
def segment_max(data: Any, segment_ids: Any, name: str | None = None) -> Any:
    """The maxima of the slices of each segment, as `segment_sum` (`tf.math.segment_max`).

    Equal maxima share the gradient. The maximum of an empty segment is 0.
    """
    return _sorted_extremum(data, *_sorted(data, segment_ids), "amax")


@op("SegmentMin", "data segment_ids")
def segment_min(data: Any, segment_ids: Any, name: str | None = None) -> Any:
    """The minima of the slices of each segment, as `segment_sum` (`tf.math.segment_min`).

    Equal minima share the gradient. The minimum of an empty segment is 0.
    """
    return _sorted_extremum(data, *_sorted(data, segment_ids), "amin")


@op("SegmentProd", "data segment_ids")
def segment_prod(data: Any, segment_ids: Any, name: str | None = None) -> Any:
    """The products of the slices of each segment, as `segment_sum` (`tf.math.segment_prod`).

    The product of an empty segment is 1.
    """
    return _product(data, *_sorted(data, segment_ids), False)


# -- unsorted -----------------------------------------------------------------------------------

_Kernel = Callable[..., torch.Tensor]


def _unsorted(
    kernel: _Kernel, data: torch.Tensor, segment_ids: torch.Tensor, num_segments: Any, *more: Any
) -> torch.Tensor:
    """Checks, flattens the leading axes that the ids have too, and leaves out negative ids."""
    if isinstance(num_segments, float):
        raise invalid(
            "Value for attr 'Tnumsegments' of float is not in the list of allowed values: "
            "int32, int64"
        )
    array = index_array(num_segments)
    if array.ndim:
        raise invalid(f"num_segments should be a scalar, not shape {list(array.shape)}")
    size = int(array)
    if size < 0:
        raise invalid(f"Input num_segments == {size} must not be negative.")
    rank = segment_ids.ndim
    if data.shape[:rank] != segment_ids.shape:
        raise invalid(
            f"data.shape = {brackets(data.shape)} does not start with segment_ids.shape = "
            f"{brackets(segment_ids.shape)}"
        )
    ids = segment_ids.reshape(-1).to(data.device, torch.int64)
    if is_concrete(ids) and bool((ids >= size).any()):
        at = int((ids >= size).nonzero()[0])
        raise invalid(f"segment_ids[{at}] = {int(ids[at])} is out of range [0, {size})")
    begin = sequence_number()
    slices = data if rank == 1 else data.reshape(ids.shape[0], *data.shape[rank:])
    note_internal_nodes(begin, sequence_number())
    # Negative ids go to a segment of their own, which is cut off.
    found = kernel(slices, torch.where(ids < 0, size, ids), size + 1, *more)
    return found if found.shape[0] == size else found[:size]


@op("UnsortedSegmentSum", "data segment_ids")
def unsorted_segment_sum(
    data: Any, segment_ids: Any, num_segments: Any, name: str | None = None
) -> Any:
    """The sums of the slices of each of `num_segments` segments, in any order.

    The slice of `data` at each index of `segment_ids` belongs to the segment with that number, or
    to none if it is negative. The sum of an empty segment is 0. Implements
    `tf.math.unsorted_segment_sum`. Raises InvalidArgumentError for ids that are too large.
    """
    return _unsorted(_sum, data, segment_ids, num_segments)


@op("UnsortedSegmentMax", "data segment_ids")
def unsorted_segment_max(
    data: Any, segment_ids: Any, num_segments: Any, name: str | None = None
) -> Any:
    """The maxima of the slices of each segment, as `unsorted_segment_sum`.

    Equal maxima share the gradient. The maximum of an empty segment is the lowest number of the
    type. Implements `tf.math.unsorted_segment_max`.
    """
    return _unsorted(_extremum, data, segment_ids, num_segments, "amax")


@op("UnsortedSegmentMin", "data segment_ids")
def unsorted_segment_min(
    data: Any, segment_ids: Any, num_segments: Any, name: str | None = None
) -> Any:
    """The minima of the slices of each segment, as `unsorted_segment_sum`.

    Equal minima share the gradient. The minimum of an empty segment is the highest number of the
    type. Implements `tf.math.unsorted_segment_min`.
    """
    return _unsorted(_extremum, data, segment_ids, num_segments, "amin")


@op("UnsortedSegmentProd", "data segment_ids")
def unsorted_segment_prod(
    data: Any, segment_ids: Any, num_segments: Any, name: str | None = None
) -> Any:
    """The products of the slices of each segment, as `unsorted_segment_sum`.

    The product of an empty segment is 1. Implements `tf.math.unsorted_segment_prod`.
    """
    return _unsorted(_product, data, segment_ids, num_segments, True)


def _averaged(
    data: torch.Tensor, segment_ids: torch.Tensor, num_segments: Any, roots: bool
) -> torch.Tensor:
    """Sums divided by the number of slices, or by its root."""

    def kernel(slices: torch.Tensor, ids: torch.Tensor, size: int) -> torch.Tensor:
        total = _sum(slices, ids, size)
        if total.dtype not in TRAINABLE:  # as `/` does
            total = total.to(torch.float64 if total.element_size() > 2 else torch.float32)
        count = torch.clamp(_counts(ids, size, slices.ndim), min=1).to(total.dtype)
        return total / (torch.sqrt(count) if roots else count)

    return _unsorted(kernel, data, segment_ids, num_segments)


def _refuse(x: torch.Tensor, admitted: str) -> None:
    names = admitted.split()
    if as_dtype(x.dtype).name not in names:
        listed = ", ".join(c_name(as_dtype(name)) for name in names)
        raise invalid(
            f"Value for attr 'T' of {c_name(as_dtype(x.dtype))} is not in the list of allowed "
            f"values: {listed}"
        )


@op("UnsortedSegmentSum", "data segment_ids")
def unsorted_segment_mean(
    data: Any, segment_ids: Any, num_segments: Any, name: str | None = None
) -> Any:
    """The means of the slices of each segment, as `unsorted_segment_sum`.

    Integers are divided as by `/`. The mean of an empty segment is 0. Implements
    `tf.math.unsorted_segment_mean`. Raises InvalidArgumentError for complex numbers.
    """
    integers = "int8 uint8 int16 uint16 int32 uint32 int64 uint64"
    _refuse(data, "bfloat16 float16 float32 float64 " + integers)
    return _averaged(data, segment_ids, num_segments, False)


@op("UnsortedSegmentSum", "data segment_ids")
def unsorted_segment_sqrt_n(
    data: Any, segment_ids: Any, num_segments: Any, name: str | None = None
) -> Any:
    """The sums of the slices of each segment, divided by the root of their number.

    As `unsorted_segment_sum` for floating point numbers. Implements
    `tf.math.unsorted_segment_sqrt_n`. Raises InvalidArgumentError for other types.
    """
    _refuse(data, "bfloat16 float16 float32 float64")
    return _averaged(data, segment_ids, num_segments, True)
