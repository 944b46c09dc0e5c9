"""Tensors of functions whose values are known while tracing: they are symbolic all the same."""

from __future__ import annotations

from typing import Any


def shapes(tf: Any) -> Any:
    shown: list[Any] = []

    @tf.function
    def function(x: Any) -> Any:
        sizes = tf.shape(x)
        for tensor in (
            sizes,
            tf.shape(x, out_type=tf.int64),
            tf.shape(x, name="given"),
            tf.size(x),
            tf.rank(x),
            sizes[0],
            sizes + 1,
            tf.reshape(x, [sizes[1], sizes[0]]),
        ):
            shown.append((str(tensor), repr(tensor), tensor.op.type))
        return sizes

    result = function(tf.ones([2, 3]))
    graph = function.get_concrete_function(tf.ones([2, 3])).graph
    function.get_concrete_function(tf.TensorSpec([None, 3]))
    return result, shown, [operation.name for operation in graph.get_operations()]


def of_python_values(tf: Any) -> Any:
    makers = {
        "eye": lambda: tf.eye(2, 3),
        "stack": lambda: tf.stack([1, 2]),
        "hann_window": lambda: tf.signal.hann_window(4),
        "stateless_split": lambda: tf.random.experimental.stateless_split([1, 2], 2),
        "size": lambda: tf.size([1, 2]),
        "rank": lambda: tf.rank([1, 2]),
        "shape": lambda: tf.shape([1, 2]),
        "linspace": lambda: tf.linspace(0.0, 1.0, 3),
    }
    shown = {}

    @tf.function
    def function() -> Any:
        values = [make() for make in makers.values()]
        for name, value in zip(makers, values, strict=True):
            shown[name] = tf.is_symbolic_tensor(value), value.dtype, value.shape
        return values

    return function(), shown


def static_values(tf: Any) -> Any:
    shown = {}

    @tf.function
    def function(x: Any) -> Any:
        tensors = {
            "constant": tf.constant(3),
            "float": tf.constant(2.5),
            "cast": tf.cast(tf.constant(3), tf.int64),
            "size": tf.size(x),
            "string": tf.constant("a"),
        }
        for name, tensor in tensors.items():
            shown[name] = repr(tf.get_static_value(tensor))
        return x

    function(tf.ones([2, 3]))
    return shown, repr(tf.get_static_value(tf.constant(3)))


def variables_of_other_sizes(tf: Any) -> Any:
    rows, anything = (
        tf.Variable([[1.0, 2.0]], shape=[None, 2]),
        tf.Variable([1.0], shape=tf.TensorShape(None)),
    )
    shown = []

    @tf.function
    def function() -> Any:
        shown.append((str(tf.zeros_like(rows)), str(tf.shape(rows)), rows.shape, anything.shape))
        with tf.GradientTape() as tape:
            mean = tf.reduce_sum(rows) / tf.cast(tf.size(rows), tf.float32)
        return (
            tf.shape(rows),
            tf.shape(input=anything),
            tf.size(rows),
            tf.rank(anything),
            tf.zeros_like(rows),
            tf.ones_like(anything),
            tf.range(tf.shape(rows)[0]),
            tf.fill(tf.shape(anything), 2),
            tape.gradient(mean, rows),
        )

    results = [function()]
    rows.assign([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    anything.assign([[1.0, 2.0]])
    return results, function(), shown


def sizes_of_arrays(tf: Any) -> Any:
    def shape(function: Any) -> str:
        graph = tf.function(function, input_signature=[tf.TensorSpec([4, 6])])
        return str(graph.get_concrete_function().structured_outputs)

    def array(size: Any, **options: Any) -> Any:
        return tf.TensorArray(tf.float32, size, **options)

    def of_loop(x: Any) -> Any:
        rows = array(4)
        for i in tf.range(4):
            rows = rows.write(i, x[i])
        return rows.stack()

    def of_branch(x: Any) -> Any:
        rows = array(4)
        if x[0, 0] > 0.0:
            rows = rows.write(0, x[0])
        return rows.stack(), rows.size(), rows.read(0)

    return [
        shape(lambda x: array(4).unstack(x).stack()),
        shape(lambda x: array(tf.shape(x)[0]).unstack(x).stack()),
        shape(lambda x: array(tf.constant(4)).unstack(x).stack()),
        shape(lambda x: array(0, dynamic_size=True).unstack(x).stack()),
        shape(of_loop),
        shape(of_branch),
    ]


def time(tf: Any) -> Any:
    seen = []

    @tf.function
    def function() -> Any:
        now = tf.timestamp()
        seen.append((now.op.type, str(now)))
        return now

    begin = tf.timestamp()
    first, second = function(), function()
    return bool(begin <= first), bool(first < second), seen


def constants_of_tensors(tf: Any) -> Any:
    """`tf.constant` takes no symbolic tensor."""
    outside = tf.constant(2.0)

    def result(make: Any) -> Any:
        try:
            return tf.function(make, autograph=False)(tf.constant(1.0))
        except TypeError as error:
            return str(error)

    return [
        result(lambda x: tf.constant(x)),
        result(lambda x: tf.constant(x, tf.float32)),
        result(lambda x: tf.constant(x, shape=[2])),
        result(lambda x: tf.constant(outside)),
        result(lambda x: tf.constant([outside, 1.0])),
        result(lambda x: tf.constant([[x], [1.0]])),
        result(lambda x: tf.constant([x, 1.0], tf.float32)),
        result(lambda x: tf.constant(tf.constant(1.0))),
    ]
