"""Non-maximum suppression for batches of images, and for several classes: on the CPU."""

from __future__ import annotations

import collections
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from ..._core.devices.operand_placement import to_host
from ..._core.devices.placement import place
from ..._core.op.op import op
from ..._core.tensor.convert import INT32, to_tensor
from ..._core.tensor.host_values import to_numpy
from ..._core.tensor.tensor import EagerTensor
from ..._core.tensor.value_checks import call_with_values
from .._support.arguments import brackets, invalid_argument, op_error
from .._support.gradient_rules import refuse_gradient
from .box_selection import box_overlaps, select_boxes, unsuppressed
from .boxes import FLOAT32
from .non_max_suppression import NO_THRESHOLD


def _pairwise_overlaps(boxes: torch.Tensor) -> torch.Tensor:
    """Pairwise intersection over union [batch, boxes, boxes]."""
    top, left, bottom, right = boxes.permute(2, 0, 1).contiguous()
    areas = (bottom - top) * (right - left)

    def pairwise(function: Callable[..., torch.Tensor], side: torch.Tensor) -> torch.Tensor:
        return function(side.unsqueeze(2), side.unsqueeze(1))

    intersection = pairwise(torch.minimum, bottom).sub_(pairwise(torch.maximum, top)).clamp_(min=0)
    intersection *= pairwise(torch.minimum, right).sub_(pairwise(torch.maximum, left)).clamp_(min=0)
    return intersection / pairwise(torch.add, areas).sub_(intersection).add_(1e-8)


def _survivors(boxes: torch.Tensor, iou_threshold: float) -> torch.Tensor:
    """A mask of the boxes, sorted by score, that no unsuppressed better box suppresses."""
    suppresses = to_numpy(_pairwise_overlaps(boxes) >= iou_threshold)
    mask = np.zeros(suppresses.shape[:2], bool)
    for image_mask, image_suppresses in zip(mask, suppresses, strict=True):
        image_mask[unsuppressed(image_suppresses)] = True
    return torch.from_numpy(mask)


def non_max_suppression_padded(
    boxes: Any,
    scores: Any,
    max_output_size: Any,
    iou_threshold: Any = 0.5,
    score_threshold: Any = NO_THRESHOLD,
    pad_to_max_output_size: bool = False,
    name: str | None = None,
    sorted_input: bool = False,
    canonicalized_coordinates: bool = False,
    tile_size: Any = 512,
) -> Any:
    """Implements `tf.image.non_max_suppression_padded`.

    Args:
      boxes: [..., boxes, 4].
      scores: [..., boxes].
      max_output_size: the largest number of boxes to select.
      iou_threshold: boxes with at least this overlap with a better box are left out.
      score_threshold: boxes with a score no larger than this are left out.
      pad_to_max_output_size: whether to pad the result; required for a batch.
      name: ignored.
      sorted_input: whether boxes are sorted by score already.
      canonicalized_coordinates: whether boxes are (top, left, bottom, right) already.
      tile_size: ignored.

    Returns:
      The indices of the selected boxes, int32 [..., max_output_size], padded with zeros, and their
      number [...].

    Raises:
      ValueError: for a batch without `pad_to_max_output_size`, or if shapes do not fit.
      TypeError: if boxes or scores are not floating point.
    """
    if not pad_to_max_output_size and boxes.get_shape().rank > 2:
        raise ValueError(
            f"'pad_to_max_output_size' (value {pad_to_max_output_size}) must be True for "
            "batched input"
        )
    count = int(to_tensor(max_output_size, INT32))
    iou_limit, score_limit = float(iou_threshold), float(score_threshold)
    box, score = _checked_boxes(boxes, scores)
    batches, box_count = box.shape[:-2], box.shape[-2]
    box, score = box.reshape(-1, box_count, 4), score.reshape(-1, box_count)
    if score_limit != NO_THRESHOLD:
        high = score > score_limit
        score, box = score * high, box * high.unsqueeze(2)
    if not canonicalized_coordinates:
        box = _canonicalized(box)
    sorted_index = torch.arange(box_count, device="cpu").expand(len(box), box_count)
    if not sorted_input:
        sorted_index = torch.sort(score, dim=1, descending=True, stable=True).indices
        box = box.gather(1, sorted_index.unsqueeze(2).expand(-1, -1, 4))
    box = box.float()
    kept = _survivors(box, iou_limit) & (box > 0).any(2)
    valid = kept.sum(1).clamp(max=count)
    # A stable sort moves the kept boxes to the front.
    kept_first = torch.sort((~kept).to(torch.uint8), dim=1, stable=True).indices
    index = sorted_index.gather(1, kept_first)[:, :count]
    index = torch.nn.functional.pad(index, (0, count - index.shape[1]))
    is_valid = torch.arange(count, device="cpu") < valid.unsqueeze(1)
    index = torch.where(is_valid, index, 0).to(torch.int32)
    total = EagerTensor(place(valid.to(torch.int32).reshape(batches)))
    if not pad_to_max_output_size:
        return EagerTensor(place(index[0, : int(valid[0])])), total
    return EagerTensor(place(index.reshape(*batches, count))), total


def _checked_boxes(boxes: Any, scores: Any) -> tuple[torch.Tensor, torch.Tensor]:
    """The payloads of boxes and scores, on the CPU, after checking their shapes and dtypes."""
    box_tensor, score_tensor = to_tensor(boxes, None, FLOAT32), to_tensor(scores, None, FLOAT32)
    if (
        box_tensor.ndim < 2
        or box_tensor.shape[-1] != 4
        or score_tensor.shape != box_tensor.shape[:-1]
    ):
        raise ValueError(
            "boxes must be [..., boxes, 4] and scores [..., boxes]. Received: boxes.shape="
            f"{box_tensor.shape}, scores.shape={score_tensor.shape}"
        )
    for tensor in (box_tensor, score_tensor):
        if not tensor.dtype.is_floating:
            raise TypeError(f"boxes and scores must be floating point, got {tensor.dtype.name}")
    return to_host(box_tensor._t.detach()), to_host(score_tensor._t.detach())


def _canonicalized(boxes: torch.Tensor) -> torch.Tensor:
    """Boxes as (top, left, bottom, right). As in TensorFlow, the first one decides for all."""
    first = boxes[0, 0]
    vertical = [0, 2] if first[0] <= first[2] else [2, 0]
    horizontal = [1, 3] if first[1] <= first[3] else [3, 1]
    return boxes[:, :, [vertical[0], horizontal[0], vertical[1], horizontal[1]]]


CombinedNonMaxSuppression = collections.namedtuple(
    "CombinedNonMaxSuppression", "nmsed_boxes nmsed_scores nmsed_classes valid_detections"
)


def _select_for_image(
    boxes: np.ndarray,
    scores: np.ndarray,
    count: int,
    total: int,
    iou_threshold: float,
    score_threshold: float,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The best boxes of an image, their scores and classes."""
    selected, selected_scores, classes = [], [], []
    for class_index in range(scores.shape[1]):
        if class_index < boxes.shape[1]:
            class_boxes = boxes[:, class_index]
            overlap = box_overlaps(class_boxes)
        index, class_scores = select_boxes(
            scores[:, class_index], overlap, count, iou_threshold, score_threshold
        )
        selected.append(class_boxes[index])
        selected_scores.append(class_scores)
        classes.append(np.full(len(class_scores), class_index, np.float32))
    all_scores = np.concatenate(selected_scores)
    order = np.argsort(-all_scores, kind="stable")[:total]
    return np.concatenate(selected)[order], all_scores[order], np.concatenate(classes)[order]


@op("CombinedNonMaxSuppression", "boxes scores", host="boxes scores")
def _suppress_per_class(
    boxes: Any,
    scores: Any,
    count: Any,
    total: Any,
    iou_threshold: float,
    score_threshold: float,
    by_class: bool,
    clip: bool,
) -> Any:
    if count <= 0:
        raise invalid_argument("max_size_per_class must be positive")
    if total <= 0:
        raise invalid_argument("max_total_size must be > 0")
    if not 0 <= iou_threshold <= 1:
        raise invalid_argument("iou_threshold must be in [0, 1]")
    if len(boxes) != len(scores):
        raise invalid_argument("boxes and scores must have same batch size")
    if boxes.ndim != 4:
        raise invalid_argument(f"boxes must be 4-D{brackets(boxes.shape)}")
    if scores.ndim != 3:
        raise invalid_argument(f"scores must be 3-D{brackets(scores.shape)}")
    num_classes = scores.shape[2]
    if boxes.shape[2] not in (1, num_classes):
        raise invalid_argument("third dimension of boxes must be either 1 or num classes")
    if boxes.shape[3] != 4:
        raise invalid_argument("boxes must have 4 columns")
    if boxes.shape[1] != scores.shape[1]:
        raise invalid_argument("scores has incompatible shape")
    rows = min(total, count * num_classes) if by_class else total
    batch = len(boxes)

    def select(boxes: torch.Tensor, scores: torch.Tensor) -> list[torch.Tensor]:
        limits = count, rows, iou_threshold, score_threshold
        return _select_for_images(boxes, scores, limits, clip)

    def results() -> list[torch.Tensor]:
        sizes = (batch, rows, 4), (batch, rows), (batch, rows)
        return [*(torch.empty(size) for size in sizes), torch.empty(batch, dtype=torch.int32)]

    *floating, valid = map(place, call_with_values(select, results, boxes, scores))
    without = [refuse_gradient("CombinedNonMaxSuppression", (scores, boxes), x) for x in floating]
    return [*without, valid]


def _select_for_images(
    boxes: torch.Tensor, scores: torch.Tensor, limits: tuple[Any, ...], clip: bool
) -> list[torch.Tensor]:
    """The selected boxes, their scores and classes, and how many are valid, of each image."""
    batch, rows = len(boxes), limits[1]
    selected_boxes = np.zeros((batch, rows, 4), np.float32)
    selected_scores, classes = np.zeros((2, batch, rows), np.float32)
    valid = np.zeros(batch, np.int32)
    pairs = zip(to_numpy(boxes), to_numpy(scores), strict=True)
    for i, (box, score) in enumerate(pairs):
        detections = _select_for_image(box, score, *limits)
        valid[i] = n = len(detections[1])
        selected_boxes[i, :n], selected_scores[i, :n], classes[i, :n] = detections
    if clip:
        selected_boxes = np.clip(selected_boxes, 0, 1)
    return [torch.from_numpy(x) for x in (selected_boxes, selected_scores, classes, valid)]


def combined_non_max_suppression(
    boxes: Any,
    scores: Any,
    max_output_size_per_class: Any,
    max_total_size: Any,
    iou_threshold: Any = 0.5,
    score_threshold: Any = NO_THRESHOLD,
    pad_per_class: bool = False,
    clip_boxes: bool = True,
    name: str | None = None,
) -> Any:
    """Implements `tf.image.combined_non_max_suppression`: per class, for each image of a batch.

    Args:
      boxes: [batch, boxes, 1 or classes, 4].
      scores: [batch, boxes, classes].
      max_output_size_per_class: the largest number of boxes to select for each class.
      max_total_size: the largest number of boxes to select for an image.
      iou_threshold: boxes with a larger overlap with a better box are left out.
      score_threshold: boxes with a score no larger than this are left out.
      pad_per_class: whether the result is limited to the largest possible number of boxes.
      clip_boxes: whether to clip the boxes to [0, 1].
      name: ignored.

    Returns:
      Boxes, scores and classes, padded with zeros, and the number of boxes of each image.

    Raises:
      InvalidArgumentError: if shapes do not fit.
    """
    iou, min_score = (float(to_tensor(x, FLOAT32)) for x in (iou_threshold, score_threshold))
    sizes = []
    for size in (max_output_size_per_class, max_total_size):
        size_tensor = to_tensor(size, INT32)
        if size_tensor.ndim:
            raise op_error("CombinedNonMaxSuppression", "sizes must be scalars")
        sizes.append(int(size_tensor))
    count, total = sizes
    flags = bool(pad_per_class), bool(clip_boxes)
    detections = _suppress_per_class(boxes, scores, count, total, iou, min_score, *flags)
    return CombinedNonMaxSuppression(*detections)
