"""Assertions about dtypes and Python types."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from ..._core.op.dispatch import composite_handlers
from ..._core.tensor.tensor import EagerTensor, Tensor
from ..._core.types.dtype import DType, as_dtype
from .._support.operands import read_operand
from .messages import message_prefix


def assert_integer(x: Any, message: Any = None, name: str | None = None) -> None:
    """Checks that `x` has an integer dtype. Implements `tf.debugging.assert_integer`.

    Raises TypeError otherwise.
    """
    dtype = read_operand(x).dtype
    if not dtype.is_integer:
        raise TypeError(
            f'{message_prefix(message)}Expected "x" to be integer type.  '
            f"Found: tensor of dtype {dtype}"
        )


def assert_type(tensor: Any, tf_type: Any, message: Any = None, name: str | None = None) -> None:
    """Checks that a tensor has the dtype `tf_type`. Implements `tf.debugging.assert_type`.

    Raises TypeError otherwise.
    """
    expected = as_dtype(tf_type)
    dtype = (tensor if type(tensor) in composite_handlers else read_operand(tensor)).dtype
    if dtype is not expected:
        raise TypeError(
            f"{message_prefix(message)}tensor must be of type {expected!r}; got {dtype!r}"
        )


def assert_same_float_dtype(tensors: Any = None, dtype: DType | None = None) -> DType:
    """The common floating-point dtype of `tensors` and `dtype`, where None is skipped.

    Returns float32 if there are none. Implements `tf.debugging.assert_same_float_dtype`. Raises
    ValueError for different dtypes, and for one that is not floating point.
    """
    first = None
    for tensor in tensors or ():
        if tensor is None:
            continue
        actual = (
            read_operand(tensor) if isinstance(tensor, torch.Tensor) else tensor
        ).dtype.base_dtype
        if dtype is None:
            dtype, first = actual, tensor
        elif dtype != actual:
            source = "" if first is None else f" as {_name_of(first)}"
            raise ValueError(
                f"{_name_of(tensor)}, type={actual}, must be of the same type ({dtype}){source}."
            )
    if dtype is None:
        return as_dtype("float32")
    if not dtype.is_floating:
        raise ValueError(f"Expected floating point type, got {dtype}.")
    return dtype


def _name_of(tensor: Any) -> str:
    return getattr(tensor, "name", None) or str(tensor)


def is_numeric_tensor(tensor: Any) -> bool:
    """Whether `tensor` is a tensor of numbers. Implements `tf.debugging.is_numeric_tensor`.

    False for variables and arrays. As in TensorFlow, 8-bit floating-point dtypes do not count.
    """
    if not isinstance(tensor, EagerTensor):
        return False
    dtype = tensor.dtype
    return dtype.is_numeric and not (dtype.is_floating and dtype.size < 2)


def assert_proper_iterable(values: Any) -> None:
    """Checks that `values` is an iterable, but not a tensor, array or string.

    Implements `tf.debugging.assert_proper_iterable`. Raises TypeError otherwise.
    """
    if isinstance(values, (Tensor, torch.Tensor, np.ndarray, str, bytes)):
        raise TypeError(
            f'Expected argument "values" to be a "proper" iterable.  Found: {type(values)}'
        )
    if not hasattr(values, "__iter__"):
        raise TypeError(f'Expected argument "values" to be iterable.  Found: {type(values)}')
