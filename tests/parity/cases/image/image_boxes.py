"""tf.image: boxes cut out, drawn and selected; patches and glimpses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tests.parity.case_helpers.tables import EVERY, gradients, of_dtype, outcomes
from tests.parity.harness import tolerance

_CLOSE = tolerance(rtol=2e-5, atol=2e-5)
Rows = dict[str, Callable[[], Any]]
_BOXES = np.array(
    [
        [0, 0, 1, 1],
        [0, 0, 1, 0.9],
        [0, 0.05, 1, 1],
        [2, 2, 3, 3],
        [2.1, 2, 3, 3],
        [5, 5, 4, 4],
        [0, 0, 0, 0],
        [2.5, 1.5, 3.5, 2.5],
    ],
    "float32",
)
_SCORES = np.array([0.9, 0.8, 0.7, 0.6, 0.65, 0.5, 0.4, 0.75], "float32")


def _photo(shape: Any, dtype: str = "float32") -> np.ndarray:
    return ((np.arange(int(np.prod(shape))) * 0.377) % 1.0).reshape(shape).astype(dtype)


@_CLOSE
def crops(tf: Any) -> Any:
    f, x = tf.image.crop_and_resize, _photo((2, 4, 5, 1))
    edges = [[0.0, 0, 1, 1], [0.2, 0.3, 0.8, 0.9], [-0.5, 0, 1.5, 1], [1, 1, 0, 0]]
    index = [0, 1, 1, 0]
    rows: Rows = {}
    for method in ("bilinear", "nearest", "cubic"):
        for size in ((2, 3), (1, 1), (5, 4), (1, 6), (0, 2), (2,), (2, 2, 2)):
            rows[f"{method} {size}"] = lambda a=(size, method): f(x, edges, index, *a)
        rows[f"{method} outside"] = lambda m=method: f(x, edges, index, (3, 3), m, 7)
        for size in ((2, 3), (1, 1), (4, 4)):
            rows[f"gradient {method} {size}"] = lambda a=(size, method): gradients(
                tf, lambda v, b: f(v, b, index, *a), x, np.array(edges, "float32"), second=False
            )
    rows["second"] = lambda: gradients(tf, lambda v: f(v, edges, index, (2, 2)), x)
    for d in EVERY:
        rows[d] = lambda d=d: f(
            of_dtype(tf, np.arange(6).reshape(1, 2, 3, 1), d), edges[:2], [0, 0], [2, 2]
        )
    rows |= {
        "high index": lambda: f(x, edges, [0, 1, 2, 0], [2, 2]),
        "low index": lambda: f(x, edges, [0, -1, 1, 0], [2, 2]),
        "few indices": lambda: f(x, edges, [0, 1, 1], [2, 2]),
        "nan": lambda: f(x, [[np.nan, 0, 1, 1]], [0], [2, 2]),
        "vector": lambda: f(x, [0.0, 0, 1, 1], [0], [2, 2]),
        "three columns": lambda: f(x, [[0.0, 0, 1]], [0], [2, 2]),
        "no boxes": lambda: f(x, np.zeros((0, 4), "float32"), np.zeros(0, "int32"), [2, 2]),
        "rank": lambda: f(x[0], edges, index, [2, 2]),
        "tensors": lambda: f(
            tf.constant(x), tf.constant(edges), tf.constant(index), tf.constant([2, 2])
        ),
        "named": lambda: f(image=x, boxes=edges, box_indices=index, crop_size=[1, 2], name="some"),
        "half gradient": lambda: gradients(
            tf, lambda v: f(v, edges, index, (2, 2)), x.astype("float16"), second=False
        ),
    }
    return outcomes(rows)


def drawn(tf: Any) -> Any:
    f = tf.image.draw_bounding_boxes
    rows: Rows = {}
    boxes = [[[0.1, 0.1, 0.9, 0.7], [0.0, 0.0, 1.0, 1.0], [0.5, 0.2, 0.8, 1.4]]]
    odd = [[[0.9, 0.1, 0.1, 0.7], [1.2, 1.1, 1.8, 1.7], [-0.5, 0.2, 0.5, 1.7]]]
    for depth in (1, 2, 3, 4):
        image = _photo((1, 5, 6, depth))
        rows[f"{depth}"] = lambda x=image: f(x, boxes, None)
        rows[f"{depth} odd"] = lambda x=image: f(x, odd, None)
        rows[f"{depth} colored"] = lambda x=image: f(x, boxes, [[1.0, 0.5, 0.25], [0, 0.3, 0.6]])
    x = _photo((1, 3, 4, 3))
    rows |= {
        "rank of images": lambda: f(x[0], boxes, None),
        "rank of boxes": lambda: f(x, boxes[0], None),
        "batches": lambda: f(x, boxes * 2, None),
        "three sides": lambda: f(x, [[[0.0, 0.0, 1.0]]], None),
        "few colors": lambda: f(x, boxes, [[0.5]]),
        "vector of colors": lambda: f(x, boxes, [0.5, 0.5, 0.5]),
        "no colors": lambda: f(x, boxes, np.zeros((0, 3), "float32")),
        "no boxes": lambda: f(x, np.zeros((1, 0, 4), "float32"), None),
        "half": lambda: f(x.astype("float16"), boxes, None),
        "half colored": lambda: f(x.astype("float16"), boxes, [[0.3, 0.2, 0.1]]),
        "double": lambda: f(tf.constant(x, tf.float64), tf.constant(boxes), None),
        "bytes": lambda: f(np.zeros((1, 3, 3, 1), "uint8"), boxes, None),
        "many": lambda: f(np.zeros((1, 12, 12, 1), "float32"), [_ladder()], None),
        "gradient": lambda: gradients(tf, lambda v: f(v, boxes, None), x, second=False),
        "colored gradient": lambda: gradients(
            tf, lambda v: f(v, boxes, [[0.1, 0.2, 0.3]]), x, second=False
        ),
    }
    return outcomes(rows)


def _ladder() -> list[list[float]]:
    return [[i / 24, i / 24, 1 - i / 24, 1 - i / 24] for i in range(12)]


@_CLOSE
def selected(tf: Any) -> Any:
    b, s = _BOXES, _SCORES
    rows: Rows = {}
    for name in ("non_max_suppression", "non_max_suppression_with_scores"):
        f = getattr(tf.image, name)
        rows |= {f"{name} {n}": lambda f=f, n=n: f(b, s, n) for n in (0, 1, 2, 10, -1, [3], 2.0)}
        for most in (0.0, 0.3, 0.5, 0.95, 1.0, 1.5, -0.5):
            for least in (float("-inf"), 0.45, 0.65, 2.0):
                rows[f"{name} {most} {least}"] = lambda f=f, a=(10, most, least): f(b, s, *a)
        rows |= {
            f"{name} scores": lambda f=f: f(b, s[:3], 10),
            f"{name} columns": lambda f=f: f(b[:, :3], s, 10),
            f"{name} rank": lambda f=f: f(b[None], s, 10),
            f"{name} rank of scores": lambda f=f: f(b, s[None], 10),
            f"{name} nothing": lambda f=f: f(b[:0], s[:0], 10),
            f"{name} double": lambda f=f: f(b.astype("float64"), s.astype("float64"), 10),
            f"{name} double tensors": lambda f=f: f(
                tf.constant(b, tf.float64), tf.constant(s, tf.float64), tf.constant(10)
            ),
            f"{name} lists": lambda f=f: f(b.tolist(), s.tolist(), 10),
            f"{name} alike": lambda f=f: f(b, np.ones(8, "float32"), 10),
            f"{name} nan": lambda f=f: f(b, np.where(s > 0.6, np.nan, s), 10),
            f"{name} tensors": lambda f=f: f(
                tf.constant(b), tf.constant(s), tf.constant(5), tf.constant(0.4), tf.constant(0.5)
            ),
        }
    half = tf.constant(0.5, tf.float16)
    rows["half"] = lambda: tf.image.non_max_suppression(
        tf.cast(b, tf.float16), tf.cast(s, tf.float16), 10, half, half
    )
    f = tf.image.non_max_suppression_with_scores
    for sigma in (0.1, 0.5, 2.0, -1.0):
        for most, least in ((0.5, 0.0), (1.0, 0.3), (0.5, float("-inf"))):
            rows[f"soft {sigma} {most} {least}"] = lambda a=(10, most, least, sigma): f(b, s, *a)
    rows["soft few"] = lambda: f(b, s, 3, 0.5, 0.0, 0.5)
    rows["scores gradient"] = lambda: gradients(tf, lambda v: f(b, v, 5)[1], s, second=False)
    return outcomes(rows)


def by_overlaps(tf: Any) -> Any:
    f = tf.image.non_max_suppression_overlaps
    shared = np.array([[1, 0.6, 0.2], [0.6, 1, 0.7], [0.2, 0.7, 1]], "float32")
    scores = [0.5, 0.9, 0.3]
    rows: Rows = {}
    for most in (0.1, 0.5, 0.65, 0.7, 1.5, -1.0):
        rows[f"{most}"] = lambda most=most: f(shared, scores, 10, most)
        rows[f"two {most}"] = lambda most=most: f(shared, scores, 2, most, 0.4)
    uneven = np.array([[1, 0.6, 0.2], [0.1, 1, 0.1], [0.9, 0.3, 1]], "float32")
    rows |= {
        "uneven": lambda: f(uneven, scores, 3),
        "not square": lambda: f(shared[:2], scores, 3),
        "scores": lambda: f(shared, scores[:2], 3),
        "rank": lambda: f(shared[0], scores, 3),
        "count": lambda: f(shared, scores, [3]),
        "none": lambda: f(shared, scores, 0),
    }
    return outcomes(rows)


def padded(tf: Any) -> Any:
    f = tf.image.non_max_suppression_padded
    b, s = tf.constant(_BOXES), tf.constant(_SCORES)
    two = tf.constant(np.stack([_BOXES, _BOXES[::-1]]))
    scores = tf.constant(np.stack([_SCORES, _SCORES]))
    table: list[dict[str, Any]] = [
        {},
        {"sorted_input": True},
        {"score_threshold": 0.55},
        {"iou_threshold": 0.95, "tile_size": 2},
        {"iou_threshold": 0.2, "canonicalized_coordinates": True},
    ]
    rows: Rows = {}
    for i, k in enumerate(table):
        for n in (1, 3, 8, 12):
            rows[f"{i} {n}"] = lambda k=k, n=n: f(b, s, n, **k)
            rows[f"filled {i} {n}"] = lambda k=k, n=n: f(b, s, n, pad_to_max_output_size=True, **k)
            rows[f"two {i} {n}"] = lambda k=k, n=n: f(
                two, scores, n, pad_to_max_output_size=True, **k
            )
    rows["batch"] = lambda: f(two, scores, 3)
    rows["arrays"] = lambda: f(_BOXES, _SCORES, 3)
    rows["arrays filled"] = lambda: f(_BOXES, _SCORES, 3, pad_to_max_output_size=True)
    rows["batches"] = lambda: f(two[None], scores[None], 3, pad_to_max_output_size=True)
    return outcomes(rows)


@_CLOSE
def combined(tf: Any) -> Any:
    f = tf.image.combined_non_max_suppression
    b = np.stack([_BOXES[:, None], _BOXES[::-1][:, None]])
    one = np.stack([_SCORES * 0.97, _SCORES[::-1]], 1)
    s = np.stack([one, one * 0.9]).astype("float32")
    twice = np.concatenate([b, b + 0.1], 2)
    rows: Rows = {}
    for n, total in ((3, 5), (1, 5), (10, 20), (0, 5), (3, 0), (2, 3)):
        rows[f"{n} {total}"] = lambda a=(n, total): f(b, s, *a)
        rows[f"by class {n} {total}"] = lambda a=(n, total): f(
            twice, s, *a, 0.3, 0.5, pad_per_class=True, clip_boxes=False
        )
    rows |= {
        "threshold": lambda: f(b, s, 3, 5, 1.5),
        "least": lambda: f(b, s, 3, 5, 0.5, 2.0),
        "three": lambda: f(np.repeat(b, 3, 2), s, 3, 5),
        "rank": lambda: f(b[0], s, 3, 5),
        "batch": lambda: f(b, s[:1], 3, 5),
        "scores": lambda: f(b, s[:, :3], 3, 5),
        "gradient": lambda: gradients(tf, lambda v: f(b, v, 3, 5)[1], s, second=False),
        "kind": lambda: type(f(b, s, 1, 1)).__name__,
    }
    return outcomes(rows)


def patches(tf: Any) -> Any:
    f, x = tf.image.extract_patches, np.arange(40, dtype="float32").reshape(1, 5, 4, 2)
    rows: Rows = {}
    table = [
        ([1, 2, 2, 1], [1, 1, 2, 1], [1, 1, 1, 1]),
        ([1, 2, 3, 1], [1, 2, 1, 1], [1, 2, 1, 1]),
        ([1, 3, 1, 1], [1, 3, 3, 1], [1, 1, 2, 1]),
        ([1, 6, 2, 1], [1, 1, 1, 1], [1, 1, 1, 1]),
        ([1, 2, 2, 2], [1, 1, 1, 1], [1, 1, 1, 1]),
        ([1, 2, 2, 1], [1, 0, 1, 1], [1, 1, 1, 1]),
        ([2, 2], [1, 1], [1, 1]),
    ]
    for i, a in enumerate(table):
        for fit in ("SAME", "VALID", "FULL"):
            rows[f"{i} {fit}"] = lambda a=a, fit=fit: f(x, *a, fit)
    first = (*table[0], "VALID")
    for d in EVERY:
        rows[d] = lambda d=d: f(of_dtype(tf, np.arange(8).reshape(1, 4, 2, 1) % 2, d), *first)
    rows |= {
        "rank": lambda: f(x[0], *first),
        "none": lambda: f(x[:0], *first),
        "gradient": lambda: gradients(tf, lambda v: f(v, *table[1], "SAME"), x),
        "gradient apart": lambda: gradients(tf, lambda v: f(v, *table[2], "VALID"), x),
    }
    return outcomes(rows)


def glimpses(tf: Any) -> Any:
    f, x = tf.image.extract_glimpse, np.arange(40, dtype="float32").reshape(2, 4, 5, 1)
    places = [[0.0, 0.0], [0.5, -0.5]]
    rows: Rows = {}
    for centered in (True, False):
        for normalized in (True, False):
            for size in ((3, 3), (2, 4), (7, 7), (0, 2)):
                rows[f"{centered} {normalized} {size}"] = (
                    lambda a=(size, places, centered, normalized, "zero"): f(x, *a)
                )
            rows[f"far {centered} {normalized}"] = lambda a=(centered, normalized, "zero"): f(
                x, (2, 2), [[9.0, 0.0], [1.5, -3.0]], *a
            )
    rows |= {
        "noise": lambda: f(x, (2, 2), places, noise="some"),
        "uniform shape": lambda: f(x, (6, 6), places).shape,
        "gaussian shape": lambda: f(x, (6, 6), places, noise="gaussian").shape,
        "uniform inside": lambda: f(x, (2, 2), places)[0],
        "few places": lambda: f(x, (2, 2), places[:1], noise="zero"),
        "vector": lambda: f(x, (2, 2), places[0], noise="zero"),
        "three": lambda: f(x, (2, 2, 2), places, noise="zero"),
        "rank": lambda: f(x[0], (2, 2), places, noise="zero"),
        "gradient": lambda: gradients(
            tf, lambda v: f(v, (2, 2), places, noise="zero"), x, second=False
        ),
    }
    return outcomes(rows)
