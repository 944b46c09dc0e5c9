"""Convolutions whose filters have holes, on blocks moved to the batch; `tf.nn.convolution`.

TensorFlow composes them so, and they have gradients on the CPU, which its operations with dilations
lack.
"""

from __future__ import annotations

from collections.abc import Callable, Sized
from typing import Any

import numpy as np

from ..._core.tensor.convert import to_tensor
from ..._core.tensor.tensor import EagerTensor
from ..._core.types.shape import TensorShape
from ..._core.variables.variable import Variable
from ..array.dilation import dilated
from ..array.sliding_windows import inner, per_dimension
from ..array.space_to_batch import batch_to_space, space_to_batch
from .convolution import conv1d, conv2d, conv2d_of, conv3d
from .transposed_convolution import (
    conv1d_transpose,
    conv2d_input,
    conv2d_transpose,
    conv3d_transpose,
)

_LAST = ("NWC", "NHC", "NHWC", "NDHWC")


def checked_moves(count: int, strides: Any, dilations: Any) -> tuple[np.ndarray, np.ndarray]:
    """Strides and dilations of `count` dimensions; one of the two is 1.

    Raises ValueError else.
    """
    found = []
    for name, value in (("dilation_rate", dilations), ("strides", strides)):
        value = [1] * count if value is None else value
        if len(value) != count:
            raise ValueError(
                f"`len({name})` should be {count}. Received: {name}={value} of length {len(value)}"
            )
        value = np.array(value, np.int32)
        if np.any(value < 1):
            raise ValueError(f"all values of `{name}` must be positive. Received: {name}={value}")
        found.append(value)
    rates, steps = found
    if np.any(steps > 1) and np.any(rates > 1):
        raise ValueError(
            "`strides > 1` not supported in conjunction with `dilation_rate > 1`. Received: "
            f"strides={steps} and dilation_rate={rates}"
        )
    return steps, rates


def _dilated_convolution(
    input: Any, filters: Any, padding: Any, strides: Any, rates: Any, data_format: Any, count: int
) -> Any:
    batch_dims = input.ndim - count - 1
    if batch_dims < 1:
        raise ValueError(
            f"`input.shape.rank` must be >= than `num_spatial_dims + 2`. Received: "
            f"input.shape={input.shape} of rank {input.ndim} and num_spatial_dims={count}"
        )
    first = data_format is not None and data_format.startswith("NC")
    channels = input.shape[batch_dims if first else batch_dims + count]
    depth = filters.shape[count]
    if depth == 0 or channels % depth:
        raise ValueError(
            "The number of input channels is not divisible by the corresponding number of output "
            f"filters. Received: input.shape={input.shape} with {channels} channels and "
            f"filters.shape={filters.shape} with {depth} output filters."
        )
    steps, rates = checked_moves(count, strides, rates)
    names = (("NWC", "NCW", "NHWC", "NCHW"), ("NHWC", "NCHW"), ("NDHWC", "NCDHW"))[count - 1]
    if data_format is not None and data_format not in names:
        raise ValueError(
            f"`data_format` must be '{names[0]}' or '{names[1]}'. Received: "
            f"data_format={data_format}"
        )
    known = names[0] if data_format is None else data_format
    full = per_dimension(steps.tolist(), count, first, "strides")

    def function(x: Any, _: int, word: Any) -> Any:
        if count == 1:
            return conv1d(x, filters, steps.tolist(), word, known)
        if count == 2:
            return conv2d(x, filters, full, word, known)
        return conv3d(x, filters, full, word, known)

    return dilated(
        input,
        rates,
        padding,
        function,
        filters.shape.as_list(),
        data_format=data_format,
        batch_dims=batch_dims,
    )


def _as_operand(value: Any) -> Any:
    return value if isinstance(value, (EagerTensor, Variable)) else to_tensor(value)


def convolution(
    input: Any,
    filters: Any,
    strides: Any = None,
    padding: Any = "VALID",
    data_format: Any = None,
    dilations: Any = None,
    name: str | None = None,
) -> Any:
    """The convolution over one to three dimensions, two less than `filters` has.

    Strides or dilations may be more than 1, not both. Answers for `tf.nn.convolution`. Raises
    ValueError for other filters and for arguments of the wrong length.
    """
    filters, input = _as_operand(filters), _as_operand(input)
    count = len(filters.shape) - 2
    if count not in (1, 2, 3):
        raise ValueError(
            f"`num_spatial_dims` must be 1, 2, or 3. Received: num_spatial_dims={count}."
        )
    rank = len(input.shape)
    # TensorFlow takes channels for the second dimension where there are no batches to speak of.
    at_front = (
        rank - count - 1 if data_format is not None and data_format not in _LAST else rank - 1
    )
    first = at_front == 1
    rates = per_dimension(dilations, count, first, "dilations")
    steps = per_dimension(strides, count, first, "strides")
    if dilations is not None and any(rate != 1 for rate in rates):
        moves = inner(steps, first), inner(rates, first)
        return _dilated_convolution(to_tensor(input), filters, padding, *moves, data_format, count)
    if count == 1:
        return conv1d(input, filters, steps, padding, data_format, rates)
    if count == 2:
        known = "NHWC" if data_format is None else data_format
        return conv2d_of(input, filters, steps, padding, (), known, rates)
    return conv3d(input, filters, steps, padding, data_format, rates)


def atrous_conv2d(
    value: Any, filters: Any, rate: Any, padding: Any, name: str | None = None
) -> Any:
    """`convolution` of images with `rate` for the dilation; answers for `tf.nn.atrous_conv2d`."""
    return convolution(value, filters, None, padding, None, np.broadcast_to(rate, (2,)))


def _same_margins(kernel: int, rate: int) -> tuple[int, int]:
    margin = (kernel - 1) * rate
    return margin // 2, margin - margin // 2


def atrous_conv2d_transpose(
    value: Any, filters: Any, output_shape: Any, rate: Any, padding: Any, name: str | None = None
) -> Any:
    """The transpose of `atrous_conv2d`; answers for `tf.nn.atrous_conv2d_transpose`.

    Raises ValueError where channels or the shape of the result do not fit.
    """
    value, filters = to_tensor(value), to_tensor(filters)
    if value.shape[3] != filters.shape[3]:
        raise ValueError(
            "`value` channel count must be compatible with `filters` input channel count. Received:"
            f" value.shape={value.shape} and filters.shape={filters.shape}."
        )
    if rate < 1:
        raise ValueError(f"`rate` cannot be less than one. Received: rate={rate}")
    if rate == 1:
        return conv2d_transpose(value, filters, output_shape, [1, 1, 1, 1], padding, "NHWC")
    tensor = to_tensor(output_shape)
    if tensor.shape != TensorShape([4]):
        raise ValueError(
            f"`output_shape` must have shape (4,). Received: output_shape={tensor.shape}"
        )
    batch, *sizes, depth = np.asarray(tensor.numpy()).tolist()
    given = isinstance(output_shape, (tuple, list, np.ndarray))
    if given and filters.shape[2] != depth:
        raise ValueError(
            "`output_shape` channel count must be compatible with `filters` output channel count. "
            f"Received: output_shape={output_shape} and filters.shape={filters.shape}."
        )
    if padding == "SAME":
        margins = [_same_margins(kernel, rate) for kernel in filters.shape.as_list()[:2]]
    elif padding == "VALID":
        margins = [(0, 0), (0, 0)]
    else:
        raise ValueError(f"`padding` must be either 'VALID' or 'SAME'. Received: padding={padding}")
    whole = [size + sum(margin) for size, margin in zip(sizes, margins, strict=True)]
    further = [-size % rate for size in whole]
    blocks = space_to_batch(value, [rate, rate], [[0, extra] for extra in further])
    inside = [(size + extra) // rate for size, extra in zip(whole, further, strict=True)]
    shape = [rate * rate * batch, *inside, depth]
    found = conv2d_input(shape, filters, blocks, [1] * 4, "VALID", (), "NHWC", [1] * 4)
    crops = [
        [before, after + extra] for (before, after), extra in zip(margins, further, strict=True)
    ]
    return batch_to_space(found, [rate, rate], crops)


_TRANSPOSES: tuple[Callable[..., Any], ...] = (
    conv1d_transpose,
    conv2d_transpose,
    conv3d_transpose,
)


def conv_transpose(
    input: Any,
    filters: Any,
    output_shape: Any,
    strides: Any,
    padding: Any = "SAME",
    data_format: Any = None,
    dilations: Any = None,
    name: str | None = None,
) -> Any:
    """`conv1d_transpose`, `conv2d_transpose` or `conv3d_transpose`, by the length of
    `output_shape`; answers for `tf.nn.conv_transpose`. Raises ValueError for other lengths.
    """
    if not isinstance(output_shape, (EagerTensor, Sized)):
        raise ValueError(
            "`output_shape` must be a tensor or sized collection. Received: "
            f"output_shape={output_shape}"
        )
    count = len(output_shape) - 2
    if not 1 <= count <= 3:
        raise ValueError(
            f"`output_shape` must be of length 3, 4 or 5. Received: output_shape={output_shape} of "
            f"length {count + 2}."
        )
    function = _TRANSPOSES[count - 1]
    return function(input, filters, output_shape, strides, padding, data_format, dilations)
