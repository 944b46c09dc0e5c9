"""`tf.image.resize` and `tf.image.resize_with_pad`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from ..._core.op.op import op
from ..._core.recording.admission import single_op
from ..._core.tensor.convert import INT32, to_tensor
from ..._core.tensor.tensor import EagerTensor
from .._support.arguments import brackets, invalid_argument, op_error
from .._support.gradient_rules import refuse_gradient, refuse_gradient_with
from .._support.string_arrays import moves_elements
from ..array.shaping import expand_dims, squeeze
from .layout import in_batches, pad_to_bounding_box
from .resampling import resample
from .resize_weights import CORNERS, HALF_PIXEL, LEGACY, resize_taps


def _resize(images: torch.Tensor, operation: str, size: Any, *kernel: Any) -> Any:
    new = tuple(int(n) for n in size)
    old = tuple(images.shape[1:3])
    if min(new) <= 0:
        raise invalid_argument("output dimensions must be positive")
    if images.shape[3] == 0 or (min(old) == 0):
        shape = f", got {brackets(images.shape)}" if operation == "ScaleAndTranslate" else ""
        raise invalid_argument(f"input image must be of non-zero size{shape}")
    rows, columns = (
        resize_taps(operation, *n, *kernel).on(images.device) for n in zip(old, new, strict=True)
    )
    resized = resample(images, operation, rows, columns)
    return refuse_gradient(operation, images, resized) if operation == "ResizeArea" else resized


@op("ResizeBilinear", "images")
@single_op
def _resize_bilinear(images: Any, size: Any, sampling: str, name: str | None = None) -> Any:
    return _resize(images, "ResizeBilinear", size, sampling)


@op("ResizeNearestNeighbor", "images")
@moves_elements
def _resize_nearest(images: Any, size: Any, sampling: str, name: str | None = None) -> Any:
    return _resize(images, "ResizeNearestNeighbor", size, sampling)


@op("ResizeBicubic", "images")
@single_op
def _resize_bicubic(images: Any, size: Any, sampling: str, name: str | None = None) -> Any:
    resized = _resize(images, "ResizeBicubic", size, sampling)
    if images.dtype not in (torch.float32, torch.float64):
        resized = resized.detach()
    return resized


@op("ResizeArea", "images")
@single_op
def _resize_area(images: Any, size: Any, sampling: str, name: str | None = None) -> Any:
    return _resize(images, "ResizeArea", size, sampling)


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
        return _resize_bilinear(images, size, HALF_PIXEL)
    if method == ResizeMethod.NEAREST_NEIGHBOR:
        return _resize_nearest(images, size, HALF_PIXEL)
    if method == ResizeMethod.BICUBIC:
        if antialias:
            return _scale_and_translate(images, size, "keyscubic", True)
        return _resize_bicubic(images, size, HALF_PIXEL)
    if method == ResizeMethod.AREA:
        return _resize_area(images, size, LEGACY)
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

    def resize_images(images: Any, size: Any) -> Any:
        return resize(images, size, method, antialias=antialias)

    return _resized_with_pad(image, target_height, target_width, resize_images)


def _resized_with_pad(
    image: Any, target_height: Any, target_width: Any, resize_images: Callable[[Any, Any], Any]
) -> Any:
    def resize_batch(images: Any) -> Any:
        if not target_width > 0:
            raise ValueError("target_width must be > 0.")
        if not target_height > 0:
            raise ValueError("target_height must be > 0.")
        old = np.array(images.shape.as_list()[1:3], np.float32)
        target = np.array([int(target_height), int(target_width)], np.float32)
        exact = old / (old / target).max()
        offsets = np.maximum(np.floor((target - exact) / 2), 0).astype(np.int64)
        resized = resize_images(images, np.floor(exact).astype(np.int32))
        top, left = offsets.tolist()
        return pad_to_bounding_box(resized, top, left, target_height, target_width)

    return in_batches(image, resize_batch)


# -- TensorFlow 1 ---------------------------------------------------------------------------------

_OPERATIONS = {
    "ResizeBilinear": _resize_bilinear,
    "ResizeNearestNeighbor": _resize_nearest,
    "ResizeBicubic": _resize_bicubic,
    "ResizeArea": _resize_area,
}


class ResizeMethodV1:
    """Implements `tf.compat.v1.image.ResizeMethod`: the methods of its `resize`."""

    BILINEAR = 0
    NEAREST_NEIGHBOR = 1
    BICUBIC = 2
    AREA = 3


_METHODS_V1 = {
    ResizeMethodV1.BILINEAR: "ResizeBilinear",
    ResizeMethodV1.NEAREST_NEIGHBOR: "ResizeNearestNeighbor",
    ResizeMethodV1.BICUBIC: "ResizeBicubic",
    ResizeMethodV1.AREA: "ResizeArea",
    ResizeMethod.BILINEAR: "ResizeBilinear",
    ResizeMethod.NEAREST_NEIGHBOR: "ResizeNearestNeighbor",
    ResizeMethod.BICUBIC: "ResizeBicubic",
    ResizeMethod.AREA: "ResizeArea",
}


def resize_operation(
    operation: str,
    images: Any,
    size: Any,
    align_corners: bool,
    half_pixel_centers: bool = False,
    name: str | None = None,
) -> Any:
    """One of the operations that resize images, by its name, with all of its arguments.

    Raises InvalidArgumentError if both `align_corners` and `half_pixel_centers` are True, if
    `images` has not four axes, or `size` is not a vector of two positive numbers.
    """
    images = to_tensor(images)
    new = to_tensor(size, INT32)
    if align_corners and half_pixel_centers:
        message = "If half_pixel_centers is True, align_corners must be False."
        raise op_error(operation, message, name)
    if images.ndim != 4:
        shape = brackets(images.shape.as_list())
        raise op_error(operation, f"input must be 4-dimensional{shape}", name)
    if new.ndim != 1:
        shape = brackets(new.shape.as_list())
        raise op_error(operation, f"shape_t must be 1-dimensional{shape}", name)
    if new.shape.as_list() != [2]:
        shape = brackets(new.shape.as_list())
        raise op_error(operation, f"shape_t must have two elements{shape}", name)
    sampling = CORNERS if align_corners else HALF_PIXEL if half_pixel_centers else LEGACY
    return _OPERATIONS[operation](images, new.numpy().tolist(), sampling, name=name)


def resize_v1(
    images: Any, size: Any, method: Any, align_corners: bool, preserve_aspect_ratio: bool
) -> Any:
    """Implements `tf.compat.v1.image.resize`.

    It compares the upper left corners of pixels, or with `align_corners` makes the corner pixels
    coincide. Images that have the size already are returned as they are. See `resize`.
    """
    images = to_tensor(images)
    if images.ndim == 3:
        batch = expand_dims(images, 0)
        return squeeze(resize_v1(batch, size, method, align_corners, preserve_aspect_ratio), [0])
    if images.ndim != 4:
        raise ValueError("'images' must have either 3 or 4 dimensions.")
    target = _target_size(size, images, preserve_aspect_ratio)
    if target == images.shape.as_list()[1:3]:
        return images
    if method not in _METHODS_V1:
        raise ValueError(f"Resize method is not implemented: {method}")
    return resize_operation(_METHODS_V1[method], images, target, align_corners)


def resize_with_pad_v1(
    image: Any, target_height: Any, target_width: Any, method: Any, align_corners: bool
) -> Any:
    """Implements `tf.compat.v1.image.resize_image_with_pad`; see `resize_with_pad`."""

    def resize_batch(images: Any, size: Any) -> Any:
        return resize_v1(images, size, method, align_corners, False)

    return _resized_with_pad(image, target_height, target_width, resize_batch)
