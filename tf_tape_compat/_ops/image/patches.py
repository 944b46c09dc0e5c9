"""Small parts of images: patches all over, and glimpses at places."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from ..._core.op.op import op
from ..._core.recording.admission import single_op
from ..._core.tensor.convert import INT32, to_tensor
from ..._core.tensor.host_values import to_numpy
from ...errors import OutOfRangeError
from .._support.arguments import brackets, invalid
from .._support.gradient_rules import refuse_gradient
from ..array.sliding_windows import (
    extent,
    no_cpu_kernel,
    one_of,
    places,
    unimplemented,
    whole_numbers,
)


@op("ExtractImagePatches", "images")
@single_op
def _patches(
    images: Any, sizes: tuple[int, ...], strides: tuple[int, ...], rates: tuple[int, ...], fit: str
) -> Any:
    if images.dtype is torch.bool:
        raise no_cpu_kernel("ExtractImagePatches", "T in [DT_BOOL]")
    for name, values in (("ksizes", sizes), ("strides", strides), ("rates", rates)):
        if len(values) != 4:
            raise invalid(f"Sliding window {name} field must specify 4 dimensions")
        if values[0] != 1 or values[3] != 1:
            raise unimplemented(f"Only support {name} across space.")
        if min(values) < 1:
            raise OutOfRangeError(None, None, f"{name} is out of range.")
    if images.ndim != 4:
        raise invalid(f"input must be 4-dimensional{brackets(images.shape)}")
    batch, *space, depth = images.shape
    for axis in (0, 1):
        size, rate = sizes[axis + 1], rates[axis + 1]
        reach, stride = extent(size, rate), strides[axis + 1]
        count, (before, after) = places(space[axis], reach, stride, fit)
        images = _padded(images, axis + 1, before, after)
        start = torch.arange(count, device=images.device) * stride
        offsets = torch.arange(size, device=images.device) * rate
        index = (start.unsqueeze(1) + offsets).reshape(-1)
        # The new axis, of the places in a patch, goes before the channels.
        picked = images.index_select(axis + 1, index).unflatten(axis + 1, (count, size))
        images = picked.movedim(axis + 2, 3 + axis)
    height, width = images.shape[1:3]
    return images.reshape(batch, height, width, sizes[1] * sizes[2] * depth)


def _padded(images: torch.Tensor, axis: int, before: int, after: int) -> torch.Tensor:
    if before <= 0 and after <= 0:
        return images
    parts = []
    for size in (before, after):
        shape = list(images.shape)
        shape[axis] = max(size, 0)
        parts.append(images.new_zeros(shape))
    return torch.cat([parts[0], images, parts[1]], axis)


def extract_patches(
    images: Any, sizes: Any, strides: Any, rates: Any, padding: Any, name: str | None = None
) -> Any:
    """The patches of images, each as one row of channels; answers for `tf.image.extract_patches`.

    `sizes`, `strides` and `rates` (the distance between the pixels of a patch) are lists of four,
    `padding` is "SAME" or "VALID". Raises InvalidArgumentError if there is no patch.
    """
    window, step, rate = [
        whole_numbers(values, name_, "ExtractImagePatches", 4, "extract_image_patches")
        for values, name_ in ((sizes, "ksizes"), (strides, "strides"), (rates, "rates"))
    ]
    return _patches(images, window, step, rate, one_of(padding, "padding", ("SAME", "VALID")))


@op("ExtractGlimpseV2", "input offsets:float32")
@single_op
def _glimpses(
    input: Any, offsets: Any, size: Any, centered: bool, normalized: bool, noise: str
) -> Any:
    if noise not in ("uniform", "gaussian", "zero"):
        raise invalid(f"The noise could only be uniform, gaussian, or zero, got{noise}")
    if input.ndim != 4:
        raise invalid(
            f"input must be 4-dimensional (batch_size, height, width, depth){brackets(input.shape)}"
        )
    if np.shape(size) != (2,):
        raise invalid(f"input must be a vector of size 2 (height, width){brackets(np.shape(size))}")
    if offsets.ndim != 2:
        raise invalid(f"input must be a matrix{brackets(offsets.shape)}")
    if len(offsets) != len(input):
        raise invalid(f"first dimension should be batch{brackets(offsets.shape)}")
    if offsets.shape[1] != 2:
        raise invalid(f"second dimension should be of size 2 (y,x){brackets(offsets.shape)}")
    space = np.array(input.shape[1:3], np.float32)
    corner = to_numpy(offsets)
    if normalized:
        corner = corner * space
        if centered:
            corner = corner / 2 + space / 2 - size.astype(np.float32) / 2
    elif centered:
        corner = corner + space / 2
    starts = np.trunc(corner).astype(np.int64)
    rows, columns = (
        torch.from_numpy(starts[:, axis, None] + np.arange(size[axis])).to(input.device)
        for axis in (0, 1)
    )
    inside = ((rows >= 0) & (rows < input.shape[1])).unsqueeze(2)
    inside = inside & ((columns >= 0) & (columns < input.shape[2])).unsqueeze(1)
    y = rows.clamp(0, input.shape[1] - 1).unsqueeze(2)
    x = columns.clamp(0, input.shape[2] - 1).unsqueeze(1)
    image = torch.arange(len(input), device=input.device)[:, None, None]
    seen = input.detach()[image, y, x]
    found = torch.where(inside.unsqueeze(3), seen, _noise(input.detach(), seen, noise))
    return refuse_gradient("ExtractGlimpseV2", (input, offsets), found)


def _noise(images: torch.Tensor, like: torch.Tensor, noise: str) -> torch.Tensor:
    if noise == "zero" or not images.numel():
        return torch.zeros_like(like)
    if noise == "uniform":
        low, high = images.aminmax()
        return torch.rand_like(like) * (high - low) + low
    return torch.randn_like(like) * images.std(correction=0) + images.mean()


def extract_glimpse(
    input: Any,
    size: Any,
    offsets: Any,
    centered: bool = True,
    normalized: bool = True,
    noise: str = "uniform",
    name: str | None = None,
) -> Any:
    """A window of `size` (height, width) of each image; answers for `tf.image.extract_glimpse`.

    `offsets` [batch, 2] say where, from the middle if `centered` and as parts of the image if
    `normalized`. Pixels outside are `noise`: "zero", "uniform" or "gaussian". There is no gradient.
    Raises InvalidArgumentError for shapes that do not fit.
    """
    window = to_numpy(to_tensor(size, INT32)._t)
    return _glimpses(input, offsets, window, centered, normalized, noise)
