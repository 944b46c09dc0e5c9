"""Grayscale morphology of images: dilation and erosion."""

from __future__ import annotations

import math
from typing import Any

import torch

from ..._core.op.op import op
from ..._core.recording.admission import single_op
from .._support.arguments import brackets, invalid_argument
from .._support.gradient_rules import refuse_gradient, with_gradient
from .._support.unsigned import (
    UNSIGNED,
    as_int64,
    from_ordered_int64,
    to_ordered_int64,
    to_unsigned,
)
from ..array.padding import reverse
from ..array.sliding_windows import (
    connected_zeros,
    dilated_size,
    int_tuple,
    one_of,
    output_size_and_padding,
    unimplemented,
)
from ..math.arithmetic import negative


def _largest(
    x: torch.Tensor,
    filter: torch.Tensor,
    strides: tuple[int, int],
    dilations: tuple[int, int],
    output_sizes: tuple[int, int],
    paddings: tuple[tuple[int, int], ...],
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """The largest sums over the windows, with the flat indices in the image and in the filter.

    The first of several equal sums wins. NaN and minus infinity never win.
    """
    batch, height, width, channels = x.shape
    rows = torch.arange(output_sizes[0], device=x.device) * strides[0] - paddings[0][0]
    columns = torch.arange(output_sizes[1], device=x.device) * strides[1] - paddings[1][0]
    is_unsigned = x.dtype in UNSIGNED
    lowest = x.new_zeros((), dtype=torch.int64) if is_unsigned else _lowest(x)
    if is_unsigned:
        lowest = to_ordered_int64(to_unsigned(lowest, x.dtype))
    shape = (batch, *output_sizes, channels)
    best = lowest.expand(shape).clone()
    start = rows.clamp(min=0).unsqueeze(1) * width + columns.clamp(min=0)
    index = start.reshape(1, *output_sizes, 1).expand(shape).clone()
    filter_index = torch.zeros(shape, dtype=torch.int64, device=x.device)
    for i in range(filter.shape[0]):
        row = rows + i * dilations[0]
        for j in range(filter.shape[1]):
            column = columns + j * dilations[1]
            inside = ((row >= 0) & (row < height)).unsqueeze(1) & (column >= 0) & (column < width)
            elements = x[:, row.clamp(0, height - 1)][:, :, column.clamp(0, width - 1)]
            if is_unsigned:
                total = to_unsigned(as_int64(elements) + as_int64(filter[i, j]), x.dtype)
                value = to_ordered_int64(total)
            else:
                value = elements + filter[i, j]
            better = inside.reshape(1, *output_sizes, 1) & (value > best)
            best = torch.where(better, value, best)
            flat = (row.unsqueeze(1) * width + column).reshape(1, *output_sizes, 1)
            index = torch.where(better, flat, index)
            filter_index = torch.where(better, i * filter.shape[1] + j, filter_index)
    return (from_ordered_int64(best, x.dtype) if is_unsigned else best), index, filter_index


def _lowest(x: torch.Tensor) -> torch.Tensor:
    limits = torch.finfo(x.dtype) if x.is_floating_point() else torch.iinfo(x.dtype)
    return x.new_full((), limits.min)


def _dilated_gradient(
    grad: torch.Tensor, y: Any, x: torch.Tensor, filter: torch.Tensor, *windows: Any
) -> Any:
    """Scatters the gradient to the elements of the image and of the filter that won."""
    with torch.no_grad():
        _, index, filter_index = _largest(x, filter, *windows)
    batch, height, width, channels = x.shape
    by_x = grad.new_zeros(batch, height * width, channels)
    by_x = by_x.scatter_add(
        1, index.reshape(batch, -1, channels), grad.reshape(batch, -1, channels)
    )
    by_filter = grad.new_zeros(filter.shape[0] * filter.shape[1], channels)
    by_filter = by_filter.scatter_add(
        0, filter_index.reshape(-1, channels), grad.reshape(-1, channels)
    )
    results = by_x.reshape(x.shape), by_filter.reshape(filter.shape)
    names = "Dilation2DBackpropInput", "Dilation2DBackpropFilter"
    return tuple(
        refuse_gradient(name, (grad, x, filter), result)
        for name, result in zip(names, results, strict=True)
    )


@with_gradient(_dilated_gradient)
def _dilated(
    x: torch.Tensor,
    filter: torch.Tensor,
    strides: tuple[int, int],
    dilations: tuple[int, int],
    output_sizes: tuple[int, int],
    paddings: tuple[tuple[int, int], ...],
) -> torch.Tensor:
    if not x.is_floating_point():
        return _largest(x, filter, strides, dilations, output_sizes, paddings)[0]
    after = [
        max(0, (output_size - 1) * stride + dilated_size(kernel, dilation) - before - input_size)
        for output_size, stride, kernel, dilation, (before, _), input_size in zip(
            output_sizes, strides, filter.shape, dilations, paddings, x.shape[1:3], strict=False
        )
    ]
    pads = (0, 0, paddings[1][0], after[1], paddings[0][0], after[0])
    x = torch.constant_pad_nd(x, pads, -math.inf)
    best = torch.full((), torch.finfo(x.dtype).min, dtype=x.dtype, device=x.device)
    for i in range(filter.shape[0]):
        rows = x[:, i * dilations[0] :: strides[0]][:, : output_sizes[0]]
        for j in range(filter.shape[1]):
            value = (
                rows[:, :, j * dilations[1] :: strides[1]][:, :, : output_sizes[1]] + filter[i, j]
            )
            best = torch.fmax(best, value)
    return best


@op("Dilation2D", "input filter")
@single_op
def _dilation2d(
    input: Any, filter: Any, strides: tuple[int, ...], rates: tuple[int, ...], padding: str
) -> Any:
    if input.ndim != 4:
        raise invalid_argument(f"input must be 4-dimensional{brackets(input.shape)}")
    if filter.ndim != 3:
        raise invalid_argument(f"filter must be 3-dimensional: {brackets(filter.shape)}")
    for name, values in (("Stride", strides), ("Rate", rates)):
        if len(values) != 4:
            field = "Sliding window stride" if name == "Stride" else "Input stride (atrous rate)"
            raise invalid_argument(f"{field} field must specify 4 dimensions")
        if values[0] != 1 or values[3] != 1:
            raise unimplemented(f"{name} is only supported across spatial dimensions.")
    if input.shape[3] != filter.shape[2]:
        raise invalid_argument(
            f"input and filter must have the same depth: {input.shape[3]} vs {filter.shape[2]}"
        )
    spatial_strides, spatial_dilations = strides[1:3], rates[1:3]
    placements = [
        output_size_and_padding(
            input.shape[i + 1],
            dilated_size(filter.shape[i], spatial_dilations[i]),
            spatial_strides[i],
            padding,
        )
        for i in range(2)
    ]
    output_sizes = tuple(output_size for output_size, _ in placements)
    shape = (input.shape[0], *output_sizes, input.shape[3])
    if 0 in shape or not input.numel() or not filter.numel():
        return connected_zeros(shape, input, filter)
    return _dilated(
        input,
        filter,
        spatial_strides,
        spatial_dilations,
        output_sizes,
        tuple(pair for _, pair in placements),
    )


def dilation2d(
    input: Any,
    filters: Any,
    strides: Any,
    padding: Any,
    data_format: Any,
    dilations: Any,
    name: str | None = None,
) -> Any:
    """Implements `tf.nn.dilation2d`: the maximum over each window of the sum of image and filter.

    Args:
      input: images [batch, height, width, channels].
      filters: [height, width, channels].
      strides: a list of four numbers.
      padding: "SAME" or "VALID".
      data_format: "NHWC".
      dilations: a list of four numbers.
      name: ignored.

    Raises:
      ValueError: for another `data_format`.
      InvalidArgumentError: if the shapes do not fit.
    """
    if data_format != "NHWC":
        raise ValueError(
            "`data_format` values other  than 'NHWC' are not supported. Received: "
            f"data_format={data_format}"
        )
    return _dilation2d(
        input,
        filters,
        int_tuple(strides, "strides", "Dilation2D", 4, "dilation2d"),
        int_tuple(dilations, "rates", "Dilation2D", 4, "dilation2d"),
        one_of(padding, "padding", ("SAME", "VALID"), "Dilation2D"),
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
    """Implements `tf.nn.erosion2d`: the minimum over each window of the image minus the filter.

    Computed as the negative dilation of the negative image by the reflected filter.
    """
    if data_format != "NHWC":
        raise ValueError(
            "`data_format` values other  than 'NHWC' are not supported. Received: "
            f"data_format={data_format}"
        )
    reflected = reverse(filters, [0, 1])
    return negative(
        dilation2d(negative(value), reflected, strides, padding, data_format, dilations)
    )
