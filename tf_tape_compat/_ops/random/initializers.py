"""Initializers: objects that make a variable's first value, called with its shape and type."""

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
    """The shape to make: that of a part, where one is asked for."""
    for option in options:
        if option not in _PARTITION:
            raise TypeError(f"Keyword argument should be one of {_PARTITION}. Received: {option}")
    return options.get("partition_shape", shape)


def _numeric(dtype: Any) -> DType:
    dtype = as_dtype(dtype)
    if not (dtype.is_numeric or dtype.is_bool):
        raise ValueError(f"Argument `dtype` expected to be numeric or boolean. Received {dtype}.")
    return dtype


class Initializer:
    """What all initializers have: a configuration from which another can be made."""

    def get_config(self) -> dict[str, Any]:
        """The arguments of the constructor."""
        return {}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """An initializer with these arguments; a `dtype` among them counts for nothing."""
        return cls(**{name: value for name, value in config.items() if name != "dtype"})


class zeros_initializer(Initializer):
    """Makes zeros; answers for `tf.zeros_initializer`."""

    def __call__(self, shape: Any, dtype: Any = FLOAT32, **kwargs: Any) -> Any:
        """Zeros of this shape. Raises ValueError for types that are no numbers or booleans."""
        shape = _sizes(shape, kwargs)
        return zeros(shape, _numeric(dtype))


class ones_initializer(Initializer):
    """Makes ones; answers for `tf.ones_initializer`."""

    def __call__(self, shape: Any, dtype: Any = FLOAT32, **kwargs: Any) -> Any:
        """Ones of this shape. Raises ValueError for types that are no numbers or booleans."""
        shape = _sizes(shape, kwargs)
        return ones(shape, _numeric(dtype))


class constant_initializer(Initializer):
    """Makes tensors of a value, as `tf.constant` does; answers for `tf.constant_initializer`.

    Raises TypeError for what is no Python value or array.
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
        """The value in this shape. Raises TypeError if it has another number of elements."""
        _sizes(shape, kwargs)
        if kwargs and not self.support_partition:
            raise ValueError("Constant initializer doesn't support partition-related arguments")
        return constant(self.value, None if dtype is None else as_dtype(dtype), shape)

    def get_config(self) -> dict[str, Any]:
        return {"value": self.value}


class _Random(Initializer):
    seed: Any

    def _draw(self, keyed: Any, running: Any, *arguments: Any) -> Any:
        """The same numbers at each call with a seed, otherwise the next random operation's."""
        if self.seed is None:
            return running(*arguments)
        shape, *rest = arguments
        return keyed(shape, [self.seed, 0], *rest)


class random_normal_initializer(_Random):
    """Draws from a normal distribution; answers for `tf.random_normal_initializer`."""

    def __init__(self, mean: Any = 0.0, stddev: Any = 0.05, seed: Any = None) -> None:
        self.mean = mean
        self.stddev = stddev
        self.seed = seed

    def __call__(self, shape: Any, dtype: Any = FLOAT32, **kwargs: Any) -> Any:
        """Numbers in this shape. Raises ValueError for types that are not floating point."""
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


class random_uniform_initializer(_Random):
    """Draws from a uniform distribution; answers for `tf.random_uniform_initializer`."""

    def __init__(self, minval: Any = -0.05, maxval: Any = 0.05, seed: Any = None) -> None:
        self.minval = minval
        self.maxval = maxval
        self.seed = seed

    def __call__(self, shape: Any, dtype: Any = FLOAT32, **kwargs: Any) -> Any:
        """Numbers in this shape. Raises ValueError for types that are not numbers."""
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


for _kind in (
    zeros_initializer,
    ones_initializer,
    constant_initializer,
    random_normal_initializer,
    random_uniform_initializer,
):
    _kind.__module__ = "tf_tape_compat"
