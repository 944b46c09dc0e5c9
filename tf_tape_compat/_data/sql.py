"""`tf.data.experimental.SqlDataset`: the results of a query of an SQLite database."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from typing import Any

import numpy as np

from .._core.tensor.convert import to_tensor
from .._core.types.dtype import as_dtype
from .._core.types.tensor_spec import TensorSpec
from ..errors import InvalidArgumentError, UnknownError
from . import arguments
from .arguments import STRING
from .dataset import DatasetV2, IterationContext
from .failures import IterationError, refuse
from .structure import Flat, flatten, map_structure

_OPERATION = "SqlDataset"
# What SQLite converts a value to; it does so as its functions for TensorFlow's types do.
_STORAGE = {
    "string": "TEXT",
    "float64": "REAL",
    **dict.fromkeys("bool int8 int16 int32 int64 uint8 uint16".split(), "INTEGER"),
}
_EMPTY = {"TEXT": b"", "REAL": 0.0, "INTEGER": 0}


class SqlDatasetV2(DatasetV2, public=True):
    """The rows of a query's result. Implements `tf.data.experimental.SqlDataset`.

    Args:
      driver_name: "sqlite".
      data_source_name: the path of a database, or its URI ("file:...").
      query: in SQL.
      output_types: a structure of the dtypes of the columns: string, bool, float64 and integers.

    Raises:
      InvalidArgumentError: for another driver or other types; from the iterator, for another number
        of columns.
      UnknownError: from the iterator, for SQLite's own errors.
    """

    def __init__(
        self, driver_name: Any, data_source_name: Any, query: Any, output_types: Any
    ) -> None:
        texts = []
        for value, name in (
            (driver_name, "driver_name"),
            (data_source_name, "data_source_name"),
            (query, "query"),
        ):
            text: bytes = arguments.scalar(value, name, _OPERATION, STRING)
            texts.append(os.fsdecode(text))
        self._driver, self._source, self._query = texts
        self._spec = map_structure(lambda dtype: TensorSpec([], as_dtype(dtype)), output_types)
        if self._driver != "sqlite":
            raise refuse(
                _OPERATION,
                f"The database type, {self._driver}, is not supported by SqlDataset. The set of "
                "supported databases is: {'sqlite'}.",
            )
        if any(spec.dtype.name not in _STORAGE for spec in flatten(self._spec)):
            raise refuse(
                _OPERATION,
                "Each element of `output_types_` must be one of: DT_STRING, DT_INT8, DT_INT16, "
                "DT_INT32, DT_INT64, DT_UINT8, DT_UINT16, DT_BOOL, DT_DOUBLE ",
            )

    @property
    def element_spec(self) -> Any:
        """A scalar spec for each column."""
        return self._spec

    def _iterator(self, context: IterationContext) -> Iterator[Flat]:
        return _Rows(self)


class _Rows:
    """Iterates over the rows of a result; the database is opened for the first one."""

    def __init__(self, dataset: SqlDatasetV2) -> None:
        self._dataset = dataset
        self._dtypes = [spec.dtype for spec in flatten(dataset._spec)]
        self._cursor: sqlite3.Cursor | None = None
        self._connection: sqlite3.Connection | None = None
        self._ended = False

    def __iter__(self) -> _Rows:
        return self

    def _open(self) -> sqlite3.Cursor:
        dataset = self._dataset
        is_uri = dataset._source.startswith("file:")
        self._connection = sqlite3.connect(
            dataset._source, uri=is_uri, check_same_thread=False, isolation_level=None
        )
        self._connection.text_factory = bytes
        cursor = self._connection.execute(dataset._query)
        columns = len(cursor.description or ())
        if columns != len(self._dtypes):
            raise IterationError(
                InvalidArgumentError,
                f"The number of columns in query ({columns}) must match the number of elements in "
                f"output_types ({len(self._dtypes)}).",
            )
        return cursor

    def __next__(self) -> Flat:
        if self._ended:
            raise StopIteration
        try:
            if self._cursor is None:
                self._cursor = self._open()
            row = self._cursor.fetchone()
            if row is not None:
                return tuple(map(self._value, row, self._dtypes))
        except sqlite3.Error as error:
            self._close()
            raise IterationError(UnknownError, f"SQLite: {error}") from error
        self._close()
        raise StopIteration

    def _close(self) -> None:
        self._ended = True
        if self._connection is not None:
            with contextlib.suppress(sqlite3.Error):
                self._connection.close()

    def __del__(self) -> None:
        if not getattr(self, "_ended", True):
            self._close()

    def _value(self, value: Any, dtype: Any) -> Any:
        storage = _STORAGE[dtype.name]
        if value is None:
            value = _EMPTY[storage]
        elif (storage == "TEXT") != isinstance(value, bytes) or not isinstance(value, (bytes, int)):
            assert self._connection is not None
            (value,) = self._connection.execute(f"SELECT CAST(? AS {storage})", (value,)).fetchone()
        if storage == "INTEGER":
            array = np.array(value, np.int64)
            return to_tensor(array != 0 if dtype.name == "bool" else array.astype(dtype.name))
        return to_tensor(value, dtype)
