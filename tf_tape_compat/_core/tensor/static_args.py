"""Arguments that shape an operation rather than flow through it: axes, shapes, sizes.

TensorFlow takes them as tensors too; here they become Python integers, which for a tensor on an
accelerator means waiting for its value, as TensorFlow does.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from ...errors import InvalidArgumentError
from ..types.shape import TensorShape
from .convert import INT32, INT64, c_name, to_tensor
from .host_values import to_numpy
from .tensor import EagerTensor


def static(value: Any) -> Any:
    """The value of a small argument as Python numbers: a number, or nested lists of them."""
    if type(value) is int or value is None:
        return value
    if isinstance(value, TensorShape):
        return value.as_list()
    if isinstance(value, (list, tuple)):
        return [static(item) for item in value]
    if not isinstance(value, EagerTensor):
        value = to_tensor(value)
    return to_numpy(value._t).tolist()


def flag(value: Any, name: str) -> bool:
    """A flag that TensorFlow's operation has as an attribute; None stands for False.

    Raises TypeError for what is no `bool`.
    """
    if value is None or isinstance(value, bool):
        return bool(value)
    raise TypeError(f"Expected bool for argument '{name}' not {value!r}.")


def axes_of(axis: Any, rank: int) -> tuple[int, ...]:
    """The axes of a reduction, counted from the front; all of them for None.

    Raises InvalidArgumentError for axes that are no int32 or int64, that the tensor does not have
    or that are given twice, TypeError for a Python float.
    """
    if axis is None:
        return tuple(range(rank))
    if type(axis) is int:
        found = [axis]
    else:
        listed = type(axis) in (list, tuple) and all(type(item) is int for item in axis)
        found = axis if listed else index_array(axis).ravel().tolist()
    axes: list[int] = []
    for item in found:
        if not -rank <= item < rank:
            raise InvalidArgumentError(
                None,
                None,
                f"Invalid reduction dimension ({item} for input with {rank} dimension(s)",
            )
        item = item + rank if item < 0 else item
        if item in axes:
            raise InvalidArgumentError(
                None,
                None,
                f"Invalid reduction arguments: Axes contains duplicate dimension: {item}",
            )
        axes.append(item)
    return tuple(axes)


def index_array(value: Any) -> np.ndarray:
    """A number, sequence, array or tensor of axes as an array.

    Raises InvalidArgumentError for types but int32 and int64, TypeError for a Python float.
    """
    if type(value) is int:
        return np.array(value)
    if type(value) in (list, tuple) and all(type(item) is int for item in value):
        return np.array(value, np.int64)
    tensor = to_tensor(value, INT32 if isinstance(value, float) else None, INT32)
    if tensor.dtype is not INT32 and tensor.dtype is not INT64:
        raise InvalidArgumentError(
            None,
            None,
            f"Value for attr 'Tidx' of {c_name(tensor.dtype)} is not in the list of allowed "
            "values: int32, int64",
        )
    return to_numpy(tensor._t)


def is_concrete(x: torch.Tensor) -> bool:
    """Whether the values of a payload can be looked at, and without waiting for a device.

    For checks that TensorFlow makes on the CPU alone.
    """
    return type(x) is torch.Tensor and x.is_cpu and not torch._C._are_functorch_transforms_active()
