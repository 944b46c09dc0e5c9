"""Transformations that keep or hide elements: cache, prefetch, options and ignored errors."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

from .._core.tensor.convert import to_tensor
from .._logging import get_logger
from ..errors import FailedPreconditionError, OpError, OutOfRangeError, UnimplementedError
from . import arguments
from .arguments import STRING
from .dataset import DatasetV2, IterationContext, UnchangedDataset, method, out_of_range
from .failures import IterationError, body_of, refuse
from .file_cache import FileCached
from .options import Options, merge_options
from .parallel import prefetched
from .rows import Plan
from .structure import Flat
from .vectorizing import MappedTable


class PrefetchDataset(UnchangedDataset):
    """The elements, some of which are read ahead by a thread."""

    def __init__(self, source: DatasetV2, buffer_size: Any) -> None:
        super().__init__(source)
        size = arguments.AUTOTUNE if buffer_size is None else buffer_size
        self._size: int = arguments.scalar(size, "buffer_size", "PrefetchDataset")
        if self._size < 0 and self._size != arguments.AUTOTUNE:
            raise refuse(
                "PrefetchDataset",
                "buffer_size must be >= 0 or set buffer_size to be -1 for auto-tuning",
            )

    def _cardinality(self) -> int:
        return self._input._cardinality()

    def _plan(self, batched: bool = False) -> Plan | None:
        return self._input._plan(
            batched
        )  # single rows are read faster than a thread hands them over

    def _iterator(self, context: IterationContext) -> Iterator[Flat]:
        source = self._input._start(context)
        return source if self._size == 0 else prefetched(source, self._size, context)

    def _at(self, index: int) -> Flat:
        return self._input._at(index)


@method
def prefetch(self: DatasetV2, buffer_size: Any, name: str | None = None) -> Any:
    """Reads elements ahead, in a thread. Implements `tf.data.Dataset.prefetch`.

    Args:
      buffer_size: how many; `tf.data.AUTOTUNE` or None for a number that suits.

    Raises InvalidArgumentError if it is negative.
    """
    return PrefetchDataset(self, buffer_size)


class _MemoryCache:
    """The elements of a cached dataset, once an iteration has read all of them."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.elements: list[Flat] | None = None


class _Recording:
    """Iterates over elements and keeps them in a cache when it has read all of them.

    `count` is their number; negative if it is not known, so that only the end shows it.
    """

    def __init__(self, source: Iterator[Flat], cache: _MemoryCache, count: int) -> None:
        self._source = source
        self._count = count
        self._cache = cache
        self._read: list[Flat] | None = []

    def __iter__(self) -> _Recording:
        return self

    def __next__(self) -> Flat:
        try:
            element = next(self._source)
        except StopIteration:
            self._keep()
            raise
        if self._read is not None:
            self._read.append(element)
            if len(self._read) == self._count:
                self._keep()
        return element

    def _keep(self) -> None:
        if self._read is not None:
            with self._cache.lock:
                if self._cache.elements is None:
                    self._cache.elements = self._read
            self._read = None


class _Cached:
    """Iterates over a memory cache, which is filled by the first iteration that ends."""

    def __init__(self, dataset: CacheDataset, context: IterationContext) -> None:
        self._dataset = dataset
        self._context = context
        self._source: Iterator[Flat] | None = None

    def __iter__(self) -> _Cached:
        return self

    def __next__(self) -> Flat:
        if self._source is None:
            self._source = self._dataset._open(self._context)
        return next(self._source)


class CacheDataset(UnchangedDataset, public=True):
    """The elements, which are kept in memory or in a file after the first iteration."""

    def __init__(self, source: DatasetV2, filename: Any) -> None:
        super().__init__(source)
        name = to_tensor(filename, STRING)._t.item()
        self._filename = name.decode() if isinstance(name, bytes) else name
        self._cache = _MemoryCache()
        self._computed: Plan | None = None
        self._accessed: list[Flat] | None = None  # by random access

    def _cardinality(self) -> int:
        return self._input._cardinality()

    def _plan(self, batched: bool = False) -> Plan | None:
        # Rows of arrays in their own order are in memory already.
        plan = self._input._plan(True)
        if plan is None or not plan.in_order or self._filename:
            return None
        if not isinstance(plan.table, MappedTable):
            return plan
        if self._computed is None:
            self._computed = plan._replace(table=plan.table.computed())
        return self._computed

    def _open(self, context: IterationContext) -> Iterator[Flat]:
        if self._cache.elements is not None:
            return iter(self._cache.elements)
        return _Recording(self._input._start(context), self._cache, self._cardinality())

    def _iterator(self, context: IterationContext) -> Iterator[Flat]:
        if self._filename:
            source = self._input
            return FileCached(
                self._filename, lambda: source._start(context), self._input._flat_specs
            )
        return _Cached(self, context)

    def _at(self, index: int) -> Flat:
        if self._filename:
            raise IterationError(
                UnimplementedError,
                "Random access is not implemented for dataset CacheDatasetOp::FileDataset",
            )
        if self._accessed is None:  # a cache of its own: iterations neither fill nor read it
            context = IterationContext(self.options())
            try:
                self._accessed = list(self._input._start(context))
            finally:
                context.close()
        if not 0 <= index < len(self._accessed):
            raise out_of_range(index, len(self._accessed))
        return self._accessed[index]


@method
def cache(self: DatasetV2, filename: Any = "", name: str | None = None) -> Any:
    """Keeps the elements after the first iteration. Implements `tf.data.Dataset.cache`.

    Args:
      filename: the file that keeps them, which also serves later processes; by default memory.
    """
    return CacheDataset(self, filename)


# -- options ------------------------------------------------------------------------------------


class OptionsDataset(UnchangedDataset):
    """The same elements with options."""

    def __init__(self, source: DatasetV2, options: Options) -> None:
        super().__init__(source)
        self._own_options = options

    def options(self) -> Options:
        """The options of the input, overridden by these."""
        merged: Options = merge_options(self._input.options(), self._own_options)
        merged._set_mutable(False)
        return merged

    def _cardinality(self) -> int:
        return self._input._cardinality()

    def _plan(self, batched: bool = False) -> Plan | None:
        return self._input._plan(batched)

    def _iterator(self, context: IterationContext) -> Iterator[Flat]:
        return self._input._start(context)

    def _at(self, index: int) -> Flat:
        return self._input._at(index)


@method
def with_options(self: DatasetV2, options: Any, name: str | None = None) -> Any:
    """The dataset with options. Implements `tf.data.Dataset.with_options`."""
    if not isinstance(options, Options):
        raise AttributeError(f"'{type(options).__name__}' object has no attribute '_to_proto'")
    return OptionsDataset(self, options)


# -- errors -------------------------------------------------------------------------------------


class _WithoutErrors:
    """Iterates over the elements that are no errors."""

    def __init__(self, source: Iterator[Flat], log_warning: bool) -> None:
        self._source = source
        self._log_warning = log_warning

    def __iter__(self) -> _WithoutErrors:
        return self

    def __next__(self) -> Flat:
        while True:
            try:
                return next(self._source)
            except (IterationError, OpError) as error:
                if self._log_warning:
                    get_logger().warning("Error raised with error message %s", body_of(error)[1])


class IgnoreErrorsDataset(UnchangedDataset):
    """The elements without those that are errors."""

    def __init__(self, source: DatasetV2, log_warning: Any) -> None:
        super().__init__(source)
        self._log_warning = bool(log_warning)

    def _iterator(self, context: IterationContext) -> Iterator[Flat]:
        return _WithoutErrors(self._input._start(context), self._log_warning)


@method
def ignore_errors(self: DatasetV2, log_warning: Any = False, name: str | None = None) -> Any:
    """Drops elements that raise errors. Implements `tf.data.Dataset.ignore_errors`."""
    return IgnoreErrorsDataset(self, log_warning)


class AssertCardinalityDataset(UnchangedDataset):
    """The elements, whose number is checked."""

    def __init__(self, source: DatasetV2, expected: Any) -> None:
        super().__init__(source)
        self._expected: int = arguments.scalar(expected, "cardinality", "AssertCardinalityDataset")

    def _cardinality(self) -> int:
        return self._expected

    def _at(self, index: int) -> Flat:
        if index < 0:
            raise IterationError(OutOfRangeError, f"Dataset index {index} must be non-negative")
        if index >= self._expected:
            raise IterationError(
                OutOfRangeError, f"Index {index} greater than dataset size {self._expected}"
            )
        return self._input._at(index)

    def _iterator(self, context: IterationContext) -> Iterator[Flat]:
        return _Counted(self._input._start(context), self._expected)


class _Counted:
    """Iterates over elements and checks their number."""

    def __init__(self, source: Iterator[Flat], expected: int) -> None:
        self._source = source
        self._expected = expected
        self._count = 0

    def __iter__(self) -> _Counted:
        return self

    def __next__(self) -> Flat:
        expected = self._expected
        try:
            element = next(self._source)
        except StopIteration:
            if expected != self._count:
                raise self._failure(f"contained only {self._count}") from None
            raise
        self._count += 1
        if expected != arguments.INFINITE and expected < self._count:
            raise self._failure(f"contained at least {self._count}")
        return element

    def _failure(self, what: str) -> IterationError:
        expected = self._expected
        wanted = "an infinite number of" if expected == arguments.INFINITE else f"{expected}"
        plural = "" if expected == 1 else "s"
        noun = f"element{plural}"
        return IterationError(
            FailedPreconditionError,
            f"Input dataset was expected to contain {wanted} {noun} but {what} element"
            f"{'' if self._count == 1 else 's'}.",
        )


def assert_cardinality(expected_cardinality: Any) -> Any:
    """A function for `apply` that checks the number of elements.

    Implements `tf.data.experimental.assert_cardinality`. An iterator raises
    FailedPreconditionError if there are more or fewer.
    """
    return lambda dataset: AssertCardinalityDataset(dataset, expected_cardinality)
