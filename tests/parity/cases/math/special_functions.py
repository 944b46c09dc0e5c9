"""Special functions: values, gradients, types, arguments."""

import numpy as np

from tests.parity.case_helpers.elements import (
    arguments_of_one,
    arguments_of_two,
    brief,
    gradients,
    gradients_of_one,
    gradients_of_two,
    values_of_one,
    values_of_two,
)
from tests.parity.harness import attempt, tolerance

_ONE = (
    "bessel_i0 bessel_i0e bessel_i1 bessel_i1e digamma erf erfc erfcinv erfinv lgamma ndtri".split()
)
_SPECIAL = (
    "bessel_j0 bessel_j1 bessel_k0 bessel_k0e bessel_k1 bessel_k1e bessel_y0 bessel_y1 dawsn expint"
    " fresnel_cos fresnel_sin spence".split()
)
_PRODUCTS = "xdivy xlog1py xlogy".split()
_GAMMA = "igamma igammac polygamma zeta".split()
_REAL = ("float32", "float64")
_POSITIVE = [0.25, 0.5, 1, 1.5, 2.5, 4, 10]
_INSIDE = [-1, -0.9, -0.5, 0, 0.3, 0.99, 1]

CASES = {}
for _name in _ONE:
    # TensorFlow's erf of infinity is NaN in float64.
    _at = _INSIDE if _name in ("erf", "erfinv") else None
    CASES[f"{_name} values"] = values_of_one(f"math.{_name}", at=_at)
    CASES[f"{_name} gradients"] = gradients_of_one(f"math.{_name}", _REAL, _at)
    CASES[f"{_name} arguments"] = arguments_of_one(f"math.{_name}")
for _name in _PRODUCTS:
    CASES[f"{_name} values"] = values_of_two(f"math.{_name}")
    CASES[f"{_name} gradients"] = gradients_of_two(f"math.{_name}")
    CASES[f"{_name} arguments"] = arguments_of_two(f"math.{_name}")
for _name in _SPECIAL:
    CASES[f"{_name} values"] = values_of_one(f"math.special.{_name}")
    CASES[f"{_name} gradients"] = gradients_of_one(f"math.special.{_name}", _REAL)
    CASES[f"{_name} arguments"] = arguments_of_one(f"math.special.{_name}")
# Differences of nearly equal numbers, near 0 or far out.
for _name in "bessel_i1e bessel_j1 bessel_k0e bessel_k1e dawsn".split():
    CASES[f"{_name} gradients"] = tolerance(rtol=1e-3)(CASES[f"{_name} gradients"])


def _on_positive(name):
    def case(tf):
        f = getattr(tf.math, name)
        results = {}
        for dtype in ("float32", "float64"):
            a = np.array([1.0, 2.0, 3.0, 5.0]) if name == "polygamma" else np.array([1.5, 2.0, 7.5])
            a = tf.constant(np.repeat(a, len(_POSITIVE)).astype(dtype))
            x = tf.constant(np.tile(_POSITIVE, len(a) // len(_POSITIVE)).astype(dtype))
            results[dtype] = gradients(tf, lambda x, a=a: f(a, x), x)
        return results

    return tolerance(rtol=1e-4)(case)


def _types(name):
    def case(tf):
        f = getattr(tf.math, name)
        one = np.array([1.0, 2.0])
        types = "float16 bfloat16 float32 float64 int32 uint8 complex64 bool".split()
        kinds = [tf.constant(one.astype(tf.as_dtype(t).as_numpy_dtype)) for t in types]
        rows = [
            (1.0, 2.0),
            (1.0, [2.0, 3.0]),
            ([[1.0], [2.0]], [2.0, 3.0, 4.0]),
            (tf.Variable(1.0), 2.0),
            (1.0, tf.Variable(2.0)),
            ([], []),
            ([1.0, 2.0], [1.0, 2.0, 3.0]),
            (1.0, None),
            (tf.constant(1.0), tf.constant(2.0, tf.float64)),
            (float("nan"), 1.0),
            (1.0, float("nan")),
            (0.0, 1.0),
            (0.0, 2.5),
            (-1.0, 2.0),
            (1.5, 2.0),
        ]
        return [brief(attempt(f, kind, kind)) for kind in kinds] + [
            brief(attempt(f, *row)) for row in rows
        ]

    return tolerance(rtol=1e-5)(case)


for _name in _GAMMA:
    CASES[f"{_name} gradients"] = _on_positive(_name)
    CASES[f"{_name} types"] = _types(_name)


@tolerance(rtol=1e-5)
def lbeta(tf):
    f = tf.math.lbeta
    x = tf.constant([[1.0, 2.0, 3.0], [0.5, 0.5, 4.0]])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    rows = [[1.0, 2.0], [[1.0, 2.0]], np.array([1.5, 2.5]), tf.Variable([1.0, 3.0]), [1.0], []]
    rows += [1.0, [1, 2], None, tf.constant([1.0], tf.float16)]
    return y, tape.gradient(y, x), [brief(attempt(f, row)) for row in rows], f(x=x, name="a")


def nextafter(tf):
    f = tf.math.nextafter
    x = tf.constant([0.0, 1.0, -1.0, float("inf"), float("nan")])
    rows = [
        (x, 2.0),
        (1.0, 2.0),
        (1, 2),
        (np.float64(1), 2.0),
        (np.float64(1), np.float64(2)),
        (tf.constant(1.0, tf.float64), 2.0),
        (1, tf.constant(2.0, tf.float64)),
        (tf.constant(1), 2),
        (1.0, tf.Variable(2.0)),
        (x, tf.constant(1.0, tf.float64)),
        (1.5, "a"),
    ]
    y = tf.constant([1.0, 2.0])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([x, y])
        z = f(y, x[1])
        w = f(x[:2], y)
    return (
        [brief(attempt(f, *row)) for row in rows],
        tape.gradient(z, [x, y]),
        tape.gradient(w, [x, y]),
    )
