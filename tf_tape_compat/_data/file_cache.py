"""Elements that are kept in a file: `tf.data.Dataset.cache(filename)`.

The format is our own: pickled NumPy arrays of the components, behind a line that names it. Nothing
but such arrays is read, so a file cannot run code.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Iterator
from typing import IO, Any

import numpy as np

from .. import nest
from .._core.tensor.convert import to_tensor
from .._core.tensor.tensor import EagerTensor
from ..errors import AlreadyExistsError, DataLossError
from .arguments import STRING
from .failures import IterationError
from .structure import Flat

_HEADER = b"tf_tape_compat data cache 1\n"


class FileCached:
    """Iterates over the elements in a file; the first iteration that ends writes it.

    Args:
      filename: the name of the file, without its ending.
      start: opens the input.
      read_specs: returns the specs of the components.
    """

    def __init__(
        self,
        filename: str,
        start: Callable[[], Iterator[Flat]],
        read_specs: Callable[[], list[Any]],
    ) -> None:
        self._path = f"{filename}.cache"
        self._lock = f"{filename}.cache.lock"
        self._start = start
        self._read_specs = read_specs
        self._source: Iterator[Flat] | None = None
        self._file: IO[bytes] | None = None

    def __iter__(self) -> FileCached:
        return self

    def _open(self) -> Iterator[Flat]:
        if os.path.exists(self._path):
            return _Reader(self._path, self._read_specs())
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
            pickle.dump([_arrays(part) for part in element], self._file)
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


class _ArrayUnpickler(pickle.Unpickler):
    """Reads lists of NumPy arrays and refuses everything else."""

    def find_class(self, module: str, name: str) -> Any:
        """The constructors of arrays. Raises UnpicklingError for others."""
        if module in _NUMPY_MODULES and name in _NUMPY_NAMES:
            return super().find_class(module, name)
        if module == "ml_dtypes":
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} is not part of an array")


_NUMPY_MODULES = ("numpy", "numpy.core.multiarray", "numpy._core.multiarray", "numpy._core.numeric")
_NUMPY_NAMES = ("ndarray", "dtype", "_reconstruct", "scalar", "_frombuffer")


def _arrays(value: Any) -> Any:
    """The arrays of a component: one, a list for a composite tensor, or None."""
    if value is None:
        return None
    if isinstance(value, EagerTensor):
        return np.asarray(value.numpy(), object if value.dtype is STRING else None)
    return [part.numpy() for part in nest.flatten(value, expand_composites=True)]


def _component(spec: Any, arrays: Any) -> Any:
    if arrays is None:
        return None
    if isinstance(arrays, list):
        parts = [to_tensor(array) for array in arrays]
        return nest.pack_sequence_as(spec, parts, expand_composites=True)
    return to_tensor(arrays, spec.dtype)


class _Reader:
    """Iterates over the elements of a file. Raises DataLossError for what is not a cache."""

    def __init__(self, path: str, specs: list[Any]) -> None:
        self._file: IO[bytes] = open(path, "rb")  # noqa: SIM115 -- closed at the end
        self._path = path
        self._specs = specs
        if self._file.readline() != _HEADER:
            raise self._damage("it is not a cache of tf_tape_compat")

    def __iter__(self) -> _Reader:
        return self

    def _damage(self, reason: str) -> IterationError:
        self._file.close()
        return IterationError(DataLossError, f"{self._path} cannot be read: {reason}")

    def __next__(self) -> Flat:
        if self._file.closed:
            raise StopIteration
        try:
            stored = _ArrayUnpickler(self._file).load()
            parts = zip(self._specs, stored, strict=True)
            return tuple(_component(spec, arrays) for spec, arrays in parts)
        except EOFError:
            self._file.close()
            raise StopIteration from None
        except (pickle.UnpicklingError, ValueError, TypeError, AttributeError) as error:
            raise self._damage(str(error)) from error
