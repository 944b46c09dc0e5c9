"""`tf.Module`, name scopes, init_scope, control_dependencies."""

from __future__ import annotations

import collections
from typing import Any

from tests.parity.harness import attempt, exact_message


def _module(tf: Any) -> Any:
    class Layer(tf.Module):
        def __init__(self, name=None):
            super().__init__(name=name)
            self.w = tf.Variable(1.0, name="w")
            self.sub = tf.Module("inner")
            self.sub.deep = [tf.Variable(5.0, name="deep")]
            self.items = [
                tf.Variable(2.0, trainable=False, name="q"),
                {"b": tf.Variable(3.0), "a": (tf.Variable(4.0), None)},
            ]
            self.other = 5

    return Layer


def collections_of_variables(tf):
    m = _module(tf)()
    return [
        m.variables,
        m.trainable_variables,
        m.non_trainable_variables,
        [s.name for s in m.submodules],
        m.name,
    ]


def shared_and_circular(tf):
    layer = _module(tf)
    a, b = layer("a"), layer("b")
    a.b, b.a, a.w2 = b, a, a.w
    return [
        len(a.variables),
        len(b.trainable_variables),
        [m.name for m in a.submodules],
        [m.name for m in b.submodules],
        [v.name for v in a.variables],
    ]


def containers(tf):
    Pair = collections.namedtuple("Pair", "x y")
    m = tf.Module()
    m.pair = Pair(tf.Variable(1.0), [tf.Module("in_pair")])
    m.ordered = collections.OrderedDict([("z", tf.Variable(2.0)), ("a", tf.Variable(3.0))])
    m.empty = []
    m.text = "abc"
    m.array = tf.constant([1.0])
    m.inner = {"m": m}
    return m.variables, [s.name for s in m.submodules]


def mixed_keys(tf):
    m = tf.Module()
    m.table = {1: tf.Variable(1.0), "a": tf.Variable(2.0)}
    return attempt(lambda: m.variables)


def names(tf):
    layer = _module(tf)

    class CamelCaseXYZModule2(tf.Module):
        pass

    class HTTPServer(tf.Module):
        pass

    class Mlp(tf.Module):
        pass

    made = [layer(), layer("foo"), layer("_x"), CamelCaseXYZModule2(), HTTPServer(), Mlp()]
    return [(m.name, m.name_scope.name) for m in made]


@exact_message
def wrong_names(tf):
    return [attempt(tf.Module, name) for name in ("a b", "1a", "", "a/b", "a.b", "ä")]


def name_of_a_wrong_type(tf):
    return attempt(tf.Module, 1)


def without_super(tf):
    class Bare(tf.Module):
        def __init__(self):
            self.w = tf.Variable(1.0)

    m = Bare()
    return m.variables, attempt(lambda: m.name), attempt(lambda: m.name_scope)


def with_name_scope(tf):
    class Dense(tf.Module):
        @tf.Module.with_name_scope
        def __call__(self, x):
            "Multiplies."
            if not hasattr(self, "w"):
                self.w = tf.Variable(2.0, name="w")
                self.inner = tf.Module("inner")
                with self.inner.name_scope:
                    self.inner.v = tf.Variable(3.0)
            return x * self.w

    a = Dense(name="a")
    with tf.name_scope("outer"):
        b = Dense()
    results = [a(1.0), b(2.0), a(3.0)]
    names = [v.name for m in (a, b) for v in m.variables]
    return results, names, Dense.__call__.__doc__, b.name_scope.name, tf.Variable(1.0).name


def name_scope_of_a_traced_method(tf):
    class Dense(tf.Module):
        w = None

        @tf.function
        @tf.Module.with_name_scope
        def __call__(self, x):
            if self.w is None:
                self.w = tf.Variable(2.0, name="w")
            return x * self.w

    m = Dense("m")
    return m(tf.constant(1.0)), m(tf.constant(2.0)), m.w.name


def flatten(tf):
    m = _module(tf)()

    def is_variable(leaf):
        return isinstance(leaf, tf.Variable)

    return [
        list(m._flatten(predicate=is_variable, with_path=True)),
        [p for p, _ in m._flatten(recursive=False, with_path=True) if not p[0].startswith("_")],
        len(list(m._flatten(predicate=is_variable, recursive=False))),
        [
            v.name
            for v in m._flatten(
                predicate=is_variable, attribute_traversal_key=lambda name: name[::-1]
            )
        ],
    ]


def training(tf):
    class Line(tf.Module):
        def __init__(self):
            super().__init__()
            self.a, self.b = tf.Variable(1.0), tf.Variable(0.0)

        @tf.function
        def __call__(self, x):
            return self.a * x + self.b

    model = Line()
    x = tf.constant([1.0, 2.0, 3.0])
    losses = []
    for _ in range(3):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(model(x) - 2.0 * x))
        for v, g in zip(
            model.trainable_variables,
            tape.gradient(loss, model.trainable_variables),
            strict=True,
        ):
            v.assign_sub(0.1 * g)
        losses.append(loss)
    return losses, model.variables


# -- name scopes and other contexts -------------------------------------------------------------


def scopes(tf):
    outcomes = []
    with tf.name_scope("a") as a:
        outcomes.append(tf.Variable(1.0, name="v").name)
        with tf.name_scope("b") as b:
            outcomes.append(tf.Variable(1.0).name)
            with tf.name_scope("") as empty:
                outcomes.append(tf.Variable(1.0).name)
                with tf.name_scope(a) as again, tf.name_scope("x/y") as nested:
                    outcomes.append(tf.Variable(1.0).name)
                with tf.name_scope("k/") as absolute:
                    outcomes.append(tf.Variable(1.0).name)
        with tf.name_scope("b") as second:
            pass
    outcomes.append(tf.Variable(1.0).name)
    return a, b, empty, again, nested, absolute, second, outcomes


def scope_object(tf):
    scope = tf.name_scope("foo")
    outcomes = [scope.name]
    with scope as first, scope as second:
        outcomes += [first, second]
    with scope as third:
        outcomes.append(third)
    return outcomes, attempt(tf.name_scope, 1), attempt(tf.name_scope, None)


def scope_after_an_error(tf):
    try:
        with tf.name_scope("foo"):
            raise KeyError("k")
    except KeyError:
        pass
    return tf.Variable(1.0).name


def repr_in_a_scope(tf):
    with tf.name_scope("s"):
        v = tf.Variable(1.0, name="v")
    return repr(v), repr(v.assign(2.0))


def init_scope(tf):
    x = tf.constant(2.0)
    v = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        with tf.init_scope():
            y = x * v
        z = y * x * v
    result = tape.gradient(z, [x, v])
    with tf.name_scope("n"), tf.init_scope():
        named = tf.Variable(1.0)
    return result, named.name, attempt(lambda: _in_init_scope(tf)), tf.executing_eagerly()


def _in_init_scope(tf: Any) -> None:
    with tf.init_scope():
        raise ValueError("inside")


def control_dependencies(tf):
    x, v = tf.constant(1.0), tf.Variable(2.0)
    with tf.control_dependencies([x, v]):
        y = x + v
    with tf.control_dependencies(None):
        z = x + y
    with tf.control_dependencies([lambda: print("called"), x]) as entered:
        pass

    @tf.function
    def f(x):
        with tf.control_dependencies([v.assign_add(x)]):
            return v + 0.0

    return y, z, entered, f(x), f(x)
