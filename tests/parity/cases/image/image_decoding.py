"""Decoding images: formats, channels, types, animations, and files that are damaged."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np

from tests.parity.case_helpers.image_files import (
    JPEGS,
    NAMES,
    digest,
    image,
    noise,
    outcomes_with_messages,
    png,
)

_OPERATIONS = "image png jpeg gif bmp webp jxl".split()
_TYPES = "uint8 uint16 float32 float64 int32 int8 bool".split()


def operations(tf: Any) -> Any:
    rows = {
        f"{name} {operation}": lambda n=name, o=operation: digest(
            getattr(tf.io, f"decode_{o}")(image(n))
        )
        for name in NAMES
        for operation in _OPERATIONS
    }
    rows |= {
        f"{name} crop": lambda n=name: digest(tf.io.decode_and_crop_jpeg(image(n), [0, 0, 3, 27]))
        for name in NAMES
    }
    rows |= {f"{name} shape": lambda n=name: tf.io.extract_jpeg_shape(image(n)) for name in NAMES}
    return outcomes_with_messages(rows)


def channels(tf: Any) -> Any:
    return outcomes_with_messages(
        {
            f"{name} {count}": lambda n=name, c=count: digest(tf.io.decode_image(image(n), c))
            for name in NAMES
            for count in (None, 1, 2, 3, 4, -1)
        }
    )


def types(tf: Any) -> Any:
    rows = {
        f"{name} {dtype}": lambda n=name, d=dtype: digest(
            tf.io.decode_image(image(n), dtype=tf.as_dtype(d))
        )
        for name in NAMES
        for dtype in _TYPES
    }
    rows |= {
        f"{name} png": lambda n=name: digest(tf.io.decode_png(image(n), dtype=tf.uint16))
        for name in NAMES
    }
    return outcomes_with_messages(rows)


def first_frames(tf: Any) -> Any:
    return outcomes_with_messages(
        {
            name: lambda n=name: digest(tf.io.decode_image(image(n), expand_animations=False))
            for name in NAMES
        }
    )


def pixels(tf: Any) -> Any:
    """All of a few images, to see what differs."""
    return outcomes_with_messages(
        {
            "jpeg": lambda: tf.io.decode_jpeg(image("rgb_420.jpg"))[:9, :9],
            "cmyk": lambda: tf.io.decode_jpeg(image("cmyk.jpg"))[:9, :9],
            "gif": lambda: tf.io.decode_gif(image("layers.gif"))[:, :9, :9],
            "palette": lambda: tf.io.decode_png(image("palette_key.png"))[:9, :9],
            "gray of color": lambda: tf.io.decode_png(image("rgb.png"), 1)[:9, :9],
        }
    )


def jpeg_settings(tf: Any) -> Any:
    rows = {}
    for name in JPEGS:
        for ratio in (1, 2, 4, 8):
            for smooth in (True, False):
                for method in ("INTEGER_FAST", "INTEGER_ACCURATE"):
                    for count in (1, 3):
                        rows[f"{name} {ratio} {smooth} {method} {count}"] = (
                            lambda n=name, r=ratio, s=smooth, m=method, c=count: digest(
                                tf.io.decode_jpeg(image(n), c, r, s, dct_method=m)
                            )
                        )
    return outcomes_with_messages(rows)


def crops(tf: Any) -> Any:
    f, jpeg = tf.io.decode_and_crop_jpeg, image("rgb_444.jpg")
    windows = [
        [0, 0, 21, 27], [3, 5, 7, 9], [20, 26, 1, 1], [0, 0, 22, 27], [0, 1, 21, 27],
        [-1, 0, 3, 3], [0, -1, 3, 3], [0, 0, 0, 3], [0, 0, 3, -3], [0, 0, 3], [[0, 0, 3, 3]],
    ]  # fmt: skip
    rows = {str(window): lambda w=window: digest(f(jpeg, w)) for window in windows}
    rows |= {
        "ratio": lambda: digest(f(jpeg, [1, 2, 5, 6], ratio=2)),
        "beyond ratio": lambda: digest(f(jpeg, [1, 2, 15, 6], ratio=2)),
        "array": lambda: digest(f(jpeg, np.array([1, 2, 5, 6]))),
        "float": lambda: digest(f(jpeg, [1.0, 2, 5, 6])),
        "float tensor": lambda: digest(f(jpeg, tf.constant([1.0, 2, 5, 6]))),
        "channels": lambda: digest(f(jpeg, [1, 2, 5, 6], channels=1)),
    }
    return outcomes_with_messages(rows)


def smooth_crops(tf: Any) -> Any:
    f, jpeg = tf.io.decode_and_crop_jpeg, image("rgb_420.jpg")
    return outcomes_with_messages(
        {
            "inside": lambda: digest(f(jpeg, [3, 5, 7, 9])),
            "to the right": lambda: digest(f(jpeg, [3, 0, 7, 27])),
        }
    )


def arguments(tf: Any) -> Any:
    io = tf.io
    p, j, b = image("rgb.png"), image("rgb_420.jpg"), image("rgb.bmp")
    calls = {
        "vector": lambda: io.decode_png([p]),
        "vector of jpeg": lambda: io.decode_jpeg([j]),
        "matrix": lambda: io.decode_image([[p]]),
        "nothing": lambda: io.decode_png(b""),
        "number": lambda: io.decode_png(1),
        "number tensor": lambda: io.decode_png(tf.constant(1)),
        "two channels": lambda: io.decode_png(p, 2),
        "one channel of bmp": lambda: io.decode_bmp(b, 1),
        "two channels of bmp": lambda: io.decode_bmp(b, 2),
        "four channels of bmp": lambda: io.decode_bmp(b, 4),
        "channels are a string": lambda: io.decode_png(p, channels="3"),
        "channels are a fraction": lambda: io.decode_png(p, channels=3.5),
        "float png": lambda: io.decode_png(p, dtype=tf.float32),
        "int png": lambda: io.decode_png(p, dtype="int32"),
        "wide webp": lambda: io.decode_webp(image("lossy.webp"), dtype=tf.uint16),
        "one channel of webp": lambda: io.decode_webp(image("lossy.webp"), channels=1),
        "alpha of webp": lambda: io.decode_webp(image("lossy.webp"), channels=4),
        "type by name": lambda: io.decode_image(p, dtype="float32"),
        "type is a string": lambda: io.decode_image(p, dtype=tf.string),
        "ratio": lambda: io.decode_jpeg(j, ratio=3),
        "method": lambda: io.decode_jpeg(j, dct_method="FAST"),
        "fraction": lambda: io.decode_jpeg(j, acceptable_fraction=0.2),
        "shape": lambda: io.extract_jpeg_shape(j, tf.int64),
        "shape by name": lambda: io.extract_jpeg_shape(j, "int64", "some"),
        "float shape": lambda: io.extract_jpeg_shape(j, tf.float32),
        "vector of shapes": lambda: io.extract_jpeg_shape([j]),
        "named": lambda: io.decode_jpeg(tf.constant("no"), name="some"),
        "in tf.image": lambda: tf.image.decode_png(p),
    }
    rows = {
        name: lambda c=call: r if (r := c()).shape.rank == 1 else digest(r)
        for name, call in calls.items()
    }
    rows |= {
        "is jpeg": lambda: io.is_jpeg([j, p, b"", b"ab"]),
        "is a jpeg": lambda: io.is_jpeg(tf.constant(j), name="some"),
        "number is jpeg": lambda: io.is_jpeg(1),
    }
    return outcomes_with_messages(rows)


def cut_off(tf: Any) -> Any:
    rows = {}
    for name in NAMES:
        data = image(name)
        sizes = [0, 1, 2, 3, 5, 8, 10, 12, 13, 20, 32, 33, 60, 100, 180, len(data) // 2]
        if not name.endswith(".jpg"):
            sizes.append(len(data) - 1)
        if name.endswith(".jxl"):
            sizes.remove(8)  # the header ends there in one of them
        for size in sizes:
            rows[f"{name} {size}"] = lambda d=data[:size]: digest(tf.io.decode_image(d))
        rows[f"{name} more"] = lambda d=data: digest(tf.io.decode_image(d + b"junk"))
    rows |= {
        f"shape of {size}": lambda s=size: tf.io.extract_jpeg_shape(image("rgb_420.jpg")[:s])
        for size in (0, 2, 30, 300)
    }
    return outcomes_with_messages(rows)


def damaged(tf: Any) -> Any:
    rows = {"text": lambda: tf.io.decode_image(b"hello world" * 9)}
    for name in NAMES:
        data = image(name)
        if name[-4:] in ("webp", ".jxl"):
            continue  # what is made of damaged pixels differs between versions of the libraries
        for at in (9, 17, 25, 29, 45) if name[-3:] in ("png", "bmp") else (7, 11):
            spoiled = data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :]
            rows[f"{name} {at}"] = lambda d=spoiled: digest(tf.io.decode_image(d))
    return outcomes_with_messages(rows)


def hostile(tf: Any) -> Any:
    f, b, g = tf.io.decode_image, image("rgb.bmp"), image("moving.gif")
    frame = struct.pack("<BHHHHB", 0x2C, 0, 0, 65535, 65535, 0)
    wide_frame = struct.pack("<BHHHHB", 0x2C, 0, 0, 40000, 40000, 0)
    start = g[: 13 + 3 * (2 << (g[10] & 7))]

    def sized_bmp(width, height):
        return b[:18] + struct.pack("<ii", width, height) + b[26:]

    rows = {
        "png 100000": lambda: f(png(100000, 100000)),
        "png 30000": lambda: f(png(30000, 30000)),
        "png wide": lambda: f(png(1 << 27, 1)),
        "png wider": lambda: f(png(1000001, 1)),
        "png just too large": lambda: f(png(23170, 23171)),
        "png large and empty": lambda: f(png(16000, 12000)),
        "png without a side": lambda: f(png(0, 10)),
        "png depth": lambda: f(png(3, 3, 5)),
        "png color type": lambda: f(png(3, 3, 8, 5)),
        "png no zlib": lambda: f(png(3, 3)),
        "png short": lambda: f(png(3, 3, rows=b"\0" * 20)),
        "png one short": lambda: f(png(3, 3, rows=b"\0" * 29)),
        "png long": lambda: f(png(3, 3, rows=b"\0" * 40)),
        "png filter": lambda: f(png(3, 3, rows=b"\x07" * 30)),
        "png no palette": lambda: f(png(3, 3, 8, 3, b"\0" * 12)),
        "png short interlaced": lambda: f(png(3, 3, rows=b"\0" * 20, interlace=1)),
        "bmp 100000": lambda: f(sized_bmp(100000, 100000)),
        "bmp no width": lambda: f(sized_bmp(0, 5)),
        "bmp negative width": lambda: f(sized_bmp(-5, 5)),
        "bmp from the top": lambda: f(sized_bmp(27, -21)),
        "bmp smallest": lambda: f(sized_bmp(27, -(1 << 31))),
        "bmp offset": lambda: f(b[:10] + struct.pack("<i", 5000) + b[14:]),
        "bmp negative offset": lambda: f(b[:10] + struct.pack("<i", -5) + b[14:]),
        "bmp 16 bits": lambda: f(b[:28] + struct.pack("<H", 16) + b[30:]),
        "gif canvas": lambda: f(g[:6] + struct.pack("<HH", 65535, 65535) + g[10:]),
        "gif frame 65535": lambda: f(start + frame + b"\x04\x02ab\x00;"),
        "gif frame 40000": lambda: f(start + wide_frame + b"\x04\x02ab\x00;"),
        "gif no image": lambda: f(start + b";"),
        "gif record": lambda: f(start + b"\x99;"),
    }
    return outcomes_with_messages({k: lambda r=row: digest(r()) for k, row in rows.items()})


def png_samples(tf: Any) -> Any:
    """Every depth and color type, with and without interlace, transparency and a gray result."""
    rows = {}
    palette = (b"PLTE", bytes(range(0, 240, 5)))
    for color_type, samples in ((0, 1), (2, 3), (3, 1), (4, 2), (6, 4)):
        for depth in (1, 2, 4, 8, 16):
            size = 1 + (7 * samples * depth + 7) // 8
            line = noise(9 * size, depth)
            plain = b"".join(bytes([i % 5]) + line[i * size + 1 : (i + 1) * size] for i in range(9))
            for chunks in ((), ((b"tRNS", bytes([0, line[1] & ((1 << min(depth, 8)) - 1)])),)):
                if color_type == 2 and chunks:
                    chunks = ((b"tRNS", b"\0\1\0\2\0\3"),)
                before = (palette, *chunks) if color_type == 3 else chunks
                data = png(7, 9, depth, color_type, plain, 0, before)
                for count in (0, 1, 3, 4):
                    for dtype in ("uint8", "uint16"):
                        key = f"{color_type} {depth} {len(chunks)} {count} {dtype}"
                        rows[key] = lambda d=data, c=count, t=dtype: digest(
                            tf.io.decode_png(d, c, tf.as_dtype(t))
                        )
    for color_type, depth, size in ((2, 8, 400), (0, 2, 400), (6, 16, 900), (3, 4, 400)):
        data = png(9, 11, depth, color_type, bytes(size), 1, (palette,) if color_type == 3 else ())
        rows[f"interlaced {color_type} {depth}"] = lambda d=data: digest(tf.io.decode_png(d))
    return outcomes_with_messages(rows)
