"""`tf.vectorized_map` of each differentiable operation is what a loop over it gives."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tf_tape_compat as tf
from tests.parity.elements import constant
from tests.parity.smooth.orders import ROWS

# Where the function is called for one slice after the other: what is in torch's graph by other
# means than torch's, what has an effect, and what torch's vmap has no rule for.
LOOPED = {
    (name, place)
    for name in (
        "cube of identity_n",
        "identity_n of cube",
        "cube of bitcast",
        "bitcast of cube",
        "math.bincount",
        "variable assign",
        "variable assign_add",
    )
    for place in ("_around", "_inside")
} | {("complex", "_inside")}

SCALES = (1.0, 0.5, 0.25)


def _batches(row: Any, dtype: str) -> list[Any]:
    """The row's tensors for each of the examples, stacked."""
    tensors = [constant(tf, points, dtype) for points in row.points]
    return [tf.stack([t * tf.constant(s, dtype) for s in SCALES]) for t in tensors]


def _looped(function: Any, batches: list[Any]) -> Any:
    rows = [function([b[index] for b in batches]) for index in range(len(SCALES))]
    stacked = [
        None if column[0] is None else tf.stack(column)
        for column in zip(*map(tf.nest.flatten, rows), strict=True)
    ]
    return tf.nest.pack_sequence_as(rows[0], stacked)


def _vectorized(function: Any, batches: list[Any]) -> Any:
    return tf.vectorized_map(function, batches, fallback_to_while_loop=False)


def _in_any_way(function: Any, batches: list[Any]) -> Any:
    return tf.vectorized_map(function, batches, warn=False)


def _differentiable(items: Any) -> list[Any]:
    flat = tf.nest.flatten(items)
    return [y for y in flat if y is not None and (y.dtype.is_floating or y.dtype.is_complex)]


def _gradients(tape: Any, targets: Any, sources: list[Any]) -> list[Any]:
    """The gradients, dense; none where the operation has no gradient registered."""
    try:
        found = tape.gradient(targets, sources)
    except LookupError:
        return []
    return [None if g is None else tf.convert_to_tensor(g) for g in found]


def _around(each: Any, row: Any, batches: list[Any]) -> Any:
    """Values, and first and second derivatives by tapes around."""
    with tf.GradientTape(persistent=True) as outer:
        outer.watch(batches)
        with tf.GradientTape(persistent=True) as inner:
            inner.watch(batches)
            values = each(lambda slices: row.call(tf, *slices), batches)
        first = _gradients(inner, _differentiable(values), batches)
    second = [None if g is None else _gradients(outer, g, batches) for g in first]
    return values, first, second


def _inside(each: Any, row: Any, batches: list[Any]) -> Any:
    """First and second derivatives of each example, by tapes inside."""

    def function(slices: list[Any]) -> Any:
        with tf.GradientTape(persistent=True) as outer:
            outer.watch(slices)
            with tf.GradientTape() as inner:
                inner.watch(slices)
                values = row.call(tf, *slices)
            first = _gradients(inner, _differentiable(values), slices)
        second = [None if g is None else _gradients(outer, g, slices) for g in first]
        return first, second

    return each(function, batches)


def _both(each: Any, row: Any, batches: list[Any]) -> Any:
    """The first derivative of each example, and that of its squares by tapes around."""

    def function(slices: list[Any]) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(slices)
            values = row.call(tf, *slices)
        first = _gradients(tape, _differentiable(values), slices)
        return [None if g is None else g * g for g in first]

    with tf.GradientTape(persistent=True) as outer:
        outer.watch(batches)
        with tf.GradientTape() as inner:
            inner.watch(batches)
            squares = each(function, batches)
        first = _gradients(inner, _differentiable(squares), batches)
    return squares, first, [None if g is None else _gradients(outer, g, batches) for g in first]


def _number(items: Any) -> list[Any]:
    """As arrays, with zeros for None: what a loop does not depend on, one operation may."""
    return [None if x is None else np.asarray(x) for x in tf.nest.flatten(items)]


def _compare(found: Any, expected: Any) -> None:
    pairs = list(zip(_number(found), _number(expected), strict=True))
    for got, wanted in pairs:
        if got is None or wanted is None:
            assert got is None or not np.any(got), got
            assert wanted is None or not np.any(wanted), wanted
        else:
            assert got.dtype == wanted.dtype
            np.testing.assert_allclose(got, wanted, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("place", [_around, _inside])
@pytest.mark.parametrize("name", ROWS)
def test_row(name: str, place: Any) -> None:
    row = ROWS[name]
    batches = _batches(row, row.types[-1])
    expected = place(_looped, row, batches)
    if (name, place.__name__) in LOOPED:
        with pytest.raises(ValueError, match="No pfor vectorization defined"):
            place(_vectorized, row, batches)
        _compare(place(_in_any_way, row, batches), expected)
    else:
        _compare(place(_vectorized, row, batches), expected)


@pytest.mark.parametrize("name", ROWS)
def test_tapes_inside_and_around(name: str) -> None:
    row = ROWS[name]
    batches = _batches(row, row.types[-1])
    _compare(_both(_in_any_way, row, batches), _both(_looped, row, batches))
