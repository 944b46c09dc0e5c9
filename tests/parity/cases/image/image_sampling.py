"""tf.image.sample_distorted_bounding_box and its stateless form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tests.parity.case_helpers.tables import EVERY, of_dtype, outcomes

Rows = dict[str, Callable[[], Any]]
_ONE = [[[0.2, 0.2, 0.7, 0.7]]]
_TWO = [[[0.1, 0.6, 0.3, 0.9], [0.5, 0.1, 0.9, 0.4]]]
_TABLE: list[dict[str, Any]] = [
    {},
    {"min_object_covered": 0.9},
    {"aspect_ratio_range": (0.5, 2.0), "area_range": (0.1, 0.9), "max_attempts": 20},
    {"area_range": (1.0, 1.0)},
    {"aspect_ratio_range": (3.0, 4.0), "area_range": (0.9, 1.0), "max_attempts": 3},
    {"min_object_covered": 2.0, "max_attempts": 2},
    {"aspect_ratio_range": (1.0, 1.0), "area_range": (0.3, 0.3)},
]
_WRONG: list[dict[str, Any]] = [
    {"min_object_covered": -1.0},
    {"min_object_covered": [0.1]},
    {"aspect_ratio_range": (0.0, 1.0)},
    {"aspect_ratio_range": (1.0,)},
    {"area_range": (0.0, 1.0)},
    {"area_range": (0.5, 1.5)},
    {"area_range": (0.5, 0.6, 0.7)},
    {"max_attempts": 0},
]


def stateless(tf: Any) -> Any:
    f = tf.image.stateless_sample_distorted_bounding_box
    rows: Rows = {}
    for i, k in enumerate([*_TABLE, *_WRONG]):
        for seed in ((1, 2), (3, 4), (-5, 6)):
            for size in ((100, 80, 3), (7, 256, 1)):
                rows[f"{i} {seed} {size}"] = lambda k=k, a=(size, _ONE, seed): f(*a, **k)
                rows[f"two {i} {seed} {size}"] = lambda k=k, a=(size, _TWO, seed): f(*a, **k)
    for d in EVERY:
        rows[d] = lambda d=d: f(of_dtype(tf, [50, 60, 3], d), _ONE, (1, 2))
    none = np.zeros((1, 0, 4), "float32")
    rows |= {
        "nothing": lambda: f([50, 60, 3], none, (1, 2)),
        "whole": lambda: f([50, 60, 3], none, (1, 2), use_image_if_no_bounding_boxes=True),
        "two sizes": lambda: f([50, 60], _ONE, (1, 2)),
        "matrix": lambda: f([[50, 60, 3]], _ONE, (1, 2)),
        "rank": lambda: f([50, 60, 3], _ONE[0], (1, 2)),
        "sides": lambda: f([50, 60, 3], [[[0.1, 0.2, 0.3]]], (1, 2)),
        "beyond": lambda: f([50, 60, 3], [[[0.1, 0.2, 1.3, 0.4]]], (1, 2)),
        "seed": lambda: f([50, 60, 3], _ONE, 1),
        "small": lambda: f([1, 1, 1], [[[0.0, 0.0, 1.0, 1.0]]], (1, 2)),
        "empty": lambda: f([0, 5, 1], _ONE, (1, 2)),
        "fields": lambda: f([9, 9, 3], _ONE, (1, 2))._fields,
    }
    return outcomes(rows)


def seeded(tf: Any) -> Any:
    f = tf.image.sample_distorted_bounding_box

    def three(global_seed: int, seed: int, k: dict[str, Any]) -> Any:
        tf.random.set_seed(global_seed)
        return [f([100, 80, 3], _ONE, seed, **k) for _ in range(3)]

    rows: Rows = {}
    for i, k in enumerate([*_TABLE, *_WRONG]):
        rows[f"{i}"] = lambda k=k: three(7, 3, k)
        rows[f"other {i}"] = lambda k=k: three(5, 11, k)
    rows["not seeded"] = lambda: f([9, 9, 1], _ONE).bboxes.shape
    rows["fields"] = lambda: f([9, 9, 3], _ONE, 2)._fields
    return outcomes(rows)
