"""`tf.vectorized_map` of each differentiable operation gives the same results as a loop."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tf_tape_compat as tf
from tests.parity.case_helpers.elements import constant
from tests.parity.derivative_tables.orders import ROWS

# Where the function is called for one slice after the other: what is in torch's graph by other
# means than torch's, what has an effect, and what torch's vmap has no rule for.
LOOPED = {
    (name, place)
    for name in (
        "cube of identity_n",
        "identity_n of cube",
        "math.betainc",
        "math.betainc by x",
        "nn.fractional_avg_pool",
        "nn.fractional_max_pool",
        "nn.isotonic_regression",
        "sparse.add",
        "linalg.eigh_tridiagonal",
        "linalg.logm",
        "linalg.sqrtm",
        "variable assign",
        "variable assign_add",
    )
    for place in ("_around", "_inside", "_both")
} | {("complex", "_inside")}

# Where asking for the gradient is an error, whatever the loop, as in TensorFlow.
REFUSED = {
    "nn.conv2d dilated",
    "nn.conv2d of groups",
    "sparse.softmax",
    "sparse.maximum",
    "linalg.lstsq slow",
}

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
        outcomes = tape.gradient(targets, sources)
    except LookupError:
        return []
    return [None if g is None else tf.convert_to_tensor(g) for g in outcomes]


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
    """Arrays, with zeros for None, since a loop may return None where one operation has zeros."""
    return [None if x is None else np.asarray(x) for x in tf.nest.flatten(items)]


def _compare(outcomes: Any, expected: Any) -> None:
    pairs = list(zip(_number(outcomes), _number(expected), strict=True))
    for got, wanted in pairs:
        if got is None or wanted is None:
            assert got is None or not np.any(got), got
            assert wanted is None or not np.any(wanted), wanted
        else:
            assert got.dtype == wanted.dtype
            rtol, atol = (1e-3, 1e-5) if got.dtype == np.float32 else (1e-6, 1e-8)
            np.testing.assert_allclose(got, wanted, rtol=rtol, atol=atol)


@pytest.mark.parametrize("place", [_around, _inside, _both])
@pytest.mark.parametrize("name", [name for name in ROWS if name not in REFUSED])
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


def _images(*shape: int) -> Any:
    return tf.constant(np.random.default_rng(1).normal(size=shape))


# Functions of a batch of images, and of what is the same for all slices, that have a gradient.
LAYERS = {
    "conv2d": (lambda x, k: tf.nn.conv2d(x, k, 1, "SAME"), (1, 5, 5, 2), (3, 3, 2, 3)),
    "conv2d strided": (lambda x, k: tf.nn.conv2d(x, k, 2, "VALID"), (1, 5, 5, 2), (2, 2, 2, 3)),
    "conv1d": (lambda x, k: tf.nn.conv1d(x, k, 1, "SAME"), (1, 5, 2), (3, 2, 3)),
    "conv3d": (lambda x, k: tf.nn.conv3d(x, k, [1] * 5, "SAME"), (1, 3, 3, 3, 1), (2, 2, 2, 1, 2)),
    "conv2d_transpose": (
        lambda x, k: tf.nn.conv2d_transpose(x, k, [1, 6, 6, 3], 2),
        (1, 3, 3, 2),
        (2, 2, 3, 2),
    ),
    "depthwise_conv2d": (
        lambda x, k: tf.nn.depthwise_conv2d(x, k, [1] * 4, "SAME"),
        (1, 4, 4, 2),
        (3, 3, 2, 1),
    ),
    "max_pool2d": (lambda x, k: tf.nn.max_pool2d(x * k, 2, 2, "SAME"), (1, 5, 5, 2), (2,)),
    "avg_pool2d": (lambda x, k: tf.nn.avg_pool2d(x * k, 2, 1, "VALID"), (1, 5, 5, 2), (2,)),
    "moments": (lambda x, k: tf.nn.moments(x * k, [0, 1]), (4, 4, 2), (2,)),
    "batch_normalization": (
        lambda x, k: tf.nn.batch_normalization(x, k, k**2, k, k, 1e-3),
        (4, 2),
        (2,),
    ),
    "softmax cross entropy": (
        lambda x, k: tf.nn.softmax_cross_entropy_with_logits(tf.nn.softmax(k), x),
        (3, 4),
        (3, 4),
    ),
    "sparse cross entropy": (
        lambda x, k: tf.nn.sparse_softmax_cross_entropy_with_logits([0, 2, 1], x * k),
        (3, 4),
        (4,),
    ),
    "sigmoid cross entropy": (
        lambda x, k: tf.nn.sigmoid_cross_entropy_with_logits(tf.sigmoid(k), x),
        (3, 4),
        (3, 4),
    ),
    "dense": (lambda x, k: tf.nn.relu(x @ k), (2, 4), (4, 3)),
    "attention": (
        lambda x, k: tf.nn.softmax(tf.matmul(x @ k, x, transpose_b=True)) @ x,
        (3, 4),
        (4, 4),
    ),
    "recurrent": (
        lambda x, k: tf.scan(lambda h, row: tf.tanh(tf.linalg.matvec(k, h) + row), x),
        (3, 4),
        (4, 4),
    ),
    "embedding": (lambda x, k: tf.nn.embedding_lookup(k, [1, 0]) * x, (2,), (3, 2)),
    "depth_to_space": (lambda x, k: tf.nn.depth_to_space(x * k, 2), (1, 2, 2, 4), (4,)),
    "einsum": (lambda x, k: tf.einsum("ij,jk,ik->k", x, k, x), (3, 3), (3, 3)),
    "top_k": (lambda x, k: tf.nn.top_k(x * k, 2).values, (3, 4), (4,)),
    "sort": (lambda x, k: tf.sort(x * k), (3, 4), (4,)),
    "norm": (lambda x, k: tf.norm(x @ k, axis=-1), (2, 3), (3, 3)),
    "clip": (lambda x, k: tf.clip_by_norm(tf.clip_by_value(x, -1.0, 1.0) * k, 1.0), (3,), (3,)),
    "segments": (lambda x, k: tf.math.segment_sum(x * k, [0, 0, 1]), (3, 2), (2,)),
    "cholesky": (
        lambda x, k: tf.linalg.cholesky(tf.matmul(x, x, transpose_b=True) + tf.linalg.diag(k**2)),
        (3, 3),
        (3,),
    ),
    "solve": (lambda x, k: tf.linalg.solve(k, x), (3, 2), (3, 3)),
}


@pytest.mark.parametrize("name", LAYERS)
def test_layer(name: str) -> None:
    """By tapes around, by tapes inside, and by both, with a variable and slices."""
    layer, sizes, weights = LAYERS[name]
    variable, x = tf.Variable(_images(*weights)), _images(3, *sizes)

    def target(a: Any) -> Any:
        return tf.add_n([tf.reduce_sum(y**2) for y in tf.nest.flatten(layer(a, variable))])

    def each(a: Any) -> Any:
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(a)
            y = target(a)
        first = _gradients(tape, y, [a, variable])
        return [y, *first]

    def of(map_over: Any, function: Any) -> Any:
        with tf.GradientTape(persistent=True) as outer:
            outer.watch(x)
            with tf.GradientTape() as inner:
                inner.watch(x)
                outcomes = [y**2 for y in tf.nest.flatten(map_over(function, [x]))]
            first = _gradients(inner, outcomes, [x, variable])
        return (
            outcomes,
            first,
            [_gradients(outer, g, [x, variable]) for g in first if g is not None],
        )

    def alone(map_over: Any) -> Any:
        return map_over(lambda slices: each(*slices), [x])

    _compare(alone(_vectorized), alone(_looped))
    for function in (lambda slices: target(*slices), lambda slices: each(*slices)):
        _compare(of(_vectorized, function), of(_looped, function))
