"""Running sums, products and log-sums: `tf.cumsum`, `tf.math.cumprod` and others."""

from functools import partial

import numpy as np

from tests.parity.case_helpers.tables import COMPLEX, EVERY, gradients, of_dtype, outcomes, ramp
from tests.parity.harness import tolerance

_NAMES = "cumsum cumprod cumulative_logsumexp".split()
_FLAGS = [(False, False), (True, False), (False, True), (True, True)]
_INF, _NAN = float("inf"), float("nan")

CASES = {}


def _case(kind):
    """Defines the case `kind/name` for each scan."""

    def add(function):
        for name in _NAMES:
            case = partial(function, name=name)
            if name == "cumulative_logsumexp":
                case = tolerance(1e-5, 2e-6)(case)
            CASES[f"{kind}/{name}"] = case
        return function

    return add


def in_both_namespaces(tf):
    """`tf.cumsum` is `tf.math.cumsum`; the others are in `tf.math` alone."""
    return tf.cumsum is tf.math.cumsum, hasattr(tf, "cumprod")


@_case("dtypes")
def _dtypes(tf, name):
    function = getattr(tf.math, name)
    values = [[1, 2, 5], [3, 2, 0]]
    return outcomes({d: partial(lambda d: function(of_dtype(tf, values, d)), d) for d in EVERY})


@_case("integers")
def _integers(tf, name):
    function = getattr(tf.math, name)
    rows = {
        "int8": np.array([100, 100, 100], np.int8),
        "uint8": np.array([200, 100, 3], np.uint8),
        "int32": np.array([2**31 - 1, 2, 3], np.int32),
        "uint32": np.array([2**32 - 1, 2, 3], np.uint32),
        "uint64": np.array([2**64 - 1, 2, 3], np.uint64),
        "int64": np.array([2**63 - 1, 2, 3], np.int64),
    }
    return outcomes({key: partial(function, x, exclusive=True) for key, x in rows.items()})


@_case("flags")
def _flags(tf, name):
    function = getattr(tf.math, name)
    x = ramp([2, 3], start=-1.0)
    rows = {
        f"axis {axis} exclusive {exclusive} reverse {reverse}": partial(
            function, x, axis, exclusive, reverse
        )
        for axis in (0, 1, -1, -2)
        for exclusive, reverse in _FLAGS
    }
    rows["one element"] = lambda: function([2.0], exclusive=True)
    rows["empty"] = lambda: function(np.zeros([0, 2]), 0, True, True)
    rows["empty, other axis"] = lambda: function(np.zeros([0, 2]), 1, True)
    rows["cube"] = lambda: function(ramp([2, 2, 2]), 1, reverse=True)
    rows["numbers for flags"] = lambda: function(x, 0, 1, 0)
    rows["text for a flag"] = lambda: function(x, 0, "yes")
    rows["none for a flag"] = lambda: function(x, 0, None)
    return outcomes(rows)


@_case("axes")
def _axes(tf, name):
    function = getattr(tf.math, name)
    x = ramp([2, 3])
    axes = {
        "tensor": tf.constant(1),
        "int64": tf.constant(1, tf.int64),
        "array": np.array(1),
        "numpy": np.int64(-1),
        "variable": tf.Variable(1),
        "vector of one": tf.constant([1]),
        "list of one": [1],
        "list": [0, 1],
        "empty": [],
        "int16": tf.constant(1, tf.int16),
        "float": 1.0,
        "none": None,
        "text": "a",
        "boolean": True,
        "too large": 2,
        "too small": -3,
    }
    rows = {key: partial(lambda a: function(x, a), axis) for key, axis in axes.items()}
    rows["of a scalar"] = lambda: function(1.0)
    rows["of a scalar, -1"] = lambda: function(1.0, -1)
    return outcomes(rows)


@_case("kinds")
def _kinds(tf, name):
    function = getattr(tf.math, name)
    values = {
        "list": [1.0, 2.0, 3.0],
        "integers": [1, 2, 3],
        "array": np.array([1.0, 2.0, 3.0]),
        "variable": tf.Variable([1.0, 2.0, 3.0]),
        "tensors": [tf.constant(1.0), 2.0],
        "text": "a",
        "none": None,
        "ragged": [[1.0], [1.0, 2.0]],
    }
    rows = {key: partial(function, value) for key, value in values.items()}
    rows["keywords"] = lambda: function(
        x=[1.0, 2.0], axis=0, exclusive=True, reverse=True, name="given"
    )
    return outcomes(rows)


@_case("special")
def _special(tf, name):
    function = getattr(tf.math, name)
    rows = {}
    for values in (
        [1.0, _INF, 2.0],
        [-_INF, 1.0, 2.0],
        [-_INF, -_INF, -_INF],
        [_INF, -_INF, 0.0],
        [0.0, -0.0, 1.0],
        [-500.0, 500.0, -500.0],
    ):
        for exclusive, reverse in _FLAGS[:1] + _FLAGS[3:]:
            rows[f"{values} {exclusive}"] = partial(function, values, 0, exclusive, reverse)
    if name != "cumulative_logsumexp":
        rows["nan"] = partial(function, [1.0, _NAN, 2.0])
    return outcomes(rows)


@_case("gradient")
def _gradient(tf, name):
    function = getattr(tf.math, name)
    points = {
        "distinct": [[1.0, -2.0, 0.5], [3.0, 0.25, 2.0]],
        "zero": [[1.0, 0.0, 0.5], [0.0, 0.25, 0.0]],
        "inf": [[1.0, -_INF, 0.5], [_INF, 0.25, 2.0]],
    }
    rows = {}
    for at, point in points.items():
        for axis in (0, -1):
            for exclusive, reverse in _FLAGS:
                rows[f"{at} axis {axis} exclusive {exclusive} reverse {reverse}"] = partial(
                    lambda p, *a: gradients(tf, lambda x: function(x, *a), p),
                    point,
                    axis,
                    exclusive,
                    reverse,
                )
    return outcomes(rows)


@_case("gradient upstream")
def _gradient_upstream(tf, name):
    """Upstream gradients of both signs, and zero."""
    function = getattr(tf.math, name)
    x = tf.constant([1.0, -2.0, 0.5, 3.0])
    rows = {}
    for exclusive, reverse in _FLAGS:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = function(x, 0, exclusive, reverse)
            z = y * tf.constant([1.0, -2.0, 0.0, 3.0])
        rows[f"{exclusive} {reverse}"] = partial(tape.gradient, z, x)
    return outcomes(rows)


@_case("gradient dtypes")
def _gradient_dtypes(tf, name):
    function = getattr(tf.math, name)
    return outcomes(
        {
            dtype: partial(
                lambda x: gradients(tf, lambda x: function(x, 1, True), x), ramp([2, 3], dtype)
            )
            for dtype in ("float64", *COMPLEX)
        }
    )


@_case("variable")
def _variable(tf, name):
    v = tf.Variable([[1.0, 2.0], [3.0, 4.0]])
    with tf.GradientTape() as outer:
        with tf.GradientTape(persistent=True) as inner:
            y = getattr(tf.math, name)(v, 1)
            z = y * y
        first = inner.gradient(z, [v, y])
    return first, outer.gradient(first[0], v)
