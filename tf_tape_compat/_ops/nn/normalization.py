"""Moments, batch normalization and biases."""

from __future__ import annotations

from typing import Any

import torch

from ..._core.op.op import op
from ..._core.tensor.convert import to_tensor
from ..._core.types.dtype import as_dtype, float16, float32
from .._support.arguments import brackets, invalid_argument
from .._support.unsigned import modular
from ..array.creation import zeros_like
from ..array.identity import stop_gradient
from ..array.shaping import squeeze
from ..math.arithmetic import multiply, square, squared_difference
from ..math.casting import cast
from ..math.division import divide_no_nan
from ..math.elementwise import reciprocal, rsqrt
from ..math.reductions import reduce_mean, reduce_sum

# -- moments ------------------------------------------------------------------------------------


def moments(
    x: Any, axes: Any, shift: Any = None, keepdims: bool = False, name: str | None = None
) -> tuple[Any, Any]:
    """Implements `tf.nn.moments`: mean and variance of `x` over `axes`.

    float16 is computed in float32. `shift` has no effect, as in TensorFlow.
    """
    half = as_dtype(x.dtype) is float16
    y = cast(x, float32) if half else x
    mean = reduce_mean(y, axes, keepdims=True)
    variance = reduce_mean(squared_difference(y, stop_gradient(mean)), axes, keepdims=True)
    if not keepdims:
        mean, variance = squeeze(mean, axes), squeeze(variance, axes)
    return (cast(mean, float16), cast(variance, float16)) if half else (mean, variance)


def weighted_moments(
    x: Any, axes: Any, frequency_weights: Any, keepdims: bool = False, name: str | None = None
) -> tuple[Any, Any]:
    """Implements `tf.nn.weighted_moments`: mean and variance of `x` over `axes`, weighted.

    `frequency_weights` broadcasts with `x`.
    """
    x, weights = to_tensor(x), to_tensor(frequency_weights)
    half = x.dtype is float16
    if half:
        x = cast(x, float32)
    weights = cast(weights, x.dtype)
    total = reduce_sum(weights + zeros_like(x), axes, keepdims=True)
    mean = divide_no_nan(reduce_sum(weights * x, axes, keepdims=True), total)
    squares = reduce_sum(weights * squared_difference(x, mean), axes, keepdims=True)
    variance = divide_no_nan(squares, total)
    if not keepdims:
        mean, variance = squeeze(mean, axes), squeeze(variance, axes)
    return (cast(mean, float16), cast(variance, float16)) if half else (mean, variance)


def sufficient_statistics(
    x: Any, axes: Any, shift: Any = None, keepdims: bool = False, name: str | None = None
) -> tuple[Any, Any, Any, Any]:
    """Implements `tf.nn.sufficient_statistics`.

    Returns the count over `axes`, the sum and the sum of squares of `x - shift`, and `shift`; see
    `normalize_moments`.
    """
    axes = list(set(axes))
    x = to_tensor(x)
    count = 1
    for axis in axes:
        count *= x.shape[axis]
    counts = to_tensor(count, x.dtype)
    if shift is not None:
        shift = to_tensor(shift)
        differences, squares = x - shift, squared_difference(x, shift)
    else:
        differences, squares = x, square(x)
    sums = (reduce_sum(values, axes, keepdims=keepdims) for values in (differences, squares))
    return counts, *sums, shift


def normalize_moments(
    counts: Any, mean_ss: Any, variance_ss: Any, shift: Any, name: str | None = None
) -> tuple[Any, Any]:
    """Implements `tf.nn.normalize_moments`: mean and variance from the `sufficient_statistics`."""
    divisor = reciprocal(counts)
    shifted = multiply(mean_ss, divisor)
    mean = shifted if shift is None else shifted + shift
    return mean, multiply(variance_ss, divisor) - square(shifted)


# -- normalization ------------------------------------------------------------------------------


def batch_normalization(
    x: Any,
    mean: Any,
    variance: Any,
    offset: Any,
    scale: Any,
    variance_epsilon: Any,
    name: str | None = None,
) -> Any:
    """Implements `tf.nn.batch_normalization`.

    Computes `scale * (x - mean) / sqrt(variance + variance_epsilon) + offset`, where `offset` and
    `scale` may be None.
    """
    factor = rsqrt(variance + variance_epsilon)
    if scale is not None:
        factor = factor * scale
    term = offset - mean * factor if offset is not None else -mean * factor
    return x * cast(factor, x.dtype) + cast(term, x.dtype)


def batch_norm_with_global_normalization(
    input: Any,
    mean: Any,
    variance: Any,
    beta: Any,
    gamma: Any,
    variance_epsilon: Any,
    scale_after_normalization: bool,
    name: str | None = None,
) -> Any:
    """Implements `tf.nn.batch_norm_with_global_normalization`.

    As `batch_normalization`, with `gamma` as the scale if `scale_after_normalization`.
    """
    scale = gamma if scale_after_normalization else None
    return batch_normalization(input, mean, variance, beta, scale, variance_epsilon, name)


# -- biases -------------------------------------------------------------------------------------


@modular
def _add(value: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
    return value + bias


@op("BiasAdd", "value bias")
def _bias_add(value: Any, bias: Any, channels_first: bool, name: str | None = None) -> Any:
    """The sum, after checking that there is a bias for each channel."""
    if value.ndim < 2:
        raise invalid_argument(f"Input tensor must be at least 2D: {brackets(value.shape)}")
    if bias.ndim != 1:
        raise invalid_argument(f"Biases must be 1D: {brackets(bias.shape)}")
    channels = value.shape[1 if channels_first else -1]
    if bias.shape[0] != channels:
        raise invalid_argument(
            "Must provide as many biases as the last dimension of the input tensor: "
            f"{brackets(bias.shape)} vs. {brackets(value.shape)}"
        )
    if channels_first:
        bias = bias.view([-1] + [1] * (value.ndim - 2))
    return _add(value, bias)


def bias_add(value: Any, bias: Any, data_format: str | None = None, name: str | None = None) -> Any:
    """Implements `tf.nn.bias_add`: adds a bias [channels] to each channel of `value`.

    The channels are the last axis ("N...C", the default) or the second ("NC...").
    Raises ValueError for another `data_format`, InvalidArgumentError if the shapes do not fit.
    """
    channels_first = False
    if data_format is not None:
        channels_first = data_format.startswith("NC")
        if not channels_first and not (data_format[:1] == "N" and data_format[-1:] == "C"):
            raise ValueError(
                "`data_format` must be of the form `N...C` or `NC...`. "
                f"Received: data_format={data_format}"
            )
    return _bias_add(value, bias, channels_first, name)
