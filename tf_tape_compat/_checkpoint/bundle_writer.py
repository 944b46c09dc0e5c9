"""Writes a bundle: a checkpoint's tensors in data files, with an index of their places."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import struct
import tempfile
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from .. import _messages
from .._core.types.dtype import DType
from .._ops.io import crc32c, varint
from ..errors import NotFoundError
from . import table
from .bundle import STRING, Entry, checksum_of_lengths, data_path, index_path
from .slices import Slice

_VERSION = 1


@dataclasses.dataclass
class Piece:
    """A tensor to write, or a slice of one."""

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
    """Writes a checkpoint under temporary names and renames it when it is complete.

    Args:
        prefix: the beginning of the files' paths.
        shards: the contents of each data file.

    Raises:
        NotFoundError: if the directory does not exist.
    """
    entries: dict[bytes, Entry] = {}
    with _temporary_files(prefix, len(shards) + 1) as paths:
        index, *data_files = paths
        for shard, (path, pieces) in enumerate(zip(data_files, shards, strict=True)):
            with open(path, "wb") as file:
                for piece in pieces:
                    data, checksum = _data_of(piece)
                    entry = Entry(
                        piece.dtype.as_datatype_enum,
                        piece.array.shape,
                        shard,
                        file.tell(),
                        len(data),
                        crc32c.masked(checksum),
                    )
                    file.write(data)
                    entries[_storage_key(piece, shard, entries)] = entry
        rows = [(key, entry.to_bytes()) for key, entry in entries.items()]
        rows.append((b"", _header(len(shards))))
        with open(index, "wb") as file:
            file.write(table.encode(sorted(rows)))
        for shard, path in enumerate(data_files):
            os.replace(path, data_path(prefix, shard, len(shards)))
        os.replace(index, index_path(prefix))


def _header(shards: int) -> bytes:
    version = _messages.VersionDef(producer=_VERSION)
    header = _messages.BundleHeaderProto(num_shards=shards, version=version)
    return header.SerializeToString()


def _storage_key(piece: Piece, shard: int, entries: dict[bytes, Entry]) -> bytes:
    """The key that a piece is stored under. Adds a slice to the entry of its tensor."""
    key = piece.key.encode()
    if piece.is_whole or piece.part is None:
        return key
    tensor = entries.setdefault(key, Entry(piece.dtype.as_datatype_enum, piece.shape, shard))
    tensor.slices += (piece.part,)
    return piece.part.key(key)


@contextlib.contextmanager
def _temporary_files(prefix: str, count: int) -> Iterator[list[str]]:
    """Paths of new files beside the checkpoint; those that remain are deleted at the end."""
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


def _data_of(piece: Piece) -> tuple[Any, int]:
    """The bytes to write for a piece, and their checksum."""
    if piece.dtype.as_datatype_enum != STRING:
        data = np.ascontiguousarray(piece.array).reshape(-1).view(np.uint8)
        return data, crc32c.value(data)
    strings = [bytes(item) for item in piece.array.reshape(-1)]
    lengths = b"".join(varint.encode(len(item)) for item in strings)
    checksum = checksum_of_lengths([len(item) for item in strings])
    stored_checksum = struct.pack("<I", crc32c.masked(checksum))
    contents = b"".join(strings)
    checksum = crc32c.extend(crc32c.extend(checksum, stored_checksum), contents)
    return lengths + stored_checksum + contents, checksum
