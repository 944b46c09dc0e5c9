"""`tf.nn` activations and softmax: values, gradients at kinks, types, arguments, errors."""

import numpy as np

from tests.parity.case_helpers.elements import (
    INF,
    NAN,
    REAL,
    TYPES,
    arguments_of_one,
    brief,
    constant,
    gradients,
    gradients_of_one,
    named,
    points,
    values_of_one,
)
from tests.parity.harness import attempt, exact_message, tolerance

_ONE = "relu relu6 leaky_relu elu selu gelu silu swish crelu softmax log_softmax".split()
_ELEMENTWISE = "relu relu6 leaky_relu elu selu gelu silu".split()

CASES = {}
for _name in _ONE:
    _f = f"nn.{_name}"
    if "softmax" in _name:
        continue  # below; what a row with an infinity gives is up to the machine
    CASES[f"{_name} values"] = values_of_one(_f)
    CASES[f"{_name} gradients"] = gradients_of_one(_f, types=("float16", "float32", "float64"))
    if _name not in ("silu", "swish"):  # they have no `name`
        CASES[f"{_name} arguments"] = arguments_of_one(_f, parameter="features")


def _upstream(name):
    """Gradients where the upstream gradient is infinite, NaN or negative."""

    def case(tf):
        results = {}
        x = constant(tf, REAL, "float32")
        for seed in (INF, -INF, NAN, -2.0):
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = named(tf, f"nn.{name}")(x)
            upstream = tf.constant(np.full(y.shape.as_list(), seed, np.float32))
            results[seed] = brief(attempt(tape.gradient, y, x, upstream))
        return list(results.values())

    return case


def _second_upstream(name):
    """The gradient of a gradient by what came from upstream, as an intermediate and by a factor."""

    @tolerance(atol=1e-13)
    def case(tf):
        x = constant(tf, [-2.0, -0.5, 0.0, 0.3, 2.0, 6.0, 7.0], "float64")
        w = tf.constant(1.5, tf.float64)
        with tf.GradientTape(persistent=True) as outer:
            outer.watch([x, w])
            with tf.GradientTape() as inner:
                inner.watch(x)
                z = w * named(tf, f"nn.{name}")(x * w)
            g = inner.gradient(z, x)
        return g, outer.gradient(g, [x, w]), outer.gradient(z, [x, w])

    return case


CASES |= {f"{name} upstream": _upstream(name) for name in _ELEMENTWISE}
CASES |= {f"{name} twice": _second_upstream(name) for name in _ONE}


# -- options ------------------------------------------------------------------------------------

_ALPHAS = {
    "0": lambda tf: 0,
    "1": lambda tf: 1,
    "2.5": lambda tf: 2.5,
    "negative": lambda tf: -0.5,
    "none": lambda tf: None,
    "bool": lambda tf: True,
    "numpy": lambda tf: np.float32(0.3),
    "array": lambda tf: np.array(0.3),
    "array_of_one": lambda tf: np.array([0.3]),
    "array_of_two": lambda tf: np.array([0.3, 0.4]),
    "tensor": lambda tf: tf.constant(0.3),
    "variable": lambda tf: tf.Variable(0.3),
    "text": lambda tf: "a",
    "list": lambda tf: [0.1],
}


def _leaky(make):
    def case(tf):
        x = constant(tf, points("float32"), "float32")
        return brief(attempt(gradients, tf, lambda x: tf.nn.leaky_relu(x, make(tf)), x))

    return case


CASES |= {f"leaky_relu alpha {name}": _leaky(make) for name, make in _ALPHAS.items()}

_BETAS = {
    "float": lambda tf: 0.3,
    "one": lambda tf: 1.0,
    "integer": lambda tf: 2,
    "bool": lambda tf: True,
    "list": lambda tf: [1.0, 2.0, 0.5],
    "tensor": lambda tf: tf.constant(0.3),
    "vector": lambda tf: tf.constant([1.0, 2.0, 0.5]),
    "matrix": lambda tf: tf.constant([[1.0], [2.0]]),
    "float64": lambda tf: tf.constant(0.5, tf.float64),
    "integers": lambda tf: tf.constant([1, 2, 0]),
    "variable": lambda tf: tf.Variable(0.7),
    "text": lambda tf: "a",
}


def _swish(make, dtype):
    @tolerance(rtol=2e-3 if dtype == "float16" else 2e-6)
    def case(tf):
        x = constant(tf, [-2.0, 0.0, 1.5], dtype)
        beta = make(tf)

        def run():
            # (Of a beta with a shape, TensorFlow's gradient has none.)
            rank = len(getattr(beta, "shape", ()))
            sources = {0: [x, beta] if hasattr(beta, "shape") else [x], 1: [x], 2: []}[rank]
            with tf.GradientTape(persistent=True) as outer:
                outer.watch(sources)
                with tf.GradientTape() as inner:
                    inner.watch(sources)
                    y = tf.nn.silu(x, beta)
                first = inner.gradient(y, sources)
            return y, first, [outer.gradient(g, sources) for g in first if g is not None]

        return brief(attempt(run))

    return case


CASES |= {f"silu beta {name}": _swish(make, "float32") for name, make in _BETAS.items()}
CASES |= {f"silu float16 beta {n}": _swish(_BETAS[n], "float16") for n in ("float", "tensor")}


def silu_gradient_of_beta_alone(tf):
    x, beta = tf.constant([1.0, 2.0]), tf.constant(0.5)
    with tf.GradientTape() as tape:
        tape.watch(beta)
        y = tf.nn.silu(x, beta)
    return tape.gradient(y, [x, beta])


def gelu_approximate(tf):
    results = {}
    for dtype in TYPES[:3]:
        x = constant(tf, [-6.0, -3.0, -0.5, 0.0, 0.5, 3.0, 6.0, INF, NAN], dtype)
        results[dtype] = gradients(tf, lambda x: tf.nn.gelu(x, approximate=True), x)
    return results


def tails(tf):
    """Each element by itself: its own size is what counts."""
    names = ("gelu", "silu", "elu", "selu", "softplus", "sigmoid")
    return {
        f"{name} {value}": getattr(tf.nn, name)(tf.constant(value))
        for name in names
        for value in (-80.0, -20.0, -9.0, -5.0, -1e-4, 1e-4, 9.0, 20.0)
    }


def constants_of_selu(tf):
    return tf.nn.selu(tf.constant([1.0, -1e9], tf.float64))


def crelu_axes(tf):
    x = tf.constant([[1.0, -2.0, 0.0], [-1.0, 0.5, -0.0]])
    axes = (0, 1, -1, -2, 2, -3, None, 1.0, np.int64(1), tf.constant(0))
    return [
        *(brief(attempt(tf.nn.crelu, x, axis)) for axis in axes),
        brief(attempt(gradients, tf, lambda x: tf.nn.crelu(x, axis=0), x)),
        brief(attempt(tf.nn.crelu, tf.constant(1.0))),
    ]


@exact_message
def messages(tf):
    return [
        attempt(tf.nn.gelu, tf.constant(1)),
        attempt(tf.nn.leaky_relu, [1.0], "a"),
        attempt(tf.nn.softmax, tf.constant([1.0]), axis=2),
    ]


# -- softmax ------------------------------------------------------------------------------------

_LOGITS = {
    "vector": [1.0, 2.0, 3.0],
    "matrix": [[1.0, 2.0, 3.0], [0.0, -1000.0, 1000.0]],
    "cube": np.linspace(-2, 2, 24).reshape(2, 3, 4).tolist(),
    "one": [[5.0]],
    "masked": [[-INF, 0.0, 1.0], [-INF, -INF, 3.0]],
    "no_rows": np.zeros((0, 3)).tolist(),
    "no_columns": [[], []],
    "equal": [[2.0, 2.0, 2.0]],
}


def _softmax(name, logits):
    @tolerance(atol=1e-14)
    def case(tf):
        f = getattr(tf.nn, name)
        rank = np.ndim(logits)
        results = {}
        for axis in (None, *range(-rank - 1, rank + 1)):
            x = constant(tf, logits, "float64")
            weights = constant(tf, np.linspace(-1, 2, np.size(logits)).reshape(x.shape), "float64")
            results[str(axis)] = brief(
                attempt(
                    gradients, tf, lambda x, a=axis, w=weights: f(x, axis=a) * w, x, seed_zero=False
                )
            )
        return results

    return case


CASES |= {
    f"{name} of {kind}": _softmax(name, logits)
    for name in ("softmax", "log_softmax")
    for kind, logits in _LOGITS.items()
}


@tolerance(rtol=1.6e-2, atol=1e-3)
def softmax_in_half_precision(tf):
    x = [[1.0, 2.0, 3.0, -4.0], [100.0, 99.0, 0.0, -1.0]]
    return [
        f(constant(tf, x, dtype))
        for dtype in ("float16", "bfloat16")
        for f in (tf.nn.softmax, tf.nn.log_softmax)
    ]


for _name in ("softmax", "log_softmax"):
    CASES[f"{_name} arguments"] = arguments_of_one(f"nn.{_name}", parameter="logits")
    CASES[f"{_name} values"] = values_of_one(f"nn.{_name}", types=TYPES[4:])


def softmax_axis_kinds(tf):
    x = tf.constant([[1.0, 2.0], [0.0, 4.0]])
    axes = (0, np.int64(0), tf.constant(0), tf.constant(-1), tf.constant(5), np.array(1))
    return [brief(attempt(f, x, axis)) for f in (tf.nn.softmax, tf.nn.log_softmax) for axis in axes]


@tolerance(atol=2e-7)
def softmax_of_float32(tf):
    x = constant(tf, np.linspace(-3, 5, 24).reshape(2, 3, 4), "float32")
    results = []
    for f in (tf.nn.softmax, tf.nn.log_softmax):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = f(x)
            z = y * y
        results.append((y, tape.gradient(z, x)))
    return results


def silu_wrong_shape(tf):
    return type(attempt(tf.nn.silu, [1.0, 2.0, 3.0], tf.constant([1.0, 2.0]))).__name__


def in_math_too(tf):
    x = tf.constant([1.0, 2.0])
    return tf.math.softmax(x), tf.math.log_softmax(x, axis=0)
