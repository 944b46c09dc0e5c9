"""The base of operators that are defined by their sizes: zeros and multiples of the identity."""

from __future__ import annotations

from typing import Any

from .._core.types.shape import TensorShape
from .._ops.array.creation import ones, zeros
from . import support
from .base import LinearOperator


def require_hints(conditions: dict[str, Any]) -> None:
    """Raises ValueError with the first message whose condition is false."""
    for message, condition in conditions.items():
        if not condition:
            raise ValueError(message)


class SizedOperator(LinearOperator):
    """An operator that is defined by its sizes and at most one number per matrix."""

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
        """Broadcasts `x` to the batch axes of this operator."""
        if self._batch is None:
            return x
        shape = [*self._batch, 1, 1]
        if support.common_batch([x.shape, TensorShape(shape)]) == x.shape:
            return x
        return x + zeros(shape, dtype=self.dtype)

    def _argument(self, x: Any, adjoint_arg: bool) -> Any:
        x = support.adjoint_if(x, adjoint_arg)
        if self._checks_shapes:
            support.assert_rows_fit(self, x)
        return x

    def _filled_diagonal(self, fill: Any) -> Any:
        """The diagonal of each matrix, made by `fill`: `tf.ones` or `tf.zeros`."""
        return fill([*self.batch_shape.as_list(), min(self.shape[-2:])], dtype=self.dtype)

    def __getitem__(self, slices: Any) -> LinearOperator:
        if self._batch is None:
            raise ValueError("An operator without batch axes has no parts.")
        batch: Any = ones(self._batch)
        batch = batch[slices].shape
        return type(self)(**{**self.parameters, "batch_shape": batch})
