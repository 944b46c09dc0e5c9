"""Variables: their attributes, assignments, sparse updates, printing, and what they refuse."""

from __future__ import annotations

import copy
import pickle

import numpy as np

from tests.parity.harness import attempt


def _matrix(tf, dtype="float32"):
    return tf.Variable(np.arange(1, 7).reshape(3, 2).astype(dtype))


def _slices(tf, values, indices, dtype="float32"):
    return tf.IndexedSlices(tf.constant(values, dtype), tf.constant(indices))


def _sparse(kind, values, indices, dtype="float32"):
    def case(tf):
        v = _matrix(tf, dtype)
        method = getattr(v, f"scatter_{kind}")
        result = attempt(method, _slices(tf, values, indices, dtype))
        return result, v

    return case


def _sparse_nd(kind, indices, updates):
    def case(tf):
        v = _matrix(tf)
        return attempt(getattr(v, f"scatter_nd_{kind}"), indices, updates), v

    return case


CASES = {}
for _kind in ("add", "sub", "mul", "div", "max", "min", "update"):
    CASES[f"scatter_{_kind}"] = _sparse(_kind, [[2.0, 5.0], [4.0, 0.5]], [2, 0])
    CASES[f"scatter_{_kind} repeated"] = _sparse(_kind, [[2.0, 5.0], [4.0, 0.5]], [1, 1])
    CASES[f"scatter_{_kind} scalar"] = _sparse(_kind, 3.0, [0, 2])
    CASES[f"scatter_{_kind} out of range"] = _sparse(_kind, [[1.0, 1.0]], [3])
    CASES[f"scatter_{_kind} wrong shape"] = _sparse(_kind, [1.0, 1.0], [0])
    CASES[f"scatter_{_kind} integers"] = _sparse(_kind, [[2, 5], [4, 3]], [2, 0], "int32")
for _kind in ("add", "sub", "update", "max", "min"):
    CASES[f"scatter_nd_{_kind}"] = _sparse_nd(_kind, [[0, 1], [2, 0]], [10.0, 0.5])
    CASES[f"scatter_nd_{_kind} rows"] = _sparse_nd(_kind, [[1]], [[7.0, 0.25]])
    CASES[f"scatter_nd_{_kind} out of range"] = _sparse_nd(_kind, [[5]], [[7.0, 0.25]])
    CASES[f"scatter_nd_{_kind} wrong shape"] = _sparse_nd(_kind, [[0, 0]], [[7.0, 0.25]])


def attributes(tf):
    v = tf.Variable([1.0, 2.0], name="weights")
    w = tf.Variable(3, trainable=False, dtype=tf.int64)
    return [
        (x.name, x.dtype, x.shape, x.trainable, x.device, x.constraint, x.get_shape())
        for x in (v, w)
    ]


def creation(tf):
    return [
        attempt(tf.Variable, value, dtype=dtype)
        for value, dtype in (
            (1, None),
            (1.5, None),
            (np.float64(1.5), None),
            ([1, 2], tf.float32),
            ("text", None),
            (lambda: 2.0, None),
            (True, None),
            (None, None),
            (tf.constant(1.0), tf.float64),
            (tf.Variable(2.0), None),
            ([[1.0], [2.0, 3.0]], None),
            (1.5, tf.int32),
        )
    ]


def declared_shapes(tf):
    v = tf.Variable([1.0, 2.0], shape=[None])
    w = tf.Variable(1.0, shape=tf.TensorShape(None))
    u = tf.Variable([1.0], validate_shape=False)
    out = [v.shape, w.shape, u.shape, repr(v), repr(w), attempt(tf.Variable, 1.0, shape=[2])]
    v.assign([1.0, 2.0, 3.0])
    w.assign([[1.0]])
    return [*out, repr(v), repr(w), attempt(v.assign, 5.0), attempt(v.assign, [[1.0]])]


def assignments(tf):
    v = tf.Variable([1.0, 2.0])
    results = [
        v.assign([3.0, 4.0]),
        v.assign_add([1.0, 1.0]),
        v.assign_sub([0.5, 0.5]),
        v.assign(np.array([7, 8])),
        v.assign(tf.constant([1.0, 1.0]), read_value=False),
        v.assign_add(tf.Variable([2.0, 2.0]), read_value=False),
        v.assign_sub([1, 2], name="name", use_locking=True),
    ]
    return [repr(r) for r in results], v


def refused_assignments(tf):
    v = tf.Variable([1.0, 2.0])
    errors = [
        attempt(method, value)
        for method in (v.assign, v.assign_add, v.assign_sub)
        for value in ([1.0], "text", tf.constant([1, 2]), None, [[1.0, 2.0]], 1j)
    ]
    return errors, v


def integers_and_others(tf):
    i, b, s, c = tf.Variable(5), tf.Variable(True), tf.Variable("a"), tf.Variable(1 + 2j)
    i.assign_add(3)
    b.assign(False)
    s.assign("bc")
    c.assign_sub(1j)
    return i, b, s, c, [repr(x) for x in (i, b, s, c)], attempt(i.assign, 1.5)


def reading(tf):
    v = tf.Variable([1.0, 2.0])
    a, b = v.value(), v.read_value()
    v.assign([5.0, 6.0])
    return a, b, v.numpy(), tf.identity(v), tf.convert_to_tensor(v), np.asarray(v), float(v[0])


def counting(tf):
    v = tf.Variable(3)
    return (
        v.count_up_to(5),
        v.count_up_to(5),
        attempt(v.count_up_to, 5),
        v,
        attempt(tf.Variable(1.0).count_up_to, 3),
    )


def batches(tf):
    v = _matrix(tf)
    v.batch_scatter_update(_slices(tf, [[9.0], [8.0], [7.0]], [[0], [1], [0]]))
    return v


def not_slices(tf):
    v = _matrix(tf)
    return [attempt(v.scatter_add, x) for x in ([1.0], None, tf.constant(1.0))]


def copies(tf):
    v = tf.Variable([1.0, 2.0], trainable=False, name="v")
    w = copy.deepcopy(v)
    u = pickle.loads(pickle.dumps(tf.constant([1.0, 2.0])))
    v.assign([5.0, 6.0])
    return v, w, w.trainable, u


def identity(tf):
    v, w = tf.Variable(1.0), tf.Variable(1.0)
    refs = {v.ref(): "v", w.ref(): "w"}
    return (
        refs[v.ref()],
        refs[w.ref()],
        v.ref() == v.ref(),
        v.ref() == w.ref(),
        v.ref().deref() is v,
        repr(v.ref()),
        attempt(hash, v),
        attempt(hash, tf.constant(1.0)),
        v == w,
        v != w,
    )


def graph_only(tf):
    v = tf.Variable(1.0)
    return [
        attempt(lambda name=name: getattr(v, name))
        for name in ("op", "graph", "initial_value", "initializer")
    ] + [attempt(v.eval), attempt(v.to_proto), attempt(v.initialized_value), v.is_initialized()]


def partial_assignment(tf):
    v = _matrix(tf)
    results = [v[0].assign([9.0, 9.0]), v[1:, 0].assign([1.0, 2.0]), v[2, 1].assign(1.0)]
    return (
        [repr(r) for r in results],
        v,
        attempt(v[0].assign, [1.0, 2.0, 3.0]),
        attempt(lambda: v[0].assign_add(1.0)),
    )


def sparse_reads(tf):
    v = _matrix(tf)
    with tf.GradientTape(persistent=True) as tape:
        a, b = v.sparse_read([0, 2]), v.gather_nd([[0, 1], [2, 0]])
    return a, b, tape.gradient(a, v), tape.gradient(b, v)


def references(tf):
    """What `ref()` returns: equal by identity, in some order, and not to be taken for others."""
    v, w = tf.Variable(1.0), tf.Variable(1.0)
    a, b = v.ref(), w.ref()

    def kind(compare):
        try:
            return compare()
        except TypeError as error:
            return f"TypeError: {error}"

    return [
        *(a == v.ref(), a != v.ref(), a == b, a is v.ref(), a.deref() is v, a == None),  # noqa: E711
        *((a < b) != (a > b), (a < a) or (a > a), len({a, b, v.ref()}), b in [b]),
        *(kind(lambda: a == 1), kind(lambda: a != v), kind(lambda: a < 1), kind(lambda: 1 in [a])),
        *(kind(lambda: a == tf.constant(1).ref()), kind(lambda: a > None), len(sorted([b, a]))),
        tf.nest.flatten({(a, "x"): 1, (b, "x"): 1}),
    ]
