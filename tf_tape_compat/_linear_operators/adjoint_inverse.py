"""The adjoint and the inverse of an operator that has no way of its own to make them."""

from __future__ import annotations

from typing import Any

from .._core.types.shape import TensorShape
from .._ops.linalg import diagonals
from .._ops.math.complex import conj
from . import hints
from .base import LinearOperator

_HINTS = ("is_square", "is_non_singular", "is_self_adjoint", "is_positive_definite")


class _Wrapper(LinearOperator):
    """An operator of one other, which shares its hints."""

    _experimental_parameter_ndims_to_matrix_ndims = {"operator": 0}

    def _wrap(self, operator: Any, what: str, suffix: str, name: Any, *given: Any) -> None:
        self._operator = operator
        found = {}
        for hint, value in zip(_HINTS, given, strict=True):
            word = hint[3:].replace("_", "-")
            message = f"An operator is {word} if and only if its {what} is {word}."
            found[hint] = hints.combined(operator, hint, value, message)
        LinearOperator.__init__(self, operator.dtype, name=name or operator.name + suffix, **found)

    @property
    def operator(self) -> Any:
        """The operator that this one is made of."""
        return self._operator

    def _assert_non_singular(self) -> Any:
        return self.operator.assert_non_singular()

    def _assert_positive_definite(self) -> Any:
        return self.operator.assert_positive_definite()

    def _assert_self_adjoint(self) -> Any:
        return self.operator.assert_self_adjoint()

    def _cond(self) -> Any:
        return self.operator.cond()


class LinearOperatorAdjoint(_Wrapper):
    """The adjoint of an operator; answers for `tf.linalg.LinearOperatorAdjoint`.

    Raises ValueError for hints that contradict those of the operator.
    """

    _composite_tensor_fields = ("operator",)

    def __init__(
        self,
        operator: Any,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = None,
        name: str | None = None,
    ) -> None:
        given = (is_square, is_non_singular, is_self_adjoint, is_positive_definite)
        self._wrap(operator, "adjoint", "_adjoint", name, *given)

    def _linop_adjoint(self) -> LinearOperator:
        return self.operator

    def _shape(self) -> Any:
        *batch, rows, columns = self.operator.shape
        return TensorShape([*batch, columns, rows])

    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        return self.operator.matmul(x, adjoint=not adjoint, adjoint_arg=adjoint_arg)

    def _matvec(self, x: Any, adjoint: bool = False) -> Any:
        return self.operator.matvec(x, adjoint=not adjoint)

    def _solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        return self.operator.solve(rhs, adjoint=not adjoint, adjoint_arg=adjoint_arg)

    def _solvevec(self, rhs: Any, adjoint: bool = False) -> Any:
        return self.operator.solvevec(rhs, adjoint=not adjoint)

    def _conjugate(self, value: Any) -> Any:
        return value if self.is_self_adjoint else conj(value)

    def _determinant(self) -> Any:
        return self._conjugate(self.operator.determinant())

    def _log_abs_determinant(self) -> Any:
        return self.operator.log_abs_determinant()

    def _trace(self) -> Any:
        return self._conjugate(self.operator.trace())

    def _to_dense(self) -> Any:
        dense = self.operator.to_dense()
        return dense if self.is_self_adjoint else diagonals.adjoint(dense)

    def _eigvals(self) -> Any:
        values = self.operator.eigvals()
        return values if self.operator.is_self_adjoint else conj(values)


class LinearOperatorInversion(_Wrapper):
    """The inverse of an operator; answers for `tf.linalg.LinearOperatorInversion`.

    Raises ValueError for an operator that is known to have none, and for hints that contradict its.
    """

    _composite_tensor_fields = ("operator",)

    def __init__(
        self,
        operator: Any,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = None,
        name: str | None = None,
    ) -> None:
        for hint, value in (("is_non_singular", is_non_singular), ("is_square", is_square)):
            own = getattr(operator, hint)
            if own is False or value is False:
                raise ValueError(
                    f"The hint `{hint}` must be True or None for an inverse. Found "
                    f"`operator.{hint}`: {own}, `{hint}`: {value}."
                )
        given = (is_square, is_non_singular, is_self_adjoint, is_positive_definite)
        self._wrap(operator, "inverse", "_inv", name, *given)

    def _linop_inverse(self) -> LinearOperator:
        return self.operator

    def _linop_solve(self, left_operator: Any, right_operator: Any) -> LinearOperator:
        return left_operator.operator.matmul(right_operator)

    def _shape(self) -> Any:
        return self.operator.shape

    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        return self.operator.solve(x, adjoint=adjoint, adjoint_arg=adjoint_arg)

    def _solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        return self.operator.matmul(rhs, adjoint=adjoint, adjoint_arg=adjoint_arg)

    def _determinant(self) -> Any:
        return 1.0 / self.operator.determinant()

    def _log_abs_determinant(self) -> Any:
        return -1.0 * self.operator.log_abs_determinant()

    def _eigvals(self) -> Any:
        return 1.0 / self.operator.eigvals()
