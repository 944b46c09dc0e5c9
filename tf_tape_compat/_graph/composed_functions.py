"""Composed functions that become nodes of their own where they need sizes or values.

The public functions in `_ops` that are no operations (`@op`) call operations, and are traced by
running them. One that reads a size or value that is not known while tracing is undone, and added as
one node instead. It then runs with values: in a program as a call between lowered parts.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import sys
from collections.abc import Callable
from types import FunctionType
from typing import Any

from .. import _ops
from .._core.op.op_tracing import wrap_while_tracing
from .._core.recording.execution_context import active_graph
from ..errors import OpError
from .nodes import OpNode
from .shadows import is_data_dependent
from .symbolic_tensor import is_unknown
from .trace_errors import as_trace_error
from .unsupported import NeedsValue, TraceUnsupported

# Folders of `_ops` whose functions call the user's, draw random numbers, or have other effects.
_LEFT_OUT = frozenset(("control", "random", "io", "state", "_support"))


def install(own_rules: frozenset[Any]) -> None:
    """Wraps the composed functions, except those in `own_rules`. Called once."""
    for module in pkgutil.walk_packages(_ops.__path__, f"{_ops.__name__}."):
        folder = module.name.removeprefix(f"{_ops.__name__}.").partition(".")[0]
        if module.ispkg or folder in _LEFT_OUT:
            continue
        importlib.import_module(module.name)
        for function in list(vars(sys.modules[module.name]).values()):
            if _is_composed(function, module.name) and function not in own_rules:
                wrap_while_tracing(function, _node_if_needed)


def _is_composed(function: Any, module: str) -> bool:
    """Whether an attribute of a module is a public function of TensorFlow that is no operation."""
    return (
        type(function) is FunctionType
        and function.__module__ == module
        and not hasattr(function, "stub")
        and not function.__name__.startswith("_")
        and "`tf." in (function.__doc__ or "")
    )


def _node_if_needed(
    function: Any, call: Callable[..., Any], signature: inspect.Signature
) -> Callable[..., Any]:
    operation = "".join(word.capitalize() for word in function.__name__.split("_"))

    def traced(*args: Any, **kwargs: Any) -> Any:
        graph = active_graph()
        if graph is None:
            return call(*args, **kwargs)
        mark = graph.mark()
        try:
            return call(*args, **kwargs)
        except Exception as error:
            if isinstance(error, TraceUnsupported) and not isinstance(error, NeedsValue):
                raise
            # With unknown sizes any error may come from their examples, or from None.
            may_need_values = is_data_dependent(error) or any(
                map(is_unknown, (*args, *kwargs.values()))
            )
            if graph is not active_graph():
                raise
            original = as_trace_error(error, operation) if isinstance(error, OpError) else error
            if not may_need_values or not graph.roll_back(mark):
                raise original from None
        arguments, inputs = graph.lift((args, kwargs))
        try:
            return graph.add_node(OpNode(operation, call, arguments, inputs))
        except TraceUnsupported:
            raise
        except Exception:
            raise original from None

    return traced
