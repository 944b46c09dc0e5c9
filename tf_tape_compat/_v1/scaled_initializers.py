"""The initializers of TensorFlow 1 whose values depend on the shape: `variance_scaling` etc."""

from __future__ import annotations

import math
from typing import Any

import tf_tape_compat as tf

from .initializers import Initializer, floating

# The standard deviation of a standard normal distribution that is truncated to [-2, 2].
_TRUNCATED_DEVIATION = 0.87962566103423978


def _sizes(shape: Any) -> list[int]:
    sizes: Any = tf.TensorShape(shape).as_list()
    return [int(size) for size in sizes]


def _fans(shape: Any) -> tuple[float, float]:
    """The numbers of inputs and outputs of a unit of a dense layer or a convolution."""
    sizes = _sizes(shape)
    if len(sizes) < 2:
        return (sizes[0], sizes[0]) if sizes else (1, 1)
    field = math.prod(sizes[:-2])
    return sizes[-2] * field, sizes[-1] * field


class VarianceScaling(Initializer):
    """Implements `tf.compat.v1.variance_scaling_initializer`: values scaled by the shape.

    Raises ValueError for a scale that is not positive and for an unknown mode or distribution.
    """

    def __init__(
        self,
        scale: Any = 1.0,
        mode: str = "fan_in",
        distribution: str = "truncated_normal",
        seed: Any = None,
        dtype: Any = tf.float32,
    ) -> None:
        if scale <= 0.0:
            raise ValueError(f"Argument `scale` must be a positive float. Received: {scale}")
        if mode not in ("fan_in", "fan_out", "fan_avg"):
            raise ValueError(
                "Argument `mode` should be one of ('fan_in', 'fan_out', 'fan_avg'). "
                f"Received: {mode}"
            )
        distribution = distribution.lower()
        if distribution not in ("normal", "uniform", "truncated_normal", "untruncated_normal"):
            raise ValueError(
                "Argument `distribution` should be one of ('normal', uniform', 'truncated_normal', "
                f"'untruncated_normal'). Received: {distribution}"
            )
        super().__init__(floating(dtype))
        self.scale, self.mode, self.distribution, self.seed = scale, mode, distribution, seed

    def _values(self, shape: Any, dtype: Any) -> tf.Tensor:
        fan_in, fan_out = _fans(shape)
        fan = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}[self.mode]
        scale = self.scale / max(1.0, fan)
        if self.distribution == "uniform":
            limit = math.sqrt(3.0 * scale)
            return tf.random.uniform(shape, -limit, limit, dtype, self.seed)
        if self.distribution == "untruncated_normal":
            return tf.random.normal(shape, 0.0, math.sqrt(scale), dtype, self.seed)
        deviation = math.sqrt(scale) / _TRUNCATED_DEVIATION
        return tf.random.truncated_normal(shape, 0.0, deviation, dtype, self.seed)

    def get_config(self) -> dict[str, Any]:
        parameters = {"scale": self.scale, "mode": self.mode, "distribution": self.distribution}
        return {**parameters, "seed": self.seed, "dtype": self.dtype.name}


class _Glorot(VarianceScaling):
    _distribution: str

    def __init__(self, seed: Any = None, dtype: Any = tf.float32) -> None:
        super().__init__(1.0, "fan_avg", self._distribution, seed, dtype)

    def get_config(self) -> dict[str, Any]:
        return {"seed": self.seed, "dtype": self.dtype.name}


class GlorotUniform(_Glorot):
    """Implements `tf.compat.v1.glorot_uniform_initializer`."""

    _distribution = "uniform"


class GlorotNormal(_Glorot):
    """Implements `tf.compat.v1.glorot_normal_initializer`."""

    _distribution = "truncated_normal"


class UniformUnitScaling(Initializer):
    """Implements `tf.compat.v1.uniform_unit_scaling_initializer`."""

    def __init__(self, factor: Any = 1.0, seed: Any = None, dtype: Any = tf.float32) -> None:
        super().__init__(floating(dtype))
        self.factor, self.seed = factor, seed

    def _values(self, shape: Any, dtype: Any) -> tf.Tensor:
        inputs = float(math.prod(_sizes(shape)[:-1]))
        limit = math.sqrt(3 / max(inputs, 1.0)) * self.factor
        return tf.random.uniform(shape, -limit, limit, dtype, self.seed)

    def get_config(self) -> dict[str, Any]:
        return {"factor": self.factor, "seed": self.seed, "dtype": self.dtype.name}


class Orthogonal(Initializer):
    """Implements `tf.compat.v1.orthogonal_initializer`: an orthogonal matrix, reshaped.

    Raises ValueError for a shape with fewer than two dimensions.
    """

    def __init__(self, gain: Any = 1.0, seed: Any = None, dtype: Any = tf.float32) -> None:
        super().__init__(floating(dtype))
        self.gain, self.seed = gain, seed

    def _values(self, shape: Any, dtype: Any) -> tf.Tensor:
        if len(shape) < 2:
            raise ValueError(
                "The tensor to initialize, specified by argument `shape` must be at least "
                f"two-dimensional. Received shape={shape}"
            )
        rows, columns = math.prod(int(size) for size in shape[:-1]), int(shape[-1])
        square = (rows, columns) if rows > columns else (columns, rows)
        q, r = tf.linalg.qr(tf.random.normal(square, dtype=dtype, seed=self.seed))
        q *= tf.sign(tf.linalg.diag_part(r))
        if rows < columns:
            q = tf.linalg.matrix_transpose(q)
        return self.gain * tf.reshape(q, shape)

    def get_config(self) -> dict[str, Any]:
        return {"gain": self.gain, "seed": self.seed, "dtype": self.dtype.name}


class Identity(Initializer):
    """Implements `tf.compat.v1.initializers.identity`. Raises ValueError if it is no matrix."""

    def __init__(self, gain: Any = 1.0, dtype: Any = tf.float32) -> None:
        super().__init__(floating(dtype))
        self.gain = gain

    def _values(self, shape: Any, dtype: Any) -> tf.Tensor:
        if len(shape) != 2:
            raise ValueError(
                "The tensor to initialize, specified by argument `shape` must be at least "
                f"two-dimensional. Received shape={shape}"
            )
        return self.gain * tf.eye(shape[0], shape[1], dtype=dtype)

    def get_config(self) -> dict[str, Any]:
        return {"gain": self.gain, "dtype": self.dtype.name}
