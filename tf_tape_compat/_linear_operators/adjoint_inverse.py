"""Operators that wrap another one: its adjoint and its inverse."""

from __future__ import annotations

from typing import Any

from .._core.types.shape import TensorShape
from .._ops.linalg import diagonals
from .._ops.math.complex import conj
from . import hints, registry
from .base import LinearOperator

_HINTS = ("is_square", "is_non_singular", "is_self_adjoint", "is_positive_definite")


class _Wrapper(LinearOperator):
    """An operator that wraps another one and shares its hints."""

    _experimental_parameter_ndims_to_matrix_ndims = {"operator": 0}

    def _wrap(self, operator: Any, relation: str, suffix: str, name: Any, *values: Any) -> None:
        """Initializes it with the hints `values` (as `_HINTS`); `relation` is for error texts."""
        self._operator = operator
        combined = {}
        for hint, value in zip(_HINTS, values, strict=True):
            adjective = hint[3:].replace("_", "-")
            message = f"An operator is {adjective} if and only if its {relation} is {adjective}."
            combined[hint] = hints.combined(operator, hint, value, message)
        LinearOperator.__init__(
            self, operator.dtype, name=name or operator.name + suffix, **combined
        )

    @property
    def operator(self) -> Any:
        """The wrapped operator."""
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
    """The adjoint of an operator. Implements `tf.linalg.LinearOperatorAdjoint`.

    Raises:
      ValueError: if the hints contradict those of the operator.
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
        values = (is_square, is_non_singular, is_self_adjoint, is_positive_definite)
        self._wrap(operator, "adjoint", "_adjoint", name, *values)

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
    """The inverse of an operator. Implements `tf.linalg.LinearOperatorInversion`.

    Raises:
      ValueError: if the hints say that there is no inverse, or contradict those of the operator.
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
            operator_hint = getattr(operator, hint)
            if operator_hint is False or value is False:
                raise ValueError(
                    f"The hint `{hint}` must be True or None for an inverse. Found "
                    f"`operator.{hint}`: {operator_hint}, `{hint}`: {value}."
                )
        values = (is_square, is_non_singular, is_self_adjoint, is_positive_definite)
        self._wrap(operator, "inverse", "_inv", name, *values)

    def _linop_inverse(self) -> LinearOperator:
        return self.operator

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


@registry.ADJOINT.register(LinearOperator)
def _adjoint(operator: LinearOperator) -> LinearOperator:
    hint_values = {**operator._hints(), "is_square": operator.is_square}
    return LinearOperatorAdjoint(operator, **hint_values)


@registry.INVERSE.register(LinearOperator)
def _inverse(operator: LinearOperator) -> LinearOperator:
    hint_values = {**operator._hints(), "is_square": operator.is_square}
    return LinearOperatorInversion(operator, **hint_values)


@registry.SOLVE.register(LinearOperatorInversion, LinearOperator)
def _solve_with_inverse(left: LinearOperatorInversion, right: LinearOperator) -> LinearOperator:
    return left.operator.matmul(right)
