"""`tf.image.extract_patches` and `tf.image.extract_glimpse`."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from ..._core.op.op import op
from ..._core.op.op_errors import missing_kernel
from ..._core.recording.admission import single_op
from ..._core.tensor.convert import INT32, to_tensor
from ..._core.tensor.host_values import to_numpy
from ...errors import OutOfRangeError
from .._support.arguments import brackets, invalid_argument
from .._support.gradient_rules import refuse_gradient
from ..array.sliding_windows import (
    dilated_size,
    int_tuple,
    one_of,
    output_size_and_padding,
    unimplemented,
)


@op("ExtractImagePatches", "images")
@single_op
def _patches(
    images: Any,
    sizes: tuple[int, ...],
    strides: tuple[int, ...],
    rates: tuple[int, ...],
    padding: str,
) -> Any:
    if images.dtype is torch.bool:
        raise missing_kernel(
            "ExtractImagePatches",
            T=images.dtype,
            ksizes=sizes,
            strides=strides,
            rates=rates,
            padding=padding,
        )
    for name, values in (("ksizes", sizes), ("strides", strides), ("rates", rates)):
        if len(values) != 4:
            raise invalid_argument(f"Sliding window {name} field must specify 4 dimensions")
        if values[0] != 1 or values[3] != 1:
            raise unimplemented(f"Only support {name} across space.")
        if min(values) < 1:
            raise OutOfRangeError(None, None, f"{name} is out of range.")
    if images.ndim != 4:
        raise invalid_argument(f"input must be 4-dimensional{brackets(images.shape)}")
    batch, *space, depth = images.shape
    for axis in (0, 1):
        size, rate = sizes[axis + 1], rates[axis + 1]
        kernel_extent, stride = dilated_size(size, rate), strides[axis + 1]
        count, (before, after) = output_size_and_padding(
            space[axis], kernel_extent, stride, padding
        )
        images = _padded(images, axis + 1, before, after)
        start = torch.arange(count, device=images.device) * stride
        offsets = torch.arange(size, device=images.device) * rate
        index = (start.unsqueeze(1) + offsets).reshape(-1)
        # The new axis, of the positions in a patch, goes before the channels.
        windows = images.index_select(axis + 1, index).unflatten(axis + 1, (count, size))
        images = windows.movedim(axis + 2, 3 + axis)
    height, width = images.shape[1:3]
    return images.reshape(batch, height, width, sizes[1] * sizes[2] * depth)


def _padded(images: torch.Tensor, axis: int, before: int, after: int) -> torch.Tensor:
    if before <= 0 and after <= 0:
        return images
    borders = []
    for size in (before, after):
        shape = list(images.shape)
        shape[axis] = max(size, 0)
        borders.append(images.new_zeros(shape))
    return torch.cat([borders[0], images, borders[1]], axis)


def extract_patches(
    images: Any, sizes: Any, strides: Any, rates: Any, padding: Any, name: str | None = None
) -> Any:
    """Implements `tf.image.extract_patches`: flattens each patch into the channels.

    Args:
      images: [batch, height, width, channels].
      sizes: the size of a patch, a list of four numbers.
      strides: the step between patches, a list of four numbers.
      rates: the distance between the pixels of a patch, a list of four numbers.
      padding: "SAME" or "VALID".
      name: ignored.

    Returns:
      A tensor [batch, rows, columns, patch_height * patch_width * channels].

    Raises:
      InvalidArgumentError: if no patch fits.
    """
    window, step, rate = [
        int_tuple(values, name_, "ExtractImagePatches", 4, "extract_image_patches")
        for values, name_ in ((sizes, "ksizes"), (strides, "strides"), (rates, "rates"))
    ]
    padding = one_of(padding, "padding", ("SAME", "VALID"), "ExtractImagePatches")
    return _patches(images, window, step, rate, padding)


# TensorFlow's kernel computes where the windows are on the CPU, too.
@op("ExtractGlimpseV2", "input offsets:float32", host="offsets")
@single_op
def _glimpses(
    input: Any, offsets: Any, size: Any, centered: bool, normalized: bool, noise: str
) -> Any:
    if noise not in ("uniform", "gaussian", "zero"):
        raise invalid_argument(f"The noise could only be uniform, gaussian, or zero, got{noise}")
    if input.ndim != 4:
        raise invalid_argument(
            f"input must be 4-dimensional (batch_size, height, width, depth){brackets(input.shape)}"
        )
    if np.shape(size) != (2,):
        raise invalid_argument(
            f"input must be a vector of size 2 (height, width){brackets(np.shape(size))}"
        )
    if offsets.ndim != 2:
        raise invalid_argument(f"input must be a matrix{brackets(offsets.shape)}")
    if len(offsets) != len(input):
        raise invalid_argument(f"first dimension should be batch{brackets(offsets.shape)}")
    if offsets.shape[1] != 2:
        raise invalid_argument(
            f"second dimension should be of size 2 (y,x){brackets(offsets.shape)}"
        )
    image_size = torch.tensor(input.shape[1:3], dtype=torch.float32, device=offsets.device)
    corners = offsets.detach()
    if normalized:
        corners = corners * image_size
        if centered:
            window = torch.tensor(size.tolist(), dtype=torch.float32, device=offsets.device)
            corners = corners / 2 + image_size / 2 - window / 2
    elif centered:
        corners = corners + image_size / 2
    starts = torch.trunc(corners).long()
    rows, columns = (
        (starts[:, axis, None] + torch.arange(int(size[axis]), device=offsets.device)).to(
            input.device
        )
        for axis in (0, 1)
    )
    inside = ((rows >= 0) & (rows < input.shape[1])).unsqueeze(2)
    inside = inside & ((columns >= 0) & (columns < input.shape[2])).unsqueeze(1)
    y = rows.clamp(0, input.shape[1] - 1).unsqueeze(2)
    x = columns.clamp(0, input.shape[2] - 1).unsqueeze(1)
    image_index = torch.arange(len(input), device=input.device)[:, None, None]
    pixels = input.detach()[image_index, y, x]
    glimpses = torch.where(inside.unsqueeze(3), pixels, _noise(input.detach(), pixels, noise))
    return refuse_gradient("ExtractGlimpseV2", (input, offsets), glimpses)


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
    """Implements `tf.image.extract_glimpse`: a window of each image. There is no gradient.

    Args:
      input: [batch, height, width, channels].
      size: the height and width of the window.
      offsets: float32 [batch, 2], the position (y, x) of each window.
      centered: whether offsets are relative to the centre of the image.
      normalized: whether offsets are relative to the size of the image.
      noise: "zero", "uniform" or "gaussian", for pixels outside the image.
      name: ignored.

    Raises:
      InvalidArgumentError: if shapes do not fit.
    """
    window = to_numpy(to_tensor(size, INT32)._t)
    return _glimpses(input, offsets, window, centered, normalized, noise)
