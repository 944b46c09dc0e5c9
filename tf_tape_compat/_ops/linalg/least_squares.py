"""Least squares, the pseudoinverse, and the rank of matrices."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from ..._core.op.op import op
from ..._core.recording.admission import single_op
from ..._core.tensor.convert import to_tensor
from ..._core.types.dtype import as_dtype
from ...errors import InvalidArgumentError
from .._support.element_types import no_kernel
from .._support.gradient_rules import with_gradient
from ..array.creation import eye
from ..array.masking import where
from ..array.shaping import expand_dims
from ..math.casting import cast
from ..math.comparison import greater
from ..math.reductions import reduce_max, reduce_sum
from .decompositions import checked, cholesky, cholesky_solve, svd
from .matmul import matmul

_COMPLEX128 = as_dtype("complex128")


def _factor(matrix: Any, l2_regularizer: Any, tall: bool) -> Any:
    """The Cholesky factor of the smaller product of the matrix and its adjoint, regularised."""
    gramian = matmul(matrix, matrix, adjoint_a=tall, adjoint_b=not tall)
    if hasattr(l2_regularizer, "_t") or l2_regularizer != 0:
        *batch, size = gramian._t.shape[:-1]
        gramian += l2_regularizer * eye(size, batch_shape=batch, dtype=matrix.dtype)
    return cholesky(gramian)


def _no_gradient(*arguments: Any) -> Any:
    raise ValueError("Gradient not defined for fast=False")


@with_gradient(_no_gradient)
def _smallest_solution(matrix: torch.Tensor, rhs: torch.Tensor) -> torch.Tensor:
    if not matrix.numel():
        return rhs.new_zeros(*rhs.shape[:-2], matrix.shape[-1], rhs.shape[-1])
    return torch.linalg.pinv(matrix) @ rhs


@op("MatrixSolveLs", "matrix rhs", others=no_kernel("MatrixSolveLs", "float16"))
@single_op
def _complete(matrix: Any, rhs: Any, name: str | None = None) -> Any:
    checked(matrix, square=False)
    if matrix.ndim != rhs.ndim:
        raise InvalidArgumentError(None, None, "All input tensors must have the same rank.")
    if matrix.shape[:-2] != rhs.shape[:-2]:
        message = "All input tensors must have the same outer dimensions."
        raise InvalidArgumentError(None, None, message)
    if matrix.shape[-2] != rhs.shape[-2]:
        raise InvalidArgumentError(None, None, "Input matrix and rhs are incompatible.")
    return _smallest_solution(matrix, rhs)


def lstsq(
    matrix: Any,
    rhs: Any,
    l2_regularizer: Any = 0.0,
    fast: bool = True,
    name: str | None = None,
) -> Any:
    """The `x` for which `matrix @ x` is nearest to `rhs`, and the smallest of several.

    `fast` solves the normal equations, which needs a matrix of full rank; `l2_regularizer` times
    the squares of `x` counts to the distance. Without `fast` the rank may be lower, the regularizer
    is not used, and there is no gradient. Answers for `tf.linalg.lstsq`. Raises
    NotImplementedError for complex128 with a regularizer, InvalidArgumentError for shapes that do
    not fit.
    """
    matrix = to_tensor(matrix)
    if matrix.dtype is _COMPLEX128 and l2_regularizer != 0:
        raise NotImplementedError(
            "tf.linalg.lstsq has no l2_regularizer for complex128, where it is not accurate enough."
        )
    if fast is False:
        return _complete(matrix, rhs, name)
    shape = checked(matrix._t, square=False).shape
    if shape[-2] >= shape[-1]:
        chol = _factor(matrix, l2_regularizer, True)
        return cholesky_solve(chol, matmul(matrix, rhs, adjoint_a=True))
    chol = _factor(matrix, l2_regularizer, False)
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
    """How many singular values of each matrix are above `tol`, as int32.

    By default that is the largest one times the larger side times the type's precision. Answers
    for `tf.linalg.matrix_rank`; `validate_args` changes nothing where shapes are known. Raises
    TypeError for what is not real floating point, ValueError for what is no matrix.
    """
    a = _real_matrix(a, as_dtype("float32"))
    s = svd(a, compute_uv=False)
    if tol is None:
        eps = np.finfo(a.dtype.as_numpy_dtype).eps
        side = cast(max(a._t.shape[-2:]), a.dtype)
        tol = eps * side * reduce_max(s, axis=-1, keepdims=True)
    return reduce_sum(cast(greater(s, tol), as_dtype("int32")), axis=-1)


def pinv(a: Any, rcond: Any = None, validate_args: bool = False, name: str | None = None) -> Any:
    """The pseudoinverse of each matrix.

    Singular values up to `rcond` times the largest count as zero; the default is 10 times the
    larger side times the type's precision. Answers for `tf.linalg.pinv`; `validate_args` changes
    nothing where shapes are known. Raises TypeError for what is not real floating point, ValueError
    for what is no matrix.
    """
    a = _real_matrix(a)
    kind = a.dtype.as_numpy_dtype
    if rcond is None:
        rcond = 10.0 * float(max(a._t.shape[-2:])) * np.finfo(kind).eps
    rcond = to_tensor(rcond, a.dtype)
    s, u, v = svd(a, full_matrices=False, compute_uv=True)
    cutoff = rcond * reduce_max(s, axis=-1)
    s = where(greater(s, expand_dims(cutoff, -1)), s, np.array(np.inf, kind))
    return matmul(v / expand_dims(s, -2), u, adjoint_b=True)
