"""`tf.train.Checkpoint`: what is written, restored, refused, and read by its keys."""

import os
import pathlib

import numpy as np

from tests.parity.case_helpers.checkpointing import KEY, called, contents, in_folder, kind, model_of
from tests.parity.harness import attempt


@in_folder
def saved(tf, folder):
    model = model_of(tf)
    checkpoint = tf.train.Checkpoint(model=model, step=tf.Variable(5, dtype=tf.int64))
    paths = [checkpoint.save(os.path.join(folder, "sub", "name")) for _ in range(2)]
    reader = tf.train.load_checkpoint(paths[0])
    keys = sorted(reader.get_variable_to_shape_map())
    return {
        "paths": paths,
        "files": contents(os.path.join(folder, "sub")),
        "listed": [list(pair) for pair in tf.train.list_variables(paths[1])],
        "types": [reader.get_variable_to_dtype_map()[key] for key in keys],
        "values": [reader.get_tensor(key) for key in keys],
        "debug": reader.debug_string(),
        "counter": checkpoint.save_counter,
    }


@in_folder
def written(tf, folder):
    v = tf.Variable(1.0)
    checkpoint = tf.train.Checkpoint(v=v)
    prefix = os.path.join(folder, "some")
    results = [
        checkpoint.write(prefix),
        checkpoint.write(pathlib.Path(prefix)),
        checkpoint.write(prefix.encode()),
        checkpoint.write(tf.constant(prefix)),
        kind(checkpoint.write, tf.constant(os.path.join(folder, "not", "there"))),
        kind(checkpoint.write, 3),
        kind(checkpoint.write, None),
    ]
    return results, contents(folder), tf.train.latest_checkpoint(folder)


@in_folder
def written_in_functions(tf, folder):
    checkpoint = tf.train.Checkpoint(v=tf.Variable(1.0))

    @tf.function
    def write(prefix):
        return checkpoint.write(prefix)

    @tf.function
    def save():
        return checkpoint.save(os.path.join(folder, "b"))

    path = write(tf.constant(os.path.join(folder, "a")))
    text = path.numpy().decode()
    return path.dtype, tf.train.load_variable(text, KEY), kind(save)


DTYPES = (
    "float16 bfloat16 float32 float64 complex64 complex128 int8 int16 int32 int64 uint8 uint16 "
    "uint32 uint64 bool"
).split()


@in_folder
def dtypes(tf, folder):
    values = {}
    for name in DTYPES:
        for shape in ((), (2, 3), (0, 2)):
            array = np.arange(int(np.prod(shape))).reshape(shape)
            values[f"{name}{len(shape)}{shape[:1]}"] = tf.cast(tf.constant(array), name)
    for number, text in enumerate((b"one", ["a", "b\0c", ""], [], [["ü" * 200], ["x"]])):
        values[f"string{number}"] = tf.constant(text, tf.string)

    def checkpoint(make):
        return tf.train.Checkpoint(v=[tf.Variable(make(v)) for v in values.values()])

    path = checkpoint(lambda v: v).write(os.path.join(folder, "a"))
    other = checkpoint(tf.zeros_like)
    other.read(path).assert_consumed()
    return dict(zip(values, list(other.v), strict=True))


@in_folder
def large(tf, folder):
    v = tf.Variable(np.arange(50_000, dtype=np.float32).reshape(100, 500))
    path = tf.train.Checkpoint(v=v).write(os.path.join(folder, "a"))
    w = tf.Variable(np.zeros((100, 500), np.float32))
    tf.train.Checkpoint(v=w).read(path).assert_consumed()
    return tf.reduce_all(v == w)


@in_folder
def restored(tf, folder):
    path = tf.train.Checkpoint(model=model_of(tf, 2.0)).save(os.path.join(folder, "a"))
    model = model_of(tf, 0.0)
    before = [list(model.variables), model.layers[0].w.value()]
    checkpoint = tf.train.Checkpoint(model=model)
    status = checkpoint.restore(path)
    return {
        "same": [v is w for v, w in zip(before[0], model.variables, strict=True)],
        "read before": before[1],
        "status": type(status).__name__,
        "asserted": [
            type(status.assert_consumed()).__name__,
            type(status.assert_existing_objects_matched()).__name__,
            type(status.assert_nontrivial_match()).__name__,
            type(status.expect_partial()).__name__,
            status.initialize_or_restore(),
            status.run_restore_ops(),
        ],
        "variables": list(model.variables),
        "counter": checkpoint.save_counter,
    }


@in_folder
def restored_nothing(tf, folder):
    checkpoint = tf.train.Checkpoint(v=tf.Variable(1.0))
    status = checkpoint.restore(None)
    asked = (
        status.assert_consumed,
        status.assert_existing_objects_matched,
        status.assert_nontrivial_match,
        status.run_restore_ops,
        status.initialize_or_restore,
    )
    results = [attempt(ask) for ask in asked]
    return type(status).__name__, results, type(status.expect_partial()).__name__, checkpoint.v


@in_folder
def generator_state(tf, folder):
    generator = tf.random.Generator.from_seed(7)
    generator.normal([5])
    checkpoint = tf.train.Checkpoint(g=generator)
    path = checkpoint.save(os.path.join(folder, "a"))
    following = generator.uniform([3]), generator.state
    other = tf.random.Generator.from_seed(1)
    tf.train.Checkpoint(g=other).restore(path).assert_consumed()
    again = other.uniform([3])
    checkpoint.restore(path)
    return (
        [list(pair) for pair in tf.train.list_variables(path)],
        *(following[0], again, generator.uniform([3])),
        [split.uniform([]) for split in other.split(2)],
    )


@in_folder
def refused(tf, folder):
    path = tf.train.Checkpoint(a=tf.Variable(3.0), v=tf.Variable([1.0, 2.0])).write(folder + "/x")
    results = []
    for make in (
        lambda: tf.Variable([1, 2]),
        lambda: tf.Variable([1.0]),
        lambda: tf.Variable([1.0, 2.0], dtype=tf.float64),
        lambda: tf.Variable([b"x", b"y"]),
        lambda: tf.Variable([[1.0, 2.0]]),
        lambda: tf.Variable([3.0], shape=[None]),
        lambda: tf.Variable(3.0, shape=tf.TensorShape(None)),
    ):
        v, a = make(), tf.Variable(0.0)
        outcome = kind(tf.train.Checkpoint(v=v, a=a).read, path)
        results.append([outcome, v.value(), a.value() if outcome != "ValueError" else None])
    checkpoint = tf.train.Checkpoint(v=tf.Variable(1.0))
    for method in (checkpoint.read, checkpoint.restore):
        for wrong in (folder + "/no", folder + "/no/no", folder, 3, pathlib.Path(folder) / "no"):
            results.append(kind(method, wrong))
    results.append(attempt(checkpoint.restore, folder + "/no"))
    results.append(attempt(checkpoint.read, folder + "/no"))
    return results


@in_folder
def under_tapes(tf, folder):
    v, w = tf.Variable([1.0, 2.0]), tf.Variable(3.0, trainable=False)
    checkpoint = tf.train.Checkpoint(v=v, w=w)
    path = checkpoint.write(folder + "/x")
    v.assign([3.0, 4.0])
    with tf.GradientTape(persistent=True) as tape:
        before = v * v
        checkpoint.read(path)
        after = v * v * v
    results = [tape.gradient(before, v), tape.gradient(after, v), v]
    for act in (
        lambda: checkpoint.write(folder + "/x"),
        lambda: checkpoint.read(path),
        lambda: checkpoint.save(folder + "/x"),
    ):
        with tf.GradientTape() as tape:
            act()
        results.append(len(tape.watched_variables()))
    return results


@in_folder
def aliases(tf, folder):
    v = tf.Variable([1.0, 2.0])
    checkpoint = tf.train.Checkpoint(v=v)
    path = checkpoint.write(folder + "/x")
    v.assign([3.0, 4.0])
    read, array = v.value(), v.numpy()
    checkpoint.read(path)
    return read, array, v


@in_folder
def readers(tf, folder):
    checkpoint = tf.train.Checkpoint(v=tf.Variable([1.0, 2.0]), s=tf.Variable(b"x"))
    path = checkpoint.save(folder + "/x")
    os.mkdir(folder + "/empty")
    reader = tf.train.load_checkpoint(path)
    return [
        reader.has_tensor(KEY),
        reader.has_tensor("v"),
        reader.get_tensor(KEY),
        attempt(reader.get_tensor, "v"),
        kind(reader.get_tensor, 3),
        tf.train.load_variable(folder, KEY + ":0"),
        tf.train.load_variable(pathlib.Path(folder), "s/.ATTRIBUTES/VARIABLE_VALUE"),
        [list(pair) for pair in tf.train.list_variables(folder)],
        attempt(tf.train.load_checkpoint, folder + "/no"),
        attempt(tf.train.load_checkpoint, folder + "/empty"),
        kind(tf.train.load_checkpoint, None),
        kind(tf.train.load_checkpoint, 3),
        attempt(tf.train.list_variables, folder + "/no"),
        attempt(tf.train.load_variable, folder, "no"),
    ]


def _damaged(folder, path, suffix, damage):
    for end in (".index", ".data-00000-of-00001"):
        data = bytearray(pathlib.Path(path + end).read_bytes())
        if end == suffix:
            data = damage(data)
        pathlib.Path(folder + "/bad" + end).write_bytes(data)
    return folder + "/bad"


def _flip(at):
    def damage(data):
        data[at] ^= 255
        return data

    return damage


@in_folder
def damage(tf, folder):
    v, s = tf.Variable(np.arange(100.0)), tf.Variable([b"ab", b"cde"])
    path = tf.train.Checkpoint(v=v, s=s).write(folder + "/x")
    index, data = ".index", ".data-00000-of-00001"
    results = {}
    for name, suffix, harm in (
        ("number", data, _flip(33)),
        ("string", data, _flip(-1)),
        ("lengths", data, _flip(801)),
        ("short", data, lambda whole: whole[:20]),
        ("magic", index, _flip(-1)),
        ("block", index, _flip(5)),
        ("cut", index, lambda whole: whole[:100]),
        ("too short", index, lambda whole: whole[:30]),
        ("empty", index, lambda whole: whole[:0]),
    ):
        bad = _damaged(folder, path, suffix, harm)
        reader = attempt(tf.train.load_checkpoint, bad)
        results[name] = [type(reader).__name__]
        if not isinstance(reader, Exception):
            for key in ("v", "s"):
                results[name].append(kind(reader.get_tensor, f"{key}/.ATTRIBUTES/VARIABLE_VALUE"))
        w = tf.Variable(np.zeros(100))
        checkpoint = tf.train.Checkpoint(v=w, s=tf.Variable(["", ""]))
        results[name] += [kind(checkpoint.read, bad), tf.reduce_sum(w)]
    os.remove(bad + data)
    _damaged(folder, path, "", None)
    os.remove(bad + data)
    reader = tf.train.load_checkpoint(bad)
    results["no data"] = kind(reader.get_tensor, KEY)
    pathlib.Path(folder + "/junk").write_bytes(b"hello" * 30)
    results["junk"] = [
        kind(tf.train.load_checkpoint, folder + "/junk"),
        kind(checkpoint.read, folder + "/junk"),
    ]
    return results


@in_folder
def options(tf, folder):
    called = []
    given = tf.train.CheckpointOptions(
        experimental_io_device="/job:localhost",
        experimental_write_callbacks=[called.append, lambda: called.append("done")],
        experimental_skip_slot_variables=True,
    )
    checkpoint = tf.train.Checkpoint(v=tf.Variable(1.0))
    path = checkpoint.save(folder + "/x", options=given)
    checkpoint.write(folder + "/y", given)
    checkpoint.restore(path, given).assert_consumed()
    manager = tf.train.CheckpointManager(checkpoint, folder, 2)
    manager.save(options=given)
    plain = tf.train.CheckpointOptions()
    return {
        "called": called,
        "callbacks": len(given.experimental_write_callbacks),
        "given": [getattr(given, name) for name in OPTIONS if "callbacks" not in name],
        "plain": [getattr(plain, name) for name in OPTIONS],
        "wrong": [
            kind(tf.train.CheckpointOptions, experimental_write_callbacks=[lambda x, y: x]),
            kind(tf.train.CheckpointOptions, enable=True),
            kind(setattr, plain, "other", 1),
        ],
    }


OPTIONS = """experimental_io_device experimental_enable_async_checkpoint
experimental_write_callbacks enable_async experimental_sharding_callback
experimental_skip_slot_variables""".split()


@in_folder
def in_shards(tf, folder):
    v = tf.Variable(np.arange(60.0).reshape(12, 5))
    w = tf.Variable([b"one", b"three", b""])
    checkpoint = tf.train.Checkpoint(v=v, w=w, x=tf.Variable(1))
    seen = []

    class OneEach(tf.train.experimental.ShardingCallback):
        @property
        def description(self):
            return "one each"

        def __call__(self, shardable_tensors):
            for one in shardable_tensors:
                about = (one.checkpoint_key, one.name, one.dtype, one.shape, one.slice_spec)
                seen.append([*about, one.device.device_type, called(tf, one.trackable)])
            return [{one.checkpoint_key: {one.slice_spec: one.tensor}} for one in shardable_tensors]

    class Rows(OneEach):
        def __call__(self, shardable_tensors):
            shards = []
            for one in shardable_tensors:
                parts = {one.slice_spec: one.tensor}
                if one.dtype == tf.float64:
                    parts = {f"12 5 {n},4:0,5": one.tensor[n : n + 4] for n in (0, 4, 8)}
                shards.append({one.checkpoint_key: parts})
            return shards

    experimental = tf.train.experimental
    results = []
    for callback in (
        OneEach(),
        Rows(),
        experimental.ShardByTaskPolicy(),
        experimental.MaxShardSizePolicy(200),
        experimental.MaxShardSizePolicy(max_shard_size=10**6),
    ):
        given = tf.train.CheckpointOptions(experimental_sharding_callback=callback)
        path = checkpoint.write(folder + "/x", given)
        v.assign(v * 0.0)
        status = checkpoint.read(path).assert_consumed()
        results.append([callback.description, type(status).__name__, tf.reduce_sum(v * v)])
        results.append(len([name for name in contents(folder) if ".data" in name]))
        results.append(tf.train.load_checkpoint(path).debug_string())
        for name in contents(folder):
            os.remove(os.path.join(folder, name))
    sizes = [hash(experimental.MaxShardSizePolicy(n)) for n in (3, 3, 4)]
    wrong = kind(tf.train.CheckpointOptions, experimental_sharding_callback=3)
    return results, seen, sizes[0] == sizes[1], sizes[0] == sizes[2], wrong


@in_folder
def in_background(tf, folder):
    v = tf.Variable(np.arange(10_000.0))
    checkpoint = tf.train.Checkpoint(v=v)
    given = tf.train.CheckpointOptions(enable_async=True)
    results = []
    for _ in range(2):
        path = checkpoint.save(folder + "/x", given)
        v.assign(np.zeros(10_000))
        checkpoint.sync()
        results.append(path)
        checkpoint.restore(path).assert_consumed()
        results.append(tf.reduce_sum(v))
    written = checkpoint.write(folder + "/y", given)
    checkpoint.sync()
    return results, contents(folder), written, tf.train.latest_checkpoint(folder)
