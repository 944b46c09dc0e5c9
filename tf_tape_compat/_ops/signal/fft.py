"""Discrete Fourier transforms of one to three dimensions, and shifts of their spectra."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from ..._core.op.op import op
from ..._core.recording.admission import single_op
from ..._core.tensor.convert import INT32, to_tensor
from ..._core.tensor.host_values import to_numpy
from ..._core.tensor.tensor import EagerTensor
from ..._core.types.dtype import as_dtype
from .._support.arguments import brackets, invalid
from .._support.gradient_rules import empty_with_graph, refuse_gradient, refuse_gradient_with
from .._support.operands import is_typed
from ..array.gathering import gather
from ..array.padding import pad, roll
from ..array.shaping import shape

COMPLEX64 = as_dtype("complex64")
FLOAT32 = as_dtype("float32")
_COMPLEX = (COMPLEX64, as_dtype("complex128"))
_REAL = (FLOAT32, as_dtype("float64"))
_AXES = ((-1,), (-2, -1), (-3, -2, -1))


def check_rank(x: EagerTensor, least: int) -> None:
    """Raises ValueError for a tensor of fewer dimensions."""
    if x.ndim < least:
        raise ValueError(f"Shape {x.shape} must have rank at least {least}")


# -- complex to complex -------------------------------------------------------------------------


def _complex_input(value: Any) -> Any:
    """Numbers and arrays become complex64, Python's complex numbers complex128."""
    if is_typed(value):
        return value
    if isinstance(value, np.ndarray):
        return to_tensor(value, None, COMPLEX64)
    tensor = to_tensor(value)
    return tensor if tensor.dtype in _COMPLEX else to_tensor(value, None, COMPLEX64)


def _transform(x: torch.Tensor, dimensions: int, run: Any) -> torch.Tensor:
    if x.ndim < dimensions:
        raise invalid(f"Input must have rank of at least {dimensions} but got: {brackets(x.shape)}")
    return run(x, dim=_AXES[dimensions - 1]) if x.numel() else x


@op("FFT", "input:Tcomplex")
@single_op
def _fft(input: Any, dimensions: int) -> Any:
    return _transform(input, dimensions, torch.fft.fftn)


@op("IFFT", "input:Tcomplex")
@single_op
def _ifft(input: Any, dimensions: int) -> Any:
    return _transform(input, dimensions, torch.fft.ifftn)


def fft(input: Any, name: str | None = None) -> Any:
    """The Fourier transform along the last axis; answers for `tf.signal.fft`.

    Raises InvalidArgumentError for what is not complex.
    """
    return _fft(_complex_input(input), 1)


def fft2d(input: Any, name: str | None = None) -> Any:
    """The Fourier transform over the last two axes; answers for `tf.signal.fft2d`."""
    return _fft(_complex_input(input), 2)


def fft3d(input: Any, name: str | None = None) -> Any:
    """The Fourier transform over the last three axes; answers for `tf.signal.fft3d`."""
    return _fft(_complex_input(input), 3)


def ifft(input: Any, name: str | None = None) -> Any:
    """The inverse of `fft`; answers for `tf.signal.ifft`."""
    return _ifft(_complex_input(input), 1)


def ifft2d(input: Any, name: str | None = None) -> Any:
    """The inverse of `fft2d`; answers for `tf.signal.ifft2d`."""
    return _ifft(_complex_input(input), 2)


def ifft3d(input: Any, name: str | None = None) -> Any:
    """The inverse of `fft3d`; answers for `tf.signal.ifft3d`."""
    return _ifft(_complex_input(input), 3)


# -- real numbers -------------------------------------------------------------------------------


def _check_lengths(x: torch.Tensor, needed: Sequence[int], lengths: Sequence[int]) -> None:
    for i, length in enumerate(lengths):
        if length < 0:
            raise invalid(f"fft_length[{i}] must >= 0, but got: {length}")
        if length == 0 and x.numel():
            raise invalid(f"fft_length[{i}] must not be 0")
        axis = x.ndim - len(lengths) + i
        if x.shape[axis] < needed[i]:
            raise invalid(
                f"Input dimension {axis} must have length of at least {needed[i]} but got: "
                f"{x.shape[axis]}"
            )


def _cropped(x: torch.Tensor, sizes: Sequence[int]) -> torch.Tensor:
    for i, size in enumerate(sizes):
        x = x.narrow(i - len(sizes), 0, size)
    return x


def _with_gradient_of(
    operation: str, x: torch.Tensor, seen: torch.Tensor, result: torch.Tensor, dimensions: int
) -> torch.Tensor:
    """The result, with TensorFlow's gradient: none in three dimensions, or where x was cropped."""
    if dimensions == 3:
        return refuse_gradient(f"{operation}3D", x, result)
    if seen.shape != x.shape:
        error = invalid(
            f"Incompatible shapes: the gradient of {operation} needs a signal of the "
            f"transform's length, {brackets(seen.shape)} vs. {brackets(x.shape)}"
        )
        return refuse_gradient_with(error, result)
    return result


@op("RFFT", "input:Treal")
@single_op
def _rfft(input: Any, lengths: tuple[int, ...]) -> Any:
    _check_lengths(input, lengths, lengths)
    seen, count = _cropped(input, lengths), len(lengths)
    if not seen.numel():
        halved = (*seen.shape[:-1], lengths[-1] // 2 + 1 if lengths[-1] else 0)
        found = empty_with_graph(torch.view_as_complex(seen.new_zeros((*halved, 2))), seen)
    else:
        found = torch.fft.rfftn(seen, dim=_AXES[count - 1])
    return _with_gradient_of("RFFT", input, seen, found, count)


@op("IRFFT", "input:Tcomplex")
@single_op
def _irfft(input: Any, lengths: tuple[int, ...]) -> Any:
    needed = (*lengths[:-1], lengths[-1] // 2 + 1 if lengths[-1] else 0)
    _check_lengths(input, needed, lengths)
    seen, count = _cropped(input, needed), len(lengths)
    if not seen.numel():
        zeros = torch.view_as_real(seen)[..., 0].new_zeros((*seen.shape[:-1], lengths[-1]))
        found = empty_with_graph(zeros, seen)
    else:
        found = torch.fft.irfftn(seen, lengths, dim=_AXES[count - 1])
    return _with_gradient_of("IRFFT", input, seen, found, count)


def _lengths(x: Any, fft_length: Any, dimensions: int, inverse: bool) -> tuple[int, ...]:
    if fft_length is None:
        sizes = x.shape.as_list()[-dimensions:]
        return (*sizes[:-1], max(0, 2 * (sizes[-1] - 1))) if inverse else tuple(sizes)
    given = to_numpy(to_tensor(fft_length, INT32)._t)
    if given.ndim != 1:
        raise TypeError(f"fft_length must be a vector, not of shape {given.shape}")
    if given.size != dimensions:
        raise invalid(f"fft_length must have shape [{dimensions}]")
    return tuple(given.tolist())


def _padded(x: Any, lengths: tuple[int, ...], inverse: bool) -> Any:
    """`x` with zeros behind, up to the transform's length, unless there is nothing in it."""
    if inverse:
        lengths = (*lengths[:-1], lengths[-1] // 2 + 1)
    sizes = x.shape.as_list()
    missing = [max(n - size, 0) for n, size in zip(lengths, sizes[-len(lengths) :], strict=True)]
    if 0 in sizes or not any(missing):
        return x
    return pad(x, [[0, n] for n in [0] * (len(sizes) - len(missing)) + missing])


def _of_real(input_tensor: Any, fft_length: Any, dimensions: int) -> Any:
    x = to_tensor(input_tensor, None, FLOAT32)
    if x.dtype not in _REAL:
        raise ValueError(f"RFFT requires tf.float32 or tf.float64 inputs, got: {x}")
    check_rank(x, dimensions)
    lengths = _lengths(x, fft_length, dimensions, False)
    return _rfft(_padded(x, lengths, False), lengths)


def _to_real(input_tensor: Any, fft_length: Any, dimensions: int) -> Any:
    x = to_tensor(input_tensor, None, COMPLEX64)
    check_rank(x, dimensions)
    if x.dtype not in _COMPLEX:
        raise ValueError(f"IRFFT requires tf.complex64 or tf.complex128 inputs, got: {x}")
    lengths = _lengths(x, fft_length, dimensions, True)
    return _irfft(_padded(x, lengths, True), lengths)


def rfft(input_tensor: Any, fft_length: Any = None, name: str | None = None) -> Any:
    """The first half of the Fourier transform of real numbers; answers for `tf.signal.rfft`.

    `fft_length` [1]: the signal is cropped or padded with zeros to it. Raises ValueError for types
    but float32 and float64.
    """
    return _of_real(input_tensor, fft_length, 1)


def rfft2d(input_tensor: Any, fft_length: Any = None, name: str | None = None) -> Any:
    """As `rfft`, over two axes; answers for `tf.signal.rfft2d`."""
    return _of_real(input_tensor, fft_length, 2)


def rfft3d(input_tensor: Any, fft_length: Any = None, name: str | None = None) -> Any:
    """As `rfft`, over three axes, without a gradient; answers for `tf.signal.rfft3d`."""
    return _of_real(input_tensor, fft_length, 3)


def irfft(input_tensor: Any, fft_length: Any = None, name: str | None = None) -> Any:
    """The inverse of `rfft`; answers for `tf.signal.irfft`.

    `fft_length` [1] is the length of the result. Raises ValueError for what is not complex.
    """
    return _to_real(input_tensor, fft_length, 1)


def irfft2d(input_tensor: Any, fft_length: Any = None, name: str | None = None) -> Any:
    """The inverse of `rfft2d`; answers for `tf.signal.irfft2d`."""
    return _to_real(input_tensor, fft_length, 2)


def irfft3d(input_tensor: Any, fft_length: Any = None, name: str | None = None) -> Any:
    """The inverse of `rfft3d`, without a gradient; answers for `tf.signal.irfft3d`."""
    return _to_real(input_tensor, fft_length, 3)


# -- shifts -------------------------------------------------------------------------------------


def _shifted(x: Any, axes: Any, sign: int) -> Any:
    x = to_tensor(x)
    if axes is None:
        axes = tuple(range(x.ndim))
    elif not isinstance(axes, int):
        listed = np.asarray(to_tensor(axes, None, INT32).numpy(), np.int32).reshape(-1)
        axes = np.where(listed < 0, listed + x.ndim, listed).tolist()
    if isinstance(axes, int):
        sizes: Any = shape(x)
        return roll(x, sign * (int(sizes[axes]) // 2), axes)
    if not axes:
        return roll(x, [], [] if x.ndim else np.zeros(0))
    halves = np.asarray(gather(shape(x), list(axes)).numpy()) // 2
    return roll(x, (sign * halves).tolist(), list(axes))


def fftshift(x: Any, axes: Any = None, name: str | None = None) -> Any:
    """`x` with the halves of its `axes` (all by default) changed over, zero frequency inside.

    Answers for `tf.signal.fftshift`.
    """
    return _shifted(x, axes, 1)


def ifftshift(x: Any, axes: Any = None, name: str | None = None) -> Any:
    """The inverse of `fftshift`; answers for `tf.signal.ifftshift`."""
    return _shifted(x, axes, -1)
