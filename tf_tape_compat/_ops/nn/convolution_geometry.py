"""Attributes of convolutions, and the sizes and paddings they lead to."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import torch

from ..._core.recording.activation import highest_order
from .._support.arguments import invalid_argument
from ..array.sliding_windows import (
    batch_and_channels,
    connected_zeros,
    dilated_size,
    int_tuple,
    one_of,
    output_size_and_padding,
    spatial,
    spatial_paddings,
    torch_padding,
    unimplemented,
)

_FORMATS = {2: ("NHWC", "NCHW"), 3: ("NDHWC", "NCDHW")}
# The names of TensorFlow's functions for these operations, in error messages.
_FUNCTIONS = {
    "DepthwiseConv2dNative": "depthwise_conv2d_native",
    "DepthwiseConv2dNativeBackpropInput": "depthwise_conv2d_native_backprop_input",
    "DepthwiseConv2dNativeBackpropFilter": "depthwise_conv2d_native_backprop_filter",
}
_PADDINGS = {2: ("SAME", "VALID", "EXPLICIT"), 3: ("SAME", "VALID")}


class ConvolutionAttributes(NamedTuple):
    """Strides, padding and dilations, with one number for each dimension of the input."""

    strides: tuple[int, ...]
    padding: str
    explicit_paddings: tuple[int, ...]
    channels_first: bool
    dilations: tuple[int, ...]

    @property
    def spatial_strides(self) -> tuple[int, ...]:
        """The strides of the spatial dimensions."""
        return spatial(self.strides, self.channels_first)

    @property
    def spatial_dilations(self) -> tuple[int, ...]:
        """The dilations of the spatial dimensions."""
        return spatial(self.dilations, self.channels_first)


class Plan(NamedTuple):
    """A convolution of inputs of one shape, in torch's terms; one item per spatial dimension."""

    output_sizes: tuple[int, ...]
    strides: tuple[int, ...]
    dilations: tuple[int, ...]
    paddings: list[tuple[int, int]]
    kernel_extents: tuple[int, ...]
    groups: int

    @property
    def symmetric(self) -> bool:
        """Whether the paddings are the same at both ends."""
        return all(before == after for before, after in self.paddings)


def parse_attributes(
    strides: Any,
    padding: Any,
    explicit_paddings: tuple[int, ...],
    data_format: str,
    dilations: Any,
    operation: str,
    spatial_rank: int = 2,
) -> ConvolutionAttributes:
    """Validates the attributes of a convolution. Raises TensorFlow's errors for invalid ones."""
    min_length = 5 if spatial_rank == 3 else 0
    function_name = _FUNCTIONS.get(operation, operation.lower())
    strides = int_tuple(strides, "strides", operation, min_length, function_name)
    padding = one_of(padding, "padding", _PADDINGS[spatial_rank], operation)
    formats = _FORMATS[spatial_rank]
    channels_first = one_of(data_format, "data_format", formats, operation) == formats[1]
    dilations = int_tuple(dilations, "dilations", operation, 0, function_name)
    return ConvolutionAttributes(strides, padding, explicit_paddings, channels_first, dilations)


def check_strides_and_dilations(attributes: ConvolutionAttributes, spatial_rank: int) -> None:
    """Raises an error if strides or dilations are not supported."""
    error: Any = unimplemented if spatial_rank == 2 else invalid_argument
    for name, values in (("strides", attributes.strides), ("dilations", attributes.dilations)):
        if len(values) != spatial_rank + 2:
            raise invalid_argument(
                f"Sliding window {name} field must specify {spatial_rank + 2} dimensions"
            )
        if batch_and_channels(values, attributes.channels_first) != (1, 1):
            raise error(
                f"Current implementation does not yet support {name} in the batch and depth "
                "dimensions."
            )
    if min(attributes.spatial_strides) <= 0:
        raise invalid_argument("Row and column strides should be larger than 0.")
    if min(attributes.spatial_dilations) <= 0:
        raise invalid_argument("Dilated rates should be larger than 0.")


def plan_windows(
    sizes: tuple[int, ...], kernel: tuple[int, ...], groups: int, attributes: ConvolutionAttributes
) -> Plan:
    """The plan for an input of the given spatial sizes."""
    strides, dilations = attributes.spatial_strides, attributes.spatial_dilations
    explicit = [(0, 0)] * len(sizes)
    if attributes.padding == "EXPLICIT":
        explicit = spatial_paddings(
            attributes.explicit_paddings, len(sizes) + 2, attributes.channels_first
        )
    kernel_extents = tuple(map(dilated_size, kernel, dilations))
    placements = [
        output_size_and_padding(size, extent, stride, attributes.padding, padding)
        for size, extent, stride, padding in zip(
            sizes, kernel_extents, strides, explicit, strict=True
        )
    ]
    output_sizes = tuple(output_size for output_size, _ in placements)
    return Plan(
        output_sizes,
        strides,
        dilations,
        [padding for _, padding in placements],
        kernel_extents,
        groups,
    )


@lru_cache(1024)
def plan_convolution(
    shape: tuple[int, ...], filter_shape: tuple[int, ...], attributes: ConvolutionAttributes
) -> Plan:
    """The plan for an input and a filter. Raises TensorFlow's errors if they do not fit."""
    check_strides_and_dilations(attributes, len(attributes.strides) - 2)
    *kernel, depth, out_channels = filter_shape
    channels = shape[1 if attributes.channels_first else -1]
    if depth <= 0:
        raise invalid_argument(f"filter depth must be stricly positive, got {depth}")
    if channels % depth:
        raise invalid_argument(
            f"input depth must be evenly divisible by filter depth: {channels} vs {depth}"
        )
    groups = channels // depth
    plan = plan_windows(
        spatial(shape, attributes.channels_first), tuple(kernel), groups, attributes
    )
    is_volume = len(shape) == 5
    if not (is_volume and not out_channels) and (
        not shape[0] or not out_channels or 0 in plan.output_sizes
    ):
        return plan
    if 0 in kernel or not out_channels:
        raise invalid_argument(
            "filter must not have zero elements (i.e. all dimensions must be non-zero)"
        )
    if groups and out_channels % groups:
        raise invalid_argument(
            f"output depth must be evenly divisible by number of groups: {out_channels} vs {groups}"
        )
    return plan


def has_output(x: torch.Tensor, filter: torch.Tensor, plan: Plan) -> bool:
    """Whether the result has any elements; if not, TensorFlow skips the remaining checks."""
    return bool(x.shape[0] and filter.shape[-1]) and 0 not in plan.output_sizes


def convolve(x: torch.Tensor, weight: torch.Tensor, plan: Plan) -> torch.Tensor:
    """The convolution of an input and a filter that are in torch's layout."""
    shape = (x.shape[0], weight.shape[0], *plan.output_sizes)
    if 0 in shape or not x.numel() or not weight.numel():
        return connected_zeros(shape, x, weight)
    padding = tuple(pair[0] for pair in plan.paddings)
    if not plan.symmetric:
        x = torch.constant_pad_nd(x, torch_padding(plan.paddings))
        padding = (0,) * len(padding)
    no_padding = (0,) * len(padding)
    if shape[1] == 1 and highest_order() > 1:
        # As in `torch_filter`: torch's second derivatives need an unambiguous layout.
        x = x.contiguous()
    return torch.convolution(
        x, weight, None, plan.strides, padding, plan.dilations, False, no_padding, plan.groups
    )


def torch_filter(x: torch.Tensor) -> torch.Tensor:
    """A filter in torch's layout: [out_channels, in_channels, ...]."""
    weight = x.permute((x.ndim - 1, x.ndim - 2, *range(x.ndim - 2)))
    # torch's gradient rejects a view of a single filter, whose layout is ambiguous.
    return weight.contiguous() if weight.shape[0] == 1 else weight
