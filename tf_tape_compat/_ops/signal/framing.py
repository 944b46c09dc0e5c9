"""Signals cut into overlapping frames, and frames added up to a signal."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from ..._core.op.op import op
from ..._core.tensor.convert import to_tensor
from ..._core.tensor.tensor import EagerTensor
from ...errors import InvalidArgumentError
from .._support.arguments import failure
from ..array.padding import pad
from ..array.shaping import reshape
from ..math.reductions import sum_over
from .fft import check_rank


def single(value: Any) -> EagerTensor:
    """An argument that is a single number, as a tensor. Raises ValueError for others."""
    tensor = to_tensor(value)
    if tensor.ndim:
        raise ValueError(f"Shape {tensor.shape} must have rank 0")
    return tensor


def lengths_of(frame_length: Any, frame_step: Any, pad_end: bool) -> tuple[int, int]:
    """The length of a frame and the step between two, checked as TensorFlow divides by them."""
    length, step = single(frame_length), single(frame_step)
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
    size, distance = int(length), int(step)
    if distance == 0:
        raise failure("FloorDiv", "Integer division by zero")
    if size < 0 or (pad_end and distance < 0):
        raise failure("Range", f"Requires start <= limit when delta > 0: 0/{min(size, distance)}")
    return size, distance


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
    """The frames of `signal` along `axis`, which becomes two: [..., frames, frame_length, ...].

    With `pad_end`, each step begins a frame, and those beyond the end are filled with `pad_value`.
    Answers for `tf.signal.frame`. Raises ValueError for lengths that are no single integers.
    """
    signal = to_tensor(signal)
    length, step = lengths_of(frame_length, frame_step, pad_end)
    check_rank(signal, 1)
    sizes = signal.shape.as_list()
    place = range(len(sizes))[int(single(axis))] if _within(axis, sizes) else _no_axis()
    samples = sizes[place]
    if pad_end:
        filler = single(to_tensor(pad_value, signal.dtype))
        count = -(-samples // step)
        missing = max(0, length + step * (count - 1) - samples)
        margins = [[0, missing if i == place else 0] for i in range(len(sizes))]
        signal = pad(signal, margins, constant_values=filler)
    else:
        count = max(0, 1 + (samples - length) // step)
    return _frames(signal, length, step, count, place)


def _within(axis: Any, sizes: list[int]) -> bool:
    return -len(sizes) <= int(single(axis)) < len(sizes)


def _no_axis() -> int:
    raise IndexError("list index out of range")


@op("Sum", "signal:T")
def _overlapped(signal: Any, step: int) -> Any:
    """Adds the rows [..., frames + pieces, pieces * step], the last of which are zeros.

    Read as one row less, the pieces are shifted against each other.
    """
    *outer, rows, length = signal.shape
    pieces = length // step
    turned = signal.reshape(*outer, rows, pieces, step).transpose(-2, -3)
    shifted = turned.reshape(*outer, rows * pieces, step).narrow(-2, 0, (rows - 1) * pieces)
    shifted = shifted.reshape(*outer, pieces, rows - 1, step)
    return sum_over(shifted, (len(outer),), False).reshape(*outer, (rows - 1) * step)


def overlap_and_add(signal: Any, frame_step: Any, name: str | None = None) -> Any:
    """The frames [..., frames, length] added up, each `frame_step` behind the one before.

    Answers for `tf.signal.overlap_and_add`. Raises ValueError for a step that is no integer.
    """
    signal = to_tensor(signal)
    check_rank(signal, 2)
    given = single(frame_step)
    if not given.dtype.is_integer:
        raise ValueError(f"frame_step must be an integer. Got {given.dtype!r}")
    step = int(given)
    *outer, frames, length = signal.shape.as_list()
    if step == length:
        return reshape(signal, [*outer, frames * length])
    if step <= 0:
        raise failure("Pad", f"Paddings must be non-negative: 0 {-length}")
    pieces = -(-length // step)
    margins = [[0, 0]] * len(outer) + [[0, pieces], [0, pieces * step - length]]
    total = _overlapped(pad(signal, margins), step)
    return total[..., : length + step * (frames - 1)]
