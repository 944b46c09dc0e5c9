"""Inverses, determinants, decompositions and solutions of (batches of) matrices."""

from __future__ import annotations

from typing import Any, NamedTuple

import torch

from ..._core.op.op import op
from ..._core.recording.admission import single_op
from ..._core.tensor.static_args import flag, is_concrete
from ...errors import InvalidArgumentError
from .._support.element_types import no_kernel
from .._support.gradient_rules import empty_with_graph, intermediate, sum_to, with_gradient


def checked(x: torch.Tensor, square: bool = True) -> torch.Tensor:
    """Raises InvalidArgumentError for what is no matrix or, if it must be, no square one."""
    if x.ndim < 2:
        raise InvalidArgumentError(
            None, None, f"Input tensor 0 must have rank >= 2, got rank {x.ndim}"
        )
    if square and x.shape[-1] != x.shape[-2]:
        raise InvalidArgumentError(
            None, None, f"Input matrix must be square, got {list(x.shape[-2:])}"
        )
    return x


def _widened(x: torch.Tensor) -> torch.Tensor:
    """In single precision what torch has no half precision kernels for."""
    return x.float() if x.dtype is torch.float16 else x


def _inverse(x: torch.Tensor) -> torch.Tensor:
    try:
        return torch.linalg.inv(_widened(x)).to(x.dtype)
    except RuntimeError:
        raise InvalidArgumentError(None, None, "Input is not invertible.") from None


def diagonal_of(x: torch.Tensor) -> torch.Tensor:
    return x.diagonal(dim1=-2, dim2=-1)


def _reciprocal(x: torch.Tensor) -> torch.Tensor:
    """One over differences that may be zero: then zero, as TensorFlow has it."""
    return x * torch.reciprocal(x * x + 1e-20)


def over_differences(x: torch.Tensor) -> torch.Tensor:
    """The matrix of `1 / (x[j] - x[i])`, zero on the diagonal."""
    same = torch.eye(x.shape[-1], dtype=torch.bool, device=x.device)
    differences = x.unsqueeze(-2) - x.unsqueeze(-1)
    return torch.where(same, 0, _reciprocal(torch.where(same, 1, differences)))


def _lower(x: torch.Tensor) -> torch.Tensor:
    """The lower triangle with half of the diagonal."""
    return torch.tril(x) - 0.5 * torch.diag_embed(diagonal_of(x))


# -- inverse and determinant --------------------------------------------------------------------


@op("MatrixInverse", "input")
@single_op
def inv(input: Any, adjoint: bool = False, name: str | None = None) -> Any:
    """The inverse of each matrix, or of its adjoint; answers for `tf.linalg.inv`.

    Raises InvalidArgumentError for matrices that are not square or have no inverse.
    """
    x = checked(input)
    found = _inverse(x.mH if flag(adjoint, "adjoint") else x)
    if is_concrete(x) and bool(torch.isnan(x).any()):
        raise InvalidArgumentError(None, None, "Input is not invertible.")
    return found


def _det_gradient(grad: torch.Tensor, y: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    return (grad * y)[..., None, None] * _inverse(x).mH


@with_gradient(_det_gradient)
def _det(x: torch.Tensor) -> torch.Tensor:
    return torch.linalg.det(x)


@op("MatrixDeterminant", "input", others=no_kernel("MatrixDeterminant", "float16"))
def det(input: Any, name: str | None = None) -> Any:
    """The determinant of each matrix; answers for `tf.linalg.det`.

    Raises InvalidArgumentError for matrices that are not square, and where the gradient is asked
    for and there is no inverse.
    """
    return _det(checked(input))


class LogMatrixDeterminant(NamedTuple):
    """What `tf.linalg.slogdet` returns: `sign * exp(log_abs_determinant)` is the determinant."""

    sign: Any
    log_abs_determinant: Any


def _slogdet_gradient(grads: Any, outputs: Any, x: torch.Tensor) -> torch.Tensor:
    return grads[1][..., None, None] * _inverse(x).mH  # the sign does not vary


@with_gradient(_slogdet_gradient)
def _slogdet(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    sign, logarithm = torch.linalg.slogdet(x)
    return sign, logarithm.to(x.dtype)


@op("LogMatrixDeterminant", "input", others=no_kernel("LogMatrixDeterminant", "float16"))
def slogdet(input: Any, name: str | None = None) -> Any:
    """The sign and the logarithm of the absolute value of each determinant.

    Both have the type of the matrices. Answers for `tf.linalg.slogdet`. Raises
    InvalidArgumentError for matrices that are not square.
    """
    return LogMatrixDeterminant(*_slogdet(checked(input)))


# -- Cholesky -----------------------------------------------------------------------------------


def _cholesky_gradient(grad: torch.Tensor, y: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    eye = torch.eye(y.shape[-1], dtype=y.dtype, device=y.device).expand_as(y)
    inverse = torch.linalg.solve_triangular(y, eye, upper=False)
    found = inverse.mH @ _lower(y.mH @ grad) @ inverse
    return 0.5 * (found + found.mH)


@with_gradient(_cholesky_gradient)
def _cholesky(x: torch.Tensor) -> torch.Tensor:
    found, info = torch.linalg.cholesky_ex(x)
    return torch.where((info == 0)[..., None, None], found, torch.nan).tril()


@op("Cholesky", "input", others=no_kernel("Cholesky", "float16"))
def cholesky(input: Any, name: str | None = None) -> Any:
    """The lower triangular factor of each positive definite matrix, nan where it is not.

    Only the lower triangle is read. Answers for `tf.linalg.cholesky`. Raises InvalidArgumentError
    for matrices that are not square.
    """
    return _cholesky(checked(input))


@op("Cholesky", "matrix", others=no_kernel("Cholesky", "float16"))
def logdet(matrix: Any, name: str | None = None) -> Any:
    """The logarithm of the determinant of each positive definite matrix, nan where it is not.

    Real. Answers for `tf.linalg.logdet`. Raises InvalidArgumentError for matrices that are not
    square.
    """
    diagonal = torch.real(diagonal_of(_cholesky(checked(matrix))))
    return 2.0 * torch.sum(torch.log(diagonal), -1)


# -- solutions ----------------------------------------------------------------------------------


def _checked_pair(matrix: torch.Tensor, rhs: torch.Tensor) -> None:
    checked(matrix)
    checked(rhs, square=False)
    if matrix.shape[-1] != rhs.shape[-2]:
        raise InvalidArgumentError(
            None,
            None,
            f"Input matrix and rhs are incompatible: {list(matrix.shape)} and {list(rhs.shape)}",
        )


def _solve_gradient(
    grad: torch.Tensor, x: torch.Tensor, matrix: torch.Tensor, rhs: torch.Tensor, adjoint: bool
) -> tuple[torch.Tensor, torch.Tensor]:
    by_rhs = _solve(matrix, grad, not adjoint)
    return -(x @ by_rhs.mH if adjoint else by_rhs @ x.mH), by_rhs


@with_gradient(_solve_gradient)
def _solve(matrix: torch.Tensor, rhs: torch.Tensor, adjoint: bool) -> torch.Tensor:
    return torch.linalg.solve(matrix.mH if adjoint else matrix, rhs)


@op("MatrixSolve", "matrix rhs", others=no_kernel("MatrixSolve", "float16"))
def solve(matrix: Any, rhs: Any, adjoint: bool = False, name: str | None = None) -> Any:
    """The `x` with `matrix @ x == rhs`, or with the adjoint of the matrix.

    Answers for `tf.linalg.solve`. Raises InvalidArgumentError for shapes that do not fit and for
    matrices without an inverse.
    """
    _checked_pair(matrix, rhs)
    if matrix.shape[:-2] != rhs.shape[:-2]:
        raise InvalidArgumentError(
            None,
            None,
            "All input tensors must have the same outer dimensions: "
            f"{list(matrix.shape)} and {list(rhs.shape)}",
        )
    adjoint = flag(adjoint, "adjoint")
    if not rhs.numel():  # then nobody asks whether there is an inverse
        return empty_with_graph(torch.empty_like(rhs), matrix) + rhs
    try:
        return _solve(matrix, rhs, adjoint)
    except RuntimeError:
        raise InvalidArgumentError(None, None, "Input matrix is not invertible.") from None


def _triangular_gradient(
    grad: torch.Tensor,
    x: torch.Tensor,
    matrix: torch.Tensor,
    rhs: torch.Tensor,
    lower: bool,
    adjoint: bool,
) -> tuple[torch.Tensor, torch.Tensor]:
    by_rhs = triangular_solution(matrix, grad, lower, not adjoint)
    by_matrix = -(x @ by_rhs.mH if adjoint else by_rhs @ x.mH)
    by_matrix = by_matrix.tril() if lower else by_matrix.triu()
    return sum_to(by_matrix, matrix), sum_to(by_rhs, rhs)


@with_gradient(_triangular_gradient)
def triangular_solution(
    matrix: torch.Tensor, rhs: torch.Tensor, lower: bool, adjoint: bool
) -> torch.Tensor:
    if adjoint:
        matrix, lower = matrix.mH, not lower
    return torch.linalg.solve_triangular(matrix, rhs, upper=not lower)


@op(
    "MatrixTriangularSolve",
    "matrix rhs",
    others=no_kernel("MatrixTriangularSolve", "float16 bfloat16"),
)
def triangular_solve(
    matrix: Any, rhs: Any, lower: bool = True, adjoint: bool = False, name: str | None = None
) -> Any:
    """The `x` with `matrix @ x == rhs`, where only one triangle of the matrix is read.

    `adjoint` takes the adjoint of that triangle. Leading axes broadcast. Answers for
    `tf.linalg.triangular_solve`. Raises InvalidArgumentError for shapes that do not fit.
    """
    _checked_pair(matrix, rhs)
    return triangular_solution(matrix, rhs, flag(lower, "lower"), flag(adjoint, "adjoint"))


@op(
    "MatrixTriangularSolve",
    "chol rhs",
    others=no_kernel("MatrixTriangularSolve", "float16 bfloat16"),
)
def cholesky_solve(chol: Any, rhs: Any, name: str | None = None) -> Any:
    """The `x` with `a @ x == rhs`, where `chol` is the Cholesky factor of `a`.

    Answers for `tf.linalg.cholesky_solve`. Raises InvalidArgumentError for shapes that do not fit.
    """
    _checked_pair(chol, rhs)
    first = triangular_solution(chol, rhs, True, False)
    return triangular_solution(chol, first, True, True)


# -- QR -----------------------------------------------------------------------------------------


class Qr(NamedTuple):
    """What `tf.linalg.qr` returns: `q @ r` is the matrix."""

    q: Any
    r: Any


def _times_inverse(x: torch.Tensor, r: torch.Tensor) -> torch.Tensor:
    """`x @ inverse(r).mH` for an upper triangular `r`."""
    return torch.linalg.solve_triangular(r, x.mH, upper=True).mH


def _deep_qr_gradient(
    dq: torch.Tensor, dr: torch.Tensor, q: torch.Tensor, r: torch.Tensor
) -> torch.Tensor:
    """For at least as many rows as columns (arXiv:2009.10071)."""
    qdq = q.mH @ dq
    rdr = r @ dr.mH
    skew = torch.tril(qdq - qdq.mH + rdr - rdr.mH)
    found = q @ (dr + _times_inverse(skew, r)) + _times_inverse(dq - q @ qdq, r)
    if q.is_complex():
        diagonal = torch.diag_embed(diagonal_of(rdr - qdq.mH))
        imaginary = diagonal - torch.real(diagonal)
        found = found + _times_inverse(q @ imaginary.mH, r)
    return found


def _qr_gradient(grads: Any, outputs: Any, x: torch.Tensor, full: bool) -> torch.Tensor:
    (dq, dr), (q, r) = grads, outputs
    rows, columns = x.shape[-2:]
    if x.dtype is torch.float16:
        no_kernel("MatrixTriangularSolve", "float16")["float16"]()
    if full and rows > columns:
        raise NotImplementedError(
            "QrGrad not implemented when nrows > ncols and full_matrices is true."
        )
    if rows >= columns:
        return _deep_qr_gradient(dq, dr, q, r)
    # The left square has q and the left of r; what is right of it is q times the right of r.
    right, dright = x[..., rows:], dr[..., rows:]
    left = _deep_qr_gradient(dq + right @ dright.mH, dr[..., :rows], q, r[..., :rows])
    return torch.cat([left, q @ dright], -1)


@with_gradient(_qr_gradient)
def _qr(x: torch.Tensor, full: bool) -> tuple[torch.Tensor, torch.Tensor]:
    q, r = torch.linalg.qr(_widened(x), "complete" if full else "reduced")
    return q.to(x.dtype), r.to(x.dtype)


@op("Qr", "input")
def qr(input: Any, full_matrices: bool = False, name: str | None = None) -> Any:
    """The orthogonal `q` and the upper triangular `r` with `q @ r` the matrix, for each matrix.

    `full_matrices` makes `q` square. Answers for `tf.linalg.qr`. Raises InvalidArgumentError for
    what is no matrix.
    """
    return Qr(*_qr(checked(input, square=False), flag(full_matrices, "full_matrices")))


# -- eigenvalues and singular values ------------------------------------------------------------


def _eigh_gradient(grads: Any, outputs: Any, x: torch.Tensor) -> torch.Tensor:
    (de, dv), (e, v) = grads, outputs
    inner = torch.diag_embed(de) + over_differences(e) * (v.mH @ dv)
    found = v @ inner @ v.mH
    # Only the lower triangle was read.
    return _lower(found + found.mH)


@with_gradient(_eigh_gradient)
def _eigh(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    values, vectors = torch.linalg.eigh(x)
    return values.to(x.dtype), vectors


@op("SelfAdjointEigV2", "tensor", others=no_kernel("SelfAdjointEigV2", "float16"))
def eigh(tensor: Any, name: str | None = None) -> Any:
    """The eigenvalues, ascending, and eigenvectors (columns) of each self-adjoint matrix.

    Only the lower triangle is read; the values have the matrix's type. The sign of a vector is
    open. Answers for `tf.linalg.eigh`. Raises InvalidArgumentError for matrices that are not
    square.
    """
    return _eigh(checked(tensor))


def _eigvalsh_gradient(grad: torch.Tensor, e: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    vectors = _eigh(x)[1]
    found = vectors @ torch.diag_embed(grad) @ vectors.mH
    return _lower(found + found.mH)


@with_gradient(_eigvalsh_gradient)
def _eigvalsh(x: torch.Tensor) -> torch.Tensor:
    return torch.linalg.eigvalsh(x).to(x.dtype)


@op("SelfAdjointEigV2", "tensor", others=no_kernel("SelfAdjointEigV2", "float16"))
def eigvalsh(tensor: Any, name: str | None = None) -> Any:
    """The eigenvalues, ascending, of each self-adjoint matrix, as `tf.linalg.eigh`.

    Answers for `tf.linalg.eigvalsh`.
    """
    return _eigvalsh(checked(tensor))


def _svd_gradient(grads: Any, outputs: Any, x: torch.Tensor, full: bool) -> torch.Tensor:
    (ds, du, dv), (s, u, v) = grads, outputs
    rows, columns = x.shape[-2:]
    if full and abs(rows - columns) > 1:
        raise NotImplementedError(
            "svd gradient is not implemented for abs(m - n) > 1 when full_matrices is True: "
            f"m={rows} and n={columns}"
        )
    if rows > columns:  # that of the adjoint, turned back
        return _wide_svd_gradient(ds, dv, du, s, v, u, full).mH
    return _wide_svd_gradient(ds, du, dv, s, u, v, full)


def _wide_svd_gradient(
    ds: torch.Tensor,
    du: torch.Tensor,
    dv: torch.Tensor,
    s: torch.Tensor,
    u: torch.Tensor,
    v: torch.Tensor,
    full: bool,
) -> torch.Tensor:
    """For at most as many rows as columns."""
    rows, columns = u.shape[-2], v.shape[-2]
    values = s.to(u.dtype)
    first, dfirst = v[..., :rows], dv[..., :rows]
    factor = over_differences(values * values)
    of_u = factor * (u.mH @ du)
    vdv = first.mH @ dfirst
    of_v = factor * vdv
    scale = torch.diag_embed(values)
    inner = torch.diag_embed(ds.to(u.dtype)) + (of_u + of_u.mH) @ scale + scale @ (of_v + of_v.mH)
    found = u @ inner @ first.mH
    inverse = torch.diag_embed(_reciprocal(values))
    if rows != columns:
        outside = dfirst.mH - vdv.mH @ first.mH
        if full:
            rest, drest = v[..., rows:], dv[..., rows:]
            outside = outside - first.mH @ drest @ rest.mH
        found = found + u @ inverse @ outside
    if u.is_complex():
        phases = torch.diag_embed(diagonal_of(vdv))
        found = found + 0.5 * u @ inverse @ (phases.mH - phases) @ first.mH
    return found


@with_gradient(_svd_gradient)
def _svd(x: torch.Tensor, full: bool) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    u, s, vh = torch.linalg.svd(x, full_matrices=full)
    return s, u, vh.mH


def _svdvals_gradient(grad: torch.Tensor, s: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    _, u, v = _svd(x, False)
    return u @ torch.diag_embed(grad.to(u.dtype)) @ v.mH


@with_gradient(_svdvals_gradient)
def _svdvals(x: torch.Tensor) -> torch.Tensor:
    return torch.linalg.svdvals(x)


@op("Svd", "tensor", others=no_kernel("Svd", "float16"))
def svd(
    tensor: Any, full_matrices: bool = False, compute_uv: bool = True, name: str | None = None
) -> Any:
    """The singular values `s`, descending, and the vectors `u` and `v` of each matrix.

    The matrix is `u @ diag(s) @ adjoint(v)`; `full_matrices` makes `u` and `v` square, without
    `compute_uv` there is only `s`. The common sign of a column of both is open. Answers for
    `tf.linalg.svd`. Raises InvalidArgumentError for what is no matrix.
    """
    full = flag(full_matrices, "full_matrices")
    matrix = checked(tensor, square=False)
    return _svd(matrix, full) if flag(compute_uv, "compute_uv") else _svdvals(matrix)


# -- exponential --------------------------------------------------------------------------------

_EXPM_TYPES = frozenset({torch.float32, torch.float64, torch.complex64, torch.complex128})
_NO_FLOATS = frozenset({torch.int8, torch.int16, torch.int32, torch.int64, torch.bfloat16})


@op("Identity", "input")
def expm(input: Any, name: str | None = None) -> Any:
    """The exponential of each matrix; answers for `tf.linalg.expm`.

    Raises InvalidArgumentError for matrices that are not square, ValueError for integers.
    """
    x = input
    if isinstance(x, torch.Tensor) and (x.dtype in _EXPM_TYPES or x.dtype is torch.float16):
        checked(x)
        if not x.numel():  # no matrices: no steps to differentiate
            return x.detach().clone() if x.shape[-1] else x.clone()
        if x.dtype is torch.float16:
            no_kernel("MatrixSolve", "float16")["float16"]()
        # TensorFlow computes products of what it first divided by a number.
        return torch.linalg.matrix_exp(intermediate(x))
    message = f"tf.linalg.expm needs 32 or 64 bit floating point numbers, not {x.dtype}"
    if x.dtype in _NO_FLOATS:
        raise ValueError(message)
    raise InvalidArgumentError(None, None, message)
