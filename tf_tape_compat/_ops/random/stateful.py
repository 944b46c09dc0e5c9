"""Random tensors that follow from the global seed and the operation's seed: `tf.random`."""

from __future__ import annotations

import math
from typing import Any

import torch

from ..._core.devices.placement import current
from ..._core.op.op_errors import refusal
from ..._core.op.op_texts import allowed_values
from ..._core.tensor.convert import host_tensor, to_tensor, wrap
from ..._core.tensor.host_values import to_numpy
from ..._core.tensor.python_values import FLOAT32, INT32, INT64
from ..._core.tensor.tensor import EagerTensor
from ..._core.types.dimension import Dimension
from ..._core.types.dtype import DType, as_dtype
from ..._core.variables.variable import Variable
from .._support.arguments import brackets, invalid_argument, op_error
from ..math.arithmetic import add, multiply, subtract
from . import seeds, variates
from .seeds import set_seed as set_seed

FLOATING = (torch.float16, torch.bfloat16, torch.float32, torch.float64)


# -- arguments ----------------------------------------------------------------------------------


def shape_tensor(shape: Any) -> tuple[int, ...] | EagerTensor:
    """The shape of a random tensor: a tuple of sizes if it was given as integers, else a tensor."""
    if isinstance(shape, (tuple, list)):
        shape = [n.value if isinstance(n, Dimension) else n for n in shape]
        if all(type(n) is int and 0 <= n < 2**31 for n in shape):
            return tuple(shape)
    return to_tensor(shape)


def checked_shape(
    shape: tuple[int, ...] | EagerTensor, operation: str
) -> tuple[tuple[int, ...], DType]:
    """The sizes of a shape, and its type, int32 or int64.

    Raises InvalidArgumentError if it is not a shape.
    """
    if isinstance(shape, tuple):
        return shape, INT32
    if shape.dtype is not INT32 and shape.dtype is not INT64:
        attribute = "Tshape" if allowed_values(operation, "Tshape") else "T"
        raise refusal(operation, attribute, shape.dtype, "int32, int64")
    sizes = to_numpy(shape._t)
    if sizes.ndim != 1:
        message = "shape must be a vector of {int32,int64}, got shape " + brackets(sizes.shape)
        raise op_error(operation, message)
    values = tuple(sizes.tolist())
    for size in values:
        if size < 0:
            raise op_error(operation, f"Dimension {size} must be >= 0")
    return values, shape.dtype


def check_ending(sizes: tuple[int, ...], ending: Any) -> None:
    """Raises InvalidArgumentError unless the sizes end with the shape of the parameters."""
    ending = tuple(ending)
    if len(ending) > len(sizes) or sizes[len(sizes) - len(ending) :] != ending:
        raise invalid_argument("Shape passed in must end with broadcasted shape.")


def typed(value: Any, dtype: DType, name: str) -> EagerTensor:
    """Converts the argument `name` to a tensor of type `dtype`."""
    try:
        # Bounds of integers are read; TensorFlow keeps them in host memory.
        return (host_tensor if dtype.is_integer else to_tensor)(value, dtype)
    except ValueError as error:
        if isinstance(value, (EagerTensor, Variable, torch.Tensor)):
            raise ValueError(f"{name}: {error}") from None
        raise


def floating(dtype: DType, operation: str) -> torch.dtype:
    """The torch dtype of a floating point type. Raises InvalidArgumentError for other types."""
    if dtype.torch not in FLOATING:
        raise refusal(operation, "dtype", dtype)
    return dtype.torch


def fresh(numbers: torch.Tensor, sizes: tuple[int, ...]) -> EagerTensor:
    """A new tensor of the given sizes."""
    return wrap(numbers.view(sizes))


def scaled(numbers: EagerTensor, stddev: Any, mean: Any) -> Any:
    """`numbers * stddev + mean`."""
    return add(multiply(numbers, stddev), mean)


# -- normal -------------------------------------------------------------------------------------


def _normal(
    operation: str, make: Any, shape: Any, mean: Any, stddev: Any, dtype: Any, seed: Any
) -> Any:
    shape, dtype = shape_tensor(shape), as_dtype(dtype)
    mean, stddev = typed(mean, dtype, "mean"), typed(stddev, dtype, "stddev")
    op_seeds = seeds.next_op_seeds(seed)
    sizes, index = checked_shape(shape, operation)
    torch_dtype = floating(dtype, operation)
    count = math.prod(sizes)
    source, start = seeds.reserve_blocks(
        (operation, torch_dtype, index), op_seeds, count * variates.RESERVED
    )
    numbers = make(source, start, count, torch_dtype, current())
    return scaled(fresh(numbers, sizes), stddev, mean)


def normal(
    shape: Any,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: Any = FLOAT32,
    seed: Any = None,
    name: str | None = None,
) -> Any:
    """Normally distributed random numbers. Implements `tf.random.normal`.

    Args:
        shape: the shape of the result.
        mean: the mean; it broadcasts with the shape, and has a gradient.
        stddev: the standard deviation, likewise.
        dtype: a floating point type.
        seed: the operation's seed, an integer.
        name: ignored.

    Returns:
        A tensor of type `dtype`.

    Raises:
        InvalidArgumentError: if `shape` is not a shape or `dtype` is not a floating point type.
    """
    return _normal("RandomStandardNormal", variates.normal, shape, mean, stddev, dtype, seed)


def truncated_normal(
    shape: Any,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: Any = FLOAT32,
    seed: Any = None,
    name: str | None = None,
) -> Any:
    """Normally distributed random numbers within two standard deviations of the mean.

    Implements `tf.random.truncated_normal`. The arguments are as for `tf.random.normal`.
    """
    return _normal("TruncatedNormal", variates.truncated_normal, shape, mean, stddev, dtype, seed)


# -- uniform ------------------------------------------------------------------------------------

_UNIFORM = tuple(as_dtype(n) for n in "float16 bfloat16 float32 float64 int32 int64".split())


def integer_bounds(
    low: EagerTensor, high: EagerTensor, count: int, operation: str
) -> tuple[int, int]:
    """The bounds of `count` random integers. Raises InvalidArgumentError if the range is empty."""
    for name, bound in (("minval", low), ("maxval", high)):
        if bound._t.ndim:
            raise op_error(operation, f"{name} must be 0-D, got shape {brackets(bound._t.shape)}")
    least, end = int(low._t), int(high._t)
    if least >= end and count:
        raise op_error(operation, f"Need minval < maxval, got {least} >= {end}")
    return least, end


def uniform(
    shape: Any,
    minval: Any = 0,
    maxval: Any = None,
    dtype: Any = FLOAT32,
    seed: Any = None,
    name: str | None = None,
) -> Any:
    """Uniformly distributed random numbers in [minval, maxval). Implements `tf.random.uniform`.

    Args:
        shape: the shape of the result.
        minval: the lower bound. Bounds of floating point numbers broadcast with the shape, those of
            integers are scalars.
        maxval: the upper bound: 1 by default for floating point types, required for integers.
        dtype: a floating point type, int32 or int64.
        seed: the operation's seed, an integer.
        name: ignored.

    Returns:
        A tensor of type `dtype`.

    Raises:
        ValueError: for other types.
        InvalidArgumentError: if the range of integers is empty.
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
    shape = shape_tensor(shape)
    from_zero = isinstance(minval, int) and minval == 0
    to_one = isinstance(maxval, int) and maxval == 1
    if not (from_zero and to_one) or dtype.is_integer:
        minval, maxval = typed(minval, dtype, "min"), typed(maxval, dtype, "max")
    op_seeds = seeds.next_op_seeds(seed)
    sizes, index = checked_shape(shape, operation)
    count, torch_dtype = math.prod(sizes), dtype.torch
    bounds: tuple[int, ...] = ()
    if dtype.is_integer:
        bounds = integer_bounds(minval, maxval, count, operation)
    source, start = seeds.reserve_blocks(
        (operation, torch_dtype, index), op_seeds, count * variates.RESERVED
    )
    if dtype.is_integer:
        numbers = variates.integers(source, start, count, torch_dtype, current(), *bounds)
        return fresh(numbers, sizes)
    result = fresh(variates.uniform(source, start, count, torch_dtype, current()), sizes)
    if from_zero:
        return result if to_one else multiply(result, maxval)
    return add(multiply(result, subtract(maxval, minval)), minval)
