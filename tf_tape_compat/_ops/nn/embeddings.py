"""Rows of embedding tables, which may lie in several tensors."""

from __future__ import annotations

import math
from typing import Any

from ..._core.tensor.convert import INT32, operand_readers, to_tensor
from ..._core.variables.sparse_tensor import SparseTensor
from ..._core.variables.variable import Variable
from .._support.arguments import brackets, invalid
from ..array.creation import zeros_like
from ..array.dynamic_partition import dynamic_partition, dynamic_stitch
from ..array.gathering import gather
from ..array.masking import where
from ..array.ranges import range as count_up
from ..array.shaping import reshape
from ..array.unique import unique
from ..math.casting import cast
from ..math.clipping import clip_by_norm
from ..math.division import divide_no_nan, floordiv, floormod
from ..math.elementwise import maximum, sqrt
from ..math.powers import pow as power
from ..math.segments import segment_sum as sum_of_segments
from ..sparse.construction import fill_empty_rows, retain
from ..sparse.construction import reshape as reshape_sparse
from ..sparse.segments import segment_mean, segment_sqrt_n, segment_sum


def _clipped(rows: Any, ids: Any, max_norm: Any) -> Any:
    if max_norm is None:
        return rows
    return clip_by_norm(rows, max_norm, list(range(ids._t.ndim, rows._t.ndim)))


def embedding_lookup(params: Any, ids: Any, max_norm: Any = None, name: str | None = None) -> Any:
    """The rows of `params` with the numbers `ids`, scaled down to a norm of `max_norm` if given.

    A list of tensors stands for one that was split along its first dimension into parts of equal
    sizes, the first ones perhaps larger by one. Answers for `tf.nn.embedding_lookup`. Raises
    ValueError for None or an empty list.
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
    params = [part if isinstance(part, Variable) else to_tensor(part) for part in params]
    sizes = [part.shape[0] for part in params]
    size, extras = divmod(sum(sizes), count)
    part = maximum(floordiv(flat, size + 1), floordiv(flat - extras, size))
    within = where(part < extras, floormod(flat, size + 1), floormod(flat - extras, size))
    part = cast(part, "int32")
    rows = dynamic_partition(within, part, count)
    places = dynamic_partition(count_up(flat.shape[0]), part, count)
    found = [gather(table, chosen) for table, chosen in zip(params, rows, strict=True)]
    joined = dynamic_stitch(places, found)
    shape = [*ids.shape.as_list(), *found[0].shape.as_list()[1:]]
    return _clipped(reshape(joined, shape), ids, max_norm)


# -- of sparse ids ------------------------------------------------------------------------------


def embedding_lookup_sparse(
    params: Any,
    sp_ids: Any,
    sp_weights: Any,
    combiner: str | None = None,
    max_norm: Any = None,
    name: str | None = None,
    allow_fast_lookup: bool = False,
) -> Any:
    """The rows of `params` for the ids in each row of a sparse tensor, weighted and combined.

    `combiner` is "sum", "mean" (the default: by the sum of the weights) or "sqrtn" (by the root of
    the sum of their squares). `sp_weights` has the positions of `sp_ids`, or is None. Each row has
    an id. Answers for `tf.nn.embedding_lookup_sparse`. Raises ValueError for other combiners,
    TypeError for ids or weights that are not sparse.
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
        for one, other in zip(sp_ids._parts, sp_weights._parts, strict=True):
            one.shape.assert_is_compatible_with(other.shape)
    segments, ids = sp_ids.indices[:, 0], sp_ids.values
    fast = len(params) == 1 and max_norm is None and (allow_fast_lookup or sp_weights is None)
    fast = fast and not isinstance(params[0], Variable)
    if fast:
        rows, which = to_tensor(params[0]), ids
    else:
        ids, which = unique(ids)
        rows = embedding_lookup(params, ids, max_norm)
    if sp_weights is None:
        function = {"sum": segment_sum, "mean": segment_mean, "sqrtn": segment_sqrt_n}[combiner]
        return function(rows, which, segments, sparse_gradient=fast and not allow_fast_lookup)
    return _weighted(gather(rows, which), sp_weights.values, cast(segments, INT32), combiner)


def _weighted(rows: Any, weights: Any, segments: Any, combiner: str) -> Any:
    dtype = rows.dtype
    if dtype.name in ("float16", "bfloat16"):
        rows = cast(rows, "float32")
    weights = cast(weights, rows.dtype)
    weights = reshape(weights, [-1] + [1] * (rows._t.ndim - 1))
    found = sum_of_segments(rows * weights, segments)
    if combiner == "mean":
        found = divide_no_nan(found, sum_of_segments(weights, segments))
    elif combiner == "sqrtn":
        found = divide_no_nan(found, sqrt(sum_of_segments(power(weights, 2), segments)))
    return found if found.dtype is dtype else cast(found, dtype)


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
    """As `embedding_lookup_sparse`, but negative ids do not count, nor weights that are 0 or less.

    Where nothing is left in a row, the result is 0, or the row of `default_id`. The ids may have
    more dimensions; those before the last are kept. Answers for
    `tf.nn.safe_embedding_lookup_sparse`. Raises ValueError without tables.
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
    before = sparse_ids.shape.as_list()[:-1]
    last = sparse_ids.shape.as_list()[-1]
    ids: Any = reshape_sparse(sparse_ids, [math.prod(before), last])
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
    found = embedding_lookup_sparse(
        tables, ids, weights, combiner, max_norm, None, allow_fast_lookup
    )
    if default_id is None:
        if found.ndim != 2:
            raise invalid(
                "Inputs to operation Select of type Select must have the same size and shape.  "
                f"Input 0: {brackets(found.shape[:2])} != input 1: {brackets(found.shape)}"
            )
        found = where(reshape(empty, [-1, 1]), zeros_like(found), found)
    return reshape(found, [*before, *found.shape.as_list()[1:]])
