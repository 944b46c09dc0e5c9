"""Encoding images: PNG and JPEG; and what JPEG's losses do to an image."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..._core.op.op import op
from ..._core.tensor.convert import to_tensor
from ..._core.tensor.host_values import to_numpy
from ..._core.tensor.static_args import flag, int_attribute
from ..._core.tensor.tensor import EagerTensor
from ..._core.types.dtype import as_dtype
from ...errors import InternalError
from .._support.arguments import brackets, invalid_argument
from ..random.stateful import uniform
from ..random.stateless import stateless_uniform
from ..strings.text import check_choice, scalar_string
from .codecs import jpeg_writer, png_writer
from .colors import convert_image_dtype
from .jpeg_decoding import decode_jpeg

_UINT8, _INT32 = as_dtype("uint8"), as_dtype("int32")
_CHANNELS = {"": 0, "grayscale": 1, "rgb": 3}


@op("EncodePng", "image")
def _encode_png(image: Any, compression: int, name: str | None = None) -> Any:
    if not -1 <= compression <= 9:
        raise invalid_argument(f"compression should be in [-1,9], got {compression}")
    pixels = to_numpy(image)
    if pixels.ndim < 3:
        raise invalid_argument(f"images must be at least rank 3{brackets(pixels.shape)}")
    *batch, height, width, channels = pixels.shape
    if not 1 <= channels <= 4:
        raise invalid_argument(f"image must have 1, 2, 3, or 4 channels, got {channels}")
    out = np.empty(batch, object)
    flat = out.reshape(-1)
    if len(flat) and not height * width:
        failed = ", ".join(map(str, range(len(flat))))
        raise InternalError(
            None,
            None,
            f"PNG encoding failed at the following flattened batch indices: {failed}",
        )
    for index, item in enumerate(pixels.reshape(-1, height, width, channels)):
        flat[index] = png_writer.encode(item, compression)
    return flat.reshape(batch)


def encode_png(image: Any, compression: Any = -1, name: str | None = None) -> Any:
    """Encodes images as PNG. Implements `tf.io.encode_png`.

    Args:
        image: a uint8 or uint16 tensor of shape (..., height, width, channels), with 1 (gray), 2
            (gray, alpha), 3 (RGB) or 4 (RGBA) channels.
        compression: zlib's level, 0 to 9, or -1 for its default.
        name: the name that errors show.

    Returns:
        A string tensor of shape (...): the bytes of a file for each image.

    Raises:
        InvalidArgumentError: for other shapes, types and levels.
        InternalError: if the images are empty.
    """
    return _encode_png(to_tensor(image), int_attribute(compression, "compression", -1), name)


def _checked_pixels(image: Any, quality: int, channels: int, format: str) -> np.ndarray:
    pixels = to_numpy(image)
    if pixels.ndim != 3:
        raise invalid_argument(f"image must be 3-dimensional{brackets(pixels.shape)}")
    if channels and pixels.shape[2] != channels:
        raise invalid_argument(
            f"format {format} expects {channels} channels, got {brackets(pixels.shape)}"
        )
    if pixels.shape[2] not in (1, 3):
        raise invalid_argument(f"image must have 1 or 3 channels, got {brackets(pixels.shape)}")
    _check_quality(quality)
    return pixels


def _check_quality(quality: int) -> None:
    if not 0 <= quality <= 100:
        raise invalid_argument(f"quality must be in [0,100], got {quality}")


@op("EncodeJpeg", "image")
def _encode_jpeg(image: Any, format: str, settings: Any, name: str | None = None) -> Any:
    _check_quality(settings.quality)
    pixels = _checked_pixels(image, settings.quality, _CHANNELS[format], format)
    return scalar_string(jpeg_writer.encode(pixels, settings))


def encode_jpeg(
    image: Any,
    format: Any = "",
    quality: Any = 95,
    progressive: Any = False,
    optimize_size: Any = False,
    chroma_downsampling: Any = True,
    density_unit: Any = "in",
    x_density: Any = 300,
    y_density: Any = 300,
    xmp_metadata: Any = "",
    name: str | None = None,
) -> Any:
    """Encodes an image as JPEG. Implements `tf.io.encode_jpeg`.

    Args:
        image: a uint8 tensor of shape (height, width, channels), with 1 (gray) or 3 (RGB) channels.
        format: "grayscale" or "rgb", or "" for what the number of channels says.
        quality: 0 to 100.
        progressive: whether the image can be shown before all of it is read.
        optimize_size: whether to compute Huffman tables, which takes longer.
        chroma_downsampling: whether to store the colors at half the resolution.
        density_unit, x_density, y_density: how many pixels an inch ("in") or centimetre ("cm") has.
        xmp_metadata: XMP metadata to store in the file.
        name: the name that errors show.

    Returns:
        A scalar string, the bytes of the file.

    Raises:
        InvalidArgumentError: for other shapes, types and values.
        InternalError: if the image is empty.
        ModuleNotFoundError: if the extra `io` is not installed.
    """
    check_choice("EncodeJpeg", "format", format, tuple(_CHANNELS))
    check_choice("EncodeJpeg", "density_unit", density_unit, ("in", "cm"))
    metadata = xmp_metadata.encode() if isinstance(xmp_metadata, str) else bytes(xmp_metadata)
    settings = jpeg_writer.Settings(
        int_attribute(quality, "quality", 95),
        flag(progressive, "progressive"),
        flag(optimize_size, "optimize_size"),
        True if chroma_downsampling is None else flag(chroma_downsampling, "chroma_downsampling"),
        density_unit,
        int_attribute(x_density, "x_density", 300),
        int_attribute(y_density, "y_density", 300),
        metadata,
    )
    return _encode_jpeg(image, format, settings, name)


# -- quality --------------------------------------------------------------------------------------


@op("EncodeJpegVariableQuality", "images quality")
def encode_with_quality(images: Any, quality: Any) -> Any:
    """Encodes an image as JPEG with a quality that is a tensor."""
    if images.ndim != 3:
        raise invalid_argument(f"image must be 3-dimensional{brackets(images.shape)}")
    if quality.ndim:
        raise invalid_argument(f"quality must be scalar: {brackets(quality.shape)}")
    level = int(quality)
    pixels = _checked_pixels(images, level, 0, "")
    return scalar_string(jpeg_writer.encode(pixels, jpeg_writer.Settings(quality=level)))


def adjust_jpeg_quality(
    image: Any, jpeg_quality: Any, dct_method: Any = "", name: str | None = None
) -> Any:
    """Encodes an image as JPEG and decodes it again. Implements `tf.image.adjust_jpeg_quality`.

    Args:
        image: a tensor of shape (height, width, 1 or 3). Values of floating point are clipped to
            [0, 1].
        jpeg_quality: 0 to 100, a scalar.
        dct_method: see `tf.io.decode_jpeg`.
        name: ignored.

    Returns:
        A tensor of the shape and type of `image`. It has no gradient.

    Raises:
        InvalidArgumentError: for other shapes and qualities.
        ModuleNotFoundError: if the extra `io` is not installed.
    """
    image = to_tensor(image)
    channels = image.shape.as_list()[-1]
    pixels = convert_image_dtype(image, _UINT8, saturate=True)
    if not isinstance(jpeg_quality, EagerTensor):
        jpeg_quality = to_tensor(jpeg_quality, _INT32)
    decoded = decode_jpeg(
        encode_with_quality(pixels, jpeg_quality), channels=channels, dct_method=dct_method
    )
    return convert_image_dtype(decoded, image.dtype, saturate=True)


def _check_range(smallest: Any, largest: Any) -> None:
    if smallest < 0 or largest < 0 or smallest > 100 or largest > 100:
        raise ValueError("jpeg encoding range must be between 0 and 100.")
    if smallest >= largest:
        raise ValueError("`min_jpeg_quality` must be less than `max_jpeg_quality`.")


def random_jpeg_quality(
    image: Any, min_jpeg_quality: Any, max_jpeg_quality: Any, seed: Any = None
) -> Any:
    """`adjust_jpeg_quality` with a random quality. Implements `tf.image.random_jpeg_quality`.

    The quality is at least `min_jpeg_quality` and less than `max_jpeg_quality`. Raises ValueError
    if these are not in order, or not between 0 and 100.
    """
    _check_range(min_jpeg_quality, max_jpeg_quality)
    quality = uniform([], min_jpeg_quality, max_jpeg_quality, _INT32, seed)
    return adjust_jpeg_quality(image, quality)


def stateless_random_jpeg_quality(
    image: Any, min_jpeg_quality: Any, max_jpeg_quality: Any, seed: Any
) -> Any:
    """The same, determined by `seed`. Implements `tf.image.stateless_random_jpeg_quality`.

    `seed` has two integers. See `random_jpeg_quality`.
    """
    _check_range(min_jpeg_quality, max_jpeg_quality)
    quality = stateless_uniform([], seed, min_jpeg_quality, max_jpeg_quality, _INT32)
    return adjust_jpeg_quality(image, quality)
