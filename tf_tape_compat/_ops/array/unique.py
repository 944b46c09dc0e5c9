"""The distinct elements of a vector: `tf.unique` and `tf.unique_with_counts`."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import torch

from ..._core.op.op import op
from ..._core.tensor.convert import INT32
from .._support.arguments import index_dtype, invalid
from .._support.gradient_rules import refuse_gradient
from .._support.unsigned import UNSIGNED, ordered


class Unique(NamedTuple):
    """The distinct elements, and which of them each element is; what `tf.unique` returns."""

    y: Any
    idx: Any


class UniqueWithCounts(NamedTuple):
    """As `Unique`, with how often each occurs; what `tf.unique_with_counts` returns."""

    y: Any
    idx: Any
    count: Any


def _distinct(x: Any) -> tuple[Any, torch.Tensor, torch.Tensor]:
    """The distinct elements in order of appearance, which is each element, and how many of each."""
    if x.ndim != 1:
        raise invalid("unique expects a 1D vector.")
    if isinstance(x, np.ndarray):
        known: dict[bytes, int] = {}
        which = torch.tensor([known.setdefault(item, len(known)) for item in x.tolist()])
        found = np.empty(len(known), object)
        found[:] = list(known)
        return found, which, torch.bincount(which.long(), minlength=len(known))
    keys = ordered(x.detach()) if x.dtype in UNSIGNED else x.detach()
    distinct, which, counts = torch.unique(keys, return_inverse=True, return_counts=True)
    first = torch.full_like(counts, x.numel())
    first.scatter_reduce_(0, which, torch.arange(x.numel(), device=x.device), "amin")
    first, order = first.sort()
    rank = torch.empty_like(order)
    rank[order] = torch.arange(order.numel(), device=x.device)
    return x.detach()[first], rank[which], counts[order]


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
    """The distinct elements of a vector in order of appearance, and which of them each element is.

    Implements `tf.unique`. Raises InvalidArgumentError unless `x` is a vector.
    """
    return _unique(x, index_dtype(out_idx, "Unique"))


def unique_with_counts(x: Any, out_idx: Any = INT32, name: str | None = None) -> UniqueWithCounts:
    """As `tf.unique`, with how often each occurs. Implements `tf.unique_with_counts`."""
    return _unique_with_counts(x, index_dtype(out_idx, "UniqueWithCounts"))
