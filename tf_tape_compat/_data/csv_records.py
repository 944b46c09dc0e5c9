"""The records of CSV files, and their fields as tensors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np
import torch

from .._core.tensor.tensor import EagerTensor
from .._ops.io.csv import split_fields
from .._ops.strings.numbers import number_reader, numbers_array
from ..errors import InvalidArgumentError, OpError
from .arguments import STRING
from .structure import Flat


@dataclass(frozen=True)
class CsvFormat:
    """How CSV files are read.

    Attributes:
      dtypes: the dtypes of the columns of the result.
      defaults: for each its value where a field is empty, or None if it must not be.
      delimiter: between fields, one byte.
      quotes: whether fields may be quoted.
      na_value: a text that stands for an empty field.
      header: whether the first record of each file is left out.
      selected: the columns that are used, or None for all.
      excluded: columns that are not used.
    """

    dtypes: tuple[Any, ...]
    defaults: tuple[Any, ...]
    delimiter: bytes
    quotes: bool
    na_value: bytes
    header: bool
    selected: tuple[int, ...] | None
    excluded: frozenset[int]


# The texts of TensorFlow's dataset for errors that `decode_csv` words differently.
_TEXTS = {
    "Unquoted fields cannot have quotes/CRLFs inside": "Unquoted fields cannot have quotes inside",
    "Quoted field has to end with quote followed by delim or end": (
        "Reached end of file without closing quoted field in record"
    ),
}


def raw_records(stream: BinaryIO, quotes: bool) -> Iterator[bytes]:
    """The records of a file, without their ends. A quoted field may contain ends of lines."""
    with stream:
        parts: list[bytes] = []
        open_quotes = 0
        for line in stream:
            parts.append(line)
            if quotes:
                open_quotes += line.count(b'"')
                if open_quotes % 2:
                    continue
            yield _without_end(b"".join(parts) if len(parts) > 1 else line)
            parts, open_quotes = [], 0
        if parts:
            yield b"".join(parts)


def _without_end(record: bytes) -> bytes:
    if record.endswith(b"\r\n"):
        return record[:-2]
    return record[:-1] if record.endswith((b"\n", b"\r")) else record


def _invalid(message: str) -> InvalidArgumentError:
    return InvalidArgumentError(None, None, message)


class CsvRecords:
    """Iterates over the records of a file as flat elements. It goes on after a bad record.

    Args:
      open_file: opens the file, when the first record is asked for.
      form: how it is read.
    """

    def __init__(self, open_file: Callable[[], BinaryIO], form: CsvFormat) -> None:
        self._open_file = open_file
        self._form = form
        self._source: Iterator[bytes] | None = None
        self._readers = [None if dtype is STRING else number_reader(dtype) for dtype in form.dtypes]

    def __iter__(self) -> CsvRecords:
        return self

    def __next__(self) -> Flat:
        if self._source is None:
            self._source = raw_records(self._open_file(), self._form.quotes)
            if self._form.header:
                next(self._source, None)
        return self._parsed(next(self._source))

    def _parsed(self, record: bytes) -> Flat:
        form = self._form
        columns: list[Any] = []
        try:
            fields = split_fields(record, form.delimiter, form.quotes) if record else [b""]
            for number, field in enumerate(fields):
                if form.selected is not None:
                    if len(columns) == len(form.selected):
                        break
                    if number != form.selected[len(columns)]:
                        continue
                elif number in form.excluded:
                    continue
                elif len(columns) == len(form.dtypes):
                    raise _invalid(f"Expect {len(columns)} fields but have more in record")
                columns.append(self._value(len(columns), field))
        except OpError as error:
            raise _invalid(_TEXTS.get(error.message, error.message)) from None
        if len(columns) < len(form.dtypes):
            raise _invalid(f"Expect {len(form.dtypes)} fields but have {len(columns)} in record")
        return tuple(columns)

    def _value(self, column: int, field: bytes) -> EagerTensor:
        form, dtype, read = self._form, self._form.dtypes[column], self._readers[column]
        value: Any = field
        if not field or field == form.na_value:
            value = form.defaults[column]
            if value is None:
                raise _invalid(f"Field {column} is required but missing in record!")
        elif read is not None:
            value = read(field)
            if value is None:
                shown = field.decode("utf-8", "replace")
                raise _invalid(f"Field {column} in record is not a valid {dtype.name}: {shown}")
        if read is None:
            text = np.empty((), object)
            text[()] = value
            return EagerTensor(text)
        return EagerTensor(torch.from_numpy(numbers_array([value], dtype))[0])
