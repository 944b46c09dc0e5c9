"""The order in which the nodes of a graph run."""

from __future__ import annotations

from .nodes import Node, OpNode


def in_order(nodes: list[Node]) -> list[Node]:
    """The nodes, so that those which may wait run as late as possible.

    TensorFlow orders assertions, prints and Python functions among themselves, but not with respect
    to variables. So if one of them fails, assignments that come later in the program are still made.
    """
    if not any(node.may_wait for node in nodes):
        return nodes
    deferrable = _deferrable(nodes)
    ordered: list[Node] = []
    waiting: list[Node] = []
    late: set[int] = set()  # the ids of the outputs of those that wait
    for node in nodes:
        if id(node) in deferrable and (node.may_wait or any(id(x) in late for x in node.inputs)):
            waiting.append(node)
            late.update(id(x) for x in node.outputs)
            continue
        if node.may_wait or any(x.may_wait for graph in node.graphs for x in graph.all_nodes()):
            ordered += waiting
            waiting, late = [], set()
        ordered.append(node)
    return ordered + waiting


def _deferrable(nodes: list[Node]) -> set[int]:
    """The ids of nodes which no assignment, tape, or call of another graph depends on."""
    needed: set[int] = set()  # the ids of tensors that nodes which cannot wait read
    deferrable: set[int] = set()
    for node in reversed(nodes):
        is_recorded = node.outputs and node.recorders
        may_wait = node.may_wait or (isinstance(node, OpNode) and not node.has_effect)
        if may_wait and not is_recorded and not any(id(x) in needed for x in node.outputs):
            deferrable.add(id(node))
        else:
            needed.update(id(x) for x in (*node.inputs, *node.later_inputs))
    return deferrable
