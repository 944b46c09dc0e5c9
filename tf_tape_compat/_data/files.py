"""Datasets of the records of files, and `list_files`."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from .._api.shown_modules import shown_in
from .._core.tensor.convert import to_tensor
from .._core.tensor.tensor import EagerTensor
from .._core.types.tensor_spec import TensorSpec
from .._ops.array.shaping import reshape
from .._ops.io.compressed_stream import WINDOWS, open_stream
from .._ops.io.files import matching_files
from .._ops.io.tf_record import read_records
from ..errors import InvalidArgumentError
from . import arguments
from .arguments import AUTOTUNE, STRING
from .components import payload
from .dataset import DatasetV2, IterationContext, static_method
from .failures import in_function, refuse
from .file_records import fixed_length_records, lines
from .flattening import tuned_parallel_cycle
from .interleave_order import Chained, EagerlyInterleaved, Interleaved
from .sources import TensorSliceDataset
from .structure import Flat

Open = Callable[[str], Iterator[bytes]]


def string_element(value: bytes) -> Flat:
    """A flat element with one string."""
    array = np.empty((), object)
    array[()] = value
    return (EagerTensor(array),)


def filenames_dataset(filenames: Any) -> DatasetV2:
    """The dataset of file names that an argument stands for.

    Raises TypeError if it does not have, or is not, scalar strings.
    """
    if isinstance(filenames, DatasetV2):
        spec = filenames.element_spec
        if getattr(spec, "dtype", None) is not STRING:
            raise TypeError(
                "The `filenames` argument must contain `tf.string` elements. Got a dataset of "
                f"`{getattr(spec, 'dtype', spec)!r}` elements."
            )
        if not spec.shape.is_compatible_with([]):
            raise TypeError(
                "The `filenames` argument must contain `tf.string` elements of shape [] (i.e. "
                f"scalars). Got a dataset of element shape {spec.shape!r}."
            )
        return filenames
    if isinstance(filenames, (list, tuple)):
        filenames = [os.fspath(x) if isinstance(x, os.PathLike) else x for x in filenames]
    elif isinstance(filenames, os.PathLike):
        filenames = os.fspath(filenames)
    names = to_tensor(filenames, STRING if filenames in ([], ()) else None)
    if names.dtype is not STRING:
        raise TypeError(
            "The `filenames` argument must contain `tf.string` elements. Got "
            f"`{names.dtype!r}` elements."
        )
    return TensorSliceDataset(reshape(names, [-1]))


class FileDataset(DatasetV2, public=True):
    """The records of files, one file after another or several in turn.

    Args:
      filenames: a string, a list or tensor of them, or a dataset.
      num_parallel_reads: the number of files that are read in turn; None for one after another.
      operation: TensorFlow's name of the operation that reads one file.
    """

    _described_name = "FlatMapDataset"

    def __init__(self, filenames: Any, num_parallel_reads: Any, operation: str) -> None:
        self._files = filenames_dataset(filenames)
        self._operation = operation
        self._cycle: int | None = None
        self._order: Callable[..., Iterator[Flat]] = Chained
        if num_parallel_reads is None:
            return
        self._cycle = arguments.scalar(num_parallel_reads, "cycle_length", self._operation)
        self._order = EagerlyInterleaved
        if self._cycle == AUTOTUNE:
            self._cycle, self._order = tuned_parallel_cycle(), Interleaved
        elif self._cycle <= 0:
            raise refuse(
                "LegacyParallelInterleaveDatasetV2", "`cycle_length` must be > 0", "_Targuments_0"
            )

    def _inputs(self) -> list[DatasetV2]:
        return [self._files]

    @property
    def element_spec(self) -> Any:
        """The spec of a record."""
        return TensorSpec([], STRING)

    def _check(self) -> None:
        """Raises InvalidArgumentError for arguments that the operation refuses."""

    def _records(self, path: str) -> Iterator[bytes]:
        """Opens a file. Errors of the file itself are OpErrors."""
        raise NotImplementedError

    def _open_file(self, path: str) -> Iterator[Flat]:
        return _Records(path, self._records)

    def _iterator(self, context: IterationContext) -> Iterator[Flat]:
        names = ("FlatMapDataset", "Prefetch::FlatMap")
        if self._cycle is not None:
            names = ("ParallelInterleaveDatasetV4", "ParallelInterleaveV4")
        check = in_function(lambda _: self._check(), *names)

        def open_file(element: Flat) -> Iterator[Flat]:
            check(element)
            return self._open_file(os.fsdecode(payload(element[0]).item()))

        source = self._files._start(context)
        if self._cycle is None:
            return Chained(source, open_file)
        return self._order(source, open_file, self._cycle, 1)

    def _refuse(self, message: str) -> Exception:
        return InvalidArgumentError(None, None, f"{message} [Op:{self._operation}]")


class _Records:
    """Iterates over the records of a file, which is opened for the first one.

    A file that cannot be opened is tried again by the next call. An error in a file ends it.
    """

    def __init__(self, path: str, open_file: Open) -> None:
        self._path = path
        self._open = open_file
        self._source: Iterator[bytes] | None = None

    def __iter__(self) -> _Records:
        return self

    def __next__(self) -> Flat:
        if self._source is None:
            self._source = self._open(self._path)
        return string_element(next(self._source))


def _compression(value: Any, operation: str) -> str:
    if value is None:
        return ""
    text: bytes = arguments.scalar(value, "compression_type", operation, STRING)
    return os.fsdecode(text)


def _optional(value: Any, name: str, operation: str, default: int) -> int:
    number: int = default if value is None else arguments.scalar(value, name, operation)
    return number


class TextLineDatasetV2(FileDataset, public=True):
    """The lines of text files, without their ends. Implements `tf.data.TextLineDataset`.

    Args:
      filenames: a string, a list or tensor of them, or a dataset.
      compression_type: "", "ZLIB" or "GZIP".
      buffer_size: how much to read at once, in bytes.
      num_parallel_reads: the number of files that are read in turn; None for one after another.

    Raises:
      TypeError: if the file names are not strings.
      NotFoundError: from the iterator, if there is no such file.
    """

    def __init__(
        self,
        filenames: Any,
        compression_type: Any = None,
        buffer_size: Any = None,
        num_parallel_reads: Any = None,
        name: str | None = None,
    ) -> None:
        operation = "TextLineDataset"
        super().__init__(filenames, num_parallel_reads, operation)
        self._compression = _compression(compression_type, operation)
        self._buffer = _optional(buffer_size, "buffer_size", operation, 0)

    def _check(self) -> None:
        if self._compression not in ("", *WINDOWS):
            raise self._refuse("Unsupported compression_type.")
        if self._buffer < 0:
            raise self._refuse("`buffer_size` must be >= 0 (0 == default)")

    def _records(self, path: str) -> Iterator[bytes]:
        return lines(open_stream(path, self._compression, self._buffer or None))


class TFRecordDatasetV2(FileDataset, public=True):
    """The records of TFRecord files. Implements `tf.data.TFRecordDataset`.

    The arguments are those of `TextLineDataset`.

    Raises:
      TypeError: if the file names are not strings.
      NotFoundError: from the iterator, if there is no such file.
      DataLossError: from the iterator, if a record is truncated or a checksum is wrong. It goes on
        with the next file.
    """

    def __init__(
        self,
        filenames: Any,
        compression_type: Any = None,
        buffer_size: Any = None,
        num_parallel_reads: Any = None,
        name: str | None = None,
    ) -> None:
        operation = "TFRecordDatasetV2"
        super().__init__(filenames, num_parallel_reads, operation)
        compression = _compression(compression_type, operation)
        self._compression = compression if compression in WINDOWS else ""
        self._buffer = _optional(buffer_size, "buffer_size", operation, 0)

    def _check(self) -> None:
        if self._buffer < -1:
            raise self._refuse("`buffer_size` must be >= 0 (0 == no buffering)")

    def _records(self, path: str) -> Iterator[bytes]:
        return read_records(path, self._compression, self._buffer if self._buffer > 0 else None)


class FixedLengthRecordDatasetV2(FileDataset, public=True):
    """The records of files in which all have the same length.

    Implements `tf.data.FixedLengthRecordDataset`.

    Args:
      filenames: a string, a list or tensor of them, or a dataset.
      record_bytes: the length of a record.
      header_bytes, footer_bytes: how much is left out at the beginning and the end of a file.
      buffer_size: how much to read at once, in bytes.
      compression_type: "", "ZLIB" or "GZIP".
      num_parallel_reads: the number of files that are read in turn; None for one after another.

    Raises:
      TypeError: if the file names are not strings, or a length is not an integer.
      InvalidArgumentError: from the iterator, if a file does not have a whole number of records.
      DataLossError: so for a compressed file.
    """

    def __init__(
        self,
        filenames: Any,
        record_bytes: Any,
        header_bytes: Any = None,
        footer_bytes: Any = None,
        buffer_size: Any = None,
        compression_type: Any = None,
        num_parallel_reads: Any = None,
        name: str | None = None,
    ) -> None:
        operation = "FixedLengthRecordDatasetV2"
        super().__init__(filenames, num_parallel_reads, operation)
        if isinstance(record_bytes, float):
            raise TypeError(f"Expected int64, but got {record_bytes} of type 'float'.")
        self._size: int = arguments.scalar(record_bytes, "record_bytes", operation)
        self._header = _optional(header_bytes, "header_bytes", operation, 0)
        self._footer = _optional(footer_bytes, "footer_bytes", operation, 0)
        self._buffer = _optional(buffer_size, "buffer_size", operation, 0)
        self._compression = _compression(compression_type, operation)

    def _check(self) -> None:
        for value, what in ((self._header, "header_bytes"), (self._footer, "footer_bytes")):
            if value < 0:
                raise self._refuse(f"`{what}` must be >= 0")
        if self._size <= 0:
            raise self._refuse("`record_bytes` must be > 0")
        if self._buffer < 0:
            raise self._refuse("`buffer_size` must be >= 0")
        if self._compression not in ("", *WINDOWS):
            raise self._refuse("Unsupported compression_type.")

    def _records(self, path: str) -> Iterator[bytes]:
        return fixed_length_records(
            path,
            self._size,
            self._header,
            self._footer,
            functools.partial(open_stream, path, self._compression, self._buffer or None),
            bool(self._compression),
        )


@static_method
def list_files(
    file_pattern: Any, shuffle: Any = None, seed: Any = None, name: str | None = None
) -> Any:
    """The names of the files that match patterns. Implements `tf.data.Dataset.list_files`.

    Args:
      file_pattern: a pattern or several, see `tf.io.matching_files`.
      shuffle: whether they come in a random order, which is the default, or sorted.
      seed: an integer. With the global seed, it determines the order.

    Raises InvalidArgumentError if no file matches.
    """
    patterns = to_tensor(file_pattern, STRING)
    files = matching_files(patterns)
    count = files.shape[0]
    if not count:
        shown = ", ".join(os.fsdecode(text) for text in payload(patterns).reshape(-1).tolist())
        raise InvalidArgumentError(
            None,
            None,
            "Expected 'tf.Tensor(False, shape=(), dtype=bool)' to be true. Summarized data: "
            f"{os.fsencode(f'No files matched pattern: {shown}')!r}",
        )
    dataset: Any = TensorSliceDataset(files)
    if shuffle is None or shuffle:
        return dataset.shuffle(count, seed=seed)
    return dataset


shown_in(
    "tensorflow.python.data.ops.readers",
    FixedLengthRecordDatasetV2,
    TFRecordDatasetV2,
    TextLineDatasetV2,
)
