"""Reading JPEG XL, with Pillow's plugin for it."""

from __future__ import annotations

import io

import numpy as np

from ..._support.arguments import invalid_argument
from ..._support.extras import require

_CODESTREAM, _CONTAINER = b"\xff\x0a", b"\0\0\0\x0cJXL \r\n\x87\n"
_RATIOS = (1, 12 / 10, 4 / 3, 3 / 2, 16 / 9, 5 / 4, 2)  # of width to height
_SHORTEST_HEADER = 7
_LARGEST_IMAGE = 1 << 29
_CHANNELS = {"L": 1, "RGB": 3, "RGBA": 4}


def is_jxl(data: bytes) -> bool:
    """Whether the bytes begin as a JPEG XL file does."""
    return data.startswith((_CODESTREAM, _CONTAINER))


def _pixel_count(data: bytes) -> int:
    """Height times width, by the header; 0 if there is none."""
    begin = data.find(_CODESTREAM) if data.startswith(_CONTAINER) else 0
    if begin < 0:
        return 0
    bits = int.from_bytes(data[begin + 2 : begin + 16], "little")

    def take(count: int) -> int:
        nonlocal bits
        value, bits = bits & ((1 << count) - 1), bits >> count
        return value

    is_small = take(1)

    def side() -> int:
        return 8 * (take(5) + 1) if is_small else take((9, 13, 18, 30)[take(2)]) + 1

    height, ratio = side(), take(3)
    return height * (side() if not ratio else int(height * _RATIOS[ratio - 1]))


def decode(data: bytes, channels: int) -> np.ndarray:
    """The pixels, (height, width, channels), as uint8.

    Args:
        data: the file.
        channels: 1, 3 or 4, as the file has, or 0.

    Raises:
        InvalidArgumentError: if the file is damaged or has other channels.
        ModuleNotFoundError: if the plugin is not installed.
    """
    plugin = require("pillow_jxl.JpegXLImagePlugin", "jxl")
    if len(data) < _SHORTEST_HEADER:
        raise invalid_argument("Failed to decode JXL header")
    if _pixel_count(data) >= _LARGEST_IMAGE:
        raise invalid_argument("Failed to decode JXL image")
    try:
        image = plugin.JXLImageFile(io.BytesIO(data))
        pixels = np.array(image).reshape(image.height, image.width, -1)
    except (OSError, ValueError, SyntaxError, EOFError, RuntimeError):
        raise invalid_argument("Failed to decode JXL image") from None
    if image.mode not in _CHANNELS:
        raise invalid_argument("JXL only supports 1, 3, or 4 channels")
    if channels not in (0, _CHANNELS[image.mode]):
        raise invalid_argument("Number of channels requested does not match input")
    return pixels
