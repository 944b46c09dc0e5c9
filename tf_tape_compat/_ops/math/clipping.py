"""Clipping: of values to an interval, and of tensors to a norm."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from ..._core.op.op import op
from ..._core.tensor.convert import to_tensor
from ..._core.tensor.static_args import axes_of
from ..._core.tensor.tensor import EagerTensor
from ..._core.types.shape import TensorShape
from ..._core.variables.indexed_slices import IndexedSlices
from .._support.operands import dtype_mismatch, read
from .arithmetic import multiply
from .casting import cast
from .elementwise import maximum, maximum_kernel, minimum, minimum_kernel, sqrt
from .sqrt import sqrt_kernel


def _values(t: Any) -> EagerTensor:
    return to_tensor(t.values) if isinstance(t, IndexedSlices) else read(t)


def _like(t: Any, values: EagerTensor) -> Any:
    """The result for an argument: slices for slices."""
    return (
        IndexedSlices(values, t.indices, t.dense_shape) if isinstance(t, IndexedSlices) else values
    )


def _same_shape(values: EagerTensor, result: EagerTensor) -> None:
    values.shape.assert_is_compatible_with(result.shape)


_NUMBERS = (int, float)


@op("Minimum", "t")
def _between(t: Any, low: float, high: float, name: str | None = None) -> Any:
    """The values clipped to two numbers in order, which have the gradient of the values."""
    return torch.clamp(t, low, high)


def clip_by_value(t: Any, clip_value_min: Any, clip_value_max: Any, name: str | None = None) -> Any:
    """The values of `t`, at least `clip_value_min` and at most `clip_value_max`.

    `t` may be IndexedSlices, the bounds may be numbers or tensors that broadcast to its shape.
    Implements `tf.clip_by_value`. Raises ValueError for bounds of a larger shape.
    """
    values = _values(t)
    if type(clip_value_min) in _NUMBERS and type(clip_value_max) in _NUMBERS:
        if values.dtype.is_floating and clip_value_min <= clip_value_max:
            return _like(t, _between(values, clip_value_min, clip_value_max, name))
    below = minimum(values, clip_value_max)
    _same_shape(values, below)
    clipped = maximum(below, clip_value_min, name)
    _same_shape(values, clipped)
    return _like(t, clipped)


def _refuse_norm_of(values: EagerTensor) -> None:
    """Raises TensorFlow's error for a type that has no norm here."""
    if not values.dtype.is_floating:
        sqrt(values)
        maximum(values, values)


@op("Sqrt", "values:T clip_norm:T")
def _clipped_by_norm(values: Any, clip_norm: Any, axes: Any, name: str | None = None) -> Any:
    """The values, scaled down so that no norm along `axes` is above `clip_norm`."""
    squares = values * values
    axes = axes_of(axes, values.ndim)
    if axes:
        squares = squares.sum(axes, keepdim=True)
    positive = squares > 0
    # The root of 1 where there is nothing, whose gradient would be infinite.
    root = torch.sqrt(torch.where(positive, squares, 1))
    norm = torch.where(positive, root, squares)
    product = values * clip_norm
    if product.shape != values.shape:
        raise ValueError(f"Shapes {_text(values)} and {_text(product)} are incompatible")
    return product / maximum_kernel(norm, clip_norm)


def _text(x: torch.Tensor) -> TensorShape:
    return TensorShape(list(x.shape))


def clip_by_norm(t: Any, clip_norm: Any, axes: Any = None, name: str | None = None) -> Any:
    """`t`, scaled to the L2 norm `clip_norm` where its norm along `axes` (all) is above that.

    `t` may be IndexedSlices, whose values are clipped. Implements `tf.clip_by_norm`. Raises
    ValueError for a `clip_norm` of a larger shape.
    """
    values = _values(t)
    _refuse_norm_of(values)
    is_number: bool = np.isscalar(clip_norm)
    if is_number:
        clip_norm = 0 if clip_norm < 0 else clip_norm
    else:
        clip_norm = cast(maximum(clip_norm, 0), values.dtype)
    return _like(t, _clipped_by_norm(values, clip_norm, axes, name))


@op("L2Loss", "t*")
def _global_norm(t: Any, name: str | None = None) -> Any:
    """The norm of all tensors of a list together."""
    return sqrt_kernel(2 * torch.stack([(v * v).sum() / 2 for v in t]).sum())


def _checked(t_list: Any) -> list[Any]:
    if not isinstance(t_list, Sequence) or isinstance(t_list, str):
        raise TypeError(f"`t_list` should be a sequence of tensors. Received {type(t_list)}.")
    return list(t_list)


def global_norm(t_list: Any, name: str | None = None) -> Any:
    """The L2 norm of all tensors in a list, as if they were one. Implements
    `tf.linalg.global_norm`.

    None in the list is passed over, of IndexedSlices the values count. Raises TypeError if
    `t_list` is no sequence.
    """
    values = [_values(t) for t in _checked(t_list) if t is not None]
    return _global_norm(values, name) if values else to_tensor(0.0)


@op("Minimum", "use_norm:T clip_norm:T", mismatch=dtype_mismatch)
def _scale(use_norm: Any, clip_norm: Any) -> Any:
    """The factor that brings `use_norm` down to `clip_norm`; NaN for an infinite norm."""
    scale = clip_norm * minimum_kernel(1 / use_norm, 1 / clip_norm)
    return scale + (use_norm - use_norm)


def clip_by_global_norm(
    t_list: Any, clip_norm: Any, use_norm: Any = None, name: str | None = None
) -> Any:
    """The tensors of a list, scaled so that their norm together is at most `clip_norm`.

    Returns the list of clipped tensors (None for None, IndexedSlices for IndexedSlices) and the
    norm before: `use_norm` if given. With an infinite norm all become NaN. Implements
    `tf.clip_by_global_norm`. Raises TypeError if `t_list` is no sequence.
    """
    tensors = _checked(t_list)
    if use_norm is None:
        use_norm = global_norm(tensors, name)
    dtype = use_norm.dtype
    scale = _scale(use_norm, clip_norm)

    def clipped(t: Any) -> Any:
        if t is None:
            return None
        values = _values(t)
        factor = scale if values.dtype is dtype else cast(scale, values.dtype)
        return _like(t, multiply(values, factor))

    return [clipped(t) for t in tensors], use_norm
