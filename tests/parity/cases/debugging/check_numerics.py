"""tf.debugging.enable_check_numerics and disable_check_numerics."""

from __future__ import annotations

import threading

import numpy as np

from tests.parity.case_helpers.tables import outcomes
from tests.parity.harness import attempt, exact_message

NAN, INF = float("nan"), float("inf")


def _enabled(tf, f):
    tf.debugging.enable_check_numerics()
    try:
        return f()
    finally:
        tf.debugging.disable_check_numerics()


@exact_message
def messages(tf):
    """The whole message, where it is one operation in both."""
    x, y = tf.constant([2.0, 3.0]), tf.constant([1.0, 0.0])
    return [
        attempt(_enabled, tf, f)
        for f in (
            lambda: x / y,
            lambda: tf.constant([1.0, -1.0, 0.0]) / 0.0,
            lambda: tf.math.log(tf.constant([[-1.0]], tf.float16)),
            lambda: tf.math.log(0.0),
            lambda: tf.cast(tf.constant(1e300, tf.float64), tf.float32),
            lambda: tf.exp(tf.constant([1e5, 0.0], tf.float64)),
            lambda: tf.constant(-1.0) ** 0.5,
            lambda: tf.math.reciprocal(tf.constant([0.0, -0.0])),
        )
    ]


def checked(tf):
    """Which operations are checked, and which pass what they are given."""
    nan = tf.constant([NAN, 1.0])
    v = tf.Variable([NAN])
    rows = {
        "finite": lambda: (nan[1:] + 2.0) * 3.0,
        "constant": lambda: tf.constant(NAN),
        "variable": lambda: tf.Variable(INF) is None,
        "assign": lambda: tf.Variable(1.0).assign(INF) is None,
        "read": lambda: v + 1.0,
        "read by a function": lambda: tf.exp(v),
        "identity": lambda: tf.identity(nan),
        "reshape": lambda: tf.reshape(nan, [2, 1]),
        "transpose": lambda: tf.transpose([nan]),
        "concat": lambda: tf.concat([nan, nan], 0),
        "stack": lambda: tf.stack([nan, nan]),
        "unstack": lambda: tf.unstack(nan),
        "split": lambda: tf.split(nan, 2),
        "slice": lambda: tf.slice(nan, [0], [1]),
        "index": lambda: nan[0],
        "squeeze": lambda: tf.squeeze(nan[:1]),
        "expand": lambda: tf.expand_dims(nan, 0),
        "fill": lambda: tf.fill([2], NAN),
        "gather": lambda: tf.gather(nan, [0]),
        "maximum": lambda: tf.maximum(nan, 0.0),
        "minimum": lambda: tf.minimum(nan, 0.0),
        "add": lambda: nan + 1.0,
        "sum": lambda: tf.reduce_sum(nan),
        "max of nothing": lambda: tf.reduce_max(tf.zeros([0])),
        "mean of nothing": lambda: tf.reduce_mean(tf.zeros([0])),
        "where": lambda: tf.where([True, False], nan, 0.0),
        "norm": lambda: tf.norm(tf.constant([INF])),
        "is_nan": lambda: tf.math.is_nan(nan),
        "equal": lambda: nan == 1.0,
        "to integer": lambda: tf.cast(tf.constant([2.5]), tf.int32),
        "complex": lambda: tf.constant(1 + 0j) / tf.constant(0j),
        "integers": lambda: tf.constant(1) + 1,
        "strings": lambda: tf.constant("a") == "a",
        "top_k": lambda: tf.math.top_k(tf.constant([INF, 1.0])),
        "matmul": lambda: tf.matmul([[1e38]], [[1e38]]),
        "softmax": lambda: tf.nn.softmax(nan),
        "NumPy": lambda: tf.math.log(np.array([0.0, 1.0])),
        "keyword": lambda: tf.math.log(x=tf.constant(0.0)),
    }
    return outcomes({name: lambda f=f: _enabled(tf, f) for name, f in rows.items()})


def gradients(tf):
    def gradient(f, at):
        x = tf.constant(at)
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = f(x)
        return tape.gradient(y, x)

    @tf.custom_gradient
    def bad(x):
        return tf.sin(x), lambda dy: tf.math.log(-dy)

    def message(f, at):
        return str(attempt(_enabled, tf, lambda: gradient(f, at))).count("Detected Infinity or NaN")

    v = tf.Variable([4.0, 1.0])

    def step():
        with tf.GradientTape() as tape:
            y = tf.reduce_sum(tf.sqrt(v))
        v.assign_sub(tape.gradient(y, v))
        return v.numpy()

    rows = {
        "finite": lambda: gradient(tf.sqrt, [4.0, 1.0]),
        "sqrt": lambda: gradient(tf.sqrt, [0.0, 1.0]),
        "pow": lambda: gradient(lambda x: x**0.5, [0.0, 1.0]),
        "norm": lambda: gradient(lambda x: tf.norm(x * 0.0), [1.0]),
        "custom": lambda: gradient(bad, [2.0]),
        "not on the way": lambda: gradient(lambda x: tf.sqrt(x * 0.0) * 0.0, [1.0]),
        "step": step,
    }
    result = outcomes({name: lambda f=f: _enabled(tf, f) for name, f in rows.items()})
    return result, message(tf.sqrt, [0.0]), message(bad, [2.0])


def switching(tf):
    """It takes effect on one thread, however often it is enabled; and ends."""
    log = tf.math.log
    results = [attempt(log, 0.0)]
    tf.debugging.disable_check_numerics()
    tf.debugging.enable_check_numerics()
    tf.debugging.enable_check_numerics(stack_height_limit=3, path_length_limit=5)
    results.append(type(attempt(log, 0.0)).__name__)
    others = []
    thread = threading.Thread(target=lambda: others.append(attempt(log, 0.0)))
    thread.start()
    thread.join()
    tf.debugging.disable_check_numerics()
    results += [attempt(log, 0.0), attempt(lambda: tf.constant(1.0) / 0.0), *others]
    tf.debugging.disable_check_numerics()
    tf.debugging.enable_check_numerics(5, 7)
    results.append(type(attempt(lambda: tf.constant(1.0) / 0.0)).__name__)
    tf.debugging.disable_check_numerics()
    return [*results, attempt(lambda: tf.constant(1.0) / 0.0)]
