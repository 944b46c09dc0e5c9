"""Imports every module that registers operations or methods of ragged tensors."""

from types import FunctionType

from .._core.op.composed import Method, register_composed
from . import (
    arrays,
    conversion,
    counting,
    crossing,
    dynamic_shape_ops,
    gathering,
    images,
    indexing,
    joining,
    mapping,
    masking,
    ngrams,
    operators,
    products,
    ranges,
    reductions,
    segment_ids,
    shapes,
    sparse,
    string_ops,
    strings,
    unicode,
)
from .tensor import RaggedTensor

_FUNCTIONS = arrays, crossing, joining, masking, ngrams, ranges, segment_ids, strings, unicode

register_composed(
    *(
        Method(RaggedTensor, name)
        for name in (
            "__getitem__ bounding_shape from_nested_row_lengths from_nested_row_splits "
            "from_nested_value_rowids from_row_lengths from_row_limits from_row_splits "
            "from_row_starts from_sparse from_tensor from_uniform_row_length from_value_rowids "
            "merge_dims nested_row_lengths nested_value_rowids nrows row_lengths row_limits "
            "row_starts to_sparse to_tensor value_rowids with_flat_values with_row_splits_dtype "
            "with_values"
        ).split()
    ),
    *(
        function
        for module in (
            arrays,
            crossing,
            joining,
            masking,
            ngrams,
            ranges,
            segment_ids,
            strings,
            unicode,
        )
        for function in vars(module).values()
        if type(function) is FunctionType
        and function.__module__ == module.__name__
        and "`tf." in (function.__doc__ or "")
    ),
)

__all__ = [
    "arrays",
    "conversion",
    "counting",
    "dynamic_shape_ops",
    "gathering",
    "images",
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
    "unicode",
]
