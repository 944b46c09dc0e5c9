"""Derivatives of a row of the table, up to the third, by tapes in different order."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from tests.parity.case_helpers.elements import constant
from tests.parity.case_helpers.tables import ramp
from tests.parity.derivative_tables import (  # noqa: F401
    elements,
    layers,
    matrices,
    movement,
    reductions,
    signals,
)
from tests.parity.derivative_tables.rows import ROWS, Row
from tests.parity.harness import attempt, tolerance


def cases(kind: Callable[..., Any], narrow: bool = True) -> dict[str, Callable[[Any], Any]]:
    """A case that calls `kind` for each row and each of its types.

    Without `narrow`, float32 is left out where a row has other types.
    """
    table = {}
    for words, row in ROWS.items():
        name = words.replace(" ", "_")
        for dtype in row.types:
            close = tolerance(1e-4, 1e-4) if dtype == "float32" else tolerance(1e-6, 1e-8)
            if narrow:
                table[f"{name}_{dtype}"] = close(partial(kind, row=row, dtype=dtype))
            elif dtype != "float32" or len(row.types) == 1:
                table[name] = close(partial(kind, row=row, dtype=dtype))
    return table


def _tensors(tf: Any, row: Row, dtype: str) -> list[Any]:
    return [constant(tf, points, dtype) for points in row.points]


def _targets(tf: Any, row: Row, arguments: list[Any]) -> list[Any]:
    flat = tf.nest.flatten(row.call(tf, *arguments))
    return [y for y in flat if y.dtype.is_floating or y.dtype.is_complex]


def _weights(tf: Any, targets: list[Any]) -> list[Any]:
    return [tf.constant(ramp(y.shape.as_list(), y.dtype.name, 0.5, 0.25)) for y in targets]


def _gradients(tf: Any, tape: Any, targets: Any, sources: list[Any], weights: Any = None) -> Any:
    """Dense gradients by each source, or the name of the error."""
    gradients = attempt(tape.gradient, targets, sources, output_gradients=weights)
    if isinstance(gradients, Exception):
        return type(gradients).__name__
    return [None if g is None else tf.convert_to_tensor(g) for g in gradients]


def _each(tf: Any, tape: Any, targets: Any, sources: list[Any]) -> Any:
    """The gradients of each of `targets`, as `_gradients` returned them."""
    if not isinstance(targets, list):
        return None
    return [None if g is None else _gradients(tf, tape, g, sources) for g in targets]


def _all(tf: Any, tape: Any, rows: Any, sources: list[Any]) -> Any:
    """The gradients of the sum of all that `_each` returned."""
    targets = [g for row in rows or () if isinstance(row, list) for g in row if g is not None]
    return _gradients(tf, tape, targets, sources) if targets else None


def derivatives(tf: Any, row: Row, dtype: str) -> Any:
    """The first three derivatives, by nested tapes."""
    arguments = _tensors(tf, row, dtype)
    with tf.GradientTape(persistent=True) as third:
        third.watch(arguments)
        with tf.GradientTape(persistent=True) as second:
            second.watch(arguments)
            with tf.GradientTape(persistent=True) as first:
                first.watch(arguments)
                targets = _targets(tf, row, arguments)
            ones = _gradients(tf, first, targets, arguments, _weights(tf, targets))
        twos = _each(tf, second, ones, arguments)
    return {"first": ones, "second": twos, "third": _all(tf, third, twos, arguments)}


def late_derivatives(tf: Any, row: Row, dtype: str) -> Any:
    """The second and third derivatives, by tapes opened after the first has closed.

    Also by the results of the function: they show which gradients depend on them.
    """
    arguments, targets, weights, first = _closed(tf, row, dtype)
    with tf.GradientTape(persistent=True) as third:
        third.watch(arguments)
        with tf.GradientTape(persistent=True) as second:
            second.watch(arguments)
            ones = _gradients(tf, first, targets, arguments, weights)
        twos = _each(tf, second, ones, arguments)
    with tf.GradientTape(persistent=True) as by_results:
        by_results.watch(targets)
        results = _gradients(tf, first, targets, arguments, weights)
    return {
        "second": twos,
        "third": _all(tf, third, twos, arguments),
        "by results": _each(tf, by_results, results, targets),
    }


def latest_derivative(tf: Any, row: Row, dtype: str) -> Any:
    """The third derivative, each tape opened after the one before has closed."""
    arguments, targets, weights, first = _closed(tf, row, dtype)
    with tf.GradientTape(persistent=True) as second:
        second.watch(arguments)
        ones = _gradients(tf, first, targets, arguments, weights)
    with tf.GradientTape(persistent=True) as third:
        third.watch(arguments)
        twos = _each(tf, second, ones, arguments)
    return _all(tf, third, twos, arguments)


def _closed(tf: Any, row: Row, dtype: str) -> Any:
    """The tensors, targets, their weights and the tape that recorded them."""
    arguments = _tensors(tf, row, dtype)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(arguments)
        targets = _targets(tf, row, arguments)
    return arguments, targets, _weights(tf, targets), tape
