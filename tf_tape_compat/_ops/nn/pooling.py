"""`tf.nn.max_pool`, `avg_pool` and `pool`, and the poolings of sequences and volumes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from ..._core.devices.cpu_kernels import limited_to_cpu
from ..._core.op.op import op
from ..._core.op.op_errors import missing_kernel
from ..._core.recording.admission import single_op
from ..._core.tensor.convert import to_tensor
from .._support.arguments import invalid_argument
from ..array.dilation import dilated
from ..array.shaping import expand_dims, squeeze
from ..array.sliding_windows import (
    batch_and_channels,
    parse_padding,
    per_dimension,
    unimplemented,
)
from .atrous_convolution import checked_strides_and_dilations
from .pooling_2d import Pooling, apply_channels_first, avg_pool2d, max_pool2d, parse_pooling
from .pooling_kernels import max3d, mean


def _pool1d(
    function: Callable[..., Any],
    input: Any,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: Any,
) -> Any:
    """Applies a pooling of images to sequences."""
    data_format = "NWC" if data_format is None else data_format
    channels_first = data_format.startswith("NC")
    ksize = [1, *per_dimension(ksize, 1, channels_first, "ksize")]
    strides = [1, *per_dimension(strides, 1, channels_first, "strides")]
    padding = padding() if callable(padding) else padding
    axis = 1 if data_format == "NWC" else 2
    image_format = "NHWC" if data_format == "NWC" else "NCHW"
    return squeeze(function(expand_dims(input, axis), ksize, strides, padding, image_format), axis)


def max_pool1d(
    input: Any,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: Any = "NWC",
    name: str | None = None,
) -> Any:
    """Implements `tf.nn.max_pool1d`: the maximum of each window of [batch, width, channels].

    See `max_pool2d` for the other arguments.
    """

    def image_padding() -> Any:
        padding_name, numbers = parse_padding(padding, 3)
        numbers_2d = (0, 0, *numbers)
        pairs = zip(numbers_2d[::2], numbers_2d[1::2], strict=True)
        return list(pairs) if numbers else padding_name

    if isinstance(padding, (list, tuple)) and data_format == "NCHW_VECT_C":
        raise ValueError(
            "`data_format='NCHW_VECT_C'` is not supported with explicit padding. Received: "
            f"padding={padding}"
        )
    return _pool1d(max_pool2d, input, ksize, strides, image_padding, data_format)


def avg_pool1d(
    input: Any,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: Any = "NWC",
    name: str | None = None,
) -> Any:
    """Implements `tf.nn.avg_pool1d`: the mean of each window of [batch, width, channels]."""
    return _pool1d(avg_pool2d, input, ksize, strides, padding, data_format)


def _check_volume(operation: str, x: torch.Tensor, pooling: Pooling) -> None:
    if x.dtype in (torch.float16, torch.float64) and limited_to_cpu(x):
        raise missing_kernel(
            operation,
            T=x.dtype,
            ksize=pooling.ksize,
            strides=pooling.strides,
            padding=pooling.padding,
            data_format="NCDHW" if pooling.channels_first else "NDHWC",
        )
    if x.ndim != 5:
        raise invalid_argument("tensor_in must be 5-dimensional")
    depths = (
        batch_and_channels(pooling.ksize, pooling.channels_first)[1],
        batch_and_channels(pooling.strides, pooling.channels_first)[1],
    )
    if depths != (1, 1) and min(pooling.ksize) > 0:
        raise unimplemented("Pooling is not yet supported on the depth dimension.")


@op("MaxPool3D", "input")
@single_op
def _max_pool3d(input: Any, pooling: Pooling) -> Any:
    _check_volume("MaxPool3D", input, pooling)
    return apply_channels_first(max3d, input, pooling, "3D")


@op("AvgPool3D", "input")
@single_op
def _avg_pool3d(input: Any, pooling: Pooling) -> Any:
    _check_volume("AvgPool3D", input, pooling)
    return apply_channels_first(mean, input, pooling, "3D")


def _pool3d(
    operation: str,
    function: Callable[..., Any],
    input: Any,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: Any,
) -> Any:
    data_format = "NDHWC" if data_format is None else data_format
    channels_first = data_format.startswith("NC")
    ksize = per_dimension(ksize, 3, channels_first, "ksize")
    strides = per_dimension(strides, 3, channels_first, "strides")
    return function(input, parse_pooling(operation, ksize, strides, padding, data_format, rank=5))


def max_pool3d(
    input: Any,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: Any = "NDHWC",
    name: str | None = None,
) -> Any:
    """Implements `tf.nn.max_pool3d`: the maximum of each window of volumes.

    `input` is [batch, depth, height, width, channels]. `ksize` and `strides` are one number, or a
    list of three or five; `padding` is "SAME" or "VALID". The gradient goes to every element that
    equals the maximum. Raises InvalidArgumentError if the sizes do not fit.
    """
    return _pool3d("MaxPool3D", _max_pool3d, input, ksize, strides, padding, data_format)


def avg_pool3d(
    input: Any,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: Any = "NDHWC",
    name: str | None = None,
) -> Any:
    """Implements `tf.nn.avg_pool3d`: the mean of each window of volumes, padding excluded.

    See `max_pool3d`.
    """
    return _pool3d("AvgPool3D", _avg_pool3d, input, ksize, strides, padding, data_format)


def _spatial_rank(input: Any) -> int:
    count = len(input.shape) - 2
    if not 1 <= count <= 3:
        raise ValueError(
            f"`input.shape.rank` must be 3, 4 or 5. Received: input.shape={input.shape} of rank "
            f"{count + 2}."
        )
    return count


def max_pool(
    input: Any,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: Any = None,
    name: str | None = None,
) -> Any:
    """Implements `tf.nn.max_pool`, by the rank of `input`.

    Calls `max_pool1d`, `max_pool2d` or `max_pool3d`. Raises ValueError for any other rank.
    """
    count = _spatial_rank(input)
    if isinstance(padding, (list, tuple)) and count == 3:
        raise ValueError(
            f"Explicit padding is not supported with an input tensor of rank 5. Received: "
            f"padding={padding}"
        )
    return (max_pool1d, max_pool2d, max_pool3d)[count - 1](
        input, ksize, strides, padding, data_format
    )


def avg_pool(
    input: Any,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: Any = None,
    name: str | None = None,
) -> Any:
    """Implements `tf.nn.avg_pool`, by the rank of `input`.

    Calls `avg_pool1d`, `avg_pool2d` or `avg_pool3d`. Raises ValueError for any other rank.
    """
    function = (avg_pool1d, avg_pool2d, avg_pool3d)[_spatial_rank(input) - 1]
    return function(input, ksize, strides, padding, data_format)


_POOLINGS: dict[Any, tuple[Callable[..., Any], ...]] = {
    "MAX": (max_pool2d, max_pool2d, max_pool3d),
    "AVG": (avg_pool2d, avg_pool2d, avg_pool3d),
}


def pool(
    input: Any,
    window_shape: Any,
    pooling_type: Any,
    strides: Any = None,
    padding: Any = "VALID",
    data_format: Any = None,
    dilations: Any = None,
    name: str | None = None,
) -> Any:
    """Implements `tf.nn.pool`: pooling with optional dilations.

    Args:
      input: [batch, ..., channels], with one to three spatial dimensions.
      window_shape: the size of the window in each spatial dimension.
      pooling_type: "MAX" or "AVG".
      strides: a number for each spatial dimension; 1 by default.
      padding: "SAME" or "VALID".
      data_format: a string such as "NHWC" or "NCHW".
      dilations: as `strides`; strides and dilations may not both exceed 1.
      name: ignored.

    Raises:
      ValueError: if the arguments do not fit.
    """
    input = to_tensor(input)
    count = len(window_shape)
    if not 1 <= count <= 3:
        raise ValueError(
            f"`len(window_shape)` must be 1, 2, or 3. Received: window_shape={window_shape} of "
            f"length {count}"
        )
    if input.ndim != count + 2:
        raise ValueError(f"Shape {input.shape} must have rank {count + 2}")
    stride_array, dilation_array = checked_strides_and_dilations(count, strides, dilations)
    if isinstance(padding, str) and padding == "SAME" and np.any(dilation_array > 1):
        raise ValueError(
            "pooling with 'SAME' padding is not implemented for `dilation_rate` > 1. Received: "
            f"padding={padding} and dilation_rate={dilation_array}"
        )
    if np.any(stride_array > window_shape):
        raise ValueError(
            "`strides` > `window_shape` not supported due to inconsistency between CPU and GPU "
            f"implementations. Received: strides={stride_array} and window_shape={window_shape}"
        )
    if pooling_type not in _POOLINGS:
        raise ValueError(f"{count}-D {pooling_type} pooling is not supported.")
    function = _POOLINGS[pooling_type][count - 1]
    channels_first = data_format is not None and data_format.startswith("NC")
    full_window = per_dimension(list(window_shape), count, channels_first, "ksize")
    full_strides = per_dimension(stride_array.tolist(), count, channels_first, "strides")
    start = 2 if channels_first else 1
    if count == 1:
        if data_format not in (None, "NWC", "NCW"):
            raise ValueError(
                f"data_format must be either 'NWC' or 'NCW'. Received: data_format={data_format}"
            )
        full_window, full_strides = [1, *full_window], [1, *full_strides]
        data_format = "NCHW" if channels_first else "NHWC"

    def pool_blocks(x: Any, _: int, padding_name: Any) -> Any:
        if count > 1:
            return function(x, full_window, full_strides, padding_name, data_format)
        return squeeze(
            function(expand_dims(x, start), full_window, full_strides, padding_name, data_format),
            [start],
        )

    dims = range(start, start + count)
    return dilated(input, dilation_array, padding, pool_blocks, window_shape, dims)
