"""Jacobians through functions, control flow, recomputation, images and forward mode."""

from __future__ import annotations

import functools

import numpy as np

from tests.parity.harness import tolerance

_ROWS = np.array([[0.5, 1.5, -0.7], [2.0, -1.2, 0.3]], np.float32)
_IMAGES = np.sin(np.arange(64, dtype=np.float32)).reshape(2, 4, 4, 2)
_FILTER = np.cos(np.arange(24, dtype=np.float32)).reshape(2, 2, 2, 3)


def _function(tf, x, v):
    return tf.function(lambda x: tf.sin(x) * v)(x)


def _one_of_two_results(tf, x, v):
    return tf.function(lambda x: (tf.sin(x), 3.0 * v))(x)[0]


def _the_other_result(tf, x, v):
    return tf.function(lambda x: (tf.sin(x), 3.0 * v))(x)[1]


def _while_loop(tf, x, v):
    return tf.while_loop(lambda i, a: i < 3, lambda i, a: (i + 1, a * tf.sin(x) * v), [0, x])[1]


def _tensor_array(tf, x, v):
    array = tf.TensorArray(tf.float32, 2)
    for i in range(2):
        array = array.write(i, x[i] * x[1 - i] * v)
    return array.stack()


PROGRAMS = {
    "function": _function,
    "one of two results of a function": _one_of_two_results,
    "the other result of a function": _the_other_result,
    "while_loop": _while_loop,
    "TensorArray": _tensor_array,
    "map_fn": lambda tf, x, v: tf.map_fn(lambda row: tf.reduce_sum(row * row) * row * v, x),
    "scan": lambda tf, x, v: tf.scan(lambda a, row: a * row + tf.sin(row) * v, x),
    "cond": lambda tf, x, v: tf.cond(tf.reduce_sum(x) > 0, lambda: x * x * v, lambda: x),
    "numpy_function": lambda tf, x, v: tf.numpy_function(lambda a: a * 2, [x], tf.float32) * x * v,
    "recompute_grad": lambda tf, x, v: tf.recompute_grad(lambda x: tf.sin(x) * x)(x) + v,
    "grad_pass_through": lambda tf, x, v: tf.grad_pass_through(tf.floor)(x) * x * v,
    "maximum of itself": lambda tf, x, v: tf.maximum(x, x) * tf.minimum(v, x),
    "gather": lambda tf, x, v: tf.gather(x, [1, 0]) * tf.gather(v, [0, 1, 0]),
}
IMAGES = {
    "conv2d": lambda tf, x, w: tf.nn.conv2d(x, w, 1, "SAME"),
    "conv2d with strides": lambda tf, x, w: tf.nn.conv2d(x, w, 2, "VALID"),
    "conv2d_transpose": lambda tf, x, w: tf.nn.conv2d_transpose(
        x, tf.transpose(w, [0, 1, 3, 2]), [2, 4, 4, 3], 1
    ),
    "depthwise_conv2d": lambda tf, x, w: tf.nn.depthwise_conv2d(
        x, w[..., :1], [1, 1, 1, 1], "SAME"
    ),
    "max_pool2d": lambda tf, x, w: tf.nn.max_pool2d(x, 2, 2, "VALID"),
    "avg_pool2d": lambda tf, x, w: tf.nn.avg_pool2d(x, 2, 1, "SAME"),
}


def _of_program(function, pfor, tf):
    """Of the first order, and what a tape around it has as gradients."""
    x, v = tf.constant(_ROWS), tf.Variable([0.5, 1.5, 2.5])
    with tf.GradientTape(persistent=True) as outer:
        outer.watch(x)
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(x)
            y = function(tf, x, v)
        outcomes = tape.jacobian(y, [x, v], experimental_use_pfor=pfor)
        if y.shape[0] == 2:
            outcomes.append(tape.batch_jacobian(y, x, experimental_use_pfor=pfor))
    return outcomes, [outer.gradient(j, [x, v]) for j in outcomes if j is not None]


def _of_images(function, pfor, tf):
    x, w = tf.constant(_IMAGES), tf.constant(_FILTER)
    with tf.GradientTape(persistent=True) as outer:
        outer.watch([x, w])
        with tf.GradientTape(persistent=True) as tape:
            tape.watch([x, w])
            y = function(tf, x, w)[:, :2, 1]
        rows = tape.batch_jacobian(y, x, experimental_use_pfor=pfor)
        by_filter = tape.jacobian(y[0, 0], w, experimental_use_pfor=pfor)
    outcomes = [rows] if by_filter is None else [rows, by_filter]
    return outcomes, [outer.gradient(tf.reduce_sum(j * j), [x, w]) for j in outcomes]


def _inside_of_a_function(pfor, tf):
    x, v = tf.constant(_ROWS), tf.Variable([0.5, 1.5, 2.5])

    @tf.function
    def jacobians(x):
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(x)
            y = tf.sin(x) * v
        return (
            *tape.jacobian(y, [x, v], experimental_use_pfor=pfor),
            tape.batch_jacobian(y, x, experimental_use_pfor=pfor),
        )

    with tf.GradientTape() as tape:
        tape.watch(x)
        result = jacobians(x)
    return result, tape.gradient(result, [x, v])


def _inside_of_an_accumulator(pfor, tf):
    x = tf.constant(_ROWS)
    with tf.autodiff.ForwardAccumulator(x, tf.ones_like(x)) as accumulator:
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(x)
            y = tf.sin(x) * x * x
        jacobian = tape.jacobian(y, x, experimental_use_pfor=pfor)
        rows = tape.batch_jacobian(y, x, experimental_use_pfor=pfor)
    return accumulator.jvp([jacobian, rows])


def _of_a_tangent(pfor, tf):
    x = tf.constant(_ROWS)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        with tf.autodiff.ForwardAccumulator(x, tf.ones_like(x)) as accumulator:
            y = tf.sin(x) * x * x
        tangent = accumulator.jvp(y)
    return (
        tape.jacobian(tangent, x, experimental_use_pfor=pfor),
        tape.batch_jacobian(tangent, x, experimental_use_pfor=pfor),
    )


_CASES = {
    **{name: functools.partial(_of_program, function) for name, function in PROGRAMS.items()},
    **{name: functools.partial(_of_images, function) for name, function in IMAGES.items()},
    "inside of a function": _inside_of_a_function,
    "inside of an accumulator": _inside_of_an_accumulator,
    "of a tangent": _of_a_tangent,
}
CASES = {
    f"{name}, {how}": tolerance(rtol=2e-5, atol=1e-5)(functools.partial(function, pfor))
    for name, function in _CASES.items()
    for how, pfor in {"at once": True, "one by one": False}.items()
}
