"""Operators of circulant matrices, by the Fourier transform, and of Toeplitz ones within them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .._core.tensor.convert import to_tensor
from .._core.types.dtype import as_dtype
from .._core.types.shape import TensorShape
from .._ops.array.creation import ones, zeros_like
from .._ops.array.gathering import gather
from .._ops.array.joining import concat
from .._ops.array.padding import reverse
from .._ops.array.shaping import broadcast_to, expand_dims, reshape, transpose
from .._ops.debugging.assertions import assert_equal, assert_less, assert_positive
from .._ops.math import elementwise, reductions
from .._ops.math.casting import cast
from .._ops.math.complex import complex, conj, imag, real
from .._ops.signal import fft
from . import hints, support
from .base import LinearOperator

_TRANSFORMS = {
    1: (fft.fft, fft.ifft),
    2: (fft.fft2d, fft.ifft2d),
    3: (fft.fft3d, fft.ifft3d),
}


class _Circulant(LinearOperator):
    """A circulant matrix, of circulant blocks if `_depth` is 2 or 3."""

    _depth: int

    def __init__(
        self,
        spectrum: Any,
        input_output_dtype: Any = fft.COMPLEX64,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = True,
        name: str | None = None,
    ) -> None:
        self._spectrum = support.parameter(spectrum)
        if self._spectrum.shape.rank < self._depth:
            raise ValueError(
                f"Argument `spectrum` must have at least {self._depth} dimensions. "
                f"Received: {self._spectrum}."
            )
        if not self._spectrum.dtype.is_complex:
            if is_self_adjoint is False:
                raise ValueError("A real spectrum always corresponds to a self-adjoint operator.")
            is_self_adjoint = True
        if is_square is False:
            raise ValueError("A [[nested] block] circulant operator is always square.")
        super().__init__(
            as_dtype(input_output_dtype),
            None,
            is_non_singular,
            is_self_adjoint,
            is_positive_definite,
            True,
            name or type(self).__name__,
        )

    @property
    def _experimental_parameter_ndims_to_matrix_ndims(self) -> Any:
        return {"spectrum": self._depth}

    @property
    def block_depth(self) -> int:
        """How deep blocks are nested: 1 if there are none."""
        return self._depth

    @property
    def block_shape(self) -> Any:
        """The sizes of the spectrum, as a `tf.TensorShape`."""
        return self.spectrum.shape[-self._depth :]

    def block_shape_tensor(self) -> Any:
        """`block_shape` as a tensor."""
        return support.shape_tensor(self.block_shape)

    @property
    def spectrum(self) -> Any:
        """The eigenvalues."""
        return self._spectrum

    def _shape(self) -> Any:
        shape = self._spectrum.shape.as_list()
        size = math.prod(shape[-self._depth :])
        return TensorShape([*shape[: -self._depth], size, size])

    # -- operators --------------------------------------------------------------------------------

    def _linop_adjoint(self) -> LinearOperator:
        spectrum = conj(self.spectrum) if self.spectrum.dtype.is_complex else self.spectrum
        return type(self)(spectrum, **self._hints())

    def _linop_inverse(self) -> LinearOperator:
        return type(self)(1.0 / self.spectrum, input_output_dtype=self.dtype, **self._hints())

    def _linop_matmul(self, left_operator: Any, right_operator: Any) -> LinearOperator:
        if type(left_operator) is not type(right_operator):
            return super()._linop_matmul(left_operator, right_operator)
        spectrum = left_operator.spectrum * right_operator.spectrum
        return type(self)(spectrum, **hints.of_commuting(left_operator, right_operator))

    def _linop_solve(self, left_operator: Any, right_operator: Any) -> LinearOperator:
        if type(left_operator) is not type(right_operator):
            return super()._linop_solve(left_operator, right_operator)
        spectrum = right_operator.spectrum / left_operator.spectrum
        return type(self)(spectrum, **hints.of_commuting(left_operator, right_operator))

    # -- assertions -------------------------------------------------------------------------------

    def assert_hermitian_spectrum(self, name: str = "assert_hermitian_spectrum") -> Any:
        """Raises InvalidArgumentError if the matrix is not real."""
        kind = self.dtype.real_dtype
        limit = to_tensor(np.finfo(kind.as_numpy_dtype).eps * self.shape[-1], kind)
        size = elementwise.abs(imag(self.convolution_kernel()))
        return assert_less(size, limit, message="Spectrum was not Hermitian")

    def _assert_non_singular(self) -> Any:
        message = "Singular operator:  Spectrum contained zero values."
        return support.assert_no_zeros(self.spectrum, message)

    def _assert_positive_definite(self) -> Any:
        message = "Not positive definite:  Real part of spectrum was not all positive."
        return assert_positive(real(self.spectrum), message=message)

    def _assert_self_adjoint(self) -> Any:
        message = "Not self-adjoint:  The spectrum contained non-zero imaginary part."
        return support.assert_real(self.spectrum, message)

    # -- products ---------------------------------------------------------------------------------

    def _filtered(self, x: Any, adjoint: bool, adjoint_arg: bool, combine: Any) -> Any:
        """The columns of `x`, their transforms combined with the spectrum."""
        forth, back = _TRANSFORMS[self._depth]
        x = support.turned(x, adjoint_arg)
        spectrum = support.to_complex(self.spectrum)
        if adjoint:
            spectrum = conj(spectrum)
        x = cast(x, spectrum.dtype)
        block = self.block_shape.as_list()
        size = self.shape[-1]
        batch = self.batch_shape.as_list()
        x, spectrum = support.broadcast_batches([x, reshape(spectrum, [*batch, size, 1])])
        *batch, _, count = x.shape
        last = len(batch) + 1
        # The columns come first, so that the spectrum broadcasts along them.
        columns = transpose(x, [last, *range(last)])
        blocks = reshape(columns, [count, *batch, *block])
        spectrum = reshape(spectrum, [*batch, *block])
        found = reshape(back(combine(forth(blocks), spectrum)), [count, *batch, size])
        return cast(transpose(found, [*range(1, last + 1), 0]), self.dtype)

    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        return self._filtered(x, adjoint, adjoint_arg, lambda a, b: b * a)

    def _solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        return self._filtered(rhs, adjoint, adjoint_arg, lambda a, b: a / b)

    # -- tensors ----------------------------------------------------------------------------------

    def convolution_kernel(self, name: str = "convolution_kernel") -> Any:
        """The first column, in blocks: the inverse transform of the spectrum."""
        found = _TRANSFORMS[self._depth][1](support.to_complex(self.spectrum))
        return cast(found, self.dtype)

    def _flat(self) -> Any:
        return reshape(self.spectrum, [*self.batch_shape.as_list(), self.shape[-1]])

    def _axes(self) -> list[int]:
        """Those of the blocks, in the spectrum."""
        return [-1 - number for number in range(self._depth)]

    def _determinant(self) -> Any:
        return cast(reductions.reduce_prod(self.spectrum, axis=self._axes()), self.dtype)

    def _log_abs_determinant(self) -> Any:
        logarithms = elementwise.log(elementwise.abs(self.spectrum))
        return cast(reductions.reduce_sum(logarithms, axis=self._axes()), self.dtype)

    def _cond(self) -> Any:
        size = elementwise.abs(self._flat())
        return reductions.reduce_max(size, axis=-1) / reductions.reduce_min(size, axis=-1)

    def _eigvals(self) -> Any:
        return self._flat()

    def _trace(self) -> Any:
        part = reductions.reduce_sum(real(self._flat()), axis=-1)
        if not self.dtype.is_complex:
            return cast(part, self.dtype)
        if self.is_self_adjoint:
            other = zeros_like(part)
        else:
            other = reductions.reduce_sum(imag(self._flat()), axis=-1)
        return cast(complex(part, other), self.dtype)

    def _diag_part(self) -> Any:
        value = self.trace() / cast(self.shape[-1], self.dtype)
        return expand_dims(value, -1) * ones(self.shape[:-1], dtype=self.dtype)


class LinearOperatorCirculant(_Circulant):
    """A circulant matrix, given by its eigenvalues.

    `input_output_dtype` is the type of what it multiplies, and of the results. Answers for
    `tf.linalg.LinearOperatorCirculant`. Raises ValueError for a spectrum of too few axes, and for
    hints that cannot be.
    """

    _composite_tensor_fields = ("spectrum", "input_output_dtype")

    _depth = 1


class LinearOperatorCirculant2D(_Circulant):
    """As `LinearOperatorCirculant`, of circulant blocks.

    Answers for `tf.linalg.LinearOperatorCirculant2D`.
    """

    _composite_tensor_fields = ("spectrum", "input_output_dtype")

    _depth = 2


class LinearOperatorCirculant3D(_Circulant):
    """As `LinearOperatorCirculant2D`, the blocks being of circulant blocks.

    Answers for `tf.linalg.LinearOperatorCirculant3D`.
    """

    _composite_tensor_fields = ("spectrum", "input_output_dtype")

    _depth = 3


class LinearOperatorToeplitz(LinearOperator):
    """A matrix with the same number along each diagonal, given by its first column and row.

    The first number is that of `col`. Answers for `tf.linalg.LinearOperatorToeplitz`. Raises
    ValueError for sizes that differ, and for hints that cannot be.
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
        for word, x in (("row", self._row), ("col", self._col)):
            if x.shape.rank < 1:
                raise ValueError(f"Argument {word} must have at least 1 dimension.  Found: {x}")
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
        """The first row, of which the first number is not read."""
        return self._row

    def _shape(self) -> Any:
        shape = support.common_batch([self.row.shape, self.col.shape])
        return shape.concatenate(shape[-1:])

    def _assert_self_adjoint(self) -> Any:
        message = "row and col are not the same, and so this operator is not self-adjoint."
        return assert_equal(self.row, self.col, message=message)

    def _parts(self) -> tuple[Any, Any]:
        shape = self.shape[:-1].as_list()
        return broadcast_to(self.col, shape), broadcast_to(self.row, shape)

    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        x = support.turned(x, adjoint_arg)
        col, row = self._parts()
        # The matrix is the first quarter of a circulant one.
        above = reverse(row[..., 1:], axis=[-1])
        whole = concat([col, zeros_like(col[..., :1]), above], axis=-1)
        spectrum = fft.fft(support.to_complex(whole))
        circulant = LinearOperatorCirculant(spectrum, input_output_dtype=row.dtype)
        found = circulant.matmul(concat([x, zeros_like(x)], axis=-2), adjoint=adjoint)
        return found[..., : self.shape[-1], :]

    def _trace(self) -> Any:
        return cast(self.shape[-1], self.dtype) * self.col[..., 0]

    def _diag_part(self) -> Any:
        return self.col[..., :1] * ones([self.shape[-1]], dtype=self.dtype)

    def _to_dense(self) -> Any:
        col, row = self._parts()
        size = self.shape[-1]
        numbers = concat([reverse(col, axis=[-1]), row[..., 1:]], axis=-1)
        places = np.arange(size) + np.arange(size - 1, -1, -1)[:, None]
        return gather(numbers, places, axis=-1)
