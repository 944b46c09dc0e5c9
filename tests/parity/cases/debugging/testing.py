"""`tf.test.TestCase`: what its assertions accept, and what they refuse."""

from __future__ import annotations

import collections
from typing import Any

import numpy as np

from tests.parity.harness import attempt

Pair = collections.namedtuple("Pair", "x y")
NAN = float("nan")


def _each(tf: Any, name: str, rows: list[tuple[Any, ...]], **options: Any) -> list[Any]:
    """For each row the kind of exception that an assertion raises, or None."""
    case = tf.test.TestCase()
    outcomes = [attempt(getattr(case, name), *row, **options) for row in rows]
    return [None if results is None else type(results).__name__ for results in outcomes]


def equal(tf):
    c = tf.constant
    rows = [
        (c([1, 2]), [1, 2]),
        (c([1, 2]), [1, 3]),
        (c([1.0, NAN]), [1.0, NAN]),
        (c([1.0, NAN]), [1.0, 2.0]),
        (c(1), 1),
        (c(1), c(2)),
        ([1, 2], np.array([[1, 2]])),
        (c(["a", "b"]), ["a", "b"]),
        (c(["a", "b"]), [b"a", b"c"]),
        (b"a", "a"),
        (c([]), []),
        (tf.zeros([0, 2]), tf.zeros([2, 0])),
        (tf.Variable([1.0]), [1.0]),
        (c([1.0], tf.bfloat16), c([1.0])),
        (c([True]), [True]),
        ([1j], [1j]),
        ([[1], [2, 3]], [[1], [2, 3]]),
        ("abc", "abd"),
        (None, None),
    ]
    return _each(tf, "assertAllEqual", rows), _each(tf, "assertNotAllEqual", rows[:6])


def close(tf):
    c = tf.constant
    rows = [
        (c([1.0]), [1.0 + 1e-7]),
        (c([1.0]), [1.0 + 1e-4]),
        ([0.0], [1e-6]),
        ([0.0], [3e-6]),
        ([NAN], [NAN]),
        ([NAN], [1.0]),
        ([float("inf")], [float("inf")]),
        ({"a": c(1.0), "b": [c(2.0)]}, {"a": 1.0, "b": [2.0]}),
        ({"a": c(1.0)}, {"b": 1.0}),
        ({"a": c(1.0)}, [1.0]),
        (Pair(1.0, c([2.0])), Pair(1.0, [2.0])),
        (Pair(1.0, c([2.0])), {"x": 1.0, "y": [2.5]}),
        ([[1.0], [2.0, 3.0]], [[1.0], [2.0, 3.0]]),
        ([[1.0], [2.0, 3.0]], [[1.0], [2.0, 3.5]]),
        ([[1.0], [2.0, 3.0]], [[1.0]]),
        (1.0, [1.0]),
        (c(1.0, tf.bfloat16), 1.0),
        ("a", "a"),
        ([1 + 1j], [1 + 1j]),
        ([1, 2], [1, 2]),
    ]
    return [
        _each(tf, "assertAllClose", rows),
        _each(tf, "assertNotAllClose", rows[:6]),
        _each(tf, "assertAllClose", rows[:4], rtol=1e-3),
        _each(tf, "assertAllClose", rows[:4], atol=1e-5, rtol=0),
    ]


def close_according_to_type(tf):
    values = (1.0, 1.0 + 5e-7, 1.0005, 1.005, 1.05)
    types = ("float64", "float32", "float16", "bfloat16", "complex64")
    rows = [(tf.constant(1.0, d), np.array(v)) for d in types for v in values]
    return _each(tf, "assertAllCloseAccordingToType", rows)


def near(tf):
    one = np.ones((1, 2))
    return [
        _each(tf, "assertNear", [(1.0, 1.1, 0.2), (1.0, 1.1, 0.05), (1.0, 1.0, 0.0)]),
        _each(tf, "assertArrayNear", [([1.0], [1.1], 0.2), ([1.0], [1.1, 2], 0.2)]),
        _each(
            tf,
            "assertNDArrayNear",
            [([[1.0]], [[1.1]], 0.2), (one, one + 0.1, 0.2), (one, one + 0.1, 0.05)],
        ),
    ]


def order_and_ranges(tf):
    x = tf.constant([1.0, 2.0, 3.0])
    return [
        [
            _each(tf, f"assertAll{name}", [(x, t) for t in (0.0, 1.0, 2.0, 3.0, 4.0)])
            for name in ("Greater", "Less", "GreaterEqual", "LessEqual")
        ],
        _each(tf, "assertAllInRange", [(x, 1, 3), (x, 1, 2), (["a"], 0, 1), ([NAN], 0, 1)]),
        _each(tf, "assertAllInRange", [(x, 1, 4), (x, 0, 4)], open_lower_bound=True),
        _each(tf, "assertAllInRange", [(x, 1, 3), (x, 0, 4)], open_upper_bound=True),
        _each(tf, "assertAllInSet", [(x, [1, 2, 3]), (x, (1, 2)), (x, {1.0, 2.0, 3.0})]),
        _each(tf, "assertDTypeEqual", [(x, np.float32), (x, np.float64), ([1], np.int64)]),
        _each(tf, "assertShapeEqual", [(x, np.ones(3)), (x, np.ones(2)), (x, [1, 2, 3])]),
    ]


def _raising(tf: Any, kind: Any, pattern: Any, error: Any, name: str) -> Any:
    case = tf.test.TestCase()
    arguments = (kind, pattern) if kind else (pattern,)
    try:
        with getattr(case, name)(*arguments):
            if error is not None:
                raise error
    except BaseException as results:
        return type(results).__name__


def errors(tf):
    invalid = tf.errors.InvalidArgumentError(None, None, "Incompatible shapes: x")
    name = "assertRaisesWithPredicateMatch"
    return [
        _raising(tf, ValueError, "b.d", ValueError("a bad one"), name),
        _raising(tf, ValueError, "good", ValueError("a bad one"), name),
        _raising(tf, ValueError, "b.d", TypeError("a bad one"), name),
        _raising(tf, ValueError, "b.d", None, name),
        _raising(tf, ValueError, lambda e: "bad" in str(e), ValueError("bad"), name),
        _raising(tf, ValueError, lambda e: False, ValueError("bad"), name),
        _raising(tf, tf.errors.OpError, "shapes", invalid, name),
        _raising(tf, None, "shapes", invalid, "assertRaisesOpError"),
        _raising(tf, None, "shapes", ValueError("shapes"), "assertRaisesOpError"),
        _raising(tf, ValueError, "bad", ValueError("bad"), "assertRaisesWithLiteralMatch"),
        _raising(tf, ValueError, "ba", ValueError("bad"), "assertRaisesWithLiteralMatch"),
    ]


def plain(tf):
    return [
        _each(tf, "assertItemsEqual", [([1, 2], (2, 1)), ([1, 1], [1])]),
        _each(tf, "assertSameElements", [([1, 1], [1]), ([1], [2])]),
        _each(tf, "assertContainsSubset", [([1], [1, 2]), ([3], [1, 2])]),
        _each(tf, "assertNoCommonElements", [([1], [2]), ([1], [1, 2])]),
        _each(tf, "assertEmpty", [([],), ([1],)]),
        _each(tf, "assertNotEmpty", [([],), ([1],)]),
        _each(tf, "assertLen", [([1], 1), ([1], 2)]),
        _each(tf, "assertBetween", [(1, 0, 2), (3, 0, 2)]),
        _each(tf, "assertStartsWith", [("abc", "ab"), ("abc", "b")]),
        _each(tf, "assertEndsWith", [("abc", "bc"), ("abc", "b")]),
        _each(tf, "assertSequenceAlmostEqual", [([1.0], [1.0 + 1e-9]), ([1.0], [1.1])]),
    ]


def evaluate(tf):
    case = tf.test.TestCase()
    x = tf.constant([1.0, 2.0])
    return [
        case.evaluate(x),
        case.evaluate({"a": x, "b": [tf.Variable(1.0)]}),
        case.evaluate((x, None)),
        case.evaluate(tf.IndexedSlices(x, tf.constant([0, 1]))),
        case.evaluate(lambda: x * 2.0),
        attempt(case.evaluate, 5),
    ]


def seeds(tf):
    class Case(tf.test.TestCase):
        def test(self):
            results.append([tf.random.uniform([2]), np.random.rand(2)])

    results: list[Any] = []
    case = Case("test")
    for _ in range(2):
        case.setUp()
        case.test()
    return results


def machine(tf):
    return tf.test.gpu_device_name(), tf.test.is_gpu_available(), tf.test.is_built_with_rocm()


def skipped(tf):
    class Case(tf.test.TestCase):
        @tf.test.disable_with_predicate(lambda: True, "not here")
        def test(self):
            raise ValueError("ran")

    return str(attempt(Case("test").test))
