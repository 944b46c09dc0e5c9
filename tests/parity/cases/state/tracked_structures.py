"""Lists, dicts and tuples as attributes of modules: the wrappers that replace them."""

import collections
import copy
import pickle

import numpy as np

from tests.parity.case_helpers.checkpointing import called, in_folder, kind
from tests.parity.case_helpers.tables import outcomes

Pair = collections.namedtuple("Pair", "a b")


class Odd(collections.namedtuple("Odd", "a b")):
    """A named tuple that is not made of its fields."""

    def __new__(cls, only):
        return super().__new__(cls, only, only)


def _with(tf, **attributes):
    module = tf.Module()
    for name, value in attributes.items():
        setattr(module, name, value)
    return module


def _changed(tf, make):
    """Turns a change of a wrapper into a row: what it gives, and what both are like then."""

    def changed(change):
        def row():
            plain = make()
            module = _with(tf, x=plain)
            result = change(module.x)
            return [repr(result), repr(module.x), repr(plain), len(module.x)]

        return row

    return changed


def _saved(tf, folder, make, grow=False):
    """Turns a change of a wrapper and of what it wraps into a row: what is saved then."""

    def saved(change):
        def row():
            plain = make()
            module = _with(tf, x=plain)
            change(module.x, plain)
            if grow:
                module.x.append(tf.Variable(1.0))
            path = tf.train.Checkpoint(m=module).write(folder + "/x")
            return [name for name, _ in tf.train.list_variables(path)[1:]]

        return row

    return saved


def _look(tf, value):
    return [called(tf, value), repr(value), str(value)]


def wrapped(tf):
    v = tf.Variable(1)
    values = {
        "list": [1, v],
        "empty list": [],
        "dict": {"a": v, "b": 2},
        "empty dict": {},
        "ordered": collections.OrderedDict(z=v, a=[1]),
        "tuple": (1, v),
        "tuple of plain": (1, "a"),
        "tuple of list": (1, []),
        "tuple of tuple": (1, (2, {})),
        "fields": Pair(v, 2),
        "plain fields": Pair(1, 2),
        "odd": Odd(v),
        "set": {1},
        "array": np.zeros(2),
        "nested": [{"a": ([v],)}, [[]]],
        "variable": v,
        "text": "abc",
    }
    module = _with(tf, **values)
    return {
        "looks": {name: _look(tf, getattr(module, name)) for name in values},
        "is": {
            name: [isinstance(getattr(module, name), cls) for cls in (list, dict, tuple)]
            for name in values
        },
        "special": [
            isinstance(module.ordered, collections.OrderedDict),
            isinstance(module.fields, Pair),
            module.fields.a is v,
            module.fields.b,
            module.fields._fields,
            module.odd.a is v,
        ],
        "inside": _look(tf, values["nested"][0]),
        "same": {name: getattr(module, name) is value for name, value in values.items()},
        "variables": len(module.variables),
        "again": [_with(tf, x=module.list).x is module.list],
    }


def lists(tf):
    v, w = tf.Variable(1), tf.Variable(2)
    plain = [v, 3, [w]]
    kept = _with(tf, x=plain).x
    results = {
        "reading": outcomes(
            {
                "len": lambda: len(kept),
                "item": lambda: kept[1],
                "last": lambda: kept[-1],
                "slice": lambda: type(kept[:2]).__name__,
                "iter": lambda: [type(x).__name__ for x in kept][1:],
                "reversed": lambda: next(iter(reversed(kept))) is kept[2],
                "in": lambda: 3 in kept[1:],
                "index": lambda: kept.index(3, 1),
                "out": lambda: kept[5],
                "hash": lambda: hash(kept),
                "bool": lambda: [bool(kept), bool(_with(tf, x=[]).x)],
            }
        )
    }
    numbers = [3, 1, 2]
    kept = _with(tf, x=numbers).x
    results["comparing"] = outcomes(
        {
            "eq": lambda: [kept == [3, 1, 2], kept == _with(tf, x=[3, 1, 2]).x, kept == [3]],
            "ne": lambda: [kept != [3, 1, 2], kept != [3], kept != 3],
            "order": lambda: [kept < [4], kept <= [3, 1, 2], kept > [2], kept >= [4]],
            "reflected": lambda: [[3, 1, 2] == kept, [4] > kept],
            "add": lambda: [kept + [1], [1] + kept, type(kept + [1]).__name__, kept + kept],
            "mul": lambda: [kept * 2, 2 * kept, type(kept * 2).__name__],
            "tuple": lambda: [kept + (1,)],
            "count": lambda: kept.count(1),
            "numpy": lambda: np.array(kept),
            "tensor": lambda: tf.constant(kept),
            "sorted": lambda: [sorted(kept), sum(kept), max(kept), list(kept), [*kept]],
        }
    )

    changed = _changed(tf, lambda: [3, 1, 2])
    results["changing"] = outcomes(
        {
            "append": changed(lambda x: x.append([4])),
            "extend": changed(lambda x: x.extend([4, {}])),
            "iadd": changed(lambda x: x.__iadd__([4])),
            "imul": changed(lambda x: x.__imul__(2)),
            "imul 0": changed(lambda x: x.__imul__(0)),
            "set": changed(lambda x: x.__setitem__(0, [7])),
            "set far": changed(lambda x: x.__setitem__(9, 7)),
            "set slice": changed(lambda x: x.__setitem__(slice(0, 2), [7, 8, 9])),
            "del": changed(lambda x: x.__delitem__(0)),
            "del slice": changed(lambda x: x.__delitem__(slice(1, None))),
            "insert": changed(lambda x: x.insert(1, 7)),
            "pop": changed(lambda x: x.pop()),
            "pop first": changed(lambda x: x.pop(0)),
            "pop far": changed(lambda x: x.pop(9)),
            "remove": changed(lambda x: x.remove(1)),
            "remove none": changed(lambda x: x.remove(9)),
            "clear": changed(lambda x: x.clear()),
            "reverse": changed(lambda x: x.reverse()),
            "sort": changed(lambda x: x.sort()),
        }
    )
    return results


def dicts(tf):
    changed = _changed(tf, lambda: {"b": 1, "a": [2]})
    kept = _with(tf, x={"b": 1, "a": [2]}).x
    return {
        "reading": outcomes(
            {
                "item": lambda: kept["b"],
                "missing": lambda: kept["c"],
                "get": lambda: [kept.get("b"), kept.get("c"), kept.get("c", 3)],
                "views": lambda: [list(kept), list(kept.keys()), len(kept.values())],
                "items": lambda: [key for key, _ in kept.items()],
                "in": lambda: ["b" in kept, "c" in kept],
                "eq": lambda: [kept == {"b": 1, "a": [2]}, kept != {"b": 1}, kept == 3],
                "hash": lambda: hash(kept),
                "stars": lambda: sorted(dict(**kept)),
                "dict": lambda: type(dict(kept)).__name__,
                "bool": lambda: [bool(kept), bool(_with(tf, x={}).x)],
                "numbers": lambda: repr(_with(tf, x={1: 2, (3,): [4]}).x),
                "copy": lambda: [repr(kept.copy()), repr(copy.copy(kept))],
            }
        ),
        "changing": outcomes(
            {
                "set": changed(lambda x: x.__setitem__("c", {})),
                "set again": changed(lambda x: x.__setitem__("b", 5)),
                "del": changed(lambda x: x.__delitem__("a")),
                "del none": changed(lambda x: x.__delitem__("z")),
                "update": changed(lambda x: x.update({"c": [1]}, d=2)),
                "pop": changed(lambda x: x.pop("b")),
                "pop none": changed(lambda x: x.pop("z")),
                "popitem": changed(lambda x: x.popitem()),
                "setdefault": changed(lambda x: x.setdefault("c", 4)),
                "clear": changed(lambda x: x.clear()),
            }
        ),
    }


def tuples(tf):
    v = tf.Variable(1)
    kept, fields = _with(tf, x=(v, [2])).x, _with(tf, x=Pair(v, [2])).x
    return outcomes(
        {
            "items": lambda: [kept[0] is v, repr(kept[1]), len(kept), repr(kept[1:])],
            "unpacked": lambda: [repr(item) for item in kept],
            "fields": lambda: [fields.a is v, repr(fields.b), repr(fields._asdict())],
            "replaced": lambda: repr(fields._replace(a=1)),
            "add": lambda: repr(kept + (1,)),
            "mul": lambda: len(kept * 2),
            "eq": lambda: [_with(tf, x=(1, [])).x == (1, []), _with(tf, x=(1, [])).x != (1,)],
            "hash": lambda: hash(_with(tf, x=(1, _with(tf))).x) is not None,
            "copies": lambda: repr(copy.copy(_with(tf, x=(1, [2])).x)),
            "deep copies": lambda: repr(copy.deepcopy(_with(tf, x=Pair(1, [2])).x)),
        }
    )


def nests(tf):
    v = tf.Variable(1.0)
    module = _with(tf, x=[v, 2.0], d={"b": 3.0, "a": v}, t=(v, [4.0]), p=Pair(v, 5.0))
    results = {}
    for name in "xdtp":
        kept = getattr(module, name)
        mapped = tf.nest.map_structure(lambda leaf: 0, kept)
        results[name] = [
            len(tf.nest.flatten(kept)),
            tf.nest.is_nested(kept),
            [type(mapped).__name__, repr(mapped)],
            repr(tf.nest.pack_sequence_as(kept, [1] * len(tf.nest.flatten(kept)))),
        ]
    same = {
        "list": (module.x, [1, 2]),
        "dict": (module.d, {"a": 1, "b": 2}),
        "tuple": (module.t, (1, [2])),
        "fields": (module.p, Pair(1, 2)),
        "tuple and list": (module.t, [1, [2]]),
        "fields and tuple": (module.p, (1, 2)),
    }
    for name, pair in same.items():
        results[name] = [
            kind(tf.nest.assert_same_structure, *pair),
            kind(tf.nest.assert_same_structure, *pair[::-1]),
        ]
    return results


def operations(tf):
    v = tf.Variable([1.0, 2.0])
    module = _with(tf, x=[v, tf.constant([3.0, 4.0])], sizes=[2, 1], d={"a": v})
    with tf.GradientTape(persistent=True) as tape:
        y = tf.reduce_sum(tf.stack(module.x) * tf.add_n(module.x))
        z = tf.reshape(tf.concat(module.x, 0), [2, *module.sizes])
    f = tf.function(lambda x, d: x[0] * d["a"])
    return [
        tape.gradient(y, module.x),
        tape.gradient(z, module.d),
        tf.zeros(module.sizes),
        tf.reshape(v, module.sizes),
        tf.transpose(z, _with(tf, x=[2, 0, 1]).x),
        tf.reduce_sum(z, axis=_with(tf, x=[0, 1]).x),
        f(module.x, module.d),
        f(module.x, {"a": v}),
        tf.ensure_shape(v, _with(tf, x=[None]).x),
        tf.TensorSpec(_with(tf, x=[None, 2]).x),
    ]


class _Mine(collections.namedtuple("_Mine", "x weights")):
    def __new__(cls, x, weights):
        return super().__new__(cls, x, 3)

    @property
    def variables(self):
        return "mine"

    def both(self):
        return self.x, self.weights


class _Items(tuple):
    @property
    def summed(self):
        return self[0] + self[1]


def tuples_of_own_classes(tf):
    v = tf.Variable(1)
    module = _with(tf, x=_Mine(v, 2), y=_Items([v, 2]))
    module.all = (module,)
    times = module.x
    times *= 2
    return {
        "fields": [module.x.weights, module.x.variables, module.x.both()[1], repr(module.x)],
        "items": [module.y.summed, repr(module.y)],
        "same": kind(
            tf.nest.assert_same_structure, module.y, tf.nest.map_structure(lambda x: x, module.y)
        ),
        "times": [type(times).__name__, len(times)],
        "children": [sorted(c) for c in map(tf.train.TrackableView.children, (module.x, module))],
        "variables": len(module.variables),
    }


def traces(tf):
    one = tf.constant(1.0)
    module = _with(tf, x=[one], d={"a": one}, t=(one, [2]), n=_with(tf, p=Pair(one, [2])).p)
    results = []
    for plain, kept in (
        ([one], module.x),
        ({"a": one}, module.d),
        ((one, [2]), module.t),
        (Pair(one, [2]), module.n),
    ):
        f = tf.function(lambda x: tf.nest.flatten(x)[0] + 1.0)
        same = f.get_concrete_function(plain) is f.get_concrete_function(kept)
        results.append([same, f(plain), f(kept), f.experimental_get_tracing_count()])
    return results


def trainable(tf):
    v, w = tf.Variable(1.0), tf.Variable(2.0, trainable=False)
    inner = _with(tf, u=tf.Variable(3.0))
    kept = _with(tf, x=[v, w, inner]).x
    results = [kept.trainable, len(kept.trainable_weights), len(kept.non_trainable_weights)]
    kept.trainable = False
    results += [kept.trainable_variables, [x.numpy() for x in kept.non_trainable_variables]]
    return [*results, [x.numpy() for x in kept.weights]]


def variables(tf):
    v, w = tf.Variable(1.0), tf.Variable(2.0, trainable=False)
    inner = _with(tf, u=tf.Variable(3.0))
    module = _with(tf, x=[v, [w], inner], d={"b": w, "a": inner}, t=(v, inner))
    return {
        name: [
            [x.numpy() for x in getattr(module, name).variables],
            [x.numpy() for x in getattr(module, name).trainable_variables],
            [x.numpy() for x in getattr(module, name).non_trainable_variables],
        ]
        for name in "xdt"
    }


def copied(tf):
    v = tf.Variable(1.0)
    module = _with(tf, x=[v, [2]], d={"a": v}, t=(v, [3]), p=Pair(v, 4))
    deep = copy.deepcopy(module)
    v.assign(5.0)
    results = [deep.x[0].value(), deep.x[0] is deep.d["a"], deep.x[0] is deep.t[0]]
    results += [deep.p.a is deep.x[0], *map(repr, (deep.x[1], deep.t[1]))]
    for name in "xd":
        kept = getattr(_with(tf, x=[1, [2]], d={"a": {}}), name)
        results.append([repr(copy.copy(kept)), repr(copy.deepcopy(kept))])
        results.append(repr(pickle.loads(pickle.dumps(kept))))
    shallow = copy.copy(module.x)
    shallow.append(6)
    return [*results, len(module.x), len(shallow)]


@in_folder
def saving_changed_lists(tf, folder):
    saved = _saved(tf, folder, lambda: [tf.Variable(1.0), tf.Variable(2.0)])
    v = tf.Variable(7.0)
    return outcomes(
        {
            "nothing": saved(lambda x, plain: None),
            "append": saved(lambda x, plain: x.append(v)),
            "append plain": saved(lambda x, plain: x.append(3)),
            "extend": saved(lambda x, plain: x.extend([v, {"a": v}])),
            "iadd": saved(lambda x, plain: x.__iadd__([v])),
            "imul": saved(lambda x, plain: x.__imul__(2)),
            "set": saved(lambda x, plain: x.__setitem__(0, v)),
            "set slice": saved(lambda x, plain: x.__setitem__(slice(0, 1), [v])),
            "del": saved(lambda x, plain: x.__delitem__(0)),
            "insert": saved(lambda x, plain: x.insert(0, 1)),
            "pop": saved(lambda x, plain: x.pop()),
            "clear": saved(lambda x, plain: x.clear()),
            "reverse": saved(lambda x, plain: x.reverse()),
            "outside": saved(lambda x, plain: plain.append(v)),
            "outside and append": saved(lambda x, plain: [plain.append(1), x.append(v)]),
            "outside replaced": saved(lambda x, plain: plain.__setitem__(0, v)),
            "outside and back": saved(lambda x, plain: [plain.append(1), plain.pop()]),
        }
    )


@in_folder
def saving_changed_plain_lists(tf, folder):
    saved = _saved(tf, folder, lambda: [1, 2], True)
    return outcomes(
        {
            "set": saved(lambda x, plain: x.__setitem__(0, 5)),
            "set variable": saved(lambda x, plain: x.__setitem__(0, tf.Variable(1.0))),
            "set slice": saved(lambda x, plain: x.__setitem__(slice(0, 1), [3, 4])),
            "del": saved(lambda x, plain: x.__delitem__(0)),
            "insert": saved(lambda x, plain: x.insert(0, 1)),
            "insert variable": saved(lambda x, plain: x.insert(0, tf.Variable(1.0))),
            "pop": saved(lambda x, plain: x.pop()),
            "sort": saved(lambda x, plain: x.sort()),
            "reverse": saved(lambda x, plain: x.reverse()),
            "imul": saved(lambda x, plain: x.__imul__(0)),
            "outside": saved(lambda x, plain: plain.append(3)),
            "outside equal": saved(lambda x, plain: plain.__setitem__(0, 1.0)),
        }
    )


@in_folder
def saving_changed_dicts(tf, folder):
    saved = _saved(tf, folder, lambda: {"a": tf.Variable(1.0), "b": 2})
    v = tf.Variable(7.0)
    return outcomes(
        {
            "set": saved(lambda x, plain: x.__setitem__("c", v)),
            "set again": saved(lambda x, plain: x.__setitem__("a", v)),
            "set plain": saved(lambda x, plain: x.__setitem__("a", 3)),
            "del": saved(lambda x, plain: x.__delitem__("a")),
            "update": saved(lambda x, plain: x.update(c=[v])),
            "pop": saved(lambda x, plain: x.pop("b")),
            "popitem": saved(lambda x, plain: x.popitem()),
            "setdefault": saved(lambda x, plain: x.setdefault("c", 4)),
            "setdefault there": saved(lambda x, plain: x.setdefault("b", 4)),
            "clear": saved(lambda x, plain: x.clear()),
            "number": saved(lambda x, plain: x.__setitem__(1, 2)),
            "number for variable": saved(lambda x, plain: x.__setitem__(1, v)),
            "number for list": saved(lambda x, plain: x.__setitem__(1, [])),
            "outside": saved(lambda x, plain: plain.update(c=1)),
            "outside and set": saved(lambda x, plain: [plain.update(c=1), x.update(d=2)]),
        }
    )


@in_folder
def saving_other(tf, folder):
    def saved(value):
        def row():
            path = tf.train.Checkpoint(m=_with(tf, x=value)).write(folder + "/x")
            return [name for name, _ in tf.train.list_variables(path)[1:]]

        return row

    v = tf.Variable(1.0)
    untracked = tf.Module()._no_dependency
    return outcomes(
        {
            "numbers as keys": saved({1: v}),
            "numbers as keys of plain": saved({1: 2, "a": v}),
            "odd tuple": saved(Odd(v)),
            "fields": saved(Pair(v, [v])),
            "nested": saved([{"a": (v, [tf.Variable(2.0)])}]),
            "kept out": saved(untracked(v)),
            "kept out in list": saved([untracked(v), tf.Variable(3.0)]),
            "kept out in dict": saved({"a": untracked(v), "b": tf.Variable(3.0)}),
            "kept out in tuple": saved((untracked([v]), tf.Variable(3.0))),
            "kept out under number": saved({1: untracked(v)}),
        }
    )


@in_folder
def restored_later(tf, folder):
    source = _with(
        tf,
        x=[tf.Variable(1.0), [tf.Variable(2.0)]],
        d={"a": tf.Variable(3.0), "b": {"c": tf.Variable(4.0)}},
        t=(tf.Variable(5.0),),
    )
    path = tf.train.Checkpoint(m=source).write(folder + "/x")
    module = _with(tf, x=[], d={})
    status = tf.train.Checkpoint(m=module).read(path)
    variables = [tf.Variable(0.0) for _ in range(5)]
    module.x.append(variables[0])
    module.x.append([])
    module.x[1].append(variables[1])
    module.d["a"] = variables[2]
    module.d["b"] = {}
    module.d["b"]["c"] = variables[3]
    results = [kind(status.assert_consumed)]
    module.t = (variables[4],)
    return [*results, kind(status.assert_consumed), variables]


def attributes(tf):
    class Settable(tf.Module):
        @property
        def x(self):
            return self._x

        @x.setter
        def x(self, value):
            self._x = value

        @property
        def fixed(self):
            return 1

    module = Settable()
    module.x = [1]
    module.v = v = tf.Variable(1.0)
    module.v = v
    del module.v
    several = _with(tf, x=[tf.Module(), {"a": tf.Module()}])
    return outcomes(
        {
            "property": lambda: [type(module.x).__name__, module.x is module._x],
            "fixed": lambda: setattr(module, "fixed", 2),
            "deleted": lambda: hasattr(module, "v"),
            "delete again": lambda: delattr(module, "v"),
            "children": lambda: sorted(tf.train.TrackableView.children(module)),
            "submodules": lambda: len(several.submodules),
            "vars": lambda: sorted(n for n in vars(module) if not n.startswith("_self")),
        }
    )
