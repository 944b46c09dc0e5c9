"""Custom gradients, Jacobians, accumulators and tapes, in and around traced functions."""

from tests.parity.harness import attempt, tolerance


def _failure(function, *args):
    """The type of the exception that a call raises, or its result."""
    result = attempt(function, *args)
    return type(result).__name__ if isinstance(result, Exception) else result


def _log1pexp(tf, calls):
    @tf.custom_gradient
    def log1pexp(x):
        calls.append("forward")
        e = tf.exp(x)

        def grad(upstream):
            calls.append("gradient")
            return upstream * (1 - 1 / (1 + e)) * 3.0

        return tf.math.log(1 + e), grad

    return log1pexp


def custom_gradient_inside(tf):
    calls = []
    log1pexp = _log1pexp(tf, calls)

    @tf.function
    def f(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = log1pexp(x * 2.0)
        return y, tape.gradient(y, x)

    return f(tf.constant(100.0)), f(tf.constant([1.0, 2.0])), f(tf.constant(-1.0)), calls


def custom_gradient_without_a_gradient(tf):
    calls = []
    log1pexp = _log1pexp(tf, calls)
    f = tf.function(lambda x: log1pexp(x))
    return f(tf.constant(1.0)), f(tf.constant(2.0)), calls


def custom_gradient_under_a_tape(tf):
    log1pexp = _log1pexp(tf, [])
    f = tf.function(lambda x: log1pexp(x) * x)
    results = []
    for value in (1.0, 2.0):
        x = tf.constant(value)
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = f(x)
        results.append((y, tape.gradient(y, x)))
    return results


def second_order_of_a_custom_gradient(tf):
    @tf.custom_gradient
    def cube(x):
        return x * x * x, lambda dy: dy * 3.0 * x * x + dy * tf.sin(x)

    def second(x):
        with tf.GradientTape() as outer:
            outer.watch(x)
            with tf.GradientTape() as inner:
                inner.watch(x)
                y = cube(x) * x
            g = inner.gradient(y, x)
        return y, g, outer.gradient(g, x)

    f = tf.function(lambda x: cube(x) * x)

    def around(x):
        with tf.GradientTape() as outer:
            outer.watch(x)
            with tf.GradientTape() as inner:
                inner.watch(x)
                y = f(x)
            g = inner.gradient(y, x)
        return y, g, outer.gradient(g, x)

    x = tf.constant([1.0, 2.0])
    return second(x), tf.function(second)(x), around(x), around(x + 1.0)


def custom_gradients_with_variables(tf):
    v = tf.Variable(2.0, name="v")
    w = tf.Variable([1.0, 3.0], name="w")

    @tf.custom_gradient
    def scaled(x):
        def grad(dy, variables=None):
            print([variable.name for variable in variables])
            return dy * w, [tf.reduce_sum(dy) * 5.0, dy * x]

        return v * x * w, grad

    @tf.function
    def inside(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = scaled(x) * x
        v.assign_add(1.0)
        return y, tape.gradient(y, [x, v, w])

    @tf.function
    def around(x):
        return scaled(x) * x

    x = tf.constant([1.0, 2.0])
    results = [inside(x), inside(x)]
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = around(x)
    return results, tape.gradient(y, [x, v, w]), v


def custom_gradient_with_several_results(tf):
    @tf.custom_gradient
    def pair(x, y):
        def grad(da, db):
            return da * 2.0 + db, (da - db) * x

        return (x * y, x + y), grad

    @tf.function
    def f(x, y):
        with tf.GradientTape(persistent=True) as tape:
            tape.watch([x, y])
            a, b = pair(x, y)
            c = a * b
        return tape.gradient(c, [x, y]), tape.gradient(a, [x, y]), tape.gradient(b, x)

    return f(tf.constant(2.0), tf.constant(5.0))


def nested_custom_gradients(tf):
    @tf.custom_gradient
    def inner(x):
        return x * 2.0, lambda dy: dy * 7.0

    @tf.custom_gradient
    def outer(x):
        def grad(dy):
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = inner(x) * x
            return dy * tape.gradient(y, x)

        return inner(x) * x, grad

    @tf.function
    def f(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = outer(x)
        return tape.gradient(y, x)

    return f(tf.constant(3.0)), f(tf.constant(4.0))


def custom_gradient_called_twice(tf):
    @tf.custom_gradient
    def power(x):
        y = x * x
        return y, lambda dy: dy * 2.0 * x + y

    @tf.function
    def call(x):
        return power(x)

    @tf.function
    def f(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = call(x) * call(x + 1.0)
        return tape.gradient(y, x)

    return f(tf.constant(3.0)), f(tf.constant(4.0))


def custom_gradient_in_a_branch(tf):
    @tf.custom_gradient
    def double(x):
        return x * 2.0, lambda dy: dy * 20.0 * x

    @tf.function
    def f(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = tf.cond(x > 0.0, lambda: double(x), lambda: x * 3.0)
        return y, tape.gradient(y, x)

    return f(tf.constant(2.0)), f(tf.constant(-2.0))


def functions_in_custom_gradients(tf):
    @tf.function
    def square(x):
        return x * x

    @tf.custom_gradient
    def h(x):
        return square(x), lambda dy: dy * square(x + 1.0)

    x = tf.constant(3.0)
    results = []
    for g in (h, tf.function(lambda x: h(x))):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = g(x)
        results.append((y, tape.gradient(y, x)))
    return results


def keyword_arguments(tf):
    double = tf.custom_gradient(lambda x, y=1.0: (x * 2.0, lambda *dy: dy))
    return attempt(tf.function(lambda x: double(x, y=2.0)), tf.constant(1.0))


def variables_are_required(tf):
    v = tf.Variable(2.0)
    double = tf.custom_gradient(lambda x: (x * v, lambda dy: dy))
    return _failure(tf.function(lambda x: double(x)), tf.constant(1.0))


def recompute_grad(tf):
    calls = []
    v = tf.Variable(2.0)

    @tf.recompute_grad
    def block(x):
        calls.append("block")
        return tf.sin(x * v) * x

    @tf.function
    def inside(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = block(x) * 2.0
        return y, tape.gradient(y, [x, v])

    f = tf.function(lambda x: block(x) * 2.0)
    x = tf.constant([1.0, 2.0])
    results = [inside(x), inside(x + 1.0)]
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    return results, y, tape.gradient(y, [x, v])


def grad_pass_through(tf):
    through = tf.grad_pass_through(tf.floor)

    @tf.function
    def f(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = through(x) * x
        return y, tape.gradient(y, x)

    return f(tf.constant([1.5, 2.5]))


def jacobians_inside(tf):
    v = tf.Variable([2.0, 3.0])

    @tf.function
    def f(x):
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(x)
            y = tf.sin(x) * v
            z = tf.reduce_sum(y * x, 1)
        jacobians = tape.jacobian(z, [x, v])
        print([j.shape for j in jacobians])
        return (
            jacobians,
            tape.batch_jacobian(y, x),
            tape.jacobian(y, x, experimental_use_pfor=False),
            tape.jacobian(z, {"x": x, "v": v}),
            tape.jacobian(z, tf.constant(1.0)),
            tape.jacobian(z, tf.constant(1.0), unconnected_gradients="zero"),
        )

    return f(tf.constant([[1.0, 2.0], [3.0, 4.0]])), f(tf.constant([[1.0, 2.0]]))


def jacobians_of_unknown_sizes(tf):
    @tf.function(input_signature=[tf.TensorSpec([None, 2])])
    def f(x):
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(x)
            y = x * x
        j, b = tape.jacobian(y, x), tape.batch_jacobian(y, x)
        print(j.shape, b.shape)
        return j, b

    return f(tf.constant([[1.0, 2.0], [3.0, 4.0]])), f(tf.constant([[1.0, 2.0]]))


def jacobians_under_tapes(tf):
    @tf.function
    def hessian(x):
        with tf.GradientTape() as outer:
            outer.watch(x)
            with tf.GradientTape() as inner:
                inner.watch(x)
                y = tf.reduce_sum(x**3) * x[0]
            g = inner.gradient(y, x)
        return outer.jacobian(g, x)

    x = tf.constant([1.0, 2.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        h = hessian(x)
    return h, tape.gradient(h, x)


def jacobians_of_calls(tf):
    @tf.function
    def f(x):
        return tf.sin(x) * tf.reduce_sum(x), x[:, :1] * x

    x = tf.constant([[1.0, 2.0], [3.0, 4.0]])
    results = []
    for use_pfor in (True, False):
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(x)
            y, z = f(x)
        results += [
            tape.jacobian(y, x, experimental_use_pfor=use_pfor),
            tape.batch_jacobian(z, x, experimental_use_pfor=use_pfor),
        ]
    return results


def spent_tapes(tf):
    @tf.function
    def f(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = x * x
        tape.jacobian(y, x)
        return tape.jacobian(y, x)

    return attempt(f, tf.constant([1.0]))


def outside_tapes_inside(tf):
    v = tf.Variable(2.0)
    x = tf.constant(3.0)
    results = []
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)

        @tf.function
        def f(y):
            with tape.stop_recording():
                z = y * v
            return z * y

        y = f(x)
    results += [y, tape.gradient(y, x)]
    return results


def watched_variables_of_calls(tf):
    v, w, u = tf.Variable(1.0), tf.Variable(2.0), tf.Variable(3.0, trainable=False)

    @tf.function
    def f(x):
        with tf.GradientTape() as inner:
            y = x * v
        return y * u + inner.gradient(y, v) + (w if x.shape == () else 0.0)

    names = []
    for value in (tf.constant(1.0), tf.constant([1.0])):
        with tf.GradientTape() as tape:
            f(value)
        names.append([variable is v or variable is w for variable in tape.watched_variables()])
    return names


def accumulators_inside(tf):
    v = tf.Variable(3.0)

    @tf.function
    def f(x):
        with tf.autodiff.ForwardAccumulator(x, tf.ones_like(x) * 2.0) as accumulator:
            y = tf.sin(x) * v
            z = y * y
        return accumulator.jvp(y), accumulator.jvp(z), accumulator.jvp(tf.constant(1.0))

    return f(tf.constant([1.0, 2.0])), f(tf.constant([3.0, 4.0]))


def accumulators_and_tapes_inside(tf):
    @tf.function
    def f(x):
        with tf.autodiff.ForwardAccumulator(x, tf.constant([1.0, 0.0])) as accumulator:
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = tf.reduce_sum(x**3 * x[0])
            g = tape.gradient(y, x)
        return g, accumulator.jvp(g)

    return f(tf.constant([1.0, 2.0]))


def accumulators_around(tf):
    calls = []
    v = tf.Variable(3.0)

    @tf.function
    def f(x):
        calls.append("traced")
        return tf.sin(x) * v, tf.reduce_sum(x * x)

    results = []
    for value in ([1.0, 2.0], [3.0, 4.0]):
        x = tf.constant(value)
        with tf.autodiff.ForwardAccumulator(x, tf.constant([1.0, -1.0])) as accumulator:
            y, z = f(x)
        results.append((y, accumulator.jvp(y), accumulator.jvp(z)))
    with tf.autodiff.ForwardAccumulator(v, tf.constant(2.0)) as accumulator:
        y, z = f(x)
    return results, accumulator.jvp(y), accumulator.jvp(z), set(calls) == {"traced"}


def several_tapes_around(tf):
    v = tf.Variable([1.0, 2.0])
    c = tf.constant([5.0, 7.0])

    @tf.function
    def f(x):
        return x * v * c, tf.stop_gradient(x) * c, tf.cast(x, tf.int32), tf.reduce_sum(v)

    x = tf.constant([3.0, 4.0])
    with tf.GradientTape(persistent=True) as first, tf.GradientTape(persistent=True) as second:
        first.watch(x)
        second.watch([x, c])
        results = f(x)
        total = results[0] * x
    sources = [x, v, c]
    return [
        [tape.gradient(target, sources) for target in (total, *results[:2], results[3])]
        + [tape.gradient(total, sources, unconnected_gradients="zero")]
        for tape in (first, second)
    ]


def a_function_in_the_gradient_of_another(tf):
    @tf.function
    def square(x):
        return x * x

    @tf.custom_gradient
    def h(x):
        return x * 1.0, lambda dy: dy * square(x)

    @tf.function
    def f(x):
        return h(square(x))

    x = tf.constant(3.0)
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = f(x)
        g = tape.gradient(y, x)
    return y, g, outer.gradient(g, x)


def accumulators_in_accumulators(tf):
    @tf.function
    def f(x):
        with tf.autodiff.ForwardAccumulator(x, tf.constant([1.0, 0.0])) as outer:
            with tf.autodiff.ForwardAccumulator(x, tf.constant([0.0, 2.0])) as inner:
                y = tf.sin(x[0] * x[1])
            first = inner.jvp(y)
        return first, outer.jvp(first), outer.jvp(y)

    return f(tf.constant([1.0, 2.0])), f(tf.constant([0.5, -1.0]))


def accumulators_of_variables_and_calls(tf):
    v = tf.Variable([1.0, 2.0])
    w = tf.Variable(3.0)

    @tf.function
    def inner(x):
        return x * w, tf.cast(x, tf.int32)

    @tf.function
    def f(x):
        with tf.autodiff.ForwardAccumulator([v, x], [tf.constant([1.0, 1.0]), x]) as accumulator:
            y, n = inner(x * 2.0)
            z = tf.reduce_sum(y * v) + w
        unconnected = accumulator.jvp([w, n, tf.constant(2.0)], unconnected_gradients="zero")
        return accumulator.jvp([y, z, v]), accumulator.jvp({"n": n, "w": w}), unconnected

    return f(tf.constant([1.0, -2.0])), f(tf.constant([3.0, 4.0]))


def accumulators_and_custom_gradients(tf):
    @tf.custom_gradient
    def double(x):
        return x * 2.0, lambda dy: dy * 7.0

    @tf.function
    def f(x):
        with tf.autodiff.ForwardAccumulator(x, tf.constant([1.0, 3.0])) as accumulator:
            y = double(x) * x
        return accumulator.jvp(y)

    return f(tf.constant([1.0, 2.0]))


@tolerance(1e-4, 1e-6)
def hessian_vector_products(tf):
    w = tf.Variable([[1.0, 2.0], [3.0, 4.0]])

    @tf.function
    def f(x, vector):
        with tf.autodiff.ForwardAccumulator(w, vector) as accumulator, tf.GradientTape() as tape:
            loss = tf.reduce_sum(tf.tanh(x @ w) ** 2)
        gradient = tape.gradient(loss, w)
        w.assign_sub(0.1 * gradient)
        return gradient, accumulator.jvp(gradient)

    x = tf.constant([[0.5, -1.0]])
    return [f(x, tf.ones([2, 2])) for _ in range(2)], w


def a_primal_twice(tf):
    @tf.function
    def f(x):
        with tf.autodiff.ForwardAccumulator([x, x], [x, x]):
            return x

    return _failure(f, tf.constant(1.0))


def second_gradients_of_linear_functions(tf):
    """None where the gradient reads nothing that the function computes, and zeros where it does."""
    functions = {
        "mul": lambda x: 2.0 * x,
        "div": lambda x: x / 2.0,
        "sub": lambda x: 1.0 - x,
        "slice": lambda x: x[1:],
        "gather": lambda x: tf.gather(x, [1, 1, 2]),
        "gather and square": lambda x: tf.gather(x, [1, 1]) ** 2,
        "lookup": lambda x: tf.nn.embedding_lookup(x, [0, 0]) ** 3,
        "gather and sum": lambda x: tf.gather(x, [0]) * tf.reduce_sum(x),
        "reshape": lambda x: tf.reshape(x, [9]),
        "mean": lambda x: tf.reduce_mean(x, 0),
        "tile": lambda x: tf.tile(x, [2, 1]),
        "concat": lambda x: tf.concat([x, x], 0),
        "matmul": lambda x: x @ tf.ones([3, 3]),
        "pad": lambda x: tf.pad(x, [[1, 1], [0, 0]]),
        "where": lambda x: tf.where([True, False, True], x, 0.0),
        "max": lambda x: tf.reduce_max(x),
        "clip": lambda x: tf.clip_by_value(x, 2.0, 3.0),
        "relu": lambda x: tf.nn.relu(x),
        "average": lambda x: tf.nn.avg_pool2d(x[None, :, :, None], 2, 1, "VALID"),
        "maximum": lambda x: tf.nn.max_pool2d(x[None, :, :, None], 2, 1, "VALID"),
        "convolution": lambda x: tf.nn.conv2d(
            x[None, :, :, None], tf.ones([2, 2, 1, 1]), 1, "VALID"
        ),
        "cast": lambda x: tf.cast(x, tf.float64),
        "einsum": lambda x: tf.einsum("ij,jk->ik", x, x),
    }
    outcomes = {}
    constant = tf.reshape(tf.range(1.0, 10.0), [3, 3])
    for name, function in functions.items():
        for source in (constant, tf.Variable(constant)):
            traced = tf.function(function)
            with tf.GradientTape() as outer:
                outer.watch(source)
                with tf.GradientTape() as inner:
                    inner.watch(source)
                    y = traced(source)
                first = inner.gradient(y, source)
                dense = tf.convert_to_tensor(first)
            second = outer.gradient(dense, source)
            outcomes[name, source is constant] = first, second
    return list(outcomes.items())
