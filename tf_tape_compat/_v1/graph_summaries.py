"""`tf.compat.v1.summary` in graphs: operations whose results are serialized `Summary` messages."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np

import tf_tape_compat as tf

from .._summary.event_file import proto
from .graphs import graphs

_LARGEST = sys.float_info.max
SUMMARIES = "summaries"


def add(
    operation: str,
    name: str,
    family: str | None,
    operands: list[Any],
    fill: Callable[..., None],
    collections: Any,
) -> Any:
    """Adds an operation whose result is a summary.

    Args:
      operation: TensorFlow's name of the operation.
      name, family: the cleaned name and family.
      operands: tensors.
      fill: called with the message, the tag and the arrays when the operation runs.
      collections: the collections that it is added to; the usual one by default.
    """
    graph = graphs("get_default_graph")()
    unique = graph.unique_name(name if family is None else f"{family}/{name}")
    tag = unique if family is None else f"{family}/{unique}"

    def run(types: Any, tensors: list[Any]) -> Any:
        summary = proto("summary").Summary()
        fill(summary, tag, *(x.numpy() for x in tensors))
        return [tf.constant(summary.SerializeToString())]

    result = graphs("add_host_call")(
        graph,
        operation,
        run,
        tuple(map(tf.convert_to_tensor, operands)),
        tf.string,
        False,
        f"{unique}/",
    )
    result.set_shape([])
    graph.add_to_collections([SUMMARIES] if collections is None else collections, result)
    return result


def fill_scalar(summary: Any, tag: str, value: Any) -> None:
    """A number."""
    summary.value.add(tag=tag, simple_value=float(value))


def fill_histogram(summary: Any, tag: str, values: Any) -> None:
    """How often values lie between limits that grow by a tenth. Raises an error if not finite."""
    values = np.asarray(values, np.float64).reshape(-1)
    if not np.isfinite(values).all():
        kind = "Nan" if np.isnan(values).any() else "Infinity"
        raise tf.errors.InvalidArgumentError(None, None, f"{kind} in summary histogram for: {tag}")
    limits = _limits()
    counts = np.bincount(np.searchsorted(limits, values, "right"), minlength=len(limits))
    histogram = summary.value.add(tag=tag).histo
    histogram.min = values.min() if values.size else _LARGEST
    histogram.max = values.max() if values.size else -_LARGEST
    histogram.num, histogram.sum = values.size, values.sum()
    histogram.sum_squares = np.square(values).sum()
    kept = (counts > 0) | np.append(counts[1:] > 0, True)  # of several empty ones, the last
    if values.size:
        histogram.bucket_limit.extend(np.array(limits)[kept])
        histogram.bucket.extend(counts[kept])
    else:
        histogram.bucket_limit.append(_LARGEST)
        histogram.bucket.append(0)


def _limits() -> list[float]:
    positive = []
    limit = 1e-12
    while limit < 1e20:
        positive.append(limit)
        limit *= 1.1
    positive.append(_LARGEST)
    return [*(-x for x in reversed(positive)), 0.0, *positive]


def image_filler(max_outputs: int, bad_color: Any) -> Callable[..., None]:
    """What adds images."""

    def fill(summary: Any, tag: str, images: Any) -> None:
        count = min(max_outputs, len(images))
        for number, pixels in enumerate(_pixels(images[:count], bad_color)):
            height, width, channels = pixels.shape
            message = summary.value.add(tag=_numbered(f"{tag}/image", number, max_outputs)).image
            message.height, message.width, message.colorspace = height, width, channels
            message.encoded_image_string = tf.io.encode_png(tf.constant(pixels)).numpy()

    return fill


def _numbered(tag: str, number: int, count: int) -> str:
    return tag if count == 1 else f"{tag}/{number}"


def _pixels(images: np.ndarray, bad_color: Any) -> list[np.ndarray]:
    """Images as bytes. Each one of floats is scaled, with 0 at 127 if there are negative values."""
    if images.dtype == np.uint8:
        return list(images)
    scaled = []
    for image in images.astype(np.float32):
        is_finite = np.isfinite(image).all(-1)
        values = image[is_finite]
        low, high = (values.min(), values.max()) if values.size else (0.0, 0.0)
        if low < 0:
            largest = max(abs(low), abs(high))
            scale, offset = (0.0 if largest < 1e-6 else 127.0 / largest), 128.0
        else:
            scale, offset = (0.0 if high < 1e-6 else 255.0 / high), 0.0
        pixels = np.zeros(image.shape, np.uint8)
        pixels[is_finite] = (values * np.float32(scale) + np.float32(offset)).astype(np.uint8)
        if not is_finite.all():
            color = [255, 0, 0, 255] if bad_color is None else np.asarray(bad_color)
            pixels[~is_finite] = np.resize(color, image.shape[-1])
        scaled.append(pixels)
    return scaled


def audio_filler(max_outputs: int) -> Callable[..., None]:
    """What adds sounds."""

    def fill(summary: Any, tag: str, sounds: Any, rate: Any) -> None:
        if sounds.ndim == 2:
            sounds = sounds[:, :, np.newaxis]
        for number, sound in enumerate(sounds[:max_outputs]):
            message = summary.value.add(tag=_numbered(f"{tag}/audio", number, max_outputs)).audio
            message.sample_rate = float(rate)
            message.length_frames, message.num_channels = sound.shape
            data = tf.audio.encode_wav(tf.constant(sound, tf.float32), int(rate))
            message.encoded_audio_string = data.numpy()
            message.content_type = "audio/wav"

    return fill


def tensor_filler(metadata: Any) -> Callable[..., None]:
    """What adds a tensor with its metadata."""

    def fill(summary: Any, tag: str, array: Any) -> None:
        value = summary.value.add(tag=tag, metadata=metadata)
        value.tensor.ParseFromString(tf.io.serialize_tensor(tf.constant(array)).numpy())

    return fill


def merge(inputs: Any, collections: Any, name: str | None) -> Any:
    """The operation whose result has the values of several summaries."""
    inputs = list(inputs)
    if not inputs:
        raise ValueError(
            "List argument 'inputs' to 'MergeSummary' Op with length 0 shorter than minimum length "
            "1."
        )
    graph = graphs("get_default_graph")()

    def run(types: Any, tensors: list[Any]) -> Any:
        merged = proto("summary").Summary()
        seen: set[str] = set()
        for tensor in tensors:
            for value in proto("summary").Summary.FromString(tensor.numpy()).value:
                if value.tag in seen:
                    raise tf.errors.InvalidArgumentError(
                        None, None, f"Duplicate tag {value.tag} found in summary inputs"
                    )
                seen.add(value.tag)
                merged.value.add().CopyFrom(value)
        return [tf.constant(merged.SerializeToString())]

    scope = graph.unique_name(name or "Merge")
    operands = tuple(map(tf.convert_to_tensor, inputs))
    result = graphs("add_host_call")(
        graph, "MergeSummary", run, operands, tf.string, False, f"{scope}/MergeSummary/"
    )
    result.set_shape([])
    graph.add_to_collections([] if collections is None else collections, result)
    return result


def merge_all(key: Any, scope: str | None, name: str | None) -> Any:
    """All summaries of a collection as one; None if there are none."""
    found = graphs("get_default_graph")().get_collection(key, scope)
    return merge(found, None, name) if found else None
