"""tf.vectorized_map."""

from __future__ import annotations

import collections
from collections.abc import Callable
from typing import Any

import numpy as np

from tests.parity.case_helpers.tables import outcomes
from tests.parity.harness import exact_message, tolerance

Pair = collections.namedtuple("Pair", "first second")


def structures(tf: Any) -> Any:
    x, i = tf.constant([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), tf.constant([1, 2, 0])
    m = tf.vectorized_map
    return outcomes(
        {
            "tensor": lambda: m(lambda a: a * a, x),
            "python": lambda: m(lambda a: a * a, [1.0, 2.0]),
            "numpy": lambda: m(lambda a: a * a, np.array([1.0, 2.0])),
            "variable": lambda: m(lambda a: a * a, tf.Variable([1.0, 2.0])),
            "identity": lambda: m(lambda a: a, x),
            "tuple": lambda: m(lambda a: (a[1], a[0] + 1), (x, x * 2)),
            "dict": lambda: m(lambda a: {"p": a["q"], "q": [a["p"]]}, {"p": x, "q": x * 2}),
            "named": lambda: m(lambda a: Pair(a.second, a.first), Pair(x, i)),
            "to one": lambda: m(lambda a: a[0] * a[1], (x, x)),
            "to two": lambda: m(lambda a: (a, tf.reduce_sum(a)), x),
            "to none": lambda: m(lambda a: (a, None), x),
            "constant": lambda: m(lambda a: tf.constant([1.0, 2.0]), x),
            "python result": lambda: m(lambda a: 1.5, x),
            "python list result": lambda: m(lambda a: [1, a], x),
            "integers": lambda: m(lambda a: a + 1, i),
            "booleans": lambda: m(lambda a: tf.logical_not(a), i > 0),
            "strings": lambda: m(lambda a: a, tf.constant(["a", "b"])),
            "broadcast": lambda: m(lambda a: a[0] + a[1], (x, tf.constant([[10.0, 20.0]]))),
            "broadcast all": lambda: m(lambda a: a[0] + a[1], (x[:1], x[:1])),
            "broadcast to nothing": lambda: m(lambda a: a[1], (x, tf.constant([7.0]))),
            "lengths used": lambda: m(lambda a: a[0] + a[1], (x, tf.constant([1.0, 2.0]))),
            "scalar": lambda: m(lambda a: a, 1.0),
            "empty": lambda: m(lambda a: a + 1, tf.zeros([0, 2])),
            "empty reduced": lambda: m(lambda a: tf.reduce_sum(a), tf.zeros([0, 2])),
            "empty inside": lambda: m(lambda a: tf.reduce_sum(a), tf.zeros([2, 0])),
            "none": lambda: m(lambda a: a, None),
            "nested": lambda: m(lambda a: m(lambda b: b * tf.reduce_sum(a), a), x),
            "captured": lambda: m(lambda a: a * x, x)[1],
            "positions": lambda: m(lambda a: a + 1, x, False, False),
            "slices": lambda: m(lambda a: tf.IndexedSlices(a[tf.newaxis], [1], [2, 2]), x),
            "shape": lambda: m(lambda a: tf.shape(a), x),
            "static shape": lambda: m(lambda a: a * a.shape[0], x),
            "gathered": lambda: m(lambda a: tf.gather(x, a), i),
            "gathered rows": lambda: m(lambda a: tf.gather(a[0], [a[1] % 2]), (x, i)),
            "one_hot": lambda: m(lambda a: tf.one_hot(a, 3), i),
            "where": lambda: m(lambda a: tf.where(a > 2, a, -a), x),
            "matmul": lambda: m(
                lambda a: tf.linalg.matvec(tf.transpose(x), tf.matmul(x, a[:, None])[:, 0]), x
            ),
            "map_fn inside": lambda: m(lambda a: tf.map_fn(lambda b: b * 2, a), x),
            "scan inside": lambda: m(lambda a: tf.scan(lambda b, c: b + c, a), x),
            "while inside": lambda: m(
                lambda a: tf.while_loop(lambda k, b: k < 3, lambda k, b: (k + 1, b * 2), (0, a))[1],
                x,
            ),
            "while each": lambda: m(
                lambda a: tf.while_loop(lambda b: b < 10.0, lambda b: (b * 2.0,), (a,))[0],
                tf.constant([1.0, 5.0, 20.0]),
            ),
            "cond": lambda: m(
                lambda a: tf.cond(a > 2, lambda: a * 10, lambda: a - 1), tf.constant([1.0, 3.0])
            ),
            "cond constant": lambda: m(
                lambda a: tf.cond(tf.constant(True), lambda: a * 10, lambda: a), x
            ),
        }
    )


def _gradients(tf: Any, programs: dict[str, Callable[[], Any]], sources: list[Any]) -> Any:
    results = {}
    for key, program in programs.items():
        with tf.GradientTape(persistent=True) as outer:
            outer.watch(sources)
            with tf.GradientTape(persistent=True) as inner:
                inner.watch(sources)
                y = [t for t in tf.nest.flatten(program()) if t is not None]
            first = inner.gradient(y, sources)
        second = [None if g is None else outer.gradient(g, sources) for g in first]
        results[key] = {"value": y, "first": first, "second": second}
    return results


@tolerance(rtol=1e-5)
def gradients(tf: Any) -> Any:
    x, c = tf.constant([[1.0, -2.0], [0.0, 4.0], [5.0, 0.5]]), tf.constant([0.5, 3.0])
    v = tf.Variable([0.5, -1.0])
    m = tf.vectorized_map
    programs = {
        "cube": lambda: m(lambda a: a**3, x),
        "captured": lambda: m(lambda a: a * a * c, x),
        "only captured": lambda: m(lambda a: c**3, x),
        "variable": lambda: m(lambda a: tf.reduce_sum(a * v * v), x),
        "unused": lambda: m(lambda a: tf.constant(1.0), x),
        "kinks": lambda: m(lambda a: tf.abs(a) + tf.nn.relu(a) * 2 + tf.maximum(a, 0.0) * 4, x),
        "no gradient": lambda: m(
            lambda a: tf.floor(a) + tf.cast(tf.cast(a, tf.int32), tf.float32), x
        ),
        "stopped": lambda: m(lambda a: a * tf.stop_gradient(a), x),
        "stopped variable": lambda: m(lambda a: a * tf.stop_gradient(v), x),
        "broadcast": lambda: m(lambda a: a[0] * a[1], (x, c[tf.newaxis] * 2)),
        "gather": lambda: m(lambda i: tf.gather(v, i) ** 2, tf.constant([0, 1, 0])),
        "around": lambda: tf.reduce_sum(tf.exp(m(lambda a: a * c, tf.sin(x))) * x),
        "nested": lambda: m(lambda a: m(lambda b: b * b * tf.reduce_sum(a), a), x),
        "two": lambda: m(lambda a: (a * c, a * a), x),
        "matmul": lambda: m(
            lambda a: tf.matmul(a[tf.newaxis], tf.reshape(tf.tile(c, [2]), [2, 2])), x
        ),
        "norm": lambda: m(lambda a: tf.norm(a * v), x),
        "softmax": lambda: m(lambda a: tf.nn.softmax(a * c), x),
    }
    return _gradients(tf, programs, [x, c, v])


def sign(tf: Any) -> Any:
    x = tf.constant([[1.0, -2.0], [0.0, 4.0]])
    return _gradients(tf, {"sign": lambda: tf.vectorized_map(lambda a: tf.sign(a), x)}, [x])


def slices(tf: Any) -> Any:
    """Which gradients of gathered rows come in slices."""
    c, x, i = (
        tf.constant([[1.0, 2.0], [3.0, 4.0]]),
        tf.constant([1.0, 2.0, 3.0]),
        tf.constant([0, 1, 0]),
    )
    v = tf.Variable(c)
    m = tf.vectorized_map
    programs = {
        "each": lambda: m(lambda k: tf.gather(c, k), i),
        "one": lambda: m(lambda a: tf.gather(c, 1) * a, x),
        "each of a variable": lambda: m(lambda k: tf.gather(v, k), i),
        "one of a variable": lambda: m(lambda a: tf.gather(v, 1) * a, x),
        "embedding": lambda: m(lambda k: tf.nn.embedding_lookup(v, [k]), i),
        "rows of the slice": lambda: m(lambda a: tf.gather(a, [1, 1]), c),
    }
    results = {}
    for key, program in programs.items():
        with tf.GradientTape() as tape:
            tape.watch(c)
            y = program()
        results[key] = tape.gradient(y, [c, v])
    return results


def out_of_range(tf: Any) -> Any:
    c, i = tf.constant([1.0, 2.0]), tf.constant([0, 2])
    return tf.vectorized_map(lambda k: tf.gather(c, k), i)


def outputs_together(tf: Any) -> Any:
    """What one output does not depend on, but another does, has zeros."""
    x, c = tf.constant([1.0, 2.0]), tf.constant([3.0, 4.0])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([x, c])
        y, z, w = tf.vectorized_map(lambda a: (a * 2, tf.reduce_sum(c), tf.constant(1.0)), x)
    return [tape.gradient(t, [x, c]) for t in (y, z, w)]


def errors_of_the_function(tf: Any) -> Any:
    """They come through at once: the function is not called again."""
    calls = []

    def failing(error: Exception) -> Callable[[Any], Any]:
        def function(a: Any) -> Any:
            calls.append(a)
            raise error

        return function

    kinds = (RuntimeError, ValueError, TypeError, NotImplementedError, AssertionError)
    result = outcomes(
        {
            kind.__name__: lambda kind=kind: tf.vectorized_map(
                failing(kind("mine")), tf.constant([1.0, 2.0])
            )
            for kind in kinds
        }
    )
    return result, len(calls)


@tolerance(rtol=1e-5)
def per_example(tf: Any) -> Any:
    """Tapes inside, alone and under tapes around."""
    x, c = tf.constant([[1.0, -2.0], [0.5, 4.0], [5.0, 0.5]]), tf.constant([0.5, 3.0])
    v = tf.Variable([0.5, -1.0])
    m = tf.vectorized_map

    def gradient(a: Any) -> Any:
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(v * a) ** 3
        return tape.gradient(loss, v)

    def of_example(a: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(a)
            y = tf.reduce_sum(a**3 * v)
        return tape.gradient(y, a)

    def of_captured(a: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(c)
            y = tf.reduce_sum(tf.sin(c * a))
        return tape.gradient(y, c)

    def second(a: Any) -> Any:
        with tf.GradientTape() as outer:
            outer.watch(a)
            with tf.GradientTape() as inner:
                inner.watch(a)
                y = tf.reduce_prod(a) ** 2 * v[0]
            first = inner.gradient(y, a)
        return first, outer.gradient(first, a)

    def persistent(a: Any) -> Any:
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(a)
            y, z = a * a * v, tf.exp(a)
        return [tape.gradient(y, a), tape.gradient(z, [a, v]), tape.gradient(y, v)]

    def unconnected(a: Any) -> Any:
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(a)
            y = a * 2
        zero = tf.UnconnectedGradients.ZERO
        return tape.gradient(y, v), tape.gradient(y, v, unconnected_gradients=zero)

    def stopped(a: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(a)
            with tape.stop_recording():
                w = a * v
            y = a * w
        return tape.gradient(y, a)

    def weighted(a: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(a)
            y = a**2
        return tape.gradient(y, a, output_gradients=a * c)

    programs = {
        "variable": lambda: m(gradient, x),
        "example": lambda: m(of_example, x),
        "captured": lambda: m(of_captured, x),
        "second": lambda: m(second, x),
        "persistent": lambda: m(persistent, x),
        "unconnected": lambda: m(unconnected, x),
        "stopped": lambda: m(stopped, x),
        "weighted": lambda: m(weighted, x),
        "nested": lambda: m(lambda a: m(lambda b: of_example(a * b), a), x),
    }
    results = {"alone": {key: program() for key, program in programs.items()}}
    results["under tapes"] = _gradients(tf, programs, [x, c, v])
    return results


@tolerance(rtol=1e-5)
def model(tf: Any) -> Any:
    """Each example's gradient of a small model, clipped and averaged."""
    w = tf.Variable(np.linspace(-1, 1, 6).reshape(2, 3).astype("float32"))
    b = tf.Variable([0.1, 0.2, -0.3])
    x = tf.constant(np.linspace(0, 2, 8).reshape(4, 2).astype("float32"))
    labels = tf.constant([0, 2, 1, 1])

    def each(example: Any) -> Any:
        features, label = example
        with tf.GradientTape() as tape:
            logits = tf.linalg.matvec(w, features, transpose_a=True) + b
            loss = tf.nn.sparse_softmax_cross_entropy_with_logits(label, logits)
        gradients = tape.gradient(loss, [w, b])
        clipped, norm = tf.clip_by_global_norm(gradients, 0.5)
        return loss, clipped, norm

    with tf.GradientTape() as outer:
        losses, clipped, norms = tf.vectorized_map(each, (x, labels))
        total = tf.reduce_sum(norms)
    return losses, clipped, norms, outer.gradient(total, [w, b])


def crossing(tf: Any) -> Any:
    """Tapes around that track different things."""
    x, c = tf.constant([1.0, 2.0]), tf.constant(3.0)
    m = tf.vectorized_map
    with tf.GradientTape(persistent=True) as one:
        one.watch(x)
        y = x * x
        with tf.GradientTape(persistent=True) as two:
            two.watch(c)
            z = m(lambda a: a * a * c, y)
            w = m(lambda a: a * 2.0, y)
        after = z * w
    targets = [y, z, w, after]
    return [[tape.gradient(t, [x, c, y]) for t in targets] for tape in (one, two)]


def after_the_tape(tf: Any) -> Any:
    """A target that a tape around did not record, from a call that it did."""
    x = tf.constant([1.0, 2.0])
    square = tf.function(lambda a: a * a)
    results = []
    for call in (lambda: tf.vectorized_map(lambda a: a * a, x), lambda: square(x)):
        with tf.GradientTape() as outer:
            outer.watch(x)
            with tf.GradientTape(persistent=True) as inner:
                inner.watch(x)
                y = call()
            z = y * 2.0
        results += [inner.gradient(z, x), inner.gradient(y, x), outer.gradient(z, x)]
    return results


def watched(tf: Any) -> Any:
    """Which variables tapes around come to watch."""
    v, w = tf.Variable(1.0), tf.Variable(2.0)
    frozen = tf.Variable(3.0, trainable=False)
    with tf.GradientTape() as tape:
        y = tf.vectorized_map(lambda a: a * v * frozen, tf.constant([1.0, 2.0]))
    with tf.GradientTape(watch_accessed_variables=False) as off:
        off.watch(w)
        z = tf.vectorized_map(lambda a: a * v * w, tf.constant([1.0, 2.0]))
    return [
        len(tape.watched_variables()),
        tape.gradient(y, [v, w, frozen]),
        off.gradient(z, [v, w]),
        len(off.watched_variables()),
    ]


def randomness(tf: Any) -> Any:
    """Each slice has its own numbers; a seed gives every slice the same."""
    x = tf.zeros([4, 3])
    stateful = {
        "uniform": lambda a: a + tf.random.uniform([3]),
        "normal": lambda a: a + tf.random.normal([3]),
        "integers": lambda a: tf.random.uniform([3], 0, 10**6, tf.int32),
        "truncated": lambda a: tf.random.truncated_normal([3]),
        "dropout": lambda a: (
            tf.nn.dropout(a + tf.ones([3]) * tf.range(1.0, 4.0), 0.5) * 0 + tf.random.normal([3])
        ),
        "shape of one": lambda a: tf.random.normal(tf.shape(a)),
    }
    results = {}
    for key, function in stateful.items():
        y = tf.vectorized_map(function, x)
        results[key] = [y.shape, y.dtype, len({row.tobytes() for row in y.numpy()})]
    same = tf.vectorized_map(lambda a: a + tf.random.stateless_normal([3], [1, 2]), x)
    return results, same


def seeded(tf: Any) -> Any:
    """Each slice has its own numbers with seeds, too."""
    tf.random.set_seed(7)
    results = []
    for options in ({}, {"seed": 5}):
        y = tf.vectorized_map(lambda a, o=options: a + tf.random.normal([3], **o), tf.zeros([4, 3]))
        results.append([y.shape, len({row.tobytes() for row in y.numpy()})])
    return results


def stateless_by_slice(tf: Any) -> Any:
    seeds = tf.constant([[1, 2], [3, 4], [1, 2]])
    return tf.vectorized_map(lambda s: tf.random.stateless_uniform([2], s), seeds)


@exact_message
def scalar(tf: Any) -> Any:
    return tf.vectorized_map(lambda a: a, tf.constant(1.0))
