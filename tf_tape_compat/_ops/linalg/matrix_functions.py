"""Eigenvalues of any square matrix, and its square root, logarithm and exponential."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from ..._core.op.op import op
from ..._core.recording.admission import single_op
from ..._core.tensor.value_checks import call_with_values
from ...errors import InvalidArgumentError
from .._support.dtype_overloads import no_kernel
from .._support.gradient_rules import intermediate, refused_gradient, with_gradient
from .checks import check_matrix, diagonal_of, without_non_finite
from .decompositions import over_differences
from .solvers import solve_kernel

# -- eigenvalues --------------------------------------------------------------------------------


def _eigen(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    if not x.numel():
        dtype = x.dtype.to_complex()
        return x.new_empty(x.shape[:-1], dtype=dtype), x.new_empty(x.shape, dtype=dtype)
    try:
        return tuple(torch.linalg.eig(x))
    except RuntimeError:
        message = "Eigen decomposition was not successful. The input might not be valid."
        raise InvalidArgumentError(None, None, message) from None


def _real_if(x: torch.Tensor, grad: torch.Tensor) -> torch.Tensor:
    """The gradient of `x`: its real part if `x` is real."""
    return grad if x.is_complex() else torch.real(grad)


def _eig_gradient(grads: Any, outputs: Any, x: torch.Tensor) -> torch.Tensor:
    (de, dv), (e, v) = grads, outputs
    vh = v.mH
    vhdv = vh @ dv
    scaling = torch.diag_embed(torch.real(diagonal_of(vhdv)).to(v.dtype))
    factor = over_differences(e).conj()
    inner = torch.diag_embed(de) + factor * (vhdv - vh @ v @ scaling)
    return _real_if(x, torch.linalg.solve(vh, inner @ vh))


@with_gradient(_eig_gradient)
def _eig(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    return _eigen(x)


def _eigvals_gradient(grad: torch.Tensor, e: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    vh = _eig(x)[1].mH
    return _real_if(x, torch.linalg.solve(vh, torch.diag_embed(grad) @ vh))


@with_gradient(_eigvals_gradient)
def _eigvals(x: torch.Tensor) -> torch.Tensor:
    return _eigen(x)[0]


def _refuse_narrow_types(tensor: Any, *arguments: Any, **options: Any) -> Any:
    raise UnboundLocalError(
        "tf.linalg.eig and eigvals need numbers of the types float32, float64, complex64 or "
        f"complex128, not {tensor.dtype.name}"
    )


@op("Eig", "tensor", dtype_overloads={"*": _refuse_narrow_types})
@single_op
def _eig_operation(tensor: Any, name: str | None = None) -> Any:
    return _eig(check_matrix(tensor))


@op("Eig", "tensor", dtype_overloads={"*": _refuse_narrow_types})
@single_op
def _eigvals_operation(tensor: Any, name: str | None = None) -> Any:
    return _eigvals(check_matrix(tensor))


def _check_has_dtype(tensor: Any) -> Any:
    tensor.dtype  # noqa: B018  raises AttributeError for lists, as in TensorFlow
    return tensor


def eig(tensor: Any, name: str | None = None) -> Any:
    """Eigenvalues and eigenvectors of square matrices. Implements `tf.linalg.eig`.

    Args:
        tensor: square matrices, `[..., m, m]`, of 32 or 64 bit floating point or complex type.
        name: ignored.

    Returns: The eigenvalues, `[..., m]`, and the eigenvectors as columns of length 1, `[..., m,
        m]`, both complex. The order of the eigenvalues and the phases of the eigenvectors are
        unspecified.

    Raises:
        AttributeError: if `tensor` has no `dtype`.
        UnboundLocalError: if it has another type.
        InvalidArgumentError: if a matrix is not square or not finite.
    """
    return _eig_operation(_check_has_dtype(tensor), name)


def eigvals(tensor: Any, name: str | None = None) -> Any:
    """The eigenvalues of square matrices. Implements `tf.linalg.eigvals`.

    See `tf.linalg.eig`, whose first result this is.
    """
    return _eigvals_operation(_check_has_dtype(tensor), name)


# -- functions by the Schur form ----------------------------------------------------------------


def _schur(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """The Schur decomposition `q @ t @ q.mH` of complex matrices.

    Here `q` is unitary and `t` upper triangular. One eigenvector after another becomes a column of
    `q`, which also works for matrices that lack eigenvectors.
    """
    size = x.shape[-1]
    q = torch.eye(size, dtype=x.dtype, device=x.device).expand(x.shape).clone()
    t = x.clone()
    for start in range(size - 1):
        vector = torch.linalg.eig(t[..., start:, start:])[1][..., :1]
        # The first column of this rotation is the vector, up to its phase.
        rotation = torch.linalg.qr(vector, "complete")[0]
        t[..., :, start:] = t[..., :, start:] @ rotation
        t[..., start:, :] = rotation.mH @ t[..., start:, :]
        q[..., :, start:] = q[..., :, start:] @ rotation
    return q, t.triu()


def _triangular_sqrt(t: torch.Tensor) -> torch.Tensor:
    """The principal square root of upper triangular matrices, by columns."""
    diagonal = torch.sqrt(diagonal_of(t))
    root = torch.diag_embed(diagonal)
    for column in range(1, t.shape[-1]):
        element = diagonal[..., column, None, None]
        identity = torch.eye(column, dtype=t.dtype, device=t.device)
        root[..., :column, column : column + 1] = torch.linalg.solve_triangular(
            root[..., :column, :column] + element * identity,
            t[..., :column, column : column + 1],
            upper=True,
        )
    return root


def _sqrtm_gradient(grad: torch.Tensor, y: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    # Solves s @ y.T + y.T @ s == grad for s, with matrices written as vectors of their columns.
    size = y.shape[-1]
    eye = torch.eye(size, dtype=y.dtype, device=y.device)
    left = eye[:, None, :, None] * y.mT[..., None, :, None, :]
    right = y[..., :, None, :, None] * eye[None, :, None, :]
    matrix = (left + right).reshape(*y.shape[:-2], size * size, size * size)
    vector = grad.mT.reshape(*y.shape[:-2], size * size, 1)
    return solve_kernel(matrix, vector, False).reshape(y.shape).mT


def _sqrt_by_eigenvectors(x: torch.Tensor, eps: float) -> tuple[torch.Tensor, Any]:
    """The eigenvalues and the square roots of matrices.

    The square roots are None if a matrix lacks eigenvectors, or nearly so, or has two eigenvalues
    of 0, in which case TensorFlow divides by 0.
    """
    hermitian = torch.equal(x, x.mH)
    values, vectors = (torch.linalg.eigh if hermitian else torch.linalg.eig)(x)
    values = values.to(x.dtype.to_complex())
    roots = vectors * torch.sqrt(values).unsqueeze(-2)
    valid = (values == 0).sum(-1) < 2
    if hermitian:
        result = roots @ vectors.mH.to(roots.dtype)
    else:
        result, info = torch.linalg.solve_ex(vectors, roots, left=False)
        error = (result @ result - x).abs().flatten(-2).amax(-1)
        valid &= (info == 0) & (error <= eps * x.shape[-1] * x.abs().flatten(-2).amax(-1))
    return values, result if bool(valid.all()) else None


@with_gradient(_sqrtm_gradient)
def _sqrtm(x: torch.Tensor) -> torch.Tensor:
    return call_with_values(
        _sqrtm_kernel, lambda: torch.empty(x.shape, dtype=x.dtype, device=x.device), x
    )


def _sqrtm_kernel(x: torch.Tensor) -> torch.Tensor:
    if not x.numel():
        return x.clone()
    finite, bad = without_non_finite(x)
    wide = finite.to(torch.complex128 if x.is_complex() else torch.float64)
    values, root = _sqrt_by_eigenvectors(wide, torch.finfo(x.dtype).eps)
    if root is None:
        q, t = _schur(finite.to(x.dtype.to_complex()))
        root = q @ _triangular_sqrt(t) @ q.mH
    root = root.to(x.dtype.to_complex())
    if not x.is_complex():
        # A negative eigenvalue has no real root.
        negative = (values.real < 0) & (values.imag == 0)
        root, bad = torch.real(root), bad | negative.any(-1)[..., None, None]
    return torch.where(bad, torch.nan, root)


@op("MatrixSquareRoot", "input", dtype_overloads=no_kernel("MatrixSquareRoot", "float16"))
@single_op
def sqrtm(input: Any, name: str | None = None) -> Any:
    """The principal square root of each matrix. Implements `tf.linalg.sqrtm`.

    Args:
        input: square matrices, `[..., m, m]`.
        name: ignored.

    Returns:
        The square roots, of the shape and type of `input`; nan for matrices that have none.

    Raises:
        InvalidArgumentError: if a matrix is not square.
    """
    return _sqrtm(check_matrix(input))


def _triangular_log(t: torch.Tensor) -> torch.Tensor:
    """The logarithm of upper triangular matrices.

    Square roots are taken until they are near the identity, whose logarithm a Pade approximation
    gives.
    """
    identity = torch.eye(t.shape[-1], dtype=t.dtype, device=t.device)
    root, count = t, 0
    while count < 64 and bool((torch.linalg.matrix_norm(root - identity, 1) > 0.25).any()):
        root, count = _triangular_sqrt(root), count + 1
    difference = root - identity
    nodes, weights = np.polynomial.legendre.leggauss(8)
    logarithm = torch.zeros_like(t)
    for node, weight in zip(nodes, weights, strict=True):
        matrix = identity + float(0.5 + 0.5 * node) * difference
        logarithm = logarithm + float(0.5 * weight) * torch.linalg.solve_triangular(
            matrix, difference, upper=True
        )
    logarithm = logarithm * 2.0**count
    logarithm.diagonal(dim1=-2, dim2=-1).copy_(torch.log(diagonal_of(t)))
    return logarithm


@with_gradient(refused_gradient("MatrixLogarithm"))
def _logm(x: torch.Tensor) -> torch.Tensor:
    if not x.numel():
        return x.clone()
    finite, bad = without_non_finite(x)
    q, t = _schur(finite)
    bad = bad | (diagonal_of(t) == 0).any(-1)[..., None, None]
    identity = torch.eye(x.shape[-1], dtype=x.dtype, device=x.device)
    logarithm = q @ _triangular_log(torch.where(bad, identity, t)) @ q.mH
    return torch.where(bad, complex(torch.nan, torch.nan), logarithm)


@op("MatrixLogarithm", "input")
@single_op
def logm(input: Any, name: str | None = None) -> Any:
    """The principal logarithm of each matrix. Implements `tf.linalg.logm`.

    It has no gradient, as in TensorFlow.

    Args:
        input: complex square matrices, `[..., m, m]`.
        name: ignored.

    Returns:
        The logarithms, of the shape and type of `input`; nan for singular matrices.

    Raises:
        InvalidArgumentError: if `input` is real or a matrix is not square.
    """
    return _logm(check_matrix(input))


# -- exponential ----------------------------------------------------------------------------------
_EXPM_TYPES = frozenset({torch.float32, torch.float64, torch.complex64, torch.complex128})
_VALUE_ERROR_TYPES = frozenset({torch.int8, torch.int16, torch.int32, torch.int64, torch.bfloat16})


@op("Identity", "input")
def expm(input: Any, name: str | None = None) -> Any:
    """The exponential of each matrix. Implements `tf.linalg.expm`.

    Args:
        input: square matrices, `[..., m, m]`, of 32 or 64 bit floating point or complex type.
        name: ignored.

    Returns:
        The exponentials, of the shape and type of `input`.

    Raises:
        InvalidArgumentError: if a matrix is not square.
        ValueError: if `input` has an integer type.
    """
    x = input
    if isinstance(x, torch.Tensor) and (x.dtype in _EXPM_TYPES or x.dtype is torch.float16):
        check_matrix(x)
        if not x.numel():  # TensorFlow's loop has no steps that a gradient could flow through
            return x.detach().clone() if x.shape[-1] else x.clone()
        if x.dtype is torch.float16:
            no_kernel("MatrixSolve", "float16")["float16"]()
        # TensorFlow multiplies copies of the matrix that it has scaled.
        return torch.linalg.matrix_exp(intermediate(x))
    message = f"tf.linalg.expm needs 32 or 64 bit floating point numbers, not {x.dtype}"
    if x.dtype in _VALUE_ERROR_TYPES:
        raise ValueError(message)
    raise InvalidArgumentError(None, None, message)
