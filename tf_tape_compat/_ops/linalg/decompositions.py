"""Cholesky, QR, eigenvalue and singular value decompositions of batches of matrices."""

from __future__ import annotations

from typing import Any, NamedTuple

import torch

from ..._core.op.op import op
from ..._core.op.op_errors import missing_kernel
from ..._core.tensor.static_args import flag, is_concrete
from ..._core.tensor.tensor import EagerTensor
from .._support.dtype_overloads import no_kernel
from .._support.gradient_rules import with_gradient
from .checks import check_matrix, check_no_nan, diagonal_of, widened, without_non_finite


def _reciprocal(x: torch.Tensor) -> torch.Tensor:
    """`1 / x`, and zero where `x` is zero, computed as TensorFlow does."""
    return x * torch.reciprocal(x * x + 1e-20)


def over_differences(x: torch.Tensor) -> torch.Tensor:
    """The matrices of `1 / (x[j] - x[i])`, zero on the diagonal."""
    diagonal = torch.eye(x.shape[-1], dtype=torch.bool, device=x.device)
    differences = x.unsqueeze(-2) - x.unsqueeze(-1)
    return torch.where(diagonal, 0, _reciprocal(torch.where(diagonal, 1, differences)))


def _half_diagonal_lower(x: torch.Tensor) -> torch.Tensor:
    """The lower triangle with half of the diagonal."""
    return torch.tril(x) - 0.5 * torch.diag_embed(diagonal_of(x))


# -- inverse and determinant --------------------------------------------------------------------
# -- Cholesky -----------------------------------------------------------------------------------


def _cholesky_gradient(grad: torch.Tensor, y: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    eye = torch.eye(y.shape[-1], dtype=y.dtype, device=y.device).expand_as(y)
    inverse = torch.linalg.solve_triangular(y, eye, upper=False)
    triangular = inverse.mH @ _half_diagonal_lower(y.mH @ grad) @ inverse
    return 0.5 * (triangular + triangular.mH)


@with_gradient(_cholesky_gradient)
def cholesky_factor(x: torch.Tensor) -> torch.Tensor:
    """The lower triangular factors of payloads, nan where a matrix is not positive definite."""
    factor, info = torch.linalg.cholesky_ex(x)
    return torch.where((info == 0)[..., None, None], factor, torch.nan).tril()


@op("Cholesky", "input", dtype_overloads=no_kernel("Cholesky", "float16"))
def cholesky(input: Any, name: str | None = None) -> Any:
    """The Cholesky decomposition of each matrix. Implements `tf.linalg.cholesky`.

    Args:
        input: self-adjoint positive definite matrices, `[..., m, m]`. Only the lower triangle is
            read.
        name: ignored.

    Returns: Lower triangular matrices, whose product with their adjoint is `input`; nan for
        matrices that are not positive definite.

    Raises:
        InvalidArgumentError: if a matrix is not square.
    """
    return cholesky_factor(check_matrix(input))


# -- QR -----------------------------------------------------------------------------------------


class Qr(NamedTuple):
    """The result of `tf.linalg.qr`: the matrix is `q @ r`."""

    q: Any
    r: Any


def _times_inverse(x: torch.Tensor, r: torch.Tensor) -> torch.Tensor:
    """`x @ inverse(r).mH` for an upper triangular `r`."""
    return torch.linalg.solve_triangular(r, x.mH, upper=True).mH


def _tall_qr_gradient(
    dq: torch.Tensor, dr: torch.Tensor, q: torch.Tensor, r: torch.Tensor
) -> torch.Tensor:
    """The gradient for matrices with at least as many rows as columns (arXiv:2009.10071)."""
    qdq = q.mH @ dq
    rdr = r @ dr.mH
    skew = torch.tril(qdq - qdq.mH + rdr - rdr.mH)
    gradient = q @ (dr + _times_inverse(skew, r)) + _times_inverse(dq - q @ qdq, r)
    if q.is_complex():
        diagonal = torch.diag_embed(diagonal_of(rdr - qdq.mH))
        imaginary = diagonal - torch.real(diagonal)
        gradient = gradient + _times_inverse(q @ imaginary.mH, r)
    return gradient


def _qr_gradient(grads: Any, outputs: Any, x: torch.Tensor, full: bool) -> torch.Tensor:
    (dq, dr), (q, r) = grads, outputs
    rows, columns = x.shape[-2:]
    if x.dtype is torch.float16:
        raise missing_kernel("MatrixTriangularSolve", T=x.dtype, lower=False)
    if full and rows > columns:
        raise NotImplementedError(
            "QrGrad not implemented when nrows > ncols and full_matrices is true. Received "
            f"r.shape={tuple(r.shape)} with nrows={rows}and ncols={columns}."
        )
    if rows >= columns:
        return _tall_qr_gradient(dq, dr, q, r)
    # The square on the left has the factors q and the left of r; the columns right of it are q
    # times the right of r.
    right, dright = x[..., rows:], dr[..., rows:]
    left = _tall_qr_gradient(dq + right @ dright.mH, dr[..., :rows], q, r[..., :rows])
    return torch.cat([left, q @ dright], -1)


@with_gradient(_qr_gradient)
def _qr(x: torch.Tensor, full: bool) -> tuple[torch.Tensor, torch.Tensor]:
    q, r = torch.linalg.qr(widened(x), "complete" if full else "reduced")
    return q.to(x.dtype), r.to(x.dtype)


@op("Qr", "input")
def qr(input: Any, full_matrices: bool = False, name: str | None = None) -> Any:
    """The QR decomposition of each matrix. Implements `tf.linalg.qr`.

    Args:
        input: matrices, `[..., m, n]`.
        full_matrices: whether `q` is square, `[..., m, m]`, and `r` is `[..., m, n]`. Otherwise
            they are `[..., m, k]` and `[..., k, n]`, where `k` is the smaller of `m` and `n`.
        name: ignored.

    Returns:
        The orthogonal or unitary `q` and the upper triangular `r`; the matrix is `q @ r`.

    Raises:
        InvalidArgumentError: if `input` has fewer than two axes.
    """
    return Qr(*_qr(check_matrix(input, square=False), flag(full_matrices, "full_matrices")))


# -- eigenvalues and singular values ------------------------------------------------------------


def _eigh_gradient(grads: Any, outputs: Any, x: torch.Tensor) -> torch.Tensor:
    (de, dv), (e, v) = grads, outputs
    inner = torch.diag_embed(de) + over_differences(e) * (v.mH @ dv)
    gradient = v @ inner @ v.mH
    # Only the lower triangle was read.
    return _half_diagonal_lower(gradient + gradient.mH)


def _check_self_adjoint(x: torch.Tensor) -> None:
    check_no_nan(
        x.tril() if is_concrete(x) else x,
        "SelfAdjointEigV2",
        "Self-adjoint eigen decomposition was not successful. The input might not be valid.",
    )


@with_gradient(_eigh_gradient)
def _eigh(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    _check_self_adjoint(x)
    values, vectors = torch.linalg.eigh(x)
    return values.to(x.dtype), vectors


@op("SelfAdjointEigV2", "tensor", dtype_overloads=no_kernel("SelfAdjointEigV2", "float16"))
def eigh(tensor: Any, name: str | None = None) -> Any:
    """Eigenvalues and eigenvectors of self-adjoint matrices. Implements `tf.linalg.eigh`.

    Args:
        tensor: self-adjoint matrices, `[..., m, m]`. Only the lower triangle is read.
        name: ignored.

    Returns:
        The eigenvalues in ascending order, `[..., m]`, and the eigenvectors as columns,
        `[..., m, m]`, both of the type of `tensor`. The signs of the eigenvectors are unspecified.

    Raises:
        InvalidArgumentError: if a matrix is not square.
    """
    return _eigh(check_matrix(tensor))


def _eigvalsh_gradient(grad: torch.Tensor, e: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    vectors = _eigh(x)[1]
    gradient = vectors @ torch.diag_embed(grad) @ vectors.mH
    return _half_diagonal_lower(gradient + gradient.mH)


@with_gradient(_eigvalsh_gradient)
def _eigvalsh(x: torch.Tensor) -> torch.Tensor:
    _check_self_adjoint(x)
    return torch.linalg.eigvalsh(x).to(x.dtype)


@op(
    "SelfAdjointEigV2",
    "tensor",
    dtype_overloads=no_kernel("SelfAdjointEigV2", "float16", compute_v=False),
)
def eigvalsh(tensor: Any, name: str | None = None) -> Any:
    """Eigenvalues of self-adjoint matrices. Implements `tf.linalg.eigvalsh`.

    Args:
        tensor: self-adjoint matrices, `[..., m, m]`. Only the lower triangle is read.
        name: ignored.

    Returns:
        The eigenvalues in ascending order, `[..., m]`, of the type of `tensor`.

    Raises:
        InvalidArgumentError: if a matrix is not square.
    """
    return _eigvalsh(check_matrix(tensor))


def _svd_gradient(grads: Any, outputs: Any, x: torch.Tensor, full: bool) -> torch.Tensor:
    (ds, du, dv), (s, u, v) = grads, outputs
    rows, columns = x.shape[-2:]
    if full and abs(rows - columns) > 1:
        raise NotImplementedError(
            "svd gradient is not implemented for abs(m - n) > 1 when full_matrices is True. "
            f"Received: m={min(rows, columns)} and n={max(rows, columns)} from op input="
            f"{EagerTensor(x.detach())} with shape={tuple(x.shape)}."
        )
    if rows > columns:  # by the decomposition of the adjoint
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
    """The gradient for matrices with at most as many rows as columns."""
    rows, columns = u.shape[-2], v.shape[-2]
    values = s.to(u.dtype)
    first, dfirst = v[..., :rows], dv[..., :rows]
    factor = over_differences(values * values)
    of_u = factor * (u.mH @ du)
    vdv = first.mH @ dfirst
    of_v = factor * vdv
    scale = torch.diag_embed(values)
    inner = torch.diag_embed(ds.to(u.dtype)) + (of_u + of_u.mH) @ scale + scale @ (of_v + of_v.mH)
    gradient = u @ inner @ first.mH
    inverse = torch.diag_embed(_reciprocal(values))
    if rows != columns:
        outside = dfirst.mH - vdv.mH @ first.mH
        if full:
            others, dothers = v[..., rows:], dv[..., rows:]
            outside = outside - first.mH @ dothers @ others.mH
        gradient = gradient + u @ inverse @ outside
    if u.is_complex():
        phases = torch.diag_embed(diagonal_of(vdv))
        gradient = gradient + 0.5 * u @ inverse @ (phases.mH - phases) @ first.mH
    return gradient


@with_gradient(_svd_gradient)
def _svd(x: torch.Tensor, full: bool) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    x, bad = without_non_finite(x)
    u, s, vh = torch.linalg.svd(x, full_matrices=full)
    return _nan_where(bad[..., 0], s), _nan_where(bad, u), _nan_where(bad, vh).mH


def _svdvals_gradient(grad: torch.Tensor, s: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    _, u, v = _svd(x, False)
    return u @ torch.diag_embed(grad.to(u.dtype)) @ v.mH


@with_gradient(_svdvals_gradient)
def svdvals_kernel(x: torch.Tensor) -> torch.Tensor:
    """The singular values of matrices, NaN for those that are not finite."""
    x, bad = without_non_finite(x)
    return _nan_where(bad[..., 0], torch.linalg.svdvals(x))


def _nan_where(bad: torch.Tensor, values: torch.Tensor) -> torch.Tensor:
    return torch.where(bad, torch.nan, values)


@op("Svd", "tensor", dtype_overloads=no_kernel("Svd", "float16"))
def svd(
    tensor: Any, full_matrices: bool = False, compute_uv: bool = True, name: str | None = None
) -> Any:
    """The singular value decomposition of each matrix. Implements `tf.linalg.svd`.

    Args:
        tensor: matrices, `[..., m, n]`; `k` is the smaller of `m` and `n`.
        full_matrices: whether `u` and `v` are square.
        compute_uv: whether to compute `u` and `v`.
        name: ignored.

    Returns: The singular values `s` in descending order, `[..., k]`, the left singular vectors `u`,
        `[..., m, k]`, and the right ones `v`, `[..., n, k]`; only `s` without `compute_uv`. The
        matrix is `u @ diag(s) @ adjoint(v)`. The signs that corresponding columns of `u` and `v`
        share are unspecified.

    Raises:
        InvalidArgumentError: if `tensor` has fewer than two axes.
    """
    full = flag(full_matrices, "full_matrices")
    matrix = check_matrix(tensor, square=False)
    return _svd(matrix, full) if flag(compute_uv, "compute_uv") else svdvals_kernel(matrix)
