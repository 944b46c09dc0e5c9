"""Reductions over axes: sums, means, extrema, products, truth values and norms."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch

from ..._core.op.op import op
from ..._core.recording.tape_set import TRAINABLE
from ..._core.tensor.static_args import axes_of
from ..._core.types.dtype import as_dtype
from .._support.arguments import invalid_argument
from .._support.gradient_rules import intermediate, with_gradient
from .._support.unsigned import (
    UNSIGNED,
    as_int64,
    divide_uint64,
    from_ordered_int64,
    modular,
    to_ordered_int64,
    to_unsigned,
)
from .cumulative import cumprod_kernel
from .roots import sqrt_kernel


def _reduce(
    reduce: Callable[..., torch.Tensor], x: torch.Tensor, axis: Any, keepdims: Any
) -> torch.Tensor:
    """Reduces with `reduce(x, dims, keepdim)`, which never gets an empty tuple of axes.

    An empty tuple means all axes to torch and none to TensorFlow.
    """
    rank = x.ndim
    if type(axis) is int and 0 <= axis < rank:
        return reduce(x, (axis,), True if keepdims else False)  # noqa: SIM210 -- faster than bool()
    axes = axes_of(axis, rank)
    if axes:
        return reduce(x, axes, bool(keepdims))
    return reduce(x.unsqueeze(-1), (rank,), False)


def sum_over(x: torch.Tensor, axes: tuple[int, ...], keepdims: bool) -> torch.Tensor:
    """The sum over `axes`; an empty tuple means none of them. For kernels of other operations."""
    return _reduce(_sum, x, axes, keepdims)


def max_over(x: torch.Tensor, axes: tuple[int, ...], keepdims: bool) -> torch.Tensor:
    """The maximum over `axes`, as `sum_over`."""
    return _reduce(_max, x, axes, keepdims)


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
    """The sum over `axis`. Implements `tf.reduce_sum`.

    `axis` is an integer, several, or None for all axes. The dtype stays, so integers wrap around.
    Raises InvalidArgumentError for an axis that is out of range
    or given twice.
    """
    x = input_tensor
    if axis is None and not keepdims and x.dtype in TRAINABLE:
        return torch.sum(x)
    return _reduce(_sum, x, axis, keepdims)


def _count(x: torch.Tensor, axes: tuple[int, ...]) -> int:
    return math.prod(x.shape[axis] for axis in axes)


def _mean(x: torch.Tensor, axes: tuple[int, ...], keepdims: bool) -> torch.Tensor:
    dtype = x.dtype
    if dtype is torch.float16:
        # TensorFlow sums in half precision too, which may overflow.
        return torch.sum(x, axes, keepdims) / _count(x, axes)
    if dtype in TRAINABLE:
        if dtype.is_complex and not x.numel():  # TensorFlow returns 0, unlike for other dtypes
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
    """The mean over `axis`. Implements `tf.reduce_mean`.

    `axis` is an integer, several, or None for all axes. The dtype stays: the mean of integers is
    rounded towards zero. Raises InvalidArgumentError for an axis that is out of range
    or given twice.
    """
    x = input_tensor
    if axis is None and not keepdims and x.dtype in _TORCH_MEAN_DTYPES and not x.is_complex():
        return torch.mean(x)
    return _reduce(_mean, x, axis, keepdims)


_TORCH_MEAN_DTYPES = TRAINABLE - {torch.float16}


# -- extrema ------------------------------------------------------------------------------------


def _extremum(reduce: Callable[..., torch.Tensor], largest: bool) -> Callable[..., torch.Tensor]:
    def reduce_extremum(x: torch.Tensor, axes: tuple[int, ...], keepdims: bool) -> torch.Tensor:
        dtype = x.dtype
        if x.numel() == 0 and any(x.shape[axis] == 0 for axis in axes):
            # An empty reduction gives the identity element.
            if not dtype.is_floating_point:
                shape = _sum(x.to(torch.int64), axes, keepdims).shape
                return _empty_extremum(dtype, largest).to(x.device).expand(shape).clone()
            return _sum(x, axes, keepdims) + _empty_extremum(dtype, largest)
        if dtype in UNSIGNED:
            return from_ordered_int64(reduce(to_ordered_int64(x), axes, keepdims), dtype)
        return reduce(x, axes, keepdims)

    return reduce_extremum


def _empty_extremum(dtype: torch.dtype, largest: bool) -> Any:
    """The identity element of a maximum or minimum: the lowest or the highest number."""
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
    """The maximum over `axis`. Implements `tf.reduce_max`.

    `axis` is an integer, several, or None for all axes. Equal maxima share the gradient.
    Raises InvalidArgumentError for an axis that is out of range
    or given twice.
    """
    return _reduce(_max, input_tensor, axis, keepdims)


@op("Min", "input_tensor")
def reduce_min(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Any:
    """The minimum over `axis`. Implements `tf.reduce_min`.

    `axis` is an integer, several, or None for all axes. Equal minima share the gradient.
    Raises InvalidArgumentError for an axis that is out of range
    or given twice.
    """
    return _reduce(_min, input_tensor, axis, keepdims)


# -- products -----------------------------------------------------------------------------------


def _prod_gradient(
    grad: torch.Tensor, y: torch.Tensor, x: torch.Tensor, axes: tuple[int, ...], keepdims: bool
) -> torch.Tensor:
    # The product of all other elements, by running products from both sides, which also holds at
    # zeros.
    if not keepdims:
        for axis in sorted(axes):
            grad = grad.unsqueeze(axis)
    others = [axis for axis in range(x.ndim) if axis not in axes]
    order = [*axes, *others]
    axes_first = x.permute(order)
    flat = axes_first.reshape(_count(x, axes), -1 if x.numel() else 0)
    left = cumprod_kernel(flat, 0, True, False)
    right = cumprod_kernel(flat, 0, True, True)
    product = (left.conj() * right.conj()).reshape(axes_first.shape)
    inverse_order = [order.index(axis) for axis in range(x.ndim)]
    return grad * product.permute(inverse_order)


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
    """The product over `axis`. Implements `tf.reduce_prod`.

    `axis` is an integer, several, or None for all axes. The dtype stays, so integers wrap around.
    Raises InvalidArgumentError for an axis that is out of range
    or given twice.
    """
    return _reduce(_prod, input_tensor, axis, keepdims)


# -- booleans -----------------------------------------------------------------------------------


@op("Any", "input_tensor", unrecorded=True)
def reduce_any(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Any:
    """Whether any boolean is true over `axis`. Implements `tf.reduce_any`."""
    return _reduce(torch.any, input_tensor, axis, keepdims)


@op("All", "input_tensor", unrecorded=True)
def reduce_all(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Any:
    """Whether all booleans are true over `axis`. Implements `tf.reduce_all`."""
    return _reduce(torch.all, input_tensor, axis, keepdims)


# -- floating-point reductions and norms --------------------------------------------------------

_FLOATING = frozenset({torch.bfloat16, torch.float16, torch.float32, torch.float64})


def _logsumexp(x: torch.Tensor, axes: tuple[int, ...], keepdims: bool) -> torch.Tensor:
    # TensorFlow subtracts the maximum from x and adds it again: separate tensors.
    return intermediate(torch.logsumexp(intermediate(x), axes, keepdims))


@op("Max", "input_tensor")
def reduce_logsumexp(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Any:
    """`log(sum(exp(x)))` over `axis`, without overflow. Implements `tf.reduce_logsumexp`.

    `x` is floating point. Raises InvalidArgumentError for other dtypes, and for an axis that is out
    of range or given twice.
    """
    if input_tensor.dtype not in _FLOATING:
        raise invalid_argument(
            f"Value for attr 'T' of {_dtype_name(input_tensor)} is not in the list of allowed "
            "values: bfloat16, half, float, double"
        )
    return _reduce(_logsumexp, input_tensor, axis, keepdims)


def _dtype_name(x: torch.Tensor) -> str:
    return as_dtype(x.dtype).name


def _variance(x: torch.Tensor, axes: tuple[int, ...], keepdims: bool) -> torch.Tensor:
    difference = x - _mean(x, axes, True)
    if difference.is_complex():
        squares = torch.real(difference.conj() * difference)
    else:
        squares = difference * difference
    return _mean(squares, axes, keepdims)


def _check_not_integer(x: torch.Tensor) -> None:
    """Raises TypeError for integers."""
    if x.dtype not in TRAINABLE:
        raise TypeError(
            f"Input must be either real or complex. Received integer type {as_dtype(x.dtype)}."
        )


@op("Mean", "input_tensor")
def reduce_variance(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Any:
    """The mean squared distance from the mean, over `axis`. Implements `tf.math.reduce_variance`.

    The result is real for complex tensors. Raises TypeError for integers, InvalidArgumentError for
    an axis that is out of range or given twice.
    """
    axes = axes_of(axis, input_tensor.ndim)
    _check_not_integer(input_tensor)
    return _reduce(_variance, input_tensor, axes, keepdims)


@op("Mean", "input_tensor")
def reduce_std(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Any:
    """The square root of the variance over `axis`. Implements `tf.math.reduce_std`.

    The gradient where all numbers are equal is NaN. The result is real for complex tensors. Raises
    TypeError for integers, InvalidArgumentError for an axis that is out of range or given twice.
    """
    axes = axes_of(axis, input_tensor.ndim)
    _check_not_integer(input_tensor)
    return sqrt_kernel(_reduce(_variance, input_tensor, axes, keepdims))


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
    """The square root of the sum of squares (`tf.math.reduce_euclidean_norm`).

    The dtype stays: integers are rounded down. The gradient at zero is NaN. Raises
    InvalidArgumentError for an axis that is out of range or given twice.
    """
    return _reduce(_euclidean, input_tensor, axis, keepdims)
