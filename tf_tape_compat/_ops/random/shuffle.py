"""The slices of a tensor in another order."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..._core.op.op import op
from .._support.gradient_rules import refuse_gradient
from .._support.philox import Source
from . import seeds, variates
from .rng_algorithm import keyed, stateless_source


def _rows(value: Any) -> int:
    """How many slices are to be shuffled; 1 if it makes no difference."""
    return value.shape[0] if value.ndim and math.prod(value.shape) > 1 else 1


def _same(value: Any) -> Any:
    return value.copy() if isinstance(value, np.ndarray) else value


def _reordered(value: Any, source: Source, start: int) -> Any:
    order = variates.permutation(source, start, value.shape[0])
    return value[order.numpy() if isinstance(value, np.ndarray) else order.to(value.device)]


@op("RandomShuffle", "value", nondifferentiable=True)
def shuffle(value: Any, seed: Any = None, name: str | None = None) -> Any:
    """The slices of `value` along its first axis in another order; answers for
    `tf.random.shuffle`. There is no gradient.
    """
    rows = _rows(value)
    taken = seeds.take(seed)
    if rows <= 1:
        return _same(value)
    operation = ("RandomShuffle", None if isinstance(value, np.ndarray) else value.dtype)
    return _reordered(value, *seeds.draw(operation, taken, -(-(rows - 1) // 4)))


@op("StatelessShuffle", "value")
def _stateless_shuffle(value: Any, source: Any, name: str | None = None) -> Any:
    own = stateless_source(source)
    found = _reordered(value, own, 0) if _rows(value) > 1 else _same(value)
    return refuse_gradient("StatelessShuffle", value, found)


def stateless_shuffle(
    value: Any, seed: Any, alg: Any = "auto_select", name: str | None = None
) -> Any:
    """As `shuffle`, in an order that follows from `seed` [2] alone.

    Answers for `tf.random.experimental.stateless_shuffle`.
    """
    return _stateless_shuffle(value, keyed(seed, alg))
