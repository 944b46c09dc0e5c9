"""Variables that a traced function creates: their initial values, computed outside of the graph."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._core.tensor.tensor import EagerTensor
from .graph import Graph
from .replay import Replay
from .symbolic_tensor import SymbolicTensor


class NotLiftable(Exception):  # noqa: N818
    """An initial value depends on an argument whose value is not known."""


class InitialValues(Replay):
    """Computes tensors of a graph: only the nodes that they depend on run.

    `arguments` are the values of placeholders, by their ids.
    """

    def __init__(self, arguments: Mapping[int, EagerTensor]) -> None:
        super().__init__()
        self._values.update(arguments)

    def value(self, tensor: SymbolicTensor) -> EagerTensor:
        """The value of a tensor. Raises NotLiftable if it depends on an unknown argument."""
        graph: Graph = tensor.graph
        needed = {id(tensor)}
        nodes = []
        for node in reversed(graph.nodes):
            if any(id(output) in needed for output in node.outputs):
                needed.update(id(x) for x in node.inputs)
                if not all(id(output) in self._values for output in node.outputs):
                    nodes.append(node)
        for outside, placeholder in graph.captures.values():
            if id(placeholder) in needed and id(placeholder) not in self._values:
                is_symbolic = type(outside) is SymbolicTensor
                self._values[id(placeholder)] = self.value(outside) if is_symbolic else outside  # type: ignore[arg-type]
        for node in reversed(nodes):
            outputs = self.evaluate(node, [self._known(x) for x in node.inputs])
            for output, value in zip(node.outputs, outputs, strict=True):
                self._values[id(output)] = value
        return self._known(tensor)

    def _known(self, tensor: Any) -> EagerTensor:
        value = self._values.get(id(tensor))
        if value is None:
            raise NotLiftable(tensor.name)
        return value
