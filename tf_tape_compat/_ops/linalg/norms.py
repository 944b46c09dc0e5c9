"""Norms of vectors and matrices, and division by them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch

from ..._core.op.op import op
from ..._core.recording.tape_set import TRAINABLE
from ..._core.tensor.convert import c_name
from ..._core.tensor.static_args import axes_of, static
from ..._core.types.dtype import as_dtype
from ...errors import InvalidArgumentError
from ..math.elementwise import abs_kernel, complex_abs_kernel
from ..math.reductions import max_over, sum_over
from ..math.sqrt import sqrt_kernel

_SIGNED = TRAINABLE | {torch.int8, torch.int16, torch.int32, torch.int64}


def _checked_axis(axis: Any, order: Any) -> Any:
    """An integer, a pair of them or None. Raises ValueError for others, and for `order`."""
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


def _refuse(x: torch.Tensor, operation: str) -> None:
    raise InvalidArgumentError(
        None,
        None,
        f"Value for attr 'T' of {c_name(as_dtype(x.dtype))} is not in the list of allowed values "
        f"of {operation}",
    )


def _euclidean(x: torch.Tensor, axes: tuple[int, ...]) -> torch.Tensor:
    if x.dtype not in TRAINABLE:
        _refuse(x, "Sqrt")
    return sqrt_kernel(sum_over(x * x.conj(), axes, True))


def _spectral(x: torch.Tensor, axes: tuple[int, ...]) -> torch.Tensor:
    largest = torch.linalg.svdvals(x.movedim(axes, (-2, -1))).amax(-1)
    for axis in sorted(axes):
        largest = largest.unsqueeze(axis)
    return largest


def _norm(x: torch.Tensor, order: Any, axis: Any) -> torch.Tensor:
    """The norm, all axes kept."""
    axes = axes_of(axis, x.ndim)
    matrix = isinstance(axis, tuple)
    if order in ("fro", "euclidean") or (order == 2 and not matrix):
        return _euclidean(x, axes)
    if x.dtype not in _SIGNED:
        _refuse(x, "Abs")
    if order == 2:
        return _spectral(x, axes)
    size = complex_abs_kernel(x) if x.is_complex() else abs_kernel(x)
    if order == 1:
        summed = sum_over(size, axes[:1] if matrix else axes, True)
        return max_over(summed, axes[1:], True) if matrix else summed
    if order == math.inf:
        if matrix:
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
    """The norm of `tensor` as one vector, along one `axis`, or of matrices in two.

    `ord` is "euclidean", a positive number or infinity for vectors; "fro" or "euclidean", 1, 2 or
    infinity for matrices. Answers for `tf.norm`. The euclidean norm of complex numbers is of their
    type, and its gradient at zero is nan. Raises ValueError for other orders and axes,
    InvalidArgumentError for an axis that is not there, for types without a root or absolute value.
    """
    axis = _checked_axis(axis, ord)
    x = tensor
    if not isinstance(x, torch.Tensor) or (x.dtype is torch.bool and ord == "euclidean"):
        raise TypeError("tf.norm needs numbers")
    found = _norm(x, ord, axis)
    if keepdims:
        return found
    axes = axes_of(axis, x.ndim)
    return found.reshape([n for i, n in enumerate(found.shape) if i not in axes])


@op("Identity", "tensor")
def normalize(
    tensor: Any, ord: Any = "euclidean", axis: Any = None, name: str | None = None
) -> Any:
    """`tensor` divided by its norm, and the norm with all axes kept; see `tf.norm`.

    Answers for `tf.linalg.normalize`.
    """
    axis = _checked_axis(axis, ord)
    found = _norm(tensor, ord, axis).to(tensor.dtype)
    if tensor.dtype in TRAINABLE:
        return tensor / found, found
    wide = torch.float64 if tensor.element_size() > 2 else torch.float32
    return tensor.to(wide) / found.to(wide), found


@op("Square", "x")
def l2_normalize(
    x: Any, axis: Any = None, epsilon: Any = 1e-12, name: str | None = None, dim: Any = None
) -> Any:
    """`x` divided by its euclidean norm over `axis`, or by the root of `epsilon` if that is larger.

    Answers for `tf.math.l2_normalize`. `dim` is an old name of `axis`. Raises ValueError for both,
    InvalidArgumentError for an axis that is not there, TypeError for integers.
    """
    if dim is not None:
        if axis is not None:
            raise ValueError("Cannot specify both 'dim' and 'axis'.")
        axis = dim
    if x.dtype not in TRAINABLE:
        raise TypeError(f"tf.math.l2_normalize needs floating point numbers, not {x.dtype}")
    axes = axes_of(axis, x.ndim)
    squares = torch.view_as_real(x).square().sum(-1) if x.is_complex() else x * x
    total = sum_over(squares, axes, True)
    floor = float(epsilon if isinstance(epsilon, (int, float)) else static(epsilon))
    return x * torch.rsqrt(torch.where(total < floor, floor, total))
