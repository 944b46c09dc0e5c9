"""The objects that a SavedModel contains, with their functions, traces and captured tensors."""

from __future__ import annotations

from collections import deque
from typing import Any

from .._core.tensor.tensor import EagerTensor
from .._core.tracking.trackable import Trackable, wrapped
from .._core.variables.variable import Variable
from .._functions.concrete import ConcreteFunction
from .._functions.function import Function
from .._graph.symbolic_tensor import SymbolicTensor
from .._lookup.tables import Table
from .function_arguments import key_of
from .loaded_functions import RestoredFunction
from .objects import SignatureMap

SIGNATURES = "signatures"


class Captured(Trackable):
    """A tensor that a function captures."""

    def __init__(self, tensor: EagerTensor) -> None:
        self.tensor = tensor


TABLE_FUNCTIONS = ("_create_resource", "_initialize", "_destroy_resource")


class TableFunction(Trackable):
    """A function that makes, fills or releases a table.

    Attributes:
      table: the table.
      name: which of the functions it is.
    """

    def __init__(self, table: Any, name: str) -> None:
        self.table, self.name = table, name


def is_table(obj: Any) -> bool:
    """Whether an object is a lookup table with entries of its own."""
    return isinstance(obj, Table) and hasattr(obj, "_entries")


class ObjectView:
    """The objects below a root, breadth first.

    Attributes:
      root: the root.
      objects: the objects; their numbers are those of the SavedModel's nodes.
      paths: the names that lead to each of them.
      signatures: the signatures, a child of the root.
    """

    def __init__(self, root: Any) -> None:
        self.root = root
        self.signatures: SignatureMap | None = None
        self.objects: list[Any] = []
        self.paths: list[tuple[str, ...]] = []
        self._ids: dict[int, int] = {}
        self._children: dict[int, dict[str, Any]] = {}
        self._captured: dict[int, Captured] = {}
        self._handles: dict[int, int] = {}

    def children(self, obj: Any) -> dict[str, Any]:
        """The children of an object by name."""
        if id(obj) not in self._children:
            children = self._find_children(obj)
            if obj is self.root and self.signatures is not None:
                children[SIGNATURES] = self.signatures
            self._children[id(obj)] = children
        return self._children[id(obj)]

    def _find_children(self, obj: Any) -> dict[str, Any]:
        if isinstance(obj, Function):
            traces = enumerate(concrete_functions(obj))
            return {f"trace_{number}": trace for number, trace in traces}
        if isinstance(obj, TableFunction):
            return {}
        if is_table(obj):
            return {name: TableFunction(obj, name) for name in TABLE_FUNCTIONS}
        if isinstance(obj, ConcreteFunction):
            return {
                f"capture_{number}": self.captured(tensor)
                for number, tensor in enumerate(obj.graph.captured_external)
                if type(tensor) is not SymbolicTensor
            }
        children = obj._trackable_children("savedmodel")
        wrapped_children = {name: wrapped(child) for name, child in children.items()}
        return {
            name: child for name, child in wrapped_children.items() if isinstance(child, Trackable)
        }

    def captured(self, tensor: EagerTensor) -> Captured:
        """The object for a captured tensor."""
        if id(tensor) not in self._captured:
            self._captured[id(tensor)] = Captured(tensor)
        return self._captured[id(tensor)]

    def forget_root(self) -> None:
        """Looks the children of the root up again."""
        self._children.pop(id(self.root), None)

    def walk(self) -> None:
        """Finds all objects."""
        self.trace_functions()
        queue: deque[tuple[Any, tuple[str, ...]]] = deque([(self.root, ())])
        self._ids = {id(self.root): 0}
        while queue:
            obj, path = queue.popleft()
            self.objects.append(obj)
            self.paths.append(path)
            for name, child in self.children(obj).items():
                if id(child) not in self._ids:
                    self._ids[id(child)] = len(self._ids)
                    queue.append((child, (*path, name)))
        for number, obj in enumerate(self.objects):
            resource = obj._entries if is_table(obj) else variable_of(obj)
            if resource is not None:
                self._handles.setdefault(key_of(resource), number)

    def trace_functions(self) -> None:
        """Traces functions with an `input_signature`, which may create variables."""
        seen: set[int] = set()
        stack = [self.root]
        while stack:
            obj = stack.pop()
            if id(obj) in seen:
                continue
            seen.add(id(obj))
            if isinstance(obj, Function):
                concrete_functions(obj)
            elif not isinstance(obj, ConcreteFunction):
                found = self._find_children(obj)
                self._children[id(obj)] = found  # also keeps the objects alive
                stack += found.values()
        self._children = {
            key: value for key, value in self._children.items() if key != id(self.root)
        }

    def number(self, obj: Any) -> int:
        """The number of an object."""
        return self._ids[id(obj)]

    def number_of_resource(self, resource: Any) -> int | None:
        """The number of a variable, or of the table with these entries; None if it has none."""
        return self._handles.get(key_of(resource))


def variable_of(obj: Any) -> Variable | None:
    """The variable that an object is, or wraps, as Keras's variables do; else None."""
    if isinstance(obj, Variable):
        return obj
    if getattr(obj, "_should_act_as_resource_variable", False):
        inner = getattr(obj, "value", None)
        return inner if isinstance(inner, Variable) else None
    return None


def concrete_functions(function: Function) -> list[ConcreteFunction]:
    """The traces of a function; it is traced if it was not and has an `input_signature`.

    Without one, it is traced again for the signature of each trace, whose specs have names, unless
    it was. So does TensorFlow, which Python's effects in the function show.

    Raises NotImplementedError for a function that runs its Python at every call.
    """
    if isinstance(function, RestoredFunction):
        return function.concrete_functions
    if function.input_signature is not None and not function._traces:
        function.get_concrete_function()
    traces = []
    for trace in function._traces.values():
        if trace.not_traced is not None:
            raise NotImplementedError(
                f"tf.saved_model.save: the function {function._name} has no graph, because of "
                f"{trace.not_traced}; remove it from the object, or change it so that it is traced"
            )
        if trace.traced is not None:
            traces.append(trace)
    if function.input_signature is not None:
        return traces
    signatures: list[Any] = []
    for trace in traces:
        signature = trace.structured_input_signature
        if signature not in signatures:
            signatures.append(signature)
    return [function.get_concrete_function(*args, **kwargs) for args, kwargs in signatures]
