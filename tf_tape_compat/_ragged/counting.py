"""Counting integers in ragged tensors, and embedding lookups with ragged ids."""

from __future__ import annotations

from typing import Any

from .._core.tensor.convert import INT32
from .._ops.array.shaping import reshape
from .._ops.debugging.assertions import assert_equal
from .._ops.math import counting
from .._ops.math.casting import cast
from .._ops.math.reductions import reduce_max
from .._ops.nn import embeddings
from .._ops.sparse import joining
from ..errors import InvalidArgumentError
from .dispatch import implements
from .factories import is_ragged


def _check(axis: Any, weights: Any, binary_output: Any) -> None:
    if weights is not None and binary_output:
        raise ValueError(
            "Arguments `binary_output` and `weights` are mutually exclusive. Please specify only "
            "one."
        )
    if axis not in (None, 0, -1):
        raise ValueError(
            f"Unsupported value for argument axis={axis}. Only 0 and -1 are currently supported."
        )


def _check_weights(values: Any, weights: Any) -> None:
    """Raises an error unless the weights have the same rows as the values."""
    while is_ragged(values):
        if not is_ragged(weights):
            raise ValueError(
                "`weights` must be a RaggedTensor if `values` is a RaggedTensor. Received argument "
                f"weights={weights} of type: {type(weights).__name__}."
            )
        assert_equal(
            weights.row_splits,
            values.row_splits,
            message="'weights' and 'values' must have the same row splits.",
        )
        values, weights = values.values, weights.values


@implements(counting.bincount)
def _bincount(
    arr: Any,
    weights: Any,
    minlength: Any,
    maxlength: Any,
    dtype: Any,
    axis: Any,
    binary_output: Any,
) -> Any:
    if not is_ragged(arr):
        return NotImplemented
    _check(axis, weights, binary_output)
    if weights is not None:
        _check_weights(arr, weights)
        weights = weights.flat_values
    values = arr.flat_values
    if not values.dtype.is_integer:
        values = cast(values, INT32)
    if axis != -1:
        return counting.bincount(
            values, weights, minlength, maxlength, dtype, binary_output=binary_output
        )
    if arr.ragged_rank > 1 or values.shape.rank > 1:
        raise InvalidArgumentError(None, None, "values must be a vector of each row's integers")
    size = int(reduce_max(values)) + 1 if values.shape[0] else 0
    size = size if minlength is None else max(size, int(minlength))
    size = size if maxlength is None else min(size, int(maxlength))
    rows = arr.shape[0]
    if values.shape[0] and int(values._t.min()) < 0:
        raise InvalidArgumentError(None, None, "Input arr must be non-negative!")
    inside = values < size
    bins = (cast(arr.value_rowids(), values.dtype) * size + values)[inside]
    counts = counting.bincount(
        bins,
        None if weights is None else weights[inside],
        rows * size,
        rows * size,
        dtype,
        binary_output=binary_output,
    )
    return reshape(counts, [rows, size])


@implements(joining.bincount)
def _sparse_bincount(
    values: Any, weights: Any, axis: Any, minlength: Any, maxlength: Any, binary_output: Any
) -> Any:
    if not is_ragged(values):
        return NotImplemented
    _check(axis, weights, binary_output)
    if weights is not None:
        _check_weights(values, weights)
    if axis != -1:
        # As in TensorFlow, only one dimension is removed.
        values, weights = values.values, None if weights is None else weights.values
        axis = -1 if is_ragged(values) else 0
    values, weights = _as_sparse(values), _as_sparse(weights)
    return joining.bincount(values, weights, axis, minlength, maxlength, binary_output)


# -- embeddings ---------------------------------------------------------------------------------


@implements(embeddings.embedding_lookup_sparse)
def _lookup(
    params: Any,
    sp_ids: Any,
    sp_weights: Any,
    combiner: Any,
    max_norm: Any,
    name: Any,
    allow_fast_lookup: Any,
) -> Any:
    if not is_ragged(sp_ids):
        return NotImplemented
    if sp_weights is not None:
        if not is_ragged(sp_weights):
            raise TypeError(
                f"sp_weights must be either None or RaggedTensor,got {type(sp_weights)}"
            )
        sp_ids.shape.assert_is_compatible_with(sp_weights.shape)
    ids, weights = _as_sparse(sp_ids), _as_sparse(sp_weights)
    options = (combiner, max_norm, name, allow_fast_lookup)
    return embeddings.embedding_lookup_sparse(params, ids, weights, *options)


@implements(embeddings.safe_embedding_lookup_sparse)
def _safe_lookup(
    embedding_weights: Any,
    sparse_ids: Any,
    sparse_weights: Any,
    combiner: Any,
    default_id: Any,
    max_norm: Any,
    name: Any,
    allow_fast_lookup: Any,
) -> Any:
    if not is_ragged(sparse_ids):
        return NotImplemented
    ids, weights = _as_sparse(sparse_ids), _as_sparse(sparse_weights)
    options = (combiner, default_id, max_norm, name, allow_fast_lookup)
    return embeddings.safe_embedding_lookup_sparse(embedding_weights, ids, weights, *options)


def _as_sparse(value: Any) -> Any:
    """Converts a ragged tensor to a sparse one; other values are returned unchanged."""
    return value.to_sparse() if is_ragged(value) else value
