"""CRC-32C, vectorised: the checksum of all that a checkpoint holds.

The register after a message is linear in its bits. So the bytes of many places are carried on at
once: rows of `_WIDTH` words are added up, each carried over the length of a row, until one row is
left, which is then folded in halves down to a word.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

_POLYNOMIAL = 0x82F63B78
_WIDTHS = (1 << 14, 1 << 7)  # words in a row: for long data, and for what that leaves over
_ONES = 0xFFFFFFFF
_MASK_DELTA = 0xA282EAD8


@functools.cache
def _byte_table() -> list[int]:
    table = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        table = np.where(table & 1, (table >> 1) ^ _POLYNOMIAL, table >> 1)
    return table.tolist()


def _tables(images: np.ndarray) -> np.ndarray:
    """What a linear map makes of each value of each byte of a word, from its images of 32 bits."""
    tables = np.zeros((4, 256), np.uint32)
    for bit in range(32):
        row, power = tables[bit // 8], 1 << bit % 8
        row[power : 2 * power] = row[:power] ^ images[bit]
    return tables


def _images(tables: np.ndarray) -> np.ndarray:
    return tables[:, 1 << np.arange(8)].reshape(32)


def _applied(tables: np.ndarray, words: np.ndarray) -> np.ndarray:
    octets = words.view(np.uint8)
    found = tables[0].take(octets[0::4])
    for number in (1, 2, 3):
        found ^= tables[number].take(octets[number::4])
    return found


@functools.cache
def _carry(count: int) -> np.ndarray:
    """The tables that carry a register over `count` bytes, a power of two."""
    if count == 1:
        bits = np.uint32(1) << np.arange(32, dtype=np.uint32)
        table = np.array(_byte_table(), np.uint32)
        return _tables((bits >> 8) ^ table[bits & 255])
    half = _carry(count // 2)
    return _tables(_applied(half, _images(half)))


def _fold(rows: np.ndarray, register: int) -> int:
    """The register after rows of words, each row a power of two in length."""
    row = rows[0].copy()
    row[0] ^= register
    carry = _carry(4 * row.size)
    for following in rows[1:]:
        row = _applied(carry, row)
        row ^= following
    while row.size > 1:
        half = row.size // 2
        row = _applied(_carry(4 * half), row[:half]) ^ row[half:]
    return int(_applied(_carry(4), row)[0])


def extend(checksum: int, data: Any) -> int:
    """The checksum of what `checksum` is that of, followed by the bytes `data`."""
    register = checksum ^ _ONES
    octets = np.frombuffer(data, np.uint8)
    for width in _WIDTHS:
        count = octets.size // (4 * width)
        if count:
            whole = octets[: 4 * width * count]
            register = _fold(whole.view("<u4").reshape(count, width), register)
            octets = octets[whole.size :]
    table = _byte_table()
    for octet in octets.tolist():
        register = table[(register ^ octet) & 255] ^ (register >> 8)
    return register ^ _ONES


def value(data: Any) -> int:
    """The checksum of the bytes `data`."""
    return extend(0, data)


def masked(checksum: int) -> int:
    """A checksum as it is stored."""
    return ((checksum >> 15 | checksum << 17) + _MASK_DELTA) & _ONES


def unmasked(stored: int) -> int:
    """The checksum that was stored."""
    rotated = (stored - _MASK_DELTA) & _ONES
    return (rotated >> 17 | rotated << 15) & _ONES
