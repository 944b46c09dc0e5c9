"""Greedy selection of boxes by score, suppressing those that overlap a better box."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Indices = np.ndarray | slice
Overlap = Callable[[Indices, Indices], np.ndarray]
"""The pairwise overlaps of some boxes with others, given their indices."""

_TILE = 96  # boxes compared at a time


def unsuppressed(suppresses: np.ndarray) -> list[int]:
    """The indices of the boxes, sorted by score, that no unsuppressed better box suppresses.

    `suppresses` has a row for each box, with the boxes that it suppresses unless it is suppressed
    itself.
    """
    packed = np.packbits(suppresses, axis=1, bitorder="little")
    width, data = packed.shape[1], packed.tobytes()
    suppressed, kept = 0, []
    for i in range(len(packed)):
        if not suppressed >> i & 1:
            suppressed |= int.from_bytes(data[i * width : (i + 1) * width], "little")
            kept.append(i)
    return kept


def box_overlaps(boxes: np.ndarray) -> Overlap:
    """Pairwise intersection over union of boxes."""
    boxes = boxes.astype(np.float32)
    top, bottom = np.minimum(boxes[:, 0], boxes[:, 2]), np.maximum(boxes[:, 0], boxes[:, 2])
    left, right = np.minimum(boxes[:, 1], boxes[:, 3]), np.maximum(boxes[:, 1], boxes[:, 3])
    areas = (bottom - top) * (right - left)
    has_degenerate = not (areas > 0).all()

    def overlap(rows: Indices, columns: Indices) -> np.ndarray:
        intersection = np.minimum(bottom[rows][:, None], bottom[columns])
        intersection -= np.maximum(top[rows][:, None], top[columns])
        width = np.minimum(right[rows][:, None], right[columns])
        width -= np.maximum(left[rows][:, None], left[columns])
        np.maximum(intersection, 0, out=intersection)
        intersection *= np.maximum(width, 0, out=width)
        union = areas[rows][:, None] + areas[columns]
        union -= intersection
        if has_degenerate:
            degenerate = (areas[rows] <= 0)[:, None] | (areas[columns] <= 0)
            union[degenerate], intersection[degenerate] = 1, 0
        intersection /= union
        return intersection

    return overlap


def select_boxes(
    scores: np.ndarray, overlap: Overlap, count: int, iou_threshold: float, score_threshold: float
) -> tuple[np.ndarray, np.ndarray]:
    """Greedily selects up to `count` boxes by score.

    A selected box suppresses those that overlap it by more than `iou_threshold`. Boxes with a score
    of `score_threshold` or less are ignored. Returns the indices and scores, best first.
    """
    scores = scores.astype(np.float32)
    candidates = np.flatnonzero(scores > score_threshold)
    candidates = candidates[np.argsort(-scores[candidates], kind="stable")]
    selected = np.zeros(0, np.int64)
    for start in range(0, len(candidates), _TILE):
        if len(selected) >= count:
            break
        tile = candidates[start : start + _TILE]
        if len(selected):
            tile = tile[~(overlap(selected, tile) > iou_threshold).any(0)]
        selected = np.concatenate(
            [selected, tile[unsuppressed(overlap(tile, tile) > iou_threshold)]]
        )
    selected = selected[:count]
    return selected.astype(np.int32), scores[selected]


def select_boxes_softly(
    scores: np.ndarray, overlap: Overlap, count: int, score_threshold: float, sigma: float
) -> tuple[np.ndarray, np.ndarray]:
    """As `select_boxes`, but a selected box only reduces the scores of those that overlap it."""
    scores = scores.astype(np.float32)
    remaining = scores > score_threshold
    selected: list[int] = []
    selected_scores: list[Any] = []
    while len(selected) < count and remaining.any():
        i = int(np.where(remaining, scores, -np.inf).argmax())
        selected.append(i)
        selected_scores.append(scores[i])
        remaining[i] = False
        overlaps = overlap(slice(i, i + 1), slice(None))[0]
        scores = scores * np.exp(np.float32(-0.5 / sigma) * overlaps * overlaps)
        remaining &= scores > score_threshold
    return np.array(selected, np.int32), np.array(selected_scores, np.float32)
