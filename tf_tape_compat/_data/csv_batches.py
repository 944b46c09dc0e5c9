"""`tf.data.experimental.make_csv_dataset`: batches of the columns of CSV files."""

from __future__ import annotations

import collections
import csv
import io
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, TextIO

import numpy as np

from .._core.tensor.convert import to_tensor
from .._core.tensor.tensor import Tensor
from .._core.types.dtype import DType, as_dtype
from .._ops.io import filesystem
from .._ops.io.compressed_stream import open_stream
from . import arguments
from .arguments import AUTOTUNE, STRING
from .batching import epochs_in_batches
from .csv_files import CsvDatasetV2, default_tensor
from .files import FileDataset
from .mapping import MapDataset
from .sources import TensorSliceDataset
from .structure import Flat

_INT32, _INT64, _FLOAT32, _FLOAT64 = map(as_dtype, "int32 int64 float32 float64".split())
_TYPES = [_INT32, _INT64, _FLOAT32, _FLOAT64, STRING]  # each can hold the values of those before it


def file_names(file_pattern: Any, shuffle: bool) -> list[str]:
    """The names of the files that match patterns, sorted unless they are shuffled.

    Raises ValueError if there are no patterns, or no files.
    """
    patterns = file_pattern if isinstance(file_pattern, list) else [file_pattern]
    if not patterns:
        raise ValueError("Argument `file_pattern` should not be empty.")
    names = []
    for pattern in patterns:
        names += filesystem.matching(filesystem.as_path(pattern))
    if not names:
        raise ValueError(f"No files match `file_pattern` {file_pattern}.")
    if not shuffle:
        names.sort()
    return names


class _Reader:
    """Reads the records of files with Python's csv module, to learn about their columns."""

    def __init__(self, delimiter: str, quotes: bool, encoding: str, compression_type: Any) -> None:
        self._style: dict[str, Any] = {
            "delimiter": delimiter,
            "quoting": csv.QUOTE_MINIMAL if quotes else csv.QUOTE_NONE,
        }
        self._encoding = encoding
        self._compression = _probing_compression(compression_type)

    def open(self, name: str) -> TextIO:
        """Opens a file as text."""
        stream = open_stream(name, self._compression)
        return io.TextIOWrapper(stream, encoding=self._encoding, newline="")

    def records(self, file: TextIO) -> Iterator[list[str]]:
        """The records of an open file."""
        return csv.reader(file, **self._style)

    def column_names(self, names: list[str]) -> list[str]:
        """The header of the files. Raises ValueError if they differ, or a file is empty."""
        headers = []
        for name in names:
            with self.open(name) as file:
                header = next(self.records(file), None)
            if header is None:
                raise ValueError(
                    f"Failed when reading the header line of {name}. Is it an empty file?"
                )
            headers.append(header)
            if header != headers[0]:
                raise ValueError(
                    "All input CSV files should have the same column names in the header row. "
                    f"File {name} has different column names."
                )
        return headers[0]

    def rows(self, names: list[str], columns: int, header: bool) -> Iterator[list[str]]:
        """The records of all files. Raises ValueError if one does not have `columns` fields."""
        for name in names:
            with self.open(name) as file:
                for number, row in enumerate(self.records(file), 1):
                    if header and number == 1:
                        continue
                    if len(row) != columns:
                        raise ValueError(
                            f"Problem inferring types: CSV row {number} has {len(row)} number of "
                            f"fields. Expected: {columns}."
                        )
                    yield row


def _holds(dtype: DType, text: str) -> bool:
    """Whether a dtype can hold what a field says."""
    if dtype is STRING:
        return True
    try:
        if dtype in (_INT32, _INT64):
            limits = np.iinfo(dtype.as_numpy_dtype)
            return bool(limits.min <= int(text) <= limits.max)
        return bool(dtype.as_numpy_dtype(text) < np.inf)
    except ValueError:
        return False


def _inferred_type(text: str, na_value: str, before: DType | None) -> DType | None:
    """The narrowest dtype for a field that also holds what was of the type `before`."""
    if text in ("", na_value):
        return before
    start = 0 if before is None else _TYPES.index(before)
    return next(dtype for dtype in _TYPES[start:] if _holds(dtype, text))


def _inferred_defaults(
    rows: Iterator[list[str]], columns: list[int], na_value: str, most: int | None
) -> list[Any]:
    types: list[DType | None] = [None] * len(columns)
    for number, row in enumerate(rows):
        if most is not None and number >= most:
            break
        types = [
            _inferred_type(row[column], na_value, before)
            for column, before in zip(columns, types, strict=True)
        ]
    return [to_tensor([""] if t in (None, STRING) else [0], t or STRING) for t in types]


def _column_indices(selected: Any, names: list[str]) -> list[int]:
    """The sorted indices of columns that are given by index or name."""
    places = {name: place for place, name in enumerate(names)}
    found = []
    for column in selected:
        if isinstance(column, int):
            if not 0 <= column < len(names):
                raise ValueError(
                    f"Column index {column} specified in `select_columns` should be > 0  and <= "
                    f"{len(names)}, which is the number of columns."
                )
            found.append(column)
        elif column not in places:
            raise ValueError(
                f"Column {column} specified in `select_columns` must be of one of the columns: "
                f"{places.keys()}."
            )
        else:
            found.append(places[column])
    distinct = sorted(set(found))
    if len(distinct) != len(selected):
        raise ValueError("The `select_columns` argument contains duplicate columns: set().")
    return distinct


def _check_distinct(names: list[str]) -> None:
    repeated = {name for name in names if names.count(name) > 1}
    if repeated:
        raise ValueError(
            "Either `column_names` argument or CSV header row contains duplicate column names: "
            f"{repeated}."
        )


def _probing_compression(compression_type: Any) -> str:
    if compression_type is None:
        return ""
    compression = arguments.scalar(compression_type, "compression_type", "CSVDatasetV2", STRING)
    text: str = compression.decode()
    if text == "ZLIB":
        raise ValueError(
            f"`compression_type` {compression_type} is not supported for probing columns."
        )
    if text not in ("", "GZIP"):
        raise ValueError(
            f"Received unknown `compression_type` {compression_type}. Expected: GZIP, ZLIB or  "
            "(empty string)."
        )
    return text


class _CsvFilesDataset(FileDataset, public=True):
    """The records of files whose names come from a dataset, several files in turn."""

    def __init__(self, files: Any, num_parallel_reads: Any, records: CsvDatasetV2) -> None:
        super().__init__(files, num_parallel_reads, "CSVDatasetV2")
        self._reader = records

    @property
    def element_spec(self) -> Any:
        """A tuple of the specs of the columns."""
        return self._reader.element_spec

    def _open_file(self, path: str) -> Iterator[Flat]:
        return self._reader.open_file(path)


def _records_of_files(
    names: list[Any], records: CsvDatasetV2, num_parallel_reads: Any, shuffle: bool, seed: Any
) -> Any:
    """The records of all files, in the order of their names or shuffled."""
    files: Any = TensorSliceDataset(names)
    if shuffle:
        files = files.shuffle(len(names), seed)
    return _CsvFilesDataset(files, 1 if num_parallel_reads is None else num_parallel_reads, records)


def make_csv_dataset(
    file_pattern: Any,
    batch_size: Any,
    column_names: Any = None,
    column_defaults: Any = None,
    label_name: Any = None,
    select_columns: Any = None,
    field_delim: str = ",",
    use_quote_delim: bool = True,
    na_value: str = "",
    header: bool = True,
    num_epochs: Any = None,
    shuffle: bool = True,
    shuffle_buffer_size: Any = 10000,
    shuffle_seed: Any = None,
    prefetch_buffer_size: Any = None,
    num_parallel_reads: Any = None,
    sloppy: bool = False,
    num_rows_for_inference: Any = 100,
    compression_type: Any = None,
    ignore_errors: bool = False,
    encoding: str = "utf-8",
) -> Any:
    """Batches of CSV files as dicts of columns. Implements `tf.data.experimental.make_csv_dataset`.

    Args:
      file_pattern: a pattern of file names, or a list of them.
      batch_size: the number of records in a batch.
      column_names: the names of all columns; by default the header has them.
      column_defaults: for each used column its dtype, or its default; by default they follow from
        the first `num_rows_for_inference` records.
      label_name: a column that is returned apart, as the second of a pair.
      select_columns: the columns to use, names or indices.
      field_delim, use_quote_delim, na_value, header, compression_type: as for `CsvDataset`.
      num_epochs: how often the files are read; None for ever, without incomplete batches.
      shuffle, shuffle_buffer_size, shuffle_seed: whether and how files and records are shuffled.
      prefetch_buffer_size: how many batches are read ahead.
      num_parallel_reads: how many files are read in turn.
      sloppy: accepted; the order is always the deterministic one.
      num_rows_for_inference: None for all.
      ignore_errors: whether to leave out malformed records.
      encoding: of the files, while their columns are inferred.

    Raises:
      ValueError: if no file matches, columns are unknown or named twice, or the files' headers
        differ.
    """
    names = file_names(file_pattern, False)
    style = field_delim, use_quote_delim, encoding, compression_type
    given = column_names, column_defaults, select_columns
    columns = _used_columns(names, style, given, header, (na_value, num_rows_for_inference))
    _check_label(columns.names, label_name)
    records = CsvDatasetV2(
        names,
        record_defaults=columns.defaults,
        field_delim=field_delim,
        use_quote_delim=use_quote_delim,
        na_value=na_value,
        select_cols=columns.selected,
        header=header,
        compression_type=compression_type,
    )
    dataset: Any = _records_of_files(names, records, num_parallel_reads, shuffle, shuffle_seed)
    if ignore_errors:
        dataset = dataset.ignore_errors()
    buffer_size = shuffle_buffer_size if shuffle else None
    dataset = epochs_in_batches(
        dataset, buffer_size, shuffle_seed, num_epochs, batch_size, num_epochs is None
    )
    dataset = MapDataset(dataset, _by_name(columns.names, label_name))
    return dataset.prefetch(AUTOTUNE if prefetch_buffer_size is None else prefetch_buffer_size)


class _Columns(NamedTuple):
    """The used columns of a file: names, defaults, and indices if not all are used."""

    names: list[Any]
    defaults: list[Any]
    selected: list[int] | None


def _used_columns(
    files: list[Any],
    style: tuple[str, bool, str, Any],
    given: tuple[Any, Any, Any],
    header: bool,
    inference: Any,
) -> _Columns:
    """The columns to use.

    Args:
      files: the names of the files.
      style: how the files are read for what is not given: the arguments of `_Reader`.
      given: the names, defaults and indices or names of the used columns that the program gave.
      header: whether files have a header.
      inference: the text that counts as an empty field, and how many rows are read.

    Raises ValueError if columns are unknown or named twice, or numbers of columns do not fit.
    """
    names, defaults, selected = given
    reader: Any = _Reader(*style) if names is None or defaults is None else None
    if names is None:
        if not header:
            raise ValueError("Expected `column_names` or `header` arguments. Neither is provided.")
        names = reader.column_names(files)
    _check_distinct(names)
    if selected is not None:
        selected = _column_indices(selected, names)
    if defaults is not None:
        defaults = [x if isinstance(x, Tensor) else default_tensor(x) for x in defaults]
    else:
        places = list(range(len(names))) if selected is None else selected
        defaults = _inferred_defaults(reader.rows(files, len(names), header), places, *inference)
    if selected is not None and len(defaults) != len(selected):
        raise ValueError(
            "If specified, `column_defaults` and `select_columns` must have the same length: "
            f"`column_defaults` has length {len(defaults)}, `select_columns` has length "
            f"{len(selected)}."
        )
    if selected is not None and len(names) > len(selected):
        names = [names[place] for place in selected]
    return _Columns(names, defaults, selected)


def _check_label(names: list[Any], label_name: Any) -> None:
    """Raises ValueError if there is no column with the name of the label."""
    if label_name is not None and label_name not in names:
        raise ValueError(
            f"`label_name` provided must be one of the columns: {names}. Received: {label_name}."
        )


def _by_name(names: list[Any], label_name: Any) -> Callable[..., Any]:
    """A function from columns to a dict of them, and apart the label if there is one."""

    def by_name(*columns: Any) -> Any:
        features = collections.OrderedDict(zip(names, columns, strict=True))
        if label_name is None:
            return features
        label = features.pop(label_name)
        return features, label

    return by_name
