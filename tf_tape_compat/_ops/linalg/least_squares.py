"""Least squares solutions, the pseudoinverse, and the rank of matrices."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from ..._core.op.op import op
from ..._core.recording.admission import single_op
from ..._core.tensor.convert import to_tensor
from ..._core.types.dtype import as_dtype
from ...errors import InvalidArgumentError
from .._support.dtype_overloads import no_kernel
from .._support.gradient_rules import with_gradient
from ..array.creation import eye
from ..array.shaping import expand_dims
from ..array.where import where
from ..math.casting import cast
from ..math.comparison import greater
from ..math.reductions import reduce_max, reduce_sum
from .checks import check_matrix
from .decompositions import cholesky, svd
from .matmul import matmul
from .solvers import cholesky_solve

_COMPLEX128 = as_dtype("complex128")


def _gramian_factor(matrix: Any, l2_regularizer: Any, tall: bool) -> Any:
    """The Cholesky factor of the regularized product of the adjoint and the matrix.

    The product of the matrix and its adjoint if not `tall`, which is the smaller one then.
    """
    gramian = matmul(matrix, matrix, adjoint_a=tall, adjoint_b=not tall)
    if hasattr(l2_regularizer, "_t") or l2_regularizer != 0:
        *batch, size = gramian._t.shape[:-1]
        gramian += l2_regularizer * eye(size, batch_shape=batch, dtype=matrix.dtype)
    return cholesky(gramian)


def _no_gradient(*arguments: Any) -> Any:
    raise ValueError("Gradient not defined for fast=False")


@with_gradient(_no_gradient)
def _minimum_norm_solution(matrix: torch.Tensor, rhs: torch.Tensor) -> torch.Tensor:
    if not matrix.numel():
        return rhs.new_zeros(*rhs.shape[:-2], matrix.shape[-1], rhs.shape[-1])
    return torch.linalg.pinv(matrix) @ rhs


@op(
    "MatrixSolveLs", "matrix rhs", dtype_overloads=no_kernel("MatrixSolveLs", "float16", fast=False)
)
@single_op
def _solve_by_pseudoinverse(matrix: Any, rhs: Any, name: str | None = None) -> Any:
    check_matrix(matrix, square=False)
    if matrix.ndim != rhs.ndim:
        raise InvalidArgumentError(None, None, "All input tensors must have the same rank.")
    if matrix.shape[:-2] != rhs.shape[:-2]:
        message = "All input tensors must have the same outer dimensions."
        raise InvalidArgumentError(None, None, message)
    if matrix.shape[-2] != rhs.shape[-2]:
        raise InvalidArgumentError(None, None, "Input matrix and rhs are incompatible.")
    return _minimum_norm_solution(matrix, rhs)


def lstsq(
    matrix: Any,
    rhs: Any,
    l2_regularizer: Any = 0.0,
    fast: bool = True,
    name: str | None = None,
) -> Any:
    """Solves linear least squares problems. Implements `tf.linalg.lstsq`.

    Args:
        matrix: `[..., m, n]`.
        rhs: `[..., m, k]`.
        l2_regularizer: a factor of the squared norm of the solution, which is added to the squared
            error.
        fast: whether to solve the normal equations, for which the matrix must have full rank. If
            False, the rank may be lower, `l2_regularizer` is ignored, and there is no gradient.
        name: ignored.

    Returns:
        The `x`, `[..., n, k]`, that minimizes the norm of `matrix @ x - rhs`; if there are several,
        the one of minimum norm.

    Raises:
        NotImplementedError: for complex128 with a regularizer.
        InvalidArgumentError: if the shapes do not match.
    """
    matrix = to_tensor(matrix)
    if matrix.dtype is _COMPLEX128 and l2_regularizer != 0:
        raise NotImplementedError(
            "tf.linalg.lstsq has no l2_regularizer for complex128, where it is not accurate enough."
        )
    if fast is False:
        return _solve_by_pseudoinverse(matrix, rhs, name)
    shape = check_matrix(matrix._t, square=False).shape
    if shape[-2] >= shape[-1]:
        chol = _gramian_factor(matrix, l2_regularizer, True)
        return cholesky_solve(chol, matmul(matrix, rhs, adjoint_a=True))
    chol = _gramian_factor(matrix, l2_regularizer, False)
    return matmul(matrix, cholesky_solve(chol, rhs), adjoint_a=True)


def _real_matrix(a: Any, hint: Any = None) -> Any:
    a = to_tensor(a, None, hint)
    if not a.dtype.is_floating:
        raise TypeError(f"Input `a` must have `float`-like `dtype` (saw {a.dtype.name}).")
    if a._t.ndim < 2:
        raise ValueError(f"Input `a` must have at least 2 dimensions (saw: {a._t.ndim}).")
    return a


def matrix_rank(
    a: Any, tol: Any = None, validate_args: bool = False, name: str | None = None
) -> Any:
    """The numerical rank of each matrix. Implements `tf.linalg.matrix_rank`.

    Args:
        a: real matrices, `[..., m, n]`.
        tol: singular values up to this count as zero. By default it is the largest one, times the
            larger of `m` and `n`, times the type's precision.
        validate_args: ignored; shapes are always checked.
        name: ignored.

    Returns:
        int32, `[...]`.

    Raises:
        TypeError: if `a` is not of a real floating point type.
        ValueError: if it has fewer than two axes.
    """
    a = _real_matrix(a, as_dtype("float32"))
    s = svd(a, compute_uv=False)
    if tol is None:
        eps = np.finfo(a.dtype.as_numpy_dtype).eps
        side = cast(max(a._t.shape[-2:]), a.dtype)
        tol = eps * side * reduce_max(s, axis=-1, keepdims=True)
    return reduce_sum(cast(greater(s, tol), as_dtype("int32")), axis=-1)


def pinv(a: Any, rcond: Any = None, validate_args: bool = False, name: str | None = None) -> Any:
    """The Moore-Penrose pseudoinverse of each matrix. Implements `tf.linalg.pinv`.

    Args:
        a: real matrices, `[..., m, n]`.
        rcond: singular values up to this times the largest one count as zero. By default it is 10
            times the larger of `m` and `n`, times the type's precision.
        validate_args: ignored; shapes are always checked.
        name: ignored.

    Returns:
        The pseudoinverses, `[..., n, m]`.

    Raises:
        TypeError: if `a` is not of a real floating point type.
        ValueError: if it has fewer than two axes.
    """
    a = _real_matrix(a)
    numpy_dtype = a.dtype.as_numpy_dtype
    if rcond is None:
        rcond = 10.0 * float(max(a._t.shape[-2:])) * np.finfo(numpy_dtype).eps
    rcond = to_tensor(rcond, a.dtype)
    s, u, v = svd(a, full_matrices=False, compute_uv=True)
    cutoff = rcond * reduce_max(s, axis=-1)
    s = where(greater(s, expand_dims(cutoff, -1)), s, np.array(np.inf, numpy_dtype))
    return matmul(v / expand_dims(s, -2), u, adjoint_b=True)
