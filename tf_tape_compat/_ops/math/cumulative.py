"""Running sums, products and log-sums along one axis."""

from __future__ import annotations

import math
from typing import Any

import torch

from ..._core.op.op import op
from ..._core.tensor.static_args import flag, index_array
from ...errors import InvalidArgumentError
from .._support.gradient_rules import with_gradient
from .._support.unsigned import modular
from .safe_division import divide_no_nan


def _axis(axis: Any, rank: int) -> int:
    found = axis
    if type(axis) is not int:
        array = index_array(axis)
        if array.ndim:
            raise InvalidArgumentError(
                None, None, f"ScanOp: axis must be a scalar, not {array.tolist()}"
            )
        found = int(array)
    if not -rank <= found < rank:
        raise InvalidArgumentError(
            None,
            None,
            f"ScanOp: Expected scan axis in the range [{-rank}, {rank}), but got {found}",
        )
    return found % rank


def _shifted(x: torch.Tensor, axis: int, reverse: bool, start: float) -> torch.Tensor:
    """What an exclusive scan runs over: one element on, and `start` in the place of the first."""
    size = x.shape[axis]
    if size == 0:
        return x
    first = torch.full_like(x.narrow(axis, 0, 1), start)
    if reverse:
        return torch.cat([x.narrow(axis, 1, size - 1), first], axis)
    return torch.cat([first, x.narrow(axis, 0, size - 1)], axis)


def _scan(
    torch_scan: Any, start: float, x: torch.Tensor, axis: int, exclusive: bool, reverse: bool
) -> torch.Tensor:
    if exclusive:
        x = _shifted(x, axis, reverse, start)
    if reverse:
        return torch_scan(x.flip(axis), axis).flip(axis)
    return torch_scan(x, axis)


@modular
def cumsum_kernel(x: torch.Tensor, axis: int, exclusive: bool, reverse: bool) -> torch.Tensor:
    """Sums of the elements up to each (or from each, if `reverse`)."""
    return _scan(lambda x, d: torch.cumsum(x, d, dtype=x.dtype), 0, x, axis, exclusive, reverse)


def _running_product_gradient(
    grad: torch.Tensor, y: torch.Tensor, x: torch.Tensor, axis: int, exclusive: bool, reverse: bool
) -> torch.Tensor:
    # At a zero TensorFlow gives 0, and not what the others' product would be. Written with the
    # scans again, so that the gradients of higher order are TensorFlow's as well.
    scanned = cumsum_kernel(
        cumprod_kernel(x, axis, exclusive, reverse) * grad, axis, exclusive, not reverse
    )
    return divide_no_nan(scanned, x)


@modular
@with_gradient(_running_product_gradient)
def cumprod_kernel(x: torch.Tensor, axis: int, exclusive: bool, reverse: bool) -> torch.Tensor:
    """Products of the elements up to each (or from each, if `reverse`)."""
    return _scan(lambda x, d: torch.cumprod(x, d, dtype=x.dtype), 1, x, axis, exclusive, reverse)


def _running_logsumexp_gradient(
    grad: torch.Tensor, y: torch.Tensor, x: torch.Tensor, axis: int, exclusive: bool, reverse: bool
) -> torch.Tensor:
    # Positive and negative upstream gradients apart, since it is their logarithms that add up.
    lowest = torch.finfo(grad.dtype).min
    parts = []
    for part in (grad, -grad):
        positive = part > 0
        logarithm = torch.where(positive, torch.log(torch.where(positive, part, 1)), lowest)
        scanned = cumulative_logsumexp_kernel(logarithm - y, axis, exclusive, not reverse)
        parts.append(torch.exp(scanned + x))
    return parts[0] - parts[1]


@with_gradient(_running_logsumexp_gradient)
def cumulative_logsumexp_kernel(
    x: torch.Tensor, axis: int, exclusive: bool, reverse: bool
) -> torch.Tensor:
    """Logarithms of the sums of exponentials up to each element (or from each)."""
    return _scan(torch.logcumsumexp, -math.inf, x, axis, exclusive, reverse)


@op("Cumsum", "x")
def cumsum(
    x: Any, axis: Any = 0, exclusive: bool = False, reverse: bool = False, name: str | None = None
) -> Any:
    """The running sum of `x` along `axis`, of the same shape. Implements `tf.cumsum`.

    `exclusive` leaves each element out of its own sum, `reverse` runs from the end. Raises
    InvalidArgumentError if there is no such axis.
    """
    flags = flag(exclusive, "exclusive"), flag(reverse, "reverse")
    return cumsum_kernel(x, _axis(axis, x.ndim), *flags)


@op("Cumprod", "x")
def cumprod(
    x: Any, axis: Any = 0, exclusive: bool = False, reverse: bool = False, name: str | None = None
) -> Any:
    """The running product of `x` along `axis`, of the same shape. Implements `tf.math.cumprod`.

    `exclusive` leaves each element out of its own product, `reverse` runs from the end. Raises
    InvalidArgumentError if there is no such axis.
    """
    flags = flag(exclusive, "exclusive"), flag(reverse, "reverse")
    return cumprod_kernel(x, _axis(axis, x.ndim), *flags)


@op("CumulativeLogsumexp", "x")
def cumulative_logsumexp(
    x: Any, axis: Any = 0, exclusive: bool = False, reverse: bool = False, name: str | None = None
) -> Any:
    """The running `log(sum(exp(x)))` along `axis`. Implements `tf.math.cumulative_logsumexp`.

    `x` is floating point. `exclusive` leaves each element out of its own sum, `reverse` runs from
    the end. Raises InvalidArgumentError if there is no such axis.
    """
    flags = flag(exclusive, "exclusive"), flag(reverse, "reverse")
    return cumulative_logsumexp_kernel(x, _axis(axis, x.ndim), *flags)
