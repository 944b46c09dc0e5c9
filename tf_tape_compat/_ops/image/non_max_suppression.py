"""Boxes selected by their scores: of those that overlap, the best."""

from __future__ import annotations

import collections
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from ..._core.op.op import op
from ..._core.tensor.convert import INT32, to_tensor
from ..._core.tensor.host_values import to_numpy
from ..._core.tensor.tensor import EagerTensor
from .._support.arguments import brackets, failure, invalid
from .._support.gradient_rules import refuse_gradient
from .boxes import FLOAT32

_NONE = float("-inf")


Numbers = np.ndarray | slice
Overlap = Callable[[Numbers, Numbers], np.ndarray]
"""The overlap of each of some boxes with each of others, given their numbers."""

_TILE = 96


def _standing(rules_out: np.ndarray) -> list[int]:
    """Which boxes, the best first, no better one rules out that stands itself.

    `rules_out`: a row for each box that says which ones it does, if it stands.
    """
    packed = np.packbits(rules_out, axis=1, bitorder="little")
    width, data = packed.shape[1], packed.tobytes()
    out, stands = 0, []
    for i in range(len(packed)):
        if not out >> i & 1:
            out |= int.from_bytes(data[i * width : (i + 1) * width], "little")
            stands.append(i)
    return stands


def _overlaps(boxes: np.ndarray) -> Overlap:
    """The part that two boxes have in common, of what both cover."""
    boxes = boxes.astype(np.float32)
    top, bottom = np.minimum(boxes[:, 0], boxes[:, 2]), np.maximum(boxes[:, 0], boxes[:, 2])
    left, right = np.minimum(boxes[:, 1], boxes[:, 3]), np.maximum(boxes[:, 1], boxes[:, 3])
    areas = (bottom - top) * (right - left)
    flat = not (areas > 0).all()

    def overlap(some: Numbers, others: Numbers) -> np.ndarray:
        common = np.minimum(bottom[some][:, None], bottom[others])
        common -= np.maximum(top[some][:, None], top[others])
        width = np.minimum(right[some][:, None], right[others])
        width -= np.maximum(left[some][:, None], left[others])
        np.maximum(common, 0, out=common)
        common *= np.maximum(width, 0, out=width)
        both = areas[some][:, None] + areas[others]
        both -= common
        if flat:
            apart = (areas[some] <= 0)[:, None] | (areas[others] <= 0)
            both[apart], common[apart] = 1, 0
        common /= both
        return common

    return overlap


def _best(
    scores: np.ndarray, overlap: Overlap, count: int, most: float, least: float
) -> tuple[np.ndarray, np.ndarray]:
    """The numbers and scores of up to `count` boxes, the best first.

    Each that is selected rules out those that overlap it by more than `most`. Scores must be above
    `least`.
    """
    scores = scores.astype(np.float32)
    left = np.flatnonzero(scores > least)
    left = left[np.argsort(-scores[left], kind="stable")]
    chosen = np.zeros(0, np.int64)
    for start in range(0, len(left), _TILE):
        if len(chosen) >= count:
            break
        tile = left[start : start + _TILE]
        if len(chosen):
            tile = tile[~(overlap(chosen, tile) > most).any(0)]
        chosen = np.concatenate([chosen, tile[_standing(overlap(tile, tile) > most)]])
    chosen = chosen[:count]
    return chosen.astype(np.int32), scores[chosen]


def _best_by_degrees(
    scores: np.ndarray, overlap: Overlap, count: int, least: float, sigma: float
) -> tuple[np.ndarray, np.ndarray]:
    """As `_best`, but each that is selected makes the scores of what it overlaps smaller."""
    scores = scores.astype(np.float32)
    left = scores > least
    chosen: list[int] = []
    values: list[Any] = []
    while len(chosen) < count and left.any():
        i = int(np.where(left, scores, -np.inf).argmax())
        chosen.append(i)
        values.append(scores[i])
        left[i] = False
        shared = overlap(slice(i, i + 1), slice(None))[0]
        scores = scores * np.exp(np.float32(-0.5 / sigma) * shared * shared)
        left &= scores > least
    return np.array(chosen, np.int32), np.array(values, np.float32)


def _number(count: Any) -> np.ndarray:
    """How many to select."""
    return to_numpy(to_tensor(count, INT32)._t)


def _check(
    boxes: torch.Tensor,
    scores: torch.Tensor,
    count: np.ndarray,
    most: torch.Tensor,
    least: torch.Tensor,
) -> None:
    if count.ndim:
        raise invalid(f"max_output_size must be 0-D, got shape {brackets(count.shape)}")
    if count < 0:
        raise invalid("output size must be non-negative")
    if most.ndim:
        raise invalid(f"iou_threshold must be 0-D, got shape {brackets(most.shape)}")
    if least.ndim:
        raise invalid(f"score_threshold must be 0-D, got shape {brackets(least.shape)}")
    if not 0 <= most <= 1:
        raise invalid("iou_threshold must be in [0, 1]")
    if boxes.ndim != 2:
        raise invalid(f"boxes must be 2-D{brackets(boxes.shape)}")
    if boxes.shape[1] != 4:
        raise invalid(f"boxes must have 4 columns (Dimension must be 4 but is {boxes.shape[1]})")
    if scores.ndim != 1:
        raise invalid(f"scores must be 1-D{brackets(scores.shape)}")
    if len(scores) != len(boxes):
        raise invalid("scores has incompatible shape")


@op(
    "NonMaxSuppressionV3",
    "boxes:T scores:T most:T_threshold least:T_threshold",
    unrecorded=True,
    default="float32",
)
def _selected(boxes: Any, scores: Any, most: Any, least: Any, count: Any) -> Any:
    _check(boxes, scores, count, most, least)
    overlap = _overlaps(to_numpy(boxes.float()))
    found, _ = _best(to_numpy(scores.float()), overlap, int(count), float(most), float(least))
    return torch.from_numpy(found).to(boxes.device)


def non_max_suppression(
    boxes: Any,
    scores: Any,
    max_output_size: Any,
    iou_threshold: Any = 0.5,
    score_threshold: Any = _NONE,
    name: str | None = None,
) -> Any:
    """The numbers of the best of overlapping boxes; answers for `tf.image.non_max_suppression`.

    `boxes` [boxes, 4] are two opposite corners. Boxes that overlap one with a better score, by more
    than `iou_threshold` of what both cover, are left out. Raises InvalidArgumentError for shapes
    that do not fit, and thresholds that are not in [0, 1].
    """
    most, least = to_tensor(iou_threshold), to_tensor(score_threshold)
    return _selected(boxes, scores, most, least, _number(max_output_size))


@op(
    "NonMaxSuppressionV5",
    "boxes:T scores:T most:T least:T sigma:T",
    default="float32",
)
def _scored(boxes: Any, scores: Any, most: Any, least: Any, sigma: Any, count: Any) -> Any:
    _check(boxes, scores, count, most, least)
    if sigma < 0:
        raise invalid("soft_nms_sigma_val must be >= 0")
    overlap, values = _overlaps(to_numpy(boxes.float())), to_numpy(scores.float())
    if sigma > 0:
        found, values = _best_by_degrees(values, overlap, int(count), float(least), float(sigma))
    else:
        found, values = _best(values, overlap, int(count), float(most), float(least))
    kept = torch.from_numpy(values).to(scores)
    index = torch.from_numpy(found).to(boxes.device)
    return index, refuse_gradient("NonMaxSuppressionV5", (scores, boxes), kept)


def non_max_suppression_with_scores(
    boxes: Any,
    scores: Any,
    max_output_size: Any,
    iou_threshold: Any = 0.5,
    score_threshold: Any = _NONE,
    soft_nms_sigma: Any = 0.0,
    name: str | None = None,
) -> Any:
    """As `non_max_suppression`, and the scores; for `tf.image.non_max_suppression_with_scores`.

    With `soft_nms_sigma`, an overlap makes a score smaller rather than rules a box out. The scores
    have no gradient.
    """
    most, least = to_tensor(iou_threshold), to_tensor(score_threshold)
    sigma = to_tensor(soft_nms_sigma)
    index, kept = _scored(boxes, scores, most, least, sigma, _number(max_output_size))
    return index, kept


@op(
    "NonMaxSuppressionWithOverlaps",
    "overlaps scores most:float32 least:float32",
    unrecorded=True,
)
def _without_overlaps(overlaps: Any, scores: Any, most: Any, least: Any, count: Any) -> Any:
    if count.ndim:
        raise invalid(f"max_output_size must be 0-D, got shape {brackets(count.shape)}")
    if count < 0:
        raise invalid("output size must be non-negative")
    if overlaps.ndim != 2:
        raise invalid(f"overlaps must be 2-D{brackets(overlaps.shape)}")
    if overlaps.shape[0] != overlaps.shape[1]:
        raise invalid(f"overlaps must be square{brackets(overlaps.shape)}")
    if scores.ndim != 1 or len(scores) != len(overlaps):
        raise invalid("scores has incompatible shape")
    shared = to_numpy(overlaps)

    def overlap(some: Any, others: Any) -> np.ndarray:
        return shared[others, some[:, None]]

    found, _ = _best(to_numpy(scores), overlap, int(count), float(most), float(least))
    return torch.from_numpy(found).to(overlaps.device)


def non_max_suppression_overlaps(
    overlaps: Any,
    scores: Any,
    max_output_size: Any,
    overlap_threshold: Any = 0.5,
    score_threshold: Any = _NONE,
    name: str | None = None,
) -> Any:
    """As `non_max_suppression`, for overlaps [boxes, boxes] that are given.

    Answers for `tf.image.non_max_suppression_overlaps`.
    """
    most, least = to_tensor(overlap_threshold), to_tensor(score_threshold)
    return _without_overlaps(overlaps, scores, most, least, _number(max_output_size))


# -- batches of fixed size ----------------------------------------------------------------------


def _pairwise(boxes: torch.Tensor) -> torch.Tensor:
    """The overlap of each box with each other, [batch, boxes, boxes]."""
    top, left, bottom, right = boxes.permute(2, 0, 1).contiguous()
    areas = (bottom - top) * (right - left)

    def each(function: Callable[..., torch.Tensor], side: torch.Tensor) -> torch.Tensor:
        return function(side.unsqueeze(2), side.unsqueeze(1))

    common = each(torch.minimum, bottom).sub_(each(torch.maximum, top)).clamp_(min=0)
    common *= each(torch.minimum, right).sub_(each(torch.maximum, left)).clamp_(min=0)
    return common / each(torch.add, areas).sub_(common).add_(1e-8)


def _survivors(boxes: torch.Tensor, most: float) -> torch.Tensor:
    """Which boxes, the best first, no better one rules out that stands itself."""
    rules_out = to_numpy(_pairwise(boxes) >= most)
    stands = np.zeros(rules_out.shape[:2], bool)
    for own, image in zip(stands, rules_out, strict=True):
        own[_standing(image)] = True
    return torch.from_numpy(stands).to(boxes.device)


def non_max_suppression_padded(
    boxes: Any,
    scores: Any,
    max_output_size: Any,
    iou_threshold: Any = 0.5,
    score_threshold: Any = _NONE,
    pad_to_max_output_size: bool = False,
    name: str | None = None,
    sorted_input: bool = False,
    canonicalized_coordinates: bool = False,
    tile_size: Any = 512,
) -> Any:
    """As `non_max_suppression`, of batches, filled up with zeros; and how many were selected.

    Answers for `tf.image.non_max_suppression_padded`. Raises ValueError for batches that shall not
    be filled up.
    """
    if not pad_to_max_output_size and boxes.get_shape().rank > 2:
        raise ValueError(
            f"'pad_to_max_output_size' (value {pad_to_max_output_size}) must be True for "
            "batched input"
        )
    count = int(to_tensor(max_output_size, INT32))
    most, least = float(iou_threshold), float(score_threshold)
    given, own = to_tensor(boxes, None, FLOAT32), to_tensor(scores, None, FLOAT32)
    if given.ndim < 2 or given.shape[-1] != 4 or own.shape != given.shape[:-1]:
        raise ValueError(
            "boxes must be [..., boxes, 4] and scores [..., boxes]. Received: boxes.shape="
            f"{given.shape}, scores.shape={own.shape}"
        )
    for tensor in (given, own):
        if not tensor.dtype.is_floating:
            raise TypeError(f"boxes and scores must be floating point, got {tensor.dtype.name}")
    box = given._t.detach()
    batches, number = box.shape[:-2], box.shape[-2]
    box = box.reshape(-1, number, 4)
    score = own._t.detach().reshape(-1, number)
    if least != _NONE:
        high = score > least
        score, box = score * high, box * high.unsqueeze(2)
    if not canonicalized_coordinates:
        first = box[0, 0]
        order = [0, 2] if first[0] <= first[2] else [2, 0]
        across = [1, 3] if first[1] <= first[3] else [3, 1]
        box = box[:, :, [order[0], across[0], order[1], across[1]]]
    order_of = torch.arange(number, device=box.device).expand(len(box), number)
    if not sorted_input:
        order_of = torch.sort(score, dim=1, descending=True, stable=True).indices
        box = box.gather(1, order_of.unsqueeze(2).expand(-1, -1, 4))
    box = box.float()
    kept = _survivors(box, most) & (box > 0).any(2)
    valid = kept.sum(1).clamp(max=count)
    # Those that were kept come first, in their order.
    ahead = torch.sort((~kept).to(torch.uint8), dim=1, stable=True).indices
    index = order_of.gather(1, ahead)[:, :count]
    index = torch.nn.functional.pad(index, (0, count - index.shape[1]))
    filled = torch.arange(count, device=box.device) < valid.unsqueeze(1)
    index = torch.where(filled, index, 0).to(torch.int32)
    total = EagerTensor(valid.to(torch.int32).reshape(batches))
    if not pad_to_max_output_size:
        return EagerTensor(index[0, : int(valid[0])]), total
    return EagerTensor(index.reshape(*batches, count)), total


# -- many classes -------------------------------------------------------------------------------

CombinedNonMaxSuppression = collections.namedtuple(
    "CombinedNonMaxSuppression", "nmsed_boxes nmsed_scores nmsed_classes valid_detections"
)


def _one_image(
    boxes: np.ndarray, scores: np.ndarray, count: int, total: int, most: float, least: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The best boxes of an image, their scores and classes."""
    found, values, classes = [], [], []
    for kind in range(scores.shape[1]):
        if kind < boxes.shape[1]:
            own = boxes[:, kind]
            overlap = _overlaps(own)
        index, kept = _best(scores[:, kind], overlap, count, most, least)
        found.append(own[index])
        values.append(kept)
        classes.append(np.full(len(kept), kind, np.float32))
    value = np.concatenate(values)
    order = np.argsort(-value, kind="stable")[:total]
    return np.concatenate(found)[order], value[order], np.concatenate(classes)[order]


@op("CombinedNonMaxSuppression", "boxes scores")
def _combined(
    boxes: Any,
    scores: Any,
    count: Any,
    total: Any,
    most: float,
    least: float,
    by_class: bool,
    clip: bool,
) -> Any:
    if count <= 0:
        raise invalid("max_size_per_class must be positive")
    if total <= 0:
        raise invalid("max_total_size must be > 0")
    if not 0 <= most <= 1:
        raise invalid("iou_threshold must be in [0, 1]")
    if len(boxes) != len(scores):
        raise invalid("boxes and scores must have same batch size")
    if boxes.ndim != 4:
        raise invalid(f"boxes must be 4-D{brackets(boxes.shape)}")
    if scores.ndim != 3:
        raise invalid(f"scores must be 3-D{brackets(scores.shape)}")
    kinds = scores.shape[2]
    if boxes.shape[2] not in (1, kinds):
        raise invalid("third dimension of boxes must be either 1 or num classes")
    if boxes.shape[3] != 4:
        raise invalid("boxes must have 4 columns")
    if boxes.shape[1] != scores.shape[1]:
        raise invalid("scores has incompatible shape")
    rows = min(total, count * kinds) if by_class else total
    batch = len(boxes)
    edges = np.zeros((batch, rows, 4), np.float32)
    values, classes = np.zeros((2, batch, rows), np.float32)
    valid = np.zeros(batch, np.int32)
    pairs = zip(to_numpy(boxes), to_numpy(scores), strict=True)
    for i, (box, score) in enumerate(pairs):
        found = _one_image(box, score, count, rows, most, least)
        valid[i] = n = len(found[1])
        edges[i, :n], values[i, :n], classes[i, :n] = found
    if clip:
        edges = np.clip(edges, 0, 1)
    sources = scores, boxes
    floating = [torch.from_numpy(x).to(boxes.device) for x in (edges, values, classes)]
    without = [refuse_gradient("CombinedNonMaxSuppression", sources, x) for x in floating]
    return [*without, torch.from_numpy(valid).to(boxes.device)]


def combined_non_max_suppression(
    boxes: Any,
    scores: Any,
    max_output_size_per_class: Any,
    max_total_size: Any,
    iou_threshold: Any = 0.5,
    score_threshold: Any = _NONE,
    pad_per_class: bool = False,
    clip_boxes: bool = True,
    name: str | None = None,
) -> Any:
    """The best boxes of several classes, for each image of a batch.

    `boxes` [batch, boxes, 1 or classes, 4] have `scores` [batch, boxes, classes]. Returns boxes,
    scores and classes, filled up with zeros, and how many there are. Answers for
    `tf.image.combined_non_max_suppression`. Raises InvalidArgumentError for shapes that do not fit.
    """
    most, least = (float(to_tensor(x, FLOAT32)) for x in (iou_threshold, score_threshold))
    sizes = []
    for size in (max_output_size_per_class, max_total_size):
        number = to_tensor(size, INT32)
        if number.ndim:
            raise failure("CombinedNonMaxSuppression", "sizes must be scalars")
        sizes.append(int(number))
    count, total = sizes
    flags = bool(pad_per_class), bool(clip_boxes)
    found = _combined(boxes, scores, count, total, most, least, *flags)
    return CombinedNonMaxSuppression(*found)
