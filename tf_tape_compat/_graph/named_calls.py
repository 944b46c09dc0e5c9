"""The operations of composed functions that programs give a name."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .._core.recording.execution_context import current_context

if TYPE_CHECKING:
    from .graph import Graph
    from .operation import Operation


def call_named(graph: Graph, name: Any, call: Callable[[], Any]) -> Any:
    """Calls a composed function whose argument `name` is this one, and returns its result.

    As in TensorFlow, the operations are below the name, and the last one has the name itself.
    """
    if not isinstance(name, str) or not name or name.endswith("/"):
        return call()
    scope = current_context.scope
    begin = len(graph._operations)
    full = graph.unique_name(name)
    current_context.scope = f"{full}/"
    try:
        result = call()
    finally:
        current_context.scope = scope
    added = list(graph._operations.values())[begin:]
    computing = [operation for operation in added if operation.type != "Const"] or added
    if computing:
        rename(graph, computing[-1], full)
    return result


def rename(graph: Graph, operation: Operation, name: str) -> None:
    """Gives an operation another name, which nothing else has, in its place."""
    before, operations = operation.name, graph._operations
    operation.name = name
    constant = operation.constant_name
    if constant is not None and constant.startswith(f"{before}/"):
        operation.constant_name = name + constant.removeprefix(before)
    if next(reversed(operations.values())) is operation:
        operations.popitem()
        operations[name] = operation
        return
    renamed = {name if x is operation else key: x for key, x in operations.items()}
    operations.clear()
    operations.update(renamed)
