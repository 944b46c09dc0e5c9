"""The operator for diagonal matrices."""

from __future__ import annotations

from typing import Any

from .._core.tensor.convert import to_tensor
from .._ops.array.shaping import expand_dims
from .._ops.debugging.assertions import assert_positive
from .._ops.linalg import diagonals
from .._ops.math import elementwise, reductions
from .._ops.math.casting import cast
from .._ops.math.complex import conj, real
from . import hints, registry, support
from .base import LinearOperator
from .dense import LinearOperatorLowerTriangular


class LinearOperatorDiag(LinearOperator):
    """A diagonal matrix. Implements `tf.linalg.LinearOperatorDiag`.

    Raises:
      ValueError: if `diag` is a scalar or the hints contradict a diagonal matrix.
    """

    _composite_tensor_fields = ("diag",)
    _experimental_parameter_ndims_to_matrix_ndims = {"diag": 1}

    def __init__(
        self,
        diag: Any,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = None,
        name: str = "LinearOperatorDiag",
    ) -> None:
        self._diag = support.parameter(diag)
        if self._diag.shape.rank < 1:
            raise ValueError(
                f"Argument diag must have at least 1 dimension.  Found: {self._diag!s}"
            )
        if not self._diag.dtype.is_complex:
            if is_self_adjoint is False:
                raise ValueError("A real diagonal operator is always self adjoint.")
            is_self_adjoint = True
        if is_square is False:
            raise ValueError("Only square diagonal operators currently supported.")
        super().__init__(
            self._diag.dtype,
            None,
            is_non_singular,
            is_self_adjoint,
            is_positive_definite,
            True,
            name,
        )

    @property
    def diag(self) -> Any:
        """The diagonal."""
        return self._diag

    def _shape(self) -> Any:
        return self._diag.shape.concatenate(self._diag.shape[-1:])

    # -- products ---------------------------------------------------------------------------------

    def _conjugate(self, adjoint: bool) -> Any:
        return conj(self._diag) if adjoint else self._diag

    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        return expand_dims(self._conjugate(adjoint), -1) * support.adjoint_if(x, adjoint_arg)

    def _matvec(self, x: Any, adjoint: bool = False) -> Any:
        return self._conjugate(adjoint) * x

    def _solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        return support.adjoint_if(rhs, adjoint_arg) * expand_dims(
            1.0 / self._conjugate(adjoint), -1
        )

    def _linop_inverse(self) -> LinearOperator:
        return LinearOperatorDiag(1.0 / self.diag, **self._hints())

    def _linop_adjoint(self) -> LinearOperator:
        diag = conj(self.diag) if self.dtype.is_complex else self.diag
        return LinearOperatorDiag(diag, **self._hints())

    def _linop_cholesky(self) -> LinearOperator:
        return LinearOperatorDiag(
            elementwise.sqrt(self.diag),
            is_non_singular=True,
            is_self_adjoint=True,
            is_positive_definite=True,
            is_square=True,
        )

    # -- assertions -------------------------------------------------------------------------------

    def _assert_non_singular(self) -> Any:
        return support.assert_no_zeros(
            self._diag, "Singular operator:  Diagonal contained zero values."
        )

    def _assert_positive_definite(self) -> Any:
        part = "real parts" if self.dtype.is_complex else "entries"
        return assert_positive(
            real(self._diag),
            message=f"Diagonal operator had {part} that are not positive, "
            "thus was not positive definite.",
        )

    def _assert_self_adjoint(self) -> Any:
        return support.assert_real(
            self._diag, "This diagonal operator contained non-zero imaginary values."
        )

    # -- tensors ----------------------------------------------------------------------------------

    def _determinant(self) -> Any:
        return reductions.reduce_prod(self._diag, axis=[-1])

    def _log_abs_determinant(self) -> Any:
        logarithms = elementwise.log(elementwise.abs(self._diag))
        total = reductions.reduce_sum(logarithms, axis=[-1])
        return cast(total, self.dtype) if self.dtype.is_complex else total

    def _to_dense(self) -> Any:
        return diagonals.diag(self._diag)

    def _diag_part(self) -> Any:
        return self.diag

    def _add_to_tensor(self, x: Any) -> Any:
        return diagonals.set_diag(x, self._diag + diagonals.diag_part(x))

    def _eigvals(self) -> Any:
        return to_tensor(self.diag)

    def _cond(self) -> Any:
        magnitudes = elementwise.abs(self.diag)
        return reductions.reduce_max(magnitudes, axis=-1) / reductions.reduce_min(
            magnitudes, axis=-1
        )


def _triangular_hints(diag: LinearOperator, triangular: LinearOperator) -> dict[str, Any]:
    return {**hints.of_commuting(diag, triangular), "is_positive_definite": None}


@registry.MATMUL.register(LinearOperatorDiag, LinearOperatorDiag)
def _multiply_diagonals(left: LinearOperatorDiag, right: LinearOperatorDiag) -> LinearOperator:
    return LinearOperatorDiag(left.diag * right.diag, **hints.of_commuting(left, right))


@registry.SOLVE.register(LinearOperatorDiag, LinearOperatorDiag)
def _divide_diagonals(left: LinearOperatorDiag, right: LinearOperatorDiag) -> LinearOperator:
    return LinearOperatorDiag(right.diag / left.diag, **hints.of_commuting(left, right))


@registry.MATMUL.register(LinearOperatorDiag, LinearOperatorLowerTriangular)
def _scale_rows(left: LinearOperatorDiag, right: LinearOperatorLowerTriangular) -> LinearOperator:
    tril = expand_dims(left.diag, -1) * right.to_dense()
    return LinearOperatorLowerTriangular(tril, **_triangular_hints(left, right))


@registry.SOLVE.register(LinearOperatorDiag, LinearOperatorLowerTriangular)
def _divide_rows(left: LinearOperatorDiag, right: LinearOperatorLowerTriangular) -> LinearOperator:
    tril = right.to_dense() / expand_dims(left.diag, -1)
    return LinearOperatorLowerTriangular(tril, **_triangular_hints(left, right))


@registry.MATMUL.register(LinearOperatorLowerTriangular, LinearOperatorDiag)
def _scale_columns(
    left: LinearOperatorLowerTriangular, right: LinearOperatorDiag
) -> LinearOperator:
    return LinearOperatorLowerTriangular(
        left.to_dense() * right.diag, **_triangular_hints(right, left)
    )
