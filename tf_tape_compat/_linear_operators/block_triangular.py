"""The operator for block lower triangular matrices, whose blocks are operators."""

from __future__ import annotations

from functools import reduce
from typing import Any

from .._core.tensor.convert import to_tensor
from .._ops.debugging.type_assertions import assert_proper_iterable
from .._ops.linalg.diagonals import adjoint as adjoint_of
from .._ops.math.elementwise import exp
from . import support
from .addition import SUMMABLE, add_operators
from .base import LinearOperator
from .blocks import BlockwiseOperator
from .dense import LinearOperatorFullMatrix
from .identity import LinearOperatorScaledIdentity


class LinearOperatorBlockLowerTriangular(BlockwiseOperator):
    """A block lower triangular matrix. Implements `tf.linalg.LinearOperatorBlockLowerTriangular`.

    Row `i` of `operators` has `i + 1` operators; the blocks to their right are zero.

    Raises:
      ValueError: if rows or sizes do not match or a hint is invalid.
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
        name: str = "LinearOperatorBlockLowerTriangular",
    ) -> None:
        assert_proper_iterable(operators)
        for row in operators:
            assert_proper_iterable(row)
        self._operators = [list(row) for row in operators]
        support.operator_list([operator for row in self._operators for operator in row])
        self._diagonal_operators = [row[-1] for row in self._operators]
        is_non_singular = self._non_singular_hint(is_non_singular)
        self._check_rows()
        if is_square is False:
            raise ValueError("`LinearOperatorBlockLowerTriangular` must be square.")
        if any(operator.is_square is False for operator in self._diagonal_operators):
            raise ValueError("The operators on the diagonal must be square.")
        super().__init__(
            self._operators[0][0].dtype,
            None,
            is_non_singular,
            is_self_adjoint,
            is_positive_definite,
            True,
            name,
        )

    def _non_singular_hint(self, value: bool | None) -> bool | None:
        """The hint implied by the diagonal. Raises ValueError if `value` contradicts it."""
        diagonal_hints = [operator.is_non_singular for operator in self._diagonal_operators]
        if all(diagonal_hints):
            implied, adjective = True, "non-singular"
        elif False in diagonal_hints:
            implied, adjective = False, "singular"
        else:
            return None
        if value is not None and value is not implied:
            raise ValueError(
                f"A blockwise lower-triangular operator is {adjective} if those on the diagonal "
                f"are. Received: is_non_singular={value}."
            )
        return implied

    def _check_rows(self) -> None:
        for i, row in enumerate(self._operators):
            if len(row) != i + 1:
                raise ValueError(
                    f"Argument `operators[{i}]` must contain `{i + 1}` blocks. Received: "
                    f"{len(row)} blocks."
                )
            for j, operator in enumerate(row[:-1]):
                above, right = self._operators[i - 1][j], row[j + 1]
                for side, other in (("domain_dimension", above), ("range_dimension", right)):
                    if getattr(operator, side) != getattr(other, side):
                        raise ValueError(
                            f"Argument `operators[{i}][{j}].{side}` must be the same as that of "
                            "the operators beside it."
                        )

    @property
    def _experimental_parameter_ndims_to_matrix_ndims(self) -> Any:
        return {"operators": [[0] * len(row) for row in self.operators]}

    def _all_operators(self) -> list[Any]:
        return [operator for row in self._operators for operator in row]

    def _linop_inverse(self) -> LinearOperator:
        corner = self.operators[-1][-1].inverse()
        if len(self.operators) == 1:
            return LinearOperatorBlockLowerTriangular([[corner]], **self._hints())
        upper: Any = LinearOperatorBlockLowerTriangular(self.operators[:-1]).inverse()
        upper_rows = upper.operators
        last_row = []
        for i in range(len(upper_rows)):
            terms = []
            for j in range(i, len(upper_rows)):
                term = self.operators[-1][j].matmul(upper_rows[j][i])
                if not isinstance(term, SUMMABLE):
                    term = LinearOperatorFullMatrix(term.to_dense())
                terms.append(term)
            block = corner.matmul(add_operators(terms))
            minus_one = to_tensor(-1, block.dtype)
            rows = corner.domain_dimension_tensor()
            last_row.append(LinearOperatorScaledIdentity(rows, minus_one).matmul(block))
        return LinearOperatorBlockLowerTriangular(
            [*upper_rows, [*last_row, corner]], **self._hints()
        )

    def _product(self, blocks: list[Any], adjoint: bool, adjoint_arg: bool) -> list[Any]:
        products = []
        for i in range(len(blocks)):
            if adjoint:
                positions = [(j, i) for j in range(i, len(blocks))]
            else:
                positions = [(i, j) for j in range(i + 1)]
            terms = [
                self.operators[row][column].matmul(
                    blocks[row if adjoint else column], adjoint=adjoint, adjoint_arg=adjoint_arg
                )
                for row, column in positions
            ]
            products.append(reduce(lambda a, b: a + b, terms))
        return products

    def _solution(self, blocks: list[Any], adjoint: bool, adjoint_arg: bool) -> list[Any]:
        if adjoint_arg:
            blocks = [adjoint_of(block) for block in blocks]
        count = len(blocks)
        solutions: dict[int, Any] = {}
        for i in reversed(range(count)) if adjoint else range(count):
            rhs = blocks[i]
            for j, solution in solutions.items():
                operator = self.operators[j][i] if adjoint else self.operators[i][j]
                rhs = rhs - operator.matmul(solution, adjoint=adjoint)
            solutions[i] = self._diagonal_operators[i].solve(rhs, adjoint=adjoint)
        return [solutions[i] for i in range(count)]

    def _determinant(self) -> Any:
        if all(operator.is_positive_definite for operator in self._diagonal_operators):
            return exp(self._log_abs_determinant())
        return super()._determinant()

    def _to_dense(self) -> Any:
        dense = support.broadcast_batches([o.to_dense() for o in self._all_operators()])
        starts = [i * (i + 1) // 2 for i in range(len(self.operators) + 1)]
        rows = [dense[a:b] for a, b in zip(starts, starts[1:], strict=False)]
        return self._padded(rows, False)
