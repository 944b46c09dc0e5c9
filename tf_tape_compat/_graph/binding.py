"""A graph with other variables in the place of those that it was traced with.

A variable that is an argument is traced as one that stands for it. The same trace serves all
variables of its shape and dtype: for each, the graph is copied with that variable in it.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

from .._core.types.dtype import DType
from .._core.types.shape import TensorShape
from .._core.variables.handle import Handle
from .._core.variables.variable import Variable, VariableAggregation, VariableSynchronization
from .graph import FuncGraph
from .nodes import Node
from .shadows import FIRST_SIZE, example
from .structure import VariablePlace

Variables = Mapping[int, Variable]  # by id of the handle of the variable that they replace
_ForGraph = Callable[[FuncGraph, Variables], FuncGraph]


def stand_in(name: str, dtype: DType, shape: TensorShape, trainable: bool) -> Variable:
    """A variable without a value, which stands for an argument while a function is traced."""
    variable: Variable = object.__new__(Variable)
    variable._handle = handle = Handle(example(dtype.torch, shape, FIRST_SIZE))
    handle.shape = shape
    handle.name = name
    handle.trainable = trainable
    handle.constraint = None
    handle.synchronization = VariableSynchronization.AUTO
    handle.aggregation = VariableAggregation.NONE
    return variable


def bound(graph: FuncGraph, variables: Variables) -> FuncGraph:
    """A copy of a graph that uses these variables. Its symbolic tensors are those of `graph`."""
    result = copy.copy(graph)
    result.nodes = [_bound_node(node, variables) for node in graph.nodes]
    used = [variables.get(key, variable) for key, variable in graph.used_variables.items()]
    result.used_variables = {id(variable._handle): variable for variable in used}
    return result


def rebind(graph: FuncGraph, variables: Variables) -> FuncGraph:
    """The graph itself, changed so that it uses these variables."""
    for node in graph.nodes:
        _replace_in(node, node, variables, rebind)
    graph.rename_variables(variables)
    return graph


def _bound_node(node: Node, variables: Variables) -> Node:
    result = copy.copy(node)
    _replace_in(result, node, variables, bound)
    return result


def _replace_in(result: Node, node: Node, variables: Variables, for_graph: _ForGraph) -> None:
    for cls in type(node).__mro__:
        for slot in getattr(cls, "__slots__", ()):
            if slot in _OWN or not hasattr(node, slot):
                continue
            value = getattr(node, slot)
            replaced = _replaced(value, variables, for_graph)
            if replaced is not value:
                setattr(result, slot, replaced)


# What never holds a variable.
_OWN = frozenset(("inputs", "operation", "outputs", "recorders", "type"))


def _replaced(value: Any, variables: Variables, for_graph: _ForGraph) -> Any:
    """What a node keeps, with other variables in it; the same object if it has none of them."""
    if isinstance(value, Variable):
        return variables.get(id(value._handle), value)
    if isinstance(value, VariablePlace):
        variable = variables.get(id(value.variable._handle))
        return value if variable is None else VariablePlace(variable)
    if isinstance(value, FuncGraph):
        return for_graph(value, variables)
    if isinstance(value, (list, tuple)):
        items = [_replaced(item, variables, for_graph) for item in value]
        if all(new is old for new, old in zip(items, value, strict=True)):
            return value
        return type(value)(*items) if hasattr(value, "_fields") else type(value)(items)
    if type(value) is dict:
        return {key: _replaced(item, variables, for_graph) for key, item in value.items()}
    return value
