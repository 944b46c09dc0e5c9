"""Decoding images: PNG, JPEG, GIF, BMP and WebP, whichever operation is called."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from ..._core.op.op import op
from ..._core.op.op_errors import refusal
from ..._core.tensor.convert import to_tensor
from ..._core.tensor.static_args import flag, int_attribute
from ..._core.types.dtype import DType, as_dtype
from .._support.arguments import brackets, invalid_argument
from ..math.comparison import equal
from ..strings.text import substr
from .codecs import bmp, gif, jpeg, jxl, png, webp
from .colors import convert_image_dtype

_UINT8, _UINT16, _FLOAT32, _INT32, _INT64 = map(
    as_dtype, "uint8 uint16 float32 int32 int64".split()
)
_DEFAULTS = jpeg.Settings()
_DCT_METHODS = ("", "INTEGER_FAST", "INTEGER_ACCURATE")
_FORMATS = "One of JPEG, JPEG XL, PNG, GIF, BMP, WebP required."


# -- any format -----------------------------------------------------------------------------------


def _format(data: bytes) -> str:
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


def _bytes(contents: Any) -> bytes:
    if contents.ndim:
        raise invalid_argument(f"`contents` must be scalar but got shape{brackets(contents.shape)}")
    data = contents[()]
    if not data:
        raise invalid_argument("Input is empty.")
    return data


def _decoded(
    contents: Any,
    operation: str,
    channels: int,
    dtype: DType = _UINT8,
    expand_animations: bool = True,
    settings: jpeg.Settings = _DEFAULTS,
) -> Any:
    """The image as a payload, in the shape that the operation returns for the file's format."""
    data = _bytes(contents)
    name = _format(data)
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


def _check_channels(operation: str, channels: int) -> None:
    if channels not in (0, 1, 3, 4):
        raise invalid_argument(f"`channels` must be 0, 1, 3 or 4 but got {channels}")
    if operation == "DecodeBmp":
        bmp.check_channels(channels)


@op("DecodeImage", "contents", unrecorded=True)
def _decode_image(
    contents: Any, channels: int, dtype: DType, expand_animations: bool, name: str | None = None
) -> Any:
    _check_channels("DecodeImage", channels)
    return _decoded(contents, "DecodeImage", channels, dtype, expand_animations)


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
    _check_channels("DecodePng", channels)
    return _decoded(contents, "DecodePng", channels, dtype)


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
    dtype = _attribute("DecodePng", dtype, _UINT8, _UINT16)
    return _decode_png(contents, int_attribute(channels, "channels"), dtype, name)


def _attribute(operation: str, value: Any, *allowed: DType, attribute: str = "dtype") -> DType:
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
    return _decoded(contents, "DecodeGif", 0)


@op("DecodeBmp", "contents", unrecorded=True)
def _decode_bmp(contents: Any, channels: int, name: str | None = None) -> Any:
    _check_channels("DecodeBmp", channels)
    return _decoded(contents, "DecodeBmp", channels)


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
    _check_channels("DecodeWebP", channels)
    return _decoded(contents, "DecodeWebP", channels)


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
    _attribute("DecodeWebP", dtype, _UINT8)
    return _decode_webp(contents, int_attribute(channels, "channels"), name)


@op("DecodeJxl", "contents", unrecorded=True)
def _decode_jxl(contents: Any, channels: int, name: str | None = None) -> Any:
    _check_channels("DecodeJxl", channels)
    return _decoded(contents, "DecodeJxl", channels)


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
    _attribute("DecodeJxl", dtype, _UINT8)
    return _decode_jxl(contents, int_attribute(channels, "channels"), name)


# -- JPEG -----------------------------------------------------------------------------------------


def _settings(options: tuple[Any, ...]) -> jpeg.Settings:
    """The options of the JPEG operations, as the kernels check them."""
    ratio, fancy_upscaling, try_recover_truncated, dct_method = options
    if ratio not in (1, 2, 4, 8):
        raise invalid_argument(f"ratio must be 1, 2, 4, or 8, got {ratio}")
    if dct_method not in _DCT_METHODS:
        raise invalid_argument("dct_method must be one of {'', 'INTEGER_FAST', 'INTEGER_ACCURATE'}")
    accurate = dct_method == "INTEGER_ACCURATE"
    return jpeg.Settings(ratio, fancy_upscaling, try_recover_truncated, accurate)


@op("DecodeJpeg", "contents", unrecorded=True)
def _decode_jpeg(contents: Any, channels: int, options: Any, name: str | None = None) -> Any:
    _check_channels("DecodeJpeg", channels)
    return _decoded(contents, "DecodeJpeg", channels, settings=_settings(options))


def _options(ratio: Any, fancy: Any, recover: Any, fraction: Any, dct_method: Any) -> Any:
    if fraction is not None and not isinstance(fraction, (int, float)):
        raise TypeError(f"Expected float for argument 'acceptable_fraction' not {fraction!r}.")
    return (
        int_attribute(ratio, "ratio", 1),
        True if fancy is None else flag(fancy, "fancy_upscaling"),
        flag(recover, "try_recover_truncated"),
        dct_method or "",
    )


def decode_jpeg(
    contents: Any,
    channels: Any = 0,
    ratio: Any = 1,
    fancy_upscaling: Any = True,
    try_recover_truncated: Any = False,
    acceptable_fraction: Any = 1,
    dct_method: Any = "",
    name: str | None = None,
) -> Any:
    """Decodes a JPEG image. Implements `tf.io.decode_jpeg`.

    Args:
        contents: a scalar string, the bytes of a file. PNG, WebP, and GIF with one frame are
            decoded too.
        channels: 1 (gray) or 3 (RGB); 0 for those of the file.
        ratio: 1, 2, 4 or 8: by how much to reduce the image.
        fancy_upscaling: whether to smooth the chroma planes as they are enlarged.
        try_recover_truncated: whether to decode what there is of a file that is cut off.
        acceptable_fraction: ignored, as TensorFlow ignores it.
        dct_method: "INTEGER_FAST" (also ""), or "INTEGER_ACCURATE".
        name: the name that errors show.

    Returns:
        A uint8 tensor of shape (height, width, channels).

    Raises:
        InvalidArgumentError: if the bytes are no such image.
        ModuleNotFoundError: if the extra `io` is not installed.
    """
    options = _options(
        ratio, fancy_upscaling, try_recover_truncated, acceptable_fraction, dct_method
    )
    return _decode_jpeg(contents, int_attribute(channels, "channels"), options, name)


@op("DecodeAndCropJpeg", "contents crop_window", unrecorded=True)
def _decode_and_crop(
    contents: Any, crop_window: Any, channels: int, options: Any, name: str | None = None
) -> Any:
    operation = "DecodeAndCropJpeg"
    _check_channels(operation, channels)
    settings = _settings(options)
    data = _bytes(contents)
    if _format(data) != "JPEG":
        return _decoded(contents, operation, channels)
    if crop_window.ndim != 1:
        raise invalid_argument(f"crop_window must be 1-D, got shape {brackets(crop_window.shape)}")
    if len(crop_window) != 4:
        raise invalid_argument(f"crop_size must have four elements {brackets(crop_window.shape)}")
    y, x, height, width = crop_window.tolist()
    image = _decoded(contents, operation, channels, settings=settings)
    rows, columns = image.shape[:2]
    if min(y, x) < 0 or min(height, width) <= 0 or y + height > rows or x + width > columns:
        raise jpeg.refusal()
    return image[y : y + height, x : x + width].clone()


def decode_and_crop_jpeg(
    contents: Any,
    crop_window: Any,
    channels: Any = 0,
    ratio: Any = 1,
    fancy_upscaling: Any = True,
    try_recover_truncated: Any = False,
    acceptable_fraction: Any = 1,
    dct_method: Any = "",
    name: str | None = None,
) -> Any:
    """Decodes a part of a JPEG image. Implements `tf.io.decode_and_crop_jpeg`.

    Args:
        contents: a scalar string, the bytes of a JPEG file.
        crop_window: an int32 vector: the first row, the first column, the height and the width.
        channels, ratio, fancy_upscaling, try_recover_truncated, acceptable_fraction, dct_method,
            name: see `decode_jpeg`.

    Returns:
        A uint8 tensor of shape (height, width, channels).

    Raises:
        InvalidArgumentError: if the bytes are no such image, or the window is not inside it.
        ModuleNotFoundError: if the extra `io` is not installed.
    """
    options = _options(
        ratio, fancy_upscaling, try_recover_truncated, acceptable_fraction, dct_method
    )
    return _decode_and_crop(
        contents, to_tensor(crop_window, _INT32), int_attribute(channels, "channels"), options, name
    )


@op("ExtractJpegShape", "contents", unrecorded=True)
def _jpeg_shape(contents: Any, dtype: DType, name: str | None = None) -> Any:
    if contents.ndim:
        raise invalid_argument(f"contents must be scalar, got shape {brackets(contents.shape)}")
    data = contents[()]
    try:
        return torch.tensor(jpeg.header(data), dtype=dtype.torch)
    except ValueError:
        raise invalid_argument(f"Invalid JPEG data, size {len(data)}") from None


def extract_jpeg_shape(contents: Any, output_type: Any = _INT32, name: str | None = None) -> Any:
    """The shape of a JPEG image, without its pixels. Implements `tf.io.extract_jpeg_shape`.

    Args:
        contents: a scalar string, the bytes of a file.
        output_type: int32 or int64.
        name: the name that errors show.

    Returns:
        A vector: height, width and the number of channels.

    Raises:
        InvalidArgumentError: if the bytes are no JPEG image.
        ModuleNotFoundError: if the extra `io` is not installed.
    """
    dtype = _attribute("ExtractJpegShape", output_type, _INT32, _INT64, attribute="output_type")
    return _jpeg_shape(contents, dtype, name)


def is_jpeg(contents: Any, name: str | None = None) -> Any:
    """Whether strings begin as JPEG files do. Implements `tf.io.is_jpeg`."""
    return equal(substr(contents, 0, 3), to_tensor(jpeg.SIGNATURE), name=name)
