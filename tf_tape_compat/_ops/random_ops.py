"""Random tensors that follow from the global seed and a seed of their own; `tf.random`."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch

from .._core.convert import FLOAT32, INT32, INT64, c_name, to_tensor, wrap
from .._core.dimension import Dimension
from .._core.dtype import DType, as_dtype
from .._core.operation import op
from .._core.shape import TensorShape
from .._core.tensor import EagerTensor, to_numpy
from ..errors import InvalidArgumentError
from . import seeds, variates
from .arithmetic import add, multiply, subtract
from .seeds import set_seed as set_seed
from .sizes import brackets, failure

TOP_LEVEL: tuple[str, ...] = ()

FLOATING = (torch.float16, torch.bfloat16, torch.float32, torch.float64)


# -- arguments ----------------------------------------------------------------------------------


def checked_shape(shape: Any, operation: str) -> tuple[tuple[int, ...], DType]:
    """The shape of a random tensor, and whether it came as int32 or int64.

    Raises InvalidArgumentError for what is no shape.
    """
    if isinstance(shape, (tuple, list)):
        shape = [n.value if isinstance(n, Dimension) else n for n in shape]
        if all([type(n) is int and 0 <= n < 2**31 for n in shape]):
            return tuple(shape), INT32
    elif type(shape) is TensorShape and shape.is_fully_defined():
        return tuple(shape.as_list()), INT32
    tensor = to_tensor(shape)
    if tensor.dtype is not INT32 and tensor.dtype is not INT64:
        raise InvalidArgumentError(
            None,
            None,
            f"Value for attr 'T' of {c_name(tensor.dtype)} is not in the list of allowed values: "
            f"int32, int64\n\t; NodeDef: {{{{node {operation}}}}} [Op:{operation}] name: ",
        )
    sizes = to_numpy(tensor._t)
    if sizes.ndim != 1:
        message = "shape must be a vector of {int32,int64}, got shape " + brackets(sizes.shape)
        raise failure(operation, message)
    found = tuple(sizes.tolist())
    for size in found:
        if size < 0:
            raise failure(operation, f"Dimension {size} must be >= 0")
    return found, tensor.dtype


def floating(dtype: DType, operation: str) -> torch.dtype:
    """The torch dtype for a type of floating point numbers. Raises InvalidArgumentError else."""
    if dtype.torch not in FLOATING:
        raise InvalidArgumentError(
            None,
            None,
            f"Value for attr 'dtype' of {c_name(dtype)} is not in the list of allowed values: "
            f"half, bfloat16, float, double\n\t; NodeDef: {{{{node {operation}}}}} "
            f"[Op:{operation}] name: ",
        )
    return dtype.torch  # type: ignore[return-value]


def scaled(numbers: EagerTensor, stddev: Any, mean: Any) -> Any:
    """`numbers * stddev + mean`."""
    return add(multiply(numbers, stddev), mean)


# -- normal -------------------------------------------------------------------------------------


def _normal(
    operation: str, make: Any, shape: Any, mean: Any, stddev: Any, dtype: Any, seed: Any
) -> Any:
    sizes, index = checked_shape(shape, operation)
    dtype = as_dtype(dtype)
    mean, stddev = to_tensor(mean, dtype), to_tensor(stddev, dtype)
    wanted = floating(dtype, operation)
    count = math.prod(sizes)
    source, start = seeds.draw((operation, wanted, index), seed, count * variates.RESERVED)
    return scaled(wrap(make(source, start, count, wanted).view(sizes)), stddev, mean)


def normal(
    shape: Any,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: Any = FLOAT32,
    seed: Any = None,
    name: str | None = None,
) -> Any:
    """Numbers of the normal distribution; answers for `tf.random.normal`.

    `mean` and `stddev` broadcast with the shape, and gradients flow to them. Raises
    InvalidArgumentError for what is no shape and for types that are not floating point.
    """
    return _normal(
        "RandomStandardNormal", variates.normal, shape, mean, stddev, dtype, seed
    )


def truncated_normal(
    shape: Any,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: Any = FLOAT32,
    seed: Any = None,
    name: str | None = None,
) -> Any:
    """As `normal`, without numbers that are 2 standard deviations or more from the mean.

    Answers for `tf.random.truncated_normal`.
    """
    return _normal(
        "TruncatedNormal", variates.truncated_normal, shape, mean, stddev, dtype, seed
    )


# -- uniform ------------------------------------------------------------------------------------

_UNIFORM = tuple(as_dtype(n) for n in "float16 bfloat16 float32 float64 int32 int64".split())


def integer_bounds(
    low: EagerTensor, high: EagerTensor, count: int, operation: str
) -> tuple[int, int]:
    """The bounds of `count` random integers. Raises InvalidArgumentError if none are between."""
    for name, bound in (("minval", low), ("maxval", high)):
        if bound._t.ndim:
            raise failure(operation, f"{name} must be 0-D, got shape {brackets(bound._t.shape)}")
    least, end = int(low._t), int(high._t)
    if least >= end and count:
        raise failure(operation, f"Need minval < maxval, got {least} >= {end}")
    return least, end


def uniform(
    shape: Any,
    minval: Any = 0,
    maxval: Any = None,
    dtype: Any = FLOAT32,
    seed: Any = None,
    name: str | None = None,
) -> Any:
    """Numbers in [minval, maxval), all alike; answers for `tf.random.uniform`.

    `maxval` is 1 for floating point types, whose bounds broadcast with the shape, and must be given
    for int32 and int64, whose bounds are scalars. Raises ValueError for other types.
    """
    dtype = as_dtype(dtype)
    if dtype not in _UNIFORM:
        raise ValueError(
            f"Argument `dtype` got invalid value {dtype}. Accepted dtypes are {_UNIFORM}."
        )
    if maxval is None:
        if dtype.is_integer:
            raise ValueError(f"Must specify maxval for integer dtype {dtype!r}")
        maxval = 1
    operation = "RandomUniformInt" if dtype.is_integer else "RandomUniform"
    sizes, index = checked_shape(shape, operation)
    from_zero = isinstance(minval, int) and minval == 0
    to_one = isinstance(maxval, int) and maxval == 1
    if not (from_zero and to_one) or dtype.is_integer:
        minval, maxval = to_tensor(minval, dtype), to_tensor(maxval, dtype)
    count, wanted = math.prod(sizes), dtype.torch
    bounds: tuple[int, ...] = ()
    if dtype.is_integer:
        bounds = integer_bounds(minval, maxval, count, operation)
    source, start = seeds.draw((operation, wanted, index), seed, count * variates.RESERVED)
    if dtype.is_integer:
        return wrap(variates.integers(source, start, count, wanted, *bounds).view(sizes))
    result = wrap(variates.uniform(source, start, count, wanted).view(sizes))
    if from_zero:
        return result if to_one else multiply(result, maxval)
    return add(multiply(result, subtract(maxval, minval)), minval)


# -- shuffle ------------------------------------------------------------------------------------


@op("RandomShuffle", "value", severed=True)
def shuffle(value: Any, seed: Any = None, name: str | None = None) -> Any:
    """The slices of `value` along its first axis in another order; answers for
    `tf.random.shuffle`. There is no gradient.
    """
    rows = value.shape[0] if value.ndim else 1
    if rows <= 1 or math.prod(value.shape) <= 1:
        seeds.skip(seed)
        return value
    is_string = isinstance(value, np.ndarray)
    operation = ("RandomShuffle", None if is_string else value.dtype)
    source, start = seeds.draw(operation, seed, -(-(rows - 1) // 4))
    order = variates.permutation(source, start, rows)
    if is_string:
        return value[order]
    return value[torch.from_numpy(order).to(value.device)]
