"""Questions about values: what is a tensor, and what is known of it."""

from __future__ import annotations

from typing import Any

import torch

from .._core.indexed_slices import IndexedSlices
from .._core.tensor import EagerTensor
from .._core.variable import Variable


def is_tensor(x: Any) -> bool:
    """Whether `x` is a tensor, a variable or sliced; answers for `tf.is_tensor`.

    So is a `torch.Tensor`, which is taken wherever a tensor is.
    """
    return isinstance(x, (EagerTensor, Variable, IndexedSlices, torch.Tensor))


def get_static_value(tensor: Any, partial: bool = False) -> Any:
    """The value of a tensor in NumPy; answers for `tf.get_static_value`.

    None for a variable, whose value may change. Whatever is no tensor is returned as it is.
    """
    if isinstance(tensor, Variable):
        return None
    return tensor.numpy() if isinstance(tensor, EagerTensor) else tensor
