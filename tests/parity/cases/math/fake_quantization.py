"""Fake quantization and its gradients."""

import numpy as np

from tests.parity.harness import attempt

NUMBERS = [-7, -6.01, -6, -5.99, -0.02, 0, 0.01, 0.0236, 2.0, 3.3, 5.98, 6.01, np.nan, np.inf]
RANGES = [
    {},
    {"min": -1.0, "max": 2.0},
    {"min": 0.5, "max": 2.0},
    {"min": -2, "max": -1, "num_bits": 4},
    {"num_bits": 2, "narrow_range": True},
    {"num_bits": 16},
]


def between_numbers(tf):
    x = tf.constant(np.array(NUMBERS, np.float32))
    of, gradient = (
        tf.quantization.fake_quant_with_min_max_args,
        tf.quantization.fake_quant_with_min_max_args_gradient,
    )
    weights = tf.range(1.0, len(NUMBERS) + 1)
    return [(of(x, **given), gradient(weights, x, **given)) for given in RANGES]


def between_scalars(tf):
    x = tf.constant(np.array(NUMBERS, np.float32))
    weights = tf.range(1.0, len(NUMBERS) + 1)
    of, gradient = (
        tf.quantization.fake_quant_with_min_max_vars,
        tf.quantization.fake_quant_with_min_max_vars_gradient,
    )
    pairs = [(-1.0, 2.0), (0.0, 0.0), (1.0, 0.0), (0.5, 2.0)]
    return [(of(x, *pair), tuple(gradient(weights, x, *pair))) for pair in pairs]


def between_vectors(tf):
    x = tf.reshape(tf.constant(np.array(NUMBERS[:12], np.float32)), [2, 2, 3])
    low, high = tf.constant([-1.0, -6.0, 0.0]), tf.constant([2.0, 6.0, 0.0])
    weights = tf.reshape(tf.range(1.0, 13.0), x.shape)
    gradient = tf.quantization.fake_quant_with_min_max_vars_per_channel_gradient
    return [
        tf.quantization.fake_quant_with_min_max_vars_per_channel(x, low, high),
        tuple(gradient(weights, x, low, high)),
    ]


def on_tapes(tf):
    """The ends have gradients, and there are no second ones."""
    x = tf.constant(np.array(NUMBERS[:-2], np.float32))
    rows = tf.reshape(x, [4, 3])
    low, high = tf.Variable(-1.0), tf.Variable(2.0)
    vector = tf.Variable([-1.0, -2.0, 0.0])
    q = tf.quantization
    results = []
    with tf.GradientTape(persistent=True) as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = q.fake_quant_with_min_max_args(x) ** 2
        first = inner.gradient(y, x)
        z = q.fake_quant_with_min_max_vars(x, low, high)
        channels = q.fake_quant_with_min_max_vars_per_channel(rows, vector, vector + 3.0)
    results += [first, outer.gradient(first, x), outer.gradient(z, [x, low, high])]
    return [*results, outer.gradient(channels, vector)]


def in_functions(tf):
    shown = []

    @tf.function(input_signature=[tf.TensorSpec([None]), tf.TensorSpec([]), tf.TensorSpec([])])
    def function(x, low, high):
        y = tf.quantization.fake_quant_with_min_max_vars(x, low, high, num_bits=4, name="level")
        shown.extend([y.name, y.shape])
        return y, tf.gradients(y, [x, low, high])

    return function(tf.constant([-3.0, 0.4, 5.0]), tf.constant(-1.0), tf.constant(2.0)), shown


def errors(tf):
    q, x = tf.quantization, tf.constant([[1.0, 2.0]])
    return [
        attempt(q.fake_quant_with_min_max_args, x, num_bits=1),
        attempt(q.fake_quant_with_min_max_args, x, num_bits=17),
        attempt(q.fake_quant_with_min_max_args, x, min=1.5, max=1.0),
        attempt(q.fake_quant_with_min_max_vars, x, [1.0], 2.0),
        attempt(q.fake_quant_with_min_max_vars, tf.cast(x, tf.float64), 1.0, 2.0),
        attempt(q.fake_quant_with_min_max_vars_per_channel, x, [1.0], [2.0, 3.0]),
        attempt(q.fake_quant_with_min_max_vars_per_channel, x, 1.0, [2.0, 3.0]),
    ]


def raw(tf):
    x = tf.constant([[1.0, 2.0]])
    return [
        tf.raw_ops.FakeQuantWithMinMaxArgs(inputs=x),
        tf.raw_ops.FakeQuantWithMinMaxVarsPerChannel(inputs=x, min=[0.0, 0.0], max=[1.0, 3.0]),
    ]
