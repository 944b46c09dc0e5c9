"""Convolutions of sequences, images and volumes: `tf.nn.conv1d`, `conv2d` and `conv3d`.

TensorFlow puts channels last. A permuted view of such a tensor is what torch calls the
channels_last memory format, so inputs, filters and results are converted without copying.
"""

from __future__ import annotations

from typing import Any

import torch

from ..._core.devices.cpu_kernels import limited_to_cpu
from ..._core.op.op import op
from ..._core.recording.admission import single_op
from ..._core.recording.payloads import has_graph
from .._support.arguments import brackets, invalid_argument
from .._support.gradient_rules import refuse_gradient_with, with_gradient_of
from ..array.shaping import expand_dims, squeeze
from ..array.sliding_windows import (
    crop_stride_remainder,
    parse_padding,
    per_dimension,
    rank_of,
    to_channels_first,
    to_channels_last,
    unimplemented,
    with_flat_batch,
)
from .convolution_geometry import (
    ConvolutionAttributes,
    Plan,
    convolve,
    has_output,
    parse_attributes,
    plan_convolution,
    torch_filter,
)


def _refuse_gradient_on_cpu(y: torch.Tensor, plan: Plan, channels: tuple[int, int]) -> torch.Tensor:
    """Refuses the gradients that TensorFlow lacks on the CPU: of dilations and of groups."""
    if not limited_to_cpu(y):
        return y
    name = "[Op:Conv2DBackpropInput] name: "
    if max(plan.dilations) > 1:
        message = (
            "Current CPU implementations do not yet support dilation rates larger than 1. "
            "(tf.nn.convolution has a gradient with dilations.) "
        )
        return refuse_gradient_with(invalid_argument(message + name), y)
    if plan.groups > 1:
        message = (
            "Gradients for grouped convolutions are not supported on CPU. Computed input depth "
            f"{channels[0]} doesn't match filter input depth {channels[1]} "
        )
        return refuse_gradient_with(invalid_argument(message + name), y)
    return y


# -- forward ------------------------------------------------------------------------------------


@op("Conv2D", "input filter")
@single_op
def _conv2d(input: Any, filter: Any, attributes: ConvolutionAttributes) -> Any:
    if input.ndim != 4:
        raise invalid_argument(f"convolution input must be 4-dimensional: {brackets(input.shape)}")
    if filter.ndim != 4:
        raise invalid_argument(
            f"convolution filter must be 4-dimensional: {brackets(filter.shape)}"
        )
    plan = plan_convolution(tuple(input.shape), tuple(filter.shape), attributes)
    weight = torch_filter(filter)
    if attributes.channels_first:
        if limited_to_cpu(input) and has_output(input, filter, plan):
            raise unimplemented(
                "The Conv2D op currently only supports the NHWC tensor format on the CPU. The op "
                "was given the format: NCHW"
            )
        result = convolve(input, weight, plan)
    else:
        result = to_channels_last(convolve(to_channels_first(input), weight, plan))
    if has_graph(result) and (plan.groups > 1 or max(plan.dilations) > 1):
        return _refuse_gradient_on_cpu(
            result, plan, (input.shape[1 if attributes.channels_first else 3], filter.shape[2])
        )
    return result


@op("Conv3D", "input filter")
@single_op
def _conv3d(input: Any, filter: Any, attributes: ConvolutionAttributes) -> Any:
    if input.ndim != 5:
        raise invalid_argument("input must be 5-dimensional")
    if filter.ndim != 5:
        raise invalid_argument("filter must be 5-dimensional")
    if not filter.shape[3]:
        raise invalid_argument("filter_depth must be non-zero")
    plan = plan_convolution(tuple(input.shape), tuple(filter.shape), attributes)
    weight = torch_filter(filter)
    if limited_to_cpu(input) and has_output(input, filter, plan):
        if max(plan.dilations) > 1:
            raise invalid_argument(
                "CPU implementation of Conv3D currently only supports dilated rates of 1."
            )
        if attributes.channels_first:
            raise invalid_argument(
                "CPU implementation of Conv3D currently only supports the NHWC tensor format."
            )
        if plan.groups != 1:
            raise invalid_argument(
                f"Number of channels in filter ({filter.shape[3]}) must match last dimension of "
                f"input ({input.shape[4]})"
            )
    if attributes.channels_first:
        return convolve(input, weight, plan)
    x = to_channels_first(input)
    result = convolve(x, weight, plan)
    if input.is_cpu and attributes.padding == "SAME":
        shifted = crop_stride_remainder(x, plan.kernel_extents, plan.strides, plan.output_sizes)
        if shifted is not x and result.numel():
            result = with_gradient_of(result, convolve(shifted.detach(), weight.detach(), plan))
    return to_channels_last(result)


def conv2d_operation(
    input: Any,
    filters: Any,
    strides: Any,
    padding: Any,
    explicit_paddings: tuple[int, ...],
    data_format: Any,
    dilations: Any,
) -> Any:
    """`conv2d` with a parsed padding, for any number of batch dimensions."""
    attributes = parse_attributes(
        strides, padding, explicit_paddings, data_format, dilations, "Conv2D"
    )
    if rank_of(input) > 4:
        return with_flat_batch(lambda x: _conv2d(x, filters, attributes), input, 3)
    return _conv2d(input, filters, attributes)


def conv2d(
    input: Any,
    filters: Any,
    strides: Any,
    padding: Any,
    data_format: Any = "NHWC",
    dilations: Any = None,
    name: str | None = None,
) -> Any:
    """Implements `tf.nn.conv2d`.

    On the CPU there is no gradient for dilations and groups, as in TensorFlow.

    Args:
      input: images [..., height, width, channels], with any number of batch dimensions.
      filters: [height, width, channels, out_channels].
      strides: one number, or a list of two or four.
      padding: "SAME", "VALID" or a list of four (before, after) pairs.
      data_format: "NHWC" or "NCHW".
      dilations: one number, or a list of two or four; 1 by default.
      name: ignored.

    Returns:
      A tensor [..., out_height, out_width, out_channels] of the input's dtype.

    Raises:
      InvalidArgumentError: if the shapes do not fit.
      UnimplementedError: for "NCHW" on the CPU.
    """
    padding, explicit_paddings = parse_padding(padding)
    data_format = "NHWC" if data_format is None else data_format
    channels_first = data_format.startswith("NC")
    return conv2d_operation(
        input,
        filters,
        per_dimension(strides, 2, channels_first, "strides"),
        padding,
        explicit_paddings,
        data_format,
        per_dimension(dilations, 2, channels_first, "dilations"),
    )


def conv1d(
    input: Any,
    filters: Any,
    stride: Any,
    padding: Any,
    data_format: Any = "NWC",
    dilations: Any = None,
    name: str | None = None,
) -> Any:
    """Implements `tf.nn.conv1d`; see `conv2d`.

    `input` is [batch, width, channels] and `filters` is [width, channels, out_channels].
    Raises ValueError for another `data_format`.
    """
    if data_format in (None, "NHWC", "NWC"):
        axis, channels_first = -3, False
    elif data_format in ("NCHW", "NCW"):
        axis, channels_first = -2, True
    else:
        raise ValueError(
            f"`data_format` must be 'NWC' or 'NCW'. Received: data_format={data_format}"
        )
    strides = [1, *per_dimension(stride, 1, channels_first, "stride")]
    dilations = [1, *per_dimension(dilations, 1, channels_first, "dilations")]
    images = conv2d_operation(
        expand_dims(input, axis),
        expand_dims(filters, 0),
        strides,
        padding,
        (),
        "NCHW" if channels_first else "NHWC",
        dilations,
    )
    return squeeze(images, [axis])


def conv3d(
    input: Any,
    filters: Any,
    strides: Any,
    padding: Any,
    data_format: Any = "NDHWC",
    dilations: Any = None,
    name: str | None = None,
) -> Any:
    """Implements `tf.nn.conv3d`.

    Args:
      input: volumes [..., depth, height, width, channels], with any number of batch dimensions.
      filters: [depth, height, width, channels, out_channels].
      strides: a list of five numbers.
      padding: "SAME" or "VALID".
      data_format: "NDHWC" or "NCDHW".
      dilations: a list of five numbers; 1 by default.
      name: ignored.

    Raises:
      InvalidArgumentError: if the shapes do not fit; on the CPU also for "NCDHW", dilations or
        groups.
    """
    attributes = parse_attributes(
        strides,
        padding,
        (),
        "NDHWC" if data_format is None else data_format,
        [1] * 5 if dilations is None else dilations,
        "Conv3D",
        3,
    )
    if rank_of(input) > 5:
        return with_flat_batch(lambda x: _conv3d(x, filters, attributes), input, 4)
    return _conv3d(input, filters, attributes)
