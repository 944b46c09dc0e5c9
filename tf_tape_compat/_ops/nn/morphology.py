"""Grey-scale dilation and erosion of images."""

from __future__ import annotations

import math
from typing import Any

import torch

from ..._core.op.op import op
from ..._core.recording.admission import single_op
from .._support.arguments import brackets, invalid
from .._support.gradient_rules import refuse_gradient, with_gradient
from .._support.unsigned import UNSIGNED, as_int64, from_ordered, ordered, to_unsigned
from ..array.padding import reverse
from ..array.sliding_windows import extent, nothing, one_of, places, unimplemented, whole_numbers
from ..math.arithmetic import negative


def _largest(
    x: torch.Tensor,
    filter: torch.Tensor,
    steps: tuple[int, int],
    rates: tuple[int, int],
    counts: tuple[int, int],
    margins: tuple[tuple[int, int], ...],
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """The largest sums over the windows; which element of the image, and which of the filter.

    The first of several counts. What is not a number never does, nor does minus infinity.
    """
    batch, height, width, channels = x.shape
    rows = torch.arange(counts[0], device=x.device) * steps[0] - margins[0][0]
    columns = torch.arange(counts[1], device=x.device) * steps[1] - margins[1][0]
    narrow = x.dtype in UNSIGNED
    low = torch.zeros((), dtype=torch.int64) if narrow else _lowest(x.dtype)
    if narrow:
        low = ordered(to_unsigned(low, x.dtype))
    shape = (batch, *counts, channels)
    best = low.to(x.device).expand(shape).clone()
    start = rows.clamp(min=0).unsqueeze(1) * width + columns.clamp(min=0)
    place = start.reshape(1, *counts, 1).expand(shape).clone()
    chosen = torch.zeros(shape, dtype=torch.int64, device=x.device)
    for i in range(filter.shape[0]):
        row = rows + i * rates[0]
        for j in range(filter.shape[1]):
            column = columns + j * rates[1]
            inside = ((row >= 0) & (row < height)).unsqueeze(1) & (column >= 0) & (column < width)
            at = x[:, row.clamp(0, height - 1)][:, :, column.clamp(0, width - 1)]
            if narrow:
                total = to_unsigned(as_int64(at) + as_int64(filter[i, j]), x.dtype)
                value = ordered(total)
            else:
                value = at + filter[i, j]
            better = inside.reshape(1, *counts, 1) & (value > best)
            best = torch.where(better, value, best)
            flat = (row.unsqueeze(1) * width + column).reshape(1, *counts, 1)
            place = torch.where(better, flat, place)
            chosen = torch.where(better, i * filter.shape[1] + j, chosen)
    return (from_ordered(best, x.dtype) if narrow else best), place, chosen


def _lowest(dtype: torch.dtype) -> torch.Tensor:
    limits = torch.finfo(dtype) if dtype.is_floating_point else torch.iinfo(dtype)
    return torch.tensor(limits.min, dtype=dtype)


def _by_both(grad: torch.Tensor, y: Any, x: torch.Tensor, filter: torch.Tensor, *moves: Any) -> Any:
    """The sums of the gradients that chose an element, of the image and of the filter."""
    with torch.no_grad():
        _, place, chosen = _largest(x, filter, *moves)
    batch, height, width, channels = x.shape
    by_x = grad.new_zeros(batch, height * width, channels)
    by_x = by_x.scatter_add(
        1, place.reshape(batch, -1, channels), grad.reshape(batch, -1, channels)
    )
    by_filter = grad.new_zeros(filter.shape[0] * filter.shape[1], channels)
    by_filter = by_filter.scatter_add(0, chosen.reshape(-1, channels), grad.reshape(-1, channels))
    results = by_x.reshape(x.shape), by_filter.reshape(filter.shape)
    names = "Dilation2DBackpropInput", "Dilation2DBackpropFilter"
    return tuple(
        refuse_gradient(name, (grad, x, filter), result)
        for name, result in zip(names, results, strict=True)
    )


@with_gradient(_by_both)
def _dilated(
    x: torch.Tensor,
    filter: torch.Tensor,
    steps: tuple[int, int],
    rates: tuple[int, int],
    counts: tuple[int, int],
    margins: tuple[tuple[int, int], ...],
) -> torch.Tensor:
    if not x.is_floating_point():
        return _largest(x, filter, steps, rates, counts, margins)[0]
    further = [
        max(0, (count - 1) * step + extent(size, rate) - before - length)
        for count, step, size, rate, (before, _), length in zip(
            counts, steps, filter.shape, rates, margins, x.shape[1:3], strict=False
        )
    ]
    around = (0, 0, margins[1][0], further[1], margins[0][0], further[0])
    x = torch.constant_pad_nd(x, around, -math.inf)
    best = torch.full((), torch.finfo(x.dtype).min, dtype=x.dtype, device=x.device)
    for i in range(filter.shape[0]):
        rows = x[:, i * rates[0] :: steps[0]][:, : counts[0]]
        for j in range(filter.shape[1]):
            value = rows[:, :, j * rates[1] :: steps[1]][:, :, : counts[1]] + filter[i, j]
            best = torch.fmax(best, value)
    return best


@op("Dilation2D", "input filter")
@single_op
def _dilation2d(
    input: Any, filter: Any, strides: tuple[int, ...], rates: tuple[int, ...], padding: str
) -> Any:
    if input.ndim != 4:
        raise invalid(f"input must be 4-dimensional{brackets(input.shape)}")
    if filter.ndim != 3:
        raise invalid(f"filter must be 3-dimensional: {brackets(filter.shape)}")
    for name, values in (("Stride", strides), ("Rate", rates)):
        if len(values) != 4:
            raise invalid(f"Sliding window {name.lower()} field must specify 4 dimensions")
        if values[0] != 1 or values[3] != 1:
            raise unimplemented(f"{name} is only supported across spatial dimensions.")
    if input.shape[3] != filter.shape[2]:
        raise invalid(
            f"input and filter must have the same depth: {input.shape[3]} vs {filter.shape[2]}"
        )
    steps, holes = strides[1:3], rates[1:3]
    found = [
        places(input.shape[i + 1], extent(filter.shape[i], holes[i]), steps[i], padding)
        for i in range(2)
    ]
    counts = tuple(count for count, _ in found)
    shape = (input.shape[0], *counts, input.shape[3])
    if 0 in shape or not input.numel() or not filter.numel():
        return nothing(shape, input, filter)
    return _dilated(input, filter, steps, holes, counts, tuple(margin for _, margin in found))


def dilation2d(
    input: Any,
    filters: Any,
    strides: Any,
    padding: Any,
    data_format: Any,
    dilations: Any,
    name: str | None = None,
) -> Any:
    """The largest of the sums of a window and `filters` [height, width, channels].

    `strides` and `dilations` are lists of four, `data_format` is "NHWC". Answers for
    `tf.nn.dilation2d`. Raises InvalidArgumentError where the shapes do not fit.
    """
    if data_format != "NHWC":
        raise ValueError(
            "`data_format` values other  than 'NHWC' are not supported. Received: "
            f"data_format={data_format}"
        )
    return _dilation2d(
        input,
        filters,
        whole_numbers(strides, "strides", "Dilation2D", 4, "dilation2d"),
        whole_numbers(dilations, "rates", "Dilation2D", 4, "dilation2d"),
        one_of(padding, "padding", ("SAME", "VALID")),
    )


def erosion2d(
    value: Any,
    filters: Any,
    strides: Any,
    padding: Any,
    data_format: Any,
    dilations: Any,
    name: str | None = None,
) -> Any:
    """The smallest of the differences of a window and `filters`; answers for `tf.nn.erosion2d`.

    It is the dilation of the negative image by the filter turned round, negative again.
    """
    if data_format != "NHWC":
        raise ValueError(
            "`data_format` values other  than 'NHWC' are not supported. Received: "
            f"data_format={data_format}"
        )
    turned = reverse(filters, [0, 1])
    return negative(dilation2d(negative(value), turned, strides, padding, data_format, dilations))
