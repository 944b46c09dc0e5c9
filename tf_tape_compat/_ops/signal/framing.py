"""Overlapping frames of signals: `tf.signal.frame` and `overlap_and_add`."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from ..._core.op.op import op
from ..._core.tensor.convert import to_tensor
from ..._core.tensor.tensor import EagerTensor
from ...errors import InvalidArgumentError
from .._support.arguments import op_error
from ..array.padding import pad
from ..array.shaping import reshape
from ..math.reductions import sum_over
from .fft import check_rank


def scalar_tensor(value: Any) -> EagerTensor:
    """A scalar argument as a tensor. Raises ValueError if it is not a scalar."""
    tensor = to_tensor(value)
    if tensor.ndim:
        raise ValueError(f"Shape {tensor.shape} must have rank 0")
    return tensor


def lengths_of(frame_length: Any, frame_step: Any, pad_end: bool) -> tuple[int, int]:
    """The length of frames and the step between them. Raises TensorFlow's errors."""
    length, step = scalar_tensor(frame_length), scalar_tensor(frame_step)
    if length.dtype is not step.dtype:
        raise InvalidArgumentError(
            None,
            None,
            f"cannot compute FloorDiv as frame_length is a {length.dtype.name} tensor but "
            f"frame_step is a {step.dtype.name} tensor [Op:FloorDiv] name: ",
        )
    if not length.dtype.is_integer:
        if pad_end:
            raise InvalidArgumentError(None, None, "tf.signal.frame needs lengths of integers")
        raise ValueError(f"a must be an integer type. Got: {length.dtype!r}")
    length_value, step_value = int(length), int(step)
    if step_value == 0:
        raise op_error("FloorDiv", "Integer division by zero")
    if length_value < 0 or (pad_end and step_value < 0):
        raise op_error(
            "Range", f"Requires start <= limit when delta > 0: 0/{min(length_value, step_value)}"
        )
    return length_value, step_value


@op("GatherV2", "signal:Tparams")
def _frames(signal: Any, length: int, step: int, count: int, axis: int) -> Any:
    if not isinstance(signal, torch.Tensor):
        shape = signal.shape[:axis] + (0, length) + signal.shape[axis + 1 :]
        if not count:
            return np.empty(shape, object)
        windows = np.lib.stride_tricks.sliding_window_view(signal, length, axis)
        steps = (slice(None),) * axis + (slice(None, None, step),)
        return np.moveaxis(windows[steps], -1, axis + 1).copy()
    if not count or not length:
        shape = (*signal.shape[:axis], count, length, *signal.shape[axis + 1 :])
        return signal.reshape(-1)[:0].reshape(shape)
    return signal.unfold(axis, length, step).movedim(-1, axis + 1)


def frame(
    signal: Any,
    frame_length: Any,
    frame_step: Any,
    pad_end: bool = False,
    pad_value: Any = 0,
    axis: Any = -1,
    name: str | None = None,
) -> Any:
    """Implements `tf.signal.frame`: overlapping frames of `signal` along `axis`.

    Args:
      signal: [..., samples, ...].
      frame_length: the length of a frame, an integer.
      frame_step: the step between the starts of frames.
      pad_end: whether every step starts a frame; those past the end are padded.
      pad_value: the value to pad with.
      axis: the axis of the samples.
      name: ignored.

    Returns:
      A tensor [..., frames, frame_length, ...].

    Raises:
      ValueError: if a length is not an integer scalar.
    """
    signal = to_tensor(signal)
    length, step = lengths_of(frame_length, frame_step, pad_end)
    check_rank(signal, 1)
    sizes = signal.shape.as_list()
    signal_axis = (
        range(len(sizes))[int(scalar_tensor(axis))] if _within(axis, sizes) else _no_axis()
    )
    samples = sizes[signal_axis]
    if pad_end:
        padding_value = scalar_tensor(to_tensor(pad_value, signal.dtype))
        count = -(-samples // step)
        missing = max(0, length + step * (count - 1) - samples)
        paddings = [[0, missing if i == signal_axis else 0] for i in range(len(sizes))]
        signal = pad(signal, paddings, constant_values=padding_value)
    else:
        count = max(0, 1 + (samples - length) // step)
    return _frames(signal, length, step, count, signal_axis)


def _within(axis: Any, sizes: list[int]) -> bool:
    return -len(sizes) <= int(scalar_tensor(axis)) < len(sizes)


def _no_axis() -> int:
    raise IndexError("list index out of range")


@op("Sum", "signal:T")
def _overlapped(signal: Any, step: int) -> Any:
    """Adds up overlapping frames: [..., frames + pieces, pieces * step], padded with zeros.

    A frame is `pieces` steps long. Reshaping the pieces to one row less shifts each against the
    next, so that a plain sum adds those that overlap.
    """
    *outer, rows, length = signal.shape
    pieces = length // step
    by_piece = signal.reshape(*outer, rows, pieces, step).transpose(-2, -3)
    shifted = by_piece.reshape(*outer, rows * pieces, step).narrow(-2, 0, (rows - 1) * pieces)
    shifted = shifted.reshape(*outer, pieces, rows - 1, step)
    return sum_over(shifted, (len(outer),), False).reshape(*outer, (rows - 1) * step)


def overlap_and_add(signal: Any, frame_step: Any, name: str | None = None) -> Any:
    """Implements `tf.signal.overlap_and_add`: adds up frames [..., frames, length].

    Each frame starts `frame_step` after the one before. Raises ValueError if `frame_step` is not an
    integer.
    """
    signal = to_tensor(signal)
    check_rank(signal, 2)
    step_tensor = scalar_tensor(frame_step)
    if not step_tensor.dtype.is_integer:
        raise ValueError(f"frame_step must be an integer. Got {step_tensor.dtype}")
    step = int(step_tensor)
    *outer, frames, length = signal.shape.as_list()
    if step == length:
        return reshape(signal, [*outer, frames * length])
    if step <= 0:
        raise op_error("Pad", f"Paddings must be non-negative: 0 {-length}")
    pieces = -(-length // step)
    paddings = [[0, 0]] * len(outer) + [[0, pieces], [0, pieces * step - length]]
    total = _overlapped(pad(signal, paddings), step)
    return total[..., : length + step * (frames - 1)]
