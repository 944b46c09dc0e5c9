"""Sizes, axes and shapes that arrive as numbers, sequences, arrays or tensors."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from ..._core.op.dispatch import Composite, composites
from ..._core.tensor.convert import INT32, INT64, c_name, operand_readers, to_tensor
from ..._core.tensor.host_values import to_numpy
from ..._core.tensor.tensor import EagerTensor
from ..._core.types.dtype import DType, as_dtype
from ..._core.types.shape import TensorShape
from ..._core.types.shape import brackets as brackets
from ...errors import InvalidArgumentError

_INTEGERS = {int}
_WHERE = "/job:localhost/replica:0/task:0/device:CPU:0"


def invalid(message: str) -> InvalidArgumentError:
    """The error that a kernel raises; what calls the kernel adds the operation's name."""
    return InvalidArgumentError(None, None, message)


def failure(operation: str, message: str) -> InvalidArgumentError:
    """The error of an operation outside of a kernel, with the operation's name."""
    return InvalidArgumentError(
        None,
        None,
        f"{{{{function_node __wrapped__{operation}_device_{_WHERE}}}}} {message} "
        f"[Op:{operation}] name: ",
    )


def at_least(least: int, attribute: str, value: int, operation: str) -> None:
    """Raises InvalidArgumentError for an attribute of an operation that is less."""
    if value < least:
        raise InvalidArgumentError(
            None,
            None,
            f"Value for attr '{attribute}' of {value} must be at least minimum {least}\n\t; "
            f"NodeDef: {{{{node {operation}}}}} [Op:{operation}] name: ",
        )


def index_array(value: Any, attribute: str, operation: str, dtype: DType | None = None) -> Any:
    """An argument of integers as an array; Python and NumPy values become int32 if they can.

    `dtype`: what values that are no tensors must become. Raises InvalidArgumentError for types but
    int32 and int64, in the words of TensorFlow's check of the operation's `attribute`.
    """
    if not isinstance(value, EagerTensor):
        value = to_tensor(value, None if type(value) in operand_readers else dtype, INT32)
    if value.dtype is not INT32 and value.dtype is not INT64:
        raise InvalidArgumentError(
            None,
            None,
            f"Value for attr '{attribute}' of {c_name(value.dtype)} is not in the list of allowed "
            f"values: int32, int64\n\t; NodeDef: {{{{node {operation}}}}} [Op:{operation}] name: ",
        )
    return to_numpy(value._t)


def numbers(
    value: Any, attribute: str, operation: str, dtype: DType | None = None
) -> tuple[int, ...] | None:
    """A vector of integers as Python's, a single number as one; None if it has more dimensions.

    Raises Composite for a composite tensor: what calls the kernel knows what to do then.
    """
    kind = type(value)
    if kind is int:
        return (value,)
    if (kind is list or kind is tuple) and set(map(type, value)) <= _INTEGERS:
        return tuple(value)
    if kind is TensorShape and value.is_fully_defined():
        return tuple(value.as_list())
    if kind in composites:
        raise Composite
    array = index_array(value, attribute, operation, dtype)
    return tuple(array.ravel().tolist()) if array.ndim < 2 else None


def scalar(value: Any, attribute: str, operation: str) -> int:
    """A single integer. Raises InvalidArgumentError for tensors of more than one element."""
    if type(value) is int:
        return value
    array = index_array(value, attribute, operation)
    if array.size != 1:
        raise invalid(f"{attribute} must be a scalar, got shape {brackets(array.shape)}")
    return int(array.reshape(()))


def int_array(value: Any, name: str) -> Any:
    """Integers of any type as an array of int64. Raises TypeError for other numbers."""
    tensor = value if isinstance(value, EagerTensor) else to_tensor(value, None, INT32)
    if not tensor.dtype.is_integer:
        raise TypeError(
            f"Argument `tensor` (name: {name}) must be of type integer. Received `tensor` = "
            f"{tensor} of dtype: {tensor.dtype}"
        )
    return to_numpy(tensor._t).astype(np.int64)


def dimensions(value: Any, dtype: DType | None = None) -> tuple[int, ...]:
    """The sizes of a tensor to be filled. Raises InvalidArgumentError for what is no shape."""
    sizes = numbers(value, "index_type", "Fill", dtype)
    if sizes is None:
        shape = np.shape(index_array(value, "index_type", "Fill", dtype))
        raise failure("Fill", f"dims must represent a vector, got shape {brackets(shape)}")
    for size in sizes:
        if size < 0:
            raise failure("Fill", f"Dimension {size} must be >= 0")
    return sizes


def index_dtype(out_type: Any, operation: str) -> torch.dtype:
    """The torch dtype of an `out_type` argument, int32 by default.

    Raises InvalidArgumentError for a dtype other than int32 and int64.
    """
    dtype = INT32 if out_type is None else as_dtype(out_type)
    if dtype is not INT32 and dtype is not INT64:
        raise InvalidArgumentError(
            None,
            None,
            f"Value for attr 'out_type' of {dtype.name} is not in the list of allowed values: "
            f"int32, int64\n\t; NodeDef: {{{{node {operation}}}}} [Op:{operation}] name: ",
        )
    return dtype.torch  # type: ignore[return-value]
