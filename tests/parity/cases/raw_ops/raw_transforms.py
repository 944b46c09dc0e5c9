"""Projective transforms of images, and distinct slices, as `tf.raw_ops`."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.parity.harness import attempt

_TRANSFORMS = {
    "identity": [1, 0, 0, 0, 1, 0, 0, 0],
    "shift": [1, 0, 1.25, 0, 1, -2.5, 0, 0],
    "turn": [0.8, -0.6, 2.0, 0.6, 0.8, -1.0, 0, 0],
    "zoom out": [2.5, 0, -3, 0, 2.5, -4, 0, 0],
    "far": [9.0, 0, -17.0, 0, 8.0, -22.0, 0, 0],
    "projection": [1, 0.1, 0, 0.2, 1, 0, 0.05, 0.02],
}


def _images(dtype: str) -> np.ndarray:
    return (np.random.RandomState(3).rand(2, 5, 4, 2) * 100).astype(dtype)


def transforms(tf: Any) -> Any:
    outcomes = {}
    for name, transform in _TRANSFORMS.items():
        for mode in ("CONSTANT", "REFLECT", "WRAP", "NEAREST"):
            for interpolation in ("NEAREST", "BILINEAR"):
                outcomes[f"{name} {mode} {interpolation}"] = tf.raw_ops.ImageProjectiveTransformV3(
                    images=_images("float32"),
                    transforms=tf.constant([transform], tf.float32),
                    output_shape=[5, 6],
                    fill_value=1.5,
                    interpolation=interpolation,
                    fill_mode=mode,
                )
    return outcomes


def dtypes(tf: Any) -> Any:
    outcomes = {}
    for dtype in ("uint8", "int32", "int64", "float16", "float64", "bool"):
        outcomes[dtype] = attempt(
            tf.raw_ops.ImageProjectiveTransformV2,
            images=_images(dtype),
            transforms=tf.constant([_TRANSFORMS["turn"], _TRANSFORMS["shift"]], tf.float32),
            output_shape=[3, 3],
            interpolation="BILINEAR",
        )
    return outcomes


def refusals(tf: Any) -> Any:
    def call(**changes: Any) -> Any:
        arguments = {
            "images": _images("float32"),
            "transforms": tf.constant([_TRANSFORMS["turn"]], tf.float32),
            "output_shape": [3, 3],
            "fill_value": 0.0,
            "interpolation": "BILINEAR",
            **changes,
        }
        result = attempt(tf.raw_ops.ImageProjectiveTransformV3, **arguments)
        return result if isinstance(result, str) else "no error"

    return [
        call(images=_images("float32")[0]),
        call(transforms=tf.zeros([3, 8])),
        call(transforms=tf.zeros([1, 9])),
        call(output_shape=[3]),
        call(output_shape=[0, 3]),
        call(interpolation="CUBIC"),
        call(fill_mode="MIRROR"),
    ]


def gradients(tf: Any) -> Any:
    images = tf.constant(_images("float32"))
    outcomes = []
    for transform in ("shift", "turn"):
        with tf.GradientTape() as outer:
            outer.watch(images)
            with tf.GradientTape() as tape:
                tape.watch(images)
                result = tf.raw_ops.ImageProjectiveTransformV3(
                    images=images,
                    transforms=tf.constant([_TRANSFORMS[transform]], tf.float32),
                    output_shape=[5, 4],
                    fill_value=0.0,
                    interpolation="BILINEAR",
                )
                loss = tf.reduce_sum(result**2)
            gradient = tape.gradient(loss, images)
        outcomes.append((gradient, outer.gradient(gradient, images)))
    return outcomes


def distinct_slices(tf: Any) -> Any:
    x = tf.constant([[1, 0, 1], [2, 3, 2], [1, 0, 1]])
    words = tf.constant([["a", "b"], ["a", "b"], ["c", "b"]])
    rows: list[tuple[Any, Any]] = [
        (x, [0]),
        (x, [1]),
        (x, [-1]),
        (tf.cast(x, tf.float32), [0]),
        (words, [0]),
        (words, [1]),
        (x[0], [0]),
        (x[0], tf.zeros([0], tf.int32)),
        (x, tf.zeros([0], tf.int32)),
        (x, [2]),
        (x, [0, 1]),
        (x, 0),
        (x[:0], [0]),
    ]
    return [
        (
            attempt(tf.raw_ops.UniqueV2, x=value, axis=axis),
            attempt(tf.raw_ops.UniqueWithCountsV2, x=value, axis=axis, out_idx=tf.int64),
        )
        for value, axis in rows
    ]
