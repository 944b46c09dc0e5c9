"""`GradientTape.jacobian` and `batch_jacobian`: shapes, nests, options, errors, several tapes."""

from __future__ import annotations

import functools

import numpy as np

from tests.parity.case_helpers.tables import outcomes
from tests.parity.harness import attempt, exact_message, tolerance

PFOR = {"at once": True, "one by one": False}


def _ramp(tf, shape, dtype="float32"):
    return tf.constant(np.arange(1, np.prod(shape) + 1).reshape(shape).astype(dtype) / 4)


def _record(tf, function, *values, persistent=True):
    """A closed tape, what `function` made on it, and its arguments, watched."""
    arguments = [tf.convert_to_tensor(value) for value in values]
    with tf.GradientTape(persistent=persistent) as tape:
        tape.watch(arguments)
        target = function(*arguments)
    return tape, target, arguments


# -- shapes ------------------------------------------------------------------------------------

TARGETS = {
    "scalar by vector": (lambda tf, x: tf.reduce_sum(x**3), (3,)),
    "vector by scalar": (lambda tf, x: tf.stack([x, x * x, x**3]), ()),
    "scalar by scalar": (lambda tf, x: x * x, ()),
    "vector by vector": (lambda tf, x: tf.cumsum(x * x), (3,)),
    "matrix by matrix": (lambda tf, x: x @ tf.transpose(x), (2, 3)),
    "rank 3 by rank 2": (lambda tf, x: x[:, None, :] * x[None], (2, 2)),
    "rank 0 by rank 3": (lambda tf, x: tf.reduce_prod(x), (2, 1, 2)),
    "one element": (lambda tf, x: x * x, (1, 1)),
    "no elements": (lambda tf, x: x * x, (0, 2)),
    "no elements in the target": (lambda tf, x: (x * x)[:0], (2,)),
    "no elements in the source": (lambda tf, x: tf.reduce_sum(x), (0,)),
    "itself": (lambda tf, x: x, (2,)),
    "unconnected": (lambda tf, x: tf.ones([2]), (2,)),
    "without a gradient": (lambda tf, x: tf.floor(x), (2,)),
    "of integers": (lambda tf, x: tf.cast(x, tf.int32), (2,)),
    "of another type": (lambda tf, x: tf.cast(x * x, tf.float64), (2,)),
    "complex": (lambda tf, x: tf.cast(x, tf.complex64) ** 2, (2,)),
    "gathered twice": (lambda tf, x: tf.gather(x, [0, 2, 0]) ** 2, (3, 2)),
    "gathered": (lambda tf, x: tf.gather(x, [0, 2, 0]), (3, 2)),
    "embedded": (lambda tf, x: tf.nn.embedding_lookup(x, [[0, 1], [1, 1]]), (2, 2)),
    "sliced": (lambda tf, x: x[1] * x[::2], (3,)),
}


def _jacobian_of(function, shape, pfor, unconnected, tf):
    tape, target, (x,) = _record(tf, functools.partial(function, tf), _ramp(tf, shape))
    return attempt(
        tape.jacobian, target, x, unconnected_gradients=unconnected, experimental_use_pfor=pfor
    )


CASES = {
    f"{name}, {way}, {unconnected}": functools.partial(
        _jacobian_of, function, shape, pfor, unconnected
    )
    for name, (function, shape) in TARGETS.items()
    for way, pfor in PFOR.items()
    for unconnected in ("none", "zero")
}

BATCHES = {
    "squares": (lambda tf, x: x * x, (2, 3)),
    "rank 3": (lambda tf, x: x[:, 0, :2] * x[:, 0, 1:], (2, 1, 3)),
    "rank 4": (lambda tf, x: x[:, :, None, None] * x[:, None, :, None], (2, 2)),
    "a batch of one": (lambda tf, x: tf.cumsum(x, 1), (1, 2)),
    "products": (lambda tf, x: tf.nn.softmax(x @ tf.ones([3, 2]) * x[:, :2]), (2, 3)),
    "vectors": (lambda tf, x: x * x, (2,)),
    "scalars": (lambda tf, x: x * x, ()),
    "target of rank 1": (lambda tf, x: tf.reduce_sum(x, 1), (2, 2)),
    "another batch": (lambda tf, x: (x * x)[:1], (2, 2)),
    "no batch": (lambda tf, x: x * x, (0, 2)),
    "no elements": (lambda tf, x: x * x, (2, 0)),
    "no elements in the target": (lambda tf, x: (x * x)[:, :0], (2, 2)),
    "no elements in the source": (lambda tf, x: tf.reduce_sum(x, 1, keepdims=True), (2, 0)),
    "unconnected": (lambda tf, x: tf.ones([2, 3]), (2, 2)),
    "without a gradient": (lambda tf, x: tf.floor(x), (2, 2)),
    "of integers": (lambda tf, x: tf.cast(x, tf.int32), (2, 2)),
    "of another type": (lambda tf, x: tf.cast(x * x, tf.float64), (2, 2)),
    "complex": (lambda tf, x: tf.cast(x, tf.complex64) ** 2, (2, 2)),
    "gathered": (lambda tf, x: tf.gather(x, [1, 0]) * x, (2, 2)),
}


def _batch_jacobian_of(function, shape, pfor, unconnected, tf):
    tape, target, (x,) = _record(tf, functools.partial(function, tf), _ramp(tf, shape))
    return attempt(
        tape.batch_jacobian,
        target,
        x,
        unconnected_gradients=unconnected,
        experimental_use_pfor=pfor,
    )


CASES |= {
    f"batch: {name}, {way}, {unconnected}": functools.partial(
        _batch_jacobian_of, function, shape, pfor, unconnected
    )
    for name, (function, shape) in BATCHES.items()
    for way, pfor in PFOR.items()
    for unconnected in ("none", "zero")
}


def jacobians_of_every_type(tf):
    def row(dtype):
        tape, y, (x,) = _record(tf, lambda x: x * x * x[::-1], _ramp(tf, (2,), dtype))
        return tape.jacobian(y, x), tape.batch_jacobian(y[:, None], x[:, None])

    return {
        dtype: attempt(row, dtype) for dtype in "float16 bfloat16 float64 complex128 int32".split()
    }


# -- nests, variables, options -----------------------------------------------------------------


def nests_of_sources(tf):
    v = tf.Variable([1.0, 2.0])
    x, c = tf.constant([[1.0, 2.0], [3.0, 4.0]]), tf.constant(1.0)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = tf.linalg.matvec(x, v)
    return {
        "list": tape.jacobian(y, [x, v, c]),
        "dict": tape.jacobian(y, {"b": v, "a": (x, [c])}),
        "tuple": tape.jacobian(y, (v,)),
        "twice": tape.jacobian(y, [v, v]),
        "empty": tape.jacobian(y, []),
        "zero": tape.jacobian(y, [x, v, c], tf.UnconnectedGradients.ZERO),
        "one by one": tape.jacobian(y, {"b": v, "a": (x, [c])}, experimental_use_pfor=False),
    }


def variables(tf):
    v, w = tf.Variable([1.0, 2.0]), tf.Variable([3.0, 4.0], trainable=False)
    with tf.GradientTape(persistent=True) as tape:
        y = v * v + w * v
        v.assign([5.0, 6.0])
        z = v * y
    return (
        tape.jacobian(y, [v, w]),
        tape.jacobian(z, v),
        tape.jacobian(v, v),
        tape.jacobian(z, y),
        tape.batch_jacobian(tf.ones([2, 2]), tf.Variable(tf.ones([2, 2]))),
        [u.shape for u in tape.watched_variables()],
    )


def intermediates(tf):
    tape, (y, z), (x,) = _record(tf, lambda x: [y := x * x, tf.sin(y) * x], _ramp(tf, (2,)))
    return tape.jacobian(z, [x, y, z]), tape.jacobian(y, [z, y])


def sources_that_are_no_floats(tf):
    tape, y, (x,) = _record(tf, lambda x: x * x, _ramp(tf, (2,)))
    others = [tf.constant([1, 2]), tf.constant(["a"])]
    return [
        attempt(tape.jacobian, y, source, unconnected_gradients=unconnected)
        for source in others
        for unconnected in ("none", "zero")
    ]


def targets_that_are_no_floats(tf):
    tape, _, (x,) = _record(tf, lambda x: x * x, _ramp(tf, (2,)))
    return [
        attempt(tape.jacobian, target, x, unconnected_gradients=unconnected)
        for target in (tf.constant([1, 2]), tf.constant(["a"]), np.ones(2, np.float32))
        for unconnected in ("none", "zero")
    ]


def unwatched(tf):
    x, u = tf.constant([1.0, 2.0]), tf.constant([3.0, 4.0])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = x * u
    return tape.jacobian(u, u), tape.jacobian(y, u), tape.jacobian(u, x, "zero")


def parallel_iterations(tf):
    tape, y, (x,) = _record(tf, lambda x: x * x * x[0], _ramp(tf, (3, 2)))
    c = tf.constant(1.0)
    counts = [None, -1, 0, 1, 2, 3, 4, 6, 7, "a", 2.5]
    return {
        str(count): [
            attempt(function, y, x, parallel_iterations=count, experimental_use_pfor=pfor)
            for function in (tape.jacobian, tape.batch_jacobian)
            for pfor in (True, False)
        ]
        for count in counts
    }, [
        attempt(tape.jacobian, y, [x, c], unconnected, parallel_iterations=count)
        for unconnected in ("none", "zero")
        for count in (2, 6, 7)
    ]


# -- what is refused, and what becomes of the tape ---------------------------------------------


@exact_message
def refused(tf):
    tape, y, (x,) = _record(tf, lambda x: x * x, _ramp(tf, (2, 2)))
    return [
        attempt(tape.jacobian, [y], x),
        attempt(tape.jacobian, None, x),
        attempt(tape.jacobian, 1.0, x),
        attempt(tape.jacobian, y, x, "bad"),
        attempt(tape.jacobian, y, x, "bad", experimental_use_pfor=False),
        attempt(tape.jacobian, y, x, parallel_iterations=1),
        attempt(tape.jacobian, y, x, parallel_iterations=0, experimental_use_pfor=False),
        attempt(tape.batch_jacobian, [y], x),
        attempt(tape.batch_jacobian, y, [x]),
        attempt(tape.batch_jacobian, y, None),
        attempt(tape.batch_jacobian, y, x, "bad"),
        attempt(tape.batch_jacobian, y, tf.ones([3, 2])),
        attempt(tape.batch_jacobian, y, tf.ones([2])),
        attempt(tape.batch_jacobian, tf.ones([2]), x),
    ]


def refused_sources(tf):
    tape, y, (x,) = _record(tf, lambda x: x * x, _ramp(tf, (2, 2)))
    sources = [None, [x, None], 1.0, "a", np.ones(2)]
    return outcomes(
        {
            f"{source} {pfor}": functools.partial(
                tape.jacobian, y, source, experimental_use_pfor=pfor
            )
            for source in sources
            for pfor in (True, False)
        }
    )


def not_persistent(tf):
    def calls(*names, **options):
        tape, y, (x,) = _record(tf, lambda x: x * x, _ramp(tf, (2, 4)), persistent=False)
        first, *others = [getattr(tape, name) for name in names]
        return [attempt(first, y, x, **options), *(attempt(other, y, x) for other in others)]

    return [
        calls("jacobian", "jacobian"),
        calls("jacobian", "gradient"),
        calls("gradient", "jacobian"),
        calls("gradient", "batch_jacobian"),
        calls("batch_jacobian", "batch_jacobian"),
        calls("batch_jacobian", "gradient"),
        calls("jacobian", "jacobian", experimental_use_pfor=False),
        calls("batch_jacobian", "batch_jacobian", experimental_use_pfor=False),
        calls("jacobian", "jacobian", unconnected_gradients="bad"),
        *(
            calls(name, name, parallel_iterations=count, unconnected_gradients=unconnected)
            for name in ("jacobian", "batch_jacobian")
            for count in (1, 2, 3, 4, 5, 9)
            for unconnected in ("none", "zero")
        ),
    ]


def spent_by_what_is_refused(tf):
    def then(arguments, name="jacobian"):
        tape, y, (x,) = _record(tf, lambda x: x * x, _ramp(tf, (2, 2)), persistent=False)
        target, source = arguments(x, y)
        first = attempt(getattr(tape, name), target, source)
        return first if isinstance(first, Exception) else None, attempt(tape.jacobian, y, x)

    return [
        then(lambda x, y: ([y], x)),
        then(lambda x, y: (None, x)),
        then(lambda x, y: (y, None)),
        then(lambda x, y: (y, [])),
        then(lambda x, y: (y, tf.ones([3, 2])), "batch_jacobian"),
        then(lambda x, y: (y, tf.ones([2])), "batch_jacobian"),
    ]


def a_tape_that_was_never_entered(tf):
    x = tf.constant([[1.0]])
    tape = tf.GradientTape(persistent=True)
    return attempt(tape.jacobian, x, x), attempt(tape.batch_jacobian, x, x)


# -- several tapes -----------------------------------------------------------------------------

OUTER = {
    "square": lambda tf, x, w: x * x + 0 * w,
    "linear": lambda tf, x, w: x * 3.0 - w,
    "product": lambda tf, x, w: x * w,
    "apart": lambda tf, x, w: x * x * x + w * w,
    "one of them linear": lambda tf, x, w: x * x * x + w,
    "kinks": lambda tf, x, w: tf.nn.relu(x) + tf.abs(w),
    "maximum": lambda tf, x, w: tf.maximum(x, w),
    "gather": lambda tf, x, w: tf.gather(x, [0, 1]) * w,
    "sums": lambda tf, x, w: tf.reduce_sum(x) * tf.reduce_sum(w),
    "functions": lambda tf, x, w: tf.exp(x) + tf.sin(w),
    "broadcast": lambda tf, x, w: x[:, None] * w,
    "parts": lambda tf, x, w: tf.concat([x, w * w], 0),
    "product of matrices": lambda tf, x, w: tf.linalg.matvec(tf.ones([2, 2]), x) * w,
}


def _under_an_outer_tape(function, pfor, tf):
    """All that an outer tape finds of jacobians: by sources, by themselves, and tracked or not."""
    x, w, c = tf.constant([1.0, 2.0]), tf.constant([3.0, 4.0]), tf.constant([5.0, 6.0])
    with tf.GradientTape(persistent=True) as outer:
        outer.watch([x, w])
        with tf.GradientTape(persistent=True) as inner:
            inner.watch([x, w])
            y = function(tf, x, w)
        result = inner.jacobian(y, [x, w], experimental_use_pfor=pfor)
        zeros = inner.jacobian(y, [x, w, c], "zero", experimental_use_pfor=pfor)
        doubled = [j * 2.0 for j in [*result, *zeros]]
    return {
        "jacobians": result,
        "second": [outer.gradient(j, [x, w, c]) for j in [*result, *zeros]],
        "all": outer.gradient(result, [x, w]),
        "tracked": [outer.gradient(d, [*result, *zeros]) for d in doubled],
        "target": outer.gradient(result[0], y),
        "jacobian": outer.jacobian(result[0], [x, w], experimental_use_pfor=pfor),
    }


CASES |= {
    f"under an outer tape: {name}, {way}": functools.partial(_under_an_outer_tape, function, pfor)
    for name, function in OUTER.items()
    for way, pfor in PFOR.items()
}


def third_order(tf):
    def program(function, pfor):
        x, w = tf.constant([1.0, 2.0]), tf.constant([3.0, 4.0])
        with tf.GradientTape(persistent=True) as first:
            first.watch([x, w])
            with tf.GradientTape(persistent=True) as second:
                second.watch([x, w])
                with tf.GradientTape() as third:
                    third.watch([x, w])
                    y = function(x, w)
                (j, _) = third.jacobian(y, [x, w])
            h = second.jacobian(j, [x, w], "zero", experimental_use_pfor=pfor)
            g = second.gradient(j, [x, w], unconnected_gradients="zero")
        return h, g, [first.gradient(item, [x, w]) for item in (*h, *g)]

    return [
        program(lambda x, w: x * x * x * w, True),
        program(lambda x, w: x * x + w * w, True),
        program(lambda x, w: tf.sin(x) * w, True),
        program(lambda x, w: x * x * x * w, False),
    ]


def in_its_own_context(tf):
    def program(pfor):
        x = tf.constant([1.0, 2.0])
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(x)
            y = x * x * x
            j = tape.jacobian(y, x, experimental_use_pfor=pfor)
            h = tape.jacobian(j, x, experimental_use_pfor=pfor)
            doubled = j * 2.0
        return (
            j,
            h,
            tape.jacobian(h, x, experimental_use_pfor=pfor),
            tape.gradient(doubled, j),
            tape.gradient(h, [j, x]),
        )

    return [program(pfor) for pfor in PFOR.values()]


def in_the_context_of_a_single_use_tape(tf):
    x = tf.constant([1.0, 2.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
        j = tape.jacobian(y, x)
        z = x * x
    return j, attempt(tape.gradient, z, x)


def crossing_tapes(tf):
    x, w = tf.constant([1.0, 2.0]), tf.constant([3.0, 4.0])

    def program(pfor):
        with tf.GradientTape() as outer:
            outer.watch(x)
            y = x * x
            with tf.GradientTape(persistent=True) as inner:
                inner.watch(x)
                z = y * x
            j = inner.jacobian(z, x, experimental_use_pfor=pfor)
        crossed = j, outer.gradient(j, x)
        with tf.GradientTape(persistent=True) as early:
            early.watch(x)
            z, p = x * x * x, x * w
        with tf.GradientTape(persistent=True) as late:
            late.watch([x, w])
            j = early.jacobian(z, x, experimental_use_pfor=pfor)
            k = early.jacobian(p, x, experimental_use_pfor=pfor)
            doubled = j * 2.0
        later = j, late.gradient(j, x), late.jacobian(j, x), late.gradient(doubled, j)
        return crossed, later, late.gradient(k, [x, w])

    return [program(pfor) for pfor in PFOR.values()]


def stop_recording(tf):
    x = tf.constant([1.0, 2.0])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = x * x
        with tape.stop_recording():
            w = y * x
        z = y + w
        with tape.stop_recording():
            j = tape.jacobian(z, x)
        doubled = j * 2.0
    return j, tape.gradient(doubled, x), tape.jacobian(doubled, j)


def batch_jacobians_under_an_outer_tape(tf):
    def program(pfor):
        x = _ramp(tf, (2, 2))
        with tf.GradientTape(persistent=True) as outer:
            outer.watch(x)
            with tf.GradientTape(persistent=True) as inner:
                inner.watch(x)
                y = x**3
            j = inner.batch_jacobian(y, x, experimental_use_pfor=pfor)
            n = inner.batch_jacobian(tf.ones([2, 2]), x, experimental_use_pfor=pfor)
            doubled = j * 2.0, n * 2.0
        return (
            j,
            outer.batch_jacobian(j, x, experimental_use_pfor=pfor),
            outer.gradient(j, [x, y]),
            outer.gradient(doubled[0], j),
            outer.gradient(doubled[1], n),
        )

    return [program(pfor) for pfor in PFOR.values()]


# -- Hessians ----------------------------------------------------------------------------------


def hessians(tf):
    """The jacobian of a gradient, of a jacobian, and the batched one."""
    v = tf.Variable([0.5, -1.0, 2.0])
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            y = tf.reduce_sum(tf.sin(v) * v[0])
        first = inner.gradient(y, v)
    by_gradient = outer.jacobian(first, v)
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            y = tf.reduce_sum(tf.sin(v) * v[0])
        first = inner.jacobian(y, v)
    by_jacobian = outer.jacobian(first, v)
    x = _ramp(tf, (2, 3))
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = tf.reduce_sum(x**3 * x[:, :1], 1)
        first = inner.gradient(y, x)
    return by_gradient, by_jacobian, outer.batch_jacobian(first, x)


def hessian_of_a_layer(tf):
    w, b = tf.Variable(_ramp(tf, (2, 2))), tf.Variable([0.1, -0.2])
    x = _ramp(tf, (3, 2))
    with tf.GradientTape(persistent=True) as outer:
        with tf.GradientTape() as inner:
            loss = tf.reduce_mean(tf.tanh(x @ w + b) ** 2)
        gradients = inner.gradient(loss, [w, b])
    return [outer.jacobian(gradient, [w, b]) for gradient in gradients]


def hessian_vector_products(tf):
    """By the gradient of a product, by output gradients, and by the Hessian."""
    v, d = tf.Variable([0.5, -1.0, 2.0]), tf.constant([1.0, 2.0, -1.0])

    def first(tape_of):
        with tape_of as inner:
            y = tf.reduce_sum(tf.exp(v) * v * v[1])
        return inner.gradient(y, v)

    with tf.GradientTape() as outer:
        product = tf.reduce_sum(first(tf.GradientTape()) * d)
    by_product = outer.gradient(product, v)
    with tf.GradientTape() as outer:
        gradient = first(tf.GradientTape())
    by_output_gradients = outer.gradient(gradient, v, output_gradients=d)
    with tf.GradientTape() as outer:
        gradient = first(tf.GradientTape())
    by_hessian = tf.linalg.matvec(outer.jacobian(gradient, v), d)
    return by_product, by_output_gradients, by_hessian


# -- custom gradients and control flow ---------------------------------------------------------


def custom_gradients(tf):
    v = tf.Variable(2.0)
    calls = []

    @tf.custom_gradient
    def scaled(x):
        def gradient(dy):
            calls.append(1)
            return 3.0 * dy * x

        return x * x, gradient

    @tf.custom_gradient
    def with_a_variable(x):
        def gradient(dy, variables=None):
            return dy * v, [tf.reduce_sum(dy * x)]

        return x * v, gradient

    @tf.custom_gradient
    def constant(x):
        return x * x, lambda dy: tf.ones_like(x)

    @tf.custom_gradient
    def two(x, y):
        return (x * y, x + y), lambda da, db: (da * y + db, None)

    x = _ramp(tf, (2, 2))
    with tf.GradientTape(persistent=True) as outer:
        outer.watch(x)
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(x)
            y = scaled(tf.sin(x))
            z = with_a_variable(x) * x
            a, b = two(x, y)
            c = constant(x)
        j = tape.jacobian(y, x)
    results = [
        j,
        len(calls),
        outer.gradient(j, x),
        tape.batch_jacobian(y, x),
        tape.jacobian(z, [x, v]),
        tape.jacobian(a * b, [x, y]),
        tape.jacobian(c, x),
    ]
    calls.clear()
    one_by_one = tape.jacobian(y, x, experimental_use_pfor=False)
    return [*results, one_by_one, len(calls)]


def an_error_in_a_custom_gradient(tf):
    @tf.custom_gradient
    def wrong(x):
        def gradient(dy):
            raise ValueError("no")

        return x * x, gradient

    tape, y, (x,) = _record(tf, wrong, _ramp(tf, (2,)))
    results = [attempt(tape.jacobian, y, x, experimental_use_pfor=pfor) for pfor in (True, False)]
    return results, attempt(tape.jacobian, x, x)


def python_control_flow(tf):
    x = _ramp(tf, (3,))
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = x
        for i in range(3):
            y = y * x if tf.reduce_sum(y) < 10.0 else y + tf.sin(y) * float(i)
        while tf.reduce_max(y) > 1.0:
            y = y / 2.0
        z = y[:2] * x[0]
    return tape.jacobian(y, x), tape.jacobian(z, x, parallel_iterations=2)


# -- operations --------------------------------------------------------------------------------

OPERATIONS = {
    name: (shape, function)
    for shape, names in {
        (3,): {
            "abs": lambda tf, x: tf.abs(x - 0.5),
            "acos": lambda tf, x: tf.acos(x / 2),
            "asin": lambda tf, x: tf.asin(x / 2),
            "atan2": lambda tf, x: tf.atan2(x, x[::-1]),
            "bessel": lambda tf, x: tf.math.bessel_i0(x),
            "clip": lambda tf, x: tf.clip_by_value(x, 0.3, 0.6),
            "clip_by_norm": lambda tf, x: tf.clip_by_norm(x, 0.5),
            "cumprod": lambda tf, x: tf.math.cumprod(x),
            "cumsum": lambda tf, x: tf.cumsum(x, exclusive=True, reverse=True),
            "cumulative_logsumexp": lambda tf, x: tf.math.cumulative_logsumexp(x),
            "digamma": lambda tf, x: tf.math.digamma(x),
            "divide_no_nan": lambda tf, x: tf.math.divide_no_nan(x, x[::-1]),
            "dropped": lambda tf, x: tf.boolean_mask(x, [True, False, True]),
            "elu": lambda tf, x: tf.nn.elu(x - 0.5),
            "erf": lambda tf, x: tf.math.erf(x),
            "erfinv": lambda tf, x: tf.math.erfinv(x),
            "euclidean": lambda tf, x: tf.math.reduce_euclidean_norm(x),
            "expm1": lambda tf, x: tf.math.expm1(x),
            "floormod": lambda tf, x: tf.math.floormod(x, x[0]),
            "gelu": lambda tf, x: tf.nn.gelu(x),
            "l2_normalize": lambda tf, x: tf.math.l2_normalize(x),
            "leaky_relu": lambda tf, x: tf.nn.leaky_relu(x - 0.5),
            "lgamma": lambda tf, x: tf.math.lgamma(x),
            "log": lambda tf, x: tf.math.log(x),
            "logsumexp": lambda tf, x: tf.reduce_logsumexp(x),
            "maximum": lambda tf, x: tf.maximum(x, x[::-1]),
            "multiply_no_nan": lambda tf, x: tf.math.multiply_no_nan(x, x),
            "norm": lambda tf, x: tf.norm(x),
            "pad": lambda tf, x: tf.pad(x, [[1, 1]], "REFLECT"),
            "polygamma": lambda tf, x: tf.math.polygamma(tf.ones(3), x),
            "pow": lambda tf, x: x ** x[::-1],
            "prod": lambda tf, x: tf.reduce_prod(x),
            "reciprocal": lambda tf, x: tf.math.reciprocal(x),
            "reduce_max": lambda tf, x: tf.reduce_max(x),
            "reduce_std": lambda tf, x: tf.math.reduce_std(x),
            "relu6": lambda tf, x: tf.nn.relu6(x),
            "roll": lambda tf, x: tf.roll(x, 1, 0) * x,
            "rsqrt": lambda tf, x: tf.math.rsqrt(x),
            "selu": lambda tf, x: tf.nn.selu(x - 0.5),
            "sigmoid": lambda tf, x: tf.sigmoid(x),
            "sign": lambda tf, x: tf.sign(x) * x,
            "silu": lambda tf, x: tf.nn.silu(x),
            "softmax": lambda tf, x: tf.nn.softmax(x),
            "sort": lambda tf, x: tf.sort(x, direction="DESCENDING"),
            "split": lambda tf, x: tf.split(x, [1, 2])[1] * x[0],
            "squared_difference": lambda tf, x: tf.math.squared_difference(x, x[1]),
            "tan": lambda tf, x: tf.tan(x),
            "tile": lambda tf, x: tf.tile(x, [2]),
            "top_k": lambda tf, x: tf.math.top_k(x, 2)[0],
            "unsorted_segment_max": lambda tf, x: tf.math.unsorted_segment_max(x, [0, 1, 0], 2),
            "segment_mean": lambda tf, x: tf.math.segment_mean(x, [0, 0, 1]),
            "where": lambda tf, x: tf.where(x > 0.3, x * x, -x),
            "xlogy": lambda tf, x: tf.math.xlogy(x, x[::-1]),
            "zeta": lambda tf, x: tf.math.zeta(x + 2.0, x),
            "dynamic_partition": lambda tf, x: tf.dynamic_partition(x, [1, 0, 1], 2)[1],
            "scatter_nd": lambda tf, x: tf.scatter_nd([[1], [0], [1]], x, [2]),
            "tensor_scatter_nd_update": lambda tf, x: tf.tensor_scatter_nd_update(
                x, [[1]], x[2:] * 2.0
            ),
        }.items(),
        (2, 2): {
            "cholesky": lambda tf, x: tf.linalg.cholesky(x @ tf.transpose(x) + tf.eye(2)),
            "det": lambda tf, x: tf.linalg.det(x),
            "diag": lambda tf, x: tf.linalg.diag_part(x @ x),
            "eigh": lambda tf, x: tf.linalg.eigh(x + tf.transpose(x))[0],
            "einsum": lambda tf, x: tf.einsum("ij,kj->ik", x, x),
            "gather_nd": lambda tf, x: tf.gather_nd(x, [[0, 1], [0, 1]]) ** 2,
            "gather of columns": lambda tf, x: tf.gather(x, [1, 1, 0], axis=1),
            "inv": lambda tf, x: tf.linalg.inv(x),
            "matmul": lambda tf, x: tf.matmul(x, x, transpose_b=True),
            "normalize": lambda tf, x: tf.linalg.normalize(x)[0],
            "one_hot": lambda tf, x: tf.one_hot([1, 0], 2) @ x,
            "qr": lambda tf, x: tf.linalg.qr(x)[1],
            "slogdet": lambda tf, x: tf.linalg.slogdet(x)[1],
            "softmax_loss": lambda tf, x: tf.nn.softmax_cross_entropy_with_logits(
                [[0.5, 0.5], [1.0, 0.0]], x
            ),
            "solve": lambda tf, x: tf.linalg.solve(x, x + tf.eye(2)),
            "sparse_loss": lambda tf, x: tf.nn.sparse_softmax_cross_entropy_with_logits([1, 0], x),
            "svd": lambda tf, x: tf.linalg.svd(x, compute_uv=False),
            "trace": lambda tf, x: tf.linalg.trace(x @ x),
            "transpose": lambda tf, x: tf.transpose(x) * x,
            "triangular_solve": lambda tf, x: tf.linalg.triangular_solve(x, tf.eye(2)),
            "reverse": lambda tf, x: tf.reverse(x, [0, 1]) * x,
            "batch_normalization": lambda tf, x: tf.nn.batch_normalization(
                x, *tf.nn.moments(x, [0]), 0.5, x[0], 1e-3
            ),
        }.items(),
    }.items()
    for name, function in names
}


def of_operations_without_a_second_gradient(tf):
    rows = [lambda x: tf.math.igamma(x, x[::-1]), tf.nn.softsign]
    return [
        tape.jacobian(y, x)
        for tape, y, (x,) in (_record(tf, function, _ramp(tf, (3,))) for function in rows)
    ]


def _jacobian_of_operation(shape, function, tf):
    """Also at the second order, where the gradient itself is differentiated at once."""
    x = tf.constant(np.linspace(0.2, 0.9, int(np.prod(shape))).reshape(shape).astype("float64"))
    x = tf.cast(x, tf.float32)
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = function(tf, x)
        first = tape.jacobian(y, x)
    return first, attempt(outer.jacobian, first, x, unconnected_gradients="zero")


CASES |= {
    f"operation: {name}": tolerance(rtol=2e-5, atol=1e-5)(
        functools.partial(_jacobian_of_operation, shape, function)
    )
    for name, (shape, function) in OPERATIONS.items()
}
