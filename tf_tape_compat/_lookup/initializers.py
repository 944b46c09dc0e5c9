"""Initializers of lookup tables: from tensors, or from the lines of a file."""

from __future__ import annotations

import os
from typing import Any

from .._api.shown_modules import shown_in
from .._core.tensor.convert import to_tensor
from .._core.tensor.tensor import STRING, EagerTensor
from .._core.types.dtype import DType, as_dtype
from .._ops._support.arguments import op_error
from .._ops.io.filesystem import read
from .._ops.strings.numbers import number_reader
from ..errors import OutOfRangeError
from .entries import INT64


class Initializer:
    """Fills a table with keys and values."""

    def __init__(self, key_dtype: Any, value_dtype: Any) -> None:
        self._key_dtype, self._value_dtype = as_dtype(key_dtype), as_dtype(value_dtype)

    @property
    def key_dtype(self) -> DType:
        """The dtype of the keys."""
        return self._key_dtype

    @property
    def value_dtype(self) -> DType:
        """The dtype of the values."""
        return self._value_dtype

    def _check_table(self, table: Any) -> None:
        for role in ("key", "value"):
            expected, dtype = getattr(table, f"{role}_dtype"), getattr(self, f"{role}_dtype")
            if dtype != expected:
                raise TypeError(
                    f"Invalid {role} dtype for table, expected {expected!r} but got {dtype!r}."
                )


class KeyValueTensorInitializer(Initializer):
    """Keys and values from tensors. Implements `tf.lookup.KeyValueTensorInitializer`."""

    def __init__(
        self,
        keys: Any,
        values: Any,
        key_dtype: Any = None,
        value_dtype: Any = None,
        name: str | None = None,
    ) -> None:
        self._keys = to_tensor(keys, None if key_dtype is None else as_dtype(key_dtype))
        self._values = to_tensor(values, None if value_dtype is None else as_dtype(value_dtype))
        super().__init__(self._keys.dtype, self._values.dtype)

    def initialize(self, table: Any) -> None:
        """Fills a table. Raises TypeError if it has other dtypes."""
        self._check_table(table)
        table._fill("LookupTableImportV2", self._keys, self._values)


class TextFileIndex:
    """Special column indices of a text file. Implements `tf.lookup.TextFileIndex`."""

    WHOLE_LINE = -2
    LINE_NUMBER = -1


_OPERATION = "InitializeTableFromTextFileV2"


class TextFileInitializer(Initializer):
    r"""Keys and values from the lines of a file. Implements `tf.lookup.TextFileInitializer`.

    Args:
      filename: the path of the file.
      key_dtype, value_dtype: the dtypes; int64 for line numbers.
      key_index, value_index: the column of the keys and of the values, or a
        `tf.lookup.TextFileIndex`.
      vocab_size: the number of lines to read; all by default.
      delimiter: a single character that separates columns.
      value_index_offset: is added to values that are line numbers.

    Raises:
      ValueError: if an index and its dtype do not match. Creating a table then raises NotFoundError
        or InvalidArgumentError if the file is missing or its content is invalid.
    """

    def __init__(
        self,
        filename: Any,
        key_dtype: Any,
        key_index: int,
        value_dtype: Any,
        value_index: int,
        vocab_size: int | None = None,
        delimiter: str = "\t",
        name: str | None = None,
        value_index_offset: int = 0,
    ) -> None:
        if not isinstance(filename, EagerTensor) and not filename:
            raise ValueError("`filename` argument required for tf.lookup.TextFileInitializer")
        super().__init__(key_dtype, value_dtype)
        _check_column("key", key_index, self._key_dtype)
        _check_column("value", value_index, self._value_dtype)
        if vocab_size is not None and vocab_size <= 0:
            raise ValueError(f"`vocab_size` should be > 0, received: {vocab_size}")
        if isinstance(filename, os.PathLike):
            filename = os.fspath(filename)
        self._filename: Any = to_tensor(filename, STRING)
        self._columns = ((key_index, self._key_dtype), (value_index, self._value_dtype))
        self._vocab_size, self._delimiter = vocab_size, delimiter.encode()
        self._offset = value_index_offset

    def initialize(self, table: Any) -> None:
        """Fills a table. Raises TypeError if it has other dtypes."""
        self._check_table(table)
        path = self._filename._t[()]
        shown = os.fsdecode(path)
        if len(self._delimiter) != 1:
            raise op_error(_OPERATION, "delimiter should be only 1 char")
        lines = read(path).split(b"\n")
        if not lines[-1]:
            lines.pop()
        if not lines:
            raise OutOfRangeError(None, None, f"Read less bytes than requested: {shown} is empty")
        size = self._vocab_size
        if size is not None and len(lines) < size:
            raise op_error(
                _OPERATION, f"Invalid vocab_size in {shown}: expected {size} but got {len(lines)}"
            )
        keys: list[Any] = []
        values: list[Any] = []
        for number, line in enumerate(lines[:size]):
            line = line.removesuffix(b"\r")
            if not line:
                raise op_error(_OPERATION, f"Invalid content in {shown}: empty line found.")
            for cells, (index, dtype) in zip((keys, values), self._columns, strict=True):
                offset = self._offset if cells is values else 0
                cells.append(self._cell(line, number, index, dtype, offset, shown))
        table._fill(
            _OPERATION, to_tensor(keys, self._key_dtype), to_tensor(values, self._value_dtype)
        )

    def _cell(
        self, line: bytes, number: int, index: int, dtype: DType, offset: int, shown: str
    ) -> Any:
        if index == TextFileIndex.LINE_NUMBER:
            return number + offset
        text = line
        if index >= 0:
            cells = line.split(self._delimiter)
            if index >= len(cells):
                raise op_error(
                    _OPERATION,
                    f"Invalid number of columns in {shown} line {number}: expected at least "
                    f"{index + 1} got {len(cells)}",
                )
            text = cells[index]
        if dtype is STRING:
            return text
        value = number_reader(dtype)(text)
        if value is None:
            field = text.decode("utf-8", "replace")
            raise op_error(
                _OPERATION, f"Field {field} in line {number} is not a valid {dtype.name}."
            )
        return value


def _check_column(role: str, index: int, dtype: DType) -> None:
    if index < TextFileIndex.WHOLE_LINE:
        raise ValueError(f"`{role}_index` should be >= -2, received: {index}.")
    if index == TextFileIndex.LINE_NUMBER and dtype != INT64:
        raise ValueError(
            f"`{role}_dtype` must be int64 if `{role}_index` is {index}, received: {dtype!r}"
        )
    if index == TextFileIndex.WHOLE_LINE and not dtype.is_integer and dtype != STRING:
        raise ValueError(
            f"`{role}_dtype` should be either integer or string for `{role}_index` {index}, "
            f"received: {dtype!r}"
        )


shown_in(
    "tensorflow.python.ops.lookup_ops",
    KeyValueTensorInitializer,
    TextFileInitializer,
    TextFileIndex,
)
