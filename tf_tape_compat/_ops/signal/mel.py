"""The mel scale: weights for spectrograms, and cepstral coefficients."""

from __future__ import annotations

import math
from typing import Any

from ..._core.tensor.convert import to_tensor
from ..._core.tensor.tensor import EagerTensor
from ..._core.types.dtype import as_dtype
from ..array.padding import pad
from ..array.ranges import linspace
from ..array.shaping import expand_dims, shape
from ..math.arithmetic import multiply, subtract
from ..math.casting import cast
from ..math.division import divide
from ..math.elementwise import log, maximum, minimum
from .dct import dct

_FLOAT32 = as_dtype("float32")


def _mel(hertz: Any) -> Any:
    return 1127.0 * log(1.0 + hertz / 700.0)


def linear_to_mel_weight_matrix(
    num_mel_bins: Any = 20,
    num_spectrogram_bins: Any = 129,
    sample_rate: Any = 8000,
    lower_edge_hertz: Any = 125.0,
    upper_edge_hertz: Any = 3800.0,
    dtype: Any = _FLOAT32,
    name: str | None = None,
) -> Any:
    """Implements `tf.signal.linear_to_mel_weight_matrix`.

    Returns weights [num_spectrogram_bins, num_mel_bins]: triangles evenly spaced on the mel scale
    between the edges in hertz. Raises ValueError if the edges are out of order or above half of
    `sample_rate`, which is in hertz, too.
    """
    if isinstance(sample_rate, EagerTensor):
        sample_rate = sample_rate.numpy()
    if num_mel_bins <= 0:
        raise ValueError(f"num_mel_bins must be positive. Got: {num_mel_bins}")
    if lower_edge_hertz < 0.0:
        raise ValueError(f"lower_edge_hertz must be non-negative. Got: {lower_edge_hertz}")
    if lower_edge_hertz >= upper_edge_hertz:
        raise ValueError(
            f"lower_edge_hertz {lower_edge_hertz:.1f} >= upper_edge_hertz {upper_edge_hertz:.1f}"
        )
    if sample_rate <= 0.0:
        raise ValueError(f"sample_rate must be positive. Got: {sample_rate}")
    if upper_edge_hertz > sample_rate / 2:
        raise ValueError(
            "upper_edge_hertz must not be larger than the Nyquist frequency (sample_rate / 2). "
            f"Got {upper_edge_hertz} for sample_rate: {sample_rate}"
        )
    if not dtype.is_floating:
        raise ValueError(f"dtype must be a floating point type. Got: {dtype}")
    zero = to_tensor(0.0, dtype)
    highest = divide(cast(sample_rate, dtype), 2.0)
    # The lowest band (0 Hz) is excluded from the mel scale.
    frequencies: Any = linspace(zero, highest, num_spectrogram_bins)
    bins = expand_dims(_mel(frequencies[1:]), 1)
    low, high = (_mel(to_tensor(edge, dtype)) for edge in (lower_edge_hertz, upper_edge_hertz))
    edges: Any = linspace(low, high, num_mel_bins + 2)
    left, centre, right = edges[:-2], edges[1:-1], edges[2:]
    rising = divide(subtract(bins, left), subtract(centre, left))
    falling = divide(subtract(right, bins), subtract(right, centre))
    return pad(maximum(zero, minimum(rising, falling)), [[1, 0], [0, 0]])


def mfccs_from_log_mel_spectrograms(log_mel_spectrograms: Any, name: str | None = None) -> Any:
    """Implements `tf.signal.mfccs_from_log_mel_spectrograms`.

    Returns the mel-frequency cepstral coefficients of [..., mel bins]: a scaled cosine transform.
    Raises ValueError if there are no bins.
    """
    spectrograms = to_tensor(log_mel_spectrograms)
    sizes: Any = spectrograms.shape if spectrograms.ndim else shape(spectrograms)
    count = sizes[-1]
    if count == 0:
        raise ValueError(f"num_mel_bins must be positive. Got: {spectrograms!s}")
    return multiply(dct(spectrograms, type=2), 1 / math.sqrt(2.0 * count))
