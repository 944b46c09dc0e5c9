"""Dilated windows as ordinary windows over `space_to_batch`: `tf.nn.with_space_to_batch`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..._core.tensor.convert import INT32, to_tensor
from .sliding_windows import explicit_paddings
from .space_to_batch import batch_to_space, paddings_and_crops, space_to_batch


def _base_paddings(padding: Any, filter_shape: Any, rate: np.ndarray, first: bool) -> np.ndarray:
    word, numbers = explicit_paddings(padding)
    count = len(rate)
    if word == "SAME":
        if filter_shape is None:
            raise ValueError(
                "`filter_shape` must be specified for `padding='SAME'`. Received: "
                f"filter_shape={filter_shape} and padding={padding}"
            )
        extra = (np.asarray(to_tensor(filter_shape).numpy())[:count] - 1) * rate
        return np.stack([extra // 2, extra - extra // 2], 1)
    if word == "VALID":
        return np.zeros((count, 2), np.int32)
    if word == "EXPLICIT":
        pairs = np.array(numbers).reshape(count + 2, 2)
        return pairs[2:] if first else pairs[1:-1]
    raise ValueError(f"`padding` must be one of 'SAME' or 'VALID'. Received: padding={padding}")


def _spread(values: np.ndarray, dims: list[int], fill: int) -> np.ndarray:
    """A row for each of the dimensions from 1 on, that of dimension `dims[i]` from `values[i]`."""
    found = np.full((dims[-1], *values.shape[1:]), fill, values.dtype)
    found[np.array(dims) - 1] = values
    return found


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
    """`with_space_to_batch` for a tensor with some batch dimensions."""
    input, rate = to_tensor(input), to_tensor(dilation_rate, INT32)
    if rate.ndim != 1:
        raise ValueError(
            f"`dilation_rate.shape.rank` must be 1. Received: dilation_rate={dilation_rate} of "
            f"rank {rate.ndim}"
        )
    rates = np.asarray(rate.numpy())
    count = len(rates)
    first = data_format is not None and data_format.startswith("NC")
    start = batch_dims + 1 if first else batch_dims
    given = list(range(start, start + count) if spatial_dims is None else spatial_dims)
    dims = sorted({int(n) for n in given})
    if dims != given or any(n < 1 for n in dims):
        raise ValueError(
            "`spatial_dims` must be a monotonically increasing sequence of positive integers. "
            f"Received: spatial_dims={given}"
        )
    least = dims[-1] + (not first)
    if input.ndim < least:
        raise ValueError(
            f"`input.shape.rank` must be at least {least}. Received: input.shape={input.shape} "
            f"with rank {input.ndim}"
        )
    if np.any(rates < 1):
        raise ValueError(f"`dilation_rate` must be positive. Received: dilation_rate={rates}")
    if np.all(rates == 1):
        return function(input, count, padding)
    base = _base_paddings(padding, filter_shape, rates, first)
    paddings, crops = paddings_and_crops([input.shape[n] for n in dims], rates, base)
    sizes = _spread(rates, dims, 1)
    found = function(space_to_batch(input, sizes, _spread(paddings, dims, 0)), count, "VALID")
    return batch_to_space(found, sizes, _spread(crops, dims, 0))


def with_space_to_batch(
    input: Any,
    dilation_rate: Any,
    padding: Any,
    op: Callable[[Any, int, Any], Any],
    filter_shape: Any = None,
    spatial_dims: Any = None,
    data_format: Any = None,
) -> Any:
    """A function of windows made one of dilated windows. Implements `tf.nn.with_space_to_batch`.

    `op(input, number of inner dimensions, padding)` is called on the input with every
    `dilation_rate[i]`-th element moved to one batch. "SAME" needs `filter_shape`. Raises ValueError
    for arguments that do not fit.
    """
    return dilated(input, dilation_rate, padding, op, filter_shape, spatial_dims, data_format)
