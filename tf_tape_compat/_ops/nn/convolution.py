"""Convolutions over one, two and three dimensions.

Channels come last in TensorFlow: such a tensor is, in torch's terms, one of channels first that
lies in memory as `channels_last`, so that both ways are views. Filters have their channels last,
too, and become torch's by a view as well.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import torch

from ..._core.op.op import op
from ..._core.recording.admission import single_op
from ..._core.recording.payloads import has_graph
from ..._core.recording.recorder import highest_order
from .._support.arguments import brackets, invalid
from .._support.gradient_rules import refuse_gradient_with, with_gradient_of
from ..array.shaping import expand_dims, squeeze
from ..array.sliding_windows import (
    beyond_stride,
    channels_first,
    channels_last,
    explicit_margins,
    explicit_paddings,
    extent,
    flat_margins,
    inner,
    nothing,
    one_of,
    outer,
    over_batches,
    per_dimension,
    places,
    rank_of,
    unimplemented,
    whole_numbers,
)

_FORMATS = {2: ("NHWC", "NCHW"), 3: ("NDHWC", "NCDHW")}
# How TensorFlow's functions for these operations are called.
_FUNCTIONS = {
    "DepthwiseConv2dNative": "depthwise_conv2d_native",
    "DepthwiseConv2dNativeBackpropInput": "depthwise_conv2d_native_backprop_input",
    "DepthwiseConv2dNativeBackpropFilter": "depthwise_conv2d_native_backprop_filter",
}
_PADDINGS = {2: ("SAME", "VALID", "EXPLICIT"), 3: ("SAME", "VALID")}


class Attributes(NamedTuple):
    """How a convolution moves: a number for each dimension of its input."""

    strides: tuple[int, ...]
    padding: str
    paddings: tuple[int, ...]
    first: bool  # whether channels come first
    dilations: tuple[int, ...]


class Plan(NamedTuple):
    """A convolution of one shape in torch's terms."""

    counts: tuple[int, ...]  # the windows along each inner dimension
    strides: tuple[int, ...]
    dilations: tuple[int, ...]
    margins: list[tuple[int, int]]
    reaches: tuple[int, ...]
    groups: int

    @property
    def even(self) -> bool:
        """Whether the margins are alike at both ends."""
        return all(before == after for before, after in self.margins)


def attributes(
    strides: Any,
    padding: Any,
    paddings: tuple[int, ...],
    data_format: str,
    dilations: Any,
    operation: str,
    inner_rank: int = 2,
) -> Attributes:
    """What the operation's attributes say. Raises errors for what they may not be."""
    least = 5 if inner_rank == 3 else 0
    function = _FUNCTIONS.get(operation, operation.lower())
    strides = whole_numbers(strides, "strides", operation, least, function)
    padding = one_of(padding, "padding", _PADDINGS[inner_rank])
    formats = _FORMATS[inner_rank]
    first = one_of(data_format, "data_format", formats) == formats[1]
    dilations = whole_numbers(dilations, "dilations", operation, 0, function)
    return Attributes(strides, padding, paddings, first, dilations)


def check_moves(moves: Attributes, inner_rank: int) -> None:
    """Raises errors for strides and dilations that are not possible."""
    error: Any = unimplemented if inner_rank == 2 else invalid
    for name, values in (("strides", moves.strides), ("dilations", moves.dilations)):
        if len(values) != inner_rank + 2:
            raise invalid(f"Sliding window {name} field must specify {inner_rank + 2} dimensions")
        if outer(values, moves.first) != (1, 1):
            raise error(
                f"Current implementation does not yet support {name} in the batch and depth "
                "dimensions."
            )
    strides, dilations = inner(moves.strides, moves.first), inner(moves.dilations, moves.first)
    if min(strides) <= 0:
        raise invalid("Row and column strides should be larger than 0.")
    if min(dilations) <= 0:
        raise invalid("Dilated rates should be larger than 0.")


def geometry(
    sizes: tuple[int, ...], kernel: tuple[int, ...], groups: int, moves: Attributes
) -> Plan:
    """The plan for an input of the given inner sizes."""
    strides, dilations = inner(moves.strides, moves.first), inner(moves.dilations, moves.first)
    given = [(0, 0)] * len(sizes)
    if moves.padding == "EXPLICIT":
        given = explicit_margins(moves.paddings, len(sizes) + 2, moves.first)
    reaches = tuple(map(extent, kernel, dilations))
    found = [
        places(size, reach, stride, moves.padding, margin)
        for size, reach, stride, margin in zip(sizes, reaches, strides, given, strict=True)
    ]
    counts = tuple(count for count, _ in found)
    return Plan(counts, strides, dilations, [margin for _, margin in found], reaches, groups)


@lru_cache(1024)
def _plan(shape: tuple[int, ...], filter_shape: tuple[int, ...], moves: Attributes) -> Plan:
    """The plan for an input and a filter. Raises TensorFlow's errors where they do not fit."""
    check_moves(moves, len(moves.strides) - 2)
    *kernel, depth, filters = filter_shape
    channels = shape[1 if moves.first else -1]
    if depth <= 0:
        raise invalid(f"filter depth must be stricly positive, got {depth}")
    if channels % depth:
        raise invalid(
            f"input depth must be evenly divisible by filter depth: {channels} vs {depth}"
        )
    groups = channels // depth
    plan = geometry(inner(shape, moves.first), tuple(kernel), groups, moves)
    volume = len(shape) == 5
    if not (volume and not filters) and (not shape[0] or not filters or 0 in plan.counts):
        return plan
    if 0 in kernel or not filters:
        raise invalid("filter must not have zero elements (i.e. all dimensions must be non-zero)")
    if groups and filters % groups:
        raise invalid(
            f"output depth must be evenly divisible by number of groups: {filters} vs {groups}"
        )
    return plan


def computes(x: torch.Tensor, filter: torch.Tensor, plan: Plan) -> bool:
    """Whether the result has any elements: if not, TensorFlow looks at nothing else."""
    return bool(x.shape[0] and filter.shape[-1]) and 0 not in plan.counts


def convolved(x: torch.Tensor, weight: torch.Tensor, plan: Plan) -> torch.Tensor:
    """The convolution of tensors in torch's order."""
    shape = (x.shape[0], weight.shape[0], *plan.counts)
    if 0 in shape or not x.numel() or not weight.numel():
        return nothing(shape, x, weight)
    before = tuple(margin[0] for margin in plan.margins)
    if not plan.even:
        x = torch.constant_pad_nd(x, flat_margins(plan.margins))
        before = (0,) * len(before)
    none = (0,) * len(before)
    if shape[1] == 1 and highest_order() > 1:
        # As `torch_filter`, for the gradients of torch's gradients.
        x = x.contiguous()
    return torch.convolution(
        x, weight, None, plan.strides, before, plan.dilations, False, none, plan.groups
    )


def torch_filter(x: torch.Tensor) -> torch.Tensor:
    """A filter with its two last dimensions first, in reverse."""
    weight = x.permute((x.ndim - 1, x.ndim - 2, *range(x.ndim - 2)))
    # torch's gradient refuses the view of a single filter, whose layout is ambiguous.
    return weight.contiguous() if weight.shape[0] == 1 else weight


def _refuse_on_host(y: torch.Tensor, plan: Plan, depths: tuple[int, int]) -> torch.Tensor:
    """What TensorFlow has no gradient of on the CPU: dilations and groups."""
    if not y.is_cpu:
        return y
    name = "[Op:Conv2DBackpropInput] name: "
    if max(plan.dilations) > 1:
        message = (
            "Current CPU implementations do not yet support dilation rates larger than 1. "
            "(tf.nn.convolution has a gradient with dilations.) "
        )
        return refuse_gradient_with(invalid(message + name), y)
    if plan.groups > 1:
        message = (
            "Gradients for grouped convolutions are not supported on CPU. Computed input depth "
            f"{depths[0]} doesn't match filter input depth {depths[1]} "
        )
        return refuse_gradient_with(invalid(message + name), y)
    return y


# -- forward ------------------------------------------------------------------------------------


@op("Conv2D", "input filter")
@single_op
def _conv2d(input: Any, filter: Any, moves: Attributes) -> Any:
    if input.ndim != 4:
        raise invalid(f"convolution input must be 4-dimensional: {brackets(input.shape)}")
    if filter.ndim != 4:
        raise invalid(f"convolution filter must be 4-dimensional: {brackets(filter.shape)}")
    plan = _plan(tuple(input.shape), tuple(filter.shape), moves)
    weight = torch_filter(filter)
    if moves.first:
        if input.is_cpu and computes(input, filter, plan):
            raise unimplemented(
                "The Conv2D op currently only supports the NHWC tensor format on the CPU. The op "
                "was given the format: NCHW"
            )
        found = convolved(input, weight, plan)
    else:
        found = channels_last(convolved(channels_first(input), weight, plan))
    if has_graph(found) and (plan.groups > 1 or max(plan.dilations) > 1):
        return _refuse_on_host(found, plan, (input.shape[1 if moves.first else 3], filter.shape[2]))
    return found


@op("Conv3D", "input filter")
@single_op
def _conv3d(input: Any, filter: Any, moves: Attributes) -> Any:
    if input.ndim != 5:
        raise invalid("input must be 5-dimensional")
    if filter.ndim != 5:
        raise invalid("filter must be 5-dimensional")
    if not filter.shape[3]:
        raise invalid("filter_depth must be non-zero")
    plan = _plan(tuple(input.shape), tuple(filter.shape), moves)
    weight = torch_filter(filter)
    if input.is_cpu and computes(input, filter, plan):
        if max(plan.dilations) > 1:
            raise invalid(
                "CPU implementation of Conv3D currently only supports dilated rates of 1."
            )
        if moves.first:
            raise invalid(
                "CPU implementation of Conv3D currently only supports the NHWC tensor format."
            )
        if plan.groups != 1:
            raise invalid(
                f"Number of channels in filter ({filter.shape[3]}) must match last dimension of "
                f"input ({input.shape[4]})"
            )
    if moves.first:
        return convolved(input, weight, plan)
    x = channels_first(input)
    found = convolved(x, weight, plan)
    if input.is_cpu and moves.padding == "SAME":
        shifted = beyond_stride(x, plan.reaches, plan.strides, plan.counts)
        if shifted is not x and found.numel():
            found = with_gradient_of(found, convolved(shifted.detach(), weight.detach(), plan))
    return channels_last(found)


def conv2d_of(
    input: Any,
    filters: Any,
    strides: Any,
    padding: Any,
    paddings: tuple[int, ...],
    data_format: Any,
    dilations: Any,
) -> Any:
    """The operation on a tensor with any number of batch dimensions."""
    moves = attributes(strides, padding, paddings, data_format, dilations, "Conv2D")
    if rank_of(input) > 4:
        return over_batches(lambda x: _conv2d(x, filters, moves), input, 3)
    return _conv2d(input, filters, moves)


def conv2d(
    input: Any,
    filters: Any,
    strides: Any,
    padding: Any,
    data_format: Any = "NHWC",
    dilations: Any = None,
    name: str | None = None,
) -> Any:
    """The convolution of images with `filters` [height, width, channels, new channels].

    `input` is [batch, height, width, channels], with any number of batch dimensions. `strides` and
    `dilations` are one number, two or four; `padding` is "SAME", "VALID" or four pairs of numbers.
    Answers for `tf.nn.conv2d`. Raises InvalidArgumentError where the shapes do not fit; on the
    CPU UnimplementedError for "NCHW", and as TensorFlow does it has no gradient there for
    dilations and groups.
    """
    padding, paddings = explicit_paddings(padding)
    data_format = "NHWC" if data_format is None else data_format
    first = data_format.startswith("NC")
    return conv2d_of(
        input,
        filters,
        per_dimension(strides, 2, first, "strides"),
        padding,
        paddings,
        data_format,
        per_dimension(dilations, 2, first, "dilations"),
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
    """The convolution of sequences [batch, width, channels] with [width, channels, new channels].

    Answers for `tf.nn.conv1d`; see `conv2d`.
    """
    if data_format in (None, "NHWC", "NWC"):
        axis, first = -3, False
    elif data_format in ("NCHW", "NCW"):
        axis, first = -2, True
    else:
        raise ValueError(
            f"`data_format` must be 'NWC' or 'NCW'. Received: data_format={data_format}"
        )
    strides = [1, *per_dimension(stride, 1, first, "stride")]
    dilations = [1, *per_dimension(dilations, 1, first, "dilations")]
    found = conv2d_of(
        expand_dims(input, axis),
        expand_dims(filters, 0),
        strides,
        padding,
        (),
        "NCHW" if first else "NHWC",
        dilations,
    )
    return squeeze(found, [axis])


def conv3d(
    input: Any,
    filters: Any,
    strides: Any,
    padding: Any,
    data_format: Any = "NDHWC",
    dilations: Any = None,
    name: str | None = None,
) -> Any:
    """The convolution of volumes [batch, depth, height, width, channels].

    `filters` is [depth, height, width, channels, new channels]; `strides` and `dilations` are lists
    of five. Answers for `tf.nn.conv3d`. Raises InvalidArgumentError where the shapes do not fit,
    on the CPU for "NCDHW" and for dilations, too.
    """
    moves = attributes(
        strides,
        padding,
        (),
        "NDHWC" if data_format is None else data_format,
        [1] * 5 if dilations is None else dilations,
        "Conv3D",
        3,
    )
    if rank_of(input) > 5:
        return over_batches(lambda x: _conv3d(x, filters, moves), input, 4)
    return _conv3d(input, filters, moves)
