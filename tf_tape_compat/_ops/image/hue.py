"""Hue, saturation and value of images."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import torch

from ..._core.op.op import op
from ..._core.recording.admission import single_op
from ..._core.tensor.static_args import is_concrete
from ...errors import FailedPreconditionError
from .._support.arguments import brackets, invalid
from .._support.gradient_rules import refuse_gradient, with_gradient
from .colors import convert_image_dtype, in_floats, not_narrow


def _three(x: torch.Tensor) -> None:
    if x.ndim < 1:
        raise invalid(f"input must be at least 1D{brackets(x.shape)}")
    if x.shape[-1] != 3:
        raise FailedPreconditionError(
            None, None, f"input must have 3 channels but input only has {x.shape[-1]} channels."
        )


_PART = 8192  # pixels


def _in_parts(function: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    """`function` of so many pixels at a time that what it makes on its way stays in the cache."""
    pixels = x.numel() // 3
    if pixels <= _PART or not x.is_cpu or not is_concrete(x):
        return function(x)
    found = torch.empty((pixels, 3), dtype=x.dtype)
    for part, into in zip(x.reshape(-1, 3).split(_PART), found.split(_PART), strict=True):
        into.copy_(function(part))
    return found.reshape(x.shape)


def _hsv(x: torch.Tensor) -> torch.Tensor:
    red, green, blue = x.split(1, -1)
    least, value = torch.aminmax(x, dim=-1, keepdim=True)
    spread = value - least
    unit = 1.0 / (6.0 * spread)
    hue = torch.where(
        red == value,
        unit * (green - blue),
        torch.where(
            green == value, unit * (blue - red) + 2.0 / 6.0, unit * (red - green) + 4.0 / 6.0
        ),
    )
    hue = torch.where(spread > 0, hue, 0.0)
    hue = torch.where(hue < 0, hue + 1, hue)
    return torch.cat((hue, torch.where(value > 0, spread / value, 0.0), value), -1)


def _inverse(x: torch.Tensor) -> torch.Tensor:
    """1 / x, and 0 for 0."""
    return torch.where(x == 0, torch.zeros_like(x), 1 / torch.where(x == 0, torch.ones_like(x), x))


def _hsv_gradient(grad: torch.Tensor, y: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """The gradient of each channel, by which of them is the largest and which the smallest.

    Where channels are alike, red comes before green, and green before blue.
    """
    red, green, blue = x.unbind(-1)
    to_hue, to_saturation, to_value = grad.unbind(-1)
    kind = x.dtype
    most = [
        (red >= blue) & (red >= green),
        (green > red) & (green >= blue),
        (blue > red) & (blue > green),
    ]
    least = [
        (red < blue) & (red < green),
        (green <= red) & (green < blue),
        (blue <= red) & (blue <= green),
    ]
    most = [m.to(kind) for m in most]
    least = [m.to(kind) for m in least]
    channels = [red, green, blue]
    level = _inverse(y[..., 1].square()) * _inverse(y[..., 2].square())
    parts = []
    for i, own in enumerate(channels):
        j, k = (i + 1) % 3, (i + 2) % 3
        after, before = channels[j], channels[k]
        lit = [(c > 0).to(kind) for c in channels]
        low = least[j] * after + least[k] * before
        high = most[j] * after + most[k] * before
        by_saturation = lit[i] * (
            most[i] * low * _inverse(own.square()) - least[i] * _inverse(high)
        )
        by_hue = -lit[i] * most[i] * (after - before) * level
        by_hue = by_hue + lit[j] * most[j] * (
            least[i] * (before - after) * _inverse((own - after).square())
            - least[k] * _inverse(after - before)
        )
        by_hue = by_hue + lit[k] * most[k] * (
            least[i] * (before - after) * _inverse((before - own).square())
            + least[j] * _inverse(before - after)
        )
        parts.append(to_value * most[i] + to_saturation * by_saturation + to_hue * by_hue / 6)
    return torch.stack(parts, -1)


@with_gradient(_hsv_gradient)
def _with_own_gradient(x: torch.Tensor) -> torch.Tensor:
    return _in_parts(_hsv, x)


@op("RGBToHSV", "images", default="float32")
@single_op
def rgb_to_hsv(images: Any, name: str | None = None) -> Any:
    """Hue, saturation and value, from 0 to 1, of red, green and blue; for `tf.image.rgb_to_hsv`.

    Raises InvalidArgumentError unless the last dimension is 3.
    """
    _three(images)
    return _with_own_gradient(images)


@op("HSVToRGB", "images", nondifferentiable=True, default="float32")
def hsv_to_rgb(images: Any, name: str | None = None) -> Any:
    """The inverse of `rgb_to_hsv`, without a gradient; answers for `tf.image.hsv_to_rgb`."""
    _three(images)
    return _in_parts(_rgb, images.detach())


def _rgb(x: torch.Tensor) -> torch.Tensor:
    hue, saturation, value = x.split(1, -1)
    return ((1 - saturation) + saturation * _shares(hue * 6)) * value


@functools.lru_cache(16)
def _sectors(dtype: torch.dtype, device: torch.device) -> tuple[torch.Tensor, ...]:
    """Of red, green and blue: where it is least or full, and its value there, up or down."""
    rows = ((3.0, 2.0, 4.0), (-1.0, 2.0, 2.0), (1.0, -1.0, -1.0))
    return tuple(torch.tensor(row, dtype=dtype, device=device) for row in rows)


def _shares(hue: torch.Tensor) -> torch.Tensor:
    """How much of each channel there is in the hues [..., 1], from 0 to 6."""
    middle, there, turn = _sectors(hue.dtype, hue.device)
    return torch.addcmul(there, (hue - middle).abs(), turn).clamp(0, 1)


def _check(images: torch.Tensor, amount: torch.Tensor, name: str) -> None:
    if images.ndim < 3:
        raise invalid(f"input must be at least 3-D, got shape{brackets(images.shape)}")
    if amount.ndim:
        raise invalid(f"{name} must be scalar: {brackets(amount.shape)}")
    if images.shape[-1] != 3:
        raise invalid(f"input must have 3 channels but instead has {images.shape[-1]} channels.")


@op("AdjustHue", "images delta")
@single_op
def _turned(images: Any, delta: Any) -> Any:
    not_narrow("AdjustHue", images)
    _check(images, delta, "delta")
    sixths = delta.detach() * 6

    def turned(x: torch.Tensor) -> torch.Tensor:
        low, high = torch.aminmax(x, dim=-1, keepdim=True)
        spread = high - low
        red, green, blue = x.split(1, -1)
        hue = torch.where(
            red == high,
            (green - blue) / spread,
            torch.where(green == high, (blue - red) / spread + 2, (red - green) / spread + 4),
        )
        hue = torch.where(spread > 0, hue, 0.0) + sixths
        hue = hue - 6 * torch.floor(hue / 6)
        return torch.addcmul(low, _shares(hue), spread)

    found = _in_parts(turned, images.detach())
    return refuse_gradient("AdjustHue", (images, delta), found)


@op("AdjustSaturation", "images scale")
@single_op
def _saturated(images: Any, scale: Any) -> Any:
    not_narrow("AdjustSaturation", images)
    _check(images, scale, "scale")
    factor = scale.detach()

    def saturated(x: torch.Tensor) -> torch.Tensor:
        # The distance of each channel from the largest grows with the saturation.
        low, high = torch.aminmax(x, dim=-1, keepdim=True)
        spread = high - low
        saturation = spread / high
        growth = (saturation * factor).clamp_(0, 1) / saturation
        growth = torch.where((spread > 0) & (high > 0), growth, 0.0)
        return high - (high - x) * growth

    found = _in_parts(saturated, images.detach())
    return refuse_gradient("AdjustSaturation", (images, scale), found)


def adjust_hue(image: Any, delta: Any, name: str | None = None) -> Any:
    """Images of red, green and blue with their hue turned; answers for `tf.image.adjust_hue`.

    `delta` is a part of the circle. There is no gradient. Raises ValueError beyond [-1, 1].
    """
    if delta < -1 or delta > 1:
        raise ValueError("delta must be in the interval [-1, 1]")
    floats, own = in_floats(image)
    return convert_image_dtype(_turned(floats, delta), own)


def adjust_saturation(image: Any, saturation_factor: Any, name: str | None = None) -> Any:
    """Images of red, green and blue with their saturation multiplied, up to the full one.

    Answers for `tf.image.adjust_saturation`. There is no gradient.
    """
    floats, own = in_floats(image)
    return convert_image_dtype(_saturated(floats, saturation_factor), own)
