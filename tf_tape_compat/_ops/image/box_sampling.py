"""Boxes drawn at random that cover enough of the objects in an image."""

from __future__ import annotations

import collections
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch

from ..._core.op.op import op
from ..._core.tensor.convert import to_tensor
from ..._core.tensor.host_values import to_numpy
from .._support.arguments import brackets, failure, invalid
from .._support.gradient_rules import refuse_gradient
from .._support.philox import Source, word_list
from ..random import seeds
from ..random.rng_algorithm import seeded
from .boxes import floats

Rectangle = tuple[int, int, int, int]  # top, left, bottom, right
_FLOAT = np.float32


class _Words:
    """Random numbers made of one 32-bit word after the other."""

    def __init__(self, source: Source, start: int) -> None:
        self._words = self._all(source, start)

    @staticmethod
    def _all(source: Source, start: int) -> Iterator[int]:
        while True:
            yield from word_list(source, start, 16)
            start += 16

    def part(self) -> np.float32:
        """A number in [0, 1)."""
        bits = np.array((next(self._words) & 0x7FFFFF) | 0x3F800000, np.uint32)
        return _FLOAT(bits.view(np.float32)[()] - _FLOAT(1))

    def below(self, limit: int) -> int:
        """An integer in [0, limit), all alike."""
        word = next(self._words)
        if limit & (limit - 1) == 0:
            return word & (limit - 1) if limit else 0
        while word < 0xFFFFFFFF % limit + 1:
            word = next(self._words)
        return word % limit


def _rounded(x: Any) -> int:
    return int(np.rint(_FLOAT(x)))


def _crop(size: tuple[int, int], areas: Any, ratio: np.float32, words: _Words) -> Rectangle | None:
    """A rectangle of an area in a range and of a ratio of its sides; None if there is none."""
    rows, columns = size
    if rows <= 0 or columns <= 0 or areas[0] > areas[1]:
        return None
    least, most = (_FLOAT(_FLOAT(_FLOAT(area) * columns) * rows) for area in areas)
    height, limit = (_rounded(np.sqrt(area / ratio)) for area in (least, most))
    if _rounded(_FLOAT(limit) * ratio) > columns:
        limit = int((columns + 0.5 - float(_FLOAT(0.0000001))) / float(ratio))
        if _rounded(_FLOAT(limit) * ratio) > columns:
            limit -= 1
    limit = min(limit, rows)
    height = min(height, limit)
    if height < limit:
        height += words.below(limit - height + 1)
    width = _rounded(_FLOAT(height) * ratio)
    if width * height < least:
        height += 1
        width = _rounded(_FLOAT(height) * ratio)
    if width * height > most:
        height -= 1
        width = _rounded(_FLOAT(height) * ratio)
    area = _FLOAT(width * height)
    if not (least <= area <= most and 0 < width <= columns and 0 < height <= rows):
        return None
    top = words.below(rows - height) if height < rows else 0
    left = words.below(columns - width) if width < columns else 0
    return top, left, top + height, left + width


def _area(box: Rectangle) -> np.float32:
    return _FLOAT((box[3] - box[1]) * (box[2] - box[0]))


def _covers(crop: Rectangle, objects: list[Rectangle], least: np.float32) -> bool:
    """Whether the crop covers enough of one of the objects; those without pixels do not count."""
    if _area(crop) < 1:
        return False
    for box in objects:
        if _area(box) < 1:
            continue
        top, left = max(crop[0], box[0]), max(crop[1], box[1])
        bottom, right = min(crop[2], box[2]), min(crop[3], box[3])
        common = _FLOAT(0) if left > right or top > bottom else _area((top, left, bottom, right))
        if common / _area(box) >= least:
            return True
    return False


def _objects(boxes: np.ndarray, size: tuple[int, int], whole_image: bool) -> list[Rectangle]:
    if boxes.ndim != 3:
        raise invalid(
            f"input boxes must be 3-dimensional [batch, num_boxes, coords]: {brackets(boxes.shape)}"
        )
    if boxes.shape[2] != 4:
        raise invalid(f"bounding boxes must have shape [4] or [*, 4], got {brackets(boxes.shape)}")
    if not boxes.size:
        if not whole_image:
            raise invalid(
                "No bounding boxes provided as input. One must enable "
                "use_image_if_no_bounding_boxes if you wish to not provide any bounding boxes."
            )
        return [(0, 0, *size)]
    if not ((boxes >= 0) & (boxes <= 1)).all():
        raise invalid("All bounding box coordinates must be in [0.0, 1.0]")
    scale = np.array([*size, *size], np.float32)
    return [tuple(row) for row in (boxes.reshape(-1, 4) * scale).astype(np.int64).tolist()]


def _ranges(ratios: Any, areas: Any, attempts: Any, operation: str) -> tuple[Any, Any, int]:
    """The attributes with their defaults, checked."""
    ratios = (0.75, 1.33) if ratios is None else tuple(ratios)
    areas = (0.05, 1.0) if areas is None else tuple(areas)
    attempts = 100 if attempts is None else attempts
    if len(ratios) != 2:
        raise failure(operation, "Aspect ratio range field must specify 2 dimensions")
    if min(ratios) <= 0:
        raise failure(operation, f"Aspect ratio range must be non-negative: {brackets(ratios)}")
    if len(areas) != 2:
        raise failure(operation, "Area range field must specify 2 dimensions")
    if min(areas) <= 0:
        raise failure(operation, f"Area range must be non-negative: {brackets(areas)}")
    if max(areas) > 1:
        raise failure(operation, f"Area range must be less then or equal to 1.0: {brackets(areas)}")
    if attempts <= 0:
        raise failure(operation, f"Max attempts must be non-negative: {attempts}")
    return ratios, areas, attempts


def _sampled(
    image_size: torch.Tensor,
    boxes: torch.Tensor,
    covered: torch.Tensor,
    words: _Words,
    ranges: tuple[Any, Any, int],
    whole_image: bool,
) -> Any:
    if image_size.ndim != 1:
        raise invalid(f"image_size must be 1-dimensional{brackets(image_size.shape)}")
    if image_size.numel() != 3:
        raise invalid(f"image_size must contain 3 elements{brackets(image_size.shape)}")
    rows, columns, _ = image_size.tolist()
    if min(rows, columns) < 0:
        raise invalid("image height and width cannot be >= int32 max")
    if covered.ndim:
        raise invalid(f"min_object_covered must be 0-D, got shape {brackets(covered.shape)}")
    least = _FLOAT(covered.item())
    if not least >= 0:
        raise invalid(f"Min object covered must be non-negative: {least}")
    size = rows, columns
    objects = _objects(to_numpy(boxes), size, whole_image)
    ratios, areas, attempts = ranges
    low, high = _FLOAT(ratios[0]), _FLOAT(ratios[1])
    found: Rectangle = (0, 0, rows, columns)
    for _ in range(attempts):
        crop = _crop(size, areas, words.part() * (high - low) + low, words)
        if crop is not None and _covers(crop, objects, least):
            found = crop
            break
    top, left, bottom, right = found
    begin = torch.tensor([top, left, 0]).to(image_size)
    extent = torch.tensor([bottom - top, right - left, -1]).to(image_size)
    scale = torch.tensor([rows, columns] * 2, dtype=torch.float32)
    box = torch.tensor(found, dtype=torch.float32) / scale
    return [begin, extent, box.reshape(1, 1, 4).to(boxes.device)]


@op("SampleDistortedBoundingBoxV2", "image_size bounding_boxes min_object_covered", unrecorded=True)
def _sample(
    image_size: Any, bounding_boxes: Any, min_object_covered: Any, words: Any, ranges: Any, all: Any
) -> Any:
    return _sampled(image_size, bounding_boxes, min_object_covered, words, ranges, all)


@op("StatelessSampleDistortedBoundingBox", "image_size bounding_boxes min_object_covered")
def _sample_stateless(
    image_size: Any, bounding_boxes: Any, min_object_covered: Any, words: Any, ranges: Any, all: Any
) -> Any:
    found = _sampled(image_size, bounding_boxes, min_object_covered, words, ranges, all)
    sources = bounding_boxes, min_object_covered
    found[2] = refuse_gradient("StatelessSampleDistortedBoundingBox", sources, found[2])
    return found


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
    """A box drawn at random that covers a part of an object, or else the whole image.

    `bounding_boxes` [batch, boxes, 4] are the objects, as parts of the image of size `image_size`
    [3]. Returns begin and size for `tf.slice`, and the box. Without a seed no global one counts.
    Answers for `tf.image.sample_distorted_bounding_box`. Raises InvalidArgumentError for ranges and
    shapes that do not fit, ValueError if seeds are required and there is none.
    """
    operation = "SampleDistortedBoundingBoxV2"
    if not seed and seeds.are_required():
        raise ValueError(
            "tf.image.sample_distorted_bounding_box requires a non-zero seed to be passed in when "
            f"determinism is enabled, but got seed={seed}. Please pass in a non-zero seed, e.g. by "
            'passing "seed=1".'
        )
    taken = seeds.take(seed) if seed else None
    ranges = _ranges(aspect_ratio_range, area_range, max_attempts, operation)
    size = to_tensor(image_size)
    whole = bool(use_image_if_no_bounding_boxes)
    words = _Words(*seeds.draw((operation, size.dtype, ranges, whole), taken, ranges[2]))
    found = _sample(size, floats(bounding_boxes), min_object_covered, words, ranges, whole)
    return SampleDistortedBoundingBoxV2(*found)


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
    """As `sample_distorted_bounding_box`, by a `seed` [2] given to it alone.

    Answers for `tf.image.stateless_sample_distorted_bounding_box`.
    """
    operation = "StatelessSampleDistortedBoundingBox"
    ranges = _ranges(aspect_ratio_range, area_range, max_attempts, operation)
    words = _Words(seeded(seed, operation), 0)
    whole = bool(use_image_if_no_bounding_boxes)
    found = _sample_stateless(
        image_size, floats(bounding_boxes), min_object_covered, words, ranges, whole
    )
    return StatelessSampleDistortedBoundingBox(*found)
