"""Reductions over segments with sorted ids: `tf.math.segment_sum`, `segment_mean` and others."""

from __future__ import annotations

from typing import Any

import torch

from ..._core.op.op import op
from ..._core.recording.tape_set import TRAINABLE
from .._support.arguments import invalid_argument
from .._support.gradient_rules import with_gradient
from .._support.unsigned import as_int64, divide_uint64, to_unsigned
from .segment_kernels import (
    extremum_gradient,
    extremum_kernel,
    product_kernel,
    scatter_reduce,
    segment_counts,
    sum_kernel,
)


def _checked_sorted_ids(data: torch.Tensor, ids: torch.Tensor) -> tuple[torch.Tensor, int]:
    """The ids as int64, and the number of segments. Raises InvalidArgumentError."""
    if data.ndim < 1:
        raise invalid_argument("input must be at least rank 1")
    if ids.ndim != 1:
        raise invalid_argument("segment_ids should be a vector.")
    if ids.shape[0] != data.shape[0]:
        raise invalid_argument("segment_ids should be the same size as dimension 0 of input.")
    ids = ids.to(data.device, torch.int64)
    if not ids.shape[0]:
        return ids, 0
    size = int(ids[-1]) + 1
    if not ids.is_cpu and size > 0:
        return ids.clamp(0, size - 1), size  # not checked, as in TensorFlow
    if bool((ids < 0).any()):
        raise invalid_argument(
            f"Segment id {int(ids.min())} out of range [0, {size}), possibly because "
            "'segment_ids' input is not sorted."
        )
    if bool((ids[1:] < ids[:-1]).any()):
        raise invalid_argument("segment ids are not increasing")
    return ids, size


@op("SegmentSum", "data segment_ids")
def segment_sum(data: Any, segment_ids: Any, name: str | None = None) -> Any:
    """The sums of the slices of each segment. Implements `tf.math.segment_sum`.

    Args:
      data: A tensor; slice `i` belongs to segment `segment_ids[i]`.
      segment_ids: A vector of integers that are not negative and do not decrease.

    The sum of an empty segment is 0. Raises InvalidArgumentError for other ids, but on a GPU only
    for a negative last one.
    """
    return sum_kernel(data, *_checked_sorted_ids(data, segment_ids))


def _sorted_mean_gradient(
    grad: torch.Tensor, y: torch.Tensor, x: torch.Tensor, ids: torch.Tensor, size: int
) -> tuple[torch.Tensor, None]:
    return (grad / segment_counts(ids, size, x.ndim))[ids], None


@with_gradient(_sorted_mean_gradient)
def _sorted_mean(x: torch.Tensor, ids: torch.Tensor, size: int) -> torch.Tensor:
    total = sum_kernel(x, ids, size)
    count = torch.clamp(segment_counts(ids, size, x.ndim), min=1)
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


@with_gradient(extremum_gradient)
def _sorted_extremum(x: torch.Tensor, ids: torch.Tensor, size: int, reduce: str) -> torch.Tensor:
    if x.is_floating_point():  # the unsorted form starts from the lowest finite number
        extrema = scatter_reduce(
            x, ids, size, reduce, -torch.inf if reduce == "amax" else torch.inf
        )
    else:
        extrema = extremum_kernel(x, ids, size, reduce)
    return torch.where(segment_counts(ids, size, x.ndim) == 0, torch.zeros_like(extrema), extrema)


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
    return product_kernel(data, *_checked_sorted_ids(data, segment_ids), False)
