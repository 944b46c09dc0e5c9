"""Depthwise and separable convolutions, and the operations of their gradients."""

from __future__ import annotations

import warnings
from functools import lru_cache
from typing import Any

import torch

from ..._core.devices.cpu_kernels import limited_to_cpu
from ..._core.op.op import op
from ..._core.recording.admission import single_op
from ..._core.tensor.convert import to_tensor
from .._support.arguments import brackets, invalid_argument
from ..array.dilation import dilated
from ..array.sliding_windows import (
    batch_and_channels,
    connected_zeros,
    parse_padding,
    spatial,
    to_channels_first,
    to_channels_last,
    torch_padding,
    unimplemented,
)
from .convolution import conv2d as _conv2d
from .convolution_geometry import (
    ConvolutionAttributes,
    Plan,
    convolve,
    has_output,
    parse_attributes,
    plan_windows,
)
from .transposed_convolution import convolve_transposed, shape_argument

_NATIVE = "DepthwiseConv2dNative"


@lru_cache(1024)
def _plan(
    shape: tuple[int, ...], filter_shape: tuple[int, ...], attributes: ConvolutionAttributes
) -> Plan:
    """The plan for an input and a filter. Raises TensorFlow's errors if they do not fit."""
    if len(attributes.strides) != 4:
        raise invalid_argument("Sliding window strides field must specify 4 dimensions")
    if batch_and_channels(attributes.strides, attributes.channels_first) != (1, 1):
        raise invalid_argument(
            "Current implementation does not yet support strides in the batch and depth dimensions."
        )
    rows, columns = spatial(attributes.strides, attributes.channels_first)
    if rows != columns:
        raise invalid_argument(
            "Current implementation only supports equal length strides in the row and column "
            "dimensions."
        )
    channels = shape[1 if attributes.channels_first else 3]
    if channels != filter_shape[2]:
        raise invalid_argument(
            f"input and filter must have the same depth: {channels} vs {filter_shape[2]}"
        )
    return plan_windows(
        spatial(shape, attributes.channels_first), filter_shape[:2], channels, attributes
    )


def _check_rank(**tensors: torch.Tensor) -> None:
    for name, tensor in tensors.items():
        if tensor.ndim != 4:
            raise invalid_argument(f"{name} must be 4-dimensional{brackets(tensor.shape)}")


def _weight(filter: torch.Tensor) -> torch.Tensor:
    """The filter in torch's layout, with one group per channel."""
    height, width, channels, multiplier = filter.shape
    return filter.permute(2, 3, 0, 1).reshape(channels * multiplier, 1, height, width)


def _check_layout_on_cpu(x: torch.Tensor, attributes: ConvolutionAttributes) -> None:
    if attributes.channels_first and limited_to_cpu(x):
        raise unimplemented("Depthwise convolution on CPU is only supported for NHWC format")


@op(_NATIVE, "input filter")
@single_op
def _depthwise(input: Any, filter: Any, attributes: ConvolutionAttributes) -> Any:
    _check_rank(input=input, filter=filter)
    plan = _plan(tuple(input.shape), tuple(filter.shape), attributes)
    if has_output(input, filter, plan):
        _check_layout_on_cpu(input, attributes)
    if attributes.channels_first:
        return convolve(input, _weight(filter), plan)
    return to_channels_last(convolve(to_channels_first(input), _weight(filter), plan))


def _parse_attributes(
    strides: Any, padding: Any, data_format: Any, dilations: Any, operation: str
) -> ConvolutionAttributes:
    padding, paddings = parse_padding(padding)
    data_format = "NHWC" if data_format is None else data_format
    attributes = parse_attributes(strides, padding, paddings, data_format, dilations, operation)
    return attributes._replace(dilations=(1, 1, 1, 1))  # TensorFlow's kernels ignore them


def native(input: Any, filter: Any, strides: Any, padding: Any, data_format: Any) -> Any:
    """The operation DepthwiseConv2dNative."""
    return _depthwise(
        input, filter, _parse_attributes(strides, padding, data_format, [1] * 4, _NATIVE)
    )


def depthwise_conv2d(
    input: Any,
    filter: Any,
    strides: Any,
    padding: Any,
    data_format: Any = None,
    dilations: Any = None,
    name: str | None = None,
) -> Any:
    """Implements `tf.nn.depthwise_conv2d`.

    Args:
      input: images [batch, height, width, channels].
      filter: [height, width, channels, multiplier].
      strides: a list of four numbers.
      padding: "SAME", "VALID" or a list of four (before, after) pairs.
      data_format: "NHWC" or "NCHW".
      dilations: a list of two numbers; 1 by default.
      name: ignored.

    Returns:
      A tensor [batch, out_height, out_width, channels * multiplier].

    Raises:
      InvalidArgumentError: if the shapes do not fit.
      UnimplementedError: for "NCHW" on the CPU.
    """
    input, filter = to_tensor(input), to_tensor(filter)
    rate = [1, 1] if dilations is None else dilations
    if any(n > 1 for n in rate) and any(n != 1 for n in strides):
        warnings.warn(
            "When dilation rate is greater than 1, then all values of strides must be 1. "
            f"Received: `dilation rate` {rate} and `strides` {strides}",
            stacklevel=2,
        )
    return dilated(
        input,
        rate,
        padding,
        lambda x, _, word: native(x, filter, strides, word, data_format),
        filter.shape.as_list(),
        data_format=data_format,
    )


def separable_conv2d(
    input: Any,
    depthwise_filter: Any,
    pointwise_filter: Any,
    strides: Any,
    padding: Any,
    data_format: Any = None,
    dilations: Any = None,
    name: str | None = None,
) -> Any:
    """Implements `tf.nn.separable_conv2d`: a depthwise convolution, then a pointwise one.

    `pointwise_filter` is [1, 1, channels * multiplier, out_channels]; the other arguments are those
    of `depthwise_conv2d`. Raises ValueError if the pointwise filter has another shape.
    """
    input, filter = to_tensor(input), to_tensor(depthwise_filter)
    pointwise = to_tensor(pointwise_filter)
    if pointwise.ndim != 4:
        raise ValueError(f"Shape {pointwise.shape} must have rank 4")
    for size in pointwise.shape.as_list()[:2]:
        if size != 1:
            raise ValueError(f"Dimensions {size} and 1 are not compatible")
    middle = dilated(
        input,
        [1, 1] if dilations is None else dilations,
        padding,
        lambda x, _, word: native(x, filter, strides, word, data_format),
        filter.shape.as_list(),
        data_format=data_format,
    )
    return _conv2d(middle, pointwise, [1, 1, 1, 1], "VALID", data_format)


# -- gradients ----------------------------------------------------------------------------------


def _check_gradient(
    plan: Plan, shape: Any, grad: torch.Tensor, depth: int, channels_first: bool
) -> None:
    if shape[0] != grad.shape[0]:
        raise invalid_argument("input and out_backprop must have the same batch size")
    for name, expected, size in zip(
        ("rows", "cols"), plan.output_sizes, spatial(grad.shape, channels_first), strict=True
    ):
        if expected != size:
            raise invalid_argument(
                f"Number of {name} of out_backprop doesn't match computed: actual = {size}, "
                f"computed = {expected}"
            )
    if grad.shape[1 if channels_first else 3] != depth:
        raise invalid_argument("depth_multiplier * in_depth not equal to out_depth")


@op("DepthwiseConv2dNativeBackpropInput", "filter:T out_backprop:T")
@single_op
def _backprop_input(
    filter: Any, out_backprop: Any, shape: tuple[int, ...], attributes: ConvolutionAttributes
) -> Any:
    if len(shape) != 4:
        raise invalid_argument("input must be 4-dimensional")
    _check_rank(filter=filter, out_backprop=out_backprop)
    if min(shape) < 0:
        raise invalid_argument(f"Dimension {shape.index(min(shape))} of input_sizes must be >= 0")
    plan = _plan(shape, tuple(filter.shape), attributes)
    depth = filter.shape[2] * filter.shape[3]
    _check_gradient(plan, shape, out_backprop, depth, attributes.channels_first)
    _check_layout_on_cpu(out_backprop, attributes)
    sizes = spatial(shape, attributes.channels_first)
    if attributes.channels_first:
        return convolve_transposed(out_backprop, _weight(filter), plan, sizes)
    return to_channels_last(
        convolve_transposed(to_channels_first(out_backprop), _weight(filter), plan, sizes)
    )


@op("DepthwiseConv2dNativeBackpropFilter", "input:T out_backprop:T")
@single_op
def _backprop_filter(
    input: Any, out_backprop: Any, shape: tuple[int, ...], attributes: ConvolutionAttributes
) -> Any:
    if len(shape) != 4:
        raise invalid_argument("filter must be 4-dimensional")
    _check_rank(input=input, out_backprop=out_backprop)
    if input.shape[1 if attributes.channels_first else 3] != shape[2]:
        raise invalid_argument(
            "DepthwiseConv2DBackpropFilter: input and filter must have the same in_depth"
        )
    plan = _plan(tuple(input.shape), shape, attributes)
    height, width, channels, multiplier = shape
    _check_gradient(
        plan, input.shape, out_backprop, channels * multiplier, attributes.channels_first
    )
    _check_layout_on_cpu(input, attributes)
    x, grad = input, out_backprop
    if not attributes.channels_first:
        x, grad = to_channels_first(x), to_channels_first(grad)
    if not x.numel() or not grad.numel() or 0 in shape:
        return connected_zeros(shape, x, grad)
    paddings = [pair[0] for pair in plan.paddings]
    if not plan.symmetric:
        x = torch.constant_pad_nd(x, torch_padding(plan.paddings))
        paddings = [0, 0]
    weight = grad.new_empty(()).expand(
        channels * multiplier, 1, height, width
    )  # only its shape is used
    _, by_weight, _ = torch.ops.aten.convolution_backward(
        grad,
        x,
        weight,
        None,
        plan.strides,
        paddings,
        plan.dilations,
        False,
        [0, 0],
        channels,
        [False, True, False],
    )
    return by_weight.reshape(channels, multiplier, height, width).permute(2, 3, 0, 1)


def depthwise_conv2d_backprop_input(
    input_sizes: Any,
    filter: Any,
    out_backprop: Any,
    strides: Any,
    padding: Any,
    data_format: Any = "NHWC",
    dilations: Any = [1, 1, 1, 1],  # noqa: B006
    name: str | None = None,
) -> Any:
    """The gradient of `depthwise_conv2d` for an input of the shape `input_sizes`.

    Implements `tf.nn.depthwise_conv2d_backprop_input`. Raises InvalidArgumentError if the shapes do
    not fit.
    """
    operation = "DepthwiseConv2dNativeBackpropInput"
    attributes = _parse_attributes(strides, padding, data_format, dilations, operation)
    return _backprop_input(filter, out_backprop, shape_argument(input_sizes, operation), attributes)


def depthwise_conv2d_backprop_filter(
    input: Any,
    filter_sizes: Any,
    out_backprop: Any,
    strides: Any,
    padding: Any,
    data_format: Any = "NHWC",
    dilations: Any = [1, 1, 1, 1],  # noqa: B006
    name: str | None = None,
) -> Any:
    """The gradient of `depthwise_conv2d` for a filter of the shape `filter_sizes`.

    Implements `tf.nn.depthwise_conv2d_backprop_filter`. Raises InvalidArgumentError if the shapes
    do not fit.
    """
    operation = "DepthwiseConv2dNativeBackpropFilter"
    attributes = _parse_attributes(strides, padding, data_format, dilations, operation)
    return _backprop_filter(
        input, out_backprop, shape_argument(filter_sizes, operation, 1), attributes
    )
