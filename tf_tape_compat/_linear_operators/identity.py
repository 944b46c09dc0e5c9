"""The identity operator and its multiples."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._core.tensor.convert import to_tensor
from .._core.types.dtype import as_dtype
from .._core.types.shape import TensorShape
from .._ops.array.creation import ones, zeros, zeros_like
from .._ops.array.shaping import expand_dims
from .._ops.array.where import where
from .._ops.debugging.assertions import assert_equal, assert_positive
from .._ops.linalg import diagonals
from .._ops.math import elementwise
from .._ops.math.casting import cast
from .._ops.math.complex import conj, imag, real
from . import hints, registry, support
from .base import LinearOperator
from .diagonal import LinearOperatorDiag
from .sized import SizedOperator, require_hints


class LinearOperatorIdentity(SizedOperator):
    """The identity matrix. Implements `tf.linalg.LinearOperatorIdentity`.

    Args:
      assert_proper_shapes: whether each product checks the size of its argument.

    Raises:
      ValueError: if a size or a hint is invalid.
      TypeError: if a size is not an integer.
    """

    _composite_tensor_fields = ("num_rows", "batch_shape", "dtype", "assert_proper_shapes")
    _composite_tensor_prefer_static_fields = ("num_rows", "batch_shape")

    def __init__(
        self,
        num_rows: Any,
        batch_shape: Any = None,
        dtype: Any = None,
        is_non_singular: bool | None = True,
        is_self_adjoint: bool | None = True,
        is_positive_definite: bool | None = True,
        is_square: bool | None = True,
        assert_proper_shapes: bool = False,
        name: str = "LinearOperatorIdentity",
    ) -> None:
        require_hints(
            {
                "An identity operator is always self adjoint.": is_self_adjoint,
                "An identity operator is always non-singular.": is_non_singular,
                "An identity operator is always positive-definite.": is_positive_definite,
                "An identity operator is always square.": is_square,
            }
        )
        super().__init__(
            as_dtype(dtype or "float32"),
            None,
            is_non_singular,
            is_self_adjoint,
            is_positive_definite,
            is_square,
            name,
        )
        self._checks_shapes = assert_proper_shapes
        self._set_rows(num_rows)
        self._set_batch(batch_shape)

    def _shape(self) -> Any:
        return TensorShape([*(self._batch or []), self._rows, self._rows])

    def _linop_adjoint(self) -> LinearOperator:
        return self

    def _linop_inverse(self) -> LinearOperator:
        return self

    def _linop_cholesky(self) -> LinearOperator:
        return LinearOperatorIdentity(
            num_rows=self._num_rows, batch_shape=self.batch_shape, dtype=self.dtype
        )

    def _assert_non_singular(self) -> Any:
        return None

    def _assert_positive_definite(self) -> Any:
        return None

    def _assert_self_adjoint(self) -> Any:
        return None

    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        return self._broadcast(self._argument(x, adjoint_arg))

    def _solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        return self._matmul(rhs, adjoint_arg=adjoint_arg)

    def _determinant(self) -> Any:
        return ones(self.batch_shape, dtype=self.dtype)

    def _log_abs_determinant(self) -> Any:
        return zeros(self.batch_shape, dtype=self.dtype)

    def _trace(self) -> Any:
        return self._rows * ones(self.batch_shape, dtype=self.dtype)

    def _diag_part(self) -> Any:
        return self._filled_diagonal(ones)

    def add_to_tensor(self, mat: Any, name: str = "add_to_tensor") -> Any:
        """Adds the identity to the tensor `mat`."""
        mat = to_tensor(mat)
        return diagonals.set_diag(mat, 1 + diagonals.diag_part(mat))

    def _eigvals(self) -> Any:
        return self._filled_diagonal(ones)

    def _cond(self) -> Any:
        return ones(self.batch_shape, dtype=self.dtype)


class LinearOperatorScaledIdentity(SizedOperator):
    """A multiple of the identity. Implements `tf.linalg.LinearOperatorScaledIdentity`.

    `multiplier` has one number for each matrix of the batch.

    Raises:
      ValueError: if a size or a hint is invalid.
      TypeError: if the size is not an integer.
    """

    _composite_tensor_fields = ("num_rows", "multiplier", "assert_proper_shapes")
    _composite_tensor_prefer_static_fields = ("num_rows",)
    _experimental_parameter_ndims_to_matrix_ndims = {"multiplier": 0}

    def __init__(
        self,
        num_rows: Any,
        multiplier: Any,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = True,
        assert_proper_shapes: bool = False,
        name: str = "LinearOperatorScaledIdentity",
    ) -> None:
        self._multiplier = support.parameter(multiplier)
        if not self._multiplier.dtype.is_complex:
            if is_self_adjoint is False:
                raise ValueError("A real diagonal operator is always self adjoint.")
            is_self_adjoint = True
        require_hints({"A ScaledIdentity operator is always square.": is_square})
        super().__init__(
            self._multiplier.dtype,
            None,
            is_non_singular,
            is_self_adjoint,
            is_positive_definite,
            is_square,
            name,
        )
        self._checks_shapes = assert_proper_shapes
        self._set_rows(num_rows)

    __getitem__ = LinearOperator.__getitem__

    @property
    def multiplier(self) -> Any:
        """The factor of each matrix."""
        return self._multiplier

    def _shape(self) -> Any:
        return self.multiplier.shape.concatenate(TensorShape([self._rows, self._rows]))

    def _assert_non_singular(self) -> Any:
        magnitude = elementwise.abs(self.multiplier)
        return assert_positive(magnitude, message="LinearOperator was singular")

    def _assert_positive_definite(self) -> Any:
        message = "LinearOperator was not positive definite."
        return assert_positive(real(self.multiplier), message=message)

    def _assert_self_adjoint(self) -> Any:
        imaginary = imag(self.multiplier)
        message = "LinearOperator was not self-adjoint"
        return assert_equal(zeros_like(imaginary), imaginary, message=message)

    def _like(self, multiplier: Any, **hint_values: Any) -> LinearOperator:
        return LinearOperatorScaledIdentity(self._num_rows, multiplier, **hint_values)

    def _linop_adjoint(self) -> LinearOperator:
        multiplier = conj(self.multiplier) if self.dtype.is_complex else self.multiplier
        return self._like(multiplier, **self._hints())

    def _linop_cholesky(self) -> LinearOperator:
        root = elementwise.sqrt(self.multiplier)
        return self._like(
            root, is_non_singular=True, is_self_adjoint=True, is_positive_definite=True
        )

    def _linop_inverse(self) -> LinearOperator:
        return self._like(1.0 / self.multiplier, **{**self._hints(), "is_self_adjoint": True})

    def _matrix(self, adjoint: bool) -> Any:
        matrix = expand_dims(expand_dims(self.multiplier, -1), -1)
        return conj(matrix) if adjoint else matrix

    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        return self._argument(x, adjoint_arg) * self._matrix(adjoint)

    def _solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        return self._argument(rhs, adjoint_arg) / self._matrix(adjoint)

    def _determinant(self) -> Any:
        return self.multiplier ** cast(self._num_rows, self.dtype)

    def _log_abs_determinant(self) -> Any:
        magnitude = elementwise.abs(self.multiplier)
        return cast(self._num_rows, self.dtype.real_dtype) * elementwise.log(magnitude)

    def _trace(self) -> Any:
        return self.multiplier * self._rows * ones(self.batch_shape, dtype=self.dtype)

    def _diag_part(self) -> Any:
        return self._filled_diagonal(ones) * expand_dims(self.multiplier, -1)

    def add_to_tensor(self, mat: Any, name: str = "add_to_tensor") -> Any:
        """Adds this operator to the tensor `mat`."""
        mat = to_tensor(mat)
        diagonal = expand_dims(self.multiplier, -1) + diagonals.diag_part(mat)
        return diagonals.set_diag(mat, diagonal)

    def _eigvals(self) -> Any:
        return self._diag_part()

    def _cond(self) -> Any:
        is_zero = to_tensor(self.multiplier) == 0
        return where(is_zero, cast(np.nan, self.dtype), cast(1.0, self.dtype))


# -- products and solutions ---------------------------------------------------------------------


@registry.MATMUL.register(LinearOperator, LinearOperatorIdentity)
def _keep_left(left: LinearOperator, right: LinearOperatorIdentity) -> LinearOperator:
    return left


@registry.SOLVE.register(LinearOperator, LinearOperatorIdentity)
def _invert_left(left: LinearOperator, right: LinearOperatorIdentity) -> LinearOperator:
    return left.inverse()


@registry.MATMUL.register(LinearOperatorIdentity, LinearOperator)
@registry.SOLVE.register(LinearOperatorIdentity, LinearOperator)
def _keep_right(left: LinearOperatorIdentity, right: LinearOperator) -> LinearOperator:
    return right


def _scaled(left: LinearOperator, right: LinearOperator, multiplier: Any) -> LinearOperator:
    return LinearOperatorScaledIdentity(
        left.domain_dimension_tensor(), multiplier, **hints.of_commuting(left, right)
    )


def _diagonal(left: LinearOperator, right: LinearOperator, diag: Any) -> LinearOperator:
    return LinearOperatorDiag(diag, **hints.of_commuting(left, right))


@registry.MATMUL.register(LinearOperatorScaledIdentity, LinearOperatorScaledIdentity)
def _multiply_scales(left: Any, right: Any) -> LinearOperator:
    return _scaled(left, right, right.multiplier * left.multiplier)


@registry.SOLVE.register(LinearOperatorScaledIdentity, LinearOperatorScaledIdentity)
def _divide_scales(left: Any, right: Any) -> LinearOperator:
    return _scaled(left, right, right.multiplier / left.multiplier)


@registry.MATMUL.register(LinearOperatorScaledIdentity, LinearOperatorDiag)
def _scale_diagonal(left: Any, right: Any) -> LinearOperator:
    return _diagonal(left, right, right.diag * left.multiplier)


@registry.SOLVE.register(LinearOperatorScaledIdentity, LinearOperatorDiag)
def _divide_diagonal_by_scale(left: Any, right: Any) -> LinearOperator:
    return _diagonal(left, right, right.diag / left.multiplier)


@registry.MATMUL.register(LinearOperatorDiag, LinearOperatorScaledIdentity)
def _scale_diagonal_from_right(left: Any, right: Any) -> LinearOperator:
    return _diagonal(left, right, left.diag * right.multiplier)


@registry.SOLVE.register(LinearOperatorDiag, LinearOperatorScaledIdentity)
def _divide_scale_by_diagonal(left: Any, right: Any) -> LinearOperator:
    return _diagonal(left, right, right.multiplier / left.diag)
