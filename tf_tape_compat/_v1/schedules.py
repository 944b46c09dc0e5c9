"""The learning rates of `tf.compat.v1.train` that depend on a step.

They are tensors of a graph, and functions in eager execution, where optimizers call them.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

import tf_tape_compat as tf


def _scheduled(function: Callable[..., Any], *arguments: Any) -> Any:
    call = functools.partial(function, *arguments)
    return call if tf.executing_eagerly() else call()


def _start(learning_rate: Any, global_step: Any, decay_steps: Any) -> tuple[Any, Any, Any]:
    """The rate as a tensor; the step and the number of steps in its dtype."""
    rate = tf.convert_to_tensor(learning_rate)
    return rate, tf.cast(global_step, rate.dtype), tf.cast(decay_steps, rate.dtype)


def _required(global_step: Any) -> None:
    if global_step is None:
        raise ValueError("global_step is required for exponential_decay.")


def exponential_decay(
    learning_rate: Any, global_step: Any, decay_steps: Any, decay_rate: Any, staircase: bool
) -> Any:
    """The rate times a power of `decay_rate`."""
    _required(global_step)

    def value() -> Any:
        rate, step, steps = _start(learning_rate, global_step, decay_steps)
        exponent = step / steps
        exponent = tf.floor(exponent) if staircase else exponent
        return tf.multiply(rate, tf.pow(tf.cast(decay_rate, rate.dtype), exponent))

    return _scheduled(value)


def natural_exp_decay(
    learning_rate: Any, global_step: Any, decay_steps: Any, decay_rate: Any, staircase: bool
) -> Any:
    """The rate times a power of e."""
    rate = tf.exp(tf.negative(tf.convert_to_tensor(decay_rate)))
    return exponential_decay(learning_rate, global_step, decay_steps, rate, staircase)


def inverse_time_decay(
    learning_rate: Any, global_step: Any, decay_steps: Any, decay_rate: Any, staircase: bool
) -> Any:
    """The rate divided by a number that grows linearly."""
    _required(global_step)

    def value() -> Any:
        rate, step, steps = _start(learning_rate, global_step, decay_steps)
        ratio = step / steps
        ratio = tf.floor(ratio) if staircase else ratio
        return rate / (1 + tf.cast(decay_rate, rate.dtype) * ratio)

    return _scheduled(value)


def polynomial_decay(
    learning_rate: Any,
    global_step: Any,
    decay_steps: Any,
    end_learning_rate: Any,
    power: Any,
    cycle: bool,
) -> Any:
    """A polynomial from the rate to `end_learning_rate`."""
    _required(global_step)

    def value() -> Any:
        rate, step, steps = _start(learning_rate, global_step, decay_steps)
        end = tf.cast(end_learning_rate, rate.dtype)
        if cycle:
            cycles = tf.where(step == 0, tf.ones_like(step), tf.math.ceil(step / steps))
            steps = steps * cycles
        else:
            step = tf.minimum(step, steps)
        remaining = tf.pow(1 - step / steps, tf.cast(power, rate.dtype))
        return tf.add((rate - end) * remaining, end)

    return _scheduled(value)


def _cosine(completed: Any) -> Any:
    return 0.5 * (1.0 + tf.cos(tf.constant(math.pi, completed.dtype) * completed))


def cosine_decay(learning_rate: Any, global_step: Any, decay_steps: Any, alpha: Any) -> Any:
    """The first half of a period of the cosine, down to `alpha` times the rate."""
    if global_step is None:
        raise ValueError("cosine decay requires global_step")

    def value() -> Any:
        rate, step, steps = _start(learning_rate, global_step, decay_steps)
        cosine = _cosine(tf.minimum(step, steps) / steps)
        return tf.multiply(rate, (1 - alpha) * cosine + alpha)

    return _scheduled(value)


def cosine_decay_restarts(
    learning_rate: Any,
    global_step: Any,
    first_decay_steps: Any,
    t_mul: Any,
    m_mul: Any,
    alpha: Any,
) -> Any:
    """Cosines one after another, each longer and lower than the one before."""
    if global_step is None:
        raise ValueError("cosine decay restarts requires global_step")

    def value() -> Any:
        rate, step, steps = _start(learning_rate, global_step, first_decay_steps)
        completed = step / steps
        longer, lower = tf.cast(t_mul, rate.dtype), tf.cast(m_mul, rate.dtype)
        if t_mul == 1.0:
            restarts = tf.floor(completed)
            completed = completed - restarts
        else:
            ratio = tf.math.log(1.0 - completed * (1.0 - longer)) / tf.math.log(longer)
            restarts = tf.floor(ratio)
            start = (1.0 - longer**restarts) / (1.0 - longer)
            completed = (completed - start) / longer**restarts
        cosine = _cosine(completed) * lower**restarts
        return tf.multiply(rate, (1 - alpha) * cosine + alpha)

    return _scheduled(value)


def _linear_cosine(
    learning_rate: Any,
    global_step: Any,
    decay_steps: Any,
    num_periods: Any,
    alpha: Any,
    beta: Any,
    noise: Callable[[Any], Any] | None = None,
) -> Any:
    rate, step, steps = _start(learning_rate, global_step, decay_steps)
    step = tf.minimum(step, steps)
    linear = (steps - step) / steps
    if noise is not None:
        linear = linear + noise(step)
    cosine = _cosine(2.0 * tf.cast(num_periods, rate.dtype) * (step / steps))
    return tf.multiply(rate, (alpha + linear) * cosine + beta)


def linear_cosine_decay(
    learning_rate: Any,
    global_step: Any,
    decay_steps: Any,
    num_periods: Any,
    alpha: Any,
    beta: Any,
) -> Any:
    """A cosine times a line."""
    if global_step is None:
        raise ValueError("linear cosine decay requires global_step")
    return _scheduled(
        _linear_cosine, learning_rate, global_step, decay_steps, num_periods, alpha, beta
    )


def noisy_linear_cosine_decay(
    learning_rate: Any,
    global_step: Any,
    decay_steps: Any,
    initial_variance: Any,
    variance_decay: Any,
    num_periods: Any,
    alpha: Any,
    beta: Any,
) -> Any:
    """A cosine times a line with noise, whose variance falls."""
    if global_step is None:
        raise ValueError("noisy linear cosine decay requires global_step")

    def noise(step: Any) -> Any:
        variance = tf.cast(initial_variance, step.dtype) / tf.pow(1.0 + step, variance_decay)
        return tf.random.normal(tf.shape(step), stddev=tf.sqrt(variance), dtype=step.dtype)

    return _scheduled(
        _linear_cosine, learning_rate, global_step, decay_steps, num_periods, alpha, beta, noise
    )


def piecewise_constant(x: Any, boundaries: Any, values: Any) -> Any:
    """The value of the interval between boundaries in which `x` lies."""
    if len(boundaries) != len(values) - 1:
        raise ValueError("The length of boundaries should be 1 less than the length of values")

    def value() -> Any:
        step = tf.convert_to_tensor(x)
        limits = tf.stack([tf.cast(boundary, step.dtype) for boundary in boundaries])
        index = tf.reduce_sum(tf.cast(step > limits, tf.int32))
        return tf.gather(tf.stack([tf.convert_to_tensor(v) for v in values]), index)

    return _scheduled(value)
