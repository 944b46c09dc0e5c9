"""The tensors, variables and other values in the arguments and results of calls."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch

from .._core.gradients.gradient_operands import acts_as_variable, gradient_parts, variable_behind
from .._core.tensor.convert import registered
from .._core.tensor.tensor import EagerTensor
from .._core.variables.variable import Variable

_MAX_DEPTH = 4


def tensors_in(structure: Any, depth: int = 0) -> Iterator[Any]:
    """The tensors and variables in arguments or results, also those of composite tensors."""
    if isinstance(structure, (EagerTensor, Variable)):
        yield structure
    elif acts_as_variable(structure):
        yield variable_behind(structure)
    elif depth < _MAX_DEPTH:
        if isinstance(structure, dict):
            structure = structure.values()
        elif hasattr(type(structure), "_gradient_parts"):
            structure = [part for part in gradient_parts(structure) if part is not structure]
        elif not isinstance(structure, (list, tuple)):
            return
        for item in structure:
            yield from tensors_in(item, depth + 1)


_PLAIN = frozenset((str, bytes, int, bool, type(None), list, tuple, dict))


def _registered_classes() -> tuple[type, ...]:
    """The classes whose instances programs made convertible to tensors."""
    return tuple(cls for _, _, classes, _ in registered for cls in classes)


def other_types_in(structure: Any, depth: int = 0) -> Iterator[str]:
    """Which kinds of values besides tensors are in arguments: "numpy", "python" and so on."""
    if isinstance(structure, (np.ndarray, np.generic)):
        yield "numpy"
    elif isinstance(structure, (float, complex)) and not isinstance(structure, bool):
        yield "python"
    elif isinstance(structure, torch.Tensor):
        yield "library"
    elif hasattr(type(structure), "__tf_tensor__") or (
        type(structure) not in _PLAIN and isinstance(structure, _registered_classes())
    ):
        yield "object"
    elif depth < _MAX_DEPTH and isinstance(structure, (list, tuple, dict)):
        for item in structure.values() if isinstance(structure, dict) else structure:
            yield from other_types_in(item, depth + 1)
