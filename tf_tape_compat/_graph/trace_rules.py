"""Rules for calls of functions and methods while a graph is active: most of them add a node.

A rule takes the graph, the function or method without the rule, and then the arguments of the call.
While no thread traces, a function runs its own code.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any

from .._core.op.op_tracing import replace_while_tracing, wrap_while_tracing
from .._core.recording.execution_context import active_graph

Rule = Callable[..., Any]


def trace_function(function: Any, rule: Rule) -> None:
    """Makes `rule` stand for calls of a function while a graph is active."""

    def wrapper(
        function: Any, call: Callable[..., Any], signature: inspect.Signature
    ) -> Callable[..., Any]:
        def call_rule(*args: Any, **kwargs: Any) -> Any:
            graph = active_graph()
            if graph is None:
                return call(*args, **kwargs)
            return rule(graph, call, *args, **kwargs)

        return call_rule

    wrap_while_tracing(function, wrapper)


def trace_method(cls: type, name: str, rule: Rule) -> None:
    """Makes `rule` stand for calls of a method while a graph is active."""
    method = getattr(cls, name)

    @wraps(method)
    def call_rule(self: Any, /, *args: Any, **kwargs: Any) -> Any:
        graph = active_graph()
        if graph is None:
            return method(self, *args, **kwargs)
        return rule(graph, method, self, *args, **kwargs)

    replace_while_tracing(cls, name, call_rule)
