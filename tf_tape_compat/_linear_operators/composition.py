"""The product of operators, which are applied one after the other."""

from __future__ import annotations

from functools import reduce
from typing import Any

from .._core.types.shape import TensorShape
from .._ops.array.shaping import expand_dims
from .._ops.math.elementwise import sign
from . import hints, registry, support
from .adjoint_inverse import LinearOperatorInversion
from .base import LinearOperator
from .dense import LinearOperatorLowerTriangular


class LinearOperatorComposition(LinearOperator):
    """The product of operators. Implements `tf.linalg.LinearOperatorComposition`.

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
        self._operators = operators = support.operator_list(operators)
        is_non_singular = hints.implied(
            operators,
            "is_non_singular",
            is_non_singular,
            "The composition of non-singular operators is always non-singular.",
        )
        symmetric = hints.is_symmetric(operators)
        if symmetric or (len(operators) == 1 and operators[0].is_self_adjoint):
            if is_self_adjoint is False:
                raise ValueError("The composition is self-adjoint, but its hint is False.")
            is_self_adjoint = True
        if symmetric:
            if is_square is False:
                raise ValueError("A composition A @ A.H is square, but its hint is False.")
            is_square = True
            if is_non_singular:
                if is_positive_definite is False:
                    raise ValueError(
                        "A non-singular composition A @ A.H is positive-definite, but its hint is "
                        "False."
                    )
                is_positive_definite = True
        super().__init__(
            operators[0].dtype,
            None,
            is_non_singular,
            is_self_adjoint,
            is_positive_definite,
            is_square,
            name or "_o_".join(operator.name for operator in operators),
        )

    @property
    def operators(self) -> list[Any]:
        """The factors."""
        return self._operators

    @property
    def _experimental_parameter_ndims_to_matrix_ndims(self) -> Any:
        return {"operators": [0] * len(self.operators)}

    def _shape(self) -> Any:
        for left, right in zip(self.operators, self.operators[1:], strict=False):
            left.domain_dimension.assert_is_compatible_with(right.range_dimension)
        batch = support.common_batch([operator.batch_shape for operator in self.operators])
        return batch.concatenate(
            TensorShape([self.operators[0].shape[-2], self.operators[-1].shape[-1]])
        )

    def _linop_cholesky(self) -> LinearOperator:
        left = self.operators[0]
        if (
            len(self.operators) != 2
            or not hints.is_symmetric(self.operators)
            or not isinstance(left, LinearOperatorLowerTriangular)
        ):
            return super()._linop_cholesky()
        if left.is_positive_definite:
            return left
        # Flip signs so that the diagonal of the factor is positive.
        signs = expand_dims(sign(left.diag_part()), -2)
        return LinearOperatorLowerTriangular(
            left.tril / signs,
            is_non_singular=left.is_non_singular,
            is_self_adjoint=left.is_self_adjoint,
            is_square=True,
        )

    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        first, *others = self.operators if adjoint else reversed(self.operators)
        product = first.matmul(x, adjoint=adjoint, adjoint_arg=adjoint_arg)
        for operator in others:
            product = operator.matmul(product, adjoint=adjoint)
        return product

    def _solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        first, *others = reversed(self.operators) if adjoint else self.operators
        solution = first.solve(rhs, adjoint=adjoint, adjoint_arg=adjoint_arg)
        for operator in others:
            solution = operator.solve(solution, adjoint=adjoint)
        return solution

    def _determinant(self) -> Any:
        factors = [operator.determinant() for operator in self.operators]
        return reduce(lambda a, b: a * b, factors)

    def _log_abs_determinant(self) -> Any:
        terms = [operator.log_abs_determinant() for operator in self.operators]
        return reduce(lambda a, b: a + b, terms)

    def _assert_non_singular(self) -> Any:
        if not all(operator.is_square for operator in self.operators):
            return super()._assert_non_singular()
        for operator in self.operators:
            operator.assert_non_singular()
        return None


@registry.MATMUL.register(LinearOperator, LinearOperator)
def _compose(left: LinearOperator, right: LinearOperator) -> LinearOperator:
    return LinearOperatorComposition(operators=[left, right], **hints.of_product(left, right))


@registry.SOLVE.register(LinearOperator, LinearOperator)
def _compose_with_inverse(left: LinearOperator, right: LinearOperator) -> LinearOperator:
    return LinearOperatorComposition(
        operators=[LinearOperatorInversion(left), right], **hints.of_product(left, right)
    )
