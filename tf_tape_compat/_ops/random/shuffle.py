"""Shuffling: the slices of a tensor in random order."""

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
    """How many slices there are to shuffle; 1 if shuffling makes no difference."""
    return value.shape[0] if value.ndim and math.prod(value.shape) > 1 else 1


def _unchanged(value: Any) -> Any:
    return value.copy() if isinstance(value, np.ndarray) else value


def _reordered(value: Any, source: Source, start: int) -> Any:
    order = variates.permutation(source, start, value.shape[0])
    return value[order.numpy() if isinstance(value, np.ndarray) else order.to(value.device)]


@op("RandomShuffle", "value", nondifferentiable=True)
def shuffle(value: Any, seed: Any = None, name: str | None = None) -> Any:
    """Shuffles the slices along the first axis. Implements `tf.random.shuffle`.

    It has no gradient.

    Args:
        value: a tensor.
        seed: the operation's seed, an integer.
        name: ignored.

    Returns:
        A tensor of the shape and type of `value`.
    """
    rows = _rows(value)
    op_seeds = seeds.next_op_seeds(seed)
    if rows <= 1:
        return _unchanged(value)
    operation = ("RandomShuffle", None if isinstance(value, np.ndarray) else value.dtype)
    return _reordered(value, *seeds.reserve_blocks(operation, op_seeds, -(-(rows - 1) // 4)))


@op("StatelessShuffle", "value")
def _stateless_shuffle(value: Any, source: Any, name: str | None = None) -> Any:
    bits = stateless_source(source)
    shuffled = _reordered(value, bits, 0) if _rows(value) > 1 else _unchanged(value)
    return refuse_gradient("StatelessShuffle", value, shuffled)


def stateless_shuffle(
    value: Any, seed: Any, alg: Any = "auto_select", name: str | None = None
) -> Any:
    """Shuffles slices by a seed. Implements `tf.random.experimental.stateless_shuffle`.

    Args:
        value: a tensor.
        seed: two integers, `[2]`.
        alg: the generator of random bits.
        name: ignored.

    Returns:
        A tensor of the shape and type of `value`.
    """
    return _stateless_shuffle(value, keyed(seed, alg))
