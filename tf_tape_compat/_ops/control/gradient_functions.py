"""`tf.recompute_grad`, `tf.grad_pass_through`, and the graph-only `tf.gradients`, `tf.hessians`."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, NoReturn

from ... import nest
from ..._core.gradients.custom_gradient import custom_gradient
from ..._core.gradients.gradient_operands import UnconnectedGradients
from ..._core.gradients.tape import GradientTape
from ..._core.recording.activation import stop_recording
from ..._core.recording.execution_context import inside_function
from ..array.identity import _identity


def recompute_grad(f: Callable[..., Any]) -> Callable[..., Any]:
    """Implements `tf.recompute_grad`: `f`, recomputed when its gradient is taken.

    Tapes keep the arguments but no intermediate results. The returned function has `f` as
    `__wrapped__`. Forward-mode differentiation through it raises NotImplementedError.
    """

    @custom_gradient
    def inner(*args: Any, **kwargs: Any) -> Any:
        with stop_recording():
            result = f(*args, **kwargs)

        def gradient(*cotangents: Any, variables: Any = None) -> Any:
            @custom_gradient
            def recomputed(*cotangents: Any) -> Any:
                with GradientTape() as tape:
                    arguments = nest.map_structure(_identity, args)
                    tape.watch(arguments)
                    if variables is not None:
                        tape.watch(variables)
                    recomputed_result = f(*arguments, **kwargs)
                gradients = tape.gradient(
                    recomputed_result,
                    [*arguments, *(variables or ())],
                    output_gradients=cotangents,
                    unconnected_gradients=UnconnectedGradients.ZERO,
                )

                def transpose(*_: Any, **__: Any) -> NoReturn:
                    raise NotImplementedError(
                        f"recompute_grad tried to transpose grad of {f.__name__}. Consider not "
                        "using recompute_grad in forward modeautodiff"
                    )

                return (gradients[: len(arguments)], gradients[len(arguments) :]), transpose

            return recomputed(*cotangents)

        return result, gradient

    return _named_after(f, inner)


def grad_pass_through(f: Callable[..., Any]) -> Callable[..., Any]:
    """Implements `tf.grad_pass_through`: `f` with the gradient of the identity.

    Variables that `f` reads get no gradient.
    """

    @custom_gradient
    def inner(*args: Any, **kwargs: Any) -> Any:
        def gradient(*cotangents: Any, **others: Any) -> Any:
            variables = others.get("variables")
            if variables is None:
                return cotangents
            return cotangents, [None] * len(variables)

        return f(*args, **kwargs), gradient

    return _named_after(f, inner)


def _named_after(f: Callable[..., Any], inner: Callable[..., Any]) -> Callable[..., Any]:
    """A function that calls `inner` and has the name and docstring of `f`."""

    @functools.wraps(f)
    def decorated(*args: Any, **kwargs: Any) -> Any:
        return inner(*args, **kwargs)

    return decorated


# In a graph they are other functions (_graph/symbolic_gradients.py).


def _eager_error() -> RuntimeError:
    message = (
        "tf.gradients is not supported when eager execution is enabled. Use tf.GradientTape "
        "instead."
    )
    if inside_function():
        message += " (This function runs its Python eagerly; open a tape in it.)"
    return RuntimeError(message)


def gradients(
    ys: Any,
    xs: Any,
    grad_ys: Any = None,
    name: str = "gradients",
    gate_gradients: bool = False,
    aggregation_method: Any = None,
    stop_gradients: Any = None,
    unconnected_gradients: Any = UnconnectedGradients.NONE,
) -> list[Any]:
    """Implements `tf.gradients`: the gradients of the sum of `ys` by each of `xs`, in a graph.

    Args:
      ys, xs: tensors of the active graph, or variables, possibly nested.
      grad_ys: a cotangent for each of `ys`, None for ones.
      stop_gradients: tensors that count as constants.
      unconnected_gradients: what to return for a source that no target depends on.
      name, gate_gradients, aggregation_method: have no effect.

    Returns:
      A list with a tensor, `tf.IndexedSlices` or None for each of `xs`.

    Raises:
      RuntimeError: outside of a graph.
      ValueError: if `grad_ys` has another number of items than `ys`.
    """
    raise _eager_error()


def hessians(
    ys: Any,
    xs: Any,
    gate_gradients: bool = False,
    aggregation_method: Any = None,
    name: str = "hessians",
) -> list[Any]:
    """Implements `tf.hessians`: the second derivatives of the sum of `ys` by each of `xs`.

    Returns a list with a tensor, of the shape of the source twice, for each of `xs`. The arguments
    `gate_gradients`, `aggregation_method` and `name` have no effect. Raises RuntimeError outside
    of a graph.
    """
    raise _eager_error()
