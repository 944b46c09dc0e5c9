"""Non-maximum suppression: the best of overlapping boxes, for one image.

Boxes are selected one after another, on the CPU.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from ..._core.devices.placement import place
from ..._core.op.op import op
from ..._core.tensor.convert import INT32, to_tensor
from ..._core.tensor.host_values import to_numpy
from .._support.arguments import brackets, invalid_argument
from .._support.gradient_rules import refuse_gradient
from .box_selection import box_overlaps, select_boxes, select_boxes_softly

NO_THRESHOLD = float("-inf")


def _count_array(count: Any) -> np.ndarray:
    """The number of boxes to select, as an array."""
    return to_numpy(to_tensor(count, INT32)._t)


def _check_arguments(
    boxes: torch.Tensor,
    scores: torch.Tensor,
    count: np.ndarray,
    most: torch.Tensor,
    least: torch.Tensor,
) -> None:
    if count.ndim:
        raise invalid_argument(f"max_output_size must be 0-D, got shape {brackets(count.shape)}")
    if count < 0:
        raise invalid_argument("output size must be non-negative")
    if most.ndim:
        raise invalid_argument(f"iou_threshold must be 0-D, got shape {brackets(most.shape)}")
    if least.ndim:
        raise invalid_argument(f"score_threshold must be 0-D, got shape {brackets(least.shape)}")
    if not 0 <= most <= 1:
        raise invalid_argument("iou_threshold must be in [0, 1]")
    if boxes.ndim != 2:
        raise invalid_argument(
            f"boxes must be 2-D{brackets(boxes.shape)} (Shape must be rank 2 but is rank "
            f"{boxes.ndim})"
        )
    if boxes.shape[1] != 4:
        raise invalid_argument(
            f"boxes must have 4 columns (Dimension must be 4 but is {boxes.shape[1]})"
        )
    if scores.ndim != 1:
        raise invalid_argument(f"scores must be 1-D{brackets(scores.shape)}")
    if len(scores) != len(boxes):
        raise invalid_argument(
            f"scores has incompatible shape (Dimensions must be equal, but are {len(boxes)} and "
            f"{len(scores)})"
        )


@op(
    "NonMaxSuppressionV3",
    "boxes:T scores:T iou_threshold:T_threshold score_threshold:T_threshold",
    unregistered=True,
    default="float32",
    host="boxes scores iou_threshold score_threshold",
)
def _suppress(boxes: Any, scores: Any, iou_threshold: Any, score_threshold: Any, count: Any) -> Any:
    most, least = iou_threshold, score_threshold
    _check_arguments(boxes, scores, count, most, least)
    overlap = box_overlaps(to_numpy(boxes.float()))
    index, _ = select_boxes(
        to_numpy(scores.float()), overlap, int(count), float(most), float(least)
    )
    return place(torch.from_numpy(index))


def non_max_suppression(
    boxes: Any,
    scores: Any,
    max_output_size: Any,
    iou_threshold: Any = 0.5,
    score_threshold: Any = NO_THRESHOLD,
    name: str | None = None,
) -> Any:
    """Implements `tf.image.non_max_suppression`.

    Args:
      boxes: [boxes, 4], two opposite corners each.
      scores: [boxes].
      max_output_size: the largest number of boxes to select.
      iou_threshold: boxes with a larger intersection over union with a better box are left out.
      score_threshold: boxes with a score no larger than this are left out.
      name: ignored.

    Returns:
      The indices of the selected boxes, int32, best first.

    Raises:
      InvalidArgumentError: if shapes do not fit, or `iou_threshold` is not in [0, 1].
    """
    most, least = to_tensor(iou_threshold), to_tensor(score_threshold)
    return _suppress(boxes, scores, most, least, _count_array(max_output_size))


@op(
    "NonMaxSuppressionV5",
    "boxes:T scores:T iou_threshold:T score_threshold:T soft_nms_sigma:T",
    default="float32",
    host="boxes scores iou_threshold score_threshold soft_nms_sigma",
)
def _suppress_with_scores(
    boxes: Any,
    scores: Any,
    iou_threshold: Any,
    score_threshold: Any,
    soft_nms_sigma: Any,
    count: Any,
) -> Any:
    most, least, sigma = iou_threshold, score_threshold, soft_nms_sigma
    _check_arguments(boxes, scores, count, most, least)
    if sigma < 0:
        raise invalid_argument("soft_nms_sigma_val must be >= 0")
    overlap, values = box_overlaps(to_numpy(boxes.float())), to_numpy(scores.float())
    if sigma > 0:
        selected, values = select_boxes_softly(
            values, overlap, int(count), float(least), float(sigma)
        )
    else:
        selected, values = select_boxes(values, overlap, int(count), float(most), float(least))
    selected_scores = place(torch.from_numpy(values).to(scores))
    return place(torch.from_numpy(selected)), refuse_gradient(
        "NonMaxSuppressionV5", (scores, boxes), selected_scores
    )


def non_max_suppression_with_scores(
    boxes: Any,
    scores: Any,
    max_output_size: Any,
    iou_threshold: Any = 0.5,
    score_threshold: Any = NO_THRESHOLD,
    soft_nms_sigma: Any = 0.0,
    name: str | None = None,
) -> Any:
    """Implements `tf.image.non_max_suppression_with_scores`: returns the scores, too.

    If `soft_nms_sigma` is positive, overlaps reduce scores instead of suppressing boxes. The scores
    have no gradient.
    """
    most, least = to_tensor(iou_threshold), to_tensor(score_threshold)
    sigma = to_tensor(soft_nms_sigma)
    index, selected_scores = _suppress_with_scores(
        boxes, scores, most, least, sigma, _count_array(max_output_size)
    )
    return index, selected_scores


@op(
    "NonMaxSuppressionWithOverlaps",
    "overlaps scores overlap_threshold:float32 score_threshold:float32",
    unrecorded=True,
    host="overlaps scores overlap_threshold score_threshold",
)
def _suppress_by_overlaps(
    overlaps: Any, scores: Any, overlap_threshold: Any, score_threshold: Any, count: Any
) -> Any:
    most, least = overlap_threshold, score_threshold
    if count.ndim:
        raise invalid_argument(f"max_output_size must be 0-D, got shape {brackets(count.shape)}")
    if count < 0:
        raise invalid_argument("output size must be non-negative")
    if overlaps.ndim != 2:
        raise invalid_argument(f"overlaps must be 2-D{brackets(overlaps.shape)}")
    if overlaps.shape[0] != overlaps.shape[1]:
        raise invalid_argument(f"overlaps must be square{brackets(overlaps.shape)}")
    if scores.ndim != 1 or len(scores) != len(overlaps):
        raise invalid_argument("scores has incompatible shape")
    overlap_array = to_numpy(overlaps)

    def overlap(rows: Any, columns: Any) -> np.ndarray:
        return overlap_array[columns, rows[:, None]]

    index, _ = select_boxes(to_numpy(scores), overlap, int(count), float(most), float(least))
    return place(torch.from_numpy(index))


def non_max_suppression_overlaps(
    overlaps: Any,
    scores: Any,
    max_output_size: Any,
    overlap_threshold: Any = 0.5,
    score_threshold: Any = NO_THRESHOLD,
    name: str | None = None,
) -> Any:
    """Implements `tf.image.non_max_suppression_overlaps`: with given overlaps [boxes, boxes]."""
    most, least = to_tensor(overlap_threshold), to_tensor(score_threshold)
    return _suppress_by_overlaps(overlaps, scores, most, least, _count_array(max_output_size))
