"""The wire format of protocol buffers: fields of varints, fixed numbers and bytes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
_WIDTH = {FIXED64: 8, FIXED32: 4}
_64 = (1 << 64) - 1


class WireError(ValueError):
    """Bytes that are no message."""


def varint(number: int) -> bytes:
    """A number in groups of seven bits; negative ones as 64-bit numbers."""
    number &= _64
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)


def read_varint(data: Any, at: int) -> tuple[int, int]:
    """The number at a position, and the position behind it."""
    number = shift = 0
    while True:
        if at >= len(data) or shift > 63:
            raise WireError("a number has no end")
        octet = data[at]
        at += 1
        number |= (octet & 127) << shift
        if octet < 128:
            return number & _64, at
        shift += 7


def signed(number: int) -> int:
    """A varint's number as int64."""
    return number - (1 << 64) if number >> 63 else number


def field(number: int, value: int | bytes) -> bytes:
    """A field: of a varint, or of bytes."""
    if isinstance(value, int):
        return varint(number << 3 | VARINT) + varint(value)
    return varint(number << 3 | BYTES) + varint(len(value)) + value


def optional(number: int, value: int | bytes) -> bytes:
    """A field, left out where it has its default."""
    return field(number, value) if value else b""


def fixed32(number: int, value: int) -> bytes:
    """A field of a fixed number of 32 bits."""
    return varint(number << 3 | FIXED32) + value.to_bytes(4, "little")


def fields(message: Any) -> Iterator[tuple[int, Any]]:
    """The numbers and the values of a message's fields. Raises `WireError` for other bytes."""
    for number, _, value, _ in kinded_fields(message):
        yield number, value


def kinded_fields(message: Any) -> Iterator[tuple[int, int, Any, bytes]]:
    """As `fields`, with the kind after the number, and at last all of the field's bytes."""
    at = 0
    while at < len(message):
        start = at
        key, at = read_varint(message, at)
        kind = key & 7
        value: Any
        if kind == VARINT:
            value, at = read_varint(message, at)
        elif kind in (FIXED32, FIXED64, BYTES):
            size = _WIDTH.get(kind)
            if size is None:
                size, at = read_varint(message, at)
            value = bytes(message[at : at + size])
            at += size
            if len(value) != size:
                raise WireError("a field has no end")
            if kind != BYTES:
                value = int.from_bytes(value, "little")
        else:
            raise WireError(f"there is no wire type {kind}")
        yield key >> 3, kind, value, bytes(message[start:at])
