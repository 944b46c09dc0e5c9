"""Boxes of images: cut out and resized, or drawn into them."""

from __future__ import annotations

from typing import Any

import torch

from ..._core.op.op import op
from ..._core.recording.admission import single_op
from ..._core.tensor.convert import INT32, to_tensor
from ..._core.tensor.static_args import is_concrete
from ..._core.types.dtype import as_dtype
from ...errors import OutOfRangeError
from .._support.arguments import brackets, invalid
from .._support.gradient_rules import refuse_gradient, with_gradient
from .._support.operands import is_typed
from ..array.sliding_windows import one_of

FLOAT32 = as_dtype("float32")


def floats(value: Any) -> Any:
    """An argument of floating point numbers; what is neither tensor nor half becomes float32."""
    if is_typed(value) or getattr(value, "dtype", None) == "float16":
        return to_tensor(value)
    return to_tensor(value, None, FLOAT32)


# -- crops --------------------------------------------------------------------------------------


def _places(low: torch.Tensor, high: torch.Tensor, size: int, count: int) -> torch.Tensor:
    """Where the `count` pixels between two edges (parts of `size`) are, for each box."""
    last = size - 1
    if count > 1:
        steps = torch.arange(count, dtype=low.dtype, device=low.device)
        scale = (high - low) * (last / (count - 1))
        return low.unsqueeze(1) * last + steps * scale.unsqueeze(1)
    return (0.5 * (low + high) * last).unsqueeze(1)


def _picked(image: torch.Tensor, index: torch.Tensor, y: torch.Tensor, x: torch.Tensor) -> Any:
    """The pixels at places [boxes, rows] and [boxes, columns]."""
    _, height, width, channels = image.shape
    row = index.long().unsqueeze(1) * height + y.clamp(0, height - 1).long()
    place = row.unsqueeze(2) * width + x.clamp(0, width - 1).long().unsqueeze(1)
    found = image.reshape(-1, channels).index_select(0, place.reshape(-1))
    return found.reshape(*place.shape, channels)


def _between(
    image: torch.Tensor, index: torch.Tensor, y: torch.Tensor, x: torch.Tensor
) -> torch.Tensor:
    """The pixels around each place, weighted by their distances."""
    rows, columns = y.shape[1], x.shape[1]
    top, left = y.detach().floor(), x.detach().floor()
    down = (y - top)[:, :, None, None]
    right = (x - left)[:, None, :, None]
    around = _picked(
        image,
        index,
        torch.cat((top, y.detach().ceil()), 1),
        torch.cat((left, x.detach().ceil()), 1),
    )
    near, far = around[:, :, :columns], around[:, :, columns:]
    across = near + (far - near) * right
    upper, lower = across[:, :rows], across[:, rows:]
    return upper + (lower - upper) * down


def _nearest(
    image: torch.Tensor, index: torch.Tensor, y: torch.Tensor, x: torch.Tensor
) -> torch.Tensor:
    return _picked(image, index, torch.floor(y + 0.5), torch.floor(x + 0.5))


def _cut(
    image: torch.Tensor,
    boxes: torch.Tensor,
    index: torch.Tensor,
    size: tuple[int, int],
    method: str,
    outside: float,
) -> torch.Tensor:
    rows, columns = image.shape[1:3]
    y = _places(boxes[:, 0], boxes[:, 2], rows, size[0])
    x = _places(boxes[:, 1], boxes[:, 3], columns, size[1])
    found = (_between if method == "bilinear" else _nearest)(image.float(), index, y, x)
    in_rows = ((y >= 0) & (y <= rows - 1))[:, :, None, None]
    in_columns = ((x >= 0) & (x <= columns - 1))[:, None, :, None]
    return torch.where(in_rows & in_columns, found, outside)


def _cut_gradient(grad: torch.Tensor, _: Any, image: Any, boxes: Any, *others: Any) -> Any:
    """By the image as it was cut, by the boxes always as of "bilinear"."""
    index, size, method, outside = others
    source, edges = image.detach().float(), boxes.detach()

    def bilinear(source: Any, edges: Any) -> Any:
        return _cut(source, edges, index, size, "bilinear", outside)

    # Not torch.autograd: this runs within vmap, too.
    by_image, by_boxes = torch.func.vjp(bilinear, source, edges)[1](grad.detach())
    if method != "bilinear":
        back = torch.func.vjp(lambda x: _cut(x, edges, index, size, method, outside), source)[1]
        (by_image,) = back(grad.detach())
    by_image = refuse_gradient("CropAndResizeGradImage", (grad, boxes), by_image.to(image.dtype))
    by_boxes = refuse_gradient("CropAndResizeGradBoxes", (grad, image, boxes), by_boxes)
    return (by_image if image.is_floating_point() else None), by_boxes, None


@with_gradient(_cut_gradient)
def _crop(image: Any, boxes: Any, index: Any, size: Any, method: str, outside: float) -> Any:
    return _cut(image, boxes, index, size, method, outside)


@op("CropAndResize", "image boxes box_ind")
@single_op
def _crop_and_resize(
    image: Any, boxes: Any, box_ind: Any, size: tuple[int, ...], method: str, outside: float
) -> Any:
    if image.ndim != 4:
        raise invalid(f"input image must be 4-D{brackets(image.shape)}")
    if len(size) != 2:
        raise invalid(f"crop_size must have two elements{brackets((len(size),))}")
    if min(image.shape[1:3]) <= 0:
        raise invalid("image dimensions must be positive")
    if min(size) <= 0:
        raise invalid("crop dimensions must be positive")
    if boxes.numel() or box_ind.numel():
        if boxes.ndim != 2:
            raise invalid(f"boxes must be 2-D, got: {brackets(boxes.shape)}")
        if boxes.shape[1] != 4:
            raise invalid("boxes must have 4 columns")
        if box_ind.ndim != 1 or len(box_ind) != len(boxes):
            raise invalid("box_index has incompatible shape")
    if is_concrete(boxes) and not bool(boxes.isfinite().all()):
        raise invalid("Boxes contains at least one element that is not finite")
    if is_concrete(box_ind) and bool(((box_ind < 0) | (box_ind >= len(image))).any()):
        raise OutOfRangeError(None, None, "box_index has values outside [0, batch_size)")
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
    """Boxes of images, all resized to `crop_size` [2]; answers for `tf.image.crop_and_resize`.

    `boxes` [boxes, 4] (top, left, bottom, right, as parts of the image) are of the images with the
    numbers `box_indices`. Pixels outside of an image are `extrapolation_value`. The result is
    float32. Raises InvalidArgumentError for sizes that do not fit, OutOfRangeError for numbers
    without an image.
    """
    method = one_of(method, "method", ("bilinear", "nearest"))
    size = tuple(to_tensor(crop_size, INT32).numpy().reshape(-1).tolist())
    return _crop_and_resize(image, boxes, box_indices, size, method, float(extrapolation_value))


# -- drawing ------------------------------------------------------------------------------------

_COLORS = (
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


def _edges(low: torch.Tensor, high: torch.Tensor, size: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Which places along an axis are at an edge of each box, and which within it."""
    places = torch.arange(size, device=low.device)
    low, high = low.unsqueeze(1), high.unsqueeze(1)
    return (places == low) | (places == high), (places >= low) & (places <= high)


def _drawn(images: torch.Tensor, boxes: torch.Tensor, colors: torch.Tensor | None) -> torch.Tensor:
    if images.ndim != 4:
        raise invalid("The rank of the images should be 4")
    if boxes.ndim != 3:
        raise invalid("The rank of the boxes tensor should be 3")
    if len(images) != len(boxes):
        raise invalid("The batch sizes should be the same")
    depth = images.shape[3]
    if depth not in (1, 3, 4):
        raise invalid("Channel depth should be either 1 (GRY), 3 (RGB), or 4 (RGBA)")
    if boxes.shape[2] != 4:
        raise invalid(
            f"The size of the third dimension of the box must be 4. Received: {boxes.shape[2]}"
        )
    if colors is not None and colors.ndim != 2:
        raise invalid(f"colors must be a 2-D matrix{brackets(colors.shape)}")
    if colors is not None and colors.shape[1] < depth:
        raise invalid(
            "colors must have equal or more channels than the image provided: "
            f"{brackets(colors.shape)}"
        )
    if colors is None or not colors.numel():
        table = [(1, 1, 1, 1)] * 10 if depth == 1 else _COLORS
        colors = torch.tensor(table, dtype=torch.float32, device=images.device)
    colors = colors[:, :depth].to(images.dtype)
    height, width = images.shape[1:3]
    scale = torch.tensor([height - 1, width - 1] * 2, dtype=boxes.dtype, device=boxes.device)
    sides = (boxes * scale).long()
    for number in range(boxes.shape[1]):
        top, left, bottom, right = sides[:, number].unbind(1)
        row_edge, row_within = _edges(top, bottom, height)
        column_edge, column_within = _edges(left, right, width)
        line = row_edge.unsqueeze(2) & column_within.unsqueeze(1)
        line = line | (row_within.unsqueeze(2) & column_edge.unsqueeze(1))
        line = line & ((top <= bottom) & (left <= right))[:, None, None]
        images = torch.where(line.unsqueeze(3), colors[number % len(colors)], images)
    return images


@op("DrawBoundingBoxes", "images boxes", nondifferentiable=True, default="float32")
def _draw(images: Any, boxes: Any) -> Any:
    return _drawn(images, boxes, None)


@op("DrawBoundingBoxesV2", "images boxes colors", default="float32")
@single_op
def _draw_colored(images: Any, boxes: Any, colors: Any) -> Any:
    found = _drawn(images, boxes, colors)
    return refuse_gradient("DrawBoundingBoxesV2", (images, boxes, colors), found)


def draw_bounding_boxes(images: Any, boxes: Any, colors: Any, name: str | None = None) -> Any:
    """Images with the outlines of `boxes` [batch, boxes, 4]; for `tf.image.draw_bounding_boxes`.

    A box is top, left, bottom and right as parts of the image. `colors` [colors, channels] are used
    in turn; None for TensorFlow's own. Raises InvalidArgumentError for shapes that do not fit.
    """
    if colors is None:
        return _draw(images, boxes)
    return _draw_colored(images, boxes, colors)
