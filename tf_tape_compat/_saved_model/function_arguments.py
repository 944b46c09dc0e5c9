"""The arguments of a SavedModel's functions: tensors, and handles of variables and tables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from .._core.types.dtype import DType, as_dtype
from .._core.types.shape import TensorShape
from .._core.variables.variable import Variable
from .._graph.graph import FuncGraph
from .._graph.symbolic_tensor import SymbolicTensor
from .._lookup.entries import Entries
from .._lookup.table_nodes import TableNode

RESOURCE = as_dtype("resource")


class Argument(NamedTuple):
    """An argument of a function.

    Attributes:
      name: its name before it is made unique.
      value: the placeholder, or the variable whose handle it is; None if the graph does not use it.
      dtype, shape: the type of the value.
    """

    name: str
    value: Any
    dtype: DType
    shape: TensorShape

    @property
    def is_handle(self) -> bool:
        """Whether it is the handle of a variable or table."""
        return isinstance(self.value, (Variable, Entries))


def arguments_of(graph: FuncGraph) -> list[Argument]:
    """The arguments of a graph: those of the function, what it captures, and its variables."""
    return [*map(placeholder_argument, graph.placeholders), *map(handle, resources(graph))]


def resources(graph: FuncGraph, stand_ins: Iterable[Variable] = ()) -> list[Any]:
    """The variables and tables that a graph uses; without variables that stand for arguments."""
    tables = {id(n.entries): n.entries for n in graph.all_nodes() if isinstance(n, TableNode)}
    return [*graph.variables_used(stand_ins), *tables.values()]


def key_of(resource: Any) -> int:
    """What tells a variable or table from others."""
    return id(resource._handle) if isinstance(resource, Variable) else id(resource)


def placeholder_argument(tensor: SymbolicTensor) -> Argument:
    """The argument for a placeholder."""
    return Argument(tensor.op.name, tensor, tensor.dtype, tensor.shape)


def handle(variable: Any) -> Argument:
    """The argument for the handle of a variable or table."""
    if isinstance(variable, Entries):
        return Argument("table_handle", variable, RESOURCE, TensorShape([]))
    return Argument(f"{variable._handle.name}_resource", variable, variable.dtype, variable.shape)
