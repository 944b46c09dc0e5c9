"""Writes a bundle: files of data, each with some of the tensors, and the index of all."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import struct
import tempfile
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from .._core.types.dtype import DType
from ..errors import NotFoundError
from . import crc32c, table, wire
from .bundle import STRING, Entry, checksum_of_lengths, data_path, index_path
from .slices import Slice


@dataclasses.dataclass
class Piece:
    """A tensor to be written, or a part of one."""

    key: str
    dtype: DType
    array: np.ndarray
    shape: tuple[int, ...]  # of the whole tensor
    part: Slice | None = None

    @property
    def is_whole(self) -> bool:
        """Whether this is all of the tensor."""
        return self.part is None or self.array.shape == self.shape


def write(prefix: str, shards: Sequence[Sequence[Piece]]) -> None:
    """Writes a checkpoint, and puts it in its place when it is complete.

    Raises NotFoundError where there is no such directory.
    """
    entries: dict[bytes, Entry] = {}
    header = wire.field(1, len(shards)) + wire.field(3, wire.field(1, 1))  # version 1
    with _temporary(prefix, len(shards) + 1) as paths:
        index, *files = paths
        for number, (path, pieces) in enumerate(zip(files, shards, strict=True)):
            with open(path, "wb") as file:
                for piece in pieces:
                    octets, checksum = _bytes_of(piece)
                    stored = crc32c.masked(checksum)
                    at = file.tell()
                    file.write(octets)
                    entry = Entry(
                        piece.dtype.as_datatype_enum,
                        piece.array.shape,
                        number,
                        at,
                        len(octets),
                        stored,
                    )
                    entries[_place(piece, number, entries)] = entry
        listed = [(key, entry.message()) for key, entry in entries.items()]
        with open(index, "wb") as file:
            file.write(table.encode(sorted([(b"", header), *listed])))
        for number, path in enumerate(files):
            os.replace(path, data_path(prefix, number, len(shards)))
        os.replace(index, index_path(prefix))


def _place(piece: Piece, number: int, entries: dict[bytes, Entry]) -> bytes:
    """The key that a piece is stored under; a part is listed with its tensor as well."""
    key = piece.key.encode()
    if piece.is_whole or piece.part is None:
        return key
    whole = entries.setdefault(key, Entry(piece.dtype.as_datatype_enum, piece.shape, number))
    whole.slices += (piece.part,)
    return piece.part.key(key)


@contextlib.contextmanager
def _temporary(prefix: str, count: int) -> Iterator[list[str]]:
    """Paths of new files beside what is to be written, gone at the end if they are still there."""
    directory = os.path.dirname(prefix) or "."
    mask = os.umask(0)
    os.umask(mask)
    paths: list[str] = []
    try:
        for _ in range(count):
            name = os.path.basename(prefix) + ".temp"
            try:
                handle, path = tempfile.mkstemp(prefix=name, dir=directory)
            except FileNotFoundError:
                message = f"{directory}; No such file or directory"
                raise NotFoundError(None, None, message) from None
            os.close(handle)
            paths.append(path)
            os.chmod(path, 0o666 & ~mask)
        yield paths
    finally:
        for path in paths:
            if os.path.exists(path):
                os.remove(path)


def _bytes_of(piece: Piece) -> tuple[Any, int]:
    """What is written of a piece, and the checksum of that."""
    if piece.dtype.as_datatype_enum != STRING:
        octets = np.ascontiguousarray(piece.array).reshape(-1).view(np.uint8)
        return octets, crc32c.value(octets)
    strings = [bytes(item) for item in piece.array.reshape(-1)]
    lengths = b"".join(wire.varint(len(item)) for item in strings)
    checksum = checksum_of_lengths([len(item) for item in strings])
    stored = struct.pack("<I", crc32c.masked(checksum))
    rest = b"".join(strings)
    return lengths + stored + rest, crc32c.extend(crc32c.extend(checksum, stored), rest)
