"""`tf.function`: arguments, signatures, results, traces, variables, methods, concrete functions."""

from __future__ import annotations

import collections
import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from tests.parity.harness import attempt, exact_log, exact_message

Pair = collections.namedtuple("Pair", "first second")


def _texts(outcome: Any) -> Any:
    """An outcome, of an exception the type and the message."""
    if isinstance(outcome, Exception):
        return type(outcome).__name__, str(outcome)
    return outcome


def _type_of(x: Any) -> str:
    name = type(x).__name__
    return "Tensor" if "Tensor" in name else "Variable" if "Variable" in name else name


def _counts(tf: Any, function: Callable[..., Any], calls: list[Any], **options: Any) -> list[int]:
    """The tracing count after each call."""
    traced = tf.function(function, **options)
    outcomes = []
    for arguments in calls:
        traced(*arguments)
        outcomes.append(traced.experimental_get_tracing_count())
    return outcomes


class _Object:
    pass


def arguments_as_they_arrive(tf):
    seen = []

    @tf.function
    def f(x, *rest, k=2, **others):
        seen.append([_type_of(v) for v in (x, *rest, k, *others.values())])
        return tf.constant(1)

    f(1, 2.5, "a", None, True, k=np.ones(2), z=[1], y=(1, 2))
    f(tf.constant(1.0), np.float32(1), {"a": 1}, [np.ones(1)], tf.Variable(1.0), b"x", 1j)
    f(Pair(1, 2), k=_Object(), a=collections.OrderedDict(b=1))
    return seen


def containers_are_copies(tf):
    @tf.function
    def f(items, table):
        items.append(tf.constant(5))
        table["new"] = 1
        return items, table

    items, table = [tf.constant(1)], {"old": tf.constant(2)}
    return f(items, table), items, table


def equal_numbers_are_one_trace(tf):
    f = tf.function(lambda x: x)
    return f(1), f(1.0), f(True), f(np.int64(1)), f.experimental_get_tracing_count()


def results(tf):
    x = tf.constant([1.0, 2.0])
    v = tf.Variable(3.0)
    functions = {
        "none": lambda: None,
        "numbers": lambda: [1, 2.5, True, 1j, 2**40],
        "text": lambda: ("a", b"b"),
        "arrays": lambda: {"b": np.ones(2), "a": np.float32(1), "c": np.zeros((0, 2), np.int32)},
        "nests": lambda: [x, (None, {"q": x + 1}), Pair(x, None), [[1, 2], [3]], []],
        "ordered": lambda: collections.OrderedDict([("b", x), ("a", 1)]),
        "default": lambda: collections.defaultdict(list, b=x, a=1),
        "variable": lambda: (v, [v]),
        "slices": lambda: tf.IndexedSlices(x, tf.constant([0, 1])),
        "shape": lambda: x.shape,
        "range": lambda: range(3),
        "object": lambda: _Object(),
        "type": lambda: _Object,
        "function": lambda: _type_of,
        "dtype": lambda: tf.float32,
        "set": lambda: {1, 2},
        "generator": lambda: (1 for _ in range(2)),
        "keys": lambda: {1: x, "a": x},
    }
    return {name: attempt(tf.function(f)) for name, f in functions.items()}


def results_are_new_tensors(tf):
    x = tf.constant(1.0)
    v = tf.Variable(1.0)
    same = tf.function(lambda x: x)(x)
    (also,) = tf.function(lambda x: [x])(x)
    value = tf.function(lambda: v)()
    v.assign(2.0)
    return same is x, also is x, value


def named_tuple_results(tf):
    result = tf.function(lambda x: Pair(x, [x * 2]))(tf.constant(1.0))
    return type(result).__name__, result.first, result.second


SIGNED = [
    lambda tf: tf.constant([1.0]),
    lambda tf: [1.0, 2.0],
    lambda tf: [1, 2],
    lambda tf: (1.5,),
    lambda tf: np.ones(2),
    lambda tf: np.ones(2, np.int64),
    lambda tf: [],
    lambda tf: tf.Variable([1.0, 2.0]),
    lambda tf: tf.constant([1]),
    lambda tf: tf.constant([1.0], tf.float64),
    lambda tf: tf.constant(1.0),
    lambda tf: 3.0,
    lambda tf: [[1.0]],
    lambda tf: "abc",
    lambda tf: None,
    lambda tf: [1j],
]


def signature_converts(tf):
    f = tf.function(lambda x: (x, x * 2), input_signature=[tf.TensorSpec([None], tf.float32)])
    outcomes = [attempt(f, make(tf)) for make in SIGNED]
    return outcomes, f.experimental_get_tracing_count()


@exact_message
def signature_refuses(tf):
    f = tf.function(lambda x: x, input_signature=[tf.TensorSpec([None], tf.float32)])
    return [attempt(f, make(tf)) for make in (*SIGNED[8:13], SIGNED[14])]


@exact_message
def signatures_that_do_not_fit(tf):
    spec = tf.TensorSpec([])

    def f(x, y=2):
        return x

    def keyword(x, *, k):
        return x

    wrong = [
        (f, [spec] * 3),
        (f, []),
        (f, [1]),
        (f, [[spec, "a"]]),
        (keyword, [spec]),
        (lambda **k: k, [spec]),
        (lambda *a: a, [spec, None]),
    ]
    return [attempt(tf.function, function, signature) for function, signature in wrong]


def signature_of_another_type(tf):
    return attempt(tf.function, lambda x: x, tf.TensorSpec([]))


def signature_forms(tf):
    spec = tf.TensorSpec

    def f(x, y=2):
        return x, y

    def keyword(x, *, k=3):
        return x, k

    given = {
        "shorter": (f, [spec([])], (1.0,), {}),
        "default": (f, [spec([])], (1.0, 2), {}),
        "other default": (f, [spec([])], (1.0, 3), {}),
        "by keyword": (f, [spec([]), spec([], tf.int32)], (), {"y": 1, "x": 2}),
        "keyword only": (keyword, [spec([])], (1,), {}),
        "keyword only given": (keyword, [spec([])], (1,), {"k": 3}),
        "variadic": (lambda *a: a, [spec([]), spec([1])], (1, [2]), {}),
        "variadic short": (lambda *a: a, [spec([]), spec([1])], (1,), {}),
        "nested": (
            lambda d: d,
            [{"a": spec([]), "b": [spec([2]), (spec([], tf.int64),)]}],
            ({"a": 1, "b": [[1, 2], (3,)]},),
            {},
        ),
        "nested list": (lambda d: d, [[spec([])]], ([1],), {}),
        "nested tuple for list": (lambda d: d, [[spec([])]], ((1,),), {}),
        "nested length": (lambda d: d, [[spec([])]], ([1, 2],), {}),
        "nested keys": (lambda d: d, [{"a": spec([])}], ({"b": 1},), {}),
        "nested scalar": (lambda d: d, [(spec([]),)], (1,), {}),
        "tuple": (f, (spec([]),), (1,), {}),
        "unknown rank": (f, [spec(None)], ([[1.0, 2.0]],), {}),
        "string": (f, [spec([], tf.string)], ("a",), {}),
        "too many": (f, [spec([])], (1.0, 2, 3), {}),
        "unknown keyword": (f, [spec([])], (1.0,), {"z": 1}),
        "missing": (f, [spec([])], (), {}),
    }
    return {
        name: attempt(tf.function(function, signature), *args, **kwargs)
        for name, (function, signature, args, kwargs) in given.items()
    }


def signature_attribute(tf):
    spec = tf.TensorSpec

    def f(x, y=2):
        return x

    return [
        tf.function(f).input_signature,
        tf.function(f, [spec([1], tf.int32, "n")]).input_signature,
        tf.function(f, [spec([]), spec([])]).input_signature,
        tf.function(lambda: 1).input_signature,
        tf.function(f, [[spec([]), spec([2])]]).input_signature,
    ]


@exact_message
def binding(tf):
    def f(x, y=2, *args, k=3, **others):
        return x

    def g(x):
        return x

    f, g = tf.function(f), tf.function(g)
    return [
        attempt(f),
        attempt(f, 1, 2, 3, z=4, x=1),
        attempt(g, 1, 2),
        attempt(g, 1, y=2),
        attempt(g),
        attempt(tf.function, 5),
    ]


def unfit_arguments(tf):
    f = tf.function(lambda x: None)
    return [attempt(f, value) for value in ({1, 2}, bytearray(b"1"), [{1}], slice(1, 2))]


def counts_by_argument(tf):
    first, second = _Object(), _Object()
    v, w, u = tf.Variable(1.0), tf.Variable(2.0), tf.Variable([1.0])
    c = tf.constant
    values = [c(1.0), c(2.0), c(1), c([1.0]), c([2.0]), 1, 2, 1, 1.0, True, "a", None, b"a"]
    values += [np.float32(1), np.ones(1, np.float32), np.ones(2), [1], (1,), [c(1.0)], (c(2.0),)]
    values += [{"a": 1}, {"a": c(1.0)}, {"a": c(3.0)}, first, second, first, v, w, u, Pair(1, 2)]
    values += [float("nan"), float("nan"), range(3), range(3), tf.float32, tf.TensorShape([1])]
    values += [_type_of, _counts, {"b": 1, "a": 2}, {"a": 2, "b": 1}, [[c(1)], 2], [[c(2)], 2]]
    values += [tf.IndexedSlices(c([1.0]), c([0])), tf.zeros([0, 2]), "b", 2j, [], (), {}]
    return _counts(tf, lambda x: None, [(value,) for value in values])


def counts_of_variables(tf):
    v, w = tf.Variable(1.0), tf.Variable(2.0)
    still = tf.Variable(1.0, trainable=False)
    calls = [(v, w), (v, v), (w, v), (w, w), (tf.constant(1.0), v), (v, still), (still, v)]
    return _counts(tf, lambda x, y: None, calls)


def counts_of_keywords(tf):
    def g(x, y=2):
        return x

    f = tf.function(g)
    c = tf.constant
    f(c(1.0)), f(x=c(1.0)), f(c(1.0), 2), f(c(1.0), y=2), f(y=2, x=c(1.0))
    first = f.experimental_get_tracing_count()
    f(c(1.0), 3)
    return first, f.experimental_get_tracing_count()


def counts_with_relaxed_shapes(tf):
    c = tf.constant
    calls = [c([1.0]), c([1.0, 2.0]), c([1.0, 2.0, 3.0]), c([[1.0]]), c([[1.0, 2.0]]), c([1]), 1, 2]
    calls = [(value,) for value in calls]
    nested = [([c([1.0]), 1],), ([c([1.0, 2.0]), 1],), ([c([1.0, 2.0, 3.0]), 1],)]
    return (
        _counts(tf, lambda x: None, calls, reduce_retracing=True),
        _counts(tf, lambda x: None, nested, reduce_retracing=True),
        _counts(tf, lambda x: None, calls),
    )


def counts_with_signature(tf):
    spec = [tf.TensorSpec([None])]
    calls = [([1.0],), ([1.0, 2.0],), (tf.constant([1.0]),)]
    return _counts(tf, lambda x: None, calls, input_signature=spec)


def counts_under_devices(tf):
    f = tf.function(lambda x: x)
    f(tf.constant(1.0))
    with tf.device("/CPU:0"):
        f(tf.constant(1.0))
        f(tf.constant(2.0))
    f(tf.constant(1.0))
    return f.experimental_get_tracing_count()


@exact_log
def retracing_warning_by_value(tf):
    def counted(x):
        return x

    f = tf.function(counted)
    for i in range(8):
        f(i)
    f(1), f(2)


@exact_log
def retracing_warning_in_a_loop(tf):
    def counted(x):
        return x

    for _ in range(6):
        tf.function(counted)(tf.constant(1.0))


@exact_log
def no_retracing_warning(tf):
    def counted(x):
        return x

    f = tf.function(counted)
    for i in range(20):
        f(tf.constant(float(i)))
        if i % 4 == 0:
            f(i)


class _Scaled:
    def __init__(self, n):
        self.n = n


def methods(tf):
    class Scaled(_Scaled):
        @tf.function
        def times(self, x):
            return x * self.n

        @tf.function
        def __call__(self, x):
            return x + self.n

        @staticmethod
        @tf.function
        def static(x):
            return x

        @classmethod
        @tf.function
        def of_class(cls, x):
            return x, cls.__name__

        @tf.function(input_signature=[tf.TensorSpec([], tf.float32)])
        def signed(self, x):
            return x * self.n

        @tf.function
        def own_default(self, x=2.0):
            return x * self.n

    a, b = Scaled(2.0), Scaled(3.0)
    c = tf.constant
    return {
        "values": [a.times(c(1.0)), b.times(c(1.0)), a(c(1.0)), b(c(1.0))],
        "unbound": Scaled.times(a, c(1.0)),
        "same": a.times is a.times,
        "counts": [f.experimental_get_tracing_count() for f in (a.times, b.times, Scaled.times)],
        "static": [Scaled.static(c(1.0)), a.static(2)],
        "class": [Scaled.of_class(c(1.0)), a.of_class(2)],
        "signed": [a.signed(1), b.signed(np.float32(2)), attempt(a.signed, [1.0])],
        "input signature": a.signed.input_signature,
        "default": [a.own_default(), a.own_default(1.0)],
        "instance": tf.function(a)(c(2.0)),
        "bound method": tf.function(b.times)(c(2.0)),
    }


def a_changed_attribute_is_frozen_or_not(tf):
    class Scaled(_Scaled):
        @tf.function
        def times(self, x):
            return x * self.n

    a = Scaled(tf.Variable(2.0))
    first = a.times(tf.constant(1.0))
    a.n.assign(5.0)
    return first, a.times(tf.constant(1.0))


def a_temporary_object(tf):
    class Scaled(_Scaled):
        @tf.function
        def times(self, x):
            return x * self.n

    return attempt(Scaled(2.0).times, tf.constant(1.0))


def partials(tf):
    def g(a, b, d=1):
        return a, b, d

    c = tf.constant
    first = tf.function(functools.partial(g, 7))
    second = tf.function(functools.partial(g, b=c(2.0), d=3))
    return [
        first(c(1.0)),
        first(c(1.0), d=2),
        attempt(first, c(1.0), 2, 3),
        second(c(5)),
        second(c(5), d=4),
        attempt(second, c(5), 6),
        first.experimental_get_tracing_count(),
    ]


def nested_functions(tf):
    @tf.function
    def inner(x, n):
        return x * n

    @tf.function
    def outer(x):
        return inner(inner(x, 2), 3)

    result = outer(tf.constant(1.0))
    outer(tf.constant(2.0))
    return (
        result,
        inner.experimental_get_tracing_count(),
        outer.experimental_get_tracing_count(),
        tf.function(outer)(tf.constant(1.0)),
    )


def decorator_forms(tf):
    def g(x):
        "Doubles."
        return x * 2

    features = tf.autograph.experimental.Feature
    made = [
        tf.function(g),
        tf.function()(g),
        tf.function(autograph=False)(g),
        tf.function(g, jit_compile=False),
        tf.function(g, reduce_retracing=True),
        tf.function(g, experimental_implements="doubling"),
        tf.function(g, experimental_autograph_options=features.ALL),
        tf.function(g, experimental_attributes={"_noinline": True}),
        tf.function(g, experimental_relax_shapes=True),
        tf.function(g, experimental_follow_type_hints=True),
        tf.function(g, None, True, None, False),
    ]
    f = made[0]
    return [
        [m(tf.constant(3)) for m in made],
        [f.__name__, f.__doc__, f.__wrapped__ is g, f.python_function is g, callable(f), f.name],
        attempt(tf.function, g, jit_compile=True, experimental_compile=True),
        attempt(tf.function, g, experimental_attributes={"a": 1}),
        attempt(f.experimental_get_compiler_ir, 1.0),
        isinstance(f, tf.types.experimental.GenericFunction),
        isinstance(f, tf.types.experimental.PolymorphicFunction),
    ]


def implements_takes_values(tf):
    seen = []

    def g(x):
        seen.append(_type_of(x))
        return x + 1

    return tf.function(g, experimental_implements="next")(tf.Variable(1.0)), seen


def control_flow(tf):
    @tf.function
    def signs(x):
        if tf.reduce_sum(x) > 0:
            return x * x
        else:
            return -x

    @tf.function
    def total(n):
        s = tf.constant(0)
        for i in tf.range(n):
            if i == 3:
                continue
            if i > 5:
                break
            s += i
        return s

    @tf.function
    def halve(x):
        n = tf.constant(0)
        while x > 1.0:
            x = x / 2.0
            n += 1
        return x, n

    c = tf.constant
    return [
        signs(c([1.0, 2.0])),
        signs(c([-1.0, -2.0])),
        total(c(9)),
        total(c(2)),
        halve(c(10.0)),
        tf.function(lambda x: x if x > 0 else -x)(c(-3)),
    ]


def tf_print_inside(tf):
    import sys

    @tf.function
    def f(x):
        tf.print("value:", x, output_stream=sys.stdout)
        return x

    f(tf.constant([1, 2]))
    f(tf.constant([3, 4]))


def errors_inside(tf):
    class Own(Exception):
        pass

    def failing(error):
        def f(x):
            raise error

        return f

    kinds = [KeyError("k"), ValueError("v"), TypeError("t"), Own("o")]
    v = tf.Variable(1.0)
    f = tf.function(failing(ValueError("v")))
    outcomes = [type(attempt(tf.function(failing(e)), 1)).__name__ for e in kinds]
    with tf.GradientTape() as tape:
        attempt(f, v)
        y = v * v
    return outcomes, tape.gradient(y, v), tf.executing_eagerly()


def eagerness(tf):
    def ask():
        with tf.init_scope():
            within = tf.executing_eagerly(), tf.inside_function()
        return tf.executing_eagerly(), tf.inside_function(), within

    inside = tf.function(ask)()
    nested = tf.function(lambda: tf.function(ask)())()
    return ask(), inside, nested, ask()


def run_eagerly(tf):
    calls = []

    @tf.function(input_signature=[tf.TensorSpec([], tf.float32)])
    def f(x):
        calls.append(_type_of(x))
        return x, 5, tf.executing_eagerly(), tf.inside_function()

    before = tf.config.functions_run_eagerly()
    tf.config.run_functions_eagerly(True)
    try:
        outcomes = f(1), f([2]), tf.config.functions_run_eagerly()
        old = tf.config.experimental_functions_run_eagerly()
    finally:
        tf.config.run_functions_eagerly(False)
    return before, outcomes, calls, old, f(3), f.experimental_get_tracing_count()


def variables_of_the_first_call(tf):
    class Counter:
        v = None

        @tf.function
        def add(self, x):
            if self.v is None:
                self.v = tf.Variable(x * 2, name="made")
            self.v.assign_add(x)
            return self.v * 1.0

    a, b = Counter(), Counter()
    c = tf.constant
    first = a.add(c(1.0))
    counts = [a.add.experimental_get_tracing_count()]
    second = a.add(c(2.0))
    third = b.add(c(5.0))
    counts += [f.add.experimental_get_tracing_count() for f in (a, b)]
    return first, second, third, a.v, b.v, counts


@exact_message
def variables_on_a_later_call(tf):
    kept = {}

    @tf.function
    def f(x, make):
        if make and "v" not in kept:
            kept["v"] = tf.Variable(1.0)
        return x

    f(1.0, False)
    return attempt(f, 1.0, True)


def variables_at_each_call(tf):
    @tf.function
    def local(x):
        v = tf.Variable(1.0)
        return x + v

    kept = []

    @tf.function
    def growing(x):
        if len(kept) < 2:
            kept.append(tf.Variable(1.0))
        return x

    growing_first = attempt(growing, 1.0)
    return attempt(local, tf.constant(1.0)), growing_first is not None


def variables_in_init_scope(tf):
    kept = []

    @tf.function
    def f(x):
        with tf.init_scope():
            if not kept:
                kept.append(tf.Variable(3.0))
        return x * kept[0]

    f2 = tf.function(lambda x, make: f(x) if make else x)
    return f2(tf.constant(1.0), False), f2(tf.constant(2.0), True), len(kept)


def variables_of_another_function(tf):
    class Layer:
        v = None

        @tf.function
        def __call__(self, x):
            if self.v is None:
                self.v = tf.Variable(2.0)
            return x * self.v

    layer = Layer()

    @tf.function
    def model(x):
        return layer(layer(x))

    return model(tf.constant(3.0)), model(tf.constant(4.0)), layer.v


def assignments(tf):
    v = tf.Variable(1.0)

    @tf.function
    def step(x):
        v.assign_add(x)
        v.assign(v * 2.0)
        return v.read_value()

    return step(tf.constant(1.0)), step(tf.constant(2.0)), v


def name_scopes(tf):
    kept = {}

    @tf.function
    def f():
        if not kept:
            kept["v"] = tf.Variable(1.0, name="v")
            with tf.name_scope("in"):
                kept["w"] = tf.Variable(1.0, name="w")
        return 1

    with tf.name_scope("outer"):
        f()
        made = tf.Variable(1.0, name="e")
    return kept["v"].name, kept["w"].name, made.name


# -- concrete functions -------------------------------------------------------------------------


def concrete_function(tf):
    spec = tf.TensorSpec

    def g(x, y=2):
        return x * 2.0

    f = tf.function(g)
    cf = f.get_concrete_function(spec([None], tf.float32))
    return {
        "call": [cf(tf.constant([1.0, 2.0])), cf(x=tf.constant([1.0])), cf(tf.constant([1.0]), 2)],
        "same": [
            f.get_concrete_function(spec([None], tf.float32)) is cf,
            f.get_concrete_function(spec([2], tf.float32)) is cf,
            f.get_concrete_function(tf.constant([1.0])) is cf,
            f.get_concrete_function(spec([None], tf.float32), 3) is cf,
        ],
        "count": f.experimental_get_tracing_count(),
        "input": cf.structured_input_signature,
        "output": [cf.structured_outputs.shape, cf.structured_outputs.dtype],
        "inputs": [(x.shape, x.dtype) for x in cf.inputs],
        "outputs": [(x.shape, x.dtype) for x in cf.outputs],
        "shapes": cf.output_shapes,
        "dtypes": cf.output_dtypes,
        "printed": [cf.pretty_printed_signature(), cf.pretty_printed_signature(verbose=False)],
        "text": [str(cf), repr(cf).rpartition(" at ")[0]],
        "kind": isinstance(cf, tf.types.experimental.ConcreteFunction),
    }


def concrete_function_of_values(tf):
    def g(x, flag, *rest, k=1, **others):
        return x

    f = tf.function(g)
    cf = f.get_concrete_function(tf.constant([1.0]), "s", 2.5, None, k=[1, tf.constant(2)], z=(1,))
    return cf.structured_input_signature, cf.pretty_printed_signature()


def concrete_function_names(tf):
    spec = tf.TensorSpec
    f = tf.function(lambda a, b, *r, d=1, **k: a)
    cf = f.get_concrete_function(
        [spec([]), spec([])],
        {"q": spec([1]), "p": (spec([2], name="zz"), 3)},
        spec([3]),
        d=spec([4]),
        kk=spec([5]),
    )
    return cf.structured_input_signature, str(cf.function_type).partition(" -> ")[0]


def concrete_function_results(tf):
    v = tf.Variable(3.0)
    n = tf.Variable(4.0, trainable=False)
    f = tf.function(lambda x: (x * v * n, None, {"a": 1.0, "b": [x > 0]}))
    cf = f.get_concrete_function(tf.TensorSpec([2]))
    return [
        cf.output_shapes,
        cf.output_dtypes,
        cf.variables,
        cf.trainable_variables,
        [(x.shape, x.dtype) for x in cf.outputs],
        cf(tf.constant([1.0, 2.0])),
    ]


def _concrete_refusals(tf: Any) -> list[Any]:
    def g(x, y=2):
        return x

    c = tf.constant
    cf = tf.function(g).get_concrete_function(tf.TensorSpec([None], tf.float32))
    named = tf.function(lambda x, y: x + y).get_concrete_function(
        tf.TensorSpec([], name="foo"), tf.TensorSpec([])
    )
    return [
        attempt(cf, [1.0, 2.0]),
        attempt(cf, c([1.0]), 3),
        attempt(cf),
        attempt(cf, z=c([1.0])),
        attempt(cf, c([1.0]), c([1.0])),
        attempt(named, c(1.0), c(2.0), c(3.0)),
        attempt(named, c(1.0), y=c(2.0), z=1),
        attempt(named, c(1.0), foo=c(1.0), y=c(2.0)),
        attempt(named, c(1.0)),
        attempt(named, foo=c(1.0), y=c(2.0)),
        attempt(named, x=c(1.0), y=c(2.0)),
        attempt(named, 1, 2),
    ]


@exact_message
def concrete_function_refuses(tf):
    return _concrete_refusals(tf)


def concrete_function_of_another_dtype(tf):
    cf = tf.function(lambda x: x).get_concrete_function(tf.TensorSpec([None], tf.float32))
    return attempt(cf, tf.constant([1])), attempt(cf, tf.constant(1.0))


def concrete_function_of_a_signature(tf):
    spec = tf.TensorSpec

    def g(x, y=2):
        return x

    f = tf.function(g, input_signature=[spec([None])])
    return [
        f.get_concrete_function().structured_input_signature,
        f.get_concrete_function(spec([1])).structured_input_signature,
        f.get_concrete_function([1.0]) is f.get_concrete_function(),
        attempt(f.get_concrete_function, spec([1], tf.int32)),
        attempt(tf.function(g).get_concrete_function),
        f.pretty_printed_concrete_signatures(),
        f.experimental_get_tracing_count(),
    ]


def concrete_functions_printed(tf):
    f = tf.function(lambda a, b, d: a)
    f.get_concrete_function(tf.TensorSpec([2], tf.int32), "s", {"q": tf.TensorSpec([], name="n")})
    f(1, 2, [3, None, (tf.constant(1.0),)])
    f(tf.Variable(1.0), Pair(1, 2.5), np.ones((2, 3)))
    return f.pretty_printed_concrete_signatures(), f.pretty_printed_concrete_signatures(False)


def concrete_function_gradient(tf):
    v = tf.Variable(3.0)
    cf = tf.function(lambda x: x * x * v).get_concrete_function(tf.TensorSpec([]))
    x = tf.constant(2.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = cf(x)
    return tape.gradient(y, [x, v])


def function_spec(tf):
    def g(x, y=2, *args, k=3, **others):
        return x

    f = tf.function(g)
    spec = f.function_spec
    return [
        repr(f.function_type),
        str(f.function_type),
        spec.arg_names,
        spec.default_values,
        list(spec.fullargspec)[:6],
        spec.input_signature,
        tf.function(lambda x: x, [tf.TensorSpec([])]).function_spec.flat_input_signature,
    ]


def autograph_functions(tf):
    @tf.autograph.experimental.do_not_convert
    def f(x):
        return x + 1

    @tf.autograph.experimental.do_not_convert()
    def g(x):
        return x + 2

    @tf.function
    def looped(n):
        s = tf.constant(0)
        for i in tf.range(n):
            tf.autograph.experimental.set_loop_options(maximum_iterations=100)
            s += i
        return s

    features = tf.autograph.experimental.Feature
    tf.autograph.set_verbosity(0)
    return [
        f(1),
        g(1),
        tf.function(f)(1),
        looped(tf.constant(4)),
        sorted(str(feature) for feature in features),
        sorted(str(feature) for feature in features.all_but([features.LISTS])),
        tf.autograph.to_graph(lambda x: x * 2)(3),
    ]


def autograph_trace(tf):
    tf.autograph.trace(1, "a", tf.constant(2.0))
