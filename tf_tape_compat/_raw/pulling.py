"""Operations that are another one's gradient: what pulls a gradient back through a function."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tf_tape_compat as tf

from .._ops._support.gradient_rules import refused_gradient


def pull_all(function: Callable[..., Any], sources: list[Any], grad: Any) -> list[Any]:
    """The gradients by each source, a tensor, of a result whose own gradient is `grad`."""
    with tf.GradientTape() as tape:
        tape.watch(sources)
        y = function(*sources)
    return tape.gradient(y, sources, grad, tf.UnconnectedGradients.ZERO)


def pull(function: Callable[[Any], Any], x: Any, grad: Any) -> Any:
    """As `pull_all`, by one source."""
    (found,) = pull_all(function, [tf.convert_to_tensor(x)], grad)
    return found


def pull_at(function: Callable[[Any], Any], shape: Any, grad: Any) -> Any:
    """As `pull`, for a function whose gradient depends on the shape of its argument alone."""
    grad = tf.convert_to_tensor(grad)
    return pull(function, tf.zeros(shape, grad.dtype), grad)


def push(function: Callable[[Any], Any], x: Any, tangent: Any) -> Any:
    """The tangent of a function's result where the argument's is `tangent`."""
    x = tf.convert_to_tensor(x)
    with tf.autodiff.ForwardAccumulator(x, tf.convert_to_tensor(tangent)) as accumulator:
        y = function(x)
    return accumulator.jvp(y, tf.UnconnectedGradients.ZERO)


@tf.custom_gradient
def linked(result: Any, *sources: Any) -> Any:
    """The result, whose gradient by each of `sources` is zero where it would be None."""

    def gradient(grad: Any) -> Any:
        return (grad, *map(tf.zeros_like, sources))

    return tf.identity(result), gradient


def unregistered(operation: str, result: Any, *sources: Any) -> Any:
    """The result of an operation that TensorFlow has no gradient for: asking for it is an error.

    `sources` are inputs that the result here may not have been made from.
    """

    @tf.custom_gradient
    def apart(value: Any, *_: Any) -> Any:
        return tf.identity(value), refused_gradient(operation)

    return apart(result, *sources)
