"""Pooling: the largest element or the mean of each window of a tensor."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

import torch

from ..._core.op.op import op
from ..._core.recording.admission import single_op
from ..._core.tensor.convert import INT64, c_name
from ..._core.types.dtype import as_dtype
from ...errors import InvalidArgumentError
from .._support.arguments import brackets, invalid
from .._support.gradient_rules import refuse_gradient_with
from .._support.unsigned import UNSIGNED, from_ordered, ordered
from ..array.sliding_windows import (
    channels_first,
    channels_last,
    explicit_margins,
    explicit_paddings,
    inner,
    no_cpu_kernel,
    nothing,
    one_of,
    outer,
    per_dimension,
    places,
    unimplemented,
    whole_numbers,
)
from .pooling_kernels import Windows, argmax2d, max2d, mean

_WORDS = ("SAME", "VALID")


class Pooling(NamedTuple):
    """How windows move: a number for each dimension of the input."""

    ksize: tuple[int, ...]
    strides: tuple[int, ...]
    padding: str
    paddings: tuple[int, ...]
    first: bool  # whether channels come first


def pooling_of(
    operation: str,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: Any,
    paddings: tuple[int, ...] = (),
    words: tuple[str, ...] = _WORDS,
    rank: int = 4,
) -> Pooling:
    """What the operation's attributes say. Raises errors for what they may not be."""
    sizes = whole_numbers(ksize, "ksize", operation, rank)
    strides = whole_numbers(strides, "strides", operation, rank)
    padding = one_of(padding, "padding", words)
    formats = ["NHWC", "NCHW"] if rank == 4 else ["NDHWC", "NCDHW"]
    if operation == "MaxPool":
        formats.append("NCHW_VECT_C")
    data_format = one_of(data_format, "data_format", formats)
    return Pooling(sizes, strides, padding, paddings, data_format != formats[0])


@lru_cache(1024)
def _windows(shape: tuple[int, ...], pooling: Pooling) -> Windows:
    """The windows of an input. Raises TensorFlow's errors where there are none."""
    ksize, strides = pooling.ksize, pooling.strides
    if min(ksize) <= 0:
        raise invalid(f"Sliding window ksize must be positive. The ksize is: {brackets(ksize)}")
    if ksize[0] != 1 or strides[0] != 1:
        raise unimplemented("Pooling is not yet supported on the batch dimension.")
    sizes = inner(shape, pooling.first)
    kernel, steps = inner(ksize, pooling.first), inner(strides, pooling.first)
    given = [(0, 0)] * len(sizes)
    if pooling.padding == "EXPLICIT":
        given = explicit_margins(pooling.paddings, len(shape), pooling.first)
        for margin, size in zip(given, kernel, strict=True):
            if max(margin) >= size:
                raise invalid(
                    f"Padding {max(margin)} needs to be smaller than the window size {size}"
                )
    found = [
        places(size, reach, step, pooling.padding, margin)
        for size, reach, step, margin in zip(sizes, kernel, steps, given, strict=True)
    ]
    counts = tuple(count for count, _ in found)
    margins = tuple(margin for _, margin in found)
    return Windows(kernel, steps, counts, margins, pooling.padding == "SAME")


def _along_depth(shape: tuple[int, ...], pooling: Pooling) -> int:
    """The size of windows over channels alone; 1 if they are over an image.

    Raises UnimplementedError for both.
    """
    _, window = outer(pooling.ksize, pooling.first)
    if window <= 1 or pooling.ksize[0] != 1 or pooling.strides[0] != 1:
        return 1
    if max(inner(pooling.ksize, pooling.first)) > 1:
        raise unimplemented(
            "MaxPooling supports exactly one of pooling across depth or pooling across "
            "width/height."
        )
    depth = shape[1 if pooling.first else 3]
    if depth % window:
        raise unimplemented(
            "Depthwise max pooling requires the depth window to evenly divide the input depth"
        )
    if outer(pooling.strides, pooling.first)[1] != window:
        raise unimplemented(
            "Depthwise max pooling requires the depth window to equal the depth stride"
        )
    return window


def _largest_of_depth(x: torch.Tensor, window: int) -> torch.Tensor:
    x = x.unflatten(-1, (-1, window))
    if x.dtype in UNSIGNED:
        return from_ordered(ordered(x).amax(-1), x.dtype)
    return x.amax(-1)


def in_order(
    kernel: Callable[[torch.Tensor, Windows], torch.Tensor], x: torch.Tensor, pooling: Pooling
) -> torch.Tensor:
    windows = _windows(tuple(x.shape), pooling)
    if not pooling.first:
        return channels_last(kernel(channels_first(x), windows))
    if x.is_cpu:
        raise invalid("Pooling only supports NHWC on device type CPU")
    return kernel(x, windows)


def _four_dimensional(x: torch.Tensor) -> None:
    if x.ndim != 4:
        raise invalid(f"tensor_in_shape must have 2 spatial dimensions. {x.ndim} 0")


@op("MaxPool", "input", default="float32")
@single_op
def _max_pool(input: Any, pooling: Pooling) -> Any:
    _four_dimensional(input)
    window = _along_depth(tuple(input.shape), pooling)
    if window == 1:
        return in_order(max2d, input, pooling)
    if pooling.first:
        raise invalid("Pooling only supports NHWC on device type CPU")
    message = "MaxPoolingGrad is not yet supported on the depth dimension. [Op:MaxPoolGrad] name: "
    return refuse_gradient_with(unimplemented(message), _largest_of_depth(input, window))


@op("AvgPool", "value")
@single_op
def _avg_pool(value: Any, pooling: Pooling) -> Any:
    _four_dimensional(value)
    if _along_depth(tuple(value.shape), pooling) > 1:
        raise unimplemented("Non-spatial pooling is not yet supported.")
    return in_order(mean, value, pooling)


# -- images -------------------------------------------------------------------------------------


def max_pool2d(
    input: Any,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: Any = "NHWC",
    name: str | None = None,
) -> Any:
    """The largest element of each window of images [batch, height, width, channels].

    `ksize` and `strides` are one number, two or four; `padding` is "SAME", "VALID" or four pairs of
    numbers. The gradient goes to the first of equal elements; NaN counts for nothing. Answers for
    `tf.nn.max_pool2d`. Raises InvalidArgumentError for sizes that do not fit, on the CPU for "NCHW"
    as well.
    """
    data_format = "NHWC" if data_format is None else data_format
    first = data_format.startswith("NC")
    ksize = per_dimension(ksize, 2, first, "ksize")
    strides = per_dimension(strides, 2, first, "strides")
    if isinstance(padding, (list, tuple)) and data_format == "NCHW_VECT_C":
        raise ValueError(
            "`data_format='NCHW_VECT_C'` is not supported with explicit padding. Received: "
            f"padding={padding}"
        )
    padding, paddings = explicit_paddings(padding)
    words = (*_WORDS, "EXPLICIT")
    return _max_pool(
        input, pooling_of("MaxPool", ksize, strides, padding, data_format, paddings, words)
    )


def avg_pool2d(
    input: Any,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: Any = "NHWC",
    name: str | None = None,
) -> Any:
    """The mean of each window of images [batch, height, width, channels], without the padding.

    `padding` is "SAME" or "VALID". Answers for `tf.nn.avg_pool2d`; see `max_pool2d`.
    """
    data_format = "NHWC" if data_format is None else data_format
    first = data_format.startswith("NC")
    ksize = per_dimension(ksize, 2, first, "ksize")
    strides = per_dimension(strides, 2, first, "strides")
    return _avg_pool(input, pooling_of("AvgPool", ksize, strides, padding, data_format))


class MaxPoolWithArgmax(NamedTuple):
    """What `max_pool_with_argmax` returns."""

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
    """`max_pool2d`, and where each element comes from: its flat position, in its image by default.

    Answers for `tf.nn.max_pool_with_argmax`. A NaN at the start of a window is its largest element.
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
        raise InvalidArgumentError(
            None,
            None,
            f"Value for attr 'Targmax' of {c_name(dtype)} is not in the list of allowed values: "
            "int32, int64",
        )
    pooling = pooling_of("MaxPoolWithArgmax", ksize, strides, padding, "NHWC")
    with_batch = bool(include_batch_in_index)
    return MaxPoolWithArgmax(*_max_pool_with_argmax(input, pooling, dtype.torch, with_batch))


@op("MaxPoolWithArgmax", "input")
@single_op
def _max_pool_with_argmax(
    input: Any, pooling: Pooling, dtype: torch.dtype | None, with_batch: bool
) -> Any:
    if input.ndim != 4:
        raise invalid("tensor_in must be 4-dimensional (2)")
    if not input.numel():
        raise invalid("tensor_in must not be empty (2)")
    batch, height, width, channels = input.shape
    depth = _along_depth(tuple(input.shape), pooling)
    if depth > 1:
        # TensorFlow's kernel looks at single pixels here.
        pooling = pooling._replace(ksize=(1, 1, 1, 1), strides=(1, 1, 1, 1))
    windows = _windows(tuple(input.shape), pooling)
    if 0 in windows.counts:
        shape = (batch, *windows.counts, channels)
        return nothing(shape, input), input.new_empty(shape, dtype=dtype)
    values, place = argmax2d(channels_first(input), windows)
    if input.is_cpu and dtype is torch.int32:
        error = no_cpu_kernel("MaxPoolGradWithArgmax", "[Targmax=int32]")
        values = refuse_gradient_with(error, values)
    place = place.detach() * channels + torch.arange(channels, device=place.device).reshape(
        -1, 1, 1
    )
    if with_batch:
        images = torch.arange(batch, device=place.device) * (height * width * channels)
        place = place + images.reshape(-1, 1, 1, 1)
    return channels_last(values), channels_last(place).to(dtype)
