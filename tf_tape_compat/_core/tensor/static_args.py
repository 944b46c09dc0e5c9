"""Arguments that configure an operation: axes, shapes, sizes.

TensorFlow accepts tensors for them. Here they become Python integers, which waits for a
tensor on an accelerator, as in TensorFlow.
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
    """The value of an argument as a Python number, or as nested lists of numbers."""
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
    """A boolean attribute of an operation; None means False. Raises TypeError if not a bool."""
    if value is None or isinstance(value, bool):
        return bool(value)
    raise TypeError(f"Expected bool for argument '{name}' not {value!r}.")


def int_attribute(value: Any, name: str, default: int = 0) -> int:
    """An integer attribute of an operation; None means its default.

    Raises TypeError if the value is not a number.
    """
    if value is None:
        return default
    try:
        if isinstance(value, (str, bytes)):
            raise TypeError
        return int(value)
    except (TypeError, ValueError):
        raise TypeError(f"Expected int for argument '{name}' not {value!r}.") from None


def axes_of(axis: Any, rank: int, operation: str | None = None) -> tuple[int, ...]:
    """The axes of a reduction as non-negative numbers; all axes for None.

    Raises:
      InvalidArgumentError: if an axis is not int32 or int64, is out of range, or occurs twice.
      TypeError: if an axis is a Python float.
    """
    if axis is None:
        return tuple(range(rank))
    if type(axis) is int:
        requested = [axis]
    else:
        is_plain = type(axis) in (list, tuple) and all(type(item) is int for item in axis)
        requested = axis if is_plain else index_array(axis).ravel().tolist()
    axes: list[int] = []
    for item in requested:
        if not -rank <= item < rank:
            error = InvalidArgumentError(
                None,
                None,
                f"Invalid reduction dimension ({item} for input with {rank} dimension(s)",
            )
            if operation is not None:
                error.kernel = operation, ""
            raise error
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
    """Converts a number, sequence, array or tensor of axes to an array.

    Raises InvalidArgumentError if they are not int32 or int64, TypeError for a Python float.
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
    """Whether the values of a payload can be read without waiting for a device.

    For checks that TensorFlow makes only on the CPU.
    """
    return x.is_cpu and has_values(x)


def has_values(x: torch.Tensor) -> bool:
    """Whether the values of a payload can be read, though a device may have to finish first.

    For checks that TensorFlow makes on every device.
    """
    return (
        type(x) is torch.Tensor
        and not x.is_meta
        and not torch._C._are_functorch_transforms_active()
    )
