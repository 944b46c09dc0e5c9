"""Transformations of several datasets: zip, enumerate, concatenate; and `apply`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from .arguments import INFINITE, UNKNOWN, add_cardinalities
from .dataset import DatasetV2, IterationContext, method, out_of_range, static_method
from .rows import Plan, ZippedTable, table_plan
from .sources import RangeDataset
from .structure import Flat, common_spec, flatten, pack


class ZipDataset(DatasetV2):
    """Elements of several datasets side by side."""

    def __init__(self, datasets: Any) -> None:
        self._datasets = flatten(datasets)
        for dataset in self._datasets:
            if not isinstance(dataset, DatasetV2):
                text = (
                    "Invalid input to `zip`. Inputs are expected to be (nested) structures of "
                    "`tf.data.Dataset` objects"
                )
                if isinstance(dataset, list):
                    raise TypeError(
                        f"{text}. Python `list` is not supported and you should use `tuple` "
                        "instead."
                    )
                raise TypeError(f"{text} but encountered object of type {type(dataset)}.")
        self._nest = pack(datasets, [None] * len(self._datasets))

    def _inputs(self) -> list[DatasetV2]:
        return self._datasets

    @property
    def element_spec(self) -> Any:
        """The specs of the datasets, in their structure."""
        return pack(self._nest, [dataset.element_spec for dataset in self._datasets])

    def _structure(self) -> Any:
        return pack(self._nest, [dataset._structure() for dataset in self._datasets])

    def _cardinality(self) -> int:
        counts = [dataset._cardinality() for dataset in self._datasets]
        if UNKNOWN in counts:
            return UNKNOWN
        return min((count for count in counts if count != INFINITE), default=INFINITE)

    def _plan(self, batched: bool = False) -> Plan | None:
        plans = [dataset._plan(batched) for dataset in self._datasets]
        tables = [plan.table for plan in plans if plan is not None and plan.in_order]
        return table_plan(ZippedTable(tables)) if len(tables) == len(plans) else None

    def _iterator(self, context: IterationContext) -> Iterator[Flat]:
        return _Zipped(context.started(self, self._datasets))

    def _at(self, index: int) -> Flat:
        count = self._cardinality()
        if index < 0 or 0 <= count <= index:
            raise out_of_range(index, count)
        return tuple(part for dataset in self._datasets for part in dataset._at(index))


class _Zipped:
    """Iterates over several iterators at once. After an error all of them have gone on."""

    def __init__(self, sources: list[Iterator[Flat]]) -> None:
        self._sources = sources

    def __iter__(self) -> _Zipped:
        return self

    def __next__(self) -> Flat:
        if not self._sources:
            raise StopIteration
        parts: list[Any] = []
        failure: Exception | None = None
        for source in self._sources:
            try:
                parts.extend(next(source))
            except StopIteration:
                self._sources = []
                raise
            except Exception as error:
                failure = failure or error
        if failure is not None:
            raise failure
        return tuple(parts)


@static_method
def zip_(*args: Any, datasets: Any = None, name: str | None = None) -> Any:
    """A dataset of elements side by side. Implements `tf.data.Dataset.zip`.

    Args:
      *args: datasets, or a nest of datasets.
      datasets: the nest, by its former name.

    Raises TypeError if there is none, or something is not a dataset.
    """
    if not args and datasets is None:
        raise TypeError("Must pass at least one dataset to `zip`.")
    if args and datasets is not None:
        raise TypeError("Both `*args` and `datasets` cannot be set.")
    if len(args) == 1:
        datasets = args[0]
    elif args:
        datasets = args
    return ZipDataset(datasets)


@method
def enumerate_(self: DatasetV2, start: Any = 0, name: str | None = None) -> Any:
    """Puts a number before each element. Implements `tf.data.Dataset.enumerate`."""
    return ZipDataset((RangeDataset(start, 2**63 - 1), self))


class ConcatenateDataset(DatasetV2):
    """The elements of one dataset, then those of another."""

    def __init__(self, first: DatasetV2, second: DatasetV2) -> None:
        self._datasets = [first, second]
        one, two = first.element_spec, second.element_spec
        self._spec = common_spec(one, two)
        if self._spec is None:
            raise TypeError(f"Incompatible dataset elements:\n  {one} vs.   {two}")

    def _inputs(self) -> list[DatasetV2]:
        return self._datasets

    @property
    def element_spec(self) -> Any:
        """The specs that cover both datasets."""
        return self._spec

    def _cardinality(self) -> int:
        return add_cardinalities(*(dataset._cardinality() for dataset in self._datasets))

    def _iterator(self, context: IterationContext) -> Iterator[Flat]:
        return _Joined(self, context)

    def _at(self, index: int) -> Flat:
        self._check_index(index)
        count = self._datasets[0]._cardinality()
        if index < count:
            return self._datasets[0]._at(index)
        return self._datasets[1]._at(index - count)


class _Joined:
    """Iterates over two datasets one after another.

    The first is opened at once, as in TensorFlow: random orders show when it is. The other one is
    opened when its turn comes.
    """

    def __init__(self, dataset: ConcatenateDataset, context: IterationContext) -> None:
        first, second = dataset._datasets
        self._next: Callable[[], Iterator[Flat]] | None
        self._next = lambda: second._start(context.of_input(dataset, 1))
        self._source: Iterator[Flat] | None = first._start(context)

    def __iter__(self) -> _Joined:
        return self

    def __next__(self) -> Flat:
        while True:
            if self._source is None:
                if self._next is None:
                    raise StopIteration
                self._source, self._next = self._next(), None
            try:
                return next(self._source)
            except StopIteration:
                self._source = None


@method
def concatenate(self: DatasetV2, dataset: Any, name: str | None = None) -> Any:
    """Appends another dataset. Implements `tf.data.Dataset.concatenate`.

    Raises TypeError if the elements are not of compatible specs.
    """
    if not hasattr(dataset, "element_spec"):
        raise AttributeError(f"'{type(dataset).__name__}' object has no attribute 'element_spec'")
    return ConcatenateDataset(self, dataset)


@method
def apply(self: DatasetV2, transformation_func: Any) -> Any:
    """Calls a function with the dataset. Implements `tf.data.Dataset.apply`.

    Raises TypeError if it does not return a dataset.
    """
    dataset = transformation_func(self)
    if not isinstance(dataset, DatasetV2):
        raise TypeError(
            f"`transformation_func` must return a `tf.data.Dataset` object. Got {type(dataset)}."
        )
    return dataset
