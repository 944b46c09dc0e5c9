"""Images: hostile files need little memory, and the extra is named where it is missing."""

from __future__ import annotations

import struct
import sys
import tracemalloc
import zlib

import numpy as np
import pytest

import tf_tape_compat as tf
from tests.parity.case_helpers.image_files import image, png

_FRAME = struct.pack("<BHHHHB", 0x2C, 0, 0, 40000, 40000, 0)

HOSTILE = {
    "png of 100000": lambda: png(100000, 100000),
    "png just below the limit": lambda: png(23170, 23169),
    "png with few rows": lambda: png(20000, 20000, rows=bytes(60001)),
    "deep png": lambda: png(11000, 11000, 16, 6, rows=bytes(90000)),
    "gif of 40000": lambda: image("still.gif")[:61] + _FRAME + b"\x04\x02ab\x00;",
    "bmp of 100000": lambda: (
        image("rgb.bmp")[:18] + struct.pack("<ii", 100000, 100000) + image("rgb.bmp")[26:]
    ),
    "jxl of 2**20": lambda: (
        b"\xff\x0a" + (3 << 1 | ((1 << 20) - 1) << 3 | 1 << 33).to_bytes(14, "little")
    ),
    "jpeg of 65500": lambda: _resized_jpeg(65500),
}


def _resized_jpeg(side: int) -> bytes:
    """A JPEG file whose header has another size."""
    data = image("rgb_420.jpg")
    at = data.index(b"\xff\xc0") + 5
    return data[:at] + struct.pack(">HH", side, side) + data[at + 4 :]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_images_are_refused_before_memory_is_allocated(name):
    data = HOSTILE[name]()
    tf.io.decode_image(image("rgb.png"))
    tracemalloc.start()
    try:
        with pytest.raises(tf.errors.InvalidArgumentError):
            tf.io.decode_image(data)
        assert tracemalloc.get_traced_memory()[1] < 20e6
    finally:
        tracemalloc.stop()


def test_large_images_within_the_limit_are_decoded():
    side = 9500  # more than Pillow's own limit
    rows = zlib.compress(bytes((side + 1) * side), 1)
    data = png(side, side, 8, 0)
    start = data.index(b"IDAT") - 4
    chunk = b"IDAT" + rows
    body = struct.pack(">I", len(rows)) + chunk + struct.pack(">I", zlib.crc32(chunk))
    end = data[data.index(b"IEND") - 4 :]
    assert tf.io.decode_png(data[:start] + body + end).shape == (side, side, 1)


@pytest.mark.parametrize(
    ("module", "call"),
    [
        ("PIL", lambda: tf.io.decode_png(image("rgb.png"))),
        ("PIL", lambda: tf.io.encode_jpeg(np.zeros((2, 2, 3), np.uint8))),
        ("simplejpeg", lambda: tf.io.decode_jpeg(image("rgb_420.jpg"))),
        ("simplejpeg", lambda: tf.io.extract_jpeg_shape(image("rgb_420.jpg"))),
        ("tensorboard", lambda: tf.summary.scalar("a", 1)),
    ],
)
def test_the_extra_is_named_where_it_is_missing(module, call, monkeypatch):
    from tf_tape_compat._summary import plugins

    plugins._plugin.cache_clear()
    for name in [name for name in sys.modules if name.partition(".")[0] == module]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, module, None)
    extra = "summary" if module == "tensorboard" else "io"
    with pytest.raises(ModuleNotFoundError, match=rf"tf-tape-compat\[{extra}\]"):
        call()


@pytest.mark.parametrize("name", ["png", "bmp"])
def test_formats_without_loss_come_back(name):
    pixels = np.random.RandomState(0).randint(0, 256, (40, 50, 3)).astype(np.uint8)
    if name == "png":
        data = tf.io.encode_png(pixels).numpy()
    else:
        rows = np.pad(pixels[::-1, :, ::-1].reshape(40, -1), ((0, 0), (0, 2))).tobytes()
        header = struct.pack("<IHHI", 54 + len(rows), 0, 0, 54)
        data = b"BM" + header + struct.pack("<IiiHHIIiiII", 40, 50, 40, 1, 24, *[0] * 6) + rows
    assert (tf.io.decode_image(data).numpy() == pixels).all()
