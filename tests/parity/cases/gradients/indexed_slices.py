"""tf.IndexedSlices as gradients: where they occur, which operations they pass, and their uses."""

from __future__ import annotations

import numpy as np

from tests.parity.case_helpers.tables import outcomes, ramp
from tests.parity.harness import attempt

_INDICES = [2, 0, 2]


def _both(tf, f, shape=(3, 2)):
    """Gradients of `f(x, w)` by tensors and by variables."""
    results = []
    for make in (tf.constant, tf.Variable):
        x, w = make(ramp(shape)), make(ramp(shape, start=-2.0))
        with tf.GradientTape() as tape:
            tape.watch([x, w])
            y = f(x, w)
        results.append(tape.gradient(y, [x, w]))
    return results


def lookups(tf):
    """What a sliced gradient comes of."""
    mask = [True, False, True]
    return outcomes(
        {
            name: lambda f=f: _both(tf, f)
            for name, f in {
                "gather": lambda x, w: tf.gather(x, _INDICES),
                "gather one": lambda x, w: tf.gather(x, 1),
                "gather int64": lambda x, w: tf.gather(x, tf.constant(_INDICES, tf.int64)),
                "gather matrix": lambda x, w: tf.gather(x, [[0, 1], [2, 2]]),
                "gather nothing": lambda x, w: tf.gather(x, tf.zeros([0], tf.int32)),
                "gather axis 0": lambda x, w: tf.gather(x, _INDICES, axis=0),
                "gather axis -2": lambda x, w: tf.gather(x, _INDICES, axis=-2),
                "gather axis 1": lambda x, w: tf.gather(x, [1], axis=1),
                "gather axis tensor": lambda x, w: tf.gather(x, _INDICES, axis=tf.constant(0)),
                "gather batch": lambda x, w: tf.gather(x, [[0], [1], [1]], batch_dims=1),
                "gather_nd rows": lambda x, w: tf.gather_nd(x, [[2], [0]]),
                "gather_nd batch": lambda x, w: tf.gather_nd(x, [[[2], [0]]]),
                "gather_nd elements": lambda x, w: tf.gather_nd(x, [[2, 0]]),
                "embedding": lambda x, w: tf.nn.embedding_lookup(x, _INDICES),
                "embedding matrix": lambda x, w: tf.nn.embedding_lookup(x, [[2], [0]]),
                "embedding norm": lambda x, w: tf.nn.embedding_lookup(x, _INDICES, max_norm=1.0),
                "mask": lambda x, w: tf.boolean_mask(x, mask),
                "mask elements": lambda x, w: tf.boolean_mask(x, [[True, False]] * 3),
                "mask axis": lambda x, w: tf.boolean_mask(x, [True, False], axis=1),
                "nested": lambda x, w: tf.gather(tf.gather(x, _INDICES), [1, 2]),
                "index": lambda x, w: x[1],
                "slice": lambda x, w: x[1:],
                "strided": lambda x, w: tf.strided_slice(x, [0], [3], [2]),
                "with dense": lambda x, w: tf.gather(x, [0]) + tf.reduce_sum(x),
                "of two": lambda x, w: tf.gather(x, [0]) * tf.gather(w, [1]),
            }.items()
        }
    )


def passages(tf):
    """What is done with the table before the lookup, and what becomes of the slices."""
    return outcomes(
        {
            name: lambda f=f: _both(tf, lambda x, w: tf.gather(f(x, w), _INDICES))
            for name, f in {
                "identity": lambda x, w: tf.identity(x),
                "convert": lambda x, w: tf.convert_to_tensor(x),
                "cast": lambda x, w: tf.cast(x, tf.float64),
                "cast and back": lambda x, w: tf.cast(tf.cast(x, tf.float16), tf.float32),
                "cast complex": lambda x, w: tf.cast(x, tf.complex64),
                "negative": lambda x, w: -x,
                "sum": lambda x, w: x + w,
                "sum of one": lambda x, w: x + x,
                "sum with a number": lambda x, w: x + 1.0,
                "number first": lambda x, w: 1.0 + x,
                "sum with a scalar": lambda x, w: x + tf.constant(1.0),
                "scalar first": lambda x, w: tf.constant(1.0) + x,
                "scalar watched": lambda x, w: x + w[0, 0],
                "sum with a constant": lambda x, w: x + tf.ones([3, 2]),
                "sum with a row": lambda x, w: x + tf.ones([2]),
                "row first": lambda x, w: tf.ones([2]) + x,
                "sum with a column": lambda x, w: x + w[:, :1],
                "broadcast": lambda x, w: x[:1] + w,
                "math.add": lambda x, w: tf.add(x, w),
                "add_n": lambda x, w: tf.add_n([x, w]),
                "add_n of one": lambda x, w: tf.add_n([x]),
                "accumulate_n": lambda x, w: tf.math.accumulate_n([x, w]),
                "difference": lambda x, w: x - w,
                "difference of one": lambda x, w: x - x,
                "less a number": lambda x, w: x - 1.0,
                "number less": lambda x, w: 1.0 - x,
                "less a constant": lambda x, w: x - tf.ones([3, 2]),
                "constant less": lambda x, w: tf.ones([3, 2]) - x,
                "less a row": lambda x, w: x - tf.ones([2]),
                "product": lambda x, w: x * w,
                "product with a number": lambda x, w: x * 2.0,
                "scalar_mul": lambda x, w: tf.math.scalar_mul(2.0, x),
                "quotient": lambda x, w: x / 2.0,
                "square": lambda x, w: tf.square(x),
                "sin": lambda x, w: tf.sin(x),
                "relu": lambda x, w: tf.nn.relu(x),
                "reshape": lambda x, w: tf.reshape(x, [3, 2]),
                "transpose": lambda x, w: tf.transpose(x, [0, 1]),
                "concat": lambda x, w: tf.concat([x, w], 0),
                "concat columns": lambda x, w: tf.concat([x, w], 1),
                "concat of one": lambda x, w: tf.concat([x], 0),
                "stack": lambda x, w: tf.stack([x, w])[0],
                "where": lambda x, w: tf.where(x > 2.0, x, w),
                "matmul": lambda x, w: tf.matmul(x, tf.eye(2)),
                "slice": lambda x, w: x[:],
                "clip": lambda x, w: tf.clip_by_value(x, 0.0, 2.0),
                "ensure_shape": lambda x, w: tf.ensure_shape(x, [3, 2]),
                "stop_gradient": lambda x, w: x + tf.stop_gradient(x),
                "check_numerics": lambda x, w: tf.debugging.check_numerics(x, ""),
                "cumsum": lambda x, w: tf.cumsum(x),
                "tile": lambda x, w: tf.tile(x, [1, 1]),
                "pad": lambda x, w: tf.pad(x, [[0, 0], [0, 0]]),
                "expand": lambda x, w: tf.expand_dims(x, 0)[0],
                "real": lambda x, w: tf.math.real(x),
                "chain": lambda x, w: -tf.identity(tf.cast(x + w, tf.float64)),
                "two ways": lambda x, w: tf.identity(x) + tf.sin(x),
                "one of two": lambda x, w: x + tf.sin(w),
                "other of two": lambda x, w: tf.sin(w) - x,
            }.items()
        }
    )


def identity_n(tf):
    return _both(tf, lambda x, w: tf.gather(tf.identity_n([x, w])[0], _INDICES))


def in_between(tf):
    """Sources on the way of the slices."""
    results = {}
    for name, f in {
        "identity": tf.identity,
        "negative": lambda x: -x,
        "cast": lambda x: tf.cast(x, tf.float64),
        "sum": lambda x: x + tf.ones([3, 2]),
        "doubled": lambda x: x + x,
        "difference": lambda x: 1.0 - x,
        "sin": tf.sin,
    }.items():
        x = tf.constant(ramp((3, 2)))
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(x)
            y = f(x)
            z = tf.gather(y, _INDICES)
            both = tf.reduce_sum(z) + tf.reduce_sum(y)
        results[name] = [
            tape.gradient(z, [x, y, z]),
            tape.gradient(z, y),
            tape.gradient([z, y], [x, y]),
            tape.gradient(both, [y, x]),
        ]
    return results


def aggregated(tf):
    """Several lookups in one table."""
    v = tf.Variable(ramp((4, 2)))
    with tf.GradientTape(persistent=True) as tape:
        a = tf.gather(v, [0, 1])
        b = tf.gather(v, [1, 3]) * 10.0
        c = tf.reduce_sum(v)
        d = tf.gather(tf.identity(v), [2])
    results = []
    for target in ([a, b], [a, b, c], [a, d], [b, c], [a, a]):
        g = tape.gradient(target, v)
        results.append([type(g).__name__, tf.convert_to_tensor(g)])
    return results


def output_gradients(tf):
    v = tf.Variable(ramp((3, 2)))
    with tf.GradientTape(persistent=True) as tape:
        y = tf.gather(v, _INDICES)
    zero = tf.UnconnectedGradients.ZERO
    return [
        tape.gradient(y, v, output_gradients=tf.constant(ramp((3, 2)))),
        tape.gradient(y, [v, v], output_gradients=np.ones((3, 2), np.float32)),
        tape.gradient(y, [v, tf.Variable(1.0)], unconnected_gradients=zero),
        tape.gradient(y, {"a": v, "b": (v,)}),
    ]


def second_order(tf):
    """Slices and their values under outer tapes."""
    results = {}
    for name, make in {"tensor": tf.constant, "variable": tf.Variable}.items():
        x = make(ramp((3, 2)))
        with tf.GradientTape(persistent=True) as outer:
            outer.watch(x)
            with tf.GradientTape() as inner:
                inner.watch(x)
                y = tf.square(tf.gather(x, _INDICES)) * tf.reduce_sum(tf.gather(x, [1]))
            g = inner.gradient(y, x)
            with tf.GradientTape() as inner:
                inner.watch(x)
                z = tf.gather(x, _INDICES) ** 3
            h = inner.gradient(z, x)
            total = tf.reduce_sum(tf.convert_to_tensor(h) ** 2)
        dense = tf.convert_to_tensor
        results[name] = [
            dense(g),
            dense(outer.gradient(g.values, x)),
            h,
            outer.gradient(h.values, x),
            outer.gradient(total, x),
            attempt(outer.gradient, h, x),
        ]
    return results


def targets_and_sources(tf):
    """Slices as targets, as sources, watched, as output gradients."""
    values = tf.constant(ramp((2, 2)))
    g = tf.IndexedSlices(values, tf.constant([1, 1]), tf.constant([3, 2]))
    rows = {}

    def watched():
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(g)
            y = tf.convert_to_tensor(g) * 2.0
        return [attempt(tape.gradient, y, source) for source in (g, values, [g])]

    def target():
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(values)
            y = tf.IndexedSlices(values * 2.0, g.indices, g.dense_shape)
        return [attempt(tape.gradient, target, values) for target in (y, [y], y.values)]

    def seed():
        x = tf.constant(ramp((3, 2)))
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(x)
            y = tf.identity(x)
            z = x * 3.0
        return [attempt(tape.gradient, t, x, output_gradients=g) for t in (y, z)]

    rows["watched"] = watched
    rows["target"] = target
    rows["seed"] = seed
    return outcomes(rows)
