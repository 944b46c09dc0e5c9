"""The object graph of a checkpoint: which tensors belong to which object, by the names of edges."""

from __future__ import annotations

import dataclasses
import functools
from collections import deque
from collections.abc import Iterator
from typing import Any

from . import wire

KEY = "_CHECKPOINTABLE_OBJECT_GRAPH"
VARIABLE_VALUE = "VARIABLE_VALUE"
_ATTRIBUTES = ".ATTRIBUTES"
_SLOT = ".OPTIMIZER_SLOT"


def escaped(name: str) -> str:
    """A name within a path: slashes separate, dots begin what is not a name."""
    return name.replace(".", "..").replace("/", ".S")


def tensor_key(path: str, name: str) -> str:
    """The key of an object's tensor."""
    return f"{path}/{_ATTRIBUTES}/{name}"


def slot_path(variable: str, optimizer: str, slot: str) -> str:
    """The path of an optimizer's variable for a variable."""
    return f"{variable}/{_SLOT}/{optimizer}/{escaped(slot)}"


def attributes_of(key: str) -> str:
    """The part of a tensor's key that the object's other tensors share."""
    mark = _ATTRIBUTES + "/"
    return key[: key.index(mark) + len(mark)]


@dataclasses.dataclass
class Attribute:
    """A tensor of an object."""

    name: str = ""
    full_name: str = ""  # the variable's
    checkpoint_key: str = ""

    def message(self) -> bytes:
        texts = (self.name, self.full_name, self.checkpoint_key)
        return b"".join(wire.optional(n, t.encode()) for n, t in enumerate(texts, 1))


@dataclasses.dataclass
class SlotVariable:
    """What an optimizer keeps for a variable."""

    original_variable_node_id: int = 0
    slot_name: str = ""
    slot_variable_node_id: int = 0

    def message(self) -> bytes:
        return (
            wire.optional(1, self.original_variable_node_id)
            + wire.optional(2, self.slot_name.encode())
            + wire.optional(3, self.slot_variable_node_id)
        )


@dataclasses.dataclass
class Node:
    """An object: its children's names and numbers, and its tensors."""

    children: list[tuple[str, int]] = dataclasses.field(default_factory=list)
    attributes: list[Attribute] = dataclasses.field(default_factory=list)
    slot_variables: list[SlotVariable] = dataclasses.field(default_factory=list)
    registered_saver: str = ""
    has_checkpoint_values: bool | None = None  # None in older checkpoints

    @classmethod
    def parse(cls, message: bytes) -> Node:
        node = cls()
        for number, value in wire.fields(message):
            if number == 1:
                child: dict[int, Any] = {1: 0, 2: b""} | dict(wire.fields(value))
                node.children.append((child[2].decode(), child[1]))
            elif number == 2:
                node.attributes.append(Attribute(*_texts(value, 3)))
            elif number == 3:
                slot: dict[int, Any] = {1: 0, 2: b"", 3: 0} | dict(wire.fields(value))
                node.slot_variables.append(SlotVariable(slot[1], slot[2].decode(), slot[3]))
            elif number == 4:
                node.registered_saver = _texts(value, 1)[0]
            elif number == 5:
                node.has_checkpoint_values = bool(dict(wire.fields(value)).get(1, 0))
        return node

    def message(self) -> bytes:
        parts = [
            wire.field(1, wire.optional(1, number) + wire.optional(2, name.encode()))
            for name, number in self.children
        ]
        parts += [wire.field(2, attribute.message()) for attribute in self.attributes]
        parts += [wire.field(3, slot.message()) for slot in self.slot_variables]
        if self.has_checkpoint_values is not None:
            parts.append(wire.field(5, wire.optional(1, int(self.has_checkpoint_values))))
        return b"".join(parts)

    @property
    def holds_values(self) -> bool:
        """Whether there is anything to restore in the object, or below it."""
        if self.has_checkpoint_values is not None:
            return self.has_checkpoint_values
        return bool(
            self.children or self.attributes or self.slot_variables or self.registered_saver
        )


def _texts(message: bytes, count: int) -> list[str]:
    found: dict[int, Any] = dict(wire.fields(message))
    return [found.get(number, b"").decode() for number in range(1, count + 1)]


class ObjectGraph:
    """The objects of a checkpoint by number; 0 is the root."""

    def __init__(self, nodes: list[Node]) -> None:
        self.nodes = nodes

    @classmethod
    def parse(cls, message: bytes) -> ObjectGraph:
        """From a TrackableObjectGraph."""
        return cls([Node.parse(value) for number, value in wire.fields(message) if number == 1])

    def message(self) -> bytes:
        """As a TrackableObjectGraph."""
        return b"".join(wire.field(1, node.message()) for node in self.nodes)

    def mark_values(self) -> None:
        """Notes which objects hold tensors, or lead to one that does."""
        parents: dict[int, list[int]] = {}
        for number, node in enumerate(self.nodes):
            node.has_checkpoint_values = bool(node.attributes or node.slot_variables)
            for _, child in node.children:
                parents.setdefault(child, []).append(number)
        waiting = [n for n, node in enumerate(self.nodes) if node.has_checkpoint_values]
        while waiting:
            for parent in parents.get(waiting.pop(), ()):
                if not self.nodes[parent].has_checkpoint_values:
                    self.nodes[parent].has_checkpoint_values = True
                    waiting.append(parent)

    def paths(self) -> Iterator[tuple[int, tuple[str, ...]]]:
        """The objects with the names that lead to them from the root, the nearest first."""
        seen = {0}
        waiting: deque[tuple[int, tuple[str, ...]]] = deque([(0, ())])
        while waiting:
            number, path = waiting.popleft()
            yield number, path
            for name, child in self.nodes[number].children:
                if child not in seen:
                    seen.add(child)
                    waiting.append((child, (*path, name)))

    @functools.cached_property
    def names(self) -> dict[int, str]:
        """What messages call the objects."""
        names = {number: ".".join(("(root)", *path)) for number, path in self.paths()}
        for number, node in enumerate(self.nodes):
            for slot in node.slot_variables:
                names[slot.slot_variable_node_id] = (
                    f"{names[number]}'s state '{slot.slot_name}' for "
                    f"{names[slot.original_variable_node_id]}"
                )
        return names
