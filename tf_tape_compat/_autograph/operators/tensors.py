"""What counts as a tensor in converted code."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..._core.recording.execution_context import active_graph
from ..._core.tensor.convert import to_tensor
from ..._core.tensor.tensor import Tensor
from ..._core.types.composite_tensor import CompositeTensor
from ..._core.variables.sparse_tensor import SparseTensor
from ..._core.variables.variable import Variable


def is_tensor(value: Any) -> bool:
    """Whether a value is a tensor, a variable or a composite tensor."""
    return isinstance(value, (Tensor, Variable, CompositeTensor))


def is_staged(value: Any) -> bool:
    """Whether a condition or sequence makes a statement part of a graph.

    Without an active graph, Python's own statements do the same on eager tensors.
    """
    return (
        active_graph() is not None
        and isinstance(value, (Tensor, Variable, CompositeTensor))
        and not isinstance(value, SparseTensor)
    )


PYTHON_VALUES = (bool, int, float, str, np.ndarray)


def as_tensor(value: Any) -> Any:
    """Python and NumPy values as tensors, everything else unchanged."""
    return to_tensor(value) if isinstance(value, PYTHON_VALUES) else value
