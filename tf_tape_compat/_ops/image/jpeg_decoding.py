"""Decoding JPEG images, with the arguments that only they have."""

from __future__ import annotations

from typing import Any

import torch

from ..._core.op.op import op
from ..._core.tensor.convert import to_tensor
from ..._core.tensor.static_args import flag, int_attribute
from ..._core.types.dtype import DType, as_dtype
from .._support.arguments import brackets, invalid_argument
from ..math.comparison import equal
from ..strings.text import substr
from .codecs import jpeg
from .decoding import check_channels, decoded_payload, dtype_attribute, image_format, scalar_bytes

_INT32, _INT64 = as_dtype("int32"), as_dtype("int64")
_DCT_METHODS = ("", "INTEGER_FAST", "INTEGER_ACCURATE")


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
    check_channels("DecodeJpeg", channels)
    return decoded_payload(contents, "DecodeJpeg", channels, settings=_settings(options))


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
    check_channels(operation, channels)
    settings = _settings(options)
    data = scalar_bytes(contents)
    if image_format(data) != "JPEG":
        return decoded_payload(contents, operation, channels)
    if crop_window.ndim != 1:
        raise invalid_argument(f"crop_window must be 1-D, got shape {brackets(crop_window.shape)}")
    if len(crop_window) != 4:
        raise invalid_argument(f"crop_size must have four elements {brackets(crop_window.shape)}")
    y, x, height, width = crop_window.tolist()
    image = decoded_payload(contents, operation, channels, settings=settings)
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
    dtype = dtype_attribute(
        "ExtractJpegShape", output_type, _INT32, _INT64, attribute="output_type"
    )
    return _jpeg_shape(contents, dtype, name)


def is_jpeg(contents: Any, name: str | None = None) -> Any:
    """Whether strings begin as JPEG files do. Implements `tf.io.is_jpeg`."""
    return equal(substr(contents, 0, 3), to_tensor(jpeg.SIGNATURE), name=name)
