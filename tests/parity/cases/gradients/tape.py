"""The tape: what it records, what it ignores, and its messages; among them each row of the design
notes' table of hard cases, under the name of the row.
"""

from __future__ import annotations

import threading

import numpy as np

from tests.parity.harness import attempt, exact_log, exact_message

# -- the design notes' table -------------------------------------------------------------------


def row_inner_ignores_what_the_outer_recorded(tf):
    x = tf.constant(3.0)
    with tf.GradientTape() as outer:
        outer.watch(x)
        y = x * x
        with tf.GradientTape() as inner:
            inner.watch(x)
            z = y * x
        first = inner.gradient(z, x)
    return first, outer.gradient(first, x)


def row_second_tape_ignores_what_the_first_recorded(tf):
    x = tf.constant(3.0)
    with tf.GradientTape() as t1:
        t1.watch(x)
        y = x * x
    with tf.GradientTape() as t2:
        t2.watch(x)
        z = y * x
    return t2.gradient(z, x)


def row_stop_recording(tf):
    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
        with tape.stop_recording():
            w = y * x
        z = y + w
    return tape.gradient(z, x)


def row_gradient_under_a_later_tape(tf):
    x = tf.constant(3.0)
    with tf.GradientTape(persistent=True) as inner:
        inner.watch(x)
        z = x * x * x
    with tf.GradientTape() as outer:
        outer.watch(x)
        first = inner.gradient(z, x)
    return first, outer.gradient(first, x)


def row_unwatched_input(tf):
    w, x = tf.constant(2.0), tf.constant(3.0)
    with tf.GradientTape() as other:
        other.watch(x)
        with tf.GradientTape() as tape:
            tape.watch(w)
            y = w * x
    return tape.gradient(y, x), other.gradient(y, x)


def row_watched_after_use(tf):
    w, x = tf.constant(2.0), tf.constant(3.0)
    with tf.GradientTape() as tape:
        tape.watch(w)
        y = w * x
        tape.watch(x)
        z = y * x
    return tape.gradient(z, x)


def row_other_thread(tf):
    x = tf.constant(3.0)
    out = []
    with tf.GradientTape() as tape:
        tape.watch(x)
        worker = threading.Thread(target=lambda: out.append(x * x))
        worker.start()
        worker.join()
    return tape.gradient(out[0], x)


@exact_log
def row_own_gradient_in_context_persistent(tf):
    w = tf.constant(2.0)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(w)
        b = w * w * w
        g = tape.gradient(b, w)
        gg = tape.gradient(g, w)
    return g, gg, tape.gradient(gg, w)


@exact_message
def row_own_gradient_in_context_ends_the_tape(tf):
    w = tf.constant(2.0)
    with tf.GradientTape() as tape:
        tape.watch(w)
        b = w * w
        g = tape.gradient(b, w)
        after = w * 3.0
    print(g, after)
    tape.gradient(g, w)


def row_reentered_tape(tf):
    a, w = tf.constant(5.0), tf.constant(2.0)
    tape = tf.GradientTape(persistent=True)
    with tape:
        tape.watch(a)
        tape.watch(w)
        d = a * w
    b = a * 3.0
    with tape:
        c = b * w
    return tape.gradient(c, [a, w]), tape.gradient(d, [a, w])


def row_assign_after_recording(tf):
    v = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        y = v * v
    v.assign(10.0)
    return tape.gradient(y, v), v.read_value()


def row_assign_between_reads(tf):
    v = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        a = v * v
        v.assign_add(v)
        b = v * v
        c = a + b
    return a, b, tape.gradient(c, v)


def row_target_is_source(tf):
    x, y, v = tf.constant(3.0), tf.constant([1.0, 2.0]), tf.Variable([4.0, 5.0])
    out = []
    for source in (x, y, v):
        with tf.GradientTape() as tape:
            pass
        out.append(tape.gradient(source, source))
        with tf.GradientTape() as tape:
            tape.watch(source)
        out.append(tape.gradient(source, source))
    return out


def row_target_list_sums(tf):
    x = tf.constant([1.0, 2.0, 3.0])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y, z = x * x, x * 3.0
    return (
        tape.gradient([y, z], x),
        tape.gradient([y, y], x),
        tape.gradient({"a": y, "b": [z, x]}, x),
        tape.gradient(y, x),
    )


@exact_log
def row_integer_target_or_source(tf):
    i, x = tf.constant(3), tf.constant(3.0)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(i)
        tape.watch(x)
        y = i * i
        z = tf.cast(i, tf.float32) * x
    return tape.gradient(y, i), tape.gradient(z, [i, x]), tape.gradient(i, i)


def row_no_gradient_operations(tf):
    x = tf.constant([1.5, -2.5])
    out = {}
    operations = {
        "floor": tf.floor,
        "round": tf.round,
        "ceil": tf.math.ceil,
        "less": lambda x: x < 1.0,
        "equal": lambda x: tf.equal(x, 1.5),
        "argmax": tf.argmax,
        "cast": lambda x: tf.cast(x, tf.int32),
        "cast_back": lambda x: tf.cast(tf.cast(x, tf.int32), tf.float32),
        "sign": tf.sign,
        "zeros_like": tf.zeros_like,
        "ones_like": tf.ones_like,
        "stop_gradient": tf.stop_gradient,
        "identity": tf.identity,
    }
    for name, operation in operations.items():
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(x)
            y = operation(x)
            z = y * y if y.dtype == tf.float32 else y
        out[name] = tape.gradient(y, x), tape.gradient(z, x), tape.gradient(z, y)
    return out


def row_maximum_at_a_tie(tf):
    x = tf.constant(3.0)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y, z = tf.maximum(x, 3.0), tf.maximum(3.0, x)
    return tape.gradient(y, x), tape.gradient(z, x)


def row_norm_at_zero(tf):
    x = tf.constant([0.0, 0.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.norm(x)
    return tape.gradient(y, x)


def row_gather_gives_slices(tf):
    v = tf.Variable([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    with tf.GradientTape(persistent=True) as tape:
        y = tf.gather(v, [0, 2, 0])
        z = tf.nn.embedding_lookup(v, [1])
        w = tf.reduce_sum(v) + tf.reduce_sum(y)
    return (
        tape.gradient(y, v),
        tape.gradient(z, v),
        tf.convert_to_tensor(tape.gradient([y, z], v)),
        tape.gradient(w, v),
    )


def row_complex(tf):
    z = tf.constant(1.0 + 2.0j)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(z)
        y = z * z
        r = tf.math.real(y)
    return tape.gradient(r, z), tape.gradient(y, z)


@exact_message
def row_no_promotion(tf):
    return tf.constant(1) + tf.constant(1.0)


def row_python_and_numpy_values_adopt(tf):
    i, f = tf.constant(1), tf.constant(1.0)
    return i + 2, f + 2, f + np.float64(2.0), f + np.array([1, 2]), i + np.array([1, 2]), 2 * f


def row_integer_division(tf):
    return tf.constant(7) / tf.constant(2), tf.constant(7, tf.int64) / 2


@exact_message
def row_second_gradient_of_a_spent_tape(tf):
    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
    tape.gradient(y, x)
    tape.gradient(y, x)


@exact_message
def row_entering_an_active_tape(tf):
    with tf.GradientTape() as tape, tape:
        pass


def row_printed_text(tf):
    x, v = tf.constant(6.0), tf.Variable(3.0)
    for value in (x, v, tf.constant([[1.0, 2.0], [3.0, 4.5]]), tf.Variable([1, 2])):
        print(value)
        print(repr(value))


# -- the interface ------------------------------------------------------------------------------


def structures(tf):
    x, y, v = tf.constant(2.0), tf.constant(3.0), tf.Variable(4.0)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([x, {"y": y}])
        z = x * y * v
    return (
        tape.gradient(z, [x, y, v]),
        tape.gradient(z, (x, (y, [v]))),
        tape.gradient(z, {"b": x, "a": y, "c": [v, v]}),
        tape.gradient(z, []),
        tape.gradient([], [x]),
        tape.gradient(z, [x, x]),
    )


def intermediate_sources(tf):
    x = tf.constant(2.0)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = x * x
        z = y * y * x
    return tape.gradient(z, [x, y, z]), tape.gradient([z, y], [y, x])


def unwatched_source_that_is_a_target_too(tf):
    w, x = tf.constant(2.0), tf.constant(3.0)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(w)
        y, q = w * x, w * 5.0
    return tape.gradient([y, x], x), tape.gradient([q, x], x), tape.gradient([y, x], [w, x])


def output_gradients(tf):
    x = tf.constant([1.0, 2.0])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y, z = x * x, x * 3.0
        total = y * 2.0
    return (
        tape.gradient(y, x, output_gradients=tf.constant([10.0, 100.0])),
        tape.gradient(
            [y, z], x, output_gradients=[tf.constant([1.0, 0.0]), tf.constant([0.0, 2.0])]
        ),
        tape.gradient(x, x, output_gradients=tf.constant([7.0, 8.0])),
        tape.gradient([y, total], x, (tf.constant([1.0, 2.0]), np.float32([3.0, 4.0]))),
        tape.gradient(y, x, [tf.Variable([1.0, 2.0])]),
    )


def output_gradient_none(tf):
    x = tf.constant([1.0, 2.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y, z = x * x, x * 3.0
    return tape.gradient([y, z], x, output_gradients=[tf.constant([1.0, 0.0]), None])


def unconnected(tf):
    x, y, v = tf.constant([1.0, 2.0]), tf.constant(3, tf.int32), tf.Variable([[1.0]])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        z = x * 2.0
    return [
        tape.gradient(z, [x, y, v], unconnected_gradients=mode)
        for mode in (tf.UnconnectedGradients.NONE, tf.UnconnectedGradients.ZERO, "none", "zero")
    ]


def watched_variables(tf):
    v, w, u = tf.Variable(1.0, name="v"), tf.Variable(2.0, name="w"), tf.Variable(3.0, name="u")
    fixed = tf.Variable(4.0, trainable=False, name="fixed")
    with tf.GradientTape() as tape:
        before = [x.name for x in tape.watched_variables()]
        y = w * v * fixed
        tape.watch(u)
    after = [x.name for x in tape.watched_variables()]
    gradient = tape.gradient(y, [v, w, u, fixed])
    return before, after, gradient, [x.name for x in tape.watched_variables()]


def no_automatic_watching(tf):
    v, w = tf.Variable(2.0), tf.Variable(3.0)
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(v)
        y = v * w
    return tape.gradient(y, [v, w]), len(tape.watched_variables())


def reset(tf):
    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
        tape.reset()
        tape.watch(x)
        z = y + x * 2.0
    return tape.gradient(z, x)


def reads_of_a_variable_are_tensors_of_their_own(tf):
    v = tf.Variable(2.0)
    with tf.GradientTape(persistent=True) as tape:
        a, b, c = v.value(), v.read_value(), tf.convert_to_tensor(v)
        y = a * b * c
    return tape.gradient(y, [a, b, c, v]), tape.gradient(a, b)


def watching_nothing_in_particular(tf):
    x = tf.constant(3.0)
    tape = tf.GradientTape()
    with tape:
        pass
    tape.watch(x)  # no tape is recording: without effect
    with tape:
        y = x * x
    return tape.gradient(y, x)


def three_orders(tf):
    x = tf.constant(2.0)
    with tf.GradientTape() as t3:
        t3.watch(x)
        with tf.GradientTape() as t2:
            t2.watch(x)
            with tf.GradientTape() as t1:
                t1.watch(x)
                y = x * x * x * x
            first = t1.gradient(y, x)
        second = t2.gradient(first, x)
    return first, second, t3.gradient(second, x)


def crossing_contexts(tf):
    x = tf.constant(2.0)
    a, b = tf.GradientTape(persistent=True), tf.GradientTape(persistent=True)
    a.__enter__()
    a.watch(x)
    y = x * x
    b.__enter__()
    b.watch(x)
    z = y * x
    a.__exit__(None, None, None)
    w = z * x
    b.__exit__(None, None, None)
    return [tape.gradient(t, s) for tape in (a, b) for t in (y, z, w) for s in (x, y, z)]


# -- errors ------------------------------------------------------------------------------------


def _spent(tf):
    x = tf.constant(1.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * 2.0
    tape.gradient(y, x)
    return tape


def errors(tf):
    x, v = tf.constant(1.0), tf.Variable(1.0)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = x * v
    fresh, spent = tf.GradientTape(), _spent(tf)
    return {
        "target None": attempt(tape.gradient, None, x),
        "target number": attempt(tape.gradient, 3.0, x),
        "source None": attempt(tape.gradient, y, None),
        "source number": attempt(tape.gradient, y, [3.0]),
        "source string": attempt(tape.gradient, y, "a"),
        "unconnected": attempt(tape.gradient, y, x, None, "nothing"),
        "watch number": attempt(tape.watch, 3.0),
        "never entered": attempt(fresh.gradient, y, x),
        "spent": attempt(spent.gradient, y, x),
        "stop a spent tape": attempt(spent.stop_recording().__enter__),
        "stop a closed tape": attempt(tape.stop_recording().__enter__),
        "reset a closed tape": attempt(tape.reset),
        "still works": tape.gradient(y, [x, v]),
    }


def exception_inside_the_context(tf):
    x = tf.constant(3.0)
    tape = tf.GradientTape()
    try:
        with tape:
            tape.watch(x)
            y = x * x
            raise KeyError("inside")
    except KeyError:
        pass
    z = y * x
    return tape.gradient(y, x), z


# -- custom gradients -----------------------------------------------------------------------------


def custom_gradient_single(tf):
    @tf.custom_gradient
    def f(x):
        return x * x, lambda dy: dy * 10.0 * x

    x = tf.constant(3.0)
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = f(x) * 2.0
        first = inner.gradient(y, x)
    return y, first, outer.gradient(first, x)


def custom_gradient_several(tf):
    @tf.custom_gradient
    def f(a, b):
        def grad(da, db):
            return da * 2.0 + db, None

        return (a * b, a + b), grad

    a, b = tf.constant([1.0, 2.0]), tf.constant([3.0, 4.0])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([a, b])
        y, z = f(a, b)
        w = y * 3.0
    return tape.gradient([y, z], [a, b]), tape.gradient(w, [a, b, y]), tape.gradient(z, a)


def custom_gradient_variables(tf):
    v = tf.Variable(2.0)

    @tf.custom_gradient
    def f(x):
        def grad(dy, variables=None):
            return dy * 5.0, [dy * 7.0 for _ in variables]

        return x * v, grad

    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    return y, tape.gradient(y, [x, v])


def custom_gradient_through_a_closure(tf):
    w, a = tf.constant(5.0), tf.constant(2.0)

    @tf.custom_gradient
    def f(a):
        return a * w, lambda dy: dy * 7.0

    with tf.GradientTape(persistent=True) as t1:
        t1.watch(w)
        with tf.GradientTape(persistent=True) as t2:
            t2.watch(a)
            y = f(a) * 1.0
    return t1.gradient(y, [w, a]), t2.gradient(y, [w, a])


def custom_gradient_method(tf):
    class Scale:
        factor = 3.0

        @tf.custom_gradient
        def apply(self, x):
            return x * self.factor, lambda dy: dy * 100.0

    x = tf.constant(2.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = Scale().apply(x)
    return y, tape.gradient(y, x)


@exact_message
def custom_gradient_wrong_count(tf):
    @tf.custom_gradient
    def f(a, b):
        return a * b, lambda dy: dy

    a, b = tf.constant(1.0), tf.constant(2.0)
    with tf.GradientTape() as tape:
        tape.watch(a)
        y = f(a, b)
    return tape.gradient(y, a)


def custom_gradient_without_the_keyword(tf):
    v = tf.Variable(2.0)

    @tf.custom_gradient
    def f(x):
        return x * v, lambda dy: dy

    return f(tf.constant(1.0))


def watched_result_of_a_closed_tape(tf):
    """The gradient of the later tape leaves the earlier one its graph."""
    x = tf.constant([1.5, 3.0])
    with tf.GradientTape(persistent=True) as earlier:
        earlier.watch(x)
        y = x * x
    with tf.GradientTape() as later:
        later.watch(y)
    return later.gradient(y, x), earlier.gradient(y, x)
