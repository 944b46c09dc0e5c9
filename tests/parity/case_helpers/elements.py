"""Cases for element-wise functions: the points, and the functions evaluated at them."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from tests.parity.harness import attempt

FLOATS = "float16 bfloat16 float32 float64".split()
INTEGERS = "int8 int16 int32 int64 uint8 uint16 uint32 uint64".split()
COMPLEX = "complex64 complex128".split()
TYPES = [*FLOATS, *INTEGERS, *COMPLEX, "bool", "string"]

INF, NAN = float("inf"), float("nan")

# Points for functions of one real number.
REAL = [
    -INF,
    -30,
    -2.5,
    -1.5,
    -1,
    -0.5,
    -1e-3,
    -0.0,
    0,
    1e-3,
    0.3,
    0.5,
    1,
    1.5,
    2.5,
    4,
    30,
    INF,
    NAN,
]
FEW = [-2.5, -1, -0.5, 0, 0.3, 0.5, 1, 1.5, 4, INF, NAN]
PLANE = [0, 1, -1, 1j, -1j, 1 + 2j, -0.5 - 0.3j, 2, -2, 0.25 - 3j, 1e-3j]

# Points for functions of two numbers.
LEFT = [-2.5, -1, -0.0, 0, 0.5, 1, 3, INF, NAN]
RIGHT = [-2, -0.5, 0, 1, 3, -INF, NAN]
PLANE_LEFT = [0, 1 + 2j, -0.5j, -2]
PLANE_RIGHT = [1, -1.5 + 1j, 2j]


def _limits(dtype: str) -> tuple[int, int]:
    limits = np.iinfo(dtype)
    return int(limits.min), int(limits.max)


def points(dtype: str) -> list[Any]:
    """The points of a function of one number, for an element type."""
    if dtype in COMPLEX:
        return PLANE
    if dtype in INTEGERS:
        low, high = _limits(dtype)
        return sorted({low, max(low, -3), max(low, -1), 0, 1, 2, 5, high // 2 + 1, high})
    if dtype == "bool":
        return [True, False]
    if dtype == "string":
        return ["a", ""]
    return REAL if dtype == "float32" else FEW


def pairs(dtype: str, zero: bool = True) -> tuple[list[Any], list[Any]]:
    """The points of a function of two numbers; 0 is among the second ones if `zero`."""
    left: list[Any]
    right: list[Any]
    if dtype in COMPLEX:
        left, right = PLANE_LEFT, PLANE_RIGHT
    elif dtype in INTEGERS:
        low, high = _limits(dtype)
        left = sorted({low, max(low, -7), 0, 3, 11, high // 2 + 1, high})
        right = sorted({max(low, -3), 0, 2, 5, high // 2 + 2, high})
    elif dtype == "bool":
        left, right = [True, False], [True, False]
    elif dtype == "string":
        left, right = ["a", ""], ["b", "a"]
    else:
        left, right = LEFT, RIGHT
        if dtype != "float32":
            left, right = left[1::2], right[::2]
    right = [y for y in right if zero or not isinstance(y, (int, float)) or y != 0]
    return [x for x in left for _ in right], [y for _ in left for y in right]


def constant(tf: Any, values: Any, dtype: str) -> Any:
    """A tensor made through NumPy, so that `tf.constant`'s own conversions play no part."""
    if dtype == "string":
        return tf.constant(values)
    kind = tf.as_dtype(dtype).as_numpy_dtype
    if dtype in INTEGERS:
        return tf.constant(np.array(values, kind))
    return tf.constant(np.array(values).astype(kind))


def brief(outcome: Any) -> Any:
    """The result; for an exception its type and the beginning of its message."""
    if not isinstance(outcome, Exception):
        return outcome
    kind = type(outcome).__name__
    # These messages list TensorFlow's kernels or name paths of the machine.
    return kind if kind in ("NotFoundError", "AttributeError") else f"{kind}: {str(outcome)[:48]}"


def named(tf: Any, name: str) -> Callable[..., Any]:
    """The function that the framework calls `name`, such as "math.exp"."""
    return functools.reduce(getattr, name.split("."), tf)


def values_of_one(name: str, types: Iterable[str] = TYPES, at: Any = None) -> Callable[[Any], Any]:
    """A case: the function at all points, for all element types."""

    def case(tf: Any) -> Any:
        f = named(tf, name)
        outcomes = {}
        for d in types:
            x = points(d) if at is None or d not in FLOATS else at
            outcomes[d] = brief(attempt(f, constant(tf, x, d)))
        return outcomes

    return case


def values_of_two(
    name: str, types: Iterable[str] = TYPES, zero: bool = True, integers: bool = True
) -> Callable[[Any], Any]:
    """A case: the function at all pairs of points, for all element types."""

    def case(tf: Any) -> Any:
        f = named(tf, name)
        outcomes = {}
        for d in types:
            x, y = pairs(d, zero or d not in INTEGERS)
            outcomes[d] = brief(attempt(f, constant(tf, x, d), constant(tf, y, d)))
        return outcomes

    return case


def gradients(tf: Any, f: Callable[..., Any], *arguments: Any, seed_zero: bool = True) -> Any:
    """Value, first and second gradients of `f`, and the gradients for an upstream of zeros.

    The second gradients are also taken by the value: they show whether the first depend on it.
    """
    with tf.GradientTape(persistent=True) as outer:
        outer.watch(arguments)
        with tf.GradientTape(persistent=True) as inner:
            inner.watch(arguments)
            y = f(*arguments)
        first = inner.gradient(y, list(arguments))
    sources = [*arguments, y]
    second = [None if g is None else brief(attempt(outer.gradient, g, sources)) for g in first]
    nothing = None
    if seed_zero:
        nothing = inner.gradient(
            y, list(arguments), output_gradients=constant(tf, np.zeros(y.shape), y.dtype.name)
        )
    return {"value": y, "first": first, "second": second, "of zeros": nothing}


def gradients_of_one(
    name: str, types: Iterable[str] = ("float32", "float64", "complex64"), at: Any = None
) -> Callable[[Any], Any]:
    """A case: gradients of the function at all points."""

    def case(tf: Any) -> Any:
        f = named(tf, name)
        outcomes = {}
        for d in types:
            x = constant(tf, points(d) if at is None else at, d)
            outcomes[d] = brief(attempt(gradients, tf, f, x))
        return outcomes

    return case


def gradients_of_two(
    name: str, types: Iterable[str] = ("float32", "float64", "complex64")
) -> Callable[[Any], Any]:
    """A case: gradients of the function at all pairs of points, and where shapes broadcast."""

    def case(tf: Any) -> Any:
        f = named(tf, name)
        outcomes = {}
        for d in types:
            x, y = pairs(d)
            outcomes[d] = brief(attempt(gradients, tf, f, constant(tf, x, d), constant(tf, y, d)))
        d = next(iter(types))
        for one, other in (((2, 1), (3,)), ((), (2,)), ((0, 1), (1, 3)), ((1, 2, 1), (2, 1, 3))):
            x = constant(tf, np.linspace(0.5, 2, int(np.prod(one))).reshape(one), d)
            y = constant(tf, np.linspace(1.2, 3, int(np.prod(other))).reshape(other), d)
            outcomes[f"{one} {other}"] = brief(attempt(gradients, tf, f, x, y, seed_zero=False))
        return outcomes

    return case


def arguments_of_one(name: str, value: Any = 0.5, parameter: str = "x") -> Callable[[Any], Any]:
    """A case: the function with arguments of many types."""

    def case(tf: Any) -> Any:
        f = named(tf, name)
        kinds = [
            value,
            [value, value],
            [[value], [value]],
            [],
            np.float64(value),
            np.full((2, 1), value, np.float32),
            np.zeros((2, 0, 3), np.float32),
            tf.Variable(value),
            tf.constant([value]),
            [tf.constant(value), value],
            1,
            True,
            "a",
            None,
            [1.0, "a"],
            [[1.0], [1.0, 2.0]],
            object,
        ]
        outcomes = [brief(attempt(f, kind)) for kind in kinds[:-1]]
        return {
            "kinds": outcomes,
            "named": brief(attempt(f, value, name="some")),
            "by keyword": brief(attempt(f, **{parameter: value})),
            "none": type(attempt(f)).__name__,
            "tracked": _tracked(tf, f, tf.constant(value)),
        }

    return case


def _tracked(tf: Any, f: Callable[..., Any], *arguments: Any) -> Any:
    """Gradients by the result, by the arguments, and by variables in the place of the arguments."""

    def run() -> Any:
        variables = [tf.Variable(x) for x in arguments]
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(arguments)
            y = f(*arguments)
            z = y * y
            w = f(*variables) * 2
        return tape.gradient(z, [y, *arguments]), tape.gradient(w, variables)

    return brief(attempt(run))


def arguments_of_two(
    name: str, value: Any = 0.5, parameters: tuple[str, str] = ("x", "y")
) -> Callable[[Any], Any]:
    """A case: the function with pairs of arguments of many types."""

    def case(tf: Any) -> Any:
        f = named(tf, name)
        real, whole = tf.constant(value), tf.constant(3)
        rows: list[tuple[Any, Any]] = [
            (real, value),
            (value, real),
            (real, 2),
            (2, real),
            (real, whole),
            (whole, real),
            (whole, 1.5),
            (1.5, whole),
            (whole, 2),
            (1, 2.5),
            (2.5, 1),
            (value, value),
            (real, np.float64(value)),
            (np.float64(value), real),
            (np.float64(value), value),
            (value, np.float64(value)),
            (real, np.int64(2)),
            (tf.Variable(value), value),
            (value, tf.Variable(value)),
            (tf.Variable(value), whole),
            (tf.Variable([value]), np.array([value])),
            (real, tf.constant(value, tf.float64)),
            ([value, value], real),
            (real, [value, value]),
            ([real, value], value),
            ([value, value], [value, value, value]),
            ([[value], [value]], [value, value, value]),
            ([], []),
            ([], [value]),
            (real, None),
            (None, real),
            (real, True),
            (True, real),
            (real, "a"),
            ("a", real),
            (real, [1.0, "a"]),
            (real, 1e300),
            (real, 2**40),
            (tf.constant(3, tf.uint8), 300),
            (tf.constant(3, tf.int8), -200),
            (real, 1j),
            (tf.constant(1j), real),
            (tf.constant(1j), value),
        ]
        return {
            "kinds": [brief(attempt(f, x, y)) for x, y in rows],
            "named": brief(attempt(f, value, value, name="some")),
            "by keyword": brief(attempt(f, **dict.fromkeys(parameters, value))),
            "missing": type(attempt(f, value)).__name__,
            "tracked": _tracked(tf, f, tf.constant(value), tf.constant(value * 1.5)),
            "one of two": _one_of_two(tf, f, value),
        }

    return case


def _one_of_two(tf: Any, f: Callable[..., Any], value: Any) -> Any:
    """Gradients when only one of the arguments is watched."""

    def run() -> Any:
        x, y = tf.constant(value), tf.constant(value * 1.5)
        outcomes = []
        for watched in (x, y):
            with tf.GradientTape(persistent=True) as tape:
                tape.watch(watched)
                z = f(x, y)
            outcomes.append(tape.gradient(z, [x, y]))
        return outcomes

    return brief(attempt(run))
