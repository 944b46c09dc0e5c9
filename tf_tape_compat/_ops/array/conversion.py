"""`tf.constant` and `tf.convert_to_tensor`."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from ..._core.recording.execution_context import active_graph
from ..._core.tensor.convert import from_python, holds_tensor, to_tensor
from ..._core.tensor.python_values import empty_shape
from ..._core.tensor.tensor import EagerTensor
from ..._core.types.dtype import DType, as_dtype
from ..._core.types.shape import TensorShape
from ..._core.variables.variable import Variable
from .._support.arguments import brackets, invalid_argument


def convert_to_tensor(
    value: Any, dtype: Any = None, dtype_hint: Any = None, name: str | None = None
) -> EagerTensor:
    """`value` as a tensor; a tensor is returned unchanged. Implements `tf.convert_to_tensor`.

    Args:
      value: A Python or NumPy value, a nested sequence of values and tensors, a tensor, a variable,
        or a torch tensor, which is not copied.
      dtype: The required dtype.
      dtype_hint: A dtype to use if the value can have it.

    Raises ValueError for values that no tensor can hold and for tensors of another dtype than
    `dtype`, TypeError for other values that do not convert to `dtype`.
    """
    target = None if dtype is None else as_dtype(dtype)
    tensor = to_tensor(value, target, None if dtype_hint is None else as_dtype(dtype_hint))
    graph = active_graph()
    return tensor if graph is None else graph.as_symbolic(value, tensor, name)


def constant(
    value: Any, dtype: Any = None, shape: Any = None, name: str | None = "Const"
) -> EagerTensor:
    """A tensor with the given value. Implements `tf.constant`.

    Args:
      value: A Python or NumPy value, or a nested sequence of them; a tensor, which is returned
        unchanged; or a variable, whose current value is used.
      dtype: The dtype of the tensor.
      shape: The elements are arranged in this shape; a single element fills it.

    Raises ValueError for values that no tensor can hold, TypeError for values that do not convert
    to `dtype`, for a number of elements that does not fit `shape`, and for symbolic tensors.
    """
    tensor = _shaped_constant(value, dtype, shape)
    graph = active_graph()
    return tensor if graph is None else graph.as_symbolic(value, tensor, name)


def _shaped_constant(value: Any, dtype: Any, shape: Any) -> EagerTensor:
    requested_dtype = None if dtype is None else as_dtype(dtype)
    tensor = _constant(value, requested_dtype)
    if shape is None:
        return tensor
    target = TensorShape(shape)
    if target == tensor.shape:
        return tensor
    if not target.is_fully_defined():
        raise ValueError(f"tf.constant needs a fully known shape, got {target}")
    payload = tensor._t.detach() if isinstance(tensor._t, torch.Tensor) else tensor._t
    sizes: Any = tuple(target.as_list())
    count = int(np.prod(payload.shape))
    if count == target.num_elements():
        return EagerTensor(payload.reshape(sizes))
    if count == 1:
        if payload.ndim > 1:
            raise invalid_argument(
                f"value must represent a scalar, got shape {brackets(payload.shape)}"
            )
        if isinstance(payload, np.ndarray):
            return EagerTensor(np.broadcast_to(payload.reshape(()), sizes).copy())
        return EagerTensor(payload.reshape(()).expand(sizes).contiguous())
    raise TypeError(
        f"Eager execution of tf.constant with unsupported shape. Tensor {tensor} (converted from "
        f"{value}) has {count} elements, but got `shape` {target} with {target.num_elements()} "
        "elements)."
    )


def _constant(value: Any, dtype: DType | None) -> EagerTensor:
    if isinstance(value, torch.Tensor):
        value = EagerTensor(value)
    if isinstance(value, EagerTensor):
        if dtype is not None and value.dtype is not dtype:
            raise TypeError(
                f"Expected tensor {value} with dtype {dtype!r}, but got dtype {value.dtype!r}."
            )
        return value
    if isinstance(value, Variable):
        return from_python(value.numpy(), dtype)
    if isinstance(value, (list, tuple)) and holds_tensor(value) and empty_shape(value) is None:
        raise ValueError(
            f"tf.constant takes no tensors inside of a sequence, got {value!r}; use "
            "tf.convert_to_tensor or tf.stack"
        )
    return from_python(value, dtype)
