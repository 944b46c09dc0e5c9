"""The records of one file: lines of text, and records of a fixed length."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import BinaryIO

from .._ops.io import filesystem
from ..errors import DataLossError, InvalidArgumentError


def lines(stream: BinaryIO) -> Iterator[bytes]:
    """The lines of a stream without their ends; the stream is closed at its end."""
    with stream:
        for line in stream:
            text = line[:-1] if line.endswith(b"\n") else line
            yield text.replace(b"\r", b"") if b"\r" in text else text


def fixed_length_records(
    path: str,
    size: int,
    header: int,
    footer: int,
    open_file: Callable[[], BinaryIO],
    is_compressed: bool,
) -> Iterator[bytes]:
    """The records of a file.

    Args:
      path: the file.
      size: the length of a record in bytes.
      header, footer: how many bytes are left out at the beginning and the end.
      open_file: opens the file, decompressed.
      is_compressed: whether its length is only known at the end.

    Raises:
      NotFoundError: if there is no such file.
      InvalidArgumentError: if the file does not have a whole number of records.
      DataLossError: so for a compressed file, from the iterator after the last whole record.
    """
    if not is_compressed:
        body = filesystem.status(path).length - header - footer
        if body % size:
            raise InvalidArgumentError(None, None, _wrong_length(path, size, header, footer, body))
    return _records(open_file(), path, size, header, footer)


def _wrong_length(path: str, size: int, header: int, footer: int, body: int) -> str:
    return (
        f"Excluding the header ({header} bytes) and footer ({footer} bytes), input file "
        f'"{path}" has body length {body} bytes, which is not an exact multiple of the record '
        f"length ({size} bytes)."
    )


def _records(file: BinaryIO, path: str, size: int, header: int, footer: int) -> Iterator[bytes]:
    with file:
        _read(file, header)
        ahead = _read(file, size + footer)  # a record is whole if a footer follows it
        count = 0
        while len(ahead) == size + footer:
            yield ahead[:size]
            count += 1
            ahead = ahead[size:] + _read(file, size)
    if len(ahead) != footer and ahead:
        body = count * size + len(ahead) - footer
        raise DataLossError(None, None, _wrong_length(path, size, header, footer, body))


def _read(file: BinaryIO, size: int) -> bytes:
    """The next `size` bytes, or fewer at the end of the file."""
    parts = []
    while size > 0:
        data = file.read(size)
        if not data:
            break
        parts.append(data)
        size -= len(data)
    return b"".join(parts)
