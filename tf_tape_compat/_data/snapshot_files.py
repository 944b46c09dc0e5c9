"""The files of saved datasets and snapshots, in TensorFlow's format.

A folder has the record `snapshot.metadata`, which names a run, and a folder for that run. In it is
a folder for each shard, `00000000.shard`, and in that TFRecord files, `00000000.snapshot`. Each
tensor of an element is one record.
"""

from __future__ import annotations

import io
import os
import secrets
import struct
import time
from collections.abc import Iterator
from types import ModuleType
from typing import Any, BinaryIO

from .. import _messages
from .._ops.io import filesystem
from .._ops.io.tf_record import TFRecordWriter, framed, read_records, read_stream
from ..errors import DataLossError, NotFoundError, UnimplementedError
from .dataset import DatasetV2, IterationContext
from .element_messages import decode_element, encode_element, message_type, messages_of
from .failures import IterationError
from .structure import Flat, flatten

_METADATA = "snapshot.metadata"
_VERSION = 2  # of the format: TFRecord files
_BLOCK_LENGTH = struct.Struct(">I")
_BLOCK = 256 * 1024
_LARGEST_BLOCK = 2**26


def known_compression(compression: Any) -> str:
    """ "GZIP", "SNAPPY" or "" for none, which TensorFlow takes any other text for."""
    return compression if compression in ("GZIP", "SNAPPY") else ""


def _snappy() -> ModuleType:
    try:
        import cramjam
    except ImportError:
        raise UnimplementedError(
            None,
            None,
            'tf_tape_compat: compression="SNAPPY" needs cramjam: pip install tf-tape-compat[io]',
        ) from None
    module: ModuleType = cramjam
    return module


class _SnappyFile(io.RawIOBase):
    """The contents of a file of blocks, each of which is its length and Snappy's raw format."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._library: Any = _snappy().snappy
        self._block = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._block:
            self._block = self._next_block()
        count = min(len(buffer), len(self._block))
        buffer[:count], self._block = self._block[:count], self._block[count:]
        return count

    def _next_block(self) -> bytes:
        header = self._file.read(_BLOCK_LENGTH.size)
        if not header:
            return b""
        try:
            (length,) = _BLOCK_LENGTH.unpack(header)
            if length > _LARGEST_BLOCK:
                raise ValueError(f"a block of {length} bytes")
            return bytes(self._library.decompress_raw(self._file.read(length)))
        except (struct.error, ValueError, _snappy().DecompressionError) as error:
            raise DataLossError(None, None, f"Failed to uncompress snappy data: {error}") from None

    def close(self) -> None:
        self._file.close()
        super().close()


class _SnappyWriter:
    """Writes records as `TFRecordWriter` does, compressed in blocks."""

    def __init__(self, path: str) -> None:
        self._library: Any = _snappy().snappy
        self._file = filesystem.open_file(path, "w")
        self._pending = bytearray()

    def write(self, record: bytes) -> None:
        """Appends a record."""
        self._pending += framed(record)
        if len(self._pending) >= _BLOCK:
            self._put()

    def _put(self) -> None:
        block = bytes(self._library.compress_raw(bytes(self._pending)))
        self._file.write(_BLOCK_LENGTH.pack(len(block)) + block)
        self._pending.clear()

    def close(self) -> None:
        """Writes what is pending and closes the file."""
        if self._pending:
            self._put()
        self._file.close()


# -- metadata -----------------------------------------------------------------------------------


def read_metadata(folder: str) -> Any:
    """The metadata in a folder, or None. Raises DataLossError if it is damaged."""
    path = os.path.join(folder, _METADATA)
    try:
        return _messages.SnapshotMetadataRecord.FromString(filesystem.read(path))
    except NotFoundError:
        return None
    except _messages.DecodeError:
        raise DataLossError(None, None, f"Could not parse {path}") from None


def _write_metadata(folder: str, metadata: Any) -> None:
    temporary = os.path.join(folder, f"{_METADATA}-tmp-{secrets.randbits(64)}")
    filesystem.write(temporary, metadata.SerializeToString())
    filesystem.rename(temporary, os.path.join(folder, _METADATA), overwrite=True)


class SnapshotWriter:
    """Writes elements to a new run in a folder.

    Args:
      folder: where the metadata is.
      specs: those of the components.
      compression: see `known_compression`.
      graph_hash: kept in the metadata.

    The metadata says that the run is not complete until `finish` is called.
    """

    def __init__(self, folder: str, specs: list[Any], compression: str, graph_hash: str) -> None:
        self._folder = folder
        self._compression = compression
        self._writers: dict[int, Any] = {}
        self._metadata = _messages.SnapshotMetadataRecord(
            graph_hash=graph_hash,
            run_id=str(secrets.randbits(64)),
            creation_timestamp=int(time.time() * 1e6),
            version=_VERSION,
            dtype=[message_type(spec) for spec in specs if messages_of(spec)],
        )
        filesystem.make_directories(folder)
        _write_metadata(folder, self._metadata)

    def write(self, element: Flat, shard: int) -> None:
        """Appends an element to a shard."""
        writer = self._writers.get(shard)
        if writer is None:
            folder = os.path.join(self._folder, self._metadata.run_id, f"{shard:08}.shard")
            filesystem.make_directories(folder)
            path = os.path.join(folder, f"{0:08}.snapshot")
            if self._compression == "SNAPPY":
                writer = _SnappyWriter(path)
            else:
                writer = TFRecordWriter(path, self._compression)
            self._writers[shard] = writer
        for message in encode_element(element):
            writer.write(message)
        self._metadata.num_elements += 1

    def close(self) -> None:
        """Closes the files."""
        for writer in self._writers.values():
            writer.close()

    def finish(self) -> None:
        """Closes the files and says that they are complete."""
        self.close()
        self._metadata.finalized = True
        _write_metadata(self._folder, self._metadata)


# -- reading ------------------------------------------------------------------------------------


def _shard_records(folder: str, compression: str) -> Iterator[bytes]:
    number = 0
    while filesystem.exists(path := os.path.join(folder, f"{number:08}.snapshot")):
        if compression == "SNAPPY":
            file = _SnappyFile(filesystem.open_file(path))
            yield from read_stream(io.BufferedReader(file, _BLOCK))
        else:
            yield from read_records(path, compression)
        number += 1


class _ShardElements:
    """Iterates over the elements of a shard."""

    def __init__(self, folder: str, specs: list[Any], compression: str) -> None:
        self._records = _shard_records(folder, compression)
        self._specs = specs
        self._count = sum(map(messages_of, specs))

    def __iter__(self) -> _ShardElements:
        return self

    def __next__(self) -> Flat:
        messages = [next(self._records)]
        while len(messages) < self._count:
            message = next(self._records, None)
            if message is None:
                raise IterationError(DataLossError, "the last element of a shard is not complete")
            messages.append(message)
        return decode_element(self._specs, messages)


class ShardDataset(DatasetV2):
    """The elements of one shard."""

    def __init__(self, folder: str, element_spec: Any, compression: str) -> None:
        self._folder = folder
        self._spec = element_spec
        self._compression = compression

    @property
    def element_spec(self) -> Any:
        """The specs that were saved."""
        return self._spec

    def _iterator(self, context: IterationContext) -> Iterator[Flat]:
        return _ShardElements(self._folder, flatten(self._spec), self._compression)


ShardDataset.__name__ = "_VariantDataset"


def shards(folder: str, metadata: Any, element_spec: Any, compression: str) -> list[Flat]:
    """The shards of the run that the metadata names, each a flat element with a dataset."""
    run = os.path.join(folder, metadata.run_id)
    names = sorted(filesystem.names(run)) if filesystem.exists(run) else []
    return [
        (ShardDataset(os.path.join(run, name), element_spec, compression),)
        for name in names
        if name.rstrip("/").endswith(".shard")
    ]
