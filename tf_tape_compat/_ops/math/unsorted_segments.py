"""Reductions over segments with ids in any order: `tf.math.unsorted_segment_sum` and others."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import torch

from ..._core.op.op import op
from ..._core.op.op_errors import refusal
from ..._core.recording.admission import note_internal_nodes
from ..._core.recording.tape_set import TRAINABLE, sequence_number
from ..._core.tensor.convert import c_name
from ..._core.tensor.python_values import FLOAT32
from ..._core.tensor.static_args import index_array
from ..._core.tensor.value_checks import check_values
from ..._core.types.dtype import as_dtype
from ..._core.types.shape import brackets
from .._support.arguments import invalid_argument
from .segment_kernels import extremum_kernel, product_kernel, segment_counts, sum_kernel

Kernel = Callable[..., torch.Tensor]


def _unsorted_reduction(
    kernel: Kernel, data: torch.Tensor, segment_ids: torch.Tensor, num_segments: Any, *extra: Any
) -> torch.Tensor:
    """Checks the ids, flattens the axes they cover, and leaves out negative ids."""
    if isinstance(num_segments, float):
        raise refusal("UnsortedSegmentSum", "Tnumsegments", FLOAT32)
    array = index_array(num_segments)
    if array.ndim:
        raise invalid_argument(f"num_segments should be a scalar, not shape {list(array.shape)}")
    size = int(array)
    if size < 0:
        raise invalid_argument(f"Input num_segments == {size} must not be negative.")
    rank = segment_ids.ndim
    if data.shape[:rank] != segment_ids.shape:
        raise invalid_argument(
            f"data.shape = {brackets(data.shape)} does not start with segment_ids.shape = "
            f"{brackets(segment_ids.shape)}"
        )
    ids = segment_ids.reshape(-1).to(data.device, torch.int64)
    if ids.is_cpu and not torch._C._are_functorch_transforms_active():
        check_values(partial(_check_ids, size, tuple(segment_ids.shape)), ids)
    begin = sequence_number()
    slices = data if rank == 1 else data.reshape(ids.shape[0], *data.shape[rank:])
    note_internal_nodes(begin, sequence_number())
    # Slices with negative ids go to an extra segment, which is cut off. So do those with ids that
    # are too large, which is an error on the CPU only.
    outside = ids < 0 if ids.is_cpu else (ids < 0) | (ids >= size)
    reduced = kernel(slices, torch.where(outside, size, ids), size + 1, *extra)
    return reduced if reduced.shape[0] == size else reduced[:size]


def _check_ids(size: int, shape: tuple[int, ...], ids: torch.Tensor) -> None:
    if bool((ids >= size).any()):
        bad = int((ids >= size).nonzero()[0])
        position = ",".join(map(str, np.unravel_index(bad, shape)))
        raise invalid_argument(
            f"segment_ids[{position}] = {int(ids[bad])} is out of range [0, {size})"
        )


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

    The sum of an empty segment is 0. Raises InvalidArgumentError for ids that are too large. On a
    GPU they belong to no segment, as in TensorFlow.
    """
    return _unsorted_reduction(sum_kernel, data, segment_ids, num_segments)


@op("UnsortedSegmentMax", "data segment_ids")
def unsorted_segment_max(
    data: Any, segment_ids: Any, num_segments: Any, name: str | None = None
) -> Any:
    """The maxima of the slices of each segment, as `unsorted_segment_sum`.

    Equal maxima share the gradient. The maximum of an empty segment is the lowest number of the
    dtype. Implements `tf.math.unsorted_segment_max`.
    """
    return _unsorted_reduction(extremum_kernel, data, segment_ids, num_segments, "amax")


@op("UnsortedSegmentMin", "data segment_ids")
def unsorted_segment_min(
    data: Any, segment_ids: Any, num_segments: Any, name: str | None = None
) -> Any:
    """The minima of the slices of each segment, as `unsorted_segment_sum`.

    Equal minima share the gradient. The minimum of an empty segment is the highest number of the
    dtype. Implements `tf.math.unsorted_segment_min`.
    """
    return _unsorted_reduction(extremum_kernel, data, segment_ids, num_segments, "amin")


@op("UnsortedSegmentProd", "data segment_ids")
def unsorted_segment_prod(
    data: Any, segment_ids: Any, num_segments: Any, name: str | None = None
) -> Any:
    """The products of the slices of each segment, as `unsorted_segment_sum`.

    The product of an empty segment is 1. Implements `tf.math.unsorted_segment_prod`.
    """
    return _unsorted_reduction(product_kernel, data, segment_ids, num_segments, True)


def _unsorted_mean(
    data: torch.Tensor, segment_ids: torch.Tensor, num_segments: Any, by_root: bool
) -> torch.Tensor:
    """The sums divided by the number of slices, or by its square root."""

    def kernel(slices: torch.Tensor, ids: torch.Tensor, size: int) -> torch.Tensor:
        total = sum_kernel(slices, ids, size)
        if total.dtype not in TRAINABLE:  # as `/` converts integers
            total = total.to(torch.float64 if total.element_size() > 2 else torch.float32)
        count = torch.clamp(segment_counts(ids, size, slices.ndim), min=1).to(total.dtype)
        return total / (torch.sqrt(count) if by_root else count)

    return _unsorted_reduction(kernel, data, segment_ids, num_segments)


def _check_dtype(x: torch.Tensor, allowed: str) -> None:
    names = allowed.split()
    if as_dtype(x.dtype).name not in names:
        listed = ", ".join(c_name(as_dtype(name)) for name in names)
        raise invalid_argument(
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
