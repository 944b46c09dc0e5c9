"""`tf.function`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .._logging import get_logger
from .function import Function


def function(
    func: Callable[..., Any] | None = None,
    input_signature: Any = None,
    autograph: bool = True,
    jit_compile: bool | None = None,
    reduce_retracing: bool = False,
    experimental_implements: Any = None,
    experimental_autograph_options: Any = None,
    experimental_attributes: Any = None,
    experimental_relax_shapes: bool | None = None,
    experimental_compile: bool | None = None,
    experimental_follow_type_hints: bool | None = None,
) -> Any:
    """Traces a function into graphs, which calls run. Implements `tf.function`.

    If a function cannot be traced, each call runs its Python, including its side effects.

    Args:
      func: the function; without it, a decorator is returned.
      input_signature: a sequence of `tf.TensorSpec`, possibly nested, to which the arguments are
        converted.
      reduce_retracing: whether one trace may serve arguments of several shapes.
      autograph: whether Python's control flow over tensors is converted to operations.
      experimental_autograph_options: optional features of that conversion, one or several.
      experimental_implements: a name; with it, variables are passed by value.
      jit_compile: whether the graphs are compiled by torch, in the background.
      experimental_attributes: checked, and otherwise ignored.

    Returns:
      A `Function`, or a decorator that returns one.

    Raises:
      TypeError: if `input_signature` does not match the function.
    """
    for name, value, replacement in (
        ("experimental_compile", experimental_compile, "jit_compile"),
        ("experimental_relax_shapes", experimental_relax_shapes, "reduce_retracing"),
        ("experimental_follow_type_hints", experimental_follow_type_hints, None),
    ):
        if value is not None:
            hint = f", use {replacement} instead" if replacement else ""
            get_logger().warning("tf.function: %s is deprecated%s.", name, hint)

    def decorator(inner: Callable[..., Any]) -> Function:
        if experimental_compile is not None and jit_compile is not None:
            raise ValueError("Cannot specify both 'experimental_compile' and 'jit_compile'.")
        return Function(
            inner,
            getattr(inner, "__name__", "function"),
            input_signature,
            autograph,
            jit_compile if experimental_compile is None else experimental_compile,
            bool(reduce_retracing or experimental_relax_shapes),
            experimental_implements,
            experimental_autograph_options,
            experimental_attributes,
        )

    return decorator if func is None else decorator(func)
