"""Reductions: sums, means, extrema, products and norms over axes, and where extrema are."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch

from ..._core.op.op import op
from ..._core.recording.tape_set import TRAINABLE
from ..._core.tensor.static_args import axes_of
from ..._core.types.dtype import as_dtype
from ...errors import InvalidArgumentError
from .._support.gradient_rules import intermediate, with_gradient
from .._support.unsigned import (
    UNSIGNED,
    as_int64,
    divide_uint64,
    from_ordered,
    modular,
    ordered,
    to_unsigned,
)
from .cumulative import cumprod_kernel
from .sqrt import sqrt_kernel


def _over(
    reduce: Callable[..., torch.Tensor], x: torch.Tensor, axis: Any, keepdims: Any
) -> torch.Tensor:
    """Reduces with `reduce(x, dims, keepdim)`, which never sees an empty tuple of axes.

    For torch that would mean all of them; for TensorFlow it means none.
    """
    rank = x.ndim
    if type(axis) is int and 0 <= axis < rank:
        return reduce(x, (axis,), True if keepdims else False)
    axes = axes_of(axis, rank)
    if axes:
        return reduce(x, axes, bool(keepdims))
    return reduce(x.unsqueeze(-1), (rank,), False)


def sum_over(x: torch.Tensor, axes: tuple[int, ...], keepdims: bool) -> torch.Tensor:
    """The sum over axes, none of them for an empty tuple: for other operations' kernels."""
    return _over(_sum, x, axes, keepdims)


def max_over(x: torch.Tensor, axes: tuple[int, ...], keepdims: bool) -> torch.Tensor:
    """The maximum over axes, as `sum_over`."""
    return _over(_max, x, axes, keepdims)


# -- sums and means -----------------------------------------------------------------------------


def _sum(x: torch.Tensor, axes: tuple[int, ...], keepdims: bool) -> torch.Tensor:
    if x.dtype in TRAINABLE:
        return torch.sum(x, axes, keepdims)
    if x.dtype in UNSIGNED:
        return to_unsigned(torch.sum(as_int64(x), axes, keepdims), x.dtype)
    return torch.sum(x, axes, keepdims, dtype=x.dtype)


@op("Sum", "input_tensor")
def reduce_sum(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Any:
    """The sum over `axis` (a number, several, or None for all). Implements `tf.reduce_sum`.

    The type stays, so that integers wrap around. Raises InvalidArgumentError for an axis that is
    not there or given twice.
    """
    x = input_tensor
    if axis is None and not keepdims and x.dtype in TRAINABLE:
        return torch.sum(x)
    return _over(_sum, x, axis, keepdims)


def _count(x: torch.Tensor, axes: tuple[int, ...]) -> int:
    return math.prod(x.shape[axis] for axis in axes)


def _mean(x: torch.Tensor, axes: tuple[int, ...], keepdims: bool) -> torch.Tensor:
    dtype = x.dtype
    if dtype is torch.float16:
        # TensorFlow's sum is in half precision, too, and may overflow.
        return torch.sum(x, axes, keepdims) / _count(x, axes)
    if dtype in TRAINABLE:
        if dtype.is_complex and not x.numel():  # 0 in TensorFlow, unlike other types
            return torch.sum(x, axes, keepdims)
        return torch.mean(x, axes, keepdims)
    total = torch.sum(as_int64(x) if dtype in UNSIGNED else x, axes, keepdims, dtype=torch.int64)
    count = _count(x, axes)
    if count == 0:
        return torch.zeros_like(total).to(dtype)
    if dtype is torch.uint64:
        return to_unsigned(divide_uint64(total, count), dtype)
    return torch.div(total, count, rounding_mode="trunc").to(dtype)


@op("Mean", "input_tensor")
def reduce_mean(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Any:
    """The mean over `axis` (a number, several, or None for all). Implements `tf.reduce_mean`.

    The type stays: the mean of integers is rounded towards zero. Raises InvalidArgumentError for
    an axis that is not there or given twice.
    """
    x = input_tensor
    if axis is None and not keepdims and x.dtype in _PLAIN_MEAN and not x.is_complex():
        return torch.mean(x)
    return _over(_mean, x, axis, keepdims)


_PLAIN_MEAN = TRAINABLE - {torch.float16}


# -- extrema ------------------------------------------------------------------------------------


def _extremum(reduce: Callable[..., torch.Tensor], largest: bool) -> Callable[..., torch.Tensor]:
    def run(x: torch.Tensor, axes: tuple[int, ...], keepdims: bool) -> torch.Tensor:
        dtype = x.dtype
        if x.numel() == 0 and any(x.shape[axis] == 0 for axis in axes):
            # Of nothing: the number that every other replaces.
            if not dtype.is_floating_point:
                shape = _sum(x.to(torch.int64), axes, keepdims).shape
                return _least(dtype, largest).to(x.device).expand(shape).clone()
            return _sum(x, axes, keepdims) + _least(dtype, largest)
        if dtype in UNSIGNED:
            return from_ordered(reduce(ordered(x), axes, keepdims), dtype)
        return reduce(x, axes, keepdims)

    return run


def _least(dtype: torch.dtype, largest: bool) -> Any:
    if dtype.is_floating_point:
        return -math.inf if largest else math.inf
    info = torch.iinfo(dtype)
    return torch.tensor(info.min if largest else info.max, dtype=dtype)


_max = _extremum(torch.amax, True)
_min = _extremum(torch.amin, False)


@op("Max", "input_tensor")
def reduce_max(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Any:
    """The maximum over `axis` (a number, several, or None for all). Implements `tf.reduce_max`.

    Equal maxima share the gradient. Raises InvalidArgumentError for an axis that is not there or
    given twice.
    """
    return _over(_max, input_tensor, axis, keepdims)


@op("Min", "input_tensor")
def reduce_min(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Any:
    """The minimum over `axis` (a number, several, or None for all). Implements `tf.reduce_min`.

    Equal minima share the gradient. Raises InvalidArgumentError for an axis that is not there or
    given twice.
    """
    return _over(_min, input_tensor, axis, keepdims)


# -- products -----------------------------------------------------------------------------------


def _prod_gradient(
    grad: torch.Tensor, y: torch.Tensor, x: torch.Tensor, axes: tuple[int, ...], keepdims: bool
) -> torch.Tensor:
    # The product of all the others, by running products from both sides: right at zeros as well.
    if not keepdims:
        for axis in sorted(axes):
            grad = grad.unsqueeze(axis)
    others = [axis for axis in range(x.ndim) if axis not in axes]
    order = [*axes, *others]
    moved = x.permute(order)
    flat = moved.reshape(_count(x, axes), -1 if x.numel() else 0)
    left = cumprod_kernel(flat, 0, True, False)
    right = cumprod_kernel(flat, 0, True, True)
    product = (left.conj() * right.conj()).reshape(moved.shape)
    back = [order.index(axis) for axis in range(x.ndim)]
    return grad * product.permute(back)


@modular
@with_gradient(_prod_gradient)
def _prod(x: torch.Tensor, axes: tuple[int, ...], keepdims: bool) -> torch.Tensor:
    for axis in sorted(axes, reverse=True):
        x = torch.prod(x, axis, keepdims, dtype=x.dtype)
    return x


@op("Prod", "input_tensor")
def reduce_prod(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Any:
    """The product over `axis` (a number, several, or None for all). Implements `tf.reduce_prod`.

    The type stays, so that integers wrap around. Raises InvalidArgumentError for an axis that is
    not there or given twice.
    """
    return _over(_prod, input_tensor, axis, keepdims)


# -- truth --------------------------------------------------------------------------------------


@op("Any", "input_tensor", unrecorded=True)
def reduce_any(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Any:
    """Whether any is true over `axis`, of booleans. Implements `tf.reduce_any`."""
    return _over(torch.any, input_tensor, axis, keepdims)


@op("All", "input_tensor", unrecorded=True)
def reduce_all(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Any:
    """Whether all are true over `axis`, of booleans. Implements `tf.reduce_all`."""
    return _over(torch.all, input_tensor, axis, keepdims)


# -- of floating point numbers ------------------------------------------------------------------

_FLOATING = frozenset({torch.bfloat16, torch.float16, torch.float32, torch.float64})


def _logsumexp(x: torch.Tensor, axes: tuple[int, ...], keepdims: bool) -> torch.Tensor:
    # In TensorFlow of what is left of x without its maximum, which is added again.
    return intermediate(torch.logsumexp(intermediate(x), axes, keepdims))


@op("Max", "input_tensor")
def reduce_logsumexp(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Any:
    """`log(sum(exp(x)))` over `axis`, without overflow. Implements `tf.reduce_logsumexp`.

    The tensor is floating point. Raises InvalidArgumentError for an axis that is not there or
    given twice.
    """
    if input_tensor.dtype not in _FLOATING:
        raise InvalidArgumentError(
            None,
            None,
            f"Value for attr 'T' of {_name(input_tensor)} is not in the list of allowed values: "
            "bfloat16, half, float, double",
        )
    return _over(_logsumexp, input_tensor, axis, keepdims)


def _name(x: torch.Tensor) -> str:
    return as_dtype(x.dtype).name


def _variance(x: torch.Tensor, axes: tuple[int, ...], keepdims: bool) -> torch.Tensor:
    difference = x - _mean(x, axes, True)
    if difference.is_complex():
        squares = torch.real(difference.conj() * difference)
    else:
        squares = difference * difference
    return _mean(squares, axes, keepdims)


def _no_integers(x: torch.Tensor) -> None:
    if x.dtype not in TRAINABLE:
        raise TypeError(
            f"Input must be either real or complex. Received integer type {as_dtype(x.dtype)!r}."
        )


@op("Mean", "input_tensor")
def reduce_variance(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Any:
    """The mean squared distance from the mean, over `axis`. Implements `tf.math.reduce_variance`.

    Real for complex tensors. Raises TypeError for integers, InvalidArgumentError for an axis that
    is not there or given twice.
    """
    axes = axes_of(axis, input_tensor.ndim)
    _no_integers(input_tensor)
    return _over(_variance, input_tensor, axes, keepdims)


@op("Mean", "input_tensor")
def reduce_std(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Any:
    """The root of the variance over `axis`. Implements `tf.math.reduce_std`.

    Its gradient where all numbers are equal is nan. Real for complex tensors. Raises TypeError for
    integers, InvalidArgumentError for an axis that is not there or given twice.
    """
    axes = axes_of(axis, input_tensor.ndim)
    _no_integers(input_tensor)
    return sqrt_kernel(_over(_variance, input_tensor, axes, keepdims))


def _euclidean_gradient(
    grad: torch.Tensor, y: torch.Tensor, x: torch.Tensor, axes: tuple[int, ...], keepdims: bool
) -> torch.Tensor:
    if not keepdims:
        for axis in sorted(axes):
            grad, y = grad.unsqueeze(axis), y.unsqueeze(axis)
    return x / (y / grad)


@with_gradient(_euclidean_gradient)
def _euclidean(x: torch.Tensor, axes: tuple[int, ...], keepdims: bool) -> torch.Tensor:
    dtype = x.dtype
    if dtype in TRAINABLE:
        return torch.sqrt(torch.sum(x * x.conj(), axes, keepdims))
    if dtype in UNSIGNED:
        x = as_int64(x)
    squares = torch.sum(x * x, axes, keepdims, dtype=x.dtype)
    if dtype in UNSIGNED:
        squares = as_int64(to_unsigned(squares, dtype))
    return torch.sqrt(squares.to(torch.float64)).to(torch.int64).to(dtype)


@op("EuclideanNorm", "input_tensor")
def reduce_euclidean_norm(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Any:
    """The root of the sum of squares over `axis`. Implements `tf.math.reduce_euclidean_norm`.

    The type stays: integers are rounded down. Its gradient at zero is nan. Raises
    InvalidArgumentError for an axis that is not there or given twice.
    """
    return _over(_euclidean, input_tensor, axis, keepdims)
