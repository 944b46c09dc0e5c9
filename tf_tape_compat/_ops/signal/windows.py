"""Window functions: Hann, Hamming, Kaiser, Kaiser-Bessel-derived and Vorbis."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch

from ..._core.devices.placement import place
from ..._core.tensor.convert import INT32, host_tensor, to_tensor
from ..._core.tensor.tensor import EagerTensor
from ..._core.types.dtype import DType, as_dtype
from .._support.arguments import op_error
from ..array.creation import ones
from ..array.joining import concat
from ..math.arithmetic import multiply, square, subtract
from ..math.bessel import bessel_i0e
from ..math.casting import cast
from ..math.cumulative import cumsum
from ..math.division import divide
from ..math.elementwise import exp, sqrt
from ..nn.activations import relu
from .framing import scalar_tensor

FLOAT32 = as_dtype("float32")
_BOOL = as_dtype("bool")


def _length(window_length: Any, dtype: DType, least: int = 0) -> int:
    if not dtype.is_floating:
        raise ValueError(f"dtype must be a floating point type. Found {dtype}")
    length = int(scalar_tensor(to_tensor(window_length, INT32)))
    if length < least:
        raise op_error("Range", f"Requires start <= limit when delta > 0: 0/{length}")
    return length


def _sample_indices(length: int, dtype: DType) -> torch.Tensor:
    return torch.arange(length).to(dtype.torch)


def _raised_cosine(
    window_length: Any, periodic: Any, dtype: DType, a: float, b: float
) -> EagerTensor:
    length = _length(window_length, dtype)
    if length == 1:
        return ones([1], dtype)
    is_periodic = bool(scalar_tensor(host_tensor(periodic, _BOOL)))
    period = length - 1 + (is_periodic and length % 2 == 0)
    full_turn = torch.tensor(2 * math.pi, dtype=dtype.torch)
    angles = full_turn * _sample_indices(length, dtype) / torch.tensor(period, dtype=dtype.torch)
    offset, amplitude = torch.tensor(a, dtype=dtype.torch), torch.tensor(b, dtype=dtype.torch)
    return EagerTensor(place(offset - amplitude * torch.cos(angles)))


def hann_window(
    window_length: Any, periodic: Any = True, dtype: Any = FLOAT32, name: str | None = None
) -> EagerTensor:
    """Implements `tf.signal.hann_window`: a raised cosine that starts at 0.

    A `periodic` window of even length omits the last point of its period. Raises ValueError if
    `dtype` is not floating point.
    """
    return _raised_cosine(window_length, periodic, dtype, 0.5, 0.5)


def hamming_window(
    window_length: Any, periodic: Any = True, dtype: Any = FLOAT32, name: str | None = None
) -> EagerTensor:
    """Implements `tf.signal.hamming_window`: a raised cosine that starts at 0.08."""
    return _raised_cosine(window_length, periodic, dtype, 0.54, 0.46)


def vorbis_window(window_length: Any, dtype: Any = FLOAT32, name: str | None = None) -> EagerTensor:
    """Implements `tf.signal.vorbis_window`: the power-complementary window of Vorbis."""
    length = _length(window_length, dtype)
    step = math.pi / torch.tensor(length, dtype=dtype.torch)
    halves = torch.sin(step * (_sample_indices(length, dtype) + 0.5))
    return EagerTensor(place(torch.sin(math.pi / 2.0 * torch.pow(halves, 2.0))))


def kaiser_window(
    window_length: Any, beta: Any = 12.0, dtype: Any = FLOAT32, name: str | None = None
) -> EagerTensor:
    """Implements `tf.signal.kaiser_window`: a window that is narrower for a larger `beta`.

    It has a gradient by `beta`. Raises InvalidArgumentError for a length below 1.
    """
    length = _length(window_length, dtype, 1)
    if length == 1:
        return ones([1], dtype)
    half = (length - 1) / 2.0
    offsets = torch.from_numpy(np.arange(length, dtype=np.float32) - np.float32(half))
    ratio = offsets.to(dtype.torch) / torch.tensor(half, dtype=dtype.torch)
    beta = cast(beta, dtype)
    remainder = relu(subtract(ones([], dtype), square(EagerTensor(ratio))))
    scaled_root = multiply(beta, sqrt(remainder))
    bessel_ratio = divide(bessel_i0e(scaled_root), bessel_i0e(beta))
    return multiply(exp(subtract(scaled_root, beta)), bessel_ratio)


def kaiser_bessel_derived_window(
    window_length: Any, beta: Any = 12.0, dtype: Any = FLOAT32, name: str | None = None
) -> EagerTensor:
    """Implements `tf.signal.kaiser_bessel_derived_window`, derived from a Kaiser window.

    The squares of samples half its length apart add up to 1.
    """
    half = _length(window_length, dtype, -1) // 2
    sums = cumsum(kaiser_window(half + 1, beta, dtype))
    rising = sqrt(divide(sums[:-1], sums[-1]))
    return concat([rising, rising[::-1]], 0)
