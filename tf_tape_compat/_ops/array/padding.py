"""Elements added at the edges or reordered: pad, reverse, reverse_sequence, roll."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import torch

from ..._core.op.op import op
from ..._core.tensor.tensor import EagerTensor
from ..._core.tensor.value_checks import check_values
from .._support.arguments import brackets, index_array, int_tuple, invalid_argument
from .._support.string_arrays import moves_bits, moves_elements


def _margins(paddings: np.ndarray, rank: int, shape: Any) -> list[list[int]]:
    """The paddings as a list of pairs. Raises InvalidArgumentError if they do not fit."""
    if paddings.ndim != 2 or paddings.shape[1] != 2:
        raise invalid_argument(
            f"paddings must be a matrix with 2 columns: {brackets(paddings.shape)}"
        )
    if paddings.shape[0] != rank:
        raise invalid_argument(
            f"The first dimension of paddings must be the rank of inputs"
            f"{brackets(paddings.shape)} {brackets(shape)}"
        )
    for before, after in paddings.tolist():
        if before < 0 or after < 0:
            raise invalid_argument(f"Paddings must be non-negative: {before} {after}")
    return paddings.tolist()


def _zero_padded(tensor: Any, margins: list[list[int]], value: Any = 0) -> torch.Tensor:
    flat = [size for margin in reversed(margins) for size in margin]
    return torch.constant_pad_nd(tensor, flat, value)


@op("Pad", "tensor:T")
def _pad(tensor: Any, paddings: np.ndarray) -> Any:
    margins = _margins(paddings, tensor.ndim, tensor.shape)
    if isinstance(tensor, np.ndarray):
        return np.pad(tensor, margins, constant_values=b"") if margins else tensor.copy()
    return _zero_padded(tensor, margins)


@op("PadV2", "tensor:T value:T")
def _pad_with(tensor: Any, value: Any, paddings: np.ndarray) -> Any:
    margins = _margins(paddings, tensor.ndim, tensor.shape)
    if value.ndim:
        raise invalid_argument(f"constant_values must be a scalar. Found: {brackets(value.shape)}")
    if isinstance(tensor, np.ndarray):
        return np.pad(tensor, margins, constant_values=value) if margins else tensor.copy()
    inside = _zero_padded(torch.ones_like(tensor, dtype=torch.bool), margins)
    return torch.where(inside, _zero_padded(tensor, margins), value.detach())


@op("MirrorPad", "tensor:T")
@moves_elements
def _mirror_pad(tensor: Any, paddings: np.ndarray, edge: int) -> Any:
    """`edge` is 1 if the outermost elements are repeated (SYMMETRIC), else 0 (REFLECT)."""
    device = tensor.device
    margins = _margins(paddings, tensor.ndim, tensor.shape)
    for axis, (before, after) in enumerate(margins):
        size = tensor.shape[axis]
        if before > size - 1 + edge or after > size - 1 + edge:
            word = "no greater than" if edge else "less than"
            raise invalid_argument(
                f"paddings must be {word} the dimension size: {before}, {after} "
                f"{'greater than' if edge else 'not less than'} {size}"
            )
        if before or after:
            before_positions = torch.arange(before, 0, -1, device=device) - edge
            last = size - 2 + edge
            after_positions = torch.arange(last, last - after, -1, device=device)
            inner_positions = torch.arange(size, device=device)
            positions = torch.cat([before_positions, inner_positions, after_positions])
            tensor = tensor.index_select(axis, positions)
    return tensor


def pad(
    tensor: Any,
    paddings: Any,
    mode: str = "CONSTANT",
    constant_values: Any = 0,
    name: str | None = None,
) -> Any:
    """`tensor` with elements added at both ends of its dimensions. Implements `tf.pad`.

    Args:
      tensor: A tensor of any dtype.
      paddings: An integer matrix; row i has the numbers of elements before and after dimension i.
      mode: "CONSTANT" adds `constant_values`; "REFLECT" mirrors at the outermost elements,
        "SYMMETRIC" repeats them too.
      constant_values: A scalar.

    Raises InvalidArgumentError if `paddings` do not fit, ValueError for another mode.
    """
    margins = index_array(paddings, "Tpaddings", "Pad")
    upper_mode = mode.upper()
    if upper_mode == "CONSTANT":
        is_number = not isinstance(constant_values, EagerTensor) and np.isscalar(constant_values)
        if is_number and constant_values == 0:
            return _pad(tensor, margins)
        return _pad_with(tensor, constant_values, margins)
    if upper_mode in ("REFLECT", "SYMMETRIC"):
        return _mirror_pad(tensor, margins, 0 if upper_mode == "REFLECT" else 1)
    raise ValueError(
        'Value of argument `mode` expected to be one of "CONSTANT", "REFLECT", or "SYMMETRIC". '
        f"Received `mode` = {upper_mode}"
    )


@op("ReverseV2", "tensor:T")
@moves_bits
def reverse(tensor: Any, axis: Any, name: str | None = None) -> Any:
    """`tensor` reversed along the dimensions in the list `axis`. Implements `tf.reverse`.

    Raises InvalidArgumentError for an axis out of range or given twice.
    """
    axes = int_tuple(axis, "Tidx", "ReverseV2")
    if axes is None or not isinstance(axis, (list, tuple)):
        array = index_array(axis, "Tidx", "ReverseV2")
        if array.ndim != 1:
            raise invalid_argument(f"'dims' must be 1-dimension, not {array.ndim}")
        axes = tuple(array.tolist())
    rank = tensor.ndim
    if not rank or 0 in tensor.shape:
        return tensor  # the axes are not checked, as in TensorFlow
    for position, item in enumerate(axes):
        if not -rank <= item < rank:
            raise invalid_argument(
                f"'axis'[{position}] = {item} is out of valid range [0, {rank - 1}"
            )
    positive = [item % rank for item in axes]
    for position, item in enumerate(positive):
        if item in positive[:position]:
            raise invalid_argument(f"axis {item} specified more than once.")
    return tensor.flip(axes)


@op("Roll", "input:T")
@moves_elements
def roll(input: Any, shift: Any, axis: Any, name: str | None = None) -> Any:
    """`input` with its elements shifted cyclically along each `axis`. Implements `tf.roll`.

    Raises InvalidArgumentError for an axis out of range or a different number of shifts.
    """
    rank = input.ndim
    if rank == 0:
        raise invalid_argument("input must be 1-D or higher")
    shifts, axes = int_tuple(shift, "Tshift", "Roll"), int_tuple(axis, "Taxis", "Roll")
    if shifts is None or axes is None or len(shifts) != len(axes):
        raise invalid_argument("shift and axis must have the same size")
    for item in axes:
        if not -rank <= item < rank:
            raise invalid_argument(f"axis {item} is out of range")
    return torch.roll(input, shifts, axes) if axes else input


@op("ReverseSequence", "input:T seq_lengths:Tlen", host="seq_lengths")
def _reverse_sequence(input: Any, seq_lengths: Any, sequence: int, batch: int) -> Any:
    return _reversed(input, seq_lengths, sequence, batch)


@moves_bits
def _reversed(input: Any, lengths: torch.Tensor, sequence: int, batch: int) -> Any:
    rank = input.ndim
    for axis in (sequence, batch):
        if not -rank <= axis < rank:
            raise invalid_argument(f"axis {axis} is out of range for a tensor of rank {rank}")
    sequence, batch = sequence % rank, batch % rank
    if lengths.shape != (input.shape[batch],):
        raise invalid_argument(
            f"Length of seq_lens != input.dims({batch}), "
            f"({lengths.numel()} vs. {input.shape[batch]})"
        )
    steps = input.shape[sequence]
    if lengths.numel():
        check_values(partial(_check_lengths, steps), lengths)
    lengths_column = lengths.long().unsqueeze(1)
    time = torch.arange(steps).unsqueeze(0)
    indices = torch.where(
        time < lengths_column, lengths_column - 1 - time, time
    )  # by batch and time
    if sequence < batch:
        indices = indices.t()
    shape = [input.shape[i] if i in (sequence, batch) else 1 for i in range(rank)]
    indices = indices.reshape(shape).expand(input.shape).to(input.device)
    return input.gather(sequence, indices)


def _check_lengths(steps: int, lengths: torch.Tensor) -> None:
    if lengths.max() > steps or lengths.min() < 0:
        raise invalid_argument(f"seq_lens must be in [0, {steps}], got {lengths.tolist()}")


def reverse_sequence(
    input: Any,
    seq_lengths: Any,
    seq_axis: Any = None,
    batch_axis: Any = None,
    name: str | None = None,
) -> Any:
    """`input` with the first `seq_lengths[b]` steps along `seq_axis` reversed in batch entry b.

    Implements `tf.reverse_sequence`. `batch_axis` is 0 by default. Raises InvalidArgumentError if
    the lengths do not fit.
    """
    return _reverse_sequence(input, seq_lengths, seq_axis, 0 if batch_axis is None else batch_axis)
