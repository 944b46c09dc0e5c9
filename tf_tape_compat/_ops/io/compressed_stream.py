"""Streams of files, decompressed while they are read."""

from __future__ import annotations

import io
import os
import re
import zlib
from typing import Any, BinaryIO

from ...errors import DataLossError
from . import filesystem

WINDOWS = {"ZLIB": 15, "GZIP": 31}  # zlib's window bits, which tell it the format
_CHUNK = 256 * 1024


def inflate_error(error: zlib.error) -> DataLossError:
    """TensorFlow's error for one of zlib."""
    found = re.match(r"Error (-?\d+) while [a-z ]+: ?(.*)", str(error))
    text = f"{found[1]}: {found[2]}" if found else str(error)
    return DataLossError(None, None, f"inflate() failed with error {text}")


class _Inflating(io.RawIOBase):
    """The contents of a compressed file. Only as much as is asked for is decompressed at once."""

    def __init__(self, file: BinaryIO, compression_type: str) -> None:
        self._file = file
        self._window = WINDOWS[compression_type]
        self._many = compression_type == "GZIP"  # members of such a file follow each other
        self._decompressor = zlib.decompressobj(self._window)
        self._pending = b""
        self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._decompress(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def _decompress(self, size: int) -> bytes:
        while not self._ended:
            if self._decompressor.eof:
                left = self._decompressor.unused_data or self._file.read(_CHUNK)
                if not left or not self._many:
                    self._ended = True
                    break
                self._decompressor = zlib.decompressobj(self._window)
                self._pending = left
            source = self._pending or self._file.read(_CHUNK)
            if not source:
                self._ended = True  # truncated, unless the decompressor still has something
            try:
                data = self._decompressor.decompress(source, size)
            except zlib.error as error:
                self._ended = True
                raise inflate_error(error) from None
            self._pending = self._decompressor.unconsumed_tail
            if data:
                return data
        return b""

    def close(self) -> None:
        self._file.close()
        super().close()


def open_stream(
    path: str | bytes, compression_type: str = "", buffer_size: int | None = None
) -> BinaryIO:
    """Opens a file for reading its contents, decompressed.

    Args:
        path: the file; see `filesystem.py` for remote ones.
        compression_type: "", "ZLIB" or "GZIP".
        buffer_size: the size of the buffer in bytes.

    Returns:
        A buffered binary stream. What is read of a truncated file ends early; reading one that is
        not compressed in this way raises DataLossError.

    Raises:
        NotFoundError: if there is no such file.
        FailedPreconditionError: if it is a directory.
    """
    file = filesystem.open_file(os.fsdecode(path))
    if not compression_type:
        return file
    return io.BufferedReader(_Inflating(file, compression_type), buffer_size or _CHUNK)
