"""The `tf.linalg` functions that accept a linear operator in place of a tensor."""

from __future__ import annotations

from typing import Any

from .. import nest
from .._ops.array import identity
from .._ops.linalg import decompositions, diagonals, matmul, solvers
from .base import LinearOperator
from .properties import implementations


def _inverse(input: Any, adjoint: bool, name: Any) -> Any:
    inverse = input.inverse()
    return inverse.adjoint() if adjoint else inverse


def _logdet(matrix: Any, name: Any) -> Any:
    if matrix.is_positive_definite and matrix.is_self_adjoint:
        return matrix.log_abs_determinant()
    raise ValueError("Expected matrix to be self-adjoint positive definite.")


def _matmul(
    a: Any,
    b: Any,
    transpose_a: bool = False,
    transpose_b: bool = False,
    adjoint_a: bool = False,
    adjoint_b: bool = False,
    a_is_sparse: bool = False,
    b_is_sparse: bool = False,
    **others: Any,
) -> Any:
    if transpose_a or transpose_b:
        raise ValueError("Transposing not supported at this time.")
    if a_is_sparse or b_is_sparse:
        raise ValueError("Sparse methods not supported at this time.")
    if isinstance(a, LinearOperator):
        return a.matmul(b, adjoint=adjoint_a, adjoint_arg=adjoint_b)
    return diagonals.adjoint(b.matmul(a, adjoint=not adjoint_b, adjoint_arg=not adjoint_a))


def _matvec(a: Any, b: Any, **flags: Any) -> Any:
    if not isinstance(a, LinearOperator):
        return NotImplemented
    if flags["transpose_a"]:
        raise ValueError("Transposing not supported at this time.")
    if flags["a_is_sparse"] or flags["b_is_sparse"]:
        raise ValueError("Sparse methods not supported at this time.")
    return a.matvec(b, adjoint=flags["adjoint_a"])


def _solve(matrix: Any, rhs: Any, adjoint: bool, name: Any) -> Any:
    if isinstance(matrix, LinearOperator):
        return matrix.solve(rhs, adjoint=adjoint)
    raise ValueError(
        "Passing in `matrix` as a Tensor and `rhs` as a LinearOperator is not supported."
    )


def _on_components(function: Any) -> Any:
    """Lifts a function of tensors to operators: applies it to each tensor of an operator."""
    return lambda input, name=None: nest.map_structure(function, input, expand_composites=True)


implementations |= {
    identity._identity: _on_components(identity.identity),
    identity.stop_gradient: _on_components(identity.stop_gradient),
    decompositions.cholesky: lambda input, name: input.cholesky(),
    solvers.det: lambda input, name: input.determinant(),
    solvers.inv: _inverse,
    solvers.logdet: _logdet,
    solvers.solve: _solve,
    diagonals.adjoint: lambda matrix, name: matrix.adjoint(),
    diagonals.diag_part: lambda input, **others: input.diag_part(),
    matmul.matmul: _matmul,
    matmul.matvec: _matvec,
    matmul.trace: lambda x, name: x.trace(),
}
