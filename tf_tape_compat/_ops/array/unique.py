"""The distinct elements of a vector, or slices of a tensor: `tf.unique` and the like."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import torch

from ..._core.op.op import op
from ..._core.tensor.convert import INT32
from .._support.arguments import index_dtype, invalid_argument
from .._support.gradient_rules import refuse_gradient
from .._support.unsigned import UNSIGNED, to_ordered_int64


class Unique(NamedTuple):
    """The result of `tf.unique`: the distinct elements, and the index of each element in them."""

    y: Any
    idx: Any


class UniqueWithCounts(NamedTuple):
    """The result of `tf.unique_with_counts`: as `Unique`, and how often each occurs."""

    y: Any
    idx: Any
    count: Any


def _distinct(x: Any) -> tuple[Any, torch.Tensor, torch.Tensor]:
    """The distinct elements in order of appearance, each element's index in them, and counts."""
    if x.ndim != 1:
        raise invalid_argument("unique expects a 1D vector.")
    if isinstance(x, np.ndarray):
        first_seen: dict[bytes, int] = {}
        inverse = torch.tensor(
            [first_seen.setdefault(item, len(first_seen)) for item in x.tolist()]
        )
        strings = np.empty(len(first_seen), object)
        strings[:] = list(first_seen)
        return strings, inverse, torch.bincount(inverse.long(), minlength=len(first_seen))
    comparable = to_ordered_int64(x.detach()) if x.dtype in UNSIGNED else x.detach()
    distinct, inverse, counts = torch.unique(comparable, return_inverse=True, return_counts=True)
    first_position = torch.full_like(counts, x.numel())
    first_position.scatter_reduce_(0, inverse, torch.arange(x.numel(), device=x.device), "amin")
    first_position, order = first_position.sort()
    rank = torch.empty_like(order)
    rank[order] = torch.arange(order.numel(), device=x.device)
    return x.detach()[first_position], rank[inverse], counts[order]


def _distinct_slices(x: Any, axis: torch.Tensor) -> tuple[Any, torch.Tensor, torch.Tensor]:
    """As `_distinct`, for the slices along an axis: a vector of one axis, or of none for axis 0."""
    if axis.ndim != 1:
        raise invalid_argument("axis expects a 1D vector.")
    if not axis.numel():
        return _distinct(x)
    if axis.numel() > 1:
        raise invalid_argument("axis does not support input tensors larger than 1 elements")
    number = int(axis[0])
    if not -x.ndim <= number < x.ndim:
        raise invalid_argument(f"axis has to be between [0, {x.ndim})")
    number %= x.ndim
    slices = np.moveaxis(x, number, 0) if isinstance(x, np.ndarray) else x.movedim(number, 0)
    rows = slices.reshape(len(slices), math.prod(slices.shape[1:])).tolist()
    first_seen: dict[tuple[Any, ...], int] = {}
    inverse = [first_seen.setdefault(tuple(row), len(first_seen)) for row in rows]
    positions = [inverse.index(number) for number in range(len(first_seen))]
    indices = torch.tensor(inverse, dtype=torch.int64)
    counts = torch.bincount(indices, minlength=len(first_seen))
    if isinstance(x, np.ndarray):
        return np.take(x, positions, number), indices, counts
    kept = torch.tensor(positions, dtype=torch.int64, device=x.device)
    return x.detach().index_select(number, kept), indices.to(x.device), counts.to(x.device)


@op("UniqueV2", "x:T axis", host="axis")
def _unique_slices(x: Any, axis: Any, out_idx: torch.dtype) -> Any:
    y, idx, _ = _distinct_slices(x, axis)
    return Unique(refuse_gradient("UniqueV2", x, y), idx.to(out_idx))


@op("UniqueWithCountsV2", "x:T axis", host="axis")
def _unique_slices_with_counts(x: Any, axis: Any, out_idx: torch.dtype) -> Any:
    y, idx, count = _distinct_slices(x, axis)
    y = refuse_gradient("UniqueWithCountsV2", x, y)
    return UniqueWithCounts(y, idx.to(out_idx), count.to(out_idx))


@op("Unique", "x:T")
def _unique(x: Any, out_idx: torch.dtype) -> Any:
    y, idx, _ = _distinct(x)
    return Unique(refuse_gradient("Unique", x, y), idx.to(out_idx))


@op("UniqueWithCounts", "x:T")
def _unique_with_counts(x: Any, out_idx: torch.dtype) -> Any:
    y, idx, count = _distinct(x)
    y = refuse_gradient("UniqueWithCounts", x, y)
    return UniqueWithCounts(y, idx.to(out_idx), count.to(out_idx))


def unique(x: Any, out_idx: Any = INT32, name: str | None = None) -> Unique:
    """The distinct elements of a vector in order of appearance, and each element's index in them.

    Implements `tf.unique`. Raises InvalidArgumentError unless `x` is a vector.
    """
    return _unique(x, index_dtype(out_idx, "Unique"))


def unique_with_counts(x: Any, out_idx: Any = INT32, name: str | None = None) -> UniqueWithCounts:
    """As `tf.unique`, with counts of the elements. Implements `tf.unique_with_counts`."""
    return _unique_with_counts(x, index_dtype(out_idx, "UniqueWithCounts"))


def unique_slices(x: Any, axis: Any, out_idx: Any) -> Unique:
    """The distinct slices of a tensor along an axis. Implements `tf.raw_ops.UniqueV2`.

    `axis` is a vector of one number, or of none for the elements of a vector.
    """
    return _unique_slices(x, axis, index_dtype(out_idx, "UniqueV2"))


def unique_slices_with_counts(x: Any, axis: Any, out_idx: Any) -> UniqueWithCounts:
    """As `unique_slices`, with counts. Implements `tf.raw_ops.UniqueWithCountsV2`."""
    return _unique_slices_with_counts(x, axis, index_dtype(out_idx, "UniqueWithCountsV2"))
