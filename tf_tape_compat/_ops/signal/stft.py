"""Short-time Fourier transforms, and modified discrete cosine transforms."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ..._core.tensor.convert import INT32, to_tensor
from ..._core.tensor.tensor import EagerTensor
from ..._core.types.dtype import DType
from ..array.creation import zeros_like
from ..array.joining import concat
from ..array.padding import pad, reverse
from ..array.shaping import reshape
from ..array.splitting import split
from ..array.tiling import tile
from ..array.where import where
from ..math.arithmetic import multiply, negative, square, subtract
from ..math.casting import cast
from ..math.comparison import equal
from ..math.division import divide
from ..math.reductions import reduce_sum
from .dct import dct
from .fft import check_rank, irfft, rfft
from .framing import frame, overlap_and_add, scalar_tensor
from .windows import hann_window, vorbis_window

Window = Callable[..., Any]


def _fft_length(frame_length: EagerTensor, fft_length: Any) -> Any:
    """The given length, or the smallest power of two that holds a frame."""
    if fft_length is not None:
        return int(scalar_tensor(fft_length))
    return int(2 ** np.ceil(np.log(frame_length.numpy()) / np.log(2.0)))


def _windowed(frames: EagerTensor, window_fn: Window | None, length: Any, dtype: DType) -> Any:
    return frames if window_fn is None else multiply(frames, window_fn(length, dtype=dtype))


def stft(
    signals: Any,
    frame_length: Any,
    frame_step: Any,
    fft_length: Any = None,
    window_fn: Any = hann_window,
    pad_end: bool = False,
    name: str | None = None,
) -> Any:
    """Implements `tf.signal.stft`: the spectra of overlapping frames.

    Args:
      signals: float32 or float64 [..., samples].
      frame_length: the length of a frame in samples.
      frame_step: the step between the starts of frames.
      fft_length: the length of the transform; by default the smallest power of two that holds a
        frame.
      window_fn: called with (frame_length, dtype=) for the window; None for no window.
      pad_end: as in `tf.signal.frame`.
      name: ignored.

    Returns:
      A complex tensor [..., frames, fft_length // 2 + 1].

    Raises:
      ValueError: for other dtypes.
    """
    signals = to_tensor(signals)
    check_rank(signals, 1)
    length, step = scalar_tensor(frame_length), scalar_tensor(frame_step)
    points = _fft_length(length, fft_length)
    frames = frame(signals, length, step, pad_end)
    return rfft(_windowed(frames, window_fn, length, frames.dtype), [points])


def inverse_stft_window_fn(
    frame_step: Any, forward_window_fn: Any = hann_window, name: str | None = None
) -> Window:
    """Implements `tf.signal.inverse_stft_window_fn`.

    Returns a window function for `inverse_stft` that undoes `forward_window_fn`, taking the overlap
    of frames into account.
    """

    def inverse_window(frame_length: Any, dtype: Any) -> Any:
        step, length = int(scalar_tensor(frame_step)), scalar_tensor(frame_length)
        window = forward_window_fn(length, dtype=dtype)
        size = int(length)
        overlaps = -(-size // step)
        squares = pad(square(window), [[0, overlaps * step - size]])
        total = reduce_sum(reshape(squares, [overlaps, step]), 0, keepdims=True)
        total = reshape(tile(total, [overlaps, 1]), [overlaps * step])[:size]
        return where(equal(total, 0.0), zeros_like(window), divide(window, total))

    return inverse_window


def inverse_stft(
    stfts: Any,
    frame_length: Any,
    frame_step: Any,
    fft_length: Any = None,
    window_fn: Any = hann_window,
    name: str | None = None,
) -> Any:
    """Implements `tf.signal.inverse_stft`: signals from spectra [..., frames, bins].

    The overlapping frames are added up. To invert `stft`, pass a window function made by
    `inverse_stft_window_fn`.
    """
    stfts = to_tensor(stfts)
    check_rank(stfts, 2)
    length, step = scalar_tensor(frame_length), scalar_tensor(frame_step)
    frames = irfft(stfts, [_fft_length(length, fft_length)])
    size, actual = int(length), frames.shape[-1]
    if actual > size:
        frames = frames[..., :size]
    elif actual < size:
        frames = pad(frames, [[0, 0]] * (frames.ndim - 1) + [[0, size - actual]])
    return overlap_and_add(_windowed(frames, window_fn, length, frames.dtype), step)


def _windowed_or_scaled(frames: EagerTensor, window_fn: Window | None, length: Any) -> Any:
    """The frames times their window, or scaled by sqrt(1/2) without one."""
    if window_fn is None:
        return multiply(frames, 1.0 / math.sqrt(2))
    return _windowed(frames, window_fn, length, frames.dtype)


def mdct(
    signals: Any,
    frame_length: Any,
    window_fn: Any = vorbis_window,
    pad_end: bool = False,
    norm: Any = None,
    name: str | None = None,
) -> Any:
    """Implements `tf.signal.mdct`: the modified cosine transform of half-overlapping frames.

    `signals` [..., samples] become [..., frames, frame_length / 2]. Raises ValueError if
    `frame_length` is not a multiple of 4.
    """
    signals = to_tensor(signals)
    check_rank(signals, 1)
    length = scalar_tensor(frame_length)
    if length.numpy() % 4 != 0:
        raise ValueError("The frame length must be a multiple of 4.")
    step = to_tensor(int(length) // 2, length.dtype)
    frames = _windowed_or_scaled(frame(signals, length, step, pad_end), window_fn, length)
    a, b, c, d = split(frames, 4, axis=-1)
    first = subtract(negative(reverse(c, [-1])), d)
    second = subtract(a, reverse(b, [-1]))
    return dct(concat([first, second], -1), type=4, norm=norm)


def inverse_mdct(
    mdcts: Any, window_fn: Any = vorbis_window, norm: Any = None, name: str | None = None
) -> Any:
    """Implements `tf.signal.inverse_mdct`: signals from the results of `mdct`."""
    mdcts = to_tensor(mdcts)
    check_rank(mdcts, 2)
    half: int = mdcts.shape[-1]
    if norm is None:
        scale = divide(to_tensor(0.5, mdcts.dtype), cast(half, mdcts.dtype))
        halves = multiply(scale, dct(mdcts, type=4))
    elif norm == "ortho":
        halves = dct(mdcts, type=4, norm="ortho")
    else:
        raise UnboundLocalError(f"tf.signal.inverse_mdct: norm is None or 'ortho', not {norm!r}")
    a, b = split(halves, 2, axis=-1)
    quarters = [b, negative(reverse(b, [-1])), negative(reverse(a, [-1])), negative(a)]
    frames = concat(quarters, -1)
    return overlap_and_add(_windowed_or_scaled(frames, window_fn, to_tensor(2 * half, INT32)), half)
