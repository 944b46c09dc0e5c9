"""What the history of a traced function's graph says about its gradients."""

from __future__ import annotations

from .._core.op import op_observer
from .._graph.nodes import ReadNode
from .history import Event, History, Value


def without_gradient(event: Event) -> bool:
    """Whether an operation in a graph has no gradient, or only results that have none."""
    if event.outputs and not any(output.is_trainable for output in event.outputs):
        return True
    return event.kind == "op" and _is_nondifferentiable(event.name)


def _is_nondifferentiable(operation: str) -> bool:
    for lazy in op_observer.observed_operations():
        if lazy.operation == operation:
            source = lazy.op_source()
            return bool(source.nondifferentiable or source.unrecorded)
    return False


def placeholders_for(history: History, call: Event, carries: set[Value]) -> set[Value]:
    """What stands in a graph for the inputs of a call that carry the gradient.

    These are values of placeholders, and of reads of variables.
    """
    graph = call.graph
    found = set()
    for value, placeholder in zip(call.inputs, graph.placeholders, strict=False):
        known = history.find(placeholder)
        if value in carries and known is not None:
            found.add(known)
    variables = {value.variable for value in call.inputs if value in carries}
    for node in graph.nodes:
        # A variable that is an argument has a stand-in while the function is traced; the node of
        # the called graph has the variable itself.
        if isinstance(node, ReadNode) and history.variable(node.variable._handle) in variables:
            found.update(x for output in node.outputs if (x := history.find(output)) is not None)
    return found
