"""`tf.train.Checkpoint`: which object gets which value, immediately or when it is created."""

import copy
import gc
import os
import weakref

import numpy as np

from tests.parity.case_helpers.checkpointing import called, in_folder, kind, model_of
from tests.parity.harness import attempt, exact_log, exact_message


@in_folder
def deferred(tf, folder):
    saved_from = tf.train.Checkpoint(a=tf.Module(), v=tf.Variable(1.0), rest=[tf.Variable(5)])
    saved_from.a.b = tf.Module()
    saved_from.a.b.v = tf.Variable([1.0, 2.0])
    path = saved_from.save(os.path.join(folder, "x"))

    to = tf.train.Checkpoint(rest=[])
    status = to.restore(path)
    results = [kind(status.assert_consumed), kind(status.assert_existing_objects_matched)]
    to.v = tf.Variable(0.0)
    results.append(to.v.value())
    to.rest.append(tf.Variable(0))
    results.append(to.rest[0].value())
    inner = tf.Module()
    inner.v = tf.Variable([0.0, 0.0])
    a = tf.Module()
    a.b = inner
    results += [inner.v.value(), kind(status.assert_consumed)]
    to.a = a
    results += [inner.v.value(), kind(status.assert_consumed)]
    # The value was there once: what takes the place is not given it.
    to.v = tf.Variable(7.0)
    return [*results, to.v]


@in_folder
def deferred_twice(tf, folder):
    source = tf.train.Checkpoint(v=tf.Variable(1.0))
    first = source.save(os.path.join(folder, "x"))
    source.v.assign(2.0)
    second = source.save(os.path.join(folder, "x"))
    results = []
    for paths in ((first, second), (second, first)):
        one, other = tf.train.Checkpoint(), tf.train.Checkpoint()
        one.restore(paths[0])
        other.restore(paths[1])
        v = tf.Variable(0.0)
        one.v = v
        results.append(v.value())
        other.v = v
        results.append(v.value())
        one.v = tf.Variable(3.0)
        results.append(one.v)
    both = tf.train.Checkpoint()
    both.restore(first)
    both.restore(second)
    both.v = tf.Variable(0.0)
    return [*results, both.v]


@in_folder
def deferred_of_another_kind(tf, folder):
    path = tf.train.Checkpoint(v=tf.Variable([1.0])).save(os.path.join(folder, "x"))
    results = []
    for make in (
        lambda: tf.Variable(1),
        lambda: tf.Variable([1.0, 2.0]),
        lambda: 3,
        lambda: tf.constant(1.0),
    ):
        to = tf.train.Checkpoint()
        to.restore(path)
        results.append(kind(setattr, to, "v", make()))
    to = tf.train.Checkpoint(other=tf.Variable(1.0))
    status = to.restore(path)
    return results, attempt(status.assert_existing_objects_matched), kind(status.assert_consumed)


@in_folder
def partial(tf, folder):
    path = tf.train.Checkpoint(v=tf.Variable(1.0), w=tf.Variable(2.0)).write(folder + "/x")
    results = {}
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
        results[name] = [
            kind(status.assert_consumed),
            kind(status.assert_existing_objects_matched),
            kind(status.assert_nontrivial_match),
            *(v for v in objects.values() if isinstance(v, tf.Variable)),
        ]
    return results


@exact_message
def not_trackable(tf):
    results = []
    for value in (3, None, tf.constant(1.0), (1, 2), "text", {1, 2}, np.zeros(2)):
        results.append(attempt(tf.train.Checkpoint, v=value))
    for value in (3, [1], "text"):
        results.append(attempt(tf.train.Checkpoint, value))
    for value in ([1], {}, (1, []), tf.function(lambda: 1), tf.Module(), tf.train.Checkpoint()):
        results.append(type(tf.train.Checkpoint(v=value)).__name__)
    root = tf.Module()
    root.v = tf.Variable(1.0)
    results.append(attempt(tf.train.Checkpoint, root, v=tf.Variable(2.0)))
    results.append(type(tf.train.Checkpoint(root, v=root.v)).__name__)
    return results


@in_folder
def root(tf, folder):
    class Model(tf.Module):
        def __init__(self, value):
            super().__init__()
            self.v = tf.Variable(value)

    extra = tf.Variable(5.0)
    checkpoint = tf.train.Checkpoint(Model(3.0), extra=extra)
    path = checkpoint.save(folder + "/a")
    results = [[list(pair) for pair in tf.train.list_variables(path)]]

    model, extra = Model(1.0), tf.Variable(1.0)
    again = tf.train.Checkpoint(model, extra=extra)
    again.restore(path).assert_consumed()
    results += [model.v, extra, again.save_counter]

    swapped, v = tf.Module(), tf.Variable(100.0)
    swapped.extra = tf.Variable(200.0)
    again = tf.train.Checkpoint(swapped, v=v)
    again.restore(path).assert_consumed()
    results += [swapped.extra, v, again.save_counter]

    again = tf.train.Checkpoint(v=tf.Variable(1.0), extra=tf.Variable(1.0))
    again.restore(path).assert_consumed()
    results += [again.v, again.extra, again.root if hasattr(again, "root") else None]

    model = Model(4.0)
    weak = tf.train.Checkpoint(root=weakref.ref(model))
    path = weak.save(folder + "/weak")
    model.v.assign(0.0)
    weak.restore(path)
    results += [model.v, kind(tf.train.Checkpoint, root=weakref.ref(model), v=tf.Variable(9.0))]
    one = tf.Variable(6.0)
    path = tf.train.Checkpoint(one).write(folder + "/variable")
    return [*results, [list(pair) for pair in tf.train.list_variables(path)]]


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
    results = [kind(status.assert_consumed), one.v.value()]
    one.v.assign(5.0)
    path = tf.train.Checkpoint(a=tf.Variable(2.0), b=tf.Variable(3.0)).write(folder + "/y")
    both = tf.Variable(0.0)
    status = tf.train.Checkpoint(a=both, b=both).read(path)
    return [*results, kind(status.assert_consumed), both]


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
        results = [len(gone)]
        del checkpoint, module
        results.append(len(gone))
        module = tf.Module()
        module.a, module.x = Noted(), []
        checkpoint = tf.train.Checkpoint(module)
        checkpoint.restore(path).expect_partial()
        del checkpoint, module
        results.append(len(gone))
        module = tf.Module()
        module.v = tf.Variable(1.0)
        v = weakref.ref(module.v)
        checkpoint = tf.train.Checkpoint(root=weakref.ref(module))
        checkpoint.restore(checkpoint.save(folder + "/y"))
        del module
        return [*results, v() is None]
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
    results = [kind(status.assert_consumed), kind(status.assert_nontrivial_match), checkpoint.v]
    for suffix in (".index", ".data-00000-of-00001"):
        os.remove(path + suffix)
    return results


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
def copies(tf, folder):
    v = tf.Variable(1.0)
    original = tf.train.Checkpoint(v=v, rest=[v, {"a": v}])
    copied = copy.deepcopy(original)
    copied.v.assign(2.0)
    results = [v.value(), copied.rest[0] is copied.v, copied.rest[1]["a"] is copied.v]
    path = copied.save(folder + "/x")
    original.restore(path).assert_consumed()
    return [*results, v, original.save_counter, copied.save_counter]


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

    results = []
    for value in ("text", b"\0\xff", ""):
        checkpoint = tf.train.Checkpoint(s=State(value), v=tf.Variable(1.0))
        path = checkpoint.save(folder + "/x")
        state = State("old")
        tf.train.Checkpoint(s=state, v=tf.Variable(0.0)).restore(path).assert_consumed()
        results.append(state.value)
        later = tf.train.Checkpoint()
        later.restore(path)
        later.s = State("old")
        results.append(later.s.value)
    listed = [list(pair) for pair in tf.train.list_variables(path)]
    return results, listed, kind(tf.train.experimental.PythonState)


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
