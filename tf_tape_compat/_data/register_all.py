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
    random_sources,
    resampling,
    scanning,
    selecting,
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
    "random_sources",
    "resampling",
    "scanning",
    "selecting",
    "sources",
    "specs",
]
