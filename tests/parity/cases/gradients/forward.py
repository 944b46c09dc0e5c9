"""`tf.autodiff.ForwardAccumulator`: what it pushes forward, where, and what it refuses."""

from __future__ import annotations

import gc
import threading
import weakref

import numpy as np

from tests.parity.harness import attempt, exact_log, exact_message, tolerance


def _at(tf):
    return tf.constant(3.0), tf.autodiff.ForwardAccumulator


# -- primals and tangents -----------------------------------------------------------------------


def nests_of_primals(tf):
    a, b, c = tf.constant([1.0, 2.0]), tf.constant(3.0), tf.Variable(4.0)
    primals = {"a": a, "rest": (b, [c])}
    tangents = {"a": tf.constant([1.0, 10.0]), "rest": (tf.constant(100.0), [1000.0])}
    with tf.autodiff.ForwardAccumulator(primals, tangents) as acc:
        y = a * b + c
        z = {"sum": tf.reduce_sum(y), "both": (b * c, tf.constant(1.0))}
    return acc.jvp(y), acc.jvp(z), acc.jvp(primals), acc.jvp([]), acc.jvp({"v": c})


def tangents_of_other_kinds(tf):
    x, fa = _at(tf)
    double = tf.constant(2.0, tf.float64)
    whole = tf.constant([1, 2])
    return (
        fa(x, 1).jvp(x),
        fa(x, 1.5).jvp(x),
        fa(x, np.float64(2.0)).jvp(x),
        fa(double, 1).jvp(double),
        fa(tf.constant([1.0, 2.0]), np.array([1, 2])).jvp(x),
        fa(x, tf.Variable(5.0)).jvp(x),
        fa(whole, whole).jvp(whole),
        fa([], []).jvp(x),
    )


def refused_primals_and_tangents(tf):
    x, fa = _at(tf)
    v = tf.Variable(1.0)
    rows = [
        ([x, x], [1.0, 2.0]),
        ([v, v], [1.0, 2.0]),
        ({"a": x, "b": [x]}, {"a": 1.0, "b": [2.0]}),
        (x, tf.constant(1)),
        (x, tf.constant(1.0, tf.float64)),
        (x, None),
        (x, "a"),
        (v, "a"),
        (3.0, 1.0),
        (np.float32(3.0), 1.0),
        (None, None),
        ("a", "b"),
        ([1.0], [1.0]),
    ]
    return [attempt(fa, *row) for row in rows]


def refused_structures(tf):
    x, fa = _at(tf)
    rows = [
        (x, [1.0]),
        ([x], [1.0, 2.0]),
        ([x], (1.0,)),
        ([x], x),
        ({"a": x}, {"b": x}),
    ]
    return [type(attempt(fa, *row)).__name__ for row in rows]


@exact_message
def duplicated_primals_message(tf):
    x, fa = _at(tf)
    fa([x, x], [1.0, 2.0])


@exact_message
def entered_twice_message(tf):
    x, fa = _at(tf)
    with fa(x, 1.0) as acc, acc:
        pass


@exact_log
def integers_cause_a_warning(tf):
    k = tf.constant([2, 3])
    with tf.autodiff.ForwardAccumulator(k, k) as acc:
        y = k * k
        z = tf.cast(k, tf.float32) * 2.0
    return acc.jvp([k, y, z])


def unknown_to_jvp(tf):
    x, fa = _at(tf)
    acc = fa(x, 1.0)
    rows = [None, 3.0, "abc", np.float32(1.0), [x, 2.0]]
    kinds = ["foo", None, "ZERO", True]
    return [attempt(acc.jvp, row) for row in rows], [attempt(acc.jvp, x, kind) for kind in kinds]


def unconnected(tf):
    x, fa = _at(tf)
    others = [tf.constant([1, 2]), tf.Variable([1.0, 2.0]), tf.constant("a"), tf.constant(1j)]
    with fa(x, 1.0) as acc:
        y = [x * x, tf.floor(x), tf.stop_gradient(x)]
    return [
        acc.jvp([*y, *others], unconnected_gradients=kind)
        for kind in (tf.UnconnectedGradients.NONE, "none", tf.UnconnectedGradients.ZERO, "zero")
    ]


def shape_of_a_tangent_is_not_checked(tf):
    x, fa = _at(tf)
    return fa(x, tf.constant([1.0, 2.0])).jvp(x)


def watched_again_sums(tf):
    x, fa = _at(tf)
    v = tf.Variable(2.0)
    with fa([x, v], [3.0, 4.0]) as acc:
        acc._watch(x, tf.constant(10.0))
        acc._watch([v], [tf.constant(1.0)])
        y = x * v
    return acc.jvp([x, v, y])


def complex_numbers(tf):
    z = tf.constant([1 + 2j, 0.5 - 1j])
    with tf.autodiff.ForwardAccumulator(z, tf.constant([1 + 0j, 2j])) as acc:
        y = [z * z, tf.exp(z), tf.abs(z), tf.math.real(z), tf.math.conj(z), tf.math.angle(z)]
    return acc.jvp(y)


# -- what it sees -------------------------------------------------------------------------------


def before_inside_and_after(tf):
    x, fa = _at(tf)
    y = x * x
    with fa([x, y], [1.0, 10.0]) as acc:
        z = x * y
        inside = acc.jvp(z)
    after = z * x
    return inside, acc.jvp([x, y, z, after]), acc.jvp(z) is inside


def entered_again(tf):
    x, fa = _at(tf)
    acc = fa(x, 1.0)
    with acc:
        y = x * x
    z = y * x
    with acc:
        a, b = y * y, z * x
    return acc.jvp([y, z, a, b])


def left_by_an_error(tf):
    x, fa = _at(tf)
    acc = fa(x, 1.0)
    try:
        with acc:
            y = x * x
            raise KeyError
    except KeyError:
        z = y * x
    return acc.jvp([y, z])


def operation_that_fails(tf):
    x, fa = _at(tf)
    v = tf.Variable([1.0, 2.0])
    with fa([x, v], [1.0, tf.constant([1.0, 1.0])]) as acc:
        failed = [attempt(tf.matmul, x, x), attempt(tf.add, v, tf.ones([3]))]
        y = x * v
    return [type(error).__name__ for error in failed], acc.jvp(y), acc.jvp(v)


def not_nested(tf):
    x, fa = _at(tf)
    a, b = fa(x, 1.0), fa(x, 10.0)
    a._push_accumulator()
    b._push_accumulator()
    a._pop_accumulator()
    y = x * x
    b._pop_accumulator()
    return a.jvp(y), b.jvp(y), attempt(a._pop_accumulator)


def another_thread(tf):
    x, fa = _at(tf)
    seen = []
    with fa(x, 1.0) as acc:
        thread = threading.Thread(target=lambda: seen.append(x * x))
        thread.start()
        thread.join()
        z = seen[0] * x
    return acc.jvp(seen[0]), acc.jvp(z)


def no_gradient_and_integers(tf):
    x = tf.constant([1.2, -2.5])
    with tf.autodiff.ForwardAccumulator(x, tf.constant([1.0, 1.0])) as acc:
        y = [
            tf.floor(x),
            tf.round(x),
            tf.math.ceil(x),
            tf.sign(x),
            tf.stop_gradient(x),
            tf.zeros_like(x),
            tf.ones_like(x),
            tf.cast(x, tf.int32),
            tf.cast(tf.cast(x, tf.int32), tf.float32),
            x > 0.0,
            tf.argmax(x),
            tf.shape(x),
            tf.size(x),
            tf.where([True, False], tf.constant([1.0, 2.0]), 3.0),
            tf.floor(x) * x,
        ]
    return acc.jvp(y)


def kinks(tf):
    x = tf.constant(3.0)
    with tf.autodiff.ForwardAccumulator(x, 1.0) as acc:
        zero = x * 0.0
        y = [
            tf.nn.relu(zero),
            tf.abs(zero),
            tf.maximum(x, 3.0),
            tf.minimum(3.0, x),
            tf.sqrt(zero),
            tf.norm([zero]),
            tf.reduce_max([x, x * 1.0]),
            tf.pow(zero, 2.0),
            tf.clip_by_value(x, 0.0, 3.0),
            tf.math.divide_no_nan(x, zero),
            tf.math.xlogy(zero, x),
            tf.reduce_prod([zero, x]),
        ]
    return acc.jvp(y)


def empty_tensors(tf):
    x = tf.zeros([0, 3])
    with tf.autodiff.ForwardAccumulator(x, tf.zeros([0, 3])) as acc:
        y = [x * x, tf.reduce_sum(x), tf.matmul(x, tf.ones([3, 2])), tf.concat([x, x], 0)]
    return acc.jvp(y)


def several_results(tf):
    x = tf.constant([[4.0, 1.0], [2.0, 3.0]])
    with tf.autodiff.ForwardAccumulator(x, tf.constant([[1.0, 1.0], [0.0, 1.0]])) as acc:
        top = tf.math.top_k(x, 1)
        y = [
            tf.unstack(x),
            tf.split(x, 2, axis=1),
            top.values,
            top.indices,
            tf.nn.moments(x, [0]),
            tf.linalg.slogdet(x).log_abs_determinant,
            tf.linalg.svd(x, compute_uv=False),
            tf.meshgrid(x[0], x[1]),
        ]
    return acc.jvp(y)


def gathers_of_a_variable(tf):
    v = tf.Variable([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    direction = tf.constant([[1.0, 10.0], [2.0, 20.0], [3.0, 30.0]])
    with tf.autodiff.ForwardAccumulator(v, direction) as acc:
        with tf.GradientTape() as tape:
            y = tf.reduce_sum(tf.gather(v, [0, 2, 2]) ** 3.0)
            z = tf.reduce_sum(tf.nn.embedding_lookup(v, [1, 1]) ** 2.0)
            total = y + z
        slices = tape.gradient(total, v)
        dense = tf.convert_to_tensor(slices)
    refused = attempt(acc.jvp, slices)
    pushed = tf.convert_to_tensor(acc.jvp(dense))
    return acc.jvp([y, z]), acc.jvp(slices.values), pushed, type(refused).__name__


# -- variables ----------------------------------------------------------------------------------


def variables(tf):
    v, w = tf.Variable(3.0), tf.Variable(5.0, trainable=False)
    with tf.autodiff.ForwardAccumulator([v, w], [1.0, 10.0]) as acc:
        y = v * w
        read = v.read_value()
        same = tf.identity(v), v.value(), v + 0.0
    return acc.jvp([v, w, y, read, *same])


def assignments_inside(tf):
    v = tf.Variable(3.0)
    with tf.autodiff.ForwardAccumulator(v, 1.0) as acc:
        a = v * v
        v.assign(5.0)
        b = v * v
        c = v.assign_add(1.0)
        d = c * c
        v.assign(a)
        e = v * 2.0
    return acc.jvp([a, b, c, d, e, v])


def read_before_it_was_a_primal(tf):
    v = tf.Variable(3.0)
    read = v.read_value()
    with tf.autodiff.ForwardAccumulator(v, 1.0) as acc:
        y = read * v
    with tf.autodiff.ForwardAccumulator([v, read], [1.0, 5.0]) as both:
        z = read * v
    return acc.jvp([read, y]), both.jvp([v, read, z])


# -- accumulators inside accumulators -----------------------------------------------------------


def _powers(tf, order):
    x, fa = tf.constant(1.1), tf.autodiff.ForwardAccumulator

    def derivative(f):
        def of(x):
            with fa(x, tf.constant(1.0)) as acc:
                y = f(x)
            return acc.jvp(y)

        return of

    def f(x):
        return x**3.5 * tf.sin(x)

    for _ in range(order):
        f = derivative(f)
    return f(x)


def higher_orders(tf):
    return [_powers(tf, order) for order in range(5)]


def nested_with_the_same_primal(tf):
    x, fa = _at(tf)
    with fa(x, 1.0) as outer:
        with fa(x, 2.0) as inner:
            y, z, w = x * x * x, x * tf.constant(2.0), tf.floor(x)
        j = inner.jvp([y, z, w])
        later = j[0] * x
    return (
        j,
        outer.jvp([y, z, w]),
        outer.jvp(j[:2]),
        inner.jvp(outer.jvp(y)),
        outer.jvp(later),
        inner.jvp(later),
    )


def nested_with_other_primals(tf):
    a, b, fa = tf.constant(2.0), tf.constant(5.0), tf.autodiff.ForwardAccumulator
    with fa(a, 1.0) as outer, fa(b, 1.0) as inner:
        y, only_a, only_b = a * a * b * b, a * a, b * b
    results = [(inner.jvp(t), outer.jvp(t)) for t in (y, only_a, only_b)]
    return results, outer.jvp(inner.jvp(y)), outer.jvp(inner.jvp(only_b))


def nested_on_an_intermediate(tf):
    x, fa = _at(tf)
    with fa(x, 1.0) as outer:
        y = x * x
        with fa(y, 1.0) as inner:
            z = y * y * x
    return outer.jvp(z), inner.jvp([z, x, y]), outer.jvp(inner.jvp(z))


def tangent_that_depends_on_the_outer_primal(tf):
    x, fa = _at(tf)
    with fa(x, 1.0) as outer, fa(x, x * x) as inner:
        z = tf.square(x)
    return outer.jvp(z), inner.jvp([z, x]), outer.jvp(inner.jvp(z)), outer.jvp(inner.jvp(x))


def tangent_as_an_operand(tf):
    x, fa = _at(tf)
    with fa(x, 2.0) as acc:
        t = acc.jvp(x * x)
        y = x * x
        t = acc.jvp(y)
        z, w = t * x, t * t
    return t, acc.jvp([z, w])


def tangent_that_is_the_primal(tf):
    x, fa = _at(tf)
    with tf.GradientTape() as tape:
        tape.watch(x)
        with fa(x, x) as acc:
            y = x * x
        j = acc.jvp(y)
    return j, tape.gradient(j, x), acc.jvp(x) is x


# -- with tapes ---------------------------------------------------------------------------------


def hessian_vector_products(tf):
    v = tf.Variable([1.0, 2.0, 3.0])
    vector = tf.constant([3.0, 4.0, 5.0])

    def f():
        return tf.reduce_prod(tf.tanh(v) ** 2.0) + tf.reduce_sum(v**3.0)

    with tf.autodiff.ForwardAccumulator(v, vector) as acc:
        with tf.GradientTape() as tape:
            y = f()
        gradient = tape.gradient(y, v)
    forward_over_back = acc.jvp(gradient)
    with tf.GradientTape() as tape:
        with tf.autodiff.ForwardAccumulator(v, vector) as acc:
            y = f()
        pushed = acc.jvp(y)
    back_over_forward = tape.gradient(pushed, v)
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            y = f()
        gradient = inner.gradient(y, v)
    back_over_back = outer.gradient(gradient, v, output_gradients=vector)
    return forward_over_back, back_over_forward, back_over_back


@tolerance(rtol=1e-4)
def third_derivatives(tf):
    x = tf.constant(0.7)
    one = tf.constant(1.0)

    def forward(f):
        def of(x):
            with tf.autodiff.ForwardAccumulator(x, one) as acc:
                y = f(x)
            return acc.jvp(y)

        return of

    def backward(f):
        def of(x):
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = f(x)
            return tape.gradient(y, x)

        return of

    def f(x):
        return tf.exp(x) * tf.sin(x) + x**4.0

    ways = (forward, backward)
    rows = [(a, b, c) for a in ways for b in ways for c in ways]
    rows.remove((backward, forward, forward))  # an InternalError of TensorFlow's
    return [a(b(c(f)))(x) for a, b, c in rows]


def tape_around(tf):
    x, fa = _at(tf)
    v, s = tf.Variable(2.0), tf.constant(3.0)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([x, s])
        with fa([x, v], [s, s]) as acc:
            y = [x * x * v, x + v, tf.identity(x), x * tf.constant(2.0), tf.reduce_sum([x, v])]
        pushed = acc.jvp(y)
    return pushed, [tape.gradient(t, [x, v, s]) for t in [*pushed, acc.jvp(v)]]


def tape_inside_ignores_tangents(tf):
    x, fa = _at(tf)
    with fa(x, 1.0) as acc:
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(x)
            y = x * x
            t = acc.jvp(y)
            z = t * x
        gradient = tape.gradient(z, x)
    return gradient, tape.gradient(t, x), acc.jvp([z, gradient])


def gradient_taken_inside_only(tf):
    x, fa = _at(tf)
    v = tf.Variable(3.0)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        u = x * x
        y = u * u * x * v * v
    with fa([x, v], [1.0, 1.0]) as acc:
        first = tape.gradient(y, [x, v])
    with fa([u, x], [1.0, 1.0]) as middle:
        second = tape.gradient(y, [x, u, v])
    return first, acc.jvp(first), second, middle.jvp(second)


def gradient_taken_outside(tf):
    x, fa = _at(tf)
    with fa(x, 1.0) as acc, tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x * x
    gradient = tape.gradient(y, x)
    return gradient, acc.jvp([gradient, y])


def persistent_tape_around_and_gradient_inside(tf):
    x, fa = _at(tf)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = x * x * x
        with fa(x, 1.0) as acc:
            gradient = tape.gradient(y, x)
            z = gradient * x
        pushed = acc.jvp(gradient)
    return (
        pushed,
        acc.jvp(z),
        tape.gradient(gradient, x),
        tape.gradient(pushed, x),
    )


def gradients_by_what_the_accumulator_does_not_follow(tf):
    x, w, fa = tf.constant(3.0), tf.constant(2.0), tf.autodiff.ForwardAccumulator
    with fa(x, 1.0) as acc:
        with tf.GradientTape() as tape:
            tape.watch(w)
            h = tf.sin(x)
            y = w * w * h
            del h
        gradient = tape.gradient(y, w)
    with fa(w, 1.0) as other:
        with tf.GradientTape() as tape:
            tape.watch([x, w])
            y = x * x * w + w * 2.0
        second = tape.gradient(y, [x, w])
    return acc.jvp(gradient), other.jvp(second)


def weights_of_targets_and_unconnected_sources(tf):
    v, w = tf.constant([1.0, 2.0]), tf.constant(1.0)
    with tf.autodiff.ForwardAccumulator(v, tf.constant([1.0, 0.5])) as acc:
        with tf.GradientTape(persistent=True) as tape:
            tape.watch([v, w])
            y, z = v * v, v * 2.0
        weighted = tape.gradient(y, v, output_gradients=v * v)
        linear = tape.gradient(z, [v, w], unconnected_gradients="zero")
        itself = tape.gradient(v, v, output_gradients=y)
        none = tape.gradient(z, w)
    return acc.jvp(weighted), linear, acc.jvp(linear), acc.jvp(itself), none


def stop_recording_of_a_tape(tf):
    x, fa = _at(tf)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        with fa(x, 1.0) as acc:
            before = x * x
            with tape.stop_recording():
                y = x * x
            z = x * x * x
    j = acc.jvp([before, y, z])
    return j, tape.gradient(y, x), [tape.gradient(t, x) for t in j]


def order_is_that_of_entering(tf):
    x, fa = _at(tf)
    results = []
    for tape_is_older in (False, True):
        tape = tf.GradientTape(persistent=True) if tape_is_older else None
        acc = fa(x, 0.5)
        tape = tape or tf.GradientTape(persistent=True)
        with tape:
            pass
        with acc, tape:
            tape.watch(x)
            y = tf.cos(x)
        results.append(tape.gradient(acc.jvp(y), x))
        with tape, acc:
            y = tf.cos(x)
        results.append(tape.gradient(acc.jvp(y), x))
    return results


def gradient_penalty(tf):
    w = tf.Variable([[0.5], [0.25]])
    x = tf.constant([[1.0, 2.0], [3.0, -1.0]])
    direction = tf.constant([[1.0], [-1.0]])
    with tf.autodiff.ForwardAccumulator(w, direction) as acc:
        with tf.GradientTape() as outer:
            with tf.GradientTape() as inner:
                inner.watch(x)
                y = tf.tanh(tf.matmul(x, w))
            slope = inner.gradient(y, x)
            penalty = tf.reduce_sum((tf.norm(slope, axis=1) - 1.0) ** 2.0)
        gradient = outer.gradient(penalty, w)
    return acc.jvp([y, slope, penalty, gradient])


def two_accumulators_over_a_tape(tf):
    x, fa = _at(tf)
    with fa(x, 1.0) as outer:
        with fa(x, 2.0) as inner:
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = tf.exp(x * 0.5) * x
            gradient = tape.gradient(y, x)
        second = inner.jvp(gradient)
    return gradient, second, outer.jvp(gradient), outer.jvp(second), inner.jvp(outer.jvp(y))


def forgotten_with_their_tensors(tf):
    x = tf.ones([100])
    tangent = tf.constant(tf.zeros([100]))
    with tf.autodiff.ForwardAccumulator(x, tangent) as acc:
        y = tf.constant(2.0) * x
        z = acc.jvp(y)
        references = [weakref.ref(item) for item in (x, tangent, y, z)]
        del x, tangent, y, z
        gc.collect()
        return [reference() is None for reference in references]


# -- tf.custom_gradient -------------------------------------------------------------------------


def _cube(tf):
    @tf.custom_gradient
    def cube(x):
        return tf.constant(x.numpy() ** 3), lambda dy: dy * 7.0 * x * x

    return cube


def custom_gradient_alone(tf):
    x, fa = _at(tf)
    cube = _cube(tf)
    with fa(x, 2.0) as acc:
        y = cube(x)
        z = cube(y * 0.1)
    return acc.jvp([y, z])


def custom_gradient_of_a_function_that_is_followed(tf):
    x, w, fa = tf.constant(3.0), tf.constant(2.0), tf.autodiff.ForwardAccumulator

    @tf.custom_gradient
    def f(x):
        return x * x, lambda dy: dy * 100.0

    @tf.custom_gradient
    def g(x):
        return w * w, lambda dy: dy * 100.0

    with fa(x, 1.0) as acc:
        y, z = f(x), g(x)
    with fa([x, w], [1.0, 1.0]) as both:
        a = g(x)
    return acc.jvp([y, z]), both.jvp(a)


def custom_gradient_that_is_not_linear(tf):
    x, fa = _at(tf)

    @tf.custom_gradient
    def squared(x):
        return tf.constant(x.numpy()), lambda dy: dy * dy * 10.0

    @tf.custom_gradient
    def clipped(x):
        return tf.constant(x.numpy()), lambda dy: tf.clip_by_value(dy * 3.0, -1.0, 1.0)

    @tf.custom_gradient
    def constant(x):
        return tf.constant(x.numpy()), lambda dy: tf.constant(5.0)

    @tf.custom_gradient
    def none(x):
        return tf.constant(x.numpy()), lambda dy: None

    with fa(x, 2.0) as acc:
        y = [f(x) for f in (squared, clipped, constant, none)]
    return acc.jvp(y)


def custom_gradient_of_several(tf):
    x, fa = _at(tf)
    v = tf.Variable(2.0)

    @tf.custom_gradient
    def f(a, b):
        def gradient(da, db, variables=None):
            return (da * 2.0 + db, db * b), [da * 1000.0]

        return (tf.constant(a.numpy()), tf.constant(b.numpy() * v.read_value().numpy())), gradient

    with fa([x, v], [1.0, 1.0]) as acc:
        y = f(x, x * x)
    with fa(v, 1.0) as other:
        z = f(x, x)
    return acc.jvp(y), other.jvp(z)


def custom_gradient_to_second_order(tf):
    x, fa = _at(tf)
    cube = _cube(tf)
    with fa(x, 1.0) as over_tape:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = cube(x)
        gradient = tape.gradient(y, x)
    with tf.GradientTape() as around:
        around.watch(x)
        with fa(x, 1.0) as acc:
            y = cube(x)
        pushed = acc.jvp(y)
    with fa(x, 1.0) as outer, fa(x, 1.0) as inner:
        y = cube(x)
    return (
        gradient,
        over_tape.jvp(gradient),
        around.gradient(pushed, x),
        inner.jvp(y),
        outer.jvp(inner.jvp(y)),
    )


def custom_gradient_that_raises(tf):
    x, fa = _at(tf)

    @tf.custom_gradient
    def f(x):
        def gradient(dy):
            raise ValueError("of the gradient function")

        return tf.constant(1.0), gradient

    with fa(x, 1.0) as acc:
        failed = attempt(f, x)
        y = x * x
    return failed, acc.jvp(y)
