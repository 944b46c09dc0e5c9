"""The static shapes of results where the shapes of arguments are unknown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def _rows(tf: Any) -> dict[str, Callable[[Any], Any]]:
    return {
        "reshape0": lambda x: tf.reshape(x, []),
        "reshape23": lambda x: tf.reshape(x, [2, 3]),
        "reshape-1": lambda x: tf.reshape(x, [-1]),
        "reshape-1,2": lambda x: tf.reshape(x, [-1, 2]),
        "matmul": lambda x: tf.matmul(x, tf.ones([3, 2])),
        "matmul2": lambda x: tf.matmul(tf.ones([2, 5]), x),
        "matmulT": lambda x: x @ tf.transpose(x),
        "add": lambda x: x + tf.ones([7]),
        "sum": lambda x: tf.reduce_sum(x),
        "sum0": lambda x: tf.reduce_sum(x, 0),
        "sum1": lambda x: tf.reduce_sum(x, [0, 1]),
        "sumk": lambda x: tf.reduce_mean(x, -1, keepdims=True),
        "idx": lambda x: x[0],
        "idx2": lambda x: x[:, 1],
        "idx3": lambda x: x[..., None],
        "concat": lambda x: tf.concat([x, tf.ones([4, 2])], 0),
        "stack": lambda x: tf.stack([x, x]),
        "softmax": lambda x: tf.nn.softmax(x),
        "expand": lambda x: tf.expand_dims(x, 0),
        "squeeze": lambda x: tf.squeeze(x),
        "squeeze0": lambda x: tf.squeeze(x, [0]),
        "shape": lambda x: tf.shape(x),
        "rank": lambda x: tf.rank(x),
        "size": lambda x: tf.size(x),
        "cast": lambda x: tf.cast(x, tf.int32),
        "transpose": lambda x: tf.transpose(x, [1, 0]),
        "tr": lambda x: tf.transpose(x),
        "gather": lambda x: tf.gather(x, [0, 1]),
        "gather1": lambda x: tf.gather(x, [0], axis=1),
        "conv": lambda x: tf.nn.conv2d(x, tf.ones([2, 2, 3, 4]), 1, "SAME"),
        "pool": lambda x: tf.nn.max_pool2d(x, 2, 2, "VALID"),
        "resize": lambda x: tf.image.resize(tf.ensure_shape(x, [None, None, 3]), [4, 5]),
        "where": lambda x: tf.where(x > 0, x, 0.0),
        "argmax": lambda x: tf.argmax(x, -1),
        "onehot": lambda x: tf.one_hot(tf.cast(x, tf.int32), 3),
        "unstack": lambda x: tf.unstack(tf.ensure_shape(x, [2, 3])),
        "split": lambda x: tf.split(x, 2),
        "tile": lambda x: tf.tile(x, [2, 1]),
        "pad": lambda x: tf.pad(x, [[1, 1], [0, 0]]),
        "einsum": lambda x: tf.einsum("ij,jk->ik", x, tf.ones([3, 2])),
        "bias": lambda x: tf.nn.bias_add(x, tf.ones([2])),
        "xent": lambda x: tf.nn.sparse_softmax_cross_entropy_with_logits(labels=[0, 1], logits=x),
        "mask": lambda x: tf.boolean_mask(x, [True, False]),
        "norm": lambda x: tf.norm(x, axis=1),
        "flip": lambda x: tf.reverse(x, [0]),
        "broadcast": lambda x: tf.broadcast_to(x, [3, 2]),
        "setshape": lambda x: (x.set_shape([2, 2]), x)[1],
        "topk": lambda x: tf.math.top_k(x, 2),
        "cumsum": lambda x: tf.cumsum(x),
        "slice": lambda x: tf.slice(x, [0, 0], [1, 1]),
        "strided": lambda x: x[::2],
        "layer": lambda x: tf.nn.moments(x, [0]),
        "zeros": lambda x: tf.zeros_like(x),
        "ones": lambda x: tf.ones(tf.shape(x)),
        "rand": lambda x: tf.random.normal(tf.shape(x)),
        "map": lambda x: tf.map_fn(lambda a: a * 2, x),
        "lin": lambda x: tf.linalg.inv(x),
        "det": lambda x: tf.linalg.det(x),
        "seg": lambda x: tf.math.segment_sum(x, [0, 0]),
        "clip": lambda x: tf.clip_by_value(x, 0.0, 1.0),
        "stdimg": lambda x: tf.image.per_image_standardization(x),
    }


def _shapes(tf: Any, shape: Any, left_out: tuple[str, ...] = ()) -> Any:
    outcomes = {}
    for name, function in _rows(tf).items():
        if name in left_out:
            continue
        traced = tf.function(function)
        try:
            concrete = traced.get_concrete_function(tf.TensorSpec(shape, tf.float32))
        except Exception as error:
            outcomes[name] = type(error).__name__
        else:
            results = tf.nest.flatten(concrete.structured_outputs)
            outcomes[name] = [(str(x.shape), x.dtype.name) for x in results]
    return outcomes


def of_unknown_rank(tf: Any) -> Any:
    # Torch's convolutions also take images without a batch, so that rank 3 counts here, too.
    return _shapes(tf, None, ("conv",))


def of_matrices(tf: Any) -> Any:
    return _shapes(tf, [None, None])


def of_vectors(tf: Any) -> Any:
    # Without sizes, these are refused when they run.
    return _shapes(tf, [None], ("pad", "slice"))


def of_host_calls(tf: Any) -> Any:
    """The results of `numpy_function` have no known rank."""

    @tf.function
    def count(limit: Any) -> Any:
        steps = 0
        for i in tf.range(limit):
            done = tf.numpy_function(lambda i: i > 2, [i], tf.bool)
            steps += 1
            if done:
                break
        return steps

    return count(tf.constant(9)), count(tf.constant(2))


def of_calls(tf: Any) -> Any:
    """The size of what another function returns is unknown, if it is unknown there."""

    @tf.function
    def steps(limit: Any) -> Any:
        array = tf.TensorArray(tf.float32, 0, dynamic_size=True)
        for i in tf.range(limit):
            done, value = tf.numpy_function(
                lambda i: (i > 3, np.float32(2 * i)), [i], [tf.bool, tf.float32]
            )
            array = array.write(i, value)
            if done:
                break
        return array.stack()

    @tf.function
    def discounted(limit: Any) -> Any:
        values = steps(limit)
        count = tf.shape(values)[0]
        values = values[::-1]
        total = tf.constant(0.0)
        array = tf.TensorArray(tf.float32, count)
        for i in tf.range(count):
            total = values[i] + 0.9 * total
            total.set_shape([])
            array = array.write(i, total)
        return array.stack()[::-1], count

    return discounted(tf.constant(12)), discounted(tf.constant(2))


def jacobians_of_loops(tf: Any) -> Any:
    matrix = tf.Variable([[0.0, 1.0], [-1.0, -0.1]])

    @tf.function
    def moved(x: Any, count: Any) -> Any:
        def body(i: Any, x: Any) -> Any:
            middle = x + 0.1 * tf.linalg.matvec(matrix, x)
            return i + 1, x + 0.2 * tf.linalg.matvec(matrix, middle)

        return tf.while_loop(lambda i, x: i < count, body, (0, x))[1]

    @tf.function
    def jacobians(x: Any, count: Any) -> Any:
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(x)
            y = moved(x, count)
        return tape.jacobian(y, x), tape.jacobian(y, matrix, experimental_use_pfor=False)

    @tf.function
    def total(limit: Any) -> Any:
        result = 0.0
        for k in tf.range(limit):
            if k % 2 == 0:
                continue
            result += tf.reduce_sum(moved(tf.constant([1.0, 0.0]), k))
            if result < -5.0:
                break
        return result

    with tf.GradientTape() as tape:
        result = total(tf.constant(5))
    return jacobians(tf.constant([1.0, 0.0]), tf.constant(5)), result, tape.gradient(result, matrix)
