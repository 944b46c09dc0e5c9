"""Random crops that cover enough of an object: `tf.image.sample_distorted_bounding_box`."""

from __future__ import annotations

import collections
from copy import copy
from typing import Any

import numpy as np
import torch

from ..._core.devices.placement import place
from ..._core.op.op import op
from ..._core.tensor.convert import to_tensor
from ..._core.tensor.host_values import to_numpy
from ..._core.tensor.value_checks import call_with_values
from .._support.arguments import brackets, invalid_argument, op_error
from .._support.gradient_rules import refuse_gradient
from .._support.random_words import RandomWords
from ..random import seeds
from ..random.rng_algorithm import seeded
from .boxes import as_float_tensor

Box = tuple[int, int, int, int]  # top, left, bottom, right, in pixels
_FLOAT = np.float32
_PREFETCH = 16  # blocks of random words


def _rounded(x: Any) -> int:
    return int(np.rint(_FLOAT(x)))


def _crop(
    size: tuple[int, int], area_range: Any, aspect_ratio: np.float32, words: RandomWords
) -> Box | None:
    """A random box with an area in a range and a given aspect ratio; None if there is none."""
    rows, columns = size
    if rows <= 0 or columns <= 0 or area_range[0] > area_range[1]:
        return None
    min_area, max_area = (_FLOAT(_FLOAT(_FLOAT(area) * columns) * rows) for area in area_range)
    height, max_height = (_rounded(np.sqrt(area / aspect_ratio)) for area in (min_area, max_area))
    if _rounded(_FLOAT(max_height) * aspect_ratio) > columns:
        max_height = int((columns + 0.5 - float(_FLOAT(0.0000001))) / float(aspect_ratio))
        if _rounded(_FLOAT(max_height) * aspect_ratio) > columns:
            max_height -= 1
    max_height = min(max_height, rows)
    height = min(height, max_height)
    if height < max_height:
        height += words.below(max_height - height + 1)
    width = _rounded(_FLOAT(height) * aspect_ratio)
    if width * height < min_area:
        height += 1
        width = _rounded(_FLOAT(height) * aspect_ratio)
    if width * height > max_area:
        height -= 1
        width = _rounded(_FLOAT(height) * aspect_ratio)
    area = _FLOAT(width * height)
    if not (min_area <= area <= max_area and 0 < width <= columns and 0 < height <= rows):
        return None
    top = words.below(rows - height) if height < rows else 0
    left = words.below(columns - width) if width < columns else 0
    return top, left, top + height, left + width


def _area(box: Box) -> np.float32:
    return _FLOAT((box[3] - box[1]) * (box[2] - box[0]))


def _covers(crop: Box, objects: list[Box], min_covered: np.float32) -> bool:
    """Whether the crop covers enough of one of the objects. Objects without pixels do not count."""
    if _area(crop) < 1:
        return False
    for box in objects:
        if _area(box) < 1:
            continue
        top, left = max(crop[0], box[0]), max(crop[1], box[1])
        bottom, right = min(crop[2], box[2]), min(crop[3], box[3])
        intersection = (
            _FLOAT(0) if left > right or top > bottom else _area((top, left, bottom, right))
        )
        if intersection / _area(box) >= min_covered:
            return True
    return False


def _objects(boxes: np.ndarray, size: tuple[int, int], allow_whole_image: bool) -> list[Box]:
    if boxes.ndim != 3:
        raise invalid_argument(
            f"input boxes must be 3-dimensional [batch, num_boxes, coords]: {brackets(boxes.shape)}"
        )
    if boxes.shape[2] != 4:
        raise invalid_argument(
            f"bounding boxes must have shape [4] or [*, 4], got {brackets(boxes.shape)}"
        )
    if not boxes.size:
        if not allow_whole_image:
            raise invalid_argument(
                "No bounding boxes provided as input. One must enable "
                "use_image_if_no_bounding_boxes if you wish to not provide any bounding boxes."
            )
        return [(0, 0, *size)]
    if not ((boxes >= 0) & (boxes <= 1)).all():
        raise invalid_argument("All bounding box coordinates must be in [0.0, 1.0]")
    scale = np.array([*size, *size], np.float32)
    return [tuple(row) for row in (boxes.reshape(-1, 4) * scale).astype(np.int64).tolist()]


def _ranges(aspect_ratios: Any, areas: Any, attempts: Any, operation: str) -> tuple[Any, Any, int]:
    """Applies the defaults of the attributes, and validates them."""
    aspect_ratios = (0.75, 1.33) if aspect_ratios is None else tuple(aspect_ratios)
    areas = (0.05, 1.0) if areas is None else tuple(areas)
    attempts = 100 if attempts is None else attempts
    if len(aspect_ratios) != 2:
        raise op_error(operation, "Aspect ratio range field must specify 2 dimensions")
    if min(aspect_ratios) <= 0:
        raise op_error(
            operation, f"Aspect ratio range must be non-negative: {brackets(aspect_ratios)}"
        )
    if len(areas) != 2:
        raise op_error(operation, "Area range field must specify 2 dimensions")
    if min(areas) <= 0:
        raise op_error(operation, f"Area range must be non-negative: {brackets(areas)}")
    if max(areas) > 1:
        raise op_error(
            operation, f"Area range must be less then or equal to 1.0: {brackets(areas)}"
        )
    if attempts <= 0:
        raise op_error(operation, f"Max attempts must be non-negative: {attempts}")
    return aspect_ratios, areas, attempts


def _sample_box(
    image_size: torch.Tensor,
    boxes: torch.Tensor,
    min_covered: torch.Tensor,
    words: RandomWords,
    ranges: tuple[Any, Any, int],
    allow_whole_image: bool,
) -> Any:
    if image_size.ndim != 1:
        raise invalid_argument(f"image_size must be 1-dimensional{brackets(image_size.shape)}")
    if image_size.numel() != 3:
        raise invalid_argument(f"image_size must contain 3 elements{brackets(image_size.shape)}")
    rows, columns, _ = image_size.tolist()
    if min(rows, columns) < 0:
        raise invalid_argument("image height and width cannot be >= int32 max")
    if min_covered.ndim:
        raise invalid_argument(
            f"min_object_covered must be 0-D, got shape {brackets(min_covered.shape)}"
        )
    least_covered = _FLOAT(min_covered.item())
    if not least_covered >= 0:
        raise invalid_argument(f"Min object covered must be non-negative: {least_covered}")
    size = rows, columns
    objects = _objects(to_numpy(boxes), size, allow_whole_image)
    aspect_ratios, areas, attempts = ranges
    min_ratio, max_ratio = _FLOAT(aspect_ratios[0]), _FLOAT(aspect_ratios[1])
    box: Box = (0, 0, rows, columns)
    for _ in range(attempts):
        crop = _crop(
            size, areas, _FLOAT(words.single()) * (max_ratio - min_ratio) + min_ratio, words
        )
        if crop is not None and _covers(crop, objects, least_covered):
            box = crop
            break
    top, left, bottom, right = box
    begin = place(image_size.new_tensor([top, left, 0]))
    extent = place(image_size.new_tensor([bottom - top, right - left, -1]))
    scale = torch.tensor([rows, columns] * 2, dtype=torch.float32)
    relative_box = torch.tensor(box, dtype=torch.float32) / scale
    return [begin, extent, place(relative_box.reshape(1, 1, 4))]


@op(
    "SampleDistortedBoundingBoxV2",
    "image_size bounding_boxes min_object_covered",
    unrecorded=True,
    host="image_size bounding_boxes min_object_covered",
)
def _sample(
    image_size: Any,
    bounding_boxes: Any,
    min_object_covered: Any,
    words: Any,
    ranges: Any,
    allow_whole_image: Any,
) -> Any:
    return _sample_box(
        image_size, bounding_boxes, min_object_covered, words, ranges, allow_whole_image
    )


@op(
    "StatelessSampleDistortedBoundingBox",
    "image_size bounding_boxes min_object_covered",
    host="image_size bounding_boxes min_object_covered",
)
def _sample_stateless(
    image_size: Any,
    bounding_boxes: Any,
    min_object_covered: Any,
    words: Any,
    ranges: Any,
    allow_whole_image: Any,
) -> Any:
    def sample(size: Any, boxes: Any, min_covered: Any) -> Any:
        # Traced functions call this several times, and each call has the same words.
        return _sample_box(size, boxes, min_covered, copy(words), ranges, allow_whole_image)

    def examples() -> Any:
        vectors = [torch.empty(3, dtype=image_size.dtype) for _ in range(2)]
        return [*map(place, vectors), place(torch.empty(1, 1, 4))]

    results = call_with_values(sample, examples, image_size, bounding_boxes, min_object_covered)
    sources = bounding_boxes, min_object_covered
    results[2] = refuse_gradient("StatelessSampleDistortedBoundingBox", sources, results[2])
    return results


SampleDistortedBoundingBoxV2 = collections.namedtuple(
    "SampleDistortedBoundingBoxV2", "begin size bboxes"
)
StatelessSampleDistortedBoundingBox = collections.namedtuple(
    "StatelessSampleDistortedBoundingBox", "begin size bboxes"
)


def sample_distorted_bounding_box(
    image_size: Any,
    bounding_boxes: Any,
    seed: Any = 0,
    min_object_covered: Any = 0.1,
    aspect_ratio_range: Any = None,
    area_range: Any = None,
    max_attempts: Any = None,
    use_image_if_no_bounding_boxes: Any = None,
    name: str | None = None,
) -> Any:
    """Implements `tf.image.sample_distorted_bounding_box`: a random box covering part of an object.

    Args:
      image_size: [height, width, channels].
      bounding_boxes: the objects, [batch, boxes, 4], relative to the size of the image.
      seed: the seed of this operation; with 0, the global seed is ignored, too.
      min_object_covered: the fraction of an object that the box must cover.
      aspect_ratio_range: the range of width / height; (0.75, 1.33) by default.
      area_range: the range of the fraction of the image that the box covers; (0.05, 1) by default.
      max_attempts: the number of attempts before the whole image is returned; 100 by default.
      use_image_if_no_bounding_boxes: whether to take the whole image as object if there is none.
      name: ignored.

    Returns:
      Begin and size for `tf.slice`, and the box [1, 1, 4].

    Raises:
      InvalidArgumentError: if ranges or shapes do not fit.
      ValueError: if determinism is enabled and `seed` is 0.
    """
    operation = "SampleDistortedBoundingBoxV2"
    if not seed and seeds.are_required():
        raise ValueError(
            "tf.image.sample_distorted_bounding_box requires a non-zero seed to be passed in when "
            f"determinism is enabled, but got seed={seed}. Please pass in a non-zero seed, e.g. by "
            'passing "seed=1".'
        )
    op_seeds = seeds.next_op_seeds(seed) if seed else None
    ranges = _ranges(aspect_ratio_range, area_range, max_attempts, operation)
    size = to_tensor(image_size)
    allow_whole_image = bool(use_image_if_no_bounding_boxes)
    key = (operation, size.dtype, ranges, allow_whole_image)
    words = RandomWords(*seeds.reserve_blocks(key, op_seeds, ranges[2]), _PREFETCH)
    results = _sample(
        size, as_float_tensor(bounding_boxes), min_object_covered, words, ranges, allow_whole_image
    )
    return SampleDistortedBoundingBoxV2(*results)


def stateless_sample_distorted_bounding_box(
    image_size: Any,
    bounding_boxes: Any,
    seed: Any,
    min_object_covered: Any = 0.1,
    aspect_ratio_range: Any = None,
    area_range: Any = None,
    max_attempts: Any = None,
    use_image_if_no_bounding_boxes: Any = None,
    name: str | None = None,
) -> Any:
    """Implements `tf.image.stateless_sample_distorted_bounding_box`.

    As `sample_distorted_bounding_box`, determined by `seed` [2] alone.
    """
    operation = "StatelessSampleDistortedBoundingBox"
    ranges = _ranges(aspect_ratio_range, area_range, max_attempts, operation)
    words = RandomWords(seeded(seed, operation), 0, _PREFETCH)
    allow_whole_image = bool(use_image_if_no_bounding_boxes)
    results = _sample_stateless(
        image_size,
        as_float_tensor(bounding_boxes),
        min_object_covered,
        words,
        ranges,
        allow_whole_image,
    )
    return StatelessSampleDistortedBoundingBox(*results)
