"""Nested kinds of differentiation, around and inside of functions and control flow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.parity.harness import attempt, tolerance

# Functions of a vector of two, each to be differentiated in each way below.


def _functions(tf: Any) -> dict[str, Callable[[Any], Any]]:
    v = tf.Variable([0.5, 2.0])

    @tf.function
    def traced(x):
        return x * x * v

    @tf.function
    def branching(x):
        return tf.cond(tf.reduce_sum(x) > 0, lambda: x**3, lambda: tf.sin(x))

    @tf.custom_gradient
    def custom(x):
        return x**3, lambda upstream: 3.0 * upstream * x * x

    @tf.custom_gradient
    def through_function(x):
        return traced(x), lambda upstream: upstream * 2.0 * x * v.value()

    def looping(x):
        return tf.while_loop(lambda i, y: i < 3, lambda i, y: (i + 1, y * x), (0, x))[1]

    def growing(x):
        return tf.foldl(lambda y, e: y * e + x, tf.stack([x, 2.0 * x]), x)

    def arrays(x):
        array = tf.TensorArray(tf.float32, 2)
        return array.write(0, x * x).write(1, tf.sin(x)).stack()[0] * x

    @tf.function
    def loop_in_function(x):
        y = x
        for _ in range(2):
            y = y * tf.sin(x)
        return y

    return {
        "traced": traced,
        "branching": branching,
        "custom": custom,
        "custom through a function": through_function,
        "looping": looping,
        "folding": growing,
        "mapping": lambda x: tf.map_fn(lambda e: e**3, x),
        "scanning": lambda x: tf.scan(lambda a, e: a * e, x),
        "arrays": arrays,
        "vectorized": lambda x: tf.vectorized_map(lambda e: e * e * e, x),
        "recomputed": tf.recompute_grad(lambda x: tf.sin(x) * x),
        "loop in a function": loop_in_function,
        "gathered": lambda x: tf.gather(x, [1, 0, 1])[:2] * x,
        "switching": lambda x: tf.switch_case(1, [lambda: x, lambda: x * x * x]),
        "convolved": lambda x: tf.reshape(
            tf.nn.conv2d(tf.reshape(x * x, [1, 1, 2, 1]), tf.ones([1, 2, 1, 1]), 1, "SAME"), [2]
        ),
        "solved": lambda x: tf.linalg.solve(tf.linalg.diag(x) + 1.0, x[:, None])[:, 0],
        "normalised": lambda x: tf.nn.softmax(x * x),
        "ordered": lambda x: tf.sort(x * x) * x,
        "transformed": lambda x: tf.math.real(tf.signal.fft(tf.cast(x * x, tf.complex64))),
    }


# Each way takes a function and the point, and returns what there is to compare.


def _gradient(tf, f, x):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    return tape.gradient(y, x)


def _second(tf, f, x):
    with tf.GradientTape() as outer:
        outer.watch(x)
        first = _gradient(tf, f, x)
    return outer.gradient(first, x)


def _jacobian(tf, f, x):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    return tape.jacobian(y, x)


def _hessian(tf, f, x):
    with tf.GradientTape() as outer:
        outer.watch(x)
        first = _gradient(tf, f, x)
    return outer.jacobian(first, x)


def _tangent(tf, f, x):
    with tf.autodiff.ForwardAccumulator(x, tf.constant([1.0, -2.0])) as accumulator:
        y = f(x)
    return accumulator.jvp(y)


def _hessian_product(tf, f, x):
    with tf.autodiff.ForwardAccumulator(x, tf.constant([1.0, -2.0])) as accumulator:
        first = _gradient(tf, f, x)
    return accumulator.jvp(first)


def _in_function(tf, f, x):
    return tf.function(lambda x: _gradient(tf, f, x))(x)


def _persistent(tf, f, x):
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = f(x)
        first = tape.gradient(y, x)
    return tape.gradient(first, x), tape.gradient(y, x)


_WAYS = {
    "gradient": _gradient,
    "second": _second,
    "jacobian": _jacobian,
    "hessian": _hessian,
    "tangent": _tangent,
    "hessian product": _hessian_product,
    "in a function": _in_function,
    "persistent": _persistent,
}


# What TensorFlow fails at, with errors from inside of it; here there is a derivative.
_BEYOND = {
    ("branching", "hessian"),
    ("branching", "tangent"),
    ("branching", "hessian product"),
    ("vectorized", "hessian product"),
}


def _case(name: str) -> Callable[[Any], Any]:
    def case(tf: Any) -> Any:
        f = _functions(tf)[name]
        x = tf.constant([0.7, 1.3])
        results = {
            way: attempt(differentiate, tf, f, x)
            for way, differentiate in _WAYS.items()
            if (name, way) not in _BEYOND
        }
        return {way: type(r) if isinstance(r, Exception) else r for way, r in results.items()}

    return tolerance(rtol=1e-4, atol=1e-5)(case)


_NAMES = (
    "traced,branching,custom,custom through a function,looping,folding,mapping,scanning,arrays,"
    "vectorized,recomputed,loop in a function,gathered,switching,convolved,solved,normalised,"
    "ordered,transformed"
).split(",")

CASES = {name: _case(name) for name in _NAMES}
