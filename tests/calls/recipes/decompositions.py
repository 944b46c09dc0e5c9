"""Decompositions, inverses and solutions; vectors are compared up to a phase."""

from __future__ import annotations

from ..draw import Draw
from ..matrices import batch, broadcast_batch, matrix, side
from . import Recipe

_NUMBERS = "Fcf"

_EIGENVALUES = "(lambda e: [tf.reduce_sum(tf.math.real(e), -1), tf.reduce_sum(tf.abs(e) ** 2, -1)])"


def _of_square(name: str, *kinds: str, options: tuple[str, ...] = ()) -> Recipe:
    def recipe(draw: Draw) -> str:
        n = side(draw)
        x = matrix(draw, draw.dtype(_NUMBERS), [*batch(draw), n, n], *kinds)
        rest = "".join(draw.maybe(f", {option}", 0.4) for option in options)
        return f"tf.linalg.{name}({x}{rest})"

    return recipe


def _qr(draw: Draw) -> str:
    shape = [*batch(draw), side(draw), side(draw)]
    x = matrix(draw, draw.dtype(_NUMBERS), shape, "regular", "upper", "lower")
    full = draw.maybe(", full_matrices=True")
    if full and shape[-2] > shape[-1]:
        return f"(lambda q, r: [tf.abs(r), q @ r])(*tf.linalg.qr({x}{full}))"
    return f"(lambda q, r: [tf.abs(q), tf.abs(r), q @ r])(*tf.linalg.qr({x}{full}))"


def _small(draw: Draw) -> int:
    """A small size: the more vectors there are, the less precise are their gradients."""
    return min(side(draw), 3)


def _svd(draw: Draw) -> str:
    shape = [*batch(draw), _small(draw), _small(draw)]
    x = matrix(draw, draw.dtype(_NUMBERS), shape, "regular", "lower")
    if draw.chance(0.3):
        return f"tf.linalg.svd({x}, compute_uv=False{draw.maybe(', full_matrices=True')})"
    full = draw.maybe(", full_matrices=True", 0.3)
    if full and shape[-2] != shape[-1]:
        return f"(lambda s, u, v: [s, u.shape, v.shape])(*tf.linalg.svd({x}{full}))"
    return (
        "(lambda s, u, v: [s, tf.abs(u), tf.abs(v), tf.linalg.matmul(u * tf.cast(s, u.dtype)"
        f"[..., None, :], v, adjoint_b=True)])(*tf.linalg.svd({x}{full}))"
    )


def _eigh(draw: Draw) -> str:
    n = _small(draw)
    x = matrix(draw, draw.dtype(_NUMBERS), [*batch(draw), n, n], "symmetric", "definite", "regular")
    return (
        "(lambda e, v: [e, tf.abs(v), tf.linalg.matmul(v * tf.cast(e, v.dtype)[..., None, :], v, "
        f"adjoint_b=True)])(*tf.linalg.eigh({x}))"
    )


def _eig(draw: Draw) -> str:
    n = _small(draw)
    x = matrix(draw, draw.dtype(_NUMBERS), [*batch(draw), n, n], "regular", "lower", "upper")
    if draw.chance(0.3):
        return f"{_EIGENVALUES}(tf.linalg.eigvals({x}))"
    return (
        "(lambda e, v: [tf.reduce_sum(tf.math.real(e), -1), tf.reduce_sum(tf.abs(e) ** 2, -1), "
        f"v @ tf.linalg.diag(e) @ tf.linalg.inv(v)])(*tf.linalg.eig({x}))"
    )


def _eigvals(draw: Draw) -> str:
    n = _small(draw)
    kinds = ("regular", "lower", "symmetric", "diagonal")
    x = matrix(draw, draw.dtype(_NUMBERS), [*batch(draw), n, n], *kinds)
    return f"{_EIGENVALUES}(tf.linalg.eigvals({x}))"


def _right(draw: Draw, dtype: str, sizes: list[int], n: int) -> str:
    return draw.tensor(dtype, [*sizes, n, side(draw)], -2, 2)


def _solve(draw: Draw) -> str:
    dtype, n, sizes = draw.dtype(_NUMBERS), side(draw), batch(draw)
    a = matrix(draw, dtype, [*sizes, n, n], "regular", "regular", "singular", "lower", "definite")
    return f"tf.linalg.solve({a}, {_right(draw, dtype, sizes, n)}{draw.maybe(', adjoint=True')})"


def _triangular_solve(draw: Draw) -> str:
    dtype, n, sizes = draw.dtype(_NUMBERS), side(draw), batch(draw)
    a = matrix(draw, dtype, [*sizes, n, n], "regular", "lower", "upper")
    rhs = _right(draw, dtype, broadcast_batch(draw, sizes), n)
    flags = draw.maybe(", lower=False") + draw.maybe(", adjoint=True")
    return f"tf.linalg.triangular_solve({a}, {rhs}{flags})"


def _cholesky_solve(draw: Draw) -> str:
    dtype, n, sizes = draw.dtype(_NUMBERS), side(draw), batch(draw)
    a = matrix(draw, dtype, [*sizes, n, n], "lower", "regular")
    rhs = _right(draw, dtype, broadcast_batch(draw, sizes), n)
    return f"tf.linalg.cholesky_solve({a}, {rhs})"


def _lstsq(draw: Draw) -> str:
    dtype, sizes, m = draw.dtype(_NUMBERS), batch(draw), side(draw)
    a = matrix(draw, dtype, [*sizes, m, side(draw)], "regular", "regular", "lower")
    if not draw.chance(0.6):
        flags = f", l2_regularizer={draw.choice(['0.5', '1e-2', '0.0'])}"
    else:
        flags = ""
    flags += draw.maybe(", fast=False", 0.3)
    return f"tf.linalg.lstsq({a}, {_right(draw, dtype, sizes, m)}{flags})"


def _banded(draw: Draw) -> str:
    dtype, sizes, n = draw.dtype("Fcf"), batch(draw), side(draw)
    k = draw.integer(1, max(n, 1))
    bands = draw.tensor(dtype, [*sizes, k, n], 1, 2)
    rhs = _right(draw, dtype, broadcast_batch(draw, sizes), n)
    flags = draw.maybe(", lower=False") + draw.maybe(", adjoint=True")
    return f"tf.linalg.banded_triangular_solve({bands}, {rhs}{flags})"


def _tridiagonal_solve(draw: Draw) -> str:
    dtype, sizes, n = draw.dtype("Fc"), batch(draw), side(draw)
    way = draw.choice(["compact", "compact", "sequence", "matrix", "else"])
    low, high = draw.choice([(1.0, 3.0), (-3.0, 3.0)])
    if way == "sequence":
        short = 1 if n and draw.flag() else 0
        parts = [draw.tensor(dtype, [*sizes, n - cut], low, high) for cut in (short, 0, short)]
        diagonals = f"[{', '.join(parts)}]"
    elif way == "matrix":
        diagonals = matrix(draw, dtype, [*sizes, n, n], "any", "regular")
    else:
        diagonals = draw.tensor(dtype, [*sizes, 3, n], low, high)
    vector = draw.chance(0.3)
    k = draw.integer(1, 3)
    turned = draw.chance(0.3)
    shape = [n] if vector else [k, n] if turned else [n, k]
    rhs = draw.tensor(dtype, [*sizes, *shape], -2, 2)
    flags = ", transpose_rhs=True" if turned else ""
    flags += draw.maybe(", conjugate_rhs=True", 0.3)
    flags += draw.choice(["", "", ", partial_pivoting=False", ", perturb_singular=True"])
    return f"tf.linalg.tridiagonal_solve({diagonals}, {rhs}, diagonals_format={way!r}{flags})"


def _lu(draw: Draw) -> str:
    n = side(draw)
    x = matrix(draw, draw.dtype(_NUMBERS), [*batch(draw), n, n], "regular", "upper", "singular")
    kind = draw.choice(["", "", ", output_idx_type=tf.int64", ", tf.int32", ", tf.int16"])
    return f"tf.linalg.lu({x}{kind})"


def _packed(draw: Draw) -> tuple[str, str, list[int], int, str]:
    """A decomposition by `tf.linalg.lu`, made of arguments that fit."""
    dtype, n, sizes = draw.dtype("Fc"), side(draw), batch(draw)
    a = matrix(draw, dtype, [*sizes, n, n], "regular", "upper")
    rows = [row for _ in range(_product(sizes)) for row in draw.random.sample(range(n), n)]
    perm = draw.tensor(draw.choice(["int32", "int32", "int64"]), [*sizes, n], values=rows)
    return a, perm, sizes, n, dtype


def _product(sizes: list[int]) -> int:
    count = 1
    for size in sizes:
        count *= size
    return count


def _lu_reconstruct(draw: Draw) -> str:
    a, perm, *_ = _packed(draw)
    return f"tf.linalg.lu_reconstruct({a}, {perm}{draw.maybe(', validate_args=True', 0.3)})"


def _lu_matrix_inverse(draw: Draw) -> str:
    a, perm, *_ = _packed(draw)
    return f"tf.linalg.lu_matrix_inverse({a}, {perm}{draw.maybe(', validate_args=True', 0.3)})"


def _lu_solve(draw: Draw) -> str:
    a, perm, sizes, n, dtype = _packed(draw)
    rhs = _right(draw, dtype, broadcast_batch(draw, sizes), n)
    return f"tf.linalg.lu_solve({a}, {perm}, {rhs}{draw.maybe(', validate_args=True', 0.3)})"


def _pinv(draw: Draw) -> str:
    shape = [*batch(draw), max(1, side(draw)), max(1, side(draw))]
    x = matrix(draw, draw.dtype("Ff"), shape, "regular", "lower", "symmetric")
    return f"tf.linalg.pinv({x}{draw.maybe(', rcond=0.3', 0.3)}{draw.maybe(', None, True', 0.0)})"


def _matrix_rank(draw: Draw) -> str:
    shape = [*batch(draw), side(draw), side(draw)]
    x = matrix(draw, draw.dtype("Ffi"), shape, "regular", "lower", "singular", "diagonal")
    tol = draw.maybe(f", tol={draw.choice(['0.5', '1e-4', '[0.5, 0.1]'])}", 0.4)
    return f"tf.linalg.matrix_rank({x}{tol}{draw.maybe(', validate_args=True', 0.2)})"


def _eigh_tridiagonal(draw: Draw) -> str:
    dtype, n = draw.dtype("Fc"), max(1, side(draw))
    real = {"complex64": "float32", "complex128": "float64"}.get(dtype, dtype)
    alpha = draw.tensor(real if draw.flag() else dtype, [n], -2, 2)
    beta = draw.tensor(dtype, [n - 1], -2, 2)
    select = draw.choice(
        ["", "", ", select='i', select_range=(0, 0)", ", select='v', select_range=(-1., 2.)",
         f", select='i', select_range=(0, {n - 1})", ", select='z'", ", select='i'",
         ", tol=1e-3"]
    )  # fmt: skip
    if draw.chance(0.4):
        return (
            "(lambda e, v: [e, tf.stop_gradient(tf.abs(v))])"
            f"(*tf.linalg.eigh_tridiagonal({alpha}, {beta}, eigvals_only=False{select}))"
        )
    return f"tf.linalg.eigh_tridiagonal({alpha}, {beta}{select})"


def _expm(draw: Draw) -> str:
    n, dtype = side(draw), draw.dtype(_NUMBERS)
    x = matrix(draw, dtype, [*batch(draw), n, n], "regular", "symmetric", "lower", "singular")
    return f"tf.linalg.expm({x}{draw.choice(['', '', ' * 0.01', ' * 2'])})"


def _conjugate_gradient(draw: Draw) -> str:
    dtype, n, sizes = draw.dtype("Fc"), max(1, side(draw)), batch(draw)
    a = matrix(draw, dtype, [*sizes, n, n], "definite")
    rhs = draw.tensor(dtype, [*sizes, n], -2, 2)
    hints = "is_self_adjoint=True, is_positive_definite=True"
    if draw.chance(0.05):
        hints = "is_self_adjoint=True"
    start = f", x=tf.stop_gradient({draw.tensor(dtype, [*sizes, n], -1, 1)})"
    rest = draw.maybe(start, 0.3) + draw.choice(["", ", max_iter=1", ", tol=1e-2", ", max_iter=0"])
    if draw.chance(0.3):
        diagonal = draw.tensor(dtype, [*sizes, n], 1, 2)
        rest += (
            f", preconditioner=tf.linalg.LinearOperatorDiag({diagonal}, is_self_adjoint=True, "
            "is_positive_definite=True)"
        )
    return (
        "(lambda s: [s.i, s.x])(tf.linalg.experimental.conjugate_gradient("
        f"tf.linalg.LinearOperatorFullMatrix({a}, {hints}), {rhs}{rest}))"
    )


RECIPES: dict[str, Recipe] = {
    "linalg.cholesky": _of_square("cholesky", "definite", "definite", "diagonal", "lower"),
    "linalg.det": _of_square("det", "regular", "any", "symmetric", "singular", "lower"),
    "linalg.slogdet": _of_square("slogdet", "regular", "symmetric", "singular", "upper"),
    "linalg.logdet": _of_square("logdet", "definite", "definite", "lower"),
    "linalg.inv": _of_square(
        "inv", "regular", "definite", "singular", "lower", options=("adjoint=True",)
    ),
    "linalg.eigvalsh": _of_square("eigvalsh", "symmetric", "definite", "regular", "diagonal"),
    "linalg.logm": _of_square("logm", "definite", "regular", "upper", "diagonal"),
    "linalg.sqrtm": _of_square("sqrtm", "definite", "definite", "upper", "diagonal", "singular"),
    "linalg.expm": _expm,
    "linalg.qr": _qr,
    "linalg.svd": _svd,
    "linalg.eigh": _eigh,
    "linalg.eig": _eig,
    "linalg.eigvals": _eigvals,
    "linalg.solve": _solve,
    "linalg.triangular_solve": _triangular_solve,
    "linalg.cholesky_solve": _cholesky_solve,
    "linalg.lstsq": _lstsq,
    "linalg.banded_triangular_solve": _banded,
    "linalg.tridiagonal_solve": _tridiagonal_solve,
    "linalg.lu": _lu,
    "linalg.lu_reconstruct": _lu_reconstruct,
    "linalg.lu_matrix_inverse": _lu_matrix_inverse,
    "linalg.lu_solve": _lu_solve,
    "linalg.pinv": _pinv,
    "linalg.matrix_rank": _matrix_rank,
    "linalg.eigh_tridiagonal": _eigh_tridiagonal,
    "linalg.experimental.conjugate_gradient": _conjugate_gradient,
}
