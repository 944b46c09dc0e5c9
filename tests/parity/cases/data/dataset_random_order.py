"""Random orders: shuffled datasets, random numbers, samples of datasets, turns of interleave."""

import time
import warnings

from tests.parity.case_helpers.pipelines import pipelines

_SETUP = """
import time
import warnings
warnings.simplefilter("ignore")
tf.random.set_seed(77)
R = D.range
a, b, c = R(8), R(100, 106), R(200, 203)
three = [a, b, c]
lazy = R(5).filter(lambda x: True)
choices = D.from_tensor_slices(np.array([0, 1, 1, 2, 0, 0, 2, 2, 2, 2, 1, 0]))
def seeded(seed, make):
    tf.random.set_seed(seed)
    try:
        return make()
    finally:
        pass
def odd(x):
    return tf.cast(x % 2, tf.int32)
def sizes(n):
    return lambda i: R(10 * i, 10 * i + n[i])
n = tf.constant([3, 0, 1, 5, 2], tf.int64)
"""

CASES = pipelines(
    """
    shuffle = R(10).shuffle(4, seed=1)
    shuffle of a buffer of one = R(10).shuffle(1, seed=1)
    shuffle of a larger buffer = R(10).shuffle(100, seed=1)
    shuffle of all = R(10).shuffle(tf.data.UNKNOWN_CARDINALITY, seed=1)
    shuffle of all by cardinality = R(10).shuffle(R(10).cardinality(), seed=1)
    shuffle once = R(10).shuffle(4, seed=1, reshuffle_each_iteration=False)
    shuffle with no choice = R(10).shuffle(4, seed=1, reshuffle_each_iteration=None)
    shuffle of a lazy dataset = lazy.shuffle(3, seed=2)
    shuffle of a lazy dataset of all = lazy.shuffle(-2, seed=2)
    shuffle of nothing = R(0).shuffle(3, seed=2)
    shuffle of shuffle = R(10).shuffle(4, seed=1).shuffle(3, seed=2)
    shuffle of shuffle once = R(10).shuffle(4, seed=1).shuffle(3, seed=2, reshuffle_each_iteration=False)
    shuffle and repeat = R(6).shuffle(4, seed=1).repeat(3)
    shuffle once and repeat = R(6).shuffle(4, seed=1, reshuffle_each_iteration=False).repeat(3)
    repeat and shuffle = R(6).repeat(3).shuffle(8, seed=1)
    shuffle and repeat for ever = R(6).shuffle(4, seed=1).repeat().take(15)
    shuffle, map and repeat = R(6).shuffle(4, seed=1).map(lambda x: x + 1).repeat(2)
    shuffle and batch = R(11).shuffle(4, seed=1).batch(3)
    shuffle, repeat and batch = R(7).shuffle(4, seed=1).repeat(2).batch(3)
    shuffle of pairs = D.zip(R(6), R(6, 12)).shuffle(6, seed=3)
    shuffle twice side by side = (lambda s: D.zip(s, s))(R(6).shuffle(6, seed=3))
    shuffle and concatenate = (lambda s: s.concatenate(s))(R(6).shuffle(6, seed=3))
    shuffle in flat_map = R(3).flat_map(lambda i: R(4).shuffle(4, seed=2))
    shuffle by a global seed = seeded(5, lambda: R(10).shuffle(4))
    shuffle by both seeds = seeded(5, lambda: R(10).shuffle(4, seed=7))
    shuffle by zeros = seeded(0, lambda: R(10).shuffle(4, seed=0))
    shuffle twice by a global seed = seeded(5, lambda: D.zip(R(8).shuffle(4), R(8).shuffle(4)))
    shuffle by a tensor = R(10).shuffle(4, seed=tf.constant(3, tf.int64))
    shuffle by a large seed = R(10).shuffle(4, seed=2**40)
    shuffle by a negative seed = R(10).shuffle(4, seed=-5)
    shuffle by a bool = R(10).shuffle(4, seed=True)
    shuffle of strings = D.from_tensor_slices(["a", "b", "c", "d"]).shuffle(4, seed=1)
    shuffle with errors = R(8).map(lambda x: 12 // (x - 3)).shuffle(3, seed=1)
    shuffle of size 0 = R(10).shuffle(0, seed=1)
    shuffle of size -1 = R(10).shuffle(-1, seed=1)
    shuffle of a text = R(10).shuffle("a", seed=1)
    shuffle of a vector = R(10).shuffle(tf.constant([1, 2], tf.int64), seed=1)
    shuffle by text = R(10).shuffle(4, seed="a")
    shuffle by a fraction = R(10).shuffle(4, seed=2.5)
    shuffle by a list = R(10).shuffle(4, seed=[1])
    shuffle by a vector = R(10).shuffle(4, seed=tf.constant([1, 2], tf.int64))
    shuffle by an int32 tensor = R(10).shuffle(4, seed=tf.constant(3))
    shuffle by a float tensor = R(10).shuffle(4, seed=tf.constant(2.5))
    reshuffle by a number = R(10).shuffle(4, seed=1, reshuffle_each_iteration=1)
    random = D.random(4).take(7)
    random again and again = D.random(4, rerandomize_each_iteration=True).take(7)
    random not again = D.random(4, rerandomize_each_iteration=False).take(7)
    random by a global seed = seeded(9, lambda: D.random().take(7))
    random cardinality = D.random(4).cardinality()
    random by text = D.random("a")
    random by a fraction = D.random(2.5)
    random by an int32 tensor = D.random(tf.constant(4))
    random by a vector = D.random(tf.constant([4, 5], tf.int64))
    random again by a number = D.random(4, rerandomize_each_iteration=5)
    random of experimental = E.RandomDataset(4).take(3)
    sample = D.sample_from_datasets(three, seed=6)
    sample and stop = D.sample_from_datasets(three, seed=6, stop_on_empty_dataset=True)
    sample of a list of weights = D.sample_from_datasets(three, [0.2, 0.5, 0.3], seed=6)
    sample of float64 weights = D.sample_from_datasets(three, tf.constant([0.1, 0.1, 0.8], tf.float64), seed=6)
    sample of numpy weights = D.sample_from_datasets(three, np.array([0.1, 0.1, 0.8], np.float32), seed=6)
    sample of a dataset of weights = D.sample_from_datasets(three, D.from_tensors([0.2, 0.5, 0.3]).repeat(), seed=6)
    sample of changing weights = D.sample_from_datasets(three, D.from_tensor_slices([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]), seed=6)
    sample of a weight of zero = D.sample_from_datasets(three, [0.0, 0.5, 0.5], seed=6)
    sample of weights of zero = D.sample_from_datasets(three, [0.0, 0.0, 0.0], seed=6)
    sample again and again = D.sample_from_datasets(three, seed=6, rerandomize_each_iteration=True)
    sample of one = D.sample_from_datasets([a], seed=6)
    sample of one with a weight = D.sample_from_datasets([a], [0.5], seed=6)
    sample by a global seed = seeded(3, lambda: D.sample_from_datasets(three))
    sample of an endless dataset = D.sample_from_datasets([a, b.repeat()], seed=6).take(12)
    sample of a lazy dataset = D.sample_from_datasets([a, lazy], seed=6)
    sample of shapes = D.sample_from_datasets([R(6).batch(2), R(6).batch(3, drop_remainder=True)], seed=1)
    sample of shuffles = D.sample_from_datasets([a.shuffle(3, seed=1), b.shuffle(3, seed=2)], seed=1)
    sample of nothing = D.sample_from_datasets([])
    sample of too few weights = D.sample_from_datasets(three, [0.5])
    sample of a wrong tensor of weights = D.sample_from_datasets(three, tf.constant([1.0, 2.0]))
    sample of integer weights = D.sample_from_datasets(three, [1, 2, 3])
    sample of other elements = D.sample_from_datasets([a, D.zip(a, a)])
    sample of other types = D.sample_from_datasets([a, R(3, output_type=tf.int32)])
    sample by text = D.sample_from_datasets(three, seed="a")
    sample and stop at a number = D.sample_from_datasets(three, stop_on_empty_dataset=5)
    sample again by a number = D.sample_from_datasets(three, rerandomize_each_iteration=5)
    sample of experimental = E.sample_from_datasets(three, seed=6)
    choose = D.choose_from_datasets(three, choices)
    choose and go on = D.choose_from_datasets(three, choices.repeat(3), stop_on_empty_dataset=False)
    choose of endless choices = D.choose_from_datasets(three, R(3).repeat())
    choose and go on for ever = D.choose_from_datasets(three, R(3).repeat(), stop_on_empty_dataset=False)
    choose out of range = D.choose_from_datasets(three, R(5))
    choose a negative number = D.choose_from_datasets(three, R(-1, 2))
    choose of nothing = D.choose_from_datasets([], choices)
    choose by a number = D.choose_from_datasets(three, 5)
    choose by int32 = D.choose_from_datasets(three, R(3, output_type=tf.int32))
    choose of experimental = E.choose_from_datasets(three, choices)
    resample = R(20).rejection_resample(odd, [0.5, 0.5], [0.6, 0.4], seed=3)
    resample with estimates = R(20).rejection_resample(odd, [0.9, 0.1], seed=3)
    resample to the same = R(8).rejection_resample(odd, [0.5, 0.5], [0.5, 0.5], seed=3)
    resample to one class = R(20).rejection_resample(odd, [0.0, 1.0], [0.5, 0.5], seed=3)
    resample pairs = D.zip(R(9), R(9)).rejection_resample(lambda x, y: odd(x), [0.2, 0.8], [0.5, 0.5], seed=3)
    resample of experimental = R(20).apply(E.rejection_resample(odd, [0.9, 0.1], seed=3))
    shuffle_and_repeat = R(6).apply(E.shuffle_and_repeat(4, 3, seed=5))
    shuffle_and_repeat for ever = R(6).apply(E.shuffle_and_repeat(4, seed=5)).take(15)
    shuffle_and_repeat of all = R(6).apply(E.shuffle_and_repeat(-2, 2, seed=5))
    shuffle_and_repeat of size 0 = R(6).apply(E.shuffle_and_repeat(0, 2, seed=5))
    shuffle_and_repeat never = R(6).apply(E.shuffle_and_repeat(3, 0, seed=5))
    interleave = R(5).interleave(sizes(n), cycle_length=2)
    interleave by blocks = R(5).interleave(sizes(n), cycle_length=3, block_length=2)
    interleave in a long cycle = R(5).interleave(sizes(n), cycle_length=9, block_length=2)
    interleave in parallel = R(5).interleave(sizes(n), cycle_length=3, num_parallel_calls=2, deterministic=True)
    interleave in parallel blocks = R(5).interleave(sizes(n), cycle_length=2, block_length=3, num_parallel_calls=tf.data.AUTOTUNE)
    interleave of too many calls = R(5).interleave(sizes(n), cycle_length=2, num_parallel_calls=3)
    interleave of no cycle = R(5).interleave(sizes(n), cycle_length=0)
    parallel_interleave = R(5).apply(E.parallel_interleave(sizes(n), 2))
    parallel_interleave by blocks = R(5).apply(E.parallel_interleave(sizes(n), 3, 2))
    parallel_interleave of no cycle = R(5).apply(E.parallel_interleave(sizes(n), 0))
    parallel_interleave of no block = R(5).apply(E.parallel_interleave(sizes(n), 2, 0))
    """,
    _SETUP,
    epochs=2,
)


def seeds_of_graphs_around(tf):
    def function(x):
        return tf.random.shuffle([x, x + 1, x + 2])

    def seeded(x):
        return tf.random.shuffle([x, x + 1, x + 2], seed=4)

    def warned(graph_function, chosen):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            graph_function(chosen)
        return [str(warning.message) for warning in caught]

    @tf.function
    def mapped(chosen):
        return tf.data.Dataset.range(3).map(chosen).cardinality()

    tf.random.set_seed(3)
    return [
        warned(mapped, function),
        warned(mapped, seeded),
        warned(tf.data.Dataset.range(3).map, function),
        list(tf.data.Dataset.range(2).map(function)),
    ]


def random_operations_on_lists_of_tensors(tf):
    tf.random.set_seed(4)

    @tf.function
    def drawn(x):
        return [
            tf.random.shuffle([x, x + 1, x + 2]),
            tf.random.categorical([[x, 1.0]], 2),
            tf.random.gamma([2], [x, 1.0]),
            tf.random.poisson([1], [x, 2.0]),
            tf.random.uniform([2], x, [x + 1, x + 2]),
            tf.random.normal([2], [x, x]),
            tf.nn.dropout([x, x], 0.5),
        ]

    return drawn(tf.constant(1.0))


def passes_begun_by_iterators_before(tf):
    """Iterators that end with a pass; each has begun the next one, as TensorFlow reads ahead."""
    tf.random.set_seed(5)

    def kept(**switches):
        options = tf.data.Options()
        for name, value in switches.items():
            part, _, name = name.partition("__")
            setattr(getattr(options, part), name, value)
        return options

    numbers = tf.data.Dataset.range(12)
    shuffled = numbers.shuffle(12, seed=1)
    tables = {
        "repeat": lambda: shuffled.repeat().batch(3),
        "repeat batches": lambda: shuffled.batch(3).repeat(),
        "prefetch": lambda: shuffled.repeat().batch(3).prefetch(1),
        "prefetch by itself": lambda: shuffled.repeat().batch(3).prefetch(tf.data.AUTOTUNE),
        "small buffer": lambda: numbers.shuffle(5, seed=1).repeat().batch(3),
        "map": lambda: shuffled.repeat().map(lambda x: x + 1, num_parallel_calls=2).batch(3),
        "of prefetch": lambda: shuffled.batch(3).prefetch(1).repeat(),
        "cache": lambda: numbers.cache().shuffle(12, seed=1).repeat().batch(3),
        "not injected": lambda: (
            shuffled.repeat()
            .batch(3)
            .with_options(kept(experimental_optimization__inject_prefetch=False))
        ),
        "not tuned": lambda: shuffled.repeat().batch(3).with_options(kept(autotune__enabled=False)),
        "not optimized": lambda: (
            shuffled.repeat()
            .batch(3)
            .with_options(kept(experimental_optimization__apply_default_optimizations=False))
        ),
        "once": lambda: shuffled.batch(3),
        "twice": lambda: shuffled.repeat(2).batch(3),
    }
    result = {}
    for name, make in tables.items():
        dataset = make()
        for count in (4, 4, 2):
            iterator = iter(dataset)
            batches = [next(iterator) for _ in range(count)]
            time.sleep(0.03)  # TensorFlow reads ahead in a thread
            result.setdefault(name, []).append(tf.concat(batches, 0))
    return result


def random_functions_of_datasets_that_are_used_twice(tf):
    data = tf.data.Dataset
    tf.random.set_seed(3)
    drawn = data.range(3).map(lambda x: tf.random.uniform([]))
    choices = data.from_tensor_slices(tf.constant([0, 1, 1, 0, 0, 1], tf.int64))
    return {
        "twice": [list(drawn), list(drawn)],
        "zip": list(data.zip((drawn, drawn))),
        "zip of derived ones": list(data.zip((drawn, drawn.map(lambda x: 2 * x), drawn))),
        "zip, repeated": list(data.zip((drawn, drawn)).repeat(2)),
        "concatenate": list(drawn.concatenate(drawn)),
        "concatenate, repeated": list(drawn.concatenate(drawn).repeat(2)),
        "repeat": list(drawn.repeat(2)),
        "choose": list(data.choose_from_datasets([drawn, drawn], choices)),
        "flat_map": list(data.range(2).flat_map(lambda i: drawn)),
        "interleave": list(data.range(2).interleave(lambda i: drawn, cycle_length=2)),
    }
