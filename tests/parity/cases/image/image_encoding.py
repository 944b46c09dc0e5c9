"""Encoding images, and what JPEG's losses do to them."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.parity.case_helpers.image_files import digest, image, outcomes_with_messages


def _photo(channels: int, dtype: str = "uint8") -> np.ndarray:
    y, x, c = np.mgrid[:19, :23, :channels]
    values = x * 9 + y * 7 * (c + 1) + (x * y) % 11
    return (values % 256).astype(dtype) if dtype == "uint8" else (values * 97).astype(dtype)


def png(tf: Any) -> Any:
    """The bytes differ where the deflate libraries do, so that the pixels are compared."""
    e, d = tf.io.encode_png, tf.io.decode_png
    rows = {}
    for dtype in ("uint8", "uint16"):
        for channels in (1, 2, 3, 4):
            for level in (-1, 0, 1, 9):
                rows[f"{dtype} {channels} {level}"] = lambda t=dtype, c=channels, v=level: digest(
                    d(e(_photo(c, t), v), dtype=tf.as_dtype(t))
                )
    photo = _photo(3)
    rows |= {
        "bytes": lambda: e(photo),
        "gray bytes": lambda: tf.image.encode_png(_photo(1), name="some"),
        "one pixel": lambda: e(photo[:1, :1]),
        "one row": lambda: e(photo[:1]),
        "one column": lambda: e(photo[:, :1]),
        "batch": lambda: [d(x) for x in tf.unstack(e(np.stack([photo[:2, :2], photo[2:4, :2]])))],
        "batches": lambda: e(np.zeros([2, 3, 1, 1, 1], np.uint8)),
        "no batch": lambda: e(np.zeros([0, 2, 2, 3], np.uint8)),
        "no rows": lambda: e(np.zeros([0, 2, 3], np.uint8)),
        "no rows in a batch": lambda: e(np.zeros([2, 0, 2, 3], np.uint8)),
        "five channels": lambda: e(np.zeros([2, 2, 5], np.uint8)),
        "no channels": lambda: e(np.zeros([2, 2, 0], np.uint8)),
        "matrix": lambda: e(photo[..., 0]),
        "level 10": lambda: e(photo, compression=10),
        "level -2": lambda: e(photo, -2),
        "level is a string": lambda: e(photo, "1"),
        "float": lambda: e(photo.astype(np.float32)),
        "numbers": lambda: e([[[1]]]),
        "variable": lambda: digest(d(e(tf.Variable(photo)))),
    }
    return outcomes_with_messages(rows)


def jpeg(tf: Any) -> Any:
    f, d = tf.io.encode_jpeg, tf.io.decode_jpeg
    rows = {}
    for channels in (1, 3):
        photo = _photo(channels)
        options: list[dict[str, Any]] = [
            *({"quality": q} for q in (0, 1, 50, 95, 100)),
            {"progressive": True},
            {"optimize_size": True},
            {"chroma_downsampling": False},
            {"density_unit": "cm", "x_density": 5, "y_density": 70000},
            {"x_density": -1},
            {"xmp_metadata": "<x>hello</x>"},
            {"format": "grayscale"},
            {"format": "rgb"},
            {"format": "x"},
            {"density_unit": "x"},
            {"quality": 101},
            {"quality": -1},
            {"quality": "9"},
        ]
        for words in options:
            rows[f"{channels} {words}"] = lambda p=photo, w=words: tf.strings.to_hash_bucket_fast(
                f(p, **w), 1 << 40
            )
    photo = _photo(3)
    rows |= {
        "bytes": lambda: f(photo[:3, :4], quality=50),
        "through a file": lambda: digest(d(f(d(image("rgb_420.jpg")), name="some"))),
        "two channels": lambda: f(_photo(2)),
        "four channels": lambda: f(_photo(4)),
        "no rows": lambda: f(photo[:0]),
        "matrix": lambda: f(photo[..., 0]),
        "batch": lambda: f(photo[None]),
        "float tensor": lambda: f(tf.constant(photo, tf.float32)),
        "int tensor": lambda: f(tf.constant(photo, tf.int32)),
        "numbers": lambda: digest(d(f([[[1, 2, 3]]]))),
    }
    return outcomes_with_messages(rows)


def quality(tf: Any) -> Any:
    f = tf.image.adjust_jpeg_quality
    photo = _photo(3)
    floats = photo.astype(np.float32) / 255
    rows = {f"{q}": lambda q=q: digest(f(photo, q)) for q in (0, 1, 40, 95, 100, 101, -1)}
    rows |= {
        "float": lambda: f(floats[:3, :3], 75),
        "float64": lambda: digest(f(floats.astype(np.float64), 75)),
        "half": lambda: digest(f(floats.astype(np.float16), 75)),
        "wide": lambda: digest(f(_photo(3, "uint16"), 75)),
        "clipped": lambda: f(floats[:2, :2] * 3 - 1, 60),
        "gray": lambda: digest(f(_photo(1), 30)),
        "two channels": lambda: f(_photo(2), 30),
        "four channels": lambda: f(_photo(4), 30),
        "matrix": lambda: f(photo[..., 0], 30),
        "qualities": lambda: f(photo, [30, 40]),
        "quality of a tensor": lambda: digest(f(photo, tf.constant(30))),
        "quality is a fraction": lambda: f(photo, 30.5),
        "accurate": lambda: digest(f(photo, 30, "INTEGER_ACCURATE", name="some")),
        "method": lambda: f(photo, 30, "FAST"),
        "list": lambda: f([[[0.01, 0.02, 0.03], [0.04, 0.05, 0.06]]], 75),
    }
    return outcomes_with_messages(rows)


def no_gradient(tf: Any) -> Any:
    x = tf.Variable(_photo(3).astype(np.float32) / 255)
    with tf.GradientTape() as tape:
        y = tf.image.adjust_jpeg_quality(x, 50)
    return tape.gradient(y, x)


def random_quality(tf: Any) -> Any:
    photo = _photo(3)
    tf.random.set_seed(5)
    rows = {
        "random": lambda: digest(tf.image.random_jpeg_quality(photo, 5, 40)),
        "seed": lambda: digest(tf.image.random_jpeg_quality(photo, 5, 40, seed=3)),
        "stateless": lambda: digest(
            tf.image.stateless_random_jpeg_quality(photo, 5, 40, seed=(1, 2))
        ),
    }
    for low, high in ((50, 40), (40, 40), (-1, 40), (3, 101)):
        rows |= {
            f"{low} {high}": lambda a=low, b=high: tf.image.random_jpeg_quality(photo, a, b),
            f"stateless {low} {high}": lambda a=low, b=high: tf.image.stateless_random_jpeg_quality(
                photo, a, b, seed=(1, 2)
            ),
        }
    return outcomes_with_messages(rows)


def raw(tf: Any) -> Any:
    r = tf.raw_ops
    p, j, photo = image("rgb.png"), image("rgb_444.jpg"), _photo(3)
    return outcomes_with_messages(
        {
            "DecodeImage": lambda: digest(r.DecodeImage(contents=p, channels=1)),
            "DecodePng": lambda: digest(r.DecodePng(contents=p, dtype=tf.uint16)),
            "DecodeJpeg": lambda: digest(r.DecodeJpeg(contents=j, ratio=2)),
            "DecodeAndCropJpeg": lambda: digest(
                r.DecodeAndCropJpeg(contents=j, crop_window=[1, 2, 3, 4])
            ),
            "DecodeGif": lambda: digest(r.DecodeGif(contents=image("still.gif"))),
            "DecodeBmp": lambda: digest(r.DecodeBmp(contents=image("rgb.bmp"), channels=4)),
            "DecodeWebP": lambda: digest(r.DecodeWebP(contents=image("lossy.webp"))),
            "EncodePng": lambda: r.EncodePng(image=photo[:2, :2]),
            "EncodeJpeg": lambda: r.EncodeJpeg(image=photo[:2, :2], quality=30),
            "EncodeJpegVariableQuality": lambda: r.EncodeJpegVariableQuality(
                images=photo[:2, :2], quality=30
            ),
            "ExtractJpegShape": lambda: r.ExtractJpegShape(contents=j),
        }
    )
