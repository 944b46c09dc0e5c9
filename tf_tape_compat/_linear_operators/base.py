"""`tf.linalg.LinearOperator`: the methods of every operator, with dense matrices as a fallback."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

import numpy as np

from .._core.tensor.convert import to_tensor
from .._core.types.dimension import Dimension
from .._logging import warn_first_n
from .._ops.array.creation import eye
from .._ops.array.shaping import expand_dims, squeeze
from .._ops.debugging import assertions
from .._ops.linalg import decompositions, diagonals, solvers
from .._ops.math import arithmetic, elementwise, reductions
from .._ops.math.casting import cast
from . import registry, slicing, support
from .properties import OperatorProperties


def _warn_dense_fallback(method: str) -> None:
    warn_first_n(f"LinearOperator.{method} is not specialized here and uses the dense matrix.", 1)


def check_size(dimension: Any, size: Any) -> None:
    """Raises ValueError if the two sizes differ."""
    Dimension(dimension).assert_is_compatible_with(size)


class LinearOperator(OperatorProperties):
    """A matrix or a batch of matrices, defined by its products. Implements
    `tf.linalg.LinearOperator`.

    A subclass defines `_shape`, `_shape_tensor` and `_matmul`. It overrides `_solve`,
    `_determinant` and others where it can do better than the dense matrix.

    Args:
      dtype: the dtype of the matrix.
      graph_parents: ignored.
      is_non_singular, is_self_adjoint, is_positive_definite, is_square: hints, which are not
        checked; None if unknown.
      name: the name; the class name by default.
      parameters: the constructor arguments.

    Raises:
      ValueError: if the hints contradict each other.
    """

    # How many trailing axes of each parameter belong to the matrix; the leading axes are batches.
    _experimental_parameter_ndims_to_matrix_ndims: Any = ()

    # -- assertions -----------------------------------------------------------------------------

    def _assert_non_singular(self) -> Any:
        _warn_dense_fallback("assert_non_singular")
        if self._can_use_cholesky():
            return self.assert_positive_definite()
        s = decompositions.svd(self.to_dense(), compute_uv=False)
        ratio = reductions.reduce_max(s, axis=-1) / reductions.reduce_min(s, axis=-1)
        sizes = [cast(size, self.dtype) for size in self.shape[-2:]]
        eps = reductions.reduce_max([100.0, *sizes]) * np.finfo(self.dtype.as_numpy_dtype).eps
        limit = 1.0 / eps
        message = "Singular matrix up to precision epsilon."
        return assertions.assert_less(ratio, limit, message=message)

    def assert_non_singular(self, name: str = "assert_non_singular") -> Any:
        """Raises InvalidArgumentError if the matrix is singular."""
        return self._assert_non_singular()

    def _assert_positive_definite(self) -> Any:
        _warn_dense_fallback("assert_positive_definite")
        if not self.is_self_adjoint:
            raise NotImplementedError("assert_positive_definite is not implemented.")
        factor = decompositions.cholesky(self.to_dense())
        return assertions.assert_positive(
            diagonals.diag_part(factor), message="Matrix was not positive definite."
        )

    def assert_positive_definite(self, name: str = "assert_positive_definite") -> Any:
        """Raises InvalidArgumentError if the matrix is not positive definite."""
        return self._assert_positive_definite()

    def _assert_self_adjoint(self) -> Any:
        _warn_dense_fallback("assert_self_adjoint")
        dense = self.to_dense()
        return assertions.assert_equal(
            dense, diagonals.adjoint(dense), message="Matrix was not equal to its adjoint."
        )

    def assert_self_adjoint(self, name: str = "assert_self_adjoint") -> Any:
        """Raises InvalidArgumentError if the matrix is not self-adjoint."""
        return self._assert_self_adjoint()

    # -- products and solutions -----------------------------------------------------------------

    def _check_input_dtype(self, arg: Any) -> None:
        if arg.dtype != self.dtype:
            raise TypeError(
                f"Expected argument to have dtype {self.dtype}.  Found: {arg.dtype} in tensor "
                f"{arg!s}"
            )

    def _argument_tensor(self, x: Any, operator_axis: int, axis: int) -> Any:
        """Converts an argument to a tensor.

        Raises TypeError if the dtype is wrong, and ValueError if `axis` of the argument and
        `operator_axis` of this operator differ in size.
        """
        x = to_tensor(x)
        self._check_input_dtype(x)
        check_size(self.shape[operator_axis], x.shape[axis])
        return x

    def _operands(self, other: LinearOperator, adjoint: bool, adjoint_arg: bool, name: str) -> Any:
        """The two operators, or their adjoints. Raises ValueError if their sizes do not match."""
        left = self.adjoint() if adjoint else self
        right = other.adjoint() if adjoint_arg else other
        if right.range_dimension != left.domain_dimension:
            raise ValueError(
                f"Operators are incompatible. Expected `{name}` to have dimension "
                f"{left.domain_dimension} but got {right.range_dimension}."
            )
        return left, right

    @abstractmethod
    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        raise NotImplementedError("_matmul is not implemented.")

    def matmul(
        self, x: Any, adjoint: bool = False, adjoint_arg: bool = False, name: str = "matmul"
    ) -> Any:
        """Multiplies by `x`, a tensor `[..., N, R]` or another operator.

        Args:
          x: the matrices, whose leading axes broadcast, or an operator.
          adjoint: whether to use the adjoint of this operator.
          adjoint_arg: whether to use the adjoint of `x`.

        Returns:
          A tensor `[..., M, R]`; an operator if `x` is one.
        """
        if isinstance(x, LinearOperator):
            return self._linop_matmul(*self._operands(x, adjoint, adjoint_arg, "x"))
        x = self._argument_tensor(x, -2 if adjoint else -1, -1 if adjoint_arg else -2)
        return self._matmul(x, adjoint=adjoint, adjoint_arg=adjoint_arg)

    def _linop_matmul(self, left_operator: Any, right_operator: Any) -> LinearOperator:
        # By the class of `self`, as in TensorFlow, even if `left_operator` is its adjoint.
        implementation = registry.MATMUL.find(type(self), type(right_operator))
        return implementation(left_operator, right_operator)

    def __matmul__(self, other: Any) -> Any:
        return self.matmul(other)

    def _matvec(self, x: Any, adjoint: bool = False) -> Any:
        return squeeze(self.matmul(expand_dims(x, -1), adjoint=adjoint), -1)

    def matvec(self, x: Any, adjoint: bool = False, name: str = "matvec") -> Any:
        """Multiplies by the vectors `x`, `[..., N]`; returns `[..., M]`."""
        x = self._argument_tensor(x, -2 if adjoint else -1, -1)
        return self._matvec(x, adjoint=adjoint)

    def _check_solvable(self) -> None:
        checks = ((self.is_non_singular, "be singular"), (self.is_square, "not be square"))
        for hint, problem in checks:
            if hint is False:
                raise NotImplementedError(
                    f"Exact solve not implemented for an operator that is expected to {problem}."
                )

    def _dense_solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        rhs = support.adjoint_if(rhs, adjoint_arg)
        if self._can_use_cholesky():
            matrix, rhs = support.broadcast_batches([self.to_dense(), rhs])
            return solvers.cholesky_solve(decompositions.cholesky(matrix), rhs)
        return support.solve_broadcast(self.to_dense(), rhs, adjoint=adjoint)

    def _solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        _warn_dense_fallback("solve")
        return self._dense_solve(rhs, adjoint=adjoint, adjoint_arg=adjoint_arg)

    def solve(
        self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False, name: str = "solve"
    ) -> Any:
        """Solves `A @ x == rhs` for `x`.

        Args:
          rhs: matrices `[..., M, R]`, whose leading axes broadcast, or an operator.
          adjoint: whether to solve with the adjoint of this operator.
          adjoint_arg: whether to use the adjoint of `rhs`.

        Returns:
          A tensor `[..., N, R]`; an operator if `rhs` is one.

        Raises:
          NotImplementedError: if the hints say that the operator is singular or not square.
        """
        self._check_solvable()
        if isinstance(rhs, LinearOperator):
            return self._linop_solve(*self._operands(rhs, adjoint, adjoint_arg, "rhs"))
        rhs = self._argument_tensor(rhs, -1 if adjoint else -2, -1 if adjoint_arg else -2)
        return self._solve(rhs, adjoint=adjoint, adjoint_arg=adjoint_arg)

    def _linop_solve(self, left_operator: Any, right_operator: Any) -> LinearOperator:
        implementation = registry.SOLVE.find(type(self), type(right_operator))
        return implementation(left_operator, right_operator)

    def _solvevec(self, rhs: Any, adjoint: bool = False) -> Any:
        return squeeze(self.solve(expand_dims(rhs, -1), adjoint=adjoint), -1)

    def solvevec(self, rhs: Any, adjoint: bool = False, name: str = "solve") -> Any:
        """Solves `A @ x == rhs` for vectors `rhs`, `[..., M]`; returns `[..., N]`."""
        rhs = self._argument_tensor(rhs, -1 if adjoint else -2, -1)
        return self._solvevec(rhs, adjoint=adjoint)

    # -- other operators ------------------------------------------------------------------------

    def adjoint(self, name: str = "adjoint") -> LinearOperator:
        """The adjoint, as an operator."""
        return self if self.is_self_adjoint is True else self._linop_adjoint()

    H = property(adjoint, None)

    def _linop_adjoint(self) -> LinearOperator:
        return registry.ADJOINT.find(type(self))(self)

    def inverse(self, name: str = "inverse") -> LinearOperator:
        """The inverse, as an operator. Raises ValueError if the hints say that there is none."""
        for hint, word in ((self.is_square, "non square"), (self.is_non_singular, "singular")):
            if hint is False:
                raise ValueError(
                    f"Cannot take the Inverse: This operator represents a {word} matrix."
                )
        return self._linop_inverse()

    def _linop_inverse(self) -> LinearOperator:
        return registry.INVERSE.find(type(self))(self)

    def cholesky(self, name: str = "cholesky") -> LinearOperator:
        """The Cholesky factor, as an operator.

        Raises ValueError unless the hints say that it is self-adjoint and positive definite.
        """
        if not self._can_use_cholesky():
            raise ValueError(
                "Cannot take the Cholesky decomposition: "
                "Not a positive definite self adjoint matrix."
            )
        return self._linop_cholesky()

    def _linop_cholesky(self) -> LinearOperator:
        return registry.CHOLESKY.find(type(self))(self)

    # -- tensors --------------------------------------------------------------------------------

    def _check_determinable(self) -> None:
        if self.is_square is False:
            raise NotImplementedError(
                "Determinant not implemented for an operator that is expected to not be square."
            )

    def _determinant(self) -> Any:
        _warn_dense_fallback("determinant")
        if self._can_use_cholesky():
            return elementwise.exp(self.log_abs_determinant())
        return solvers.det(self.to_dense())

    def determinant(self, name: str = "det") -> Any:
        """The determinant of each matrix. Raises NotImplementedError unless it is square."""
        self._check_determinable()
        return self._determinant()

    def _log_abs_determinant(self) -> Any:
        _warn_dense_fallback("log_abs_determinant")
        if self._can_use_cholesky():
            diagonal = diagonals.diag_part(decompositions.cholesky(self.to_dense()))
            return 2 * reductions.reduce_sum(elementwise.log(diagonal), axis=[-1])
        return solvers.slogdet(self.to_dense()).log_abs_determinant

    def log_abs_determinant(self, name: str = "log_abs_det") -> Any:
        """The logarithm of the absolute value of the determinant."""
        self._check_determinable()
        return self._log_abs_determinant()

    def _to_dense(self) -> Any:
        return self.matmul(eye(self.shape[-1], batch_shape=self.batch_shape, dtype=self.dtype))

    def to_dense(self, name: str = "to_dense") -> Any:
        """The matrix as a tensor `[..., M, N]`."""
        return self._to_dense()

    def _diag_part(self) -> Any:
        return diagonals.diag_part(self.to_dense())

    def diag_part(self, name: str = "diag_part") -> Any:
        """The diagonal of each matrix."""
        return self._diag_part()

    def _trace(self) -> Any:
        return reductions.reduce_sum(self.diag_part(), axis=-1)

    def trace(self, name: str = "trace") -> Any:
        """The trace of each matrix."""
        return self._trace()

    def _add_to_tensor(self, x: Any) -> Any:
        return arithmetic.add(self.to_dense(), x)

    def add_to_tensor(self, x: Any, name: str = "add_to_tensor") -> Any:
        """Adds the tensor `x`, `[..., M, N]`, to the matrix."""
        x = to_tensor(x)
        self._check_input_dtype(x)
        return self._add_to_tensor(x)

    def _eigvals(self) -> Any:
        return decompositions.eigvalsh(self.to_dense())

    def eigvals(self, name: str = "eigvals") -> Any:
        """The eigenvalues, unordered. Raises NotImplementedError unless it is self-adjoint."""
        if not self.is_self_adjoint:
            raise NotImplementedError("Only self-adjoint matrices are supported.")
        return self._eigvals()

    def _cond(self) -> Any:
        if self.is_self_adjoint:
            values = elementwise.abs(self._eigvals())
        else:
            values = decompositions.svd(self.to_dense(), compute_uv=False)
        return reductions.reduce_max(values, axis=-1) / reductions.reduce_min(values, axis=-1)

    def cond(self, name: str = "cond") -> Any:
        """The condition number: the largest singular value over the smallest."""
        return self._cond()

    def __getitem__(self, slices: Any) -> LinearOperator:
        """Slices the batch axes; returns an operator."""
        return slicing.sliced(self, slices)
