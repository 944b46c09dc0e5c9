"""Random tensors that follow from a seed given to the function alone: `tf.random.stateless_*`."""

from __future__ import annotations

import math
from typing import Any

from ..._core.devices.placement import current
from ..._core.tensor.convert import to_tensor
from ..._core.tensor.python_values import FLOAT32
from ..._core.types.dtype import DType, as_dtype
from ...errors import NotFoundError
from ..array.joining import stack
from ..math.arithmetic import subtract
from . import variates
from .rng_algorithm import keyed, stateless_source
from .stateful import (
    checked_shape,
    floating,
    fresh,
    integer_bounds,
    refused,
    scaled,
    shape_tensor,
    typed,
)

INTEGERS = tuple(as_dtype(n) for n in "int32 int64 uint32 uint64".split())
UNIFORM = tuple(as_dtype(n) for n in "float16 bfloat16 float32 float64".split()) + INTEGERS


def keyed_numbers(operation: str, make: Any, given: Any, shape: Any, dtype: DType) -> Any:
    """A new tensor of floating point numbers that `make` makes for a key and a counter."""
    wanted = floating(dtype, operation)
    source = stateless_source(given, operation)
    sizes, _ = checked_shape(shape, operation)
    return fresh(make(source, 0, math.prod(sizes), wanted, current()), sizes)


def keyed_integers(given: Any, shape: Any, dtype: DType, low: Any = None, high: Any = None) -> Any:
    """A new tensor of integers for a key and a counter, of all values if there are no bounds."""
    operation = "StatelessRandomUniformIntV2"
    if low is None:
        operation = "StatelessRandomUniformFullIntV2"
    if dtype not in INTEGERS:
        raise refused("dtype", dtype, "int32, int64, uint32, uint64", operation)
    if low is not None and dtype.is_unsigned:
        raise NotFoundError(None, None, f"Could not find device for node: {{{{node {operation}}}}}")
    source = stateless_source(given, operation)
    sizes, _ = checked_shape(shape, operation)
    count = math.prod(sizes)
    bounds = () if low is None else integer_bounds(low, high, count, operation)
    wanted: Any = dtype.torch
    return fresh(variates.integers(source, 0, count, wanted, current(), *bounds), sizes)


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
    """Numbers of the normal distribution; answers for `tf.random.stateless_normal`.

    `seed` [2] are integers: the same seed gives the same numbers. Raises InvalidArgumentError for
    what is no shape, and for types that are not floating point.
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
    """As `stateless_normal`, without numbers 2 standard deviations or more from the mean.

    Answers for `tf.random.stateless_truncated_normal`.
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
    """Numbers in [minval, maxval), all alike; answers for `tf.random.stateless_uniform`.

    Integers take both bounds, or None for both: then they are of all values, and unsigned types are
    possible. Raises ValueError for other types and bounds.
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
    given = keyed(seed, alg)
    if dtype.is_integer:
        return keyed_integers(given, shape, dtype, minval, maxval)
    operation = "StatelessRandomUniformV2"
    numbers = keyed_numbers(operation, variates.uniform, given, shape, dtype)
    return scaled(numbers, subtract(maxval, minval), minval)


def split(seed: Any, num: Any = 2, alg: Any = "auto_select") -> Any:
    """`num` new seeds [num, 2] that follow from one; answers for `tf.random.split`."""
    seed = to_tensor(seed)
    return stateless_uniform([num, 2], seed, None, None, seed.dtype, alg=alg)


def fold_in(seed: Any, data: Any, alg: Any = "auto_select") -> Any:
    """A new seed [2] that follows from a seed and an integer; answers for `tf.random.fold_in`."""
    data = to_tensor(data)
    return stack([stateless_uniform([], seed, None, None, data.dtype, alg=alg), data])
