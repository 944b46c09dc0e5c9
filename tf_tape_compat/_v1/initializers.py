"""The initializers of TensorFlow 1, which keep their dtype: `zeros_initializer` etc."""

from __future__ import annotations

from typing import Any

import numpy as np

import tf_tape_compat as tf


class Initializer:
    """Makes values of a shape; `dtype` is the default of calls."""

    def __init__(self, dtype: Any = tf.float32) -> None:
        self.dtype = tf.as_dtype(dtype)

    def __call__(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> tf.Tensor:
        """A tensor of this shape; `partition_info` is ignored."""
        return self._values(shape, self.dtype if dtype is None else tf.as_dtype(dtype))

    def _values(self, shape: Any, dtype: Any) -> tf.Tensor:
        raise NotImplementedError

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal initializer."""
        return {"dtype": self.dtype.name}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Initializer:
        """The initializer with these arguments."""
        return cls(**config)


class ZerosInitializer(Initializer):
    """Implements `tf.compat.v1.zeros_initializer`."""

    def _values(self, shape: Any, dtype: Any) -> tf.Tensor:
        return tf.zeros(shape, dtype)


class OnesInitializer(Initializer):
    """Implements `tf.compat.v1.ones_initializer`."""

    def _values(self, shape: Any, dtype: Any) -> tf.Tensor:
        return tf.ones(shape, dtype)


class ConstantInitializer(Initializer):
    """Implements `tf.compat.v1.constant_initializer`: a number, or values that are reshaped.

    Raises TypeError for other values and, with `verify_shape`, for values of another shape.
    """

    def __init__(self, value: Any = 0, dtype: Any = tf.float32, verify_shape: bool = False) -> None:
        if not (np.isscalar(value) or isinstance(value, (list, tuple, np.ndarray))):
            raise TypeError(
                f"Invalid type for initial value={value} of type: {type(value).__name__}. Expected "
                "Python scalar, list or tuple of values, or numpy.ndarray."
            )
        super().__init__(dtype)
        self.value = value
        self._verify_shape = verify_shape

    def __call__(
        self, shape: Any, dtype: Any = None, partition_info: Any = None, verify_shape: Any = None
    ) -> tf.Tensor:
        """A tensor of this shape, which need not be given with `verify_shape`."""
        verify_shape = self._verify_shape if verify_shape is None else verify_shape
        dtype = self.dtype if dtype is None else dtype
        return tf.compat.v1.constant(self.value, dtype, shape, verify_shape=verify_shape)

    def get_config(self) -> dict[str, Any]:
        return {"value": self.value, "dtype": self.dtype.name}


def floating(dtype: Any) -> tf.DType:
    dtype = tf.as_dtype(dtype)
    if not dtype.is_floating:
        raise ValueError(f"Argument `dtype` is expected to be floating point. Received: {dtype}.")
    return dtype


class RandomNormalInitializer(Initializer):
    """Implements `tf.compat.v1.random_normal_initializer`."""

    def __init__(
        self, mean: Any = 0.0, stddev: Any = 1.0, seed: Any = None, dtype: Any = tf.float32
    ) -> None:
        super().__init__(floating(dtype))
        self.mean, self.stddev, self.seed = mean, stddev, seed

    def _values(self, shape: Any, dtype: Any) -> tf.Tensor:
        return tf.random.normal(shape, self.mean, self.stddev, dtype, self.seed)

    def get_config(self) -> dict[str, Any]:
        parameters = {"mean": self.mean, "stddev": self.stddev, "seed": self.seed}
        return {**parameters, "dtype": self.dtype.name}


class TruncatedNormalInitializer(RandomNormalInitializer):
    """Implements `tf.compat.v1.truncated_normal_initializer`."""

    def _values(self, shape: Any, dtype: Any) -> tf.Tensor:
        return tf.random.truncated_normal(shape, self.mean, self.stddev, dtype, self.seed)


class RandomUniformInitializer(Initializer):
    """Implements `tf.compat.v1.random_uniform_initializer`."""

    def __init__(
        self, minval: Any = 0.0, maxval: Any = None, seed: Any = None, dtype: Any = tf.float32
    ) -> None:
        super().__init__(dtype)
        self.minval, self.maxval, self.seed = minval, maxval, seed

    def _values(self, shape: Any, dtype: Any) -> tf.Tensor:
        return tf.random.uniform(shape, self.minval, self.maxval, dtype, self.seed)

    def get_config(self) -> dict[str, Any]:
        parameters = {"minval": self.minval, "maxval": self.maxval, "seed": self.seed}
        return {**parameters, "dtype": self.dtype.name}
