"""Running sums, products and log-sums along one axis: `tf.cumsum`, `tf.math.cumprod` and others."""

from __future__ import annotations

import math
from typing import Any

import torch

from ..._core.op.op import op
from ..._core.tensor.static_args import flag, index_array
from .._support.arguments import invalid_argument
from .._support.gradient_rules import with_gradient
from .._support.unsigned import modular
from .safe_division import divide_no_nan


def _scan_axis(axis: Any, rank: int) -> int:
    index = axis
    if type(axis) is not int:
        array = index_array(axis)
        if array.ndim:
            raise invalid_argument(f"ScanOp: axis must be a scalar, not {array.tolist()}")
        index = int(array)
    if not -rank <= index < rank:
        index += rank if index < 0 else 0
        raise invalid_argument(
            f"ScanOp: Expected scan axis in the range [{-rank}, {rank}), but got {index}"
        )
    return index % rank


def _shift_for_exclusive(x: torch.Tensor, axis: int, reverse: bool, initial: float) -> torch.Tensor:
    """The input of an exclusive scan: shifted by one, with `initial` in the first place."""
    size = x.shape[axis]
    if size == 0:
        return x
    first = torch.full_like(x.narrow(axis, 0, 1), initial)
    if reverse:
        return torch.cat([x.narrow(axis, 1, size - 1), first], axis)
    return torch.cat([first, x.narrow(axis, 0, size - 1)], axis)


def _scan(
    torch_scan: Any, initial: float, x: torch.Tensor, axis: int, exclusive: bool, reverse: bool
) -> torch.Tensor:
    if exclusive:
        x = _shift_for_exclusive(x, axis, reverse, initial)
    if reverse:
        return torch_scan(x.flip(axis), axis).flip(axis)
    return torch_scan(x, axis)


@modular
def cumsum_kernel(x: torch.Tensor, axis: int, exclusive: bool, reverse: bool) -> torch.Tensor:
    """Sums of the elements up to each one (from each one, if `reverse`)."""
    return _scan(lambda x, d: torch.cumsum(x, d, dtype=x.dtype), 0, x, axis, exclusive, reverse)


def _cumprod_gradient(
    grad: torch.Tensor, y: torch.Tensor, x: torch.Tensor, axis: int, exclusive: bool, reverse: bool
) -> torch.Tensor:
    # At a zero TensorFlow's gradient is 0, not the product of the other elements. The formula uses
    # these scans again, so that gradients of higher order are TensorFlow's as well.
    scanned = cumsum_kernel(
        cumprod_kernel(x, axis, exclusive, reverse) * grad, axis, exclusive, not reverse
    )
    return divide_no_nan(scanned, x)


@modular
@with_gradient(_cumprod_gradient)
def cumprod_kernel(x: torch.Tensor, axis: int, exclusive: bool, reverse: bool) -> torch.Tensor:
    """Products of the elements up to each one (from each one, if `reverse`)."""
    return _scan(lambda x, d: torch.cumprod(x, d, dtype=x.dtype), 1, x, axis, exclusive, reverse)


def _cumulative_logsumexp_gradient(
    grad: torch.Tensor, y: torch.Tensor, x: torch.Tensor, axis: int, exclusive: bool, reverse: bool
) -> torch.Tensor:
    # Positive and negative upstream gradients are scanned apart, since their logarithms are added.
    lowest = torch.finfo(grad.dtype).min
    exponentials = []
    for signed_grad in (grad, -grad):
        positive = signed_grad > 0
        logarithm = torch.where(positive, torch.log(torch.where(positive, signed_grad, 1)), lowest)
        scanned = cumulative_logsumexp_kernel(logarithm - y, axis, exclusive, not reverse)
        exponentials.append(torch.exp(scanned + x))
    return exponentials[0] - exponentials[1]


@with_gradient(_cumulative_logsumexp_gradient)
def cumulative_logsumexp_kernel(
    x: torch.Tensor, axis: int, exclusive: bool, reverse: bool
) -> torch.Tensor:
    """`log(sum(exp(x)))` of the elements up to each one (from each one, if `reverse`)."""
    return _scan(torch.logcumsumexp, -math.inf, x, axis, exclusive, reverse)


@op("Cumsum", "x")
def cumsum(
    x: Any, axis: Any = 0, exclusive: bool = False, reverse: bool = False, name: str | None = None
) -> Any:
    """The running sum of `x` along `axis`, of the same shape. Implements `tf.cumsum`.

    `exclusive` leaves each element out of its own sum, `reverse` starts from the end. Raises
    InvalidArgumentError for an axis out of range.
    """
    flags = flag(exclusive, "exclusive"), flag(reverse, "reverse")
    return cumsum_kernel(x, _scan_axis(axis, x.ndim), *flags)


@op("Cumprod", "x")
def cumprod(
    x: Any, axis: Any = 0, exclusive: bool = False, reverse: bool = False, name: str | None = None
) -> Any:
    """The running product of `x` along `axis`, of the same shape. Implements `tf.math.cumprod`.

    `exclusive` leaves each element out of its own product, `reverse` starts from the end. Raises
    InvalidArgumentError for an axis out of range.
    """
    flags = flag(exclusive, "exclusive"), flag(reverse, "reverse")
    return cumprod_kernel(x, _scan_axis(axis, x.ndim), *flags)


@op("CumulativeLogsumexp", "x")
def cumulative_logsumexp(
    x: Any, axis: Any = 0, exclusive: bool = False, reverse: bool = False, name: str | None = None
) -> Any:
    """The running `log(sum(exp(x)))` along `axis`. Implements `tf.math.cumulative_logsumexp`.

    `x` is floating point. `exclusive` leaves each element out of its own sum, `reverse` starts from
    the end. Raises InvalidArgumentError for an axis out of range.
    """
    flags = flag(exclusive, "exclusive"), flag(reverse, "reverse")
    return cumulative_logsumexp_kernel(x, _scan_axis(axis, x.ndim), *flags)
