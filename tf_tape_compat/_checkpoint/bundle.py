"""A bundle: the tensors of a checkpoint, in files of data and an index of what is where.

This reads one; bundle_writer.py writes them.
"""

from __future__ import annotations

import dataclasses
import struct
from collections.abc import Iterable, Iterator

import numpy as np

from .._core.types.dtype import DType
from ..errors import (
    DataLossError,
    InternalError,
    InvalidArgumentError,
    NotFoundError,
    OutOfRangeError,
    UnimplementedError,
)
from . import crc32c, table, wire
from .slices import Slice

STRING = 7
_UINT32_MAX = (1 << 32) - 1


def index_path(prefix: str) -> str:
    """The file that says what a checkpoint holds."""
    return prefix + ".index"


def data_path(prefix: str, shard: int, shards: int) -> str:
    """One of the files that hold it."""
    return f"{prefix}.data-{shard:05d}-of-{shards:05d}"


@dataclasses.dataclass
class Entry:
    """Where a tensor is, and of what type and shape it is."""

    dtype: int = 0
    shape: tuple[int, ...] = ()
    shard: int = 0
    offset: int = 0
    size: int = 0
    checksum: int = 0  # as it is stored
    slices: tuple[Slice, ...] = ()

    @classmethod
    def parse(cls, key: bytes, message: bytes) -> Entry:
        """From a BundleEntryProto. Raises DataLossError."""
        entry = cls()
        try:
            for number, value in wire.fields(message):
                if number == 2:
                    entry.shape = parse_shape(value)
                elif number == 7:
                    entry.slices += (Slice.parse(value),)
                elif number in _NUMBERS:
                    setattr(entry, _NUMBERS[number], value)
        except (wire.WireError, TypeError):
            raise DataLossError(None, None, f"Entry for key {_text(key)} not parseable.") from None
        return entry

    def message(self) -> bytes:
        """As a BundleEntryProto."""
        shape = b"".join(wire.field(2, wire.optional(1, size)) for size in self.shape)
        return b"".join(
            (
                wire.field(1, self.dtype),
                wire.field(2, shape),
                wire.optional(3, self.shard),
                wire.optional(4, self.offset),
                wire.optional(5, self.size),
                wire.fixed32(6, self.checksum) if self.checksum else b"",
                *(wire.field(7, part.message()) for part in self.slices),
            )
        )


_NUMBERS = {1: "dtype", 3: "shard", 4: "offset", 5: "size", 6: "checksum"}


def parse_shape(message: bytes) -> tuple[int, ...]:
    """A shape from a TensorShapeProto."""
    return tuple(
        wire.signed(dict(wire.fields(value)).get(1, 0))
        for number, value in wire.fields(message)
        if number == 2
    )


def _text(key: bytes) -> str:
    return key.decode(errors="backslashreplace")


def checksum_of_lengths(lengths: Iterable[int]) -> int:
    return crc32c.value(
        b"".join(struct.pack("<I" if n <= _UINT32_MAX else "<Q", n) for n in lengths)
    )


class Bundle:
    """A checkpoint to read from. What is damaged raises DataLossError when it is read."""

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
        (_, header), *rest = entries
        try:
            known = dict(wire.fields(header))
        except wire.WireError:
            message = _corrupt(path, "unable to parse header)")
            raise DataLossError(None, None, message) from None
        if known.get(2):
            message = f"The checkpoint {prefix} is of a machine with the other byte order."
            raise UnimplementedError(None, None, message)
        self._shards = known.get(1, 0)
        self._entries = dict(rest)
        self._parsed: dict[bytes, Entry] = {}

    def __contains__(self, key: str) -> bool:
        return key.encode() in self._entries

    def entry(self, key: str | bytes) -> Entry:
        """What is known of a tensor. Raises NotFoundError."""
        name = key.encode() if isinstance(key, str) else key
        if name not in self._entries:
            raise NotFoundError(None, None, f"Key {_text(name)} not found in checkpoint")
        found = self._parsed.get(name)
        if found is None:
            found = self._parsed[name] = Entry.parse(name, self._entries[name])
        return found

    def entries(self) -> Iterator[tuple[str, Entry]]:
        """All tensors, sorted by name; a partitioned one counts once."""
        for key in self._entries:
            if not key.startswith(b"\0"):  # the key of a slice
                yield key.decode(), self.entry(key)

    def stored(self) -> Iterator[tuple[bytes, Entry]]:
        """What is stored by itself: tensors, and the parts of partitioned ones."""
        for key in self._entries:
            entry = self.entry(key)
            if not entry.slices:
                yield key, entry

    def read(self, key: str, part: Slice | None = None) -> np.ndarray:
        """The value of a tensor, or a part of it; strings are bytes in an array of objects."""
        entry = self.entry(key)
        if entry.slices:
            return self._partitioned(key, entry, part)
        value = self._value(key, entry)
        return value if part is None else value[part.index(entry.shape)]

    def _partitioned(self, key: str, entry: Entry, part: Slice | None) -> np.ndarray:
        whole = np.empty(entry.shape, numpy_type(entry.dtype))
        filled = np.zeros(entry.shape, bool)
        for stored in entry.slices:
            where = stored.index(entry.shape)
            name = stored.key(key.encode())
            whole[where] = self._value(_text(name), self.entry(name))
            filled[where] = True
        wanted = ... if part is None else part.index(entry.shape)
        if not filled[wanted].all():
            raise InvalidArgumentError(
                None,
                None,
                f"Does not have sufficient slices for partitioned tensor {key} to restore in "
                f"slice_spec: {'-' if part is None else part.extents}",
            )
        return whole[wanted]

    def _value(self, key: str, entry: Entry) -> np.ndarray:
        kind = numpy_type(entry.dtype)
        count = 1
        for size in entry.shape:
            count *= size
        expected = count * kind.itemsize
        if entry.dtype != STRING and entry.size != expected:
            raise DataLossError(
                None,
                None,
                f"Invalid size in bundle entry: key {key}; stored size {entry.size}; "
                f"expected size {expected}",
            )
        path = data_path(self.prefix, entry.shard, self._shards)
        try:
            octets = np.fromfile(path, np.uint8, entry.size, offset=entry.offset)
        except FileNotFoundError:
            raise NotFoundError(None, None, f"{path}; No such file or directory") from None
        if octets.size < entry.size:
            raise OutOfRangeError(None, None, "Read less bytes than requested")
        if entry.dtype == STRING:
            value, checksum = _strings(octets, count)
        else:
            value, checksum = octets.view(kind), crc32c.value(octets)
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


def numpy_type(number: int) -> np.dtype:
    """NumPy's type for a number of the `DataType` enum."""
    return np.dtype(DType(number).as_numpy_dtype)


def _strings(octets: np.ndarray, count: int) -> tuple[np.ndarray, int]:
    """The strings that were written, and the checksum of all."""
    strings = np.empty(count, object)
    data = octets.tobytes()
    if not data:
        return strings, 0
    lengths, at = [], 0
    try:
        for _ in range(count):
            length, at = wire.read_varint(data, at)
            lengths.append(length)
    except wire.WireError:
        message = f"String lengths longer than expected offset {len(data)}"
        raise DataLossError(None, None, message) from None
    checksum = checksum_of_lengths(lengths)
    stored = data[at : at + 4]
    at += 4
    expected = crc32c.unmasked(int.from_bytes(stored, "little"))
    if checksum != expected or at + sum(lengths) != len(data):
        raise DataLossError(
            None,
            None,
            f"The length checksum does not match: expected {expected:08d} but actual is "
            f"{checksum:08d}",
        )
    checksum = crc32c.extend(crc32c.extend(checksum, stored), octets[at:])
    for number, length in enumerate(lengths):
        strings[number] = data[at : at + length]
        at += length
    return strings, checksum
