"""Imports all that answers for an operation with ragged arguments, or is a method of theirs."""

from . import (
    arrays,
    conversion,
    counting,
    dynamic_shape,
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
    string_ops,
)

__all__ = [
    "arrays",
    "conversion",
    "counting",
    "dynamic_shape",
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
    "string_ops",
]
