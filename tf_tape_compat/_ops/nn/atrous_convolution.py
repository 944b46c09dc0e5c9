"""Dilated convolutions by `space_to_batch`, and `tf.nn.convolution` of any rank.

Unlike the operations with a `dilations` attribute, these compositions have a gradient on the CPU.
"""

from __future__ import annotations

from collections.abc import Callable, Sized
from typing import Any

import numpy as np

from ..._core.tensor.convert import to_tensor
from ..._core.tensor.tensor import EagerTensor
from ..._core.types.shape import TensorShape
from ..._core.variables.variable import Variable
from ..array.dilation import dilated
from ..array.sliding_windows import per_dimension, spatial
from ..array.space_to_batch import batch_to_space, space_to_batch
from .convolution import conv1d, conv2d, conv2d_operation, conv3d
from .transposed_convolution import (
    conv1d_transpose,
    conv2d_backprop_input,
    conv2d_transpose,
    conv3d_transpose,
)

_CHANNELS_LAST = ("NWC", "NHC", "NHWC", "NDHWC")


def checked_strides_and_dilations(
    count: int, strides: Any, dilations: Any
) -> tuple[np.ndarray, np.ndarray]:
    """Strides and dilations of `count` dimensions, as arrays.

    Raises ValueError for other lengths, values below 1, and if both exceed 1.
    """
    checked = []
    for name, value in (("dilation_rate", dilations), ("strides", strides)):
        value = [1] * count if value is None else value
        if len(value) != count:
            raise ValueError(
                f"`len({name})` should be {count}. Received: {name}={value} of length {len(value)}"
            )
        value = np.array(value, np.int32)
        if np.any(value < 1):
            raise ValueError(f"all values of `{name}` must be positive. Received: {name}={value}")
        checked.append(value)
    rates, stride_array = checked
    if np.any(stride_array > 1) and np.any(rates > 1):
        raise ValueError(
            "`strides > 1` not supported in conjunction with `dilation_rate > 1`. Received: "
            f"strides={stride_array} and dilation_rate={rates}"
        )
    return stride_array, rates


def _dilated_convolution(
    input: Any, filters: Any, padding: Any, strides: Any, rates: Any, data_format: Any, count: int
) -> Any:
    batch_dims = input.ndim - count - 1
    if batch_dims < 1:
        raise ValueError(
            f"`input.shape.rank` must be >= than `num_spatial_dims + 2`. Received: "
            f"input.shape={input.shape} of rank {input.ndim} and num_spatial_dims={count}"
        )
    channels_first = data_format is not None and data_format.startswith("NC")
    channels = input.shape[batch_dims if channels_first else batch_dims + count]
    depth = filters.shape[count]
    if depth == 0 or channels % depth:
        raise ValueError(
            "The number of input channels is not divisible by the corresponding number of output "
            f"filters. Received: input.shape={input.shape} with {channels} channels and "
            f"filters.shape={filters.shape} with {depth} output filters."
        )
    steps, rates = checked_strides_and_dilations(count, strides, rates)
    names = (("NWC", "NCW", "NHWC", "NCHW"), ("NHWC", "NCHW"), ("NDHWC", "NCDHW"))[count - 1]
    if data_format is not None and data_format not in names:
        raise ValueError(
            f"`data_format` must be '{names[0]}' or '{names[1]}'. Received: "
            f"data_format={data_format}"
        )
    known_format = names[0] if data_format is None else data_format
    full_strides = per_dimension(steps.tolist(), count, channels_first, "strides")

    def convolve(x: Any, _: int, padding_name: Any) -> Any:
        if count == 1:
            return conv1d(x, filters, steps.tolist(), padding_name, known_format)
        if count == 2:
            return conv2d(x, filters, full_strides, padding_name, known_format)
        return conv3d(x, filters, full_strides, padding_name, known_format)

    return dilated(
        input,
        rates,
        padding,
        convolve,
        filters.shape.as_list(),
        data_format=data_format,
        batch_dims=batch_dims,
    )


def _as_operand(value: Any) -> Any:
    return value if isinstance(value, (EagerTensor, Variable)) else to_tensor(value)


def convolution(
    input: Any,
    filters: Any,
    strides: Any = None,
    padding: Any = "VALID",
    data_format: Any = None,
    dilations: Any = None,
    name: str | None = None,
) -> Any:
    """Implements `tf.nn.convolution`: a convolution over one to three spatial dimensions.

    Args:
      input: [batch, ..., channels], as for `conv1d`, `conv2d` and `conv3d`.
      filters: [..., channels, out_channels], which decides the number of spatial dimensions.
      strides: one number, or one for each spatial dimension.
      padding: "SAME" or "VALID"; for images also a list of pairs.
      data_format: a string such as "NHWC" or "NCHW".
      dilations: as `strides`; strides and dilations may not both exceed 1.
      name: ignored.

    Raises:
      ValueError: if the rank of `filters` is not 3, 4 or 5, or an argument has the wrong length.
    """
    filters, input = _as_operand(filters), _as_operand(input)
    count = len(filters.shape) - 2
    if count not in (1, 2, 3):
        raise ValueError(
            f"`num_spatial_dims` must be 1, 2, or 3. Received: num_spatial_dims={count}."
        )
    rank = len(input.shape)
    # As in TensorFlow, channels come first if their axis is 1, even for an input without batch.
    channel_axis = (
        rank - count - 1
        if data_format is not None and data_format not in _CHANNELS_LAST
        else rank - 1
    )
    channels_first = channel_axis == 1
    rates = per_dimension(dilations, count, channels_first, "dilations")
    steps = per_dimension(strides, count, channels_first, "strides")
    if dilations is not None and any(rate != 1 for rate in rates):
        window_attributes = spatial(steps, channels_first), spatial(rates, channels_first)
        return _dilated_convolution(
            to_tensor(input), filters, padding, *window_attributes, data_format, count
        )
    if count == 1:
        return conv1d(input, filters, steps, padding, data_format, rates)
    if count == 2:
        known_format = "NHWC" if data_format is None else data_format
        return conv2d_operation(input, filters, steps, padding, (), known_format, rates)
    return conv3d(input, filters, steps, padding, data_format, rates)


def atrous_conv2d(
    value: Any, filters: Any, rate: Any, padding: Any, name: str | None = None
) -> Any:
    """Implements `tf.nn.atrous_conv2d`: `convolution` of images with the dilation `rate`."""
    return convolution(value, filters, None, padding, None, np.broadcast_to(rate, (2,)))


def _same_padding(kernel: int, rate: int) -> tuple[int, int]:
    total = (kernel - 1) * rate
    return total // 2, total - total // 2


def atrous_conv2d_transpose(
    value: Any, filters: Any, output_shape: Any, rate: Any, padding: Any, name: str | None = None
) -> Any:
    """Implements `tf.nn.atrous_conv2d_transpose`, the transpose of `atrous_conv2d`.

    `output_shape` has four elements; for the other arguments see `conv2d_transpose`.
    Raises ValueError if the channels or `output_shape` do not fit.
    """
    value, filters = to_tensor(value), to_tensor(filters)
    if value.shape[3] != filters.shape[3]:
        raise ValueError(
            "`value` channel count must be compatible with `filters` input channel count. Received:"
            f" value.shape={value.shape} and filters.shape={filters.shape}."
        )
    if rate < 1:
        raise ValueError(f"`rate` cannot be less than one. Received: rate={rate}")
    if rate == 1:
        return conv2d_transpose(value, filters, output_shape, [1, 1, 1, 1], padding, "NHWC")
    tensor = to_tensor(output_shape)
    if tensor.shape != TensorShape([4]):
        raise ValueError(
            f"`output_shape` must have shape (4,). Received: output_shape={tensor.shape}"
        )
    batch, *sizes, depth = np.asarray(tensor.numpy()).tolist()
    is_static = isinstance(output_shape, (tuple, list, np.ndarray))
    if is_static and filters.shape[2] != depth:
        raise ValueError(
            "`output_shape` channel count must be compatible with `filters` output channel count. "
            f"Received: output_shape={output_shape} and filters.shape={filters.shape}."
        )
    if padding == "SAME":
        paddings = [_same_padding(kernel, rate) for kernel in filters.shape.as_list()[:2]]
    elif padding == "VALID":
        paddings = [(0, 0), (0, 0)]
    else:
        raise ValueError(f"`padding` must be either 'VALID' or 'SAME'. Received: padding={padding}")
    padded_sizes = [size + sum(pair) for size, pair in zip(sizes, paddings, strict=True)]
    extras = [-size % rate for size in padded_sizes]
    value_blocks = space_to_batch(value, [rate, rate], [[0, extra] for extra in extras])
    block_sizes = [(size + extra) // rate for size, extra in zip(padded_sizes, extras, strict=True)]
    block_shape = [rate * rate * batch, *block_sizes, depth]
    blocks = conv2d_backprop_input(
        block_shape, filters, value_blocks, [1] * 4, "VALID", (), "NHWC", [1] * 4
    )
    crops = [
        [before, after + extra] for (before, after), extra in zip(paddings, extras, strict=True)
    ]
    return batch_to_space(blocks, [rate, rate], crops)


_TRANSPOSES: tuple[Callable[..., Any], ...] = (
    conv1d_transpose,
    conv2d_transpose,
    conv3d_transpose,
)


def conv_transpose(
    input: Any,
    filters: Any,
    output_shape: Any,
    strides: Any,
    padding: Any = "SAME",
    data_format: Any = None,
    dilations: Any = None,
    name: str | None = None,
) -> Any:
    """Implements `tf.nn.conv_transpose`, by the length of `output_shape`.

    Calls `conv1d_transpose`, `conv2d_transpose` or `conv3d_transpose`. Raises ValueError if
    `output_shape` does not have 3, 4 or 5 elements.
    """
    if not isinstance(output_shape, (EagerTensor, Sized)):
        raise ValueError(
            "`output_shape` must be a tensor or sized collection. Received: "
            f"output_shape={output_shape}"
        )
    count = len(output_shape) - 2
    if not 1 <= count <= 3:
        raise ValueError(
            f"`output_shape` must be of length 3, 4 or 5. Received: output_shape={output_shape} of "
            f"length {count + 2}."
        )
    function = _TRANSPOSES[count - 1]
    return function(input, filters, output_shape, strides, padding, data_format, dilations)
