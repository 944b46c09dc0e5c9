"""Discrete Fourier transforms over one to three axes, and shifts of spectra."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from ..._core.devices.placement import device
from ..._core.op.op import op
from ..._core.recording.admission import single_op
from ..._core.tensor.convert import INT32, is_typed, to_tensor
from ..._core.tensor.host_values import to_numpy
from ..._core.tensor.tensor import EagerTensor
from ..._core.types.dtype import as_dtype
from .._support.arguments import brackets, invalid_argument, op_error
from .._support.gradient_rules import empty_with_graph, refuse_gradient, refuse_gradient_with
from ..array.gathering import gather
from ..array.padding import pad, roll
from ..array.shaping import shape

COMPLEX64 = as_dtype("complex64")
FLOAT32 = as_dtype("float32")
_COMPLEX = (COMPLEX64, as_dtype("complex128"))
_REAL = (FLOAT32, as_dtype("float64"))
_AXES = ((-1,), (-2, -1), (-3, -2, -1))


def check_rank(x: EagerTensor, least: int) -> None:
    """Raises ValueError if the tensor has fewer than `least` dimensions."""
    if x.ndim < least:
        raise ValueError(f"Shape {x.shape} must have rank at least {least}")


# -- complex to complex -------------------------------------------------------------------------


def _complex_input(value: Any) -> Any:
    """Converts numbers and arrays to complex64, Python's complex numbers to complex128."""
    if is_typed(value):
        return value
    if isinstance(value, np.ndarray):
        return to_tensor(value, None, COMPLEX64)
    tensor = to_tensor(value)
    return tensor if tensor.dtype in _COMPLEX else to_tensor(value, None, COMPLEX64)


def _operation(name: str, dimensions: int) -> str:
    """The operation for a transform: "FFT" in one dimension, "FFT2D" in two."""
    return name if dimensions == 1 else f"{name}{dimensions}D"


def _transform(x: torch.Tensor, dimensions: int, transform: Any, name: str) -> torch.Tensor:
    if x.ndim < dimensions:
        raise invalid_argument(
            f"Input must have rank of at least {dimensions} but got: {brackets(x.shape)}",
            _operation(name, dimensions),
        )
    return transform(x, dim=_AXES[dimensions - 1]) if x.numel() else x


@op("FFT", "input:Tcomplex")
@single_op
def _fft(input: Any, dimensions: int) -> Any:
    return _transform(input, dimensions, torch.fft.fftn, "FFT")


@op("IFFT", "input:Tcomplex")
@single_op
def _ifft(input: Any, dimensions: int) -> Any:
    return _transform(input, dimensions, torch.fft.ifftn, "IFFT")


def fft(input: Any, name: str | None = None) -> Any:
    """Implements `tf.signal.fft`: the Fourier transform along the last axis.

    Raises InvalidArgumentError if the input is not complex.
    """
    return _fft(_complex_input(input), 1)


def fft2d(input: Any, name: str | None = None) -> Any:
    """Implements `tf.signal.fft2d`: the Fourier transform over the last two axes."""
    return _fft(_complex_input(input), 2)


def fft3d(input: Any, name: str | None = None) -> Any:
    """Implements `tf.signal.fft3d`: the Fourier transform over the last three axes."""
    return _fft(_complex_input(input), 3)


def ifft(input: Any, name: str | None = None) -> Any:
    """Implements `tf.signal.ifft`: the inverse of `fft`."""
    return _ifft(_complex_input(input), 1)


def ifft2d(input: Any, name: str | None = None) -> Any:
    """Implements `tf.signal.ifft2d`: the inverse of `fft2d`."""
    return _ifft(_complex_input(input), 2)


def ifft3d(input: Any, name: str | None = None) -> Any:
    """Implements `tf.signal.ifft3d`: the inverse of `fft3d`."""
    return _ifft(_complex_input(input), 3)


# -- real transforms ----------------------------------------------------------------------------


def _check_lengths(
    x: torch.Tensor, needed: Sequence[int], lengths: Sequence[int], name: str
) -> None:
    operation = _operation(name, len(lengths))
    for i, length in enumerate(lengths):
        if length < 0:
            raise invalid_argument(f"fft_length[{i}] must >= 0, but got: {length}", operation)
        if length == 0 and x.numel():
            raise invalid_argument(f"fft_length[{i}] must not be 0", operation)
        axis = x.ndim - len(lengths) + i
        if 0 < x.shape[axis] < needed[i]:
            raise invalid_argument(
                f"Input dimension {axis} must have length of at least {needed[i]} but got: "
                f"{x.shape[axis]}",
                operation,
            )


def _cropped(x: torch.Tensor, sizes: Sequence[int]) -> torch.Tensor:
    for i, size in enumerate(sizes):
        x = x.narrow(i - len(sizes), 0, size)
    return x


def _with_tensorflow_gradient(
    operation: str, x: torch.Tensor, cropped: torch.Tensor, result: torch.Tensor, dimensions: int
) -> torch.Tensor:
    """The result, with TensorFlow's gradient: none in three dimensions, or if `x` was cropped."""
    if dimensions == 3:
        return refuse_gradient(f"{operation}3D", x, result)
    if cropped.shape != x.shape:
        # TensorFlow's gradient combines tensors of the length before and after cropping.
        inverse = operation == "IRFFT"
        other = x.shape[-1:] if inverse else x.shape
        message = f"Incompatible shapes: {brackets(cropped.shape)} vs. {brackets(other)}"
        error = op_error("Mul" if inverse else "AddV2", message)
        return refuse_gradient_with(error, result)
    return result


@op("RFFT", "input:Treal")
@single_op
def _rfft(input: Any, lengths: tuple[int, ...]) -> Any:
    _check_lengths(input, lengths, lengths, "RFFT")
    cropped, count = _cropped(input, lengths), len(lengths)
    if not cropped.numel():
        halved = (*cropped.shape[:-1], lengths[-1] // 2 + 1 if lengths[-1] else 0)
        result = empty_with_graph(torch.view_as_complex(cropped.new_zeros((*halved, 2))), cropped)
    else:
        result = torch.fft.rfftn(cropped, dim=_AXES[count - 1])
    return _with_tensorflow_gradient("RFFT", input, cropped, result, count)


@op("IRFFT", "input:Tcomplex")
@single_op
def _irfft(input: Any, lengths: tuple[int, ...]) -> Any:
    needed = (*lengths[:-1], lengths[-1] // 2 + 1 if lengths[-1] else 0)
    _check_lengths(input, needed, lengths, "IRFFT")
    cropped, count = _cropped(input, needed), len(lengths)
    if not cropped.numel():
        zeros = torch.view_as_real(cropped)[..., 0].new_zeros((*cropped.shape[:-1], lengths[-1]))
        result = empty_with_graph(zeros, cropped)
    else:
        result = torch.fft.irfftn(cropped, lengths, dim=_AXES[count - 1])
    return _with_tensorflow_gradient("IRFFT", input, cropped, result, count)


def _lengths(x: Any, fft_length: Any, dimensions: int, inverse: bool) -> tuple[int, ...]:
    if fft_length is None:
        sizes = x.shape.as_list()[-dimensions:]
        return (*sizes[:-1], max(0, 2 * (sizes[-1] - 1))) if inverse else tuple(sizes)
    length_array = to_numpy(to_tensor(fft_length, INT32)._t)
    if length_array.ndim != 1:
        raise TypeError(f"fft_length must be a vector, not of shape {length_array.shape}")
    if length_array.size != dimensions:
        raise invalid_argument(f"fft_length must have shape [{dimensions}]")
    return tuple(length_array.tolist())


def _padded(x: Any, lengths: tuple[int, ...], inverse: bool) -> Any:
    """`x` padded with zeros to the length of the transform, unless it is empty."""
    if inverse:
        lengths = (*lengths[:-1], lengths[-1] // 2 + 1)
    sizes = x.shape.as_list()
    missing = [max(n - size, 0) for n, size in zip(lengths, sizes[-len(lengths) :], strict=True)]
    if 0 in sizes or not any(missing):
        return x
    return pad(x, [[0, n] for n in [0] * (len(sizes) - len(missing)) + missing])


def _real_to_complex(input_tensor: Any, fft_length: Any, dimensions: int) -> Any:
    x = to_tensor(input_tensor, None, FLOAT32)
    if x.dtype not in _REAL:
        raise ValueError(f"RFFT requires tf.float32 or tf.float64 inputs, got: {x!s}")
    check_rank(x, dimensions)
    lengths = _lengths(x, fft_length, dimensions, False)
    return _rfft(_padded(x, lengths, False), lengths)


def _complex_to_real(input_tensor: Any, fft_length: Any, dimensions: int) -> Any:
    x = to_tensor(input_tensor, None, COMPLEX64)
    check_rank(x, dimensions)
    if x.dtype not in _COMPLEX:
        raise ValueError(f"IRFFT requires tf.complex64 or tf.complex128 inputs, got: {x!s}")
    lengths = _lengths(x, fft_length, dimensions, True)
    return _irfft(_padded(x, lengths, True), lengths)


def rfft(input_tensor: Any, fft_length: Any = None, name: str | None = None) -> Any:
    """Implements `tf.signal.rfft`: the first half of the Fourier transform of real numbers.

    `fft_length` [1] is the length to which the signal is cropped or padded with zeros.
    Raises ValueError if the input is not float32 or float64.
    """
    return _real_to_complex(input_tensor, fft_length, 1)


def rfft2d(input_tensor: Any, fft_length: Any = None, name: str | None = None) -> Any:
    """Implements `tf.signal.rfft2d`: `rfft` over two axes."""
    return _real_to_complex(input_tensor, fft_length, 2)


def rfft3d(input_tensor: Any, fft_length: Any = None, name: str | None = None) -> Any:
    """Implements `tf.signal.rfft3d`: `rfft` over three axes, without a gradient."""
    return _real_to_complex(input_tensor, fft_length, 3)


def irfft(input_tensor: Any, fft_length: Any = None, name: str | None = None) -> Any:
    """Implements `tf.signal.irfft`: the inverse of `rfft`.

    `fft_length` [1] is the length of the result. Raises ValueError if the input is not complex.
    """
    return _complex_to_real(input_tensor, fft_length, 1)


def irfft2d(input_tensor: Any, fft_length: Any = None, name: str | None = None) -> Any:
    """Implements `tf.signal.irfft2d`: the inverse of `rfft2d`."""
    return _complex_to_real(input_tensor, fft_length, 2)


def irfft3d(input_tensor: Any, fft_length: Any = None, name: str | None = None) -> Any:
    """Implements `tf.signal.irfft3d`: the inverse of `rfft3d`, without a gradient."""
    return _complex_to_real(input_tensor, fft_length, 3)


# -- shifts -------------------------------------------------------------------------------------


def _shifted(x: Any, axes: Any, sign: int) -> Any:
    x = to_tensor(x)
    if axes is None:
        axes = tuple(range(x.ndim))
    elif not isinstance(axes, int):
        axis_array = np.asarray(to_tensor(axes, None, INT32).numpy(), np.int32).reshape(-1)
        axes = np.where(axis_array < 0, axis_array + x.ndim, axis_array).tolist()
    known = x.shape.as_list()
    listed = [axes] if isinstance(axes, int) else axes
    if listed and all(-1 < axis < len(known) and known[axis] is not None for axis in listed):
        return roll(x, [sign * (known[axis] // 2) for axis in listed], list(listed))
    if isinstance(axes, int):
        sizes: Any = shape(x)
        return roll(x, sign * (int(sizes[axes]) // 2), axes)
    if not axes:
        return roll(x, [], [] if x.ndim else np.zeros(0))
    with device("/CPU:0"):  # the sizes are there, and are needed there
        halves = np.asarray(gather(shape(x), list(axes)).numpy()) // 2
    return roll(x, (sign * halves).tolist(), list(axes))


def fftshift(x: Any, axes: Any = None, name: str | None = None) -> Any:
    """Implements `tf.signal.fftshift`: swaps the halves of `axes` (all by default).

    This moves the zero frequency to the middle.
    """
    return _shifted(x, axes, 1)


def ifftshift(x: Any, axes: Any = None, name: str | None = None) -> Any:
    """Implements `tf.signal.ifftshift`: the inverse of `fftshift`."""
    return _shifted(x, axes, -1)
