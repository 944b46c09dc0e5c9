"""Inverses, determinants and solutions of linear systems, for batches of matrices."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import torch

from ..._core.op.op import op
from ..._core.recording.admission import single_op
from ..._core.tensor.static_args import flag
from .._support.arguments import brackets, invalid_argument, op_error
from .._support.dtype_overloads import no_kernel
from .._support.gradient_rules import empty_with_graph, sum_to, with_gradient
from .checks import check_matrix, check_no_nan, diagonal_of, widened
from .decompositions import cholesky_factor

# -- inverse and determinant --------------------------------------------------------------------


def _inverse(x: torch.Tensor) -> torch.Tensor:
    try:
        inverse = torch.linalg.inv(widened(x)).to(x.dtype)
    except RuntimeError:
        raise op_error("MatrixInverse", "Input is not invertible.") from None
    check_no_nan(x, "MatrixInverse", "Input is not invertible.")
    return inverse


@op("MatrixInverse", "input")
@single_op
def inv(input: Any, adjoint: bool = False, name: str | None = None) -> Any:
    """Inverts each matrix. Implements `tf.linalg.inv`.

    Args:
        input: square matrices, `[..., m, m]`.
        adjoint: whether to invert the adjoints instead.
        name: ignored.

    Returns:
        The inverses, of the shape and type of `input`.

    Raises:
        InvalidArgumentError: if a matrix is not square or not invertible.
    """
    x = check_matrix(input)
    return _inverse(x.mH if flag(adjoint, "adjoint") else x)


def _det_gradient(grad: torch.Tensor, y: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    return (grad * y)[..., None, None] * _inverse(x).mH


@with_gradient(_det_gradient)
def _det(x: torch.Tensor) -> torch.Tensor:
    return torch.linalg.det(x)


@op("MatrixDeterminant", "input", dtype_overloads=no_kernel("MatrixDeterminant", "float16"))
def det(input: Any, name: str | None = None) -> Any:
    """The determinant of each matrix. Implements `tf.linalg.det`.

    Args:
        input: square matrices, `[..., m, m]`.
        name: ignored.

    Returns:
        The determinants, `[...]`.

    Raises:
        InvalidArgumentError: if a matrix is not square; when the gradient is computed, if it is not
            invertible.
    """
    return _det(check_matrix(input))


class LogMatrixDeterminant(NamedTuple):
    """The result of `tf.linalg.slogdet`: the determinant is `sign * exp(log_abs_determinant)`."""

    sign: Any
    log_abs_determinant: Any


def _slogdet_gradient(grads: Any, outputs: Any, x: torch.Tensor) -> torch.Tensor:
    return grads[1][..., None, None] * _inverse(x).mH  # the sign is constant


@with_gradient(_slogdet_gradient)
def _slogdet(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    sign, logarithm = torch.linalg.slogdet(x)
    sign = torch.where(torch.isnan(logarithm), torch.nan, sign)
    return sign, logarithm.to(x.dtype)


@op("LogMatrixDeterminant", "input", dtype_overloads=no_kernel("LogMatrixDeterminant", "float16"))
def slogdet(input: Any, name: str | None = None) -> Any:
    """The sign of each determinant and the logarithm of its magnitude.

    Implements `tf.linalg.slogdet`.

    Args:
        input: square matrices, `[..., m, m]`.
        name: ignored.

    Returns:
        `sign` and `log_abs_determinant`, both `[...]` and of the type of `input`.

    Raises:
        InvalidArgumentError: if a matrix is not square.
    """
    return LogMatrixDeterminant(*_slogdet(check_matrix(input)))


@op("Cholesky", "matrix", dtype_overloads=no_kernel("Cholesky", "float16"))
def logdet(matrix: Any, name: str | None = None) -> Any:
    """The logarithm of each determinant. Implements `tf.linalg.logdet`.

    Args:
        matrix: self-adjoint positive definite matrices, `[..., m, m]`.
        name: ignored.

    Returns:
        Real numbers, `[...]`, nan for matrices that are not positive definite.

    Raises:
        InvalidArgumentError: if a matrix is not square.
    """
    diagonal = torch.real(diagonal_of(cholesky_factor(check_matrix(matrix))))
    return 2.0 * torch.sum(torch.log(diagonal), -1)


# -- solutions ----------------------------------------------------------------------------------


def _check_system(matrix: torch.Tensor, rhs: torch.Tensor) -> None:
    check_matrix(matrix, square=False)
    if matrix.ndim != rhs.ndim:
        raise invalid_argument("All input tensors must have the same rank.")
    if matrix.shape[:-2] != rhs.shape[:-2]:
        raise invalid_argument("All input tensors must have the same outer dimensions.")
    if matrix.shape[-1] != matrix.shape[-2]:
        raise invalid_argument("First input (lhs) must be a square matrix.")
    if matrix.shape[-1] != rhs.shape[-2]:
        raise invalid_argument("Input matrix and rhs are incompatible.")


def _check_triangular_system(
    matrix: torch.Tensor, rhs: torch.Tensor, lower: bool, adjoint: bool
) -> None:
    for number, x in enumerate((matrix, rhs)):
        if x.ndim < 2:
            raise invalid_argument(f"In[{number}] ndims must be >= 2: {x.ndim}")
    shapes = [brackets(x.shape) for x in (matrix, rhs)]
    try:
        np.broadcast_shapes(matrix.shape[:-2], rhs.shape[:-2])
    except ValueError:
        raise invalid_argument(
            "In[0] and In[1] must have compatible batch dimensions: " + " vs. ".join(shapes)
        ) from None
    rows, columns = matrix.shape[-2:]
    if rows != columns:
        raise invalid_argument(
            f"In[0] matrices in the last dimensions must be square ({columns} =/= {rows})"
        )
    if rows != rhs.shape[-2]:
        raise invalid_argument(
            f"In[0] mismatch In[1] shape: {rows} vs. {rhs.shape[-2]}: {shapes[0]} {shapes[1]} "
            f"{int(lower)} {int(adjoint)}"
        )


def _solve_gradient(
    grad: torch.Tensor, x: torch.Tensor, matrix: torch.Tensor, rhs: torch.Tensor, adjoint: bool
) -> tuple[torch.Tensor, torch.Tensor]:
    rhs_gradient = solve_kernel(matrix, grad, not adjoint)
    return -(x @ rhs_gradient.mH if adjoint else rhs_gradient @ x.mH), rhs_gradient


@with_gradient(_solve_gradient)
def solve_kernel(matrix: torch.Tensor, rhs: torch.Tensor, adjoint: bool) -> torch.Tensor:
    """The solution of `matrix @ x == rhs`. Raises InvalidArgumentError for singular matrices."""
    try:
        solution = torch.linalg.solve(matrix.mH if adjoint else matrix, rhs)
    except RuntimeError:
        raise op_error("MatrixSolve", "Input matrix is not invertible.") from None
    check_no_nan(matrix, "MatrixSolve", "Input matrix is not invertible.")
    return solution


@op("MatrixSolve", "matrix rhs", dtype_overloads=no_kernel("MatrixSolve", "float16"))
def solve(matrix: Any, rhs: Any, adjoint: bool = False, name: str | None = None) -> Any:
    """Solves `matrix @ x == rhs` for `x`. Implements `tf.linalg.solve`.

    Args:
        matrix: square matrices, `[..., m, m]`.
        rhs: `[..., m, k]`, with the same leading axes.
        adjoint: whether to use the adjoint of the matrix.
        name: ignored.

    Returns:
        The solutions, of the shape of `rhs`.

    Raises:
        InvalidArgumentError: if the shapes do not match or a matrix is not invertible.
    """
    _check_system(matrix, rhs)
    adjoint = flag(adjoint, "adjoint")
    if not rhs.numel():  # TensorFlow does not check then whether the matrices are invertible
        return empty_with_graph(torch.empty_like(rhs), matrix) + rhs
    return solve_kernel(matrix, rhs, adjoint)


def _triangular_gradient(
    grad: torch.Tensor,
    x: torch.Tensor,
    matrix: torch.Tensor,
    rhs: torch.Tensor,
    lower: bool,
    adjoint: bool,
) -> tuple[torch.Tensor, torch.Tensor]:
    rhs_gradient = triangular_solution(matrix, grad, lower, not adjoint)
    matrix_gradient = -(x @ rhs_gradient.mH if adjoint else rhs_gradient @ x.mH)
    matrix_gradient = matrix_gradient.tril() if lower else matrix_gradient.triu()
    return sum_to(matrix_gradient, matrix), sum_to(rhs_gradient, rhs)


@with_gradient(_triangular_gradient)
def triangular_solution(
    matrix: torch.Tensor, rhs: torch.Tensor, lower: bool, adjoint: bool
) -> torch.Tensor:
    """Solves `matrix @ x == rhs` for payloads, reading one triangle of the matrix."""
    if adjoint:
        matrix, lower = matrix.mH, not lower
    return torch.linalg.solve_triangular(matrix, rhs, upper=not lower)


@op(
    "MatrixTriangularSolve",
    "matrix rhs",
    dtype_overloads=no_kernel("MatrixTriangularSolve", "float16 bfloat16"),
)
def triangular_solve(
    matrix: Any, rhs: Any, lower: bool = True, adjoint: bool = False, name: str | None = None
) -> Any:
    """Solves `matrix @ x == rhs` for triangular matrices. Implements `tf.linalg.triangular_solve`.

    Args:
        matrix: square matrices, `[..., m, m]`, of which only one triangle is read.
        rhs: `[..., m, k]`; the leading axes broadcast.
        lower: whether the lower triangle is read.
        adjoint: whether to use the adjoint of that triangle.
        name: ignored.

    Returns:
        The solutions, `[..., m, k]`.

    Raises:
        InvalidArgumentError: if the shapes do not match.
    """
    lower, adjoint = flag(lower, "lower"), flag(adjoint, "adjoint")
    _check_triangular_system(matrix, rhs, lower, adjoint)
    return triangular_solution(matrix, rhs, lower, adjoint)


@op(
    "MatrixTriangularSolve",
    "chol rhs",
    dtype_overloads=no_kernel("MatrixTriangularSolve", "float16 bfloat16"),
)
def cholesky_solve(chol: Any, rhs: Any, name: str | None = None) -> Any:
    """Solves `a @ x == rhs`, given the Cholesky factors of `a`.

    Implements `tf.linalg.cholesky_solve`.

    Args:
        chol: the factors, `[..., m, m]`, as from `tf.linalg.cholesky`.
        rhs: `[..., m, k]`.
        name: ignored.

    Returns:
        The solutions, `[..., m, k]`.

    Raises:
        InvalidArgumentError: if the shapes do not match.
    """
    _check_triangular_system(chol, rhs, True, False)
    lower_solution = triangular_solution(chol, rhs, True, False)
    return triangular_solution(chol, lower_solution, True, True)
