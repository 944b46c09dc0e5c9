"""Reductions of ragged tensors over dimensions and over segments of rows."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import torch

from .._core.tensor.convert import INT32, INT64
from .._core.tensor.tensor import EagerTensor
from .._core.types.dtype import as_dtype
from .._ops.array.creation import ones_like, zeros_like
from .._ops.array.gathering import gather
from .._ops.array.identity import stop_gradient
from .._ops.array.shaping import expand_dims
from .._ops.array.where import where
from .._ops.debugging.assertions import assert_equal
from .._ops.math import arithmetic, cumulative, division, elementwise, reductions, unsorted_segments
from .._ops.math.casting import cast
from .._ops.math.comparison import is_finite
from .._ops.nn import activations
from .broadcasting import common_splits_dtype
from .dispatch import as_tensor, implements
from .factories import is_ragged
from .ranges import concatenated_ranges
from .row_partition import RowPartition
from .shapes import positive_axis
from .splits import row_ids_from_splits, splits_from_lengths
from .tensor import RaggedTensor, from_row_partition, from_row_partitions

_BOOL = as_dtype("bool")


# -- segments -----------------------------------------------------------------------------------


def _reduce_segments(operation: Any, data: Any, segment_ids: Any, num_segments: Any) -> Any:
    """Combines the rows of each segment, element by element."""
    if not is_ragged(data) and not is_ragged(segment_ids):
        return operation(data, segment_ids, num_segments)
    data, segment_ids = as_tensor(data), as_tensor(segment_ids)
    common_splits_dtype(data, segment_ids)
    if segment_ids.dtype not in (INT32, INT64):
        raise ValueError("segment_ids must have dtype int32 or int64.")
    if is_ragged(segment_ids):
        if not is_ragged(data):
            raise ValueError(
                "segment_ids.shape must be a prefix of data.shape, but segment_ids is ragged and "
                "data is not."
            )
        assert_equal(
            segment_ids.row_splits,
            data.row_splits,
            message="segment_ids.shape must be a prefix of data.shape",
        )
        return _reduce_segments(operation, data.values, segment_ids.values, num_segments)
    lengths = EagerTensor(torch.diff(data.row_splits._t))
    longest = unsorted_segments.unsorted_segment_max(lengths, segment_ids, num_segments)
    splits = splits_from_lengths(longest._t.clamp(min=0))
    starts = splits[segment_ids._t.long()]
    value_segments, _ = concatenated_ranges(starts, starts + lengths._t.to(starts.device))
    values = _reduce_segments(operation, data.values, EagerTensor(value_segments), int(splits[-1]))
    return from_row_partition(values, RowPartition._create(EagerTensor(splits)))


def _segment_implementation(operation: Any) -> Callable[..., Any]:
    def implementation(data: Any, segment_ids: Any, num_segments: Any) -> Any:
        return _reduce_segments(operation, data, segment_ids, num_segments)

    return implementation


for _operation in (
    unsorted_segments.unsorted_segment_sum,
    unsorted_segments.unsorted_segment_prod,
    unsorted_segments.unsorted_segment_min,
    unsorted_segments.unsorted_segment_max,
):
    implements(_operation)(_segment_implementation(_operation))


def _total_and_count(data: RaggedTensor, *segment_arguments: Any) -> tuple[Any, Any]:
    ones = data.with_flat_values(ones_like(data.flat_values))
    add = unsorted_segments.unsorted_segment_sum
    total = _reduce_segments(add, data, *segment_arguments)
    return total, _reduce_segments(add, ones, *segment_arguments)


def _quotient(total: Any, count: Any) -> Any:
    if is_ragged(total):
        return total.with_flat_values(division.truediv(total.flat_values, count.flat_values))
    return division.truediv(total, count)


@implements(unsorted_segments.unsorted_segment_mean)
def _segment_mean(data: Any, segment_ids: Any, num_segments: Any) -> Any:
    return _quotient(*_total_and_count(data, segment_ids, num_segments))


@implements(unsorted_segments.unsorted_segment_sqrt_n)
def _segment_sqrt_n(data: Any, segment_ids: Any, num_segments: Any) -> Any:
    total, count = _total_and_count(data, segment_ids, num_segments)
    return _quotient(total, elementwise.sqrt(count))


# -- dimensions ---------------------------------------------------------------------------------


def reduce_axes(
    reduce: Any, combine: Any, value: Any, axis: Any, keepdims: Any, name: Any = None
) -> Any:
    """Reduces dimensions of a ragged tensor.

    Args:
      reduce: the reduction of dense tensors, such as `tf.reduce_sum`.
      combine: the same reduction of segments, such as `tf.math.unsorted_segment_sum`.
      value: the tensor; dense ones are accepted too.
      axis: an axis, a list of axes, or None for all.
      keepdims: whether to keep reduced dimensions with size 1.
    """
    if not is_ragged(value):
        return reduce(value, axis, keepdims=bool(keepdims))
    if isinstance(axis, EagerTensor):
        axis = axis.numpy()
        if axis.ndim:
            axis = axis.tolist()
    if axis is None:
        result = reduce(value.flat_values, None, keepdims=bool(keepdims))
        if keepdims:
            for _ in value.shape[1:]:
                result = expand_dims(result, 0)
        return result
    if isinstance(axis, (tuple, list)):
        if not axis:
            return value
        if len(axis) > 1:
            rank = value.shape.rank
            axes = sorted(positive_axis(a, rank, f"axis[{i}]") for i, a in enumerate(axis))
            inner = reduce_axes(reduce, combine, value, axes[-1], keepdims)
            return reduce_axes(reduce, combine, inner, axes[:-1], keepdims)
        (axis,) = axis
    axis = positive_axis(axis, value.shape.rank)
    if axis > 1:
        return value.with_values(reduce_axes(reduce, combine, value.values, axis - 1, keepdims))
    splits = value.row_splits._t
    if axis == 0:
        lengths = torch.diff(splits)
        count = int(lengths.max()) if lengths.shape[0] else 0
        rows, _ = concatenated_ranges(torch.zeros_like(lengths), lengths)
    else:
        count = splits.shape[0] - 1
        rows = row_ids_from_splits(splits)
    result = _reduce_segments(combine, value.values, EagerTensor(rows), max(count, 0))
    return expand_dims(result, axis) if keepdims else result


_SUM = (reductions.reduce_sum, unsorted_segments.unsorted_segment_sum)
_PROD = (reductions.reduce_prod, unsorted_segments.unsorted_segment_prod)
_MIN = (reductions.reduce_min, unsorted_segments.unsorted_segment_min)
_MAX = (reductions.reduce_max, unsorted_segments.unsorted_segment_max)


def _axis_implementation(pair: tuple[Any, Any]) -> Callable[..., Any]:
    def implementation(input_tensor: Any, axis: Any, keepdims: Any) -> Any:
        return reduce_axes(*pair, input_tensor, axis, keepdims)

    return implementation


for _pair in (_SUM, _PROD, _MIN, _MAX):
    implements(_pair[0])(_axis_implementation(_pair))

_sum = partial(reduce_axes, *_SUM)
_prod = partial(reduce_axes, *_PROD)
_max = partial(reduce_axes, *_MAX)


@implements(reductions.reduce_mean)
def _mean(input_tensor: Any, axis: Any, keepdims: Any) -> Any:
    total = _sum(input_tensor, axis, keepdims)
    ones = input_tensor.with_flat_values(ones_like(input_tensor.flat_values))
    mean = _quotient(total, _sum(ones, axis, keepdims))
    if not is_ragged(mean):
        return mean
    # As in TensorFlow, no dimension is known to be uniform.
    partitions = [RowPartition._create(splits) for splits in mean.nested_row_splits]
    return from_row_partitions(mean.flat_values, partitions)


@implements(reductions.reduce_variance)
def _variance(input_tensor: Any, axis: Any, keepdims: Any) -> Any:
    if input_tensor.dtype.is_complex:
        raise ValueError("reduce_variance is not supported for RaggedTensors with complex dtypes.")
    squares = _mean(arithmetic.square(input_tensor), axis, keepdims)
    mean = _mean(input_tensor, axis, keepdims)
    return elementwise.maximum(arithmetic.subtract(squares, arithmetic.square(mean)), 0)


@implements(reductions.reduce_std)
def _std(input_tensor: Any, axis: Any, keepdims: Any) -> Any:
    return elementwise.sqrt(_variance(input_tensor, axis, keepdims))


@implements(reductions.reduce_all)
def _all(input_tensor: Any, axis: Any, keepdims: Any) -> Any:
    return cast(_prod(cast(input_tensor, INT32), axis, keepdims), _BOOL)


@implements(reductions.reduce_any)
def _any(input_tensor: Any, axis: Any, keepdims: Any) -> Any:
    return cast(_sum(cast(input_tensor, INT32), axis, keepdims), _BOOL)


@implements(reductions.reduce_logsumexp)
def _logsumexp(input_tensor: Any, axis: Any, keepdims: Any) -> Any:
    largest = _max(input_tensor, axis, True)
    finite = where(is_finite(largest), largest, zeros_like(largest))
    shift = stop_gradient(finite)
    total = _sum(elementwise.exp(arithmetic.subtract(input_tensor, shift)), axis, keepdims)
    if not keepdims:
        shift = stop_gradient(_max(finite, axis, False))
    return arithmetic.add(elementwise.log(total), shift)


# -- softmax and cumulative sums ----------------------------------------------------------------


@implements(activations.softmax)
def _softmax(logits: Any, axis: Any) -> Any:
    axis = -1 if axis is None else axis
    shifted = arithmetic.subtract(logits, _max(logits, axis, True))
    powers = elementwise.exp(shifted)
    return division.divide(powers, _sum(powers, axis, True))


@implements(cumulative.cumsum)
def _cumsum(x: Any, axis: Any, exclusive: Any, reverse: Any) -> Any:
    rank = x.shape.rank
    axis = positive_axis(axis, rank)
    if axis > x.ragged_rank:
        flat = cumulative.cumsum(x.flat_values, axis - x.ragged_rank, exclusive, reverse)
        return x.with_flat_values(flat)
    if axis < x.ragged_rank:
        dense = cumulative.cumsum(x.to_tensor(), axis, exclusive, reverse)
        return RaggedTensor.from_tensor(dense, lengths=x.nested_row_lengths())
    return x.with_flat_values(_cumsum_rows(x, exclusive, reverse))


def _cumsum_rows(x: RaggedTensor, exclusive: Any, reverse: Any) -> Any:
    """The cumulative sums of the innermost rows, as flat values."""
    splits, flat = x.nested_row_splits[-1]._t, x.flat_values
    rows = row_ids_from_splits(splits).long()
    first = splits[rows + 1] - 1 if reverse else splits[rows]
    sums = cumulative.cumsum(flat, exclusive=True, reverse=bool(reverse))
    within = arithmetic.subtract(sums, gather(sums, EagerTensor(first)))
    return within if exclusive else arithmetic.add(within, flat)
