"""Imports all that answers for an operation with ragged arguments, or is a method of theirs."""

from . import (
    arrays,
    conversion,
    gathering,
    indexing,
    joining,
    mapping,
    masking,
    operators,
    products,
    reductions,
    shapes,
    sparse,
    strings,
)

__all__ = [
    "arrays",
    "conversion",
    "gathering",
    "indexing",
    "joining",
    "mapping",
    "masking",
    "operators",
    "products",
    "reductions",
    "shapes",
    "sparse",
    "strings",
]
