"""Transformations that choose and arrange elements: take, skip, repeat, shuffle and shard."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import numpy as np

from . import arguments
from .arguments import INFINITE, UNKNOWN
from .dataset import DatasetV2, IterationContext, UnchangedDataset, method, out_of_range
from .failures import refuse
from .random_draws import SeedGenerator, dataset_seeds
from .rows import (
    ChunkStream,
    Plan,
    RepeatStream,
    ShardStream,
    SkipStream,
    Stream,
    TakeStream,
    integers,
)
from .shuffle_order import WHOLE_INPUT, ShuffleBuffer, shuffled_indices, shuffled_positions
from .structure import Flat

_CHUNK = 1024


class TakeDataset(UnchangedDataset):
    """The first elements."""

    def __init__(self, source: DatasetV2, count: Any) -> None:
        super().__init__(source)
        self._count: int = arguments.scalar(count, "count", "TakeDataset")

    def _cardinality(self) -> int:
        count = self._input._cardinality()
        if count == UNKNOWN:
            return UNKNOWN
        if self._count < 0:
            return count
        return self._count if count == INFINITE else min(count, self._count)

    def _plan(self, batched: bool = False) -> Plan | None:
        plan = self._input._plan(batched)
        if plan is None or self._count < 0:
            return plan
        return plan.reordered(lambda context: TakeStream(plan.open(context), self._count))

    def _iterator(self, context: IterationContext) -> Iterator[Flat]:
        if self._count == 0:
            return iter(())
        source = self._input._start(context)
        return source if self._count < 0 else _Taken(source, self._count)

    def _at(self, index: int) -> Flat:
        count = self._cardinality()
        if 0 <= count <= index or index < 0:
            raise out_of_range(index, count)
        return self._input._at(index)


class _Taken:
    """Iterates over the first elements. Unlike islice, it does not count errors."""

    def __init__(self, source: Iterator[Flat], count: int) -> None:
        self._source = source
        self._left = count

    def __iter__(self) -> _Taken:
        return self

    def __next__(self) -> Flat:
        if not self._left:
            self._source = iter(())  # so that generators behind it are closed
            raise StopIteration
        try:
            element = next(self._source)
        except StopIteration:
            self._left = 0
            raise
        self._left -= 1
        return element


@method
def take(self: DatasetV2, count: Any, name: str | None = None) -> Any:
    """The first `count` elements, or all if negative. Implements `tf.data.Dataset.take`."""
    return TakeDataset(self, count)


class SkipDataset(UnchangedDataset):
    """All but the first elements."""

    def __init__(self, source: DatasetV2, count: Any) -> None:
        super().__init__(source)
        self._count: int = arguments.scalar(count, "count", "SkipDataset")

    def _cardinality(self) -> int:
        count = self._input._cardinality()
        if count == UNKNOWN:
            return UNKNOWN
        if self._count < 0:
            return 0
        return count if count < 0 else max(count - self._count, 0)

    def _plan(self, batched: bool = False) -> Plan | None:
        plan = self._input._plan(batched)
        if plan is None or self._count < 0:
            return None
        return plan.reordered(lambda context: SkipStream(plan.open(context), self._count))

    def _iterator(self, context: IterationContext) -> Iterator[Flat]:
        if self._count < 0:
            return iter(())
        return _Skipped(self._input._start(context), self._count)

    def _at(self, index: int) -> Flat:
        count = self._cardinality()
        if 0 <= count <= index or index < 0:
            raise out_of_range(index, count)
        return self._input._at(index + self._count)


class _Skipped:
    """Iterates over all but the first elements."""

    def __init__(self, source: Iterator[Flat], count: int) -> None:
        self._source = source
        self._left = count

    def __iter__(self) -> _Skipped:
        return self

    def __next__(self) -> Flat:
        while self._left:
            next(self._source)
            self._left -= 1
        return next(self._source)


@method
def skip(self: DatasetV2, count: Any, name: str | None = None) -> Any:
    """All but the first `count` elements; none if negative. Implements `tf.data.Dataset.skip`."""
    return SkipDataset(self, count)


class RepeatDataset(UnchangedDataset):
    """The elements several times, or for ever."""

    def __init__(self, source: DatasetV2, count: Any) -> None:
        super().__init__(source)
        self._count: int = (
            -1 if count is None else arguments.scalar(count, "count", "RepeatDataset")
        )

    def _cardinality(self) -> int:
        count = self._input._cardinality()
        if self._count < 0:
            return 0 if count == 0 else INFINITE
        if self._count == 0:
            return 0
        return count if count < 0 else count * self._count

    def _plan(self, batched: bool = False) -> Plan | None:
        plan = self._input._plan(batched)
        if plan is None:
            return None
        opens_more = self._opens_more()
        return plan.reordered(
            lambda context: RepeatStream(lambda: plan.open(context), self._count, opens_more)
        )

    def _opens_more(self) -> bool:
        """Whether the input is opened once more at the end, which takes a pair of its seeds.

        TensorFlow does so, but has one kernel for a shuffle and its repetition that does not.
        """
        return not isinstance(self._input, ShuffleDataset)

    def _start(self, context: IterationContext) -> Iterator[Flat]:
        if self._count == 0 and isinstance(self._input, ShuffleDataset):
            raise refuse(  # TensorFlow's kernel for both accepts other numbers only
                "MakeIterator", "count must be greater than zero or equal to -1."
            )
        return super()._start(context)

    def _iterator(self, context: IterationContext) -> Iterator[Flat]:
        return _Repeated(lambda: self._input._start(context), self._count, self._opens_more())

    def _at(self, index: int) -> Flat:
        self._check_index(index)
        return self._input._at(index % self._input._cardinality())


class _Repeated:
    """Iterates over elements several times."""

    def __init__(self, start: Callable[[], Iterator[Flat]], count: int, opens_more: bool) -> None:
        self._start = start
        self._left = count
        self._opens_more = opens_more
        self._source: Iterator[Flat] | None = start() if count > 0 else None
        self._is_empty = True

    def __iter__(self) -> _Repeated:
        return self

    def __next__(self) -> Flat:
        while self._left:
            if self._source is None:
                self._source, self._is_empty = self._start(), True
            try:
                element = next(self._source)
            except StopIteration:
                self._source = None
                self._left -= 1
                if self._left == 0 and self._opens_more:
                    self._start()
                if self._is_empty and self._left < 0:
                    self._left = 0
                continue
            self._is_empty = False
            return element
        raise StopIteration


@method
def repeat(self: DatasetV2, count: Any = None, name: str | None = None) -> Any:
    """Repeats the elements `count` times, or for ever. Implements `tf.data.Dataset.repeat`."""
    return RepeatDataset(self, count)


class ShuffleDataset(UnchangedDataset):
    """The elements in the random order of a buffer."""

    def __init__(
        self, source: DatasetV2, buffer_size: Any, seed: Any, reshuffle_each_iteration: Any
    ) -> None:
        super().__init__(source)
        if reshuffle_each_iteration is None:
            reshuffle_each_iteration = True
        seeds = dataset_seeds(seed, "ShuffleDatasetV3")
        self._size: int = arguments.scalar(buffer_size, "buffer_size", "ShuffleDatasetV3")
        if not isinstance(reshuffle_each_iteration, bool):
            raise TypeError(
                "Expected bool for argument 'reshuffle_each_iteration' not "
                f"{reshuffle_each_iteration!r}."
            )
        if self._size <= 0 and self._size != WHOLE_INPUT:
            raise refuse(
                "ShuffleDatasetV3",
                "buffer_size must be greater than zero or UNKNOWN_CARDINALITY",
            )
        self._seeds = SeedGenerator(seeds, reshuffle_each_iteration)
        self._order: list[int] | None = None  # of random access

    def _cardinality(self) -> int:
        return self._input._cardinality()

    def _plan(self, batched: bool = False) -> Plan | None:
        plan = self._input._plan(batched)
        if plan is None:
            return None
        return plan.reordered(lambda context: self._open(plan, context))

    def _open(self, plan: Plan, context: IterationContext) -> Stream:
        seeds = self._seeds()
        if plan.in_order:
            return ChunkStream(shuffled_positions(plan.table.count, self._size, seeds))
        buffer = ShuffleBuffer(lambda: integers(plan.open(context)), self._size, seeds)
        return ChunkStream(_arrays(buffer))

    def _iterator(self, context: IterationContext) -> Iterator[Flat]:
        seeds = self._seeds()
        return ShuffleBuffer(lambda: self._input._start(context), self._size, seeds)

    def _described_arguments(self) -> tuple[int, ...]:
        return self._size, *self._seeds.seeds, 1

    def _at(self, index: int) -> Flat:
        self._check_index(index)
        if self._order is None:
            self._order = shuffled_indices(self._cardinality(), self._seeds.of_indices)
        return self._input._at(self._order[index])


def _arrays(positions: Iterator[int]) -> Iterator[np.ndarray[Any, Any]]:
    while True:
        array = np.fromiter(islice(positions, _CHUNK), np.int64)
        if not len(array):
            return
        yield array


@method
def shuffle(
    self: DatasetV2,
    buffer_size: Any,
    seed: Any = None,
    reshuffle_each_iteration: Any = True,
    name: str | None = None,
) -> Any:
    """Shuffles the elements. Implements `tf.data.Dataset.shuffle`.

    Args:
      buffer_size: how many elements each is drawn from; `tf.data.UNKNOWN_CARDINALITY` for all.
      seed: an integer. With the global seed, it determines the order.
      reshuffle_each_iteration: whether each iteration has another order.

    Raises:
      InvalidArgumentError: if `buffer_size` is not positive.
    """
    return ShuffleDataset(self, buffer_size, seed, reshuffle_each_iteration)


class ShardDataset(UnchangedDataset):
    """Every n-th element."""

    def __init__(self, source: DatasetV2, num_shards: Any, index: Any) -> None:
        super().__init__(source)
        operation = "ShardDataset"
        self._shards: int = arguments.scalar(num_shards, "num_shards", operation)
        self._index: int = arguments.scalar(index, "index", operation)
        if self._shards == 0:
            raise refuse(
                operation,
                "Number of shards must be greater than zero (currently num_shards = "
                f"{self._shards}).",
            )
        if self._shards > 0 and not 0 <= self._index < self._shards:
            raise refuse(
                operation,
                f"Index must be between 0 and {self._shards - 1} (currently index = "
                f"{self._index}).",
            )

    def _cardinality(self) -> int:
        count = self._input._cardinality()
        if count < 0:
            return count
        whole, rest = divmod(count, self._shards)
        return whole + (self._index < rest)

    def _plan(self, batched: bool = False) -> Plan | None:
        plan = self._input._plan(batched)
        if plan is None or self._shards < 0:
            return None
        return plan.reordered(
            lambda context: ShardStream(plan.open(context), self._shards, self._index)
        )

    def _iterator(self, context: IterationContext) -> Iterator[Flat]:
        return _Shard(self._input._start(context), self._shards, self._index)

    def _at(self, index: int) -> Flat:
        self._check_index(index)
        return self._input._at(self._index + index * self._shards)


class _Shard:
    """Iterates over every n-th element."""

    def __init__(self, source: Iterator[Flat], shards: int, index: int) -> None:
        self._source = source
        self._shards = shards
        self._skip = index

    def __iter__(self) -> _Shard:
        return self

    def __next__(self) -> Flat:
        while self._skip > 0:
            next(self._source)
            self._skip -= 1
        element = next(self._source)
        self._skip = self._shards - 1
        return element


@method
def shard(self: DatasetV2, num_shards: Any, index: Any, name: str | None = None) -> Any:
    """Every `num_shards`-th element from that at `index` on. Implements `tf.data.Dataset.shard`.

    Raises InvalidArgumentError if `num_shards` is 0, or `index` is not below it.
    """
    return ShardDataset(self, num_shards, index)
