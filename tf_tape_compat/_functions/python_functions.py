"""What is done with the Python function of a `tf.function`: tracing it, binding it as a method."""

from __future__ import annotations

import functools
import inspect
import logging
import weakref
from collections.abc import Callable
from typing import Any

from .concrete import ConcreteFunction


def trace_python(
    function: Any,
    python_function: Callable[..., Any],
    trace: ConcreteFunction,
    autograph: bool,
    autograph_features: Any,
) -> Any:
    """Traces a Python function into `trace.traced`, and returns that.

    None if the function cannot be traced; then `trace.not_traced` and the log say why.

    Args:
      function: the `Function`, which is told of the variables that are created.
      autograph: whether AutoGraph converts the Python function.
      autograph_features: what `tf.function(experimental_autograph_options=...)` was given.
    """
    from .._graph.unsupported import TraceUnsupported, say_once
    from . import tracing  # with torch's tensors without values, slow to import

    if autograph:
        from .._autograph.calls import converting

        python_function = converting(python_function, autograph_features)
    try:
        trace.traced = tracing.trace(function.name, python_function, trace, function, autograph)
    except TraceUnsupported as reason:
        trace.not_traced = str(reason)
        if not reason.is_expected:
            message = f"{function.name} runs its Python at every call, because of {reason}"
            say_once(f"tf_tape_compat: {message}", logging.WARNING)
    return trace.traced


def method_of(instance: Any, python_function: Callable[..., Any]) -> Callable[..., Any]:
    """A Python function as the method of an instance, which it does not keep alive."""
    reference = weakref.ref(instance)

    @functools.wraps(python_function)
    def method(*args: Any, **kwargs: Any) -> Any:
        return python_function(reference(), *args, **kwargs)

    signature = inspect.signature(python_function)
    method.__signature__ = signature.replace(  # type: ignore[attr-defined]
        parameters=list(signature.parameters.values())[1:]
    )
    return method
