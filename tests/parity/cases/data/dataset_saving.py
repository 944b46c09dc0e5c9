"""Datasets that are saved, loaded and kept as snapshots; databases; batches of Examples."""

from tests.parity.case_helpers.pipelines import pipelines

_SETUP = r"""
import sqlite3, warnings
warnings.simplefilter("ignore")
tf.random.set_seed(5)
R = D.range
tables = D.zip({"a": R(5), "b": R(5).map(tf.as_string)})
parts = D.from_tensors((
    tf.sparse.from_dense([[1, 0], [0, 2]]), tf.ragged.constant([[1], [2, 3]]), tf.constant([1.5, 2]),
))
i64, f64, s = tf.int64, tf.float64, tf.string

def saved(dataset, *args, **kwargs):
    dataset.save("saved", *args, **kwargs)
    return D.load("saved", compression=kwargs.get("compression"))

def loaded(dataset, **kwargs):
    dataset.save("saved", shard_func=lambda x: x % 3)
    return D.load("saved", **kwargs)

def checkpointed(dataset):
    counter = tf.Variable(0, dtype=tf.int64)
    arguments = dict(directory="checkpoints", max_to_keep=2, step_counter=counter, checkpoint_interval=2)
    dataset.save("saved", checkpoint_args=arguments)
    return counter

def overwritten(one, two):
    one.save("saved")
    two.save("saved")
    return D.load("saved")

runs = []
def counted():
    def generate():
        runs.append(1)
        yield from range(5)
    return D.from_generator(generate, output_signature=S([], tf.int64))

def kept(**kwargs):
    dataset = counted().snapshot("kept", **kwargs)
    return [[int(x) for x in dataset] for _ in range(3)], len(runs)

def partly():
    dataset = counted().snapshot("kept")
    next(iter(dataset))
    return [[int(x) for x in dataset] for _ in range(2)], len(runs)

database = sqlite3.connect("d.sqlite")
database.execute("CREATE TABLE t (i INTEGER, x REAL, t TEXT, n)")
database.executemany("INSERT INTO t VALUES (?, ?, ?, ?)", [
    (1, 1.5, "one", None), (-2, 2.75, "2 apples", 3), (300, -0.5, "\u00e4", 4.5), (4, None, "", "7"),
])
database.commit()
database.close()
def Q(query, types, driver="sqlite", source="d.sqlite"):
    return E.SqlDataset(driver, source, query, types)

def example(**features):
    return tf.train.Example(features=tf.train.Features(feature={
        name: tf.train.Feature(int64_list=tf.train.Int64List(value=values))
        if not values or isinstance(values[0], int)
        else tf.train.Feature(bytes_list=tf.train.BytesList(value=values))
        for name, values in features.items()
    })).SerializeToString()
examples = [example(i=[n], v=list(range(n)), t=[b"x" * n], j=[n, n + 1]) for n in range(5)]
for name, some in (("r1", examples), ("r2", examples[:2])):
    with tf.io.TFRecordWriter(name) as writer:
        for one in some:
            writer.write(one)
serialized = D.from_tensor_slices(examples)
features = {"i": tf.io.FixedLenFeature([], i64), "v": tf.io.VarLenFeature(i64)}
others = {
    "v": tf.io.RaggedFeature(i64),
    "t": tf.io.FixedLenFeature([], s, b"none"),
    "q": tf.io.FixedLenSequenceFeature([], i64, allow_missing=True),
}
def P(batch, wanted, *args, **kwargs):
    return serialized.batch(batch).apply(E.parse_example_dataset(wanted, *args, **kwargs))
def M(pattern, size, wanted=features, **kwargs):
    return E.make_batched_features_dataset(pattern, size, wanted, **kwargs)
def same(*datasets):
    first, *others = [int(dataset.fingerprint()) for dataset in datasets]
    return [first == other for other in others]
"""

CASES = pipelines(
    """
    save = saved(R(5))
    save of nothing = saved(R(0))
    save of dicts = saved(tables)["a"] if False else saved(tables).map(lambda e: (e["a"], e["b"]))
    save of parts = saved(parts)
    save of pairs = saved(D.zip(R(3), (R(3), R(3))))
    save with gzip = saved(R(5), compression="GZIP")
    save with snappy = saved(R(500).batch(100), compression="SNAPPY")
    save with an unknown compression = saved(R(5), compression="ZSTD")
    save with batches = saved(R(5).batch(2))
    save twice = overwritten(R(5), R(2).map(tf.as_string))
    save with a text for a function = R(5).save("saved", shard_func="a")
    save with shards = saved(R(7), shard_func=lambda x: x % 3)
    save with checkpoints = checkpointed(R(5))
    save with a checkpoint = R(5).save("saved", checkpoint_args={"checkpoint": 5})
    save to a number = R(5).save(5)
    load one after another = loaded(R(7), reader_func=lambda shards: shards.flat_map(lambda x: x))
    load in turn = loaded(R(9), reader_func=lambda shards: shards.interleave(lambda x: x, cycle_length=2))
    load with a spec = loaded(R(7), element_spec=S([], tf.int64))
    load of nothing = D.load("nothing")
    load by a number for a function = loaded(R(7), reader_func=5)
    load cardinality = saved(R(7)).cardinality()
    snapshot = kept()
    snapshot without compression = kept(compression=None)
    snapshot with gzip = kept(compression="GZIP")
    snapshot with snappy = kept(compression="SNAPPY")
    snapshot with shards = kept(shard_func=lambda x: x % 2)
    snapshot with a reader = kept(reader_func=lambda shards: shards.flat_map(lambda x: x))
    snapshot that is not complete = partly()
    snapshot of parts = parts.snapshot("kept")
    snapshot with a wrong function = R(5).snapshot("kept", shard_func=lambda x: 1.5)
    snapshot with a pair = R(5).snapshot("kept", shard_func=lambda x: (x, x))
    snapshot of experimental = R(5).apply(E.snapshot("kept"))
    sql = Q("SELECT i, x, t FROM t", (i64, f64, s))
    sql of a dict = Q("SELECT i FROM t", {"i": tf.int32})
    sql converted to text = Q("SELECT i, x, n FROM t", (s, s, s))
    sql converted to integers = Q("SELECT x, t, n FROM t", (i64, tf.int32, tf.int16))
    sql converted to numbers = Q("SELECT i, t, n FROM t", (f64, f64, f64))
    sql converted to bool = Q("SELECT i, t, n FROM t", (tf.bool, tf.bool, tf.bool))
    sql of no rows = Q("SELECT i FROM t WHERE i > 1000", (i64,))
    sql with a filter = Q("SELECT t FROM t WHERE x > 0 ORDER BY x DESC", (s,))
    sql of float32 = Q("SELECT x FROM t", (tf.float32,))
    sql of too few types = Q("SELECT i, x FROM t", (i64,))
    sql of another driver = Q("SELECT i FROM t", (i64,), "mysql")
    parse = P(2, features)
    parse of others = P(2, others)
    parse in parallel = P(3, features, 2)
    parse in any order = P(3, features, 1, deterministic=True)
    parse of sparse = P(2, {"w": tf.io.SparseFeature("i", "i", i64, 9)}).map(lambda e: tf.shape(e["w"].dense_shape))
    parse of scalars = serialized.apply(E.parse_example_dataset(features))
    parse of numbers = R(3).batch(2).apply(E.parse_example_dataset(features))
    parse of nothing = E.parse_example_dataset(None)
    parse of garbage = D.from_tensors(["garbage"]).apply(E.parse_example_dataset(features))
    parse what is missing = P(2, {"zz": tf.io.FixedLenFeature([], i64)})
    features = M("r1", 2, num_epochs=1, shuffle=False)
    features of files = M("r*", 3, num_epochs=1, shuffle=False)
    features with a label = M("r1", 2, num_epochs=1, shuffle=False, label_key="i")
    features with an unknown label = M("r1", 2, num_epochs=1, shuffle=False, label_key="z")
    features for ever = M("r1", 2, shuffle=False).take(4)
    features shuffled = M("r*", 2, num_epochs=2, shuffle_seed=3)
    features without the rest = M("r1", 2, num_epochs=1, shuffle=False, drop_final_batch=True)
    features of threads = M("r*", 2, num_epochs=1, shuffle=False, reader_num_threads=2)
    features of no files = M("zz*", 2)
    fingerprint = (R(3).fingerprint().dtype, R(3).fingerprint().shape)
    fingerprints = same(R(3), R(3), R(4), R(3).map(lambda x: x))
    fingerprints of tensors = same(D.from_tensors([1]), D.from_tensors([1]), D.from_tensors([2]))
    fingerprints of functions = same(*[R(3).map(lambda x, n=n: x + n) for n in (1, 1, 2)])
    variant = E.from_variant(E.to_variant(R(3)), S([], i64))
    saveable of another policy = E.make_saveable_from_iterator(iter(R(3)), "never")
    """,
    _SETUP,
    in_folder=True,
)
