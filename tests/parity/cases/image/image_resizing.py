"""tf.image.resize and similar functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tests.parity.case_helpers.tables import EVERY, gradients, of_dtype, outcomes
from tests.parity.harness import tolerance

_CLOSE = tolerance(rtol=2e-5, atol=2e-5)
_METHODS = "bilinear nearest bicubic area lanczos3 lanczos5 gaussian mitchellcubic".split()
Rows = dict[str, Callable[[], Any]]


def _photo(shape: Any, dtype: str = "float32") -> np.ndarray:
    return ((np.arange(int(np.prod(shape))) * 0.377) % 1.0).reshape(shape).astype(dtype)


def _resized(method: str) -> Callable[[Any], Any]:
    @_CLOSE
    def case(tf: Any) -> Any:
        x = _photo((1, 4, 5, 2))
        f = tf.image.resize
        rows: Rows = {}
        sizes = ((4, 5), (2, 3), (7, 9), (1, 1), (8, 10), (3, 11), (12, 2), (0, 3), (3, -1))
        for size in sizes:
            for smooth in (False, True):
                rows[f"{size} {smooth}"] = lambda a=(size, method, False, smooth): f(x, *a)
        for shape in ((3, 2, 1), (2, 1, 1, 3), (0, 2, 2, 1), (1, 0, 2, 1), (2, 2), (1, 1, 2, 2, 1)):
            rows[f"of {shape}"] = lambda shape=shape: f(_photo(shape), (3, 4), method)
        rows["no channels"] = lambda: f(_photo((1, 2, 2, 0)), (3, 4), method)
        for d in EVERY:
            values = np.arange(6).reshape(1, 2, 3, 1) * 7
            rows[d] = lambda d=d, v=values: f(of_dtype(tf, v, d), (3, 2), method)
            rows[f"smooth {d}"] = lambda d=d, v=values: f(
                of_dtype(tf, v, d), (1, 2), method, False, True
            )
        rows["large"] = lambda: f(_photo((40, 30, 1)), (3, 4), method, antialias=True)
        rows["extremes"] = lambda: f(
            np.array([[[1.0], [np.inf], [np.nan], [-1e30]]], "float32"), (1, 6), method
        )
        for d in ("float32", "float64", "float16", "bfloat16"):
            for size in ((2, 3), (5, 7)):
                rows[f"gradient {d} {size}"] = lambda d=d, size=size: _first(
                    tf, lambda v: f(v, size, method), of_dtype(tf, _photo((1, 3, 4, 1)), d)
                )
        rows["smooth gradient"] = lambda: _first(
            tf, lambda v: f(v, (2, 2), method, antialias=True), tf.constant(_photo((1, 3, 5, 1)))
        )
        rows["second"] = lambda: gradients(tf, lambda v: f(v, (2, 3), method), _photo((1, 3, 4, 1)))
        return outcomes(rows)

    return case


def _first(tf: Any, f: Any, x: Any) -> Any:
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    grad = tf.cast(_photo(y.shape), y.dtype)
    return tape.gradient(y, x, output_gradients=grad)


@_CLOSE
def arguments(tf: Any) -> Any:
    f, x = tf.image.resize, _photo((1, 4, 6, 1))
    rows: Rows = {
        "tensor size": lambda: f(x, tf.constant([2, 3])),
        "long size": lambda: f(x, tf.constant([2, 3], tf.int64)),
        "float size": lambda: f(x, [2.0, 3.0]),
        "array size": lambda: f(x, np.array([2, 3])),
        "scalar size": lambda: f(x, 2),
        "three": lambda: f(x, [2, 3, 1]),
        "method": lambda: f(x, [2, 3], "cubic"),
        "old method": lambda: f(x, [2, 3], 1),
        "class": lambda: f(x, [2, 3], tf.image.ResizeMethod.AREA),
        "list": lambda: f([[[1], [2]], [[3], [4]]], [3, 3]),
        "named": lambda: f(images=x, size=[2, 2], name="some"),
        "methods": lambda: [
            getattr(tf.image.ResizeMethod, n) for n in dir(tf.image.ResizeMethod) if n.isupper()
        ],
    }
    for size in ((2, 2), (8, 8), (3, 20), (20, 3), (1, 1), (5, 7)):
        rows[f"keep {size}"] = lambda size=size: f(x, size, preserve_aspect_ratio=True)
        rows[f"keep one {size}"] = lambda size=size: f(
            x[0], size, "nearest", preserve_aspect_ratio=True
        )
    return outcomes(rows)


@_CLOSE
def padded(tf: Any) -> Any:
    f, x = tf.image.resize_with_pad, _photo((2, 3, 4, 1))
    rows: Rows = {}
    for size in ((3, 4), (6, 6), (2, 5), (5, 2), (7, 3), (1, 1), (0, 2), (2, -1)):
        rows[f"{size}"] = lambda size=size: f(x, *size)
        rows[f"one {size}"] = lambda size=size: f(x[0], *size, method="nearest")
    for method in _METHODS:
        rows[method] = lambda method=method: f(x, 5, 5, method, True)
    rows["rank"] = lambda: f(x[0, :, :, 0], 2, 2)
    rows["bytes"] = lambda: f(np.arange(6, dtype="uint8").reshape(2, 3, 1), 4, 4)
    rows["gradient"] = lambda: _first(tf, lambda v: f(v, 5, 3), tf.constant(x))
    return outcomes(rows)


CASES = {method: _resized(method) for method in _METHODS}
