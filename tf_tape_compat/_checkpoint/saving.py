"""Collects the tensors of a checkpoint from objects, and the graph of these objects."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from typing import Any

from .._core.tensor.convert import to_tensor
from .._core.tensor.tensor import EagerTensor
from .._core.tracking.trackable import Trackable
from .._core.types.dtype import as_dtype
from .._core.variables.variable import Variable
from . import object_graph
from .object_graph import ObjectGraph
from .python_state import PythonState
from .views import children_of, walk

_STRING = as_dtype("string")


@dataclasses.dataclass
class SavedTensor:
    """A tensor to save, its key, and the object it belongs to, if any."""

    key: str
    tensor: EagerTensor
    owner: Any = None


@dataclasses.dataclass
class _Slot:
    """An optimizer's slot variable."""

    variable_id: int  # of the variable that it is for
    name: str
    slot_id: int


def holds_tensors(obj: Any) -> bool:
    """Whether an object has tensors to save, apart from its children's."""
    return type(obj)._serialize_to_tensors is not Trackable._serialize_to_tensors


def full_name(obj: Any) -> str:
    """A variable's name, its key in checkpoints without an object graph; else an empty string.

    Keras's variables have the name of the variable that they hold.
    """
    if isinstance(obj, Variable) or hasattr(obj, "_should_act_as_resource_variable"):
        name: str = obj._shared_name
        return name
    return ""


def serialize(root: Any, attached: Iterable[Any] = ()) -> list[SavedTensor]:
    """The tensors of `root` and the objects below it, and last the serialized object graph.

    Args:
        root: the root of the objects.
        attached: more children of the root, with their names.

    Returns:
        Tensors that share the variables' memory.
    """
    return serialize_objects(walk(root, attached), lambda obj: children_of(obj, root, attached))


def serialize_objects(
    walked: list[tuple[Any, tuple[str, ...]]],
    children: Callable[[Any], Iterable[tuple[str, Any]]],
) -> list[SavedTensor]:
    """As `serialize`, of objects with the names that lead to them, and their children."""
    objects = [obj for obj, _ in walked]
    paths = ["/".join(map(object_graph.escape, path)) for _, path in walked]
    slots = _add_slot_variables(objects, paths)
    ids = {id(obj): node_id for node_id, obj in enumerate(objects)}
    graph = ObjectGraph()
    tensors: list[SavedTensor] = []
    states: list[SavedTensor] = []
    for obj, path in zip(objects, paths, strict=True):
        node = graph.nodes.add()
        for slot in slots.get(id(obj), ()):
            node.slot_variables.add(
                original_variable_node_id=slot.variable_id,
                slot_name=slot.name,
                slot_variable_node_id=slot.slot_id,
            )
        for name, child in children(obj):
            node.children.add(node_id=ids[id(child)], local_name=name)
        if not holds_tensors(obj):
            continue
        is_state = isinstance(obj, PythonState)
        for name, value in obj._serialize_to_tensors().items():
            local = object_graph.escape(name)
            key = object_graph.tensor_key(path, object_graph.escape(local))
            saved = SavedTensor(key, _tensor(value, is_state), obj)
            (states if is_state else tensors).append(saved)
            node.attributes.add(name=local, full_name=full_name(obj), checkpoint_key=key)
    graph.mark_values()
    return [
        *tensors,
        *states,
        SavedTensor(object_graph.KEY, to_tensor(graph.to_bytes(), _STRING)),
    ]


def _tensor(value: Any, is_state: bool) -> EagerTensor:
    if isinstance(value, Variable):
        return value._read()
    return to_tensor(value, _STRING if is_state else None)


def _add_slot_variables(objects: list[Any], paths: list[str]) -> dict[int, list[_Slot]]:
    """Appends the optimizers' slot variables to the objects.

    An optimizer is an object with `get_slot_names()` and `get_slot(variable, name)`.

    Returns:
        The slots of each optimizer, by the id() of the optimizer.
    """
    slots: dict[int, list[_Slot]] = {}
    count = len(objects)
    object_ids = {id(obj) for obj in objects}
    for optimizer, path in list(zip(objects, paths, strict=True)):
        if not hasattr(type(optimizer), "get_slot_names"):
            continue
        for name in optimizer.get_slot_names():
            for variable_id in range(count):
                try:
                    slot = optimizer.get_slot(objects[variable_id], name)
                except (AttributeError, KeyError):
                    continue
                if slot is None:
                    continue
                if slot._trackable_children():
                    raise NotImplementedError(
                        "Currently only variables with no dependencies can be saved as slot "
                        "variables."
                    )
                if id(slot) in object_ids:
                    raise NotImplementedError(
                        f"A slot variable was re-used as a dependency of a Trackable object: {slot}"
                    )
                object_ids.add(id(slot))
                slots.setdefault(id(optimizer), []).append(_Slot(variable_id, name, len(objects)))
                paths.append(object_graph.slot_path(paths[variable_id], path, name))
                objects.append(slot)
    return slots
