"""tf.custom_gradient: what it decorates, arguments and results, and its errors."""

from __future__ import annotations

import functools
from collections import namedtuple

import numpy as np

from tests.parity.case_helpers.tables import outcomes
from tests.parity.harness import attempt, exact_message


def _gradients(tf, f, *arguments, sources=None, **options):
    """The result of `f` and its gradients by its tensor arguments (or `sources`)."""
    with tf.GradientTape() as tape:
        tape.watch([x for x in tf.nest.flatten(arguments) if isinstance(x, tf.Tensor)])
        y = f(*arguments, **options)
    return y, tape.gradient(y, list(arguments) if sources is None else sources)


def _scaled(tf, by=10.0):
    @tf.custom_gradient
    def scaled(x):
        return x * x, lambda dy: dy * by * x

    return scaled


# -- what is decorated ----------------------------------------------------------------------------


def kinds_of_functions(tf):
    def f(x, y=2.0):
        return x * y, lambda dy: dy * 5.0

    def both(x, y=2.0):
        return x * y, lambda dy: (dy * 5.0, dy * 7.0)

    class Callable:
        def __call__(self, x):
            return x * 3.0, lambda dy: dy * 4.0

    class Holder:
        @tf.custom_gradient
        def method(self, x):
            return x * 3.0, lambda dy: dy * 100.0

        @staticmethod
        @tf.custom_gradient
        def static(x):
            return x * 3.0, lambda dy: dy * 200.0

        @classmethod
        @tf.custom_gradient
        def of_class(cls, x):
            return x * 3.0, lambda dy: dy * 300.0

        decorated = tf.custom_gradient(lambda self, x: (x * 2.0, lambda dy: dy * 400.0))

    x = tf.constant(2.0)
    holder = Holder()
    return outcomes(
        {
            "function": lambda: _gradients(tf, tf.custom_gradient(f), x),
            "factory": lambda: _gradients(tf, tf.custom_gradient()(f), x),
            "keyword": lambda: _gradients(tf, tf.custom_gradient(f=f), x),
            "two": lambda: _gradients(tf, tf.custom_gradient(both), x, tf.constant(4.0)),
            "lambda": lambda: _gradients(
                tf, tf.custom_gradient(lambda x: (x + 1.0, lambda dy: dy * 6.0)), x
            ),
            "partial": lambda: _gradients(tf, tf.custom_gradient(functools.partial(f, y=3.0)), x),
            "partial of it": lambda: _gradients(
                tf, functools.partial(tf.custom_gradient(f), y=3.0), x
            ),
            "bound partial": lambda: _gradients(
                tf, functools.partial(tf.custom_gradient(both), tf.constant(3.0)), x, sources=x
            ),
            "callable object": lambda: _gradients(tf, tf.custom_gradient(Callable()), x),
            "method": lambda: _gradients(tf, holder.method, x),
            "static method": lambda: _gradients(tf, holder.static, x),
            "class method": lambda: _gradients(tf, holder.of_class, x),
            "lambda in a class": lambda: _gradients(tf, holder.decorated, x),
            "through the class": lambda: Holder.method(holder, x),
            "bound method": lambda: _gradients(tf, tf.custom_gradient(functools.partial(f)), x),
            "twice": lambda: tf.custom_gradient(tf.custom_gradient(f))(x),
            "no function": lambda: callable(tf.custom_gradient(3)),
            "a builtin": lambda: tf.custom_gradient(abs)(x),
            "tf function": lambda: tf.custom_gradient(tf.square)(x),
        }
    )


def names(tf):
    def f(x):
        """Squares."""
        return x * x, lambda dy: dy

    class Holder:
        @tf.custom_gradient
        def method(self, x):
            """Adds."""
            return x + 1.0, lambda dy: dy

    g = tf.custom_gradient(f)
    return [
        g.__name__,
        g.__doc__,
        g.__wrapped__ is f,
        Holder.method.__name__,
        Holder().method.__name__,
        Holder().method.__doc__,
        callable(Holder.method),
    ]


# -- what comes in --------------------------------------------------------------------------------


def keyword_arguments(tf):
    @tf.custom_gradient
    def f(x, scale=None):
        return x * scale, lambda dy: dy * 3.0

    @tf.custom_gradient
    def two(x, scale=None):
        return x * scale, lambda dy: (dy * 3.0, dy * 5.0)

    @tf.custom_gradient
    def none(*, x):
        return x * 2.0, lambda dy: []

    @tf.custom_gradient
    def with_variable(x, variable):
        def grad(dy, variables=None):
            return dy * 3.0, [] if variables is None else [dy * 4.0 for _ in variables]

        return x * variable, grad

    x, scale = tf.constant(2.0), tf.constant(7.0)
    v = tf.Variable(3.0)
    return outcomes(
        {
            "watched": lambda: _gradients(tf, f, x, scale=scale, sources=[x, scale]),
            "counted": lambda: _gradients(tf, two, x, scale=scale, sources=[x, scale]),
            "number": lambda: _gradients(tf, f, x, scale=4.0),
            "a string": lambda: tf.custom_gradient(lambda x, mode="": (x, lambda dy: dy * 2.0))(
                x, mode="a"
            ),
            "only keywords": lambda: _gradients(tf, none, x=x, sources=[x]),
            "variable": lambda: _gradients(tf, with_variable, x, variable=v, sources=[x, v]),
            "positional variable": lambda: _gradients(tf, with_variable, x, v, sources=[x, v]),
            "unknown": lambda: f(x, other=1),
        }
    )


def kinds_of_arguments(tf):
    results = {}
    x = tf.constant(2.0)

    @tf.custom_gradient
    def f(a, b):
        return a * 1.0, lambda dy: (dy * 2.0, None)

    for value in (
        3,
        3.5,
        True,
        None,
        "a",
        [1.0, 2.0],
        (),
        {},
        np.ones(2),
        np.float32(2),
        tf.constant(3),
        tf.constant("a"),
        tf.Variable(2.0),
        tf.Variable([1, 2]),
        object,
        tf.float32,
        tf.TensorShape([2]),
        tf.IndexedSlices(tf.constant([1.0]), tf.constant([1]), tf.constant([3])),
    ):
        results[len(results)] = lambda value=value: _gradients(tf, f, x, value, sources=x)
    return outcomes(results)


def _join(tf, *gradients):
    """A function of a nest whose gradient function returns `gradients`, each times dy."""

    @tf.custom_gradient
    def f(nest):
        total = tf.add_n(tf.nest.flatten(nest))

        def grad(dy):
            return tf.nest.map_structure(lambda g: None if g is None else dy * g, gradients)

        return total, grad

    return f


def nests_of_arguments(tf):
    a, b, c = (tf.constant(float(i)) for i in (2, 3, 5))
    point = namedtuple("point", "x y")
    rows = {}
    for name, nest in {
        "list": [a, b],
        "tuple": (a, b),
        "dict": {"b": b, "a": a},
        "namedtuple": point(a, b),
        "nested": [a, {"c": (c, b)}],
        "repeated": [a, a],
        "single": [a],
        "empty": [],
    }.items():
        count = len(tf.nest.flatten(nest))
        gradients = [10.0**i for i in range(count)]
        flat = tf.nest.flatten(nest)
        rows[f"{name} flat"] = lambda nest=nest, g=gradients, s=flat: _gradients(
            tf, _join(tf, *g), nest, sources=s
        )
        rows[f"{name} as it is"] = lambda nest=nest, g=gradients, s=flat: _gradients(
            tf, _join(tf, tf.nest.pack_sequence_as(nest, g)), nest, sources=s
        )
    return outcomes(rows)


def repeated_argument(tf):
    @tf.custom_gradient
    def f(a, b):
        return a * b, lambda dy: (dy * 10.0, dy * 100.0)

    x = tf.constant(3.0)
    v = tf.Variable(3.0)
    return _gradients(tf, f, x, x), _gradients(tf, f, v, v, sources=[v])


def integer_arguments(tf):
    @tf.custom_gradient
    def f(x, n):
        return x * tf.cast(n, x.dtype), lambda dy: (dy * 2.0, tf.constant(7))

    @tf.custom_gradient
    def g(n):
        return tf.cast(n, tf.float32), lambda dy: dy * 2.0

    x, n = tf.constant(2.0), tf.constant(3)
    return _gradients(tf, f, x, n), _gradients(tf, g, n)


# -- what goes out --------------------------------------------------------------------------------


def nests_of_results(tf):
    x = tf.constant([1.0, 2.0])
    point = namedtuple("point", "x y")
    rows = {}
    for name, make in {
        "list": lambda y, z: [y, z],
        "tuple": lambda y, z: (y, z),
        "dict": lambda y, z: {"z": z, "y": y},
        "namedtuple": lambda y, z: point(y, z),
        "nested": lambda y, z: [y, {"z": (z,)}],
        "single": lambda y, z: [y],
        "same twice": lambda y, z: (y, y),
        "argument": lambda y, z: (x, y),
    }.items():

        def f(x, make=make):
            def grad(*dy):
                return tf.add_n(tf.nest.flatten(dy)) * 10.0

            return make(x * 2.0, x * 3.0), grad

        def both(make=make, f=f):
            got = []

            def inner(x):
                y, grad = f(x)

                def noted(*dy):
                    got.append(dy)
                    return grad(*dy)

                return y, noted

            y, gradient = _gradients(tf, tf.custom_gradient(inner), x)
            return type(y).__name__, y, gradient, got

        rows[name] = both
    return outcomes(rows)


def kinds_of_results(tf):
    x = tf.constant(2.0)
    v = tf.Variable(3.0)
    rows = {}
    for name, value in {
        "number": 3.0,
        "integer": 3,
        "array": np.ones(2, np.float32),
        "list of numbers": [1.0, 2.0],
        "none": None,
        "argument": x,
        "variable": v,
        "integer tensor": tf.constant([1, 2]),
        "mixed": (x, tf.constant([1, 2])),
        "bool": tf.constant(True),
        "empty": [],
        "slices": tf.IndexedSlices(tf.constant([1.0]), tf.constant([1]), tf.constant([3])),
    }.items():
        rows[name] = lambda value=value: _gradients(
            tf, tf.custom_gradient(lambda x: (value, lambda *dy, variables=None: 5.0 * dy[0])), x
        )
    for name, value in {
        "no pair": x,
        "three": (x, x, x),
        "nothing": None,
        "no function": (x, 3),
    }.items():
        rows[name] = lambda value=value: _gradients(tf, tf.custom_gradient(lambda x: value), x)
    return outcomes(rows)


def integer_results(tf):
    @tf.custom_gradient
    def f(x):
        return (x * 2.0, tf.constant(3)), lambda dy, dn: dy * 5.0 + tf.cast(dn, tf.float32)

    x = tf.constant(2.0)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y, n = f(x)
        z = y * tf.cast(n, tf.float32)
    return tape.gradient(y, x), tape.gradient(z, x), tape.gradient([y, n], x), tape.gradient(n, x)


def unused_results(tf):
    @tf.custom_gradient
    def f(x):
        return (x * 2.0, x * 3.0), lambda dy, dz: dy * 5.0 + dz * 7.0

    x = tf.constant([2.0, 1.0])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y, z = f(x)
        w = z * 2.0
    return tape.gradient(y, x), tape.gradient(w, x), tape.gradient([y, w], [x, z])


# -- what the gradient function returns ---------------------------------------------------------


def kinds_of_gradients(tf):
    x = tf.constant([2.0, 3.0])
    v = tf.Variable([2.0, 3.0])
    rows = {}
    for name, gradient in {
        "list": lambda dy: [dy * 2.0],
        "tuple": lambda dy: (dy * 2.0,),
        "nested": lambda dy: ((dy * 2.0,),),
        "dict": lambda dy: {"a": dy * 2.0},
        "none": lambda dy: None,
        "list of none": lambda dy: [None],
        "dy": lambda dy: dy,
        "argument": lambda dy: x,
        "number": lambda dy: 3.0,
        "integer": lambda dy: 3,
        "array": lambda dy: np.array([5.0, 6.0], np.float32),
        "array of float64": lambda dy: np.array([5.0, 6.0]),
        "list of numbers": lambda dy: [1.0, 2.0],
        "variable": lambda dy: v,
        "other type": lambda dy: tf.cast(dy, tf.float64),
        "integer tensor": lambda dy: tf.constant([1, 2]),
        "scalar": lambda dy: tf.constant(4.0),
        "other shape": lambda dy: tf.ones([3]),
        "larger": lambda dy: tf.ones([2, 2]),
        "string": lambda dy: "a",
        "slices": lambda dy: tf.IndexedSlices(dy[:1] * 5.0, tf.constant([1]), tf.constant([2])),
        "slices without a shape": lambda dy: tf.IndexedSlices(dy[:1] * 5.0, tf.constant([1])),
        "slices of int64": lambda dy: tf.IndexedSlices(
            dy[:1] * 5.0, tf.constant([1], tf.int64), tf.constant([2], tf.int64)
        ),
        "two": lambda dy: (dy, dy),
        "no gradients": lambda dy: (),
        "error": lambda dy: 1 // 0,
        "no argument": lambda: 1.0,
        "two arguments": lambda dy, more: dy,
        "default": lambda dy, more=2.0: dy * more,
    }.items():

        @tf.custom_gradient
        def f(x, gradient=gradient):
            return x * 1.0, gradient

        rows[name] = lambda f=f: _gradients(tf, f, x)[1]
        rows[f"{name}, behind another"] = lambda f=f: _gradients(tf, lambda x: f(x * 2.0), x)[1]
        rows[f"{name}, behind identity"] = lambda f=f: _gradients(
            tf, lambda x: f(tf.identity(x)), x
        )[1]
        rows[f"{name}, added"] = lambda f=f: _gradients(tf, lambda x: f(x) + x, x)[1]
    return outcomes(rows)


def none_among_gradients(tf):
    @tf.custom_gradient
    def f(a, b):
        return a * b, lambda dy: (dy * 2.0, None)

    a, b = tf.constant(2.0), tf.constant(3.0)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([a, b])
        y = f(a, b) + b * b
        z = f(b, a * 2.0)
    zero = tf.UnconnectedGradients.ZERO
    return (
        tape.gradient(y, [a, b]),
        tape.gradient(z, [a, b]),
        tape.gradient(z, [a, b], unconnected_gradients=zero),
    )


@exact_message
def complaints(tf):
    x, y = tf.constant(2.0), tf.constant(3.0)
    v = tf.Variable(4.0)

    def uses(grad):
        return tf.custom_gradient(lambda x: (x * v, grad))

    def row(f, *arguments):
        error = attempt(_gradients, tf, f, *arguments)
        return error if isinstance(error, Exception) else type(error).__name__

    return [
        row(tf.custom_gradient(lambda a, b: (a * b, lambda dy: dy)), x, y),
        row(tf.custom_gradient(lambda a: (a, lambda dy: (dy, dy, dy))), x),
        row(uses(lambda dy, variables: (dy, [])), x),
        row(uses(lambda dy, variables: (dy, [dy, dy])), x),
        row(uses(lambda dy, variables: ((dy, dy), [dy])), x),
    ]


# -- variables ------------------------------------------------------------------------------------


def variables_inside(tf):
    v, w = tf.Variable(2.0), tf.Variable(3.0, trainable=False)
    x = tf.constant(5.0)
    seen = []

    def signature(grad):
        @tf.custom_gradient
        def f(x):
            return x * v + w, grad

        return f

    def noted(dy, variables=None):
        seen.append([item is v for item in variables])
        return dy * 2.0, [dy * 3.0]

    def only_keyword(dy, *, variables):
        return dy * 2.0, [dy * 3.0]

    def keywords(dy, **kwargs):
        return dy * 2.0, [dy * 4.0 for _ in kwargs["variables"]]

    def partial(dy, factor, variables=None):
        return dy * factor, [dy * factor]

    def none(dy, variables):
        return dy, [None]

    def a_tuple(dy, variables):
        return dy, (dy * 3.0,)

    def a_tensor(dy, variables):
        return dy, tf.reshape(dy * 3.0, [1])

    return outcomes(
        {
            "default": lambda: _gradients(tf, signature(noted), x, sources=[x, v, w]),
            "keyword only": lambda: _gradients(tf, signature(only_keyword), x, sources=[x, v]),
            "keywords": lambda: _gradients(tf, signature(keywords), x, sources=[x, v]),
            "partial": lambda: _gradients(
                tf, signature(functools.partial(partial, factor=9.0)), x, sources=[x, v]
            ),
            "none": lambda: _gradients(tf, signature(none), x, sources=[x, v]),
            "tuple": lambda: _gradients(tf, signature(a_tuple), x, sources=[x, v]),
            "tensor": lambda: _gradients(tf, signature(a_tensor), x, sources=[x, v]),
            "missing": lambda: _gradients(tf, signature(lambda dy: dy), x, sources=[x, v]),
            "without a tape": lambda: signature(noted)(x),
            "without a tape, missing": lambda: signature(lambda dy: dy)(x),
            "seen": lambda: seen,
        }
    )


def variables_as_arguments(tf):
    v, w = tf.Variable(2.0), tf.Variable([1.0, 3.0])

    @tf.custom_gradient
    def f(a, b):
        return a * b, lambda dy: (tf.reduce_sum(dy) * 10.0, dy * 100.0)

    @tf.custom_gradient
    def reads(a):
        def grad(dy, variables=()):
            return dy * 10.0, *[[dy * 100.0]] * len(variables)

        return a * v, grad

    with tf.GradientTape(persistent=True) as tape:
        y = f(v, w)
        z = f(v.read_value(), w)
        same = reads(v)
        read = reads(v.read_value())
        unread = reads(v.assign_add(1.0))
    return {
        "variables": tape.gradient(y, [v, w]),
        "read": tape.gradient(z, [v, w]),
        "argument and inside": tape.gradient(same, v),
        "read and inside": tape.gradient(read, v),
        "assigned and inside": tape.gradient(unread, v),
    }


def variables_of_various_kinds(tf):
    a, b, c = tf.Variable(2.0), tf.Variable([1.0, 3.0]), tf.Variable(7)
    counted = []

    @tf.custom_gradient
    def f(x):
        def grad(dy, variables):
            counted.append(len(variables))
            return dy * 2.0, [tf.ones_like(v) * v.shape.num_elements() for v in variables]

        y = x * a + tf.reduce_sum(b) * a
        return y + tf.cast(c, tf.float32), grad

    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    return tape.gradient(y, [x, a, b, c]), counted, [v.name for v in tape.watched_variables()]


def variable_assigned_inside(tf):
    v = tf.Variable(2.0)

    @tf.custom_gradient
    def f(x):
        def grad(dy, variables):
            return dy * 2.0, [dy * 3.0 * item for item in variables]

        v.assign_add(1.0)
        return x * v, grad

    x = tf.constant(3.0)
    return _gradients(tf, f, x, sources=[x, v]), _gradients(tf, f, x, sources=[x, v])


def variable_made_inside(tf):
    made = []

    @tf.custom_gradient
    def f(x):
        if not made:
            made.append(tf.Variable(5.0))

        def grad(dy, variables):
            return dy * 2.0, [dy * 3.0 for _ in variables]

        return x * made[0], grad

    x = tf.constant(3.0)
    return _gradients(tf, f, x, sources=[x])


# -- orders, nesting, other tapes -----------------------------------------------------------------


def orders(tf):
    @tf.custom_gradient
    def f(x):
        return x**2, lambda dy: dy * 3.0 * x**3

    x = tf.constant(1.5)
    v = tf.Variable(1.5)
    results = []
    for source in (x, v):
        with tf.GradientTape() as t3:
            t3.watch(source)
            with tf.GradientTape() as t2:
                t2.watch(source)
                with tf.GradientTape() as t1:
                    t1.watch(source)
                    y = f(source) * source
                first = t1.gradient(y, source)
            second = t2.gradient(first, source)
        results.append((y, first, second, t3.gradient(second, source)))
    return results


def second_order_by_the_upstream(tf):
    @tf.custom_gradient
    def f(x):
        return x * x, lambda dy: dy * dy * x

    x, seed = tf.constant(3.0), tf.constant(2.0)
    with tf.GradientTape() as outer:
        outer.watch([x, seed])
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = f(x)
        first = inner.gradient(y, x, output_gradients=seed)
    return first, outer.gradient(first, [x, seed])


def gradient_of_a_gradient_given(tf):
    """The form of TensorFlow's documentation: the gradient is itself a custom gradient."""

    @tf.custom_gradient
    def f(x):
        y = tf.sin(x)

        def first(dy):
            @tf.custom_gradient
            def cosine(x):
                def second(ddy):
                    return ddy * 100.0

                return tf.cos(x), second

            return dy * cosine(x)

        return y, first

    @tf.custom_gradient
    def g(x):
        @tf.custom_gradient
        def first(dy):
            return dy * tf.cos(x), lambda ddy: ddy * 1000.0

        return tf.sin(x), first

    x = tf.constant(0.5)
    results = []
    for function in (f, g):
        with tf.GradientTape(persistent=True) as outer:
            outer.watch(x)
            with tf.GradientTape() as inner:
                inner.watch(x)
                y = function(x) * x
            first = inner.gradient(y, x)
        results.append((first, outer.gradient(first, x)))
    return results


def nested(tf):
    inner = _scaled(tf, 100.0)

    @tf.custom_gradient
    def outer(x):
        y = inner(x)
        return y * 2.0, lambda dy: dy * inner(x)

    @tf.custom_gradient
    def tape_inside(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = inner(x)
        gradient = tape.gradient(y, x)
        return y, lambda dy: dy * gradient

    @tf.custom_gradient
    def tape_in_gradient(x):
        def grad(dy):
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = inner(x) * x
            return dy * tape.gradient(y, x)

        return x + 1.0, grad

    x = tf.constant(3.0)
    results = []
    for f in (outer, tape_inside, tape_in_gradient):
        with tf.GradientTape() as second:
            second.watch(x)
            with tf.GradientTape() as first:
                first.watch(x)
                y = f(x) * 3.0
            gradient = first.gradient(y, x)
        results.append((y, gradient, second.gradient(gradient, x)))
    return results


def captured_tensors(tf):
    w, x = tf.constant(5.0), tf.constant(2.0)

    @tf.custom_gradient
    def f(x):
        return x * w, lambda dy: dy * w

    with tf.GradientTape(persistent=True) as tape:
        tape.watch([w, x])
        y = f(x)
        z = f(tf.constant(2.0))
    return tape.gradient(y, [w, x]), tape.gradient(z, [w, x])


def tape_of_its_own(tf):
    """The outer tape of several tracks what the function used, the inner one its argument."""
    w, x = tf.constant(5.0), tf.constant(2.0)

    @tf.custom_gradient
    def f(x):
        return x * w, lambda dy: dy * w * 10.0

    with tf.GradientTape(persistent=True) as outer:
        outer.watch(w)
        with tf.GradientTape(persistent=True) as inner:
            inner.watch(x)
            y = f(x)
        first = inner.gradient(y, [x, w])
        z = first[0] * y
    return first, outer.gradient(z, [w, x]), outer.gradient(y, w)


def stopped(tf):
    @tf.custom_gradient
    def f(x):
        return tf.stop_gradient(x * x), lambda dy: dy * 4.0

    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        with tape.stop_recording():
            y = f(x)
        z = f(x)
    return tape.gradient([y, z], x)


def run_when_not_asked(tf):
    """Gradient functions run wherever the target depends on them, as often as they are passed."""
    calls = []

    @tf.custom_gradient
    def f(x):
        def grad(dy):
            calls.append(float(dy))
            return dy * 2.0

        return x * 1.0, grad

    x, y = tf.constant(3.0), tf.constant(4.0)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([x, y])
        z = f(x) * y
    first = tape.gradient(z, y)
    second = tape.gradient(z, [x, y])
    return first, second, calls


def state_after_an_error(tf):
    @tf.custom_gradient
    def f(x):
        def grad(dy):
            raise KeyError("no")

        return x * 1.0, grad

    x = tf.constant(3.0)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = f(x)
        z = x * 5.0
    return attempt(tape.gradient, y, x), tape.gradient(z, x)


def inside_of_a_gather(tf):
    table = tf.Variable([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    f = _scaled(tf)
    with tf.GradientTape(persistent=True) as tape:
        y = f(tf.gather(table, [2, 0, 2]))
        z = tf.gather(f(table), [1])
    return tape.gradient(y, table), tape.gradient(z, table)


def slices_in_and_out(tf):
    """IndexedSlices become tensors on the way in and out."""
    indices, shape = tf.constant([1, 1]), tf.constant([3, 1])

    @tf.custom_gradient
    def f(g):
        y = tf.IndexedSlices(g.values * 2.0, g.indices, g.dense_shape)
        return y, lambda dy: tf.IndexedSlices(dy[1:] * 5.0, tf.constant([1, 2]), shape)

    x = tf.constant([[1.0], [2.0]])
    g = tf.IndexedSlices(x * 3.0, indices, shape)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = f(tf.IndexedSlices(x * 3.0, indices, shape))
        dense = tf.constant([[1.0], [2.0], [3.0]])
        tape.watch(dense)
        z = tf.custom_gradient(lambda a: (g, lambda dy: dy * a))(dense)
    return y, attempt(tape.gradient, y, x), z, tape.gradient(z, dense)
