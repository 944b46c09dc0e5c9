"""The order of the operations of a SavedModel's functions that have an effect."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .._graph.nodes import AssignNode, Node, ReadNode
from .._lookup.table_nodes import TableNode
from .function_arguments import key_of, resources


class EffectOrder:
    """Keeps effects in order: control inputs between operations on the same variable.

    Attributes:
      effects: the names of the operations that change something, in order.
    """

    def __init__(self) -> None:
        self.effects: list[str] = []
        self._last: dict[Any, str] = {}  # what changed a variable last, or did anything else
        self._reads: dict[Any, list[str]] = {}  # what has read a variable since

    def add(self, node: Node, written: Sequence[Any]) -> None:
        """Orders the operations of a node after those before it."""
        if not written:
            return
        message = written[-1]
        read = {key_of(v) for graph in node.graphs for v in resources(graph)}
        changed: set[Any] = set()
        if isinstance(node, TableNode):
            read = {id(node.entries)}
        if isinstance(node, ReadNode):
            read = {id(node.variable._handle)}
        elif isinstance(node, AssignNode):
            changed = {id(node.variable._handle)}
        elif node.has_effect:
            changed = {*read, "effect"}
        if not read and not changed:
            return
        before = [self._last[key] for key in (*read, *changed) if key in self._last]
        for key in changed:
            before += self._reads.pop(key, ())
            self._last[key] = message.name
        for key in read - changed:
            self._reads.setdefault(key, []).append(message.name)
        message.input.extend(f"^{name}" for name in dict.fromkeys(before) if name != message.name)
        if changed:
            self.effects.append(message.name)
