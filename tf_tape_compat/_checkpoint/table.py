"""Tables of sorted keys and values, in LevelDB's file format: blocks, their index, a footer."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator

from .._ops.io import crc32c, varint

_BLOCK_SIZE = 1 << 18
_RESTART = 16  # one of so many keys is stored in full
_FOOTER = 48
_MAGIC = 0xDB4775248B80FB57


class TableError(ValueError):
    """The file is not a table, or it is damaged."""


class OpenError(TableError):
    """The file is not a table, or its index is damaged."""


class _Block:
    """A block of entries, whose keys are stored without the prefix shared with the key before."""

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
        self.data += (
            varint.encode(shared) + varint.encode(len(key) - shared) + varint.encode(len(value))
        )
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
    """A short key that is not less than `key`, and less than `limit` if there is one."""
    if limit is None:
        for i, byte in enumerate(key):
            if byte < 255:
                return key[:i] + bytes((byte + 1,))
        return key
    i = 0
    while i < len(key) and i < len(limit) and key[i] == limit[i]:
        i += 1
    if i < min(len(key), len(limit)) and key[i] < 255 and key[i] + 1 < limit[i]:
        return key[:i] + bytes((key[i] + 1,))
    return key


def encode(entries: Iterable[tuple[bytes, bytes]]) -> bytes:
    """The table of entries, which are sorted."""
    out = bytearray()

    def write(block: _Block) -> bytes:
        """Writes a block; returns its handle, the position and size."""
        data = block.finish() + b"\0"  # not compressed
        handle = varint.encode(len(out)) + varint.encode(len(data) - 1)
        out.extend(data + struct.pack("<I", crc32c.masked(crc32c.value(data))))
        return handle

    index, block = _Block(1), _Block(_RESTART)
    last = b""
    handle = None  # of the previous block, whose key in the index depends on the next entry
    for key, value in entries:
        if handle is not None:
            index.add(_separator(last, key), handle)
            handle = None
        block.add(key, value)
        last = key
        if block.size >= _BLOCK_SIZE:
            handle = write(block)
            block = _Block(_RESTART)
    if block.data:
        handle = write(block)
    footer = write(_Block(_RESTART))
    if handle is not None:
        index.add(_separator(last, None), handle)
    footer += write(index)
    out.extend(footer.ljust(_FOOTER - 8, b"\0") + struct.pack("<Q", _MAGIC))
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
        handles = [handle for _, handle in _entries(_contents(data, *index))]
    except (TableError, varint.VarintError) as error:
        raise OpenError(str(error)) from None
    try:
        for handle in handles:
            yield from _entries(_contents(data, *_handle(handle, 0)[0]))
    except varint.VarintError as error:
        raise TableError(f"bad entry in block: {error}") from None


def _handle(data: bytes, offset: int) -> tuple[tuple[int, int], int]:
    start, offset = varint.decode(data, offset)
    size, offset = varint.decode(data, offset)
    return (start, size), offset


def _contents(data: bytes, start: int, size: int) -> memoryview:
    if start + size + 5 > len(data):
        raise TableError("truncated block read")
    stored = struct.unpack_from("<I", data, start + size + 1)[0]
    block = memoryview(data)[start : start + size + 1]
    if crc32c.value(block) != crc32c.unmasked(stored):
        raise TableError("block checksum mismatch")
    if block[-1] != 0:
        raise TableError("the block is compressed, which tf_tape_compat does not read")
    return block[:-1]


def _entries(block: memoryview) -> Iterator[tuple[bytes, bytes]]:
    if len(block) < 4:
        raise TableError("bad block contents")
    count = struct.unpack("<I", block[-4:])[0]
    end = len(block) - 4 - 4 * count
    if end < 0:
        raise TableError("bad block contents")
    offset, key = 0, b""
    while offset < end:
        shared, offset = varint.decode(block, offset)
        unshared, offset = varint.decode(block, offset)
        size, offset = varint.decode(block, offset)
        if shared > len(key) or offset + unshared + size > end:
            raise TableError("bad entry in block")
        key = key[:shared] + bytes(block[offset : offset + unshared])
        offset += unshared
        yield key, bytes(block[offset : offset + size])
        offset += size
