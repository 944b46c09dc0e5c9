"""`tf.norm`, `tf.linalg.normalize`, `tf.math.l2_normalize`."""

from functools import partial

import numpy as np

from tests.parity.case_helpers.tables import COMPLEX, EVERY, gradients, of_dtype, outcomes, ramp
from tests.parity.harness import tolerance

_INF, _NAN = float("inf"), float("nan")
_MATRIX = np.array([[3.0, -4.0, 0.0], [1.0, 2.0, -2.0]], np.float32)
_ORDERS = ("euclidean", "fro", 1, 2, 3, 0.5, 2.5, 1.0, 2.0, np.inf, 0, -1, -np.inf, "nuc", None, 1j)


def same_in_all_namespaces(tf):
    """One function under several names."""
    return (
        tf.norm is tf.linalg.norm,
        tf.math.l2_normalize is tf.linalg.l2_normalize,
        tf.math.l2_normalize is tf.nn.l2_normalize,
    )


def norm_orders(tf):
    """Every order over everything, one axis and two."""
    return outcomes(
        {
            f"ord {order} axis {axis}": partial(tf.norm, _MATRIX, order, axis)
            for order in _ORDERS
            for axis in (None, 0, (0, 1))
        }
    )


def norm_axes(tf):
    """Kinds of axes, and `keepdims`."""
    x = ramp([2, 3, 2], start=-2.0)
    axes = {
        "none": None,
        "0": 0,
        "-1": -1,
        "pair": (0, 2),
        "list": [0, 2],
        "backwards": (2, 0),
        "negative pair": (-1, -2),
        "one in a list": [1],
        "three": (0, 1, 2),
        "twice": (1, 1),
        "too large": 3,
        "too large in a pair": (0, 5),
        "float": 1.0,
        "floats": (0.0, 1.0),
        "tensor": tf.constant(1),
        "numpy": np.int64(1),
        "text": "a",
        "empty": [],
    }
    rows = {}
    for key, axis in axes.items():
        for order in ("euclidean", 1, np.inf):
            rows[f"{key} ord {order}"] = partial(lambda o, a: tf.norm(x, o, a), order, axis)
    for axis in (None, 1, (0, 2)):
        for order in ("euclidean", 1, 2, np.inf):
            for keepdims in (True, None):
                rows[f"{axis} ord {order} keepdims {keepdims}"] = partial(
                    tf.norm, x, order, axis, keepdims
                )
    return outcomes(rows)


def norm_kinds(tf):
    """Types, kinds of arguments, empty and special values."""
    rows = {
        f"{d} ord {order}": partial(
            lambda d, o: tf.norm(of_dtype(tf, [[3, 4], [0, 12]], d), o, axis=1), d, order
        )
        for d in EVERY[:-1]
        for order in ("euclidean", 1, np.inf, 3)
    }
    rows |= {
        "list": lambda: tf.norm([3.0, 4.0]),
        "integers": lambda: tf.norm([3, 4]),
        "variable": lambda: tf.norm(tf.Variable([3.0, 4.0]), name="given"),
        "scalar": lambda: tf.norm(-3.0),
        "empty": lambda: tf.norm(np.zeros([0], np.float32)),
        "empty ord inf": lambda: tf.norm(np.zeros([0], np.float32), np.inf),
        "empty rows": lambda: tf.norm(np.zeros([2, 0], np.float32), axis=1),
        "nan": lambda: tf.norm([_NAN, 1.0]),
        "inf": lambda: tf.norm([_INF, 1.0]),
        "overflow": lambda: tf.norm([3e38, 3e38]),
        "complex": lambda: tf.norm(np.array([3 + 4j, 12j], np.complex64)),
        "complex ord 1": lambda: tf.norm(np.array([3 + 4j, 12j], np.complex64), 1),
        "complex matrix": lambda: tf.norm(np.array([[3 + 4j, 12j]], np.complex64), axis=(0, 1)),
        "complex matrix ord 2": lambda: tf.norm(np.array([[3 + 4j, 12j]], np.complex64), 2, (0, 1)),
        "names": lambda: tf.norm(tensor=[3.0, 4.0], ord=1, axis=0, keepdims=True, name="given"),
    }
    return outcomes(rows)


@tolerance(1e-5, 1e-6)
def norm_gradient(tf):
    """First and second gradients, at zero and ties too."""
    points = {
        "distinct": _MATRIX,
        "zero": np.zeros([2, 3], np.float32),
        "zero row": np.array([[0, 0, 0], [1, 2, -3]], np.float32),
        "ties": np.array([[2, -2, 2], [1, 1, -1]], np.float32),
    }
    rows = {}
    for at, point in points.items():
        for order in ("euclidean", 1, 3, np.inf):
            for axis in (None, 1):
                rows[f"{at} ord {order} axis {axis}"] = partial(
                    lambda p, o, a: gradients(tf, lambda x: tf.norm(x, o, a), p), point, order, axis
                )
    for order in ("euclidean", 1, 2, np.inf):
        rows[f"matrix ord {order}"] = partial(
            lambda o: gradients(tf, lambda x: tf.norm(x, o, (0, 1)), _MATRIX, second=o != 2), order
        )
    for dtype in ("float64", *COMPLEX):
        for order in ("euclidean", 1):
            rows[f"{dtype} ord {order}"] = partial(
                lambda d, o: gradients(tf, lambda x: tf.norm(x, o, 1), ramp([2, 2], d)),
                dtype,
                order,
            )
    return outcomes(rows)


def zero_upstream(tf):
    """Where nothing flows into a norm at zero, nothing flows out of it."""
    x = tf.constant([[0.0, 0.0], [3.0, 4.0]])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.norm(x, axis=1) * tf.constant([0.0, 1.0])
    return tape.gradient(y, x)


def normalize(tf):
    """`tf.linalg.normalize` gives the normalized tensor and the norm."""
    function = tf.linalg.normalize
    rows = {
        f"ord {order} axis {axis}": partial(function, _MATRIX, order, axis)
        for order in ("euclidean", 1, 2, 3, np.inf, "nuc", 0)
        for axis in (None, 0, (0, 1))
    }
    rows |= {
        "zero": lambda: function([0.0, 0.0]),
        "integers": lambda: function([3, 4]),
        "integers ord 1": lambda: function([3, 4], 1),
        "complex": lambda: function(np.array([3 + 4j, 12j], np.complex64)),
        "complex ord 1": lambda: function(np.array([3 + 4j, 12j], np.complex64), ord=1),
        "names": lambda: function(tensor=[3.0, 4.0], ord=1, axis=0, name="given"),
        "gradient": lambda: gradients(tf, lambda x: function(x)[0], [3.0, 4.0]),
        "gradient of both": lambda: gradients(tf, lambda x: function(x, axis=1), _MATRIX),
        "gradient at zero": lambda: gradients(tf, lambda x: function(x)[0], [0.0, 0.0]),
    }
    return outcomes(rows)


@tolerance(1e-5, 1e-6)
def l2_normalize(tf):
    """`tf.math.l2_normalize`, with its floor under the norm."""
    function = tf.math.l2_normalize
    rows = {
        dtype: partial(lambda d: function(of_dtype(tf, [[3, 4], [0, 12]], d), axis=1), dtype)
        for dtype in EVERY
    }
    rows |= {
        "all": lambda: function(_MATRIX),
        "axis 0": lambda: function(_MATRIX, 0),
        "axes": lambda: function(_MATRIX, [0, 1]),
        "no axes": lambda: function(_MATRIX, []),
        "dim": lambda: function(_MATRIX, dim=1),
        "axis and dim": lambda: function(_MATRIX, axis=0, dim=1),
        "epsilon": lambda: function([0.5, 0.0], epsilon=1.0),
        "epsilon tensor": lambda: function([0.5, 0.0], epsilon=tf.constant(4.0)),
        "zero": lambda: function([0.0, 0.0]),
        "too large": lambda: function(_MATRIX, 2),
        "list": lambda: function([3.0, 4.0], axis=0, name="given"),
        "complex": lambda: function(np.array([3 + 4j, 12j], np.complex64)),
        "gradient": lambda: gradients(tf, function, [3.0, 4.0]),
        "gradient axis": lambda: gradients(tf, lambda x: function(x, 1), _MATRIX),
        "gradient at zero": lambda: gradients(tf, function, [0.0, 0.0]),
        "gradient at the floor": lambda: gradients(
            tf, lambda x: function(x, epsilon=1.0), [1.0, 0.0]
        ),
        "gradient below": lambda: gradients(tf, lambda x: function(x, epsilon=2.0), [1.0, 0.0]),
        "gradient complex": lambda: gradients(tf, function, np.array([3 + 4j, 12j])),
    }
    return outcomes(rows)
