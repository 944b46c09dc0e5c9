"""Restores objects from a checkpoint, immediately or when they are created."""

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
from .object_graph import ObjectGraph
from .python_state import NAME as PYTHON_STATE
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
    """A weak reference, or a strong one to a tuple, which Python cannot refer to weakly."""
    return (lambda: obj) if isinstance(obj, tuple) else weakref.ref(obj)


class _Objects:
    """A set of weak references to objects, compared by identity."""

    def __init__(self) -> None:
        self._references: dict[int, Any] = {}

    def add(self, obj: Any) -> None:
        self._references[id(obj)] = _weak(obj)

    def __iter__(self) -> Iterator[Any]:
        for reference in list(self._references.values()):
            obj = reference()
            if obj is not None:
                yield obj


class _UnrestoredWarning:
    """Warns about values that were not restored, once nothing refers to the restoration."""

    def __init__(self, graph: ObjectGraph) -> None:
        self.graph = graph
        self.matched: set[int] = set()
        self.unused_attributes: dict[int, list[str]] = {}
        self.expect_partial = False

    def __del__(self) -> None:
        if self.expect_partial:
            return
        unused = [
            self.graph.names[node_id]
            for node_id, node in enumerate(self.graph.nodes)
            if node.attributes and node_id not in self.matched
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
    """A restore of a checkpoint: its objects and the objects of the program that match them."""

    def __init__(self, bundle: Any, graph: ObjectGraph, skip_slots: bool) -> None:
        self.bundle = bundle
        self.graph = graph
        self.restore_uid = next(_uids)
        self.skip_slots = skip_slots
        self.unrestored = _UnrestoredWarning(graph)
        self.seen = _Objects()
        self._assigned: dict[int, Any] = {}
        self.deferred_slots: dict[int, list[tuple[Any, Any]]] = {}
        self.slots: dict[int, list[tuple[int, Any]]] = {}
        for node_id, node in enumerate(graph.nodes if not skip_slots else ()):
            for slot in node.slot_variables:
                self.slots.setdefault(slot.original_variable_node_id, []).append((node_id, slot))

    def object_of(self, node_id: int) -> Any:
        """The program's object for an object of the checkpoint, or None."""
        reference = self._assigned.get(node_id)
        return None if reference is None else reference()

    def objects(self) -> list[Any]:
        """The program's objects that are in the checkpoint."""
        objects = (reference() for reference in self._assigned.values())
        return [obj for obj in objects if obj is not None]

    def bind(self, node_id: int, obj: Any) -> bool:
        """Records the program's object for one of the checkpoint; returns whether it was new."""
        self.seen.add(obj)
        self.unrestored.matched.add(node_id)
        present = self.object_of(node_id)
        if present is None:
            self._assigned[node_id] = _weak(obj)
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
        """A tensor on the CPU. Raises InvalidArgumentError if it has another type."""
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
            error_class: Any = type(error)
            raise error_class(None, None, f"{error.message} [Op:RestoreV2]") from None


def tensor_of(array: np.ndarray) -> EagerTensor:
    """An array as a tensor on the CPU."""
    with device("/CPU:0"):
        return to_tensor(array)


class Position:
    """An object of the checkpoint, which may wait for the program's object to be created."""

    def __init__(self, restoration: Restoration, node_id: int) -> None:
        self.restoration = restoration
        self.node_id = node_id

    @property
    def restore_uid(self) -> int:
        """The number of the restore; later ones take precedence."""
        return self.restoration.restore_uid

    @property
    def node(self) -> Any:
        """The object's node in the graph."""
        return self.restoration.graph.nodes[self.node_id]

    def restore(self, obj: Any) -> None:
        """Restores an object and those below it."""
        with init_scope():
            if self.restoration.bind(self.node_id, obj):
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
        # All values are read and checked before any is assigned, so that an error changes nothing.
        pending = [(position, obj, position._values(obj)) for position, obj in due]
        for position, obj, values in pending:
            position._assign(obj, values)

    def _values(self, obj: Any) -> dict[str, Any] | None:
        """The object's tensors in the checkpoint; None if there are none."""
        attributes = self.node.attributes
        if not attributes:
            return None
        if isinstance(obj, PythonState):
            return {"": self.restoration.bundle.read(attributes[0].checkpoint_key)[()]}
        if not holds_tensors(obj):
            names = [attribute.name for attribute in attributes]
            self.restoration.unrestored.unused_attributes[self.node_id] = names
            return None
        keys = {attribute.name: attribute.checkpoint_key for attribute in attributes}
        prefix = object_graph.key_prefix(attributes[0].checkpoint_key)
        values = {}
        for name, dtype in _expected(obj):
            local = object_graph.escape(name)
            values[name] = self.restoration.read(keys.get(local, prefix + local), dtype)
        if isinstance(obj, Variable):
            obj._check_restored(values[object_graph.VARIABLE_VALUE])
        return values

    def _assign(self, obj: Any, values: dict[str, Any] | None) -> None:
        if values is None:
            return
        if isinstance(obj, PythonState):
            obj.deserialize(values[""])
        else:
            obj._restore_from_tensors(values)

    def _children(self, obj: Any) -> Iterable[tuple[Position, Any]]:
        """The existing children that are not restored yet; positions of others are deferred."""
        present = obj._trackable_children()
        for child_node in self.node.children:
            name, node_id = child_node.local_name, child_node.node_id
            if self.restoration.object_of(node_id) is not None:
                continue
            position = Position(self.restoration, node_id)
            child = obj._lookup_dependency(name, present)
            if child is None:
                if object_graph.holds_values(position.node):
                    obj._deferred_dependencies.setdefault(name, []).append(position)
            elif self.restoration.bind(node_id, child):
                yield position, child

    def _slots(self, obj: Any) -> Iterable[tuple[Position, Any]]:
        """The slots of this variable; or of this optimizer, for variables restored before."""
        restoration = self.restoration
        for variable, slot in restoration.deferred_slots.pop(self.node_id, ()):
            yield from self._slot(obj, variable, slot)
        for owner, slot in restoration.slots.pop(self.node_id, ()):
            optimizer = restoration.object_of(owner)
            if optimizer is None:
                restoration.deferred_slots.setdefault(owner, []).append((obj, slot))
            elif hasattr(optimizer, "_create_or_restore_slot_variable"):
                yield from self._slot(optimizer, obj, slot)

    def _slot(self, optimizer: Any, variable: Any, slot: Any) -> Iterable[tuple[Position, Any]]:
        position = Position(self.restoration, slot.slot_variable_node_id)
        slot_variable = optimizer._create_or_restore_slot_variable(
            slot_variable_position=position, variable=variable, slot_name=slot.slot_name
        )
        if slot_variable is not None and self.restoration.bind(position.node_id, slot_variable):
            yield position, slot_variable

    # -- for optimizers -------------------------------------------------------------------------

    def is_simple_variable(self) -> bool:
        """Whether this is a variable without children."""
        names = [attribute.name for attribute in self.node.attributes]
        return names == [object_graph.VARIABLE_VALUE] and not self.node.children

    def value_tensors(self) -> dict[str, EagerTensor]:
        """The tensors by name."""
        return {
            attribute.name: tensor_of(self.restoration.bundle.read(attribute.checkpoint_key))
            for attribute in self.node.attributes
        }

    def value_shape(self) -> list[int] | None:
        """The shape of the value if this is a variable, else None."""
        for attribute in self.node.attributes:
            if attribute.name == object_graph.VARIABLE_VALUE:
                return list(self.restoration.bundle.entry(attribute.checkpoint_key).shape)
        return None


def _expected(obj: Any) -> list[tuple[str, DType]]:
    """The names and types of the tensors that an object restores."""
    if isinstance(obj, Variable) and type(obj)._serialize_to_tensors in _OF_VARIABLES:
        return [(object_graph.VARIABLE_VALUE, obj.dtype)]
    return [(name, to_tensor(value).dtype) for name, value in obj._serialize_to_tensors().items()]


_OF_VARIABLES = (Variable._serialize_to_tensors,)


class NamedRestoration:
    """A restore of a checkpoint without an object graph, which assigns variables by name."""

    def __init__(self, bundle: Any) -> None:
        self.bundle = bundle
        self.restore_uid = next(_uids)
        self.unused: list[tuple[Any, str]] = []  # weak references to objects, and their names

    def restore(self, obj: Any) -> None:
        """Restores a variable; other objects pass this on to children created later.

        Objects that are not a `tf.Variable` have no name here, Keras's variables neither.
        """
        obj._trackable_state.by_name.append(self)
        if obj._update_uid >= self.restore_uid:
            return
        name = full_name(obj) if isinstance(obj, Variable) else ""
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
        elif isinstance(obj, PythonState):
            self.unused.append((_weak(obj), PYTHON_STATE))
        elif holds_tensors(obj):
            self.unused.append((_weak(obj), name))
        obj._update_uid = self.restore_uid
