"""Questions about values: whether they are tensors, and their static values."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import torch

from ..._core.op.dispatch import composite_handlers
from ..._core.tensor.convert import to_tensor
from ..._core.tensor.python_values import FLOAT64
from ..._core.tensor.tensor import EagerTensor
from ..._core.variables.indexed_slices import IndexedSlices
from ..._core.variables.sparse_tensor import SparseTensor
from ..._core.variables.variable import Variable


def is_tensor(x: Any) -> bool:
    """Whether `x` is a tensor, a variable, or a sliced, sparse or ragged tensor (`tf.is_tensor`).

    A `torch.Tensor` counts, since it is accepted wherever a tensor is.
    """
    tensor_classes = (EagerTensor, Variable, IndexedSlices, SparseTensor, torch.Tensor)
    if isinstance(x, tensor_classes) or getattr(type(x), "_is_tensor_like", False):
        return True
    return type(x) in composite_handlers and getattr(x, "_counts_as_tensor", True)


def get_static_value(tensor: Any, partial: bool = False) -> Any:
    """The value of a tensor as a NumPy array. Implements `tf.get_static_value`.

    Returns None for a variable, whose value may change, and for a symbolic tensor, except a
    constant, a known shape, or what a few operations make of these. Other values are returned
    unchanged.
    """
    if isinstance(tensor, Variable):
        return None
    if hasattr(type(tensor), "_static_value"):  # a symbolic tensor
        value = tensor._constant_value()
        return None if value is None else np.array(value, object if type(value) is bytes else None)
    return known_value(tensor)


def known_value(tensor: Any) -> Any:
    """As `get_static_value`, and also what any operation makes of constants in a graph."""
    if hasattr(type(tensor), "_static_value"):
        return tensor._static_value() if tensor._is_known() else None
    is_eager = isinstance(tensor, EagerTensor) or getattr(type(tensor), "_is_tensor_like", False)
    return tensor.numpy() if is_eager else tensor


def is_symbolic_tensor(tensor: Any) -> bool:
    """Whether `tensor` has no value yet, because a function is traced (`tf.is_symbolic_tensor`)."""
    return hasattr(type(tensor), "_static_value")


def timestamp(name: str | None = None) -> EagerTensor:
    """The seconds since 1970 as a float64 scalar. Implements `tf.timestamp`."""
    return to_tensor(time.time(), FLOAT64)
