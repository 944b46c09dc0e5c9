"""Plans for datasets whose elements are rows of arrays: positions are iterated, not elements.

A plan is a *table*, whose rows are the elements, and the order of positions in it. Transformations
that only choose and arrange elements change the order. A batch is then one gather.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any, NamedTuple, Protocol

import numpy as np
import torch

from .._core.tensor.tensor import EagerTensor
from . import components
from .structure import Flat

Positions = np.ndarray[Any, Any] | range

_CHUNK = 256  # positions that are taken at a time to iterate over single elements


class Table(Protocol):
    """Rows that can be had in any order."""

    @property
    def count(self) -> int:
        """The number of rows."""

    def batch(self, positions: Positions) -> Flat:
        """The batch of some rows."""

    def rows(self, positions: Positions) -> Iterator[Flat]:
        """Some rows, one by one."""


class Stream(Protocol):
    """Iterates over positions, many at a time."""

    def take(self, count: int) -> Positions:
        """At least one and at most `count` positions; none at the end."""


class Plan(NamedTuple):
    """A dataset as rows of a table.

    `open(context)` starts an iteration. `length` is the number of positions if they are those of
    the whole table in order, which allows quick ways to shuffle them.
    """

    table: Table
    open: Callable[[Any], Stream]
    in_order: bool = False

    def reordered(self, open_stream: Callable[[Any], Stream]) -> Plan:
        """The plan for other positions in the same table."""
        return Plan(self.table, open_stream)


def table_plan(table: Table) -> Plan:
    """The plan that iterates over a whole table in order."""
    return Plan(table, lambda _: RangeStream(0, table.count), in_order=True)


# -- tables -------------------------------------------------------------------------------------


class TensorTable:
    """The rows of components that are batches. `specs` are those of the batches."""

    def __init__(self, specs: list[Any], values: list[Any], count: int) -> None:
        self._specs = specs
        self._values = values
        self.count = count

    def batch(self, positions: Positions) -> Flat:
        """The batch of some rows; a range of them shares the memory of the table."""
        rows: Any = positions
        if isinstance(positions, range):
            rows = slice(positions.start, positions.stop)
        return tuple(
            components.select(spec, value, rows)
            for spec, value in zip(self._specs, self._values, strict=True)
        )

    def rows(self, positions: Positions) -> Iterator[Flat]:
        """Some rows, which share the memory of the table."""
        columns = [
            components.rows_at(spec, value, positions)
            for spec, value in zip(self._specs, self._values, strict=True)
        ]
        return zip(*columns, strict=True)


class RangeTable:
    """The numbers of a range, each a scalar."""

    def __init__(self, numbers: range, dtype: torch.dtype) -> None:
        self._numbers = numbers
        self._dtype = dtype
        self.count = len(numbers)

    def batch(self, positions: Positions) -> Flat:
        """A vector of some of the numbers."""
        start, step = self._numbers.start, self._numbers.step
        if isinstance(positions, range):
            part = self._numbers[positions.start : positions.stop]
            values = torch.arange(part.start, part.stop, step)
        else:
            values = torch.from_numpy(start + positions * step)
        return (EagerTensor(values.to(self._dtype)),)

    def rows(self, positions: Positions) -> Iterator[Flat]:
        """Some of the numbers, one by one."""
        (numbers,) = self.batch(positions)
        return ((EagerTensor(number),) for number in numbers._t.unbind(0))


class ZippedTable:
    """Tables side by side, as long as the shortest."""

    def __init__(self, tables: list[Table]) -> None:
        self._tables = tables
        self.count = min(table.count for table in tables)

    def batch(self, positions: Positions) -> Flat:
        """The batches of all tables."""
        return tuple(part for table in self._tables for part in table.batch(positions))

    def rows(self, positions: Positions) -> Iterator[Flat]:
        """The rows of all tables, one by one."""
        parts = [table.rows(positions) for table in self._tables]
        return (tuple(chain.from_iterable(row)) for row in zip(*parts, strict=True))


# -- streams of positions -----------------------------------------------------------------------


class RangeStream:
    """Positions in order."""

    __slots__ = ("_next", "_stop")

    def __init__(self, start: int, stop: int) -> None:
        self._next = start
        self._stop = stop

    def take(self, count: int) -> Positions:
        """The next positions."""
        taken = range(self._next, min(self._next + count, self._stop))
        self._next = max(self._next, taken.stop)
        return taken


class ChunkStream:
    """The positions in an iterator's arrays."""

    __slots__ = ("_chunks", "_chunk")

    def __init__(self, chunks: Iterator[np.ndarray[Any, Any]]) -> None:
        self._chunks = chunks
        self._chunk: np.ndarray[Any, Any] = np.empty(0, np.int64)

    def take(self, count: int) -> Positions:
        """The next positions, of one array."""
        while not len(self._chunk):
            chunk = next(self._chunks, None)
            if chunk is None:
                return self._chunk
            self._chunk = chunk
        taken, self._chunk = self._chunk[:count], self._chunk[count:]
        return taken


class TakeStream:
    """The first `count` positions of a stream."""

    __slots__ = ("_stream", "_left")

    def __init__(self, stream: Stream, count: int) -> None:
        self._stream = stream
        self._left = count

    def take(self, count: int) -> Positions:
        """The next positions."""
        count = min(count, self._left)
        if not count:
            return range(0)
        taken = self._stream.take(count)
        self._left -= len(taken)
        return taken


class SkipStream:
    """A stream without its first `count` positions."""

    __slots__ = ("_stream", "_left")

    def __init__(self, stream: Stream, count: int) -> None:
        self._stream = stream
        self._left = count

    def take(self, count: int) -> Positions:
        """The next positions."""
        while self._left:
            skipped = len(self._stream.take(self._left))
            if not skipped:
                return range(0)
            self._left -= skipped
        return self._stream.take(count)


class RepeatStream:
    """A stream that is opened again at its end, `count` times in all, or for ever if negative.

    With `opens_more`, it is also opened after the last time.
    """

    __slots__ = ("_open", "_left", "_opens_more", "_stream", "_is_empty")

    def __init__(
        self, open_stream: Callable[[], Stream], count: int, opens_more: bool = False
    ) -> None:
        self._open = open_stream
        self._opens_more = opens_more
        self._left = count
        # The first one of a given number is opened at once: random orders show when it is.
        self._stream: Stream | None = open_stream() if count > 0 else None
        self._is_empty = True  # whether this round had no position so far

    def take(self, count: int) -> Positions:
        """The next positions, of one round."""
        while self._left:
            if self._stream is None:
                self._stream, self._is_empty = self._open(), True
            taken = self._stream.take(count)
            if len(taken):
                self._is_empty = False
                return taken
            self._stream = None
            self._left -= 1
            if self._left == 0 and self._opens_more:
                self._open()
            if self._is_empty and self._left < 0:
                self._left = 0
        return range(0)


class ShardStream:
    """Every `shards`th position of a stream, from that at `index` on."""

    __slots__ = ("_stream", "_shards", "_index", "_read")

    def __init__(self, stream: Stream, shards: int, index: int) -> None:
        self._stream = stream
        self._shards = shards
        self._index = index
        self._read = 0

    def take(self, count: int) -> Positions:
        """The next positions."""
        while True:
            taken = self._stream.take(count * self._shards)
            if not len(taken):
                return taken
            offset = (self._index - self._read) % self._shards
            self._read += len(taken)
            chosen = np.asarray(taken)[offset :: self._shards]
            if len(chosen):
                return chosen


def integers(stream: Stream) -> Iterator[int]:
    """All positions of a stream, one by one."""
    while True:
        taken = stream.take(_CHUNK)
        if not len(taken):
            return
        yield from taken if isinstance(taken, range) else taken.tolist()


def take_exactly(stream: Stream, count: int) -> Positions:
    """The next `count` positions; fewer at the end."""
    taken = stream.take(count)
    if len(taken) in (0, count):
        return taken
    parts = [taken]
    missing = count - len(taken)
    while missing:
        taken = stream.take(missing)
        if not len(taken):
            break
        parts.append(taken)
        missing -= len(taken)
    if len(parts) == 1:
        return parts[0]
    return np.concatenate([np.asarray(part, np.int64) for part in parts])


# -- iterators ----------------------------------------------------------------------------------


def elements(plan: Plan, context: Any) -> Iterator[Flat]:
    """Iterates over the single rows of a plan, which is opened by this call."""
    return _rows(plan.table, plan.open(context))


def _rows(table: Table, stream: Stream) -> Iterator[Flat]:
    while len(positions := stream.take(_CHUNK)):
        yield from table.rows(positions)


class PlannedBatches:
    """Iterates over batches of the rows of a plan."""

    def __init__(self, plan: Plan, context: Any, size: int, drop_remainder: bool) -> None:
        self._table = plan.table
        self._stream = plan.open(context)
        self._size = size
        self._drop_remainder = drop_remainder

    def __iter__(self) -> PlannedBatches:
        return self

    def __next__(self) -> Flat:
        positions = take_exactly(self._stream, self._size)
        count = len(positions)
        if not count or (count < self._size and self._drop_remainder):
            raise StopIteration
        return self._table.batch(positions)
