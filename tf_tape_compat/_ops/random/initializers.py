"""Initializers: callables that make a variable's initial value from its shape and type."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..._core.tensor.python_values import FLOAT32
from ..._core.types.dtype import DType, as_dtype
from ..array.conversion import constant
from ..array.creation import ones, zeros
from . import stateful, stateless

_PARTITION = ["partition_shape", "partition_offset"]


def _sizes(shape: Any, options: dict[str, Any]) -> Any:
    """The shape to make: that of a partition if one is given."""
    for option in options:
        if option not in _PARTITION:
            raise TypeError(f"Keyword argument should be one of {_PARTITION}. Received: {option}")
    return options.get("partition_shape", shape)


def _numeric(dtype: Any) -> DType:
    """Returns the type. Raises ValueError if it is neither numeric nor boolean."""
    dtype = as_dtype(dtype)
    if not (dtype.is_numeric or dtype.is_bool):
        raise ValueError(f"Argument `dtype` expected to be numeric or boolean. Received {dtype}.")
    return dtype


class Initializer:
    """The base class of initializers: a configuration from which a copy can be made."""

    def get_config(self) -> dict[str, Any]:
        """The arguments of the constructor."""
        return {}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """An initializer with these arguments; `dtype` is ignored."""
        return cls(**{name: value for name, value in config.items() if name != "dtype"})


class zeros_initializer(Initializer):  # noqa: N801  TensorFlow's name
    """Makes zeros. Implements `tf.zeros_initializer`."""

    def __call__(self, shape: Any, dtype: Any = FLOAT32, **kwargs: Any) -> Any:
        """Zeros of this shape. Raises ValueError if `dtype` is neither numeric nor boolean."""
        shape = _sizes(shape, kwargs)
        return zeros(shape, _numeric(dtype))


class ones_initializer(Initializer):  # noqa: N801  TensorFlow's name
    """Makes ones. Implements `tf.ones_initializer`."""

    def __call__(self, shape: Any, dtype: Any = FLOAT32, **kwargs: Any) -> Any:
        """Ones of this shape. Raises ValueError if `dtype` is neither numeric nor boolean."""
        shape = _sizes(shape, kwargs)
        return ones(shape, _numeric(dtype))


class constant_initializer(Initializer):  # noqa: N801  TensorFlow's name
    """Makes tensors of a fixed value. Implements `tf.constant_initializer`.

    Args:
        value: a scalar, list or array.
        support_partition: whether arguments about partitions are accepted.

    Raises:
        TypeError: if `value` is something else.
    """

    def __init__(self, value: Any = 0, support_partition: bool = False) -> None:
        if not (np.isscalar(value) or isinstance(value, (list, tuple, np.ndarray))):
            raise TypeError(
                f"Invalid type for initial value: {type(value).__name__}. Expected Python scalar, "
                "list or tuple of values, or numpy.ndarray."
            )
        self.value = value
        self.support_partition = support_partition

    def __call__(self, shape: Any, dtype: Any = None, **kwargs: Any) -> Any:
        """The value in this shape. Raises TypeError if the number of elements differs."""
        _sizes(shape, kwargs)
        if kwargs and not self.support_partition:
            raise ValueError("Constant initializer doesn't support partition-related arguments")
        return constant(self.value, None if dtype is None else as_dtype(dtype), shape)

    def get_config(self) -> dict[str, Any]:
        return {"value": self.value}


class _Random(Initializer):
    seed: Any

    def _draw(self, stateless_op: Any, stateful_op: Any, shape: Any, *arguments: Any) -> Any:
        """Draws the same numbers at each call if there is a seed, else new ones."""
        if self.seed is None:
            return stateful_op(shape, *arguments)
        return stateless_op(shape, [self.seed, 0], *arguments)


class random_normal_initializer(_Random):  # noqa: N801  TensorFlow's name
    """Draws from a normal distribution. Implements `tf.random_normal_initializer`.

    Args:
        mean: the mean.
        stddev: the standard deviation.
        seed: with a seed, each call returns the same numbers.
    """

    def __init__(self, mean: Any = 0.0, stddev: Any = 0.05, seed: Any = None) -> None:
        self.mean = mean
        self.stddev = stddev
        self.seed = seed

    def __call__(self, shape: Any, dtype: Any = FLOAT32, **kwargs: Any) -> Any:
        """Numbers in this shape. Raises ValueError if `dtype` is not a floating point type."""
        shape, dtype = _sizes(shape, kwargs), as_dtype(dtype)
        if not dtype.is_floating:
            raise ValueError(
                f"Argument `dtype` is expected to be floating point. Received: {dtype}."
            )
        return self._draw(
            stateless.stateless_normal,
            stateful.normal,
            shape,
            self.mean,
            self.stddev,
            dtype,
        )

    def get_config(self) -> dict[str, Any]:
        return {"mean": self.mean, "stddev": self.stddev, "seed": self.seed}


class random_uniform_initializer(_Random):  # noqa: N801  TensorFlow's name
    """Draws from a uniform distribution. Implements `tf.random_uniform_initializer`.

    Args:
        minval: the lower bound.
        maxval: the upper bound.
        seed: with a seed, each call returns the same numbers.
    """

    def __init__(self, minval: Any = -0.05, maxval: Any = 0.05, seed: Any = None) -> None:
        self.minval = minval
        self.maxval = maxval
        self.seed = seed

    def __call__(self, shape: Any, dtype: Any = FLOAT32, **kwargs: Any) -> Any:
        """Numbers in this shape. Raises ValueError if `dtype` is not numeric."""
        shape, dtype = _sizes(shape, kwargs), as_dtype(dtype)
        if not (dtype.is_floating or dtype.is_integer):
            raise ValueError(
                f"Argument `dtype` expected to be numeric or boolean. Received {dtype}."
            )
        return self._draw(
            stateless.stateless_uniform,
            stateful.uniform,
            shape,
            self.minval,
            self.maxval,
            dtype,
        )

    def get_config(self) -> dict[str, Any]:
        return {"minval": self.minval, "maxval": self.maxval, "seed": self.seed}


for _class in (
    zeros_initializer,
    ones_initializer,
    constant_initializer,
    random_normal_initializer,
    random_uniform_initializer,
):
    _class.__module__ = "tf_tape_compat"
