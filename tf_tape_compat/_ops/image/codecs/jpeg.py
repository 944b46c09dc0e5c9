"""Reading JPEG with libjpeg-turbo, with the settings that TensorFlow chooses."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ....errors import InvalidArgumentError
from ..._support.arguments import invalid_argument
from ..._support.extras import require

SIGNATURE = b"\xff\xd8\xff"
_END, _SCAN, _ADOBE = b"\xff\xd9", b"\xff\xda", b"\xff\xee\x00\x0eAdobe"
_LARGEST = 1 << 29


class Settings(NamedTuple):
    """How to decode.

    Args:
        ratio: 1, 2, 4 or 8: by how much to reduce the image.
        fancy_upscaling: whether to smooth the chroma planes as they are enlarged.
        accept_truncated: whether to fill in what a file lacks at its end.
        accurate_dct: whether to use the slower, more accurate transform.
    """

    ratio: int = 1
    fancy_upscaling: bool = True
    accept_truncated: bool = False
    accurate_dct: bool = False


def refusal() -> InvalidArgumentError:
    """The error for a JPEG that cannot be decoded, or a window that is not inside it."""
    return invalid_argument("jpeg::Uncompress failed. Invalid JPEG data or crop window.")


def header(data: bytes) -> tuple[int, int, int]:
    """Height, width and the number of channels. Raises ValueError if there is no valid header."""
    decode_header = require("simplejpeg", "io").decode_jpeg_header
    try:
        height, width, colorspace, _ = decode_header(data, strict=False)
    except KeyError as error:  # simplejpeg does not check that there is an image
        raise ValueError("no image") from error
    return height, width, {"Gray": 1, "CMYK": 4, "YCCK": 4}.get(colorspace, 3)


def decode(data: bytes, channels: int, settings: Settings) -> np.ndarray:
    """The pixels, (height, width, channels), as uint8.

    Args:
        data: the file.
        channels: 1 or 3, or 0 for those of the file.
        settings: how to decode.

    Raises InvalidArgumentError, before anything is allocated for the pixels, if the image is too
    large.
    """
    if channels == 4:
        raise invalid_argument("JPEG does not support 4 channels")
    try:
        height, width, stored = header(data)
    except ValueError:
        raise refusal() from None
    channels = channels or min(stored, 3)
    size = -(-height // settings.ratio), -(-width // settings.ratio)
    if size[0] * size[1] * channels >= _LARGEST:
        raise refusal()
    if stored == 4:
        if channels == 1:
            raise refusal()
        return _from_cmyk(_pixels(data, "CMYK", size, settings), is_inverted=_ADOBE in data)
    return _pixels(data, "GRAY" if channels == 1 else "RGB", size, settings)


def _pixels(data: bytes, colorspace: str, size: tuple[int, int], settings: Settings) -> np.ndarray:
    decode_jpeg = require("simplejpeg", "io").decode_jpeg
    options: dict[str, Any] = {
        "colorspace": colorspace,
        "fastdct": not settings.accurate_dct,
        "fastupsample": not settings.fancy_upscaling,
        "min_height": size[0],
        "min_width": size[1],
        "min_factor": settings.ratio,
    }
    try:
        if settings.accept_truncated:
            return decode_jpeg(data, strict=False, **options)
        try:
            return decode_jpeg(data, **options)
        except ValueError:
            # libjpeg only warns about damage, and so does TensorFlow, unless the end is missing.
            if data.rfind(_END) < data.rfind(_SCAN):
                raise
            return decode_jpeg(_with_known_revision(data), strict=False, **options)
    except ValueError:
        raise refusal() from None


def _with_known_revision(data: bytes) -> bytes:
    """The file with a revision of JFIF that simplejpeg does not refuse."""
    at = data.find(b"JFIF\0", 4, 16) + 5
    return data if at < 5 else data[:at] + b"\1\1" + data[at + 2 :]


def _from_cmyk(pixels: np.ndarray, is_inverted: bool) -> np.ndarray:
    """Red, green and blue of cyan, magenta, yellow and black; Adobe stores these inverted."""
    wide = pixels.astype(np.int32) if is_inverted else 255 - pixels.astype(np.int32)
    return (wide[..., :3] * wide[..., 3:] // 255).astype(np.uint8)
