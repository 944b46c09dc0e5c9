"""tf.py_function and tf.numpy_function."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.parity.case_helpers.tables import outcomes
from tests.parity.harness import attempt, exact_message


def values(tf: Any) -> Any:
    x = tf.constant([1.0, 2.0])
    p = tf.py_function

    def unpacked(*args: Any) -> Any:
        return args[0] * args[1]

    return outcomes(
        {
            "one": lambda: p(lambda a: a * a, [x], tf.float32),
            "list": lambda: p(lambda a: a * a, [x], [tf.float32]),
            "tuple": lambda: p(lambda a: (a, a + 1), (x,), (tf.float32, tf.float32)),
            "two": lambda: p(unpacked, [x, x], tf.float32),
            "by name": lambda: p(func=unpacked, inp=[x, 2.0], Tout="float32", name="some"),
            "numpy": lambda: p(lambda a: np.float32(3), [x], tf.float32),
            "numpy float64": lambda: p(lambda a: np.float64(3), [x], tf.float32),
            "numpy array": lambda: p(lambda a: a.numpy() * 2, [x], tf.float32),
            "python": lambda: p(lambda a: 3, [x], tf.float32),
            "python int": lambda: p(lambda a: 3, [x], tf.int64),
            "python float for int": lambda: p(lambda a: 3.5, [x], tf.int64),
            "string": lambda: p(lambda a: "abc", [x], tf.string),
            "string input": lambda: p(lambda a: a + "b", ["a"], tf.string),
            "bool": lambda: p(lambda a: a > 1, [x], tf.bool),
            "complex": lambda: p(lambda a: tf.complex(a, a), [x], tf.complex64),
            "nothing": lambda: p(lambda a: None, [x], []),
            "nothing returned something": lambda: p(lambda a: a, [x], []),
            "none for one": lambda: p(lambda a: None, [x], tf.float32),
            "none in list": lambda: p(lambda a: [None], [x], [tf.float32]),
            "empty list": lambda: p(lambda a: [], [x], []),
            "no input": lambda: p(lambda: 1.0, [], tf.float32),
            "other type": lambda: p(lambda a: tf.cast(a, tf.int32), [x], tf.float32),
            "fewer": lambda: p(lambda a: [a], [x], [tf.float32, tf.float32]),
            "more": lambda: p(lambda a: [a, a], [x], [tf.float32]),
            "more for one": lambda: p(lambda a: [a, a], [x], tf.float32),
            "list for one": lambda: p(lambda a: [a], [x], tf.float32),
            "one for list of two": lambda: p(lambda a: a, [x], [tf.float32, tf.float32]),
            "dict": lambda: p(lambda a: {"a": a}, [x], tf.float32),
            "nested": lambda: p(lambda a: [[a, a]], [x], [tf.float32]),
            "spec": lambda: p(lambda a: a, [x], tf.TensorSpec([2], tf.float32)),
            "spec list": lambda: p(lambda a: [a, 1], [x], [tf.TensorSpec([2]), tf.int32]),
            "spec other shape": lambda: p(lambda a: a, [x], tf.TensorSpec([3], tf.float32)),
            "dict Tout": lambda: p(lambda a: a, [x], {"a": tf.float32}),
            "variable input": lambda: p(lambda a: a * 2, [tf.Variable([1.0])], tf.float32),
            "python input": lambda: p(lambda a, b: a * b, [2.0, [3.0, 4.0]], tf.float32),
            "int input": lambda: p(lambda a: a + 1, [3], tf.int32),
            "nested input": lambda: p(lambda a: a, [[x, x]], tf.float32),
            "tensor as inp": lambda: p(lambda a, b: a + b, x, tf.float32),
            "dict as inp": lambda: p(lambda a: a, {"a": x}, tf.string),
            "none input": lambda: p(lambda a: 1.0, [None], tf.float32),
            "variable result": lambda: p(lambda a: tf.Variable(1.0), [x], tf.float32),
            "slices": lambda: p(lambda a: tf.IndexedSlices(a, [0, 1]), [x], tf.float32),
            "input identity": lambda: p(lambda a: a is x, [x], tf.bool),
            "input type": lambda: p(lambda a: type(a).__name__, [x], tf.string),
            "not callable": lambda: p(1, [x], tf.float32),
            "no Tout": lambda: p(lambda a: a, [x]),
            "no inp": lambda: p(lambda a: a, Tout=tf.float32),
            "wrong Tout": lambda: p(lambda a: a, [x], "abc"),
            "wrong arity": lambda: p(lambda: 1, [x], tf.float32),
            "decorator": lambda: p(Tout=tf.float32)(lambda a: a * 3)(x),
            "decorator list": lambda: tf.py_function(Tout=[tf.float32], name="some")(unpacked)(
                x, x
            ),
            "decorator inp": lambda: p(inp=[x], Tout=tf.float32),
            "empty tensor": lambda: p(lambda a: a + 1, [tf.zeros([0, 2])], tf.float32),
        }
    )


@exact_message
def without_tout(tf: Any) -> Any:
    return tf.py_function(abs, [1.0])


@exact_message
def without_inp(tf: Any) -> Any:
    return tf.py_function(abs, Tout=tf.float32)


@exact_message
def decorator_with_inp(tf: Any) -> Any:
    return tf.py_function(inp=[1.0], Tout=tf.float32)


@exact_message
def numpy_without_tout(tf: Any) -> Any:
    return tf.numpy_function(abs, [1.0])


def errors(tf: Any) -> Any:
    """What becomes of an exception in the function."""

    def raising(error: Any) -> Any:
        def function(a: Any) -> Any:
            raise error

        return function

    kinds = [
        ValueError("a"),
        TypeError("a"),
        KeyError("a"),
        IndexError("a"),
        StopIteration("a"),
        NotImplementedError("a"),
        RuntimeError("a"),
        MemoryError("a"),
        ZeroDivisionError("a"),
        AssertionError("a"),
        AttributeError("a"),
        tf.errors.InvalidArgumentError(None, None, "a"),
        tf.errors.OutOfRangeError(None, None, "a"),
        tf.errors.NotFoundError(None, None, "a"),
    ]
    x = tf.constant(1.0)
    collected = {}
    for kind in kinds:
        for name, function in (("py", tf.py_function), ("numpy", tf.numpy_function)):
            error = attempt(function, raising(kind), [x], tf.float32)
            collected[f"{name} {type(kind).__name__}"] = type(error).__name__
    return collected


def gradients(tf: Any) -> Any:
    x, v = tf.constant([1.0, 2.0]), tf.Variable([0.5, 3.0])
    p = tf.py_function
    programs = {
        "one": lambda: p(lambda a: a**3, [x], tf.float32),
        "variable as input": lambda: p(lambda a, b: a * b, [x, v], tf.float32),
        "variable inside": lambda: p(lambda a: a * v, [x], tf.float32),
        "only a variable inside": lambda: p(lambda: v * v, [], tf.float32),
        "tensor inside": lambda: p(lambda a: a * x, [v * 2], tf.float32),
        "two results": lambda: p(lambda a: (a * a, tf.sin(a)), [x], [tf.float32, tf.float32]),
        "second result": lambda: p(lambda a: (a * a, tf.sin(a)), [x], [tf.float32] * 2)[1],
        "identity": lambda: p(lambda a: a, [x], tf.float32),
        "around": lambda: tf.exp(p(lambda a: a * a, [tf.sin(x)], tf.float32)) * x,
        "twice": lambda: p(lambda a: p(lambda b: b * b, [a], tf.float32) * a, [x * v], tf.float32),
        "stop": lambda: p(lambda a: a * tf.stop_gradient(a), [x], tf.float32),
        "in a loop": lambda: tf.while_loop(
            lambda i, y: i < 3,
            lambda i, y: (i + 1, p(lambda a: a * a, [y], tf.float32)),
            (0, x),
        )[1],
        "complex": lambda: tf.abs(p(lambda a: a * a, [tf.complex(x, x)], tf.complex64)),
    }
    return _first_gradients(tf, programs, x, v)


def unconnected_gradients(tf: Any) -> Any:
    x, v = tf.constant([1.0, 2.0]), tf.Variable([0.5, 3.0])
    p = tf.py_function
    programs = {
        "integers": lambda: p(lambda a: tf.cast(a, tf.int32), [x], tf.int32),
        "numpy inside": lambda: p(lambda a: a.numpy() * 2, [x], tf.float32),
        "constant": lambda: p(lambda a: 1.0, [x], tf.float32),
        "unused": lambda: p(lambda a, b: a * a, [x, v], tf.float32),
    }
    return _first_gradients(tf, programs, x, v)


def _first_gradients(tf: Any, programs: dict[str, Any], x: Any, v: Any) -> Any:
    collected = {}
    for key, program in programs.items():
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = program()
        watched = len(tape.watched_variables())
        collected[key] = [y, attempt(tape.gradient, y, [x, v]), watched]
    return collected


def second_order(tf: Any) -> Any:
    x, v = tf.constant([1.0, 2.0]), tf.Variable([0.5, 3.0])
    p = tf.py_function
    programs = {
        "cube": lambda: p(lambda a: a**3, [x], tf.float32),
        "times": lambda: p(lambda a, b: a * a * b, [x, v], tf.float32),
        "linear": lambda: p(lambda a: a * 2, [x], tf.float32),
        "around": lambda: p(lambda a: a * a, [x * x], tf.float32) * x,
    }
    collected = {}
    for key, program in programs.items():
        with tf.GradientTape(persistent=True) as outer:
            outer.watch(x)
            with tf.GradientTape() as inner:
                inner.watch(x)
                y = program()
            first = inner.gradient(y, [x, v])
            weighted = [None if g is None else g * x for g in first]
        second = [g if g is None else _kind(attempt(outer.gradient, g, [x, v])) for g in first]
        third = [g if g is None else _kind(attempt(outer.gradient, g, [x, v])) for g in weighted]
        collected[key] = [first, second, third]
    return collected


def _kind(outcome: Any) -> Any:
    return type(outcome).__name__ if isinstance(outcome, Exception) else outcome


def persistent(tf: Any) -> Any:
    """The same gradient asked for twice."""
    x = tf.constant([1.0, 2.0])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = tf.py_function(lambda a: a**3, [x], tf.float32)
        z = y * 2
    return [_kind(attempt(tape.gradient, target, x)) for target in (y, y, z, [y, z])]


def tape_inside(tf: Any) -> Any:
    x = tf.constant([1.0, 2.0])
    seen = []

    def function(a: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(a)
            b = a**3
        seen.append(tape.gradient(b, a))
        return seen[-1]

    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.py_function(function, [x], tf.float32)
    return y, tape.gradient(y, x), seen


def side_effects(tf: Any) -> Any:
    v = tf.Variable(1.0)

    def function(a: Any) -> Any:
        print("called", a)
        v.assign_add(a)
        return v * 2

    with tf.GradientTape() as tape:
        y = tf.py_function(function, [tf.constant(2.0)], tf.float32)
    return y, v, tape.gradient(y, v)


def seen_by_outer_tapes(tf: Any) -> Any:
    """An outer tape is active while the function runs."""
    x = tf.constant(3.0)
    kept = []

    def function(a: Any) -> Any:
        kept.append((a, a * x))
        return a * 2

    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = tf.py_function(function, [x], tf.float32)
    a, ax = kept[0]
    return [y, tape.gradient(y, x), tape.gradient(ax, x), tape.gradient(ax, a)]


def numpy_values(tf: Any) -> Any:
    x = tf.constant([1.0, 2.0])
    p = tf.numpy_function
    return outcomes(
        {
            "one": lambda: p(lambda a: a * a, [x], tf.float32),
            "list": lambda: p(lambda a: a * a, [x], [tf.float32]),
            "two": lambda: p(lambda a, b: (a, a * b), [x, 2.0], [tf.float32, tf.float32]),
            "input type": lambda: p(lambda a: type(a).__name__, [x], tf.string),
            "input dtype": lambda: p(lambda a: str(a.dtype), [[1, 2]], tf.string),
            "scalar input": lambda: p(lambda a: str(type(a)), [tf.constant(1.0)], tf.string),
            "python": lambda: p(lambda a: 3, [x], tf.float32),
            "other type": lambda: p(lambda a: a.astype("int32"), [x], tf.float32),
            "float64": lambda: p(lambda a: np.float64(3), [x], tf.float32),
            "string": lambda: p(lambda a: "abc", [x], tf.string),
            "string input": lambda: p(lambda a: a, ["abc"], tf.string),
            "bytes array": lambda: p(lambda a: np.array([b"a", b"b"]), [x], tf.string),
            "none": lambda: p(lambda a: None, [x], []),
            "nothing": lambda: p(lambda a: [], [x], []),
            "nested": lambda: p(lambda a: [a, [a, a]], [x], [tf.float32] * 3),
            "dict": lambda: p(lambda a: {"b": a, "a": 1}, [x], [tf.float32] * 2),
            "list of one": lambda: p(lambda a: [a], [x], [tf.float32]),
            "tensor result": lambda: p(lambda a: tf.constant(a), [x], tf.float32),
            "more": lambda: p(lambda a: [a, a], [x], tf.float32),
            "variable": lambda: p(lambda a: a + 1, [tf.Variable([1.0])], tf.float32),
            "tensor as inp": lambda: p(lambda a, b: a + b, x, tf.float32),
            "none input": lambda: p(lambda a: 1.0, [None], tf.float32),
            "stateless": lambda: p(lambda a: a, [x], tf.float32, False, "some"),
            "not callable": lambda: p(1, [x], tf.float32),
            "no Tout": lambda: p(lambda a: a, [x]),
            "wrong Tout": lambda: p(lambda a: a, [x], "abc"),
            "no inp": lambda: p(lambda a: a, Tout=tf.float32),
            "wrong arity": lambda: p(lambda: 1, [x], tf.float32),
            "decorator": lambda: p(Tout=tf.float32)(lambda a: a * 3)(x),
            "decorator stateless": lambda: p(Tout=[tf.float32], stateful=False)(lambda a: a)(x),
            "no input": lambda: p(lambda: 1.0, [], tf.float32),
        }
    )


def numpy_gradients(tf: Any) -> Any:
    x, v = tf.constant([1.0, 2.0]), tf.Variable([1.0, 2.0])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = tf.numpy_function(lambda a, b: a * b, [x, v], tf.float32)
        z = y * x
    return [y, tape.gradient(y, [x, v]), tape.gradient(z, [x, v, y]), len(tape.watched_variables())]
