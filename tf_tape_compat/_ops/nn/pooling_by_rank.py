"""Pooling of sequences and volumes, and of tensors of any rank."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from ..._core.op.op import op
from ..._core.recording.admission import single_op
from ..._core.tensor.convert import c_name, to_tensor
from ..._core.types.dtype import as_dtype
from .._support.arguments import invalid
from ..array.dilation import dilated
from ..array.shaping import expand_dims, squeeze
from ..array.sliding_windows import (
    explicit_paddings,
    no_cpu_kernel,
    outer,
    per_dimension,
    unimplemented,
)
from .atrous_convolution import checked_moves
from .pooling import Pooling, avg_pool2d, in_order, max_pool2d, pooling_of
from .pooling_kernels import max3d, mean


def _of_sequences(
    function: Callable[..., Any],
    input: Any,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: Any,
) -> Any:
    """A pooling of images, on sequences."""
    data_format = "NWC" if data_format is None else data_format
    first = data_format.startswith("NC")
    ksize = [1, *per_dimension(ksize, 1, first, "ksize")]
    strides = [1, *per_dimension(strides, 1, first, "strides")]
    padding = padding() if callable(padding) else padding
    axis = 1 if data_format == "NWC" else 2
    images = "NHWC" if data_format == "NWC" else "NCHW"
    return squeeze(function(expand_dims(input, axis), ksize, strides, padding, images), axis)


def max_pool1d(
    input: Any,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: Any = "NWC",
    name: str | None = None,
) -> Any:
    """The largest element of each window of sequences [batch, width, channels].

    Answers for `tf.nn.max_pool1d`; see `max_pool2d`.
    """

    def of_images() -> Any:
        found, paddings = explicit_paddings(padding, 3)
        numbers = (0, 0, *paddings)
        return list(zip(numbers[::2], numbers[1::2], strict=True)) if paddings else found

    if isinstance(padding, (list, tuple)) and data_format == "NCHW_VECT_C":
        raise ValueError(
            "`data_format='NCHW_VECT_C'` is not supported with explicit padding. Received: "
            f"padding={padding}"
        )
    return _of_sequences(max_pool2d, input, ksize, strides, of_images, data_format)


def avg_pool1d(
    input: Any,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: Any = "NWC",
    name: str | None = None,
) -> Any:
    """The mean of each window of sequences [batch, width, channels]; for `tf.nn.avg_pool1d`."""
    return _of_sequences(avg_pool2d, input, ksize, strides, padding, data_format)


def _check_volume(operation: str, x: torch.Tensor, pooling: Pooling) -> None:
    if x.is_cpu and x.dtype in (torch.float16, torch.float64):
        raise no_cpu_kernel(operation, f"[T={c_name(as_dtype(x.dtype))}]")
    if x.ndim != 5:
        raise invalid("tensor_in must be 5-dimensional")
    depths = outer(pooling.ksize, pooling.first)[1], outer(pooling.strides, pooling.first)[1]
    if depths != (1, 1) and min(pooling.ksize) > 0:
        raise unimplemented("Pooling is not yet supported on the depth dimension.")


@op("MaxPool3D", "input")
@single_op
def _max_pool3d(input: Any, pooling: Pooling) -> Any:
    _check_volume("MaxPool3D", input, pooling)
    return in_order(max3d, input, pooling)


@op("AvgPool3D", "input")
@single_op
def _avg_pool3d(input: Any, pooling: Pooling) -> Any:
    _check_volume("AvgPool3D", input, pooling)
    return in_order(mean, input, pooling)


def _of_volumes(
    operation: str,
    function: Callable[..., Any],
    input: Any,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: Any,
) -> Any:
    data_format = "NDHWC" if data_format is None else data_format
    first = data_format.startswith("NC")
    ksize = per_dimension(ksize, 3, first, "ksize")
    strides = per_dimension(strides, 3, first, "strides")
    return function(input, pooling_of(operation, ksize, strides, padding, data_format, rank=5))


def max_pool3d(
    input: Any,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: Any = "NDHWC",
    name: str | None = None,
) -> Any:
    """The largest element of each window of volumes [batch, depth, height, width, channels].

    The gradient goes to all equal elements. Answers for `tf.nn.max_pool3d`.
    """
    return _of_volumes("MaxPool3D", _max_pool3d, input, ksize, strides, padding, data_format)


def avg_pool3d(
    input: Any,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: Any = "NDHWC",
    name: str | None = None,
) -> Any:
    """The mean of each window of volumes [batch, depth, height, width, channels].

    Answers for `tf.nn.avg_pool3d`.
    """
    return _of_volumes("AvgPool3D", _avg_pool3d, input, ksize, strides, padding, data_format)


def _inner_rank(input: Any) -> int:
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
    """`max_pool1d`, `max_pool2d` or `max_pool3d`, by the rank of `input`; for `tf.nn.max_pool`.

    Raises ValueError for another rank.
    """
    count = _inner_rank(input)
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
    """`avg_pool1d`, `avg_pool2d` or `avg_pool3d`, by the rank of `input`; for `tf.nn.avg_pool`.

    Raises ValueError for another rank.
    """
    function = (avg_pool1d, avg_pool2d, avg_pool3d)[_inner_rank(input) - 1]
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
    """ "MAX" or "AVG" pooling over one to three dimensions, which may have holes.

    Strides or `dilations` may be more than 1, not both. Answers for `tf.nn.pool`. Raises ValueError
    for arguments that do not fit.
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
    steps, rates = checked_moves(count, strides, dilations)
    if isinstance(padding, str) and padding == "SAME" and np.any(rates > 1):
        raise ValueError(
            "pooling with 'SAME' padding is not implemented for `dilation_rate` > 1. Received: "
            f"padding={padding} and dilation_rate={rates}"
        )
    if np.any(steps > window_shape):
        raise ValueError(
            "`strides` > `window_shape` not supported due to inconsistency between CPU and GPU "
            f"implementations. Received: strides={steps} and window_shape={window_shape}"
        )
    if pooling_type not in _POOLINGS:
        raise ValueError(f"{count}-D {pooling_type} pooling is not supported.")
    function = _POOLINGS[pooling_type][count - 1]
    first = data_format is not None and data_format.startswith("NC")
    sizes = per_dimension(list(window_shape), count, first, "ksize")
    moves = per_dimension(steps.tolist(), count, first, "strides")
    start = 2 if first else 1
    if count == 1:
        if data_format not in (None, "NWC", "NCW"):
            raise ValueError(
                f"data_format must be either 'NWC' or 'NCW'. Received: data_format={data_format}"
            )
        sizes, moves = [1, *sizes], [1, *moves]
        data_format = "NCHW" if first else "NHWC"

    def run(x: Any, _: int, word: Any) -> Any:
        if count > 1:
            return function(x, sizes, moves, word, data_format)
        return squeeze(function(expand_dims(x, start), sizes, moves, word, data_format), [start])

    dims = range(start, start + count)
    return dilated(input, rates, padding, run, window_shape, dims)
