"""The values of features in a batch of serialized Examples, vectorized.

All messages are parsed at the same time: each step reads the same part of every message, as arrays
of offsets. This covers messages as every library writes them. For anything else the functions here
return None, and the messages are parsed one by one (`wire.py`).
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from .wire import FLOAT, INT64, STRING, packed_integers

_PADDING = bytes(16)  # reads past the end of a message stay in the buffer
_SMALL = 64  # ranges of up to so many bytes are gathered by index, longer ones are joined
_MOST_KEYS = 1 << 14
_IS_KIND = np.isin(np.arange(256), (STRING, FLOAT, INT64))
_count = np.count_nonzero  # the fastest way to ask whether there is any


class Column(NamedTuple):
    """The values of a feature, those of all messages in a row.

    `counts` is how many are of each message, and `present` whether it has the feature. `present` is
    None if all have it.
    """

    values: Any
    counts: np.ndarray
    present: np.ndarray | None


class _Buffer:
    """The messages, joined."""

    def __init__(self, messages: Sequence[bytes]) -> None:
        self.data = b"".join((*messages, _PADDING))
        self.octets = np.frombuffer(self.data, np.uint8)
        lengths = np.fromiter(map(len, messages), np.int64, len(messages))
        self.ends = lengths.cumsum()
        self.begins = self.ends - lengths

    def varints(self, at: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
        """Lengths of at most 28 bits, and the offsets after them; None if one is longer."""
        octets = self.octets
        first = octets[at]
        at = at + 1
        if not _count(first > 127):
            return first.astype(np.int64), at
        value = (first & 127).astype(np.int64)
        more = first > 127
        for shift in (7, 14, 21):
            octet = np.where(more, octets[np.minimum(at, octets.size - 1)], 0)
            value |= (octet & 127).astype(np.int64) << shift
            at = at + more
            more = octet > 127
            if not _count(more):
                return value, at
        return None

    def fields(self, at: np.ndarray, tag: int, end: np.ndarray) -> Any:
        """Where fields that begin at `at` begin and end; None if a tag or a length is wrong."""
        if _count(at >= end) or _count(self.octets[at] != tag):
            return None
        found = self.varints(at + 1)
        if found is None:
            return None
        length, begin = found
        stop = begin + length
        return None if _count(stop > end) else (begin, stop)

    def gather(self, begin: np.ndarray, size: np.ndarray) -> np.ndarray:
        """The bytes of ranges, one after another, in memory of its own."""
        if not size.size:
            return np.empty(0, np.uint8)
        width = int(size[0])
        stops = size.cumsum()
        total = int(stops[-1])
        if total <= _SMALL * size.size:
            if not _count(size != width):
                return self.octets[begin[:, None] + np.arange(width)].reshape(-1)
            return self.octets[np.repeat(begin - stops + size, size) + np.arange(total)]
        data = self.data
        ranges = zip(begin.tolist(), (begin + size).tolist(), strict=True)
        return np.frombuffer(bytearray().join([data[a:b] for a, b in ranges]), np.uint8)


# -- where the features are ---------------------------------------------------------------------


class _Ends(NamedTuple):
    """Keys as numbers: up to 8 bytes from either end, and the length."""

    first: np.ndarray
    last: np.ndarray  # 0 for keys of less than 8 bytes
    size: np.ndarray

    def hashes(self) -> np.ndarray:
        mixed = self.first * np.uint64(0x9E3779B97F4A7C15) ^ (self.last + np.uint64(0x7F4A7C15))
        return mixed * np.uint64(0xBF58476D1CE4E5B9) + self.size.astype(np.uint64)


def _ends_of(buffer: _Buffer, begin: np.ndarray, size: np.ndarray) -> _Ends:
    window = np.arange(8)
    octets = buffer.octets
    first = octets[begin[:, None] + window].view("<u8")[:, 0]
    last = octets[np.maximum(begin + size - 8, 0)[:, None] + window].view("<u8")[:, 0]
    is_short = size < 8
    if _count(is_short):
        masks = (np.uint64(1) << (8 * np.arange(8)).astype(np.uint64)) - np.uint64(1)
        first = np.where(is_short, first & masks[np.minimum(size, 7)], first)
        last = np.where(is_short, np.uint64(0), last)
    return _Ends(first, last, size)


class _Keys:
    """The names of features, which are found by a hash."""

    def __init__(self, keys: tuple[bytes, ...]) -> None:
        buffer = _Buffer(keys)
        ends = _ends_of(buffer, buffer.begins, buffer.ends - buffer.begins)
        hashes = ends.hashes()
        self._order = hashes.argsort()
        self._sorted = hashes[self._order]
        self._ends = _Ends(*(part[self._order] for part in ends))
        self._long = [(index, key) for index, key in enumerate(keys) if len(key) > 16]
        self._collide = bool((self._sorted[1:] == self._sorted[:-1]).any())

    def find(self, buffer: _Buffer, begin: np.ndarray, size: np.ndarray) -> np.ndarray | None:
        """The index of each key in the list, -1 for others; None if hashes collide."""
        if self._collide:
            return None
        ends = _ends_of(buffer, begin, size)
        places = np.minimum(self._sorted.searchsorted(ends.hashes()), self._sorted.size - 1)
        same = self._ends.size[places] == size
        same &= self._ends.first[places] == ends.first
        same &= self._ends.last[places] == ends.last
        found = np.where(same, self._order[places], -1)
        for index, key in self._long:
            where = np.flatnonzero(found == index)
            text = buffer.octets[begin[where][:, None] + np.arange(len(key))]
            if (text != np.frombuffer(key, np.uint8)).any():
                return None
        return found


_keys = functools.lru_cache(64)(_Keys)


def _entries(buffer: _Buffer) -> Any:
    """The entries of all messages: the message of each, and where it begins and ends."""
    outer = buffer.fields(buffer.begins, 0x0A, buffer.ends)
    if outer is None or _count(outer[1] != buffer.ends):
        return None
    at, end = outer
    rows = np.arange(at.size)
    parts = []
    while True:
        going = at < end
        if _count(going) != going.size:
            rows, at, end = rows[going], at[going], end[going]
            if not rows.size:
                break
        found = buffer.fields(at, 0x0A, end)
        if found is None:
            return None
        parts.append((rows, *found))
        at = found[1]
    if not parts:
        return None
    return tuple(map(np.concatenate, zip(*parts, strict=True)))


class _Located(NamedTuple):
    """Where the lists of features are, as matrices of features and messages."""

    kinds: np.ndarray
    begins: np.ndarray
    ends: np.ndarray


def _locate(buffer: _Buffer, keys: _Keys, count: int) -> _Located | None:
    all_entries = _entries(buffer)
    if all_entries is None:
        return None
    rows, begin, end = all_entries
    key = buffer.fields(begin, 0x0A, end)
    if key is None:
        return None
    feature = buffer.fields(key[1], 0x12, end)
    if feature is None or _count(feature[1] != end):
        return None
    index = keys.find(buffer, key[0], key[1] - key[0])
    if index is None:
        return None
    is_wanted = index >= 0
    if _count(is_wanted) != is_wanted.size:
        wanted = np.flatnonzero(is_wanted)
        rows, index = rows[wanted], index[wanted]
        feature = feature[0][wanted], feature[1][wanted]
    begin, end = feature
    kind = buffer.octets[begin]
    if _count(begin >= end) or _count(_IS_KIND[kind]) != kind.size:
        return None
    found = buffer.varints(begin + 1)
    if found is None:
        return None
    length, begin = found
    if _count(begin + length != end):
        return None
    shape = count, buffer.begins.size
    kinds = np.zeros(shape, np.uint8)
    begins, ends = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    # Of features with one name the last counts.
    kinds[index, rows], begins[index, rows], ends[index, rows] = kind, begin, end
    return _Located(kinds, begins, ends)


# -- their values -------------------------------------------------------------------------------


def _packed(buffer: _Buffer, begin: np.ndarray, end: np.ndarray) -> Any:
    """Where the numbers of packed lists are: offsets and sizes; None if one is not packed."""
    if _count(begin == end):
        some = np.flatnonzero(begin < end)
        found = _packed(buffer, begin[some], end[some])
        if found is None:
            return None
        offsets, sizes = np.zeros_like(begin), np.zeros_like(begin)
        offsets[some], sizes[some] = found
        return offsets, sizes
    found = buffer.fields(begin, 0x0A, end)
    if found is None or _count(found[1] != end):
        return None
    return found[0], end - found[0]


def _floats(buffer: _Buffer, begin: np.ndarray, end: np.ndarray) -> Any:
    """The numbers of packed lists, and how many are in each."""
    found = _packed(buffer, begin, end)
    if found is None or _count(found[1] & 3):
        return None
    return buffer.gather(*found).view("<f4"), found[1] >> 2


def _integers(buffer: _Buffer, begin: np.ndarray, end: np.ndarray) -> Any:
    """The numbers of packed lists, and how many are in each."""
    found = _packed(buffer, begin, end)
    if found is None:
        return None
    sizes = found[1]
    octets = buffer.gather(*found)
    values = packed_integers(octets) if octets.size else octets.astype(np.int64)
    if values is None:
        return None
    if values.size == octets.size:
        return values, sizes
    is_last = octets < 128
    stops = sizes.cumsum()
    if not is_last[stops[sizes > 0] - 1].all():
        return None
    through = np.concatenate([[0], is_last.cumsum()])  # numbers that end before each byte
    return values, through[stops] - through[stops - sizes]


def _strings(buffer: _Buffer, begin: np.ndarray, end: np.ndarray) -> Any:
    """The strings of lists, and how many are in each."""
    data = buffer.data
    single = buffer.fields(begin, 0x0A, end)
    if single is not None and not _count(single[1] != end):
        ranges = zip(single[0].tolist(), end.tolist(), strict=True)
        array = np.empty(begin.size, object)
        array[:] = [data[a:b] for a, b in ranges]
        return array, np.ones(begin.size, np.int64)
    values: list[bytes] = []
    counts = []
    total = 0
    for at, stop in zip(begin.tolist(), end.tolist(), strict=True):
        while at < stop:
            if data[at] != 0x0A:
                return None
            size = data[at + 1]
            at += 2
            shift = 7
            if size > 127:
                size &= 127
                while True:
                    octet = data[at]
                    at += 1
                    size |= (octet & 127) << shift
                    shift += 7
                    if octet < 128:
                        break
                    if shift > 28:
                        return None
            following = at + size
            if following > stop:
                return None
            values.append(data[at:following])
            at = following
        counts.append(len(values) - total)
        total = len(values)
    array = np.empty(total, object)
    array[:] = values
    return array, np.array(counts, np.int64)


_READERS = {STRING: _strings, FLOAT: _floats, INT64: _integers}


def read_columns(
    messages: Sequence[bytes], features: Sequence[tuple[bytes, int]]
) -> list[Column] | None:
    """The columns of features, each given by its name and kind.

    None if a message is unusual or malformed, or a feature is of another kind: then the messages
    must be parsed one by one.
    """
    if len(features) > _MOST_KEYS:
        return None
    buffer = _Buffer(messages)
    located = _locate(buffer, _keys(tuple(key for key, _ in features)), len(features))
    if located is None:
        return None
    columns: list[Any] = [None] * len(features)
    for kind, read in _READERS.items():
        indices = [index for index, (_, own) in enumerate(features) if own == kind]
        if indices and not _read_kind(buffer, located, kind, read, indices, columns):
            return None
    return columns


def _read_kind(
    buffer: _Buffer, located: _Located, kind: int, read: Any, indices: list[int], columns: list[Any]
) -> bool:
    """Fills in the columns of all features of a kind. False if they are unusual."""
    kinds = located.kinds[indices]
    present = kinds != 0
    everywhere = _count(present) == present.size
    if everywhere:
        if _count(kinds != kind):
            return False
        begin, end = located.begins[indices].reshape(-1), located.ends[indices].reshape(-1)
    else:
        if _count(kinds[present] != kind):
            return False
        begin, end = located.begins[indices][present], located.ends[indices][present]
    found = read(buffer, begin, end)
    if found is None:
        return False
    values, own_counts = found
    counts = own_counts.reshape(present.shape) if everywhere else np.zeros(present.shape, np.int64)
    if not everywhere:
        counts[present] = own_counts
    totals = counts.sum(axis=1).cumsum().tolist()
    at = 0
    for row, (index, stop) in enumerate(zip(indices, totals, strict=True)):
        complete = everywhere or bool(present[row].all())
        columns[index] = Column(values[at:stop], counts[row], None if complete else present[row])
        at = stop
    return True
