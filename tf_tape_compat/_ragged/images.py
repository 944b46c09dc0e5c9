"""Resizing of ragged batches of images."""

from __future__ import annotations

from typing import Any

from .._core.tensor.convert import INT32, to_tensor
from .._core.types.dtype import float32
from .._core.types.shape import TensorShape
from .._core.types.tensor_spec import TensorSpec
from .._ops.array.creation import zeros
from .._ops.control.map_fn import map_fn
from .._ops.image import resizing
from .dispatch import implements
from .factories import is_ragged


@implements(resizing.resize)
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
