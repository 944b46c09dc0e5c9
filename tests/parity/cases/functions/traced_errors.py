"""Errors of operations in functions, when they are traced and when their graphs run."""

import threading

from tests.parity.harness import attempt


def operations_that_fail(tf):
    @tf.function
    def gather(x, i):
        return tf.gather(x, i)

    @tf.function
    def inverse(x):
        return tf.linalg.inv(x)

    @tf.function
    def quotient(x, y):
        return x // y

    @tf.function
    def decoded(x):
        return tf.io.decode_base64(x)

    @tf.function
    def number(x):
        return tf.strings.to_number(x)

    @tf.function
    def checked(x):
        return tf.debugging.check_numerics(x, "bad")

    @tf.function
    def loss(labels):
        return tf.nn.sparse_softmax_cross_entropy_with_logits(labels, tf.constant([[1.0, 2.0]]))

    return [
        attempt(gather, tf.constant([1.0, 2.0]), tf.constant(5)),
        attempt(inverse, tf.zeros([2, 2])),
        attempt(quotient, tf.constant(1), tf.constant(0)),
        attempt(decoded, tf.constant("***")),
        attempt(number, tf.constant("abc")),
        attempt(checked, tf.constant(float("nan"))),
        attempt(tf.function(lambda x: tf.linalg.inv(x)), tf.zeros([2, 2])),
        attempt(gather, tf.constant([1.0, 2.0]), tf.constant(1)),
    ]


def sizes_that_do_not_fit(tf):
    vector, matrix = tf.TensorSpec([None]), tf.TensorSpec([None, None])

    @tf.function(input_signature=[matrix, matrix])
    def product(x, y):
        return tf.matmul(x, y)

    @tf.function(input_signature=[vector, vector])
    def total(x, y):
        return x + y

    @tf.function(input_signature=[vector, vector])
    def square(x, y):
        joined = tf.concat([x, y], 0)
        return tf.reshape(joined, [2, 2])

    return [
        attempt(product, tf.ones([2, 3]), tf.ones([2, 3])),
        attempt(total, tf.ones([2]), tf.ones([3])),
        attempt(square, tf.ones([2]), tf.ones([3])),
        attempt(total, tf.ones([3]), tf.ones([3])),
        attempt(square, tf.ones([2]), tf.ones([2])),
    ]


def errors_in_loops_and_branches(tf):
    def helper(x, i):
        return tf.gather(x, i)

    @tf.function
    def inner(x, i):
        return helper(x, i) * 2.0

    @tf.function
    def outer(x, i):
        for k in tf.range(3):
            y = inner(x, i + k)
        return y

    x = tf.constant([1.0, 2.0, 3.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        under_a_tape = attempt(outer, x, tf.constant(1))
        result = outer(x, tf.constant(0))
    return [
        attempt(outer, x, tf.constant(1)),
        under_a_tape,
        result,
        tf.convert_to_tensor(tape.gradient(result, x)),
    ]


def errors_are_instances_of_their_class(tf):
    @tf.function
    def f(x, i):
        return tf.gather(x, i)

    try:
        f(tf.constant([1.0]), tf.constant(3))
    except tf.errors.InvalidArgumentError as error:
        print(type(error).__name__, error.error_code, error.op, error.node_def, len(error.args))
        return error


def tensors_that_leave_their_function(tf):
    kept = []

    @tf.function
    def branch(x):
        def true():
            y = x * 2.0
            kept.append(y)
            return y

        r = tf.cond(x > 0.0, true, lambda: x)
        return r + kept[0]

    @tf.function
    def outer(x):
        inside = []

        @tf.function
        def inner(z):
            inside.append(z + 1.0)
            return z

        inner(x)
        return inside[0]

    out = []

    @tf.function
    def g(x):
        out.append(x * 3.0)
        return x

    @tf.function
    def in_init_scope(x):
        with tf.init_scope():
            return x + 1.0

    g(tf.constant(1.0))
    v = tf.Variable(1.0)
    return [
        type(attempt(branch, tf.constant(1.0))),
        type(attempt(outer, tf.constant(1.0))),
        type(attempt(in_init_scope, tf.constant(1.0))),
        type(attempt(lambda: out[0] + 1.0)),
        type(attempt(tf.function(lambda: out[0] + 1.0))),
        type(attempt(g, out[0])),
        type(attempt(v.assign, out[0])),
        type(attempt(lambda: tf.stack([out[0], 1.0]))),
    ]


def functions_use_tensors_of_the_function_around(tf):
    v = tf.Variable(2.0)

    @tf.function
    def outer(x):
        y = x * 2.0

        @tf.function
        def inner(z):
            @tf.function
            def innermost(u):
                return u * y + z * v

            return innermost(z) + y

        return inner(x) + tf.cond(x > 0.0, lambda: inner(y), lambda: inner(-y))

    x = tf.constant(3.0)
    with tf.GradientTape() as outer_tape:
        outer_tape.watch(x)
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = outer(x)
        gradients = tape.gradient(y, [x, v])
    return y, gradients, outer_tape.gradient(gradients[0], x), outer(tf.constant(-1.0))


def threads_call_one_function(tf):
    traces = []

    @tf.function
    def f(x):
        traces.append(1)
        for _ in range(20):
            x = x * 1.01 + 1.0
        return x

    created = []

    @tf.function
    def g(x):
        if not created:
            created.append(tf.Variable(1.0))
        return created[0] * x

    results, products, gradients = {}, {}, {}

    def work(number):
        results[number] = f(tf.constant(float(number % 3)))
        products[number] = g(tf.constant(float(number)))
        x = tf.ones([number + 1])
        with tf.GradientTape() as tape:
            y = h(x)
        gradients[number] = tape.gradient(y, created[0])

    @tf.function
    def h(x):
        return tf.reduce_sum(x) * created[0]

    g(tf.constant(1.0))
    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(len(traces), f.experimental_get_tracing_count(), len(created))
    return [[table[number] for number in range(6)] for table in (results, products, gradients)]


def _comparisons(tf):
    for name in ("equal", "none_equal", "less", "less_equal", "greater", "greater_equal", "near"):
        yield name, getattr(tf.debugging, f"assert_{name}")


def comparisons_that_do_not_hold(tf):
    operands = {
        "equal": ([1.0, 2.0, 3.0, 4.0], [1.0, 2.0, 3.0, 5.0]),
        "near": ([1.0, 2.0, 3.0, 4.0], [1.0, 2.0, 3.0, 5.0]),
        "none_equal": ([3.0, 2.0, 3.0, 4.0], [3.0, 2.0, 3.0, 4.0]),
    }
    results = []
    for name, compare in _comparisons(tf):

        @tf.function
        def f(x, y, compare=compare):
            compare(x, y)
            return x

        @tf.function
        def g(x, y, compare=compare):
            compare(x, y, message="my message", summarize=2, name="nm")
            return x

        x, y = operands.get(name, ([3.0, 2.0, 3.0, 4.0], [3.0, 1.0, 9.0, 4.0]))
        x, y = tf.constant(x), tf.constant(y)
        results += [attempt(f, x, y), attempt(g, x, y)]
        results.append(attempt(f, tf.constant(1.0), tf.constant(1.0)))
    for name in ("positive", "negative", "non_negative", "non_positive"):
        compare = getattr(tf.debugging, f"assert_{name}")

        @tf.function
        def h(x, compare=compare):
            compare(x, message="my message" if x.dtype.is_floating else None, summarize=2)
            return x

        results.append(attempt(h, tf.constant([1, -1, 0, 5, 6])))
        results.append(attempt(h, tf.constant([[1.5, -1.0], [0.0, 2.0]])))
    return results


def comparisons_of_known_values(tf):
    results = []
    for name, compare in _comparisons(tf):
        if name == "near":
            continue

        @tf.function
        def f(compare=compare):
            compare(tf.constant([1, 2]), tf.constant([1, 3]))
            compare(tf.constant([2, 3]), tf.constant([1, 3]))
            return 1

        results.append(attempt(f))
    return results


def data_of_assertions(tf):
    @tf.function
    def cheap(x):
        tf.Assert(x > 0, ["a", x])
        return x

    @tf.function
    def rows(x):
        tf.Assert(tf.reduce_all(x > 0), ["a", x, x[0]], summarize=5, name="hello")
        return x

    @tf.function
    def all_types(b, s):
        data = [b, s, tf.constant([True, False]), tf.constant(1.5, tf.float64), tf.zeros([0])]
        data += [tf.constant(3, tf.int8), tf.constant(1 + 2j), tf.constant(1.5, tf.bfloat16)]
        data += [tf.constant(x) for x in (float("nan"), float("inf"), 1e-20, 123456789.0)]
        tf.Assert(b, data)
        return b

    @tf.function
    def never():
        tf.debugging.Assert(False, [1])
        return 1

    @tf.function
    def ordered(x):
        with tf.control_dependencies([tf.debugging.assert_greater(x, 0)]):
            return tf.identity(x)

    @tf.function
    def loop(n):
        for i in tf.range(n):
            for j in tf.range(n):
                if i * j > 5:
                    break
        return i, j

    return [
        attempt(cheap, tf.constant(-1)),
        attempt(cheap, tf.constant(-1.5)),
        attempt(cheap, tf.constant(2)),
        attempt(rows, tf.constant([-1, 2, 3, 4, 5, 6])),
        attempt(rows, tf.constant([[-1.5, 1e10, 3], [1e-8, 2, 3]])),
        attempt(all_types, tf.constant(False), tf.constant(["q", 'w"', "e\n", "r"])),
        attempt(never),
        attempt(ordered, tf.constant(-1)),
        attempt(ordered, tf.constant(1)),
        attempt(loop, tf.constant(0)),
    ]
