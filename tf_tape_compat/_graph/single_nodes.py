"""Calls that are traced by running them, or else become one node."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .. import nest
from .._core.recording.execution_context import active_graph
from .._core.tensor.tensor import EagerTensor
from ..errors import OpError
from .nodes import EffectNode, OpNode
from .shadows import is_data_dependent, is_fake
from .symbolic_tensor import SymbolicTensor, is_unknown
from .trace_errors import as_trace_error
from .unsupported import NeedsValue, TraceUnsupported


def call_or_node(
    graph: Any,
    operation: str,
    call: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    is_assertion: bool = False,
) -> Any:
    """The result of a call that adds nodes; if it needs sizes or values, that of a single node.

    What it added before it failed is undone. Composites among the arguments and results are taken
    apart (structure.py).
    """

    def single(*args: Any, **kwargs: Any) -> Any:
        result = call(*args, **kwargs)
        for leaf in nest.flatten(result, expand_composites=True):
            if leaf is not None and not isinstance(leaf, EagerTensor):
                raise TraceUnsupported(f"a {type(leaf).__name__} from {operation}")
        return result

    mark = graph.mark()
    try:
        result = call(*args, **kwargs)
        if _holds_shadow(result):
            raise NeedsValue("the payload of a symbolic tensor in a result")
        return result
    except Exception as error:
        if isinstance(error, TraceUnsupported) and not isinstance(error, NeedsValue):
            raise
        # With unknown sizes any error may come from their examples, or from None.
        operands = (*args, *kwargs.values())
        may_need_values = is_data_dependent(error) or any(map(is_unknown, operands))
        if not isinstance(error, OpError):  # such as a TypeError of `int(tensor)`
            may_need_values = may_need_values or any(map(_is_symbolic, operands))
        if graph is not active_graph():
            raise
        if hasattr(error, "kernel_text") and all(map(_has_known_sizes, operands)):
            raise  # the sizes do not fit, whatever the values are
        if is_assertion and isinstance(error, ValueError) and not is_data_dependent(error):
            raise  # it is known not to hold
        original = as_trace_error(error, operation) if isinstance(error, OpError) else error
        if not may_need_values or not graph.roll_back(mark):
            raise original from None
    arguments, inputs = graph.lift((args, kwargs))
    try:
        if is_assertion:
            node = EffectNode(operation, single, arguments, inputs, False)
            graph.add_node(node)
            return None if operation == "AssertShapes" else node.operation
        return graph.add_node(OpNode(operation, single, arguments, inputs))
    except TraceUnsupported:
        if isinstance(original, TraceUnsupported) or is_data_dependent(original):
            raise
        if not all(x.shape.is_fully_defined() for x in inputs):
            raise
        raise original from None
    except Exception:
        raise original from None


def _holds_shadow(value: Any) -> bool:
    """Whether a result was made of the payloads of symbolic tensors."""
    if isinstance(value, EagerTensor):
        return type(value) is not SymbolicTensor and is_fake(value._t)
    if isinstance(value, (list, tuple)):
        return any(map(_holds_shadow, value))
    if not hasattr(type(value), "_with_components"):
        return False
    return any(
        isinstance(part, EagerTensor) and type(part) is not SymbolicTensor and is_fake(part._t)
        for part in nest.flatten(value, expand_composites=True)
    )


def _has_known_sizes(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return all(map(_has_known_sizes, value))
    if hasattr(type(value), "_with_components"):
        return not _is_symbolic(value)
    return type(value) is not SymbolicTensor or value.shape.is_fully_defined()


def _is_symbolic(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return any(map(_is_symbolic, value))
    if type(value) is SymbolicTensor:
        return True
    if hasattr(type(value), "_with_components"):
        return any(map(_is_symbolic, value._components()))
    return False
