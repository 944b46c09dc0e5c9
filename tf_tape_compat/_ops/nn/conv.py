"""`tf.conv`: a convolution of images or volumes with any number of batch dimensions."""

from __future__ import annotations

from typing import Any

from ..._core.op.op import op
from ..._core.recording.admission import single_op
from .._support.arguments import invalid_argument
from .._support.gradient_rules import refuse_gradient
from ..array.sliding_windows import (
    batch_and_channels,
    int_tuple,
    one_of,
    spatial_paddings,
    to_channels_first,
    to_channels_last,
    unimplemented,
)
from .convolution_geometry import ConvolutionAttributes, convolve, plan_convolution, torch_filter


def _check_arguments(
    input: Any, filter: Any, attributes: ConvolutionAttributes, batch_dims: int, groups: int
) -> None:
    rank = input.ndim
    spatial_rank = rank - batch_dims - 1
    if filter.ndim not in (4, 5):
        raise invalid_argument(f"The filter must be rank 4 or 5 but got {filter.ndim}")
    if groups != 1:
        raise unimplemented("Grouped/Depthwise Convolutions are not supported yet.")
    if spatial_rank not in (2, 3):
        raise invalid_argument(
            f"The input must have 2 or 3 spatial dimensions but got {spatial_rank}"
        )
    for name, values in (("strides", attributes.strides), ("dilations", attributes.dilations)):
        if len(values) != spatial_rank + 2:
            raise invalid_argument(
                f"Sliding window {name} field must specify {spatial_rank + 2} dimensions"
            )
        if batch_and_channels(values, attributes.channels_first) != (1, 1):
            raise invalid_argument(
                f"Current implementation does not support {name} in the batch and depth dimensions."
            )
    depth = input.shape[batch_dims if attributes.channels_first else -1]
    if depth != filter.shape[-2]:
        raise invalid_argument(
            f"Input depth must be equal to filter depth: {depth} vs {filter.shape[-2]}"
        )
    if attributes.padding == "EXPLICIT":
        spatial_paddings(attributes.explicit_paddings, spatial_rank + 2, attributes.channels_first)


@op("Conv", "input filter")
@single_op
def _conv(
    input: Any, filter: Any, attributes: ConvolutionAttributes, batch_dims: int, groups: int
) -> Any:
    _check_arguments(input, filter, attributes, batch_dims, groups)
    batch, inner = input.shape[:batch_dims], input.shape[batch_dims:]
    x = input.reshape(-1, *inner)
    plan = plan_convolution(tuple(x.shape), tuple(filter.shape), attributes)
    x = x if attributes.channels_first else to_channels_first(x)
    result = convolve(x, torch_filter(filter), plan)
    result = result if attributes.channels_first else to_channels_last(result)
    result = result.reshape(*batch, *result.shape[1:])
    return refuse_gradient("Conv", (input, filter), result)


def conv(
    input: Any,
    filter: Any,
    strides: Any,
    padding: Any,
    explicit_paddings: Any = [],  # noqa: B006
    data_format: Any = "CHANNELS_LAST",
    dilations: Any = [],  # noqa: B006
    batch_dims: int = 1,
    groups: int = 1,
    name: str | None = None,
) -> Any:
    """Implements `tf.conv`. It has no gradient (LookupError), as in TensorFlow.

    Args:
      input: `batch_dims` batch dimensions, then two or three spatial ones and the channels.
      filter: [..., channels, out_channels], with the same number of spatial dimensions.
      strides: a list with a number for one batch dimension, each spatial one and the channels.
      padding: "SAME", "VALID" or "EXPLICIT".
      explicit_paddings: for "EXPLICIT", the flattened (before, after) pairs of all dimensions.
      data_format: "CHANNELS_LAST" or "CHANNELS_FIRST".
      dilations: as `strides`; 1 by default.
      batch_dims: the number of batch dimensions.
      groups: must be 1.
      name: ignored.

    Raises:
      InvalidArgumentError: if the shapes do not fit.
      UnimplementedError: if `groups` is not 1.
    """
    strides = int_tuple(strides, "strides", "Conv")
    padding = one_of(padding, "padding", ("SAME", "VALID", "EXPLICIT"), "Conv")
    paddings = int_tuple(explicit_paddings, "explicit_paddings", "Conv")
    formats = ("CHANNELS_FIRST", "CHANNELS_LAST")
    channels_first = one_of(data_format, "data_format", formats, "Conv") == formats[0]
    dilations = int_tuple(dilations, "dilations", "Conv") or (1,) * len(strides)
    attributes = ConvolutionAttributes(strides, padding, paddings, channels_first, dilations)
    return _conv(input, filter, attributes, batch_dims, groups)
