"""Gradient helpers for `operations.txt`: operations that are the gradient of another operation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tf_tape_compat as tf

from .._core.recording.execution_context import active_graph
from .._ops._support.gradient_rules import refused_gradient


def vjp_all(function: Callable[..., Any], sources: list[Any], grad: Any) -> list[Any]:
    """The vector-Jacobian products of `function` with respect to each tensor of `sources`.

    Args:
        function: Takes `sources` as positional arguments and returns one tensor.
        sources: The tensors at which to differentiate.
        grad: The gradient of the function's result, in the shape of that result.

    Returns:
        One gradient per source; zeros where the result does not depend on it.
    """
    with tf.GradientTape() as tape:
        tape.watch(sources)
        y = function(*sources)
    return tape.gradient(y, sources, grad, tf.UnconnectedGradients.ZERO)


def vjp(function: Callable[[Any], Any], x: Any, grad: Any) -> Any:
    """The vector-Jacobian product of a function of one tensor."""
    (gradient,) = vjp_all(function, [tf.convert_to_tensor(x)], grad)
    return gradient


def vjp_at_shape(function: Callable[[Any], Any], shape: Any, grad: Any) -> Any:
    """As `vjp`, for a function whose gradient depends only on the shape of its argument."""
    grad = tf.convert_to_tensor(grad)
    return vjp(function, tf.zeros(shape, grad.dtype), grad)


def jvp(function: Callable[[Any], Any], x: Any, tangent: Any) -> Any:
    """The Jacobian-vector product of a function of one tensor, in the direction `tangent`."""
    x = tf.convert_to_tensor(x)
    with tf.autodiff.ForwardAccumulator(x, tf.convert_to_tensor(tangent)) as accumulator:
        y = function(x)
    return accumulator.jvp(y, tf.UnconnectedGradients.ZERO)


@tf.custom_gradient
def with_zero_gradients(result: Any, *sources: Any) -> Any:
    """`result`, connected to `sources` so that its gradient is zeros instead of None."""

    def gradient(grad: Any) -> Any:
        return (grad, *map(tf.zeros_like, sources))

    return tf.identity(result), gradient


def with_unregistered_gradient(operation: str, result: Any, *sources: Any) -> Any:
    """`result`, whose gradient is an error because TensorFlow registers none for `operation`.

    `sources` are further inputs of the operation, in case `result` was not computed from them.
    """

    is_tensor = active_graph() is not None and isinstance(result, tf.Tensor)
    if is_tensor and not (result.dtype.is_floating or result.dtype.is_complex):
        return result  # the gradient of a function never asks for that of an integer

    @tf.custom_gradient
    def refuse_gradient(value: Any, *_: Any) -> Any:
        return tf.identity(value), refused_gradient(operation)

    return refuse_gradient(result, *sources)
