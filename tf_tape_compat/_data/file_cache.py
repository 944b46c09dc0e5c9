"""Elements that are kept in a file: `tf.data.Dataset.cache(filename)`.

The format is our own: pickled NumPy components behind a line that names it.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Iterator
from typing import IO, Any

from ..errors import AlreadyExistsError, DataLossError
from .failures import IterationError
from .structure import Flat

_HEADER = b"tf_tape_compat data cache 1\n"


class FileCached:
    """Iterates over the elements in a file; the first iteration that ends writes it.

    Args:
      filename: the name of the file, without its ending.
      start: opens the input.
    """

    def __init__(self, filename: str, start: Callable[[], Iterator[Flat]]) -> None:
        self._path = f"{filename}.cache"
        self._lock = f"{filename}.cache.lock"
        self._start = start
        self._source: Iterator[Flat] | None = None
        self._file: IO[bytes] | None = None

    def __iter__(self) -> FileCached:
        return self

    def _open(self) -> Iterator[Flat]:
        if os.path.exists(self._path):
            return _read(self._path)
        try:
            descriptor = os.open(self._lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY)
        except FileExistsError:
            raise IterationError(
                AlreadyExistsError,
                "There appears to be a concurrent caching iterator running - cache lockfile "
                f"already exists ('{self._lock}'). If you are sure no other running TF "
                "computations are using this cache prefix, delete the lockfile and "
                "re-initialize the iterator.",
            ) from None
        self._file = os.fdopen(descriptor, "wb")
        self._file.write(_HEADER)
        return self._start()

    def __next__(self) -> Flat:
        if self._source is None:
            self._source = self._open()
        try:
            element = next(self._source)
        except StopIteration:
            self._finish()
            raise
        if self._file is not None:
            pickle.dump(element, self._file)
        return element

    def _finish(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
            os.replace(self._lock, self._path)

    def __del__(self) -> None:
        if getattr(self, "_file", None) is not None:  # the iteration did not reach the end
            self._file.close()  # type: ignore[union-attr]
            os.unlink(self._lock)


def _read(path: str) -> Iterator[Any]:
    with open(path, "rb") as file:
        if file.readline() != _HEADER:
            raise IterationError(DataLossError, f"{path} is not a cache of tf_tape_compat")
        while True:
            try:
                yield pickle.load(file)
            except EOFError:
                return
