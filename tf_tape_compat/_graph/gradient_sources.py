"""What the tape methods of a graph ask of their arguments."""

from __future__ import annotations

from typing import Any

from .. import nest
from .._core.types.shape import TensorShape


def source_shapes(sources: Any) -> list[TensorShape]:
    """The static shape of each source. Raises TensorFlow's errors for what is no tensor."""
    return [_shape(source) for source in nest.flatten(sources)]


def _shape(source: Any) -> TensorShape:
    if source is None or isinstance(source, (str, bytes)):
        raise TypeError(
            f"Cannot convert the argument `type_value`: {source!r} to a TensorFlow DType."
        )
    if isinstance(source, (bool, int, float, complex)):
        raise AttributeError(f"{type(source).__name__!r} object has no attribute '_id'")
    shape: TensorShape = source.shape
    return shape
