"""Reads a bundle: a checkpoint's tensors in data files, with an index of their places.

bundle_writer.py writes them.
"""

from __future__ import annotations

import dataclasses
import struct
from collections.abc import Iterable, Iterator

import numpy as np

from .. import _messages
from .._core.types.dtype import DType
from .._ops.io import crc32c, varint
from ..errors import (
    DataLossError,
    InternalError,
    InvalidArgumentError,
    NotFoundError,
    OutOfRangeError,
    UnimplementedError,
)
from . import table
from .slices import Slice

STRING = 7
_BIG_ENDIAN = 1
_UINT32_MAX = (1 << 32) - 1


def index_path(prefix: str) -> str:
    """The path of a checkpoint's index."""
    return prefix + ".index"


def data_path(prefix: str, shard: int, shards: int) -> str:
    """The path of one of a checkpoint's data files."""
    return f"{prefix}.data-{shard:05d}-of-{shards:05d}"


@dataclasses.dataclass
class Entry:
    """A tensor's type and shape, and its place in the data files.

    A partitioned tensor has `slices`, each with an entry of its own, instead of a place.
    """

    dtype: int = 0  # of TensorFlow's enumeration DataType
    shape: tuple[int, ...] = ()
    shard: int = 0
    offset: int = 0
    size: int = 0
    checksum: int = 0  # masked, as it is stored
    slices: tuple[Slice, ...] = ()

    @classmethod
    def from_bytes(cls, key: bytes, data: bytes) -> Entry:
        """The entry of a serialized BundleEntryProto. Raises DataLossError if it is damaged."""
        try:
            proto = _messages.BundleEntryProto.FromString(data)
        except _messages.DecodeError:
            raise DataLossError(None, None, f"Entry for key {_text(key)} not parseable.") from None
        return cls(
            proto.dtype,
            tuple(dim.size for dim in proto.shape.dim),
            proto.shard_id,
            proto.offset,
            proto.size,
            proto.crc32c,
            tuple(Slice.from_proto(part) for part in proto.slices),
        )

    def to_bytes(self) -> bytes:
        """The entry as a serialized BundleEntryProto."""
        proto = _messages.BundleEntryProto(
            dtype=self.dtype,
            shard_id=self.shard,
            offset=self.offset,
            size=self.size,
            crc32c=self.checksum,
        )
        proto.shape.SetInParent()
        for size in self.shape:
            proto.shape.dim.add(size=size)
        proto.slices.extend(part.as_proto() for part in self.slices)
        return proto.SerializeToString()


def _text(key: bytes) -> str:
    return key.decode(errors="backslashreplace")


def checksum_of_lengths(lengths: Iterable[int]) -> int:
    """The checksum of strings' lengths, as integers of 4 or, if need be, 8 bytes."""
    return crc32c.value(
        b"".join(struct.pack("<I" if n <= _UINT32_MAX else "<Q", n) for n in lengths)
    )


class Bundle:
    """Reads a checkpoint. Raises DataLossError on construction or reading if it is damaged."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        path = index_path(prefix)
        with open(path, "rb") as file:
            data = file.read()
        try:
            entries = list(table.decode(data))
        except table.OpenError as error:
            raise DataLossError(None, None, str(error)) from None
        except table.TableError as error:
            message = _corrupt(path, f"failed to seek to header entry): {error}")
            raise DataLossError(None, None, message) from None
        if not entries:
            raise InternalError(None, None, _corrupt(path, "failed to seek to header entry)"))
        (_, serialized_header), *rest = entries
        try:
            header = _messages.BundleHeaderProto.FromString(serialized_header)
        except _messages.DecodeError:
            message = _corrupt(path, "unable to parse header)")
            raise DataLossError(None, None, message) from None
        if header.endianness == _BIG_ENDIAN:
            message = f"The checkpoint {prefix} was written on a machine of the other byte order."
            raise UnimplementedError(None, None, message)
        self._shards = header.num_shards
        self._entries = dict(rest)
        self._parsed: dict[bytes, Entry] = {}

    def __contains__(self, key: str) -> bool:
        return key.encode() in self._entries

    def entry(self, key: str | bytes) -> Entry:
        """The entry of a tensor. Raises NotFoundError if there is none."""
        name = key.encode() if isinstance(key, str) else key
        if name not in self._entries:
            raise NotFoundError(None, None, f"Key {_text(name)} not found in checkpoint")
        entry = self._parsed.get(name)
        if entry is None:
            entry = self._parsed[name] = Entry.from_bytes(name, self._entries[name])
        return entry

    def entries(self) -> Iterator[tuple[str, Entry]]:
        """The tensors with their keys, sorted; a partitioned tensor counts once."""
        for key in self._entries:
            if not key.startswith(b"\0"):  # the key of a slice
                yield key.decode(), self.entry(key)

    def stored(self) -> Iterator[tuple[bytes, Entry]]:
        """What the data files hold: unpartitioned tensors, and the slices of the others."""
        for key in self._entries:
            entry = self.entry(key)
            if not entry.slices:
                yield key, entry

    def read(self, key: str, part: Slice | None = None) -> np.ndarray:
        """The value of a tensor, or of a slice of it; strings are bytes in an object array."""
        entry = self.entry(key)
        if entry.slices:
            return self._read_partitioned(key, entry, part)
        value = self._read_stored(key, entry)
        return value if part is None else value[part.index(entry.shape)]

    def _read_partitioned(self, key: str, entry: Entry, part: Slice | None) -> np.ndarray:
        value = np.empty(entry.shape, numpy_type(entry.dtype))
        is_filled = np.zeros(entry.shape, bool)
        for stored in entry.slices:
            index = stored.index(entry.shape)
            slice_key = stored.key(key.encode())
            value[index] = self._read_stored(_text(slice_key), self.entry(slice_key))
            is_filled[index] = True
        requested = ... if part is None else part.index(entry.shape)
        if not is_filled[requested].all():
            raise InvalidArgumentError(
                None,
                None,
                f"Does not have sufficient slices for partitioned tensor {key} to restore in "
                f"slice_spec: {'-' if part is None else part.extents}",
            )
        return value[requested]

    def _read_stored(self, key: str, entry: Entry) -> np.ndarray:
        numpy_dtype = numpy_type(entry.dtype)
        count = 1
        for size in entry.shape:
            count *= size
        expected = count * numpy_dtype.itemsize
        if entry.dtype != STRING and entry.size != expected:
            raise DataLossError(
                None,
                None,
                f"Invalid size in bundle entry: key {key}; stored size {entry.size}; "
                f"expected size {expected}",
            )
        path = data_path(self.prefix, entry.shard, self._shards)
        try:
            data = np.fromfile(path, np.uint8, entry.size, offset=entry.offset)
        except FileNotFoundError:
            raise NotFoundError(None, None, f"{path}; No such file or directory") from None
        if data.size < entry.size:
            raise OutOfRangeError(None, None, "Read less bytes than requested")
        if entry.dtype == STRING:
            value, checksum = _strings(data, count)
        else:
            value, checksum = data.view(numpy_dtype), crc32c.value(data)
        stored = crc32c.unmasked(entry.checksum)
        if checksum != stored:
            raise DataLossError(
                None,
                None,
                f"TensorBundle at {self.prefix} shard {entry.shard} ({entry.size} bytes): Checksum "
                f"does not match: stored {stored} vs. calculated on the restored bytes {checksum}",
            )
        return value.reshape(entry.shape)


def _corrupt(path: str, detail: str) -> str:
    return (
        f"Unable to read file ({path}). Perhaps the file is corrupt or was produced by a newer "
        f"version of TensorFlow with format changes ({detail}"
    )


def numpy_type(enum: int) -> np.dtype:
    """NumPy's type for a value of TensorFlow's enumeration DataType."""
    return np.dtype(DType(enum).as_numpy_dtype)


def _strings(stored: np.ndarray, count: int) -> tuple[np.ndarray, int]:
    """The strings that a data file holds, and their checksum.

    The file has the lengths of the strings, the checksum of these, and then the strings.
    """
    strings = np.empty(count, object)
    data = stored.tobytes()
    if not data:
        return strings, 0
    lengths, offset = [], 0
    try:
        for _ in range(count):
            length, offset = varint.decode(data, offset)
            lengths.append(length)
    except varint.VarintError:
        message = f"String lengths longer than expected offset {len(data)}"
        raise DataLossError(None, None, message) from None
    checksum = checksum_of_lengths(lengths)
    stored_checksum = data[offset : offset + 4]
    offset += 4
    expected = crc32c.unmasked(int.from_bytes(stored_checksum, "little"))
    if checksum != expected or offset + sum(lengths) != len(data):
        raise DataLossError(
            None,
            None,
            f"The length checksum does not match: expected {expected:08d} but actual is "
            f"{checksum:08d}",
        )
    checksum = crc32c.extend(crc32c.extend(checksum, stored_checksum), stored[offset:])
    for position, length in enumerate(lengths):
        strings[position] = data[offset : offset + length]
        offset += length
    return strings, checksum
