"""Imports every module that adds methods to `tf.data.Dataset`."""

from . import (
    batching,
    buffering,
    combining,
    experimental,
    flattening,
    generator,
    grouping,
    iterator,
    mapping,
    ordering,
    padding,
    scanning,
    sources,
    specs,
)

__all__ = [
    "batching",
    "buffering",
    "combining",
    "flattening",
    "padding",
    "grouping",
    "experimental",
    "generator",
    "iterator",
    "mapping",
    "ordering",
    "scanning",
    "sources",
    "specs",
]
