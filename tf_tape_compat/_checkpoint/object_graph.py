"""The object graph of a checkpoint: its objects, their children, and their tensors."""

from __future__ import annotations

import functools
from collections import deque
from collections.abc import Iterator
from typing import Any

from .. import _messages

KEY = "_CHECKPOINTABLE_OBJECT_GRAPH"
VARIABLE_VALUE = "VARIABLE_VALUE"
_ATTRIBUTES = ".ATTRIBUTES"
_SLOT = ".OPTIMIZER_SLOT"


def escape(name: str) -> str:
    """Escapes a name within a path, where slashes separate names and dots begin other parts."""
    return name.replace(".", "..").replace("/", ".S")


def tensor_key(path: str, name: str) -> str:
    """The key of an object's tensor."""
    return f"{path}/{_ATTRIBUTES}/{name}"


def slot_path(variable: str, optimizer: str, slot: str) -> str:
    """The path of an optimizer's slot variable."""
    return f"{variable}/{_SLOT}/{optimizer}/{escape(slot)}"


def key_prefix(key: str) -> str:
    """The part of a tensor's key that it shares with the other tensors of its object."""
    mark = _ATTRIBUTES + "/"
    return key[: key.index(mark) + len(mark)]


def holds_values(node: Any) -> bool:
    """Whether there are values to restore in an object or below it."""
    if node.HasField("has_checkpoint_values"):
        return node.has_checkpoint_values.value
    return bool(  # a checkpoint of an older version
        node.children or node.attributes or node.slot_variables or node.registered_saver.name
    )


def children(node: Any) -> dict[str, int]:
    """The ids of an object's children by name."""
    return {child.local_name: child.node_id for child in node.children}


class ObjectGraph:
    """The objects of a checkpoint, which are the nodes of a graph with the root first.

    Attributes:
        nodes: messages of type TrackableObject; a node's id is its position.
    """

    def __init__(self, proto: Any = None) -> None:
        self._proto = _messages.TrackableObjectGraph() if proto is None else proto
        self.nodes = self._proto.nodes

    @classmethod
    def from_bytes(cls, data: bytes) -> ObjectGraph:
        """The graph of a serialized TrackableObjectGraph."""
        return cls(_messages.TrackableObjectGraph.FromString(data))

    def to_bytes(self) -> bytes:
        """The graph as a serialized TrackableObjectGraph."""
        return self._proto.SerializeToString()

    def mark_values(self) -> None:
        """Records in each node whether it, or a node below it, has tensors."""
        parents: dict[int, list[int]] = {}
        has_values = [bool(node.attributes or node.slot_variables) for node in self.nodes]
        for node_id, node in enumerate(self.nodes):
            for child in node.children:
                parents.setdefault(child.node_id, []).append(node_id)
        pending = [node_id for node_id, value in enumerate(has_values) if value]
        while pending:
            for parent in parents.get(pending.pop(), ()):
                if not has_values[parent]:
                    has_values[parent] = True
                    pending.append(parent)
        for node, value in zip(self.nodes, has_values, strict=True):
            node.has_checkpoint_values.SetInParent()
            node.has_checkpoint_values.value = value

    def paths(self) -> Iterator[tuple[int, tuple[str, ...]]]:
        """The nodes' ids with the names that lead to them from the root, breadth first."""
        seen = {0}
        queue: deque[tuple[int, tuple[str, ...]]] = deque([(0, ())])
        while queue:
            node_id, path = queue.popleft()
            yield node_id, path
            for child in self.nodes[node_id].children:
                if child.node_id not in seen:
                    seen.add(child.node_id)
                    queue.append((child.node_id, (*path, child.local_name)))

    @functools.cached_property
    def names(self) -> dict[int, str]:
        """The nodes' names in messages to users."""
        names = {node_id: ".".join(("(root)", *path)) for node_id, path in self.paths()}
        for node_id, node in enumerate(self.nodes):
            for slot in node.slot_variables:
                names[slot.slot_variable_node_id] = (
                    f"{names[node_id]}'s state '{slot.slot_name}' for "
                    f"{names[slot.original_variable_node_id]}"
                )
        return names
