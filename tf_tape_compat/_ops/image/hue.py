"""The HSV color space: conversions, and adjustments of hue and saturation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from ..._core.op.op import op
from ..._core.recording.admission import single_op
from ..._core.recording.execution_context import active_graph
from ..._core.tensor.cached_constants import cached_constants
from ..._core.tensor.static_args import is_concrete
from ...errors import FailedPreconditionError
from .._support.arguments import brackets, invalid_argument
from .._support.gradient_rules import refuse_gradient, with_gradient
from .colors import convert_image_dtype, in_floats, refuse_float16_on_cpu


def _require_three_channels(x: torch.Tensor) -> None:
    if x.ndim < 1:
        raise invalid_argument(f"input must be at least 1D{brackets(x.shape)}")
    if x.shape[-1] != 3:
        raise FailedPreconditionError(
            None, None, f"input must have 3 channels but input only has {x.shape[-1]} channels."
        )


_CHUNK = 8192  # pixels; on the CPU


def _in_chunks(function: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    """Applies `function` to chunks of pixels, to keep its intermediate results in the cache."""
    pixels = x.numel() // 3
    if pixels <= _CHUNK or not x.is_cpu or not is_concrete(x):
        return function(x)
    result = torch.empty((pixels, 3), dtype=x.dtype)
    for chunk, target in zip(x.reshape(-1, 3).split(_CHUNK), result.split(_CHUNK), strict=True):
        target.copy_(function(chunk))
    return result.reshape(x.shape)


def _hsv(x: torch.Tensor) -> torch.Tensor:
    red, green, blue = x.split(1, -1)
    smallest, value = torch.aminmax(x, dim=-1, keepdim=True)
    difference = value - smallest
    scale = 1.0 / (6.0 * difference)
    hue = torch.where(
        red == value,
        scale * (green - blue),
        torch.where(
            green == value, scale * (blue - red) + 2.0 / 6.0, scale * (red - green) + 4.0 / 6.0
        ),
    )
    hue = torch.where(difference > 0, hue, 0.0)
    hue = torch.where(hue < 0, hue + 1, hue)
    return torch.cat((hue, torch.where(value > 0, difference / value, 0.0), value), -1)


def _reciprocal_or_zero(x: torch.Tensor) -> torch.Tensor:
    """1 / x, or 0 where x is 0."""
    return torch.where(x == 0, torch.zeros_like(x), 1 / torch.where(x == 0, torch.ones_like(x), x))


def _hsv_gradient(grad: torch.Tensor, y: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """TensorFlow's gradient, by cases of which channel is the largest and which the smallest.

    In ties, red comes before green, and green before blue.
    """
    red, green, blue = x.unbind(-1)
    to_hue, to_saturation, to_value = grad.unbind(-1)
    dtype = x.dtype
    is_max = [
        (red >= blue) & (red >= green),
        (green > red) & (green >= blue),
        (blue > red) & (blue > green),
    ]
    is_min = [
        (red < blue) & (red < green),
        (green <= red) & (green < blue),
        (blue <= red) & (blue <= green),
    ]
    is_max = [m.to(dtype) for m in is_max]
    is_min = [m.to(dtype) for m in is_min]
    channels = [red, green, blue]
    inverse_squares = _reciprocal_or_zero(y[..., 1].square()) * _reciprocal_or_zero(
        y[..., 2].square()
    )
    gradients = []
    for i, channel in enumerate(channels):
        j, k = (i + 1) % 3, (i + 2) % 3
        after, before = channels[j], channels[k]
        is_positive = [(c > 0).to(dtype) for c in channels]
        low = is_min[j] * after + is_min[k] * before
        high = is_max[j] * after + is_max[k] * before
        by_saturation = is_positive[i] * (
            is_max[i] * low * _reciprocal_or_zero(channel.square())
            - is_min[i] * _reciprocal_or_zero(high)
        )
        by_hue = -is_positive[i] * is_max[i] * (after - before) * inverse_squares
        by_hue = by_hue + is_positive[j] * is_max[j] * (
            is_min[i] * (before - after) * _reciprocal_or_zero((channel - after).square())
            - is_min[k] * _reciprocal_or_zero(after - before)
        )
        by_hue = by_hue + is_positive[k] * is_max[k] * (
            is_min[i] * (before - after) * _reciprocal_or_zero((before - channel).square())
            + is_min[j] * _reciprocal_or_zero(before - after)
        )
        gradients.append(to_value * is_max[i] + to_saturation * by_saturation + to_hue * by_hue / 6)
    return torch.stack(gradients, -1)


@with_gradient(_hsv_gradient)
def _rgb_to_hsv(x: torch.Tensor) -> torch.Tensor:
    return _in_chunks(_hsv, x)


@op("RGBToHSV", "images", default="float32")
@single_op
def rgb_to_hsv(images: Any, name: str | None = None) -> Any:
    """Implements `tf.image.rgb_to_hsv`: hue, saturation and value in [0, 1], for [..., 3].

    Raises InvalidArgumentError for a scalar, FailedPreconditionError if the last dimension is not
    3.
    """
    _require_three_channels(images)
    return _rgb_to_hsv(images)


@op("HSVToRGB", "images", nondifferentiable=True, default="float32")
def hsv_to_rgb(images: Any, name: str | None = None) -> Any:
    """Implements `tf.image.hsv_to_rgb`: the inverse of `rgb_to_hsv`, without a gradient."""
    _require_three_channels(images)
    return _in_chunks(_rgb, images.detach())


def _rgb(x: torch.Tensor) -> torch.Tensor:
    hue, saturation, value = x.split(1, -1)
    return ((1 - saturation) + saturation * _hue_to_rgb(hue * 6)) * value


@cached_constants(16)
def _sectors(dtype: torch.dtype, device: torch.device) -> tuple[torch.Tensor, ...]:
    """For red, green and blue: where the ramp is centred, its value there, and its sign."""
    rows = ((3.0, 2.0, 4.0), (-1.0, 2.0, 2.0), (1.0, -1.0, -1.0))
    return tuple(torch.tensor(row, dtype=dtype, device=device) for row in rows)


def _hue_to_rgb(hue: torch.Tensor) -> torch.Tensor:
    """The fully saturated channels, from 0 to 1, of the hues [..., 1], from 0 to 6."""
    centre, offset, sign = _sectors(hue.dtype, hue.device)
    return torch.addcmul(offset, (hue - centre).abs(), sign).clamp(0, 1)


def _check(images: torch.Tensor, amount: torch.Tensor, name: str) -> None:
    if images.ndim < 3:
        raise invalid_argument(f"input must be at least 3-D, got shape{brackets(images.shape)}")
    if amount.ndim:
        raise invalid_argument(f"{name} must be scalar: {brackets(amount.shape)}")
    if images.shape[-1] != 3:
        raise invalid_argument(
            f"input must have 3 channels but instead has {images.shape[-1]} channels."
        )


@op("AdjustHue", "images delta")
@single_op
def _adjust_hue(images: Any, delta: Any) -> Any:
    refuse_float16_on_cpu("AdjustHue", images)
    _check(images, delta, "delta")
    sixths = delta.detach() * 6

    def shift_hue(x: torch.Tensor) -> torch.Tensor:
        low, high = torch.aminmax(x, dim=-1, keepdim=True)
        difference = high - low
        red, green, blue = x.split(1, -1)
        hue = torch.where(
            red == high,
            (green - blue) / difference,
            torch.where(
                green == high, (blue - red) / difference + 2, (red - green) / difference + 4
            ),
        )
        hue = torch.where(difference > 0, hue, 0.0) + sixths
        hue = hue - 6 * torch.floor(hue / 6)
        return torch.addcmul(low, _hue_to_rgb(hue), difference)

    result = _in_chunks(shift_hue, images.detach())
    return refuse_gradient("AdjustHue", (images, delta), result)


@op("AdjustSaturation", "images scale")
@single_op
def _adjust_saturation(images: Any, scale: Any) -> Any:
    refuse_float16_on_cpu("AdjustSaturation", images)
    _check(images, scale, "scale")
    factor = scale.detach()

    def scale_saturation(x: torch.Tensor) -> torch.Tensor:
        # The distance of each channel from the largest grows with the saturation.
        low, high = torch.aminmax(x, dim=-1, keepdim=True)
        difference = high - low
        saturation = difference / high
        growth = (saturation * factor).clamp_(0, 1) / saturation
        growth = torch.where((difference > 0) & (high > 0), growth, 0.0)
        return high - (high - x) * growth

    result = _in_chunks(scale_saturation, images.detach())
    return refuse_gradient("AdjustSaturation", (images, scale), result)


def adjust_hue(image: Any, delta: Any, name: str | None = None) -> Any:
    """Implements `tf.image.adjust_hue`: rotates the hue of RGB images.

    `delta` is a fraction of the circle. There is no gradient. Raises ValueError if `delta` is not
    in [-1, 1].
    """
    # Within a graph there is no value to check, and TensorFlow checks none.
    if active_graph() is None and (delta < -1 or delta > 1):
        raise ValueError("delta must be in the interval [-1, 1]")
    floats, dtype = in_floats(image)
    return convert_image_dtype(_adjust_hue(floats, delta), dtype)


def adjust_saturation(image: Any, saturation_factor: Any, name: str | None = None) -> Any:
    """Implements `tf.image.adjust_saturation`: multiplies the saturation of RGB images.

    The result is at most fully saturated. There is no gradient.
    """
    floats, dtype = in_floats(image)
    return convert_image_dtype(_adjust_saturation(floats, saturation_factor), dtype)
