"""Sparse and ragged tensors of several features."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._core.tensor.convert import to_tensor
from .._core.types.dtype import as_dtype
from .._core.variables.sparse_tensor import SparseTensor
from .._ops.array.joining import concat
from .._ops.array.shaping import expand_dims, reshape, shape
from .._ops.array.tiling import repeat
from .._ops.debugging.assertions import assert_equal
from .._ops.math.casting import cast
from .._ops.math.cumulative import cumsum
from .._ops.math.elementwise import maximum
from .._ops.math.reductions import reduce_max
from .._ops.sparse.shaping import reorder
from .._ragged.factories import is_ragged
from .._ragged.tensor import RaggedTensor
from .features import RaggedFeature, SparseFeature

_INT64 = as_dtype("int64")


def with_composites(features: Mapping[str, Any], tensors: dict[str, Any]) -> dict[str, Any]:
    """The tensors of features by their keys, given those of the keys they are made of."""
    updates = {}
    for key in sorted(features):
        feature = features[key]
        if isinstance(feature, SparseFeature):
            updates[key] = _merged(feature, tensors)
        elif isinstance(feature, RaggedFeature):
            updates[key] = _partitioned(key, feature, tensors)
    return {key: value for key, value in (tensors | updates).items() if key in features}


def _merged(feature: SparseFeature, tensors: dict[str, Any]) -> SparseTensor:
    """The sparse tensor of a feature with values and features with their positions.

    Raises ValueError if these have different numbers of elements.
    """
    keys, sizes = feature.index_key, feature.size
    if isinstance(keys, str):
        keys, sizes = [keys], [sizes]
    positions = [tensors[key] for key in keys]
    values = tensors[feature.value_key]
    for position in positions:
        if position.values.shape[0] != values.values.shape[0]:
            counts = f"{position.values.shape[0]} and {values.values.shape[0]}"
            raise ValueError(f"Dimensions {counts} are not compatible")
    columns = [expand_dims(position.values, 1) for position in positions]
    indices = concat([positions[0].indices[:, :-1], *columns], 1)
    inner = [cast(to_tensor(size), _INT64) for size in sizes]
    dense_shape = concat(
        [positions[0].dense_shape[:-1], *(reshape(size, [1]) for size in inner)], 0
    )
    result = SparseTensor(indices, values.values, dense_shape)
    return result if feature.already_sorted else reorder(result)


def _partitioned(key: str, feature: RaggedFeature, tensors: dict[str, Any]) -> Any:
    """The ragged tensor of a feature with values and features with partitions."""
    value = tensors[key if feature.value_key is None else feature.value_key]
    validate = feature.validate
    if not is_ragged(value):
        for partition in reversed(feature.partitions):
            value = _split(value, partition, tensors, feature.row_splits_dtype, validate)
        return value
    outer_splits = None
    if value.ragged_rank > 1:  # of a feature list
        outer_splits, value = value.row_splits, value.values
    for partition in reversed(feature.partitions):
        value = _split_rows(value, partition, tensors, key, validate, outer_splits)
    if outer_splits is not None:
        value = RaggedTensor.from_row_splits(value, outer_splits, validate=validate)
    return value


_FACTORIES: dict[Any, Any] = {
    RaggedFeature.RowSplits: RaggedTensor.from_row_splits,
    RaggedFeature.RowLengths: RaggedTensor.from_row_lengths,
    RaggedFeature.RowStarts: RaggedTensor.from_row_starts,
    RaggedFeature.RowLimits: RaggedTensor.from_row_limits,
    RaggedFeature.ValueRowIds: RaggedTensor.from_value_rowids,
}


def _in_blocks(values: Any, length: Any) -> Any:
    return reshape(values, concat([[-1, length], shape(values)[1:]], 0))


def _split(values: Any, partition: Any, tensors: Any, splits_dtype: Any, validate: bool) -> Any:
    """The values of a single message, split into rows."""
    if isinstance(partition, RaggedFeature.UniformRowLength):
        if not is_ragged(values):
            return _in_blocks(values, partition.length)
        length = to_tensor(partition.length, splits_dtype)
        return RaggedTensor.from_uniform_row_length(values, length, validate=validate)
    rows = cast(tensors[partition.key], splits_dtype)
    return _FACTORIES[type(partition)](values, rows, validate=validate)


def _split_rows(
    value: Any, partition: Any, tensors: Any, key: str, validate: bool, outer_splits: Any
) -> Any:
    """The rows of a ragged tensor, one for each message, each split into rows."""
    if isinstance(partition, RaggedFeature.UniformRowLength):
        splits = value.row_splits // partition.length
        if value.ragged_rank > 1:
            length = to_tensor(partition.length, value.row_splits.dtype)
            rows = RaggedTensor.from_uniform_row_length(value.values, length, validate=validate)
        else:
            rows = _in_blocks(value.values, partition.length)
        return RaggedTensor.from_row_splits(rows, splits, validate=validate)
    rows: Any = tensors[partition.key]
    if rows.values.dtype != value.row_splits.dtype:
        rows = cast(rows, value.row_splits.dtype)
    if outer_splits is not None:
        if validate:
            message = f"Feature {key}: values and partitions are not aligned"
            assert_equal(outer_splits, rows.row_splits, message=message)
        rows = rows.values
    if isinstance(partition, RaggedFeature.RowLengths):
        inner = RaggedTensor.from_row_lengths(value.values, rows.values, validate=validate)
        return rows.with_values(inner)
    if isinstance(partition, RaggedFeature.ValueRowIds):
        counts = maximum(reduce_max(rows + 1, axis=1), 0)
        ids = rows.values + repeat(cumsum(counts, exclusive=True), rows.row_lengths())
        inner = RaggedTensor.from_value_rowids(value.values, ids, validate=validate)
        return RaggedTensor.from_row_lengths(inner, counts, validate=validate)
    if isinstance(partition, RaggedFeature.RowSplits):
        rows = rows[:, 1:]
        factory: Any = RaggedTensor.from_row_limits
    else:
        factory = _FACTORIES[type(partition)]
    places = rows.values + repeat(value.row_starts(), rows.row_lengths())
    return rows.with_values(factory(value.values, places, validate=validate))
