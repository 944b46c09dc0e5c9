"""WAV files of 16-bit samples, which are all that TensorFlow reads and writes."""

from __future__ import annotations

import struct
from collections import namedtuple
from typing import Any

import numpy as np
import torch

from ..._core.op.op import op
from ..._core.tensor.host_values import to_numpy
from ..._core.tensor.static_args import int_attribute
from ..._core.types.dtype import as_dtype
from .._support.arguments import brackets, invalid_argument
from ..strings.text import scalar_string

_SCALE = 1 << 15
_LARGEST_CHUNK = (1 << 31) - 1
_FORMAT = struct.Struct("<HHIIHH")
_INT32 = as_dtype("int32")

DecodeWav = namedtuple("DecodeWav", "audio sample_rate")


class _Reader:
    """Reads a file from its beginning. Raises InvalidArgumentError where it ends too early."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def take(self, size: int) -> bytes:
        part = self.data[self.at : self.at + size]
        if len(part) < size:
            raise invalid_argument("Data too short when trying to read string")
        self.at += size
        return part

    def uint32(self) -> int:
        return int.from_bytes(self.take(4), "little")

    def expect(self, text: bytes) -> None:
        found = self.take(len(text))
        if found != text:
            shown = found.decode("utf-8", "replace")
            raise invalid_argument(f"Header mismatch: Expected {text.decode()} but found {shown}")


def _format(reader: _Reader) -> tuple[int, int]:
    """Reads all before the chunks: the number of channels and the sample rate."""
    reader.expect(b"RIFF")
    reader.uint32()  # the size of the file
    reader.expect(b"WAVE")
    name = reader.take(4)
    if name != b"fmt ":
        raise invalid_argument(f"Unexpected field {name.decode('utf-8', 'replace')}")
    size = reader.uint32()
    if size not in (16, 18):
        raise invalid_argument(f"Bad format chunk size for WAV: Expected 16 or 18, but got{size}")
    kind, channels, rate, per_second, per_sample, bits = _FORMAT.unpack(reader.take(_FORMAT.size))
    if kind != 1:
        raise invalid_argument(f"Bad audio format for WAV: Expected 1 (PCM), but got{kind}")
    if channels < 1:
        raise invalid_argument(
            f"Bad number of channels for WAV: Expected at least 1, but got {channels}"
        )
    if bits != 16:
        raise invalid_argument(f"Can only read 16-bit WAV files, but received {bits}")
    if per_sample != 2 * channels:
        raise invalid_argument(
            f"Bad bytes per sample in WAV header: Expected {2 * channels} but got {per_sample}"
        )
    if per_second != rate * per_sample:
        raise invalid_argument(
            f"Bad bytes per second in WAV header: Expected {rate * per_sample} but got "
            f"{per_second} (sample_rate={rate}, bytes_per_sample={per_sample})"
        )
    reader.take(size - 16)
    return channels, rate


def _samples(data: bytes) -> tuple[np.ndarray, int]:
    """The samples as int16, (samples, channels), and the sample rate."""
    reader = _Reader(data)
    channels, rate = _format(reader)
    samples = None
    while reader.at < len(data):
        name, size = reader.take(4), reader.uint32()
        if size > _LARGEST_CHUNK:
            raise invalid_argument(
                f"WAV data chunk '{name.decode('utf-8', 'replace')}' is too large: {size} bytes, "
                f"but the limit is {_LARGEST_CHUNK}"
            )
        if name != b"data":
            reader.at += size
            continue
        if samples is not None:
            raise invalid_argument("More than one data chunk found in WAV")
        count = size // (2 * channels)
        samples = np.frombuffer(reader.take(2 * channels * count), "<i2").reshape(count, channels)
    if samples is None:
        raise invalid_argument("No data chunk found in WAV")
    return samples, rate


@op("DecodeWav", "contents", unrecorded=True)
def _decode_wav(
    contents: Any, desired_channels: int, desired_samples: int, name: str | None = None
) -> Any:
    for word, value in (("channels", desired_channels), ("samples", desired_samples)):
        if value < -1:
            raise invalid_argument(f"desired_{word} must be >= -1, got {value}")
    if contents.ndim:
        raise invalid_argument(f"contents must be scalar, got shape {brackets(contents.shape)}")
    samples, rate = _samples(contents[()])
    channels = samples.shape[1] if desired_channels == -1 else desired_channels
    length = len(samples) if desired_samples == -1 else desired_samples
    audio = np.zeros((length, channels), np.float32)
    kept = samples[:length]
    # The last channel of the file fills those that it lacks.
    sources = np.minimum(np.arange(channels), samples.shape[1] - 1)
    audio[: len(kept)] = kept[:, sources].astype(np.float32) / _SCALE
    signed_rate = rate - (1 << 32) if rate >> 31 else rate
    return [torch.from_numpy(audio), torch.tensor(signed_rate, dtype=torch.int32)]


def decode_wav(
    contents: Any,
    desired_channels: Any = -1,
    desired_samples: Any = -1,
    name: str | None = None,
) -> Any:
    """Decodes a WAV file of 16-bit samples. Implements `tf.audio.decode_wav`.

    Args:
        contents: a scalar string, the bytes of the file.
        desired_channels: how many channels to return; -1 for those of the file. The last one of
            the file fills those that it lacks.
        desired_samples: how many samples to return; -1 for those of the file. Zeros fill what it
            lacks.
        name: the name that errors show.

    Returns:
        A named tuple: `audio`, float32 in [-1, 1) of shape (samples, channels), and `sample_rate`,
        a scalar int32.

    Raises:
        InvalidArgumentError: if the bytes are no such file, or the arguments are less than -1.
    """
    return DecodeWav(
        *_decode_wav(
            contents,
            int_attribute(desired_channels, "desired_channels", -1),
            int_attribute(desired_samples, "desired_samples", -1),
            name,
        )
    )


@op("EncodeWav", "audio sample_rate")
def encode_wav(audio: Any, sample_rate: Any, name: str | None = None) -> Any:
    """Encodes sound as a WAV file of 16-bit samples. Implements `tf.audio.encode_wav`.

    Args:
        audio: a float32 tensor of shape (samples, channels). Values are clipped to [-1, 1].
        sample_rate: how many samples a second has, a scalar int32.
        name: the name that errors show.

    Returns:
        A scalar string, the bytes of the file.

    Raises:
        InvalidArgumentError: for other shapes and types, for more than 65535 channels, and if
            there are no channels or the sample rate is not positive.
    """
    if audio.ndim != 2:
        raise invalid_argument(f"audio must be 2-dimensional{brackets(audio.shape)}")
    if sample_rate.ndim:
        raise invalid_argument(
            "Input sample_rate should be a scalar tensor, got "
            f"{brackets(sample_rate.shape)} instead."
        )
    rate = int(sample_rate)
    values = to_numpy(audio)
    channels = values.shape[1]
    if rate <= 0:
        raise invalid_argument(f"sample_rate must be in (0, 2^32), got: {rate % (1 << 64)}")
    if not 0 < channels < 1 << 16:
        raise invalid_argument(f"num_channels must be in (0, 2^16), got: {channels}")
    scaled = np.nan_to_num(values, nan=0.0) * np.float32(_SCALE)
    rounded = np.trunc(scaled + np.copysign(np.float32(0.5), scaled))
    data = np.clip(rounded, -_SCALE, _SCALE - 1).astype("<i2").tobytes()
    header = _FORMAT.pack(1, channels, rate, (2 * channels * rate) % (1 << 32), 2 * channels, 16)
    chunks = b"WAVEfmt " + struct.pack("<I", _FORMAT.size) + header
    chunks += b"data" + struct.pack("<I", len(data)) + data
    return scalar_string(b"RIFF" + struct.pack("<I", len(chunks)) + chunks)
