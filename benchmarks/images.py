"""Rows of images: decoded, resized and encoded, beside the libraries that torch programs use."""

import io
from typing import Any

import numpy as np

from benchmarks.rows import Program, Row

SIZE = (224, 224)


def photo() -> np.ndarray:
    """An image of 375 x 500 pixels with as much detail as a photograph."""
    y, x = np.mgrid[:375, :500]
    colors = [np.sin(x / 37) * 90 + 128 + y / 5, np.cos(y / 23) * 80 + 120, (x + y) / 4]
    noise = np.random.RandomState(0).normal(0, 6, (375, 500, 3))
    return (np.stack(colors, -1) + noise).clip(0, 255).astype(np.uint8)


def pillow_bytes(format: str, **options: Any) -> bytes:
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(photo()).save(file, format, **options)
    return file.getvalue()


def tf_decode(resized: bool) -> Program:
    def program(tf: Any) -> Any:
        data = tf.io.encode_jpeg(photo(), quality=90)
        if resized:
            return lambda: tf.image.resize(tf.io.decode_jpeg(data), SIZE)
        return lambda: tf.io.decode_jpeg(data)

    return program


def torch_decode(resized: bool) -> Program:
    def program(torch: Any) -> Any:
        import simplejpeg

        data = pillow_bytes("JPEG", quality=90)

        def decode() -> Any:
            return torch.from_numpy(simplejpeg.decode_jpeg(data, fastdct=True))

        def decode_and_resize() -> Any:
            images = decode().permute(2, 0, 1)[None].float()
            resized = torch.nn.functional.interpolate(images, SIZE, mode="bilinear")
            return resized[0].permute(1, 2, 0)

        return decode_and_resize if resized else decode

    return program


def tf_png(tf: Any) -> Any:
    data = tf.io.encode_png(photo(), compression=1)
    return lambda: tf.io.decode_png(data)


def torch_png(torch: Any) -> Any:
    from PIL import Image

    data = pillow_bytes("PNG", compress_level=1)
    return lambda: torch.from_numpy(np.array(Image.open(io.BytesIO(data))))


IMAGES = [
    Row("decode a JPEG", 1.5, tf_decode(False), torch_decode(False)),
    Row("decode and resize a JPEG", 2.0, tf_decode(True), torch_decode(True)),
    Row("decode a PNG", 1.5, tf_png, torch_png),
]
