"""Shared by the cases of convolutions and poolings: inputs, and ways to evaluate a function."""

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
    """The result, or the name of the exception's class."""
    outcome = attempt(function, *arguments, **options)
    return type(outcome).__name__ if isinstance(outcome, Exception) else outcome


def kinds(rows: dict[str, Callable[[], Any]]) -> dict[str, Any]:
    """`kind` of each row, and for tensors only the shape: other cases compare the values."""
    outcomes = {}
    for name, row in rows.items():
        outcome = kind(row)
        outcomes[name] = str(outcome.shape) if hasattr(outcome, "shape") else outcome
    return outcomes


def both_orders(tf: Any, function: Callable[..., Any], *values: Any) -> Any:
    """The value, its gradients, and the gradients of the sum of the squares of each of those.

    The second gradients are also taken by the upstream gradient.
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
