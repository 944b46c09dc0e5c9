"""Pooling of images: the maximum or the mean of each window."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

import torch

from ..._core.devices.cpu_kernels import limited_to_cpu
from ..._core.op.op import op
from ..._core.op.op_errors import missing_kernel, refusal
from ..._core.recording.admission import single_op
from ..._core.tensor.convert import INT64
from ..._core.types.dtype import as_dtype
from .._support.arguments import invalid_argument
from .._support.gradient_rules import refuse_gradient_with
from .._support.unsigned import UNSIGNED, from_ordered_int64, to_ordered_int64
from ..array.sliding_windows import (
    batch_and_channels,
    connected_zeros,
    int_tuple,
    one_of,
    output_size_and_padding,
    parse_padding,
    per_dimension,
    spatial,
    spatial_paddings,
    to_channels_first,
    to_channels_last,
    unimplemented,
)
from .pooling_kernels import Windows, argmax2d, max2d, mean

_PADDINGS = ("SAME", "VALID")


class Pooling(NamedTuple):
    """The attributes of a pooling, with one number for each dimension of the input."""

    ksize: tuple[int, ...]
    strides: tuple[int, ...]
    padding: str
    explicit_paddings: tuple[int, ...]
    channels_first: bool


def parse_pooling(
    operation: str,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: Any,
    explicit_paddings: tuple[int, ...] = (),
    allowed_paddings: tuple[str, ...] = _PADDINGS,
    rank: int = 4,
) -> Pooling:
    """Validates the attributes of a pooling. Raises TensorFlow's errors for invalid ones."""
    kernel = int_tuple(ksize, "ksize", operation, rank)
    strides = int_tuple(strides, "strides", operation, rank)
    padding = one_of(padding, "padding", allowed_paddings, operation)
    formats = ["NHWC", "NCHW"] if rank == 4 else ["NDHWC", "NCDHW"]
    if operation == "MaxPool":
        formats.append("NCHW_VECT_C")
    data_format = one_of(data_format, "data_format", formats, operation)
    return Pooling(kernel, strides, padding, explicit_paddings, data_format != formats[0])


_SIDES = (("Top", "Bottom"), ("Left", "Right"))

# What the kernels say about a window that is not positive.
_NO_WINDOW: dict[str, Callable[[tuple[int, ...]], str]] = {
    "MaxPool": lambda ksize: (
        "Sliding window ksize must be positive. The specified or inferred ksize is: "
        + ",".join(map(str, ksize))
    ),
    "AvgPool": lambda ksize: (
        f"ksize must be a positive int32 value, got:{next(k for k in ksize if k <= 0)}"
    ),
    "3D": lambda ksize: "Sliding window ksize field must have non-negative dimensions",
}

# The classes that refuse channels first on the CPU.
_KERNELS = {"MaxPool": "MaxPoolingOp", "AvgPool": "AvgPoolingOp", "3D": "Pooling3DOp"}


@lru_cache(1024)
def _windows(shape: tuple[int, ...], pooling: Pooling, operation: str = "MaxPool") -> Windows:
    """The windows of an input of the given shape. Raises TensorFlow's errors for invalid ones."""
    full_kernel, full_strides = pooling.ksize, pooling.strides
    if min(full_kernel) <= 0:
        raise invalid_argument(_NO_WINDOW[operation](full_kernel))
    if full_kernel[0] != 1 or full_strides[0] != 1:
        raise unimplemented("Pooling is not yet supported on the batch dimension.")
    sizes = spatial(shape, pooling.channels_first)
    kernel = spatial(full_kernel, pooling.channels_first)
    strides = spatial(full_strides, pooling.channels_first)
    explicit = [(0, 0)] * len(sizes)
    if pooling.padding == "EXPLICIT":
        explicit = spatial_paddings(pooling.explicit_paddings, len(shape), pooling.channels_first)
        for names, pads, size in zip(_SIDES, explicit, kernel, strict=True):
            for side, pad in zip(names, pads, strict=True):
                if pad >= size:
                    raise invalid_argument(
                        f"{side} padding {pad} needs to be smaller than the window size {size}"
                    )
    placements = [
        output_size_and_padding(size, extent, stride, pooling.padding, pads)
        for size, extent, stride, pads in zip(sizes, kernel, strides, explicit, strict=True)
    ]
    output_sizes = tuple(output_size for output_size, _ in placements)
    paddings = tuple(pads for _, pads in placements)
    return Windows(kernel, strides, output_sizes, paddings, pooling.padding == "SAME")


def _depth_window(shape: tuple[int, ...], pooling: Pooling) -> int:
    """The window size of a pooling over channels; 1 if it is over an image.

    Raises UnimplementedError for a pooling over both.
    """
    _, window = batch_and_channels(pooling.ksize, pooling.channels_first)
    if window <= 1 or pooling.ksize[0] != 1 or pooling.strides[0] != 1:
        return 1
    if max(spatial(pooling.ksize, pooling.channels_first)) > 1:
        raise unimplemented(
            "MaxPooling supports exactly one of pooling across depth or pooling across "
            "width/height."
        )
    depth = shape[1 if pooling.channels_first else 3]
    if depth % window:
        raise unimplemented(
            "Depthwise max pooling requires the depth window to evenly divide the input depth"
        )
    if batch_and_channels(pooling.strides, pooling.channels_first)[1] != window:
        raise unimplemented(
            "Depthwise max pooling requires the depth window to equal the depth stride"
        )
    return window


def _max_over_depth(x: torch.Tensor, window: int) -> torch.Tensor:
    x = x.unflatten(-1, (-1, window))
    if x.dtype in UNSIGNED:
        return from_ordered_int64(to_ordered_int64(x).amax(-1), x.dtype)
    return x.amax(-1)


def apply_channels_first(
    kernel: Callable[[torch.Tensor, Windows], torch.Tensor],
    x: torch.Tensor,
    pooling: Pooling,
    operation: str,
) -> torch.Tensor:
    """Applies a kernel that takes channels first. On the CPU, "NCHW" is an InvalidArgumentError."""
    if pooling.channels_first and limited_to_cpu(x) and min(pooling.ksize) > 0:
        raise no_channels_first(operation)
    windows = _windows(tuple(x.shape), pooling, operation)
    if not pooling.channels_first:
        return to_channels_last(kernel(to_channels_first(x), windows))
    return kernel(x, windows)


def no_channels_first(operation: str) -> Exception:
    """The error for a pooling of images with channels first on the CPU."""
    layout = "NDHWC" if operation == "3D" else "NHWC"
    return invalid_argument(
        f"Default {_KERNELS[operation]} only supports {layout} on device type CPU"
    )


def _check_image_rank(x: torch.Tensor) -> None:
    if x.ndim != 4:
        raise invalid_argument(f"tensor_in_shape must have 2 spatial dimensions. {x.ndim} 0")


@op("MaxPool", "input", default="float32")
@single_op
def _max_pool(input: Any, pooling: Pooling) -> Any:
    _check_image_rank(input)
    window = _depth_window(tuple(input.shape), pooling)
    if window == 1:
        return apply_channels_first(max2d, input, pooling, "MaxPool")
    if pooling.channels_first:
        raise no_channels_first("MaxPool")
    message = "MaxPoolingGrad is not yet supported on the depth dimension. [Op:MaxPoolGrad] name: "
    return refuse_gradient_with(unimplemented(message), _max_over_depth(input, window))


@op("AvgPool", "value")
@single_op
def _avg_pool(value: Any, pooling: Pooling) -> Any:
    _check_image_rank(value)
    if _depth_window(tuple(value.shape), pooling) > 1:
        raise unimplemented("Non-spatial pooling is not yet supported.")
    return apply_channels_first(mean, value, pooling, "AvgPool")


# -- images -------------------------------------------------------------------------------------


def max_pool2d(
    input: Any,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: Any = "NHWC",
    name: str | None = None,
) -> Any:
    """Implements `tf.nn.max_pool2d`.

    The gradient goes to the first of equal elements. NaN is never the maximum.

    Args:
      input: images [batch, height, width, channels].
      ksize: the size of the window: one number, or a list of two or four.
      strides: as `ksize`.
      padding: "SAME", "VALID" or a list of four (before, after) pairs.
      data_format: "NHWC" or "NCHW".
      name: ignored.

    Raises:
      InvalidArgumentError: if the sizes do not fit; on the CPU also for "NCHW".
    """
    data_format = "NHWC" if data_format is None else data_format
    channels_first = data_format.startswith("NC")
    ksize = per_dimension(ksize, 2, channels_first, "ksize")
    strides = per_dimension(strides, 2, channels_first, "strides")
    if isinstance(padding, (list, tuple)) and data_format == "NCHW_VECT_C":
        raise ValueError(
            "`data_format='NCHW_VECT_C'` is not supported with explicit padding. Received: "
            f"padding={padding}"
        )
    padding, explicit_paddings = parse_padding(padding)
    allowed_paddings = (*_PADDINGS, "EXPLICIT")
    return _max_pool(
        input,
        parse_pooling(
            "MaxPool", ksize, strides, padding, data_format, explicit_paddings, allowed_paddings
        ),
    )


def avg_pool2d(
    input: Any,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: Any = "NHWC",
    name: str | None = None,
) -> Any:
    """Implements `tf.nn.avg_pool2d`: the mean of each window, padding excluded.

    `padding` is "SAME" or "VALID"; see `max_pool2d` for the other arguments.
    """
    data_format = "NHWC" if data_format is None else data_format
    channels_first = data_format.startswith("NC")
    ksize = per_dimension(ksize, 2, channels_first, "ksize")
    strides = per_dimension(strides, 2, channels_first, "strides")
    return _avg_pool(input, parse_pooling("AvgPool", ksize, strides, padding, data_format))


class MaxPoolWithArgmax(NamedTuple):
    """The result of `max_pool_with_argmax`."""

    output: Any
    argmax: Any


def max_pool_with_argmax(
    input: Any,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: Any = "NHWC",
    output_dtype: Any = INT64,
    include_batch_in_index: bool = False,
    name: str | None = None,
) -> MaxPoolWithArgmax:
    """Implements `tf.nn.max_pool_with_argmax`.

    Returns the maxima of `max_pool2d` and their flat indices: within the image, or within the batch
    if `include_batch_in_index`. Unlike in `max_pool2d`, a NaN at the start of a window is its
    maximum. Raises ValueError for a `data_format` other than "NHWC", InvalidArgumentError for an
    `output_dtype` other than int32 or int64.
    """
    if data_format != "NHWC":
        raise ValueError(
            "`data_format` values other  than 'NHWC' are not supported. Received: "
            f"data_format={data_format}"
        )
    ksize = per_dimension(ksize, 2, False, "ksize")
    strides = per_dimension(strides, 2, False, "strides")
    dtype = as_dtype(output_dtype)
    if dtype.name not in ("int32", "int64"):
        raise refusal("MaxPoolWithArgmax", "Targmax", dtype)
    pooling = parse_pooling("MaxPoolWithArgmax", ksize, strides, padding, "NHWC")
    include_batch = bool(include_batch_in_index)
    return MaxPoolWithArgmax(*_max_pool_with_argmax(input, pooling, dtype.torch, include_batch))


@op("MaxPoolWithArgmax", "input")
@single_op
def _max_pool_with_argmax(
    input: Any, pooling: Pooling, dtype: torch.dtype | None, include_batch: bool
) -> Any:
    if input.ndim != 4:
        raise invalid_argument("tensor_in must be 4-dimensional (2)")
    if not input.numel():
        raise invalid_argument("tensor_in must not be empty (2)")
    batch, height, width, channels = input.shape
    depth_window = _depth_window(tuple(input.shape), pooling)
    if depth_window > 1:
        # TensorFlow's kernel uses windows of one pixel here.
        pooling = pooling._replace(ksize=(1, 1, 1, 1), strides=(1, 1, 1, 1))
    windows = _windows(tuple(input.shape), pooling)
    if 0 in windows.output_sizes:
        shape = (batch, *windows.output_sizes, channels)
        return connected_zeros(shape, input), input.new_empty(shape, dtype=dtype)
    values, index = argmax2d(to_channels_first(input), windows)
    if input.is_cpu and dtype is torch.int32:
        error = missing_kernel(
            "MaxPoolGradWithArgmax",
            T=input.dtype,
            Targmax=dtype,
            ksize=pooling.ksize,
            strides=pooling.strides,
            padding=pooling.padding,
            include_batch_in_index=include_batch,
        )
        values = refuse_gradient_with(error, values)
    index = index.detach() * channels + torch.arange(channels, device=index.device).reshape(
        -1, 1, 1
    )
    if include_batch:
        image_offsets = torch.arange(batch, device=index.device) * (height * width * channels)
        index = index + image_offsets.reshape(-1, 1, 1, 1)
    return to_channels_last(values), to_channels_last(index).to(dtype)
