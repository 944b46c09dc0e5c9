"""From a checkpoint back into objects, now or when they are made."""

from __future__ import annotations

import itertools
import weakref
from collections import deque
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from .._core.devices.placement import device
from .._core.recording.execution_context import init_scope
from .._core.tensor.convert import to_tensor
from .._core.tensor.tensor import EagerTensor
from .._core.types.dtype import DType
from .._core.variables.variable import Variable
from .._logging import get_logger
from ..errors import InvalidArgumentError, OpError
from . import object_graph
from .object_graph import Node, ObjectGraph, SlotVariable
from .python_state import PythonState
from .saving import full_name, holds_tensors

_uids = itertools.count()
_ADVICE = (
    "Detecting that an object or model or tf.train.Checkpoint is being deleted with unrestored "
    "values. See the following logs for the specific values in question. To silence these "
    "warnings, use `status.expect_partial()`. See "
    "https://www.tensorflow.org/api_docs/python/tf/train/Checkpoint#restore"
    "for details about the status object returned by the restore function."
)


def _weak(obj: Any) -> Any:
    """A reference to an object: weak, unless it is a tuple, of which Python has none."""
    return (lambda: obj) if isinstance(obj, tuple) else weakref.ref(obj)


class _Objects:
    """Objects that are not kept alive, told apart by identity."""

    def __init__(self) -> None:
        self._references: dict[int, Any] = {}

    def add(self, obj: Any) -> None:
        self._references[id(obj)] = _weak(obj)

    def __iter__(self) -> Iterator[Any]:
        for reference in list(self._references.values()):
            obj = reference()
            if obj is not None:
                yield obj


class _Farewell:
    """Warns of what was not restored, when nothing can be restored any more."""

    def __init__(self, graph: ObjectGraph) -> None:
        self.graph = graph
        self.matched: set[int] = set()
        self.unused_attributes: dict[int, list[str]] = {}
        self.expect_partial = False

    def __del__(self) -> None:
        if self.expect_partial:
            return
        unused = [
            self.graph.names[number]
            for number, node in enumerate(self.graph.nodes)
            if node.attributes and number not in self.matched
        ]
        if not unused and not self.unused_attributes:
            return
        warning = get_logger().warning
        warning(_ADVICE)
        for name in unused:
            warning(f"Value in checkpoint could not be found in the restored object: {name}")
        for number, names in self.unused_attributes.items():
            warning(
                "An attribute in the restored object could not be found in the checkpoint. Object: "
                f"{self.graph.names[number]}, attribute: {names}"
            )


class Restoration:
    """One restore of a checkpoint: which of its objects is which of the program's."""

    def __init__(self, bundle: Any, graph: ObjectGraph, skip_slots: bool) -> None:
        self.bundle = bundle
        self.graph = graph
        self.restore_uid = next(_uids)
        self.skip_slots = skip_slots
        self.farewell = _Farewell(graph)
        self.seen = _Objects()
        self._assigned: dict[int, Any] = {}
        self.deferred_slots: dict[int, list[tuple[Any, SlotVariable]]] = {}
        self.slots: dict[int, list[tuple[int, SlotVariable]]] = {}
        for number, node in enumerate(graph.nodes if not skip_slots else ()):
            for slot in node.slot_variables:
                self.slots.setdefault(slot.original_variable_node_id, []).append((number, slot))

    def object_of(self, number: int) -> Any:
        """The program's object for one of the checkpoint's, or None."""
        reference = self._assigned.get(number)
        return None if reference is None else reference()

    def objects(self) -> list[Any]:
        """The program's objects that are in the checkpoint."""
        found = (reference() for reference in self._assigned.values())
        return [obj for obj in found if obj is not None]

    def bind(self, number: int, obj: Any) -> bool:
        """Notes which object it is. Whether that was not known before."""
        self.seen.add(obj)
        self.farewell.matched.add(number)
        present = self.object_of(number)
        if present is None:
            self._assigned[number] = _weak(obj)
            return True
        if present is not obj:
            get_logger().warning(
                "Inconsistent references when loading the checkpoint into this object graph. For "
                "example, in the saved checkpoint object, `model.layer.weight` and "
                "`model.layer_copy.weight` reference the same variable, while in the current "
                "object these are two different variables. The referenced variables are:"
                f"({present} and {obj})."
            )
        return False

    def read(self, key: str, dtype: DType) -> EagerTensor:
        """A tensor on the CPU. Raises InvalidArgumentError if it is of another type."""
        try:
            entry = self.bundle.entry(key)
            if entry.dtype != dtype.as_datatype_enum:
                raise InvalidArgumentError(
                    None,
                    None,
                    f"tensor_name = {key}; expected dtype {dtype.name} does not equal original "
                    f"dtype {DType(entry.dtype).name}",
                )
            return tensor_of(self.bundle.read(key))
        except OpError as error:
            kind: Any = type(error)
            raise kind(None, None, f"{error.message} [Op:RestoreV2]") from None


def tensor_of(array: np.ndarray) -> EagerTensor:
    """An array as a tensor on the CPU."""
    with device("/CPU:0"):
        return to_tensor(array)


class Position:
    """An object of the checkpoint, and with it all below: what waits where there is none yet."""

    def __init__(self, restoration: Restoration, number: int) -> None:
        self.restoration = restoration
        self.number = number

    @property
    def restore_uid(self) -> int:
        """Which restore it is of: later ones win."""
        return self.restoration.restore_uid

    @property
    def node(self) -> Node:
        """What the checkpoint has of the object."""
        return self.restoration.graph.nodes[self.number]

    def restore(self, obj: Any) -> None:
        """Assigns the values to an object and to those below it."""
        with init_scope():
            if self.restoration.bind(self.number, obj):
                self._restore_below(obj)

    def _restore_below(self, root: Any) -> None:
        waiting: deque[tuple[Position, Any]] = deque([(self, root)])
        due: list[tuple[Position, Any]] = []
        while waiting:
            position, obj = waiting.popleft()
            if position.restore_uid > obj._update_uid:
                obj._update_uid = position.restore_uid
                due.append((position, obj))
            waiting.extend(position._children(obj))
            waiting.extend(position._slots(obj))
        # All is read and checked before anything is assigned: what is wrong leaves all as it was.
        values = [(position, obj, position._values(obj)) for position, obj in due]
        for position, obj, found in values:
            position._assign(obj, found)

    def _values(self, obj: Any) -> dict[str, Any] | None:
        """What the checkpoint has for an object; None if nothing."""
        attributes = self.node.attributes
        if not attributes:
            return None
        if isinstance(obj, PythonState):
            return {"": self.restoration.bundle.read(attributes[0].checkpoint_key)[()]}
        if not holds_tensors(obj):
            names = [attribute.name for attribute in attributes]
            self.restoration.farewell.unused_attributes[self.number] = names
            return None
        keys = {attribute.name: attribute.checkpoint_key for attribute in attributes}
        shared = object_graph.attributes_of(attributes[0].checkpoint_key)
        found = {}
        for name, dtype in _expected(obj):
            local = object_graph.escaped(name)
            found[name] = self.restoration.read(keys.get(local, shared + local), dtype)
        if isinstance(obj, Variable):
            obj._check_restored(found[object_graph.VARIABLE_VALUE])
        return found

    def _assign(self, obj: Any, values: dict[str, Any] | None) -> None:
        if values is None:
            return
        if isinstance(obj, PythonState):
            obj.deserialize(values[""])
        else:
            obj._restore_from_tensors(values)

    def _children(self, obj: Any) -> Iterable[tuple[Position, Any]]:
        """The children that are there and not restored yet; the others wait for theirs."""
        present = obj._trackable_children()
        for name, number in self.node.children:
            if self.restoration.object_of(number) is not None:
                continue
            position = Position(self.restoration, number)
            child = obj._lookup_dependency(name, present)
            if child is None:
                if position.node.holds_values:
                    obj._deferred_dependencies.setdefault(name, []).append(position)
            elif self.restoration.bind(number, child):
                yield position, child

    def _slots(self, obj: Any) -> Iterable[tuple[Position, Any]]:
        """What optimizers keep for this variable; or this optimizer, for variables met before."""
        restoration = self.restoration
        for variable, slot in restoration.deferred_slots.pop(self.number, ()):
            yield from self._slot(obj, variable, slot)
        for owner, slot in restoration.slots.pop(self.number, ()):
            optimizer = restoration.object_of(owner)
            if optimizer is None:
                restoration.deferred_slots.setdefault(owner, []).append((obj, slot))
            elif hasattr(optimizer, "_create_or_restore_slot_variable"):
                yield from self._slot(optimizer, obj, slot)

    def _slot(
        self, optimizer: Any, variable: Any, slot: SlotVariable
    ) -> Iterable[tuple[Position, Any]]:
        position = Position(self.restoration, slot.slot_variable_node_id)
        made = optimizer._create_or_restore_slot_variable(
            slot_variable_position=position, variable=variable, slot_name=slot.slot_name
        )
        if made is not None and self.restoration.bind(position.number, made):
            yield position, made

    # -- what optimizers ask of it --------------------------------------------------------------

    def is_simple_variable(self) -> bool:
        """Whether it is a variable, and nothing below."""
        names = [attribute.name for attribute in self.node.attributes]
        return names == [object_graph.VARIABLE_VALUE] and not self.node.children

    def value_tensors(self) -> dict[str, EagerTensor]:
        """Its tensors, by their names."""
        return {
            attribute.name: tensor_of(self.restoration.bundle.read(attribute.checkpoint_key))
            for attribute in self.node.attributes
        }

    def value_shape(self) -> list[int] | None:
        """The shape of its value, if it is a variable."""
        for attribute in self.node.attributes:
            if attribute.name == object_graph.VARIABLE_VALUE:
                return list(self.restoration.bundle.entry(attribute.checkpoint_key).shape)
        return None


def _expected(obj: Any) -> list[tuple[str, DType]]:
    """The tensors that an object takes, and their types."""
    if isinstance(obj, Variable) and type(obj)._serialize_to_tensors in _OF_VARIABLES:
        return [(object_graph.VARIABLE_VALUE, obj.dtype)]
    return [(name, to_tensor(value).dtype) for name, value in obj._serialize_to_tensors().items()]


_OF_VARIABLES = (Variable._serialize_to_tensors,)


class NamedRestoration:
    """One restore of a checkpoint without an object graph: variables by their names."""

    def __init__(self, bundle: Any) -> None:
        self.bundle = bundle
        self.restore_uid = next(_uids)
        self.unused: list[tuple[Any, str]] = []  # weak references to variables, and their names

    def restore(self, obj: Any) -> None:
        """Assigns to a variable; any object hands it on to its children to come."""
        obj._trackable_state.by_name.append(self)
        if obj._update_uid >= self.restore_uid:
            return
        name = full_name(obj)
        if name and name in self.bundle:
            dtype = DType(self.bundle.entry(name).dtype)
            if dtype != obj.dtype:
                raise InvalidArgumentError(
                    None,
                    None,
                    f"Trying to assign variable with wrong dtype. Expected {obj.dtype.name} got "
                    f"{dtype.name} [Op:AssignVariableOp]",
                )
            with init_scope():
                value = tensor_of(self.bundle.read(name))
                obj._restore_from_tensors({object_graph.VARIABLE_VALUE: value})
        elif name:
            self.unused.append((_weak(obj), name))
        obj._update_uid = self.restore_uid
