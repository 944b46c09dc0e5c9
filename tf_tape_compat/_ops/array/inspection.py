"""Questions about values: what is a tensor, and what is known of it."""

from __future__ import annotations

import time
from typing import Any

import torch

from ..._core.op.dispatch import composites
from ..._core.tensor.convert import to_tensor
from ..._core.tensor.python_values import FLOAT64
from ..._core.tensor.tensor import EagerTensor
from ..._core.variables.indexed_slices import IndexedSlices
from ..._core.variables.sparse_tensor import SparseTensor
from ..._core.variables.variable import Variable


def is_tensor(x: Any) -> bool:
    """Whether `x` is a tensor, a variable, sliced, sparse or ragged. Implements `tf.is_tensor`.

    So is a `torch.Tensor`, which is taken wherever a tensor is.
    """
    kinds = (EagerTensor, Variable, IndexedSlices, SparseTensor, torch.Tensor)
    if isinstance(x, kinds) or getattr(type(x), "_is_tensor_like", False):
        return True
    return type(x) in composites and getattr(x, "_counts_as_tensor", True)


def get_static_value(tensor: Any, partial: bool = False) -> Any:
    """The value of a tensor in NumPy. Implements `tf.get_static_value`.

    None for a variable, whose value may change. Whatever is no tensor is returned as it is.
    """
    if isinstance(tensor, Variable):
        return None
    known = isinstance(tensor, EagerTensor) or getattr(type(tensor), "_is_tensor_like", False)
    return tensor.numpy() if known else tensor


def is_symbolic_tensor(tensor: Any) -> bool:
    """False: there are no graphs whose tensors have no values (`tf.is_symbolic_tensor`)."""
    return False


def timestamp(name: str | None = None) -> EagerTensor:
    """The seconds since 1970, as a float64 scalar. Implements `tf.timestamp`."""
    return to_tensor(time.time(), FLOAT64)
