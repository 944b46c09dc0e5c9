"""Tapes inside and around traced functions."""


def tape_inside(tf):
    v = tf.Variable(2.0)

    @tf.function
    def f(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = x * x * v + tf.stop_gradient(x)
        return y, tape.gradient(y, [x, v])

    return f(tf.constant(3.0)), f(tf.constant(4.0))


def second_derivative_inside(tf):
    @tf.function
    def f(x):
        with tf.GradientTape() as outer:
            outer.watch(x)
            with tf.GradientTape() as inner:
                inner.watch(x)
                y = x * x * x
            g = inner.gradient(y, x)
        return g, outer.gradient(g, x)

    return f(tf.constant(3.0))


def recording_is_stopped(tf):
    @tf.function
    def f(x):
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(x)
            y = x * x
            with tape.stop_recording():
                w = y * x
            z = y + w
        return tape.gradient(z, x), tape.gradient(w, x), tape.gradient(y, x)

    return f(tf.constant(3.0))


def unconnected(tf):
    @tf.function
    def f(x, y):
        with tf.GradientTape(persistent=True) as tape:
            tape.watch([x, y])
            z = x * x
        g = tape.gradient(z, [x, y])
        print(g[1])
        return g, tape.gradient(z, y, unconnected_gradients="zero")

    return f(tf.constant(3.0), tf.constant([1.0, 2.0]))


def tapes_around(tf):
    v = tf.Variable(2.0)
    calls = []

    @tf.function
    def f(x):
        calls.append("traced")
        return x * x * v, tf.sin(x)

    x = tf.constant(3.0)
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y, _ = f(x)
        g = inner.gradient(y, [x, v])
    return y, g, outer.gradient(g[0], [x, v]), calls


def tapes_inside_and_around(tf):
    v = tf.Variable(2.0)

    @tf.function
    def f(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = x * x * x * v
        return tape.gradient(y, x)

    x = tf.constant(3.0)
    with tf.GradientTape(persistent=True) as outer:
        outer.watch(x)
        y = f(x)
    return y, outer.gradient(y, x), outer.gradient(y, v)


def captured_tensors(tf):
    c = tf.constant([1.0, 2.0])

    @tf.function
    def f(x):
        return x * c * c

    x = tf.constant([3.0, 4.0])
    with tf.GradientTape() as tape:
        tape.watch([x, c])
        y = f(x)
    return y, tape.gradient(y, [x, c])


def rows_of_a_variable(tf):
    table = tf.Variable(tf.reshape(tf.range(12.0), [4, 3]))

    @tf.function
    def f(ids):
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(tf.nn.embedding_lookup(table, ids) ** 2)
        g = tape.gradient(loss, table)
        return loss, g

    return f(tf.constant([1, 1, 3]))


def training_steps(tf):
    w = tf.Variable([[1.0, 2.0], [3.0, 4.0]])
    b = tf.Variable([0.5, -0.5])

    @tf.function
    def step(x, labels):
        with tf.GradientTape() as tape:
            logits = tf.nn.relu(x @ w + b)
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits)
            loss = tf.reduce_mean(losses)
        for variable, gradient in zip([w, b], tape.gradient(loss, [w, b]), strict=True):
            variable.assign_sub(0.1 * gradient)
        return loss

    x, labels = tf.constant([[1.0, -1.0], [0.5, 2.0]]), tf.constant([0, 1])
    return [step(x, labels) for _ in range(3)], w, b


def conditional(tf):
    v = tf.Variable(2.0)
    calls = []

    @tf.function
    def f(x):
        def positive():
            calls.append("positive")
            return x * x * v

        def negative():
            calls.append("negative")
            return tf.sin(x) + v * v * v

        with tf.GradientTape() as second:
            second.watch(x)
            with tf.GradientTape() as first:
                first.watch(x)
                y = tf.cond(x > 0.0, positive, negative)
            g = first.gradient(y, x)
        return y, g, second.gradient(g, x)

    results = []
    for value in (3.0, -1.0):
        x = tf.constant(value)
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = f(x)
        results += [y, tape.gradient(y[1], x)]
    return results, calls


def conditional_with_unknown_sizes(tf):
    @tf.function(input_signature=[tf.TensorSpec([None])])
    def f(x):
        y = tf.cond(tf.reduce_sum(x) > 0.0, lambda: x * 2.0, lambda: x - 1.0)
        print(y.shape)
        return y

    return f(tf.constant([1.0])), f(tf.constant([-1.0, -2.0]))


def variables_that_called_functions_read(tf):
    v, w = tf.Variable(2.0), tf.Variable(1.0)

    @tf.function
    def innermost(x):
        return x * v

    @tf.function
    def inner(x):
        return innermost(x)

    @tf.function
    def assigns(x):
        w.assign_add(v)
        return x * w * v

    @tf.function
    def nested(x):
        return inner(x)

    @tf.function
    def in_a_branch(x):
        return tf.cond(x > 0.0, lambda: inner(x) + v, lambda: x)

    @tf.function
    def in_a_loop(x):
        for _ in tf.range(3):
            x = inner(x)
        return x

    @tf.function
    def in_a_branch_of_a_loop(x):
        while x < 20.0:
            x = tf.cond(x > 1.0, lambda x=x: inner(x), lambda x=x: x + v)
        return x

    @tf.function
    def with_an_effect(x):
        for _ in tf.range(2):
            x = assigns(x)
        return x

    functions = (nested, in_a_branch, in_a_loop, in_a_branch_of_a_loop, with_an_effect)

    @tf.function
    def inside(x, number):
        with tf.GradientTape() as tape:
            y = functions[number](x)
        return y, tape.gradient(y, v)

    x = tf.constant(3.0)
    results = []
    for number, function in enumerate(functions):
        with tf.GradientTape() as outer:
            with tf.GradientTape() as tape:
                y = function(x)
            gradient = tape.gradient(y, v)
        second = None if number == 4 else outer.gradient(gradient, v)
        results.append((y, gradient, second, inside(x, number)))
    return results, w


def gradients_through_arrays_of_loops(tf):
    @tf.function
    def f(n, x):
        array = tf.TensorArray(tf.float32, size=0, dynamic_size=True)
        _, array, _ = tf.while_loop(
            lambda i, array, x: i < n,
            lambda i, array, x: (i + 1, array.write(i, x), x * x),
            [tf.constant(0), array, x],
        )
        entries = array.stack()
        return entries, tf.gradients(tf.reduce_sum(entries), x)[0]

    return f(tf.constant(3), tf.constant(2.0))


def gradients_of_operations_on_constants(tf):
    """One of the two gradients of each is not needed, and all inputs are known."""
    image, kernel = tf.ones([1, 4, 4, 1]), tf.reshape(tf.range(4.0), [2, 2, 1, 1])
    operations = {
        "conv2d": lambda x, w: tf.nn.conv2d(x, w, 1, "SAME"),
        "conv2d_transpose": lambda x, w: tf.nn.conv2d_transpose(x, w, [1, 8, 8, 1], 2),
        "depthwise_conv2d": lambda x, w: tf.nn.depthwise_conv2d(x, w, [1, 1, 1, 1], "VALID"),
        "batch norm": lambda x, w: (
            tf.raw_ops.FusedBatchNormV3(x=x, scale=w[0, 0, 0], offset=[0.0], mean=[], variance=[]).y
        ),
    }

    def gradients(operation):
        results = []
        for number in range(2):
            with tf.GradientTape() as tape:
                inputs = image + 0.0, kernel + 0.0
                tape.watch(inputs[number])
                y = operation(*inputs)
            results.append(tape.gradient(y, inputs[number]))
        return results

    return {name: tf.function(gradients)(function) for name, function in operations.items()}
