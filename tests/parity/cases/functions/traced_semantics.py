"""What a traced function's Python sees, and when it runs."""

import numpy as np

from tests.parity.harness import attempt


def _first_line(error):
    """The type of an exception and the first line of its message, which may continue otherwise."""
    return type(error).__name__, str(error).splitlines()[0]


def _failure(function):
    result = attempt(function)
    return _first_line(result) if isinstance(result, Exception) else result


def python_runs_once_for_each_trace(tf):
    calls = []

    @tf.function
    def f(x):
        calls.append(str(x.dtype))
        print("tracing")
        return x * 2

    results = [f(tf.constant(v)) for v in (1.0, 2.0, 3)]
    return results, calls, f.experimental_get_tracing_count()


def closures_are_read_while_tracing(tf):
    factor = [2.0]

    @tf.function
    def f(x):
        return x * factor[0]

    first = f(tf.constant(3.0))
    factor[0] = 10.0
    return first, f(tf.constant(3.0)), f(tf.constant([3.0]))


def numpy_random_numbers_are_drawn_once(tf):
    @tf.function
    def f(x):
        return x + np.random.rand()

    x = tf.constant(0.0)
    return bool(f(x) == f(x))


def symbolic_tensors_are_printed(tf):
    @tf.function
    def f(x):
        y = tf.square(x)
        print(x, repr(y), f"{y}", x.name, x.op.name, x.op.type, x.graph is y.graph)
        print((x + y).name, (x * y).name, tf.matmul(y, y).name, tf.square(x, name="mine"))
        return y

    f(tf.ones([2, 2]))
    return isinstance(f(tf.ones([2, 2])), tf.Tensor)


def unknown_sizes(tf):
    seen = []

    @tf.function(input_signature=[tf.TensorSpec([None, 2])])
    def f(x):
        y = tf.reshape(x, [tf.shape(x)[0] * 2])
        seen.extend(
            [
                x.shape, (x + 1.0).shape, tf.reduce_sum(x, 0).shape, y.shape,
                tf.concat([x, x], 0).shape, tf.transpose(x).shape, x[0].shape, x[:, 1].shape,
                tf.zeros(tf.shape(x)).shape, (x + tf.ones([3, 2])).shape, tf.size(x).shape,
                tf.stack([x, x]).shape, tf.boolean_mask(x, x[:, 0] > 0).shape,
            ]
        )  # fmt: skip
        return y * tf.cast(tf.shape(x)[0], tf.float32)

    results = f(tf.ones([3, 2])), f(2 * tf.ones([3, 2]))
    return results, seen, f.experimental_get_tracing_count()


def a_new_size_is_no_new_trace(tf):
    calls = []

    @tf.function(reduce_retracing=True)
    def f(x):
        calls.append(x.shape)
        return tf.reduce_sum(x * x)

    return [f(tf.ones([n])) for n in (2, 3, 4, 5, 2)], calls


def values_are_refused(tf):
    @tf.function(autograph=False)
    def f(x):
        return None, print(
            *(
                _failure(use)
                for use in (
                    lambda: bool(x),
                    lambda: list(x),
                    lambda: len(x),
                    lambda: np.sin(x),
                    lambda: float(x),
                    lambda: int(x),
                    lambda: complex(x),
                    lambda: range(x),
                    lambda: hash(x),
                    lambda: x.numpy(),
                    lambda: x.nothing,
                )
            ),
            sep="\n",
        )

    f(tf.constant([1, 2]))
    return


def a_list_index(tf):
    @tf.function(autograph=False)
    def f(x):
        print(_failure(lambda: [1, 2][x]))
        return x

    return f(tf.constant(1))


def a_tensor_is_kept(tf):
    kept = []

    @tf.function
    def f(x):
        kept.append(x * 2.0)
        return x

    @tf.function
    def g(x):
        return x + kept[0]

    f(tf.constant(1.0))
    print(kept[0])
    return _failure(lambda: kept[0] + 1.0), _failure(lambda: g(tf.constant(1.0)))


def a_kept_tensor_as_a_source(tf):
    kept = []

    @tf.function
    def f(x):
        kept.append(x * 2.0)
        return kept[0] * 3.0

    x = tf.constant(1.0)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = f(x)
    return tape.gradient(y, x), tape.gradient(y, kept[0])


def nested_functions_are_traced_once(tf):
    calls = []

    @tf.function
    def inner(x):
        calls.append("inner")
        return x * x

    @tf.function
    def outer(x):
        calls.append("outer")
        return inner(x) + inner(x + 1.0)

    return outer(tf.constant(2.0)), outer(tf.constant(3.0)), calls


def effects_run_in_order(tf):
    v = tf.Variable(1.0)
    calls = []

    @tf.function
    def f(x):
        calls.append("traced")
        tf.print("before", v)
        v.assign_add(x)
        tf.print("added", v, x)
        y = v * 2.0
        v.assign(y)
        tf.print("assigned", v)
        return v.read_value(), y

    return f(tf.constant(1.0)), f(tf.constant(2.0)), v, calls


def random_numbers_are_drawn_each_time(tf):
    tf.random.set_seed(7)

    @tf.function
    def f():
        return tf.random.normal([2]), tf.random.uniform([2], seed=3)

    return f(), f()


def init_scope_runs_eagerly(tf):
    @tf.function
    def f(x):
        with tf.init_scope():
            print(tf.executing_eagerly(), tf.constant(1.0) + 1.0)
        return x

    return f(tf.constant(1.0))


def structures(tf):
    @tf.function
    def f(d, pair, n):
        return {"sum": d["x"] + pair[0], "rest": [pair[1], None], "n": n * 2}

    return f({"x": tf.constant(1.0)}, (tf.constant(2.0), tf.constant([3])), 4)


def numbers_are_new_traces(tf):
    calls = []

    @tf.function
    def f(x, n):
        calls.append(n)
        return x * n

    x = tf.constant(2.0)
    return [f(x, n) for n in (1, 2, 1, 2.0)], calls


def attributes_of_tensors_in_functions(tf):
    """What code asks for to tell a tensor with a value from one without."""
    found = []

    @tf.function
    def f(x):
        for tensor in (x, x + 1.0):
            found.append([hasattr(tensor, name) for name in ("numpy", "item", "shape", "ndim")])
        try:
            x.numpy()
        except AttributeError as error:
            found.append(str(error))
        return x

    f(tf.constant([1.0]))
    return found
