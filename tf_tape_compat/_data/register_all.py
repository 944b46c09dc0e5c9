"""Imports every module that adds methods to `tf.data.Dataset`."""

from . import (
    batching,
    buffering,
    combining,
    flattening,
    generator,
    iterator,
    mapping,
    ordering,
    scanning,
    sources,
    specs,
)

__all__ = [
    "batching",
    "buffering",
    "combining",
    "flattening",
    "generator",
    "iterator",
    "mapping",
    "ordering",
    "scanning",
    "sources",
    "specs",
]
