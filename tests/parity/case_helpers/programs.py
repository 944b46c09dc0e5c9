"""Programs in a `tf.function`: their results, what they print, and their gradients."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.parity.harness import attempt


def results(tf: Any, function: Callable[..., Any], *argument_lists: Any, orders: int = 2) -> Any:
    """The result of the function for each list of arguments, and its gradients by them.

    The gradients are of the orders up to `orders`, by those arguments that are floats.
    """
    traced = tf.function(function)
    return [
        [traced(*arguments), _gradients(tf, traced, arguments, orders)]
        for arguments in argument_lists
    ]


def _gradients(tf: Any, function: Any, arguments: Any, orders: int) -> list[Any]:
    floats = [x for x in arguments if getattr(x, "dtype", None) in (tf.float32, tf.float64)]
    found = []
    if not floats:
        return found
    tapes = [tf.GradientTape() for _ in range(orders)]
    for tape in tapes:
        tape.__enter__()
        tape.watch(floats)
    target = function(*arguments)
    for tape in reversed(tapes):
        tape.__exit__(None, None, None)
        target = tape.gradient(target, floats)
        found.append(target)
    return found


def failure(tf: Any, function: Callable[..., Any], *arguments: Any) -> Any:
    """The type of the exception that a traced function raises, and the last line of its message."""
    result = attempt(lambda: tf.function(function)(*arguments))
    if not isinstance(result, Exception):
        return result
    lines = [line.strip() for line in str(result).splitlines() if line.strip()]
    return type(result).__name__, lines[-1].partition(": ")[2] or lines[-1]
