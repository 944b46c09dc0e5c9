"""Patches of volumes."""

from __future__ import annotations

from typing import Any

import torch

from ..._core.op.op import op
from ..._core.recording.admission import single_op
from ...errors import OutOfRangeError
from .._support.arguments import brackets, invalid
from ..array.sliding_windows import flat_margins, one_of, places, unimplemented, whole_numbers


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
        raise invalid(f"input must be 5-dimensional{brackets(input.shape)}")
    found = [
        places(size, kernel, stride, padding)
        for size, kernel, stride in zip(input.shape[1:4], ksizes[1:], strides[1:], strict=False)
    ]
    counts = [count for count, _ in found]
    depth = input.shape[4] * ksizes[1] * ksizes[2] * ksizes[3]
    if 0 in counts or not input.numel():
        return input.reshape(-1)[:0].sum().to(input.dtype).expand(
            input.shape[0], *counts, depth
        ) + torch.zeros((), dtype=input.dtype, device=input.device)
    wide = input.dtype in (torch.uint16, torch.uint32, torch.uint64)
    signed = {torch.uint16: torch.int16, torch.uint32: torch.int32, torch.uint64: torch.int64}
    x = input.view(signed[input.dtype]) if wide else input
    x = torch.constant_pad_nd(x, (0, 0, *flat_margins([margin for _, margin in found])))
    for axis in (1, 2, 3):
        x = x.unfold(axis, ksizes[axis], strides[axis])
    x = x[:, : counts[0], : counts[1], : counts[2]]
    # [batch, 3 counts, channels, 3 sizes of the window]
    x = x.permute(0, 1, 2, 3, 5, 6, 7, 4).reshape(input.shape[0], *counts, depth)
    return x.view(input.dtype) if wide else x


def extract_volume_patches(
    input: Any, ksizes: Any, strides: Any, padding: Any, name: str | None = None
) -> Any:
    """Windows of volumes [batch, planes, rows, columns, depth], each as the depth of its place.

    `ksizes` and `strides` are lists of five, `padding` is "SAME" or "VALID". Answers for
    `tf.extract_volume_patches`. Raises UnimplementedError for windows over batch or depth,
    OutOfRangeError for sizes below 1.
    """
    sizes = whole_numbers(ksizes, "ksizes", "ExtractVolumePatches", 5, "extract_volume_patches")
    steps = whole_numbers(strides, "strides", "ExtractVolumePatches", 5, "extract_volume_patches")
    return _patches(input, sizes, steps, one_of(padding, "padding", ("SAME", "VALID")))
