"""Embedding lookups, in tables that may be split into several tensors."""

from __future__ import annotations

import math
from typing import Any

from ..._core.tensor.convert import INT32, operand_readers, to_tensor
from ..._core.variables.sparse_tensor import SparseTensor
from ..._core.variables.variable import Variable
from .._support.arguments import brackets, op_error
from ..array.creation import zeros_like
from ..array.dynamic_partition import dynamic_partition, dynamic_stitch
from ..array.gathering import gather
from ..array.ranges import range as count_up
from ..array.shaping import reshape
from ..array.unique import unique
from ..array.where import where
from ..math.casting import cast
from ..math.clipping import clip_by_norm
from ..math.division import divide_no_nan, floordiv, floormod
from ..math.elementwise import maximum, sqrt
from ..math.powers import pow as power
from ..math.segments import segment_sum as sum_of_segments
from ..sparse.segments import segment_mean, segment_sqrt_n, segment_sum
from ..sparse.shaping import fill_empty_rows, retain
from ..sparse.shaping import reshape as reshape_sparse


def _clipped(rows: Any, ids: Any, max_norm: Any) -> Any:
    if max_norm is None:
        return rows
    return clip_by_norm(rows, max_norm, list(range(ids._t.ndim, rows._t.ndim)))


def embedding_lookup(params: Any, ids: Any, max_norm: Any = None, name: str | None = None) -> Any:
    """Implements `tf.nn.embedding_lookup`: the rows of `params` at `ids`.

    Args:
      params: a table [rows, ...], or a list of tables that together form one, split along the first
        axis into parts of equal sizes; the first ones may be longer by one.
      ids: integers, the row numbers.
      max_norm: rows with a larger l2 norm are scaled down to it.
      name: ignored.

    Returns:
      The rows, of shape `ids.shape + params.shape[1:]`.

    Raises:
      ValueError: if `params` is None or an empty list.
    """
    if params is None:
        raise ValueError("params must be specified")
    if isinstance(params, (list, tuple)) and not params:
        raise ValueError("Length of params is currently 0. Need at least one param.")
    if not isinstance(params, list):
        params = [params]
    ids = operand_readers.get(type(ids), to_tensor)(ids)
    if len(params) == 1:
        return _clipped(gather(params[0], ids, axis=0), ids, max_norm)
    flat = reshape(ids, [-1])
    count = len(params)
    params = [table if isinstance(table, Variable) else to_tensor(table) for table in params]
    sizes = [table.shape[0] for table in params]
    size, extras = divmod(sum(sizes), count)
    part_index = maximum(floordiv(flat, size + 1), floordiv(flat - extras, size))
    row_index = where(part_index < extras, floormod(flat, size + 1), floormod(flat - extras, size))
    part_index = cast(part_index, "int32")
    row_indices = dynamic_partition(row_index, part_index, count)
    positions = dynamic_partition(count_up(flat.shape[0]), part_index, count)
    gathered = [gather(table, indices) for table, indices in zip(params, row_indices, strict=True)]
    joined = dynamic_stitch(positions, gathered)
    shape = [*ids.shape.as_list(), *gathered[0].shape.as_list()[1:]]
    return _clipped(reshape(joined, shape), ids, max_norm)


# -- sparse ids ---------------------------------------------------------------------------------


def embedding_lookup_sparse(
    params: Any,
    sp_ids: Any,
    sp_weights: Any,
    combiner: str | None = None,
    max_norm: Any = None,
    name: str | None = None,
    allow_fast_lookup: bool = False,
) -> Any:
    """Implements `tf.nn.embedding_lookup_sparse`: combines the rows for the ids of each example.

    Args:
      params: as in `embedding_lookup`.
      sp_ids: a SparseTensor [batch, any] of ids; each row has at least one.
      sp_weights: a SparseTensor of weights with the indices of `sp_ids`, or None for 1.
      combiner: "sum", "mean" (the default: divided by the sum of the weights) or "sqrtn" (divided
        by the root of the sum of their squares).
      max_norm: as in `embedding_lookup`.
      name: ignored.
      allow_fast_lookup: whether to skip the deduplication of ids.

    Raises:
      ValueError: for another combiner.
      TypeError: if ids or weights are not sparse.
    """
    combiner = "mean" if combiner is None else combiner
    if combiner not in ("mean", "sqrtn", "sum"):
        raise ValueError(f"combiner must be one of 'mean', 'sqrtn' or 'sum', got {combiner}")
    if not isinstance(params, list):
        params = [params]
    if not isinstance(sp_ids, SparseTensor):
        raise TypeError(f"sp_ids must be SparseTensor, got {type(sp_ids)}")
    if sp_weights is not None:
        if not isinstance(sp_weights, SparseTensor):
            raise TypeError(
                f"sp_weights must be either None or SparseTensor,got {type(sp_weights)}"
            )
        for ids_part, weights_part in zip(sp_ids._parts, sp_weights._parts, strict=True):
            ids_part.shape.assert_is_compatible_with(weights_part.shape)
    segments, ids = sp_ids.indices[:, 0], sp_ids.values
    fast = len(params) == 1 and max_norm is None and (allow_fast_lookup or sp_weights is None)
    fast = fast and not isinstance(params[0], Variable)
    if fast:
        rows, row_index = to_tensor(params[0]), ids
    else:
        ids, row_index = unique(ids)
        rows = embedding_lookup(params, ids, max_norm)
    if sp_weights is None:
        function = {"sum": segment_sum, "mean": segment_mean, "sqrtn": segment_sqrt_n}[combiner]
        return function(rows, row_index, segments, sparse_gradient=fast and not allow_fast_lookup)
    return _combine_weighted(
        gather(rows, row_index), sp_weights.values, cast(segments, INT32), combiner
    )


def _combine_weighted(rows: Any, weights: Any, segments: Any, combiner: str) -> Any:
    dtype = rows.dtype
    if dtype.name in ("float16", "bfloat16"):
        rows = cast(rows, "float32")
    weights = cast(weights, rows.dtype)
    weights = reshape(weights, [-1] + [1] * (rows._t.ndim - 1))
    combined = sum_of_segments(rows * weights, segments)
    if combiner == "mean":
        combined = divide_no_nan(combined, sum_of_segments(weights, segments))
    elif combiner == "sqrtn":
        combined = divide_no_nan(combined, sqrt(sum_of_segments(power(weights, 2), segments)))
    return combined if combined.dtype is dtype else cast(combined, dtype)


def safe_embedding_lookup_sparse(
    embedding_weights: Any,
    sparse_ids: Any,
    sparse_weights: Any = None,
    combiner: str = "mean",
    default_id: Any = None,
    max_norm: Any = None,
    name: str | None = None,
    allow_fast_lookup: bool = False,
) -> Any:
    """Implements `tf.nn.safe_embedding_lookup_sparse`.

    As `embedding_lookup_sparse`, but ignores negative ids, and weights that are not positive unless
    the combiner is "sum". A row without ids gives zeros, or the row of `default_id`. The ids may
    have more than two dimensions. Raises ValueError if there is no table.
    """
    tables = embedding_weights if isinstance(embedding_weights, list) else [embedding_weights]
    if embedding_weights is None or not tables:
        raise ValueError(f"Missing embedding_weights {embedding_weights}.")
    dtype = None if sparse_weights is None else sparse_weights.dtype
    tables = [
        table
        if isinstance(table, Variable) and dtype in (None, table.dtype)
        else to_tensor(table, dtype)
        for table in tables
    ]
    batch_shape = sparse_ids.shape.as_list()[:-1]
    row_length = sparse_ids.shape.as_list()[-1]
    ids: Any = reshape_sparse(sparse_ids, [math.prod(batch_shape), row_length])
    weights: Any = sparse_weights
    if weights is not None:
        weights = ids.with_values(weights.values)
    valid = ids.values >= 0
    ids, weights = (x if x is None else retain(x, valid) for x in (ids, weights))
    if combiner != "sum" and weights is not None:
        positive = weights.values > 0
        ids, weights = retain(ids, positive), retain(weights, positive)
    ids, empty = fill_empty_rows(ids, default_id or 0)
    if weights is not None:
        weights, _ = fill_empty_rows(weights, 1.0)
    combined = embedding_lookup_sparse(
        tables, ids, weights, combiner, max_norm, None, allow_fast_lookup
    )
    if default_id is None:
        if combined.ndim != 2:
            raise op_error(
                "Select",
                "Inputs to operation Select of type Select must have the same size and shape.  "
                f"Input 0: {brackets(combined.shape[:2])} != input 1: {brackets(combined.shape)}",
            )
        combined = where(reshape(empty, [-1, 1]), zeros_like(combined), combined)
    return reshape(combined, [*batch_shape, *combined.shape.as_list()[1:]])
