"""tf.compat.v1.image: resizing by corners, as TensorFlow 1 does."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.parity.case_helpers.image_files import outcomes_with_messages
from tests.parity.case_helpers.tables import EVERY, gradients, of_dtype
from tests.parity.harness import tolerance

_CLOSE = tolerance(rtol=2e-5, atol=2e-5)
_SIZES = [(4, 7), (3, 5), (1, 1), (2, 3), (9, 2), (6, 10)]
_METHODS = ["bilinear", "nearest_neighbor", "bicubic", "area"]


def _photo(height: int = 3, width: int = 5, channels: int = 2) -> np.ndarray:
    values = (np.arange(height * width * channels) * 0.377) % 1.0
    return values.reshape(1, height, width, channels).astype(np.float32)


@_CLOSE
def operations(tf: Any) -> Any:
    rows = {}
    for method in _METHODS:
        f = getattr(tf.compat.v1.image, f"resize_{method}")
        for size in _SIZES:
            for corners in (False, True):
                options = [{}] if method == "area" else [{}, {"half_pixel_centers": True}]
                for words in options:
                    rows[f"{method} {size} {corners} {words}"] = (
                        lambda f=f, s=size, c=corners, w=words: f(_photo(), s, c, **w)
                    )
        rows |= {
            f"{method} image": lambda f=f: f(_photo()[0], (2, 2)),
            f"{method} three sizes": lambda f=f: f(_photo(), (2, 2, 2)),
            f"{method} number": lambda f=f: f(_photo(), 2),
            f"{method} fraction": lambda f=f: f(_photo(), [2.5, 2]),
            f"{method} zero": lambda f=f: f(_photo(), (0, 2)),
            f"{method} empty": lambda f=f: f(_photo()[:, :0], (2, 2)),
            f"{method} named": lambda f=f: f(_photo(), (2, 2), name="some"),
        }
    return outcomes_with_messages(rows)


@_CLOSE
def types(tf: Any) -> Any:
    rows = {}
    for method in _METHODS:
        f = getattr(tf.compat.v1.image, f"resize_{method}")
        for dtype in EVERY:
            if dtype not in ("string", "bool", "complex64", "complex128"):
                rows[f"{method} {dtype}"] = lambda f=f, d=dtype: f(
                    of_dtype(tf, np.floor(_photo() * 90), d), (4, 3), True
                )
    return outcomes_with_messages(rows)


@_CLOSE
def derivatives(tf: Any) -> Any:
    rows = {}
    for method in _METHODS[:3]:
        f = getattr(tf.compat.v1.image, f"resize_{method}")
        for corners in (False, True):
            rows[f"{method} {corners}"] = lambda f=f, c=corners: gradients(
                tf, lambda x: f(x, (4, 3), c), _photo(3, 5, 1), second=False
            )
    return outcomes_with_messages(rows)


@_CLOSE
def by_method(tf: Any) -> Any:
    v1 = tf.compat.v1.image
    methods = [0, 1, 2, 3, "bilinear", "nearest", "bicubic", "area", v1.ResizeMethod.AREA, 4, "x"]
    rows = {f"{m}": lambda m=m: v1.resize(_photo(), (4, 3), m) for m in methods}
    rows |= {
        f"{m} corners": lambda m=m: v1.resize_images(_photo(), (4, 3), m, True) for m in methods
    }
    rows |= {
        "same size": lambda: v1.resize(_photo().astype(np.int32), (3, 5)),
        "same size of another method": lambda: v1.resize(_photo(), (3, 5), "x"),
        "image": lambda: v1.resize(_photo()[0], [4, 3]),
        "aspect": lambda: v1.resize(_photo(), [9, 9], preserve_aspect_ratio=True),
        "matrix": lambda: v1.resize(_photo()[0, 0], [4, 3]),
        "three sizes": lambda: v1.resize(_photo(), [4, 3, 2]),
        "fraction": lambda: v1.resize(_photo(), [4.5, 3]),
        "pad": lambda: v1.resize_image_with_pad(_photo(), 6, 4),
        "pad image": lambda: v1.resize_image_with_pad(_photo()[0], 2, 9, 1, True),
        "pad to nothing": lambda: v1.resize_image_with_pad(_photo(), 0, 4),
        "raw": lambda: [
            tf.raw_ops.ResizeBilinear(images=_photo(), size=[4, 3]),
            tf.raw_ops.ResizeBicubic(images=_photo(), size=[4, 3], half_pixel_centers=True),
            tf.raw_ops.ResizeNearestNeighbor(images=_photo(), size=[4, 3], align_corners=True),
            tf.raw_ops.ResizeArea(images=_photo(), size=[2, 3]),
        ],
    }
    return outcomes_with_messages(rows)
