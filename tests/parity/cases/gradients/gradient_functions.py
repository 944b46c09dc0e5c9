"""recompute_grad, grad_pass_through, stop_gradient, test.compute_gradient and others."""

from __future__ import annotations

import numpy as np

from tests.parity.case_helpers.tables import outcomes, ramp
from tests.parity.harness import attempt, exact_message, tolerance

# -- recompute_grad -------------------------------------------------------------------------------


def _counted(f):
    calls = []

    def counted(*args, **kwargs):
        calls.append(len(args))
        return f(*args, **kwargs)

    return counted, calls


def recomputed(tf):
    """Value, gradients by arguments and variables, and how often the function ran."""
    v, w = tf.Variable([2.0, 3.0]), tf.Variable(4.0)
    x, y = tf.constant([0.5, 1.5]), tf.constant([1.0, -1.0])

    def row(f, *arguments, sources=(x, y, v, w), **options):
        counted, calls = _counted(f)
        g = tf.recompute_grad(counted)
        with tf.GradientTape() as tape:
            tape.watch([x, y])
            result = g(*arguments, **options)
        return result, tape.gradient(result, list(sources)), calls

    return outcomes(
        {
            "one": lambda: row(lambda x: tf.sin(x) * x, x),
            "two": lambda: row(lambda x, y: x * tf.exp(y), x, y),
            "unused": lambda: row(lambda x, y: x * x, x, y),
            "same twice": lambda: row(lambda a, b: a * b, x, x),
            "variable inside": lambda: row(lambda x: x * v, x),
            "variable argument": lambda: row(lambda x, v: x * v, x, v),
            "variable twice": lambda: row(lambda x, a: x * v * a, x, v),
            "scalar variable": lambda: row(lambda x: x * w, x),
            "keyword": lambda: row(lambda x, scale=1.0: x * scale, x, scale=3.0),
            "keyword tensor": lambda: row(lambda x, scale=1.0: x * scale, x, scale=y),
            "captured": lambda: row(lambda x: x * y, x),
            "sequence": lambda: row(lambda x: (x * v, x * 2.0), x),
            "list": lambda: row(lambda x: [x * v, x * 2.0], x),
            "dict": lambda: row(lambda x: {"a": x * v}, x),
            "number": lambda: row(lambda x, n: x * n, x, 3.0),
            "integer": lambda: row(lambda x, n: x * tf.cast(n, x.dtype), x, tf.constant(3)),
            "nest": lambda: row(lambda pair: pair[0] * pair[1], [x, y]),
            "nothing watched": lambda: row(lambda x: x * 2.0, tf.constant(1.0)),
            "no arguments": lambda: row(lambda: v * v),
            "error": lambda: row(lambda x: x + tf.ones([3]), x),
        }
    )


def recomputed_calls(tf):
    """When the function runs: the documentation's example."""
    v = tf.Variable(1.5)

    @tf.recompute_grad
    def f(x):
        tf.print("running")
        return x * v

    with tf.GradientTape() as tape:
        r = tf.constant(1.0)
        for _ in range(3):
            r = f(r)
    print("gradient")
    return r, tape.gradient(r, [v])


def recomputed_orders(tf):
    """Second and third order: those of the function, as far as TensorFlow's are."""

    @tf.recompute_grad
    def f(x):
        return tf.reduce_prod(tf.tanh(x) ** 2)

    v = tf.Variable([0.5])

    @tf.recompute_grad
    def g(x):
        return tf.reduce_sum(tf.sin(x * v) * v)

    results = []
    for function, sources in ((f, 1), (g, 2)):
        x = tf.constant([0.75])
        asked = [x, v][:sources]
        with tf.GradientTape(persistent=True) as t3:
            t3.watch(x)
            with tf.GradientTape(persistent=True) as t2:
                t2.watch(x)
                with tf.GradientTape() as t1:
                    t1.watch(x)
                    y = function(x)
                first = t1.gradient(y, asked)
            second = attempt(t2.gradient, first[0], asked)
        third = None if isinstance(second, Exception) else attempt(t3.gradient, second[0], asked)
        results.append([y, first, second, third])
    return results


def recomputed_nested(tf):
    inner, inner_calls = _counted(lambda x: tf.sin(x) * x)
    inner = tf.recompute_grad(inner)
    outer, outer_calls = _counted(lambda x: tf.exp(inner(x)) * inner(x * 2.0))
    outer = tf.recompute_grad(outer)
    x = tf.constant(0.5)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = outer(x) * x
    return y, tape.gradient(y, x), tape.gradient(y, x), inner_calls, outer_calls


def recomputed_names(tf):
    def f(x):
        """Doubles."""
        return x * 2.0

    class Layer:
        factor = 3.0

        def __call__(self, x):
            return x * self.factor

        @tf.recompute_grad
        def method(self, x):
            return x * self.factor

    g = tf.recompute_grad(f)
    layer = Layer()
    x = tf.constant(2.0)

    def gradient(function, *arguments):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = function(*arguments)
        return tape.gradient(y, x)

    return [
        g.__name__,
        g.__doc__,
        g.__wrapped__ is f,
        attempt(gradient, tf.recompute_grad(layer), x),
        attempt(lambda: tf.recompute_grad(layer).__wrapped__ is layer),
        attempt(gradient, tf.recompute_grad(layer.method), x),
        attempt(gradient, layer.method, x),
    ]


def recomputed_state(tf):
    """What the function does to variables is done at each run."""
    v = tf.Variable(1.0)

    @tf.recompute_grad
    def f(x):
        v.assign_add(1.0)
        return x * v

    x = tf.constant(2.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    before = v.numpy()
    return y, tape.gradient(y, [x, v]), before, v.numpy()


def recomputed_embedding(tf):
    table = tf.Variable(ramp((4, 2)))

    @tf.recompute_grad
    def f(ids):
        return tf.square(tf.gather(table, ids))

    @tf.recompute_grad
    def g(table, ids):
        return tf.square(tf.gather(table, ids))

    with tf.GradientTape(persistent=True) as tape:
        y = f(tf.constant([1, 3, 1]))
        z = g(table, tf.constant([1, 3, 1]))
    return tape.gradient(y, table), tape.gradient(z, table)


# -- grad_pass_through ----------------------------------------------------------------------------


def passed_through(tf):
    x, z = tf.Variable(1.0), tf.Variable(3.0)
    c = tf.constant([1.5, -2.5])

    def row(f, *arguments, of=None):
        with tf.GradientTape() as tape:
            tape.watch(c)
            y = f(*arguments) if of is None else f(of())
        return y, tape.gradient(y, [x, z, c])

    return outcomes(
        {
            "round": lambda: row(tf.grad_pass_through(tf.round), c),
            "assign": lambda: row(tf.grad_pass_through(x.assign), of=lambda: z**2),
            "bare assign": lambda: row(x.assign, of=lambda: z**2),
            "variable inside": lambda: row(tf.grad_pass_through(lambda v: x * v), z),
            "two": lambda: row(tf.grad_pass_through(lambda a, b: (a * b, b)), c, c),
            "one of two": lambda: row(tf.grad_pass_through(lambda a, b: a * b), c, c),
            "shape": lambda: row(tf.grad_pass_through(tf.reduce_sum), c),
            "name": lambda: tf.grad_pass_through(tf.round).__name__,
            "decorator": lambda: row(tf.grad_pass_through(lambda a: tf.sign(a) * 3.0), c),
            "keyword": lambda: row(tf.grad_pass_through(lambda a, b=1.0: tf.sign(a) * b), c),
        }
    )


def passed_through_twice(tf):
    x = tf.constant([0.4, 1.6])
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = tf.grad_pass_through(tf.round)(x * x) * x
        g = inner.gradient(y, x)
    return y, g, outer.gradient(g, x)


# -- stop_gradient, gradients, hessians -----------------------------------------------------------


def stopped(tf):
    x = tf.constant(2.0)
    v = tf.Variable(3.0)
    g = tf.IndexedSlices(tf.constant([[1.0]]), tf.constant([1]), tf.constant([3, 1]))
    rows = {
        "list": [x, x],
        "tuple": (x, 1),
        "nested": [[x], [x]],
        "ragged": [x, [x]],
        "dict": {"a": x},
        "slices": g,
        "no shape": tf.IndexedSlices(tf.constant([[1.0]]), tf.constant([1])),
        "number": 3,
        "string": "a",
        "none": None,
        "variable": v,
        "integer": tf.constant([1, 2]),
        "array": np.ones(2),
        "bool": True,
    }
    return outcomes({k: lambda value=value: tf.stop_gradient(value) for k, value in rows.items()})


def stopped_on_a_tape(tf):
    x = tf.constant([2.0, 3.0])
    v = tf.Variable(3.0)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = tf.stop_gradient(x * x) * x
        z = tf.nest.map_structure(tf.stop_gradient, {"a": x, "b": [x * v]})
        w = tf.reduce_sum(z["a"] * x) + tf.reduce_sum(z["b"][0])
        u = tf.stop_gradient([x[0], x[1]]) * x
        s = tf.stop_gradient(v) * x
    return [tape.gradient(t, [x, v]) for t in (y, w, u, s, z)], tape.watched_variables()


@exact_message
def only_in_graphs(tf):
    x = tf.constant(2.0)
    return [
        attempt(tf.gradients, x, x),
        attempt(tf.gradients, [x], [x], grad_ys=[x], unconnected_gradients="zero"),
        attempt(tf.gradients, [], []),
        attempt(tf.hessians, x, x),
        attempt(tf.hessians, [x], [x], name="a"),
    ]


# -- test.compute_gradient ------------------------------------------------------------------------


@tolerance(rtol=2e-2, atol=2e-3)
def jacobians(tf):
    """Both jacobians; the one by differences is as exact as its type."""
    c = tf.test.compute_gradient
    x = ramp((2, 3), start=0.5)
    v = tf.Variable(2.0)

    @tf.custom_gradient
    def wrong(x):
        return x * 1.0, lambda dy: tf.transpose(dy)

    @tf.custom_gradient
    def not_a_number(x):
        return x * 1.0, lambda dy: dy * np.nan

    @tf.custom_gradient
    def other(x):
        return x * x, lambda dy: dy * 7.0

    empty = np.zeros((0, 3), np.float32)
    return outcomes(
        {
            "one": lambda: c(tf.sin, [x]),
            "two": lambda: c(lambda a, b: a * b, [x, x[0]]),
            "tuple": lambda: c(lambda a, b: tf.matmul(a, b, transpose_b=True), (x, x + 1)),
            "scalar": lambda: c(lambda a: a * a, [3.0]),
            "numbers": lambda: c(lambda a: tf.reduce_sum(a * a), [[1.0, 2.0]]),
            "variable": lambda: c(lambda a: a * v, [2.0]),
            "variable argument": lambda: c(lambda a: a * a, [v]),
            "delta": lambda: c(tf.square, [x.astype(np.float64)], delta=0.25),
            "float64": lambda: c(tf.exp, [x.astype(np.float64)]),
            "float16": lambda: c(lambda a: a * 2.0, [x.astype(np.float16)], 0.125),
            "bfloat16": lambda: c(lambda a: a + 3.0, [tf.constant(2.0, tf.bfloat16)], delta=0.125),
            "complex": lambda: c(lambda a: a * (5 + 7j), [np.array([1 + 2j], np.complex64)]),
            "conj": lambda: c(tf.math.conj, [np.array(1 + 2j, np.complex64)]),
            "to real": lambda: c(tf.math.real, [np.array([1 + 2j], np.complex128)]),
            "to complex": lambda: c(lambda a: tf.cast(a, tf.complex64) * 1j, [x[0]]),
            "cast": lambda: c(lambda a: tf.cast(a, tf.float64), [x[0]]),
            "gather": lambda: c(lambda a: tf.gather(a, [1, 0, 1]), [x]),
            "nested gather": lambda: c(lambda a: tf.gather(tf.gather(a, [1, 0]), [1]), [x]),
            "gradient": lambda: c(other, [x[0]]),
            "none": lambda: c(tf.floor, [x[0]]),
            "empty": lambda: c(tf.identity, [empty]),
            "empty matmul": lambda: c(tf.matmul, [empty, np.ones((3, 2), np.float32)]),
            "empty result": lambda: c(lambda a: a[:, :0], [x]),
            "wrong shape, empty": lambda: c(wrong, [empty]),
            "wrong shape": lambda: c(wrong, [x]),
            "NaN": lambda: c(not_a_number, [x[0]]),
            "tape inside": lambda: c(lambda a: _derivative(tf, a), [2.0]),
            "list": lambda: c(lambda a: [a, a], [1.0]),
            "returns None": lambda: c(lambda a: None, [1.0]),
            "no arguments": lambda: c(lambda: tf.constant(1.0), []),
            "integers": lambda: c(lambda a: a * 2, [3]),
            "integer result": lambda: c(lambda a: tf.cast(a, tf.int32), [3.0]),
            "no list": lambda: c(tf.sin, x),
            "number": lambda: c(tf.sin, 1.0),
            "dict": lambda: c(tf.sin, {"x": 1.0}),
            "by name": lambda: c(f=tf.sin, x=[0.5], delta=0.25),
        }
    )


def _derivative(tf, x):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.square(tf.square(x))
    return tape.gradient(y, x)


@exact_message
def jacobian_messages(tf):
    @tf.custom_gradient
    def wrong(x):
        return x * 1.0, lambda dy: tf.transpose(dy)

    empty = np.zeros((0, 3), np.float32)
    c = tf.test.compute_gradient
    return [
        attempt(c, tf.sin, 3.0),
        attempt(c, wrong, [empty]),
        attempt(c, lambda a: a * 2, [3]),
        attempt(c, lambda a: tf.cast(a, tf.int32), [3.0]),
    ]
