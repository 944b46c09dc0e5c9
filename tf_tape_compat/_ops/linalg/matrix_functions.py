"""Eigenvalues of any square matrix, and its square root and logarithm."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from ..._core.op.op import op
from ..._core.recording.admission import single_op
from ...errors import InvalidArgumentError
from .._support.element_types import no_kernel
from .._support.gradient_rules import refused_gradient, with_gradient
from .decompositions import checked, diagonal_of, over_differences

# -- eigenvalues --------------------------------------------------------------------------------


def _eigen(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    if not x.numel():
        kind = x.dtype.to_complex()
        return x.new_empty(x.shape[:-1], dtype=kind), x.new_empty(x.shape, dtype=kind)
    try:
        return tuple(torch.linalg.eig(x))
    except RuntimeError:
        message = "Eigen decomposition was not successful. The input might not be valid."
        raise InvalidArgumentError(None, None, message) from None


def _in_type_of(x: torch.Tensor, grad: torch.Tensor) -> torch.Tensor:
    return grad if x.is_complex() else torch.real(grad)


def _eig_gradient(grads: Any, outputs: Any, x: torch.Tensor) -> torch.Tensor:
    (de, dv), (e, v) = grads, outputs
    vh = v.mH
    of_vectors = vh @ dv
    along = torch.diag_embed(torch.real(diagonal_of(of_vectors)).to(v.dtype))
    factor = over_differences(e).conj()
    inner = torch.diag_embed(de) + factor * (of_vectors - vh @ v @ along)
    return _in_type_of(x, torch.linalg.solve(vh, inner @ vh))


@with_gradient(_eig_gradient)
def _eig(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    return _eigen(x)


def _eigvals_gradient(grad: torch.Tensor, e: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    vh = _eig(x)[1].mH
    return _in_type_of(x, torch.linalg.solve(vh, torch.diag_embed(grad) @ vh))


@with_gradient(_eigvals_gradient)
def _eigvals(x: torch.Tensor) -> torch.Tensor:
    return _eigen(x)[0]


def _needs_wide_floats(tensor: Any, *rest: Any, **named: Any) -> Any:
    raise UnboundLocalError(
        "tf.linalg.eig and eigvals need numbers of the types float32, float64, complex64 or "
        f"complex128, not {tensor.dtype.name}"
    )


@op("Eig", "tensor", others={"*": _needs_wide_floats})
@single_op
def _eig_operation(tensor: Any, name: str | None = None) -> Any:
    return _eig(checked(tensor))


@op("Eig", "tensor", others={"*": _needs_wide_floats})
@single_op
def _eigvals_operation(tensor: Any, name: str | None = None) -> Any:
    return _eigvals(checked(tensor))


def _typed(tensor: Any) -> Any:
    tensor.dtype  # noqa: B018  (TensorFlow asks for it first: a list has none)
    return tensor


def eig(tensor: Any, name: str | None = None) -> Any:
    """The eigenvalues and eigenvectors (columns) of each matrix, which are complex.

    Neither the order of the values nor the phase of a vector of length 1 is specified. Answers for
    `tf.linalg.eig`. Raises AttributeError for what has no `dtype`, UnboundLocalError for types but
    32 and 64 bit floating point, InvalidArgumentError for what is not square or not finite.
    """
    return _eig_operation(_typed(tensor), name)


def eigvals(tensor: Any, name: str | None = None) -> Any:
    """The eigenvalues of each matrix, complex and in no specified order; see `tf.linalg.eig`.

    Answers for `tf.linalg.eigvals`.
    """
    return _eigvals_operation(_typed(tensor), name)


# -- functions by the Schur form ----------------------------------------------------------------


def _schur(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """A unitary `q` and an upper triangular `t` with `x == q @ t @ q.mH`, for complex matrices.

    One eigenvector after the other becomes a column of `q`: that holds for matrices that lack
    eigenvectors as well.
    """
    size = x.shape[-1]
    q = torch.eye(size, dtype=x.dtype, device=x.device).expand(x.shape).clone()
    t = x.clone()
    for start in range(size - 1):
        vector = torch.linalg.eig(t[..., start:, start:])[1][..., :1]
        # The first column of a square q is the vector, up to its phase.
        turn = torch.linalg.qr(vector, "complete")[0]
        t[..., :, start:] = t[..., :, start:] @ turn
        t[..., start:, :] = turn.mH @ t[..., start:, :]
        q[..., :, start:] = q[..., :, start:] @ turn
    return q, t.triu()


def _root_of_triangular(t: torch.Tensor) -> torch.Tensor:
    """The principal square root of upper triangular matrices, by columns."""
    roots = torch.sqrt(diagonal_of(t))
    found = torch.diag_embed(roots)
    for column in range(1, t.shape[-1]):
        own = roots[..., column, None, None]
        identity = torch.eye(column, dtype=t.dtype, device=t.device)
        found[..., :column, column : column + 1] = torch.linalg.solve_triangular(
            found[..., :column, :column] + own * identity,
            t[..., :column, column : column + 1],
            upper=True,
        )
    return found


def _apart(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """The matrices with zeros for those that are not finite, and which ones those are."""
    bad = ~torch.isfinite(x).all(-1).all(-1)[..., None, None]
    return torch.where(bad, 0, x), bad


def _sqrtm_gradient(grad: torch.Tensor, y: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    # The solution s of s @ y.T + y.T @ s == grad, for the matrices as vectors of their columns.
    size = y.shape[-1]
    eye = torch.eye(size, dtype=y.dtype, device=y.device)
    turned = y.mT
    left = eye[:, None, :, None] * turned[..., None, :, None, :]
    right = y[..., :, None, :, None] * eye[None, :, None, :]
    matrix = (left + right).reshape(*y.shape[:-2], size * size, size * size)
    vector = grad.mT.reshape(*y.shape[:-2], size * size, 1)
    try:
        found = torch.linalg.solve(matrix, vector)
    except RuntimeError:
        raise InvalidArgumentError(None, None, "Input matrix is not invertible.") from None
    return found.reshape(y.shape).mT


def _root_by_eigenvectors(x: torch.Tensor, eps: float) -> tuple[torch.Tensor, Any]:
    """The eigenvalues, and the square root of matrices.

    None for the root if they lack eigenvectors, or nearly so, and for two eigenvalues of 0: there
    TensorFlow divides by 0.
    """
    hermitian = torch.equal(x, x.mH)
    values, vectors = (torch.linalg.eigh if hermitian else torch.linalg.eig)(x)
    values = values.to(x.dtype.to_complex())
    roots = vectors * torch.sqrt(values).unsqueeze(-2)
    fits = (values == 0).sum(-1) < 2
    if hermitian:
        found = roots @ vectors.mH.to(roots.dtype)
    else:
        found, info = torch.linalg.solve_ex(vectors, roots, left=False)
        error = (found @ found - x).abs().flatten(-2).amax(-1)
        fits &= (info == 0) & (error <= eps * x.shape[-1] * x.abs().flatten(-2).amax(-1))
    return values, found if bool(fits.all()) else None


@with_gradient(_sqrtm_gradient)
def _sqrtm(x: torch.Tensor) -> torch.Tensor:
    if not x.numel():
        return x.clone()
    finite, bad = _apart(x)
    wide = finite.to(torch.complex128 if x.is_complex() else torch.float64)
    values, found = _root_by_eigenvectors(wide, torch.finfo(x.dtype).eps)
    if found is None:
        q, t = _schur(finite.to(x.dtype.to_complex()))
        found = q @ _root_of_triangular(t) @ q.mH
    found = found.to(x.dtype.to_complex())
    if not x.is_complex():
        # A negative eigenvalue has no real root.
        negative = (values.real < 0) & (values.imag == 0)
        found, bad = torch.real(found), bad | negative.any(-1)[..., None, None]
    return torch.where(bad, torch.nan, found)


@op("MatrixSquareRoot", "input", others=no_kernel("MatrixSquareRoot", "float16"))
@single_op
def sqrtm(input: Any, name: str | None = None) -> Any:
    """The principal square root of each matrix, nan where there is none of its type.

    Answers for `tf.linalg.sqrtm`. Raises InvalidArgumentError for matrices that are not square.
    """
    return _sqrtm(checked(input))


def _log_of_triangular(t: torch.Tensor) -> torch.Tensor:
    """The logarithm of upper triangular matrices: roots until near 1, then a Pade approximation."""
    identity = torch.eye(t.shape[-1], dtype=t.dtype, device=t.device)
    root, count = t, 0
    while count < 64 and bool((torch.linalg.matrix_norm(root - identity, 1) > 0.25).any()):
        root, count = _root_of_triangular(root), count + 1
    rest = root - identity
    nodes, weights = np.polynomial.legendre.leggauss(8)
    found = torch.zeros_like(t)
    for node, weight in zip(nodes, weights, strict=True):
        matrix = identity + float(0.5 + 0.5 * node) * rest
        found = found + float(0.5 * weight) * torch.linalg.solve_triangular(
            matrix, rest, upper=True
        )
    found = found * 2.0**count
    found.diagonal(dim1=-2, dim2=-1).copy_(torch.log(diagonal_of(t)))
    return found


@with_gradient(refused_gradient("MatrixLogarithm"))
def _logm(x: torch.Tensor) -> torch.Tensor:
    if not x.numel():
        return x.clone()
    finite, bad = _apart(x)
    q, t = _schur(finite)
    bad = bad | (diagonal_of(t) == 0).any(-1)[..., None, None]
    identity = torch.eye(x.shape[-1], dtype=x.dtype, device=x.device)
    found = q @ _log_of_triangular(torch.where(bad, identity, t)) @ q.mH
    return torch.where(bad, complex(torch.nan, torch.nan), found)


@op("MatrixLogarithm", "input")
@single_op
def logm(input: Any, name: str | None = None) -> Any:
    """The principal logarithm of each complex matrix, nan where it is singular.

    It has no gradient, as in TensorFlow. Answers for `tf.linalg.logm`. Raises InvalidArgumentError
    for real types and for matrices that are not square.
    """
    return _logm(checked(input))
