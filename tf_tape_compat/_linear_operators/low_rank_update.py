"""A low-rank update of an operator."""

from __future__ import annotations

from typing import Any

from .._ops.array.shaping import expand_dims
from .._ops.linalg import decompositions, diagonals, solvers
from .._ops.linalg.matmul import matmul
from .._ops.math import elementwise, reductions
from .._ops.math.casting import cast
from .._ops.math.complex import conj
from . import support
from .base import LinearOperator, check_size
from .diagonal import LinearOperatorDiag
from .identity import LinearOperatorIdentity


class LinearOperatorLowRankUpdate(LinearOperator):
    """`base_operator + u @ diag(diag_update) @ adjoint(v)`, where `u` and `v` have few columns.

    Implements `tf.linalg.LinearOperatorLowRankUpdate`. `v` defaults to `u`, and `diag_update` to
    ones.

    Raises:
      ValueError: if sizes do not match or a hint is invalid.
    """

    _composite_tensor_fields = ("base_operator", "u", "diag_update", "v", "is_diag_update_positive")
    _experimental_parameter_ndims_to_matrix_ndims = {
        "base_operator": 0,
        "u": 2,
        "diag_update": 1,
        "v": 2,
    }

    def __init__(
        self,
        base_operator: Any,
        u: Any,
        diag_update: Any = None,
        v: Any = None,
        is_diag_update_positive: bool | None = None,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = None,
        name: str = "LinearOperatorLowRankUpdate",
    ) -> None:
        dtype = base_operator.dtype
        if diag_update is None:
            if is_diag_update_positive is False:
                raise ValueError(
                    "Default diagonal is the identity, which is positive.  However, user set "
                    "'is_diag_update_positive' to False."
                )
            is_diag_update_positive = True
        self._use_cholesky = bool(
            base_operator.is_positive_definite
            and base_operator.is_self_adjoint
            and is_diag_update_positive
            and v is None
        )
        if base_operator.is_self_adjoint and v is None and not dtype.is_complex:
            if is_self_adjoint is False:
                raise ValueError("A = L + UDU^H, with L and D self-adjoint, is self-adjoint.")
            is_self_adjoint = True
        if self._use_cholesky:
            if False in (is_positive_definite, is_self_adjoint, is_non_singular):
                raise ValueError("Arguments imply this is self-adjoint positive-definite operator.")
            is_positive_definite = is_self_adjoint = True
        self._u = support.parameter(u)
        self._v = self._u if v is None else support.parameter(v)
        self._diag_update = support.parameter(diag_update)
        self._base_operator = base_operator
        super().__init__(
            dtype,
            None,
            is_non_singular,
            is_self_adjoint,
            is_positive_definite,
            is_square,
            name,
        )
        self._diag_operator: LinearOperator
        if diag_update is None:
            self._diag_operator = LinearOperatorIdentity(self._u.shape[-1], dtype=dtype)
        else:
            self._diag_operator = LinearOperatorDiag(
                self._diag_update, is_positive_definite=is_diag_update_positive
            )
        self._is_diag_update_positive = is_diag_update_positive
        self._check_shapes()

    def _check_shapes(self) -> None:
        shape = support.common_batch([self.u.shape, self.v.shape])
        batch = support.common_batch([self.base_operator.batch_shape, shape[:-2]])
        check_size(self.base_operator.shape[-1], shape[-2])
        if self._diag_update is not None:
            check_size(shape[-1], self._diag_update.shape[-1])
            support.common_batch([batch, self._diag_update.shape[:-1]])

    @property
    def u(self) -> Any:
        """The left factor of the update, `[..., M, K]`."""
        return self._u

    @property
    def v(self) -> Any:
        """The right factor of the update, `[..., N, K]`."""
        return self._v

    @property
    def is_diag_update_positive(self) -> bool | None:
        """Whether `diag_update` is positive; None if unknown."""
        return self._is_diag_update_positive

    @property
    def diag_update(self) -> Any:
        """The diagonal between the factors, `[..., K]`; None for ones."""
        return self._diag_update

    @property
    def diag_operator(self) -> LinearOperator:
        """The diagonal between the factors, as an operator."""
        return self._diag_operator

    @property
    def base_operator(self) -> Any:
        """The operator that is updated."""
        return self._base_operator

    def _shape(self) -> Any:
        batch = support.common_batch(
            [
                self.base_operator.batch_shape,
                self.diag_operator.batch_shape,
                self.u.shape[:-2],
                self.v.shape[:-2],
            ]
        )
        return batch.concatenate(self.base_operator.shape[-2:])

    def _assert_self_adjoint(self) -> Any:
        if self.u is self.v and self.diag_update is None:
            return self.base_operator.assert_self_adjoint()
        return super()._assert_self_adjoint()

    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        left, right = (self.v, self.u) if adjoint else (self.u, self.v)
        base = self.base_operator.matmul(x, adjoint=adjoint, adjoint_arg=adjoint_arg)
        inner = matmul(right, x, adjoint_a=True, adjoint_b=adjoint_arg)
        return base + matmul(left, self.diag_operator.matmul(inner, adjoint=adjoint))

    def _capacitance(self, u: Any, v: Any) -> Any:
        """The small matrix of the Woodbury identity: `D^-1 + v^H L^-1 u`."""
        inner = matmul(v, self.base_operator.solve(u), adjoint_a=True)
        return self.diag_operator.inverse().add_to_tensor(inner)

    def _determinant(self) -> Any:
        if self.is_positive_definite:
            return elementwise.exp(self.log_abs_determinant())
        small = solvers.det(self._capacitance(self.u, self.v))
        return small * self.diag_operator.determinant() * self.base_operator.determinant()

    def _log_abs_determinant(self) -> Any:
        matrix = self._capacitance(self.u, self.v)
        if self._use_cholesky:
            diagonal = diagonals.diag_part(decompositions.cholesky(matrix))
            small = 2 * reductions.reduce_sum(elementwise.log(diagonal), axis=[-1])
        else:
            small = elementwise.log(elementwise.abs(solvers.det(matrix)))
            if self.dtype.is_complex:
                small = cast(small, self.dtype)
        diagonal = self.diag_operator.log_abs_determinant()
        return small + diagonal + self.base_operator.log_abs_determinant()

    def _solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        base = self.base_operator
        if base.is_non_singular is False:
            raise ValueError(
                "Solve not implemented unless this is a perturbation of a non-singular "
                "LinearOperator."
            )
        u, v = (self.v, self.u) if adjoint else (self.u, self.v)
        matrix = self._capacitance(self.u, self.v)
        base_solution = base.solve(rhs, adjoint=adjoint, adjoint_arg=adjoint_arg)
        inner = matmul(v, base_solution, adjoint_a=True)
        if self._use_cholesky:
            matrix, inner = support.broadcast_batches([matrix, inner])
            small = solvers.cholesky_solve(decompositions.cholesky(matrix), inner)
        else:
            small = support.solve_broadcast(matrix, inner, adjoint=adjoint)
        return base_solution - base.solve(matmul(u, small), adjoint=adjoint)

    def _diag_part(self) -> Any:
        product = self.u * conj(self.v)
        if self.diag_update is not None:
            product = product * expand_dims(self.diag_update, -2)
        return reductions.reduce_sum(product, axis=-1) + self.base_operator.diag_part()
