"""Random access to elements by `tf.data.experimental.at`."""

import numpy as np

from tests.parity.harness import attempt


def _kinds(tf):
    dataset = tf.data.Dataset
    numbers = dataset.range(5)
    return {
        "batch": numbers.batch(2),
        "parallel batch": numbers.batch(2, num_parallel_calls=2),
        "full batches": numbers.batch(2, drop_remainder=True),
        "padded batch": numbers.padded_batch(2),
        "interleave": numbers.interleave(dataset.range, num_parallel_calls=2),
        "repeat": numbers.repeat(2),
        "infinite": numbers.repeat(),
        "of infinite": numbers.repeat().map(lambda x: x),
        "batches of infinite": numbers.repeat().batch(2),
        "some of infinite": numbers.repeat().take(3),
        "zip": dataset.zip(numbers, numbers.repeat()),
        "concatenate": numbers.concatenate(numbers.repeat()),
        "window": numbers.window(2),
        "unbatch": numbers.batch(2, drop_remainder=True).unbatch(),
        "unbatch unequal": numbers.batch(2).unbatch(),
        "rebatch": numbers.batch(2).rebatch(3),
        "enumerate": numbers.enumerate(),
        "shard": numbers.shard(2, 1),
        "assert": numbers.apply(tf.data.experimental.assert_cardinality(5)),
        "random": dataset.random(seed=1),
        "text": tf.data.TextLineDataset("none"),
        "sparse": dataset.from_tensor_slices(tf.sparse.from_dense([[1, 0], [0, 2]])),
    }


def elements_and_errors(tf):
    tf.random.set_seed(3)
    at = tf.data.experimental.at
    return {
        name: [attempt(at, dataset, i) for i in (0, 1, -1, 100)]
        for name, dataset in _kinds(tf).items()
    }


def shuffled(tf):
    orders = []
    for seed in (3, 7):
        tf.random.set_seed(seed)
        for count, own, reshuffles in ((4, 1, True), (9, 2, False), (9, 3, False), (20, 5, True)):
            dataset = tf.data.Dataset.range(count).shuffle(3, own, reshuffles)
            for _ in range(2):
                orders.append([int(tf.data.experimental.at(dataset, i)) for i in range(count)])
                list(dataset)
    twice = tf.data.Dataset.range(3).repeat(2).shuffle(2, seed=4)
    orders.append([int(tf.data.experimental.at(twice, i)) for i in range(6)])
    cached = tf.data.Dataset.range(6).shuffle(2, seed=4).cache().map(lambda x: x * 10)
    orders.append([int(tf.data.experimental.at(cached, i)) for i in range(6)])
    orders.append([int(x) for x in cached])
    return np.concatenate(orders)


def of_caches(tf):
    calls = []

    def count(x):
        calls.append(int(x))
        return x

    counted = tf.data.Dataset.range(5).map(lambda x: tf.numpy_function(count, [x], tf.int64))
    cached = counted.cache()
    filtered = tf.data.Dataset.range(4).filter(lambda x: x != 1).cache()
    in_file = counted.cache("none")
    return [
        [int(tf.data.experimental.at(cached, i)) for i in (3, 1, 1)],
        len(list(cached)),
        list(calls),
        [attempt(tf.data.experimental.at, filtered, i) for i in (2, 0, 3, -1)],
        attempt(tf.data.experimental.at, in_file, 0),
    ]


def in_functions(tf):
    @tf.function
    def both(dataset, index):
        own = tf.data.Dataset.range(5).map(lambda x: x * 2)
        return tf.data.experimental.at(dataset, index), tf.data.experimental.at(own, 1)

    batches = tf.data.Dataset.range(6).batch(2)
    last = tf.constant(2, tf.int64)
    error = attempt(lambda: both(batches, tf.constant(9, tf.int64)))
    return [both(batches, last), type(error).__name__]
