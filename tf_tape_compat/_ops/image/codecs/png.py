"""Reading PNG: libpng's checks and conversions. Pillow inflates and filters the rows."""

from __future__ import annotations

import dataclasses
import struct
import zlib

import numpy as np

from ....errors import InvalidArgumentError
from ..._support.arguments import invalid_argument
from ..._support.extras import require

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_GRAY, _RGB, _PALETTE, _GRAY_ALPHA, _RGB_ALPHA = 0, 2, 3, 4, 6
_DEPTHS = {
    _GRAY: (1, 2, 4, 8, 16),
    _RGB: (8, 16),
    _PALETTE: (1, 2, 4, 8),
    _GRAY_ALPHA: (8, 16),
    _RGB_ALPHA: (8, 16),
}
_SAMPLES = {_GRAY: 1, _RGB: 3, _PALETTE: 1, _GRAY_ALPHA: 2, _RGB_ALPHA: 4}
_LARGEST_SIDE = 1_000_000
_LARGEST_IMAGE = 1 << 29
_LARGEST_INFLATION = 1032  # of zlib's format: what a byte expands to at most

# What a color contributes to gray, in units of 2**-15.
_RED, _GREEN, _BLUE = 9797, 19234, 3737


@dataclasses.dataclass
class _Png:
    """What the chunks of a file say."""

    width: int
    height: int
    depth: int
    color_type: int
    interlaced: bool
    palette: np.ndarray | None = None
    transparency: bytes | None = None
    data: bytes = b""

    @property
    def has_alpha(self) -> bool:
        return self.color_type in (_GRAY_ALPHA, _RGB_ALPHA)

    @property
    def is_gray(self) -> bool:
        return self.color_type in (_GRAY, _GRAY_ALPHA)

    @property
    def channels(self) -> int:
        """How many channels the image has if the caller does not say."""
        if self.color_type == _PALETTE:
            return 3 if self.transparency is None else 4
        return _SAMPLES[self.color_type]


class _ChunkError(Exception):
    """A chunk is cut off or damaged. The argument is whether the pixels had begun."""


def decode(data: bytes, channels: int, bits: int) -> np.ndarray:
    """The pixels, (height, width, channels), as uint8 or uint16.

    Args:
        data: the file.
        channels: 1, 3 or 4, or 0 for those of the file.
        bits: 8 or 16.

    Raises InvalidArgumentError, before anything is allocated for the pixels, if the image is too
    large or the file too short for it.
    """
    try:
        png = _read_chunks(data)
    except _ChunkError as error:
        if error.args[0]:
            raise _damaged(data) from None
        raise invalid_argument("Invalid PNG. Failed to initialize decoder.") from None
    row_bytes = (png.width * _SAMPLES[png.color_type] * png.depth + 7) // 8
    if row_bytes * png.height > len(png.data) * _LARGEST_INFLATION:
        raise _damaged(data)
    channels = channels or png.channels
    wide = bits == 16 or (channels < 3 and not png.is_gray) or png.transparency is not None
    samples = _samples(png, data, wide)
    return _converted(png, samples, channels, bits)


def _damaged(data: bytes) -> InvalidArgumentError:
    return invalid_argument(f"Invalid PNG data, size {len(data)}")


# -- chunks ---------------------------------------------------------------------------------------


def _read_chunks(data: bytes) -> _Png:
    png = None
    parts: list[memoryview] = []
    view, at = memoryview(data), len(SIGNATURE)
    while True:
        if at + 8 > len(data):
            raise _ChunkError(bool(parts))
        size, name = struct.unpack_from(">I4s", data, at)
        in_pixels = bool(parts) or name == b"IDAT"
        body = view[at + 8 : at + 8 + size]
        checksum = view[at + 8 + size : at + 12 + size]
        if png is not None and name == b"IDAT" and not parts:
            _check_start(png)
        if len(checksum) < 4:
            raise _ChunkError(in_pixels)
        is_intact = zlib.crc32(view[at + 4 : at + 8 + size]) == int.from_bytes(checksum, "big")
        is_critical = not name[0] & 0x20
        if is_critical and not is_intact:
            raise _ChunkError(in_pixels)
        if png is None:
            png = _header(name, body)
        elif name == b"IDAT":
            parts.append(body)
        elif name == b"IEND":
            break
        elif name == b"PLTE":
            _read_palette(png, body)
        elif is_critical:
            raise _ChunkError(in_pixels)
        elif name == b"tRNS" and is_intact and not parts:
            _read_transparency(png, body)
        at += 12 + size
    if not parts:
        raise _ChunkError(False)
    png.data = b"".join(parts)
    return png


def _header(name: bytes, body: memoryview) -> _Png:
    if name != b"IHDR" or len(body) != 13:
        raise _ChunkError(False)
    width, height, depth, color_type, compression, filtering, interlace = struct.unpack(
        ">IIBBBBB", body
    )
    if (
        not 0 < width <= _LARGEST_SIDE
        or not 0 < height <= _LARGEST_SIDE
        or depth not in _DEPTHS.get(color_type, ())
        or compression
        or filtering
        or interlace > 1
    ):
        raise _ChunkError(False)
    return _Png(width, height, depth, color_type, bool(interlace))


def _check_start(png: _Png) -> None:
    """What must be known when the pixels begin."""
    if png.color_type == _PALETTE and png.palette is None:
        raise _ChunkError(False)
    if png.width * png.height >= _LARGEST_IMAGE:
        raise invalid_argument(f"PNG size too large for int: {png.width} by {png.height}")


def _read_palette(png: _Png, body: memoryview) -> None:
    if png.color_type != _PALETTE:
        return
    if len(body) % 3 or not 0 < len(body) <= 768:
        raise _ChunkError(False)
    png.palette = np.zeros((256, 3), np.uint8)  # colors beyond the palette are black
    png.palette[: len(body) // 3] = np.frombuffer(body, np.uint8).reshape(-1, 3)


def _read_transparency(png: _Png, body: memoryview) -> None:
    expected = {_GRAY: 2, _RGB: 6}.get(png.color_type)
    if png.has_alpha or len(body) != (expected or len(body)):
        return  # libpng ignores the chunk
    png.transparency = bytes(body)


# -- samples --------------------------------------------------------------------------------------


def _samples(png: _Png, data: bytes, wide: bool) -> np.ndarray:
    """The samples as the file stores them, (height, width, samples).

    Of 16-bit samples only the higher byte is returned, unless `wide`.
    """
    count = _SAMPLES[png.color_type]
    if png.depth < 8:
        return _inflated(png, data, "P", f"P;{png.depth}")[..., None]
    if png.depth == 8:
        mode = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}[count]
        return _inflated(png, data, mode, mode).reshape(png.height, png.width, count)
    if count < 3:
        mode, raw_mode = ("I;16", "I;16B") if count == 1 else ("RGBA", "RGBA")
        pixels = _inflated(png, data, mode, raw_mode)
        if count == 1:
            return pixels[..., None] if wide else (pixels >> 8).astype(np.uint8)[..., None]
        return pixels.view(">u2").astype(np.uint16) if wide else pixels[..., ::2]
    # Pillow reads only one byte of such samples at a time.
    mode = "RGB" if count == 3 else "RGBA"
    high = _inflated(png, data, mode, f"{mode};16B")
    if not wide:
        return high
    return high.astype(np.uint16) << 8 | _inflated(png, data, mode, f"{mode};16L")


def _inflated(png: _Png, data: bytes, mode: str, raw_mode: str) -> np.ndarray:
    image = require("PIL.Image", "io")
    try:
        decoded = image.frombytes(
            mode, (png.width, png.height), png.data, "zip", raw_mode, int(png.interlaced)
        )
    except (ValueError, OSError, SyntaxError):
        raise _damaged(data) from None
    pixels = np.asarray(decoded)
    # Pillow leaves the rows that are missing at the end zero, without an error.
    if not pixels[-1].any() or not pixels[-2:][0].any():
        _check_length(png, data)
    return pixels


def _check_length(png: _Png, data: bytes) -> None:
    """Raises InvalidArgumentError if the compressed data do not have all rows."""
    bits = _SAMPLES[png.color_type] * png.depth
    expected = 0
    if png.interlaced:
        for x, y, dx, dy in zip(
            (0, 4, 0, 2, 0, 1, 0),
            (0, 0, 4, 0, 2, 0, 1),
            (8, 8, 4, 4, 2, 2, 1),
            (8, 8, 8, 4, 4, 2, 2),
            strict=True,
        ):
            columns, rows = -(-(png.width - x) // dx), -(-(png.height - y) // dy)
            if columns > 0 and rows > 0:
                expected += rows * (1 + (columns * bits + 7) // 8)
    else:
        expected = png.height * (1 + (png.width * bits + 7) // 8)
    inflater, rest, found = zlib.decompressobj(), png.data, 0
    try:
        while found < expected:
            part = inflater.decompress(rest, 1 << 20)
            if not part:
                break
            found, rest = found + len(part), inflater.unconsumed_tail
    except zlib.error:
        found = 0
    if found < expected:
        raise _damaged(data)


# -- conversion -----------------------------------------------------------------------------------


def _converted(png: _Png, samples: np.ndarray, channels: int, bits: int) -> np.ndarray:
    """The samples with the channels and bits that are asked for, by libpng's rules."""
    alpha = None
    wants_alpha = channels in (2, 4)
    if png.has_alpha:
        samples, alpha = samples[..., :-1], samples[..., -1:]
    elif wants_alpha:
        alpha = _alpha(png, samples)
    if png.palette is not None:
        samples = png.palette[samples[..., 0]]
    elif png.depth < 8:
        samples = samples * np.uint8(255 // (2**png.depth - 1))
    if channels < 3 and samples.shape[2] == 3:
        samples = _gray(samples)
    elif channels >= 3 and samples.shape[2] == 1:
        samples = np.repeat(samples, 3, 2)
    parts = [_scaled(x, bits) for x in (samples, alpha if wants_alpha else None) if x is not None]
    return np.ascontiguousarray(parts[0] if len(parts) == 1 else np.concatenate(parts, 2))


def _alpha(png: _Png, samples: np.ndarray) -> np.ndarray:
    """The alpha channel of an image that stores none."""
    shape = (*samples.shape[:2], 1)
    if png.transparency is None:
        # libpng does not scale it with samples of fewer than 8 bits.
        opaque = min(2**png.depth - 1, np.iinfo(samples.dtype).max)
        return np.full(shape, opaque, samples.dtype)
    if png.color_type == _PALETTE:
        table = np.full(256, 255, np.uint8)
        table[: len(png.transparency)] = np.frombuffer(png.transparency[:256], np.uint8)
        return table[samples]
    key = np.frombuffer(png.transparency, ">u2")
    is_key = (samples == key & (2**png.depth - 1)).all(2, keepdims=True)
    return np.where(is_key, 0, np.iinfo(samples.dtype).max).astype(samples.dtype)


def _gray(colors: np.ndarray) -> np.ndarray:
    """libpng's gray of colors, in fixed-point numbers."""
    red, green, blue = (colors[..., i].astype(np.int64) for i in range(3))
    weighted = red * _RED + green * _GREEN + blue * _BLUE
    if colors.dtype == np.uint16:
        weighted += 16384
    gray = np.where((red == green) & (red == blue), red, weighted >> 15)
    return gray.astype(colors.dtype)[..., None]


def _scaled(samples: np.ndarray, bits: int) -> np.ndarray:
    if bits == 16:
        return samples if samples.dtype == np.uint16 else samples.astype(np.uint16) * np.uint16(257)
    return samples if samples.dtype == np.uint8 else (samples >> 8).astype(np.uint8)
