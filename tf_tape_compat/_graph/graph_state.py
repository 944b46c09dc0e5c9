"""Name scopes, control dependencies and collections of a graph."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from .._core.recording.execution_context import current_context, name_scope
from .nodes import NoOpNode
from .operation import NameTable, Operation

if TYPE_CHECKING:
    from .graph import Graph


class _Dependencies:
    """One `control_dependencies` context: what runs before, and the operations made inside."""

    def __init__(self, operations: list[Operation]) -> None:
        self.operations = operations
        self.inside: set[int] = set()


class GraphTrace:
    """In place of a trace, for random operations of a graph that is no function's."""

    number = -2

    def __init__(self, seed: Any) -> None:
        self.seed = seed


class GraphState:
    """The part of a graph that contexts change."""

    _names: NameTable

    def __init__(self) -> None:
        super().__init__()
        self._dependencies: list[_Dependencies] = []
        self._collections: dict[Any, list[Any]] = {}
        self._is_finalized = False
        self.trace = GraphTrace(None)

    @property
    def seed(self) -> Any:
        """The global seed of its random operations."""
        return self.trace.seed

    # -- names ------------------------------------------------------------------------------------

    def unique_name(self, name: str, scope: str | None = None, mark_as_used: bool = True) -> str:
        """A name that nothing else in the graph has, below the current name scope."""
        scope = current_context.scope if scope is None else scope
        return self._names.unique(name, scope, mark_as_used)

    @staticmethod
    def name_scope(name: str | None) -> Any:
        """A context that prefixes the names of operations."""
        return name_scope(name or "")

    @staticmethod
    def get_name_scope() -> str:
        """The current prefix without its final slash."""
        return current_context.scope.removesuffix("/")

    # -- control dependencies ---------------------------------------------------------------------

    @contextmanager
    def control_dependencies(self, control_inputs: Iterable[Any] | None) -> Iterator[None]:
        """A context whose operations run after others. None clears the contexts around it."""
        before = self._dependencies
        if control_inputs is None:
            self._dependencies = []
        else:
            operations = [op for op in map(_operation_of, control_inputs) if op is not None]
            self._dependencies = [*before, _Dependencies(operations)]
        try:
            yield
        finally:
            self._dependencies = before

    def add_control_inputs(self, operation: Operation) -> None:
        """Makes an operation depend on the current contexts."""
        for context in self._dependencies:
            if not any(id(x.op) in context.inside for x in operation.node.inputs):
                operation.control_inputs += [
                    op for op in context.operations if op not in operation.control_inputs
                ]
            context.inside.add(id(operation))

    def add_group(self: Graph, operations: Iterable[Any], name: str) -> Operation:  # type: ignore[misc]
        """An operation that does nothing, and runs after others."""
        with self.control_dependencies(operations):
            node = NoOpNode()
            self.add_node(node, name)
        assert node.operation is not None
        return node.operation

    # -- collections ------------------------------------------------------------------------------

    def add_to_collection(self, name: Any, value: Any) -> None:
        """Appends a value to a collection."""
        self._collections.setdefault(name, []).append(value)

    def add_to_collections(self, names: Any, value: Any) -> None:
        """Appends a value to several collections, to each of them once."""
        for name in {names} if isinstance(names, str) else set(names):
            self.add_to_collection(name, value)

    def get_collection_ref(self, name: Any) -> list[Any]:
        """A collection itself, which may be changed."""
        return self._collections.setdefault(name, [])

    def get_collection(self, name: Any, scope: str | None = None) -> list[Any]:
        """The values of a collection; with a `scope`, those whose name begins with it."""
        values = list(self._collections.get(name, ()))
        if scope is None:
            return values
        return [v for v in values if getattr(v, "name", "").startswith(scope)]

    def get_all_collection_keys(self) -> list[Any]:
        """The names of the collections."""
        return [name for name in self._collections if isinstance(name, str)]

    def clear_collection(self, name: Any) -> None:
        """Empties a collection."""
        self._collections.pop(name, None)

    # -- the end ----------------------------------------------------------------------------------

    @property
    def finalized(self) -> bool:
        """Whether operations can no longer be added."""
        return self._is_finalized

    def finalize(self) -> None:
        """Makes the graph read-only."""
        self._is_finalized = True


def _operation_of(item: Any) -> Operation | None:
    """The operation of a control input; None for what has run already, such as an eager tensor."""
    if isinstance(item, Operation):
        return item
    assignment = getattr(item, "_assignment", None)
    if assignment is not None:
        return assignment
    op = getattr(type(item), "op", None)
    return item.op if op is not None and hasattr(item, "value_index") else None
