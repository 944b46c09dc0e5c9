"""The operation FusedBatchNormV3: batch normalization with running statistics."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from ..._core.op.op import op
from ..._core.op.op_errors import refusal
from ..._core.tensor.convert import to_tensor
from ..._core.tensor.tensor import EagerTensor
from .._support.arguments import brackets, invalid_argument


def _checked(
    x: Any, parameters: tuple[Any, ...], needs_statistics: bool, channels_first: bool
) -> int:
    """Returns the number of channels. Raises InvalidArgumentError if the shapes do not fit."""
    if x.ndim not in (4, 5):
        raise invalid_argument(f"input must be 4 or 5-dimensional{brackets(x.shape)}")
    channels = x.shape[1 if channels_first else -1]
    for name, vector in zip(("scale", "offset", "mean", "variance"), parameters, strict=True):
        if vector.ndim != 1:
            raise invalid_argument(f"{name} must be 1-dimensional{brackets(vector.shape)}")
        is_needed = needs_statistics or name in ("scale", "offset")
        if vector.shape[0] != channels and (is_needed or vector.shape[0]):
            raise invalid_argument(
                f"{name} must have the same number of elements as the channels of x, got "
                f"{vector.shape[0]} and {channels}"
            )
    return channels


@op("FusedBatchNormV3", "x:T scale:U offset:U mean:U variance:U")
def _fused(
    x: Any,
    scale: Any,
    offset: Any,
    mean: Any,
    variance: Any,
    epsilon: float,
    factor: float,
    channels_first: bool,
    training: bool,
) -> Any:
    needs_statistics = not training or factor != 1
    channels = _checked(x, (scale, offset, mean, variance), needs_statistics, channels_first)
    promoted = x.to(scale.dtype)
    channels_second = promoted if channels_first else promoted.movedim(-1, 1)
    if not x.numel():
        empty = scale.new_full((channels,), torch.nan) if training else scale.new_zeros(channels)
        return [x.clone(), empty, empty.clone(), empty.clone(), empty.clone()]
    if training:
        y, batch_mean_graph, _ = torch.native_batch_norm(
            channels_second, scale, offset, None, None, True, 0.0, epsilon
        )
        batch_mean = batch_mean_graph.detach()
        # The layout may be channels_last, so reduce over every axis but the channels.
        axes = [axis for axis in range(channels_second.ndim) if axis != 1]
        biased_variance = torch.var(channels_second.detach(), axes, correction=0)
        count = x.numel() // channels
        unbiased = biased_variance * (count / max(count - 1, 1))
        new_mean, new_variance = batch_mean, unbiased
        if factor != 1:
            new_mean = mean.detach() * (1 - factor) + batch_mean * factor
            new_variance = variance.detach() * (1 - factor) + unbiased * factor
        statistics = [new_mean, new_variance, batch_mean.clone(), biased_variance]
    else:
        y = torch.batch_norm(
            channels_second,
            scale,
            offset,
            mean.detach(),
            variance.detach(),
            False,
            0.0,
            epsilon,
            False,
        )
        running = mean.detach(), variance.detach()
        statistics = [
            running[0].clone(),
            running[1].clone(),
            running[0].clone(),
            running[1].clone(),
        ]
    y = y if channels_first else y.movedim(1, -1)
    return [y.to(x.dtype), *statistics]


def fused_batch_norm(
    x: Any,
    scale: Any,
    offset: Any,
    mean: Any,
    variance: Any,
    epsilon: float,
    exponential_avg_factor: float,
    data_format: Any,
    is_training: bool,
) -> list[Any]:
    """Normalizes `x` per channel, scales and shifts it, and returns the statistics too.

    Args:
      x: [batch, height, width, channels], or in another layout named by `data_format`.
      scale: [channels].
      offset: [channels].
      mean: the running mean [channels]; ignored in training if `exponential_avg_factor` is 1.
      variance: the running variance [channels].
      epsilon: added to the variance.
      exponential_avg_factor: the weight of the batch in the running statistics.
      data_format: "NHWC", "NCHW", "NDHWC" or "NCDHW".
      is_training: whether to normalize by the statistics of the batch.

    Returns:
      The result; the running mean and (unbiased) variance; and the mean and variance that the
      gradient uses. No gradient flows through these four vectors.

    Raises:
      InvalidArgumentError: if the shapes do not fit.
    """
    layout = data_format.decode() if isinstance(data_format, bytes) else data_format
    if layout not in ("NHWC", "NCHW", "NDHWC", "NCDHW"):
        raise refusal("FusedBatchNormV3", "data_format", layout)
    first = layout.startswith("NC")
    return _fused(
        x, scale, offset, mean, variance, epsilon, exponential_avg_factor, first, is_training
    )


# cuDNN's smallest epsilon, which TensorFlow keeps on every device.
_LEAST_EPSILON = 1.001e-5


def compat_fused_batch_norm(
    x: Any,
    scale: Any,
    offset: Any,
    mean: Any = None,
    variance: Any = None,
    epsilon: float = 0.001,
    data_format: Any = "NHWC",
    is_training: bool = True,
    name: str | None = None,
    exponential_avg_factor: float = 1.0,
) -> tuple[Any, Any, Any]:
    """Batch normalization (`tf.compat.v1.nn.fused_batch_norm`).

    Args:
      x: [batch, height, width, channels], or in another layout named by `data_format`.
      scale: [channels].
      offset: [channels].
      mean: the running mean [channels]; needed unless `is_training` and the factor is 1.
      variance: the running variance [channels].
      epsilon: added to the variance; at least 1.001e-5.
      data_format: "NHWC", "NCHW", "NDHWC" or "NCDHW".
      is_training: whether to normalize by the statistics of the batch.
      name: ignored.
      exponential_avg_factor: the weight of the batch in the running statistics.

    Returns:
      The result, and the running mean and variance, which have no gradient.

    Raises:
      InvalidArgumentError: if the shapes do not fit.
      TypeError: if `epsilon` is a tensor.
      ValueError: if a running statistic is missing.
    """
    if (not is_training or exponential_avg_factor != 1) and (mean is None or variance is None):
        raise ValueError(
            "Both `mean` and `variance` must be a 1D tensor when `is_training` is False or "
            f"`exponential_avg_factor` != 1.0. Received: `mean` {mean!r} and `variance` "
            f"{variance!r}"
        )
    if isinstance(epsilon, EagerTensor):
        raise TypeError(f"Expected float for argument 'epsilon' not {epsilon!r}.")
    none = to_tensor(np.zeros([0], np.float32))
    y, running_mean, running_variance, *_ = fused_batch_norm(
        x,
        scale,
        offset,
        none if mean is None else mean,
        none if variance is None else variance,
        max(epsilon, _LEAST_EPSILON),
        exponential_avg_factor,
        data_format,
        is_training,
    )
    return y, running_mean, running_variance
