"""Operations that do not fit, added to a graph: what the errors say of them."""

from tests.parity.harness import attempt


def _failure(tf, function, *specs):
    @tf.function
    def f(*args):
        return function(*args)

    return attempt(f.get_concrete_function, *(tf.TensorSpec(shape) for shape in specs))


def operations_that_do_not_fit(tf):
    return [
        _failure(tf, lambda x, y: tf.matmul(x, y), [2, 2], [5, 5]),
        _failure(tf, lambda x, y: tf.matmul(x, y, transpose_b=True), [None, 2], [5, 3]),
        _failure(tf, lambda x, y: tf.matmul(x, y), [4, 2, 2], [4, 3, 5]),
        _failure(tf, lambda x, y: x + y, [2], [3]),
        _failure(tf, lambda x, y: x * y, [4, 2], [4, 3]),
        _failure(tf, lambda x: x - [1.0, 2.0, 3.0], [2]),
        _failure(tf, lambda x, y: x / y, [None, 2], [None, 3]),
        _failure(tf, lambda x, y: tf.maximum(x, y), [2, 1, 3], [4, 2]),
        _failure(tf, lambda x, y: x > y, [2], [3]),
        _failure(tf, lambda x: tf.reshape(x, [7]), [2, 2]),
        _failure(tf, lambda x: tf.reshape(x, [2, 3]), [5]),
        _failure(tf, lambda x: tf.squeeze(x, [0]), [2, 2]),
        _failure(tf, lambda x: tf.transpose(x, [0, 2]), [2, 2]),
        _failure(tf, lambda x: tf.split(x, 3), [2, 2]),
        _failure(tf, lambda x: tf.reduce_sum(x, 3), [2, 2]),
        _failure(tf, lambda x: tf.reduce_mean(x, [0, -5]), [2, 2]),
        _failure(tf, lambda x, y: tf.stack([x, y]), [2], [3]),
        _failure(tf, lambda x: tf.gather(x, 1, axis=4), [2]),
        _failure(tf, lambda x: tf.broadcast_to(x, [3]), [2]),
        _failure(tf, lambda x: tf.tile(x, [1]), [2, 2]),
        _failure(tf, lambda x: tf.linalg.inv(x), [2, 3]),
        _failure(tf, lambda x: tf.expand_dims(x, 5), [2, 3]),
        _failure(tf, lambda x: x[5], [2]),
    ]


def an_error_that_is_caught(tf):
    @tf.function
    def f(x):
        try:
            return tf.reshape(x, [7])
        except ValueError as error:
            print(error)
            return x

    return f(tf.constant([1.0]))


def sorted_vectors(tf):
    @tf.function
    def f(x):
        return sorted(x), sorted(x, reverse=True), sorted(x, key=lambda y: -y), sorted([2, 1])

    return f(tf.constant([3, 1, 2])), type(attempt(f, tf.constant([[1]])))
