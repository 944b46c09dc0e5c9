"""Fourier transforms over any axes: `tf.signal.fftnd`, the raw `tf.fftnd`, and their variants."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from ..._core.op.op import op
from ..._core.recording.admission import single_op
from ..._core.tensor.convert import INT32, to_tensor
from ..._core.tensor.host_values import to_numpy
from ..._core.tensor.tensor import EagerTensor
from .._support.arguments import invalid_argument
from .._support.gradient_rules import refuse_gradient
from ..math.arithmetic import multiply
from ..math.division import divide
from .fft import COMPLEX64, FLOAT32


def _checked(x: torch.Tensor, lengths: Any, axes: Any) -> tuple[list[int], list[int]]:
    lengths, axes = lengths.tolist(), axes.tolist()
    if len(lengths) != len(axes):
        raise invalid_argument("fft_length and axes must have the same size")
    for axis in axes:
        if not -x.ndim <= axis < x.ndim:
            raise invalid_argument(f"axis {axis} is out of range for a tensor of rank {x.ndim}")
    if len({axis % x.ndim for axis in axes}) != len(axes):
        raise invalid_argument(f"axes must be different, got {axes}")
    if any(length < 1 for length in lengths):
        raise invalid_argument(f"fft_length must be positive, got {lengths}")
    return lengths, axes


def _transform(operation: str, group: str) -> Any:
    """The operation of this name, by torch's function of a similar name."""
    function = operation.lower().removesuffix("d")

    @op(operation, f"input:{group}")
    @single_op
    def transform(input: Any, lengths: Any, axes: Any) -> Any:
        result = getattr(torch.fft, function)(input, *_checked(input, lengths, axes))
        return refuse_gradient(operation, input, result)

    return transform


_fftnd = _transform("FFTND", "Tcomplex")
_ifftnd = _transform("IFFTND", "Tcomplex")
_rfftnd = _transform("RFFTND", "Treal")
_irfftnd = _transform("IRFFTND", "Tcomplex")


def _vector(value: Any) -> Any:
    return to_numpy(to_tensor(value, INT32)._t).reshape(-1)


def _normalized(x: EagerTensor, lengths: Any, norm: str | None, inverse: bool) -> EagerTensor:
    """The signal scaled so that its transform has the given norm."""
    count = float(np.prod(lengths))
    if norm == "ortho":
        return multiply(x, count**0.5) if inverse else divide(x, count**0.5)
    if norm == "forward":
        return multiply(x, count) if inverse else divide(x, count)
    return x


def _transform_over(
    transform: Any, x: Any, fft_length: Any, axes: Any, norm: Any, hint: Any, inverse: bool
) -> Any:
    x = to_tensor(x, None, hint)
    axes = np.arange(x.ndim) if axes is None else _vector(axes)
    if fft_length is None:
        lengths = np.array(x.shape.as_list())[axes]
        if transform is _irfftnd and lengths.size:
            lengths[-1] = max(0, 2 * (lengths[-1] - 1))
    else:
        lengths = _vector(fft_length)
    return transform(_normalized(x, lengths, norm, inverse), lengths, axes)


def signal_fftnd(
    input_tensor: Any,
    fft_length: Any = None,
    axes: Any = None,
    norm: str | None = None,
    name: str | None = None,
) -> Any:
    """Implements `tf.signal.fftnd`: the Fourier transform over `axes` (all by default).

    The axes are cropped or padded to `fft_length`. `norm` is "backward" (the default), "ortho" or
    "forward". Unlike TensorFlow's, it has a CPU kernel. There is no gradient.
    """
    return _transform_over(_fftnd, input_tensor, fft_length, axes, norm, COMPLEX64, False)


def signal_ifftnd(
    input_tensor: Any,
    fft_length: Any = None,
    axes: Any = None,
    norm: str | None = None,
    name: str | None = None,
) -> Any:
    """Implements `tf.signal.ifftnd`: the inverse of `tf.signal.fftnd`."""
    return _transform_over(_ifftnd, input_tensor, fft_length, axes, norm, COMPLEX64, True)


def signal_rfftnd(
    input_tensor: Any,
    fft_length: Any = None,
    axes: Any = None,
    norm: str | None = None,
    name: str | None = None,
) -> Any:
    """Implements `tf.signal.rfftnd`: `tf.signal.fftnd` of real numbers, halving the last axis."""
    return _transform_over(_rfftnd, input_tensor, fft_length, axes, norm, FLOAT32, False)


def signal_irfftnd(
    input_tensor: Any,
    fft_length: Any = None,
    axes: Any = None,
    norm: str | None = None,
    name: str | None = None,
) -> Any:
    """Implements `tf.signal.irfftnd`: the inverse of `tf.signal.rfftnd`."""
    return _transform_over(_irfftnd, input_tensor, fft_length, axes, norm, COMPLEX64, True)


def _same_precision(output_dtype: Any, input_tensor: EagerTensor, name: str) -> None:
    counterpart = {"float32": "complex64", "complex64": "float32", "float64": "complex128"}
    if output_dtype.name != counterpart.get(input_tensor.dtype.name, "float64"):
        raise invalid_argument(
            f"{name} {output_dtype.name} is not compatible with an input of "
            f"{input_tensor.dtype.name}"
        )


def fftnd(input: Any, fft_length: Any, axes: Any, name: str | None = None) -> Any:
    """Implements `tf.fftnd`: the Fourier transform over `axes`."""
    return signal_fftnd(input, fft_length, axes)


def ifftnd(input: Any, fft_length: Any, axes: Any, name: str | None = None) -> Any:
    """Implements `tf.ifftnd`: the inverse of `tf.fftnd`."""
    return signal_ifftnd(input, fft_length, axes)


def rfftnd(
    input: Any,
    fft_length: Any,
    axes: Any,
    Tcomplex: Any = COMPLEX64,  # noqa: N803
    name: str | None = None,
) -> Any:
    """Implements `tf.rfftnd`: `tf.fftnd` of real numbers. `Tcomplex` is the dtype of the result."""
    x = to_tensor(input, None, FLOAT32)
    _same_precision(Tcomplex, x, "Tcomplex")
    return signal_rfftnd(x, fft_length, axes)


def irfftnd(
    input: Any,
    fft_length: Any,
    axes: Any,
    Treal: Any = FLOAT32,  # noqa: N803
    name: str | None = None,
) -> Any:
    """Implements `tf.irfftnd`: the inverse of `tf.rfftnd`. `Treal` is the dtype of the result."""
    x = to_tensor(input, None, COMPLEX64)
    _same_precision(Treal, x, "Treal")
    return signal_irfftnd(x, fft_length, axes)
