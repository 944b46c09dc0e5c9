"""Eigenvalues, functions of matrices, LU, least squares and matrices of few diagonals.

What a decomposition leaves open (order, signs and phases) is compared without it.
"""

from functools import partial

import numpy as np

from tests.parity.case_helpers.tables import EVERY, gradients, of_dtype, outcomes, ramp
from tests.parity.harness import tolerance

_GENERAL = np.array([[2.0, -1.0, 0.5], [0.25, 3.0, -2.0], [1.0, 0.75, 1.5]])
_REAL = np.array([[4.0, 1.0, 0.5], [0.25, 2.0, 1.0], [0.1, 0.3, -1.0]])  # real eigenvalues
_COMPLEX = np.array([[2.0, 1 + 1j], [1 - 2j, 3.0 + 0.5j]])
_ROTATION = np.array([[0.0, -1.0], [1.0, 0.0]])
_JORDAN = np.array([[2.0, 1.0, 0.0], [0.0, 2.0, 1.0], [0.0, 0.0, 2.0]])
_SPD = np.array([[4.0, 2.0, 0.5], [2.0, 5.0, 1.0], [0.5, 1.0, 3.0]])
_NAN = np.array([[np.nan, 1.0], [1.0, 1.0]])
_RHS = np.array([[1.0, 2.0], [3.0, -1.0], [0.5, 4.0]])


def _batch(*matrices):
    return np.stack(matrices)


def _types(tf, function, values=((4.0, 1.0), (2.0, 5.0)), types=EVERY):
    return {d: partial(lambda d: function(of_dtype(tf, values, d)), d) for d in types}


def _ordered(tf, values):
    order = np.lexsort((np.round(values.numpy().imag, 4), np.round(values.numpy().real, 4)))
    return tf.gather(values, order)


@tolerance(1e-5, 1e-6)
def eig(tf):
    """`tf.linalg.eig` and `tf.linalg.eigvals`."""

    def values(x):
        return _ordered(tf, tf.linalg.eigvals(x))

    def residual(x):
        x = tf.constant(x)
        e, v = tf.linalg.eig(x)
        x = tf.cast(x, e.dtype)
        return x @ v - v * e[..., None, :], tf.norm(v, axis=-2)

    def smooth(x):  # of the vectors: what no phase changes
        e, v = tf.linalg.eig(x)
        p = tf.linalg.inv(v)
        return tf.math.real(v @ (tf.exp(e)[:, None] * p))

    def squares(x):
        return tf.reduce_sum(tf.math.real(tf.linalg.eig(x)[0] ** 2))

    rows = {}
    for key, x in {
        "general": _GENERAL,
        "real": _REAL,
        "complex": _COMPLEX,
        "rotation": _ROTATION,
        "one": np.array([[3.0]]),
        "diagonal": np.diag([1.0, 2.0, 2.0]),
    }.items():
        rows[key] = partial(values, x)
        rows[f"{key}, residual"] = partial(residual, x)
        if key != "diagonal":
            rows[f"{key}, gradient of vectors"] = partial(gradients, tf, smooth, x, second=False)
        rows[f"{key}, gradient of values"] = partial(gradients, tf, squares, x, second=False)
    for function in (tf.linalg.eig, tf.linalg.eigvals, tf.eig, tf.eigvals):
        name = f"{function.__name__} {function is tf.eig or function is tf.eigvals}"
        rows |= {
            f"{name} empty": partial(function, np.zeros([0, 0])),
            f"{name} empty batch": partial(function, np.zeros([0, 2, 2], np.float32)),
            f"{name} nan": partial(function, np.full([2, 2], np.nan)),
            f"{name} rectangle": partial(function, np.zeros([2, 3])),
            f"{name} vector": partial(function, np.zeros([3])),
            f"{name} list": partial(function, [[1.0, 2.0], [3.0, 4.0]]),
            f"{name} name": partial(lambda f: f(tensor=np.eye(2) * 3, name="given"), function),
            f"{name} variable": partial(lambda f: f(tf.Variable(np.eye(2))), function),
        }
        rows |= {f"{name} {d}": row for d, row in _types(tf, function, [[3.0]]).items()}
    rows["gradient of both"] = lambda: gradients(
        tf,
        lambda x: tf.math.abs(tf.linalg.eig(x)[1]) * tf.math.real(tf.linalg.eig(x)[0]),
        np.diag([1.0, 2.0]) + 0.0,
        second=False,
    )
    rows["eigvals gradient"] = lambda: gradients(
        tf, lambda x: tf.reduce_sum(tf.linalg.eigvals(x) ** 3), _GENERAL, second=False
    )
    rows["eigvals second"] = lambda: gradients(
        tf, lambda x: tf.reduce_sum(tf.linalg.eigvals(x) ** 3), _REAL
    )
    return outcomes(rows)


@tolerance(1e-5, 1e-6)
def sqrtm(tf):
    """`tf.linalg.sqrtm`."""
    function = tf.linalg.sqrtm
    points = {
        "spd": _SPD,
        "general": _GENERAL,
        "complex": _COMPLEX,
        "jordan": _JORDAN,
        "rotation": _ROTATION,
        "float": _SPD.astype(np.float32),
        "batch": _batch(_SPD, _GENERAL),
    }
    rows = {key: partial(function, x) for key, x in points.items()}
    rows |= {
        f"gradient {key}": partial(gradients, tf, function, x, second=key == "spd")
        for key, x in points.items()
    }
    rows |= {
        "zeros": partial(function, np.zeros([2, 2])),
        "negative": partial(function, np.diag([-1.0, 2.0])),
        "negative complex": partial(function, np.diag([-1.0 + 0j, 2.0])),
        "negative of many": partial(function, _batch(np.diag([-1.0, 2.0]), np.eye(2))),
        "singular": partial(function, np.ones([2, 2])),
        "nan": partial(function, _NAN),
        "inf": partial(function, np.diag([np.inf, 1.0])),
        "empty": partial(function, np.zeros([0, 0])),
        "empty batch": partial(function, np.zeros([0, 2, 2])),
        "one": partial(function, [[4.0]]),
        "rectangle": partial(function, np.zeros([2, 3])),
        "vector": partial(function, np.zeros([3])),
        "names": lambda: function(input=np.eye(2) * 4, name="given"),
        "alias": lambda: tf.matrix_square_root(np.eye(2) * 4),
        **_types(tf, function),
    }
    return outcomes(rows)


@tolerance(1e-5, 1e-6)
def logm(tf):
    """`tf.linalg.logm`."""
    function = tf.linalg.logm
    rows = {
        "spd": partial(function, _SPD + 0j),
        "general": partial(function, _GENERAL + 0j),
        "complex": partial(function, _COMPLEX),
        "jordan": partial(function, _JORDAN + 0j),
        "rotation": partial(function, _ROTATION + 0j),
        "large": partial(function, 1e4 * _GENERAL + 0j),
        "batch": partial(function, _batch(_SPD, _GENERAL) + 0j),
        "negative": partial(function, -np.eye(2) + 0j),
        "zeros": partial(function, np.zeros([2, 2]) + 0j),
        "nan": partial(function, _NAN + 0j),
        "identity": partial(function, np.eye(3) + 0j),
        "empty": partial(function, np.zeros([0, 0]) + 0j),
        "rectangle": partial(function, np.zeros([2, 3]) + 0j),
        "vector": partial(function, np.zeros([3]) + 0j),
        "names": lambda: function(input=np.eye(2) + 0j, name="given"),
        "gradient": lambda: gradients(tf, function, _COMPLEX, second=False),
        **_types(tf, function),
    }
    return outcomes(rows)


@tolerance(1e-5, 1e-6)
def lu(tf):
    """`tf.linalg.lu` and what is made of its results."""
    linalg = tf.linalg
    batch = _batch(_GENERAL, _SPD)
    rows = {"type": lambda: type(linalg.lu(_SPD)).__name__}
    for key, x in {
        "general": _GENERAL,
        "complex": _COMPLEX,
        "batch": batch,
        "float": _SPD.astype(np.float32),
        "deep batch": batch[None],
        "empty": np.zeros([0, 0]),
        "no matrices": np.zeros([0, 2, 2]),
        "empty ones": np.zeros([2, 0, 0]),
    }.items():
        rhs = np.ones([*x.shape[:-1], 2], x.dtype)
        rows |= {
            f"lu {key}": partial(linalg.lu, x),
            f"inverse {key}": partial(lambda x: linalg.lu_matrix_inverse(*linalg.lu(x)), x),
            f"solve {key}": partial(lambda x, b: linalg.lu_solve(*linalg.lu(x), b), x, rhs),
        }
        if key != "no matrices":  # TensorFlow maps over them, and has no type for nothing
            rows[f"reconstruct {key}"] = partial(lambda x: linalg.lu_reconstruct(*linalg.lu(x)), x)
    packed, order = np.array([[4.0, 2.0], [0.5, 3.0]]), [1, 0]
    many, orders = _batch(packed, packed + 1), [[1, 0], [0, 1]]
    rhs = np.array([[1.0, 2.0], [3.0, -1.0]])
    rows |= {
        "idx": lambda: linalg.lu(_GENERAL, output_idx_type=tf.int64),
        "idx other": lambda: linalg.lu(_GENERAL, tf.float32),
        "singular": partial(linalg.lu, np.ones([2, 2])),
        "one singular": partial(linalg.lu, _batch(np.ones([2, 2]), np.eye(2))),
        "nan": partial(linalg.lu, _NAN),
        "rectangle": partial(linalg.lu, np.ones([2, 3])),
        "vector": partial(linalg.lu, np.ones([2])),
        "gradient": lambda: gradients(tf, lambda x: linalg.lu(x).lu, _SPD, second=False),
        "broadcast": lambda: linalg.lu_solve(packed, order, np.stack([rhs, rhs + 1])),
        "broadcast order": lambda: linalg.lu_solve(many, orders, rhs),
        "solve gradient": lambda: gradients(
            tf, lambda a, b: linalg.lu_solve(a, order, b), packed, rhs
        ),
        "solve gradient of many": lambda: gradients(
            tf, lambda a, b: linalg.lu_solve(a, orders, b), many, rhs, second=False
        ),
        "reconstruct gradient": lambda: gradients(
            tf, lambda a: linalg.lu_reconstruct(a, order), packed
        ),
        "reconstruct gradient of many": lambda: gradients(
            tf, lambda a: linalg.lu_reconstruct(a, orders), many, second=False
        ),
        "inverse gradient": lambda: gradients(
            tf, lambda a: linalg.lu_matrix_inverse(a, order), packed
        ),
        "lists": lambda: linalg.lu_solve([[2.0, 0.0], [0.0, 4.0]], [0, 1], [[1.0], [2.0]]),
        "validated": lambda: linalg.lu_solve(packed, order, rhs, validate_args=True, name="n"),
        "validated inverse": lambda: linalg.lu_matrix_inverse(packed, order, True, "n"),
        "validated matrix": lambda: linalg.lu_reconstruct(packed, order, True, "n"),
        "order of int64": lambda: linalg.lu_reconstruct(packed, np.array([1, 0])),
        "orders of int64": lambda: linalg.lu_reconstruct(many, np.array(orders)),
        "no order": lambda: linalg.lu_reconstruct(packed, [0, 0]),
        "order outside": lambda: linalg.lu_reconstruct(packed, [0, 5]),
        "no orders": lambda: linalg.lu_reconstruct(many, [[0, 1], [0, 0]]),
        "ranks": lambda: linalg.lu_reconstruct(packed, [order]),
        "rank of matrix": lambda: linalg.lu_reconstruct(packed[0], 0),
        "not square": lambda: linalg.lu_reconstruct(np.ones([2, 3]), order),
        "right vector": lambda: linalg.lu_solve(packed, order, rhs[0]),
        "rows differ": lambda: linalg.lu_solve(packed, order, np.ones([3, 1])),
        "batches differ": lambda: linalg.lu_solve(many, orders, np.ones([3, 2, 1])),
        **_types(tf, linalg.lu),
    }
    return outcomes(rows)


@tolerance(1e-4, 1e-5)
def least_squares(tf):
    """`tf.linalg.lstsq`, `pinv` and `matrix_rank`."""
    linalg = tf.linalg
    tall = np.array([[1.0, 2.0], [3.0, -1.0], [0.5, 4.0]])
    wide = tall.T.copy()
    right, below = np.array([[1.0], [2.0], [0.5]]), np.array([[1.0], [2.0]])
    poor = np.array([[1.0, 2.0], [2.0, 4.0], [0.0, 0.0]])
    lstsq = linalg.lstsq
    rows = {}
    for fast in (True, False):
        for key, a, b in (
            ("tall", tall, right),
            ("wide", wide, below),
            ("square", _GENERAL, _RHS),
            ("complex", tall + 0.5j * tall[::-1], right + 1j),
            ("batch", _batch(tall, tall[::-1]), _batch(right, right * 2)),
            ("float", tall.astype(np.float32), right.astype(np.float32)),
            ("no rows", np.zeros([2, 0]), np.zeros([2, 1])),
            ("no right sides", tall, np.zeros([3, 0])),
            ("rows differ", tall, below),
            ("one right side for all", _batch(tall, tall), right),
            ("vector", tall, right[:, 0]),
            ("half", tall.astype(np.float16), right.astype(np.float16)),
        ):
            rows[f"{key} {fast}"] = partial(lstsq, a, b, fast=fast)
            if key in ("tall", "wide", "square", "batch"):
                rows[f"gradient {key} {fast}"] = partial(
                    gradients, tf, partial(lstsq, fast=fast), a, b, second=key != "batch"
                )
                rows[f"regular {key} {fast}"] = partial(lstsq, a, b, 0.5, fast)
                rows[f"gradient regular {key} {fast}"] = partial(
                    gradients, tf, partial(lstsq, l2_regularizer=0.5, fast=fast), a, b, second=False
                )
    rows |= {
        "poor": partial(lstsq, poor, right, fast=False),
        "regular complex128": partial(lstsq, tall + 0j, right + 0j, 0.5),
        "regular complex64": lambda: lstsq(
            (tall + 0j).astype(np.complex64), (right + 0j).astype(np.complex64), 0.5
        ),
        "names": lambda: lstsq(matrix=tall, rhs=right, l2_regularizer=0.0, fast=None, name="given"),
        "lists": lambda: lstsq([[1.0, 0.0], [0.0, 2.0]], [[1.0], [2.0]]),
        "two types": lambda: lstsq(tf.constant(tall), tf.constant(right, tf.float32)),
    }
    for key, a in {
        "tall": tall,
        "wide": wide,
        "poor": poor,
        "batch": _batch(tall, poor),
        "zeros": np.zeros([2, 2]),
        "float": poor.astype(np.float32),
        "integers": [[1, 2], [2, 4]],
        "list": [[1.0, 2.0], [2.0, 4.0]],
        "vector": [1.0, 2.0],
        "no rows": np.zeros([0, 2]),
        "half": tall.astype(np.float16),
        "complex": tall + 0j,
    }.items():
        rows[f"rank {key}"] = partial(linalg.matrix_rank, a)
        rows[f"pinv {key}"] = partial(linalg.pinv, a)
        if key in ("tall", "wide", "batch"):
            rows[f"pinv gradient {key}"] = partial(gradients, tf, linalg.pinv, a, second=False)
    rows |= {
        "rank tol": lambda: linalg.matrix_rank(np.diag([3.0, 2.0, 1.0]), tol=1.5),
        "rank tols": lambda: linalg.matrix_rank(
            _batch(tall, tall), tol=np.array([[1.0], [100.0]]), validate_args=True, name="given"
        ),
        "pinv rcond": lambda: linalg.pinv(np.diag([3.0, 2.0, 1.0]), rcond=0.5),
        "pinv rconds": lambda: linalg.pinv(
            _batch(tall, tall), rcond=[0.1, 0.99], validate_args=True, name="given"
        ),
    }
    return outcomes(rows)


@tolerance(1e-5, 1e-6)
def banded_triangular_solve(tf):
    """`tf.linalg.banded_triangular_solve`."""
    function = tf.linalg.banded_triangular_solve
    bands = np.array([[2.0, 3.0, 4.0], [1.0, 2.0, 3.0]])
    rhs = _RHS
    rows = {}
    for lower in (True, False):
        for adjoint in (True, False):
            for key, a, b in (
                ("real", bands, rhs),
                ("complex", bands + 1j * bands[::-1], rhs - 2j),
                ("one band", bands[:1], rhs),
                ("three bands", np.concatenate([bands, bands[:1] + 1]), rhs),
                ("batch", _batch(bands, bands + 1), _batch(rhs, rhs + 1)),
                ("bands broadcast", bands, _batch(rhs, rhs + 1)),
                ("right sides broadcast", _batch(bands, bands + 1), rhs),
            ):
                solve = partial(function, lower=lower, adjoint=adjoint)
                rows[f"{key} {lower} {adjoint}"] = partial(solve, a, b)
                if key != "one band":  # TensorFlow's gradient has lost the axis of bands there
                    rows[f"gradient {key} {lower} {adjoint}"] = partial(
                        gradients, tf, solve, a, b, second=key == "real"
                    )
    rows |= {
        "more bands than rows": partial(function, np.ones([4, 3]), rhs),
        "vector": partial(function, bands, rhs[:, 0]),
        "vector of bands": partial(function, bands[0], rhs),
        "sizes differ": partial(function, bands, rhs[:2]),
        "singular": partial(function, bands * [0.0, 1.0, 1.0], rhs),
        "zero outside": partial(function, bands * [[1.0], [0.0]], rhs),
        "no bands": partial(function, np.zeros([0, 3]), rhs),
        "empty": partial(function, np.zeros([1, 0]), np.zeros([0, 1])),
        "no right sides": partial(function, bands, np.zeros([3, 0])),
        "names": lambda: function(bands=bands, rhs=rhs, lower=True, adjoint=False, name="given"),
        "flag": lambda: function(bands, rhs, 1),
        "two types": lambda: function(tf.constant(bands), tf.constant(rhs, tf.float32)),
        **_types(tf, lambda x: function(x, x[:, :1])),
    }
    return outcomes(rows)


@tolerance(1e-5, 1e-6)
def tridiagonal_matmul(tf):
    """`tf.linalg.tridiagonal_matmul`."""
    function = tf.linalg.tridiagonal_matmul
    compact, rhs = ramp([3, 4], "float64"), ramp([4, 2], "float64", 0.5, -0.3)
    compact_z, rhs_z = ramp([3, 4], "complex128"), ramp([4, 2], "complex128", 0.5, -0.3)
    rows = {
        "compact": partial(function, compact, rhs),
        "complex": partial(function, compact_z, rhs_z),
        "matrix": partial(function, ramp([4, 4]), ramp([4, 2]), "matrix"),
        "sequence": partial(function, list(compact), rhs, "sequence"),
        "batch": partial(function, _batch(compact, compact + 1), _batch(rhs, rhs + 1)),
        "one": partial(function, compact[:, :1], rhs[:1]),
        "two": partial(function, compact[:, :2], rhs[:2]),
        "empty": partial(function, compact[:, :0], rhs[:0]),
        "no right sides": partial(function, compact, rhs[:, :0]),
        "batches differ": partial(function, compact, _batch(rhs, rhs)),
        "vector": partial(function, compact, rhs[:, 0]),
        "sizes differ": partial(function, compact, rhs[:3]),
        "short sequence": partial(
            function, [compact[0, 1:], compact[1], compact[2]], rhs, "sequence"
        ),
        "two in sequence": partial(function, [compact[0], compact[1]], rhs, "sequence"),
        "not square": partial(function, tf.ones([3, 4]), tf.ones([3, 2]), "matrix"),
        "format": partial(function, compact, rhs, "dense"),
        "list": partial(function, compact.tolist(), rhs),
        "names": lambda: function(
            diagonals=compact, rhs=rhs, diagonals_format="compact", name="given"
        ),
        "gradient": lambda: gradients(tf, function, compact, rhs),
        "gradient complex": lambda: gradients(tf, function, compact_z, rhs_z),
        "gradient batch": lambda: gradients(
            tf, function, _batch(compact, compact + 1), _batch(rhs, rhs + 1), second=False
        ),
        "gradient matrix": lambda: gradients(
            tf, lambda a, b: function(a, b, "matrix"), ramp([4, 4]), ramp([4, 2])
        ),
        **_types(tf, lambda x: function(tf.concat([x, x[:1]], 0), x)),
    }
    return outcomes(rows)


@tolerance(1e-5, 1e-6)
def tridiagonal_solve(tf):
    """`tf.linalg.tridiagonal_solve`."""
    solve = tf.linalg.tridiagonal_solve

    def function(a, b, *rest, **named):
        return solve(tf.nest.map_structure(tf.constant, a), tf.constant(b), *rest, **named)

    compact = np.array([[1.0, -2.0, 0.5, 9.0], [3.0, 1.0, -2.0, 4.0], [9.0, 2.0, 4.0, 0.5]])
    rhs = ramp([4, 2], "float64", 0.5, -0.3)
    compact_z, rhs_z = compact + 0.5j * compact[::-1], rhs - 0.5j
    rows = {}
    for pivoting in (True, False):
        for perturb in (True, False):
            chosen = partial(function, partial_pivoting=pivoting, perturb_singular=perturb)
            for key, a, b in (
                ("real", compact, rhs),
                ("complex", compact_z, rhs_z),
                ("float", compact.astype(np.float32), rhs.astype(np.float32)),
                ("batch", _batch(compact, compact * 2), _batch(rhs, rhs + 1)),
                ("vector", compact, rhs[:, 0]),
                ("vectors", _batch(compact, compact * 2), rhs.T.copy()),
                ("one", compact[:, :1], rhs[:1]),
                ("two", compact[:, :2], rhs[:2]),
                ("zero", np.zeros([3, 1]), rhs[:1]),
                ("singular", np.ones([3, 2]), rhs[:2]),
                ("zero pivot", np.array([[1.0, 1.0], [0.0, 1.0], [1.0, 1.0]]), rhs[:2]),
                ("last", np.array([[1.0, 1.0], [1.0, 0.0], [1.0, 0.0]]), rhs[:2]),
                (
                    "one singular",
                    _batch(np.ones([3, 2]), [[1.0, 0.0], [2.0, 2.0], [0.0, 1.0]]),
                    np.ones([2, 2, 1]),
                ),
                ("nan", compact * np.nan, rhs),
                ("empty", compact[:, :0], rhs[:0]),
                ("no right sides", compact, rhs[:, :0]),
            ):
                rows[f"{key} {pivoting} {perturb}"] = partial(chosen, a, b)
                if key in ("real", "complex", "vector", "batch"):
                    rows[f"gradient {key} {pivoting} {perturb}"] = partial(
                        gradients, tf, chosen, a, b, second=key in ("real", "vector")
                    )
    matrix = np.diag(compact[1]) + np.diag(compact[0, :-1], 1) + np.diag(compact[2, 1:], -1)
    rows |= {
        "matrix": partial(function, matrix + 7 * np.eye(4)[::-1], rhs, "matrix"),
        "matrix gradient": lambda: gradients(
            tf, lambda a, b: solve(a, b, "matrix"), matrix, rhs, second=False
        ),
        "sequence": partial(function, list(compact), rhs, "sequence"),
        "short sequence": partial(
            function, (compact[0, :-1], compact[1], compact[2, 1:]), rhs, "sequence"
        ),
        "shorter sequence": partial(
            function, (compact[0, :-2], compact[1], compact[2, 1:]), rhs, "sequence"
        ),
        "two in sequence": partial(function, list(compact[:2]), rhs, "sequence"),
        "tensor for sequence": partial(function, compact, rhs, "sequence"),
        "sequence of batches": partial(
            function, [compact, compact[0], compact[0]], rhs, "sequence"
        ),
        "transposed": partial(function, compact, rhs.T.copy(), transpose_rhs=True),
        "conjugate": partial(function, compact_z, rhs_z, conjugate_rhs=True),
        "adjoint": partial(
            function, compact_z, rhs_z.T.copy(), transpose_rhs=True, conjugate_rhs=True
        ),
        "conjugate vector": partial(
            function, compact_z, rhs_z[:, 0], transpose_rhs=True, conjugate_rhs=True
        ),
        "sizes differ": partial(function, compact, rhs[:3]),
        "ranks differ": partial(function, compact, rhs[None, None]),
        "batches differ": partial(function, _batch(compact, compact), np.ones([3, 4, 1])),
        "not three": partial(function, compact[:2], rhs),
        "rank": partial(function, compact[0], rhs),
        "not square": partial(function, np.ones([3, 4]), np.ones([3, 2]), "matrix"),
        "format": partial(function, compact, rhs, "dense"),
        "array": partial(solve, compact, rhs),
        "list": partial(solve, compact.tolist(), rhs.tolist()),
        "names": lambda: solve(
            diagonals=tf.constant(compact),
            rhs=tf.constant(rhs),
            diagonals_format="compact",
            transpose_rhs=False,
            conjugate_rhs=False,
            name="given",
            partial_pivoting=True,
            perturb_singular=False,
        ),
        "two types": partial(function, compact, rhs.astype(np.float32)),
        **_types(tf, lambda x: solve(tf.concat([x, x[:1]], 0), x)),
    }
    return outcomes(rows)


@tolerance(1e-5, 1e-5)
def eigh_tridiagonal(tf):
    """`tf.linalg.eigh_tridiagonal`."""
    function = tf.linalg.eigh_tridiagonal
    alpha, beta = np.array([1.0, -2.0, 3.0, 0.5]), np.array([0.5, 1.5, -1.0])
    beta_z = beta + 1j * beta[::-1]

    def vectors(a, b, **named):
        values, collected = function(a, b, eigvals_only=False, **named)
        # Of each vector, with its sign: largest of all is positive.
        top = tf.gather(collected, tf.argmax(tf.abs(collected), 0), batch_dims=0)
        return values, tf.abs(collected), collected / tf.linalg.diag_part(top)

    rows = {
        "all": partial(function, alpha, beta),
        "complex": partial(function, alpha + 0j, beta_z),
        "float": partial(function, alpha.astype(np.float32), beta.astype(np.float32)),
        "vectors": partial(vectors, alpha, beta),
        "vectors complex": partial(vectors, alpha + 0j, beta_z),
        "vectors float": partial(vectors, alpha.astype(np.float32), beta.astype(np.float32)),
        "equal": partial(function, np.ones([4]), np.zeros([3])),
        "equal vectors": lambda: tf.matmul(
            *[function(np.ones([4]), np.zeros([3]), eigvals_only=False)[1]] * 2, adjoint_a=True
        ),
        "indices": partial(function, alpha, beta, select="i", select_range=(1, 2)),
        "index vectors": partial(vectors, alpha, beta, select="i", select_range=(1, 2)),
        "interval": partial(function, alpha, beta, select="v", select_range=[-1.0, 2.0]),
        "no interval": partial(function, alpha, beta, select="v", select_range=[2.0, 2.0]),
        "no values": partial(function, alpha, beta, select="v", select_range=[50.0, 51.0]),
        "no indices": partial(function, alpha, beta, select="i", select_range=[2, 1]),
        "tensor indices": lambda: function(
            alpha, beta, select="i", select_range=tf.constant([0, 1])
        ),
        "rough": partial(function, alpha, beta, tol=0.5),
        "select": partial(function, alpha, beta, select="x"),
        "one": partial(function, alpha[:1], beta[:0]),
        "one, vectors": partial(function, alpha[:1], beta[:0], eigvals_only=False),
        "one complex": partial(function, alpha[:1] + 1j, beta[:0]),
        "none": partial(function, alpha[:0], beta[:0]),
        "two types": partial(function, alpha, beta.astype(np.float32)),
        "integers": partial(function, [1, 2], [3]),
        "lists": partial(function, [1.0, 2.0], [3.0]),
        "sizes differ": partial(function, alpha, beta[:2]),
        "names": lambda: function(
            alpha=alpha,
            beta=beta,
            eigvals_only=True,
            select="a",
            select_range=None,
            tol=None,
            name="given",
        ),
        "gradient": lambda: gradients(tf, function, alpha, beta, second=False),
        "large": partial(function, alpha * 1e300, beta * 1e150),
        "small": partial(function, alpha * 1e-200, beta * 1e-200),
        "many": partial(function, np.arange(40.0) % 7, np.ones([39]) * 0.3),
        **_types(tf, lambda x: function(x[0], x[1, :1])),
    }
    return outcomes(rows)
