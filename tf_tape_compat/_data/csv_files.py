"""`tf.data.experimental.CsvDataset`."""

from __future__ import annotations

import functools
import os
from collections.abc import Iterator
from typing import Any

from .._core.tensor.convert import INT64, to_tensor
from .._core.types.dtype import DType, as_dtype
from .._core.types.tensor_spec import TensorSpec
from .._ops.io.compressed_stream import WINDOWS, open_stream
from . import arguments
from .arguments import BOOL, STRING
from .components import payload
from .csv_records import CsvFormat, CsvRecords
from .dataset import DatasetV2, IterationContext
from .failures import refuse
from .interleave_order import Chained
from .structure import Flat

CSV_TYPES = tuple(as_dtype(name) for name in "float32 float64 int32 int64 string".split())
_OPERATION = "CSVDatasetV2"
_BUFFER = 4 << 20


def default_tensor(value: Any) -> Any:
    """A column's default as a tensor; a dtype stands for a required column, an empty tensor."""
    if isinstance(value, DType) and value in CSV_TYPES:
        return to_tensor([], value)
    return to_tensor(value)


class CsvDatasetV2(DatasetV2, public=True):
    """The records of CSV files as tuples of scalars. Implements `tf.data.experimental.CsvDataset`.

    Args:
      filenames: a string, or a list or tensor of them.
      record_defaults: for each column its dtype if it must not be empty, or else its default.
      compression_type: "", "ZLIB" or "GZIP".
      buffer_size: how much to read at once, in bytes.
      header: whether to leave out the first record of each file.
      field_delim: the character between fields.
      use_quote_delim: whether fields may be quoted.
      na_value: a text that stands for an empty field.
      select_cols, exclude_cols: the sorted indices of the columns to use, or not to use.

    Raises:
      InvalidArgumentError: if arguments contradict each other; from the iterator for a bad record,
        after which it goes on with the next one.
      NotFoundError: from the iterator, if there is no such file.
    """

    def __init__(
        self,
        filenames: Any,
        record_defaults: Any,
        compression_type: Any = None,
        buffer_size: Any = None,
        header: Any = False,
        field_delim: Any = ",",
        use_quote_delim: Any = True,
        na_value: Any = "",
        select_cols: Any = None,
        exclude_cols: Any = None,
    ) -> None:
        names = payload(to_tensor(filenames, STRING)).reshape(-1).tolist()
        self._files = [os.fsdecode(name) for name in names]
        defaults = [default_tensor(value) for value in record_defaults]
        self._wrapped = f"_output_types_{len(defaults)}"
        self._compression = _text(compression_type or "", "compression_type").decode()
        self._buffer = (
            _BUFFER
            if buffer_size is None
            else arguments.scalar(buffer_size, "buffer_size", _OPERATION)
        )
        selected, excluded = _indices(select_cols), _indices(exclude_cols)
        delimiter = _text(field_delim, "field_delim")
        self._check(defaults, selected, excluded, delimiter)
        self._form = CsvFormat(
            dtypes=tuple(default.dtype for default in defaults),
            defaults=tuple(_default(default) for default in defaults),
            delimiter=delimiter,
            quotes=arguments.scalar(use_quote_delim, "use_quote_delim", _OPERATION, BOOL),
            na_value=_text(na_value, "na_value"),
            header=arguments.scalar(header, "header", _OPERATION, BOOL),
            selected=tuple(selected) or None,
            excluded=frozenset(excluded),
        )

    def _check(
        self, defaults: list[Any], selected: list[int], excluded: list[int], delimiter: bytes
    ) -> None:
        if not defaults:
            raise refuse(
                _OPERATION, "Length for attr 'output_types' of 0 must be at least minimum 1"
            )
        for default in defaults:
            if default.shape.rank and default.shape.num_elements() not in (0, 1):
                raise self._refuse(
                    "Each record default has to be at most rank 1 and have at most 1 element"
                )
        if self._compression not in ("", *WINDOWS):
            raise self._refuse("Unsupported compression_type.")
        if len(delimiter) != 1:
            raise self._refuse("field_delim should be only 1 char")
        if selected and excluded:
            raise self._refuse("Either select_cols or exclude_cols should be empty")
        if selected and len(selected) != len(defaults):
            raise self._refuse("select_cols should match output size")
        for columns, name in ((selected, "select_cols"), (excluded, "exclude_cols")):
            if any(one >= two for one, two in zip(columns, columns[1:], strict=False)):
                raise self._refuse(f"{name} should be strictly increasing indices")
            if columns and columns[0] < 0:
                raise self._refuse(f"{name} should be non-negative indices")

    def _refuse(self, message: str) -> Exception:
        return refuse(_OPERATION, message, self._wrapped)

    @property
    def element_spec(self) -> Any:
        """A tuple of the specs of the columns."""
        return tuple(TensorSpec([], dtype) for dtype in self._form.dtypes)

    def _iterator(self, context: IterationContext) -> Iterator[Flat]:
        return Chained(iter(self._files), self.open_file)

    def open_file(self, path: str) -> Iterator[Flat]:
        """Iterates over the records of one file."""
        opening = functools.partial(open_stream, path, self._compression, self._buffer)
        return CsvRecords(opening, self._form)


def _text(value: Any, name: str) -> bytes:
    text: bytes = arguments.scalar(value, name, _OPERATION, STRING)
    return text


def _indices(value: Any) -> list[int]:
    return [] if value is None else payload(to_tensor(value, INT64)).reshape(-1).tolist()


def _default(tensor: Any) -> Any:
    values = payload(tensor).reshape(-1).tolist()
    return values[0] if values else None
