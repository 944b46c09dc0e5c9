"""Effects of traced functions: what happens at each call, in which order, and what is pruned."""

from tests.parity.harness import attempt


def _failure(function, *args):
    """The type of the exception that a call raises, or its result."""
    result = attempt(function, *args)
    return type(result).__name__ if isinstance(result, Exception) else result


def assigns_and_reads(tf):
    v = tf.Variable([1.0, 2.0])
    w = tf.Variable(5)

    @tf.function
    def f(x):
        before = v.read_value()
        v.assign(x)
        middle = v + 0.0
        v.assign_add(x)
        v.assign_sub([1.0, 0.0])
        w.assign_add(1)
        return before, middle, v.value(), w

    return f(tf.constant([3.0, 4.0])), f(tf.constant([7.0, 8.0])), v, w


def results_of_assigns(tf):
    v = tf.Variable(1.0)

    @tf.function
    def f(x):
        a = v.assign(x) * 10.0
        b = v.assign_add(1.0)
        c = v.assign_sub(0.5, read_value=False)
        return a, b + 0.0, c is None

    return f(tf.constant(3.0)), v


def scatter_updates(tf):
    calls = []
    v = tf.Variable(tf.reshape(tf.range(8.0), [4, 2]))

    @tf.function
    def f(rows, x):
        calls.append("traced")
        slices = tf.IndexedSlices(x, rows)
        results = [v.scatter_add(slices) + 0.0]
        v.scatter_sub(tf.IndexedSlices(x * 0.5, rows))
        results.append(v.read_value())
        v.scatter_mul(slices)
        v.scatter_div(tf.IndexedSlices(x + 1.0, rows))
        v.scatter_max(slices)
        v.scatter_min(tf.IndexedSlices(x * 3.0, rows))
        results.append(v.read_value())
        v.scatter_update(tf.IndexedSlices(x - 1.0, rows))
        v.scatter_nd_add([[0, 1], [3, 0]], [10.0, 20.0])
        v.scatter_nd_sub([[1, 1]], [5.0])
        v.scatter_nd_update([[2]], [[9.0, 9.0]])
        return results, v.read_value()

    rows, x = tf.constant([1, 3]), tf.constant([[1.0, 2.0], [3.0, 4.0]])
    return f(rows, x), f(rows[::-1], x + 1.0), v, calls


def batch_scatter_update(tf):
    v = tf.Variable(tf.zeros([2, 3]))

    @tf.function
    def f(indices):
        v.batch_scatter_update(tf.IndexedSlices(tf.ones([2, 1]), indices))
        return v.read_value()

    return f(tf.constant([[0], [2]])), f(tf.constant([[1], [1]])), v


def a_row_out_of_range(tf):
    v = tf.Variable(tf.zeros([2, 2]))

    @tf.function
    def f(row):
        v.assign_add(tf.ones([2, 2]))
        v.scatter_add(tf.IndexedSlices(tf.ones([1, 2]), row))
        v.assign_add(tf.ones([2, 2]))
        return v.read_value()

    return f(tf.constant([1])), _failure(f, tf.constant([5])), v, f(tf.constant([0]))


def gradients_around_updates(tf):
    v = tf.Variable(tf.ones([3, 2]))

    @tf.function
    def f(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = tf.reduce_sum(v * x)
            v.scatter_add(tf.IndexedSlices(tf.ones([1, 2]), [1]))
            z = y * tf.reduce_sum(v * x)
        return z, tape.gradient(z, [x, v])

    return f(tf.constant([1.0, 2.0])), f(tf.constant([1.0, 2.0])), v


def prints_in_order(tf):
    v = tf.Variable(0)

    @tf.function
    def f(x):
        print("traced")
        tf.print("first", v, x)
        v.assign_add(1)
        tf.print("second", v, [x, {"a": x + 1}], sep=" | ", end="!\n")
        g(x)
        tf.print("last", v, summarize=1)

    @tf.function
    def g(x):
        v.assign_add(10 + 0 * x[0])

    f(tf.constant([1, 2, 3]))
    f(tf.constant([4, 5, 6]))
    return v


def prints_in_branches(tf):
    @tf.function
    def f(x):
        y = tf.cond(x > 0, lambda: _printed(tf, "positive", x), lambda: _printed(tf, "not", x))
        tf.print("after", y)
        return y

    return f(tf.constant(1)), f(tf.constant(-1))


def _printed(tf, text, x):
    tf.print(text, x)
    return x * 2


def dead_operations_are_pruned(tf):
    log = []

    def noted(x):
        log.append(float(x))
        return x

    @tf.function
    def f(x):
        x / 0
        tf.numpy_function(noted, [x], tf.float32, stateful=False)
        tf.py_function(noted, [x + 1.0], tf.float32)
        tf.numpy_function(noted, [x + 2.0], tf.float32)
        tf.random.normal([2])
        tf.linalg.inv(tf.constant([[0.0]]))
        return x * 2.0

    return f(tf.constant(1.0)), f(tf.constant(2.0)), log


def py_functions(tf):
    log = []

    def inside(x, n):
        log.append((type(x).__name__, n.numpy(), tf.executing_eagerly()))
        return x * float(n), n + 1

    @tf.function
    def f(x, n):
        log.append("traced")
        y, m = tf.py_function(inside, [x, n], [tf.float32, tf.int32])
        print(y.shape, m.dtype)
        y.set_shape(x.shape)
        z = tf.py_function(lambda t: t + 1.0, [y], tf.TensorSpec([2], tf.float32))
        print(z.shape)
        return y, m, z

    x = tf.constant([1.0, 2.0])
    return f(x, tf.constant(3)), f(x + 1.0, tf.constant(4)), log


def gradients_through_py_functions(tf):
    def cube(x):
        return x * x * x

    @tf.function
    def inside(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = tf.py_function(cube, [x], tf.float32) * x
        return y, tape.gradient(y, x)

    @tf.function
    def around(x):
        return tf.py_function(cube, [x], tf.float32) * x

    x = tf.constant([1.0, 2.0])
    results = [inside(x), inside(x + 1.0)]
    for value in (x, x + 1.0):
        with tf.GradientTape() as tape:
            tape.watch(value)
            y = around(value)
        results.append((y, tape.gradient(y, value)))
    return results


def numpy_functions(tf):
    log = []

    def inside(x, n):
        log.append((type(x).__name__, type(n).__name__, tf.executing_eagerly()))
        return x * n, x.sum()

    @tf.function
    def f(x, n):
        log.append("traced")
        y, total = tf.numpy_function(inside, [x, n], [tf.float32, tf.float32])
        print(y.shape, total.dtype)
        return y + total, tf.numpy_function(lambda a: a.max(), [y], tf.float32)

    x = tf.constant([1.0, 2.0])
    return f(x, tf.constant(3.0)), f(x + 1.0, tf.constant(4.0)), log


def errors_of_python_functions(tf):
    def fail(x):
        raise ValueError("a mistake")

    v = tf.Variable(0)

    @tf.function
    def f(x):
        v.assign_add(1)
        y = tf.py_function(fail, [x], tf.float32)
        v.assign_add(10)
        return y

    @tf.function
    def g(x):
        v.assign_add(1)
        y = tf.numpy_function(fail, [x], tf.float32)
        v.assign_add(10)
        return y

    @tf.function
    def wrong_dtype(x):
        return tf.numpy_function(lambda x: x.astype("float64"), [x], tf.float32)

    x = tf.constant(1.0)
    return _failure(f, x), v.numpy(), _failure(g, x), v.numpy(), _failure(wrong_dtype, x)


def assertions(tf):
    v = tf.Variable(0)
    calls = []

    @tf.function
    def f(x):
        calls.append("traced")
        tf.debugging.assert_positive(x)
        v.assign_add(1)
        tf.debugging.assert_less(x, [10, 10], "too large")
        tf.debugging.Assert(tf.reduce_sum(x) < 15, [x])
        v.assign_add(10)
        tf.debugging.assert_none_equal(x, 3)
        tf.debugging.assert_near(tf.cast(x, tf.float32), tf.cast(x, tf.float32))
        return x * 2

    values = [1, 2], [-1, 2], [1, 20], [8, 9], [3, 4], [5, 6]
    return [(_failure(f, tf.constant(value)), v.numpy()) for value in values], calls


def assertions_with_gradients(tf):
    @tf.function
    def f(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            tf.debugging.assert_positive(x)
            y = tf.debugging.check_numerics(tf.sqrt(x), "a root") * x
        return y, tape.gradient(y, x)

    x = tf.constant([1.0, 4.0])
    results = [f(x), _failure(f, -x)]
    with tf.GradientTape() as tape:
        tape.watch(x)
        y, g = f(x)
    return results, tape.gradient(g, x)


def numerics(tf):
    calls = []

    @tf.function
    def f(x):
        calls.append("traced")
        return tf.debugging.check_numerics(tf.math.log(x), "a logarithm") + 1.0

    return f(tf.constant(1.0)), _failure(f, tf.constant(0.0)), _failure(f, tf.constant(-1.0)), calls


def count_up_to(tf):
    v = tf.Variable(0)

    @tf.function
    def f():
        return v.count_up_to(2)

    return f(), f(), _failure(f), v


def control_dependencies(tf):
    v = tf.Variable(1.0)

    @tf.function
    def f(x):
        with tf.control_dependencies([v.assign_add(x)]):
            y = tf.identity(v)
        return y, tf.group(v.assign(0.0)) is None

    return f(tf.constant(2.0))[0], v


def effects_of_unused_calls(tf):
    v = tf.Variable(1.0)

    @tf.function
    def inner(x):
        v.assign_add(x)
        return x * 2.0

    @tf.function
    def outer(x):
        inner(x)
        unused = inner(x) + 1.0  # noqa: F841
        return x

    return outer(tf.constant(2.0)), v, outer(tf.constant(3.0)), v


def variables_after_an_error(tf):
    v, w = tf.Variable([1.0, 2.0]), tf.Variable(0.0)

    @tf.function
    def f(x, i):
        v.assign(x)
        y = tf.gather(x, i)
        w.assign(y)
        v.assign_add([1.0, 1.0])
        return y

    x = tf.constant([5.0, 6.0])
    return f(x, tf.constant(1)), v.numpy(), _failure(f, x + 1.0, tf.constant(7)), w.numpy()


def assigned_values_are_copies(tf):
    v = tf.Variable([0.0, 0.0])
    captured = tf.constant([5.0, 5.0])

    @tf.function
    def f(x):
        values = []
        for value in (x, captured, [2.0, 3.0], tf.zeros([2])):
            v.assign(value)
            v.assign_add([1.0, 1.0])
            v.assign_sub([0.25, 0.5])
            values.append(v.value())
        return values, captured + 0.0

    x = tf.constant([7.0, 8.0])
    return [f(x), f(x), x, captured, v]


def assigned_arguments_are_copies(tf):
    v = tf.Variable([0.0, 0.0])

    @tf.function
    def f(x):
        v.assign(x)
        return v.value()

    @tf.function
    def add():
        v.assign_add([1.0, 1.0])

    x = tf.constant([7.0, 8.0])
    y = f(x)
    v.assign_add([1.0, 1.0])
    add()
    add()
    return x, y, v


def assigned_slices(tf):
    w = tf.Variable(tf.reshape(tf.range(12.0), [3, 4]))

    @tf.function
    def f(i, x):
        r = w[i].assign(x)
        a = w[1:, ::2].assign(r[1:, ::2] * 2.0)
        w[i, 1:3].assign([5.0, 6.0])
        with tf.GradientTape() as tape:
            y = tf.reduce_sum(w * w)
        return a.value(), tape.gradient(y, w)

    x = tf.constant([1.0, 2.0, 3.0, 4.0])
    outcomes = [f(tf.constant(0), x), f(tf.constant(1), x * 2.0)]
    return *outcomes, _failure(f, tf.constant(0), x[:2]), w


def statements_are_operations(tf):
    @tf.function
    def f(x):
        checks = [tf.debugging.assert_positive(x), tf.debugging.Assert(x > 0, ["no"])]
        chosen = tf.cond(x > 1.0, lambda: tf.debugging.assert_less(x, 9.0), tf.no_op)
        with tf.control_dependencies(checks):
            return tf.identity(x), chosen

    @tf.function
    def returns_operation(x):
        return tf.debugging.assert_positive(x)

    x = tf.constant(2.0)
    return [f(x), _failure(f, -x), _failure(f, x * 9.0), _failure(returns_operation, x)]


def tables_that_are_first_made_in_a_function(tf):
    images = tf.reshape(tf.range(77.0), [1, 7, 11, 1])
    methods = ["bilinear", "gaussian", "lanczos3"]

    def resized(x):
        return [tf.image.resize(x, [5, 13], method, antialias=True) for method in methods]

    return tf.function(resized)(images), resized(images)
