"""Operators whose lower triangle is made of blocks, which are operators."""

from __future__ import annotations

from functools import reduce
from typing import Any

from .._core.tensor.convert import to_tensor
from .._ops.debugging.type_assertions import assert_proper_iterable
from .._ops.linalg.diagonals import adjoint as adjoint_of
from .._ops.math.elementwise import exp
from . import support
from .addition import SUMMABLE, added
from .base import LinearOperator
from .blocks import Blockwise
from .composition import listed
from .dense import LinearOperatorFullMatrix
from .identity import LinearOperatorScaledIdentity


class LinearOperatorBlockLowerTriangular(Blockwise):
    """Rows of operators, each one longer than the row above, zeros right of them.

    Answers for `tf.linalg.LinearOperatorBlockLowerTriangular`. Raises ValueError for rows and sizes
    that do not fit and for hints that cannot be, TypeError for different types.
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
        listed([operator for row in self._operators for operator in row])
        self._diagonal_operators = [row[-1] for row in self._operators]
        singular = self._singular_hint(is_non_singular)
        self._check_rows()
        if is_square is False:
            raise ValueError("`LinearOperatorBlockLowerTriangular` must be square.")
        if any(operator.is_square is False for operator in self._diagonal_operators):
            raise ValueError("The operators on the diagonal must be square.")
        super().__init__(
            self._operators[0][0].dtype,
            None,
            singular,
            is_self_adjoint,
            is_positive_definite,
            True,
            name,
        )

    def _singular_hint(self, given: bool | None) -> bool | None:
        own = [operator.is_non_singular for operator in self._diagonal_operators]
        for known, word in ((all(own) or None, "non-singular"), (False, "singular")):
            if known is True or (known is False and False in own):
                if given is not None and given is not known:
                    raise ValueError(
                        f"A blockwise lower-triangular operator is {word} if those on the diagonal "
                        f"are. Received: is_non_singular={given}."
                    )
                return known
        return None

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
        rest: Any = LinearOperatorBlockLowerTriangular(self.operators[:-1]).inverse()
        upper = rest.operators
        last = []
        for i in range(len(upper)):
            terms = []
            for j in range(i, len(upper)):
                term = self.operators[-1][j].matmul(upper[j][i])
                if not isinstance(term, SUMMABLE):
                    term = LinearOperatorFullMatrix(term.to_dense())
                terms.append(term)
            block = corner.matmul(added(terms))
            minus = to_tensor(-1, block.dtype)
            rows = corner.domain_dimension_tensor()
            last.append(LinearOperatorScaledIdentity(rows, minus).matmul(block))
        return LinearOperatorBlockLowerTriangular([*upper, [*last, corner]], **self._hints())

    def _product(self, blocks: list[Any], adjoint: bool, adjoint_arg: bool) -> list[Any]:
        found = []
        for i in range(len(blocks)):
            if adjoint:
                places = [(j, i) for j in range(i, len(blocks))]
            else:
                places = [(i, j) for j in range(i + 1)]
            terms = [
                self.operators[row][column].matmul(
                    blocks[row if adjoint else column], adjoint=adjoint, adjoint_arg=adjoint_arg
                )
                for row, column in places
            ]
            found.append(reduce(lambda a, b: a + b, terms))
        return found

    def _solution(self, blocks: list[Any], adjoint: bool, adjoint_arg: bool) -> list[Any]:
        if adjoint_arg:
            blocks = [adjoint_of(block) for block in blocks]
        count = len(blocks)
        found: dict[int, Any] = {}
        for i in reversed(range(count)) if adjoint else range(count):
            rest = blocks[i]
            for j, solution in found.items():
                operator = self.operators[j][i] if adjoint else self.operators[i][j]
                rest = rest - operator.matmul(solution, adjoint=adjoint)
            found[i] = self._diagonal_operators[i].solve(rest, adjoint=adjoint)
        return [found[i] for i in range(count)]

    def _determinant(self) -> Any:
        if all(operator.is_positive_definite for operator in self._diagonal_operators):
            return exp(self._log_abs_determinant())
        return super()._determinant()

    def _to_dense(self) -> Any:
        dense = support.broadcast_batches([o.to_dense() for o in self._all_operators()])
        starts = [i * (i + 1) // 2 for i in range(len(self.operators) + 1)]
        rows = [dense[a:b] for a, b in zip(starts, starts[1:], strict=False)]
        return self._padded(rows, False)
