"""`tf.while_loop`, `map_fn`, `scan`, folds, `case`, `switch_case` and TensorArrays in functions."""

from __future__ import annotations

from tests.parity.case_helpers.programs import failure, results


def _vector(tf):
    return tf.constant([1.0, 2.0, 3.0])


def structures(tf):
    def as_list(x):
        return tf.while_loop(lambda i, _: i < 3, lambda i, y: (i + 1, y * x), [0, x])

    def nested(x):
        return tf.while_loop(
            lambda i, _: i < 3,
            lambda i, d: [i + 1, {"a": d["b"], "b": [d["a"][0] * x]}],
            (0, {"a": [x], "b": [x * 2.0]}),
        )

    def single(n):
        return tf.while_loop(lambda i: i < 5, lambda i: i + 2, [n])

    def swap(x):
        return tf.while_loop(
            lambda i, d: i < 3,
            lambda i, d: (i + 1, {"a": d["b"], "b": d["a"] * x}),
            (0, {"a": x, "b": x * 2.0}),
        )

    x = _vector(tf)
    return results(tf, as_list, [x]), results(tf, single, [tf.constant(0)]), results(tf, swap, [x])


def iterations_are_limited(tf):
    def f(x, n):
        return tf.while_loop(
            lambda y: tf.constant(True), lambda y: [y * x], [x], maximum_iterations=n
        )

    x = _vector(tf)
    return results(tf, f, [x, tf.constant(3)], [x, tf.constant(0)])


def growing_shapes(tf):
    def f(x):
        return tf.while_loop(
            lambda i, y: i < 3,
            lambda i, y: (i + 1, tf.concat([y, y[:1] * x[:1]], 0)),
            [0, x],
            shape_invariants=[tf.TensorShape([]), tf.TensorShape([None])],
        )

    # TensorFlow fails at the second order.
    return results(tf, f, [_vector(tf)], [tf.constant([2.0])], orders=1)


def no_iterations(tf):
    def f(x):
        return tf.while_loop(lambda y: tf.reduce_sum(y) < 0.0, lambda y: [y * y], [x])

    return results(tf, f, [_vector(tf)])


def integers_and_floats(tf):
    def f(x, k):
        return tf.while_loop(
            lambda i, y, n: i < 3,
            lambda i, y, n: (i + 1, y * tf.cast(n, tf.float32), n + k),
            (0, x, 1),
        )

    return results(tf, f, [_vector(tf), tf.constant(2)])


def matrices(tf):
    def f(x, w):
        return tf.while_loop(lambda i, h: i < 4, lambda i, h: (i + 1, tf.tanh(h @ w)), (0, x))[1]

    x = tf.reshape(tf.range(6.0) / 10.0, [2, 3])
    w = tf.reshape(tf.range(9.0) / 10.0 - 0.4, [3, 3])
    return results(tf, f, [x, w])


def refused_loops(tf):
    x = tf.constant([1.0])

    def loop(condition, body, state, **options):
        return failure(tf, lambda: tf.while_loop(condition, body, state, **options))

    def less(i, *_):
        return i < 5

    return [
        loop(less, lambda i, y: (i + 1,), [0, x])[0],
        loop(1, lambda i: i, [0]),
        loop(less, 1, [0]),
        loop(less, lambda i: i + 1, [0], parallel_iterations=0),
        loop(less, lambda i: i + 1, tf.constant(0))[0],
        loop(less, lambda i, y: (i + 1, y), [0, None]),
    ]


def mapped(tf):
    def cube(x):
        return tf.map_fn(lambda v: v * v * v, x)

    def several(x):
        return tf.map_fn(
            lambda v: (v * v * v, tf.stack([v, v * v])),
            x,
            fn_output_signature=(tf.float32, tf.TensorSpec([2], tf.float32)),
        )

    def two(x):
        return tf.map_fn(lambda p: p[0] * p[1] * p[1], (x, x * 2.0), fn_output_signature=tf.float32)

    def rows(x):
        return tf.map_fn(lambda row: tf.reduce_sum(row * row * row), tf.stack([x, x * 2.0]))

    x = _vector(tf)
    return [results(tf, f, [x]) for f in (cube, several, two, rows)]


def mapped_with_unknown_sizes(tf):
    @tf.function(input_signature=[tf.TensorSpec([None, 2])])
    def f(x):
        y = tf.map_fn(lambda row: tf.reduce_sum(row) * row, x)
        z = tf.scan(lambda a, row: a + row, x)
        print(y.shape, z.shape)
        return y, z

    return [f(tf.reshape(tf.range(2.0 * n), [n, 2])) for n in (3, 1, 3)]


def scanned(tf):
    def product(x):
        return tf.scan(lambda a, v: a * v, x)

    def reverse(x):
        return tf.scan(lambda a, v: a * v, x, reverse=True, initializer=tf.constant(2.0))

    def pairs(x):
        return tf.scan(lambda a, v: (a[1], a[0] * v), x, initializer=(x[0], x[1]))

    def folded(x):
        return (
            tf.foldl(lambda a, v: a * v, x),
            tf.foldr(lambda a, v: a * v + v, x),
            tf.foldl(lambda a, v: a * v, x, initializer=1.0),
        )

    x = _vector(tf)
    return [results(tf, f, [x]) for f in (product, reverse, pairs, folded)]


def functions_run_once_for_each_trace(tf):
    def f(x):
        def traced(v):
            print("mapping", v)
            return v * 2.0

        return tf.map_fn(traced, x)

    return results(tf, f, [_vector(tf)], [_vector(tf)])


def switches(tf):
    def f(i, x):
        return tf.switch_case(i, [lambda: x * 2, lambda: x**3, lambda: x])

    def with_default(i, x):
        return tf.switch_case(i, {0: lambda: x * 2, 1: lambda: x**3}, default=lambda: -x)

    x = _vector(tf)
    calls = [[tf.constant(i), x] for i in (0, 1, 2, 7, -1)]
    return results(tf, f, *calls), results(tf, with_default, *calls)


def cases(tf):
    def f(p, x):
        return tf.case([(p > 2.0, lambda: x), (p > 0.0, lambda: x**3)], default=lambda: -x)

    x = _vector(tf)
    return results(tf, f, *[[tf.constant(p), x] for p in (3.0, 1.0, -1.0)], orders=1)


def cases_that_must_match(tf):
    @tf.function
    def f(p, x):
        return tf.case([(p > 2.0, lambda: x), (p < 0.0, lambda: x**3)], exclusive=True)

    x = _vector(tf)
    return f(tf.constant(3.0), x), f(tf.constant(-3.0), x), failure(tf, f, tf.constant(1.0), x)[0]


def arrays_that_are_written(tf):
    def f(x):
        array = tf.TensorArray(tf.float32, 3)
        for i in tf.range(3):
            array = array.write(i, x[i] * x * x)
        return array.stack()

    return results(tf, f, [_vector(tf)])


def arrays_that_are_read(tf):
    def f(x):
        array = tf.TensorArray(tf.float32, 3).unstack(x)
        total = 0.0
        for i in tf.range(3):
            total += array.read(i) * array.read(2 - i) * array.read(0)
        return total

    return results(tf, f, [_vector(tf)])


def arrays_that_are_carried(tf):
    def f(x):
        array = tf.TensorArray(tf.float32, 5, clear_after_read=False).write(0, x)
        for i in tf.range(4):
            array = array.write(i + 1, array.read(i) * x)
        return array.stack(), array.gather([4, 0]), array.concat(), array.size()

    return results(tf, f, [_vector(tf)])


def arrays_that_grow(tf):
    def f(x, n):
        array = tf.TensorArray(tf.float32, 0, dynamic_size=True)
        for i in tf.range(n):
            array = array.write(i, x * x * x)
        return array.stack(), array.size()

    return results(tf, f, [_vector(tf), tf.constant(2)], [_vector(tf), tf.constant(4)])


def arrays_in_branches(tf):
    def f(x):
        array = tf.TensorArray(tf.float32, 5)
        for i in tf.range(4):
            if i > 1:
                array = array.write(i + 1, x * x * x)
        return array.stack()

    return results(tf, f, [_vector(tf)])


def arrays_that_change_places(tf):
    def swap(x, n):
        a = tf.TensorArray(tf.float32, 3).unstack(x)
        b = tf.TensorArray(tf.float32, 3).unstack(x * x)
        for i in tf.range(n):
            a, b = b, a.write(i % 3, x[0] * x[1] + tf.cast(i, tf.float32))
        return a.stack(), b.stack(), x * x

    def earlier(x, n):
        a = tf.TensorArray(tf.float32, 3).unstack(x)
        b = a
        for i in tf.range(n):
            b = a
            a = a.write(i % 3, x[0] * x[1] + tf.cast(i, tf.float32))
        return a.stack(), b.stack(), x * x

    def read_whole(x, n):
        a = tf.TensorArray(tf.float32, 3).unstack(x)
        total = tf.zeros([3])
        for i in tf.range(n):
            total += a.stack()
            a = a.write(i % 3, a.read(i % 3) * x[1])
        return a.stack(), total, x * x

    calls = [[_vector(tf), tf.constant(n)] for n in (0, 1, 4, 5)]
    return [results(tf, f, *calls) for f in (swap, earlier, read_whole)]


def arrays_of_several_dtypes(tf):
    def f(n):
        numbers = tf.TensorArray(tf.int32, 4)
        flags = tf.TensorArray(tf.bool, 4)
        for i in tf.range(4):
            numbers = numbers.write(i, i * n)
            flags = flags.write(i, i > n)
        return numbers.stack(), flags.stack()

    return results(tf, f, [tf.constant(2)])


def arrays_of_pieces(tf):
    def f(x):
        array = tf.TensorArray(tf.float32, 2, infer_shape=False).split(x, [2, 1])
        more = tf.TensorArray(tf.float32, 2, infer_shape=False).write(0, x).write(1, x[:1])
        scattered = tf.TensorArray(tf.float32, 4).scatter([3, 0, 1], x * x)
        return array.concat(), array.read(1), more.concat(), scattered.stack()

    return results(tf, f, [_vector(tf)], orders=1)


def arrays_that_were_not_written(tf):
    def f(x):
        array = tf.TensorArray(tf.float32, 3).write(1, x)
        return array.stack(), array.read(0), array.write(2, x * 2.0).stack(), array.stack()

    return results(tf, f, [_vector(tf)], orders=1)


def arrays_show_their_shapes(tf):
    @tf.function
    def f(x):
        array = tf.TensorArray(tf.float32, 3)
        print(array.element_shape, array.dtype, array.flow.dtype, array.dynamic_size)
        later = array.write(0, x)
        print(later is array, later.element_shape, array.element_shape, later.stack().shape)
        print(later.read(0), later.gather([0, 1]).shape, later.concat().shape)
        return later.stack()

    return f(_vector(tf))


def refused_array_operations(tf):
    def array(*args, **kwargs):
        return tf.TensorArray(tf.float32, *args, **kwargs)

    functions = {
        "unwritten": lambda: array(3).read(0),
        "write out of range": lambda: array(3).write(5, 1.0).stack(),
        "read out of range": lambda: array(3, element_shape=[]).read(5),
        "negative": lambda: array(3, element_shape=[]).read(-1),
        "unstacked": lambda: array(2).unstack([1.0, 2.0, 3.0]).stack(),
        "empty": lambda: array(0).stack(),
    }
    tracing = {
        "shape": lambda: array(3).write(0, 1.0).write(1, [2.0]),
        "no size": lambda: array().size(),
    }
    return {key: failure(tf, f)[0] for key, f in functions.items()}, {
        key: failure(tf, f) for key, f in tracing.items()
    }


def indices_that_are_tensors(tf):
    def f(x, i, j):
        return x[i], x[:, j], x[i, j], x[..., i], x[i:], x[: i + 1, 1:], x[-1, j], x[tf.newaxis, i]

    x = tf.reshape(tf.range(9.0), [3, 3])
    return results(tf, f, [x, tf.constant(1), tf.constant(2)], [x, tf.constant(-1), tf.constant(0)])


def a_recurrent_layer(tf):
    def f(x, w, u):
        h = tf.zeros([tf.shape(x)[0], 3])
        outputs = tf.TensorArray(tf.float32, tf.shape(x)[1])
        for t in tf.range(tf.shape(x)[1]):
            h = tf.tanh(x[:, t] @ w + h @ u)
            outputs = outputs.write(t, h)
        return tf.transpose(outputs.stack(), [1, 0, 2])

    x = tf.reshape(tf.range(16.0) / 10.0, [2, 4, 2])
    w = tf.reshape(tf.range(6.0) / 10.0 - 0.3, [2, 3])
    u = tf.reshape(tf.range(9.0) / 10.0 - 0.4, [3, 3])
    return results(tf, f, [x, w, u])


def effects_in_loops(tf):
    v = tf.Variable(0.0)

    @tf.function
    def f(x):
        def body(i, y):
            v.assign_add(y)
            tf.print("step", i, v)
            return i + 1, y * 2.0

        return tf.while_loop(lambda i, _: i < 3, body, (0, x))[1] + v

    return f(tf.constant(1.0)), v.numpy(), f(tf.constant(2.0)), v.numpy()


def loops_in_functions_in_functions(tf):
    @tf.function
    def power(x, n):
        y = tf.ones_like(x)
        for _ in tf.range(n):
            y *= x
        return y

    def f(x):
        total = tf.zeros_like(x)
        for i in tf.range(3):
            total += power(x, i + 1)
        return total

    return results(tf, f, [_vector(tf)])
