"""Reading GIF, as TensorFlow composes the frames. Pillow decompresses them."""

from __future__ import annotations

import dataclasses
import struct
from collections.abc import Iterator

import numpy as np

from ..._support.arguments import invalid_argument
from ..._support.extras import require

_IMAGE, _EXTENSION, _END = 0x2C, 0x21, 0x3B
_GRAPHIC_CONTROL = 0xF9
_CODES = 4096  # LZW's table is not larger
_LARGEST = (1 << 31) - 1
_SLURP = "failed to slurp gif file: "


@dataclasses.dataclass
class _Frame:
    left: int
    top: int
    indices: np.ndarray
    palette: np.ndarray | None
    transparent: int


class _ReadError(Exception):
    """A frame cannot be read; the argument is giflib's description."""


def decode(data: bytes, expand_animations: bool) -> np.ndarray:
    """The frames, (frames, height, width, 3); only the first unless `expand_animations`.

    The parts of the canvas that a frame does not cover, and its transparent pixels, show the frame
    before. A file that is cut off has the frames that are complete.

    Raises InvalidArgumentError if there are none.
    """
    frames, problem = _read(data)
    start = f"Invalid GIF data (size {len(data)}), "
    if not frames:
        raise invalid_argument(start + (problem or f"{_SLURP}No Image Descriptor detected"))
    height = max(frame.indices.shape[0] for frame in frames)
    width = max(frame.indices.shape[1] for frame in frames)
    shown = frames if expand_animations else frames[:1]
    out = np.zeros((len(shown), height, width, 3), np.uint8)
    for number, frame in enumerate(shown):
        if number:
            out[number] = out[number - 1]
        problem = _draw(out[number], frame, number)
        if problem:
            raise invalid_argument(start + problem)
    return out


def _draw(canvas: np.ndarray, frame: _Frame, number: int) -> str | None:
    """Draws a frame; returns what is wrong with it."""
    part = canvas[frame.top :, frame.left :]
    height, width = (min(a, b) for a, b in zip(part.shape, frame.indices.shape, strict=False))
    indices = frame.indices[:height, :width]
    if frame.palette is None:
        return f"missing color map for frame {number}"
    drawn = indices != frame.transparent
    beyond = drawn & (indices >= len(frame.palette))
    if beyond.any():
        index, count = indices[beyond][0], len(frame.palette)
        return f"found color index {index} outside of color map range {count}"
    part[:height, :width][drawn] = frame.palette[indices[drawn]]
    return None


def _read(data: bytes) -> tuple[list[_Frame], str | None]:
    """The complete frames, and what ended the reading before the end of the file."""
    frames: list[_Frame] = []
    try:
        if len(data) < 6:
            raise _ReadError("failed to open gif file: Failed to read from given file")
        if len(data) < 13:
            raise _ReadError("failed to open gif file: No screen descriptor detected")
        palette, at = _palette(data, data[10], 13)
        if at > len(data):
            raise _ReadError("failed to open gif file: No screen descriptor detected")
        frames.extend(_frames(data, at, palette))
    except _ReadError as error:
        return frames, str(error)
    return frames, None


def _palette(data: bytes, flags: int, at: int) -> tuple[np.ndarray | None, int]:
    """A color table, if the flags say there is one, and where it ends."""
    if not flags & 0x80:
        return None, at
    end = at + 3 * (2 << (flags & 7))
    colors = data[at:end]
    return np.frombuffer(colors[: len(colors) // 3 * 3], np.uint8).reshape(-1, 3), end


def _frames(data: bytes, at: int, global_palette: np.ndarray | None) -> Iterator[_Frame]:
    cut_off = _ReadError(f"{_SLURP}Failed to read from given file")
    transparent = -1
    while True:
        if at >= len(data):
            raise cut_off
        kind, at = data[at], at + 1
        if kind == _END:
            return
        if kind == _EXTENSION:
            if at >= len(data):
                raise cut_off
            label, blocks, at = data[at], *_blocks(data, at + 1, cut_off)
            if label == _GRAPHIC_CONTROL and len(blocks) >= 5 and blocks[0] == 4:
                transparent = blocks[4] if blocks[1] & 1 else -1
            continue
        if kind != _IMAGE:
            raise _ReadError(f"{_SLURP}Wrong record type detected")
        if at + 9 > len(data):
            raise cut_off
        left, top, width, height, flags = struct.unpack_from("<HHHHB", data, at)
        palette, at = _palette(data, flags, at + 9)
        if at >= len(data):
            raise cut_off
        bits = data[at]
        compressed, at = _blocks(data, at + 1, cut_off)
        indices = _indices(compressed, width, height, bits, bool(flags & 0x40))
        yield _Frame(
            left, top, indices, global_palette if palette is None else palette, transparent
        )
        transparent = -1


def _blocks(data: bytes, at: int, cut_off: _ReadError) -> tuple[bytes, int]:
    """A sequence of blocks, each with its size in front, and where the next part begins."""
    begin = at
    while at < len(data) and data[at]:
        at += 1 + data[at]
    if at >= len(data):
        raise cut_off
    return data[begin : at + 1], at + 1


def _indices(blocks: bytes, width: int, height: int, bits: int, interlaced: bool) -> np.ndarray:
    """The color indices of a frame.

    Nothing is allocated if the compressed data are too short for its size.
    """
    defective = _ReadError(f"{_SLURP}Image is defective, decoding aborted")
    codes = 8 * len(blocks) // (bits + 1)
    if width * height > _LARGEST:
        raise _ReadError(f"{_SLURP}Unknown error")
    if bits > 8:
        raise defective
    if not width * height:
        return np.zeros((height, width), np.uint8)
    if width * height > codes * min(codes, _CODES):
        raise defective
    image = require("PIL.Image", "io")
    try:
        decoded = image.frombytes("P", (width, height), blocks, "gif", bits, int(interlaced))
    except (ValueError, OSError):
        raise defective from None
    return np.asarray(decoded)
