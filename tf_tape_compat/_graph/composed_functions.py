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
from functools import wraps
from types import FunctionType
from typing import Any

from .. import _ops
from .._core.op import composed
from .._core.op.op_tracing import replace_while_tracing
from .._core.recording.execution_context import active_graph
from .._core.tensor.tensor import EagerTensor
from .graph import Graph
from .named_calls import call_named
from .single_nodes import call_or_node
from .trace_rules import Rule, trace_function, trace_method

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
    composed.listener = _install_registered
    for function in composed.registered:
        _install_registered(function)


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
        given = kwargs.get("name")
        result = call_named(
            graph, given, lambda: call_or_node(graph, operation, call, args, kwargs, is_assertion)
        )
        if type(result) is EagerTensor and not any(result is x for x in (*args, *kwargs.values())):
            return graph.as_symbolic(None, result, given or name)  # of what is known
        return result

    return traced


def _install_registered(function: Any) -> None:
    """Wraps a function or method of a package above (_core/op/composed.py)."""
    if isinstance(function, composed.Method):
        attribute = inspect.getattr_static(function.cls, function.name)
        if isinstance(attribute, classmethod):
            _wrap_class_method(function.cls, function.name)
        else:
            trace_method(function.cls, function.name, _node_if_needed(_ragged(function.name)))
    else:
        is_ragged = "._ragged." in function.__module__
        name = _ragged(function.__name__) if is_ragged else function.__name__
        trace_function(function, _node_if_needed(name))


def _ragged(name: str) -> str:
    """A name that no operation on dense tensors has."""
    return f"ragged_{name.strip('_')}"


def _wrap_class_method(cls: type, name: str) -> None:
    method, rule = getattr(cls, name), _node_if_needed(_ragged(name))

    @wraps(method)
    def call_rule(*args: Any, **kwargs: Any) -> Any:
        graph = active_graph()
        return method(*args, **kwargs) if graph is None else rule(graph, method, *args, **kwargs)

    replace_while_tracing(cls, name, staticmethod(call_rule))
