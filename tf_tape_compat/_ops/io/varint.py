"""Integers of variable length: seven bits a byte, the lowest first, as LevelDB stores them."""

from __future__ import annotations

from typing import Any


class VarintError(ValueError):
    """The bytes do not hold a complete number."""


def encode(number: int) -> bytes:
    """A non-negative number as bytes."""
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)


def decode(data: Any, offset: int) -> tuple[int, int]:
    """The number at an offset, at most 64 bits, and the offset after it. Raises VarintError."""
    number = shift = 0
    while True:
        if offset >= len(data) or shift > 63:
            raise VarintError("incomplete number")
        byte = data[offset]
        offset += 1
        number |= (byte & 127) << shift
        if byte < 128:
            return number & (1 << 64) - 1, offset
        shift += 7
