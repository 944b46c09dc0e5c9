"""The Kronecker product of operators."""

from __future__ import annotations

import math
from functools import reduce
from typing import Any

from .._core.types.shape import TensorShape
from .._ops.array.shaping import expand_dims, reshape, transpose
from .._ops.math.casting import cast
from ..errors import InvalidArgumentError
from . import hints, support
from .base import LinearOperator


def _outer(a: Any, b: Any) -> Any:
    """The outer product of two vectors, flattened."""
    product = expand_dims(a, -1) * expand_dims(b, -2)
    *batch, left, right = product.shape
    return reshape(product, [*batch, left * right])


class LinearOperatorKronecker(LinearOperator):
    """The Kronecker product of operators. Implements `tf.linalg.LinearOperatorKronecker`.

    Raises:
      ValueError: if `operators` is empty or the hints contradict it.
      TypeError: if the operators differ in dtype.
    """

    _composite_tensor_fields = ("operators",)

    def __init__(
        self,
        operators: Any,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = None,
        name: str | None = None,
    ) -> None:
        self._operators = operators = support.operator_list(operators, every=True)
        hint_values = hints.shared(
            operators,
            "The Kronecker product",
            is_non_singular,
            is_self_adjoint,
            is_positive_definite,
        )
        name = name or "_x_".join(operator.name for operator in operators)
        super().__init__(operators[0].dtype, name=name, is_square=is_square, **hint_values)

    @property
    def operators(self) -> list[Any]:
        """The factors."""
        return self._operators

    @property
    def _experimental_parameter_ndims_to_matrix_ndims(self) -> Any:
        return {"operators": [0] * len(self.operators)}

    def _shape(self) -> Any:
        rows, columns = (
            math.prod(operator.shape[axis] for operator in self.operators) for axis in (-2, -1)
        )
        batch = support.common_batch([operator.batch_shape for operator in self.operators])
        return batch.concatenate(TensorShape([rows, columns]))

    def _map_factors(self, method: str) -> LinearOperator:
        operators = [getattr(operator, method)() for operator in self.operators]
        return LinearOperatorKronecker(operators, **self._hints())

    def _linop_adjoint(self) -> LinearOperator:
        return self._map_factors("adjoint")

    def _linop_inverse(self) -> LinearOperator:
        return self._map_factors("inverse")

    def _linop_cholesky(self) -> LinearOperator:
        return LinearOperatorKronecker(
            [operator.cholesky() for operator in self.operators],
            is_non_singular=True,
            is_square=True,
        )

    def _apply(self, x: Any, method: str, axis: int, adjoint: bool, adjoint_arg: bool) -> Any:
        """Applies each operator to its factor of the rows, starting with the last operator.

        `axis` is the axis of an operator that matches the rows of its argument.
        """
        x = support.adjoint_if(x, adjoint_arg)
        *batch, before, after = x.shape
        for operator in reversed(self.operators):
            size = operator.shape[axis]
            before //= size
            lead = len(batch)
            swapped = [*range(lead), lead + 1, lead, lead + 2]
            x = transpose(reshape(x, [*batch, before, size, after]), swapped)
            x = reshape(x, [*batch, size, before * after])
            x = getattr(operator, method)(x, adjoint=adjoint)
            *batch, size, _ = x.shape
            lead = len(batch)
            swapped = [*range(lead), lead + 1, lead, lead + 2]
            x = transpose(reshape(x, [*batch, size, before, after]), swapped)
            after *= size
        count = x.shape[-1] * x.shape[-2] * x.shape[-3]
        rows = self.shape[-1 if adjoint else -2]
        return reshape(x, [*batch, rows, count // max(rows, 1)])

    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        return self._apply(x, "matmul", -2 if adjoint else -1, adjoint, adjoint_arg)

    def _solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        return self._apply(rhs, "solve", -1 if adjoint else -2, adjoint, adjoint_arg)

    def _exponent(self, operator: Any) -> Any:
        return cast(self.shape[-1] / operator.shape[-1], operator.dtype)

    def _determinant(self) -> Any:
        factors = [o.determinant() ** self._exponent(o) for o in self.operators]
        return reduce(lambda a, b: a * b, factors)

    def _log_abs_determinant(self) -> Any:
        terms = [o.log_abs_determinant() * self._exponent(o) for o in self.operators]
        return reduce(lambda a, b: a + b, terms)

    def _trace(self) -> Any:
        return reduce(lambda a, b: a * b, [operator.trace() for operator in self.operators])

    def _diag_part(self) -> Any:
        return reduce(_outer, [operator.diag_part() for operator in self.operators])

    def _eigvals(self) -> Any:
        return reduce(_outer, [operator.eigvals() for operator in self.operators])

    def _to_dense(self) -> Any:
        product = self.operators[0].to_dense()
        for operator in self.operators[1:]:
            left = expand_dims(expand_dims(product, -2), -1)
            product = left * expand_dims(expand_dims(operator.to_dense(), -3), -2)
            # The last four axes are: rows, rows, columns, columns.
            *batch, a, b, c, d = product.shape
            product = reshape(product, [*batch, a * b, c * d])
        return product

    def _assert_each(self, method: str) -> None:
        if not all(operator.is_square for operator in self.operators):
            raise InvalidArgumentError(
                None, None, "All Kronecker factors must be square for the product to be invertible."
            )
        for operator in self.operators:
            getattr(operator, method)()

    def _assert_non_singular(self) -> Any:
        self._assert_each("assert_non_singular")

    def _assert_self_adjoint(self) -> Any:
        self._assert_each("assert_self_adjoint")
