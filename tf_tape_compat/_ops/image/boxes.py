"""Boxes of images: `tf.image.crop_and_resize` and `draw_bounding_boxes`."""

from __future__ import annotations

from functools import partial
from typing import Any

import torch

from ..._core.op.op import op
from ..._core.recording.admission import single_op
from ..._core.tensor.cached_constants import cached_constants
from ..._core.tensor.convert import INT32, is_typed, to_tensor
from ..._core.tensor.value_checks import check_values_outside_vmap
from ..._core.types.dtype import as_dtype
from ...errors import OutOfRangeError
from .._support.arguments import brackets, invalid_argument, op_error
from .._support.gradient_rules import refuse_gradient, with_gradient
from ..array.sliding_windows import one_of

FLOAT32 = as_dtype("float32")


def as_float_tensor(value: Any) -> Any:
    """An argument as a floating point tensor. Untyped values become float32."""
    if is_typed(value) or getattr(value, "dtype", None) == "float16":
        return to_tensor(value)
    return to_tensor(value, None, FLOAT32)


# -- crops --------------------------------------------------------------------------------------


def _sample_positions(low: torch.Tensor, high: torch.Tensor, size: int, count: int) -> torch.Tensor:
    """The positions of `count` samples between two edges, relative to `size`, for each box."""
    last = size - 1
    if count > 1:
        steps = torch.arange(count, dtype=low.dtype, device=low.device)
        scale = (high - low) * (last / (count - 1))
        return low.unsqueeze(1) * last + steps * scale.unsqueeze(1)
    return (0.5 * (low + high) * last).unsqueeze(1)


def _gather_pixels(
    image: torch.Tensor, index: torch.Tensor, y: torch.Tensor, x: torch.Tensor
) -> Any:
    """The pixels at row positions [boxes, rows] and column positions [boxes, columns]."""
    _, height, width, channels = image.shape
    row = index.long().unsqueeze(1) * height + y.clamp(0, height - 1).long()
    flat_index = row.unsqueeze(2) * width + x.clamp(0, width - 1).long().unsqueeze(1)
    pixels = image.reshape(-1, channels).index_select(0, flat_index.reshape(-1))
    return pixels.reshape(*flat_index.shape, channels)


def _interpolate(
    image: torch.Tensor, index: torch.Tensor, y: torch.Tensor, x: torch.Tensor
) -> torch.Tensor:
    """Bilinear interpolation between the pixels around each position."""
    rows, columns = y.shape[1], x.shape[1]
    top, left = y.detach().floor(), x.detach().floor()
    down = (y - top)[:, :, None, None]
    right = (x - left)[:, None, :, None]
    corners = _gather_pixels(
        image,
        index,
        torch.cat((top, y.detach().ceil()), 1),
        torch.cat((left, x.detach().ceil()), 1),
    )
    near, far = corners[:, :, :columns], corners[:, :, columns:]
    interpolated = near + (far - near) * right
    upper, lower = interpolated[:, :rows], interpolated[:, rows:]
    return upper + (lower - upper) * down


def _nearest(
    image: torch.Tensor, index: torch.Tensor, y: torch.Tensor, x: torch.Tensor
) -> torch.Tensor:
    return _gather_pixels(image, index, torch.floor(y + 0.5), torch.floor(x + 0.5))


def _sample_crops(
    image: torch.Tensor,
    boxes: torch.Tensor,
    index: torch.Tensor,
    size: tuple[int, int],
    method: str,
    outside: float,
) -> torch.Tensor:
    rows, columns = image.shape[1:3]
    y = _sample_positions(boxes[:, 0], boxes[:, 2], rows, size[0])
    x = _sample_positions(boxes[:, 1], boxes[:, 3], columns, size[1])
    sampled = (_interpolate if method == "bilinear" else _nearest)(image.float(), index, y, x)
    in_rows = ((y >= 0) & (y <= rows - 1))[:, :, None, None]
    in_columns = ((x >= 0) & (x <= columns - 1))[:, None, :, None]
    return torch.where(in_rows & in_columns, sampled, outside)


def _crop_gradient(grad: torch.Tensor, _: Any, image: Any, boxes: Any, *attributes: Any) -> Any:
    """The gradient by the image for the method used; by the boxes always that of "bilinear"."""
    index, size, method, outside = attributes
    source, box_values = image.detach().float(), boxes.detach()

    def bilinear(source: Any, box_values: Any) -> Any:
        return _sample_crops(source, box_values, index, size, "bilinear", outside)

    # Not torch.autograd, because this may run inside vmap.
    by_image, by_boxes = torch.func.vjp(bilinear, source, box_values)[1](grad.detach())
    if method != "bilinear":
        vjp = torch.func.vjp(
            lambda x: _sample_crops(x, box_values, index, size, method, outside), source
        )[1]
        (by_image,) = vjp(grad.detach())
    by_image = refuse_gradient("CropAndResizeGradImage", (grad, boxes), by_image.to(image.dtype))
    by_boxes = refuse_gradient("CropAndResizeGradBoxes", (grad, image, boxes), by_boxes)
    return (by_image if image.is_floating_point() else None), by_boxes, None


@with_gradient(_crop_gradient)
def _crop(image: Any, boxes: Any, index: Any, size: Any, method: str, outside: float) -> Any:
    return _sample_crops(image, boxes, index, size, method, outside)


def _check_boxes(batch: int, boxes: torch.Tensor, box_ind: torch.Tensor) -> None:
    if not bool(boxes.isfinite().all()):
        raise invalid_argument("Boxes contains at least one element that is not finite")
    if bool(((box_ind < 0) | (box_ind >= batch)).any()):
        raise OutOfRangeError(None, None, "box_index has values outside [0, batch_size)")


@op("CropAndResize", "image boxes box_ind")
@single_op
def _crop_and_resize(
    image: Any, boxes: Any, box_ind: Any, size: tuple[int, ...], method: str, outside: float
) -> Any:
    if image.ndim != 4:
        raise invalid_argument(f"input image must be 4-D{brackets(image.shape)}")
    if len(size) != 2:
        raise invalid_argument(f"crop_size must have two elements{brackets((len(size),))}")
    if min(image.shape[1:3]) <= 0:
        raise invalid_argument("image dimensions must be positive")
    if min(size) <= 0:
        raise invalid_argument("crop dimensions must be positive")
    if boxes.numel() or box_ind.numel():
        if boxes.ndim != 2:
            raise invalid_argument(f"boxes must be 2-D, got: {brackets(boxes.shape)}")
        if boxes.shape[1] != 4:
            raise invalid_argument("boxes must have 4 columns")
        if box_ind.ndim != 1 or len(box_ind) != len(boxes):
            raise invalid_argument("box_index has incompatible shape")
    check_values_outside_vmap(partial(_check_boxes, len(image)), boxes, box_ind)
    return _crop(image, boxes, box_ind, size, method, outside)


def crop_and_resize(
    image: Any,
    boxes: Any,
    box_indices: Any,
    crop_size: Any,
    method: str = "bilinear",
    extrapolation_value: Any = 0.0,
    name: str | None = None,
) -> Any:
    """Implements `tf.image.crop_and_resize`.

    Args:
      image: [batch, height, width, channels].
      boxes: [boxes, 4]: top, left, bottom and right, relative to the size of the image.
      box_indices: int32 [boxes], the image of each box.
      crop_size: the height and width of the results.
      method: "bilinear" or "nearest".
      extrapolation_value: the value of pixels outside the image.
      name: ignored.

    Returns:
      A float32 tensor [boxes, crop_height, crop_width, channels].

    Raises:
      InvalidArgumentError: if shapes do not fit.
      OutOfRangeError: if an index is not in [0, batch).
    """
    method = one_of(method, "method", ("bilinear", "nearest"), "CropAndResize")
    sizes = to_tensor(crop_size, INT32).numpy()
    if sizes.ndim != 1:
        raise op_error("CropAndResize", f"crop_size must be 1-D{brackets(sizes.shape)}")
    size = tuple(sizes.tolist())
    return _crop_and_resize(image, boxes, box_indices, size, method, float(extrapolation_value))


# -- drawing ------------------------------------------------------------------------------------

_COLORS = (  # TensorFlow's defaults, RGBA
    (1, 1, 0, 1),
    (0, 0, 1, 1),
    (1, 0, 0, 1),
    (0, 1, 0, 1),
    (0.5, 0, 0.5, 1),
    (0.5, 0.5, 0, 1),
    (0.5, 0, 0, 1),
    (0, 0, 0.5, 1),
    (0, 1, 1, 1),
    (1, 0, 1, 1),
)


@cached_constants(8)
def _default_colors(gray: bool, device: torch.device) -> torch.Tensor:
    table = [(1, 1, 1, 1)] * 10 if gray else _COLORS
    return torch.tensor(table, dtype=torch.float32, device=device)


def _edges(low: torch.Tensor, high: torch.Tensor, size: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Masks of the positions on the edges of each box along an axis, and of those within it."""
    positions = torch.arange(size, device=low.device)
    low, high = low.unsqueeze(1), high.unsqueeze(1)
    return (positions == low) | (positions == high), (positions >= low) & (positions <= high)


def _draw_boxes(
    images: torch.Tensor, boxes: torch.Tensor, colors: torch.Tensor | None
) -> torch.Tensor:
    if images.ndim != 4:
        raise invalid_argument("The rank of the images should be 4")
    if boxes.ndim != 3:
        raise invalid_argument("The rank of the boxes tensor should be 3")
    if len(images) != len(boxes):
        raise invalid_argument("The batch sizes should be the same")
    depth = images.shape[3]
    if depth not in (1, 3, 4):
        raise invalid_argument("Channel depth should be either 1 (GRY), 3 (RGB), or 4 (RGBA)")
    if boxes.shape[2] != 4:
        raise invalid_argument(
            f"The size of the third dimension of the box must be 4. Received: {boxes.shape[2]}"
        )
    if colors is not None and colors.ndim != 2:
        raise invalid_argument(f"colors must be a 2-D matrix{brackets(colors.shape)}")
    if colors is not None and colors.shape[1] < depth:
        raise invalid_argument(
            "colors must have equal or more channels than the image provided: "
            f"{brackets(colors.shape)}"
        )
    if colors is None or not colors.numel():
        colors = _default_colors(depth == 1, images.device)
    colors = colors[:, :depth].to(images.dtype)
    height, width = images.shape[1:3]
    rows, columns = (
        (boxes[..., 0::2] * (height - 1)).long(),
        (boxes[..., 1::2] * (width - 1)).long(),
    )
    for box in range(boxes.shape[1]):
        (top, bottom), (left, right) = rows[:, box].unbind(1), columns[:, box].unbind(1)
        row_edge, row_within = _edges(top, bottom, height)
        column_edge, column_within = _edges(left, right, width)
        outline = row_edge.unsqueeze(2) & column_within.unsqueeze(1)
        outline = outline | (row_within.unsqueeze(2) & column_edge.unsqueeze(1))
        outline = outline & ((top <= bottom) & (left <= right))[:, None, None]
        images = torch.where(outline.unsqueeze(3), colors[box % len(colors)], images)
    return images


@op("DrawBoundingBoxes", "images boxes", nondifferentiable=True, default="float32")
def _draw(images: Any, boxes: Any) -> Any:
    return _draw_boxes(images, boxes, None)


@op("DrawBoundingBoxesV2", "images boxes colors", default="float32")
@single_op
def _draw_colored(images: Any, boxes: Any, colors: Any) -> Any:
    result = _draw_boxes(images, boxes, colors)
    return refuse_gradient("DrawBoundingBoxesV2", (images, boxes, colors), result)


def draw_bounding_boxes(images: Any, boxes: Any, colors: Any, name: str | None = None) -> Any:
    """Implements `tf.image.draw_bounding_boxes`: draws the outlines of boxes.

    Args:
      images: [batch, height, width, channels], with 1, 3 or 4 channels.
      boxes: [batch, boxes, 4]: top, left, bottom and right, relative to the size of the image.
      colors: [colors, channels], used in turn; None for TensorFlow's default colors.
      name: ignored.

    Raises:
      InvalidArgumentError: if shapes do not fit.
    """
    if colors is None:
        return _draw(images, boxes)
    return _draw_colored(images, boxes, colors)
