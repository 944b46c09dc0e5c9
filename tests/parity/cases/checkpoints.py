"""`tf.train.Checkpoint` and its kin: what is written, restored, waited for, and refused."""

import collections
import copy
import functools
import gc
import logging
import os
import pathlib
import tempfile
import weakref

import numpy as np

from tests.parity.harness import attempt, exact_log, exact_message

KEY = "v/.ATTRIBUTES/VARIABLE_VALUE"
Pair = collections.namedtuple("Pair", "a b")


def in_folder(case):
    """A case that is given a temporary folder too; what it says of that is left out."""

    @functools.wraps(case)
    def run(tf):
        with tempfile.TemporaryDirectory() as folder:
            return without(folder, case(tf, folder))

    del run.__wrapped__
    return run


def without(folder, found):
    """What was found, with FOLDER in the place of the folder's path."""
    if isinstance(found, str):
        return found.replace(folder, "FOLDER")
    if isinstance(found, Exception):
        return without(folder, f"{type(found).__name__}: {found}")
    if type(found) in (list, tuple):
        return type(found)(without(folder, item) for item in found)
    if type(found) is dict:
        return {key: without(folder, item) for key, item in found.items()}
    return found


def kind(function, *args, **kwargs):
    """The name of the class of what is returned or raised."""
    return type(attempt(function, *args, **kwargs)).__name__


def called(tf, value):
    """The name of a value's class, as the public API has it."""
    return "Variable" if isinstance(value, tf.Variable) else type(value).__name__


def contents(folder):
    return sorted(os.listdir(folder))


def model_of(tf, scale=1.0):
    class Layer(tf.Module):
        def __init__(self, size):
            super().__init__()
            self.w = tf.Variable(tf.fill([2, size], scale), name="w")
            self.b = tf.Variable(np.full(size, scale), trainable=False)

    class Model(tf.Module):
        def __init__(self):
            super().__init__()
            self.nothing = None
            self.layers = [Layer(2), Layer(3)]
            self.named = {"one": tf.Variable(scale), "other": 3}
            self.pair = (tf.Variable([b"ab", b""]), 1)
            self.fields = Pair(tf.Variable(True), [tf.Variable(3, dtype=tf.uint8)])
            self.sizes = [1, 2]
            self.again = self.layers[0]
            self.generator = tf.random.Generator.from_seed(3)
            self.function = tf.function(lambda x: x)

    return Model()


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
    found = [
        checkpoint.write(prefix),
        checkpoint.write(pathlib.Path(prefix)),
        checkpoint.write(prefix.encode()),
        checkpoint.write(tf.constant(prefix)),
        kind(checkpoint.write, tf.constant(os.path.join(folder, "not", "there"))),
        kind(checkpoint.write, 3),
        kind(checkpoint.write, None),
    ]
    return found, contents(folder), tf.train.latest_checkpoint(folder)


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
    found = [attempt(ask) for ask in asked]
    return type(status).__name__, found, type(status.expect_partial()).__name__, checkpoint.v


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
def deferred(tf, folder):
    saved_from = tf.train.Checkpoint(a=tf.Module(), v=tf.Variable(1.0), rest=[tf.Variable(5)])
    saved_from.a.b = tf.Module()
    saved_from.a.b.v = tf.Variable([1.0, 2.0])
    path = saved_from.save(os.path.join(folder, "x"))

    to = tf.train.Checkpoint(rest=[])
    status = to.restore(path)
    found = [kind(status.assert_consumed), kind(status.assert_existing_objects_matched)]
    to.v = tf.Variable(0.0)
    found.append(to.v.value())
    to.rest.append(tf.Variable(0))
    found.append(to.rest[0].value())
    inner = tf.Module()
    inner.v = tf.Variable([0.0, 0.0])
    a = tf.Module()
    a.b = inner
    found += [inner.v.value(), kind(status.assert_consumed)]
    to.a = a
    found += [inner.v.value(), kind(status.assert_consumed)]
    # The value was there once: what takes the place is not given it.
    to.v = tf.Variable(7.0)
    return [*found, to.v]


@in_folder
def deferred_twice(tf, folder):
    source = tf.train.Checkpoint(v=tf.Variable(1.0))
    first = source.save(os.path.join(folder, "x"))
    source.v.assign(2.0)
    second = source.save(os.path.join(folder, "x"))
    found = []
    for paths in ((first, second), (second, first)):
        one, other = tf.train.Checkpoint(), tf.train.Checkpoint()
        one.restore(paths[0])
        other.restore(paths[1])
        v = tf.Variable(0.0)
        one.v = v
        found.append(v.value())
        other.v = v
        found.append(v.value())
        one.v = tf.Variable(3.0)
        found.append(one.v)
    both = tf.train.Checkpoint()
    both.restore(first)
    both.restore(second)
    both.v = tf.Variable(0.0)
    return [*found, both.v]


@in_folder
def deferred_of_another_kind(tf, folder):
    path = tf.train.Checkpoint(v=tf.Variable([1.0])).save(os.path.join(folder, "x"))
    found = []
    for make in (
        lambda: tf.Variable(1),
        lambda: tf.Variable([1.0, 2.0]),
        lambda: 3,
        lambda: tf.constant(1.0),
    ):
        to = tf.train.Checkpoint()
        to.restore(path)
        found.append(kind(setattr, to, "v", make()))
    to = tf.train.Checkpoint(other=tf.Variable(1.0))
    status = to.restore(path)
    return found, attempt(status.assert_existing_objects_matched), kind(status.assert_consumed)


@in_folder
def partial(tf, folder):
    path = tf.train.Checkpoint(v=tf.Variable(1.0), w=tf.Variable(2.0)).write(folder + "/x")
    found = {}
    for name, objects in {
        "fewer": {"v": tf.Variable(0.0)},
        "more": {"v": tf.Variable(0.0), "w": tf.Variable(0.0), "x": tf.Variable(3.0)},
        "others": {"x": tf.Variable(3.0)},
        "none": {},
        "empty list": {"x": []},
        "module": {"v": tf.Module(), "w": tf.Variable(0.0)},
        "list": {"v": [], "w": tf.Variable(0.0)},
    }.items():
        checkpoint = tf.train.Checkpoint(**objects)
        status = checkpoint.read(path).expect_partial()
        found[name] = [
            kind(status.assert_consumed),
            kind(status.assert_existing_objects_matched),
            kind(status.assert_nontrivial_match),
            *(v for v in objects.values() if isinstance(v, tf.Variable)),
        ]
    return found


@in_folder
def refused(tf, folder):
    path = tf.train.Checkpoint(a=tf.Variable(3.0), v=tf.Variable([1.0, 2.0])).write(folder + "/x")
    found = []
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
        found.append([outcome, v.value(), a.value() if outcome != "ValueError" else None])
    checkpoint = tf.train.Checkpoint(v=tf.Variable(1.0))
    for method in (checkpoint.read, checkpoint.restore):
        for wrong in (folder + "/no", folder + "/no/no", folder, 3, pathlib.Path(folder) / "no"):
            found.append(kind(method, wrong))
    found.append(attempt(checkpoint.restore, folder + "/no"))
    found.append(attempt(checkpoint.read, folder + "/no"))
    return found


@exact_message
def not_trackable(tf):
    found = []
    for value in (3, None, tf.constant(1.0), (1, 2), "text", {1, 2}, np.zeros(2)):
        found.append(attempt(tf.train.Checkpoint, v=value))
    for value in (3, [1], "text"):
        found.append(attempt(tf.train.Checkpoint, value))
    for value in ([1], {}, (1, []), tf.function(lambda: 1), tf.Module(), tf.train.Checkpoint()):
        found.append(type(tf.train.Checkpoint(v=value)).__name__)
    root = tf.Module()
    root.v = tf.Variable(1.0)
    found.append(attempt(tf.train.Checkpoint, root, v=tf.Variable(2.0)))
    found.append(type(tf.train.Checkpoint(root, v=root.v)).__name__)
    return found


@in_folder
def root(tf, folder):
    class Model(tf.Module):
        def __init__(self, value):
            super().__init__()
            self.v = tf.Variable(value)

    extra = tf.Variable(5.0)
    checkpoint = tf.train.Checkpoint(Model(3.0), extra=extra)
    path = checkpoint.save(folder + "/a")
    found = [[list(pair) for pair in tf.train.list_variables(path)]]

    model, extra = Model(1.0), tf.Variable(1.0)
    again = tf.train.Checkpoint(model, extra=extra)
    again.restore(path).assert_consumed()
    found += [model.v, extra, again.save_counter]

    swapped, v = tf.Module(), tf.Variable(100.0)
    swapped.extra = tf.Variable(200.0)
    again = tf.train.Checkpoint(swapped, v=v)
    again.restore(path).assert_consumed()
    found += [swapped.extra, v, again.save_counter]

    again = tf.train.Checkpoint(v=tf.Variable(1.0), extra=tf.Variable(1.0))
    again.restore(path).assert_consumed()
    found += [again.v, again.extra, again.root if hasattr(again, "root") else None]

    model = Model(4.0)
    weak = tf.train.Checkpoint(root=weakref.ref(model))
    path = weak.save(folder + "/weak")
    model.v.assign(0.0)
    weak.restore(path)
    found += [model.v, kind(tf.train.Checkpoint, root=weakref.ref(model), v=tf.Variable(9.0))]
    one = tf.Variable(6.0)
    path = tf.train.Checkpoint(one).write(folder + "/variable")
    return [*found, [list(pair) for pair in tf.train.list_variables(path)]]


@in_folder
def nested(tf, folder):
    v = tf.Variable(1.0)
    inner = tf.train.Checkpoint(v=v)
    inner.save(folder + "/inner")
    outer = tf.train.Checkpoint(inner=inner, v=v, rooted=tf.train.Checkpoint(tf.Module()))
    path = outer.save(folder + "/outer")
    v.assign(0.0)
    outer.restore(path).assert_consumed()
    first, second = tf.train.Checkpoint(), tf.train.Checkpoint()
    first.second, second.first = second, first
    first.v, second.v = tf.Variable(1.0), tf.Variable(2.0)
    loop = first.save(folder + "/loop")
    return (
        [list(pair) for pair in tf.train.list_variables(path)],
        v,
        [list(pair) for pair in tf.train.list_variables(loop)],
    )


@exact_log
@in_folder
def inconsistent(tf, folder):
    shared = tf.Module()
    shared.v = tf.Variable(1.0)
    path = tf.train.Checkpoint(a=[shared], b=[shared]).write(folder + "/x")
    one, other = tf.Module(), tf.Module()
    one.v, other.v = tf.Variable(0.0), tf.Variable(0.0)
    status = tf.train.Checkpoint(a=[one], b=[one]).read(path)
    found = [kind(status.assert_consumed), one.v.value()]
    one.v.assign(5.0)
    path = tf.train.Checkpoint(a=tf.Variable(2.0), b=tf.Variable(3.0)).write(folder + "/y")
    both = tf.Variable(0.0)
    status = tf.train.Checkpoint(a=both, b=both).read(path)
    return [*found, kind(status.assert_consumed), both]


@in_folder
def split_in_two(tf, folder):
    shared = tf.Module()
    shared.v = tf.Variable(1.0)
    path = tf.train.Checkpoint(a=shared, b=shared).write(folder + "/x")
    one, other = tf.Module(), tf.Module()
    one.v, other.v = tf.Variable(0.0), tf.Variable(0.0)
    status = tf.train.Checkpoint(a=one, b=other).read(path)
    return (
        kind(status.assert_consumed),
        kind(status.assert_existing_objects_matched),
        kind(status.assert_nontrivial_match),
        one.v,
        other.v,
    )


@exact_log
@in_folder
def farewell(tf, folder):
    path = tf.train.Checkpoint(v=tf.Variable(1.0), w=[tf.Variable(2.0)], x=tf.Variable(3.0)).write(
        folder + "/x"
    )
    checkpoint = tf.train.Checkpoint(v=tf.Module(), x=tf.Variable(0.0))
    gone = weakref.ref(checkpoint)
    checkpoint.read(path)
    del checkpoint
    gc.collect()
    return gone() is None


@in_folder
def freed(tf, folder):
    gone = []

    class Noted(tf.Module):
        def __del__(self):
            gone.append(1)

    gc.disable()
    try:
        module = tf.Module()
        module.v = tf.Variable(1.0)
        module.a, module.x, module.d, module.t = Noted(), [Noted()], {"a": Noted()}, (Noted(),)
        checkpoint = tf.train.Checkpoint(module)
        path = checkpoint.save(folder + "/x")
        found = [len(gone)]
        del checkpoint, module
        found.append(len(gone))
        module = tf.Module()
        module.a, module.x = Noted(), []
        checkpoint = tf.train.Checkpoint(module)
        checkpoint.restore(path).expect_partial()
        del checkpoint, module
        found.append(len(gone))
        module = tf.Module()
        module.v = tf.Variable(1.0)
        v = weakref.ref(module.v)
        checkpoint = tf.train.Checkpoint(root=weakref.ref(module))
        checkpoint.restore(checkpoint.save(folder + "/y"))
        del module
        return [*found, v() is None]
    finally:
        gc.enable()


@in_folder
def empty_structures(tf, folder):
    path = tf.train.Checkpoint(a=[], v=tf.Variable(1.0)).save(folder)
    checkpoint = tf.train.Checkpoint(b=[], v=tf.Variable(0.0))
    checkpoint.more = []
    checkpoint.more.append([])
    checkpoint.other = {"a": 1}
    status = checkpoint.restore(path)
    found = [kind(status.assert_consumed), kind(status.assert_nontrivial_match), checkpoint.v]
    for suffix in (".index", ".data-00000-of-00001"):
        os.remove(path + suffix)
    return found


@exact_log
@in_folder
def no_farewell(tf, folder):
    path = tf.train.Checkpoint(v=tf.Variable(1.0), x=tf.Variable(3.0)).write(folder + "/x")
    checkpoint = tf.train.Checkpoint(x=tf.Variable(0.0))
    gone = weakref.ref(checkpoint.x)
    checkpoint.read(path).expect_partial()
    value = checkpoint.x.value()
    del checkpoint
    gc.collect()
    return gone() is None, value


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
    found = [tape.gradient(before, v), tape.gradient(after, v), v]
    for act in (
        lambda: checkpoint.write(folder + "/x"),
        lambda: checkpoint.read(path),
        lambda: checkpoint.save(folder + "/x"),
    ):
        with tf.GradientTape() as tape:
            act()
        found.append(len(tape.watched_variables()))
    return found


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
def copies(tf, folder):
    v = tf.Variable(1.0)
    original = tf.train.Checkpoint(v=v, rest=[v, {"a": v}])
    copied = copy.deepcopy(original)
    copied.v.assign(2.0)
    found = [v.value(), copied.rest[0] is copied.v, copied.rest[1]["a"] is copied.v]
    path = copied.save(folder + "/x")
    original.restore(path).assert_consumed()
    return [*found, v, original.save_counter, copied.save_counter]


@in_folder
def attributes(tf, folder):
    checkpoint = tf.train.Checkpoint(v=tf.Variable(1.0))
    module = tf.Module()
    module.v = tf.Variable(2.0)
    checkpoint.module = module
    module.kept = module._no_dependency(tf.Variable(1.0))
    module.listed = module._no_dependency([tf.Variable(1.0)])
    setattr(module, "a/b.c", tf.Variable(3.0))
    del checkpoint.v
    checkpoint.w = tf.Variable(4.0)
    checkpoint.w = tf.Variable(5.0)
    checkpoint.x = tf.Variable(6.0)
    checkpoint.x = None
    path = checkpoint.write(folder + "/x")
    return (
        [list(pair) for pair in tf.train.list_variables(path)],
        tf.train.load_variable(path, "w/.ATTRIBUTES/VARIABLE_VALUE"),
        [called(tf, module.kept), called(tf, module.listed)],
        sorted(tf.train.TrackableView.children(checkpoint)),
    )


@in_folder
def python_state(tf, folder):
    class State(tf.train.experimental.PythonState):
        def __init__(self, value):
            self.value = value

        def serialize(self):
            return self.value

        def deserialize(self, string_value):
            self.value = string_value

    found = []
    for value in ("text", b"\0\xff", ""):
        checkpoint = tf.train.Checkpoint(s=State(value), v=tf.Variable(1.0))
        path = checkpoint.save(folder + "/x")
        state = State("old")
        tf.train.Checkpoint(s=state, v=tf.Variable(0.0)).restore(path).assert_consumed()
        found.append(state.value)
        later = tf.train.Checkpoint()
        later.restore(path)
        later.s = State("old")
        found.append(later.s.value)
    listed = [list(pair) for pair in tf.train.list_variables(path)]
    return found, listed, kind(tf.train.experimental.PythonState)


@in_folder
def own_tensors(tf, folder):
    class Pair(tf.Module):
        def __init__(self, one, other):
            super().__init__()
            self.values = tf.constant(one), tf.constant(other)

        def _serialize_to_tensors(self):
            return {"one": self.values[0], "other": self.values[1]}

        def _restore_from_tensors(self, restored_tensors):
            self.values = restored_tensors["one"], restored_tensors["other"]

    path = tf.train.Checkpoint(p=Pair(1.0, [2, 3])).write(folder + "/x")
    pair = Pair(0.0, [0])
    tf.train.Checkpoint(p=pair).read(path).assert_consumed()
    wrong = kind(tf.train.Checkpoint(p=Pair(0, [0])).read, path)
    return [list(one) for one in tf.train.list_variables(path)], list(pair.values), wrong


@in_folder
def operators(tf, folder):
    matrix = tf.Variable([[1.0, 2.0], [3.0, 4.0]])
    operator = tf.linalg.LinearOperatorFullMatrix(matrix)
    path = tf.train.Checkpoint(operator=operator).write(folder + "/x")
    matrix.assign(tf.zeros([2, 2]))
    tf.train.Checkpoint(operator=operator).read(path)
    return operator.to_dense()


@in_folder
def views(tf, folder):
    model = model_of(tf)
    path = tf.train.Checkpoint(model=model, step=tf.Variable(1)).save(folder + "/x")
    view = tf.train.CheckpointView(path)
    trackable = tf.train.TrackableView(model)
    other = tf.train.Checkpoint(model=tf.Module(), more=tf.Variable(2))
    other.model.layers = [tf.Module()]
    matched, only_saved, only_here = view.diff(other)
    return {
        "children": [view.children(number) for number in view.descendants()],
        "descendants": view.descendants(),
        "trackable": [called(tf, obj) for obj in trackable.descendants()],
        "named": sorted(trackable.children(model)),
        "root": trackable.root is model,
        "match": {n: called(tf, o) for n, o in view.match(other).items()},
        "diff": [sorted(matched), only_saved, [called(tf, o) for o in only_here]],
        "wrong": [
            kind(view.match, 3),
            kind(tf.train.CheckpointView, folder + "/no"),
            kind(tf.train.TrackableView, 3),
        ],
    }


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
    found = {}
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
        found[name] = [type(reader).__name__]
        if not isinstance(reader, Exception):
            for key in ("v", "s"):
                found[name].append(kind(reader.get_tensor, f"{key}/.ATTRIBUTES/VARIABLE_VALUE"))
        w = tf.Variable(np.zeros(100))
        checkpoint = tf.train.Checkpoint(v=w, s=tf.Variable(["", ""]))
        found[name] += [kind(checkpoint.read, bad), tf.reduce_sum(w)]
    os.remove(bad + data)
    _damaged(folder, path, "", None)
    os.remove(bad + data)
    reader = tf.train.load_checkpoint(bad)
    found["no data"] = kind(reader.get_tensor, KEY)
    pathlib.Path(folder + "/junk").write_bytes(b"hello" * 30)
    found["junk"] = [
        kind(tf.train.load_checkpoint, folder + "/junk"),
        kind(checkpoint.read, folder + "/junk"),
    ]
    return found


@in_folder
def states(tf, folder):
    checkpoint = tf.train.Checkpoint(v=tf.Variable(1.0))
    for _ in range(2):
        checkpoint.save(folder + "/x")
    state = tf.train.get_checkpoint_state(folder)
    text = pathlib.Path(folder, "checkpoint").read_text()
    found = [
        text,
        str(state),
        state.model_checkpoint_path,
        list(state.all_model_checkpoint_paths),
        list(state.all_model_checkpoint_timestamps),
        state.last_preserved_timestamp,
        tf.train.latest_checkpoint(folder),
        tf.train.latest_checkpoint(pathlib.Path(folder)),
        tf.train.latest_checkpoint(folder, "other"),
        tf.train.get_checkpoint_state(folder, "other"),
        tf.train.latest_checkpoint(folder + "/no"),
    ]
    for written in (
        'model_checkpoint_path: "/some/where"\n',
        "model_checkpoint_path: 'a\\x41\\102\\n'",
        'model_checkpoint_path: "a" "b" # c\nall_model_checkpoint_timestamps: 1.5\n',
        'model_checkpoint_path: "ü" last_preserved_timestamp: 3',
        "all_model_checkpoint_paths: 'a'",
        "",
        "nonsense",
        "model_checkpoint_path: 3",
        'other: "a"',
    ):
        pathlib.Path(folder, "written").write_text(written)
        logging.disable()  # what is logged has the folder's path
        found.append(attempt(lambda: str(tf.train.get_checkpoint_state(folder, "written"))))
        found.append(attempt(tf.train.latest_checkpoint, folder, "written"))
        logging.disable(logging.NOTSET)
    return found


def ignored_states(tf):
    with tempfile.TemporaryDirectory() as folder:
        before = os.getcwd()
        os.chdir(folder)
        try:
            pathlib.Path("checkpoint").write_text("nonsense")
            found = [tf.train.latest_checkpoint(".")]
            pathlib.Path("checkpoint").write_text('model_checkpoint_path: "gone"')
            return [*found, tf.train.latest_checkpoint("."), tf.train.latest_checkpoint("")]
        finally:
            os.chdir(before)


@in_folder
def relative(tf, folder):
    before = os.getcwd()
    os.chdir(folder)
    try:
        checkpoint = tf.train.Checkpoint(v=tf.Variable(1.0))
        found = [checkpoint.save("x"), pathlib.Path("checkpoint").read_text()]
        found += [checkpoint.save("sub/x"), pathlib.Path("sub/checkpoint").read_text()]
        found += [tf.train.latest_checkpoint("."), tf.train.latest_checkpoint("sub")]
        found += [tf.train.latest_checkpoint(folder), contents("sub")]
        manager = tf.train.CheckpointManager(checkpoint, "sub", 2)
        found += [manager.save(), manager.latest_checkpoint, manager.checkpoints]
        return found
    finally:
        os.chdir(before)


@in_folder
def iterated(tf, folder):
    checkpoint = tf.train.Checkpoint(v=tf.Variable(1.0))
    first = checkpoint.save(folder + "/x")
    found = []
    for path in tf.train.checkpoints_iterator(folder, timeout=0):
        found.append(path)
        if path == first:
            checkpoint.save(folder + "/x")
    asked = []
    for path in tf.train.checkpoints_iterator(
        folder, timeout=0, timeout_fn=lambda: asked.append(1) or len(asked) > 2
    ):
        found.append(path)
    none = list(tf.train.checkpoints_iterator(folder + "/no", 0, 0))
    return found, len(asked), none


@in_folder
def managed(tf, folder):
    checkpoint = tf.train.Checkpoint(v=tf.Variable(1.0))
    manager = tf.train.CheckpointManager(checkpoint, folder, max_to_keep=2)
    found = [manager.latest_checkpoint, manager.checkpoints, manager.restore_or_initialize()]
    for value in (1.0, 2.0, 3.0):
        checkpoint.v.assign(value)
        found.append(manager.save())
    found += [contents(folder), manager.checkpoints, manager.latest_checkpoint]
    found += [manager.directory, manager.checkpoint is checkpoint, manager.checkpoint_interval]
    checkpoint.v.assign(0.0)
    found += [manager.restore_or_initialize(), checkpoint.v, checkpoint.save_counter]
    found += [manager.save(checkpoint_number=20), manager.save(tf.constant(7)), contents(folder)]
    found += [kind(manager.save, "a"), kind(manager.save, 2.5), manager.save(np.int64(7))]
    found.append(manager.sync())

    # Another manager goes on from there.
    fresh = tf.train.Checkpoint(v=tf.Variable(9.0))
    again = tf.train.CheckpointManager(fresh, pathlib.Path(folder), 1, checkpoint_name="other")
    found += [again.latest_checkpoint, again.checkpoints, again.restore_or_initialize(), fresh.v]
    found += [again.save(), contents(folder), again.checkpoints]
    state = tf.train.get_checkpoint_state(folder)
    found += [list(state.all_model_checkpoint_paths), len(state.all_model_checkpoint_timestamps)]
    found += [kind(tf.train.CheckpointManager, fresh, folder, keep) for keep in (0, -1)]
    return found


@in_folder
def managed_forever(tf, folder):
    checkpoint = tf.train.Checkpoint(v=tf.Variable(1.0))
    manager = tf.train.CheckpointManager(checkpoint, folder, None)
    for _ in range(4):
        manager.save()
    kept = tf.train.CheckpointManager(checkpoint, folder, 1, keep_checkpoint_every_n_hours=1e-9)
    for _ in range(2):
        kept.save()
    return manager.checkpoints, kept.checkpoints, contents(folder)


@in_folder
def managed_steps(tf, folder):
    step = tf.Variable(0, dtype=tf.int64)
    checkpoint = tf.train.Checkpoint(step=step)
    called = []

    def manager(**given):
        return tf.train.CheckpointManager(
            checkpoint, folder, 3, step_counter=step, checkpoint_interval=2, **given
        )

    one = manager(init_fn=lambda: called.append(1))
    found = [one.restore_or_initialize(), called, one.save(), one.save(), one.checkpoint_interval]
    for _ in range(4):
        step.assign_add(1)
        found.append(one.save(checkpoint_number=step))
    step.assign_add(1)
    found += [one.save(), one.save(check_interval=False), one.save(check_interval=False)]
    other = manager(last_checkpoint_step=4)
    found += [other.save(), other.restore_or_initialize(), step, other.save()]
    wrong = kind(tf.train.CheckpointManager, checkpoint, folder, 3, checkpoint_interval=2)
    return [*found, wrong]


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
    found = []
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
        found.append([callback.description, type(status).__name__, tf.reduce_sum(v * v)])
        found.append(len([name for name in contents(folder) if ".data" in name]))
        found.append(tf.train.load_checkpoint(path).debug_string())
        for name in contents(folder):
            os.remove(os.path.join(folder, name))
    sizes = [hash(experimental.MaxShardSizePolicy(n)) for n in (3, 3, 4)]
    wrong = kind(tf.train.CheckpointOptions, experimental_sharding_callback=3)
    return found, seen, sizes[0] == sizes[1], sizes[0] == sizes[2], wrong


@in_folder
def in_background(tf, folder):
    v = tf.Variable(np.arange(10_000.0))
    checkpoint = tf.train.Checkpoint(v=v)
    given = tf.train.CheckpointOptions(enable_async=True)
    found = []
    for _ in range(2):
        path = checkpoint.save(folder + "/x", given)
        v.assign(np.zeros(10_000))
        checkpoint.sync()
        found.append(path)
        checkpoint.restore(path).assert_consumed()
        found.append(tf.reduce_sum(v))
    written = checkpoint.write(folder + "/y", given)
    checkpoint.sync()
    return found, contents(folder), written, tf.train.latest_checkpoint(folder)
