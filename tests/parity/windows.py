"""What the cases of convolutions and poolings share: inputs, and what is asked of a function."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tests.parity.harness import attempt


def numbers(*shape: int, step: float = 1.3) -> np.ndarray:
    """Distinct numbers of both signs."""
    size = int(np.prod(shape, dtype=int))
    return np.round(np.sin(np.arange(size) * step + 0.5) * 2 + 0.25, 3).reshape(shape)


def kind(function: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
    """What is returned, or the name of the exception's class."""
    found = attempt(function, *arguments, **options)
    return type(found).__name__ if isinstance(found, Exception) else found


def kinds(rows: dict[str, Callable[[], Any]]) -> dict[str, Any]:
    """`kind` of each row, of a tensor the shape alone: the values are asked for elsewhere."""
    found = {}
    for name, row in rows.items():
        outcome = kind(row)
        found[name] = str(outcome.shape) if hasattr(outcome, "shape") else outcome
    return found


def both_orders(tf: Any, function: Callable[..., Any], *values: Any) -> Any:
    """Value, first gradients, and second ones of the sum of the first one's squares.

    The upstream gradient is a source of the second ones.
    """
    sources = [tf.constant(value) for value in values]
    with tf.GradientTape(persistent=True) as outer:
        outer.watch(sources)
        with tf.GradientTape() as inner:
            inner.watch(sources)
            y = function(*sources)
        upstream = tf.constant(numbers(*y.shape.as_list(), step=0.7).astype(values[0].dtype))
        outer.watch(upstream)
        first = inner.gradient(y, sources, output_gradients=upstream)
        sums = [tf.reduce_sum(g * g) for g in first if g is not None]
    second = [kind(outer.gradient, part, [*sources, upstream]) for part in sums]
    return {"value": y, "first": first, "second": second}


def first_order(tf: Any, function: Callable[..., Any], *values: Any) -> Any:
    """Value and first gradients."""
    sources = [tf.constant(value) for value in values]
    with tf.GradientTape() as tape:
        tape.watch(sources)
        y = function(*sources)
    shape = y.shape.as_list()
    upstream = tf.cast(np.round(2 * numbers(*shape, step=0.7)) / 2, y.dtype)
    return y, kind(tape.gradient, y, sources, output_gradients=upstream)
