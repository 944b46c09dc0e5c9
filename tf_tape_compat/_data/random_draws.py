"""The random numbers of datasets: 32-bit words in TensorFlow's order, and seeds for iterators.

A dataset has two seeds, fixed when it is made. Its iterators ask its *seed generator* for the two
seeds of their own random words when they are made: the dataset's seeds each time, or new ones.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch

from .._core.tensor.convert import INT64, to_tensor
from .._ops._support.philox import Philox
from .._ops.random.seeds import SEED_LIMIT, next_op_seeds
from .components import payload
from .failures import refuse

_WIDE_MASK = 0xFFFFFFFFFFFFFFFF
_FIRST_BLOCKS = 16  # most iterators draw few words
_MOST_BLOCKS = 1 << 13
_CPU = torch.device("cpu")

Pair = tuple[int, int]


class Draws:
    """The words of one iterator, a stream that is generated in chunks of growing size."""

    __slots__ = ("_philox", "_block", "_size", "_words", "_next")

    def __init__(self, seeds: Pair) -> None:
        self._philox = Philox(seeds[0] & _WIDE_MASK, (seeds[1] & _WIDE_MASK) << 64)
        self._block = 0  # of the chunk that comes next
        self._size = _FIRST_BLOCKS
        self._words: np.ndarray[Any, Any] = np.empty(0, np.int64)
        self._next = 0

    def _chunk(self) -> np.ndarray[Any, Any]:
        chunks = [
            words.numpy().astype(np.int64).reshape(-1)
            for _, words in self._philox.chunks(self._block, self._size, _CPU)
        ]
        self._block += self._size
        self._size = min(2 * self._size, _MOST_BLOCKS)
        return np.concatenate(chunks) & 0xFFFFFFFF

    def take(self, count: int) -> np.ndarray[Any, Any]:
        """The next `count` words, int64 in [0, 2**32)."""
        parts = []
        while count > 0:
            if self._next == len(self._words):
                self._words, self._next = self._chunk(), 0
            part = self._words[self._next : self._next + count]
            self._next += len(part)
            count -= len(part)
            parts.append(part)
        return parts[0] if len(parts) == 1 else np.concatenate([np.empty(0, np.int64), *parts])

    def stream(self) -> Iterator[int]:
        """All further words, one at a time. They are taken many at a time."""
        while True:
            yield from self.take(4 * self._size).tolist()

    @property
    def position(self) -> int:
        """How many words have been taken."""
        return 4 * self._block - (len(self._words) - self._next)

    @position.setter
    def position(self, count: int) -> None:
        self._block, rest = divmod(count, 4)
        self._words, self._next = np.empty(0, np.int64), 0
        self.take(rest)


class SeedGenerator:
    """The seeds of a dataset's iterators, one pair after another. All copies of it are one.

    Args:
      seeds: the dataset's own seeds.
      reseed: whether each iterator gets seeds of its own.
    """

    def __init__(self, seeds: Pair, reseed: bool) -> None:
        self.seeds = seeds
        self._draws = Draws(seeds) if reseed else None
        self._lock = threading.Lock()

    def __call__(self) -> Pair:
        """The seeds of the iterator that is made next."""
        if self._draws is None:
            return self.seeds
        with self._lock:
            first, second = self._draws.take(2).tolist()
            return first, second

    @property
    def reseeds(self) -> bool:
        """Whether each iterator gets seeds of its own."""
        return self._draws is not None

    @property
    def of_indices(self) -> Pair:
        """The seeds of the order for random access. TensorFlow's fixed ones are the same twice."""
        return (self.seeds[0], self.seeds[0]) if self._draws is None else self.seeds

    def reset(self, seeds: Pair, position: int) -> None:
        """Continues as a generator with these seeds would that has taken `position` words."""
        with self._lock:
            self.seeds = seeds
            if self._draws is not None:
                self._draws = Draws(seeds)
                self._draws.position = position

    @property
    def position(self) -> int:
        """How many words the seeds handed out so far have taken, for checkpoints."""
        return 0 if self._draws is None else self._draws.position

    @position.setter
    def position(self, count: int) -> None:
        if self._draws is not None:
            with self._lock:
                self._draws.position = count


def _entropy() -> Pair:
    first, second = torch.empty(2, dtype=torch.int64).random_(-(2**63), None).tolist()
    return first, second


def dataset_seeds(seed: Any, operation: str) -> Pair:
    """The two seeds of a dataset, from its `seed` argument and the global seed.

    Args:
      seed: an integer, an int64 scalar tensor, or None.
      operation: TensorFlow's name of the dataset's operation, for errors.

    Raises:
      TypeError: if the seed is not a number, or not an integer.
      ValueError: if it is a tensor of another type.
      InvalidArgumentError: if it is a tensor, but not a scalar.
    """
    if seed is not None and type(seed) is not int:
        tensor = to_tensor(seed % SEED_LIMIT, INT64)
        if tensor.shape.rank:
            raise refuse(operation, "seed2 must be a scalar")
        seed = int(payload(tensor))
    seeds = next_op_seeds(seed, drawn=False)
    return _entropy() if seeds is None else (seeds.first, seeds.second)
