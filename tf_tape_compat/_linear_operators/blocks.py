"""Operators made of blocks, which are operators: on the diagonal, or in the lower triangle."""

from __future__ import annotations

from functools import reduce
from typing import Any

from .._core.tensor.convert import to_tensor
from .._core.types.shape import TensorShape
from .._ops.array.creation import zeros
from .._ops.array.joining import concat
from .._ops.array.shaping import expand_dims, squeeze
from .._ops.array.splitting import split
from . import hints, support
from .base import LinearOperator, checked
from .composition import listed


def _is_blockwise(sizes: list[int], arg: Any, axis: int) -> bool:
    """Whether an argument is a list of one tensor for each block, and not one tensor.

    Raises ValueError for nested lists that fit neither.
    """
    if not isinstance(arg, (tuple, list)) or len(arg) != len(sizes):
        return False
    if not any(isinstance(item, (tuple, list, dict)) for item in arg):
        return True
    found = [to_tensor(item).shape[axis] for item in arg]
    if found == sizes:
        return True
    if len(set(found)) == 1 and found[0] >= sum(sizes):
        return False
    raise ValueError("Input dimension does not match operator dimension.")


def _joined(parts: list[Any]) -> Any:
    """Matrices one below the other, or vectors given as columns."""
    return concat(support.broadcast_batches(parts), axis=-2)


class Blockwise(LinearOperator):
    """What operators of blocks share: arguments may come in blocks, and then so do results."""

    _operators: list[Any]
    _diagonal_operators: list[Any]

    @property
    def operators(self) -> list[Any]:
        """The blocks."""
        return self._operators

    def _all_operators(self) -> list[Any]:
        return self._diagonal_operators

    def _block_sizes(self, axis: int) -> list[int]:
        return [operator.shape[axis] for operator in self._diagonal_operators]

    def _shape(self) -> Any:
        batch = support.common_batch([o.batch_shape for o in self._all_operators()])
        sizes = [sum(self._block_sizes(axis)) for axis in (-2, -1)]
        return batch.concatenate(TensorShape(sizes))

    def _blocks(self, arg: Any, own_axis: int, axis: int) -> tuple[list[Any], bool]:
        """The blocks of an argument, and whether they were given as such."""
        sizes = self._block_sizes(own_axis)
        if not _is_blockwise(sizes, arg, axis):
            return split(self._read(arg, own_axis, axis), sizes, axis=axis), False
        found = []
        for size, block in zip(sizes, arg, strict=True):
            if not isinstance(block, LinearOperator):
                block = to_tensor(block)
                self._check_input_dtype(block)
                checked(size, block.shape[axis])
            found.append(block)
        return found, True

    def _check_blocks(self, left: Any, right: Any) -> None:
        """Raises ValueError for operators whose blocks do not fit."""

    def _product(self, blocks: list[Any], adjoint: bool, adjoint_arg: bool) -> list[Any]:
        raise NotImplementedError

    def _solution(self, blocks: list[Any], adjoint: bool, adjoint_arg: bool) -> list[Any]:
        raise NotImplementedError

    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        return self.matmul(x, adjoint, adjoint_arg)

    def matmul(
        self, x: Any, adjoint: bool = False, adjoint_arg: bool = False, name: str = "matmul"
    ) -> Any:
        """The product with matrices, with another operator, or with a list of one for each block.

        `adjoint` and `adjoint_arg` take the adjoint of this one and of `x`. Leading axes broadcast.
        A list gives a list.
        """
        if isinstance(x, LinearOperator):
            left, right = self._pair(x, adjoint, adjoint_arg, "x")
            self._check_blocks(left, right)
            return self._linop_matmul(left, right)
        own, axis = -2 if adjoint else -1, -1 if adjoint_arg else -2
        blocks, blockwise = self._blocks(x, own, axis)
        found = self._product(blocks, adjoint, adjoint_arg)
        return found if blockwise else _joined(found)

    def solve(
        self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False, name: str = "solve"
    ) -> Any:
        """The `x` with `A @ x == rhs`, for what `matmul` takes."""
        self._check_solvable()
        if isinstance(rhs, LinearOperator):
            left, right = self._pair(rhs, adjoint, adjoint_arg, "rhs")
            self._check_blocks(left, right)
            return self._linop_solve(left, right)
        own, axis = -1 if adjoint else -2, -1 if adjoint_arg else -2
        blocks, blockwise = self._blocks(rhs, own, axis)
        found = self._solution(blocks, adjoint, adjoint_arg)
        return found if blockwise else _joined(found)

    def _of_vectors(self, x: Any, own: int, run: Any) -> Any:
        blocks, blockwise = self._blocks(x, own, -1)
        found = run([expand_dims(block, -1) for block in blocks])
        if blockwise:
            return [squeeze(block, -1) for block in found]
        return squeeze(_joined(found), -1)

    def matvec(self, x: Any, adjoint: bool = False, name: str = "matvec") -> Any:
        """The product with vectors, or with a list of one for each block."""
        return self._of_vectors(
            x, -2 if adjoint else -1, lambda blocks: self._product(blocks, adjoint, False)
        )

    def solvevec(self, rhs: Any, adjoint: bool = False, name: str = "solve") -> Any:
        """As `solve`, for vectors, or for a list of one for each block."""
        self._check_solvable()
        return self._of_vectors(
            rhs, -1 if adjoint else -2, lambda blocks: self._solution(blocks, adjoint, False)
        )

    def _log_abs_determinant(self) -> Any:
        terms = [operator.log_abs_determinant() for operator in self._diagonal_operators]
        return reduce(lambda a, b: a + b, terms)

    def _determinant(self) -> Any:
        factors = [operator.determinant() for operator in self._diagonal_operators]
        return reduce(lambda a, b: a * b, factors)

    def _check_square_blocks(self, what: str) -> None:
        if not all(operator.is_square for operator in self._diagonal_operators):
            raise NotImplementedError(
                f"`{what}` not implemented for an operator whose blocks are not square."
            )

    def _vector(self, what: str) -> Any:
        """What the blocks' method of that name returns, one behind the other."""
        self._check_square_blocks(what)
        parts = [getattr(operator, what)() for operator in self._diagonal_operators]
        return squeeze(_joined([expand_dims(part, -1) for part in parts]), -1)

    def _diag_part(self) -> Any:
        return self._vector("diag_part")

    def _eigvals(self) -> Any:
        return self._vector("eigvals")

    def _trace(self) -> Any:
        self._check_square_blocks("trace")
        terms = [operator.trace() for operator in self._diagonal_operators]
        return reduce(lambda a, b: a + b, terms)

    def _each_asserts(self, name: str) -> None:
        for operator in self._diagonal_operators:
            getattr(operator, name)()

    def _assert_non_singular(self) -> Any:
        self._each_asserts("assert_non_singular")

    def _padded(self, rows: list[list[Any]], before: bool) -> Any:
        """The matrix of rows of dense blocks, with zeros around them."""
        found, start = [], 0
        for row in rows:
            *batch, height, width = row[-1].shape
            parts = list(row)
            if before:
                parts.insert(0, zeros([*batch, height, start], dtype=self.dtype))
            start += width
            parts.append(zeros([*batch, height, self.shape[-1] - start], dtype=self.dtype))
            found.append(concat(parts, axis=-1))
        return concat(found, axis=-2)


class LinearOperatorBlockDiag(Blockwise):
    """Operators one after the other on the diagonal; answers for
    `tf.linalg.LinearOperatorBlockDiag`.

    Raises ValueError for none and for hints that cannot be, TypeError for different types.
    """

    _composite_tensor_fields = ("operators",)

    def __init__(
        self,
        operators: Any,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = True,
        name: str | None = None,
    ) -> None:
        self._operators = self._diagonal_operators = operators = listed(operators)
        known = hints.shared(
            operators, "The direct sum", is_non_singular, is_self_adjoint, is_positive_definite
        )
        name = name or "_ds_".join(operator.name for operator in operators)
        super().__init__(operators[0].dtype, name=name, is_square=is_square, **known)

    @property
    def _experimental_parameter_ndims_to_matrix_ndims(self) -> Any:
        return {"operators": [0] * len(self.operators)}

    def _each(self, change: str) -> LinearOperator:
        operators = [getattr(operator, change)() for operator in self.operators]
        return LinearOperatorBlockDiag(operators, **self._hints())

    def _linop_adjoint(self) -> LinearOperator:
        return self._each("adjoint")

    def _linop_inverse(self) -> LinearOperator:
        return self._each("inverse")

    def _linop_cholesky(self) -> LinearOperator:
        operators = [operator.cholesky() for operator in self.operators]
        return LinearOperatorBlockDiag(operators, is_non_singular=True, is_square=True)

    def _check_blocks(self, left: Any, right: Any) -> None:
        if not isinstance(right, LinearOperatorBlockDiag):
            return
        if len(left.operators) != len(right.operators):
            raise ValueError(
                "Can not efficiently combine two `LinearOperatorBlockDiag`s when number of blocks "
                "differ."
            )
        for a, b in zip(left.operators, right.operators, strict=True):
            if b.range_dimension != a.domain_dimension:
                raise ValueError(
                    f"Blocks are incompatible. Expected dimension {a.domain_dimension} but got "
                    f"{b.range_dimension}."
                )

    def _pairwise(self, left: Any, right: Any, method: str) -> LinearOperator:
        pairs = zip(left.operators, right.operators, strict=True)
        return LinearOperatorBlockDiag(
            [getattr(a, method)(b) for a, b in pairs],
            is_non_singular=hints.non_singular(left, right),
            is_square=True,
        )

    def _linop_matmul(self, left_operator: Any, right_operator: Any) -> LinearOperator:
        if isinstance(right_operator, LinearOperatorBlockDiag):
            return self._pairwise(left_operator, right_operator, "matmul")
        return super()._linop_matmul(left_operator, right_operator)

    def _linop_solve(self, left_operator: Any, right_operator: Any) -> LinearOperator:
        if isinstance(right_operator, LinearOperatorBlockDiag):
            return self._pairwise(left_operator, right_operator, "solve")
        return super()._linop_solve(left_operator, right_operator)

    def _product(self, blocks: list[Any], adjoint: bool, adjoint_arg: bool) -> list[Any]:
        pairs = zip(self.operators, blocks, strict=True)
        return [o.matmul(x, adjoint=adjoint, adjoint_arg=adjoint_arg) for o, x in pairs]

    def _solution(self, blocks: list[Any], adjoint: bool, adjoint_arg: bool) -> list[Any]:
        pairs = zip(self.operators, blocks, strict=True)
        return [o.solve(x, adjoint=adjoint, adjoint_arg=adjoint_arg) for o, x in pairs]

    def _to_dense(self) -> Any:
        blocks = support.broadcast_batches([operator.to_dense() for operator in self.operators])
        return self._padded([[block] for block in blocks], True)

    def _assert_self_adjoint(self) -> Any:
        self._each_asserts("assert_self_adjoint")

    def _assert_positive_definite(self) -> Any:
        self._each_asserts("assert_positive_definite")
