"""Reads checkpoints of TensorFlow's first format: tables of slices, without data files.

Each value of a table is a SavedTensorSlices. The first one lists the tensors and their slices; the
others hold one slice each, as a TensorProto.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from .. import _messages
from .._core.types.dtype import DType
from .._ops.io.tensor_proto import stored_elements
from ..errors import DataLossError, InternalError, InvalidArgumentError, NotFoundError
from . import table
from .bundle import Entry, numpy_type
from .slices import Slice


@dataclasses.dataclass
class _Tensor:
    entry: Entry
    slices: dict[bytes, Slice] = dataclasses.field(default_factory=dict)  # by their keys


class FirstFormat:
    """Reads a checkpoint of the first format, of one or more files.

    Raises DataLossError if a file is not a table, InternalError if it is a table of other data.
    """

    def __init__(self, paths: Sequence[str]) -> None:
        self._tensors: dict[str, _Tensor] = {}
        self._slices: dict[bytes, bytes] = {}  # serialized, by key
        for path in paths:
            meta, *slices = self._read_file(path)
            for tensor in meta.tensor:
                self._add_tensor(tensor)
            self._slices.update(slices)

    def _read_file(self, path: str) -> list[Any]:
        """A file's SavedTensorSliceMeta, and its other keys and values."""
        with open(path, "rb") as file:
            data = file.read()
        try:
            (key, value), *slices = table.decode(data)
            first = _messages.SavedTensorSlices.FromString(value)
            is_valid = not key and first.HasField("meta")
        except table.OpenError as error:
            raise DataLossError(None, None, _not_a_table(path, f"DATA_LOSS: {error}")) from None
        except (table.TableError, ValueError, _messages.DecodeError):
            is_valid = False
        if not is_valid:
            raise InternalError(
                None,
                None,
                "Failed to find the saved tensor slices at the beginning of the checkpoint file: "
                f"{path}",
            )
        return [first.meta, *slices]

    def _add_tensor(self, meta: Any) -> None:
        """Records a tensor's SavedSliceMeta, which lists some or all of its slices."""
        shape = tuple(dim.size for dim in meta.shape.dim)
        tensor = self._tensors.setdefault(meta.name, _Tensor(Entry(meta.type, shape)))
        for proto in meta.slice:
            part = Slice.from_proto(proto)
            tensor.slices[part.key(meta.name.encode())] = part

    def __contains__(self, key: str) -> bool:
        return key in self._tensors

    def entry(self, key: str) -> Entry:
        """The type and shape of a tensor. Raises NotFoundError if there is none."""
        if key not in self._tensors:
            raise NotFoundError(None, None, f"{key} not found in checkpoint file")
        return self._tensors[key].entry

    def entries(self) -> Iterator[tuple[str, Entry]]:
        """All tensors, sorted by name."""
        for key in sorted(self._tensors):
            yield key, self._tensors[key].entry

    def stored(self) -> Iterator[tuple[bytes, Entry]]:
        """All tensors, sorted by name, which is encoded."""
        for key, entry in self.entries():
            yield key.encode(), entry

    def read(self, key: str) -> np.ndarray:
        """The value of a tensor; strings are bytes in an object array."""
        entry = self.entry(key)
        value = np.empty(entry.shape, numpy_type(entry.dtype))
        is_filled = np.zeros(entry.shape, bool)
        for slice_key, part in self._tensors[key].slices.items():
            index = part.index(entry.shape)
            value[index] = self._read_slice(key, slice_key, entry.dtype, value[index].shape)
            is_filled[index] = True
        if not is_filled.all():
            raise InvalidArgumentError(
                None, None, f"Does not have sufficient slices for partitioned tensor {key}"
            )
        return value

    def _read_slice(
        self, key: str, slice_key: bytes, dtype: int, shape: tuple[int, ...]
    ) -> np.ndarray:
        if slice_key not in self._slices:
            raise DataLossError(None, None, f"A slice of {key} is not in the checkpoint file")
        try:
            saved = _messages.SavedTensorSlices.FromString(self._slices[slice_key])
        except _messages.DecodeError as error:
            raise DataLossError(None, None, f"Entry not parseable: {error}") from None
        elements = stored_elements(saved.data.data, DType(dtype), math.prod(shape))
        if elements is None:
            raise DataLossError(
                None, None, f"A slice of {key} does not hold the elements of its shape"
            )
        return elements.reshape(shape)


def _not_a_table(path: str, reason: str) -> str:
    return (
        f"Unable to open table file {path}: {reason}: perhaps your file is in a different file "
        "format and you need to use a different restore operator?"
    )


def not_a_file(path: str) -> DataLossError:
    """The error for a directory instead of a file."""
    return DataLossError(
        None, None, _not_a_table(path, f"FAILED_PRECONDITION: {path}; Is a directory")
    )
