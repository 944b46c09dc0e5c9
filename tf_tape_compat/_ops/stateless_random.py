"""Random tensors that follow from a seed given to the function alone: `tf.random.stateless_*`."""

from __future__ import annotations

import enum
import math
from typing import Any

from .._core.convert import to_tensor
from .._core.dtype import as_dtype
from .._core.tensor import EagerTensor, to_numpy
from .._core.values import FLOAT32, INT32, INT64
from ..errors import InvalidArgumentError
from . import variates
from .arithmetic import subtract
from .joining import stack
from .philox import Philox, scrambled
from .random_ops import (
    checked_shape,
    floating,
    fresh,
    integer_bounds,
    refused,
    scaled,
    shape_tensor,
    typed,
)
from .sizes import brackets, failure


class Algorithm(enum.Enum):
    """Generators of random bits; answers for `tf.random.Algorithm`. Only Philox is here."""

    PHILOX = 1
    THREEFRY = 2
    AUTO_SELECT = 3


_NAMES = {"philox": 1, "threefry": 2, "autoselect": 3}


def _check_algorithm(alg: Any) -> None:
    """Raises ValueError or TypeError for what is no algorithm, and an error for ThreeFry."""
    known = ("philox", "threefry", "auto_select") if isinstance(alg, str) else (1, 2, 3)
    number = alg
    if isinstance(alg, Algorithm):
        number = alg.value
    elif isinstance(alg, str):
        number = _NAMES.get(alg.strip().lower().replace("-", "").replace("_", ""))
    elif isinstance(alg, EagerTensor):
        number = int(alg)
    elif alg is None:
        return
    elif not isinstance(alg, int):
        raise TypeError(
            f"Can't convert argument `alg` (of value {alg} and type {type(alg)}) to int."
        )
    if number not in (1, 2, 3):
        raise ValueError(
            f"Argument `alg` got unsupported value {alg}. Supported values are {known[0]} for the "
            f"Philox algorithm, {known[1]} for the ThreeFry algorithm, and {known[2]} for "
            "auto-selection."
        )
    if number == 2:
        raise InvalidArgumentError(
            None, None, "The ThreeFry algorithm is not available in tf_tape_compat; use Philox"
        )


def _source(seed: Any, alg: Any) -> Philox:
    tensor = to_tensor(seed)
    operation = "StatelessRandomGetKeyCounter"
    if tensor.dtype is not INT32 and tensor.dtype is not INT64:
        raise refused("Tseed", tensor.dtype, "int32, int64", operation)
    parts = to_numpy(tensor._t)
    if parts.shape != (2,):
        raise failure(operation, f"seed must have shape [2], not {brackets(parts.shape)}")
    _check_algorithm(alg)
    first, second = parts.tolist()
    return scrambled((first, second))


def _normal(
    operation: str, make: Any, shape: Any, seed: Any, mean: Any, stddev: Any, dtype: Any, alg: Any
) -> Any:
    dtype = as_dtype(dtype)
    sizes, _ = checked_shape(shape_tensor(shape), operation)
    mean, stddev = typed(mean, dtype, "mean"), typed(stddev, dtype, "stddev")
    source = _source(seed, alg)
    numbers = make(source, 0, math.prod(sizes), floating(dtype, operation))
    return scaled(fresh(numbers, sizes), stddev, mean)


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


_UNIFORM = tuple(
    as_dtype(n) for n in "float16 bfloat16 float32 float64 int32 int64 uint32 uint64".split()
)


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
    if dtype not in _UNIFORM:
        raise ValueError(
            f"Argument `dtype` got invalid value {dtype}. Accepted dtypes are {_UNIFORM}."
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
    wanted = dtype.torch
    if dtype.is_integer and minval is None:
        sizes, _ = checked_shape(shape_tensor(shape), "StatelessRandomUniformFullIntV2")
        return fresh(variates.integers(_source(seed, alg), 0, math.prod(sizes), wanted), sizes)
    operation = "StatelessRandomUniformIntV2" if dtype.is_integer else "StatelessRandomUniformV2"
    sizes, _ = checked_shape(shape_tensor(shape), operation)
    count = math.prod(sizes)
    minval, maxval = typed(minval, dtype, "min"), typed(maxval, dtype, "max")
    source = _source(seed, alg)
    if dtype.is_integer:
        bounds = integer_bounds(minval, maxval, count, operation)
        return fresh(variates.integers(source, 0, count, wanted, *bounds), sizes)
    numbers = fresh(variates.uniform(source, 0, count, wanted), sizes)
    return scaled(numbers, subtract(maxval, minval), minval)


def split(seed: Any, num: Any = 2, alg: Any = "auto_select") -> Any:
    """`num` new seeds [num, 2] that follow from one; answers for `tf.random.split`."""
    seed = to_tensor(seed)
    return stateless_uniform([num, 2], seed, None, None, seed.dtype, alg=alg)


def fold_in(seed: Any, data: Any, alg: Any = "auto_select") -> Any:
    """A new seed [2] that follows from a seed and an integer; answers for `tf.random.fold_in`."""
    data = to_tensor(data)
    return stack([stateless_uniform([], seed, None, None, data.dtype, alg=alg), data])
