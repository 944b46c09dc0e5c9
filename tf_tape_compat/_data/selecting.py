"""Datasets that choose from several: `sample_from_datasets` and `choose_from_datasets`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import torch

from .._core.tensor.convert import INT64, to_tensor
from .._core.tensor.python_values import FLOAT32, FLOAT64
from .._core.tensor.tensor import EagerTensor, Tensor
from .._core.types.tensor_spec import TensorSpec
from .._ops.array.shaping import squeeze
from .._ops.math.elementwise import log
from .._ops.random.discrete import stateless_categorical
from ..errors import InvalidArgumentError
from . import arguments
from .arguments import INFINITE, UNKNOWN
from .components import payload
from .dataset import DatasetV2, IterationContext, static_method
from .failures import IterationError
from .interleave_order import Directed
from .random_draws import SeedGenerator, dataset_seeds
from .random_sources import RandomDataset
from .sampling import sampled_indices
from .structure import Flat, common_spec


class DirectedInterleaveDataset(DatasetV2):
    """The elements of several datasets, in the order that a selector gives.

    Args:
      selector: a dataset of int64 scalars.
      datasets: the datasets that they number.
      stop_on_empty_dataset: whether to end when a selected dataset has ended.
    """

    def __init__(
        self, selector: DatasetV2, datasets: Sequence[DatasetV2], stop_on_empty_dataset: Any
    ) -> None:
        self._selector = selector
        self._datasets = list(datasets)
        first = spec = self._datasets[0].element_spec
        for number, dataset in enumerate(self._datasets[1:], 1):
            spec = common_spec(spec, dataset.element_spec)
            if spec is None:
                raise TypeError(
                    "Invalid `datasets`. `datasets` must have compatible element specs.\n Dataset "
                    f"0 element_spec={first}.\nDataset {number} "
                    f"element_spec={dataset.element_spec}."
                )
        self._spec = spec
        self._stop = arguments.bool_attribute(stop_on_empty_dataset, "stop_on_empty_dataset")

    def _inputs(self) -> list[DatasetV2]:
        return [self._selector, *self._datasets]

    @property
    def element_spec(self) -> Any:
        """The specs that cover the elements of all datasets."""
        return self._spec

    def _cardinality(self) -> int:
        counts = [dataset._cardinality() for dataset in self._datasets]
        return INFINITE if INFINITE in counts else UNKNOWN

    def _iterator(self, context: IterationContext) -> Iterator[Flat]:
        selector: Iterator[int]
        if isinstance(self._selector, SampledIndicesDataset):
            selector = self._selector.indices()
        else:
            selector = map(_index, self._selector._start(context))
        sources = context.started(self, self._datasets)
        return Directed(selector, sources, self._stop, _out_of_range)


def _index(element: Flat) -> int:
    return int(payload(element[0]))


def _out_of_range(index: int, count: int) -> Exception:
    return IterationError(InvalidArgumentError, f"Selector index out of range: {index} >= {count}")


class SampledIndicesDataset(DatasetV2):
    """Random indices, drawn with constant probabilities. `logits` is [classes], of torch."""

    def __init__(self, logits: torch.Tensor, seed: Any, rerandomize_each_iteration: Any) -> None:
        reseed = bool(rerandomize_each_iteration)
        if reseed:
            arguments.bool_attribute(rerandomize_each_iteration, "rerandomize_each_iteration")
        self._logits = logits
        self._seeds = SeedGenerator(
            dataset_seeds(seed, "RandomDatasetV2" if reseed else "RandomDataset"), reseed
        )

    @property
    def element_spec(self) -> Any:
        """The spec of an index."""
        return TensorSpec([], INT64)

    def _cardinality(self) -> int:
        return INFINITE

    def indices(self) -> Iterator[int]:
        """The indices of a new iteration."""
        return sampled_indices(self._logits, self._seeds())

    def _iterator(self, context: IterationContext) -> Iterator[Flat]:
        return ((EagerTensor(torch.tensor(index)),) for index in self.indices())


@static_method
def choose_from_datasets(
    datasets: Any, choice_dataset: Any, stop_on_empty_dataset: Any = True
) -> Any:
    """The elements of datasets in the order of their numbers in another dataset.

    Implements `tf.data.Dataset.choose_from_datasets`.

    Args:
      datasets: a list of datasets with compatible elements.
      choice_dataset: a dataset of int64 scalars, the places in the list.
      stop_on_empty_dataset: whether to end when a chosen dataset has ended; otherwise such choices
        are skipped.

    Raises:
      ValueError: if there are no datasets.
      TypeError: if the datasets' elements are not compatible, or the choices are not int64 scalars.
    """
    if not datasets:
        raise ValueError("Invalid `datasets`. `datasets` should not be empty.")
    if not isinstance(choice_dataset, DatasetV2):
        raise TypeError(
            "Invalid `choice_dataset`. `choice_dataset` should be a `tf.data.Dataset` but is "
            f"{type(choice_dataset)}."
        )
    spec = choice_dataset.element_spec
    if not (isinstance(spec, TensorSpec) and TensorSpec([], INT64).is_compatible_with(spec)):
        raise TypeError(
            "Invalid `choice_dataset`. Elements of `choice_dataset` must be scalar `tf.int64` "
            f"tensors but are {spec}."
        )
    return DirectedInterleaveDataset(choice_dataset, datasets, stop_on_empty_dataset)


@static_method
def sample_from_datasets(
    datasets: Any,
    weights: Any = None,
    seed: Any = None,
    stop_on_empty_dataset: Any = False,
    rerandomize_each_iteration: Any = None,
) -> Any:
    """The elements of datasets, each from one that is drawn at random.

    Implements `tf.data.Dataset.sample_from_datasets`.

    Args:
      datasets: a list of datasets with compatible elements.
      weights: how likely each dataset is: a list, a tensor, or a dataset that has one of these for
        each draw. By default all are equally likely.
      seed: an integer. With the global seed, it determines the draws.
      stop_on_empty_dataset: whether to end when a drawn dataset has ended; otherwise such draws are
        skipped.
      rerandomize_each_iteration: whether each iteration has other draws.

    Raises:
      ValueError: if there are no datasets, or not a weight for each.
      TypeError: if the weights are not floating point, or the elements are not compatible.
    """
    if not datasets:
        raise ValueError("Invalid `datasets`. `datasets` should not be empty.")
    selector: Any
    if isinstance(weights, DatasetV2):
        selector = _varying_selector(weights, seed, rerandomize_each_iteration)
    else:
        datasets, logits = _checked_weights(datasets, weights)
        if len(datasets) == 1:
            return datasets[0]
        selector = SampledIndicesDataset(logits, seed, rerandomize_each_iteration)
    return DirectedInterleaveDataset(selector, datasets, stop_on_empty_dataset)


def _checked_weights(datasets: Any, weights: Any) -> tuple[Any, torch.Tensor]:
    """The datasets that can be drawn, and the logarithms of their weights."""
    if weights is None:
        return datasets, torch.ones(len(datasets))
    if isinstance(weights, Tensor):
        if not weights.shape.is_compatible_with([len(datasets)]):
            raise ValueError(
                "Invalid `weights`. The shape of `weights` should be compatible with "
                f"`[len(datasets)]` but is {weights.shape}."
            )
    else:
        if len(datasets) != len(weights):
            raise ValueError(
                "Invalid `weights`. `weights` should have the same length as `datasets` but got "
                f"`len(weights)={len(weights)}` vs. `len(datasets)={len(datasets)}`."
            )
        positive = [pair for pair in zip(datasets, weights, strict=True) if pair[1] > 0]
        if positive:
            datasets, weights = map(list, zip(*positive, strict=True))
        else:
            datasets, weights = [datasets[0].take(0)], [1.0]
    weights = to_tensor(weights)
    if weights.dtype not in (FLOAT32, FLOAT64):
        raise TypeError(
            "Invalid `weights`. `weights` type must be either `tf.float32` or `tf.float64` but is "
            f"{weights.dtype}."
        )
    return datasets, payload(log(weights)).detach()


def _varying_selector(weights: Any, seed: Any, rerandomize_each_iteration: Any) -> Any:
    """The choices for a dataset of weights: each is drawn with seeds of its own."""

    def select(logits: Any, seeds: Any) -> Any:
        return squeeze(stateless_categorical(logits, 1, seeds), axis=[0, 1])

    seeds = RandomDataset(seed, rerandomize_each_iteration).batch(2)  # type: ignore[attr-defined]
    logits = weights.map(lambda *values: log(to_tensor(values)))
    return DatasetV2.zip((logits, seeds)).map(select)  # type: ignore[attr-defined]
