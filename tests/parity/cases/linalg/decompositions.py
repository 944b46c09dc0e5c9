"""Decompositions and solutions of matrices: `tf.linalg.cholesky` to `tf.linalg.expm`.

What a decomposition leaves open (signs of singular vectors) is compared without it.
"""

from functools import partial

import numpy as np

from tests.parity.case_helpers.tables import COMPLEX, EVERY, gradients, of_dtype, outcomes, ramp
from tests.parity.harness import tolerance

_SPD = np.array([[4.0, 2.0, 0.5], [2.0, 5.0, 1.0], [0.5, 1.0, 3.0]], np.float64)
_GENERAL = np.array([[2.0, -1.0, 0.5], [0.25, 3.0, -2.0], [1.0, 0.75, 1.5]], np.float64)
_SINGULAR = np.array([[1.0, 2.0], [2.0, 4.0]], np.float64)
_HERMITIAN = np.array([[4.0, 1 + 1j], [1 - 1j, 3.0]])
_COMPLEX = np.array([[2.0, 1 + 1j], [1 - 2j, 3.0 + 0.5j]])
_RHS = np.array([[1.0, 2.0], [3.0, -1.0], [0.5, 4.0]], np.float64)
_ONE = "cholesky inv det slogdet logdet qr svd eigh eigvalsh expm".split()

CASES = {}


def _case(kind, names):
    """Defines the case `kind/name` for each of `names`."""

    def add(function):
        for name in names:
            # TensorFlow's exponential in single precision has three digits.
            loose = kind == "dtypes" or (name, kind) == ("expm", "values")
            case = tolerance(2e-3 if loose else 1e-5, 1e-6)(partial(function, name=name))
            CASES[f"{kind}/{name}"] = case
        return function

    return add


def _fixed(tf, name):
    """The function, with what it leaves open taken out of its results."""
    function = getattr(tf.linalg, name)

    def call(x, **options):
        result = function(x, **options)
        if name == "qr":
            return tf.abs(result[0]), tf.abs(result[1])
        if name == "svd" and isinstance(result, (tuple, list)):
            return result[0], tf.abs(result[1]), tf.abs(result[2])
        if name == "eigh":
            return result[0], tf.abs(result[1])
        return result

    return call


@_case("values", _ONE)
def _values(tf, name):
    function = _fixed(tf, name)
    rows = {
        "symmetric": lambda: function(_SPD),
        "general": lambda: function(_GENERAL),
        "float32": lambda: function(_SPD.astype(np.float32)),
        "batch": lambda: function(np.stack([_SPD, _SPD + np.eye(3)])),
        "one": lambda: function([[4.0]]),
        "empty": lambda: function(np.zeros([0, 0], np.float32)),
        "empty batch": lambda: function(np.zeros([0, 2, 2], np.float32)),
        "hermitian": lambda: function(_HERMITIAN),
        "vector": lambda: function([1.0, 2.0]),
        "scalar": lambda: function(1.0),
        "rectangle": lambda: function(ramp([2, 3])),
        "integers": lambda: function([[4, 2], [2, 5]]),
        "list": lambda: function([[4.0, 2.0], [2.0, 5.0]]),
        "variable": lambda: function(tf.Variable([[4.0, 2.0], [2.0, 5.0]])),
        "name": lambda: function([[4.0, 2.0], [2.0, 5.0]], name="given"),
    }
    if name != "cholesky":
        rows["singular"] = lambda: function(_SINGULAR)
        rows["zero"] = lambda: function(np.zeros([2, 2]))
        rows["indefinite"] = lambda: function(np.array([[1.0, 2.0], [2.0, 1.0]]))
    if name in ("inv", "det"):
        rows["nan"] = lambda: function([[np.nan, 2.0], [2.0, 5.0]])
    if name in ("inv", "det", "slogdet", "expm"):
        rows["complex"] = lambda: function(_COMPLEX)
    return outcomes(rows)


@_case("dtypes", _ONE)
def _dtypes(tf, name):
    function = _fixed(tf, name)
    return outcomes(
        {d: partial(lambda d: function(of_dtype(tf, [[4, 2], [2, 5]], d)), d) for d in EVERY}
    )


@_case("gradient", "cholesky inv det expm logdet eigvalsh".split())
def _gradient(tf, name):
    function = getattr(tf.linalg, name)
    second = name != "expm"
    rows = {
        "symmetric": lambda: gradients(tf, function, _SPD, second=second),
        "float32": lambda: gradients(tf, function, _SPD.astype(np.float32), second=False),
        "batch": lambda: gradients(tf, function, np.stack([_SPD, 2 * _SPD]), second=False),
        "hermitian": lambda: gradients(tf, function, _HERMITIAN, second=second),
        "one": lambda: gradients(tf, function, [[4.0]]),
    }
    if name in ("inv", "det", "expm"):
        rows["general"] = lambda: gradients(tf, function, _GENERAL, second=second)
        rows["complex"] = lambda: gradients(tf, function, _COMPLEX, second=second)
    if name == "det":
        rows["singular"] = lambda: gradients(tf, function, _SINGULAR)
    return outcomes(rows)


@tolerance(1e-5, 1e-6)
def slogdet_gradient(tf):
    """The gradient of the logarithm; the sign has none."""
    rows = {}
    for key, x in {"general": _GENERAL, "complex": _COMPLEX, "negative": -_GENERAL}.items():
        rows[key] = partial(gradients, tf, lambda x: tf.linalg.slogdet(x)[1], x)
        rows[f"{key}, sign"] = partial(gradients, tf, lambda x: tf.linalg.slogdet(x)[0], x)
        rows[f"{key}, both"] = partial(gradients, tf, tf.linalg.slogdet, x, second=False)
    rows["singular"] = lambda: gradients(tf, lambda x: tf.linalg.slogdet(x)[1], _SINGULAR)
    return outcomes(rows)


def no_cholesky(tf):
    """What has no factor gives nan; TensorFlow leaves the upper triangle as it found it."""

    def diagonal_sum(x):
        return tf.linalg.trace(tf.linalg.cholesky(x))

    return outcomes(
        {
            "singular": lambda: diagonal_sum(_SINGULAR),
            "zero": lambda: diagonal_sum(np.zeros([2, 2])),
            "indefinite": lambda: diagonal_sum(np.array([[1.0, 2.0], [2.0, 1.0]])),
            "one of two": lambda: diagonal_sum(np.stack([_SINGULAR, np.eye(2)])),
        }
    )


def namedtuples(tf):
    """The kinds of what is returned."""
    x = tf.constant(_SPD)
    return {
        name: (type(collected).__name__, len(collected), getattr(type(collected), "_fields", None))
        for name, collected in {
            "qr": tf.linalg.qr(x),
            "svd": tf.linalg.svd(x),
            "eigh": tf.linalg.eigh(x),
            "slogdet": tf.linalg.slogdet(x),
        }.items()
    }


@tolerance(1e-5, 1e-6)
def options(tf):
    """Flags of the functions above."""
    wide, tall = ramp([2, 3], "float64"), ramp([3, 2], "float64")
    linalg = tf.linalg
    rows = {"inv adjoint": lambda: linalg.inv(_COMPLEX, adjoint=True)}
    for key, x in {"wide": wide, "tall": tall, "square": _GENERAL}.items():
        for full in (True, False):
            rows[f"qr {key} {full}"] = partial(
                lambda x, f: [tf.abs(m) for m in linalg.qr(x, full_matrices=f)], x, full
            )
            rows[f"svd {key} {full}"] = partial(
                lambda x, f: [m.shape for m in linalg.svd(x, full_matrices=f)], x, full
            )
        rows[f"svd {key} values"] = partial(linalg.svd, x, compute_uv=False)
        rows[f"svd {key} back"] = partial(_from_svd, tf, x)
        rows[f"qr {key} back"] = partial(lambda x: tf.matmul(*linalg.qr(x)), x)
    rows["svd complex back"] = lambda: _from_svd(tf, _COMPLEX)
    rows["eigh back"] = lambda: _from_eigh(tf, _SPD)
    rows["eigh complex back"] = lambda: _from_eigh(tf, _HERMITIAN)
    rows["eigh lower triangle"] = lambda: linalg.eigh(_GENERAL)[0]
    rows["cholesky lower triangle"] = lambda: linalg.cholesky(np.tril(_SPD))
    rows["qr full number"] = lambda: linalg.qr(wide, full_matrices=1)
    rows["svd names"] = lambda: linalg.svd(
        tensor=_SPD, full_matrices=False, compute_uv=False, name="given"
    )
    return outcomes(rows)


def _from_svd(tf, x):
    s, u, v = tf.linalg.svd(x)
    return tf.matmul(u * tf.cast(s, u.dtype), v, adjoint_b=True)


def _from_eigh(tf, x):
    e, v = tf.linalg.eigh(x)
    return tf.matmul(v * tf.cast(e, v.dtype), v, adjoint_b=True)


@tolerance(1e-4, 1e-6)
def decomposition_gradients(tf):
    """Gradients of what does not depend on signs."""
    linalg = tf.linalg
    weight = np.array([[1.0, -2.0, 0.5], [0.25, 1.0, 3.0], [2.0, 0.5, -1.0]])
    wide, tall = ramp([2, 3], "float64", -2.0, 0.75) ** 2, ramp([3, 2], "float64", -2.0, 0.75) ** 2

    def squares_of_vectors(pick):
        return lambda x: tf.square(pick(x)) * weight[: pick(x).shape[0], : pick(x).shape[1]]

    functions = {
        "eigh values": (lambda x: linalg.eigh(x)[0], [_SPD]),
        "eigh vectors": (squares_of_vectors(lambda x: linalg.eigh(x)[1]), [_SPD]),
        "eigh both": (lambda x: linalg.eigh(x)[0] * tf.square(linalg.eigh(x)[1]), [_SPD]),
        "eigh general": (lambda x: linalg.eigh(x)[0], [_GENERAL]),
        "svd values": (lambda x: linalg.svd(x, compute_uv=False), [_GENERAL, wide, tall]),
        "svd values of all": (lambda x: linalg.svd(x)[0], [_GENERAL, wide, tall]),
        "svd u": (squares_of_vectors(lambda x: linalg.svd(x)[1]), [_GENERAL, wide, tall]),
        "svd v": (squares_of_vectors(lambda x: linalg.svd(x)[2]), [_GENERAL, wide, tall]),
        "qr q": (squares_of_vectors(lambda x: linalg.qr(x)[0]), [_GENERAL, wide, tall]),
        "qr r": (lambda x: tf.square(linalg.qr(x)[1]), [_GENERAL, wide, tall]),
        "qr product": (lambda x: tf.matmul(*linalg.qr(x)), [_GENERAL, wide, tall]),
    }
    rows = {}
    for name, (function, points) in functions.items():
        for index, point in enumerate(points):
            rows[f"{name} {index}"] = partial(gradients, tf, function, point, second=False)
    rows["eigh values complex"] = lambda: gradients(
        tf, lambda x: linalg.eigh(x)[0], _HERMITIAN, second=False
    )
    rows["eigh equal values"] = lambda: gradients(
        tf, lambda x: linalg.eigh(x)[0], np.eye(2), second=False
    )
    rows["svd equal values"] = lambda: gradients(
        tf, lambda x: linalg.svd(x, compute_uv=False), np.eye(2), second=False
    )
    rows["eigh values, second"] = lambda: gradients(tf, lambda x: linalg.eigh(x)[0], _SPD)
    return outcomes(rows)


# -- solutions ----------------------------------------------------------------------------------


@tolerance(1e-5, 1e-6)
def solve(tf):
    """`tf.linalg.solve`."""
    function = tf.linalg.solve
    rows = {
        "plain": lambda: function(_GENERAL, _RHS),
        "adjoint": lambda: function(_GENERAL, _RHS, adjoint=True),
        "complex adjoint": lambda: function(_COMPLEX, np.eye(2) + 0j, True),
        "batch": lambda: function(np.stack([_GENERAL, _SPD]), np.stack([_RHS, _RHS])),
        "batch of one side": lambda: function(np.stack([_GENERAL, _SPD]), _RHS),
        "vector": lambda: function(_GENERAL, [1.0, 2.0, 3.0]),
        "singular": lambda: function(_SINGULAR, np.eye(2)),
        "rectangle": lambda: function(ramp([2, 3]), ramp([2, 2])),
        "rows differ": lambda: function(_GENERAL, np.eye(2)),
        "two types": lambda: function(tf.constant(_GENERAL), tf.constant(_RHS, tf.float32)),
        "empty": lambda: function(np.zeros([0, 0]), np.zeros([0, 2])),
        "no columns": lambda: function(_GENERAL, np.zeros([3, 0])),
        "names": lambda: function(matrix=_GENERAL, rhs=_RHS, adjoint=False, name="given"),
        "flag": lambda: function(_GENERAL, _RHS, adjoint=1),
        "gradient": lambda: gradients(tf, function, _GENERAL, _RHS),
        "gradient adjoint": lambda: gradients(
            tf, lambda a, b: function(a, b, adjoint=True), _GENERAL, _RHS
        ),
        "gradient complex": lambda: gradients(tf, function, _COMPLEX, np.eye(2) + 0j),
        "gradient batch": lambda: gradients(
            tf, function, np.stack([_GENERAL, _SPD]), np.stack([_RHS, _RHS]), second=False
        ),
    }
    rows |= {
        d: partial(
            lambda d: function(of_dtype(tf, [[4, 2], [2, 5]], d), of_dtype(tf, [[1], [2]], d)), d
        )
        for d in EVERY
    }
    return outcomes(rows)


@tolerance(1e-5, 1e-6)
def triangular_solve(tf):
    """`tf.linalg.triangular_solve`."""
    function = tf.linalg.triangular_solve
    rows = {}
    for lower in (True, False):
        for adjoint in (True, False):
            for key, a, b in (
                ("real", _GENERAL, _RHS),
                ("complex", _COMPLEX, np.eye(2) + 0j),
            ):
                rows[f"{key} lower {lower} adjoint {adjoint}"] = partial(
                    function, a, b, lower=lower, adjoint=adjoint
                )
                rows[f"gradient {key} lower {lower} adjoint {adjoint}"] = partial(
                    lambda a, b, low, adj: gradients(
                        tf, lambda a, b: function(a, b, low, adj), a, b
                    ),
                    a,
                    b,
                    lower,
                    adjoint,
                )
    rows |= {
        "batch": lambda: function(np.stack([_GENERAL, _SPD]), np.stack([_RHS, _RHS])),
        "broadcast": lambda: function(np.stack([_GENERAL, _SPD]), _RHS),
        "broadcast matrix": lambda: function(_GENERAL, np.stack([_RHS, _RHS])),
        "gradient broadcast": lambda: gradients(
            tf, function, np.stack([_GENERAL, _SPD]), _RHS, second=False
        ),
        "singular": lambda: function(np.array([[1.0, 0.0], [2.0, 0.0]]), np.eye(2)),
        "rectangle": lambda: function(ramp([2, 3]), ramp([2, 2])),
        "rows differ": lambda: function(_GENERAL, np.eye(2)),
        "vector": lambda: function(_GENERAL, np.array([1.0, 2.0, 3.0])),
        "two types": lambda: function(tf.constant(_GENERAL), tf.constant(_RHS, tf.float32)),
        "names": lambda: function(matrix=_GENERAL, rhs=_RHS, lower=True, adjoint=False, name="n"),
    }
    return outcomes(rows)


@tolerance(1e-5, 1e-6)
def cholesky_solve(tf):
    """`tf.linalg.cholesky_solve`."""
    function = tf.linalg.cholesky_solve
    factor = np.linalg.cholesky(_SPD)
    return outcomes(
        {
            "plain": lambda: function(factor, _RHS),
            "complex": lambda: function(np.linalg.cholesky(_HERMITIAN), np.eye(2) + 0j),
            "batch": lambda: function(np.stack([factor, factor * 2]), np.stack([_RHS, _RHS])),
            "upper ignored": lambda: function(_GENERAL, _RHS),
            "rows differ": lambda: function(factor, np.eye(2)),
            "names": lambda: function(chol=factor, rhs=_RHS, name="given"),
            "gradient": lambda: gradients(tf, function, factor, _RHS),
        }
    )


@tolerance(1e-5, 1e-6)
def gradient_dtypes(tf):
    """Gradients in the complex types."""
    rows = {}
    for dtype in COMPLEX:
        rows[f"inv {dtype}"] = partial(
            gradients, tf, tf.linalg.inv, _COMPLEX.astype(dtype), second=False
        )
        rows[f"cholesky {dtype}"] = partial(
            gradients, tf, tf.linalg.cholesky, _HERMITIAN.astype(dtype), second=False
        )
    return outcomes(rows)
