"""`tf.extract_volume_patches`."""

from __future__ import annotations

from typing import Any

import torch

from ..._core.op.op import op
from ..._core.recording.admission import single_op
from ...errors import OutOfRangeError
from .._support.arguments import brackets, invalid_argument
from ..array.sliding_windows import (
    int_tuple,
    one_of,
    output_size_and_padding,
    torch_padding,
    unimplemented,
)


@op("ExtractVolumePatches", "input")
@single_op
def _patches(input: Any, ksizes: tuple[int, ...], strides: tuple[int, ...], padding: str) -> Any:
    for name, values in (("ksizes", ksizes), ("strides", strides)):
        if values[0] != 1 or values[4] != 1:
            raise unimplemented(f"Only support {name} across space.")
    for name, values in (("ksizes", ksizes), ("strides", strides)):
        if min(values) < 1:
            raise OutOfRangeError(None, None, f"{name} is out of range.")
    if input.ndim != 5:
        raise invalid_argument(f"input must be 5-dimensional{brackets(input.shape)}")
    placements = [
        output_size_and_padding(size, kernel, stride, padding)
        for size, kernel, stride in zip(input.shape[1:4], ksizes[1:], strides[1:], strict=False)
    ]
    output_sizes = [output_size for output_size, _ in placements]
    depth = input.shape[4] * ksizes[1] * ksizes[2] * ksizes[3]
    if 0 in output_sizes or not input.numel():
        return input.reshape(-1)[:0].sum().to(input.dtype).expand(
            input.shape[0], *output_sizes, depth
        ) + torch.zeros((), dtype=input.dtype, device=input.device)
    is_unsigned = input.dtype in (torch.uint16, torch.uint32, torch.uint64)
    signed = {torch.uint16: torch.int16, torch.uint32: torch.int32, torch.uint64: torch.int64}
    x = input.view(signed[input.dtype]) if is_unsigned else input
    x = torch.constant_pad_nd(x, (0, 0, *torch_padding([pads for _, pads in placements])))
    for axis in (1, 2, 3):
        x = x.unfold(axis, ksizes[axis], strides[axis])
    x = x[:, : output_sizes[0], : output_sizes[1], : output_sizes[2]]
    # [batch, 3 output sizes, channels, 3 sizes of the window]
    x = x.permute(0, 1, 2, 3, 5, 6, 7, 4).reshape(input.shape[0], *output_sizes, depth)
    return x.view(input.dtype) if is_unsigned else x


def extract_volume_patches(
    input: Any, ksizes: Any, strides: Any, padding: Any, name: str | None = None
) -> Any:
    """Implements `tf.extract_volume_patches`: flattens each window into the last dimension.

    Args:
      input: [batch, planes, rows, columns, channels].
      ksizes: the size of a window, a list of five numbers.
      strides: the step between windows, a list of five numbers.
      padding: "SAME" or "VALID".
      name: ignored.

    Raises:
      UnimplementedError: for windows over batch or channels.
      OutOfRangeError: if a size is below 1.
    """
    sizes = int_tuple(ksizes, "ksizes", "ExtractVolumePatches", 5, "extract_volume_patches")
    steps = int_tuple(strides, "strides", "ExtractVolumePatches", 5, "extract_volume_patches")
    padding = one_of(padding, "padding", ("SAME", "VALID"), "ExtractVolumePatches")
    return _patches(input, sizes, steps, padding)
