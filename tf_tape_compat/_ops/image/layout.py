"""Flips, rotations, crops and padding of images: pixels move, but do not change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..._core.tensor.convert import INT32, to_tensor
from ..._core.tensor.tensor import EagerTensor
from .._support.arguments import invalid_argument
from ..array.padding import pad, reverse
from ..array.shaping import expand_dims, squeeze
from ..array.shaping import transpose as permuted
from ..array.slicing import slice as tensor_slice
from ..signal.framing import scalar_tensor


def checked_image(value: Any, batch: bool = True) -> EagerTensor:
    """An image [..., height, width, channels]; with `batch`, of rank 3 or 4.

    Raises ValueError for other ranks, and for images without pixels.
    """
    image = to_tensor(value)
    if image.ndim < 3:
        raise ValueError(f"'image' (shape {image.shape}) must be at least three-dimensional.")
    if 0 in image.shape.as_list()[-3:]:
        raise ValueError(f"inner 3 dims of 'image.shape' must be > 0: {image.shape}")
    if batch and image.ndim > 4:
        raise ValueError(f"'image' (shape {image.shape}) must have either 3 or 4 dimensions.")
    return image


def in_batches(value: Any, function: Callable[[Any], Any]) -> Any:
    """Applies `function` to a batch of images; a single image becomes a batch of one."""
    image = to_tensor(value)
    if image.ndim not in (3, 4):
        raise ValueError(f"'image' (shape {image.shape}) must have either 3 or 4 dimensions.")
    if image.ndim == 4:
        return function(checked_image(image))
    return squeeze(function(checked_image(expand_dims(image, 0))), [0])


def flip_left_right(image: Any) -> Any:
    """Implements `tf.image.flip_left_right`: reverses the columns."""
    return reverse(checked_image(image), [-2])


def flip_up_down(image: Any) -> Any:
    """Implements `tf.image.flip_up_down`: reverses the rows."""
    return reverse(checked_image(image), [-3])


def _transposition(image: EagerTensor) -> list[int]:
    return [1, 0, 2] if image.ndim == 3 else [0, 2, 1, 3]


def transpose(image: Any, name: str | None = None) -> Any:
    """Implements `tf.image.transpose`: swaps rows and columns."""
    image = checked_image(image)
    return permuted(image, _transposition(image))


def rot90(image: Any, k: Any = 1, name: str | None = None) -> Any:
    """Implements `tf.image.rot90`: rotates images counter-clockwise by `k` quarter turns."""
    image = checked_image(image)
    turns = int(scalar_tensor(to_tensor(k, INT32))) % 4
    if turns == 1:
        return permuted(reverse(image, [-2]), _transposition(image))
    if turns == 2:
        return reverse(image, [-3, -2])
    if turns == 3:
        return reverse(permuted(image, _transposition(image)), [-2])
    return image


def central_crop(image: Any, central_fraction: Any) -> Any:
    """Implements `tf.image.central_crop`: the central part of images.

    It has `central_fraction` of the height and of the width. Raises ValueError if the fraction is
    not in (0, 1].
    """
    image = to_tensor(image)
    # A NumPy number keeps its own precision, as in TensorFlow.
    fraction = central_fraction
    if isinstance(fraction, EagerTensor):
        fraction = fraction.numpy()
    if not 0.0 < fraction <= 1.0:
        raise ValueError("central_fraction must be within (0, 1]")
    if fraction == 1.0:
        return image
    image = checked_image(image)
    sizes = image.shape.as_list()
    begin, size = [0] * len(sizes), [-1] * len(sizes)
    for axis in (-3, -2):
        begin[axis] = int((float(sizes[axis]) - float(sizes[axis]) * fraction) / 2)
        size[axis] = sizes[axis] - 2 * begin[axis]
    return tensor_slice(image, begin, size)


def _require(condition: Any, message: str) -> None:
    if not condition:
        raise (invalid_argument if isinstance(condition, EagerTensor) else ValueError)(message)


def _cropped(image: Any, top: Any, left: Any, height: Any, width: Any) -> Any:
    rows, columns = image.shape.as_list()[1:3]
    _require(left >= 0, "offset_width must be >= 0.")
    _require(top >= 0, "offset_height must be >= 0.")
    _require(width > 0, "target_width must be > 0.")
    _require(height > 0, "target_height must be > 0.")
    _require(columns >= width + left, "width must be >= target + offset.")
    _require(rows >= height + top, "height must be >= target + offset.")
    return tensor_slice(image, [0, int(top), int(left), 0], [-1, int(height), int(width), -1])


def crop_to_bounding_box(
    image: Any, offset_height: Any, offset_width: Any, target_height: Any, target_width: Any
) -> Any:
    """Implements `tf.image.crop_to_bounding_box`.

    Raises ValueError if the box exceeds the image.
    """
    box = (offset_height, offset_width, target_height, target_width)
    return in_batches(image, lambda images: _cropped(images, *box))


def _padded(image: Any, top: Any, left: Any, height: Any, width: Any) -> Any:
    rows, columns = image.shape.as_list()[1:3]
    right, bottom = width - left - columns, height - top - rows
    _require(top >= 0, "offset_height must be >= 0")
    _require(left >= 0, "offset_width must be >= 0")
    _require(right >= 0, "width must be <= target - offset")
    _require(bottom >= 0, "height must be <= target - offset")
    return pad(image, [[0, 0], [int(top), int(bottom)], [int(left), int(right)], [0, 0]])


def pad_to_bounding_box(
    image: Any, offset_height: Any, offset_width: Any, target_height: Any, target_width: Any
) -> Any:
    """Implements `tf.image.pad_to_bounding_box`: surrounds images with zeros.

    Raises ValueError if the image does not fit into the target.
    """
    box = (offset_height, offset_width, target_height, target_width)
    return in_batches(image, lambda images: _padded(images, *box))


def resize_with_crop_or_pad(image: Any, target_height: Any, target_width: Any) -> Any:
    """Implements `tf.image.resize_with_crop_or_pad`: crops or pads equally on both sides.

    Raises ValueError if a target size is below 1.
    """

    def crop_and_pad(images: Any) -> Any:
        _require(target_width > 0, "target_width must be > 0.")
        _require(target_height > 0, "target_height must be > 0.")
        height, width = int(target_height), int(target_width)
        rows, columns = images.shape.as_list()[1:3]
        top, left = (rows - height) // 2, (columns - width) // 2
        images = _cropped(images, max(top, 0), max(left, 0), min(height, rows), min(width, columns))
        top, left = (height - rows) // 2, (width - columns) // 2
        return _padded(images, max(top, 0), max(left, 0), height, width)

    return in_batches(image, crop_and_pad)
