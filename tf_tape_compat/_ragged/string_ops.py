"""Ragged tensors of strings joined, and pictures of different sizes."""

from __future__ import annotations

from functools import partial
from typing import Any

from .._core.tensor.convert import INT32, to_tensor
from .._core.types.dtype import float32
from .._core.types.shape import TensorShape
from .._core.types.tensor_spec import TensorSpec
from .._ops.array.creation import zeros
from .._ops.control.map_fn import map_fn
from .._ops.image import resizing
from .._ops.strings import text
from .construction import map_flat_values
from .dispatch import rule
from .factories import is_ragged
from .reductions import reduced


@rule(text.join)
def _join(inputs: Any, separator: Any) -> Any:
    return map_flat_values(text.join, inputs, separator)


@rule(text.reduce_join)
def _reduce_join(inputs: Any, axis: Any, keepdims: Any, separator: Any) -> Any:
    join = partial(text.reduce_join, separator=separator)
    combine = partial(text.unsorted_segment_join, separator=separator)
    return reduced(join, combine, inputs, axis, keepdims)


@rule(resizing.resize)
def _resize(images: Any, size: Any, method: Any, preserve_aspect_ratio: Any, antialias: Any) -> Any:
    if images.shape.rank != 4:
        raise ValueError("tf.image.resize: images.shape.rank must be 4 if images is ragged.")
    size = to_tensor(size, INT32)
    height_width = TensorShape(size.numpy().tolist()).with_rank(2)
    if images.shape[0] == 0:
        return zeros([0, *height_width, images.flat_values.shape[-1]])

    def resized(image: Any) -> Any:
        dense = image.to_tensor() if is_ragged(image) else image
        return resizing.resize(dense, size, method, preserve_aspect_ratio, antialias)

    spec = TensorSpec(height_width.concatenate(images.shape[-1:]), float32)
    return map_fn(resized, images, fn_output_signature=spec)
