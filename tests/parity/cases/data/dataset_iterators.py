"""Iterators, optionals, specs, options, random access and single elements."""

import collections

import numpy as np

from tests.parity.case_helpers.pipelines import pipelines, plain, raised
from tests.parity.harness import attempt

_SETUP = """
d = D.range(5)
pairs = D.from_tensor_slices(([1, 2, 3], ["a", "b", "c"]))
P = tf.experimental.Optional
R = tf.ragged.constant([[1], [2, 3]])
M = tf.sparse.from_dense([[1, 0], [0, 2]])
init = lambda *rows: E.DatasetInitializer(D.from_tensor_slices(rows))
"""

CASES = pipelines(
    """
    single = d.take(1).get_single_element()
    single of a pair = pairs.skip(2).get_single_element()
    single of many = d.get_single_element()
    single of none = d.take(0).get_single_element()
    single of an error = d.skip(3).take(1).map(lambda x: tf.gather([1, 2], x)).get_single_element()
    numpy = list(d.as_numpy_iterator())
    numpy of pairs = list(pairs.as_numpy_iterator())
    numpy of dicts = list(D.from_tensor_slices({"a": [1], "b": [[2.]]}).as_numpy_iterator())
    numpy of none = list(D.from_tensors((None, 1)).as_numpy_iterator())
    numpy of datasets = d.window(2).as_numpy_iterator()
    numpy of ragged = [str(x) for x in D.from_tensors(R).as_numpy_iterator()]
    length = len(d)
    length of infinite = len(d.repeat())
    length of unknown = len(d.filter(lambda x: True))
    truth = bool(d.take(0))
    at = E.at(d, 2)
    at of pairs = E.at(pairs, 1)
    at of a batch = E.at(d.batch(2), 1)
    at of the last batch = E.at(d.batch(2), 2)
    at of a map = E.at(d.map(lambda x: x * 2), 3)
    at of take and skip = [E.at(d.take(3), 2), E.at(d.skip(3), 1)]
    at of repeat = E.at(d.repeat(3), 12)
    at of shard = E.at(d.shard(2, 1), 1)
    at of zip = E.at(D.zip(d, pairs), 2)
    at of concatenate = E.at(d.concatenate(D.range(10, 13)), 6)
    at of cache = E.at(d.cache(), 2)
    at of prefetch = E.at(d.prefetch(2), 2)
    at of a list = E.at(E.from_list([1, 2]), 1)
    at of a tensor = E.at(D.from_tensors(3), 0)
    at beyond = E.at(d, 7)
    at beyond a tensor = E.at(D.from_tensors(3), 1)
    at a negative index = E.at(d, -1)
    at of a filter = E.at(d.filter(lambda x: True), 0)
    empty optional = P.empty(S([], tf.int32)).has_value()
    value of an empty optional = P.empty(S([], tf.int32)).get_value()
    optional of a nest = P.from_value({"a": 1, "b": (2., "x")}).get_value()
    optional of sparse = P.from_value(M).get_value()
    spec of an optional = P.from_value((1, [2.])).element_spec
    text of specs = [repr(x) for x in (tf.OptionalSpec(S([], tf.int32)), tf.data.DatasetSpec(S([], tf.int32)), tf.data.IteratorSpec(S([], tf.int32)))]
    specs of values = [repr(tf.type_spec_from_value(x)) for x in (d, iter(d), P.from_value(1))]
    equal specs = [tf.data.DatasetSpec(S([], tf.int64)) == d._type_spec, tf.data.DatasetSpec(S([], tf.int32)).is_compatible_with(d)]
    structure = [repr(E.get_structure(x)) for x in (pairs, iter(d))]
    structure of a number = E.get_structure(3)
    cardinality = [E.cardinality(d), E.cardinality(d.repeat())]
    constants = [tf.data.AUTOTUNE, tf.data.INFINITE_CARDINALITY, tf.data.UNKNOWN_CARDINALITY, E.AUTOTUNE, E.SHARD_HINT]
    next optionals = [E.get_next_as_optional(iter(d)).get_value()]
    table = tf.lookup.StaticHashTable(init([1, 2], ["a", "b"]), "-").lookup(tf.constant([2, 3])).numpy().tolist()
    table of int64 = tf.lookup.StaticHashTable(init(["a", "b"], np.array([5, 6])), -1).lookup(tf.constant(["b", "c"]))
    table from a dataset = E.table_from_dataset(D.from_tensor_slices((["a", "b"], [1., 2.]))).lookup(tf.constant(["b", "c"]))
    table from a dataset with buckets = E.table_from_dataset(D.from_tensor_slices((["a", "b"], np.array([0, 1]))), num_oov_buckets=2).lookup(tf.constant(["b", "c"]))
    index table = E.index_table_from_dataset(D.from_tensor_slices(["a", "b"])).lookup(tf.constant(["b", "c"]))
    index table with buckets = E.index_table_from_dataset(D.from_tensor_slices(["a", "b"]), num_oov_buckets=3).lookup(tf.constant(["b", "c", "d"]))
    index table of a size = E.index_table_from_dataset(D.from_tensor_slices(["a", "b", "c"]), vocab_size=2).lookup(tf.constant(["b", "c"]))
    table of one component = E.DatasetInitializer(D.from_tensor_slices([["a"]]))
    table of vectors = init([[1], [2]], [1, 2])
    table of strings without a default = E.table_from_dataset(D.from_tensor_slices((["a"], ["b"])))
    table with less than no buckets = E.table_from_dataset(D.from_tensor_slices((["a"], [1])), num_oov_buckets=-1)
    table of no size = E.table_from_dataset(D.from_tensor_slices((["a"], [1])), vocab_size=0)
    """,
    _SETUP,
)


def protocol(tf):
    iterator = iter(tf.data.Dataset.range(2))
    outcomes = [iterator is iter(iterator), iterator.element_spec, next(iterator)]
    outcomes += [iterator.get_next(), attempt(next, iterator), attempt(iterator.get_next)]
    optional = iterator.get_next_as_optional()
    return [
        *outcomes,
        optional.has_value(),
        attempt(optional.get_value),
        repr(optional.element_spec),
    ]


def optionals_of_an_iterator(tf):
    iterator = iter(tf.data.Dataset.from_tensor_slices(([1, 2], ["a", "b"])))
    found = []
    optional = iterator.get_next_as_optional()
    while optional.has_value():
        found.append(optional.get_value())
        optional = iterator.get_next_as_optional()
    return found


def errors_as_optionals(tf):
    iterator = iter(tf.data.Dataset.range(3).map(lambda x: tf.gather([1, 2], x)))
    found = []
    for _ in range(4):
        try:
            found.append(plain(tf, iterator.get_next_as_optional()))
        except tf.errors.OpError as error:
            found.append(raised(error)[0])
    return found


def two_iterators(tf):
    dataset = tf.data.Dataset.range(3)
    one, two = iter(dataset), iter(dataset)
    return [next(one), next(one), next(two), next(one), next(two)]


def numpy_iterator_is_read_only(tf):
    array = next(tf.data.Dataset.from_tensors([1, 2]).as_numpy_iterator())
    return array.flags.writeable


def named_tuples_and_attrs(tf):
    pair = collections.namedtuple("pair", "a b")
    dataset = tf.data.Dataset.from_tensor_slices(pair([1, 2], [3, 4]))
    return [*dataset.map(lambda p: pair(p.b, p.a)), *dataset.batch(2)]


def in_functions(tf):
    @tf.function
    def total(dataset):
        result = tf.constant(0, tf.int64)
        for element in dataset:
            result += element
        return result

    @tf.function
    def first_two(iterator):
        return iterator.get_next(), iterator.get_next()

    @tf.function
    def made_inside():
        return tf.data.Dataset.range(4).reduce(np.int64(0), lambda s, x: s + x)

    @tf.function
    def or_default(optional):
        return optional.get_value()

    return [
        total(tf.data.Dataset.range(4)),
        first_two(iter(tf.data.Dataset.range(4))),
        made_inside(),
        or_default(tf.experimental.Optional.from_value(5)),
    ]


def executing_eagerly_in_functions(tf):
    found = []

    def note(x):
        found.append(tf.executing_eagerly())
        return x

    list(tf.data.Dataset.range(1).map(note))
    return set(found)


def tapes_do_not_see_functions(tf):
    v = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        total = tf.constant(0.0)
        for x in tf.data.Dataset.from_tensor_slices([1.0, 2.0]).map(lambda x: x * v):
            total += x * v
    return total, tape.gradient(total, v)


def options(tf):
    made = tf.data.Options()
    found = [made.deterministic, made.autotune.enabled, made.threading.private_threadpool_size]
    made.deterministic = False
    made.threading.private_threadpool_size = 3
    made.experimental_optimization.map_fusion = True
    other = tf.data.Options()
    other.experimental_slack = True
    dataset = tf.data.Dataset.range(2).with_options(made)
    merged = dataset.batch(2).with_options(other).options()
    found += [merged.deterministic, merged.threading.private_threadpool_size]
    found += [merged.experimental_optimization.map_fusion, made == other, made == made.merge(made)]
    found += [made.merge(other).deterministic, tf.data.Options() == tf.data.Options()]
    found += [attempt(setattr, made, "deterministic", 3), attempt(setattr, made, "nothing", 3)]
    found += [attempt(setattr, dataset.options(), "deterministic", True)]
    found += [
        tf.data.experimental.AutoShardPolicy.DATA,
        made.experimental_distribute.auto_shard_policy,
    ]
    found += [
        tf.data.experimental.ExternalStatePolicy.FAIL,
        tf.data.experimental.AutotuneAlgorithm.DEFAULT,
    ]
    return found


def op_seeds(tf):
    def draws(dataset):
        return [x.numpy().tolist() for x in dataset]

    tf.random.set_seed(1)
    dataset = tf.data.Dataset.range(3)
    one = dataset.map(lambda x: tf.random.uniform([]))
    two = dataset.map(lambda x: tf.random.uniform([], seed=5))
    three = dataset.map(lambda x: tf.stack([tf.random.uniform([]), tf.random.uniform([], seed=3)]))
    inner = tf.data.Dataset.range(2).flat_map(
        lambda x: tf.data.Dataset.range(2).map(lambda y: tf.random.uniform([], seed=4))
    )
    filtered = tf.data.Dataset.range(10).filter(lambda x: tf.random.uniform([], seed=2) < 0.5)
    datasets = [one, two, three, two.repeat(2), inner, filtered, one.batch(2)]
    return [[draws(made), draws(made)] for made in datasets]


def seeds_are_those_of_the_definition(tf):
    tf.random.set_seed(7)
    before = tf.random.uniform([])
    dataset = tf.data.Dataset.range(2).map(lambda x: tf.random.uniform([]))
    between = tf.random.uniform([])
    tf.random.set_seed(8)
    return [before, between, list(dataset), tf.random.uniform([]), list(dataset)]


def checkpoints(tf, path):
    tf.random.set_seed(11)
    dataset = tf.data.Dataset.range(20).shuffle(8, seed=3).batch(3)
    iterator = iter(dataset)
    checkpoint = tf.train.Checkpoint(iterator=iterator)
    found = [next(iterator), next(iterator)]
    saved = checkpoint.write(path)
    found += [next(iterator), next(iterator)]
    checkpoint.read(saved)
    return [*found, next(iterator), next(iterator), *iterator]


def checkpoint_of_an_iterator(tf):
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        return checkpoints(tf, folder + "/it")


def numpy_state(tf):
    iterator = tf.data.Dataset.range(6).as_numpy_iterator()
    next(iterator)
    state = iterator.save()
    after = [next(iterator), next(iterator)]
    iterator.restore(state)
    return [*after, next(iterator), type(state).__name__ != ""]


def extension_types(tf):
    class Masked(tf.experimental.BatchableExtensionType):
        values: tf.Tensor
        mask: tf.Tensor

    masked = Masked(tf.constant([[1, 2], [3, 4], [5, 6]]), tf.constant([[True, False]] * 3))
    dataset = tf.data.Dataset.from_tensor_slices(masked)
    batched = [x.values for x in dataset.batch(2)]
    mapped = dataset.map(lambda m: Masked(m.values * 2, m.mask))
    unbatched = [x.mask for x in dataset.batch(2).unbatch()]
    return [[x.values for x in mapped], batched, unbatched, int(dataset.cardinality())]
