"""Operators for circulant matrices, multiplied by means of the Fourier transform."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .._core.tensor.convert import to_tensor
from .._core.types.dtype import as_dtype
from .._core.types.shape import TensorShape
from .._ops.array.creation import ones, zeros_like
from .._ops.array.shaping import expand_dims, reshape, transpose
from .._ops.debugging.assertions import assert_less, assert_positive
from .._ops.math import elementwise, reductions
from .._ops.math.casting import cast
from .._ops.math.complex import complex, conj, imag, real
from .._ops.signal import fft
from . import hints, registry, support
from .base import LinearOperator

_TRANSFORMS = {
    1: (fft.fft, fft.ifft),
    2: (fft.fft2d, fft.ifft2d),
    3: (fft.fft3d, fft.ifft3d),
}


class _Circulant(LinearOperator):
    """A circulant matrix, with circulant blocks if `_depth` is 2 or 3."""

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
        """The nesting depth of the blocks: 1 if there are none."""
        return self._depth

    @property
    def block_shape(self) -> Any:
        """The shape of the spectrum without batch axes, as a `tf.TensorShape`."""
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

    # -- assertions -------------------------------------------------------------------------------

    def assert_hermitian_spectrum(self, name: str = "assert_hermitian_spectrum") -> Any:
        """Raises InvalidArgumentError unless the matrix is real."""
        dtype = self.dtype.real_dtype
        limit = to_tensor(np.finfo(dtype.as_numpy_dtype).eps * self.shape[-1], dtype)
        magnitude = elementwise.abs(imag(self.convolution_kernel()))
        return assert_less(magnitude, limit, message="Spectrum was not Hermitian")

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

    def _filter(self, x: Any, adjoint: bool, adjoint_arg: bool, combine: Any) -> Any:
        """Combines the Fourier transform of each column of `x` with the spectrum."""
        transform, inverse_transform = _TRANSFORMS[self._depth]
        x = support.adjoint_if(x, adjoint_arg)
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
        # Columns become the first axis, so that the spectrum broadcasts along it.
        columns = transpose(x, [last, *range(last)])
        blocks = reshape(columns, [count, *batch, *block])
        spectrum = reshape(spectrum, [*batch, *block])
        filtered = inverse_transform(combine(transform(blocks), spectrum))
        filtered = reshape(filtered, [count, *batch, size])
        return cast(transpose(filtered, [*range(1, last + 1), 0]), self.dtype)

    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        return self._filter(x, adjoint, adjoint_arg, lambda a, b: b * a)

    def _solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        return self._filter(rhs, adjoint, adjoint_arg, lambda a, b: a / b)

    # -- tensors ----------------------------------------------------------------------------------

    def convolution_kernel(self, name: str = "convolution_kernel") -> Any:
        """The first column as blocks: the inverse transform of the spectrum."""
        _, inverse_transform = _TRANSFORMS[self._depth]
        return cast(inverse_transform(support.to_complex(self.spectrum)), self.dtype)

    def _flat_spectrum(self) -> Any:
        return reshape(self.spectrum, [*self.batch_shape.as_list(), self.shape[-1]])

    def _block_axes(self) -> list[int]:
        """The axes of the spectrum that are not batch axes."""
        return [-1 - number for number in range(self._depth)]

    def _determinant(self) -> Any:
        return cast(reductions.reduce_prod(self.spectrum, axis=self._block_axes()), self.dtype)

    def _log_abs_determinant(self) -> Any:
        logarithms = elementwise.log(elementwise.abs(self.spectrum))
        return cast(reductions.reduce_sum(logarithms, axis=self._block_axes()), self.dtype)

    def _cond(self) -> Any:
        magnitudes = elementwise.abs(self._flat_spectrum())
        return reductions.reduce_max(magnitudes, axis=-1) / reductions.reduce_min(
            magnitudes, axis=-1
        )

    def _eigvals(self) -> Any:
        return self._flat_spectrum()

    def _trace(self) -> Any:
        real_part = reductions.reduce_sum(real(self._flat_spectrum()), axis=-1)
        if not self.dtype.is_complex:
            return cast(real_part, self.dtype)
        if self.is_self_adjoint:
            imaginary_part = zeros_like(real_part)
        else:
            imaginary_part = reductions.reduce_sum(imag(self._flat_spectrum()), axis=-1)
        return cast(complex(real_part, imaginary_part), self.dtype)

    def _diag_part(self) -> Any:
        value = self.trace() / cast(self.shape[-1], self.dtype)
        return expand_dims(value, -1) * ones(self.shape[:-1], dtype=self.dtype)


def _same_class(left: _Circulant, right: _Circulant) -> bool:
    return type(left) is type(right)


@registry.MATMUL.register(_Circulant, _Circulant)
def _multiply_spectra(left: _Circulant, right: _Circulant) -> LinearOperator:
    if not _same_class(left, right):
        return registry.MATMUL.find(LinearOperator, LinearOperator)(left, right)
    return type(left)(left.spectrum * right.spectrum, **hints.of_commuting(left, right))


@registry.SOLVE.register(_Circulant, _Circulant)
def _divide_spectra(left: _Circulant, right: _Circulant) -> LinearOperator:
    if not _same_class(left, right):
        return registry.SOLVE.find(LinearOperator, LinearOperator)(left, right)
    return type(left)(right.spectrum / left.spectrum, **hints.of_commuting(left, right))


class LinearOperatorCirculant(_Circulant):
    """A circulant matrix, given by its eigenvalues. Implements `tf.linalg.LinearOperatorCirculant`.

    `input_output_dtype` is the dtype of the arguments and results of `matmul` and `solve`.

    Raises:
      ValueError: if `spectrum` has too few axes or a hint is invalid.
    """

    _composite_tensor_fields = ("spectrum", "input_output_dtype")

    _depth = 1


class LinearOperatorCirculant2D(_Circulant):
    """A block circulant matrix with circulant blocks.

    Implements `tf.linalg.LinearOperatorCirculant2D`; see `LinearOperatorCirculant`.
    """

    _composite_tensor_fields = ("spectrum", "input_output_dtype")

    _depth = 2


class LinearOperatorCirculant3D(_Circulant):
    """A block circulant matrix whose blocks are block circulant with circulant blocks.

    Implements `tf.linalg.LinearOperatorCirculant3D`; see `LinearOperatorCirculant`.
    """

    _composite_tensor_fields = ("spectrum", "input_output_dtype")

    _depth = 3
