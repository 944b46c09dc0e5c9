"""Composed functions that become nodes of their own where they need sizes or values.

The public functions in `_ops` that are no operations (`@op`) call operations, and are traced by
running them. One that reads a size or value that is not known while tracing is undone, and added as
one node instead. It then runs with values: in a program as a call between lowered parts.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Callable
from types import FunctionType
from typing import Any

from .. import _ops, nest
from .._core.recording.execution_context import active_graph
from .._core.tensor.tensor import EagerTensor
from ..errors import OpError
from .graph import Graph
from .nodes import EffectNode, OpNode
from .shadows import is_data_dependent
from .symbolic_tensor import SymbolicTensor, is_unknown
from .trace_errors import as_trace_error
from .trace_rules import Rule, trace_function
from .unsupported import NeedsValue, TraceUnsupported

# Folders of `_ops` whose functions call the user's, or have other effects.
_LEFT_OUT = frozenset(("control", "io", "state", "_support"))
# The beginning of the names of the random functions that have no effect.
_STATELESS = "stateless_"
# Functions of other folders that draw random numbers: the nodes are their draws (random_nodes.py).
_DRAWS = frozenset("dropout nce_loss sampled_softmax_loss compute_accidental_hits".split())


def install(own_rules: frozenset[Any]) -> None:
    """Wraps the composed functions, except those in `own_rules`. Called once."""
    for module in pkgutil.walk_packages(_ops.__path__, f"{_ops.__name__}."):
        folder = module.name.removeprefix(f"{_ops.__name__}.").partition(".")[0]
        if module.ispkg or folder in _LEFT_OUT:
            continue
        importlib.import_module(module.name)
        for function in list(vars(sys.modules[module.name]).values()):
            if folder == "random" and not getattr(function, "__name__", "").startswith(_STATELESS):
                continue
            if _is_composed(function, module.name) and function not in own_rules:
                trace_function(function, _node_if_needed(function.__name__))


def _is_composed(function: Any, module: str) -> bool:
    """Whether an attribute of a module is a public function of TensorFlow that is no operation."""
    return (
        type(function) is FunctionType
        and function.__module__ == module
        and not hasattr(function, "stub")
        and not function.__name__.startswith(("_", "random_"))
        and function.__name__ not in _DRAWS
        and "`tf." in (function.__doc__ or "")
    )


def _node_if_needed(name: str) -> Rule:
    """The rule of a composed function."""
    operation = "".join(word.capitalize() for word in name.split("_"))
    is_assertion = name.startswith("assert_")

    def traced(graph: Graph, call: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        def single(*args: Any, **kwargs: Any) -> Any:
            result = call(*args, **kwargs)
            for leaf in nest.flatten(result):
                if leaf is not None and not isinstance(leaf, EagerTensor):
                    raise TraceUnsupported(f"a {type(leaf).__name__} from tf.{name}")
            return result

        mark = graph.mark()
        try:
            return call(*args, **kwargs)
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
            original = as_trace_error(error, operation) if isinstance(error, OpError) else error
            if not may_need_values or not graph.roll_back(mark):
                raise original from None
        arguments, inputs = graph.lift((args, kwargs))
        try:
            if is_assertion:
                node = EffectNode(operation, single, arguments, inputs, False)
                graph.add_node(node)
                return node.operation
            return graph.add_node(OpNode(operation, single, arguments, inputs))
        except TraceUnsupported:
            raise
        except Exception:
            raise original from None

    return traced


def _is_symbolic(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return any(map(_is_symbolic, value))
    return type(value) is SymbolicTensor
