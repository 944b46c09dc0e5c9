"""Discrete cosine transforms, computed by Fourier transforms."""

from __future__ import annotations

import math
from typing import Any

import torch

from ..._core.tensor.convert import to_tensor
from ..._core.tensor.tensor import EagerTensor
from ..array.creation import zeros_like
from ..array.joining import concat
from ..array.padding import pad
from ..math.arithmetic import multiply
from ..math.complex import complex as to_complex
from ..math.complex import real
from .fft import irfft, rfft


def _check(x: Any, type: Any, n: Any, axis: Any, norm: Any) -> None:
    if axis != -1:
        raise NotImplementedError(f"axis must be -1. Got: {axis}")
    if n is not None and n < 1:
        raise ValueError("n should be a positive integer or None")
    if type not in (1, 2, 3, 4):
        raise ValueError("Types I, II, III and IV (I)DCT are supported.")
    if type == 1:
        if norm == "ortho":
            raise ValueError("Normalization is not supported for the Type-I DCT.")
        if x.shape[-1] < 2:
            raise ValueError("Type-I DCT requires the dimension to be greater than one.")
    if norm not in (None, "ortho"):
        raise ValueError(f"Unknown normalization. Expected None or 'ortho', got: {norm}")


def _quarter_circle(count: int, sign: float, like: EagerTensor) -> EagerTensor:
    """Twice `count` evenly spaced points of a quarter of the unit circle."""
    steps: Any = torch.arange(count, dtype=like._t.dtype, device=like._t.device)
    angles = sign * steps * math.pi * 0.5 / count
    return EagerTensor(2.0 * torch.polar(torch.ones_like(angles), angles))


def _weights(count: int, first: float, others: float, like: EagerTensor) -> EagerTensor:
    weights: Any = torch.full((count,), others, dtype=like._t.dtype, device=like._t.device)
    weights[:1] = first
    return EagerTensor(weights)


def _transform(x: Any, type: int, n: Any, norm: str | None) -> Any:
    to_tensor(0.0, x.dtype)  # raises for integers
    size = x.shape[-1]
    if n is not None:
        paddings = [[0, 0]] * (x.ndim - 1) + [[0, int(n) - size]]
        x = x[..., 0:n] if n <= size else pad(x, paddings)
        size = x.shape[-1]
    if type == 1:
        return real(rfft(concat([x, x[..., -2:0:-1]], -1)))
    if x.dtype.name not in ("float32", "float64"):
        if x.dtype.is_complex:
            raise AssertionError(f"a DCT of type {type} is of real numbers")
        to_complex(x, x)  # raises an error that names the supported dtypes
    if type == 2:
        bins = rfft(x, [2 * size])[..., :size]
        result = real(multiply(bins, _quarter_circle(size, -1.0, x)))
        if norm != "ortho":
            return result
        scale = 0.5 / math.sqrt(size)
        return multiply(result, _weights(size, scale, scale * math.sqrt(2.0), x))
    if type == 3:
        if norm == "ortho":
            scale = math.sqrt(size)
            x = multiply(x, _weights(size, scale, scale * math.sqrt(0.5), x))
        else:
            x = multiply(x, float(size))
        bins = multiply(_quarter_circle(size, 1.0, x), to_complex(x, zeros_like(x)))
        return real(irfft(bins, [2 * size]))[..., :size]
    result = _transform(x, 2, 2 * size, None)[..., 1::2]
    return multiply(result, math.sqrt(0.5) / math.sqrt(size)) if norm == "ortho" else result


def dct(
    input: Any,
    type: Any = 2,
    n: Any = None,
    axis: Any = -1,
    norm: Any = None,
    name: str | None = None,
) -> Any:
    """Implements `tf.signal.dct`: the discrete cosine transform along the last axis.

    Args:
      input: float32 or float64 [..., samples].
      type: 1, 2, 3 or 4.
      n: the length to which the signal is cropped or padded.
      axis: must be -1.
      norm: None or "ortho".
      name: ignored.

    Raises:
      ValueError: for another type, norm or length.
      NotImplementedError: for another axis.
    """
    x = to_tensor(input)
    _check(x, type, n, axis, norm)
    return _transform(x, type, n, norm)


def idct(
    input: Any,
    type: Any = 2,
    n: Any = None,
    axis: Any = -1,
    norm: Any = None,
    name: str | None = None,
) -> Any:
    """Implements `tf.signal.idct`: the inverse of `dct` of the same type, up to a scale factor."""
    x = to_tensor(input)
    _check(x, type, n, axis, norm)
    return _transform(x, {1: 1, 2: 3, 3: 2, 4: 4}[type], n, norm)
