"""CRC-32C, the checksum of checkpoints and of TFRecord files.

The package google-crc32c computes it if it is installed. Otherwise it is vectorized here: the
register after a message is a linear function of the message's bits, so many bytes can be processed
at once. Rows of words are added up, each advanced over the length of a row, until one row is left.
That row is then folded in halves down to a single word.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np


def _import_library() -> Any:
    try:
        import google_crc32c
    except ImportError:
        return None
    return google_crc32c if google_crc32c.implementation == "c" else None  # the other is slow


_library = _import_library()

_POLYNOMIAL = 0x82F63B78
_WIDTHS = (1 << 14, 1 << 7)  # words in a row: for long data, and for its end
_ONES = 0xFFFFFFFF
_MASK_DELTA = 0xA282EAD8
_COPIED = 1 << 20  # bytes that are copied at once


@functools.cache
def _byte_table() -> list[int]:
    table = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        table = np.where(table & 1, (table >> 1) ^ _POLYNOMIAL, table >> 1)
    return table.tolist()


def _tables(images: np.ndarray) -> np.ndarray:
    """Tables of a linear map for each value of each byte of a word, from its images of 32 bits."""
    tables = np.zeros((4, 256), np.uint32)
    for bit in range(32):
        row, power = tables[bit // 8], 1 << bit % 8
        row[power : 2 * power] = row[:power] ^ images[bit]
    return tables


def _images(tables: np.ndarray) -> np.ndarray:
    return tables[:, 1 << np.arange(8)].reshape(32)


def _apply(tables: np.ndarray, words: np.ndarray) -> np.ndarray:
    """Applies the linear map of the tables to each word."""
    data = words.view(np.uint8)
    result = tables[0].take(data[0::4])
    for position in (1, 2, 3):
        result ^= tables[position].take(data[position::4])
    return result


@functools.cache
def _advance_tables(count: int) -> np.ndarray:
    """The tables that advance a register over `count` zero bytes, a power of two."""
    if count == 1:
        bits = np.uint32(1) << np.arange(32, dtype=np.uint32)
        table = np.array(_byte_table(), np.uint32)
        return _tables((bits >> 8) ^ table[bits & 255])
    half = _advance_tables(count // 2)
    return _tables(_apply(half, _images(half)))


def _fold(rows: np.ndarray, register: int) -> int:
    """The register after rows of words, each row a power of two in length."""
    row = rows[0].copy()
    row[0] ^= register
    advance = _advance_tables(4 * row.size)
    for following in rows[1:]:
        row = _apply(advance, row)
        row ^= following
    while row.size > 1:
        half = row.size // 2
        row = _apply(_advance_tables(4 * half), row[:half]) ^ row[half:]
    return int(_apply(_advance_tables(4), row)[0])


def vectorized_extend(checksum: int, data: Any) -> int:
    """`extend` without google-crc32c."""
    register = checksum ^ _ONES
    array = np.frombuffer(data, np.uint8)
    for width in _WIDTHS:
        count = array.size // (4 * width)
        if count:
            rows = array[: 4 * width * count]
            register = _fold(rows.view("<u4").reshape(count, width), register)
            array = array[rows.size :]
    table = _byte_table()
    for byte in array.tolist():
        register = table[(register ^ byte) & 255] ^ (register >> 8)
    return register ^ _ONES


def extend(checksum: int, data: Any) -> int:
    """The checksum of data whose beginning has the given checksum and which ends with `data`."""
    if _library is None:
        return vectorized_extend(checksum, data)
    if type(data) is bytes:
        return _library.extend(checksum, data)
    # The library reads nothing but bytes.
    view = memoryview(data)
    view = view.cast("B") if view.nbytes else memoryview(b"")
    for begin in range(0, len(view), _COPIED):
        checksum = _library.extend(checksum, view[begin : begin + _COPIED].tobytes())
    return checksum


def value(data: Any) -> int:
    """The checksum of bytes."""
    return extend(0, data)


def masked(checksum: int) -> int:
    """A checksum in the form in which it is stored."""
    return ((checksum >> 15 | checksum << 17) + _MASK_DELTA) & _ONES


def unmasked(stored: int) -> int:
    """The checksum of a stored form."""
    rotated = (stored - _MASK_DELTA) & _ONES
    return (rotated >> 17 | rotated << 15) & _ONES
