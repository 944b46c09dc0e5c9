"""Batch normalization as one operation, with the statistics that training keeps."""

from __future__ import annotations

from typing import Any

import torch

from ..._core.op.op import op
from .._support.arguments import brackets, invalid


def _checked(x: Any, parameters: tuple[Any, ...], given: bool, channels_first: bool) -> int:
    """The number of channels. Raises InvalidArgumentError for what does not fit together."""
    if x.ndim not in (4, 5):
        raise invalid(f"input must be 4 or 5-dimensional{brackets(x.shape)}")
    channels = x.shape[1 if channels_first else -1]
    for name, vector in zip(("scale", "offset", "mean", "variance"), parameters, strict=True):
        if vector.ndim != 1:
            raise invalid(f"{name} must be 1-dimensional{brackets(vector.shape)}")
        needed = given or name in ("scale", "offset")
        if vector.shape[0] != channels and (needed or vector.shape[0]):
            raise invalid(
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
    given = not training or factor != 1
    channels = _checked(x, (scale, offset, mean, variance), given, channels_first)
    wide = x.to(scale.dtype)
    laid = wide if channels_first else wide.movedim(-1, 1)
    if not x.numel():
        nothing = scale.new_full((channels,), torch.nan) if training else scale.new_zeros(channels)
        return [x.clone(), nothing, nothing.clone(), nothing.clone(), nothing.clone()]
    if training:
        y, saved, inverse = torch.native_batch_norm(
            laid, scale, offset, None, None, True, 0.0, epsilon
        )
        found = saved.detach()
        # The layout may be a view of channels last: the two statistics are of all but the channels.
        axes = [axis for axis in range(laid.ndim) if axis != 1]
        spread = torch.var(laid.detach(), axes, correction=0)
        count = x.numel() // channels
        unbiased = spread * (count / max(count - 1, 1))
        new_mean, new_variance = found, unbiased
        if factor != 1:
            new_mean = mean.detach() * (1 - factor) + found * factor
            new_variance = variance.detach() * (1 - factor) + unbiased * factor
        statistics = [new_mean, new_variance, found.clone(), spread]
    else:
        y = torch.batch_norm(
            laid, scale, offset, mean.detach(), variance.detach(), False, 0.0, epsilon, False
        )
        kept = mean.detach(), variance.detach()
        statistics = [kept[0].clone(), kept[1].clone(), kept[0].clone(), kept[1].clone()]
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
    """`x` normalized for each channel, then scaled and shifted; and four vectors [channels].

    Those are the mean and the (unbiased) variance to be kept, in training moved towards the batch's
    by `exponential_avg_factor`; and what the gradient uses. `x` is [batch, height, width, channels]
    or in another `data_format` that TensorFlow has. No gradient flows through the vectors. It is
    the operation FusedBatchNormV3. Raises InvalidArgumentError for shapes that do not fit.
    """
    layout = data_format.decode() if isinstance(data_format, bytes) else data_format
    if layout not in ("NHWC", "NCHW", "NDHWC", "NCDHW"):
        raise invalid(
            f"Value for attr 'data_format' of \"{layout}\" is not in the list of allowed values: "
            '"NHWC", "NCHW", "NDHWC", "NCDHW"'
        )
    first = layout.startswith("NC")
    return _fused(
        x, scale, offset, mean, variance, epsilon, exponential_avg_factor, first, is_training
    )
