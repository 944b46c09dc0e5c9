"""Sums, means, products and extrema over segments: slices grouped by an id for each slice."""

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

# -- kernels: `ids` is an int64 vector with values in [0, size), one for each slice of x --------


@modular
def _sum(x: torch.Tensor, ids: torch.Tensor, size: int) -> torch.Tensor:
    return x.new_zeros((size, *x.shape[1:])).index_add(0, ids, x)


def _scatter_reduce(
    x: torch.Tensor, ids: torch.Tensor, size: int, reduce: str, initial: Any
) -> torch.Tensor:
    out = x.new_full((size, *x.shape[1:]), initial)
    index = ids.reshape(-1, *(1,) * (x.ndim - 1)).expand_as(x)
    return out.scatter_reduce(0, index, x, reduce)


def _extremum_gradient(
    grad: torch.Tensor, y: torch.Tensor, x: torch.Tensor, ids: torch.Tensor, size: int, *_: Any
) -> tuple[torch.Tensor, None]:
    # Equal extrema share the gradient.
    chosen = x == y[ids]
    count = _sum(chosen.to(grad.dtype), ids, size)
    return torch.where(chosen, (grad / count)[ids], 0), None


def _extreme_number(dtype: torch.dtype, reduce: str) -> Any:
    info = torch.finfo(dtype) if dtype.is_floating_point else torch.iinfo(dtype)
    return info.min if reduce == "amax" else info.max


@with_gradient(_extremum_gradient)
def _extremum(x: torch.Tensor, ids: torch.Tensor, size: int, reduce: str) -> torch.Tensor:
    dtype = x.dtype
    initial = _extreme_number(dtype, reduce)
    if dtype not in UNSIGNED:
        return _scatter_reduce(x, ids, size, reduce, initial)
    initial_ordered = int(ordered(torch.tensor([initial], dtype=dtype)))
    return from_ordered(_scatter_reduce(ordered(x), ids, size, reduce, initial_ordered), dtype)


def _product_gradient(
    grad: torch.Tensor,
    y: torch.Tensor,
    x: torch.Tensor,
    ids: torch.Tensor,
    size: int,
    extra_segment: bool,
) -> tuple[torch.Tensor, None]:
    # The product of the other factors is the product divided by this one, unless it is zero. In a
    # segment with two zeros all gradients are zero.
    zero = x == 0
    if extra_segment:
        if size == 1:
            return torch.zeros_like(x), None
        grad = torch.cat([grad, torch.zeros_like(grad[:1])])
    grad = torch.where(_sum(zero.to(torch.int32), ids, size) > 1, 0, grad)
    nonzero_factors = torch.where(zero, 1, x)
    products = _product(nonzero_factors, ids, size, extra_segment)
    # The extra segment holds the slices that belong to none. TensorFlow multiplies their gradient,
    # which is 0, by the value of the first segment. Only its sorted form keeps divisions by zero
    # out of gradients of higher order.
    segment = torch.where(ids == size - 1, 0, ids) if extra_segment else ids
    quotient = y[segment] / (x if extra_segment else nonzero_factors)
    return grad[ids] * torch.where(zero, products[segment], quotient), None


@modular
@with_gradient(_product_gradient)
def _product(x: torch.Tensor, ids: torch.Tensor, size: int, extra_segment: bool) -> torch.Tensor:
    """The products; `extra_segment` says that the last segment is to be cut off."""
    products = _scatter_reduce(x, ids, size, "prod", 1)
    return products[:-1] if extra_segment else products


def _counts(ids: torch.Tensor, size: int, rank: int) -> torch.Tensor:
    """The number of slices in each segment, in a shape that broadcasts over slices."""
    counts = _sum(torch.ones_like(ids), ids, size)
    return counts.reshape(size, *(1,) * (rank - 1))


# -- sorted -------------------------------------------------------------------------------------


def _checked_sorted_ids(data: torch.Tensor, ids: torch.Tensor) -> tuple[torch.Tensor, int]:
    """The ids as int64, and the number of segments. Raises InvalidArgumentError."""
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

    Args:
      data: A tensor; slice `i` belongs to segment `segment_ids[i]`.
      segment_ids: A vector of integers that are not negative and do not decrease.

    The sum of an empty segment is 0. Raises InvalidArgumentError for other ids.
    """
    return _sum(data, *_checked_sorted_ids(data, segment_ids))


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

    The dtype stays: integers are rounded towards zero. The mean of an empty segment is 0.
    """
    return _sorted_mean(data, *_checked_sorted_ids(data, segment_ids))


@with_gradient(_extremum_gradient)
def _sorted_extremum(x: torch.Tensor, ids: torch.Tensor, size: int, reduce: str) -> torch.Tensor:
    if x.is_floating_point():  # the unsorted form starts from the lowest finite number
        extrema = _scatter_reduce(
            x, ids, size, reduce, -torch.inf if reduce == "amax" else torch.inf
        )
    else:
        extrema = _extremum(x, ids, size, reduce)
    return torch.where(_counts(ids, size, x.ndim) == 0, torch.zeros_like(extrema), extrema)


@op("SegmentMax", "data segment_ids")
def segment_max(data: Any, segment_ids: Any, name: str | None = None) -> Any:
    """The maxima of the slices of each segment, as `segment_sum` (`tf.math.segment_max`).

    Equal maxima share the gradient. The maximum of an empty segment is 0.
    """
    return _sorted_extremum(data, *_checked_sorted_ids(data, segment_ids), "amax")


@op("SegmentMin", "data segment_ids")
def segment_min(data: Any, segment_ids: Any, name: str | None = None) -> Any:
    """The minima of the slices of each segment, as `segment_sum` (`tf.math.segment_min`).

    Equal minima share the gradient. The minimum of an empty segment is 0.
    """
    return _sorted_extremum(data, *_checked_sorted_ids(data, segment_ids), "amin")


@op("SegmentProd", "data segment_ids")
def segment_prod(data: Any, segment_ids: Any, name: str | None = None) -> Any:
    """The products of the slices of each segment, as `segment_sum` (`tf.math.segment_prod`).

    The product of an empty segment is 1.
    """
    return _product(data, *_checked_sorted_ids(data, segment_ids), False)


# -- unsorted -----------------------------------------------------------------------------------

Kernel = Callable[..., torch.Tensor]


def _unsorted_reduction(
    kernel: Kernel, data: torch.Tensor, segment_ids: torch.Tensor, num_segments: Any, *extra: Any
) -> torch.Tensor:
    """Checks the ids, flattens the axes they cover, and leaves out negative ids."""
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
        bad = int((ids >= size).nonzero()[0])
        raise invalid(f"segment_ids[{bad}] = {int(ids[bad])} is out of range [0, {size})")
    begin = sequence_number()
    slices = data if rank == 1 else data.reshape(ids.shape[0], *data.shape[rank:])
    note_internal_nodes(begin, sequence_number())
    # Slices with negative ids go to an extra segment, which is cut off.
    reduced = kernel(slices, torch.where(ids < 0, size, ids), size + 1, *extra)
    return reduced if reduced.shape[0] == size else reduced[:size]


@op("UnsortedSegmentSum", "data segment_ids")
def unsorted_segment_sum(
    data: Any, segment_ids: Any, num_segments: Any, name: str | None = None
) -> Any:
    """The sums of the slices of each segment, with ids in any order.

    Implements `tf.math.unsorted_segment_sum`.

    Args:
      data: A tensor whose shape starts with that of `segment_ids`.
      segment_ids: Integers: the segment that each slice of `data` belongs to; none if negative.
      num_segments: The number of segments, a scalar.

    The sum of an empty segment is 0. Raises InvalidArgumentError for ids that are too large.
    """
    return _unsorted_reduction(_sum, data, segment_ids, num_segments)


@op("UnsortedSegmentMax", "data segment_ids")
def unsorted_segment_max(
    data: Any, segment_ids: Any, num_segments: Any, name: str | None = None
) -> Any:
    """The maxima of the slices of each segment, as `unsorted_segment_sum`.

    Equal maxima share the gradient. The maximum of an empty segment is the lowest number of the
    dtype. Implements `tf.math.unsorted_segment_max`.
    """
    return _unsorted_reduction(_extremum, data, segment_ids, num_segments, "amax")


@op("UnsortedSegmentMin", "data segment_ids")
def unsorted_segment_min(
    data: Any, segment_ids: Any, num_segments: Any, name: str | None = None
) -> Any:
    """The minima of the slices of each segment, as `unsorted_segment_sum`.

    Equal minima share the gradient. The minimum of an empty segment is the highest number of the
    dtype. Implements `tf.math.unsorted_segment_min`.
    """
    return _unsorted_reduction(_extremum, data, segment_ids, num_segments, "amin")


@op("UnsortedSegmentProd", "data segment_ids")
def unsorted_segment_prod(
    data: Any, segment_ids: Any, num_segments: Any, name: str | None = None
) -> Any:
    """The products of the slices of each segment, as `unsorted_segment_sum`.

    The product of an empty segment is 1. Implements `tf.math.unsorted_segment_prod`.
    """
    return _unsorted_reduction(_product, data, segment_ids, num_segments, True)


def _unsorted_mean(
    data: torch.Tensor, segment_ids: torch.Tensor, num_segments: Any, by_root: bool
) -> torch.Tensor:
    """The sums divided by the number of slices, or by its square root."""

    def kernel(slices: torch.Tensor, ids: torch.Tensor, size: int) -> torch.Tensor:
        total = _sum(slices, ids, size)
        if total.dtype not in TRAINABLE:  # as `/` converts integers
            total = total.to(torch.float64 if total.element_size() > 2 else torch.float32)
        count = torch.clamp(_counts(ids, size, slices.ndim), min=1).to(total.dtype)
        return total / (torch.sqrt(count) if by_root else count)

    return _unsorted_reduction(kernel, data, segment_ids, num_segments)


def _check_dtype(x: torch.Tensor, allowed: str) -> None:
    names = allowed.split()
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
    _check_dtype(data, "bfloat16 float16 float32 float64 " + integers)
    return _unsorted_mean(data, segment_ids, num_segments, False)


@op("UnsortedSegmentSum", "data segment_ids")
def unsorted_segment_sqrt_n(
    data: Any, segment_ids: Any, num_segments: Any, name: str | None = None
) -> Any:
    """The sums of the slices of each segment, divided by the square root of their number.

    As `unsorted_segment_sum`, for floating-point numbers. Implements
    `tf.math.unsorted_segment_sqrt_n`. Raises InvalidArgumentError for other dtypes.
    """
    _check_dtype(data, "bfloat16 float16 float32 float64")
    return _unsorted_mean(data, segment_ids, num_segments, True)
