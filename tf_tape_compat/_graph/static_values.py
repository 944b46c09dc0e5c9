"""The values of symbolic tensors that are known while tracing."""

from __future__ import annotations

from typing import Any

from .._core.tensor.tensor import EagerTensor
from .shadows import is_fake
from .symbolic_tensor import SymbolicTensor


def constant_value(tensor: Any) -> Any:
    """The value of a tensor as NumPy; None if it differs between calls, or is not known."""
    if type(tensor) is SymbolicTensor:
        shadow = tensor.shadow
        if shadow.second is not None or is_fake(shadow.first._t):
            return None
        return shadow.first.numpy()
    return tensor.numpy() if isinstance(tensor, EagerTensor) else tensor
