"""Values and first two derivatives for singular matrices, and for matrices with NaN or infinity.

Left out are results that consist of rounding errors, such as the square root of a matrix whose
eigenvalue of 0 is computed as a tiny negative number.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.parity.case_helpers.elements import INF, NAN
from tests.parity.harness import attempt, tolerance

_ONES = [[1.0, 1.0], [1.0, 1.0]]
_MATRICES = {
    "ones": _ONES,
    "projection": [[1.0, 0.0], [0.0, 0.0]],
    "zeros": [[0.0, 0.0], [0.0, 0.0]],
    "nilpotent": [[0.0, 1.0], [0.0, 0.0]],
    "regular": [[2.0, 1.0], [1.0, 2.0]],
    "negative": [[-1.0, 0.0], [0.0, -1.0]],
    "nan": [[NAN, 0.0], [0.0, 1.0]],
    "infinite": [[INF, 0.0], [0.0, 1.0]],
    "zero": [[0.0]],
}


def _functions(tf: Any) -> dict[str, Callable[[Any], Any]]:
    linalg = tf.linalg
    return {
        "sqrtm": linalg.sqrtm,
        "det": linalg.det,
        "inv": linalg.inv,
        "inv of adjoint": lambda x: linalg.inv(x, adjoint=True),
        "logdet": linalg.logdet,
        "slogdet": lambda x: linalg.slogdet(x).log_abs_determinant,
        "sign": lambda x: linalg.slogdet(x).sign,
        "cholesky": linalg.cholesky,
        "solve": lambda x: linalg.solve(x, tf.ones_like(x)),
        "lu": lambda x: linalg.lu(x)[0],
        "pinv": linalg.pinv,
        "eigh": lambda x: linalg.eigh(x)[0],
        "eigvalsh": linalg.eigvalsh,
        "svd": lambda x: linalg.svd(x, compute_uv=False),
        "singular values": lambda x: linalg.svd(x)[0],
        "triangular_solve": lambda x: linalg.triangular_solve(x, tf.ones_like(x)),
        "norm": linalg.norm,
        "spectral norm": lambda x: linalg.norm(x, 2, axis=[0, 1]),
        "frobenius norm": lambda x: linalg.norm(x, "fro", axis=[0, 1]),
        "matrix_rank": linalg.matrix_rank,
    }


def _derivatives(tf: Any, f: Callable[[Any], Any], x: Any) -> list[Any]:
    outcomes = []
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = attempt(f, x)
        outcomes.append(y)
        if isinstance(y, Exception) or not y.dtype.is_floating:
            return outcomes
        gradient = attempt(inner.gradient, y, x)
        outcomes.append(gradient)
    if gradient is not None and not isinstance(gradient, Exception):
        outcomes.append(attempt(outer.gradient, gradient, x))
    return outcomes


def _case(name: str) -> Callable[[Any], Any]:
    @tolerance(1e-9, 1e-9)
    def case(tf: Any) -> Any:
        f = _functions(tf)[name]
        left_out = {"sqrtm": ("ones", "nilpotent")}.get(name, ())
        return {
            kind: _derivatives(tf, f, tf.constant(values, tf.float64))
            for kind, values in _MATRICES.items()
            if kind not in left_out
        }

    return case


CASES = {
    name: _case(name)
    for name in (
        "sqrtm",
        "det",
        "inv",
        "inv of adjoint",
        "logdet",
        "slogdet",
        "sign",
        "cholesky",
        "solve",
        "lu",
        "pinv",
        "eigh",
        "eigvalsh",
        "svd",
        "singular values",
        "triangular_solve",
        "norm",
        "spectral norm",
        "frobenius norm",
        "matrix_rank",
    )
}
