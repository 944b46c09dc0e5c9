"""`tensorflow.python.framework.ops`."""

from __future__ import annotations

from collections import Counter
from typing import Any

from ..._core.recording.execution_context import (
    executing_eagerly_outside_functions as executing_eagerly_outside_functions,
)
from ..._core.recording.execution_context import init_scope as init_scope
from ..._core.recording.execution_context import inside_function as inside_function
from ..._core.recording.execution_context import name_scope as name_scope
from ..._core.tensor.tensor import EagerTensor as EagerTensor
from ..._ops.array.conversion import convert_to_tensor as convert_to_tensor
from ..._ops.array.inspection import is_symbolic_tensor as is_symbolic_tensor

_EagerTensorBase = EagerTensor
name_scope_v2 = name_scope


def convert_to_tensor_or_composite(value: Any, dtype: Any = None, name: Any = None) -> Any:
    """The value as a tensor, unless it consists of several."""
    if hasattr(type(value), "_with_components"):
        return value
    return convert_to_tensor(value, dtype=dtype, name=name)


class _NoGraph:
    """What there is instead of a graph: it has no operations."""

    name = None

    def __init__(self) -> None:
        self._names: Counter[str] = Counter()

    def unique_name(self, name: str, mark_as_used: bool = True) -> str:
        """The name, with a number if it was used before."""
        number = self._names[name]
        self._names[name] += mark_as_used
        return f"{name}_{number}" if number else name

    @property
    def building_function(self) -> bool:
        """Whether a `tf.function` is running."""
        return inside_function()


_no_graph = _NoGraph()


def get_default_graph() -> Any:
    """An object that says whether a function is running; there are no graphs here."""
    return _no_graph


def has_default_graph() -> bool:
    """Whether a graph is the default one: False."""
    return False
