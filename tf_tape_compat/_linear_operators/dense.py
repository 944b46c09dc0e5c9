"""Operators defined by a dense tensor: a full or a lower triangular matrix."""

from __future__ import annotations

from typing import Any

from .._core.tensor.convert import to_tensor
from .._ops.linalg import decompositions, diagonals
from .._ops.linalg.matmul import matmul
from .._ops.linalg.solvers import triangular_solve
from .._ops.math import elementwise, reductions
from . import registry, support
from .base import LinearOperator


class LinearOperatorFullMatrix(LinearOperator):
    """An operator for any matrix. Implements `tf.linalg.LinearOperatorFullMatrix`.

    Raises:
      TypeError: if the dtype of `matrix` is neither floating point nor complex.
      ValueError: if `matrix` has fewer than two axes.
    """

    _composite_tensor_fields = ("matrix",)
    _experimental_parameter_ndims_to_matrix_ndims = {"matrix": 2}

    def __init__(
        self,
        matrix: Any,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = None,
        name: str = "LinearOperatorFullMatrix",
    ) -> None:
        self._matrix: Any = support.parameter(matrix) if matrix is not None else to_tensor(matrix)
        allowed = "float16 float32 float64 complex64 complex128".split()
        if self._matrix.dtype.name not in allowed:
            listed = ", ".join(f"tf.{name}" for name in allowed)
            raise TypeError(
                f"Argument `matrix` must have dtype in [{listed}]. Received: {self._matrix.dtype}."
            )
        if len(self._matrix.shape) < 2:
            raise ValueError(
                f"Argument `matrix` must have at least 2 dimensions. Received: {self._matrix!s}."
            )
        super().__init__(
            self._matrix.dtype,
            None,
            is_non_singular,
            is_self_adjoint,
            is_positive_definite,
            is_square,
            name,
        )

    @property
    def matrix(self) -> Any:
        """The matrix."""
        return self._matrix

    def _shape(self) -> Any:
        return self._matrix.shape

    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        return matmul(self._matrix, x, adjoint_a=adjoint, adjoint_b=adjoint_arg)

    def _solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        return self._dense_solve(rhs, adjoint=adjoint, adjoint_arg=adjoint_arg)

    def _to_dense(self) -> Any:
        return self._matrix


class LinearOperatorLowerTriangular(LinearOperator):
    """A lower triangular matrix. Implements `tf.linalg.LinearOperatorLowerTriangular`.

    Only the lower triangle of `tril` is read.

    Raises:
      ValueError: if `tril` has fewer than two axes.
    """

    _composite_tensor_fields = ("tril",)
    _experimental_parameter_ndims_to_matrix_ndims = {"tril": 2}

    def __init__(
        self,
        tril: Any,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = None,
        name: str = "LinearOperatorLowerTriangular",
    ) -> None:
        if is_square is False:
            raise ValueError("Only square lower triangular operators supported at this time.")
        self._tril = support.parameter(tril)
        if self._tril.shape.rank < 2:
            raise ValueError(
                f"Argument tril must have at least 2 dimensions.  Found: {self._tril!s}"
            )
        super().__init__(
            self._tril.dtype,
            None,
            is_non_singular,
            is_self_adjoint,
            is_positive_definite,
            True,
            name,
        )

    @property
    def tril(self) -> Any:
        """The matrix as given, including anything above the diagonal."""
        return self._tril

    def _shape(self) -> Any:
        return self._tril.shape

    def _diag_part(self) -> Any:
        return diagonals.diag_part(self._tril)

    def _to_dense(self) -> Any:
        return diagonals.band_part(self._tril, -1, 0)

    def _assert_non_singular(self) -> Any:
        return support.assert_no_zeros(
            self._diag_part(), "Singular operator:  Diagonal contained zero values."
        )

    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        return matmul(self._to_dense(), x, adjoint_a=adjoint, adjoint_b=adjoint_arg)

    def _determinant(self) -> Any:
        return reductions.reduce_prod(self._diag_part(), axis=[-1])

    def _log_abs_determinant(self) -> Any:
        logarithms = elementwise.log(elementwise.abs(self._diag_part()))
        return reductions.reduce_sum(logarithms, axis=[-1])

    def _solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        rhs = support.adjoint_if(rhs, adjoint_arg)
        return triangular_solve(self._to_dense(), rhs, lower=True, adjoint=adjoint)

    def _eigvals(self) -> Any:
        return self._diag_part()


@registry.CHOLESKY.register(LinearOperator)
def _dense_cholesky(operator: LinearOperator) -> LinearOperator:
    return LinearOperatorLowerTriangular(
        decompositions.cholesky(operator.to_dense()),
        is_non_singular=True,
        is_self_adjoint=False,
        is_square=True,
    )
