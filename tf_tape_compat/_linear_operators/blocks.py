"""Operators made of blocks, which are operators themselves; and the block diagonal one."""

from __future__ import annotations

from functools import reduce
from typing import Any

from .._core.tensor.convert import to_tensor
from .._core.types.shape import TensorShape
from .._ops.array.creation import zeros
from .._ops.array.joining import concat
from .._ops.array.shaping import expand_dims, squeeze
from .._ops.array.splitting import split
from . import hints, registry, support
from .base import LinearOperator, check_size


def _is_blockwise(sizes: list[int], arg: Any, axis: int) -> bool:
    """Whether an argument is a list of one tensor per block, rather than a single tensor.

    Raises ValueError if nested lists match neither.
    """
    if not isinstance(arg, (tuple, list)) or len(arg) != len(sizes):
        return False
    if not any(isinstance(item, (tuple, list, dict)) for item in arg):
        return True
    arg_sizes = [to_tensor(item).shape[axis] for item in arg]
    if arg_sizes == sizes:
        return True
    if len(set(arg_sizes)) == 1 and arg_sizes[0] >= sum(sizes):
        return False
    raise ValueError("Input dimension does not match operator dimension.")


def _concat_rows(blocks: list[Any]) -> Any:
    """Concatenates matrices, or vectors given as columns, along their rows."""
    return concat(support.broadcast_batches(blocks), axis=-2)


class BlockwiseOperator(LinearOperator):
    """The base of operators of blocks. Arguments may be lists of blocks; results are then too."""

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

    def _blocks(self, arg: Any, operator_axis: int, axis: int) -> tuple[list[Any], bool]:
        """The blocks of an argument, and whether it was given as a list of blocks."""
        sizes = self._block_sizes(operator_axis)
        if not _is_blockwise(sizes, arg, axis):
            return split(self._argument_tensor(arg, operator_axis, axis), sizes, axis=axis), False
        blocks = []
        for size, block in zip(sizes, arg, strict=True):
            if not isinstance(block, LinearOperator):
                block = to_tensor(block)
                self._check_input_dtype(block)
                check_size(size, block.shape[axis])
            blocks.append(block)
        return blocks, True

    def _check_blocks(self, left: Any, right: Any) -> None:
        """Raises ValueError if the blocks of two operators do not match."""

    def _product(self, blocks: list[Any], adjoint: bool, adjoint_arg: bool) -> list[Any]:
        raise NotImplementedError

    def _solution(self, blocks: list[Any], adjoint: bool, adjoint_arg: bool) -> list[Any]:
        raise NotImplementedError

    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        return self.matmul(x, adjoint, adjoint_arg)

    def matmul(
        self, x: Any, adjoint: bool = False, adjoint_arg: bool = False, name: str = "matmul"
    ) -> Any:
        """Multiplies by `x`: a tensor, an operator, or a list of one tensor per block.

        Args:
          x: the right factor; batch axes broadcast.
          adjoint: whether to use the adjoint of this operator.
          adjoint_arg: whether to use the adjoint of `x`.

        Returns:
          A tensor; an operator or a list if `x` is one.
        """
        if isinstance(x, LinearOperator):
            left, right = self._operands(x, adjoint, adjoint_arg, "x")
            self._check_blocks(left, right)
            return self._linop_matmul(left, right)
        operator_axis, axis = -2 if adjoint else -1, -1 if adjoint_arg else -2
        blocks, blockwise = self._blocks(x, operator_axis, axis)
        product = self._product(blocks, adjoint, adjoint_arg)
        return product if blockwise else _concat_rows(product)

    def solve(
        self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False, name: str = "solve"
    ) -> Any:
        """Solves `A @ x == rhs` for `x`; takes and returns what `matmul` does."""
        self._check_solvable()
        if isinstance(rhs, LinearOperator):
            left, right = self._operands(rhs, adjoint, adjoint_arg, "rhs")
            self._check_blocks(left, right)
            return self._linop_solve(left, right)
        operator_axis, axis = -1 if adjoint else -2, -1 if adjoint_arg else -2
        blocks, blockwise = self._blocks(rhs, operator_axis, axis)
        solution = self._solution(blocks, adjoint, adjoint_arg)
        return solution if blockwise else _concat_rows(solution)

    def _apply_to_vectors(self, x: Any, operator_axis: int, function: Any) -> Any:
        """Applies a function of blocks of columns to vectors."""
        blocks, blockwise = self._blocks(x, operator_axis, -1)
        columns = function([expand_dims(block, -1) for block in blocks])
        if blockwise:
            return [squeeze(block, -1) for block in columns]
        return squeeze(_concat_rows(columns), -1)

    def matvec(self, x: Any, adjoint: bool = False, name: str = "matvec") -> Any:
        """Multiplies by vectors, or by a list of one per block."""
        return self._apply_to_vectors(
            x, -2 if adjoint else -1, lambda blocks: self._product(blocks, adjoint, False)
        )

    def solvevec(self, rhs: Any, adjoint: bool = False, name: str = "solve") -> Any:
        """Solves for vectors, or for a list of one per block."""
        self._check_solvable()
        return self._apply_to_vectors(
            rhs, -1 if adjoint else -2, lambda blocks: self._solution(blocks, adjoint, False)
        )

    def _log_abs_determinant(self) -> Any:
        terms = [operator.log_abs_determinant() for operator in self._diagonal_operators]
        return reduce(lambda a, b: a + b, terms)

    def _determinant(self) -> Any:
        factors = [operator.determinant() for operator in self._diagonal_operators]
        return reduce(lambda a, b: a * b, factors)

    def _check_square_blocks(self, method: str) -> None:
        if not all(operator.is_square for operator in self._diagonal_operators):
            raise NotImplementedError(
                f"`{method}` not implemented for an operator whose blocks are not square."
            )

    def _concat_vectors(self, method: str) -> Any:
        """Calls a method of each block and concatenates the vectors that it returns."""
        self._check_square_blocks(method)
        vectors = [getattr(operator, method)() for operator in self._diagonal_operators]
        return squeeze(_concat_rows([expand_dims(vector, -1) for vector in vectors]), -1)

    def _diag_part(self) -> Any:
        return self._concat_vectors("diag_part")

    def _eigvals(self) -> Any:
        return self._concat_vectors("eigvals")

    def _trace(self) -> Any:
        self._check_square_blocks("trace")
        terms = [operator.trace() for operator in self._diagonal_operators]
        return reduce(lambda a, b: a + b, terms)

    def _assert_each(self, method: str) -> None:
        for operator in self._diagonal_operators:
            getattr(operator, method)()

    def _assert_non_singular(self) -> Any:
        self._assert_each("assert_non_singular")

    def _padded(self, rows: list[list[Any]], before: bool) -> Any:
        """Joins rows of dense blocks, padded with zeros on the right, and left if `before`."""
        padded_rows, start = [], 0
        for row in rows:
            *batch, height, width = row[-1].shape
            blocks = list(row)
            if before:
                blocks.insert(0, zeros([*batch, height, start], dtype=self.dtype))
            start += width
            blocks.append(zeros([*batch, height, self.shape[-1] - start], dtype=self.dtype))
            padded_rows.append(concat(blocks, axis=-1))
        return concat(padded_rows, axis=-2)


class LinearOperatorBlockDiag(BlockwiseOperator):
    """A block diagonal matrix. Implements `tf.linalg.LinearOperatorBlockDiag`.

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
        is_square: bool | None = True,
        name: str | None = None,
    ) -> None:
        self._operators = self._diagonal_operators = operators = support.operator_list(operators)
        hint_values = hints.shared(
            operators, "The direct sum", is_non_singular, is_self_adjoint, is_positive_definite
        )
        name = name or "_ds_".join(operator.name for operator in operators)
        super().__init__(operators[0].dtype, name=name, is_square=is_square, **hint_values)

    @property
    def _experimental_parameter_ndims_to_matrix_ndims(self) -> Any:
        return {"operators": [0] * len(self.operators)}

    def _map_blocks(self, method: str) -> LinearOperator:
        operators = [getattr(operator, method)() for operator in self.operators]
        return LinearOperatorBlockDiag(operators, **self._hints())

    def _linop_adjoint(self) -> LinearOperator:
        return self._map_blocks("adjoint")

    def _linop_inverse(self) -> LinearOperator:
        return self._map_blocks("inverse")

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
        self._assert_each("assert_self_adjoint")

    def _assert_positive_definite(self) -> Any:
        self._assert_each("assert_positive_definite")


def _pairwise(left: Any, right: Any, method: str) -> LinearOperator:
    pairs = zip(left.operators, right.operators, strict=True)
    return LinearOperatorBlockDiag(
        [getattr(a, method)(b) for a, b in pairs],
        is_non_singular=hints.non_singular(left, right),
        is_square=True,
    )


@registry.MATMUL.register(LinearOperatorBlockDiag, LinearOperatorBlockDiag)
def _multiply_blocks(left: Any, right: Any) -> LinearOperator:
    return _pairwise(left, right, "matmul")


@registry.SOLVE.register(LinearOperatorBlockDiag, LinearOperatorBlockDiag)
def _solve_blocks(left: Any, right: Any) -> LinearOperator:
    return _pairwise(left, right, "solve")
