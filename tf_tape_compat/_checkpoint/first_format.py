"""Checkpoints of TensorFlow's first format: tables of named slices, without files of data.

Each value of a table is a SavedTensorSlices. The first says what tensors there are, and in which
slices; the others hold a slice each, as a TensorProto.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from .._core.types.dtype import DType
from ..errors import DataLossError, InternalError, InvalidArgumentError, NotFoundError
from . import table, wire
from .bundle import STRING, Entry, numpy_type, parse_shape
from .slices import Slice

# The fields of a TensorProto that hold numbers: what they are stored as, or None for varints.
_FIXED = {5: "<f4", 6: "<f8", 9: "<f4", 12: "<f8"}
_VARINTS = (7, 10, 11, 13, 16, 17)
_RAW, _STRINGS, _HALVES = 4, 8, 13
_BY_BITS = ("float16", "bfloat16")


@dataclasses.dataclass
class _Tensor:
    entry: Entry
    stored: dict[bytes, Slice] = dataclasses.field(default_factory=dict)  # slices by their keys


class FirstFormat:
    """Such a checkpoint, of one or more files, to read from.

    Raises DataLossError for files of another kind, InternalError for tables of something else.
    """

    def __init__(self, paths: Sequence[str]) -> None:
        self._tensors: dict[str, _Tensor] = {}
        self._values: dict[bytes, bytes] = {}
        for path in paths:
            first, *rest = self._entries(path)
            for message in _sub(first, 1, 1):
                self._note(message)
            self._values.update(rest)

    def _entries(self, path: str) -> list[Any]:
        with open(path, "rb") as file:
            data = file.read()
        try:
            (key, meta), *rest = table.decode(data)
        except table.OpenError as error:
            raise DataLossError(None, None, _not_a_table(path, f"DATA_LOSS: {error}")) from None
        except (table.TableError, ValueError):
            key, meta, rest = b"?", b"", []
        if key or 1 not in dict(_fields(meta)):
            raise InternalError(
                None,
                None,
                "Failed to find the saved tensor slices at the beginning of the checkpoint file: "
                f"{path}",
            )
        return [meta, *rest]

    def _note(self, message: bytes) -> None:
        """Takes over what a SavedSliceMeta says of a tensor."""
        name, entry, parts = b"", Entry(), []
        for number, value in _fields(message):
            if number == 1:
                name = value
            elif number == 2:
                entry.shape = parse_shape(value)
            elif number == 3:
                entry.dtype = value
            elif number == 4:
                parts.append(Slice.parse(value))
        tensor = self._tensors.setdefault(name.decode(), _Tensor(entry))
        tensor.stored.update({part.key(name): part for part in parts})

    def __contains__(self, key: str) -> bool:
        return key in self._tensors

    def entry(self, key: str) -> Entry:
        """Type and shape of a tensor. Raises NotFoundError."""
        if key not in self._tensors:
            raise NotFoundError(None, None, f"{key} not found in checkpoint file")
        return self._tensors[key].entry

    def entries(self) -> Iterator[tuple[str, Entry]]:
        """All tensors, sorted by name."""
        for key in sorted(self._tensors):
            yield key, self._tensors[key].entry

    def stored(self) -> Iterator[tuple[bytes, Entry]]:
        """All tensors, as keys."""
        for key, entry in self.entries():
            yield key.encode(), entry

    def read(self, key: str) -> np.ndarray:
        """The value of a tensor; strings are bytes in an array of objects."""
        entry = self.entry(key)
        whole = np.empty(entry.shape, numpy_type(entry.dtype))
        filled = np.zeros(entry.shape, bool)
        for name, part in self._tensors[key].stored.items():
            where = part.index(entry.shape)
            message = next(_sub(self._values.get(name, b""), 2, 3), None)
            if message is None:
                raise DataLossError(None, None, f"A slice of {key} is not in the checkpoint file")
            whole[where] = _value(message, entry.dtype, whole[where].shape)
            filled[where] = True
        if not filled.all():
            raise InvalidArgumentError(
                None, None, f"Does not have sufficient slices for partitioned tensor {key}"
            )
        return whole


def _not_a_table(path: str, reason: str) -> str:
    return (
        f"Unable to open table file {path}: {reason}: perhaps your file is in a different file "
        "format and you need to use a different restore operator?"
    )


def not_a_file(path: str) -> DataLossError:
    """The error for a directory in the place of a file."""
    return DataLossError(
        None, None, _not_a_table(path, f"FAILED_PRECONDITION: {path}; Is a directory")
    )


def _fields(message: Any) -> Iterator[tuple[int, Any]]:
    try:
        yield from wire.fields(message)
    except wire.WireError as error:
        raise DataLossError(None, None, f"Entry not parseable: {error}") from None


def _sub(message: Any, *path: int) -> Iterator[bytes]:
    """The messages within a message that a path of field numbers leads to."""
    for number, value in _fields(message):
        if number == path[0]:
            if len(path) == 1:
                yield value
            else:
                yield from _sub(value, *path[1:])


def _value(message: bytes, dtype: int, shape: tuple[int, ...]) -> np.ndarray:
    """The array of a TensorProto, filled up with its last element."""
    kind = numpy_type(dtype)
    count = int(np.prod(shape))
    parts: list[np.ndarray] = []
    for number, value in _fields(message):
        if number == _STRINGS and dtype == STRING:
            part = np.empty(1, object)
            part[0] = value
        elif number == _RAW:
            part = np.frombuffer(value, kind)
        elif number in _FIXED:
            stored = np.dtype(_FIXED[number])
            octets = (
                value if isinstance(value, bytes) else value.to_bytes(stored.itemsize, "little")
            )
            part = np.frombuffer(octets, stored)
            part = part.view(kind) if kind.kind == "c" else part.astype(kind)
        elif number in _VARINTS:
            numbers = _varints(value) if isinstance(value, bytes) else np.array([value], np.uint64)
            bits = number == _HALVES and DType(dtype).name in _BY_BITS
            part = numbers.astype(np.uint16).view(kind) if bits else _of_bits(numbers, kind)
        else:
            continue
        parts.append(part)
    found = np.concatenate(parts) if parts else np.zeros(0, kind)
    if 0 < found.size < count:
        found = np.concatenate([found, np.repeat(found[-1:], count - found.size)])
    if found.size != count:
        raise DataLossError(None, None, f"A tensor of {count} elements has {found.size}")
    return found.reshape(shape)


def _of_bits(numbers: np.ndarray, kind: np.dtype) -> np.ndarray:
    """Unsigned numbers as ones of a type, negative ones being large."""
    return numbers.view(np.int64).astype(kind) if kind.kind in "ib" else numbers.astype(kind)


def _varints(data: bytes) -> np.ndarray:
    """Numbers one after the other, all at once."""
    octets = np.frombuffer(data, np.uint8)
    ends = np.flatnonzero(octets < 128)
    starts = np.concatenate([[0], ends[:-1] + 1]).astype(np.int64)[: ends.size]
    numbers = np.zeros(ends.size, np.uint64)
    for place in range(int((ends - starts).max(initial=-1)) + 1):
        reach = starts + place <= ends
        groups = octets[starts[reach] + place] & 127
        numbers[reach] |= groups.astype(np.uint64) << np.uint64(7 * place)
    return numbers
