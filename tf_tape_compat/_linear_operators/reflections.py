"""Operators for Householder reflections and permutations."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._core.tensor.convert import to_tensor
from .._core.tensor.host_values import to_numpy
from .._core.tensor.python_values import FLOAT32
from .._core.types.dtype import as_dtype
from .._ops.array.creation import ones, zeros
from .._ops.array.gathering import gather
from .._ops.array.inspection import get_static_value
from .._ops.array.joining import concat
from .._ops.array.ranges import range
from .._ops.array.shaping import broadcast_to, expand_dims
from .._ops.linalg import diagonals
from .._ops.linalg.matmul import matmul
from .._ops.linalg.norms import l2_normalize
from .._ops.math.arithmetic import negative
from .._ops.math.casting import cast
from .._ops.math.complex import conj
from .._ops.math.sorting import argsort
from ..errors import InvalidArgumentError
from . import support
from .base import LinearOperator


class LinearOperatorHouseholder(LinearOperator):
    """The reflection that negates an axis. Implements `tf.linalg.LinearOperatorHouseholder`.

    Raises:
      ValueError: if `reflection_axis` is a scalar or a hint is invalid.
    """

    _composite_tensor_fields = ("reflection_axis",)
    _experimental_parameter_ndims_to_matrix_ndims = {"reflection_axis": 1}

    def __init__(
        self,
        reflection_axis: Any,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = None,
        name: str = "LinearOperatorHouseholder",
    ) -> None:
        self._reflection_axis = support.parameter(reflection_axis)
        if self._reflection_axis.shape.rank < 1:
            raise ValueError(
                "Argument reflection_axis must have at least 1 dimension.  "
                f"Found: {self._reflection_axis}"
            )
        if is_self_adjoint is False:
            raise ValueError("A Householder operator is always self adjoint.")
        if is_positive_definite is True:
            raise ValueError("A Householder operator is always non-positive definite.")
        if is_square is False:
            raise ValueError("A Householder operator is always square.")
        dtype = self._reflection_axis.dtype
        super().__init__(dtype, None, is_non_singular, True, False, True, name)

    @property
    def reflection_axis(self) -> Any:
        """The axis as given, not normalized."""
        return self._reflection_axis

    def _shape(self) -> Any:
        return self._reflection_axis.shape.concatenate(self._reflection_axis.shape[-1:])

    def _assert_non_singular(self) -> Any:
        return None

    def _assert_positive_definite(self) -> Any:
        message = "Householder operators are always non-positive definite."
        raise InvalidArgumentError(None, None, message)

    def _assert_self_adjoint(self) -> Any:
        return None

    def _linop_adjoint(self) -> LinearOperator:
        return self

    def _linop_inverse(self) -> LinearOperator:
        return self

    def _unit_axis(self) -> Any:
        return l2_normalize(self._reflection_axis, axis=-1)

    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        x = support.adjoint_if(x, adjoint_arg)
        axis = expand_dims(self._unit_axis(), -1)
        return x - 2 * axis * matmul(axis, x, adjoint_a=True)

    def _solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        return self._matmul(rhs, adjoint, adjoint_arg)

    def _trace(self) -> Any:
        return cast(self.shape[-1] - 2, self.dtype) * ones(self.batch_shape, dtype=self.dtype)

    def _determinant(self) -> Any:
        return negative(ones(self.batch_shape, dtype=self.dtype))

    def _log_abs_determinant(self) -> Any:
        return zeros(self.batch_shape, dtype=self.dtype)

    def _to_dense(self) -> Any:
        axis = expand_dims(self._unit_axis(), -1)
        matrix = -2 * matmul(axis, axis, adjoint_b=True)
        return diagonals.set_diag(matrix, 1.0 + diagonals.diag_part(matrix))

    def _diag_part(self) -> Any:
        axis = self._unit_axis()
        return 1.0 - 2 * axis * conj(axis)

    def _eigvals(self) -> Any:
        *batch, size = self.shape[:-1]
        minus = negative(ones([*batch, 1], dtype=self.dtype))
        return concat([minus, ones([*batch, size - 1], dtype=self.dtype)], axis=-1)

    def _cond(self) -> Any:
        return ones(self.batch_shape, dtype=self.dtype)


class LinearOperatorPermutation(LinearOperator):
    """A permutation of rows. Implements `tf.linalg.LinearOperatorPermutation`.

    Row `i` of a product is row `perm[i]` of the argument.

    Raises:
      ValueError: if `perm` is not a permutation or a hint is invalid.
      TypeError: if `perm` is not of an integer dtype.
    """

    _composite_tensor_fields = ("perm", "dtype")
    _experimental_parameter_ndims_to_matrix_ndims = {"perm": 1}

    def __init__(
        self,
        perm: Any,
        dtype: Any = FLOAT32,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = None,
        name: str = "LinearOperatorPermutation",
    ) -> None:
        self._perm = support.parameter(perm)
        self._check(self._perm)
        for hint, adjective in ((is_non_singular, "non-singular"), (is_square, "square")):
            if hint is False:
                raise ValueError(f"A Permutation operator is always {adjective}.")
        super().__init__(
            as_dtype(dtype),
            None,
            is_non_singular,
            is_self_adjoint,
            is_positive_definite,
            True,
            name,
        )

    @staticmethod
    def _check(perm: Any) -> None:
        if perm.shape.rank < 1:
            raise ValueError(f"Argument `perm` must have at least 1 dimension. Received: {perm}.")
        if not perm.dtype.is_integer:
            raise TypeError(f"Argument `perm` must be integer dtype. Received: {perm}.")
        size = perm.shape[-1]
        if get_static_value(perm) is None and perm.shape.is_fully_defined():
            return  # unknown in a function: not checked, as in TensorFlow
        order = np.sort(to_numpy(to_tensor(perm)._t), axis=-1)  # products need the size
        if np.any(order != np.arange(size)):
            raise ValueError(
                f"Argument `perm` must be a vector of unique integers from 0 to {size - 1}."
            )

    @property
    def perm(self) -> Any:
        """The permutation, `[..., N]`."""
        return self._perm

    def _shape(self) -> Any:
        return self._perm.shape.concatenate(self._perm.shape[-1:])

    def _assert_non_singular(self) -> Any:
        return None

    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        perm = to_tensor(self.perm)
        if adjoint and not self.is_self_adjoint:
            perm = argsort(perm, axis=-1)
        x = support.adjoint_if(x, adjoint_arg)
        shape = support.common_batch([x.shape[:-1], perm.shape]).as_list()
        x, perm = broadcast_to(x, [*shape, x.shape[-1]]), broadcast_to(perm, shape)
        return gather(x, perm, axis=-2, batch_dims=len(shape) - 1)

    def _solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        return self._matmul(rhs, adjoint=not adjoint, adjoint_arg=adjoint_arg)

    def _log_abs_determinant(self) -> Any:
        return zeros(self.batch_shape, dtype=self.dtype)

    def _one_hot(self, perm: Any) -> Any:
        return cast(range(self.shape[-1], dtype=perm.dtype) == perm, self.dtype)

    def _to_dense(self) -> Any:
        return self._one_hot(expand_dims(self.perm, -1))

    def _diag_part(self) -> Any:
        return self._one_hot(to_tensor(self.perm))

    def _cond(self) -> Any:
        return ones(self.batch_shape, dtype=self.dtype)
