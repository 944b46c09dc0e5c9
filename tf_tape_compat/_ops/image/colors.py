"""The element types and colors of images: conversions between them, brightness and contrast."""

from __future__ import annotations

from typing import Any

import torch

from ..._core.op.op import op
from ..._core.tensor.convert import to_tensor
from ..._core.tensor.tensor import EagerTensor
from ..._core.types.dtype import DType, as_dtype
from .._support.arguments import brackets, invalid
from .._support.gradient_rules import refuse_gradient
from ..array.identity import identity
from ..array.shaping import expand_dims
from ..array.sliding_windows import no_cpu_kernel
from ..array.tiling import tile
from ..linalg.matmul import tensordot
from ..math.arithmetic import add, multiply, subtract
from ..math.casting import cast, saturate_cast
from ..math.division import divide, floordiv
from ..math.elementwise import maximum
from ..math.powers import pow as power
from ..math.reductions import reduce_mean, reduce_std
from .layout import image_of

FLOAT16, FLOAT32 = as_dtype("float16"), as_dtype("float32")


def convert_image_dtype(
    image: Any, dtype: Any, saturate: bool = False, name: str | None = None
) -> Any:
    """An image in another element type, scaled from one range of values to the other.

    Floating point images range from 0 to 1, integers up to their largest. With `saturate`, what is
    beyond becomes the nearest value. Answers for `tf.image.convert_image_dtype`. Raises
    AttributeError for types that are neither.
    """
    image, wanted = to_tensor(image), as_dtype(dtype)
    own = image.dtype
    for what, one in (("dtype", wanted), ("image dtype", own)):
        if not one.is_floating and not one.is_integer:
            raise AttributeError(f"{what} must be either floating point or integer")
    if wanted is own:
        return identity(image)
    convert = saturate_cast if saturate else cast
    if own.is_floating and wanted.is_floating:
        return cast(image, wanted)
    if own.is_integer and wanted.is_integer:
        if own.max > wanted.max:
            return convert(floordiv(image, (own.max + 1) // (wanted.max + 1)), wanted)
        return multiply(convert(image, wanted), (wanted.max + 1) // (own.max + 1))
    if own.is_integer:
        return multiply(cast(image, wanted), 1.0 / own.max)
    return convert(multiply(image, wanted.max + 0.5), wanted)


def in_floats(image: Any) -> tuple[EagerTensor, DType]:
    """The image in floating point, and the type that it had."""
    image = to_tensor(image)
    narrow = image.dtype in (FLOAT16, FLOAT32)
    return image if narrow else convert_image_dtype(image, FLOAT32), image.dtype


def adjust_brightness(image: Any, delta: Any) -> Any:
    """`delta` added to images that range from 0 to 1; answers for `tf.image.adjust_brightness`."""
    floats, own = in_floats(image)
    return convert_image_dtype(add(floats, cast(delta, floats.dtype)), own, saturate=True)


def adjust_gamma(image: Any, gamma: Any = 1, gain: Any = 1) -> Any:
    """`gain` times the image to the power of `gamma`; answers for `tf.image.adjust_gamma`.

    Raises ValueError for a negative number `gamma`, InvalidArgumentError for such a tensor.
    """
    floats, own = in_floats(image)
    if isinstance(gamma, EagerTensor):
        if not bool((gamma._t >= 0).all()):
            raise invalid("Gamma should be a non-negative real number.")
    elif not gamma >= 0:
        raise ValueError("Gamma should be a non-negative real number.")
    return convert_image_dtype(gain * power(floats, gamma), own, saturate=True)


def not_narrow(operation: str, images: torch.Tensor) -> None:
    """Raises NotFoundError for float16 on the CPU, where TensorFlow has no kernel for it."""
    if images.dtype is torch.float16 and images.is_cpu:
        raise no_cpu_kernel(operation, "T in [DT_HALF]")


@op("AdjustContrastv2", "images contrast_factor")
def _contrast(images: Any, contrast_factor: Any) -> Any:
    not_narrow("AdjustContrastv2", images)
    if images.ndim < 3:
        raise invalid(f"input must be at least 3-D, got shape{brackets(images.shape)}")
    if contrast_factor.ndim:
        raise invalid(f"contrast_factor must be scalar: {brackets(contrast_factor.shape)}")
    mean = images.float().mean((-3, -2), keepdim=True).to(images.dtype)
    found = mean + ((images - mean).float() * contrast_factor).to(images.dtype)
    return refuse_gradient("AdjustContrastv2", (images, contrast_factor), found)


def adjust_contrast(images: Any, contrast_factor: Any) -> Any:
    """Images with each channel's distance to its mean multiplied; for `tf.image.adjust_contrast`.

    There is no gradient.
    """
    floats, own = in_floats(images)
    return convert_image_dtype(_contrast(floats, contrast_factor), own, saturate=True)


def per_image_standardization(image: Any) -> Any:
    """Images scaled to mean 0 and variance 1; answers for `tf.image.per_image_standardization`.

    An even image has zeros.
    """
    image = cast(image_of(image, batch=False), FLOAT32)
    rows, columns, channels = image.shape.as_list()[-3:]
    axes = [-1, -2, -3]
    mean = reduce_mean(image, axes, keepdims=True)
    spread = reduce_std(image, axes, keepdims=True)
    least = torch.rsqrt(torch.tensor(float(rows * columns * channels))).item()
    return divide(subtract(image, mean), maximum(spread, least))


# -- grey ---------------------------------------------------------------------------------------


def rgb_to_grayscale(images: Any, name: str | None = None) -> Any:
    """The brightness of red, green and blue, as one channel; for `tf.image.rgb_to_grayscale`."""
    images = to_tensor(images)
    grey = tensordot(convert_image_dtype(images, FLOAT32), [0.2989, 0.587, 0.114], [-1, -1])
    return convert_image_dtype(expand_dims(grey, -1), images.dtype)


def grayscale_to_rgb(images: Any, name: str | None = None) -> Any:
    """One channel as three alike; answers for `tf.image.grayscale_to_rgb`.

    Raises ValueError if there is another number of channels.
    """
    images.get_shape()  # an array is refused
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


def _mixed(images: Any, weights: Any) -> Any:
    images = to_tensor(images)
    kernel = to_tensor(weights, images.dtype)
    return tensordot(images, kernel, [[images.ndim - 1], [0]])


def rgb_to_yiq(images: Any) -> Any:
    """From red, green and blue to brightness and color; answers for `tf.image.rgb_to_yiq`."""
    return _mixed(images, _TO_YIQ)


def yiq_to_rgb(images: Any) -> Any:
    """The inverse of `rgb_to_yiq`; answers for `tf.image.yiq_to_rgb`."""
    return _mixed(images, _FROM_YIQ)


def rgb_to_yuv(images: Any) -> Any:
    """From red, green and blue to brightness and color; answers for `tf.image.rgb_to_yuv`."""
    return _mixed(images, _TO_YUV)


def yuv_to_rgb(images: Any) -> Any:
    """The inverse of `rgb_to_yuv`; answers for `tf.image.yuv_to_rgb`."""
    return _mixed(images, _FROM_YUV)
