"""tf.audio: WAV files, whole and damaged."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np

from tests.parity.case_helpers.image_files import outcomes_with_messages

_DATA = struct.pack("<hhhh", 1, -32768, 32767, -4)


def _wav(
    data: bytes = _DATA,
    channels: int = 1,
    rate: int = 8000,
    bits: int = 16,
    kind: int = 1,
    format_size: int = 16,
    per_second: int | None = None,
    per_sample: int | None = None,
    before: bytes = b"",
    after: bytes = b"",
    data_size: int | None = None,
    size: int | None = None,
) -> bytes:
    """A file; the arguments are what its header says."""
    if per_sample is None:
        per_sample = channels * bits // 8
    if per_second is None:
        per_second = rate * per_sample % (1 << 32)
    text = b"WAVEfmt " + struct.pack(
        "<IHHIIHH", format_size, kind, channels, rate, per_second, per_sample, bits
    )
    text += bytes(max(format_size - 16, 0)) + before
    text += b"data" + struct.pack("<I", len(data) if data_size is None else data_size) + data
    text += after
    return b"RIFF" + struct.pack("<I", len(text) if size is None else size) + text


def _chunk(name: bytes, size: int, body: bytes) -> bytes:
    return name + struct.pack("<I", size) + body


def decode(tf: Any) -> Any:
    f = tf.audio.decode_wav
    mono, stereo = _wav(), _wav(channels=2)
    rows = {
        f"{name} {channels} {samples}": lambda d=data, c=channels, s=samples: f(d, c, s)
        for name, data in (("mono", mono), ("stereo", stereo))
        for channels in (-1, 0, 1, 2, 3, -2)
        for samples in (-1, 0, 1, 6, -2)
    }
    files = {
        "8 bits": _wav(bits=8),
        "24 bits": _wav(bytes(12), bits=24),
        "32 bits": _wav(bits=32),
        "float": _wav(bits=32, kind=3),
        "format of 18": _wav(format_size=18),
        "format of 40": _wav(format_size=40),
        "format of 15": _wav(format_size=15),
        "no channels": _wav(channels=0, per_sample=2),
        "per second": _wav(per_second=5),
        "per sample": _wav(per_sample=3, per_second=16000),
        "no data chunk": mono[:36],
        "no data": _wav(b""),
        "text": b"hello, this is long enough for the header of a file",
        "no wave": mono[:8] + b"WAVX" + mono[12:],
        "no format": mono[:12] + b"fmtx" + mono[16:],
        "size": _wav(size=3),
        "list before": _wav(before=_chunk(b"LIST", 4, b"abcd")),
        "odd list": _wav(before=_chunk(b"LIST", 3, b"abc")),
        "padded list": _wav(before=_chunk(b"LIST", 3, b"abc\0")),
        "list after": _wav(after=_chunk(b"LIST", 4, b"abcd")),
        "list cut off": _wav(after=_chunk(b"LIST", 40, b"abcd")),
        "bytes after": _wav(after=b"abc"),
        "two data chunks": _wav(after=_chunk(b"data", 2, b"ab")),
        "odd data": _wav(b"\1\0\2"),
        "half a stereo sample": _wav(b"\1\0\2\0\3\0", channels=2),
        "data too large": _wav(data_size=1000),
        "data of 2 GB": _wav(data_size=0x7FFFFFFF),
        "data of 4 GB": _wav(data_size=0xFFFFFFFF),
        "no rate": _wav(rate=0),
        "large rate": _wav(rate=0xFFFFFFFF),
    }
    rows |= {name: lambda d=data: f(d) for name, data in files.items()}
    rows |= {f"cut {size}": lambda s=size: f(mono[:s]) for size in (0, 3, 8, 12, 20, 30, 40, 50)}
    rows |= {
        "vector": lambda: f([mono]),
        "number": lambda: f(1),
        "channels are a string": lambda: f(mono, "1"),
        "named": lambda: f(tf.constant("no"), name="some"),
        "fields": lambda: [f(mono)._fields, f(mono).sample_rate, type(f(mono)).__name__],
        "raw": lambda: tf.raw_ops.DecodeWav(contents=mono, desired_samples=2),
    }
    return outcomes_with_messages(rows)


def encode(tf: Any) -> Any:
    f = tf.audio.encode_wav
    ramp = np.linspace(-1.1, 1.1, 301, dtype=np.float32)[:, None]
    special = [[0.5 / 32768], [1.5 / 32768], [-0.5 / 32768], [np.nan], [np.inf], [-np.inf], [1.0]]
    return outcomes_with_messages(
        {
            "ramp": lambda: f(ramp, 8000),
            "special": lambda: f(special, 8000),
            "stereo": lambda: f([[0.1, -0.2]], 44100, name="some"),
            "back": lambda: tf.audio.decode_wav(f([[0.5, -1.0], [0.25, 0.0]], 5)),
            "vector": lambda: f([0.1], 8000),
            "three axes": lambda: f([[[0.1]]], 8000),
            "two rates": lambda: f([[0.1]], [8000]),
            "rate of a tensor": lambda: f([[0.1]], tf.constant(8000)),
            "rate is int64": lambda: f(tf.constant([[0.1]]), tf.constant(8000, tf.int64)),
            "rate is a fraction": lambda: f([[0.1]], 8000.5),
            "rate 0": lambda: f([[0.1]], 0),
            "rate -1": lambda: f([[0.1]], -1),
            "no samples": lambda: f(np.zeros((0, 1), np.float32), 8000),
            "no channels": lambda: f(np.zeros((3, 0), np.float32), 8000),
            "many channels": lambda: f(np.zeros((1, 70000), np.float32), 8000),
            "integers": lambda: f(tf.constant([[1]]), 8000),
            "list of integers": lambda: f([[1]], 8000),
            "float64": lambda: f(np.full((2, 1), 0.5), 8000),
            "raw": lambda: tf.raw_ops.EncodeWav(audio=[[0.5]], sample_rate=10),
        }
    )


def gradient(tf: Any) -> Any:
    x = tf.constant([[0.5]])
    with tf.GradientTape() as tape:
        tape.watch(x)
        audio, _ = tf.audio.decode_wav(tf.audio.encode_wav(x, 8000))
    return tape.gradient(audio, x)
