"""Ragged tensors of strings joined, and pictures of different sizes."""

from __future__ import annotations

from functools import partial
from typing import Any

from .._core.convert import INT32, to_tensor
from .._core.dtype import float32
from .._core.shape import TensorShape
from .._core.spec import TensorSpec
from .._ops import image_resizing, string_texts
from .._ops.creation import zeros
from .._ops.folding import map_fn
from .construction import map_flat_values
from .dispatch import rule
from .making import is_ragged
from .reductions import reduced


@rule(string_texts.join)
def _join(inputs: Any, separator: Any) -> Any:
    return map_flat_values(string_texts.join, inputs, separator)


@rule(string_texts.reduce_join)
def _reduce_join(inputs: Any, axis: Any, keepdims: Any, separator: Any) -> Any:
    join = partial(string_texts.reduce_join, separator=separator)
    combine = partial(string_texts.unsorted_segment_join, separator=separator)
    return reduced(join, combine, inputs, axis, keepdims)


@rule(image_resizing.resize)
def _resize(images: Any, size: Any, method: Any, preserve_aspect_ratio: Any, antialias: Any) -> Any:
    if images.shape.rank != 4:
        raise ValueError("tf.image.resize: images.shape.rank must be 4 if images is ragged.")
    size = to_tensor(size, INT32)
    height_width = TensorShape(size.numpy().tolist()).with_rank(2)
    if images.shape[0] == 0:
        return zeros([0, *height_width, images.flat_values.shape[-1]])

    def resized(image: Any) -> Any:
        dense = image.to_tensor() if is_ragged(image) else image
        return image_resizing.resize(dense, size, method, preserve_aspect_ratio, antialias)

    spec = TensorSpec(height_width.concatenate(images.shape[-1:]), float32)
    return map_fn(resized, images, fn_output_signature=spec)
