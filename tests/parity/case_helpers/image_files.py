"""Images for cases: files as other programs write them, and PNG files made of chosen chunks."""

from __future__ import annotations

import contextlib
import os
import struct
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

_FOLDER = Path(__file__).parents[1] / "images"

NAMES = sorted(path.name for path in _FOLDER.iterdir())
JPEGS = [name for name in NAMES if name.endswith(".jpg")]


def image(name: str) -> bytes:
    """The bytes of a file that `write_images.py` wrote."""
    return (_FOLDER / name).read_bytes()


def digest(value: Any) -> Any:
    """The type, shape and checksum of a tensor, which recordings store instead of all pixels."""
    pixels = value.numpy()
    return [str(pixels.dtype), list(pixels.shape), zlib.crc32(np.ascontiguousarray(pixels))]


def outcomes_with_messages(rows: Mapping[str, Any]) -> dict[str, Any]:
    """The result of each row, or the exception that it raises.

    What native libraries print to stderr is dropped: libjpeg prints its warnings.
    """
    return {name: _attempt(row) for name, row in rows.items()}


def _attempt(row: Any) -> Any:
    with _silent():
        try:
            return row()
        except Exception as error:
            return error.with_traceback(None)


@contextlib.contextmanager
def _silent() -> Iterator[None]:
    before = os.dup(2)
    with open(os.devnull, "wb") as sink:
        os.dup2(sink.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(before, 2)
        os.close(before)


def png(
    width: int,
    height: int,
    depth: int = 8,
    color_type: int = 2,
    rows: bytes | None = None,
    interlace: int = 0,
    chunks: tuple[tuple[bytes, bytes], ...] = (),
) -> bytes:
    """A PNG file; `rows` is what its pixels inflate to, and `chunks` stand in front of them."""
    header = struct.pack(">IIBBBBB", width, height, depth, color_type, 0, 0, interlace)
    data = b"abc" if rows is None else zlib.compress(rows)
    parts = [(b"IHDR", header), *chunks, (b"IDAT", data), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, body) for name, body in parts)


def _chunk(name: bytes, body: bytes) -> bytes:
    content = name + body
    return struct.pack(">I", len(body)) + content + struct.pack(">I", zlib.crc32(content))


def noise(size: int, seed: int = 0) -> bytes:
    """Bytes that follow no pattern, the same ones each time."""
    return np.random.RandomState(seed).bytes(size)
