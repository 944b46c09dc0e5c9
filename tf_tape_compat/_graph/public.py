"""The functions of TensorFlow 1's graphs: placeholders, the default graph, initializers."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import Any

from .._core.recording.execution_context import active_graph
from .._core.tensor.convert import to_tensor
from .._core.types.dtype import as_dtype
from .._core.types.shape import as_shape
from .._core.variables.sparse_tensor import SparseTensor
from .api import Graph
from .nodes import OpNode
from .operation import Operation

_INT64 = as_dtype("int64")
GLOBAL_VARIABLES = "variables"

_default_graph: list[Graph] = []


def get_default_graph() -> Graph:
    """The graph that operations are added to, or one that is always empty in eager execution."""
    graph = active_graph()
    if graph is not None:
        return graph
    if not _default_graph:
        _default_graph.append(Graph())
    return _default_graph[0]


def reset_default_graph() -> None:
    """Forgets the default graph; the next one is empty."""
    _default_graph.clear()
    if _without_eager:
        _without_eager.pop().__exit__(None, None, None)
        disable_eager_execution()


# The context of the default graph, once the program has disabled eager execution.
_without_eager: list[AbstractContextManager[Any]] = []


def disable_eager_execution() -> None:
    """From now on, operations of this thread are added to the default graph."""
    if active_graph() is None:
        context = get_default_graph().as_default()
        context.__enter__()
        _without_eager.append(context)


def placeholder(dtype: Any, shape: Any = None, name: str | None = None) -> Any:
    """Implements `tf.compat.v1.placeholder`. Raises RuntimeError in eager execution."""
    graph = active_graph()
    if graph is None:
        raise RuntimeError("tf.placeholder() is not compatible with eager execution.")
    return graph.add_placeholder(name or "Placeholder", as_dtype(dtype), as_shape(shape))


def placeholder_with_default(input: Any, shape: Any, name: str | None = None) -> Any:
    """Implements `tf.compat.v1.placeholder_with_default`: `input`, unless a session feeds it."""
    graph = active_graph()
    tensor = to_tensor(input)
    if graph is None:
        return tensor
    arguments, inputs = graph.lift(((tensor,), {}))
    node = OpNode("PlaceholderWithDefault", lambda value: value, arguments, inputs)
    result = graph.add_node(node, name or "PlaceholderWithDefault")
    result.forget_shape(as_shape(shape))
    return result


def sparse_placeholder(dtype: Any, shape: Any = None, name: str | None = None) -> SparseTensor:
    """Implements `tf.compat.v1.sparse_placeholder`. Raises RuntimeError in eager execution."""
    if active_graph() is None:
        raise RuntimeError("`sparse_placeholder` is not compatible with eager execution.")
    prefix = f"{name}/" if name else ""
    static = as_shape(shape)
    rank = static.rank
    values = placeholder(dtype, [None], f"{prefix}values" if name else None)
    indices = placeholder(_INT64, [None, rank], f"{prefix}indices" if name else None)
    dense_shape = placeholder(_INT64, [rank], f"{prefix}shape" if name else None)
    result = SparseTensor(indices, values, dense_shape)
    result._shape = static
    return result


def global_variables(scope: str | None = None) -> list[Any]:
    """The variables of the current graph."""
    graph = active_graph()
    return [] if graph is None else graph.get_collection(GLOBAL_VARIABLES, scope)


def variables_initializer(variables: Iterable[Any], name: str = "init") -> Operation | None:
    """An operation that gives variables their initial values; None in eager execution."""
    graph = active_graph()
    if graph is None:
        return None
    operation: Operation = graph.add_group([v.initializer for v in variables], name)
    return operation


def global_variables_initializer() -> Operation | None:
    """An operation that gives the variables of the graph their initial values."""
    return variables_initializer(global_variables())
