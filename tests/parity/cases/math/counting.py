"""Counting: `tf.math.bincount`, `tf.math.confusion_matrix`, `tf.math.in_top_k`."""

from functools import partial

import numpy as np

from tests.parity.case_helpers.tables import EVERY, of_dtype, outcomes

_NAN, _INF = float("nan"), float("inf")
_INTEGERS = [1, 3, 1, 0, 3, 3]


def bincount_kinds(tf):
    """What is counted: kinds of arguments, types, shapes."""
    count = tf.math.bincount
    rows = {
        "list": lambda: count(_INTEGERS),
        "variable": lambda: count(tf.Variable(_INTEGERS)),
        "matrix": lambda: count([[1, 2], [2, 0]]),
        "scalar": lambda: count(3),
        "empty": lambda: count(np.zeros([0], np.int32)),
        "empty list": lambda: count([]),
        "float": lambda: count([1.5, 2.9, 0.0]),
        "negative": lambda: count([1, -1]),
        "negative only": lambda: count([-2, -1]),
        "none": lambda: count(None),
        "names": lambda: count(arr=_INTEGERS, weights=None, minlength=5, maxlength=6, name="n"),
    }
    for dtype in EVERY:
        rows[dtype] = partial(lambda d: count(of_dtype(tf, [1, 2, 1], d)), dtype)
    return outcomes(rows)


def bincount_lengths(tf):
    """`minlength` and `maxlength`."""
    count = tf.math.bincount
    return outcomes(
        {
            f"{low} {high}": partial(count, _INTEGERS, minlength=low, maxlength=high)
            for low in (None, 0, 6, -1)
            for high in (None, 0, 2, 8, -1)
        }
        | {
            "tensor": lambda: count(_INTEGERS, minlength=tf.constant(6)),
            "float": lambda: count(_INTEGERS, minlength=6.0),
            "other integer type": lambda: count(_INTEGERS, maxlength=np.int64(2)),
        }
    )


def bincount_options(tf):
    """`weights`, `dtype`, `axis` and `binary_output`."""
    count = tf.math.bincount
    weights = [1.0, 0.5, 2.0, 4.0, 8.0, 0.25]
    rows = {
        "weights": lambda: count(_INTEGERS, weights),
        "float64 weights": lambda: count(_INTEGERS, np.array(weights)),
        "integer weights": lambda: count(_INTEGERS, [1, 2, 3, 4, 5, 6]),
        "int64 weights": lambda: count(_INTEGERS, np.arange(6)),
        "half weights": lambda: count(_INTEGERS, np.array(weights, np.float16)),
        "too few weights": lambda: count(_INTEGERS, [1.0]),
        "weights and dtype": lambda: count(_INTEGERS, weights, dtype=tf.int64),
        "weights cut": lambda: count(_INTEGERS, weights, maxlength=2),
        "weights and binary": lambda: count(_INTEGERS, weights, binary_output=True),
        "matrix of weights": lambda: count([[1, 2], [2, 0]], [[1.0, 2.0], [3.0, 4.0]]),
        "binary": lambda: count(_INTEGERS, binary_output=True),
    }
    for dtype in ("int64", "float32", tf.float64, "int16", "float16", None):
        rows[f"dtype {dtype}"] = partial(count, _INTEGERS, dtype=dtype)
    matrix = [[1, 2, 1], [0, 4, 4]]
    for axis in (0, -1, 1, None, [0]):
        rows[f"axis {axis}"] = partial(count, matrix, axis=axis)
    rows["axis -1 of a vector"] = lambda: count(_INTEGERS, axis=-1)
    rows["axis -1 binary"] = lambda: count(matrix, axis=-1, binary_output=True)
    rows["axis -1 weights"] = lambda: count(
        matrix, axis=-1, weights=[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
    )
    rows["axis -1 of a cube"] = lambda: count([[[1]]], axis=-1)
    return outcomes(rows)


def bincount_gradient(tf):
    """TensorFlow has no gradient for the weights, and says so."""
    v = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as tape:
        y = tf.math.bincount([0, 1], v) * 2.0
    return outcomes({"value": lambda: y, "gradient": lambda: tape.gradient(y, v)})


def confusion_matrix(tf):
    """Tables of labels against predictions."""
    matrix = tf.math.confusion_matrix
    labels, predictions = [1, 2, 4, 1], [2, 2, 4, 1]
    return outcomes(
        {
            "plain": lambda: matrix(labels, predictions),
            "num_classes": lambda: matrix(labels, predictions, num_classes=6),
            "num_classes tensor": lambda: matrix(labels, predictions, tf.constant(5)),
            "too few classes": lambda: matrix(labels, predictions, num_classes=4),
            "too few for predictions": lambda: matrix([0, 1], [0, 4], num_classes=4),
            "weights": lambda: matrix(labels, predictions, weights=[1, 0, 2, 3]),
            "float weights": lambda: matrix(
                labels, predictions, weights=[0.5, 1.5, 2.5, 1.0], dtype=tf.float32
            ),
            "float weights cut": lambda: matrix(labels, predictions, weights=[0.5, 1.5, 2.5, 1.0]),
            "wrong weights": lambda: matrix(labels, predictions, weights=[1.0]),
            "dtype": lambda: matrix(labels, predictions, dtype=tf.float64),
            "dtype text": lambda: matrix(labels, predictions, dtype="int64"),
            "negative label": lambda: matrix([-1, 1], [0, 1]),
            "negative prediction": lambda: matrix([0, 1], [0, -1]),
            "column": lambda: matrix([[1], [2]], [1, 0]),
            "column of predictions": lambda: matrix([1, 2], [[1], [0]]),
            "both columns": lambda: matrix([[1], [2]], [[1], [0]]),
            "lengths": lambda: matrix([1, 2, 0], [1, 0]),
            "empty": lambda: matrix(np.zeros([0], np.int32), np.zeros([0], np.int32)),
            "empty, classes": lambda: matrix(
                np.zeros([0], np.int32), np.zeros([0], np.int32), num_classes=2
            ),
            "floats": lambda: matrix([1.0, 0.0], [1.9, 0.0]),
            "variable": lambda: matrix(tf.Variable([1, 0]), np.array([1, 1])),
            "booleans": lambda: matrix([True, False], [True, True]),
            "scalars": lambda: matrix(1, 0),
            "name": lambda: matrix(labels=[0], predictions=[0], name="given"),
        }
    )


def confusion_matrix_gradient(tf):
    """The weights are scattered: their gradient is gathered."""
    v = tf.Variable([1.0, 2.0, 3.0])
    with tf.GradientTape() as tape:
        y = tf.math.confusion_matrix([0, 1, 0], [1, 1, 1], weights=v, dtype=tf.float32)
        z = y * y
    return y, tape.gradient(z, v)


def in_top_k(tf):
    """Whether the target is among the k largest predictions."""
    top = tf.math.in_top_k
    scores = np.array([[0.1, 0.7, 0.2], [0.5, 0.25, 0.25], [0.3, 0.3, 0.4]], np.float32)
    targets = [2, 1, 0]
    rows = {f"k {k}": partial(top, targets, scores, k) for k in (0, 1, 2, 3, 4, -1)}
    rows |= {
        "int64 targets": lambda: top(np.array(targets, np.int64), scores, 2),
        "k tensor": lambda: top(targets, scores, tf.constant(1)),
        "k int64": lambda: top(targets, scores, tf.constant(1, tf.int64)),
        "targets out of range": lambda: top([3, -1, 0], scores, 2),
        "nan": lambda: top([0, 1], [[_NAN, 1.0], [_NAN, 1.0]], 1),
        "inf": lambda: top([0, 1], [[_INF, 1.0], [-_INF, 1.0]], 1),
        "ties": lambda: top([0, 1, 2], [[1.0, 1.0, 1.0]] * 3, 1),
        "float64": lambda: top(targets, scores.astype(np.float64), 1),
        "lengths": lambda: top([0, 1], scores, 1),
        "vector": lambda: top([0], [0.5, 0.25], 1),
        "targets matrix": lambda: top([[0], [1], [2]], scores, 1),
        "names": lambda: top(targets=targets, predictions=scores, k=1, name="given"),
        "variable": lambda: top(targets, tf.Variable(scores), 1),
        "empty": lambda: top(np.zeros([0], np.int32), np.zeros([0, 3], np.float32), 1),
        "float targets": lambda: top([0.0, 1.0, 2.0], scores, 1),
        "same as tf.nn": lambda: tf.nn.in_top_k is tf.math.in_top_k,
    }
    return outcomes(rows)
