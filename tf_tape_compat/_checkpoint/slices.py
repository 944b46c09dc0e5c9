"""Slices of partitioned tensors: what they cover, and the keys that they are stored under."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from . import wire

_ESCAPED = {0: b"\0\xff", 255: b"\xff\0"}
_FULL = -1  # the length that stands for all of an axis


@dataclasses.dataclass(frozen=True)
class Slice:
    """A part of a tensor: start and length of each axis, the length -1 being all of it."""

    extents: tuple[tuple[int, int], ...]

    @classmethod
    def parse(cls, message: bytes) -> Slice:
        """From a TensorSliceProto."""
        extents = []
        for number, value in wire.fields(message):
            if number == 1:
                extent = dict(wire.fields(value))
                length = wire.signed(extent[2]) if 2 in extent else _FULL
                extents.append((wire.signed(extent.get(1, 0)), length))
        return cls(tuple(extents))

    def message(self) -> bytes:
        """As a TensorSliceProto."""
        return b"".join(
            wire.field(
                1, b"" if length == _FULL else wire.optional(1, start) + wire.field(2, length)
            )
            for start, length in self.extents
        )

    def index(self, shape: Sequence[int]) -> tuple[slice, ...]:
        """What to index an array of this shape with."""
        return tuple(
            slice(0, size) if length == _FULL else slice(start, start + length)
            for (start, length), size in zip(self.extents, shape, strict=True)
        )

    def key(self, name: bytes) -> bytes:
        """The key of this part of the tensor of a name."""
        body = b"".join(_ESCAPED.get(octet, bytes((octet,))) for octet in name)
        out = _ordered(0) + body + b"\0\1" + _ordered(len(self.extents))
        for start, length in self.extents:
            out += _ordered_signed(start) + _ordered_signed(length)
        return out


def _ordered(number: int) -> bytes:
    """An unsigned number, so that the bytes sort as the numbers do."""
    size = (number.bit_length() + 7) // 8
    return bytes((size,)) + number.to_bytes(size, "big")


def _ordered_signed(number: int) -> bytes:
    """A signed number, likewise: its length is in the leading ones."""
    bits = (~number if number < 0 else number).bit_length()
    size = bits // 7 + 1
    header = ((1 << size) - 1) << (8 * size - size)
    return ((number & ((1 << 8 * size) - 1)) ^ header).to_bytes(size, "big")
