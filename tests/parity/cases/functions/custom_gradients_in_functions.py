"""`tf.custom_gradient` inside a `tf.function`, and accumulators between a tape and a function."""

from __future__ import annotations

from typing import Any

from tests.parity.harness import attempt, exact_message


def _gradient_by(tf: Any, function: Any, source: Any) -> Any:
    with tf.GradientTape() as tape:
        tape.watch(source)
        y = function(source)
    return tape.gradient(y, source)


def _double(tf: Any, gradient: Any) -> Any:
    return tf.custom_gradient(lambda x: (x * 2.0, gradient))


def _scaled(tf: Any, w: Any, by_variable: Any) -> Any:
    """`x * w` with a gradient by the variable that is not TensorFlow's."""

    @tf.custom_gradient
    def scaled(x: Any) -> Any:
        def gradient(dy: Any, variables: Any = None) -> Any:
            return dy * 2.0, [by_variable(dy, x) for _ in variables]

        return x * w, gradient

    return scaled


@exact_message
def shapes_of_gradients(tf: Any) -> Any:
    """Gradients by an input: outside of functions, inside of one, and with the tape inside."""
    x = tf.constant([1.0, 2.0])
    kinds = {
        "same": lambda dy: dy,
        "scalar": lambda dy: tf.constant(1.0),
        "longer": lambda dy: tf.ones([3]),
        "row": lambda dy: tf.ones([1, 2]),
        "none": lambda dy: None,
    }
    outcomes = {}
    for kind, gradient in kinds.items():
        double = _double(tf, gradient)
        function = tf.function(double)
        outcomes[kind] = [
            attempt(_gradient_by, tf, double, x),
            attempt(_gradient_by, tf, function, x),
            attempt(_gradient_by, tf, tf.function(_later(double)), x),
            attempt(_gradient_by, tf, _later(function), x),
            attempt(tf.function(_taken_inside(tf, double)), x),
        ]
    return outcomes


def _later(double: Any) -> Any:
    def later(x: Any) -> Any:
        return double(x * 3.0) + 1.0

    return later


def _taken_inside(tf: Any, double: Any) -> Any:
    def taken_inside(x: Any) -> Any:
        return _gradient_by(tf, double, x)

    return taken_inside


@exact_message
def shapes_of_gradients_by_variables(tf: Any) -> Any:
    x = tf.constant([1.0, 2.0])
    kinds = {
        "vector": lambda dy, x: dy * x,
        "scalar": lambda dy, x: tf.reduce_sum(dy * x),
        "matrix": lambda dy, x: tf.ones([2, 2]),
        "none": lambda dy, x: None,
        "slices": lambda dy, x: tf.IndexedSlices(tf.constant([1.0]), tf.constant([0])),
    }
    outcomes = {}
    for kind, by_variable in kinds.items():
        for initial in (2.0, [1.0, 2.0]):
            w = tf.Variable(initial)
            scaled = _scaled(tf, w, by_variable)
            rows = []
            for f in (scaled, tf.function(scaled)):
                with tf.GradientTape() as tape:
                    y = attempt(f, x)
                rows.append(attempt(tape.gradient, y, w) if isinstance(y, tf.Tensor) else y)
            outcomes[f"{kind} {initial}"] = rows
    return outcomes


def accumulator_around_a_function(tf: Any) -> Any:
    """A tape around an accumulator around a function: the tangent's gradient is None."""
    x = tf.constant([1.0, 2.0])
    outcomes = []
    for f in (tf.function(lambda x: tf.reduce_sum(x**3)), tf.function(lambda x: (x * x, x + 1))):
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(x)
            with tf.autodiff.ForwardAccumulator(x, tf.constant([1.0, 0.0])) as accumulator:
                y = tf.nest.flatten(f(x))[0]
            tangent = accumulator.jvp(y)
        outcomes.append((y, tangent, tape.gradient(y, x), tape.gradient(tangent, x)))
    return outcomes


def accumulator_around_a_tape_around_a_function(tf: Any) -> Any:
    x = tf.constant([1.0, 2.0])
    outcomes = []
    for f in (tf.function(lambda x: tf.reduce_sum(x**3)), tf.function(lambda x: (x * x, x + 1))):
        with tf.autodiff.ForwardAccumulator(x, tf.constant([1.0, 0.0])) as outer:
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = tf.nest.flatten(f(x))[0]
            gradient = tape.gradient(y, x)
            with tf.autodiff.ForwardAccumulator(x, tf.constant([1.0, 1.0])) as inner:
                y = tf.nest.flatten(f(x))[0]
            tangent = inner.jvp(y)
        outcomes.append((gradient, outer.jvp(gradient), tangent, outer.jvp(tangent)))
    return outcomes
