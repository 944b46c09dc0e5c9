"""Convolutions of each channel by itself, their gradients as functions, separable convolutions."""

from __future__ import annotations

import warnings
from functools import lru_cache
from typing import Any

import torch

from ..._core.op.op import op
from ..._core.recording.admission import single_op
from ..._core.tensor.convert import to_tensor
from .._support.arguments import brackets, invalid
from ..array.dilation import dilated
from ..array.sliding_windows import (
    channels_first,
    channels_last,
    explicit_paddings,
    flat_margins,
    inner,
    nothing,
    outer,
    unimplemented,
)
from .convolution import Attributes, Plan, attributes, computes, convolved, geometry
from .convolution import conv2d as _conv2d
from .transposed_convolution import sizes_of, spread

_NATIVE = "DepthwiseConv2dNative"


@lru_cache(1024)
def _plan(shape: tuple[int, ...], filter_shape: tuple[int, ...], moves: Attributes) -> Plan:
    """The plan for an input and a filter. Raises TensorFlow's errors where they do not fit."""
    if len(moves.strides) != 4:
        raise invalid("Sliding window strides field must specify 4 dimensions")
    if outer(moves.strides, moves.first) != (1, 1):
        raise invalid(
            "Current implementation does not yet support strides in the batch and depth dimensions."
        )
    rows, columns = inner(moves.strides, moves.first)
    if rows != columns:
        raise invalid(
            "Current implementation only supports equal length strides in the row and column "
            "dimensions."
        )
    channels = shape[1 if moves.first else 3]
    if channels != filter_shape[2]:
        raise invalid(f"input and filter must have the same depth: {channels} vs {filter_shape[2]}")
    return geometry(inner(shape, moves.first), filter_shape[:2], channels, moves)


def _four_dimensional(**tensors: torch.Tensor) -> None:
    for name, tensor in tensors.items():
        if tensor.ndim != 4:
            raise invalid(f"{name} must be 4-dimensional: {brackets(tensor.shape)}")


def _weight(filter: torch.Tensor) -> torch.Tensor:
    """The filter of every new channel, as torch has it."""
    height, width, channels, factor = filter.shape
    return filter.permute(2, 3, 0, 1).reshape(channels * factor, 1, height, width)


def _on_host(x: torch.Tensor, moves: Attributes) -> None:
    if moves.first and x.is_cpu:
        raise unimplemented("Depthwise convolution on CPU is only supported for NHWC format")


@op(_NATIVE, "input filter")
@single_op
def _depthwise(input: Any, filter: Any, moves: Attributes) -> Any:
    _four_dimensional(input=input, filter=filter)
    plan = _plan(tuple(input.shape), tuple(filter.shape), moves)
    if computes(input, filter, plan):
        _on_host(input, moves)
    if moves.first:
        return convolved(input, _weight(filter), plan)
    return channels_last(convolved(channels_first(input), _weight(filter), plan))


def _moves(
    strides: Any, padding: Any, data_format: Any, dilations: Any, operation: str
) -> Attributes:
    padding, paddings = explicit_paddings(padding)
    data_format = "NHWC" if data_format is None else data_format
    moves = attributes(strides, padding, paddings, data_format, dilations, operation)
    return moves._replace(dilations=(1, 1, 1, 1))  # TensorFlow's kernels do not look at them


def native(input: Any, filter: Any, strides: Any, padding: Any, data_format: Any) -> Any:
    """The operation itself."""
    return _depthwise(input, filter, _moves(strides, padding, data_format, [1] * 4, _NATIVE))


def depthwise_conv2d(
    input: Any,
    filter: Any,
    strides: Any,
    padding: Any,
    data_format: Any = None,
    dilations: Any = None,
    name: str | None = None,
) -> Any:
    """Each channel's convolutions with `filter` [height, width, channels, new ones for each].

    `strides` is a list of four, `dilations` of two; `padding` is "SAME", "VALID" or four pairs.
    Answers for `tf.nn.depthwise_conv2d`. Raises InvalidArgumentError where the shapes do not fit.
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
    """`depthwise_conv2d`, then `conv2d` with a `pointwise_filter` [1, 1, channels, new channels].

    Answers for `tf.nn.separable_conv2d`. Raises ValueError for another pointwise filter.
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


def _check_gradient(plan: Plan, shape: Any, grad: torch.Tensor, depth: int, first: bool) -> None:
    if shape[0] != grad.shape[0]:
        raise invalid("input and out_backprop must have the same batch size")
    for name, count, size in zip(
        ("rows", "cols"), plan.counts, inner(grad.shape, first), strict=True
    ):
        if count != size:
            raise invalid(
                f"Number of {name} of out_backprop doesn't match computed: actual = {size}, "
                f"computed = {count}"
            )
    if grad.shape[1 if first else 3] != depth:
        raise invalid("depth_multiplier * in_depth not equal to out_depth")


@op("DepthwiseConv2dNativeBackpropInput", "filter:T out_backprop:T")
@single_op
def _by_input(filter: Any, out_backprop: Any, shape: tuple[int, ...], moves: Attributes) -> Any:
    if len(shape) != 4:
        raise invalid("input must be 4-dimensional")
    _four_dimensional(filter=filter, out_backprop=out_backprop)
    if min(shape) < 0:
        raise invalid(f"Dimension {shape.index(min(shape))} of input_sizes must be >= 0")
    plan = _plan(shape, tuple(filter.shape), moves)
    depth = filter.shape[2] * filter.shape[3]
    _check_gradient(plan, shape, out_backprop, depth, moves.first)
    _on_host(out_backprop, moves)
    sizes = inner(shape, moves.first)
    if moves.first:
        return spread(out_backprop, _weight(filter), plan, sizes)
    return channels_last(spread(channels_first(out_backprop), _weight(filter), plan, sizes))


@op("DepthwiseConv2dNativeBackpropFilter", "input:T out_backprop:T")
@single_op
def _by_filter(input: Any, out_backprop: Any, shape: tuple[int, ...], moves: Attributes) -> Any:
    if len(shape) != 4:
        raise invalid("filter must be 4-dimensional")
    _four_dimensional(input=input, out_backprop=out_backprop)
    plan = _plan(tuple(input.shape), shape, moves)
    height, width, channels, factor = shape
    _check_gradient(plan, input.shape, out_backprop, channels * factor, moves.first)
    _on_host(input, moves)
    x, grad = input, out_backprop
    if not moves.first:
        x, grad = channels_first(x), channels_first(grad)
    if not x.numel() or not grad.numel() or 0 in shape:
        return nothing(shape, x, grad)
    before = [margin[0] for margin in plan.margins]
    if not plan.even:
        x = torch.constant_pad_nd(x, flat_margins(plan.margins))
        before = [0, 0]
    weight = grad.new_empty(()).expand(channels * factor, 1, height, width)  # its shape counts
    _, found, _ = torch.ops.aten.convolution_backward(
        grad,
        x,
        weight,
        None,
        plan.strides,
        before,
        plan.dilations,
        False,
        [0, 0],
        channels,
        [False, True, False],
    )
    return found.reshape(channels, factor, height, width).permute(2, 3, 0, 1)


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
    """The gradient of `depthwise_conv2d` by an input of the shape `input_sizes`.

    Answers for the `tf.nn` function. Raises InvalidArgumentError where the shapes do not fit.
    """
    operation = "DepthwiseConv2dNativeBackpropInput"
    moves = _moves(strides, padding, data_format, dilations, operation)
    return _by_input(filter, out_backprop, sizes_of(input_sizes, operation), moves)


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
    """The gradient of `depthwise_conv2d` by a filter of the shape `filter_sizes`.

    Answers for the `tf.nn` function. Raises InvalidArgumentError where the shapes do not fit.
    """
    operation = "DepthwiseConv2dNativeBackpropFilter"
    moves = _moves(strides, padding, data_format, dilations, operation)
    return _by_filter(input, out_backprop, sizes_of(filter_sizes, operation, 1), moves)
