"""Writing PNG, with the filters and settings that libpng chooses."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

import numpy as np

from .png import SIGNATURE

_COLOR_TYPES = {1: 0, 2: 4, 3: 2, 4: 6}
_PART = 8192  # libpng's buffer: a chunk has no more data
_SMALL = 16384  # data up to this size get a smaller window
_LOOKAHEAD = 262  # that deflate needs within its window


def encode(pixels: np.ndarray, compression: int) -> bytes:
    """The file with an image of shape (height, width, channels), uint8 or uint16.

    Args:
        pixels: the image, with 1 (gray), 2 (gray, alpha), 3 (RGB) or 4 (RGBA) channels.
        compression: zlib's level, -1 to 9.
    """
    height, width, channels = pixels.shape
    size = pixels.itemsize
    header = struct.pack(">IIBBBBB", width, height, 8 * size, _COLOR_TYPES[channels], 0, 0, 0)
    big_endian = np.ascontiguousarray(pixels, pixels.dtype.newbyteorder(">"))
    rows = big_endian.view(np.uint8).reshape(height, -1)
    data = _compressed(_filtered(rows, channels * size).tobytes(), compression)
    parts = [data[i : i + _PART] for i in range(0, len(data), _PART)]
    chunks = [(b"IHDR", header), *((b"IDAT", part) for part in parts), (b"IEND", b"")]
    return b"".join([SIGNATURE, *(_chunk(name, body) for name, body in chunks)])


def _chunk(name: bytes, body: bytes) -> bytes:
    content = name + body
    return struct.pack(">I", len(body)) + content + struct.pack(">I", zlib.crc32(content))


def _filtered(rows: np.ndarray, pixel_size: int) -> np.ndarray:
    """The rows, each after the number of its filter: the one with the smallest sum of bytes.

    Bytes count by their absolute values as signed numbers, and the first of equal filters wins.
    """
    out = np.empty((len(rows), 1 + rows.shape[1]), np.uint8)
    out[:, 0], out[:, 1:] = 0, rows
    smallest = _cost(rows)
    for number, candidate in _candidates(rows, pixel_size):
        cost = _cost(candidate)
        better = cost < smallest
        out[better, 0] = number
        out[better, 1:] = candidate[better]
        smallest = np.minimum(smallest, cost)
    return out


def _cost(rows: np.ndarray) -> np.ndarray:
    return np.minimum(rows, -rows).sum(1, dtype=np.int64)


def _candidates(rows: np.ndarray, pixel_size: int) -> Iterator[tuple[int, np.ndarray]]:
    """The rows after each filter but the first, which changes nothing."""
    left, above, corner = np.zeros_like(rows), np.zeros_like(rows), np.zeros_like(rows)
    left[:, pixel_size:] = rows[:, :-pixel_size]
    above[1:] = rows[:-1]
    corner[1:] = left[:-1]
    has_columns, has_rows = rows.shape[1] > pixel_size, len(rows) > 1
    if has_columns:
        yield 1, rows - left
    if has_rows:
        yield 2, rows - above
    if has_columns and has_rows:
        yield 3, rows - ((left.astype(np.uint16) + above) >> 1).astype(np.uint8)
        yield 4, rows - _paeth(left, above, corner)


def _paeth(left: np.ndarray, above: np.ndarray, corner: np.ndarray) -> np.ndarray:
    """Whichever of three neighbours is closest to `left + above - corner`."""
    a, b, c = (x.astype(np.int16) for x in (left, above, corner))
    from_left, from_above = np.abs(b - c), np.abs(a - c)
    from_corner = np.abs(a + b - 2 * c)
    is_left = (from_left <= from_above) & (from_left <= from_corner)
    return np.where(is_left, left, np.where(from_above <= from_corner, above, corner))


def _compressed(data: bytes, level: int) -> bytes:
    window = 15
    if len(data) <= _SMALL:
        while len(data) + _LOOKAHEAD <= 1 << (window - 1):
            window -= 1
    deflater = zlib.compressobj(level, zlib.DEFLATED, window, 8, zlib.Z_FILTERED)
    out = bytearray(deflater.compress(data) + deflater.flush())
    if len(data) <= _SMALL:  # the header names the smallest window that a decoder needs
        info = out[0] >> 4
        while info and len(data) <= 1 << (info + 7):
            info -= 1
        out[0] = (info << 4) | (out[0] & 0x0F)
        out[1] &= 0xE0
        out[1] += 31 - ((out[0] << 8) | out[1]) % 31
    return bytes(out)
