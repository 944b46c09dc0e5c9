"""`tf.linalg.LinearOperator`: what all operators share, by way of their dense matrix if need be."""

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
from . import hints, slicing, support
from .properties import Known


def _slow(what: str) -> None:
    warn_first_n(f"{what} of a LinearOperator without a way of its own uses its dense matrix.", 1)


def checked(dimension: Any, size: Any) -> None:
    """Raises ValueError for two different sizes."""
    Dimension(dimension).assert_is_compatible_with(size)


class LinearOperator(Known):
    """A matrix, or a batch of them, known by what it does; answers for `tf.linalg.LinearOperator`.

    A class of operators defines `_shape`, `_shape_tensor` and `_matmul`, and whatever else it does
    better than its dense matrix does: `_solve`, `_determinant` and so on.

    Args:
      dtype: the type of its numbers.
      graph_parents: not used.
      is_non_singular, is_self_adjoint, is_positive_definite, is_square: what is known of it, None
        for what is not. They are relied on, and not checked.
      name: its name, by default that of its class.
      parameters: the arguments that it was made with.

    Raises ValueError for hints that contradict each other.
    """

    # Of which parameters the leading axes are batches, and how many axes are none.
    _experimental_parameter_ndims_to_matrix_ndims: Any = ()

    # -- assertions -----------------------------------------------------------------------------

    def _assert_non_singular(self) -> Any:
        _slow("assert_non_singular")
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
        """Raises InvalidArgumentError if it has no inverse."""
        return self._assert_non_singular()

    def _assert_positive_definite(self) -> Any:
        _slow("assert_positive_definite")
        if not self.is_self_adjoint:
            raise NotImplementedError("assert_positive_definite is not implemented.")
        factor = decompositions.cholesky(self.to_dense())
        return assertions.assert_positive(
            diagonals.diag_part(factor), message="Matrix was not positive definite."
        )

    def assert_positive_definite(self, name: str = "assert_positive_definite") -> Any:
        """Raises InvalidArgumentError if it is not positive definite."""
        return self._assert_positive_definite()

    def _assert_self_adjoint(self) -> Any:
        _slow("assert_self_adjoint")
        dense = self.to_dense()
        return assertions.assert_equal(
            dense, diagonals.adjoint(dense), message="Matrix was not equal to its adjoint."
        )

    def assert_self_adjoint(self, name: str = "assert_self_adjoint") -> Any:
        """Raises InvalidArgumentError if it is not its own adjoint."""
        return self._assert_self_adjoint()

    # -- products and solutions -----------------------------------------------------------------

    def _check_input_dtype(self, arg: Any) -> None:
        if arg.dtype != self.dtype:
            raise TypeError(
                f"Expected argument to have dtype {self.dtype}.  Found: {arg.dtype} in tensor {arg}"
            )

    def _read(self, x: Any, own_axis: int, axis: int) -> Any:
        """An argument as a tensor. Raises TypeError for its type, ValueError for its size."""
        x = to_tensor(x)
        self._check_input_dtype(x)
        checked(self.shape[own_axis], x.shape[axis])
        return x

    def _pair(self, other: LinearOperator, adjoint: bool, adjoint_arg: bool, word: str) -> Any:
        """Both operators, or their adjoints. Raises ValueError for sizes that do not fit."""
        left = self.adjoint() if adjoint else self
        right = other.adjoint() if adjoint_arg else other
        if right.range_dimension != left.domain_dimension:
            raise ValueError(
                f"Operators are incompatible. Expected `{word}` to have dimension "
                f"{left.domain_dimension} but got {right.range_dimension}."
            )
        return left, right

    @abstractmethod
    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        raise NotImplementedError("_matmul is not implemented.")

    def matmul(
        self, x: Any, adjoint: bool = False, adjoint_arg: bool = False, name: str = "matmul"
    ) -> Any:
        """The product with matrices, or with another operator, which gives an operator.

        `adjoint` and `adjoint_arg` take the adjoint of this one and of `x`. Leading axes broadcast.
        """
        if isinstance(x, LinearOperator):
            return self._linop_matmul(*self._pair(x, adjoint, adjoint_arg, "x"))
        x = self._read(x, -2 if adjoint else -1, -1 if adjoint_arg else -2)
        return self._matmul(x, adjoint=adjoint, adjoint_arg=adjoint_arg)

    def _linop_matmul(self, left_operator: Any, right_operator: Any) -> LinearOperator:
        from .composition import LinearOperatorComposition
        from .identity import LinearOperatorIdentity
        from .zeros import LinearOperatorZeros

        if isinstance(right_operator, LinearOperatorIdentity):
            return left_operator
        if isinstance(right_operator, LinearOperatorZeros):
            support.refuse_rectangular(left_operator, right_operator)
            return right_operator
        return LinearOperatorComposition(
            operators=[left_operator, right_operator],
            **hints.of_product(left_operator, right_operator),
        )

    def __matmul__(self, other: Any) -> Any:
        return self.matmul(other)

    def _matvec(self, x: Any, adjoint: bool = False) -> Any:
        return squeeze(self.matmul(expand_dims(x, -1), adjoint=adjoint), -1)

    def matvec(self, x: Any, adjoint: bool = False, name: str = "matvec") -> Any:
        """The product with vectors."""
        x = self._read(x, -2 if adjoint else -1, -1)
        return self._matvec(x, adjoint=adjoint)

    def _check_solvable(self) -> None:
        known = ((self.is_non_singular, "be singular"), (self.is_square, "not be square"))
        for hint, word in known:
            if hint is False:
                raise NotImplementedError(
                    f"Exact solve not implemented for an operator that is expected to {word}."
                )

    def _dense_solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        rhs = support.turned(rhs, adjoint_arg)
        if self._can_use_cholesky():
            matrix, rhs = support.broadcast_batches([self.to_dense(), rhs])
            return solvers.cholesky_solve(decompositions.cholesky(matrix), rhs)
        return support.solve_broadcast(self.to_dense(), rhs, adjoint=adjoint)

    def _solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        _slow("solve")
        return self._dense_solve(rhs, adjoint=adjoint, adjoint_arg=adjoint_arg)

    def solve(
        self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False, name: str = "solve"
    ) -> Any:
        """The `x` with `A @ x == rhs`, for matrices or another operator, which gives an operator.

        Raises NotImplementedError if it is known to be singular or not square.
        """
        self._check_solvable()
        if isinstance(rhs, LinearOperator):
            return self._linop_solve(*self._pair(rhs, adjoint, adjoint_arg, "rhs"))
        rhs = self._read(rhs, -1 if adjoint else -2, -1 if adjoint_arg else -2)
        return self._solve(rhs, adjoint=adjoint, adjoint_arg=adjoint_arg)

    def _linop_solve(self, left_operator: Any, right_operator: Any) -> LinearOperator:
        from .adjoint_inverse import LinearOperatorInversion
        from .composition import LinearOperatorComposition
        from .identity import LinearOperatorIdentity

        if isinstance(right_operator, LinearOperatorIdentity):
            return left_operator.inverse()
        return LinearOperatorComposition(
            operators=[LinearOperatorInversion(left_operator), right_operator],
            **hints.of_product(left_operator, right_operator),
        )

    def _solvevec(self, rhs: Any, adjoint: bool = False) -> Any:
        return squeeze(self.solve(expand_dims(rhs, -1), adjoint=adjoint), -1)

    def solvevec(self, rhs: Any, adjoint: bool = False, name: str = "solve") -> Any:
        """As `solve`, for vectors."""
        rhs = self._read(rhs, -1 if adjoint else -2, -1)
        return self._solvevec(rhs, adjoint=adjoint)

    # -- other operators ------------------------------------------------------------------------

    def adjoint(self, name: str = "adjoint") -> LinearOperator:
        """Its adjoint, as an operator."""
        return self if self.is_self_adjoint is True else self._linop_adjoint()

    H = property(adjoint, None)

    def _linop_adjoint(self) -> LinearOperator:
        from .adjoint_inverse import LinearOperatorAdjoint

        return LinearOperatorAdjoint(self, **{**self._hints(), "is_square": self.is_square})

    def inverse(self, name: str = "inverse") -> LinearOperator:
        """Its inverse, as an operator. Raises ValueError if it is known to have none."""
        for hint, word in ((self.is_square, "non square"), (self.is_non_singular, "singular")):
            if hint is False:
                raise ValueError(
                    f"Cannot take the Inverse: This operator represents a {word} matrix."
                )
        return self._linop_inverse()

    def _linop_inverse(self) -> LinearOperator:
        from .adjoint_inverse import LinearOperatorInversion

        return LinearOperatorInversion(self, **{**self._hints(), "is_square": self.is_square})

    def cholesky(self, name: str = "cholesky") -> LinearOperator:
        """Its Cholesky factor, as an operator.

        Raises ValueError unless it is known to be self-adjoint and positive definite.
        """
        if not self._can_use_cholesky():
            raise ValueError(
                "Cannot take the Cholesky decomposition: "
                "Not a positive definite self adjoint matrix."
            )
        return self._linop_cholesky()

    def _linop_cholesky(self) -> LinearOperator:
        from .dense import LinearOperatorLowerTriangular

        return LinearOperatorLowerTriangular(
            decompositions.cholesky(self.to_dense()),
            is_non_singular=True,
            is_self_adjoint=False,
            is_square=True,
        )

    # -- tensors --------------------------------------------------------------------------------

    def _check_determinable(self) -> None:
        if self.is_square is False:
            raise NotImplementedError(
                "Determinant not implemented for an operator that is expected to not be square."
            )

    def _determinant(self) -> Any:
        _slow("determinant")
        if self._can_use_cholesky():
            return elementwise.exp(self.log_abs_determinant())
        return solvers.det(self.to_dense())

    def determinant(self, name: str = "det") -> Any:
        """The determinant of each matrix. Raises NotImplementedError if it is not square."""
        self._check_determinable()
        return self._determinant()

    def _log_abs_determinant(self) -> Any:
        _slow("log_abs_determinant")
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
        """The matrices as a tensor."""
        return self._to_dense()

    def _diag_part(self) -> Any:
        return diagonals.diag_part(self.to_dense())

    def diag_part(self, name: str = "diag_part") -> Any:
        """The diagonal of each matrix."""
        return self._diag_part()

    def _trace(self) -> Any:
        return reductions.reduce_sum(self.diag_part(), axis=-1)

    def trace(self, name: str = "trace") -> Any:
        """The sum of the diagonal of each matrix."""
        return self._trace()

    def _add_to_tensor(self, x: Any) -> Any:
        return arithmetic.add(self.to_dense(), x)

    def add_to_tensor(self, x: Any, name: str = "add_to_tensor") -> Any:
        """The sum of the matrices and `x`."""
        x = to_tensor(x)
        self._check_input_dtype(x)
        return self._add_to_tensor(x)

    def _eigvals(self) -> Any:
        return decompositions.eigvalsh(self.to_dense())

    def eigvals(self, name: str = "eigvals") -> Any:
        """The eigenvalues, in no order. Raises NotImplementedError unless it is self-adjoint."""
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
        """The largest singular value over the smallest."""
        return self._cond()

    def __getitem__(self, slices: Any) -> LinearOperator:
        """The operator of some of the batch."""
        return slicing.sliced(self, slices)
