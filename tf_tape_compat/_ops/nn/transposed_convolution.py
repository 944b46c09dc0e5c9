"""Transposed convolutions, which compute the gradients of convolutions by their inputs."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import torch

from ..._core.devices.cpu_kernels import limited_to_cpu
from ..._core.op.op import op
from ..._core.recording.admission import single_op
from ..._core.tensor.convert import INT32, c_name, to_tensor
from ..._core.tensor.host_values import to_numpy
from ..._core.tensor.tensor import EagerTensor
from .._support.arguments import brackets, invalid_argument
from ..array.shaping import expand_dims, squeeze
from ..array.sliding_windows import (
    connected_zeros,
    parse_padding,
    per_dimension,
    spatial,
    to_channels_first,
    to_channels_last,
    torch_padding,
)
from .convolution_geometry import (
    ConvolutionAttributes,
    Plan,
    check_strides_and_dilations,
    parse_attributes,
    plan_windows,
    torch_filter,
)


def convolve_transposed(
    grad: torch.Tensor, weight: torch.Tensor, plan: Plan, sizes: tuple[int, ...]
) -> torch.Tensor:
    """The transpose of `convolve`, for an input of the given spatial sizes."""
    shape = (grad.shape[0], weight.shape[1] * plan.groups, *sizes)
    if 0 in shape or not grad.numel() or not weight.numel():
        return connected_zeros(shape, grad, weight)
    padding, output_padding, crops = [], [], []
    for size, grad_size, stride, extent, (before, _) in zip(
        sizes, plan.output_sizes, plan.strides, plan.kernel_extents, plan.paddings, strict=True
    ):
        full_size = (grad_size - 1) * stride + extent
        missing = size - (full_size - 2 * before)
        if missing < stride:
            padding.append(before)  # at both ends; `output_padding` makes the last one smaller
            output_padding.append(max(missing, 0))
            crops.append((0, min(missing, 0)))
        else:
            padding.append(0)
            output_padding.append(0)
            crops.append((-before, size - (full_size - before)))
    is_integer = not grad.is_floating_point()
    if is_integer:  # torch's only integer kernel is for int64
        dtype = grad.dtype
        grad, weight = grad.long(), weight.long()
    result = torch.convolution(
        grad, weight, None, plan.strides, padding, plan.dilations, True, output_padding, plan.groups
    )
    if any(map(any, crops)):
        result = torch.constant_pad_nd(result, torch_padding(crops))
    return result.to(dtype) if is_integer else result


def shape_argument(value: Any, operation: str, position: int = 0) -> tuple[int, ...]:
    """A shape argument as a tuple. Raises InvalidArgumentError if it is not an int32 vector."""
    if not isinstance(value, EagerTensor):
        value = to_tensor(value, INT32)
    elif value.dtype is not INT32 and operation != "Conv3DBackpropInputV2":
        raise invalid_argument(
            f"cannot compute {operation} as input #{position}(zero-based) was expected to be a "
            f"int32 tensor but is a {c_name(value.dtype)} tensor [Op:{operation}] name: "
        )
    array = to_numpy(value._t)
    if array.ndim != 1:
        raise invalid_argument(
            f"{operation}: input_sizes input must be 1-dim, not {array.ndim} [Op:{operation}]"
        )
    return tuple(array.tolist())


@lru_cache(1024)
def _transposed_plan(
    shape: tuple[int, ...],
    filter_shape: tuple[int, ...],
    grad: tuple[int, ...],
    attributes: ConvolutionAttributes,
) -> Plan:
    """The plan of the convolution whose result has the shape `grad`. Raises TensorFlow's errors."""
    rank = len(attributes.strides)
    for size in shape:
        if size < 0:
            raise invalid_argument(f"Dimension {size} must be >= 0")
    check_strides_and_dilations(attributes, rank - 2)
    if len(shape) != rank or len(grad) != rank or len(filter_shape) != rank:
        raise invalid_argument(
            f"input_sizes, filter and out_backprop must have {rank} dimensions: {brackets(shape)}, "
            f"{brackets(filter_shape)}, {brackets(grad)}"
        )
    *kernel, depth, out_channels = filter_shape
    channels = shape[1 if attributes.channels_first else -1]
    if shape[0] != grad[0]:
        raise invalid_argument(
            "input and out_backprop must have the same batch size. Input batch: "
            f"{shape[0]}, outbackprop batch: {grad[0]}, batch_dim: 0"
        )
    if depth <= 0 or channels % depth:
        raise invalid_argument(
            "input depth must be evenly divisible by filter depth, which must be greater than "
            f"zero: {channels} vs {depth}"
        )
    if out_channels != grad[1 if attributes.channels_first else -1]:
        raise invalid_argument(
            f"{_KERNELS[len(shape)]}filter and out_backprop must have the same out_depth"
        )
    plan = plan_windows(
        spatial(shape, attributes.channels_first), tuple(kernel), channels // depth, attributes
    )
    sizes = spatial(shape, attributes.channels_first)
    strides = spatial(attributes.strides, attributes.channels_first)
    for axis, (expected, size) in enumerate(
        zip(plan.output_sizes, spatial(grad, attributes.channels_first), strict=True)
    ):
        if expected != size:
            raise invalid_argument(
                f"{_KERNELS[len(shape)]}Size of out_backprop doesn't match computed: actual = "
                f"{size}, computed = {expected} spatial_dim: {axis + 1} input: {sizes[axis]} "
                f"filter: {kernel[axis]} output: {size} stride: {strides[axis]} dilation: "
                f"{plan.dilations[axis]}"
            )
    return plan


# How the kernels begin their messages, by the rank of the images.
_KERNELS = {4: "Conv2DCustomBackpropInput: ", 5: "Conv3DBackpropInputOp: "}


def _transposed(
    filter: torch.Tensor,
    grad: torch.Tensor,
    shape: tuple[int, ...],
    attributes: ConvolutionAttributes,
) -> torch.Tensor:
    plan = _transposed_plan(shape, tuple(filter.shape), tuple(grad.shape), attributes)
    if limited_to_cpu(grad):
        if max(plan.dilations) > 1:
            raise invalid_argument(
                "Current CPU implementations do not yet support dilation rates larger than 1."
            )
        if attributes.channels_first:
            raise invalid_argument("Conv2DCustomBackpropInputOp only supports NHWC.")
        if plan.groups > 1:
            raise invalid_argument(
                "Gradients for grouped convolutions are not supported on CPU. Computed input depth "
                f"{shape[-1]} doesn't match filter input depth {filter.shape[-2]}"
            )
    sizes = spatial(shape, attributes.channels_first)
    if attributes.channels_first:
        return convolve_transposed(grad, torch_filter(filter), plan, sizes)
    return to_channels_last(
        convolve_transposed(to_channels_first(grad), torch_filter(filter), plan, sizes)
    )


@op("Conv2DBackpropInput", "filter:T out_backprop:T")
@single_op
def _conv2d_transpose(
    filter: Any, out_backprop: Any, sizes: tuple[int, ...], attributes: ConvolutionAttributes
) -> Any:
    if out_backprop.ndim != 4:
        raise invalid_argument(f"input_sizes must be 4-dimensional, got: {out_backprop.ndim}")
    if len(sizes) == 2:  # the spatial sizes only
        batch, channels = out_backprop.shape[0], filter.shape[-2]
        sizes = (
            (batch, channels, *sizes) if attributes.channels_first else (batch, *sizes, channels)
        )
    if len(sizes) != 4:
        raise invalid_argument(
            "Conv2DBackpropInput requires input_sizes to contain 4 values or 2 values, but got: "
            f"{len(sizes)}"
        )
    return _transposed(filter, out_backprop, sizes, attributes)


@op("Conv3DBackpropInputV2", "filter:T out_backprop:T")
@single_op
def _conv3d_transpose(
    filter: Any, out_backprop: Any, sizes: tuple[int, ...], attributes: ConvolutionAttributes
) -> Any:
    return _transposed(filter, out_backprop, sizes, attributes)


def conv2d_backprop_input(
    sizes: Any,
    filters: Any,
    grad: Any,
    strides: Any,
    padding: Any,
    explicit_paddings: tuple[int, ...],
    data_format: Any,
    dilations: Any,
) -> Any:
    """The gradient of a 2D convolution by its input, whose shape is `sizes`."""
    operation = "Conv2DBackpropInput"
    attributes = parse_attributes(
        strides, padding, explicit_paddings, data_format, dilations, operation
    )
    return _conv2d_transpose(filters, grad, shape_argument(sizes, operation), attributes)


def conv2d_transpose(
    input: Any,
    filters: Any,
    output_shape: Any,
    strides: Any,
    padding: Any = "SAME",
    data_format: Any = "NHWC",
    dilations: Any = None,
    name: str | None = None,
) -> Any:
    """Implements `tf.nn.conv2d_transpose`.

    Args:
      input: images [batch, height, width, channels].
      filters: [height, width, out_channels, channels].
      output_shape: the shape of the result; `conv2d` would reduce it to that of `input`.
      strides: one number, or a list of two or four.
      padding: "SAME", "VALID" or a list of four (before, after) pairs.
      data_format: "NHWC" or "NCHW".
      dilations: one number, or a list of two or four; 1 by default.
      name: ignored.

    Raises:
      InvalidArgumentError: if the shapes do not fit; on the CPU also for "NCHW" or dilations.
    """
    data_format = "NHWC" if data_format is None else data_format
    channels_first = data_format.startswith("NC")
    strides = per_dimension(strides, 2, channels_first, "strides")
    dilations = per_dimension(dilations, 2, channels_first, "dilations")
    padding, explicit_paddings = parse_padding(padding)
    return conv2d_backprop_input(
        output_shape, filters, input, strides, padding, explicit_paddings, data_format, dilations
    )


def conv1d_transpose(
    input: Any,
    filters: Any,
    output_shape: Any,
    strides: Any,
    padding: Any = "SAME",
    data_format: Any = "NWC",
    dilations: Any = None,
    name: str | None = None,
) -> Any:
    """Implements `tf.nn.conv1d_transpose`; see `conv2d_transpose`."""
    if data_format in (None, "NWC"):
        axis, channels_first = 1, False
    elif data_format == "NCW":
        axis, channels_first = 2, True
    else:
        raise ValueError(
            f"`data_format` must be 'NWC' or 'NCW'. Received: data_format={data_format}"
        )
    strides = [1, *per_dimension(strides, 1, channels_first, "stride")]
    dilations = [1, *per_dimension(dilations, 1, channels_first, "dilations")]
    if isinstance(output_shape, EagerTensor):
        output_shape = shape_argument(output_shape, "Conv2DBackpropInput")
    shape = list(output_shape)
    images = conv2d_backprop_input(
        [*shape[:axis], 1, *shape[axis:]],
        expand_dims(filters, 0),
        expand_dims(input, axis),
        strides,
        padding,
        (),
        "NCHW" if channels_first else "NHWC",
        dilations,
    )
    return squeeze(images, axis)


def conv3d_transpose(
    input: Any,
    filters: Any,
    output_shape: Any,
    strides: Any,
    padding: Any = "SAME",
    data_format: Any = "NDHWC",
    dilations: Any = None,
    name: str | None = None,
) -> Any:
    """Implements `tf.nn.conv3d_transpose`; see `conv2d_transpose`."""
    data_format = "NDHWC" if data_format is None else data_format
    channels_first = data_format.startswith("NC")
    operation = "Conv3DBackpropInputV2"
    attributes = parse_attributes(
        per_dimension(strides, 3, channels_first, "strides"),
        padding,
        (),
        data_format,
        per_dimension(dilations, 3, channels_first, "dilations"),
        operation,
        3,
    )
    return _conv3d_transpose(filters, input, shape_argument(output_shape, operation), attributes)
