"""BMP, as far as TensorFlow reads it: uncompressed, with 8, 24 or 32 bits per pixel."""

from __future__ import annotations

import struct

import numpy as np

from ..._support.arguments import invalid_argument

_HEADER = struct.Struct("<10xI4xii2xH2x")
_LARGEST = 1 << 30


def check_channels(channels: int) -> None:
    """Raises InvalidArgumentError unless `channels` is 0, 3 or 4."""
    if channels not in (0, 3, 4):
        raise invalid_argument(f"`channels` must be 0, 3 or 4 for BMP, but got {channels}")


def decode(data: bytes, channels: int) -> np.ndarray:
    """The pixels, (height, width, channels). A palette is ignored, as TensorFlow ignores it."""
    check_channels(channels)
    if len(data) < _HEADER.size:
        raise invalid_argument(
            f"Incomplete bmp content, requires at least {_HEADER.size} bytes to find the header "
            f"size, width, height, and bpp, got {len(data)} bytes"
        )
    offset, width, height, bits = _HEADER.unpack_from(data)
    if offset >= 1 << 31:
        raise invalid_argument("header size must be nonnegative")
    if width <= 0:
        raise invalid_argument("Width must be positive")
    if bits // 8 not in (1, 3, 4):
        raise invalid_argument(
            f"Number of channels inherent in the image must be 1, 3 or 4, was {bits // 8}"
        )
    stored = bits // 8
    count = channels or stored
    rows = abs(height)
    if width * rows * max(count, stored) >= _LARGEST:
        raise invalid_argument("Total possible pixel bytes must be less than 2^30")
    row_size = (bits * width + 31) // 32 * 4
    excess = len(data) - (offset + row_size * rows)
    if excess:
        raise invalid_argument(
            "Input size should match (header_size + row_size * abs_height) but they differ by "
            f"{excess}"
        )
    lines = np.frombuffer(data, np.uint8, offset=offset).reshape(rows, row_size)
    pixels = lines[:: 1 if height < 0 else -1, : width * stored].reshape(rows, width, stored)
    return _with_channels(pixels, count)


def _with_channels(pixels: np.ndarray, count: int) -> np.ndarray:
    """Pixels in the order blue, green, red, alpha as `count` channels that begin with red."""
    stored = pixels.shape[2]
    if stored == 1 == count:
        return pixels.copy()
    out = np.full((*pixels.shape[:2], count), 255, np.uint8)
    colors = pixels if stored == 1 else pixels[..., 2::-1]
    out[..., :3] = colors
    if stored == 4 == count:
        out[..., 3] = pixels[..., 3]
    return out
