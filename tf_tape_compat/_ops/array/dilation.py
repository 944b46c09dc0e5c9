"""Dilated windows as ordinary windows over `space_to_batch`: `tf.nn.with_space_to_batch`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..._core.tensor.convert import INT32, to_tensor
from .sliding_windows import parse_padding
from .space_to_batch import batch_to_space, paddings_and_crops, space_to_batch


def _base_paddings(
    padding: Any, filter_shape: Any, rate: np.ndarray, channels_first: bool
) -> np.ndarray:
    padding_name, numbers = parse_padding(padding)
    count = len(rate)
    if padding_name == "SAME":
        if filter_shape is None:
            raise ValueError(
                "`filter_shape` must be specified for `padding='SAME'`. Received: "
                f"filter_shape={filter_shape} and padding={padding}"
            )
        total = (np.asarray(to_tensor(filter_shape).numpy())[:count] - 1) * rate
        return np.stack([total // 2, total - total // 2], 1)
    if padding_name == "VALID":
        return np.zeros((count, 2), np.int32)
    if padding_name == "EXPLICIT":
        pairs = np.array(numbers).reshape(count + 2, 2)
        return pairs[2:] if channels_first else pairs[1:-1]
    raise ValueError(f"`padding` must be one of 'SAME' or 'VALID'. Received: padding={padding}")


def _per_dimension(values: np.ndarray, dims: list[int], fill: int) -> np.ndarray:
    """An array with a row for each dimension from 1 on; `dims[i]` gets `values[i]`."""
    rows = np.full((dims[-1], *values.shape[1:]), fill, values.dtype)
    rows[np.array(dims) - 1] = values
    return rows


def dilated(
    input: Any,
    dilation_rate: Any,
    padding: Any,
    function: Callable[[Any, int, Any], Any],
    filter_shape: Any = None,
    spatial_dims: Any = None,
    data_format: Any = None,
    batch_dims: int = 1,
) -> Any:
    """`with_space_to_batch` for a tensor with `batch_dims` batch dimensions."""
    input, rate = to_tensor(input), to_tensor(dilation_rate, INT32)
    if rate.ndim != 1:
        raise ValueError(
            f"`dilation_rate.shape.rank` must be 1. Received: dilation_rate={dilation_rate} of "
            f"rank {rate.ndim}"
        )
    rates = np.asarray(rate.numpy())
    count = len(rates)
    channels_first = data_format is not None and data_format.startswith("NC")
    start = batch_dims + 1 if channels_first else batch_dims
    listed_dims = list(range(start, start + count) if spatial_dims is None else spatial_dims)
    dims = sorted({int(n) for n in listed_dims})
    if dims != listed_dims or any(n < 1 for n in dims):
        raise ValueError(
            "`spatial_dims` must be a monotonically increasing sequence of positive integers. "
            f"Received: spatial_dims={listed_dims}"
        )
    minimum_rank = dims[-1] + (not channels_first)
    if input.ndim < minimum_rank:
        raise ValueError(
            f"`input.shape.rank` must be at least {minimum_rank}. Received: "
            f"input.shape={input.shape} with rank {input.ndim}"
        )
    if np.any(rates < 1):
        raise ValueError(f"`dilation_rate` must be positive. Received: dilation_rate={rates}")
    if np.all(rates == 1):
        return function(input, count, padding)
    minimum_paddings = _base_paddings(padding, filter_shape, rates, channels_first)
    paddings, crops = paddings_and_crops([input.shape[n] for n in dims], rates, minimum_paddings)
    sizes = _per_dimension(rates, dims, 1)
    result = function(
        space_to_batch(input, sizes, _per_dimension(paddings, dims, 0)), count, "VALID"
    )
    return batch_to_space(result, sizes, _per_dimension(crops, dims, 0))


def with_space_to_batch(
    input: Any,
    dilation_rate: Any,
    padding: Any,
    op: Callable[[Any, int, Any], Any],
    filter_shape: Any = None,
    spatial_dims: Any = None,
    data_format: Any = None,
) -> Any:
    """Makes a function of windows a function of dilated windows (`tf.nn.with_space_to_batch`).

    Calls `op(input, number of spatial dimensions, padding)` on the input with every
    `dilation_rate[i]`-th element moved to the same batch entry. "SAME" needs `filter_shape`. Raises
    ValueError for arguments that do not fit.
    """
    return dilated(input, dilation_rate, padding, op, filter_shape, spatial_dims, data_format)
