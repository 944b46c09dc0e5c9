"""Conversions of image dtypes and color spaces, and adjustments of brightness and contrast."""

from __future__ import annotations

from typing import Any

import torch

from ..._core.op.op import op
from ..._core.op.op_errors import missing_kernel
from ..._core.tensor.convert import to_tensor
from ..._core.tensor.tensor import EagerTensor
from ..._core.types.dtype import DType, as_dtype
from .._support.arguments import brackets, invalid_argument
from .._support.gradient_rules import refuse_gradient
from ..array.identity import identity
from ..array.shaping import expand_dims
from ..array.tiling import tile
from ..linalg.matmul import tensordot
from ..math.arithmetic import add, multiply, subtract
from ..math.casting import cast, saturate_cast
from ..math.division import divide, floordiv
from ..math.elementwise import maximum
from ..math.powers import pow as power
from ..math.reductions import reduce_mean, reduce_std
from .layout import checked_image

FLOAT16, FLOAT32 = as_dtype("float16"), as_dtype("float32")


def convert_image_dtype(
    image: Any, dtype: Any, saturate: bool = False, name: str | None = None
) -> Any:
    """Implements `tf.image.convert_image_dtype`: converts and rescales images.

    The values of floating point images range from 0 to 1, those of integer images from 0 to the
    largest integer. With `saturate`, values out of range are clipped. Raises AttributeError if a
    dtype is neither floating point nor integer.
    """
    image, target = to_tensor(image), as_dtype(dtype)
    source = image.dtype
    for label, checked in (("dtype", target), ("image dtype", source)):
        if not checked.is_floating and not checked.is_integer:
            raise AttributeError(f"{label} must be either floating point or integer")
    if target is source:
        return identity(image)
    convert = saturate_cast if saturate else cast
    if source.is_floating and target.is_floating:
        return cast(image, target)
    if source.is_integer and target.is_integer:
        if source.max > target.max:
            return convert(floordiv(image, (source.max + 1) // (target.max + 1)), target)
        return multiply(convert(image, target), (target.max + 1) // (source.max + 1))
    if source.is_integer:
        return multiply(cast(image, target), 1.0 / source.max)
    return convert(multiply(image, target.max + 0.5), target)


def in_floats(image: Any) -> tuple[EagerTensor, DType]:
    """The image in floating point, and its original dtype."""
    image = to_tensor(image)
    is_float = image.dtype in (FLOAT16, FLOAT32)
    return image if is_float else convert_image_dtype(image, FLOAT32), image.dtype


def adjust_brightness(image: Any, delta: Any) -> Any:
    """Implements `tf.image.adjust_brightness`: adds `delta` to images scaled to [0, 1]."""
    floats, dtype = in_floats(image)
    return convert_image_dtype(add(floats, cast(delta, floats.dtype)), dtype, saturate=True)


def adjust_gamma(image: Any, gamma: Any = 1, gain: Any = 1) -> Any:
    """Implements `tf.image.adjust_gamma`: `gain * image**gamma`, on images scaled to [0, 1].

    Raises ValueError if `gamma` is a negative number, InvalidArgumentError if it is a negative
    tensor.
    """
    floats, dtype = in_floats(image)
    if isinstance(gamma, EagerTensor):
        if not bool((gamma._t >= 0).all()):
            raise invalid_argument("Gamma should be a non-negative real number.")
    elif not gamma >= 0:
        raise ValueError("Gamma should be a non-negative real number.")
    return convert_image_dtype(gain * power(floats, gamma), dtype, saturate=True)


def refuse_float16_on_cpu(operation: str, images: torch.Tensor) -> None:
    """Raises NotFoundError for float16 on the CPU, for which TensorFlow has no kernel."""
    if images.dtype is torch.float16 and images.is_cpu:
        raise missing_kernel(operation, T=images.dtype)


@op("AdjustContrastv2", "images contrast_factor")
def _contrast(images: Any, contrast_factor: Any) -> Any:
    refuse_float16_on_cpu("AdjustContrastv2", images)
    if images.ndim < 3:
        raise invalid_argument(f"input must be at least 3-D, got shape{brackets(images.shape)}")
    if contrast_factor.ndim:
        raise invalid_argument(f"contrast_factor must be scalar: {brackets(contrast_factor.shape)}")
    mean = images.float().mean((-3, -2), keepdim=True).to(images.dtype)
    adjusted = mean + ((images - mean).float() * contrast_factor).to(images.dtype)
    return refuse_gradient("AdjustContrastv2", (images, contrast_factor), adjusted)


def adjust_contrast(images: Any, contrast_factor: Any) -> Any:
    """Implements `tf.image.adjust_contrast`: scales the distance of each channel to its mean.

    There is no gradient.
    """
    floats, dtype = in_floats(images)
    return convert_image_dtype(_contrast(floats, contrast_factor), dtype, saturate=True)


def per_image_standardization(image: Any) -> Any:
    """Implements `tf.image.per_image_standardization`: scales images to mean 0 and variance 1.

    A constant image becomes zeros.
    """
    image = cast(checked_image(image, batch=False), FLOAT32)
    rows, columns, channels = image.shape.as_list()[-3:]
    axes = [-1, -2, -3]
    mean = reduce_mean(image, axes, keepdims=True)
    deviation = reduce_std(image, axes, keepdims=True)
    min_deviation = torch.rsqrt(torch.tensor(float(rows * columns * channels))).item()
    return divide(subtract(image, mean), maximum(deviation, min_deviation))


# -- grayscale ----------------------------------------------------------------------------------


def rgb_to_grayscale(images: Any, name: str | None = None) -> Any:
    """Implements `tf.image.rgb_to_grayscale`: the luminance of [..., 3], as [..., 1]."""
    images = to_tensor(images)
    luminance = tensordot(convert_image_dtype(images, FLOAT32), [0.2989, 0.587, 0.114], [-1, -1])
    return convert_image_dtype(expand_dims(luminance, -1), images.dtype)


def grayscale_to_rgb(images: Any, name: str | None = None) -> Any:
    """Implements `tf.image.grayscale_to_rgb`: repeats one channel three times.

    Raises ValueError unless the last dimension is 1.
    """
    images.get_shape()  # raises for an array
    images = to_tensor(images)
    if images.ndim < 2:
        raise ValueError(
            f"A grayscale image (shape {images.shape}) must be at least two-dimensional."
        )
    if images.shape[-1] != 1:
        raise ValueError("Last dimension of a grayscale image should be size 1.")
    return tile(images, [1] * (images.ndim - 1) + [3])


# -- linear color spaces ------------------------------------------------------------------------

_TO_YIQ = (
    (0.299, 0.59590059, 0.2115),
    (0.587, -0.27455667, -0.52273617),
    (0.114, -0.32134392, 0.31119955),
)
_FROM_YIQ = (
    (1, 1, 1),
    (0.95598634, -0.27201283, -1.10674021),
    (0.6208248, -0.64720424, 1.70423049),
)
_TO_YUV = (
    (0.299, -0.14714119, 0.61497538),
    (0.587, -0.28886916, -0.51496512),
    (0.114, 0.43601035, -0.10001026),
)
_FROM_YUV = ((1, 1, 1), (0, -0.394642334, 2.03206185), (1.13988303, -0.58062185, 0))


def _mix_channels(images: Any, weights: Any) -> Any:
    images = to_tensor(images)
    kernel = to_tensor(weights, images.dtype)
    return tensordot(images, kernel, [[images.ndim - 1], [0]])


def rgb_to_yiq(images: Any) -> Any:
    """Implements `tf.image.rgb_to_yiq`, for [..., 3]."""
    return _mix_channels(images, _TO_YIQ)


def yiq_to_rgb(images: Any) -> Any:
    """Implements `tf.image.yiq_to_rgb`, the inverse of `rgb_to_yiq`."""
    return _mix_channels(images, _FROM_YIQ)


def rgb_to_yuv(images: Any) -> Any:
    """Implements `tf.image.rgb_to_yuv`, for [..., 3]."""
    return _mix_channels(images, _TO_YUV)


def yuv_to_rgb(images: Any) -> Any:
    """Implements `tf.image.yuv_to_rgb`, the inverse of `rgb_to_yuv`."""
    return _mix_channels(images, _FROM_YUV)
