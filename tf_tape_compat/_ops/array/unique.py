"""The distinct elements of a vector: `tf.unique` and `tf.unique_with_counts`."""

from __future__ import annotations

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
