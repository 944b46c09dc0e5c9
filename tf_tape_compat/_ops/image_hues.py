"""Hue, saturation and value of images."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from .._core.operation import op
from .._core.recording import whole
from .._core.rule import with_gradient
from .._core.static import is_concrete
from ..errors import FailedPreconditionError
from .image_colors import convert_image_dtype, in_floats, not_narrow
from .sizes import brackets, invalid
from .unregistered import without_gradient


def _three(x: torch.Tensor) -> None:
    if x.ndim < 1:
        raise invalid(f"input must be at least 1D{brackets(x.shape)}")
    if x.shape[-1] != 3:
        raise FailedPreconditionError(
            None, None, f"input must have 3 channels but input only has {x.shape[-1]} channels."
        )


Planes = tuple[torch.Tensor, torch.Tensor, torch.Tensor]

_PART = 8192  # pixels: what is computed of them stays in the cache


def _of_planes(function: Callable[..., Planes], x: torch.Tensor) -> torch.Tensor:
    """`function` of the three channels, each by itself in memory, which is quicker."""
    if not x.is_cpu or not is_concrete(x):
        return torch.stack(function(*x.unbind(-1)), -1)
    pixels = x.reshape(-1, 3)
    found = torch.empty_like(pixels)
    for part, into in zip(pixels.split(_PART), found.split(_PART), strict=True):
        planes = function(*(plane.contiguous() for plane in part.unbind(1)))
        for plane, column in zip(planes, into.unbind(1), strict=True):
            column.copy_(plane)
    return found.reshape(x.shape)


def _hsv(x: torch.Tensor) -> torch.Tensor:
    return _of_planes(_hue_saturation_value, x)


def _hue_saturation_value(red: torch.Tensor, green: torch.Tensor, blue: torch.Tensor) -> Planes:
    value = torch.maximum(torch.maximum(red, green), blue)
    least = torch.minimum(torch.minimum(red, green), blue)
    spread = value - least
    zero = torch.zeros_like(value)
    saturation = torch.where(value > 0, spread / value, zero)
    unit = 1.0 / (6.0 * spread)
    hue = torch.where(
        red == value,
        unit * (green - blue),
        torch.where(
            green == value, unit * (blue - red) + 2.0 / 6.0, unit * (red - green) + 4.0 / 6.0
        ),
    )
    hue = torch.where(spread > 0, hue, zero)
    hue = torch.where(hue < 0, hue + 1, hue)
    return hue, saturation, value


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


_with_own_gradient = with_gradient(_hsv_gradient)(_hsv)


@op("RGBToHSV", "images", default="float32")
@whole
def rgb_to_hsv(images: Any, name: str | None = None) -> Any:
    """Hue, saturation and value, from 0 to 1, of red, green and blue; for `tf.image.rgb_to_hsv`.

    Raises InvalidArgumentError unless the last dimension is 3.
    """
    _three(images)
    return _with_own_gradient(images)


@op("HSVToRGB", "images", severed=True, default="float32")
def hsv_to_rgb(images: Any, name: str | None = None) -> Any:
    """The inverse of `rgb_to_hsv`, without a gradient; answers for `tf.image.hsv_to_rgb`."""
    _three(images)
    return _of_planes(_red_green_blue, images.detach())


def _sides(sector: torch.Tensor) -> Planes:
    """How much of each of red, green and blue a hue has, given in sixths of the circle."""
    return (
        ((sector - 3).abs_() - 1).clamp_(0, 1),
        (2 - (sector - 2).abs_()).clamp_(0, 1),
        (2 - (sector - 4).abs_()).clamp_(0, 1),
    )


def _red_green_blue(hue: torch.Tensor, saturation: torch.Tensor, value: torch.Tensor) -> Planes:
    rest = 1 - saturation
    red, green, blue = ((rest + saturation * side) * value for side in _sides(hue * 6))
    return red, green, blue


def _check(images: torch.Tensor, amount: torch.Tensor, name: str) -> None:
    if images.ndim < 3:
        raise invalid(f"input must be at least 3-D, got shape{brackets(images.shape)}")
    if amount.ndim:
        raise invalid(f"{name} must be scalar: {brackets(amount.shape)}")
    if images.shape[-1] != 3:
        raise invalid(f"input must have 3 channels but instead has {images.shape[-1]} channels.")


@op("AdjustHue", "images delta")
@whole
def _turned(images: Any, delta: Any) -> Any:
    not_narrow("AdjustHue", images)
    _check(images, delta, "delta")
    sixths = delta.detach() * 6

    def turned(red: torch.Tensor, green: torch.Tensor, blue: torch.Tensor) -> Planes:
        least = torch.minimum(torch.minimum(red, green), blue)
        hue, _, value = _hue_saturation_value(red, green, blue)
        hue = hue * 6 + sixths
        hue = hue - 6 * torch.floor(hue / 6)
        red, green, blue = (least + side * (value - least) for side in _sides(hue))
        return red, green, blue

    found = _of_planes(turned, images.detach())
    return without_gradient("AdjustHue", (images, delta), found)


@op("AdjustSaturation", "images scale")
@whole
def _saturated(images: Any, scale: Any) -> Any:
    not_narrow("AdjustSaturation", images)
    _check(images, scale, "scale")
    factor = scale.detach()

    def saturated(red: torch.Tensor, green: torch.Tensor, blue: torch.Tensor) -> Planes:
        hue, saturation, value = _hue_saturation_value(red, green, blue)
        return _red_green_blue(hue, (saturation * factor).clamp(0, 1), value)

    found = _of_planes(saturated, images.detach())
    return without_gradient("AdjustSaturation", (images, scale), found)


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
