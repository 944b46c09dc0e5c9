"""Kernels of segment reductions, shared by the sorted and the unsorted operations.

`ids` is an int64 vector with values in [0, size), one for each slice of x.
"""

from __future__ import annotations

from typing import Any

import torch

from .._support.gradient_rules import with_gradient
from .._support.unsigned import UNSIGNED, from_ordered_int64, modular, to_ordered_int64


@modular
def sum_kernel(x: torch.Tensor, ids: torch.Tensor, size: int) -> torch.Tensor:
    """The sum of the slices of each segment."""
    return x.new_zeros((size, *x.shape[1:])).index_add(0, ids, x)


def scatter_reduce(
    x: torch.Tensor, ids: torch.Tensor, size: int, reduce: str, initial: Any
) -> torch.Tensor:
    """torch's scatter_reduce over segments, starting from `initial`."""
    out = x.new_full((size, *x.shape[1:]), initial)
    index = ids.reshape(-1, *(1,) * (x.ndim - 1)).expand_as(x)
    return out.scatter_reduce(0, index, x, reduce)


def extremum_gradient(
    grad: torch.Tensor, y: torch.Tensor, x: torch.Tensor, ids: torch.Tensor, size: int, *_: Any
) -> tuple[torch.Tensor, None]:
    # Equal extrema share the gradient.
    chosen = x == y[ids]
    count = sum_kernel(chosen.to(grad.dtype), ids, size)
    return torch.where(chosen, (grad / count)[ids], 0), None


def _extreme_number(dtype: torch.dtype, reduce: str) -> Any:
    """The lowest number for a maximum, the highest for a minimum."""
    info = torch.finfo(dtype) if dtype.is_floating_point else torch.iinfo(dtype)
    return info.min if reduce == "amax" else info.max


@with_gradient(extremum_gradient)
def extremum_kernel(x: torch.Tensor, ids: torch.Tensor, size: int, reduce: str) -> torch.Tensor:
    """The maximum (`reduce` is "amax") or minimum ("amin") of the slices of each segment."""
    dtype = x.dtype
    initial = _extreme_number(dtype, reduce)
    if dtype not in UNSIGNED:
        return scatter_reduce(x, ids, size, reduce, initial)
    initial_ordered = int(to_ordered_int64(torch.tensor([initial], dtype=dtype)))
    return from_ordered_int64(
        scatter_reduce(to_ordered_int64(x), ids, size, reduce, initial_ordered), dtype
    )


def _product_gradient(
    grad: torch.Tensor,
    y: torch.Tensor,
    x: torch.Tensor,
    ids: torch.Tensor,
    size: int,
    extra_segment: bool,
) -> tuple[torch.Tensor, None]:
    # The product of the other factors is the product divided by this one, unless it is zero. In a
    # segment with two zeros all gradients are zero.
    zero = x == 0
    if extra_segment:
        if size == 1:
            return torch.zeros_like(x), None
        grad = torch.cat([grad, torch.zeros_like(grad[:1])])
    grad = torch.where(sum_kernel(zero.to(torch.int32), ids, size) > 1, 0, grad)
    nonzero_factors = torch.where(zero, 1, x)
    products = product_kernel(nonzero_factors, ids, size, extra_segment)
    # The extra segment holds the slices that belong to none. TensorFlow multiplies their gradient,
    # which is 0, by the value of the first segment. Only its sorted form keeps divisions by zero
    # out of gradients of higher order.
    segment = torch.where(ids == size - 1, 0, ids) if extra_segment else ids
    quotient = y[segment] / (x if extra_segment else nonzero_factors)
    return grad[ids] * torch.where(zero, products[segment], quotient), None


@modular
@with_gradient(_product_gradient)
def product_kernel(
    x: torch.Tensor, ids: torch.Tensor, size: int, extra_segment: bool
) -> torch.Tensor:
    """The product of the slices of each segment; `extra_segment`: the last one is cut off."""
    products = scatter_reduce(x, ids, size, "prod", 1)
    return products[:-1] if extra_segment else products


def segment_counts(ids: torch.Tensor, size: int, rank: int) -> torch.Tensor:
    """The number of slices in each segment, in a shape that broadcasts over slices."""
    counts = sum_kernel(torch.ones_like(ids), ids, size)
    return counts.reshape(size, *(1,) * (rank - 1))
