"""Which variables the nodes of graphs read and assign to."""

from __future__ import annotations

from .._core.variables.variable import Variable
from .graph import FuncGraph
from .nodes import AssignNode, ReadNode


def assigned_variables(*graphs: FuncGraph) -> dict[int, Variable]:
    """The variables that nodes of these graphs, and of those inside them, assign to, by handle."""
    return {
        id(node.variable._handle): node.variable
        for graph in graphs
        for node in graph.all_nodes()
        if isinstance(node, AssignNode)
    }


def read_variables(*graphs: FuncGraph) -> list[Variable]:
    """The variables that nodes of these graphs, and of those inside them, read."""
    reads = {
        id(node.variable._handle): node.variable
        for graph in graphs
        for node in graph.all_nodes()
        if isinstance(node, ReadNode)
    }
    return list(reads.values())
