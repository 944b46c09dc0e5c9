"""Sums, means, extrema and products over segments, sorted and unsorted."""

from functools import partial

import numpy as np

from tests.parity.case_helpers.tables import COMPLEX, EVERY, gradients, of_dtype, outcomes, ramp

_SORTED = [f"segment_{kind}" for kind in "sum mean max min prod".split()]
_UNSORTED = [f"unsorted_segment_{kind}" for kind in "sum mean max min prod sqrt_n".split()]
_INF = float("inf")
_DATA = np.array([[1, 2], [5, 3], [-2, 4], [7, 0], [0, 6]], np.float32)

CASES = {}


def _case(kind, names):
    """Defines the case `kind/name` for each of `names`."""

    def add(function):
        for name in names:
            CASES[f"{kind}/{name}"] = partial(function, name=name)
        return function

    return add


def _function(tf, name):
    return getattr(tf.math, name)


# -- sorted -------------------------------------------------------------------------------------


@_case("dtypes", _SORTED)
def _dtypes(tf, name):
    function = _function(tf, name)
    values = [[1, 2], [5, 3], [2, 4]]
    return outcomes(
        {d: partial(lambda d: function(of_dtype(tf, values, d), [0, 0, 1]), d) for d in EVERY}
    )


@_case("ids", _SORTED)
def _ids(tf, name):
    function = _function(tf, name)
    ids = {
        "one each": [0, 1, 2, 3, 4],
        "all one": [0, 0, 0, 0, 0],
        "gap": [0, 0, 2, 2, 4],
        "first missing": [1, 1, 2, 2, 2],
        "not sorted": [0, 1, 0, 2, 2],
        "negative": [-1, 0, 0, 1, 1],
        "too few": [0, 1],
        "too many": [0, 0, 0, 0, 0, 1],
        "matrix": [[0], [0], [0], [1], [1]],
        "scalar": 0,
        "empty": [],
        "float": [0.0, 0.0, 1.0, 1.0, 1.0],
        "int64": np.array([0, 0, 1, 1, 1], np.int64),
        "int16": np.array([0, 0, 1, 1, 1], np.int16),
        "variable": tf.Variable([0, 0, 1, 1, 1]),
        "text": ["a"] * 5,
        "none": None,
    }
    rows = {key: partial(lambda i: function(_DATA, i), value) for key, value in ids.items()}
    rows["names"] = lambda: function(data=_DATA, segment_ids=[0, 0, 1, 1, 1], name="given")
    return outcomes(rows)


@_case("shapes", _SORTED)
def _shapes(tf, name):
    function = _function(tf, name)
    return outcomes(
        {
            "vector": lambda: function([1.0, 2.0, 4.0], [0, 0, 1]),
            "cube": lambda: function(ramp([3, 2, 2]), [0, 0, 2]),
            "scalar": lambda: function(1.0, 0),
            "empty": lambda: function(np.zeros([0, 2], np.float32), np.zeros([0], np.int32)),
            "empty rows": lambda: function(np.zeros([2, 0], np.float32), [0, 1]),
            "integers": lambda: function([1, 2, 4, -7], [0, 0, 1, 1]),
            "variable": lambda: function(tf.Variable([1.0, 2.0]), [0, 0]),
            "special": lambda: function([_INF, 1.0, _INF, -_INF, -_INF], [0, 0, 1, 1, 2]),
        }
    )


@_case("gradient", _SORTED)
def _gradient(tf, name):
    function = _function(tf, name)
    points = {
        "distinct": [1.0, 3.0, -2.0, 0.5, 4.0],
        "ties": [2.0, 2.0, 1.0, 1.0, 1.0],
        "zero": [0.0, 3.0, 2.0, 0.0, 0.0],
        "inf": [-_INF, 3.0, _INF, 1.0, 2.0],
    }
    rows = {}
    for at, point in points.items():
        for ids in ([0, 0, 1, 1, 1], [0, 0, 2, 2, 2]):
            rows[f"{at} {ids}"] = partial(
                lambda p, i: gradients(tf, lambda x: function(x, i) * 1.0, p), point, ids
            )
    rows["matrix"] = lambda: gradients(tf, lambda x: function(x, [0, 0, 1, 1, 3]) * 1.0, _DATA)
    return outcomes(rows)


@_case("gradient dtypes", [*_SORTED, *_UNSORTED])
def _gradient_dtypes(tf, name):
    function = _function(tf, name)
    more = (3,) if name in _UNSORTED else ()

    def row(dtype):
        x = ramp([3, 2], dtype)
        return gradients(tf, lambda x: function(x, [0, 0, 1], *more) * np.ones(2, dtype), x)

    return outcomes({dtype: partial(row, dtype) for dtype in ("float64", *COMPLEX)})


# -- unsorted -----------------------------------------------------------------------------------


@_case("dtypes", _UNSORTED)
def _unsorted_dtypes(tf, name):
    function = _function(tf, name)
    values = [[1, 2], [5, 3], [2, 4]]
    dtypes = EVERY[:-1] if name.endswith(("mean", "sqrt_n")) else EVERY
    return outcomes(
        {d: partial(lambda d: function(of_dtype(tf, values, d), [1, 0, 1], 3), d) for d in dtypes}
    )


@_case("ids", _UNSORTED)
def _unsorted_ids(tf, name):
    function = _function(tf, name)
    ids = {
        "one each": [4, 1, 3, 0, 2],
        "all one": [1, 1, 1, 1, 1],
        "negative": [-1, 0, -5, 1, 1],
        "too large": [0, 5, 1, 1, 1],
        "too few": [0, 1],
        "too many": [0, 0, 0, 0, 0, 1],
        "as the data": [[0, 1], [1, 0], [2, 2], [0, 3], [3, -1]],
        "other matrix": [[0], [0], [0], [1], [1]],
        "scalar": 2,
        "empty": [],
        "float": [0.0, 0.0, 1.0, 1.0, 1.0],
        "int64": np.array([0, 3, 1, 1, 1], np.int64),
        "int16": np.array([0, 3, 1, 1, 1], np.int16),
        "variable": tf.Variable([0, 0, 3, 1, 1]),
        "none": None,
    }
    rows = {key: partial(lambda i: function(_DATA, i, 5), value) for key, value in ids.items()}
    rows["names"] = lambda: function(
        data=_DATA, segment_ids=[0, 0, 1, 1, 1], num_segments=2, name="given"
    )
    return outcomes(rows)


@_case("num_segments", _UNSORTED)
def _num_segments(tf, name):
    function = _function(tf, name)
    numbers = {
        "more": 4,
        "exact": 2,
        "fewer": 1,
        "none at all": 0,
        "negative": -1,
        "tensor": tf.constant(3),
        "int64": tf.constant(3, tf.int64),
        "vector": [3],
        "float": 3.0,
        "none": None,
        "variable": tf.Variable(3),
        "numpy": np.int64(3),
    }
    return outcomes(
        {
            key: partial(lambda n: function([1.0, 2.0, 4.0], [1, 0, 1], n), value)
            for key, value in numbers.items()
        }
    )


@_case("shapes", _UNSORTED)
def _unsorted_shapes(tf, name):
    function = _function(tf, name)
    return outcomes(
        {
            "cube": lambda: function(ramp([3, 2, 2]), [2, 0, 2], 3),
            "cube, two axes": lambda: function(ramp([3, 2, 2]), [[2, 0], [1, 1], [-1, 2]], 3),
            "scalar": lambda: function(1.0, 0, 2),
            "empty": lambda: function(np.zeros([0, 2], np.float32), np.zeros([0], np.int32), 2),
            "integers": lambda: function([1, 2, 4, -7], [0, 3, 1, 1], 5),
            "special": lambda: function([_INF, 1.0, _INF, -_INF, -1.0], [0, 0, 1, 1, 2], 4),
        }
    )


@_case("gradient", _UNSORTED)
def _unsorted_gradient(tf, name):
    function = _function(tf, name)
    points = {
        "distinct": [1.0, 3.0, -2.0, 0.5, 4.0],
        "ties": [2.0, 2.0, 1.0, 1.0, 1.0],
        "zero": [0.0, 3.0, 2.0, 0.0, 0.0],
        "inf": [-_INF, 3.0, _INF, 1.0, 2.0],
    }
    rows = {}
    for at, point in points.items():
        for ids in ([1, 0, 1, 0, 0], [2, 2, -1, 0, 0]):
            rows[f"{at} {ids}"] = partial(
                lambda p, i: gradients(tf, lambda x: function(x, i, 3) * 1.0, p), point, ids
            )
    rows["matrix"] = lambda: gradients(tf, lambda x: function(x, [0, 2, 0, -1, 2], 4) * 1.0, _DATA)
    rows["two axes"] = lambda: gradients(
        tf, lambda x: function(x, [[0, 1], [1, 0], [-1, 2], [0, 0], [2, 2]], 4) * 1.0, _DATA
    )
    return outcomes(rows)


@_case("variable", [*_SORTED, *_UNSORTED])
def _variable(tf, name):
    v = tf.Variable([1.0, 2.0, 4.0])
    more = (2,) if name in _UNSORTED else ()
    with tf.GradientTape() as tape:
        y = _function(tf, name)(v, [0, 0, 1], *more)
        z = y * y
    return tape.gradient(z, [v, y])
