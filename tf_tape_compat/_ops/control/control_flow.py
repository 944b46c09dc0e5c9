"""`tf.group`, `tf.tuple` and `tf.no_op`, which matter to graphs only."""

from __future__ import annotations

from typing import Any

from ... import nest
from ..._core.recording.execution_context import active_graph


def group(*inputs: Any, **kwargs: Any) -> Any:
    """Implements `tf.group`: in a graph, an operation that runs after the inputs.

    Returns None in eager execution, where the inputs are computed already.
    """
    graph = active_graph()
    if graph is None:
        return None
    return graph.add_group(nest.flatten(inputs), kwargs.get("name") or "group_deps")


def tuple_(tensors: Any, control_inputs: Any = None, name: str | None = None) -> Any:
    """Implements `tf.tuple`. Returns `tensors`, which in eager execution are computed already."""
    return tensors


def no_op(name: str | None = None) -> Any:
    """Implements `tf.no_op`: in a graph, an operation that does nothing. Returns None otherwise."""
    graph = active_graph()
    return None if graph is None else graph.add_group((), name or "NoOp")
