"""Norms of vectors and matrices, and normalization by them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch

from ..._core.devices.placement import place
from ..._core.op.op import op
from ..._core.op.op_errors import refusal
from ..._core.recording.tape_set import TRAINABLE
from ..._core.tensor.static_args import axes_of, static
from ..math.elementwise import abs_kernel, complex_abs_kernel
from ..math.reductions import max_over, sum_over
from ..math.roots import sqrt_kernel
from .decompositions import svdvals_kernel

_SIGNED = TRAINABLE | {torch.int8, torch.int16, torch.int32, torch.int64}


def _checked_axis(axis: Any, order: Any) -> Any:
    """Returns `axis` if it is an integer, a pair of integers or None.

    Raises ValueError for others, and if the order does not exist for such an axis.
    """
    if isinstance(axis, (tuple, list)) and len(axis) == 2:
        first, second = axis
        if not isinstance(first, int) or not isinstance(second, int) or first == second:
            raise ValueError(
                f"'axis' must be None, an integer, or a tuple of 2 unique integers, got {axis}"
            )
        if order not in ("euclidean", "fro", 1, 2, math.inf):
            raise ValueError(
                "'ord' must be a supported matrix norm in ['euclidean', 'fro', 1, 2, inf], "
                f"got {order}"
            )
        return first, second
    if not (isinstance(axis, int) or axis is None):
        raise ValueError(
            f"'axis' must be None, an integer, or a tuple of 2 unique integers, got {axis}"
        )
    if (not np.isreal(order) or order <= 0) and order not in ("euclidean", 1, 2, math.inf):
        raise ValueError(f"'ord' must be a supported vector norm, got {order}")
    return axis


def _refuse_type(x: torch.Tensor, operation: str) -> None:
    raise refusal(operation, "T", x.dtype)


def _euclidean(x: torch.Tensor, axes: tuple[int, ...]) -> torch.Tensor:
    if x.dtype not in TRAINABLE:
        _refuse_type(x, "Sqrt")
    return sqrt_kernel(sum_over(x * x.conj(), axes, True))


def _spectral(x: torch.Tensor, axes: tuple[int, ...]) -> torch.Tensor:
    # As in TensorFlow, the gradient at 0 is that of a magnitude: 0.
    singular_values = abs_kernel(svdvals_kernel(x.movedim(axes, (-2, -1))))
    largest = max_over(singular_values, (-1,), False)
    for axis in sorted(axes):
        largest = largest.unsqueeze(axis)
    return largest


def _norm(x: torch.Tensor, order: Any, axis: Any) -> torch.Tensor:
    """The norm, with the axes it is taken over kept at size 1."""
    axes = axes_of(axis, x.ndim, "Sum")
    is_matrix = isinstance(axis, tuple)
    if order in ("fro", "euclidean") or (order == 2 and not is_matrix):
        return _euclidean(x, axes)
    if x.dtype not in _SIGNED:
        _refuse_type(x, "Abs")
    if order == 2:
        return _spectral(x, axes)
    size = complex_abs_kernel(x) if x.is_complex() else abs_kernel(x)
    if order == 1:
        summed = sum_over(size, axes[:1] if is_matrix else axes, True)
        return max_over(summed, axes[1:], True) if is_matrix else summed
    if order == math.inf:
        if is_matrix:
            size, axes = sum_over(size, axes[1:], True), axes[:1]
        return max_over(size, axes, True)
    if x.dtype not in TRAINABLE:
        raise TypeError(f"Cannot convert {1.0 / order} to EagerTensor of dtype {x.dtype}")
    order = float(order)
    return torch.pow(sum_over(torch.pow(size, order), axes, True), 1.0 / order)


@op("Identity", "tensor")
def norm(
    tensor: Any,
    ord: Any = "euclidean",
    axis: Any = None,
    keepdims: bool | None = None,
    name: str | None = None,
) -> Any:
    """The norm of vectors, matrices or a whole tensor. Implements `tf.norm`.

    Args:
        tensor: numbers, of any shape.
        ord: for vectors "euclidean", a positive number or infinity; for matrices "fro" or
            "euclidean", 1, 2 or infinity.
        axis: the axis of the vectors, or a pair of axes of the matrices; None for the tensor as one
            vector.
        keepdims: whether to keep these axes with size 1.
        name: ignored.

    Returns:
        The norms. The euclidean norm of complex numbers has their type, and its gradient at zero is
        nan.

    Raises:
        ValueError: for other orders and axes.
        InvalidArgumentError: if an axis does not exist, or the type has no such norm.
    """
    axis = _checked_axis(axis, ord)
    x = tensor
    if not isinstance(x, torch.Tensor) or (x.dtype is torch.bool and ord == "euclidean"):
        raise TypeError("tf.norm needs numbers")
    result = _norm(x, ord, axis)
    if keepdims:
        return result
    axes = axes_of(axis, x.ndim, "Sum")
    return result.reshape([n for i, n in enumerate(result.shape) if i not in axes])


@op("Identity", "tensor")
def normalize(
    tensor: Any, ord: Any = "euclidean", axis: Any = None, name: str | None = None
) -> Any:
    """Divides a tensor by its norm. Implements `tf.linalg.normalize`.

    The arguments are as for `tf.norm`.

    Returns:
        `tensor` divided by the norm, and the norm with all axes kept.
    """
    axis = _checked_axis(axis, ord)
    size = _norm(tensor, ord, axis).to(tensor.dtype)
    if tensor.dtype in TRAINABLE:
        return tensor / size, size
    wide = torch.float64 if tensor.element_size() > 2 else torch.float32
    # Integers of the host are divided on the device.
    return place(tensor.to(wide) / size.to(wide)), size


@op("Square", "x")
def l2_normalize(
    x: Any, axis: Any = None, epsilon: Any = 1e-12, name: str | None = None, dim: Any = None
) -> Any:
    """Divides `x` by its euclidean norm over `axis`. Implements `tf.math.l2_normalize`.

    Args:
        x: floating point or complex numbers.
        axis: an axis or several.
        epsilon: a lower bound of the squared norm.
        name: ignored.
        dim: an old name of `axis`.

    Returns:
        A tensor of the shape and type of `x`.

    Raises:
        ValueError: if both `axis` and `dim` are given.
        InvalidArgumentError: if an axis does not exist.
        TypeError: if `x` has an integer type.
    """
    if dim is not None:
        if axis is not None:
            raise ValueError("Cannot specify both 'dim' and 'axis'.")
        axis = dim
    if x.dtype not in TRAINABLE:
        raise TypeError(f"tf.math.l2_normalize needs floating point numbers, not {x.dtype}")
    axes = axes_of(axis, x.ndim, "Sum")
    squares = torch.view_as_real(x).square().sum(-1) if x.is_complex() else x * x
    total = sum_over(squares, axes, True)
    floor = float(epsilon if isinstance(epsilon, (int, float)) else static(epsilon))
    return x * torch.rsqrt(torch.where(total < floor, floor, total))
