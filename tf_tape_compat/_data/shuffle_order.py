"""The order of `tf.data.Dataset.shuffle`.

A buffer holds some elements of the input. Each result is drawn from it at random; the buffer's
first element moves to its place, and the next element of the input is added at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from .random_draws import Draws, Pair

WHOLE_INPUT = -2  # as `buffer_size`: tf.data.UNKNOWN_CARDINALITY
_CHUNK = 1 << 14


class ShuffleBuffer:
    """Iterates over the shuffled elements of `source`.

    An error of the source passes through, and the iteration can go on after it: the buffer keeps
    what it has, and the source is asked again.

    Args:
      open_source: opens the iterator that is shuffled, when the first element is asked for.
      size: how many elements the buffer holds, or `WHOLE_INPUT`.
      seeds: the seeds of this iteration.
    """

    def __init__(self, open_source: Callable[[], Iterator[Any]], size: int, seeds: Pair) -> None:
        self._open_source: Callable[[], Iterator[Any]] | None = open_source
        self._source: Iterator[Any] | None = None
        self._size = size
        self._words = Draws(seeds).stream()
        self._buffer: list[Any] = []  # a ring once it is full: element i is at i % size
        self._first = 0  # how many elements were returned; the number of the first in the buffer
        self._end = 0  # how many elements were read

    def __iter__(self) -> ShuffleBuffer:
        return self

    def _fill(self, source: Iterator[Any]) -> None:
        """Reads the source until the buffer is full or the source ends."""
        buffer, size = self._buffer, self._size
        while size == WHOLE_INPUT or self._end - self._first < size:
            try:
                element = next(source)
            except StopIteration:
                self._source = None
                return
            if self._end == len(buffer):
                buffer.append(element)
            else:
                buffer[self._end % size] = element
            self._end += 1

    def __next__(self) -> Any:
        if self._open_source is not None:
            self._source, self._open_source = self._open_source(), None
        if self._source is not None:
            self._fill(self._source)
        buffer, first = self._buffer, self._first
        left = self._end - first
        if not left:
            raise StopIteration
        size = len(buffer)
        place, first_place = (first + next(self._words) % left) % size, first % size
        element = buffer[place]
        buffer[place] = buffer[first_place]
        buffer[first_place] = None
        self._first = first + 1
        return element


def shuffled_indices(count: int, seeds: Pair) -> list[int]:
    """The order for random access, in which the buffer does not count: all of it is shuffled."""
    indices = list(range(count))
    for first, word in enumerate(Draws(seeds).take(count).tolist()):
        chosen = first + word % (count - first)
        indices[chosen], indices[first] = indices[first], indices[chosen]
    return indices


def shuffled_positions(
    count: int, size: int, seeds: Pair, chunk: int = _CHUNK
) -> Iterator[np.ndarray[Any, Any]]:
    """The order in which `ShuffleBuffer` returns `count` elements, as int64 arrays of positions.

    Args:
      count: the number of elements.
      size: the size of the buffer, or `WHOLE_INPUT`.
      seeds: the seeds of the iteration.
      chunk: the length of an array.
    """
    if count <= 0:
        return
    size = count if size == WHOLE_INPUT else min(size, count)
    draws = Draws(seeds)
    buffer = list(range(size))
    for start in range(0, count, chunk):
        firsts = np.arange(start, min(start + chunk, count))
        drawn = draws.take(len(firsts)) % np.minimum(size, count - firsts)
        places = ((firsts + drawn) % size).tolist()
        order: list[int] = []
        add = order.append
        for place, first, new in zip(
            places, (firsts % size).tolist(), (firsts + size).tolist(), strict=True
        ):
            add(buffer[place])
            buffer[place] = buffer[first]
            buffer[first] = new
        yield np.array(order)
