"""Datasets that traced functions make, take, iterate over and return; also functions of datasets."""

import numpy as np

from tests.parity.harness import attempt


def _described(tf, make):
    """The calls of Python, the spec and the elements of a dataset, in two epochs."""
    calls = []

    def counted(function):
        def call(*args):
            calls.append(1)
            return function(*args)

        return call

    tf.random.set_seed(3)
    dataset = make(tf.data.Dataset, counted)

    def read(value):
        if isinstance(value, tf.data.Dataset):
            return [read(item) for item in value]
        return value

    return [
        repr(dataset.element_spec),
        dataset.cardinality(),
        [read(element) for element in dataset],
        [read(element) for element in dataset],
        len(calls),
    ]


def flat_maps(tf):
    int64 = tf.int64
    cases = [
        lambda d, f: d.range(4).flat_map(f(lambda x: d.range(x))),
        lambda d, f: d.range(3).flat_map(f(lambda x: d.from_tensors(x).repeat(x + 1))),
        lambda d, f: d.from_tensor_slices([[1, 2], [3, 4]]).flat_map(f(d.from_tensor_slices)),
        lambda d, f: d.from_tensor_slices([[1, 2], [3, 4]]).flat_map(
            f(lambda x: d.from_tensor_slices(x).map(f(lambda y: y + x[0])))
        ),
        lambda d, f: d.range(3).flat_map(f(lambda x: d.range(2).map(f(lambda y: (x, y))).batch(2))),
        lambda d, f: d.range(3).flat_map(
            f(
                lambda x: (
                    d.range(6)
                    .filter(lambda y: y % (x + 1) == 0)
                    .batch(tf.cast(x, int64) + 1, drop_remainder=True)
                )
            )
        ),
        lambda d, f: d.range(3).flat_map(f(lambda x: d.zip((d.range(x), d.range(5))))),
        lambda d, f: d.range(3).flat_map(f(lambda x: d.range(x).concatenate(d.range(2)))),
        lambda d, f: d.range(3).flat_map(f(lambda x: d.range(4).shuffle(4, seed=1))),
        lambda d, f: d.range(3).flat_map(f(lambda x: d.range(4).shuffle(4))),
        lambda d, f: d.range(3).flat_map(f(lambda x: d.range(5).skip(x).take(2).repeat(2))),
        lambda d, f: d.range(3).flat_map(
            f(lambda x: d.range(2).map(f(lambda y: tf.random.uniform([]))))
        ),
        lambda d, f: d.range(3).interleave(f(lambda x: d.range(x, x + 3)), cycle_length=2),
        lambda d, f: d.range(3).interleave(
            f(lambda x: d.range(x, x + 3)), cycle_length=2, num_parallel_calls=2
        ),
        lambda d, f: d.range(3).map(f(lambda x: d.range(x))),
    ]
    return [_described(tf, make) for make in cases]


def windows(tf):
    zero = np.int64(0)
    cases = [
        lambda d, f: (
            d.range(7).window(3, shift=2, drop_remainder=True).flat_map(f(lambda w: w.batch(3)))
        ),
        lambda d, f: (
            d.from_tensor_slices({"a": [1, 2, 3], "b": [4, 5, 6]})
            .window(2)
            .flat_map(f(lambda w: d.zip((w["a"], w["b"]))))
        ),
        lambda d, f: d.range(7).window(3).map(f(lambda w: w)),
        lambda d, f: d.range(7).window(3).map(f(lambda w: w.reduce(zero, lambda a, b: a + b))),
        lambda d, f: (
            d.range(7)
            .window(3)
            .flat_map(f(lambda w: w.map(f(lambda x: x * 2)).batch(3, drop_remainder=True)))
        ),
        lambda d, f: d.range(4).window(1).map(f(lambda w: w.get_single_element())),
        lambda d, f: d.range(7).window(3).map(f(lambda w: w.cardinality())),
    ]
    return [_described(tf, make) for make in cases]


def groups(tf):
    cases = [
        lambda d, f: d.range(7).group_by_window(
            f(lambda x: x % 2), f(lambda k, w: w.batch(2)), window_size=2
        ),
        lambda d, f: d.range(7).group_by_window(
            f(lambda n: n % 2), f(lambda k, w: w.map(lambda x: x * k).padded_batch(2)), 3
        ),
        lambda d, f: d.range(7).group_by_window(
            f(lambda x: x % 2), f(lambda k, w: w.batch(2)), window_size_func=f(lambda n: n + 1)
        ),
        lambda d, f: (
            d.range(1, 8)
            .map(lambda x: tf.range(x))
            .bucket_by_sequence_length(f(lambda row: tf.size(row)), [3, 5], [2, 2, 2])
        ),
        lambda d, f: (
            d.range(1, 5)
            .map(lambda x: tf.range(x))
            .bucket_by_sequence_length(
                f(lambda row: tf.size(row)), [3, 5], [2, 2, 2], pad_to_bucket_boundary=True
            )
        ),
        lambda d, f: (
            d.range(1, 5)
            .map(lambda x: tf.range(x // 3 + 1))
            .bucket_by_sequence_length(f(lambda row: tf.size(row)), [2], [2, 2], no_padding=True)
        ),
    ]
    return [_described(tf, make) for make in cases]


def loops(tf):
    dataset = tf.data.Dataset
    calls = []

    @tf.function
    def total(numbers):
        calls.append("total")
        result = tf.constant(0, tf.int64)
        for x in numbers:
            result += x
        return result

    @tf.function
    def until(limit):
        calls.append("until")
        result = tf.constant(0, tf.int64)
        for x in dataset.range(9).map(lambda x: x * 2):
            if x > limit:
                break
            result += x
        return result

    @tf.function
    def numbered(size):
        calls.append("numbered")
        result = tf.constant(0, tf.int64)
        for i, x in dataset.range(size).enumerate():
            result += x * i
        return result

    @tf.function
    def pairs(elements):
        one, two = tf.constant(0), tf.constant(0.0)
        for x, y in elements:
            one += x
            two += y["k"]
        return one, two

    @tf.function
    def first_above(numbers, limit):
        for x in numbers:
            if x > limit:
                return x
        return tf.constant(-1, tf.int64)

    @tf.function
    def defined_in_the_loop(numbers):
        for x in numbers:
            last = x + 1
        return last

    @tf.function
    def rows(numbers):
        array = tf.TensorArray(tf.int64, 0, dynamic_size=True)
        for i, x in numbers.enumerate():
            array = array.write(tf.cast(i, tf.int32), x)
        return array.stack()

    elements = dataset.from_tensor_slices(([1, 2], {"k": [1.0, 2.0]}))
    return [
        total(dataset.range(5)),
        total(dataset.range(7)),
        until(tf.constant(6, tf.int64)),
        numbered(tf.constant(3, tf.int64)),
        numbered(tf.constant(5, tf.int64)),
        pairs(elements),
        attempt(first_above, dataset.range(5), tf.constant(2, tf.int64)),
        attempt(defined_in_the_loop, dataset.range(3)),
        attempt(rows, dataset.range(3)),
        calls,
    ]


def effects(tf):
    variable = tf.Variable(0, dtype=tf.int64)
    numbers = tf.data.Dataset.range(4)

    @tf.function
    def add_all(dataset):
        for x in dataset:
            variable.assign_add(x)
            print("traced")
            tf.print(x, output_stream="file:///dev/null")

    @tf.function
    def closure():
        result = tf.constant(0, tf.int64)
        for x in numbers:
            result += x + variable
        return result

    add_all(numbers)
    return [variable.numpy(), closure(), closure()]


def reductions(tf):
    dataset = tf.data.Dataset
    calls = []

    @tf.function
    def total(numbers):
        calls.append(1)
        return numbers.reduce(np.int64(0), lambda a, b: a + b)

    @tf.function
    def random():
        return (
            dataset.range(3)
            .map(lambda x: tf.random.uniform([], seed=1))
            .reduce(0.0, lambda a, b: a + b)
        )

    @tf.function
    def single(x):
        return dataset.from_tensors(x).map(lambda y: y * 2).get_single_element()

    tf.random.set_seed(1)
    return [
        total(dataset.range(4)),
        total(dataset.range(6)),
        len(calls),
        random(),
        random(),
        single(tf.constant(3)),
    ]


def results(tf):
    dataset = tf.data.Dataset

    @tf.function
    def doubled(size):
        return dataset.range(size).map(lambda y: y * 2)

    @tf.function
    def both(numbers):
        return {"a": numbers.take(2), "b": numbers.skip(2)}

    made = doubled(tf.constant(3, tf.int64))
    parts = both(dataset.range(5))
    return [repr(made.element_spec), list(made), list(made), [list(parts[k]) for k in "ab"]]


def iterators(tf):
    dataset = tf.data.Dataset
    calls = []

    @tf.function
    def doubled(iterator):
        calls.append("doubled")
        return iterator.get_next() * 2

    @tf.function
    def two(iterator):
        calls.append("two")
        result = tf.constant(0, tf.int64)
        for _ in tf.range(2):
            result += next(iterator)
        return result

    @tf.function
    def made_inside(numbers):
        iterator = iter(numbers)
        return next(iterator) - 10 * next(iterator)

    @tf.function
    def has_more(iterator):
        calls.append("has_more")
        return iterator.get_next_as_optional().has_value()

    @tf.function
    def rest(iterator):
        result = tf.constant(0, tf.int64)
        for x in iterator:
            result += x
        return result

    iterator = iter(dataset.range(5))
    found = [doubled(iterator), two(iterator), next(iterator), doubled(iterator)]
    end = attempt(doubled, iterator)
    begun = iter(dataset.range(5))
    next(begun)
    return [
        found,
        type(end).__name__,
        made_inside(dataset.range(1, 4)),
        has_more(iter(dataset.range(1))),
        has_more(iter(dataset.range(0))),
        rest(begun),
        calls,
    ]


def gradients(tf):
    @tf.function
    def slope(numbers, w):
        with tf.GradientTape() as tape:
            tape.watch(w)
            loss = tf.constant(0.0)
            for x in numbers:
                loss += w * w * x
        return tape.gradient(loss, w), loss

    return slope(tf.data.Dataset.from_tensor_slices([1.0, 2.0]), tf.constant(3.0))


def training(tf):
    weight = tf.Variable(1.0)

    @tf.function
    def train(batches):
        for x, y in batches:
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean((weight * x - y) ** 2)
            weight.assign_sub(0.01 * tape.gradient(loss, weight))

    rows = np.arange(12.0, dtype=np.float32)
    train(tf.data.Dataset.from_tensor_slices((rows, 3 * rows)).batch(4))
    return weight.numpy()


def functions_that_create_variables(tf):
    """A function of a dataset, or a loop over one, creates variables in its first trace."""

    class Sum(tf.Module):
        total = None

        def __call__(self, x):
            if self.total is None:
                self.total = tf.Variable(tf.ones([], tf.int64) * 2)
            return self.total.assign_add(x) + 0

    dataset = tf.data.Dataset.range(4)
    zero = tf.constant(0, tf.int64)
    mapped, reduced, looped, in_function = Sum(), Sum(), Sum(), Sum()

    @tf.function
    def loop():
        total = zero
        for x in dataset.take(3):
            total += looped(x)
        return total

    @tf.function
    def reduce():
        return dataset.reduce(zero, lambda total, x: total + in_function(x))

    weight = tf.Variable(3.0)
    optimizer = tf.keras.optimizers.Adam(0.1)

    @tf.function
    def train():
        step = 0
        for x in tf.data.Dataset.from_tensor_slices([1.0, 2.0]):
            with tf.GradientTape() as tape:
                loss = (weight - x) ** 2
            optimizer.apply_gradients([(tape.gradient(loss, weight), weight)])
            step += 1
        return step

    return [
        list(dataset.map(mapped)),
        mapped.total,
        dataset.reduce(zero, lambda total, x: total + reduced(x)),
        [loop(), loop(), looped.total],
        [reduce(), in_function.total],
        [train(), weight, len(optimizer.variables)],
        attempt(dataset.map, lambda x: tf.Variable(3) + 1),
    ]
