"""The values of one serialized Example, by TensorFlow's rules for malformed messages.

TensorFlow does not parse these messages with protobuf. Its own parser is stricter in some places
and ignores more in others; this one accepts and refuses the same bytes.
"""

from __future__ import annotations

import struct
from typing import Any

import numpy as np

from .._ops.io.varint import VarintError, decode

# The kinds of a Feature's list, by the tag that begins the Feature.
STRING, FLOAT, INT64 = 0x0A, 0x12, 0x1A
KIND_NAMES = {STRING: "string", FLOAT: "float", INT64: "int64"}
_PACKED, _VARINT, _FIXED32 = 0x0A, 0x08, 0x0D
_VECTORIZED = 100  # bytes of numbers that are decoded one by one


class MalformedError(Exception):
    """The message is not a serialized Example."""


class UnknownKindError(Exception):
    """A Feature holds none of the three kinds of lists."""


def _length(data: bytes, at: int) -> tuple[int, int]:
    """A length and the offset after it."""
    if at < len(data) and data[at] < 128:  # most are that short
        return data[at], at + 1
    length, at = decode(data, at)
    if length >= 1 << 31:
        raise VarintError
    return length, at


def _skip(data: bytes, at: int, end: int) -> int:
    """The offset after the field that begins at `at`."""
    tag, at = decode(data, at)
    wire_type = tag & 7
    if wire_type == 0:
        _, at = decode(data, at)
    elif wire_type == 1:
        at += 8
    elif wire_type == 2:
        length, at = _length(data, at)
        at += length
    elif wire_type == 5:
        at += 4
    else:
        raise MalformedError
    if at > end:
        raise MalformedError
    return at


def _entry(data: bytes, at: int, end: int) -> tuple[bytes, int, int]:
    """The key of a map's entry, and where its value begins and ends."""
    key, begin, stop = b"", 0, 0
    for _ in range(2):
        if at >= end or data[at] not in (0x0A, 0x12):
            raise MalformedError
        tag = data[at]
        length, at = _length(data, at + 1)
        if at + length > end:
            raise MalformedError
        if tag == 0x0A:
            key = data[at : at + length]
        else:
            begin, stop = at, at + length
        at += length
    if at != end:
        raise MalformedError
    return key, begin, stop


def entries(
    data: bytes, at: int, end: int, keys_first: bool = False
) -> list[tuple[bytes, int, int]]:
    """The entries of a message that is a map: keys, and where their values begin and end.

    With `keys_first`, an entry must begin with its key. Raises MalformedError or VarintError.
    """
    found = []
    while at < end:
        if data[at] != 0x0A:
            raise MalformedError
        length, at = _length(data, at + 1)
        stop = min(at + length, end)
        if keys_first and data[at : at + 1] != b"\x0a":
            raise MalformedError
        found.append(_entry(data, at, stop))
        at = stop
    return found


def example_features(data: bytes) -> list[tuple[bytes, int, int]]:
    """The features of an Example: their names, and where the Feature messages are.

    Raises MalformedError if it is not an Example.
    """
    found: list[tuple[bytes, int, int]] = []
    at, end = 0, len(data)
    try:
        while at < end:
            if data[at] == 0x0A:
                length, at = _length(data, at + 1)
                stop = min(at + length, end)
                found += entries(data, at, stop)
                at = stop
            else:
                at = _skip(data, at, end)
    except VarintError:
        raise MalformedError from None
    return found


def sequence_parts(data: bytes) -> tuple[dict[bytes, Any], dict[bytes, Any]]:
    """The context's features and the feature lists of a SequenceExample.

    Each is a dict of the offsets at which the message of a key begins and ends. Raises
    MalformedError if the message is not a SequenceExample.
    """
    context: dict[bytes, Any] = {}
    lists: dict[bytes, Any] = {}
    at, end = 0, len(data)
    try:
        while at < end:
            if data[at] not in (0x0A, 0x12):
                at = _skip(data, at, end)
                continue
            target = context if data[at] == 0x0A else lists
            length, at = _length(data, at + 1)
            stop = min(at + length, end)
            target |= {key: (begin, to) for key, begin, to in entries(data, at, stop, True)}
            at = stop
    except VarintError:
        raise MalformedError from None
    return context, lists


def list_features(data: bytes, at: int, end: int) -> list[tuple[int, int]]:
    """Where the Features of a FeatureList begin and end. Raises MalformedError."""
    found = []
    try:
        while at < end:
            if data[at] != 0x0A:
                raise MalformedError
            length, at = _length(data, at + 1)
            if at + length > end:
                raise MalformedError
            found.append((at, at + length))
            at += length
    except VarintError:
        raise MalformedError from None
    return found


def kind_of(data: bytes, begin: int, end: int) -> int:
    """The kind of a Feature's list; 0 if it is empty. Raises UnknownKindError for anything else."""
    if begin == end:
        return 0
    if data[begin] not in KIND_NAMES:
        raise UnknownKindError
    return data[begin]


def list_values(data: bytes, begin: int, end: int) -> Any:
    """The values of a Feature, a list or an array. Raises MalformedError."""
    kind = data[begin]
    try:
        length, at = _length(data, begin + 1)
        end = min(at + length, end)
        if at >= end:
            return []
        if kind == STRING:
            return _strings(data, at, end)
        if kind == FLOAT:
            return _floats(data, at, end)
        return _integers(data, at, end)
    except VarintError:
        raise MalformedError from None


def _strings(data: bytes, at: int, end: int) -> list[bytes]:
    values = []
    while at < end:
        if data[at] != 0x0A:
            raise MalformedError
        length, at = _length(data, at + 1)
        if at + length > end:
            raise MalformedError
        values.append(data[at : at + length])
        at += length
    return values


def _floats(data: bytes, at: int, end: int) -> Any:
    if data[at] == _PACKED:
        length, at = _length(data, at + 1)
        if at + length > end:
            raise MalformedError
        return np.frombuffer(data, "<f4", length // 4, at)
    values: list[float] = []
    while at < end:
        if data[at] != _FIXED32 or at + 5 > end:
            raise MalformedError
        values += struct.unpack_from("<f", data, at + 1)
        at += 5
    return values


def _integers(data: bytes, at: int, end: int) -> Any:
    if data[at] == _PACKED:
        length, at = _length(data, at + 1)
        if at > end:
            raise MalformedError
        end = min(at + length, end)
        if end - at > _VECTORIZED:
            found = packed_integers(np.frombuffer(data, np.uint8, end - at, at))
            if found is None:
                raise MalformedError
            return found
        is_packed = True
    else:
        is_packed = False
    values = []
    while at < end:
        if not is_packed:
            if data[at] != _VARINT:
                raise MalformedError
            at += 1
        value, at = decode(data, at)
        if at > end:
            raise MalformedError
        values.append(value - (1 << 64) if value >> 63 else value)
    return values


def packed_integers(octets: np.ndarray) -> np.ndarray | None:
    """The int64 numbers that are stored in bytes, one after another; None if one is invalid."""
    is_last = octets < 128
    if is_last.all():
        return octets.astype(np.int64)
    if not is_last[-1]:
        return None
    last = np.flatnonzero(is_last)
    lengths = np.diff(last, prepend=-1)
    longest = int(lengths.max())
    if longest > 10:
        return None
    first = last - lengths + 1
    values = (octets[first] & 127).astype(np.uint64)
    for place in range(1, longest):
        where = np.flatnonzero(lengths > place)
        octet = (octets[first[where] + place] & 127).astype(np.uint64)
        values[where] |= octet << np.uint64(7 * place)
    return values.view(np.int64)
