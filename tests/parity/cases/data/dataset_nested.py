"""Components that are no tensors: lists of datasets, sparse values of TensorFlow 1, errors in windows."""

from collections import namedtuple

import numpy as np

from tests.parity.harness import attempt

_Pair = namedtuple("Pair", ("a", "b"))


def _two(tf):
    return [tf.data.Dataset.range(3), tf.data.Dataset.range(5, 7)]


def lists_of_datasets(tf):
    tf.random.set_seed(2)
    dataset, two = tf.data.Dataset, _two(tf)
    elements = dataset.from_tensor_slices(two)
    named = dataset.from_tensors(_Pair(3, "text"))
    return [
        repr(dataset.from_tensor_slices([named, named]).element_spec),
        repr(dataset.from_tensors(two).element_spec),
        repr(dataset.from_tensor_slices((two, [1, 2])).element_spec),
        repr(dataset.from_tensor_slices([two, two]).element_spec),
        list(elements.flat_map(lambda x: x)),
        list(elements.interleave(lambda x: x)),
        [list(x) for x in elements],
        list(
            dataset.from_tensor_slices((two, np.array([10, 20]))).flat_map(
                lambda x, y: x.map(lambda z: z + y)
            )
        ),
        list(dataset.from_tensors(two).flat_map(dataset.from_tensor_slices).flat_map(lambda x: x)),
        list(elements.concatenate(elements.take(1)).repeat(2).flat_map(lambda x: x)),
        list(elements.shuffle(2, seed=1).skip(1).flat_map(lambda x: x)),
        list(dataset.from_tensors(two).unbatch().batch(1).unbatch().flat_map(lambda x: x)),
    ]


def batches_of_datasets(tf):
    dataset = tf.data.Dataset
    numbers = dataset.range(4).map(lambda i: dataset.range(i))
    batches = numbers.batch(3)
    optional = tf.experimental.Optional.from_value(1)
    return [
        repr(numbers.batch(3, drop_remainder=True).batch(1).element_spec),
        repr(batches.map(lambda x: x).element_spec),
        list(batches.map(lambda x: x).unbatch().flat_map(lambda x: x)),
        list(batches.flat_map(dataset.from_tensor_slices).flat_map(lambda x: x)),
        list(batches.rebatch(2).unbatch().flat_map(lambda x: x)),
        attempt(lambda: batches.padded_batch(2).element_spec),
        attempt(lambda: numbers.unbatch().element_spec),
        attempt(lambda: dataset.from_tensor_slices([dataset.range(3), 4]).element_spec),
        attempt(lambda: dataset.from_tensor_slices(dataset.range(3)).element_spec),
        attempt(lambda: dataset.from_tensors(optional).batch(2).element_spec),
    ]


def lists_of_datasets_in_functions(tf):
    dataset = tf.data.Dataset

    @tf.function
    def total(datasets):
        result = tf.constant(0, tf.int64)
        for items in datasets:
            for item in items:
                result += item
        return result

    @tf.function
    def joined(one, two):
        return dataset.from_tensor_slices([one, two]).flat_map(lambda x: x)

    return [total(dataset.from_tensor_slices(_two(tf))), list(joined(*_two(tf)))]


def sparse_values(tf):
    dataset, sparse = tf.data.Dataset, tf.compat.v1.SparseTensorValue
    value = sparse(np.array([[0, 0], [1, 1]]), np.array([1, 2]), np.array([2, 3]))
    spec = tf.SparseTensorSpec([2, 3], tf.int64)

    def row(i):
        return sparse([[0]], i * [1], [1])

    return [
        repr(dataset.from_tensors((value, 1)).element_spec),
        list(dataset.from_tensor_slices(value)),
        list(dataset.range(3).map(row).batch(2)),
        list(dataset.range(3).map(row).window(2).flat_map(lambda x: x.batch(2))),
        list(dataset.from_generator(lambda: [value], output_signature=spec)),
        dataset.range(2).reduce(row(np.array(1)), lambda state, i: row(tf.cast(i, tf.int64))),
        list(dataset.range(2).scan(value, lambda state, i: (state, state))),
        tf.experimental.Optional.from_value(value).get_value(),
        tf.SparseTensor.from_value(value),
        repr(tf.type_spec_from_value(value)),
        attempt(lambda: dataset.from_tensors(value).padded_batch(2).element_spec),
    ]


def padding_of_nests(tf):
    elements = tf.data.Dataset.range(1, 4).map(lambda x: (x, {"a": tf.fill([x], x)}))

    def padded(values):
        return attempt(lambda: list(elements.padded_batch(2, padding_values=values)))

    seven = tf.constant(7, tf.int64)
    return [padded(x) for x in ((None, None), (seven, None), (None, {"a": seven}), (seven, 7))]


def windows_around_errors(tf):
    values = np.array([1, np.nan, 2, np.nan, 3, 4, 5], np.float32)
    checked = tf.data.Dataset.from_tensor_slices(values).map(
        lambda x: tf.debugging.check_numerics(x, "message")
    )
    counts = []
    for size, shift, stride in ((2, 2, 2), (2, 2, 1), (1, 2, 1), (1, 3, 1)):
        windows = iter(checked.window(size, shift, stride).flat_map(lambda x: x.batch(4)))
        for _ in range(9):
            try:
                counts.append(next(windows))
            except StopIteration:
                counts.append("end")
                break
            except tf.errors.InvalidArgumentError:
                counts.append("error")
    return counts


def loops_that_change_shapes(tf):
    dataset = tf.data.Dataset

    @tf.function
    def collected(numbers):
        result = tf.zeros([1], tf.int64)
        for number in numbers:
            result = tf.concat([result, [number]], 0)
            if number > 3:
                break
        return result

    @tf.function
    def added(pairs):
        result = tf.zeros([], tf.int64)
        for pair in pairs:
            result += pair
        return result

    @tf.function
    def of_iterator(numbers):
        result = tf.zeros([1], tf.int64)
        for number in iter(numbers):
            result = tf.concat([result, [number]], 0)
        return result

    @tf.function
    def of_other_type(numbers):
        result = tf.zeros([1], tf.int64)
        for _ in numbers:
            result = tf.cast(result, tf.float32)
        return result

    numbers = dataset.range(6)
    return [
        collected(numbers),
        repr(collected.get_concrete_function(numbers).structured_outputs),
        added(dataset.zip(numbers, numbers)),
        repr(added.get_concrete_function(dataset.zip(numbers, numbers)).structured_outputs),
        attempt(lambda: of_iterator(numbers)),
        attempt(lambda: of_other_type(numbers)),
    ]


def branches(tf):
    dataset = tf.data.Dataset

    @tf.function
    def chosen(x):
        return tf.cond(x > 1, lambda: dataset.range(3), lambda: dataset.range(5).skip(1))

    @tf.function
    def changed(x, numbers):
        if x > 1:
            numbers = numbers.map(lambda y: y * 2)
        return numbers

    @tf.function
    def wider(x):
        return tf.cond(
            x > 1, lambda: dataset.range(3).batch(2), lambda: dataset.range(3).batch(3, True)
        )

    @tf.function
    def optional(x):
        value, nothing = tf.experimental.Optional.from_value, tf.experimental.Optional.empty
        spec = tf.TensorSpec([], tf.int32)
        return tf.cond(x > 1, lambda: value(x), lambda: nothing(spec)).has_value()

    @tf.function
    def unlike(x):
        return tf.cond(x > 1, lambda: dataset.range(3), lambda: dataset.from_tensors([1, 2]))

    def in_element(x):
        result = dataset.from_tensors(x)
        if x == 0:  # noqa: SIM108
            result = result.map(lambda y: y + 100)
        else:
            result = result.repeat(2)
        return result

    small, large = tf.constant(0), tf.constant(5)
    return [
        [list(chosen(x)) for x in (small, large)],
        [list(changed(x, dataset.range(3))) for x in (small, large)],
        repr(wider(small).element_spec),
        [optional(x) for x in (small, large)],
        attempt(unlike, small),
        list(dataset.range(3).flat_map(in_element)),
        list(dataset.range(3).interleave(in_element, num_parallel_calls=2)),
    ]


def ends_of_iterations(tf):
    log = []

    def generate():
        try:
            yield from range(5)
        finally:
            log.append("closed")

    dataset = tf.data.Dataset
    options = tf.data.Options()
    options.experimental_optimization.inject_prefetch = False
    taken = dataset.from_generator(generate, output_types=tf.int64).take(2).with_options(options)
    iterator = iter(taken)
    for _ in range(3):
        next(iterator, None)
        log.append("read")
    tf.random.set_seed(1)
    cached = dataset.range(6).shuffle(6).cache()
    unfinished = iter(cached)
    return [
        log,
        [int(next(unfinished)) for _ in range(6)],
        list(cached),
        list(dataset.range(3).batch(2).rebatch([0, 1])),
        list(dataset.range(0).batch(2).rebatch([1, 0])),
    ]
