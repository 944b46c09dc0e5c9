"""Transposes of convolutions: the gradients by their inputs, as functions of their own."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import torch

from ..._core.op.op import op
from ..._core.recording.admission import single_op
from ..._core.tensor.convert import INT32, c_name, to_tensor
from ..._core.tensor.host_values import to_numpy
from ..._core.tensor.tensor import EagerTensor
from .._support.arguments import brackets, invalid
from ..array.shaping import expand_dims, squeeze
from ..array.sliding_windows import (
    channels_first,
    channels_last,
    explicit_paddings,
    flat_margins,
    inner,
    nothing,
    per_dimension,
)
from .convolution import Attributes, Plan, attributes, check_moves, geometry, torch_filter


def spread(
    grad: torch.Tensor, weight: torch.Tensor, plan: Plan, sizes: tuple[int, ...]
) -> torch.Tensor:
    """The transpose of `convolved`: an input's gradient, of the inner sizes `sizes`."""
    shape = (grad.shape[0], weight.shape[1] * plan.groups, *sizes)
    if 0 in shape or not grad.numel() or not weight.numel():
        return nothing(shape, grad, weight)
    padding, further, cuts = [], [], []
    for size, count, stride, reach, (before, _) in zip(
        sizes, plan.counts, plan.strides, plan.reaches, plan.margins, strict=True
    ):
        full_size = (count - 1) * stride + reach
        lacking = size - (full_size - 2 * before)
        if lacking < stride:
            padding.append(before)  # at both ends, and `further` less at the last one
            further.append(max(lacking, 0))
            cuts.append((0, min(lacking, 0)))
        else:
            padding.append(0)
            further.append(0)
            cuts.append((-before, size - (full_size - before)))
    integer = not grad.is_floating_point()
    if integer:  # torch has a kernel for int64 alone
        dtype = grad.dtype
        grad, weight = grad.long(), weight.long()
    found = torch.convolution(
        grad, weight, None, plan.strides, padding, plan.dilations, True, further, plan.groups
    )
    if any(map(any, cuts)):
        found = torch.constant_pad_nd(found, flat_margins(cuts))
    return found.to(dtype) if integer else found


def sizes_of(value: Any, operation: str, position: int = 0) -> tuple[int, ...]:
    """The shape of the result, as it is given. Raises InvalidArgumentError for what is none."""
    if not isinstance(value, EagerTensor):
        value = to_tensor(value, INT32)
    elif value.dtype is not INT32 and operation != "Conv3DBackpropInputV2":
        raise invalid(
            f"cannot compute {operation} as input #{position}(zero-based) was expected to be a "
            f"int32 tensor but is a {c_name(value.dtype)} tensor [Op:{operation}] name: "
        )
    array = to_numpy(value._t)
    if array.ndim != 1:
        raise invalid(
            f"{operation}: input_sizes input must be 1-dim, not {array.ndim} [Op:{operation}]"
        )
    return tuple(array.tolist())


@lru_cache(1024)
def _transposed_plan(
    shape: tuple[int, ...], filter_shape: tuple[int, ...], grad: tuple[int, ...], moves: Attributes
) -> Plan:
    """The plan of the convolution whose result had the shape `grad`."""
    rank = len(moves.strides)
    for size in shape:
        if size < 0:
            raise invalid(f"Dimension {size} must be >= 0")
    check_moves(moves, rank - 2)
    if len(shape) != rank or len(grad) != rank or len(filter_shape) != rank:
        raise invalid(
            f"input_sizes, filter and out_backprop must have {rank} dimensions: {brackets(shape)}, "
            f"{brackets(filter_shape)}, {brackets(grad)}"
        )
    *kernel, depth, filters = filter_shape
    channels = shape[1 if moves.first else -1]
    if shape[0] != grad[0]:
        raise invalid(
            "input and out_backprop must have the same batch size. Input batch: "
            f"{shape[0]}, outbackprop batch: {grad[0]}, batch_dim: 0"
        )
    if depth <= 0 or channels % depth:
        raise invalid(
            "input depth must be evenly divisible by filter depth, which must be greater than "
            f"zero: {channels} vs {depth}"
        )
    if filters != grad[1 if moves.first else -1]:
        raise invalid(
            "filter and out_backprop must have the same out_depth: "
            f"{filters} vs {grad[1 if moves.first else -1]}"
        )
    plan = geometry(inner(shape, moves.first), tuple(kernel), channels // depth, moves)
    for axis, (count, size) in enumerate(zip(plan.counts, inner(grad, moves.first), strict=True)):
        if count != size:
            raise invalid(
                "Size of out_backprop doesn't match computed: actual = "
                f"{size}, computed = {count} spatial_dim: {axis + 1}"
            )
    return plan


def _transposed(
    filter: torch.Tensor, grad: torch.Tensor, shape: tuple[int, ...], moves: Attributes
) -> torch.Tensor:
    plan = _transposed_plan(shape, tuple(filter.shape), tuple(grad.shape), moves)
    if grad.is_cpu:
        if max(plan.dilations) > 1:
            raise invalid(
                "Current CPU implementations do not yet support dilation rates larger than 1."
            )
        if moves.first:
            raise invalid("BackpropInput only supports channels last on the CPU.")
        if plan.groups > 1:
            raise invalid(
                "Gradients for grouped convolutions are not supported on CPU. Computed input depth "
                f"{shape[-1]} doesn't match filter input depth {filter.shape[-2]}"
            )
    sizes = inner(shape, moves.first)
    if moves.first:
        return spread(grad, torch_filter(filter), plan, sizes)
    return channels_last(spread(channels_first(grad), torch_filter(filter), plan, sizes))


@op("Conv2DBackpropInput", "filter:T out_backprop:T")
@single_op
def _conv2d_transpose(
    filter: Any, out_backprop: Any, sizes: tuple[int, ...], moves: Attributes
) -> Any:
    if out_backprop.ndim != 4:
        raise invalid(f"input_sizes must be 4-dimensional, got: {out_backprop.ndim}")
    if len(sizes) == 2:  # the inner ones alone
        batch, channels = out_backprop.shape[0], filter.shape[-2]
        sizes = (batch, channels, *sizes) if moves.first else (batch, *sizes, channels)
    if len(sizes) != 4:
        raise invalid(
            "Conv2DBackpropInput requires input_sizes to contain 4 values or 2 values, but got: "
            f"{len(sizes)}"
        )
    return _transposed(filter, out_backprop, sizes, moves)


@op("Conv3DBackpropInputV2", "filter:T out_backprop:T")
@single_op
def _conv3d_transpose(
    filter: Any, out_backprop: Any, sizes: tuple[int, ...], moves: Attributes
) -> Any:
    return _transposed(filter, out_backprop, sizes, moves)


def conv2d_input(
    sizes: Any,
    filters: Any,
    grad: Any,
    strides: Any,
    padding: Any,
    paddings: tuple[int, ...],
    data_format: Any,
    dilations: Any,
) -> Any:
    """The gradient of a convolution by its input of the shape `sizes`."""
    operation = "Conv2DBackpropInput"
    moves = attributes(strides, padding, paddings, data_format, dilations, operation)
    return _conv2d_transpose(filters, grad, sizes_of(sizes, operation), moves)


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
    """The transpose of `conv2d` with `filters` [height, width, new channels, channels].

    `output_shape` is the shape of the result, of which `conv2d` would make that of `input`.
    Answers for `tf.nn.conv2d_transpose`. Raises InvalidArgumentError where the shapes do not fit.
    """
    data_format = "NHWC" if data_format is None else data_format
    first = data_format.startswith("NC")
    strides = per_dimension(strides, 2, first, "strides")
    dilations = per_dimension(dilations, 2, first, "dilations")
    padding, paddings = explicit_paddings(padding)
    return conv2d_input(
        output_shape, filters, input, strides, padding, paddings, data_format, dilations
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
    """The transpose of `conv1d`; answers for `tf.nn.conv1d_transpose`."""
    if data_format in (None, "NWC"):
        axis, first = 1, False
    elif data_format == "NCW":
        axis, first = 2, True
    else:
        raise ValueError(
            f"`data_format` must be 'NWC' or 'NCW'. Received: data_format={data_format}"
        )
    strides = [1, *per_dimension(strides, 1, first, "stride")]
    dilations = [1, *per_dimension(dilations, 1, first, "dilations")]
    if isinstance(output_shape, EagerTensor):
        output_shape = sizes_of(output_shape, "Conv2DBackpropInput")
    shape = list(output_shape)
    found = conv2d_input(
        [*shape[:axis], 1, *shape[axis:]],
        expand_dims(filters, 0),
        expand_dims(input, axis),
        strides,
        padding,
        (),
        "NCHW" if first else "NHWC",
        dilations,
    )
    return squeeze(found, axis)


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
    """The transpose of `conv3d`; answers for `tf.nn.conv3d_transpose`."""
    data_format = "NDHWC" if data_format is None else data_format
    first = data_format.startswith("NC")
    operation = "Conv3DBackpropInputV2"
    moves = attributes(
        per_dimension(strides, 3, first, "strides"),
        padding,
        (),
        data_format,
        per_dimension(dilations, 3, first, "dilations"),
        operation,
        3,
    )
    return _conv3d_transpose(filters, input, sizes_of(output_shape, operation), moves)
