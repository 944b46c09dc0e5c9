"""Tables of sorted keys in a file, as LevelDB writes them: blocks, their index, a footer."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator

from . import crc32c
from .wire import WireError, read_varint, varint

_BLOCK_SIZE = 1 << 18
_RESTART = 16  # every so many keys one is written in full
_FOOTER = 48
_MAGIC = 0xDB4775248B80FB57


class TableError(ValueError):
    """A file that is no table, or was damaged."""


class OpenError(TableError):
    """That it is no table, or where its entries are, shows at once."""


class _Block:
    """The entries of a block, each key without what it shares with the one before."""

    def __init__(self, restart: int) -> None:
        self._every = restart
        self._count = 0
        self._restarts = [0]
        self._last = b""
        self.data = bytearray()

    def add(self, key: bytes, value: bytes) -> None:
        shared = 0
        if self._count == self._every:
            self._restarts.append(len(self.data))
            self._count = 0
        else:
            limit = min(len(key), len(self._last))
            while shared < limit and key[shared] == self._last[shared]:
                shared += 1
        self.data += varint(shared) + varint(len(key) - shared) + varint(len(value))
        self.data += key[shared:] + value
        self._last = key
        self._count += 1

    @property
    def size(self) -> int:
        return len(self.data) + 4 * len(self._restarts) + 4

    def finish(self) -> bytes:
        count = len(self._restarts)
        return bytes(self.data) + struct.pack(f"<{count}II", *self._restarts, count)


def _separator(key: bytes, limit: bytes | None) -> bytes:
    """A short key that is not before `key`, and before `limit` if there is one."""
    if limit is None:
        for at, octet in enumerate(key):
            if octet < 255:
                return key[:at] + bytes((octet + 1,))
        return key
    at = 0
    while at < len(key) and at < len(limit) and key[at] == limit[at]:
        at += 1
    if at < min(len(key), len(limit)) and key[at] < 255 and key[at] + 1 < limit[at]:
        return key[:at] + bytes((key[at] + 1,))
    return key


def encode(entries: Iterable[tuple[bytes, bytes]]) -> bytes:
    """A table of entries, which come sorted."""
    out = bytearray()

    def place(block: _Block) -> bytes:
        """Writes a block; returns where it is."""
        data = block.finish() + b"\0"  # not compressed
        handle = varint(len(out)) + varint(len(data) - 1)
        out.extend(data + struct.pack("<I", crc32c.masked(crc32c.value(data))))
        return handle

    index, block = _Block(1), _Block(_RESTART)
    last = b""
    handle = None  # of the block before, whose key in the index the next entry decides
    for key, value in entries:
        if handle is not None:
            index.add(_separator(last, key), handle)
            handle = None
        block.add(key, value)
        last = key
        if block.size >= _BLOCK_SIZE:
            handle = place(block)
            block = _Block(_RESTART)
    if block.data:
        handle = place(block)
    rest = place(_Block(_RESTART))
    if handle is not None:
        index.add(_separator(last, None), handle)
    rest += place(index)
    out.extend(rest.ljust(_FOOTER - 8, b"\0") + struct.pack("<Q", _MAGIC))
    return bytes(out)


def decode(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The entries of a table. Raises `TableError`."""
    if len(data) < _FOOTER:
        raise OpenError("file is too short to be an sstable")
    if struct.unpack("<Q", data[-8:])[0] != _MAGIC:
        raise OpenError("not an sstable (bad magic number)")
    try:
        _, at = _handle(data, len(data) - _FOOTER)
        index, _ = _handle(data, at)
        places = list(_entries(_contents(data, *index)))
    except (TableError, WireError) as error:
        raise OpenError(str(error)) from None
    try:
        for _, place in places:
            yield from _entries(_contents(data, *_handle(place, 0)[0]))
    except WireError as error:
        raise TableError(f"bad entry in block: {error}") from None


def _handle(data: bytes, at: int) -> tuple[tuple[int, int], int]:
    start, at = read_varint(data, at)
    size, at = read_varint(data, at)
    return (start, size), at


def _contents(data: bytes, start: int, size: int) -> memoryview:
    if start + size + 5 > len(data):
        raise TableError("truncated block read")
    stored = struct.unpack_from("<I", data, start + size + 1)[0]
    whole = memoryview(data)[start : start + size + 1]
    if crc32c.value(whole) != crc32c.unmasked(stored):
        raise TableError("block checksum mismatch")
    if whole[-1] != 0:
        raise TableError("the block is compressed, which tf_tape_compat does not read")
    return whole[:-1]


def _entries(block: memoryview) -> Iterator[tuple[bytes, bytes]]:
    if len(block) < 4:
        raise TableError("bad block contents")
    count = struct.unpack("<I", block[-4:])[0]
    end = len(block) - 4 - 4 * count
    if end < 0:
        raise TableError("bad block contents")
    at, key = 0, b""
    while at < end:
        shared, at = read_varint(block, at)
        own, at = read_varint(block, at)
        size, at = read_varint(block, at)
        if shared > len(key) or at + own + size > end:
            raise TableError("bad entry in block")
        key = key[:shared] + bytes(block[at : at + own])
        at += own
        yield key, bytes(block[at : at + size])
        at += size
