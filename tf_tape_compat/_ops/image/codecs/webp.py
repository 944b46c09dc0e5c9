"""Reading WebP, still and animated, with Pillow."""

from __future__ import annotations

import io

import numpy as np

from ..._support.arguments import invalid_argument
from ..._support.extras import require


def is_webp(data: bytes) -> bool:
    """Whether the bytes begin as a WebP file does."""
    return len(data) > 12 and data[:4] == b"RIFF" and data[8:12] == b"WEBP"


def decode(data: bytes, channels: int, expand_animations: bool) -> np.ndarray:
    """The frames, (frames, height, width, channels); only the first unless `expand_animations`.

    Args:
        data: the file.
        channels: 3 or 4, or 0 for those of the file. Animations have 4.
        expand_animations: whether to return all of the frames.

    Raises InvalidArgumentError if the file is damaged or has other channels.
    """
    flags = _flags(data)
    if flags is None:
        raise invalid_argument("Failed to decode WebP header.")
    has_alpha, is_animated = flags
    if channels not in (0, 3, 4):
        raise invalid_argument("WebP only supports 3 or 4 channels")
    count = 4 if has_alpha or is_animated else 3
    if channels not in (0, count):
        raise invalid_argument("Number of channels requested does not match input")
    mode = "RGBA" if count == 4 else "RGB"
    plugin = require("PIL.WebPImagePlugin", "io")
    try:
        # Pillow's own limit on sizes is in Image.open. A side of a WebP image is less than 2**14.
        image = plugin.WebPImageFile(io.BytesIO(data))
        frames = []
        for number in range(image.n_frames if expand_animations else 1):
            image.seek(number)
            frames.append(np.asarray(image.convert(mode)))
    except (OSError, ValueError, SyntaxError, EOFError):
        problem = "Animation: failed to decode WebP Animation" if is_animated else "image."
        raise invalid_argument(f"Failed to decode WebP {problem}") from None
    return np.stack(frames)


def _flags(data: bytes) -> tuple[bool, bool] | None:
    """Whether there is an alpha channel, and whether there are several frames.

    Returns None if the first chunk is incomplete or unknown.
    """
    kind, body = data[12:16], data[20:]
    if kind == b"VP8X" and len(body) >= 10:
        return bool(body[0] & 0x10), bool(body[0] & 0x02)
    if kind == b"VP8L" and len(body) >= 5 and body[0] == 0x2F:
        return bool(body[4] & 0x10), False
    if kind == b"VP8 " and len(body) >= 10 and body[3:6] == b"\x9d\x01\x2a":
        return False, False
    return None
