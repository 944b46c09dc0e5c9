"""`rejection_resample`: drops or repeats elements to give classes their target proportions.

Each result is drawn from the dataset as it is, with a probability m, or from a filtered one, which
accepts elements of class i with a probability a_i. With the ratio of the target and the initial
proportions of each class, m is its minimum and a_i grows from 0 at the minimum to 1 at the maximum.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import numpy as np

from .._core.tensor.convert import INT64, to_tensor
from .._core.tensor.python_values import FLOAT32
from .._ops.array.creation import one_hot
from .._ops.array.gathering import gather
from .._ops.array.tiling import tile
from .._ops.math.casting import cast
from .._ops.math.reductions import reduce_max, reduce_min, reduce_sum
from .._ops.random.stateful import uniform
from .components import payload
from .dataset import DatasetV2, IterationContext, UnaryDataset, method
from .selecting import sample_from_datasets
from .sources import TensorDataset
from .structure import Flat

_BATCH = 32  # of class labels, between new estimates of the initial proportions
_SMOOTHING = 10  # how often each class counts as seen at the beginning
_TINY = float(np.finfo(np.float32).tiny)
_MOST_REPORTS = 10


def _acceptance(initial: Any, target: Any) -> tuple[Any, Any]:
    """The probabilities a_i of accepting elements of each class, and m."""
    ratio = target / (initial + _TINY)
    least = reduce_min(ratio)
    return (ratio - least) / (reduce_max(ratio) - least), least


def _constantly(tensor: Any) -> Any:
    return TensorDataset(tensor).repeat()  # type: ignore[attr-defined]


def _estimates(classes: Any, count: int) -> Any:
    """The proportions of classes seen so far, one estimate for each element."""

    def update(seen: Any, labels: Any) -> tuple[Any, Any]:
        seen = seen + reduce_sum(one_hot(labels, count, dtype=INT64), 0)
        proportions = cast(seen / reduce_sum(seen), FLOAT32)
        return seen, tile(proportions[None], [_BATCH, 1])

    start = to_tensor(np.full(count, _SMOOTHING, np.int64))
    return classes.batch(_BATCH).scan(start, update).unbatch()


class ReportedAcceptanceDataset(UnaryDataset):
    """The first of each pair of acceptance and initial probabilities.

    Its iterators report on the standard error if most elements are rejected, as TensorFlow does.
    """

    @property
    def element_spec(self) -> Any:
        """The spec of the acceptance probabilities."""
        return self._input.element_spec[0]

    def _iterator(self, context: IterationContext) -> Iterator[Flat]:
        left = iter(range(_MOST_REPORTS))

        def report(element: Flat) -> Flat:
            acceptance, initial = map(payload, element)
            rejected = ((1 - acceptance) * initial).sum()
            if not rejected < 0.5 and next(left, None) is not None:
                values = (
                    f"[{' '.join(f'{number:g}' for number in tensor.tolist())}]"
                    for tensor in (initial, acceptance)
                )
                print(
                    "Proportion of examples rejected by sampler is high: "
                    f"[{rejected.item():g}]{''.join(values)}",
                    file=sys.stderr,
                )
            return element[:1]

        return map(report, self._input._start(context))


@method
def rejection_resample(
    self: Any,
    class_func: Any,
    target_dist: Any,
    initial_dist: Any = None,
    seed: Any = None,
    name: str | None = None,
) -> Any:
    """Resamples elements so that their classes have given proportions.

    Implements `tf.data.Dataset.rejection_resample`. The results are pairs: a class and an element.

    Args:
      class_func: the class of an element, an int32 scalar.
      target_dist: the proportions to reach, [classes].
      initial_dist: the proportions in this dataset; they are estimated if not given.
      seed: an integer. With the global seed, it determines the draws.
    """
    target = cast(to_tensor(target_dist), FLOAT32)
    static_probability = None
    if initial_dist is not None:
        initial = cast(to_tensor(initial_dist), FLOAT32)
        acceptance, probability = map(_constantly, _acceptance(initial, target))
        initial_proportions = _constantly(initial)
        with np.errstate(divide="ignore", invalid="ignore"):
            static_probability = float(np.min(target.numpy() / initial.numpy()))
    else:
        initial_proportions = _estimates(self.map(class_func), target.shape[0])
        both = initial_proportions.map(lambda proportions: _acceptance(proportions, target))
        acceptance = both.map(lambda accepted, _: accepted)
        probability = both.map(lambda _, original: original)
    filtered = _filtered(self, acceptance, initial_proportions, class_func, seed).prefetch(3)

    def with_class(*element: Any) -> tuple[Any, Any]:
        return class_func(*element), element[0] if len(element) == 1 else element

    if static_probability == 1:
        return self.map(with_class)
    if static_probability == 0:
        return filtered
    return sample_from_datasets(
        [self.map(with_class), filtered],
        weights=probability.map(lambda original: [(original, 1.0 - original)]),
        seed=seed,
        stop_on_empty_dataset=True,
    )


def _filtered(dataset: Any, acceptance: Any, initial: Any, class_func: Any, seed: Any) -> Any:
    """Pairs of class and element, of which some are rejected at random."""

    def with_probability(probabilities: Any, element: Any) -> tuple[Any, Any, Any]:
        label = class_func(*element) if isinstance(element, tuple) else class_func(element)
        return label, gather(probabilities, label), element

    zipped: Any = DatasetV2.zip  # type: ignore[attr-defined]
    acceptance = ReportedAcceptanceDataset(zipped((acceptance, initial)))
    candidates = zipped((acceptance, dataset)).map(with_probability)
    accepted = candidates.filter(
        lambda label, probability, element: (
            uniform([], seed=seed, dtype=probability.dtype) < probability
        )
    )
    return accepted.map(lambda label, probability, element: (label, element))
