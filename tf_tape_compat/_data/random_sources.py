"""Random datasets: `tf.data.Dataset.random`, and the older `shuffle_and_repeat`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch

from .._core.tensor.convert import INT64
from .._core.tensor.tensor import EagerTensor
from .._core.types.tensor_spec import TensorSpec
from . import arguments
from .arguments import INFINITE
from .dataset import DatasetV2, IterationContext, UnchangedDataset, static_method
from .failures import refuse
from .ordering import RepeatDataset, ShuffleDataset
from .random_draws import Draws, SeedGenerator, dataset_seeds
from .rows import Plan
from .structure import Flat


class RandomDataset(DatasetV2):
    """Random numbers in [0, 2**32), without end."""

    def __init__(self, seed: Any = None, rerandomize_each_iteration: Any = None) -> None:
        reseed = bool(rerandomize_each_iteration)
        seeds = dataset_seeds(seed, "RandomDatasetV2" if reseed else "RandomDataset")
        if reseed:
            arguments.bool_attribute(rerandomize_each_iteration, "rerandomize_each_iteration")
        self._seeds = SeedGenerator(seeds, reseed)

    @property
    def element_spec(self) -> Any:
        """The spec of a number."""
        return TensorSpec([], INT64)

    def _cardinality(self) -> int:
        return INFINITE

    def _described_arguments(self) -> tuple[int, ...]:
        return self._seeds.seeds

    def _iterator(self, context: IterationContext) -> Iterator[Flat]:
        return _scalars(Draws(self._seeds()).stream())


def _scalars(numbers: Iterator[int]) -> Iterator[Flat]:
    for number in numbers:
        yield (EagerTensor(torch.tensor(number, dtype=torch.int64)),)


class RandomDatasetV2(RandomDataset, public=True):
    """Random numbers in [0, 2**32). Implements `tf.data.experimental.RandomDataset`."""

    def __init__(
        self, seed: Any = None, rerandomize_each_iteration: Any = None, name: str | None = None
    ) -> None:
        super().__init__(seed, rerandomize_each_iteration)


@static_method
def random(
    seed: Any = None, rerandomize_each_iteration: Any = None, name: str | None = None
) -> Any:
    """Random int64 numbers in [0, 2**32), without end. Implements `tf.data.Dataset.random`.

    Args:
      seed: an integer. With the global seed, it determines the numbers.
      rerandomize_each_iteration: whether each iteration has other numbers.
    """
    return RandomDataset(seed, rerandomize_each_iteration)


class ShuffleAndRepeatDataset(UnchangedDataset):
    """The elements again and again, each time in another random order."""

    _operation = "ShuffleAndRepeatDataset"

    def __init__(self, source: DatasetV2, buffer_size: Any, count: Any, seed: Any) -> None:
        super().__init__(source)
        size: int = arguments.scalar(buffer_size, "buffer_size", self._operation)
        times = -1 if count is None else arguments.scalar(count, "count", self._operation)
        if size <= 0 and size != arguments.UNKNOWN:
            raise refuse(
                self._operation, "buffer_size must be greater than zero or UNKNOWN_CARDINALITY"
            )
        if times <= 0 and times != -1:
            raise refuse(self._operation, "count must be greater than zero or equal to -1.")
        shuffled = ShuffleDataset(source, size, seed, True)
        self._seeds = shuffled._seeds
        self._repeated = RepeatDataset(shuffled, times)

    def _cardinality(self) -> int:
        return self._repeated._cardinality()

    def _plan(self, batched: bool = False) -> Plan | None:
        return self._repeated._plan(batched)

    def _iterator(self, context: IterationContext) -> Iterator[Flat]:
        return self._repeated._iterator(context)
