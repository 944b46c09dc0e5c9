"""From objects to the tensors of a checkpoint, and the graph that says whose they are."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any

from .._core.tensor.convert import to_tensor
from .._core.tensor.tensor import EagerTensor
from .._core.tracking.trackable import Trackable
from .._core.types.dtype import as_dtype
from .._core.variables.variable import Variable
from . import object_graph
from .object_graph import Attribute, Node, ObjectGraph, SlotVariable
from .python_state import PythonState
from .views import children_of, walk

Tensors = list["Saved"]
_STRING = as_dtype("string")


def holds_tensors(obj: Any) -> bool:
    """Whether an object has tensors of its own to save."""
    return type(obj)._serialize_to_tensors is not Trackable._serialize_to_tensors


def full_name(obj: Any) -> str:
    """A variable's name, by which checkpoints without an object graph know it."""
    return obj._handle.name if isinstance(obj, Variable) else ""


@dataclasses.dataclass
class Saved:
    """A tensor to be saved, and the object that it is of, if it is of one."""

    key: str
    tensor: EagerTensor
    owner: Any = None


@dataclasses.dataclass
class _Slot:
    variable: Any
    reference: SlotVariable


def serialize(root: Any, attached: Iterable[Any] = ()) -> Tensors:
    """All tensors of the objects below `root`, and the graph as the last one.

    They share the variables' memory.
    """
    found = walk(root, attached)
    objects = [obj for obj, _ in found]
    paths = ["/".join(map(object_graph.escaped, path)) for _, path in found]
    slots = _slots(objects, paths)
    numbers = {id(obj): number for number, obj in enumerate(objects)}
    graph = ObjectGraph([Node() for _ in objects])
    for obj, node in zip(objects, graph.nodes, strict=True):
        if id(obj) in slots:
            node.slot_variables = [slot.reference for slot in slots[id(obj)]]
        node.children = [
            (name, numbers[id(child)]) for name, child in children_of(obj, root, attached)
        ]
    tensors: Tensors = []
    states: Tensors = []
    for obj, path, node in zip(objects, paths, graph.nodes, strict=True):
        if not holds_tensors(obj):
            continue
        listed = states if isinstance(obj, PythonState) else tensors
        for name, value in obj._serialize_to_tensors().items():
            local = object_graph.escaped(name)
            key = object_graph.tensor_key(path, object_graph.escaped(local))
            listed.append(Saved(key, _tensor(value, listed is states), obj))
            node.attributes.append(Attribute(local, full_name(obj), key))
    graph.mark_values()
    whole = Saved(object_graph.KEY, to_tensor(graph.message(), _STRING))
    return [*tensors, *states, whole]


def _tensor(value: Any, is_text: bool) -> EagerTensor:
    if isinstance(value, Variable):
        return value._read()
    return to_tensor(value, _STRING if is_text else None)


def _slots(objects: list[Any], paths: list[str]) -> dict[int, list[_Slot]]:
    """What optimizers keep for the variables; these are added to the objects.

    An optimizer is what has `get_slot_names()` and `get_slot(variable, name)`.
    """
    slots: dict[int, list[_Slot]] = {}
    known = len(objects)
    numbers = {id(obj) for obj in objects}
    for optimizer, path in list(zip(objects, paths, strict=True)):
        if not hasattr(type(optimizer), "get_slot_names"):
            continue
        for name in optimizer.get_slot_names():
            for number in range(known):
                try:
                    slot = optimizer.get_slot(objects[number], name)
                except (AttributeError, KeyError):
                    continue
                if slot is None:
                    continue
                if slot._trackable_children():
                    raise NotImplementedError(
                        "Currently only variables with no dependencies can be saved as slot "
                        "variables."
                    )
                if id(slot) in numbers:
                    raise NotImplementedError(
                        f"A slot variable was re-used as a dependency of a Trackable object: {slot}"
                    )
                reference = SlotVariable(number, name, len(objects))
                slots.setdefault(id(optimizer), []).append(_Slot(slot, reference))
                numbers.add(id(slot))
                paths.append(object_graph.slot_path(paths[number], path, name))
                objects.append(slot)
    return slots
