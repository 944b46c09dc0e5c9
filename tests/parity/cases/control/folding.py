"""tf.map_fn, tf.scan, tf.foldl and tf.foldr."""

from __future__ import annotations

import collections
from collections.abc import Callable
from typing import Any

import numpy as np

from tests.parity.case_helpers.tables import outcomes
from tests.parity.harness import exact_log, exact_message

Pair = collections.namedtuple("Pair", "first second")


def map_structures(tf: Any) -> Any:
    x, i = tf.constant([[1.0, 2.0], [3.0, 4.0]]), tf.constant([1, 2])
    m = tf.map_fn
    return outcomes(
        {
            "tensor": lambda: m(lambda a: a * a, x),
            "python": lambda: m(lambda a: a * a, [1, 2, 3]),
            "numpy": lambda: m(lambda a: a * a, np.array([1.0, 2.0])),
            "variable": lambda: m(lambda a: a * a, tf.Variable([1.0, 2.0])),
            "tuple": lambda: m(lambda a: (a[1], a[0]), (x, x * 2)),
            "tuple to list": lambda: m(lambda a: [a[1], a[0]], (x, x * 2)),
            "to one": lambda: m(lambda a: a[0] * a[1], (x, x), fn_output_signature=tf.float32),
            "to two": lambda: m(
                lambda a: (a, a + 1), x, fn_output_signature=(tf.float32, tf.float32)
            ),
            "to two without": lambda: m(lambda a: (a, a + 1), x),
            "dict": lambda: m(lambda a: {"p": a["q"], "q": a["p"]}, {"p": x, "q": x * 2}),
            "named": lambda: m(lambda a: Pair(a.second, a.first), Pair(x, x * 2)),
            "to dict": lambda: m(
                lambda a: {"s": tf.reduce_sum(a), "n": 1}, x, dtype={"s": tf.float32, "n": tf.int32}
            ),
            "dtype": lambda: m(lambda a: tf.cast(a, tf.int32), x, dtype=tf.int32),
            "dtype by name": lambda: m(lambda a: tf.cast(a, tf.int32), x, dtype="int32"),
            "both": lambda: m(lambda a: a, x, dtype=tf.int32, fn_output_signature=tf.float32),
            "wrong dtype": lambda: m(lambda a: tf.cast(a, tf.int32), x),
            "spec": lambda: m(lambda a: a, x, fn_output_signature=tf.TensorSpec([2])),
            "wrong spec": lambda: m(lambda a: a, x, fn_output_signature=tf.TensorSpec([3])),
            "loose spec": lambda: m(lambda a: a, x, fn_output_signature=tf.TensorSpec([None])),
            "python result": lambda: m(lambda a: 1.5, x),
            "python int result": lambda: m(lambda a: 1, x, dtype=tf.int32),
            "none result": lambda: m(lambda a: None, x),
            "nothing": lambda: m(lambda a: a, []),
            "nothing nested": lambda: m(lambda a: a, ([], {})),
            "none": lambda: m(lambda a: a, None),
            "scalar": lambda: m(lambda a: a, 1.0),
            "scalar second": lambda: m(lambda a: a, (x, 1.0)),
            "empty": lambda: m(lambda a: a + 1, tf.zeros([0, 2])),
            "empty with signature": lambda: m(
                lambda a: a, tf.zeros([0, 2]), fn_output_signature=tf.TensorSpec([3], tf.int32)
            ),
            "empty with dtype": lambda: m(lambda a: a, tf.zeros([0, 2]), dtype=tf.int32),
            "lengths": lambda: m(lambda a: a, (x, [1.0, 2.0, 3.0])),
            "strings": lambda: m(lambda a: a + "!", tf.constant(["a", "b"])),
            "other shapes": lambda: m(lambda n: tf.range(n), i),
            "other shapes allowed": lambda: m(lambda n: tf.range(n), i, infer_shape=False),
            "slices": lambda: m(lambda a: a, tf.IndexedSlices(x, i)),
            "to slices": lambda: m(lambda a: tf.IndexedSlices(a, i), x),
            "not callable": lambda: m(1, x),
            "named argument": lambda: m(lambda a: a, x, name="some"),
            "positions": lambda: m(lambda a: a, x, tf.float32, 1, False, True, True, "n", None),
        }
    )


@exact_message
def map_not_callable(tf: Any) -> Any:
    return tf.map_fn(abs.__name__, tf.constant([1.0]))


@exact_message
def map_nothing(tf: Any) -> Any:
    return tf.map_fn(lambda a: a, ())


@exact_message
def map_scalar(tf: Any) -> Any:
    return tf.map_fn(lambda a: a, 1.0)


@exact_message
def map_lengths(tf: Any) -> Any:
    return tf.map_fn(lambda a: a, ([1.0], [1.0, 2.0]))


@exact_log
def map_parallel(tf: Any) -> Any:
    return [tf.map_fn(lambda a: a + 1, [1], parallel_iterations=n) for n in (None, 0, 1, 2, 2)]


def map_gradients(tf: Any) -> Any:
    x, v = tf.constant([[1.0, 2.0], [3.0, 4.0]]), tf.Variable(0.5)
    programs = {
        "one": lambda: tf.map_fn(lambda a: a * a * v, x),
        "pair": lambda: tf.map_fn(lambda a: (a[0] * a[1], a[1] ** 3), (x, x * v)),
        "sum": lambda: tf.map_fn(lambda a: tf.reduce_sum(a * a) * v, x),
        "nested": lambda: tf.map_fn(lambda a: tf.map_fn(lambda b: b**3, a), x),
        "integers": lambda: tf.map_fn(lambda a: tf.cast(a, tf.int32), x, dtype=tf.int32),
    }
    return _gradients(tf, programs, [x, v])


def _gradients(tf: Any, programs: dict[str, Callable[[], Any]], sources: list[Any]) -> Any:
    results = {}
    for key, program in programs.items():
        with tf.GradientTape(persistent=True) as outer:
            outer.watch(sources)
            with tf.GradientTape(persistent=True) as inner:
                inner.watch(sources)
                y = program()
            first = inner.gradient(y, sources)
        second = [None if g is None else outer.gradient(g, sources) for g in first]
        results[key] = {"value": y, "first": first, "second": second}
    return results


def map_gradient_inside(tf: Any) -> Any:
    w = tf.Variable([1.0, 2.0])

    def per_example(x: Any) -> Any:
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(w * x) ** 2
        return tape.gradient(loss, w)

    x = tf.constant([[1.0, 2.0], [3.0, 4.0]])
    with tf.GradientTape() as outer:
        outer.watch(x)
        each = tf.map_fn(per_example, x)
    return each, outer.gradient(each, [x, w])


def scan_structures(tf: Any) -> Any:
    x = tf.constant([1.0, 2.0, 3.0])
    s = tf.scan
    add = lambda a, b: a + b  # noqa: E731
    return outcomes(
        {
            "sum": lambda: s(add, x),
            "initializer": lambda: s(add, x, 10.0),
            "initializer tensor": lambda: s(add, x, initializer=tf.constant(10.0)),
            "initializer variable": lambda: s(add, x, initializer=tf.Variable(10.0)),
            "initializer int": lambda: s(add, x, initializer=1),
            "other type": lambda: s(lambda a, b: a + tf.cast(b, tf.int32), x, tf.constant(0)),
            "reverse": lambda: s(lambda a, b: a * 10 + b, x, reverse=True),
            "reverse initializer": lambda: s(lambda a, b: a * 10 + b, x, 5.0, reverse=True),
            "python": lambda: s(add, [1, 2, 3]),
            "numpy": lambda: s(add, np.array([1.0, 2.0])),
            "variable": lambda: s(add, tf.Variable([1.0, 2.0])),
            "matrix": lambda: s(add, tf.constant([[1.0, 2.0], [3.0, 4.0]])),
            "tuple": lambda: s(lambda a, b: (a[0] + b[0], a[1] * b[1]), (x, x)),
            "dict": lambda: s(lambda a, b: {"p": a["p"] + b["p"]}, {"p": x}),
            "one to two": lambda: s(lambda a, b: (a[0] + b, a[1] * b), x, (0.0, 1.0)),
            "two to one": lambda: s(lambda a, b: a + b[0] * b[1], (x, x), 0.0),
            "named": lambda: s(lambda a, b: Pair(a.second, a.first + b), x, Pair(0.0, 1.0)),
            "list": lambda: s(lambda a, b: [a[0] + b], x, [0.0]),
            "other structure": lambda: s(lambda a, b: (a,), x),
            "empty": lambda: s(add, tf.zeros([0]), 1.0),
            "empty without": lambda: s(add, tf.zeros([0])),
            "empty matrix": lambda: s(add, tf.zeros([0, 2]), tf.zeros([2])),
            "scalar": lambda: s(add, 1.0),
            "lengths": lambda: s(lambda a, b: a, (x, [1.0, 2.0])),
            "lengths longer": lambda: s(lambda a, b: a, (x, [1.0, 2.0, 3.0, 4.0])),
            "other shape": lambda: s(lambda a, b: tf.concat([a, [b]], 0), x, tf.zeros([0])),
            "other shape allowed": lambda: s(
                lambda a, b: tf.concat([a, [b]], 0), x, tf.zeros([0]), infer_shape=False
            ),
            "broadcasting": lambda: s(lambda a, b: a + b, x, tf.zeros([2])),
            "growing": lambda: s(lambda a, b: a + [b, b], x, 0.0),
            "not callable": lambda: s(1, x),
            "positions": lambda: s(add, x, None, 10, True, False, True, False, "some"),
            "parallel": lambda: s(add, x, parallel_iterations=0),
            "fibonacci": lambda: s(lambda a, _: (a[1], a[0] + a[1]), tf.zeros([5]), (0, 1)),
            "strings": lambda: s(add, tf.constant(["a", "b"])),
        }
    )


def scan_gradients(tf: Any) -> Any:
    x, v = tf.constant([1.0, 2.0, 3.0]), tf.Variable(0.5)
    programs = {
        "products": lambda: tf.scan(lambda a, b: a * b, x),
        "reverse": lambda: tf.scan(lambda a, b: a * b + v, x, reverse=True),
        "initializer": lambda: tf.scan(lambda a, b: a * b * v, x, v * 2),
        "pair": lambda: tf.scan(lambda a, b: (a[0] * b, a[1] + a[0]), x, (v, 0.0)),
        "last": lambda: tf.scan(lambda a, b: tf.sin(a) + b * v, x)[-1],
    }
    return _gradients(tf, programs, [x, v])


def _fold_structures(tf: Any, f: Callable[..., Any]) -> Any:
    x = tf.constant([1.0, 2.0, 3.0])
    mix = lambda a, b: a * 10 + b  # noqa: E731
    return outcomes(
        {
            "one": lambda: f(mix, x),
            "initializer": lambda: f(mix, x, 5.0),
            "initializer tensor": lambda: f(mix, x, initializer=tf.constant(5.0)),
            "initializer variable": lambda: f(mix, x, initializer=tf.Variable(5.0)),
            "python": lambda: f(mix, [1, 2, 3]),
            "numpy": lambda: f(mix, np.array([1.0, 2.0])),
            "variable": lambda: f(mix, tf.Variable([1.0, 2.0])),
            "matrix": lambda: f(mix, tf.constant([[1.0, 2.0], [3.0, 4.0]])),
            "tuple": lambda: f(lambda a, b: (a[0] + b[0], a[1] * b[1]), (x, x)),
            "dict": lambda: f(lambda a, b: {"p": a["p"] + b["p"]}, {"p": x}),
            "other structure": lambda: f(lambda a, b: (a, b), x),
            "two to one": lambda: f(lambda a, b: a + b[0] * b[1], (x, x), 0.0),
            "empty": lambda: f(mix, tf.zeros([0]), 1.0),
            "empty without": lambda: f(mix, tf.zeros([0])),
            "scalar": lambda: f(mix, tf.constant(1.0)),
            "lengths": lambda: f(lambda a, b: a, (x, tf.constant([1.0, 2.0]))),
            "lengths longer": lambda: f(lambda a, b: a, (x, tf.zeros([4]))),
            "growing": lambda: f(lambda a, b: tf.concat([a, [b]], 0), x, tf.zeros([0])),
            "not callable": lambda: f(1, x),
            "positions": lambda: f(mix, x, None, 10, True, False, "some"),
            "strings": lambda: f(lambda a, b: a + b, tf.constant(["a", "b"])),
        }
    )


def foldl_structures(tf: Any) -> Any:
    return _fold_structures(tf, tf.foldl)


def foldr_structures(tf: Any) -> Any:
    return _fold_structures(tf, tf.foldr)


def fold_gradients(tf: Any) -> Any:
    x, v = tf.constant([1.0, 2.0, 3.0]), tf.Variable(0.5)
    programs = {
        "foldl": lambda: tf.foldl(lambda a, b: tf.sin(a) * b, x),
        "foldl initializer": lambda: tf.foldl(lambda a, b: a * a + b, x, v),
        "foldr": lambda: tf.foldr(lambda a, b: tf.sin(a) * b, x),
        "foldr initializer": lambda: tf.foldr(lambda a, b: a * a + b, x, v),
    }
    return _gradients(tf, programs, [x, v])


def custom_gradients(tf: Any) -> Any:
    @tf.custom_gradient
    def clipped(x: Any) -> Any:
        return x * x, lambda dy: tf.clip_by_value(dy, -1.0, 1.0) * x

    x = tf.constant([1.0, 2.0, 3.0])
    programs = {
        "map": lambda: tf.map_fn(clipped, x),
        "scan": lambda: tf.scan(lambda a, b: clipped(a) + b, x),
        "foldl": lambda: tf.foldl(lambda a, b: clipped(a) * b, x),
    }
    return _gradients(tf, programs, [x])
