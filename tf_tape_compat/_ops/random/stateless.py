"""Random tensors that follow only from the seed passed to the function: `tf.random.stateless_*`."""

from __future__ import annotations

import math
from typing import Any

from ..._core.devices.placement import current
from ..._core.op.op_errors import missing_kernel, refusal
from ..._core.tensor.convert import to_tensor
from ..._core.tensor.python_values import FLOAT32
from ..._core.types.dtype import DType, as_dtype
from ..array.joining import stack
from ..math.arithmetic import subtract
from . import variates
from .rng_algorithm import keyed, stateless_source
from .stateful import (
    checked_shape,
    floating,
    fresh,
    integer_bounds,
    scaled,
    shape_tensor,
    typed,
)

INTEGERS = tuple(as_dtype(n) for n in "int32 int64 uint32 uint64".split())
UNIFORM = tuple(as_dtype(n) for n in "float16 bfloat16 float32 float64".split()) + INTEGERS


def keyed_numbers(operation: str, make: Any, key_counter: Any, shape: Any, dtype: DType) -> Any:
    """A new tensor of floating point numbers, which `make` computes from a key and a counter."""
    torch_dtype = floating(dtype, operation)
    source = stateless_source(key_counter, operation)
    sizes, _ = checked_shape(shape, operation)
    return fresh(make(source, 0, math.prod(sizes), torch_dtype, current()), sizes)


def keyed_integers(
    key_counter: Any, shape: Any, dtype: DType, low: Any = None, high: Any = None
) -> Any:
    """A new tensor of integers from a key and a counter, of all values if there are no bounds."""
    operation = "StatelessRandomUniformIntV2"
    if low is None:
        operation = "StatelessRandomUniformFullIntV2"
    if dtype not in INTEGERS:
        raise refusal(operation, "dtype", dtype)
    if low is not None and dtype.is_unsigned:
        raise missing_kernel(operation, dtype=dtype)
    source = stateless_source(key_counter, operation)
    sizes, _ = checked_shape(shape, operation)
    count = math.prod(sizes)
    bounds = () if low is None else integer_bounds(low, high, count, operation)
    torch_dtype: Any = dtype.torch
    return fresh(variates.integers(source, 0, count, torch_dtype, current(), *bounds), sizes)


def _normal(
    operation: str, make: Any, shape: Any, seed: Any, mean: Any, stddev: Any, dtype: Any, alg: Any
) -> Any:
    shape, dtype = shape_tensor(shape), as_dtype(dtype)
    mean, stddev = typed(mean, dtype, "mean"), typed(stddev, dtype, "stddev")
    numbers = keyed_numbers(operation, make, keyed(seed, alg), shape, dtype)
    return scaled(numbers, stddev, mean)


def stateless_normal(
    shape: Any,
    seed: Any,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: Any = FLOAT32,
    name: str | None = None,
    alg: Any = "auto_select",
) -> Any:
    """Normally distributed random numbers from a seed. Implements `tf.random.stateless_normal`.

    Args:
        shape: the shape of the result.
        seed: two integers, `[2]`; the same seed gives the same numbers.
        mean: the mean; it broadcasts with the shape, and has a gradient.
        stddev: the standard deviation, likewise.
        dtype: a floating point type.
        name: ignored.
        alg: the generator of random bits.

    Returns:
        A tensor of type `dtype`.

    Raises:
        InvalidArgumentError: if `shape` is not a shape or `dtype` is not a floating point type.
    """
    operation = "StatelessRandomNormalV2"
    return _normal(operation, variates.normal, shape, seed, mean, stddev, dtype, alg)


def stateless_truncated_normal(
    shape: Any,
    seed: Any,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: Any = FLOAT32,
    name: str | None = None,
    alg: Any = "auto_select",
) -> Any:
    """Normally distributed random numbers within two standard deviations of the mean, from a seed.

    Implements `tf.random.stateless_truncated_normal`. The arguments are as for
    `tf.random.stateless_normal`.
    """
    operation = "StatelessTruncatedNormalV2"
    return _normal(operation, variates.truncated_normal, shape, seed, mean, stddev, dtype, alg)


def stateless_uniform(
    shape: Any,
    seed: Any,
    minval: Any = 0,
    maxval: Any = None,
    dtype: Any = FLOAT32,
    name: str | None = None,
    alg: Any = "auto_select",
) -> Any:
    """Uniformly distributed random numbers from a seed. Implements `tf.random.stateless_uniform`.

    Args:
        shape: the shape of the result.
        seed: two integers, `[2]`; the same seed gives the same numbers.
        minval: the lower bound.
        maxval: the upper bound, exclusive; 1 by default for floating point types. If both bounds
            are None, integers of all values are drawn.
        dtype: a floating point or integer type; unsigned only without bounds.
        name: ignored.
        alg: the generator of random bits.

    Returns:
        A tensor of type `dtype`.

    Raises:
        ValueError: for other types and bounds.
    """
    dtype = as_dtype(dtype)
    if dtype not in UNIFORM:
        raise ValueError(
            f"Argument `dtype` got invalid value {dtype}. Accepted dtypes are {UNIFORM}."
        )
    if dtype.is_integer:
        if (minval is None) != (maxval is None):
            raise ValueError(
                f"For integer `dtype` argument {dtype}, argument `minval` and `maxval` must be "
                f"both None or not None. Got `minval`={minval} and `maxval`={maxval}."
            )
        if minval is not None and dtype.is_unsigned:
            raise ValueError(
                f"Argument `dtype` got invalid value {dtype} when argument `minval` is not None. "
                "Please don't use unsigned integers in this case."
            )
    elif maxval is None:
        maxval = 1
    shape = shape_tensor(shape)
    if dtype.is_integer and minval is None:
        return keyed_integers(keyed(seed, alg), shape, dtype)
    minval, maxval = typed(minval, dtype, "min"), typed(maxval, dtype, "max")
    key_counter = keyed(seed, alg)
    if dtype.is_integer:
        return keyed_integers(key_counter, shape, dtype, minval, maxval)
    operation = "StatelessRandomUniformV2"
    numbers = keyed_numbers(operation, variates.uniform, key_counter, shape, dtype)
    return scaled(numbers, subtract(maxval, minval), minval)


def split(seed: Any, num: Any = 2, alg: Any = "auto_select") -> Any:
    """Derives new seeds from a seed. Implements `tf.random.split`.

    Args:
        seed: two integers, `[2]`.
        num: how many seeds to derive.
        alg: the generator of random bits.

    Returns:
        Seeds, `[num, 2]`.
    """
    seed = to_tensor(seed)
    return stateless_uniform([num, 2], seed, None, None, seed.dtype, alg=alg)


def fold_in(seed: Any, data: Any, alg: Any = "auto_select") -> Any:
    """Derives a new seed `[2]` from a seed and an integer. Implements `tf.random.fold_in`."""
    data = to_tensor(data)
    return stack([stateless_uniform([], seed, None, None, data.dtype, alg=alg), data])
