"""Sizes, axes and shapes given as numbers, sequences, arrays or tensors."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from ..._core.op.dispatch import CompositeError, composite_handlers
from ..._core.op.op_errors import kernel_message, refusal
from ..._core.op.op_texts import op_text
from ..._core.tensor.convert import INT32, INT64, operand_readers, to_tensor
from ..._core.tensor.host_values import to_numpy
from ..._core.tensor.tensor import EagerTensor
from ..._core.types.dtype import DType, as_dtype
from ..._core.types.shape import TensorShape
from ..._core.types.shape import brackets as brackets
from ...errors import InvalidArgumentError

_INT_ONLY = {int}


def invalid_argument(
    message: str, operation: str | None = None, wrapped: str = ""
) -> InvalidArgumentError:
    """The error a kernel raises; the calling operation adds its name to the message.

    If TensorFlow composes the function of several operations, `operation` is the one that fails.
    """
    error = InvalidArgumentError(None, None, message)
    if operation is not None:
        error.kernel = operation, wrapped
    return error


def op_error(
    operation: str, message: str, name: str | None = None, wrapped: str = ""
) -> InvalidArgumentError:
    """The error of an operation, with the operation's name, raised outside of its kernel."""
    return InvalidArgumentError(None, None, kernel_message(operation, message, name, wrapped))


def check_minimum(minimum: int, attribute: str, value: int, operation: str) -> None:
    """Raises InvalidArgumentError if an operation's attribute is less than `minimum`."""
    if value < minimum:
        text = op_text(operation)
        definition = f"; {text.definition}" if text is not None else ""
        raise InvalidArgumentError(
            None,
            None,
            f"Value for attr '{attribute}' of {value} must be at least minimum {minimum}\n\t; "
            f"NodeDef: {{{{node {operation}}}}}{definition} [Op:{operation}] name: ",
        )


def index_array(
    value: Any,
    attribute: str,
    operation: str,
    dtype: DType | None = None,
    allowed: str = "int32, int64",
) -> Any:
    """An integer argument as an array; Python and NumPy values become int32 if they fit.

    Args:
      attribute: The operation's attribute that TensorFlow's error names.
      dtype: What a value that is not a tensor is converted to, instead of int32.
      allowed: The types that TensorFlow's error lists.

    Raises InvalidArgumentError for tensors that are neither int32 nor int64.
    """
    if not isinstance(value, EagerTensor):
        value = to_tensor(value, None if type(value) in operand_readers else dtype, INT32)
    if value.dtype is not INT32 and value.dtype is not INT64:
        raise refusal(operation, attribute, value.dtype, allowed)
    return to_numpy(value._t)


def int_tuple(
    value: Any, attribute: str, operation: str, dtype: DType | None = None
) -> tuple[int, ...] | None:
    """A vector of integers as a tuple of ints; a scalar gives a tuple of one.

    Returns None if the value has more than one dimension. Raises CompositeError for a composite
    tensor, which the caller of the kernel handles.
    """
    cls = type(value)
    if cls is int:
        return (value,)
    if (cls is list or cls is tuple) and set(map(type, value)) <= _INT_ONLY:
        return tuple(value)
    if cls is TensorShape and value.is_fully_defined():
        return tuple(value.as_list())
    if cls in composite_handlers:
        raise CompositeError
    array = index_array(value, attribute, operation, dtype)
    return tuple(array.ravel().tolist()) if array.ndim < 2 else None


def scalar(
    value: Any,
    name: str,
    operation: str,
    attribute: str | None = None,
    allowed: str = "int32, int64",
) -> int:
    """A single integer. Raises InvalidArgumentError for tensors of more than one element.

    Args:
      name: The argument's name.
      attribute: The operation's attribute that the error for another type names, if not `name`.
      allowed: The types that this error lists.
    """
    if type(value) is int:
        return value
    array = index_array(value, attribute or name, operation, None, allowed)
    if array.size != 1:
        raise invalid_argument(f"{name} must be a scalar, got shape {brackets(array.shape)}")
    return int(array.reshape(()))


def int_array(value: Any, name: str) -> Any:
    """Integers of any dtype as an int64 array. Raises TypeError for other values."""
    tensor = value if isinstance(value, EagerTensor) else to_tensor(value, None, INT32)
    if not tensor.dtype.is_integer:
        raise TypeError(
            f"Argument `tensor` (name: {name}) must be of type integer. Received `tensor` = "
            f"{tensor} of dtype: {tensor.dtype}"
        )
    return to_numpy(tensor._t).astype(np.int64)


def fill_sizes(value: Any, dtype: DType | None = None) -> tuple[int, ...]:
    """The sizes of a tensor to be filled. Raises InvalidArgumentError for invalid shapes."""
    sizes = int_tuple(value, "index_type", "Fill", dtype)
    if sizes is None:
        shape = np.shape(index_array(value, "index_type", "Fill", dtype))
        raise op_error("Fill", f"dims must represent a vector, got shape {brackets(shape)}")
    for size in sizes:
        if size < 0:
            raise op_error("Fill", f"Dimension {size} must be >= 0")
    return sizes


def index_dtype(out_type: Any, operation: str) -> torch.dtype:
    """The torch dtype of an `out_type` argument, int32 by default.

    Raises InvalidArgumentError for a dtype other than int32 and int64.
    """
    dtype = INT32 if out_type is None else as_dtype(out_type)
    if dtype is not INT32 and dtype is not INT64:
        raise refusal(operation, "out_type", dtype, "int32, int64")
    return dtype.torch  # type: ignore[return-value]
