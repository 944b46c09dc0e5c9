"""Reading JPEG XL, with Pillow's plugin for it."""

from __future__ import annotations

import io

import numpy as np

from ..._support.arguments import invalid_argument
from ..._support.extras import require

_CODESTREAM, _CONTAINER = b"\xff\x0a", b"\0\0\0\x0cJXL \r\n\x87\n"
_MODES = {1: "L", 3: "RGB", 4: "RGBA"}


def is_jxl(data: bytes) -> bool:
    """Whether the bytes begin as a JPEG XL file does."""
    return data.startswith((_CODESTREAM, _CONTAINER))


def decode(data: bytes, channels: int) -> np.ndarray:
    """The pixels, (height, width, channels), as uint8.

    Raises:
        InvalidArgumentError: if the file is damaged.
        ModuleNotFoundError: if the plugin is not installed.
    """
    plugin = require("pillow_jxl.JpegXLImagePlugin", "jxl")
    try:
        image = plugin.JXLImageFile(io.BytesIO(data))
        mode = _MODES.get(channels, image.mode)
        return np.array(image.convert(mode)).reshape(image.height, image.width, -1)
    except (OSError, ValueError, SyntaxError, EOFError, RuntimeError):
        raise invalid_argument("Failed to decode JXL image") from None
