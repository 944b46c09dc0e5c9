"""Random arrays under NumPy's names, from TensorFlow's generators."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._core.tensor.tensor import Tensor
from .._ops.array import shaping
from .._ops.random import discrete, stateful
from .promotion import asarray, result_type


def _shape(size: Any) -> Any:
    if size is None:
        return ()
    scalar = not len(size.shape) if isinstance(size, Tensor) else np.isscalar(size)
    return (size,) if scalar else size


def seed(s: Any) -> None:
    """Sets the seed, as `tf.random.set_seed`. Implements `tf.experimental.numpy.random.seed`.

    Raises ValueError if `s` is not an integer.
    """
    try:
        s = int(s)
    except TypeError:
        raise ValueError(f"Argument `s` must be an integer, got {s!r}") from None
    stateful.set_seed(s)


def standard_normal(size: Any = None) -> Any:
    """Normally distributed numbers. Implements `tf.experimental.numpy.random.standard_normal`."""
    return stateful.normal(_shape(size), dtype=result_type(float))


def randn(*args: Any) -> Any:
    """Normally distributed numbers in the shape `args`.

    Implements `tf.experimental.numpy.random.randn`.
    """
    return standard_normal(args)


def uniform(low: Any = 0.0, high: Any = 1.0, size: Any = None) -> Any:
    """Uniformly distributed numbers in [`low`, `high`).

    Implements `tf.experimental.numpy.random.uniform`.
    """
    dtype = result_type(float)
    low, high = asarray(low, dtype), asarray(high, dtype)
    if size is None:
        size = shaping.broadcast_dynamic_shape(low.shape, high.shape)
    return stateful.uniform(size, low, high, dtype)


def random(size: Any = None) -> Any:
    """Uniformly distributed numbers in [0, 1). Implements `tf.experimental.numpy.random.random`."""
    return uniform(0.0, 1.0, size)


def rand(*size: Any) -> Any:
    """Uniformly distributed numbers in [0, 1). Implements `tf.experimental.numpy.random.rand`."""
    return uniform(0.0, 1.0, size)


def poisson(lam: Any = 1.0, size: Any = None) -> Any:
    """Poisson-distributed numbers. Implements `tf.experimental.numpy.random.poisson`."""
    return discrete.poisson(_shape(size), lam, dtype=np.int64)


def randint(low: Any, high: Any = None, size: Any = None, dtype: Any = np.int64) -> Any:
    """Random integers in [`low` or 0, `high`). Implements `tf.experimental.numpy.random.randint`.

    Raises ValueError unless `dtype` is int32 or int64.
    """
    low = int(low)
    if high is None:
        low, high = 0, low
    if size is None or isinstance(size, int):
        size = _shape(size)
    result_dtype = result_type(dtype)
    if result_dtype.name not in ("int32", "int64"):
        raise ValueError(f"Argument `dtype` must be int32 or int64, got {dtype!r}")
    return stateful.uniform(size, low, high, result_dtype)
