"""Slices of partitioned tensors: what they cover, and the keys they are stored under."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from .. import _messages

_ESCAPED = {0: b"\0\xff", 255: b"\xff\0"}
_FULL = -1  # the length of an extent that covers a whole axis


@dataclasses.dataclass(frozen=True)
class Slice:
    """A part of a tensor: the start and length of each axis; a length of -1 is the whole axis."""

    extents: tuple[tuple[int, int], ...]

    @classmethod
    def from_proto(cls, proto: Any) -> Slice:
        """The slice of a TensorSliceProto."""
        return cls(
            tuple(
                (extent.start, extent.length if extent.HasField("length") else _FULL)
                for extent in proto.extent
            )
        )

    def as_proto(self) -> Any:
        """A TensorSliceProto of the slice."""
        proto = _messages.TensorSliceProto()
        for start, length in self.extents:
            extent = proto.extent.add()
            if length != _FULL:
                extent.start, extent.length = start, length
        return proto

    def index(self, shape: Sequence[int]) -> tuple[slice, ...]:
        """The index that takes this slice from an array of `shape`."""
        return tuple(
            slice(0, size) if length == _FULL else slice(start, start + length)
            for (start, length), size in zip(self.extents, shape, strict=True)
        )

    def key(self, name: bytes) -> bytes:
        """The key under which this slice of the tensor `name` is stored."""
        escaped = b"".join(_ESCAPED.get(byte, bytes((byte,))) for byte in name)
        key = _ordered(0) + escaped + b"\0\1" + _ordered(len(self.extents))
        for start, length in self.extents:
            key += _ordered_signed(start) + _ordered_signed(length)
        return key


def _ordered(number: int) -> bytes:
    """An unsigned number as bytes that sort as the numbers do."""
    size = (number.bit_length() + 7) // 8
    return bytes((size,)) + number.to_bytes(size, "big")


def _ordered_signed(number: int) -> bytes:
    """A signed number as bytes that sort as the numbers do; leading ones give the length."""
    bits = (~number if number < 0 else number).bit_length()
    size = bits // 7 + 1
    header = ((1 << size) - 1) << (8 * size - size)
    return ((number & ((1 << 8 * size) - 1)) ^ header).to_bytes(size, "big")
