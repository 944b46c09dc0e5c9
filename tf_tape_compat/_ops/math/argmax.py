"""The indices of the largest and the smallest elements: `tf.argmax` and `tf.argmin`."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, cast

import torch

from ..._core.op.op import op
from ..._core.op.op_errors import refusal
from ..._core.tensor.convert import INT64
from ..._core.tensor.static_args import index_array, static
from ..._core.types.dtype import DType, as_dtype
from .._support.arguments import brackets, invalid_argument
from .._support.unsigned import UNSIGNED, to_ordered_int64


def _axis_index(axis: Any, x: torch.Tensor) -> int:
    """The axis as an int from 0 on. Raises InvalidArgumentError if it is invalid or empty."""
    index = axis
    if type(axis) is not int:
        array = index_array(axis)
        if array.ndim:
            raise invalid_argument(
                f"dim must be a scalar, but received tensor of shape: {brackets(array.shape)}"
            )
        index = int(array)
    rank = x.ndim
    if not -rank <= index < rank:
        raise invalid_argument(
            f"Expected dimension in the range [{-rank}, {rank}), but got {index}"
        )
    index %= rank
    if x.shape[index] == 0:
        raise invalid_argument(f"Reduction axis {index} is empty in shape {brackets(x.shape)}")
    return index


def _index_dtype(output_type: Any, allowed: tuple[str, ...], operation: str) -> torch.dtype:
    """The torch dtype of an `output_type`. Raises TypeError if it does not name a dtype."""
    if output_type is None or output_type is INT64:
        return torch.int64
    try:
        if isinstance(output_type, type) and issubclass(output_type, (int, float)):
            raise TypeError
        dtype: DType = as_dtype(output_type)
    except TypeError:
        raise TypeError(
            f"Expected DataType for argument 'output_type' not {output_type!r}."
        ) from None
    if dtype.name not in allowed:
        raise refusal(operation, "output_type", dtype)
    return cast(torch.dtype, dtype.torch)


def _arg_extremum(
    reduce: Callable[..., torch.Tensor],
    x: torch.Tensor,
    axis: int,
    dtype: torch.dtype,
    nan_value: float,
) -> torch.Tensor:
    """The index of the extremum; `nan_value` replaces NaN before the search."""
    if x.is_floating_point():
        x = torch.nan_to_num(x, nan_value, math.inf, -math.inf)  # TensorFlow never selects NaN
    elif x.dtype in UNSIGNED:
        x = to_ordered_int64(x)
    elif x.dtype is torch.bool:
        x = x.to(torch.uint8)
    index = reduce(x, axis)
    return index if dtype is torch.int64 else index.to(dtype)


_AXIS_TYPES = frozenset("int8 uint8 int16 uint16 int32 int64".split())


def _checked_axis(axis: Any) -> Any:
    """Raises TypeError unless the axis is a Python integer or an integer tensor."""
    if type(axis) is int:
        return axis
    if hasattr(axis, "dtype"):
        dtype = axis.dtype
        if not isinstance(dtype, DType) or dtype.name not in _AXIS_TYPES:
            raise TypeError(f"axis tensor dtypes {dtype!r} is not supported")
        if dtype.name not in ("int32", "int64"):
            return static(axis)
    elif not isinstance(axis, int):
        raise TypeError("axis must be int or Tensor with integer datatype")
    return axis


@op("ArgMax", "input", unrecorded=True)
def argmax(input: Any, axis: Any = None, output_type: Any = INT64, name: str | None = None) -> Any:
    """The index of the maximum along `axis`. Implements `tf.argmax`.

    Of equal maxima the first is selected; NaN never is.

    Args:
      input: A tensor of numbers or booleans.
      axis: An integer, or a scalar integer tensor; 0 by default.
      output_type: The dtype of the indices.

    Returns a tensor without the dimension `axis`. Raises InvalidArgumentError for an axis that is
    out of range or empty, TypeError for an axis that is not an integer.
    """
    dtype = _index_dtype(output_type, ("int16", "uint16", "int32", "int64"), "ArgMax")
    axis = 0 if axis is None else _checked_axis(axis)
    return _arg_extremum(torch.argmax, input, _axis_index(axis, input), dtype, -math.inf)


@op("ArgMin", "input", unrecorded=True)
def argmin(input: Any, axis: Any = None, output_type: Any = INT64, name: str | None = None) -> Any:
    """The index of the minimum along `axis`. Implements `tf.argmin`.

    As `tf.argmax`: of equal minima the first is selected, NaN never is. Raises InvalidArgumentError
    for an axis that is out of range or empty, TypeError for a Python float.
    """
    dtype = _index_dtype(output_type, ("int32", "int64"), "ArgMin")
    axis = 0 if axis is None else axis
    return _arg_extremum(torch.argmin, input, _axis_index(axis, input), dtype, math.inf)
