"""The operator for Toeplitz matrices, multiplied by means of a circulant one."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._ops.array.creation import ones, zeros_like
from .._ops.array.gathering import gather
from .._ops.array.joining import concat
from .._ops.array.padding import reverse
from .._ops.array.shaping import broadcast_to
from .._ops.debugging.assertions import assert_equal
from .._ops.math.casting import cast
from .._ops.signal import fft
from . import support
from .base import LinearOperator
from .circulant import LinearOperatorCirculant


class LinearOperatorToeplitz(LinearOperator):
    """A matrix with constant diagonals. Implements `tf.linalg.LinearOperatorToeplitz`.

    Args:
      col: the first column, `[..., N]`.
      row: the first row, `[..., N]`; its first element is ignored in favor of that of `col`.

    Raises:
      ValueError: if the sizes differ or a hint is invalid.
    """

    _composite_tensor_fields = ("col", "row")
    _experimental_parameter_ndims_to_matrix_ndims = {"col": 1, "row": 1}

    def __init__(
        self,
        col: Any,
        row: Any,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = None,
        name: str = "LinearOperatorToeplitz",
    ) -> None:
        self._row, self._col = support.parameter(row), support.parameter(col)
        for argument, x in (("row", self._row), ("col", self._col)):
            if x.shape.rank < 1:
                raise ValueError(
                    f"Argument {argument} must have at least 1 dimension.  Found: {x!s}"
                )
        if self._row.shape[-1] != self._col.shape[-1]:
            raise ValueError("Expected square matrix, got row and col with mismatched dimensions.")
        if is_square is False:
            raise ValueError("Only square Toeplitz operators currently supported.")
        super().__init__(
            self._row.dtype,
            None,
            is_non_singular,
            is_self_adjoint,
            is_positive_definite,
            True,
            name,
        )

    @property
    def col(self) -> Any:
        """The first column."""
        return self._col

    @property
    def row(self) -> Any:
        """The first row, whose first element is ignored."""
        return self._row

    def _shape(self) -> Any:
        shape = support.common_batch([self.row.shape, self.col.shape])
        return shape.concatenate(shape[-1:])

    def _assert_self_adjoint(self) -> Any:
        message = "row and col are not the same, and so this operator is not self-adjoint."
        return assert_equal(self.row, self.col, message=message)

    def _broadcast_col_row(self) -> tuple[Any, Any]:
        shape = self.shape[:-1].as_list()
        return broadcast_to(self.col, shape), broadcast_to(self.row, shape)

    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        x = support.adjoint_if(x, adjoint_arg)
        col, row = self._broadcast_col_row()
        # The matrix is the upper left quarter of a circulant one.
        above = reverse(row[..., 1:], axis=[-1])
        circulant_column = concat([col, zeros_like(col[..., :1]), above], axis=-1)
        spectrum = fft.fft(support.to_complex(circulant_column))
        circulant = LinearOperatorCirculant(spectrum, input_output_dtype=row.dtype)
        product = circulant.matmul(concat([x, zeros_like(x)], axis=-2), adjoint=adjoint)
        return product[..., : self.shape[-1], :]

    def _trace(self) -> Any:
        return cast(self.shape[-1], self.dtype) * self.col[..., 0]

    def _diag_part(self) -> Any:
        return self.col[..., :1] * ones([self.shape[-1]], dtype=self.dtype)

    def _to_dense(self) -> Any:
        col, row = self._broadcast_col_row()
        size = self.shape[-1]
        diagonals = concat([reverse(col, axis=[-1]), row[..., 1:]], axis=-1)
        indices = np.arange(size) + np.arange(size - 1, -1, -1)[:, None]
        return gather(diagonals, indices, axis=-1)
