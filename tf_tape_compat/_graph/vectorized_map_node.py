"""`tf.vectorized_map` in a graph: a node with the graph of the function of one slice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .. import nest
from .._core.recording.execution_context import current_context
from .._core.tensor.convert import to_tensor
from .._core.tensor.tensor import EagerTensor
from .._core.types.dtype import DType
from .._core.types.shape import TensorShape
from .._ops.control import vectorized_map
from .._ops.control.while_loop import without_variables
from .graph import FuncGraph, Graph
from .nodes import Node, Run
from .replay import Replay
from .symbolic_tensor import SymbolicTensor
from .trace_rules import trace_function
from .unsupported import TraceUnsupported


class VectorizedMapNode(Node):
    """A call of `tf.vectorized_map`. Its inputs are the elements, and what the function captures.

    Attributes:
      body: the graph of the function of one slice.
      options: the further arguments.
    """

    __slots__ = ("body", "options")

    def __init__(
        self, body: FuncGraph, options: tuple[bool, bool], inputs: list[SymbolicTensor]
    ) -> None:
        super().__init__("VectorizedMap", inputs)
        self.body = body
        self.options = options

    @property
    def graphs(self) -> tuple[FuncGraph, ...]:
        return (self.body,)

    def stated_results(self) -> list[tuple[DType, TensorShape]]:
        lengths = {x.shape[0] for x in self.inputs[: len(self.body.inputs)]} - {1}
        length = lengths.pop() if len(lengths) == 1 else None if lengths else 1
        return [(x.dtype, TensorShape([length]).concatenate(x.shape)) for x in self.body.outputs]

    def run(self, run: Run, values: list[EagerTensor]) -> list[EagerTensor]:
        count = len(self.body.inputs)
        captured = values[count:]

        def function(slices: list[EagerTensor]) -> list[EagerTensor]:
            # A run of its own, whose operations are those of torch's vmap also while the graph is
            # lowered.
            inner = Replay(run.variable)
            inner.call_path = run.call_path or ()
            try:
                return inner.run_graph(self.body, [*slices, *captured])
            finally:
                inner.close()

        results: list[EagerTensor] = vectorized_map.vectorized_map(
            function, values[:count], *self.options
        )
        return results

    def result(self, outputs: list[Any]) -> Any:
        return list(outputs)


def install() -> None:
    """Gives `tf.vectorized_map` its rule for graphs."""
    trace_function(vectorized_map.vectorized_map, _vectorized_map)


def _vectorized_map(
    graph: Graph,
    call: Callable[..., Any],
    fn: Callable[[Any], Any],
    elems: Any,
    fallback_to_while_loop: bool = True,
    warn: bool = True,
) -> Any:
    elems = nest.map_structure(to_tensor, without_variables(elems))
    symbols = [graph.symbol(tensor) for tensor in nest.flatten(elems)]
    if not any(type(x) is SymbolicTensor for x in symbols):
        return call(fn, elems, fallback_to_while_loop, warn)
    body = FuncGraph("loop_body", graph, graph.uses_autograph)
    body.is_part = True
    context = current_context.call
    with body.as_default(getattr(context, "function", None), getattr(context, "trace", None)):
        current_context.scope = "loop_body/"
        body.inputs = [body.add_placeholder("Placeholder", x.dtype, x.shape[1:]) for x in symbols]
        result = fn(nest.pack_sequence_as(elems, list(body.inputs)))
        flat = nest.flatten(result)
        body.outputs = [body.symbol(to_tensor(leaf)) for leaf in flat if leaf is not None]
    if any(node.has_effect and node.is_operation for node in body.all_nodes()):
        raise TraceUnsupported("an effect in the function of tf.vectorized_map")
    captured = [graph.symbol(tensor) for tensor in body.captured_external]
    for variable in body.used_variables.values():
        graph.note_variable(variable)
    node = VectorizedMapNode(body, (fallback_to_while_loop, warn), [*symbols, *captured])
    outputs = iter(graph.add_node(node, "loop_body"))
    leaves = [None if leaf is None else next(outputs) for leaf in flat]
    return nest.pack_sequence_as(result, leaves)
