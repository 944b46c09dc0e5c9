"""tf.cond, tf.case, tf.switch_case, tf.while_loop, tf.group, tf.tuple and tf.no_op."""

from __future__ import annotations

import collections
from typing import Any

import numpy as np

from tests.parity.case_helpers.tables import outcomes
from tests.parity.harness import exact_message

Pair = collections.namedtuple("Pair", "first second")


def cond_values(tf: Any) -> Any:
    yes, no = (lambda: tf.constant(1.0)), (lambda: [tf.constant(2.0)])
    predicates = {
        "tensor": tf.constant(True),
        "false": tf.constant(False),
        "python": True,
        "int": 0,
        "float": tf.constant(0.5),
        "vector of one": tf.constant([True]),
        "vector": tf.constant([True, False]),
        "empty": tf.constant([], tf.bool),
        "string": tf.constant("a"),
        "empty string": tf.constant(""),
        "variable": tf.Variable(False),
        "numpy": np.bool_(True),
        "none": None,
    }
    return outcomes({key: lambda p=p: tf.cond(p, yes, no) for key, p in predicates.items()})


def cond_results(tf: Any) -> Any:
    results = {
        "none": None,
        "python": 3,
        "singleton": (tf.constant(1),),
        "dict": {"a": tf.constant(1), "b": [2.0]},
        "named": Pair(1, tf.constant(2)),
    }
    return {key: tf.cond(True, lambda r=r: r, lambda: 0) for key, r in results.items()}


@exact_message
def cond_without_true(tf: Any) -> Any:
    return tf.cond(True, None, lambda: 1)


@exact_message
def cond_without_false(tf: Any) -> Any:
    return tf.cond(True, lambda: 1)


@exact_message
def cond_not_callable(tf: Any) -> Any:
    return tf.cond(True, tf.constant(1), lambda: 1)


def cond_gradient(tf: Any) -> Any:
    v = tf.Variable(3.0)

    def otherwise(x: Any) -> Any:
        return tf.cond(x < 0, lambda: x * x, lambda: v)

    def at(x: Any) -> Any:
        with tf.GradientTape(persistent=True) as outer:
            outer.watch(x)
            with tf.GradientTape(persistent=True) as inner:
                inner.watch(x)
                y = tf.cond(x > 0, lambda: x**3 * v, lambda: otherwise(x))
            first = inner.gradient(y, [x, v])
        return [y, first, [g if g is None else outer.gradient(g, [x, v]) for g in first]]

    return [at(tf.constant(value)) for value in (2.0, -2.0, 0.0)]


def case_values(tf: Any) -> Any:
    t, f = tf.constant(True), tf.constant(False)
    one, two, three = (lambda: tf.constant(1)), (lambda: [tf.constant(2)]), (lambda: (3, 4))
    ordered = collections.OrderedDict
    return outcomes(
        {
            "first": lambda: tf.case([(t, one), (t, two)]),
            "second": lambda: tf.case([(f, one), (t, two)]),
            "strict": lambda: tf.case([(f, one), (t, two)], strict=True),
            "default": lambda: tf.case([(f, one)], default=three),
            "default singleton": lambda: tf.case([(f, one)], default=two),
            "default strict": lambda: tf.case([(f, one)], default=two, strict=True),
            "one pair": lambda: tf.case([(t, two)]),
            "nothing true": lambda: tf.case([(f, one), (f, two)]),
            "exclusive": lambda: tf.case([(f, one), (t, two)], exclusive=True),
            "not exclusive": lambda: tf.case([(t, one), (t, two)], exclusive=True),
            "not exclusive with default": lambda: tf.case(
                [(t, one), (t, two)], default=three, exclusive=True
            ),
            "tuple": lambda: tf.case(((t, one),)),
            "ordered": lambda: tf.case(ordered([(1, 2)])),
            "dict": lambda: tf.case({1: one}),
            "dict exclusive": lambda: tf.case({1: one}, exclusive=True),
            "set": lambda: tf.case({1}),
            "empty": lambda: tf.case([]),
            "empty with default": lambda: tf.case([], default=one),
            "list pair": lambda: tf.case([[t, one]]),
            "triple": lambda: tf.case([(t, one, two)]),
            "python": lambda: tf.case([(True, one)]),
            "variable": lambda: tf.case([(tf.Variable(True), one)]),
            "int": lambda: tf.case([(tf.constant(1), one)]),
            "not callable": lambda: tf.case([(t, 1)]),
            "default not callable": lambda: tf.case([(f, one)], default=1),
            "default not needed": lambda: tf.case([(t, one)], default=1),
            "vector": lambda: tf.case([(tf.constant([True, False]), one)], default=two),
        }
    )


@exact_message
def case_nothing_true(tf: Any) -> Any:
    return tf.case([(tf.constant(False), lambda: 1), (tf.constant(False), lambda: 2)])


@exact_message
def case_not_exclusive(tf: Any) -> Any:
    t = tf.constant(True)
    return tf.case([(t, lambda: 1), (t, lambda: 2), (tf.constant(False), min)], exclusive=True)


@exact_message
def case_unordered(tf: Any) -> Any:
    return tf.case({})


@exact_message
def case_not_pairs(tf: Any) -> Any:
    return tf.case([1])


def case_gradient(tf: Any) -> Any:
    def at(x: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = tf.case([(x < 0, lambda: -x), (x < 1, lambda: x * x)], default=lambda: x**3)
        return y, tape.gradient(y, x)

    return [at(tf.constant(value)) for value in (-1.0, 0.5, 2.0)]


def switch_values(tf: Any) -> Any:
    fns = [lambda: tf.constant(0), lambda: [tf.constant(1)], lambda: (2, 3)]
    at = {i: lambda i=i: tf.switch_case(tf.constant(i), fns) for i in (0, 1, 2, 3, -1, -4)}
    default = {
        f"default {i}": lambda i=i: tf.switch_case(tf.constant(i), fns, default=lambda: 9)
        for i in (0, 2, 3, 4, -1)
    }
    zero = tf.constant(0)
    return outcomes(
        {
            **at,
            **default,
            "int64": lambda: tf.switch_case(tf.constant(1, tf.int64), fns),
            "uint8": lambda: tf.switch_case(tf.constant(1, tf.uint8), fns),
            "pairs": lambda: tf.switch_case(zero, [(1, fns[1]), (0, fns[0])]),
            "dict": lambda: tf.switch_case(zero, {1: fns[1], 0: fns[0]}),
            "tuple": lambda: tf.switch_case(zero, (fns[1], fns[0])),
            "bool keys": lambda: tf.switch_case(zero, {True: fns[1], False: fns[0]}),
            "gap": lambda: tf.switch_case(zero, {0: fns[0], 2: fns[1]}),
            "twice": lambda: tf.switch_case(zero, [(0, fns[0]), (0, fns[1])]),
            "negative": lambda: tf.switch_case(zero, {0: fns[0], -1: fns[1]}),
            "no functions": lambda: tf.switch_case(zero, []),
            "set": lambda: tf.switch_case(zero, {1}),
            "mixed": lambda: tf.switch_case(zero, [fns[0], (1, fns[1])]),
            "string key": lambda: tf.switch_case(zero, {"a": fns[0]}),
            "not callable": lambda: tf.switch_case(zero, {0: 1}),
            "python index": lambda: tf.switch_case(0, fns),
            "variable": lambda: tf.switch_case(tf.Variable(0), fns),
            "float": lambda: tf.switch_case(tf.constant(0.0), fns),
            "bool": lambda: tf.switch_case(tf.constant(True), fns),
            "vector of one": lambda: tf.switch_case(tf.constant([1]), fns),
            "vector": lambda: tf.switch_case(tf.constant([1, 2]), fns),
        }
    )


@exact_message
def switch_gap(tf: Any) -> Any:
    return tf.switch_case(tf.constant(0), {3: min, 1: max})


@exact_message
def switch_python_index(tf: Any) -> Any:
    return tf.switch_case(0, [min])


@exact_message
def switch_float(tf: Any) -> Any:
    return tf.switch_case(tf.constant(0.0), [min])


def while_structures(tf: Any) -> Any:
    one = tf.constant(1.0)
    below = lambda i, *_: i < 3  # noqa: E731
    return outcomes(
        {
            "tuple": lambda: tf.while_loop(below, lambda i, x: (i + 1, x * 2), (0, one)),
            "list": lambda: tf.while_loop(below, lambda i, x: [i + 1, x * 2], [0, one]),
            "tuple to list": lambda: tf.while_loop(below, lambda i, x: [i + 1, x], (0, one)),
            "never": lambda: tf.while_loop(lambda i: False, lambda i: [i], (one,)),
            "never list": lambda: tf.while_loop(lambda i, j: False, max, [1, np.float64(2.0)]),
            "one": lambda: tf.while_loop(lambda i: i < 3, lambda i: [i + 1], [0]),
            "one bare": lambda: tf.while_loop(lambda i: i < 3, lambda i: i + 1, [tf.constant(0)]),
            "one bare vector": lambda: tf.while_loop(
                lambda i: tf.reduce_sum(i) < 3, lambda i: i + 1, [tf.constant([0])]
            ),
            "bare python": lambda: tf.while_loop(lambda i: i < 3, lambda i: i + 1, [0]),
            "not a list": lambda: tf.while_loop(lambda i: i < 3, lambda i: i + 1, one),
            "vector": lambda: tf.while_loop(
                lambda i, j: i < 3, lambda i, j: (i + 1, j), tf.constant([1, 2])
            ),
            "dict in list": lambda: tf.while_loop(
                below, lambda i, d: (i + 1, {"b": d["b"] * 2, "a": 1}), (0, {"a": 1, "b": one})
            ),
            "other keys": lambda: tf.while_loop(
                below, lambda i, d: (i + 1, {"c": 1}), (0, {"a": 1})
            ),
            "named": lambda: tf.while_loop(
                lambda p: p.first < 3, lambda p: [Pair(p.first + 1, p.second * 2)], [Pair(0, one)]
            ),
            "named itself": lambda: tf.while_loop(
                below, lambda i, x: Pair(i + 1, x * 2), Pair(0, one)
            ),
            "named to tuple": lambda: tf.while_loop(below, lambda i, x: (i + 1, x), Pair(0, one)),
            "nested": lambda: tf.while_loop(
                below, lambda i, x: (i + 1, [x[0], (x[1][0] * 2,)]), (0, [one, (one,)])
            ),
            "nested other type": lambda: tf.while_loop(
                below, lambda i, x: (i + 1, (x[0],)), (0, [one])
            ),
            "more": lambda: tf.while_loop(below, lambda i: (i + 1, i), [0]),
            "fewer": lambda: tf.while_loop(below, lambda i, x: (i + 1,), (0, one)),
            "leaf to nest": lambda: tf.while_loop(below, lambda i, x: (i + 1, [x]), (0, one)),
            "none var": lambda: tf.while_loop(below, lambda i, x: (i + 1, x), (0, None)),
            "none result": lambda: tf.while_loop(below, lambda i, x: (i + 1, None), (0, one)),
            "object": lambda: tf.while_loop(below, lambda i, x: (i + 1, x), (0, object())),
            "string": lambda: tf.while_loop(below, lambda i, x: (i + 1, x + "a"), (0, "b")),
            "dict": lambda: tf.while_loop(lambda a: False, min, {"a": 1}),
            "variable": lambda: tf.while_loop(
                below, lambda i, v: (i + 1, v * 2), (tf.Variable(0), tf.Variable(1.5))
            ),
            "variable result": lambda: tf.while_loop(
                below, lambda i, v: (i + 1, tf.Variable(4.0)), (0, one)
            ),
            "empty": lambda: tf.while_loop(below, max, []),
            "other type": lambda: tf.while_loop(
                below, lambda i, x: (i + 1, tf.cast(x, tf.int32)), (0, one)
            ),
            "other shape": lambda: tf.while_loop(
                below, lambda i, x: (i + 1, tf.concat([x, x], 0)), (0, [one])
            ),
            "growing": lambda: tf.while_loop(
                below, lambda i, x: (i + 1, tf.concat([x, x], 0)), (0, tf.constant([1.0]))
            ),
            "vector condition": lambda: tf.while_loop(
                lambda i: i < [3, 3], lambda i: [i + 1], [tf.constant([0, 0])]
            ),
            "string condition": lambda: tf.while_loop(lambda i: "", lambda i: [i], [0]),
            "int condition": lambda: tf.while_loop(lambda i: 3 - i, lambda i: [i + 1], [0]),
            "slices": lambda: tf.while_loop(
                below,
                lambda i, s: (i + 1, tf.IndexedSlices(s.values * 2, s.indices)),
                (0, tf.IndexedSlices(tf.constant([1.0]), tf.constant([0]))),
            )[0],
        }
    )


def while_maximum(tf: Any) -> Any:
    one = tf.constant(1.0)
    always = lambda *_: True  # noqa: E731
    grow = lambda i, x: (i + 1, x * 2)  # noqa: E731
    run = tf.while_loop
    return outcomes(
        {
            "3": lambda: run(always, grow, (0, one), maximum_iterations=3),
            "0": lambda: run(always, grow, (0, one), maximum_iterations=0),
            "negative": lambda: run(always, grow, (0, one), maximum_iterations=-1),
            "tensor": lambda: run(always, grow, (0, one), maximum_iterations=tf.constant(2)),
            "int64": lambda: run(
                always, grow, (0, one), maximum_iterations=tf.constant(2, tf.int64)
            ),
            "float": lambda: run(always, grow, (0, one), maximum_iterations=2.5),
            "variable": lambda: run(always, grow, (0, one), maximum_iterations=tf.Variable(2)),
            "vector": lambda: run(always, grow, (0, one), maximum_iterations=[2]),
            "string": lambda: run(always, grow, (0, one), maximum_iterations="a"),
            "earlier": lambda: run(lambda i, x: i < 1, grow, (0, one), maximum_iterations=3),
            "tensor condition": lambda: run(
                lambda i, x: x < 3, grow, (0, one), maximum_iterations=3
            ),
            "int condition": lambda: run(lambda i, x: 1, grow, (0, one), maximum_iterations=3),
            "int tensor condition": lambda: run(
                lambda i, x: tf.constant(1), grow, (0, one), maximum_iterations=3
            ),
            "vector condition": lambda: run(
                lambda i, x: tf.constant([True, True]), grow, (0, one), maximum_iterations=3
            ),
            "one": lambda: run(always, lambda i: [i + 1], [0], maximum_iterations=3),
            "one bare": lambda: run(always, lambda i: i + 1, [0], maximum_iterations=3),
            "list to tuple": lambda: run(always, grow, [0, one], maximum_iterations=3),
            "list to tuple, no step": lambda: run(always, grow, [0, one], maximum_iterations=0),
            "fewer": lambda: run(always, lambda i, x: (i,), (0, one), maximum_iterations=3),
            "nested": lambda: run(
                always,
                lambda i, d: (i + 1, {"a": d["a"] * 2}),
                (0, {"a": one}),
                maximum_iterations=2,
            ),
            "named": lambda: run(
                always, lambda i, x: Pair(i + 1, x * 2), Pair(0, one), maximum_iterations=2
            ),
        }
    )


def while_arguments(tf: Any) -> Any:
    one = tf.constant(1.0)
    below = lambda i, *_: i < 3  # noqa: E731
    grow = lambda i, x: (i + 1, x * 2)  # noqa: E731
    run = tf.while_loop
    return outcomes(
        {
            "all": lambda: run(
                below, grow, (0, one), None, 3, False, True, maximum_iterations=2, name="loop"
            ),
            "positions": lambda: run(below, grow, (0, one), None, 10, True, False, 2, "loop"),
            "invariants": lambda: run(
                below,
                lambda i, x: (i + 1, tf.concat([x, x], 0)),
                (0, tf.constant([1.0])),
                shape_invariants=(tf.TensorShape([]), tf.TensorShape([None])),
            ),
            "wrong invariants": lambda: run(
                below, grow, (0, one), shape_invariants=(tf.TensorShape([3]), tf.TensorShape([2]))
            ),
            "broken invariants": lambda: run(below, grow, (0, one), shape_invariants="abc"),
            "parallel 0": lambda: run(below, grow, (0, one), parallel_iterations=0),
            "parallel none": lambda: run(below, grow, (0, one), parallel_iterations=None),
            "cond none": lambda: run(None, grow, (0, one)),
            "body none": lambda: run(below, None, (0, one)),
        }
    )


@exact_message
def while_cond_not_callable(tf: Any) -> Any:
    return tf.while_loop(1, max, [0])


@exact_message
def while_nothing(tf: Any) -> Any:
    return tf.while_loop(max, max, [])


@exact_message
def while_none(tf: Any) -> Any:
    return tf.while_loop(lambda x: False, lambda x: [x], [object])


@exact_message
def while_maximum_vector(tf: Any) -> Any:
    return tf.while_loop(lambda x: True, lambda x: [x], [1], maximum_iterations=[1, 2])


@exact_message
def while_other_structure(tf: Any) -> Any:
    return tf.while_loop(lambda i, x: i < 2, lambda i, x: (i + 1, [x]), (0, tf.constant(1.0)))


def while_gradients(tf: Any) -> Any:
    x, v = tf.constant(1.5), tf.Variable(0.5)
    with tf.GradientTape(persistent=True) as outer:
        outer.watch(x)
        with tf.GradientTape(persistent=True) as inner:
            inner.watch(x)
            _, y, z = tf.while_loop(
                lambda i, y, z: i < 3,
                lambda i, y, z: (i + 1, y * x + v, {"a": z["a"] + tf.sin(y)}),
                (0, x, {"a": 0.0}),
            )
            w = tf.while_loop(lambda i, w: w < 10.0, lambda i, w: (i + 1, w * x), (0, x))[1]
        first = inner.gradient(y, [x, v])
        others = inner.gradient([z, w], [x, v])
    return [y, z, w, first, others, [outer.gradient(g, [x, v]) for g in (*first, *others)]]


def while_gradient_inside(tf: Any) -> Any:
    """Newton's method, a tape in each step and one around."""
    a = tf.constant(2.0)

    def step(i: Any, x: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = x * x - a
        return i + 1, x - y / tape.gradient(y, x)

    with tf.GradientTape() as outer:
        outer.watch(a)
        _, root = tf.while_loop(lambda i, x: i < 5, step, (0, tf.constant(1.0)))
    return root, outer.gradient(root, a)


def while_nested_loops(tf: Any) -> Any:
    x = tf.constant([1.0, 2.0])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)

        def body(i: Any, y: Any) -> Any:
            _, y = tf.while_loop(lambda j, y: j < i, lambda j, y: (j + 1, y * x), (0, y))
            return i + 1, y

        _, y = tf.while_loop(lambda i, y: i < 3, body, (tf.constant(0), x), maximum_iterations=2)
    return y, tape.gradient(y, x), tape.gradient(y[0], x)


def while_assigns(tf: Any) -> Any:
    v = tf.Variable(1.0)
    with tf.GradientTape() as tape:
        _, y = tf.while_loop(
            lambda i, y: i < 3, lambda i, y: (i + 1, y * v.assign_add(1.0)), (0, tf.constant(2.0))
        )
    return y, v, tape.gradient(y, v)


def custom_gradient_in_control_flow(tf: Any) -> Any:
    @tf.custom_gradient
    def doubled(x: Any) -> Any:
        return x * 1.0, lambda dy: dy * x * 2.0

    x = tf.constant(3.0)
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            _, y = tf.while_loop(lambda i, y: i < 2, lambda i, y: (i + 1, doubled(y)), (0, x))
            y = tf.cond(y > 0, lambda: doubled(y), lambda: y)
        first = inner.gradient(y, x)
    return y, first, outer.gradient(first, x)


def python_control_flow(tf: Any) -> Any:
    x = tf.constant([3.0, -1.0, 0.5])
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            total = tf.constant(0.0)
            for item in x:
                if item > 1:
                    total += item**3
                elif not item < 0:
                    total += tf.sin(item)
                else:
                    total -= item
                while total > 20.0:
                    total = total / 2
        first = inner.gradient(total, x)
    return total, first, outer.gradient(first, x)


def grouping(tf: Any) -> Any:
    x = tf.constant([1.0, 2.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.tuple([x * 2, None, 3], control_inputs=[x], name="some")
    return outcomes(
        {
            "group": lambda: tf.group(x, [x], name="some"),
            "group nothing": lambda: tf.group(),
            "group anything": lambda: tf.group(1, "a", other=2),
            "no_op": lambda: tf.no_op(),
            "no_op named": lambda: tf.no_op(name="some"),
            "tuple": lambda: y,
            "tuple gradient": lambda: tape.gradient(y[0], x),
            "tuple of a dict": lambda: tf.tuple({"a": 1}),
            "tuple of nothing": lambda: tf.tuple([]),
        }
    )


def assertions(tf: Any) -> Any:
    x = tf.constant([1.0, -2.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        tf.Assert(tf.reduce_sum(x) < 0, [x], name="some")
        y = tf.ensure_shape(x * x, [None])
    return outcomes(
        {
            "gradient": lambda: tape.gradient(y, x),
            "fails": lambda: tf.Assert(tf.reduce_sum(x) > 0, [x, "negative"], summarize=1),
            "shape": lambda: tf.ensure_shape(x, [3]),
            "rank": lambda: tf.ensure_shape(x, [None, None]),
            "named": lambda: tf.ensure_shape(x, tf.TensorShape(None), name="some"),
        }
    )
