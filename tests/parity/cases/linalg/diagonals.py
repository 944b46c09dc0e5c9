"""Diagonals, bands and transposes of matrices: `tf.linalg.diag` to `tf.linalg.adjoint`."""

from functools import partial

import numpy as np

from tests.parity.case_helpers.tables import COMPLEX, EVERY, gradients, of_dtype, outcomes, ramp

_ALIGN = ("LEFT_RIGHT", "RIGHT_LEFT", "LEFT_LEFT", "RIGHT_RIGHT")
_BANDS = (0, 1, -1, 2, -2, (0, 1), (-1, 0), (-1, 1), (-2, 1), (1, 2), (-2, -1))
_NUMBERS = [d for d in EVERY if d != "string"]


def diag_part(tf):
    """Diagonals of square, wide and tall matrices, with every alignment."""
    function = tf.linalg.diag_part
    rows = {}
    for shape in ([3, 3], [2, 3], [3, 2], [2, 2, 3]):
        x = ramp(shape)
        for k in _BANDS:
            rows[f"{shape} k {k}"] = partial(lambda x, k: function(x, k=k), x, k)
    for align in _ALIGN:
        for shape in ([3, 4], [4, 3]):
            rows[f"{shape} {align}"] = partial(
                lambda s, a: function(ramp(s), k=(-2, 2), align=a, padding_value=9), shape, align
            )
    x = ramp([2, 3])
    rows |= {
        "k reversed": lambda: function(x, k=(1, 0)),
        "k too large": lambda: function(x, k=3),
        "k too small": lambda: function(x, k=-2),
        "k of three": lambda: function(x, k=[0, 1, 2]),
        "k of one": lambda: function(x, k=[1]),
        "k tensor": lambda: function(x, k=tf.constant([0, 1])),
        "k float": lambda: function(x, k=1.0),
        "align": lambda: function(x, k=(0, 1), align="MIDDLE"),
        "padding": lambda: function(x, k=(0, 2), padding_value=-1.5),
        "padding of another type": lambda: function([[1, 2]], k=(0, 1), padding_value=1.5),
        "vector": lambda: function([1.0, 2.0]),
        "scalar": lambda: function(1.0),
        "empty": lambda: function(ramp([0, 3])),
        "names": lambda: function(input=x, name="given", k=0, padding_value=0, align="LEFT_LEFT"),
        "name in second place": lambda: function(x, "given", 1),
    }
    rows |= {d: partial(lambda d: function(of_dtype(tf, [[1, 0], [0, 1]], d)), d) for d in _NUMBERS}
    return outcomes(rows)


def diag(tf):
    """Matrices out of diagonals."""
    function = tf.linalg.diag
    rows = {f"k {k}": partial(lambda k: function([1.0, 2.0], k=k), k) for k in (0, 1, -1, 2)}
    for align in _ALIGN:
        rows[align] = partial(
            lambda a: function(ramp([3, 3]), k=(-1, 1), align=a, padding_value=9.0), align
        )
    rows |= {
        "batch": lambda: function(ramp([2, 2])),
        "band, batch": lambda: function(ramp([2, 2, 3]), k=(0, 1)),
        "rows": lambda: function([1.0, 2.0], num_rows=3),
        "columns": lambda: function([1.0, 2.0], num_cols=3),
        "both": lambda: function([1.0, 2.0], num_rows=2, num_cols=4),
        "both below": lambda: function([1.0, 2.0], k=-1, num_rows=3, num_cols=4),
        "columns above": lambda: function([1.0, 2.0], k=1, num_cols=4),
        "too few rows": lambda: function([1.0, 2.0], num_rows=1),
        "too many of both": lambda: function([1.0, 2.0], num_rows=5, num_cols=5),
        "padding": lambda: function([1.0, 2.0], padding_value=7),
        "scalar": lambda: function(1.0),
        "empty": lambda: function(np.zeros([0], np.float32)),
        "band of the wrong size": lambda: function(ramp([2, 3]), k=(0, 2)),
        "k reversed": lambda: function(ramp([2, 2]), k=(1, 0)),
        "names": lambda: function(diagonal=[1, 2], name="given", k=0, num_rows=-1, num_cols=-1),
        "list": lambda: function([1, 2]),
    }
    rows |= {d: partial(lambda d: function(of_dtype(tf, [1, 0], d)), d) for d in _NUMBERS}
    return outcomes(rows)


def set_diag(tf):
    """Matrices with other diagonals."""
    function = tf.linalg.set_diag
    x = ramp([3, 4])
    rows = {
        "main": lambda: function(x, [10.0, 20.0, 30.0]),
        "above": lambda: function(x, [10.0, 20.0, 30.0], k=1),
        "below": lambda: function(x, [10.0, 20.0], k=-1),
        "batch": lambda: function(ramp([2, 2, 2]), ramp([2, 2], start=10.0)),
        "wrong length": lambda: function(x, [10.0, 20.0]),
        "wrong rank": lambda: function(x, [[10.0, 20.0, 30.0]]),
        "vector": lambda: function([1.0, 2.0], [1.0]),
        "k too large": lambda: function(x, [1.0], k=4),
        "two types": lambda: function(tf.constant(x), tf.constant([1, 2, 3])),
        "names": lambda: function(input=x, diagonal=[1.0, 2.0, 3.0], name="n", k=0),
    }
    for align in _ALIGN:
        rows[align] = partial(
            lambda a: function(x, ramp([3, 3], start=10.0), k=(-1, 1), align=a), align
        )
    rows |= {
        d: partial(
            lambda d: function(of_dtype(tf, [[1, 0], [0, 1]], d), of_dtype(tf, [0, 1], d)), d
        )
        for d in _NUMBERS
    }
    return outcomes(rows)


def band_part(tf):
    """What is around the diagonal."""
    function = tf.linalg.band_part
    rows = {
        f"{shape} {low} {up}": partial(lambda s, *b: function(ramp(s), *b), shape, low, up)
        for shape in ([3, 3], [2, 4], [2, 3, 2])
        for low, up in ((0, 0), (-1, 0), (0, -1), (1, 1), (-1, 1), (-1, -1), (1, 0))
    }
    x = ramp([2, 3])
    rows |= {
        "too many below": lambda: function(x, 3, 0),
        "too many above": lambda: function(x, 0, 4),
        "just enough": lambda: function(x, 2, 3),
        "tensors": lambda: function(x, tf.constant(0), tf.constant(1)),
        "int64": lambda: function(x, tf.constant(0, tf.int64), tf.constant(1, tf.int64)),
        "float": lambda: function(x, 1.0, 0),
        "vector": lambda: function([1.0, 2.0], 0, 0),
        "empty": lambda: function(ramp([0, 2]), 0, 0),
        "names": lambda: function(input=x, num_lower=0, num_upper=0, name="given"),
    }
    rows |= {
        d: partial(lambda d: function(of_dtype(tf, [[1, 1], [1, 1]], d), -1, 0), d)
        for d in _NUMBERS
    }
    return outcomes(rows)


def tensor_diag(tf):
    """`tf.linalg.tensor_diag` and what undoes it."""
    make, part = tf.linalg.tensor_diag, tf.linalg.tensor_diag_part
    rows = {
        "vector": lambda: make([1.0, 2.0]),
        "matrix": lambda: make(ramp([2, 2])),
        "scalar": lambda: make(1.0),
        "empty": lambda: make(np.zeros([0], np.float32)),
        "part of a matrix": lambda: part(ramp([2, 2])),
        "part of a tensor": lambda: part(ramp([2, 2, 2, 2])),
        "part of a rectangle": lambda: part(ramp([2, 3])),
        "part of a cube": lambda: part(ramp([2, 2, 2])),
        "part of a scalar": lambda: part(1.0),
        "names": lambda: (make(diagonal=[1.0], name="n"), part(input=[[1.0]], name="n")),
        "gradient": lambda: gradients(tf, make, [1.0, 2.0]),
        "gradient of the part": lambda: gradients(tf, part, ramp([2, 2])),
    }
    for d in EVERY:
        rows[d] = partial(lambda d: make(of_dtype(tf, [1, 0], d)), d)
        rows[f"part {d}"] = partial(lambda d: part(of_dtype(tf, [[1, 0], [0, 1]], d)), d)
    return outcomes(rows)


def transposes(tf):
    """`tf.linalg.matrix_transpose` and `tf.linalg.adjoint`."""
    transpose, adjoint = tf.linalg.matrix_transpose, tf.linalg.adjoint
    z = ramp([2, 3], "complex64")
    rows = {}
    for name, function in {"transpose": transpose, "adjoint": adjoint}.items():
        rows |= {
            f"{name}": partial(function, ramp([2, 3])),
            f"{name} batch": partial(function, ramp([2, 1, 3])),
            f"{name} complex": partial(function, z),
            f"{name} vector": partial(function, [1.0, 2.0]),
            f"{name} empty": partial(function, ramp([0, 2])),
            f"{name} list": partial(function, [[1, 2]], name="given"),
            f"{name} gradient": partial(gradients, tf, function, z),
        }
        rows |= {
            f"{name} {d}": partial(lambda f, d: f(of_dtype(tf, [[1, 0]], d)), function, d)
            for d in EVERY
        }
    rows["conjugate"] = lambda: transpose(z, conjugate=True)
    rows["conjugate real"] = lambda: transpose(ramp([2, 3]), "given", True)
    return outcomes(rows)


def diagonal_gradients(tf):
    """First and second gradients of diagonals and bands."""
    linalg = tf.linalg
    x = ramp([2, 3])
    rows = {
        "diag": lambda: gradients(tf, linalg.diag, [1.0, 2.0]),
        "diag band": lambda: gradients(tf, lambda d: linalg.diag(d, k=(0, 1)), ramp([2, 2])),
        "diag padded": lambda: gradients(
            tf, lambda d: linalg.diag(d, num_rows=3, padding_value=5.0), [1.0, 2.0]
        ),
        "diag_part": lambda: gradients(tf, linalg.diag_part, x),
        "diag_part above": lambda: gradients(tf, lambda x: linalg.diag_part(x, k=1), x),
        "diag_part band": lambda: gradients(tf, lambda x: linalg.diag_part(x, k=(-1, 2)), x),
        "set_diag": lambda: gradients(tf, linalg.set_diag, x, [5.0, 6.0]),
        "set_diag band": lambda: gradients(
            tf, lambda x, d: linalg.set_diag(x, d, k=(0, 1)), x, ramp([2, 2])
        ),
        "band_part": lambda: gradients(tf, lambda x: linalg.band_part(x, 0, 1), x),
    }
    for dtype in COMPLEX:
        rows[f"diag_part {dtype}"] = partial(gradients, tf, linalg.diag_part, ramp([2, 2], dtype))
    return outcomes(rows)
