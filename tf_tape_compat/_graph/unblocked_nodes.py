"""The nodes that still run when an iterator of a function has no next element.

TensorFlow's executor reads an iterator on another thread, and meanwhile runs all that does not wait
for the element: a counter of steps is increased, the state of a generator of random numbers moves
on. Keras ends an epoch so, if it does not know the number of batches.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from .. import nest
from .._core.tensor.tensor import EagerTensor
from .._core.variables.variable import Variable
from .nodes import AssignNode, CallNode, Node, ReadNode

if TYPE_CHECKING:
    from .graph import FuncGraph

Values = dict[int, EagerTensor]  # of a graph, by id of the symbolic tensor


class UnblockedNodes:
    """A run of nodes that wait for nothing that a failed one was to do.

    Args:
      evaluate: runs a node, and adds its outputs to the values of a graph.
      inside: a context for the nodes of a function that is called, with these values.
    """

    def __init__(
        self,
        evaluate: Callable[[Node, Values], None],
        inside: Callable[[CallNode, Values], AbstractContextManager[None]],
    ) -> None:
        self._evaluate = evaluate
        self._inside = inside
        self._unread: set[int] = set()  # ids of handles of variables that a blocked node reads
        self._unwritten: set[int] = set()  # and of those that one assigns to
        self._blocks_effects = False  # whether a print or the like is blocked

    def run_after(self, graph: FuncGraph, known: Values, failed: Node) -> None:
        """Runs nodes of a graph that come after a failed one. `known` are the values so far."""
        nodes = graph.live_nodes()
        self._run(nodes[nodes.index(failed) + 1 :], known)

    def _run(self, nodes: list[Node], known: Values) -> bool:
        """Runs what it can of these nodes, and returns whether one with an effect is blocked."""
        blocks_effects = False
        for node in nodes:
            waits = any(id(x) not in known for x in node.inputs)
            if not waits and not self._is_blocked(node):
                try:
                    self._evaluate(node, known)
                    continue
                except Exception:  # the first error is the one that counts
                    pass
            elif type(node) is CallNode:
                blocks_effects = self._run_inside(node, known) or blocks_effects
                continue
            self._block(node)
            blocks_effects = blocks_effects or node.has_effect
        return blocks_effects

    def _run_inside(self, node: CallNode, known: Values) -> bool:
        """Runs what it can of a function, as TensorFlow puts its nodes in the place of the call.

        Its results wait for all of its effects.
        """
        graph = node.graph
        inside = {
            id(placeholder): known[id(x)]
            for placeholder, x in zip(graph.placeholders, node.inputs, strict=True)
            if id(x) in known
        }
        with self._inside(node, inside):
            blocks_effects = self._run(graph.live_nodes(), inside)
        if not blocks_effects:
            for output, x in zip(node.outputs, graph.outputs, strict=True):
                if id(x) in inside:
                    known[id(output)] = inside[id(x)]
        return blocks_effects

    def _is_blocked(self, node: Node) -> bool:
        """Whether the node comes after a blocked one that uses the same variable."""
        for part in _parts(node):
            if part.may_wait and self._blocks_effects:
                return True
            for key, assigns in _uses(part):
                if key in self._unwritten or (assigns and key in self._unread):
                    return True
        return False

    def _block(self, node: Node) -> None:
        for part in _parts(node):
            self._blocks_effects = self._blocks_effects or part.may_wait
            for key, assigns in _uses(part):
                (self._unwritten if assigns else self._unread).add(key)


def _parts(node: Node) -> list[Node]:
    """The node, and those of the graphs that run as a part of it."""
    return [node, *(part for graph in node.graphs for part in graph.all_nodes())]


def _uses(node: Node) -> list[tuple[int, bool]]:
    """The variables that a node uses: the ids of their handles, and whether it assigns to them."""
    if isinstance(node, (ReadNode, AssignNode)):
        return [(id(node.variable._handle), isinstance(node, AssignNode))]
    arguments = nest.flatten(getattr(node, "arguments", ()))
    return [(id(x._handle), False) for x in arguments if isinstance(x, Variable)]
