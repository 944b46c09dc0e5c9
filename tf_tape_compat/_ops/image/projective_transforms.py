"""Projective transforms of images: `tf.raw_ops.ImageProjectiveTransformV3`."""

from __future__ import annotations

from typing import Any

import torch

from ..._core.op.op import op
from ..._core.recording.admission import single_op
from ..._core.tensor.convert import INT32, to_tensor
from ..._core.tensor.host_values import to_numpy
from .._support.arguments import brackets, invalid_argument
from .._support.gradient_rules import with_gradient
from ..array.sliding_windows import one_of

_FILL_MODES = ("CONSTANT", "REFLECT", "WRAP", "NEAREST")
_INTERPOLATIONS = ("NEAREST", "BILINEAR")


def _inside(position: torch.Tensor, size: int, fill_mode: str) -> torch.Tensor:
    """Positions along an axis of `size` pixels, mapped into the image if the mode says so."""
    if fill_mode == "CONSTANT":
        return position
    last = size - 1
    if fill_mode == "REFLECT":
        if size <= 1:
            return torch.zeros_like(position)
        period = 2 * size
        low = torch.where(
            position < -period, position + period * (-position / period).trunc(), position
        )
        low = torch.where(low < -size, low + period, -low - 1)
        high = position - period * (position / period).trunc()
        high = torch.where(high >= size, period - high - 1, high)
        position = torch.where(position < 0, low, torch.where(position > last, high, position))
    elif fill_mode == "WRAP":
        if size <= 1:
            return torch.zeros_like(position)
        low = position + size * ((-position / last).trunc() + 1)
        high = position - size * (position / last).trunc()
        position = torch.where(position < 0, low, torch.where(position > last, high, position))
    return position.clamp(0, last)


def _pixels(images: torch.Tensor, y: torch.Tensor, x: torch.Tensor, fill: float) -> torch.Tensor:
    """The pixels [batch, height, width, channels] at whole positions, `fill` outside the image."""
    batch, height, width, channels = images.shape
    is_inside = (y >= 0) & (y < height) & (x >= 0) & (x < width)
    if not height * width:
        return images.new_full((*y.shape, channels), fill)
    row = torch.arange(batch, device=images.device).view(-1, 1, 1) * height
    index = (row + y.clamp(0, height - 1).long()) * width + x.clamp(0, width - 1).long()
    pixels = images.reshape(-1, channels).index_select(0, index.reshape(-1))
    pixels = pixels.reshape(*y.shape, channels)
    return torch.where(is_inside.unsqueeze(-1), pixels, torch.full_like(pixels, fill))


def _half_away_from_zero(x: torch.Tensor) -> torch.Tensor:
    return torch.where(x < 0, (x - 0.5).ceil(), (x + 0.5).floor())


def _transform(
    images: torch.Tensor,
    transforms: torch.Tensor,
    size: tuple[int, int],
    fill: float,
    interpolation: str,
    fill_mode: str,
) -> torch.Tensor:
    batch, height, width, _ = images.shape
    rows = torch.arange(size[0], dtype=torch.float32, device=images.device).view(1, -1, 1)
    columns = torch.arange(size[1], dtype=torch.float32, device=images.device).view(1, 1, -1)
    t = transforms.to(images.device).expand(batch, 8).unsqueeze(-1).unsqueeze(-1).unbind(1)
    scale = t[6] * columns + t[7] * rows + 1
    x = _inside((t[0] * columns + t[1] * rows + t[2]) / scale, width, fill_mode)
    y = _inside((t[3] * columns + t[4] * rows + t[5]) / scale, height, fill_mode)
    if interpolation == "NEAREST":
        result = _pixels(images, _half_away_from_zero(y), _half_away_from_zero(x), fill)
    else:
        source = images.float()
        top, left = y.floor(), x.floor()
        to_right, to_left = (x - left).unsqueeze(-1), (left + 1 - x).unsqueeze(-1)
        upper, lower = (
            to_left * _pixels(source, row, left, fill)
            + to_right * _pixels(source, row, left + 1, fill)
            for row in (top, top + 1)
        )
        result = (top + 1 - y).unsqueeze(-1) * upper + (y - top).unsqueeze(-1) * lower
        result = result.to(images.dtype)
    return torch.where((scale == 0).unsqueeze(-1), torch.full_like(result, fill), result)


def _inverse(transforms: torch.Tensor) -> torch.Tensor:
    """The transforms [count, 8] in the opposite direction."""
    ones = torch.ones_like(transforms[:, :1])
    matrices = torch.linalg.inv(torch.cat([transforms, ones], 1).view(-1, 3, 3)).reshape(-1, 9)
    return (matrices / matrices[:, 8:])[:, :8]


def _gradient(grad: Any, _: Any, images: Any, transforms: Any, *attributes: Any) -> Any:
    """TensorFlow's: the transform of the gradient in the opposite direction."""
    _, _, interpolation, fill_mode = attributes
    size = tuple(images.shape[1:3])
    return _transformed(grad, _inverse(transforms), size, 0.0, interpolation, fill_mode), None


@with_gradient(_gradient)
def _transformed(images: Any, transforms: Any, *attributes: Any) -> Any:
    return _transform(images, transforms, *attributes)


def _checked_transform(
    images: Any,
    transforms: Any,
    size: tuple[int, ...],
    fill_value: float,
    interpolation: str,
    fill_mode: str,
) -> Any:
    if images.ndim != 4:
        raise invalid_argument("Input images must have rank 4")
    if transforms.ndim != 2 or transforms.shape[1] != 8 or len(transforms) not in (1, len(images)):
        raise invalid_argument("Input transform should be num_images x 8 or 1 x 8")
    if len(size) != 2:
        raise invalid_argument(f"output shape must have two elements{brackets((len(size),))}")
    if min(size) <= 0:
        raise invalid_argument("output dimensions must be positive")
    return _transformed(images, transforms, size, fill_value, interpolation, fill_mode)


@op("ImageProjectiveTransformV2", "images transforms:float32")
@single_op
def _transform_filled_with_zeros(
    images: Any, transforms: Any, size: tuple[int, ...], interpolation: str, fill_mode: str
) -> Any:
    return _checked_transform(images, transforms, size, 0.0, interpolation, fill_mode)


@op("ImageProjectiveTransformV3", "images transforms:float32 fill_value:float32", host="fill_value")
@single_op
def _transform_filled(
    images: Any,
    transforms: Any,
    fill_value: Any,
    size: tuple[int, ...],
    interpolation: str,
    fill_mode: str,
) -> Any:
    fill = float(fill_value)
    if not images.dtype.is_floating_point:
        fill = float(int(fill))  # as the conversion to integers in C
    return _checked_transform(images, transforms, size, fill, interpolation, fill_mode)


def projective_transform(
    images: Any,
    transforms: Any,
    output_shape: Any,
    fill_value: Any,
    interpolation: str,
    fill_mode: str,
) -> Any:
    """Implements `tf.raw_ops.ImageProjectiveTransformV3`: images seen through a projection.

    Args:
      images: [batch, height, width, channels].
      transforms: float32 [batch, 8] or [1, 8]: a0, a1, a2, b0, b1, b2, c0, c1. The pixel (x, y) of
        the result is the one at `(a0 x + a1 y + a2) / k`, `(b0 x + b1 y + b2) / k` of the image,
        where `k = c0 x + c1 y + 1`.
      output_shape: the height and width of the results.
      fill_value: the value of pixels outside of the image, with the mode "CONSTANT"; None for the
        operation of version 2, which has zeros there.
      interpolation: "NEAREST" or "BILINEAR".
      fill_mode: "CONSTANT", "REFLECT", "WRAP" or "NEAREST".

    Returns:
      A tensor [batch, *output_shape, channels] of the dtype of `images`.

    Raises:
      InvalidArgumentError: if shapes do not fit.
    """
    operation = f"ImageProjectiveTransformV{2 if fill_value is None else 3}"
    interpolation = one_of(interpolation, "interpolation", _INTERPOLATIONS, operation)
    fill_mode = one_of(fill_mode, "fill_mode", _FILL_MODES, operation)
    size = tuple(to_numpy(to_tensor(output_shape, INT32)._t).reshape(-1).tolist())
    if fill_value is None:
        return _transform_filled_with_zeros(images, transforms, size, interpolation, fill_mode)
    return _transform_filled(images, transforms, fill_value, size, interpolation, fill_mode)
