"""Where the largest and the smallest elements are: `tf.argmax` and `tf.argmin`."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, cast

import torch

from ..._core.op.op import op
from ..._core.tensor.convert import INT64
from ..._core.tensor.static_args import index_array, static
from ..._core.types.dtype import DType, as_dtype
from ...errors import InvalidArgumentError
from .._support.unsigned import UNSIGNED, ordered


def _arg_axis(axis: Any, x: torch.Tensor) -> int:
    found = axis
    if type(axis) is not int:
        array = index_array(axis)
        if array.ndim:
            shape = "[" + ",".join(map(str, array.shape)) + "]"
            raise InvalidArgumentError(
                None, None, f"dim must be a scalar, but received tensor of shape: {shape}"
            )
        found = int(array)
    rank = x.ndim
    if not -rank <= found < rank:
        raise InvalidArgumentError(
            None, None, f"Expected dimension in the range [{-rank}, {rank}), but got {found}"
        )
    found %= rank
    if x.shape[found] == 0:
        shape = "[" + ",".join(map(str, x.shape)) + "]"
        raise InvalidArgumentError(None, None, f"Reduction axis {found} is empty in shape {shape}")
    return found


def _index_dtype(output_type: Any, allowed: tuple[str, ...]) -> torch.dtype:
    """The payload type of an `output_type`. Raises TypeError for what names no type."""
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
        raise InvalidArgumentError(
            None,
            None,
            f"Value for attr 'output_type' of {dtype.name} is not in the list of allowed values: "
            + ", ".join(allowed),
        )
    return cast(torch.dtype, dtype.torch)


def _arg(
    reduce: Callable[..., torch.Tensor], x: torch.Tensor, axis: int, dtype: torch.dtype, last: float
) -> torch.Tensor:
    if x.is_floating_point():
        x = torch.nan_to_num(x, last, math.inf, -math.inf)  # TensorFlow never picks one
    elif x.dtype in UNSIGNED:
        x = ordered(x)
    elif x.dtype is torch.bool:
        x = x.to(torch.uint8)
    found = reduce(x, axis)
    return found if dtype is torch.int64 else found.to(dtype)


_AXIS_TYPES = frozenset("int8 uint8 int16 uint16 int32 int64".split())


def _checked_axis(axis: Any) -> Any:
    """Raises TypeError for an axis that is no Python integer and no integer tensor."""
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
    """The index of the maximum along `axis` (the first by default). Implements `tf.argmax`.

    Of equal ones the first; nan is never picked. Raises InvalidArgumentError for an axis that is
    empty or not there, TypeError for one that is no integer.
    """
    dtype = _index_dtype(output_type, ("int16", "uint16", "int32", "int64"))
    axis = 0 if axis is None else _checked_axis(axis)
    return _arg(torch.argmax, input, _arg_axis(axis, input), dtype, -math.inf)


@op("ArgMin", "input", unrecorded=True)
def argmin(input: Any, axis: Any = None, output_type: Any = INT64, name: str | None = None) -> Any:
    """The index of the minimum along `axis` (the first by default). Implements `tf.argmin`.

    Of equal ones the first; nan is never picked. Raises InvalidArgumentError for an axis that is
    empty or not there, TypeError for a Python float.
    """
    dtype = _index_dtype(output_type, ("int32", "int64"))
    axis = 0 if axis is None else axis
    return _arg(torch.argmin, input, _arg_axis(axis, input), dtype, math.inf)
