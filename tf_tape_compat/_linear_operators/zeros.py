"""The zero operator."""

from __future__ import annotations

from typing import Any

from .._core.types.dtype import as_dtype
from .._core.types.shape import TensorShape
from .._ops.array.creation import zeros
from ..errors import InvalidArgumentError
from . import registry, support
from .base import LinearOperator
from .sized import SizedOperator, require_hints


class LinearOperatorZeros(SizedOperator):
    """The zero matrix. Implements `tf.linalg.LinearOperatorZeros`.

    Raises:
      ValueError: if a size or a hint is invalid.
      TypeError: if a size is not an integer.
    """

    _composite_tensor_fields = (
        "num_rows",
        "num_columns",
        "batch_shape",
        "dtype",
        "assert_proper_shapes",
    )
    _composite_tensor_prefer_static_fields = ("num_rows", "num_columns", "batch_shape")

    def __init__(
        self,
        num_rows: Any,
        num_columns: Any = None,
        batch_shape: Any = None,
        dtype: Any = None,
        is_non_singular: bool | None = False,
        is_self_adjoint: bool | None = True,
        is_positive_definite: bool | None = False,
        is_square: bool | None = True,
        assert_proper_shapes: bool = False,
        name: str = "LinearOperatorZeros",
    ) -> None:
        require_hints(
            {
                "A zero operator is always self adjoint.": is_self_adjoint or not is_square,
                "A zero operator is always singular.": not is_non_singular,
                "A zero operator is always not positive-definite.": not is_positive_definite,
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
        support.refuse_variable(num_columns, "num_columns")
        self._num_columns = support.shape_tensor(num_rows if num_columns is None else num_columns)
        self._columns = support.sizes("num_columns", self._num_columns, 0)
        if is_square and self._rows != self._columns:
            raise ValueError(
                f"LinearOperatorZeros initialized as is_square=True, but got num_rows({self._rows})"
                f" != num_columns({self._columns})"
            )
        self._set_batch(batch_shape)

    def _shape(self) -> Any:
        return TensorShape([*(self._batch or []), self._rows, self._columns])

    def _assert_non_singular(self) -> Any:
        raise InvalidArgumentError(None, None, "Zero operators are always non-invertible.")

    def _assert_positive_definite(self) -> Any:
        raise InvalidArgumentError(None, None, "Zero operators are always non-positive definite.")

    def _assert_self_adjoint(self) -> Any:
        return None

    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        if self._checks_shapes:
            x, adjoint_arg = self._argument(x, adjoint_arg), False
        *batch, rows, columns = x.shape
        count = rows if adjoint_arg else columns
        size = self._columns if adjoint else self._rows
        return self._broadcast(zeros([*batch, size, count], dtype=x.dtype))

    def _determinant(self) -> Any:
        return zeros(self.batch_shape, dtype=self.dtype)

    def _trace(self) -> Any:
        return zeros(self.batch_shape, dtype=self.dtype)

    def _diag_part(self) -> Any:
        return self._filled_diagonal(zeros)

    def add_to_tensor(self, mat: Any, name: str = "add_to_tensor") -> Any:
        """Returns the tensor `mat`, broadcast to the batch."""
        return self._broadcast(mat)

    def _eigvals(self) -> Any:
        return self._filled_diagonal(zeros)


@registry.MATMUL.register(LinearOperatorZeros, LinearOperator)
def _keep_zeros(left: LinearOperatorZeros, right: LinearOperator) -> LinearOperator:
    support.refuse_rectangular(left, right)
    return left


@registry.MATMUL.register(LinearOperator, LinearOperatorZeros)
def _become_zeros(left: LinearOperator, right: LinearOperatorZeros) -> LinearOperator:
    support.refuse_rectangular(left, right)
    return right
