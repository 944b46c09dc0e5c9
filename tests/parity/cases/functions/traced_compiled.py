"""`jit_compile=True`: kernels that TensorFlow has under XLA, and lacks on the CPU otherwise."""

from __future__ import annotations

import numpy as np

from tests.parity.harness import tolerance


def _numbers(*shape):
    rng = np.random.default_rng(sum(shape))
    return rng.random(shape, np.float32)


def _both(tf, function, *arguments):
    """What the function gives with and without XLA: its result, or the class of its error."""
    arguments = [tf.constant(x) for x in arguments]

    def outcome(jit_compile):
        try:
            return tf.function(function, jit_compile=jit_compile)(*arguments)
        except Exception as error:
            return type(error).__name__

    return outcome(None), outcome(True)


def _gradient(tf, function):
    def gradient(*arguments):
        with tf.GradientTape() as tape:
            tape.watch(arguments)
            result = function(*arguments)
        return tape.gradient(result, arguments)

    return gradient


@tolerance(1e-4, 1e-4)
def gradients_of_grouped_convolutions(tf):
    def f(x, w):
        return tf.nn.conv2d(x, w, 1, "SAME")

    return _both(tf, _gradient(tf, f), _numbers(1, 4, 4, 4), _numbers(3, 3, 2, 4))


@tolerance(1e-4, 1e-4)
def gradients_of_dilated_convolutions(tf):
    def f(x, w):
        return tf.nn.conv2d(x, w, 1, "SAME", dilations=2)

    return _both(tf, _gradient(tf, f), _numbers(1, 5, 5, 2), _numbers(3, 3, 2, 3))


@tolerance(1e-4, 1e-4)
def gradients_from_outside(tf):
    function = tf.function(lambda x, w: tf.nn.conv2d(x, w, 1, "SAME"), jit_compile=True)
    x, w = tf.constant(_numbers(1, 4, 4, 4)), tf.constant(_numbers(3, 3, 2, 4))
    with tf.GradientTape() as tape:
        tape.watch([x, w])
        y = function(x, w)
    return y, tape.gradient(y, [x, w])


@tolerance(1e-4, 1e-4)
def channels_first(tf):
    image, filters = _numbers(1, 2, 4, 4), _numbers(3, 3, 2, 3)
    return (
        _both(tf, lambda x, w: tf.nn.conv2d(x, w, 1, "SAME", "NCHW"), image, filters),
        _both(tf, lambda x: tf.nn.max_pool2d(x, 2, 2, "SAME", "NCHW"), image),
        _both(tf, lambda x: tf.nn.avg_pool2d(x, 2, 2, "SAME", "NCHW"), image),
        _both(
            tf,
            lambda x, w: tf.nn.depthwise_conv2d(x, w, [1, 1, 1, 1], "SAME", "NCHW"),
            image,
            filters,
        ),
        _both(
            tf,
            lambda x, w: tf.nn.conv2d_transpose(x, w, [1, 3, 8, 8], 2, data_format="NCHW"),
            image,
            _numbers(3, 3, 3, 2),
        ),
        _both(
            tf,
            lambda x, w: tf.nn.conv3d(x, w, [1] * 5, "SAME", "NCDHW"),
            _numbers(1, 2, 3, 3, 3),
            _numbers(2, 2, 2, 2, 1),
        ),
    )


def smallest_numbers(tf):
    return _both(tf, lambda x: tf.math.approx_min_k(x, 3), _numbers(12))


@tolerance(1e-4, 1e-4)
def functions_that_are_called(tf):
    inner = tf.function(lambda x, w: tf.nn.conv2d(x, w, 1, "SAME", "NCHW"))
    return _both(tf, lambda x, w: inner(x, w) + 1.0, _numbers(1, 2, 4, 4), _numbers(3, 3, 2, 3))


def errors_that_depend_on_values(tf):
    return (
        _both(tf, lambda x: tf.constant([1, 2]) // tf.cast(x * 0.0, tf.int32), _numbers(2)),
        _both(tf, lambda x: tf.gather(x, [7]), _numbers(2)),
        _both(tf, lambda x: tf.linalg.inv(x * 0.0), _numbers(2, 2)),
        _both(tf, lambda x: tf.debugging.check_numerics(x / 0.0, "here"), _numbers(2)),
    )


def operations_that_are_not_compiled(tf):
    return (
        _both(tf, lambda x: tf.numpy_function(np.sin, [x], tf.float32), _numbers(2)),
        _both(tf, lambda x: tf.strings.as_string(x), _numbers(2)),
        _both(tf, lambda x: tf.math.segment_sum(x, [0, 1]), _numbers(2)),
    )
