"""Reductions: `tf.reduce_*`, `tf.argmax`, `tf.argmin`, counts and fractions."""

from functools import partial

import numpy as np

from tests.parity.case_helpers.tables import COMPLEX, EVERY, gradients, of_dtype, outcomes, ramp
from tests.parity.harness import attempt, tolerance

_NUMERIC = "reduce_sum reduce_mean reduce_max reduce_min reduce_prod".split()
_FLOATING = "reduce_logsumexp reduce_std reduce_variance reduce_euclidean_norm".split()
_LOGICAL = "reduce_any reduce_all".split()
_ARG = "argmax argmin".split()
_REDUCE = [*_NUMERIC, *_FLOATING, *_LOGICAL]
_ALL = [*_REDUCE, *_ARG, "count_nonzero"]

_INF, _NAN = float("inf"), float("nan")
_CUBE = np.array([[[3, 1], [2, 3], [0, -1]], [[2, 2], [-3, 1], [3, 0]]], np.float32)


def _cube(tf, name):
    return tf.constant(_CUBE > 0 if name in _LOGICAL else _CUBE)


def _function(tf, name):
    return getattr(tf.math, name)


CASES = {}


def _case(kind, names):
    """Defines the case `kind/name` for each of `names`."""

    def add(function):
        for name in names:
            case = partial(function, name=name)
            if name in _FLOATING and ("gradient" in kind or kind == "hessian"):
                # Second gradients of these are small differences of large numbers.
                case = tolerance(1e-4, 1e-6)(case)
            CASES[f"{kind}/{name}"] = case
        return function

    return add


def in_both_namespaces(tf):
    """The same function stands in `tf` and in `tf.math`, where TensorFlow has it in both."""
    return {
        name: (hasattr(tf, name), getattr(tf, name, None) is getattr(tf.math, name))
        for name in [*_NUMERIC, *_LOGICAL, "reduce_logsumexp", "argmax", "argmin"]
    }


@_case("dtypes", _ALL)
def _dtypes(tf, name):
    function = _function(tf, name)
    values = [[1, 2, 5], [3, 2, 0]]
    return outcomes(
        {dtype: partial(lambda d: function(of_dtype(tf, values, d), 1), dtype) for dtype in EVERY}
    )


@_case("axes", _ALL)
def _axes(tf, name):
    x = _cube(tf, name)
    axes = {
        "none": None,
        "0": 0,
        "-1": -1,
        "1": 1,
        "list": [0, 2],
        "unsorted": [2, 0],
        "tuple": (1,),
        "all": [0, 1, 2],
        "empty": [],
        "empty tuple": (),
        "tensor": tf.constant([0, 1]),
        "scalar tensor": tf.constant(1),
        "int64 tensor": tf.constant([-1], tf.int64),
        "int16 tensor": tf.constant(1, tf.int16),
        "int8 tensor": tf.constant(1, tf.int8),
        "float tensor": tf.constant(1.0),
        "variable": tf.Variable([1, 2]),
        "array": np.array([0, 1]),
        "int64 array": np.array([0, 1], np.int64),
        "numpy integer": np.int32(2),
        "numpy int64": np.int64(2),
        "list of tensors": [tf.constant(0), 1],
        "range": range(2),
        "twice": [0, 0],
        "twice, once negative": [0, -3],
        "too large": 3,
        "too small": -4,
        "one too large": [0, 5],
        "float": 1.0,
        "floats": [0.0],
        "text": "a",
        "boolean": True,
        "nested": [[0]],
        "nested pair": [[0, 1]],
        "mapping": {},
    }
    function = _function(tf, name)
    return outcomes({key: partial(lambda a: function(x, a), axis) for key, axis in axes.items()})


@_case("keepdims", [*_REDUCE, "count_nonzero"])
def _keepdims(tf, name):
    x = _cube(tf, name)
    function = _function(tf, name)
    rows = {
        f"axis {axis} keepdims {keepdims!r}": partial(
            lambda a, k: function(x, axis=a, keepdims=k), axis, keepdims
        )
        for axis in (None, 0, [0, -1], [])
        for keepdims in (True, False)
    }
    for value in (None, 1, 0, "yes", "", [], np.True_):
        rows[repr(value)] = partial(function, x, 1, value)
    rows["tensor"] = lambda: function(x, 1, tf.constant(True))
    return outcomes(rows)


@_case("empty", _ALL)
def _empty(tf, name):
    function = _function(tf, name)
    dtypes = ["bool"] if name in _LOGICAL else ["float32", "int32"]
    rows = {}
    for dtype in dtypes:
        for shape, axis in (
            ([0], None),
            ([0], 0),
            ([2, 0], None),
            ([2, 0], 0),
            ([2, 0], 1),
            ([0, 2], 0),
            ([0, 2], 1),
            ([2, 0], [0, 1]),
        ):
            x = tf.constant(np.zeros(shape, dtype))
            rows[f"{dtype} {shape} axis {axis}"] = partial(function, x, axis)
    rows["list"] = lambda: function([])
    return outcomes(rows)


@_case("scalar", _ALL)
def _scalar(tf, name):
    function = _function(tf, name)
    x = tf.constant(True if name in _LOGICAL else 3.0)
    return outcomes(
        {
            **{f"axis {axis}": partial(function, x, axis) for axis in (None, 0, -1, 1, [], [0])},
            "rank one": lambda: function(tf.reshape(x, [1])),
        }
    )


@_case("kinds", _ALL)
def _kinds(tf, name):
    function = _function(tf, name)
    truth = name in _LOGICAL
    numbers = [[True, False], [True, True]] if truth else [[1.5, 2.5], [0.0, 1.0]]
    values = {
        "list": numbers,
        "tuple": tuple(map(tuple, numbers)),
        "array": np.array(numbers),
        "small array": np.array(numbers, bool if truth else np.float32),
        "rows": [np.array(row) for row in numbers],
        "tensors": [tf.constant(row) for row in numbers],
        "variable": tf.Variable(numbers),
        "number": True if truth else 2.5,
        "numpy number": np.bool_(True) if truth else np.float64(2.5),
        "integers": [1, 2, 4],
        "integer array": np.array([1, 2, 4]),
        "integer variable": tf.Variable([1, 2, 4]),
        "large integer": [2**40, 1],
        "range": range(4),
        "mixed": [1, 2.5],
        "ragged": [[1.0], [1.0, 2.0]],
        "none": None,
        "text": "a",
        "mapping": {"a": 1.0},
        "type": int,
    }
    if not truth:
        indices = tf.constant([0])
        values["slices"] = tf.IndexedSlices(tf.constant([[1.0]]), indices, tf.constant([2, 1]))
    rows = {key: partial(function, value) for key, value in values.items()}
    rows["name"] = lambda: function(numbers, name="given")
    rows["name, by keyword"] = lambda: function(numbers, axis=0, name="given")
    rows["nothing"] = lambda: function()
    rows["unknown keyword"] = lambda: function(numbers, keep_dims=True)
    return outcomes(rows)


@_case("special", [*_NUMERIC, *_FLOATING, *_ARG, "count_nonzero"])
def _special(tf, name):
    function = _function(tf, name)
    rows = {}
    for values in (
        [_NAN, 1.0],
        [1.0, _NAN],
        [_NAN, _INF],
        [_INF, 1.0],
        [-_INF, 1.0],
        [_INF, -_INF],
        [_INF, _INF],
        [-_INF, -_INF],
        [0.0, -0.0],
        [-0.0, -0.0],
        [-0.0, 0.0],
        [_NAN, _NAN],
        [3e38, 3e38],
        [1e-30, 1e-30],
        [500.0, 500.0, -200.0],
        [-1000.0, -1001.0],
        [7.0, 7.0, 7.0],
        [16777216.0, 1.0, 1.0],
    ):
        rows[str(values)] = partial(function, np.array(values, np.float32))
    return outcomes(rows)


@_case("integers", [*_NUMERIC, "reduce_euclidean_norm", *_ARG, "count_nonzero"])
def _integers(tf, name):
    function = _function(tf, name)
    rows = {}
    for dtype, values in (
        ("int8", [100, 100, 100]),
        ("int8", [-100, -100]),
        ("uint8", [200, 100]),
        ("uint8", [255] * 5),
        ("int16", [30000, 30000]),
        ("uint16", [65535, 65535, 2]),
        ("int32", [2**31 - 1, 1]),
        ("int32", [2**31 - 1, 2**31 - 1]),
        ("int32", [-(2**31), -(2**31)]),
        ("int32", [-3, -4]),
        ("int32", [3, 4]),
        ("int32", [-1, 0, 0]),
        ("uint32", [2**32 - 1, 2**32 - 1]),
        ("int64", [2**63 - 1, 2**63 - 1]),
        ("int64", [-(2**63), 5]),
        ("int64", [2**60 + 1, 2**60 + 1]),
        ("uint64", [2**64 - 1, 2]),
        ("uint64", [2**63, 2**63 + 7]),
    ):
        x = np.array(values, dtype)
        rows[f"{dtype} {values}"] = partial(function, x)
        rows[f"{dtype} {values} rows"] = partial(function, np.stack([x, x[::-1]]), 1)
    return outcomes(rows)


def half_precision_overflow(tf):
    """Sums that leave the range of float16, and what comes back into it."""
    values = np.array([60000, 60000], np.float16)
    many = np.full(3000, 60, np.float16)
    return outcomes(
        {
            f"{name} {len(x)}": partial(_function(tf, name), x)
            for name in ("reduce_sum", "reduce_mean", "reduce_max", "reduce_prod")
            for x in (values, many)
        }
    )


# -- gradients ----------------------------------------------------------------------------------

_POINTS = {
    "distinct": [[1.0, 2.5, -0.5], [3.0, 0.25, 1.5]],
    "ties": [[2.0, 2.0, 1.0], [2.0, -1.0, 1.0]],
    "zero": [[0.0, 2.0, 3.0], [4.0, 5.0, 6.0]],
    "zeros": [[0.0, 2.0, 0.0], [4.0, 0.0, 6.0]],
    "equal": [[2.0, 2.0, 2.0], [2.0, 2.0, 2.0]],
    "all zero": [[0.0, 0.0, 0.0], [0.0, 0.0, 0.0]],
    "nan": [[_NAN, 1.0, 2.0], [0.0, 2.0, 1.0]],
    "inf": [[_INF, 1.0, -_INF], [-_INF, -_INF, -_INF]],
    "infs": [[_INF, _INF, 1.0], [0.0, 2.0, 1.0]],
}
_DIFFERENTIABLE = [*_NUMERIC, *_FLOATING]
_REDUCED = {"all": None, "0": 0, "1": -1, "both": [1, 0], "none": []}


@_case("gradient", _DIFFERENTIABLE)
def _gradient(tf, name):
    function = _function(tf, name)
    rows = {}
    for at, point in _POINTS.items():
        for key, axis in (_REDUCED if at in ("distinct", "ties", "zeros") else {"1": 1}).items():
            rows[f"{at} axis {key}"] = partial(
                lambda p, a: gradients(tf, lambda x: function(x, a), p), point, axis
            )
    return outcomes(rows)


@_case("gradient dtypes", _DIFFERENTIABLE)
def _gradient_dtypes(tf, name):
    function = _function(tf, name)
    rows = {}
    for dtype in ("float64", *COMPLEX):
        for axis in (None, 1):
            x = ramp([2, 3], dtype)
            rows[f"{dtype} axis {axis}"] = partial(
                lambda x, a: gradients(tf, lambda x: function(x, a), x), x, axis
            )
    return outcomes(rows)


# What TensorFlow and torch make of the second gradient of log(sum(exp(nothing))) is nan and 0.
_EMPTY = {"reduce_logsumexp": ()}


@_case("gradient shapes", _DIFFERENTIABLE)
def _gradient_shapes(tf, name):
    function = _function(tf, name)

    def row(shape, axis, keepdims):
        x = ramp(shape, step=0.75)
        return gradients(tf, lambda x: function(x, axis, keepdims), x)

    return outcomes(
        {
            f"{shape} axis {axis} {keepdims}": partial(row, shape, axis, keepdims)
            for shape, axis, keepdims in (
                ([], None, False),
                ([], [], True),
                *_EMPTY.get(name, (([0], None, False), ([2, 0], 1, True))),
                ([2, 0], 0, False),
                ([1], 0, False),
                ([3], -1, False),
                ([2, 3, 2], [0, 2], False),
                ([2, 3, 2], [-1, 0], True),
                ([2, 3, 2], 1, False),
            )
        }
    )


@_case("gradient axis kinds", _DIFFERENTIABLE)
def _gradient_axis_kinds(tf, name):
    function = _function(tf, name)
    x = ramp([2, 3])
    axes = {
        "tensor": tf.constant([1]),
        "int64": tf.constant(0, tf.int64),
        "array": np.array([0, 1]),
        "variable": tf.Variable(1),
    }
    return outcomes(
        {
            key: partial(lambda a: gradients(tf, lambda x: function(x, a), x), axis)
            for key, axis in axes.items()
        }
    )


@_case("hessian", _DIFFERENTIABLE)
def _hessian(tf, name):
    """Second gradients of a nonlinear use, by a variable."""
    function = _function(tf, name)

    def row(point):
        v = tf.Variable(point)
        with tf.GradientTape() as outer:
            with tf.GradientTape() as inner:
                y = tf.reduce_sum(tf.square(function(v * v, axis=1)))
            first = inner.gradient(y, v)
        return first, outer.gradient(first, v)

    return outcomes({at: partial(row, point) for at, point in _POINTS.items()})


@_case("result as source", _DIFFERENTIABLE)
def _result_as_source(tf, name):
    x = tf.constant([[1.0, 2.0], [3.0, 5.0]])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = _function(tf, name)(x, axis=0)
        z = tf.square(y)
    return tape.gradient(z, [y, x])


@_case("no gradient", ["argmax", "argmin", "count_nonzero", "reduce_any", "reduce_all"])
def _no_gradient(tf, name):
    function = _function(tf, name)
    x = tf.constant([[1.0, 2.0], [3.0, 5.0]])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = function(x > 2.0 if name in _LOGICAL else x)
        z = tf.cast(y, tf.float32) * tf.reduce_sum(x)
    return tape.gradient(y, x), tape.gradient(z, x)


def integer_gradients(tf):
    """An integer tensor that is watched has no gradient, whatever the reduction."""

    def row(name):
        v = tf.Variable([1, 2, 3])
        with tf.GradientTape() as tape:
            y = _function(tf, name)(v)
        return y, tape.gradient(y, v)

    return outcomes({name: partial(row, name) for name in _NUMERIC})


def variable_gradients(tf):
    """Reductions of a variable, unconnected sources, and several targets."""
    v = tf.Variable([[1.0, 4.0], [2.0, 4.0]])
    with tf.GradientTape(persistent=True) as tape:
        targets = {name: _function(tf, name)(v) for name in _DIFFERENTIABLE}
    each = {name: tape.gradient(y, v) for name, y in targets.items()}
    return each, tape.gradient(targets, v), tape.gradient(targets["reduce_sum"], [v, v])


# -- argmax, argmin, count_nonzero, zero_fraction -----------------------------------------------


@_case("output_type", _ARG)
def _output_type(tf, name):
    function = _function(tf, name)
    x = tf.constant([[1.0, 5.0, 2.0], [7.0, 0.0, 7.0]])
    rows = {
        str(kind): partial(lambda k: function(x, 1, output_type=k), kind)
        for kind in (
            tf.int32,
            tf.int64,
            "int32",
            np.int32,
            int,
            tf.int16,
            tf.uint16,
            tf.int8,
            tf.float32,
            None,
            "foo",
        )
    }
    rows["position"] = lambda: function(x, 0, tf.int32, "given")
    return outcomes(rows)


@_case("ties", _ARG)
def _ties(tf, name):
    function = _function(tf, name)
    return outcomes(
        {
            f"{values} {dtype}": partial(lambda v, d: function(of_dtype(tf, v, d)), values, dtype)
            for values in ([1, 1, 0, 0], [0, 0, 0], [0, 1, 1, 0])
            for dtype in ("float32", "bool", "int32", "uint16", "uint64", "bfloat16", "float16")
        }
    )


@_case("high rank", [*_ALL])
def _high_rank(tf, name):
    x = np.arange(64).reshape([2] * 6) % 5
    x = x > 1 if name in _LOGICAL else x.astype(np.float32)
    function = _function(tf, name)
    rows = {str(axis): partial(function, x, axis) for axis in (None, 0, 3, -1)}
    if name not in (*_ARG, "reduce_logsumexp", "reduce_std", "reduce_variance"):
        rows["several"] = lambda: function(x, [0, 2, 4])
        rows["others"] = lambda: function(x, [1, 3, 5], True)
    return outcomes(rows)


def count_nonzero_types(tf):
    """`dtype`, text and special numbers in `tf.math.count_nonzero`."""
    x = tf.constant([[0.0, 1.0, -0.0], [_NAN, _INF, 1e-30]])
    count = tf.math.count_nonzero
    return outcomes(
        {
            **{
                str(kind): partial(lambda k: count(x, axis=1, dtype=k), kind)
                for kind in (tf.int32, tf.int64, tf.float32, "uint8", np.int16, tf.bool, None)
            },
            "text": lambda: count(tf.constant(["", "a", " ", "b", ""])),
            "text rows": lambda: count(tf.constant([["", "a"], ["b", "c"]]), axis=0),
            "keywords": lambda: count(input=x, axis=0, keepdims=True, dtype=tf.int32, name="n"),
            "complex": lambda: count(tf.constant([0j, 1j, 1 + 0j])),
            "boolean": lambda: count(tf.constant([[True, False]]), 1),
        }
    )


def zero_fraction(tf):
    """`tf.math.zero_fraction` of several types and shapes."""
    fraction = tf.math.zero_fraction
    rows = {
        dtype: partial(lambda d: fraction(of_dtype(tf, [[0, 1], [0, 0]], d)), dtype)
        for dtype in EVERY
    }
    rows["empty"] = lambda: fraction(tf.constant([], tf.float32))
    rows["scalar"] = lambda: fraction(0.0)
    rows["list"] = lambda: fraction([0, 1, 2], name="given")
    rows["variable"] = lambda: fraction(tf.Variable([0.0, 2.0]))
    rows["special"] = lambda: fraction([-0.0, _NAN, _INF, 1e-30])
    rows["same as tf.nn"] = lambda: tf.nn.zero_fraction is tf.math.zero_fraction
    return outcomes(rows)


def zero_fraction_gradient(tf):
    """Nothing flows through a count."""
    return attempt(gradients, tf, tf.math.zero_fraction, [[0.0, 1.0]])
