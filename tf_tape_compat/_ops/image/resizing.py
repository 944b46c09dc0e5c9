"""`tf.image.resize` and `tf.image.resize_with_pad`."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from ..._core.op.op import op
from ..._core.recording.admission import single_op
from ..._core.tensor.convert import INT32, to_tensor
from ..._core.tensor.tensor import EagerTensor
from .._support.arguments import brackets, invalid_argument
from .._support.gradient_rules import refuse_gradient, refuse_gradient_with
from .._support.string_arrays import moves_elements
from ..array.shaping import expand_dims, squeeze
from .layout import in_batches, pad_to_bounding_box
from .resampling import resample
from .resize_weights import resize_taps


def _resize(images: torch.Tensor, operation: str, size: Any, *kernel: Any) -> Any:
    new = tuple(int(n) for n in size)
    old = tuple(images.shape[1:3])
    if min(new) <= 0:
        raise invalid_argument("output dimensions must be positive")
    if images.shape[3] == 0 or (min(old) == 0):
        raise invalid_argument(
            f"input image must be of non-zero size, got {brackets(images.shape)}"
        )
    rows, columns = (
        resize_taps(operation, *n, *kernel).on(images.device) for n in zip(old, new, strict=True)
    )
    resized = resample(images, operation, rows, columns)
    return refuse_gradient(operation, images, resized) if operation == "ResizeArea" else resized


@op("ResizeBilinear", "images")
@single_op
def _resize_bilinear(images: Any, size: Any) -> Any:
    return _resize(images, "ResizeBilinear", size)


@op("ResizeNearestNeighbor", "images")
@moves_elements
def _resize_nearest(images: Any, size: Any) -> Any:
    return _resize(images, "ResizeNearestNeighbor", size)


@op("ResizeBicubic", "images")
@single_op
def _resize_bicubic(images: Any, size: Any) -> Any:
    resized = _resize(images, "ResizeBicubic", size)
    if images.dtype not in (torch.float32, torch.float64):
        resized = resized.detach()
    return resized


@op("ResizeArea", "images")
@single_op
def _resize_area(images: Any, size: Any) -> Any:
    return _resize(images, "ResizeArea", size)


@op("ScaleAndTranslate", "images")
@single_op
def _scale_and_translate(images: Any, size: Any, kernel: str, antialias: bool) -> Any:
    resized = _resize(images, "ScaleAndTranslate", size, kernel, antialias)
    if images.dtype is torch.float32:
        return resized
    error = invalid_argument("the gradient of ScaleAndTranslate supports only float32")
    return refuse_gradient_with(error, resized)


class ResizeMethod:
    """Implements `tf.image.ResizeMethod`: the methods of `tf.image.resize`."""

    BILINEAR = "bilinear"
    NEAREST_NEIGHBOR = "nearest"
    BICUBIC = "bicubic"
    AREA = "area"
    LANCZOS3 = "lanczos3"
    LANCZOS5 = "lanczos5"
    GAUSSIAN = "gaussian"
    MITCHELLCUBIC = "mitchellcubic"


def _target_size(size: Any, images: EagerTensor, preserve_aspect_ratio: bool) -> list[int]:
    try:
        size_tensor = to_tensor(size, INT32)
    except (TypeError, ValueError):
        raise ValueError("'size' must be a 1-D int32 Tensor") from None
    if size_tensor.shape.as_list() != [2]:
        raise ValueError("'size' must be a 1-D Tensor of 2 elements: new_height, new_width")
    target = size_tensor.numpy()
    if not preserve_aspect_ratio:
        return target.tolist()
    old = np.array(images.shape.as_list()[1:3], np.float32)
    scale = (target.astype(np.float32) / old).min()
    return np.rint(scale * old).astype(np.int64).tolist()


def _resize_by_method(images: EagerTensor, size: list[int], method: Any, antialias: bool) -> Any:
    if method == ResizeMethod.BILINEAR:
        if antialias:
            return _scale_and_translate(images, size, "triangle", True)
        return _resize_bilinear(images, size)
    if method == ResizeMethod.NEAREST_NEIGHBOR:
        return _resize_nearest(images, size)
    if method == ResizeMethod.BICUBIC:
        if antialias:
            return _scale_and_translate(images, size, "keyscubic", True)
        return _resize_bicubic(images, size)
    if method == ResizeMethod.AREA:
        return _resize_area(images, size)
    if method in ("lanczos3", "lanczos5", "gaussian", "mitchellcubic"):
        return _scale_and_translate(images, size, method, bool(antialias))
    raise ValueError(f"Resize method is not implemented: {method}")


def resize(
    images: Any,
    size: Any,
    method: Any = ResizeMethod.BILINEAR,
    preserve_aspect_ratio: bool = False,
    antialias: bool = False,
    name: str | None = None,
) -> Any:
    """Implements `tf.image.resize`.

    Args:
      images: [height, width, channels], or [batch, height, width, channels].
      size: the new height and width.
      method: one of `tf.image.ResizeMethod`.
      preserve_aspect_ratio: whether to choose the largest size within `size` of the same aspect
        ratio.
      antialias: whether to use all pixels when an image is reduced.
      name: ignored.

    Returns:
      The images as float32, or in their own dtype for "nearest".

    Raises:
      ValueError: for another method or rank.
      InvalidArgumentError: if a size is below 1.
    """
    images = to_tensor(images)
    if images.ndim == 3:
        resized = resize(expand_dims(images, 0), size, method, preserve_aspect_ratio, antialias)
        return squeeze(resized, [0])
    if images.ndim != 4:
        raise ValueError("'images' must have either 3 or 4 dimensions.")
    target = _target_size(size, images, preserve_aspect_ratio)
    return _resize_by_method(images, target, method, antialias)


def resize_with_pad(
    image: Any,
    target_height: Any,
    target_width: Any,
    method: Any = ResizeMethod.BILINEAR,
    antialias: bool = False,
) -> Any:
    """Implements `tf.image.resize_with_pad`: resizes images to fit, and pads them with zeros.

    Keeps the aspect ratio. Raises ValueError if a target size is below 1.
    """

    def resize_batch(images: Any) -> Any:
        if not target_width > 0:
            raise ValueError("target_width must be > 0.")
        if not target_height > 0:
            raise ValueError("target_height must be > 0.")
        old = np.array(images.shape.as_list()[1:3], np.float32)
        target = np.array([int(target_height), int(target_width)], np.float32)
        exact = old / (old / target).max()
        offsets = np.maximum(np.floor((target - exact) / 2), 0).astype(np.int64)
        resized = resize(images, np.floor(exact).astype(np.int32), method, antialias=antialias)
        top, left = offsets.tolist()
        return pad_to_bounding_box(resized, top, left, target_height, target_width)

    return in_batches(image, resize_batch)
