"""Decoding images: PNG, JPEG, GIF, BMP and WebP, whichever operation is called."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from ..._core.op.op import op
from ..._core.op.op_errors import refusal
from ..._core.tensor.static_args import flag, int_attribute
from ..._core.types.dtype import DType, as_dtype
from .._support.arguments import brackets, invalid_argument
from .codecs import bmp, gif, jpeg, jxl, png, webp
from .colors import convert_image_dtype

_UINT8, _UINT16, _FLOAT32 = map(as_dtype, "uint8 uint16 float32".split())
_DEFAULTS = jpeg.Settings()
_FORMATS = "One of JPEG, JPEG XL, PNG, GIF, BMP, WebP required."


# -- any format -----------------------------------------------------------------------------------


def image_format(data: bytes) -> str:
    """The name of the format, by the first bytes. Raises InvalidArgumentError if it is unknown."""
    for signature, name in (
        (jpeg.SIGNATURE, "JPEG"),
        (png.SIGNATURE, "PNG"),
        (b"GIF8", "GIF"),
        (b"BM", "BMP"),
    ):
        if data.startswith(signature):
            return name
    if webp.is_webp(data):
        return "WebP"
    if jxl.is_jxl(data):
        return "JXL"
    raise invalid_argument(f"Unknown image file format. {_FORMATS}")


def scalar_bytes(contents: Any) -> bytes:
    """The bytes of a scalar string. Raises InvalidArgumentError for other shapes and no bytes."""
    if contents.ndim:
        raise invalid_argument(f"`contents` must be scalar but got shape{brackets(contents.shape)}")
    data = contents[()]
    if not data:
        raise invalid_argument("Input is empty.")
    return data


def decoded_payload(
    contents: Any,
    operation: str,
    channels: int,
    dtype: DType = _UINT8,
    expand_animations: bool = True,
    settings: jpeg.Settings = _DEFAULTS,
) -> Any:
    """The image as a payload, in the shape that the operation returns for the file's format."""
    data = scalar_bytes(contents)
    name = image_format(data)
    is_any, is_gif = operation == "DecodeImage", operation == "DecodeGif"
    _check_format(operation, name)
    if name == "PNG":
        # The wider samples are decoded for floating point, too.
        pixels = png.decode(data, 3 if is_gif else channels, 8 if dtype is _UINT8 else 16)
    elif name == "JPEG":
        pixels = jpeg.decode(data, 3 if is_gif else channels, settings)
    elif name == "BMP":
        pixels = bmp.decode(data, channels)
    elif name == "GIF":
        if channels not in (0, 3):
            raise invalid_argument(f"channels must be 0 or 3 for GIF, got {channels}")
        pixels = gif.decode(data, expand_animations)
        if not (is_any or is_gif) and len(pixels) > 1:
            raise invalid_argument(
                f"Got {len(pixels)} frames, but animated gifs can only be decoded by "
                "tf.io.decode_gif or tf.io.decode_image"
            )
    elif dtype is not _UINT8:
        raise invalid_argument(f"{name} only supports uint8 for dtype")
    elif name == "WebP":
        pixels = webp.decode(data, 3 if is_gif else channels, expand_animations)
    else:
        pixels = jxl.decode(data, 3 if is_gif else channels)
    if pixels.ndim == 4 and (not expand_animations or (name == "GIF" and not (is_any or is_gif))):
        pixels = pixels[0]
    if pixels.ndim == 3 and is_gif and name != "JXL":
        pixels = pixels[None]
    return _as_dtype(pixels, dtype)


def _check_format(operation: str, name: str) -> None:
    """Raises InvalidArgumentError if TensorFlow's operation does not decode the format."""
    if name in ("PNG", "JPEG", "GIF"):
        if operation == "DecodeBmp":
            raise invalid_argument(
                f"Trying to decode {name} format using DecodeBmp op. Use `decode_{name.lower()}` "
                "or `decode_image` instead."
            )
        if operation == "DecodeAndCropJpeg" and name != "JPEG":
            raise _only_jpeg(name)
        if name == "GIF" and operation in ("DecodeWebP", "DecodeJxl"):
            raise invalid_argument(f"Bad op type {operation}")
    elif name == "BMP":
        if operation == "DecodeAndCropJpeg":
            raise _only_jpeg(name)
        if operation not in ("DecodeBmp", "DecodeImage"):
            raise invalid_argument(
                "Trying to decode BMP format using a wrong op. Use `decode_bmp` or `decode_image` "
                f"instead. Op used: {operation}"
            )


def _only_jpeg(name: str) -> Exception:
    return invalid_argument(
        f"DecodeAndCropJpeg operation can run on JPEG only, but detected {name}."
    )


def _as_dtype(pixels: np.ndarray, dtype: DType) -> torch.Tensor:
    payload = torch.from_numpy(pixels if pixels.flags.writeable else pixels.copy())
    if dtype is _FLOAT32:
        return payload.to(torch.float32) * (1.0 / np.iinfo(pixels.dtype).max)
    if dtype is _UINT16 and pixels.dtype == np.uint8:
        return (payload.to(torch.int32) << 8).to(torch.uint16)
    return payload


def check_channels(operation: str, channels: int) -> None:
    """Raises InvalidArgumentError for a number of channels that the operation never returns."""
    if channels not in (0, 1, 3, 4):
        raise invalid_argument(f"`channels` must be 0, 1, 3 or 4 but got {channels}")
    if operation == "DecodeBmp":
        bmp.check_channels(channels)


@op("DecodeImage", "contents", unrecorded=True)
def _decode_image(
    contents: Any, channels: int, dtype: DType, expand_animations: bool, name: str | None = None
) -> Any:
    check_channels("DecodeImage", channels)
    return decoded_payload(contents, "DecodeImage", channels, dtype, expand_animations)


def decode_image(
    contents: Any,
    channels: Any = None,
    dtype: Any = _UINT8,
    name: str | None = None,
    expand_animations: Any = True,
) -> Any:
    """Decodes an image of any known format. Implements `tf.io.decode_image`.

    Args:
        contents: a scalar string, the bytes of a PNG, JPEG, GIF, BMP or WebP file.
        channels: 1 (gray), 3 (RGB) or 4 (RGBA); those of the file by default.
        dtype: uint8, uint16 or float32; for other types the image is decoded as uint16, then
            converted as `tf.image.convert_image_dtype` does.
        name: ignored.
        expand_animations: if False, only the first frame of an animation is decoded.

    Returns:
        A tensor of shape (height, width, channels), or (frames, height, width, channels) for GIF
        and WebP unless `expand_animations` is False.

    Raises:
        InvalidArgumentError: if the bytes are no such image, or are too few for its size, or the
            image does not have these channels.
        ModuleNotFoundError: if the extra `io` is not installed.
    """
    is_decoded = dtype in (_UINT8, _UINT16, _FLOAT32)
    decoded_dtype = as_dtype(dtype) if is_decoded else _UINT16
    image = _decode_image(
        contents,
        int_attribute(channels, "channels"),
        decoded_dtype,
        flag(expand_animations, "expand_animations"),
        None,
    )
    return image if is_decoded else convert_image_dtype(image, dtype)


# -- one format -----------------------------------------------------------------------------------


@op("DecodePng", "contents", unrecorded=True)
def _decode_png(contents: Any, channels: int, dtype: DType, name: str | None = None) -> Any:
    check_channels("DecodePng", channels)
    return decoded_payload(contents, "DecodePng", channels, dtype)


def decode_png(
    contents: Any, channels: Any = 0, dtype: Any = _UINT8, name: str | None = None
) -> Any:
    """Decodes a PNG image. Implements `tf.io.decode_png`.

    Args:
        contents: a scalar string, the bytes of a file. JPEG, WebP, and GIF with one frame are
            decoded too.
        channels: 1 (gray), 3 (RGB) or 4 (RGBA); 0 for those of the file.
        dtype: uint8 or uint16.
        name: the name that errors show.

    Returns:
        A tensor of shape (height, width, channels).

    Raises:
        InvalidArgumentError: if the bytes are no such image, or are too few for its size.
        ModuleNotFoundError: if the extra `io` is not installed.
    """
    dtype = dtype_attribute("DecodePng", dtype, _UINT8, _UINT16)
    return _decode_png(contents, int_attribute(channels, "channels"), dtype, name)


def dtype_attribute(operation: str, value: Any, *allowed: DType, attribute: str = "dtype") -> DType:
    """A dtype given to an operation, or the first of those allowed if it is None."""
    dtype = as_dtype(value) if value is not None else allowed[0]
    if dtype not in allowed:
        raise refusal(operation, attribute, dtype, allowed)
    return dtype


@op("DecodeGif", "contents", unrecorded=True)
def decode_gif(contents: Any, name: str | None = None) -> Any:
    """Decodes the frames of a GIF image. Implements `tf.io.decode_gif`.

    Args:
        contents: a scalar string, the bytes of a file. PNG, JPEG and WebP are decoded too.
        name: the name that errors show.

    Returns:
        A uint8 tensor of shape (frames, height, width, 3).

    Raises:
        InvalidArgumentError: if the bytes are no such image.
        ModuleNotFoundError: if the extra `io` is not installed.
    """
    return decoded_payload(contents, "DecodeGif", 0)


@op("DecodeBmp", "contents", unrecorded=True)
def _decode_bmp(contents: Any, channels: int, name: str | None = None) -> Any:
    check_channels("DecodeBmp", channels)
    return decoded_payload(contents, "DecodeBmp", channels)


def decode_bmp(contents: Any, channels: Any = 0, name: str | None = None) -> Any:
    """Decodes an uncompressed BMP image. Implements `tf.io.decode_bmp`.

    Args:
        contents: a scalar string, the bytes of a file with 8, 24 or 32 bits per pixel.
        channels: 3 (RGB) or 4 (RGBA); 0 for those of the file.
        name: the name that errors show.

    Returns:
        A uint8 tensor of shape (height, width, channels).

    Raises:
        InvalidArgumentError: if the bytes are no such image.
    """
    return _decode_bmp(contents, int_attribute(channels, "channels"), name)


@op("DecodeWebP", "contents", unrecorded=True)
def _decode_webp(contents: Any, channels: int, name: str | None = None) -> Any:
    check_channels("DecodeWebP", channels)
    return decoded_payload(contents, "DecodeWebP", channels)


def decode_webp(
    contents: Any, channels: Any = 0, dtype: Any = _UINT8, name: str | None = None
) -> Any:
    """Decodes a WebP image. Implements `tf.io.decode_webp`.

    Args:
        contents: a scalar string, the bytes of a file. PNG and JPEG are decoded too.
        channels: 3 (RGB) or 4 (RGBA), as the file has; 0 for those of the file.
        dtype: uint8.
        name: the name that errors show.

    Returns:
        A uint8 tensor of shape (frames, height, width, channels).

    Raises:
        InvalidArgumentError: if the bytes are no such image, or it has other channels.
        ModuleNotFoundError: if the extra `io` is not installed.
    """
    dtype_attribute("DecodeWebP", dtype, _UINT8)
    return _decode_webp(contents, int_attribute(channels, "channels"), name)


@op("DecodeJxl", "contents", unrecorded=True)
def _decode_jxl(contents: Any, channels: int, name: str | None = None) -> Any:
    check_channels("DecodeJxl", channels)
    return decoded_payload(contents, "DecodeJxl", channels)


def decode_jxl(
    contents: Any, channels: Any = 0, dtype: Any = _UINT8, name: str | None = None
) -> Any:
    """Decodes a JPEG XL image. Implements `tf.io.decode_jxl`.

    Args:
        contents: a scalar string, the bytes of a file. PNG, JPEG and WebP are decoded too.
        channels: 1 (gray), 3 (RGB) or 4 (RGBA), as the file has; 0 for those of the file.
        dtype: uint8.
        name: the name that errors show.

    Returns:
        A uint8 tensor of shape (height, width, channels).

    Raises:
        InvalidArgumentError: if the bytes are no such image, or it has other channels.
        ModuleNotFoundError: if the package pillow-jxl-plugin is not installed.
    """
    dtype_attribute("DecodeJxl", dtype, _UINT8)
    return _decode_jxl(contents, int_attribute(channels, "channels"), name)
