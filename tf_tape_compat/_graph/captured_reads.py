"""Calls in branches and loops: variables that the called function reads become its inputs.

The gradient of a conditional or a loop is by what its graphs capture. So a function that is called
there gets the values of its variables from the graph that calls it, which captures them in turn.
"""

from __future__ import annotations

import copy

from .._core.variables.variable import Variable
from . import shadows
from .graph import FuncGraph, identity_node
from .nodes import CallNode, Node, ReadNode
from .operation import Operation
from .symbolic_tensor import SymbolicTensor
from .variable_use import assigned_variables

Reads = dict[int, tuple[Variable, SymbolicTensor]]  # by the id of the handle


def with_captured_reads(graph: FuncGraph) -> tuple[FuncGraph, list[Variable]]:
    """A copy of a graph that gets the values of variables, and these variables.

    Their placeholders come after those of `graph`. Variables that the function assigns to are read
    in their place, and so are those that a tape inside of it sees.
    """
    result, reads = _copied(graph, set(assigned_variables(graph)))
    return result, [variable for variable, _ in reads.values()]


def _copied(graph: FuncGraph, assigned: set[int]) -> tuple[FuncGraph, Reads]:
    result = copy.copy(graph)
    reads: Reads = {}
    result.nodes = [_copied_node(result, node, assigned, reads) for node in graph.nodes]
    if reads:
        result.captures = dict(graph.captures)
        result.captures.update({id(x): (x, x) for _, x in reads.values()})
    return result, reads


def _copied_node(graph: FuncGraph, node: Node, assigned: set[int], reads: Reads) -> Node:
    if node.recorders:
        return node
    if type(node) is ReadNode and id(node.variable._handle) not in assigned:
        value = _read(graph, node.variable, reads)
        same = identity_node(value)
        same.outputs, same.operation = node.outputs, node.operation
        return same
    if type(node) is CallNode:
        called, inner = _copied(node.graph, assigned)
        if inner:
            result = copy.copy(node)
            result.graph = called
            values = [_read(graph, variable, reads) for variable, _ in inner.values()]
            result.inputs = [*node.inputs, *values]
            return result
    return node


def _read(graph: FuncGraph, variable: Variable, reads: Reads) -> SymbolicTensor:
    """The placeholder for the value of a variable."""
    key = id(variable._handle)
    if key not in reads:
        operation = Operation(graph, "ReadVariableOp", "Placeholder", Node("Placeholder", []))
        shadow = shadows.placeholder(variable.dtype, variable.shape)
        reads[key] = (
            variable,
            SymbolicTensor(operation, 0, variable.dtype, variable.shape, shadow),
        )
    return reads[key][1]
