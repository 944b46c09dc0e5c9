"""The operator for tridiagonal matrices."""

from __future__ import annotations

from typing import Any

from .._core.tensor.convert import to_tensor
from .._core.types.shape import TensorShape
from .._ops.array.joining import stack
from .._ops.array.padding import roll
from .._ops.array.shaping import broadcast_to
from .._ops.debugging.assertions import assert_equal
from .._ops.linalg import diagonals as diagonal_ops
from .._ops.linalg.banded import tridiagonal_matmul, tridiagonal_solve
from .._ops.math.complex import conj
from . import support
from .base import LinearOperator


class LinearOperatorTridiag(LinearOperator):
    """A tridiagonal matrix. Implements `tf.linalg.LinearOperatorTridiag`.

    `diagonals_format` is "compact", "sequence" or "matrix", as for `tf.linalg.tridiagonal_matmul`.

    Raises:
      ValueError: if `diagonals_format` is anything else.
    """

    _composite_tensor_fields = ("diagonals", "diagonals_format")

    def __init__(
        self,
        diagonals: Any,
        diagonals_format: str = "compact",
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = None,
        name: str = "LinearOperatorTridiag",
    ) -> None:
        if diagonals_format not in ("compact", "matrix", "sequence"):
            raise ValueError(
                "Argument `diagonals_format` must be one of compact, matrix, or sequence. "
                f"Received : {diagonals_format}."
            )
        self._diagonals: Any
        if diagonals_format == "sequence":
            self._diagonals = [support.parameter(d) for d in diagonals]
            dtype = self._diagonals[0].dtype
        else:
            self._diagonals = support.parameter(diagonals)
            dtype = self._diagonals.dtype
        self._diagonals_format = diagonals_format
        super().__init__(
            dtype,
            None,
            is_non_singular,
            is_self_adjoint,
            is_positive_definite,
            is_square,
            name,
        )

    @property
    def diagonals(self) -> Any:
        """The diagonals, in `diagonals_format`."""
        return self._diagonals

    @property
    def diagonals_format(self) -> str:
        """The format of `diagonals`."""
        return self._diagonals_format

    @property
    def _experimental_parameter_ndims_to_matrix_ndims(self) -> Any:
        return {"diagonals": [1, 1, 1] if self._diagonals_format == "sequence" else 2}

    def _shape(self) -> Any:
        if self._diagonals_format == "matrix":
            return self._diagonals.shape
        if self._diagonals_format == "compact":
            batch, size = self._diagonals.shape[:-2], self._diagonals.shape[-1]
        else:
            batch = support.common_batch([d.shape[:-1] for d in self._diagonals])
            size = self._diagonals[1].shape[-1]
        return batch.concatenate(TensorShape([size, size]))

    def _rows(self) -> list[Any]:
        """The upper, main and lower diagonals; not for the format "matrix"."""
        if self._diagonals_format == "sequence":
            return [to_tensor(d) for d in self._diagonals]
        compact: Any = to_tensor(self._diagonals)
        return [compact[..., row, :] for row in range(3)]

    def _assert_self_adjoint(self) -> Any:
        if self._diagonals_format == "matrix":
            return assert_equal(
                self._diagonals,
                diagonal_ops.adjoint(self._diagonals),
                message="Matrix was not equal to its adjoint.",
            )
        above, main, below = self._rows()
        support.assert_real(
            main, "This tridiagonal operator contained non-zero imaginary values on the diagonal."
        )
        return assert_equal(
            conj(below[..., 1:]),
            above[..., :-1],
            message="This tridiagonal operator has non-conjugate subdiagonal and superdiagonal.",
        )

    def _oriented_diagonals(self, adjoint: bool) -> Any:
        """The diagonals of the operator or its adjoint, in `diagonals_format`."""
        if not adjoint:
            return self._diagonals
        if self._diagonals_format == "matrix":
            return diagonal_ops.adjoint(self._diagonals)
        above, main, below = (conj(d) for d in self._rows())
        rows = [roll(below, shift=-1, axis=-1), main, roll(above, shift=1, axis=-1)]
        return rows if self._diagonals_format == "sequence" else stack(rows, axis=-2)

    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        x = support.adjoint_if(x, adjoint_arg)
        diagonals = self._oriented_diagonals(adjoint)
        return tridiagonal_matmul(diagonals, x, diagonals_format=self._diagonals_format)

    def _solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        diagonals = self._oriented_diagonals(adjoint)
        batch = support.common_batch([self.batch_shape, rhs.shape[:-2]]).as_list()
        rhs = broadcast_to(rhs, [*batch, *rhs.shape[-2:]])
        if self._diagonals_format == "sequence":
            diagonals = [broadcast_to(d, [*batch, self.shape[-1]]) for d in diagonals]
        else:
            diagonals = broadcast_to(diagonals, [*batch, *diagonals.shape[-2:]])
        return tridiagonal_solve(
            diagonals,
            rhs,
            diagonals_format=self._diagonals_format,
            transpose_rhs=adjoint_arg,
            conjugate_rhs=adjoint_arg,
        )

    def _diag_part(self) -> Any:
        if self._diagonals_format == "matrix":
            return diagonal_ops.diag_part(self._diagonals)
        return broadcast_to(self._rows()[1], self.shape[:-1].as_list())

    def _to_dense(self) -> Any:
        if self._diagonals_format == "matrix":
            return to_tensor(self._diagonals)
        compact = self._diagonals
        if self._diagonals_format == "sequence":
            compact = stack(self._rows(), axis=-2)
        return diagonal_ops.diag(compact, k=(-1, 1), align="LEFT_RIGHT")
