"""Gradients into and out of a `tf.function`, and what a tape records of a call."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.parity.harness import attempt


def through(tf):
    f = tf.function(lambda x, y: tf.sin(x) * y)
    x, y = tf.constant([1.0, 2.0]), tf.Variable([3.0, 4.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        z = tf.reduce_sum(f(x, y) * x)
    return z, tape.gradient(z, [x, y])


def tape_inside(tf):
    v = tf.Variable(3.0)

    @tf.function
    def step(x):
        with tf.GradientTape() as tape:
            loss = v * v * x
        gradient = tape.gradient(loss, v)
        v.assign_sub(0.1 * gradient)
        return loss, gradient

    return step(tf.constant(1.0)), step(tf.constant(2.0)), v


def tape_inside_under_a_tape(tf):
    @tf.function
    def derivative(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = x * x * x
        return tape.gradient(y, x)

    x = tf.constant(2.0)
    with tf.GradientTape() as outer:
        outer.watch(x)
        g = derivative(x)
    linear = tf.function(lambda x: _inner_gradient(tf, x))
    with tf.GradientTape() as other:
        other.watch(x)
        h = linear(x)
    return g, outer.gradient(g, x), h, other.gradient(h, x)


def _inner_gradient(tf: Any, x: Any) -> Any:
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * 2.0
    return tape.gradient(y, x)


def several_outputs(tf):
    f = tf.function(lambda x, y: (x * 2.0, y * 3.0))
    x, y = tf.constant(1.0), tf.constant(2.0)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        a, b = f(x, y)
        d = b * 2.0
    return [
        tape.gradient(a, [x, y]),
        tape.gradient(b, [x, y]),
        tape.gradient(d, [x, y]),
        tape.gradient(a, b),
        tape.gradient(a, [a]),
        tape.gradient([a, b], [x, y]),
    ]


def both_watched(tf):
    f = tf.function(lambda x, y: {"a": x * 2.0, "b": [y * 3.0, x * y]})
    x, y = tf.constant([1.0, 5.0]), tf.constant([2.0, 0.0])
    outcomes = []
    for target in (lambda r: r["a"], lambda r: r["b"][0], lambda r: r["b"][1]):
        with tf.GradientTape() as tape:
            tape.watch([x, y])
            result = target(f(x, y))
        outcomes.append(tape.gradient(result, [x, y]))
    return outcomes


def unused_input(tf):
    f = tf.function(lambda x, y: (x * 2.0, tf.stop_gradient(y), tf.floor(y)))
    x, y = tf.constant(1.0), tf.constant(2.0)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([x, y])
        a, b, c = f(x, y)
    return [tape.gradient(t, [x, y]) for t in (a, b, c)]


def kinds_of_outputs(tf):
    known = tf.constant(7.0)

    @tf.function
    def f(x):
        return (
            x,
            tf.constant(3.0),
            5.0,
            tf.floor(x),
            tf.stop_gradient(x),
            tf.cast(x, tf.int32),
            np.float32(2.0),
            known,
            None,
        )

    x = tf.constant(1.0)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        results = f(x)
    return [
        results,
        [tape.gradient(r, x) for r in results if r is not None],
        tape.gradient(known, x),
    ]


def nothing_differentiable(tf):
    x = tf.constant(1.0)
    outcomes = []
    for f in (tf.floor, tf.stop_gradient, lambda x: tf.constant(1.0), lambda x: (1.0, 2.0)):
        with tf.GradientTape() as tape:
            tape.watch(x)
            result = tf.function(f)(x)
        outcomes.append(tape.gradient(result, x))
    return outcomes


def computed_on(tf):
    f = tf.function(lambda x: (x * 2.0, tf.constant(3.0)))
    x, w = tf.constant(1.0), tf.constant(5.0)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([x, w])
        a, b = f(x)
        d = b * w
        e = w * 2.0
    return tape.gradient(d, [x, w]), tape.gradient(e, [x, w]), tape.gradient(d, [a, b])


def outputs_of_one_into_another(tf):
    f = tf.function(lambda x, y: (x * 2.0, y * 3.0))
    x, y = tf.constant(1.0), tf.constant(2.0)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([x, y])
        a, b = f(x, y)
        c, d = f(b, y * 1.0)
    return [tape.gradient(t, [x, y, a, b]) for t in (a, b, c, d)]


def nested_calls(tf):
    inner = tf.function(lambda x, y: (x * 2.0, y * 3.0))

    @tf.function
    def outer(x, y):
        a, b = inner(x, y)
        return a

    x, y = tf.constant(1.0), tf.constant(2.0)
    with tf.GradientTape() as tape:
        tape.watch([x, y])
        a = outer(x, y)
    return tape.gradient(a, [x, y])


def captured(tf):
    v, w = tf.Variable(2.0), tf.Variable(3.0)
    c = tf.constant(4.0)
    n = tf.Variable(1.0, trainable=False)

    @tf.function
    def f(x):
        return x * v * c, w * 3.0, n * 2.0

    x = tf.constant(1.0)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([x, c])
        results = f(x)
    outcomes = [tape.gradient(r, [x, v, w, c, n]) for r in results]
    return outcomes, sorted(tape.watched_variables()[i] is (v, w)[i] for i in range(2))


def nothing_watched(tf):
    v = tf.Variable(2.0)
    f = tf.function(lambda x: (x * v, v * 2.0))
    x = tf.constant(1.0)
    with tf.GradientTape(watch_accessed_variables=False, persistent=True) as tape:
        a, b = f(x)
    with tf.GradientTape(watch_accessed_variables=False, persistent=True) as other:
        other.watch(x)
        c, d = f(x)
    return [
        tape.gradient(a, [x, v]),
        tape.watched_variables(),
        other.gradient(c, [x, v]),
        other.gradient(d, [x, v]),
    ]


def unconnected_gradients(tf):
    f = tf.function(lambda x, y: (x * 2.0, 3.0))
    x, y = tf.constant([1.0]), tf.constant([2.0])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([x, y])
        a, b = f(x, y)
    return [
        tape.gradient(t, [x, y], unconnected_gradients=tf.UnconnectedGradients.ZERO) for t in (a, b)
    ]


def output_gradients(tf):
    f = tf.function(lambda x: (x * 2.0, x * x))
    x = tf.constant([1.0, 2.0])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        a, b = f(x)
    weights = tf.constant([1.0, 10.0])
    return [
        tape.gradient([a, b], x, output_gradients=[weights, weights * 2.0]),
        tape.gradient(b, x, output_gradients=weights),
    ]


def slices(tf):
    v = tf.Variable([[1.0, 2.0], [3.0, 4.0]])
    f = tf.function(lambda i: tf.gather(v, i))
    with tf.GradientTape() as tape:
        a = f(tf.constant([0, 1, 0]))
    g = tape.gradient(a, v)
    return type(g).__name__, g


def second_derivatives(tf):
    functions = [lambda x: x * x, lambda x: x * 2.0, lambda x: x * x * x]
    x = tf.constant(3.0)
    outcomes = []
    for function in functions:
        f = tf.function(function)
        with tf.GradientTape(persistent=True) as outer:
            outer.watch(x)
            with tf.GradientTape() as inner:
                inner.watch(x)
                y = f(x)
            first = inner.gradient(y, x)
            product = first * x
        outcomes.append([first, outer.gradient(first, x), outer.gradient(product, x)])
        outcomes.append([outer.gradient(y, x), outer.gradient(first, y)])
    return outcomes


def second_derivatives_of_two(tf):
    f = tf.function(lambda x, y: x * x + 2.0 * y)
    g = tf.function(lambda x, y: x * 2.0 + y * y)
    x, y = tf.constant(3.0), tf.constant(1.0)
    outcomes = []
    for function in (f, g):
        for outer_watched in ([x], [y], [x, y]):
            with tf.GradientTape(persistent=True) as outer:
                outer.watch(outer_watched)
                with tf.GradientTape() as inner:
                    inner.watch([x, y])
                    z = function(x, y)
                first = inner.gradient(z, [x, y])
            outcomes.append([first, *(outer.gradient(d, [x, y]) for d in first)])
    return outcomes


def second_derivative_beside_a_call(tf):
    f = tf.function(lambda x: x * x)
    x, y = tf.constant(3.0), tf.constant(2.0)
    with tf.GradientTape(persistent=True) as outer:
        outer.watch([x, y])
        with tf.GradientTape() as inner:
            inner.watch([x, y])
            z = f(x) + 2.0 * y
        first = inner.gradient(z, [x, y])
    return first, [outer.gradient(d, [x, y]) for d in first]


def third_derivative(tf):
    f = tf.function(lambda x: x**4 + tf.sin(x))
    x = tf.constant(0.5)
    with tf.GradientTape() as one:
        one.watch(x)
        with tf.GradientTape() as two:
            two.watch(x)
            with tf.GradientTape() as three:
                three.watch(x)
                y = f(x)
            first = three.gradient(y, x)
        second = two.gradient(first, x)
    return first, second, one.gradient(second, x)


def gradient_in_a_function(tf):
    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
    return tf.function(lambda: tape.gradient(y, x))()


def stop_recording_inside(tf):
    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        tape.watch(x)

        @tf.function
        def f(x):
            with tape.stop_recording():
                y = x * x
            return y * x

        result = f(x)
    return result, tape.gradient(result, x)


def stop_recording_around(tf):
    f = tf.function(lambda x: x * x)
    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        with tape.stop_recording():
            y = f(x)
        z = y * f(x)
    return tape.gradient(z, x)


def stop_recording_of_an_inner_tape(tf):
    @tf.function
    def f(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = x * x
            with tape.stop_recording():
                z = x * x
            w = y + z
        return tape.gradient(w, x)

    return f(tf.constant(3.0))


def custom_gradients(tf):
    @tf.custom_gradient
    def doubled(x):
        return x * 1.0, lambda dy: dy * 2.0 * x

    @tf.custom_gradient
    def silent(x):
        return x * 1.0, lambda dy: None

    x = tf.constant(3.0)
    outcomes = []
    for function in (
        lambda x: doubled(x) * x,
        doubled,
        lambda x: (doubled(x), x),
        silent,
        lambda x: (silent(x), 1.0),
    ):
        with tf.GradientTape() as outer:
            outer.watch(x)
            with tf.GradientTape(persistent=True) as tape:
                tape.watch(x)
                y = tf.nest.flatten(tf.function(function)(x))
            first = tape.gradient(y[0], x)
        outcomes.append([first, None if first is None else outer.gradient(first, x)])
    return outcomes


def custom_gradient_around_a_function(tf):
    f = tf.function(lambda x: x * x)

    @tf.custom_gradient
    def around(x):
        return f(x), lambda dy: dy * 100.0

    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = around(x)
    return tape.gradient(y, x)


def crossing_tapes(tf):
    f = tf.function(lambda x: x * x)
    x = tf.constant(3.0)
    with tf.GradientTape() as outer:
        outer.watch(x)
        y = f(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            z = y * f(x)
        g = inner.gradient(z, x)
    return g, outer.gradient(g, x)


def intermediate_as_source(tf):
    f = tf.function(lambda x: (x * 2.0, x * 3.0))
    x = tf.constant(1.0)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        a, b = f(x)
        y = a * b
    return tape.gradient(y, [a, b, x]), tape.gradient(b, [a, x])


def loop_in_a_function(tf):
    @tf.function
    def power(x, n):
        y = tf.ones_like(x)
        for _ in tf.range(n):
            y = y * x
        return y

    x = tf.constant(2.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = power(x, tf.constant(3))
    return y, tape.gradient(y, x)


def branches_of_a_function(tf):
    @tf.function
    def f(x, flag):
        if flag:
            return x * x
        return x * 3.0

    x = tf.constant(5.0)
    outcomes = []
    for flag in (True, False):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = f(x, tf.constant(flag))
        outcomes.append(tape.gradient(y, x))
    return outcomes


def assigned_inside(tf):
    v = tf.Variable(2.0)

    @tf.function
    def f(x):
        y = v * x
        v.assign(10.0)
        return y * v

    with tf.GradientTape() as tape:
        y = f(tf.constant(3.0))
    return y, tape.gradient(y, v), v


def spent_tape(tf):
    f = tf.function(lambda x: (x, x * 2.0))
    x = tf.constant(1.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        a, b = f(x)
    return tape.gradient(b, x), attempt(tape.gradient, a, x)


def training(tf):
    rng = np.random.default_rng(0)
    x = tf.constant(rng.standard_normal((20, 3)), tf.float32)
    y = tf.constant(rng.standard_normal((20, 1)), tf.float32)
    w, b = tf.Variable(tf.ones([3, 1])), tf.Variable([0.5])

    @tf.function
    def model(x):
        h = tf.matmul(x, w) + b
        return h, tf.reduce_sum(w * w)

    losses = []
    for _ in range(5):
        with tf.GradientTape() as tape:
            out, penalty = model(x)
            loss = tf.reduce_mean(tf.square(out - y)) + 0.01 * penalty
        for variable, g in zip((w, b), tape.gradient(loss, (w, b)), strict=True):
            variable.assign_sub(0.1 * g)
        losses.append(loss)
    return losses, w, b


def gradient_penalty(tf):
    w = tf.Variable([[1.0, -2.0], [0.5, 3.0]])

    @tf.function
    def critic(x):
        return tf.reduce_sum(tf.tanh(tf.matmul(x, w)), axis=1)

    x = tf.constant([[0.1, 0.2], [0.3, -0.4]])
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            inner.watch(x)
            scores = critic(x)
        g = inner.gradient(scores, x)
        penalty = tf.reduce_mean(tf.square(tf.norm(g, axis=1) - 1.0))
    return penalty, outer.gradient(penalty, w)


def whole_step_in_a_function(tf):
    w = tf.Variable([[1.0, -2.0], [0.5, 3.0]])

    @tf.function
    def step(x):
        with tf.GradientTape() as outer:
            with tf.GradientTape() as inner:
                inner.watch(x)
                scores = tf.reduce_sum(tf.tanh(tf.matmul(x, w)), axis=1)
            g = inner.gradient(scores, x)
            penalty = tf.reduce_mean(tf.square(tf.norm(g, axis=1) - 1.0))
        w.assign_sub(0.5 * outer.gradient(penalty, w))
        return penalty

    x = tf.constant([[0.1, 0.2], [0.3, -0.4]])
    return [step(x) for _ in range(3)], w
