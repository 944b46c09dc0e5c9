"""What a function is called with and returns, its variables, and its concrete functions."""

import numpy as np


def _show(function, *args, **kwargs):
    """Prints the result of a call, or the type and the first line of its error."""
    try:
        print(function(*args, **kwargs))
    except Exception as error:
        print(type(error).__name__, str(error).splitlines()[0].split(" at 0x")[0])


def constants_of_a_concrete_function(tf):
    @tf.function
    def f(x, n, flag=True, *, k="a"):
        print("trace", x, n, flag, k)
        return x * n

    c = f.get_concrete_function(tf.TensorSpec([]), 3)
    print(c, c.structured_input_signature)
    print(c(tf.constant(2.0)))
    _show(c, tf.constant(2.0), 3)
    _show(c, tf.constant(2.0), 4)
    print(
        c.inputs,
        c.outputs,
        c.graph.inputs,
        c.graph.outputs,
        c.graph.structured_input_signature,
        c.graph.structured_outputs,
    )


def a_layer_creates_its_variable(tf):
    tf.random.set_seed(3)

    class M(tf.Module):
        def __init__(self):
            super().__init__()
            self.v = None

        @tf.function
        def __call__(self, x):
            if self.v is None:
                print("create", x)
                self.v = tf.Variable(tf.random.normal([2, 2], seed=1), name="w")
                print(self.v)
            print("trace", x)
            return tf.matmul(x, self.v)

    m = M()
    print(m(tf.ones([1, 2])))
    print(m(tf.ones([1, 2])))
    print(m(tf.ones([3, 2])))
    print(m.v)


def a_created_variable_is_assigned(tf):
    v = [None]

    @tf.function
    def f(x):
        if v[0] is None:
            v[0] = tf.Variable(3.0)
            print("made", v[0].name)
        print("tracing")
        v[0].assign_add(x)
        return v[0] * 2.0

    print(f(tf.constant(1.0)))
    print(f(tf.constant(1.0)))
    print(f(2.0))
    print(v[0])
    print(f.experimental_get_tracing_count())


def an_initial_value_from_an_argument(tf):
    v = [None]

    @tf.function
    def f(x):
        if v[0] is None:
            v[0] = tf.Variable(x * 2.0)
        print("tracing")
        return v[0] * x

    print(f(tf.constant(1.0)))
    print(f(tf.constant(3.0)))
    print(v[0])


def variables_made_in_each_call(tf):
    @tf.function
    def f(x):
        v = tf.Variable(1.0)
        return v + x

    _show(f, tf.constant(1.0))
    _show(f, tf.constant(1.0))


def variables_made_later(tf):
    vs = []

    @tf.function
    def f(x):
        vs.append(tf.Variable(1.0)) if len(vs) < 5 else None
        return vs[0] + x

    _show(f, tf.constant(1.0))


def gradient_by_a_variable_argument(tf):
    @tf.function
    def f(v, x):
        return v * v * x

    a = tf.Variable(3.0)
    with tf.GradientTape() as t:
        y = f(a, tf.constant(2.0))
    print(t.gradient(y, a), [v.name for v in t.watched_variables()])


def strings_as_arguments(tf):
    @tf.function
    def f(s):
        print("trace", s)
        return tf.strings.length(s), tf.strings.join([s, "x"])

    print(f(tf.constant("abc")))
    print(f(tf.constant("abcd")))
    print(f(tf.constant(["a", "bc"])))
    print(f("lit"))
    print(f("lit2"))

    @tf.function
    def g(s, x):
        print("trace", s, x)
        return x * 2.0, s

    print(g(tf.constant("abc"), 2.0))
    print(g(tf.constant("abd"), 2.0))


def extension_types_as_arguments(tf):
    class Pt(tf.experimental.ExtensionType):
        x: tf.Tensor
        y: tf.Tensor
        n: int = 3

        def s(self):
            return self.x + self.y

    @tf.function
    def f(p):
        print("trace", p)
        return Pt(p.x * 2.0, p.y, 4), p.s()

    print(f(Pt(tf.constant(1.0), tf.constant(2.0))))
    print(f(Pt(tf.constant(3.0), tf.constant(2.0))))
    print(f(Pt(tf.constant(3.0), tf.constant(2.0), 7)))
    print(f.experimental_get_tracing_count())


def methods_of_classes(tf):
    class A:
        def __init__(self, k):
            self.k = k

        @tf.function
        def f(self, x):
            print("trace", self.k, x)
            return x * self.k

        @classmethod
        @tf.function
        def c(cls, x):
            print(cls.__name__)
            return x + 1.0

        @staticmethod
        @tf.function
        def s(x):
            print("static")
            return x + 2.0

    a, b = A(2.0), A(3.0)
    print(a.f(1.0), a.f(tf.constant(1.0)), b.f(tf.constant(2.0)), a.f(tf.constant(5.0)))
    a.k = 7.0
    print(a.f(tf.constant(1.0)))
    print(A.s(tf.constant(1.0)))
    _show(lambda: A.c(tf.constant(1.0)))
    print(a.f.get_concrete_function(tf.TensorSpec([])))
    print(a.f.get_concrete_function(tf.TensorSpec([])).structured_input_signature)


def functions_in_functions(tf):
    @tf.function
    def inner(x):
        print("inner", x)
        return x * x, tf.reduce_sum(x)

    @tf.function
    def outer(x):
        print("outer", x)
        a, b = inner(x)
        c, d = inner(a)
        return a + c, b + d

    print(outer(tf.constant([1.0, 2.0])))
    c = outer.get_concrete_function(tf.TensorSpec([None]))
    print([(o.type, o.name[:25]) for o in c.graph.get_operations()])
    print([f.name[:18] if hasattr(f, "name") else f for f in []])


def python_values(tf):
    k = [1.0]

    @tf.function
    def f(x):
        print("trace")
        return x * k[0]

    print(f(tf.constant(2.0)))
    k[0] = 5.0
    print(f(tf.constant(2.0)))
    print(f(tf.constant([2.0])))


def arguments_that_trace_again(tf):
    n = []

    @tf.function
    def f(*a, **k):
        n.append(1)
        return tf.constant(len(n))

    for a, k in [
        ((1,), {}),
        ((1,), {}),
        ((2,), {}),
        ((1.0,), {}),
        ((True,), {}),
        ((tf.constant(1),), {}),
        ((tf.constant(2),), {}),
        ((tf.constant([1]),), {}),
        ((tf.constant([1, 2]),), {}),
        ((np.array([1, 2]),), {}),
        (([1, 2],), {}),
        (([1, 3],), {}),
        (((1, 2),), {}),
        (({"a": 1},), {}),
        (({"a": tf.constant(1)},), {}),
        ((), {"z": 1}),
        ((), {"z": tf.constant(1)}),
        ((None,), {}),
        (("s",), {}),
        ((b"s",), {}),
        ((tf.float32,), {}),
        ((np.float32(1),), {}),
        ((float("nan"),), {}),
        ((float("nan"),), {}),
        ((lambda: 1,), {}),
        ((range(3),), {}),
    ]:
        _show(f, *a, **k)
    print(f.experimental_get_tracing_count())


def relaxed_shapes(tf):
    @tf.function(reduce_retracing=True)
    def f(x):
        print("trace", x.shape)
        return x * 2.0

    for s in ([1], [2], [3], [4, 1], [4, 2], [4, 5]):
        f(tf.ones(s))
    print(f.experimental_get_tracing_count())


def run_eagerly(tf):
    @tf.function
    def f(x):
        print("run", type(x).__name__, x)
        return x + 1.0

    tf.config.run_functions_eagerly(True)
    try:
        f(tf.constant(1.0))
        f(2.0)
        print(tf.config.functions_run_eagerly())
    finally:
        tf.config.run_functions_eagerly(False)
    f(tf.constant(1.0))
    f(tf.constant(2.0))


def returns(tf):
    @tf.function
    def f(x):
        return None, 1, "a", [x, (2.0, None)], {"k": np.array([1.0, 2.0])}

    print(f(tf.constant(1.0)))
    c = f.get_concrete_function(tf.TensorSpec([]))
    print(c)
    print(c.structured_outputs)
    print(c.outputs)

    @tf.function
    def g(x):
        return object()

    _show(g, 1.0)

    @tf.function
    def h(x):
        pass

    print(h(1.0), h.get_concrete_function(1.0))

    @tf.function
    def i(x):
        return x

    a = tf.constant(1.0)
    print(i(a) is a, i(a))
    v = tf.Variable(2.0)

    @tf.function
    def j():
        return v

    print(j())


def containers(tf):
    import collections

    N = collections.namedtuple("N", "a b")

    @tf.function
    def f(d, n, kept, od):
        print(
            "trace",
            type(d).__name__,
            type(n).__name__,
            type(kept).__name__,
            type(od).__name__,
            d,
            n,
        )
        d["new"] = 1.0
        return d, n, kept, od

    _show(
        f,
        {"b": tf.constant(1.0), "a": 2},
        N(tf.constant(1.0), "x"),
        [1, tf.constant(2)],
        collections.OrderedDict([("z", tf.constant(1.0)), ("y", 2.0)]),
    )

    @tf.function
    def g(d, n, kept, od):
        print(
            "trace",
            type(d).__name__,
            type(n).__name__,
            type(kept).__name__,
            type(od).__name__,
            d,
            n,
        )
        return d, n, kept, od

    _show(
        g,
        {"b": tf.constant(1.0), "a": 2},
        N(tf.constant(1.0), "x"),
        [1, tf.constant(2)],
        collections.OrderedDict([("z", tf.constant(1.0)), ("y", 2.0)]),
    )
    c = g.get_concrete_function(
        {"b": tf.constant(1.0), "a": 2},
        N(tf.constant(1.0), "x"),
        [1, tf.constant(2)],
        collections.OrderedDict([("z", tf.constant(1.0)), ("y", 2.0)]),
    )
    print(c)
    print(c.inputs)
    print([o.name for o in c.graph.get_operations()])


def args_kwargs(tf):
    @tf.function
    def f(*args, **kwargs):
        print("trace", args, kwargs)
        return sum(args) + sum(kwargs.values())

    print(f(tf.constant(1.0), 2.0, z=tf.constant(3.0), b=4.0))
    c = f.get_concrete_function(tf.TensorSpec([]), 2.0, z=tf.TensorSpec([]), b=4.0)
    print(c, c.inputs, c.structured_input_signature)
    _show(c, tf.constant(1.0), z=tf.constant(3.0))
    _show(c, tf.constant(1.0), 2.0, z=tf.constant(3.0), b=4.0)
