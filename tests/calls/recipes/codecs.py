"""Images and sound that are encoded, and decoded again."""

from __future__ import annotations

from ..draw import Draw
from . import Recipe
from .images import picture, pixels


def _image(draw: Draw, dtypes: list[str], channels: list[int]) -> str:
    dtype = draw.choice(dtypes) if draw.chance(0.9) else draw.dtype("fi")
    shape = picture(draw, draw.choice(channels), low=7, high=20)
    return pixels(draw, dtype, shape[-3:] if draw.chance(0.8) else shape)


def _encode_png(draw: Draw) -> str:
    x = _image(draw, ["uint8", "uint8", "uint16"], [1, 2, 3, 4])
    level = draw.maybe(f", compression={draw.choice([-1, 0, 1, 9, 10])}", 0.4)
    rest = draw.maybe(f", channels={draw.choice([0, 1, 2, 3, 4])}", 0.5)
    rest += draw.maybe(f", dtype=tf.{draw.choice(['uint8', 'uint16', 'float32'])}", 0.4)
    return f"tf.io.decode_png(tf.io.encode_png({x}{level}){rest})"


def _encode_jpeg(draw: Draw) -> str:
    x = _image(draw, ["uint8"], [1, 3])
    words = [
        draw.maybe(f", quality={draw.choice([0, 5, 50, 95, 100, 101])}", 0.7),
        draw.maybe(f", chroma_downsampling={draw.flag()}", 0.3),
        draw.maybe(f", progressive={draw.flag()}", 0.3),
        draw.maybe(f", optimize_size={draw.flag()}", 0.3),
        draw.maybe(f", format={draw.choice(['', 'rgb', 'grayscale', 'x'])!r}", 0.3),
        draw.maybe(f", x_density={draw.choice([1, 300, 70000])}", 0.2),
    ]
    return f"tf.strings.to_hash_bucket_fast(tf.io.encode_jpeg({x}{''.join(words)}), 2**60)"


def _decode_jpeg(draw: Draw) -> str:
    x = _image(draw, ["uint8"], [1, 3])
    method = draw.choice(["", "INTEGER_FAST", "INTEGER_ACCURATE", "x"])
    words = [
        draw.maybe(f", channels={draw.choice([0, 1, 3, 4])}", 0.5),
        draw.maybe(f", ratio={draw.choice([1, 2, 4, 8, 3])}", 0.5),
        draw.maybe(f", fancy_upscaling={draw.flag()}", 0.3),
        draw.maybe(f", dct_method={method!r}", 0.3),
    ]
    quality = draw.choice([10, 60, 95])
    return f"tf.io.decode_jpeg(tf.io.encode_jpeg({x}, quality={quality}){''.join(words)})"


def _adjust_jpeg_quality(draw: Draw) -> str:
    x = _image(draw, ["uint8", "float32"], [1, 3])
    quality = draw.choice(["0", "30", "75", "100", "101", "tf.constant(40)", "[50]", "50.5"])
    return f"tf.image.adjust_jpeg_quality({x}, {quality})"


def _encode_wav(draw: Draw) -> str:
    shape = [draw.integer(0, 6), draw.integer(1, 3)]
    if draw.chance(0.1):
        shape = shape[:1] if draw.flag() else [1, *shape]
    x = draw.tensor("float32" if draw.chance(0.9) else draw.dtype("fi"), shape, -2, 2)
    rate = draw.choice(["8000", "44100", "1", "0", "-1", "tf.constant(5)", "1.5"])
    rest = draw.maybe(f", desired_channels={draw.choice([-2, -1, 0, 1, 2, 4])}", 0.4)
    rest += draw.maybe(f", desired_samples={draw.choice([-2, -1, 0, 3, 8])}", 0.4)
    return f"tuple(tf.audio.decode_wav(tf.audio.encode_wav({x}, {rate}){rest}))"


RECIPES: dict[str, Recipe] = {
    "io.encode_png": _encode_png,
    "io.encode_jpeg": _encode_jpeg,
    "io.decode_jpeg": _decode_jpeg,
    "image.adjust_jpeg_quality": _adjust_jpeg_quality,
    "audio.encode_wav": _encode_wav,
}
