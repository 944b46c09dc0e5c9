"""Clipping of values to an interval, and of tensors to a norm."""

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
from .._support.operands import dtype_mismatch, read_operand
from .arithmetic import multiply
from .casting import cast
from .elementwise import maximum, maximum_kernel, minimum, minimum_kernel, sqrt
from .roots import sqrt_kernel


def _values(t: Any) -> EagerTensor:
    """The tensor to clip: the values of IndexedSlices."""
    return to_tensor(t.values) if isinstance(t, IndexedSlices) else read_operand(t)


def _rewrap(t: Any, values: EagerTensor) -> Any:
    """`values` as IndexedSlices if `t` is one."""
    return (
        IndexedSlices(values, t.indices, t.dense_shape) if isinstance(t, IndexedSlices) else values
    )


def _check_same_shape(values: EagerTensor, result: EagerTensor) -> None:
    values.shape.assert_is_compatible_with(result.shape)


_NUMBER_TYPES = (int, float)


@op("Minimum", "t")
def _clip_to_numbers(t: Any, low: float, high: float, name: str | None = None) -> Any:
    """Clips to two numbers in order; the gradient is that of the values within."""
    return torch.clamp(t, low, high)


def clip_by_value(t: Any, clip_value_min: Any, clip_value_max: Any, name: str | None = None) -> Any:
    """Clips `t` to the interval from `clip_value_min` to `clip_value_max`.

    `t` may be IndexedSlices. The bounds may be numbers, or tensors that broadcast to its shape.
    Implements `tf.clip_by_value`. Raises ValueError for bounds of a larger shape.
    """
    values = _values(t)
    are_numbers = type(clip_value_min) in _NUMBER_TYPES and type(clip_value_max) in _NUMBER_TYPES
    if are_numbers and values.dtype.is_floating and clip_value_min <= clip_value_max:
        return _rewrap(t, _clip_to_numbers(values, clip_value_min, clip_value_max, name))
    bounded_above = minimum(values, clip_value_max)
    _check_same_shape(values, bounded_above)
    clipped = maximum(bounded_above, clip_value_min, name)
    _check_same_shape(values, clipped)
    return _rewrap(t, clipped)


def _check_has_norm(values: EagerTensor) -> None:
    """Raises TensorFlow's error for a dtype that has no norm."""
    if not values.dtype.is_floating:
        sqrt(values)
        maximum(values, values)


@op("Sqrt", "values:T clip_norm:T")
def _clip_by_norm(values: Any, clip_norm: Any, axes: Any, name: str | None = None) -> Any:
    """The values, scaled down so that no norm along `axes` exceeds `clip_norm`."""
    squares = values * values
    axes = axes_of(axes, values.ndim, "Sum")
    if axes:
        squares = squares.sum(axes, keepdim=True)
    positive = squares > 0
    # The root of 1 where the sum is 0, since the gradient of its root would be infinite.
    root = torch.sqrt(torch.where(positive, squares, 1))
    norm = torch.where(positive, root, squares)
    product = values * clip_norm
    if product.shape != values.shape:
        raise ValueError(
            f"Shapes {_static_shape(values)} and {_static_shape(product)} are incompatible"
        )
    return product / maximum_kernel(norm, clip_norm)


def _static_shape(x: torch.Tensor) -> TensorShape:
    return TensorShape(list(x.shape))


def clip_by_norm(t: Any, clip_norm: Any, axes: Any = None, name: str | None = None) -> Any:
    """`t`, scaled down to the L2 norm `clip_norm` where its norm along `axes` (all) is larger.

    `t` may be IndexedSlices, whose values are clipped. Implements `tf.clip_by_norm`. Raises
    ValueError for a `clip_norm` of a larger shape.
    """
    values = _values(t)
    _check_has_norm(values)
    is_number: bool = np.isscalar(clip_norm)
    if is_number:
        clip_norm = 0 if clip_norm < 0 else clip_norm
    else:
        clip_norm = cast(maximum(clip_norm, 0), values.dtype)
    return _rewrap(t, _clip_by_norm(values, clip_norm, axes, name))


@op("L2Loss", "t*")
def _global_norm(t: Any, name: str | None = None) -> Any:
    """The L2 norm of all tensors of a list together."""
    return sqrt_kernel(2 * torch.stack([(v * v).sum() / 2 for v in t]).sum())


def _tensor_list(t_list: Any) -> list[Any]:
    if not isinstance(t_list, Sequence) or isinstance(t_list, str):
        raise TypeError(f"`t_list` should be a sequence of tensors. Received {type(t_list)}.")
    return list(t_list)


def global_norm(t_list: Any, name: str | None = None) -> Any:
    """The common L2 norm of all tensors in a list. Implements `tf.linalg.global_norm`.

    None in the list is skipped; for IndexedSlices the values count. Raises TypeError if `t_list` is
    not a sequence.
    """
    values = [_values(t) for t in _tensor_list(t_list) if t is not None]
    return _global_norm(values, name) if values else to_tensor(0.0)


@op("Minimum", "use_norm:T clip_norm:T", mismatch=dtype_mismatch)
def _clip_factor(use_norm: Any, clip_norm: Any) -> Any:
    """The factor that brings `use_norm` down to `clip_norm`; NaN for an infinite norm."""
    scale = clip_norm * minimum_kernel(1 / use_norm, 1 / clip_norm)
    return scale + (use_norm - use_norm)


def clip_by_global_norm(
    t_list: Any, clip_norm: Any, use_norm: Any = None, name: str | None = None
) -> Any:
    """The tensors of a list, scaled so that their common norm is at most `clip_norm`.

    Implements `tf.clip_by_global_norm`.

    Args:
      t_list: A sequence of tensors, IndexedSlices and None.
      clip_norm: The largest norm allowed, a scalar.
      use_norm: The norm of the tensors, if it is known.

    Returns the list of clipped tensors and the norm before clipping. An infinite norm makes all of
    them NaN. Raises TypeError if `t_list` is not a sequence.
    """
    tensors = _tensor_list(t_list)
    if use_norm is None:
        use_norm = global_norm(tensors, name)
    dtype = use_norm.dtype
    scale = _clip_factor(use_norm, clip_norm)

    def clipped(t: Any) -> Any:
        if t is None:
            return None
        values = _values(t)
        factor = scale if values.dtype is dtype else cast(scale, values.dtype)
        return _rewrap(t, multiply(values, factor))

    return [clipped(t) for t in tensors], use_norm
