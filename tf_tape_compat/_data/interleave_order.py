"""The order in which iterators take turns: `interleave`, and the choices of a selector.

An error of an iterator passes through, and the iteration can go on after it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from typing import Any

Open = Callable[[Any], Iterator[Any]]


def usable_cores() -> int:
    """The number of cores this process may use, from which `tf.data.AUTOTUNE` follows."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


class Interleaved:
    """Iterates over the iterators that `open_element` makes of the elements of `source`.

    Args:
      source: an iterator.
      open_element: makes an iterator of an element.
      cycle_length: how many of these are open at a time.
      block_length: how many elements of one are returned before the next has its turn.
    """

    def __init__(
        self, source: Iterator[Any], open_element: Open, cycle_length: int, block_length: int
    ) -> None:
        self._source: Iterator[Any] | None = source
        self._open_element = open_element
        self._slots: list[Iterator[Any] | None] = [None] * cycle_length
        self._block_length = block_length
        self._open = 0  # how many slots have an iterator
        self._slot = 0  # whose turn it is
        self._returned = 0  # how many elements of the current block

    def __iter__(self) -> Interleaved:
        return self

    def _next_slot(self) -> None:
        self._returned = 0
        self._slot = (self._slot + 1) % len(self._slots)

    def __next__(self) -> Any:
        while self._open or self._source is not None:
            current = self._slots[self._slot]
            if current is None:
                if self._source is None:
                    self._next_slot()
                else:
                    self._fill_slot(self._source)
                continue
            try:
                element = next(current)
            except StopIteration:
                self._slots[self._slot] = None
                self._open -= 1
                self._next_slot()
                continue
            self._returned += 1
            if self._returned == self._block_length:
                self._next_slot()
            return element
        raise StopIteration

    def _fill_slot(self, source: Iterator[Any]) -> None:
        try:
            element = next(source)
        except StopIteration:
            self._source = None
            return
        self._slots[self._slot] = self._open_element(element)
        self._open += 1


class EagerlyInterleaved:
    """As `Interleaved`, in the order of `tf.data.experimental.parallel_interleave`.

    It differs where an iterator ends: the slot is filled at once. When nothing is left to fill it,
    the next iterator completes the block that was begun.
    """

    def __init__(
        self, source: Iterator[Any], open_element: Open, cycle_length: int, block_length: int
    ) -> None:
        self._source: Iterator[Any] | None = source
        self._open_element = open_element
        self._slots: list[Iterator[Any] | None] = []
        self._cycle_length = cycle_length
        self._block_length = block_length
        self._slot = self._returned = 0

    def __iter__(self) -> EagerlyInterleaved:
        return self

    def _read(self) -> Iterator[Any] | None:
        """An iterator of the source's next element, or None at its end."""
        if self._source is None:
            return None
        try:
            element = next(self._source)
        except StopIteration:
            self._source = None
            return None
        return self._open_element(element)

    def __next__(self) -> Any:
        slots = self._slots
        while self._source is not None and len(slots) < self._cycle_length:
            opened = self._read()
            if opened is not None:
                slots.append(opened)
        empty = 0
        while empty < len(slots):
            slot = (self._slot + empty) % len(slots)
            current = slots[slot]
            if current is None:
                empty += 1
                continue
            try:
                element = next(current)
            except StopIteration:
                slots[slot] = None
                replacement = self._read()
                if replacement is not None:
                    slots[slot] = replacement
                    self._slot, self._returned, empty = (slot + 1) % len(slots), 0, 0
                continue
            self._slot = slot
            self._returned += 1
            if self._returned == self._block_length:
                self._slot, self._returned = (slot + 1) % len(slots), 0
            return element
        raise StopIteration


class Directed:
    """Returns the next element of the iterator that `selector` names, for each of its numbers.

    Args:
      selector: an iterator over integers.
      sources: the iterators.
      stop_on_empty: whether to stop at the first selected iterator that has ended; otherwise it is
        skipped.
      out_of_range: makes the error for an integer that is no place in `sources`, from it and the
        length.
    """

    def __init__(
        self,
        selector: Iterator[int],
        sources: Sequence[Iterator[Any]],
        stop_on_empty: bool,
        out_of_range: Callable[[int, int], Exception],
    ) -> None:
        self._selector = selector
        self._sources: list[Iterator[Any] | None] = list(sources)
        self._active = len(self._sources)
        self._stop_on_empty = stop_on_empty
        self._out_of_range = out_of_range

    def __iter__(self) -> Directed:
        return self

    def __next__(self) -> Any:
        while self._active:
            try:
                selected = int(next(self._selector))
            except StopIteration:
                break
            if not 0 <= selected < len(self._sources):
                raise self._out_of_range(selected, len(self._sources))
            source = self._sources[selected]
            if source is None:
                continue
            try:
                return next(source)
            except StopIteration:
                self._sources[selected] = None
                self._active = 0 if self._stop_on_empty else self._active - 1
        self._active = 0
        self._sources.clear()
        raise StopIteration


class Chained:
    """Iterates over the iterators made of the elements of `source`, one after another."""

    def __init__(self, source: Iterator[Any], open_element: Open) -> None:
        self._source = source
        self._open_element = open_element
        self._current: Iterator[Any] | None = None

    def __iter__(self) -> Chained:
        return self

    def __next__(self) -> Any:
        while True:
            if self._current is None:
                self._current = self._open_element(next(self._source))
            try:
                return next(self._current)
            except StopIteration:
                self._current = None
