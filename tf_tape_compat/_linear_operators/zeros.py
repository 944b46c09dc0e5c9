"""What operators that are known by their sizes have in common, and the one of zeros."""

from __future__ import annotations

from typing import Any

from .._core.types.dtype import as_dtype
from .._core.types.shape import TensorShape
from .._ops.array.creation import ones, zeros
from ..errors import InvalidArgumentError
from . import support
from .base import LinearOperator


def require(checks: dict[str, Any]) -> None:
    """Raises ValueError with the first message that is not true."""
    for message, holds in checks.items():
        if not holds:
            raise ValueError(message)


class Plain(LinearOperator):
    """An operator that is known by its sizes and one number at most."""

    _num_rows: Any
    _batch: list[int] | None = None
    _checks_shapes: bool

    def _set_batch(self, batch_shape: Any) -> None:
        support.refuse_variable(batch_shape, "batch_shape")
        if batch_shape is not None:
            self._batch = support.sizes("batch_shape", support.shape_tensor(batch_shape), 1)

    def _set_rows(self, num_rows: Any) -> None:
        support.refuse_variable(num_rows, "num_rows")
        self._num_rows = support.shape_tensor(num_rows)
        self._rows = support.sizes("num_rows", self._num_rows, 0)

    def _broadcast(self, x: Any) -> Any:
        """`x` with the batch axes of this operator, too."""
        if self._batch is None:
            return x
        shape = [*self._batch, 1, 1]
        if support.common_batch([x.shape, TensorShape(shape)]) == x.shape:
            return x
        return x + zeros(shape, dtype=self.dtype)

    def _argument(self, x: Any, adjoint_arg: bool) -> Any:
        x = support.turned(x, adjoint_arg)
        if self._checks_shapes:
            support.assert_rows_fit(self, x)
        return x

    def _diagonal(self, make: Any) -> Any:
        return make([*self.batch_shape.as_list(), min(self.shape[-2:])], dtype=self.dtype)

    def __getitem__(self, slices: Any) -> LinearOperator:
        if self._batch is None:
            raise ValueError("An operator without batch axes has no parts.")
        batch: Any = ones(self._batch)
        batch = batch[slices].shape
        return type(self)(**{**self.parameters, "batch_shape": batch})


class LinearOperatorZeros(Plain):
    """An operator that makes zeros of everything; answers for `tf.linalg.LinearOperatorZeros`.

    Raises ValueError for sizes and hints that cannot be, TypeError for sizes that are no integers.
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
        require(
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

    def _linop_matmul(self, left_operator: Any, right_operator: Any) -> LinearOperator:
        support.refuse_rectangular(left_operator, right_operator)
        return left_operator

    def _determinant(self) -> Any:
        return zeros(self.batch_shape, dtype=self.dtype)

    def _trace(self) -> Any:
        return zeros(self.batch_shape, dtype=self.dtype)

    def _diag_part(self) -> Any:
        return self._diagonal(zeros)

    def add_to_tensor(self, mat: Any, name: str = "add_to_tensor") -> Any:
        """`mat`."""
        return self._broadcast(mat)

    def _eigvals(self) -> Any:
        return self._diagonal(zeros)
