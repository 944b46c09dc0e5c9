"""CTC, averages over replicas, local response normalisation, isotonic regression, approximate
top k, embeddings in parts, dropout by other chances.
"""

import numpy as np

from tests.parity.case_helpers.tables import EVERY
from tests.parity.case_helpers.windows import both_orders, first_order, kind, kinds, numbers
from tests.parity.harness import attempt, tolerance

CASES = {}
_close = tolerance(2e-5, 2e-5)
_INF, _NAN = float("inf"), float("nan")

# -- ctc ----------------------------------------------------------------------------------------


def _ctc(labels, label_length, logit_length, classes=4, time=5, unique=False, **options):
    @_close
    def case(tf):
        batch = len(labels)
        major = options.get("logits_time_major", True)
        shape = (time, batch, classes) if major else (batch, time, classes)
        distinct = tf.nn.ctc_unique_labels(labels) if unique else None
        return first_order(
            tf,
            lambda x: tf.nn.ctc_loss(
                labels, x, label_length, logit_length, unique=distinct, **options
            ),
            numbers(*shape).astype(np.float32),
        )

    return case


CASES |= {
    "ctc": _ctc([[1, 2, 1], [3, 3, 1]], [3, 2], [5, 5]),
    "ctc shorter": _ctc([[1, 2, 1], [3, 1, 0], [2, 0, 0]], [3, 2, 1], [5, 3, 4]),
    "ctc repeated": _ctc([[1, 1, 1]], [3], [5]),
    "ctc too long": _ctc([[1, 1, 1, 2]], [4], [4]),
    "ctc of nothing": _ctc([[1, 2], [3, 1]], [0, 2], [5, 5]),
    "ctc no frames": _ctc([[1, 2], [3, 1]], [2, 2], [0, 5]),
    "ctc unique": _ctc([[1, 2, 1], [3, 3, 2]], [3, 3], [5, 4], unique=True),
    "ctc blank": _ctc([[0, 2, 1], [2, 2, 1]], [3, 3], [5, 5], blank_index=3),
    "ctc blank inside": _ctc([[0, 3, 1], [1, 3, 0]], [3, 2], [5, 5], blank_index=2, unique=True),
    "ctc blank from the end": _ctc([[0, 2, 1]], [2], [5], blank_index=-1),
    "ctc batch major": _ctc([[1, 2]], [2], [3], logits_time_major=False),
}


@tolerance(2e-2, 2e-2)
def ctc_types(tf):
    results = {}
    for d in ("float16", "bfloat16", "float64", "int32"):
        x = tf.cast(numbers(4, 1, 3) * 2, d)
        results[d] = kind(tf.nn.ctc_loss, [[1, 2]], x, [2], [4])
    x = tf.constant(numbers(4, 1, 3), tf.float32)
    results["int64"] = tf.nn.ctc_loss(
        tf.constant([[1, 2]], tf.int64), x, tf.constant([2], tf.int64), tf.constant([4], tf.int64)
    )
    results["variable"] = tf.nn.ctc_loss([[1, 2]], tf.Variable(x), [2], [4], name="some")
    return results


def ctc_labels(tf):
    r, u = tf.nn.collapse_repeated, tf.nn.ctc_unique_labels
    results = [
        r([[1, 1, 2, 2, 3], [1, 2, 2, 2, 2]], [5, 3]),
        r([[1, 1]], [0], name="some"),
        r([[1, 1]], tf.constant([2], tf.int64)),
        r([[1.0, 1.0]], [2]),
        r([[1, 2]], [5]),
        u([[3, 1, 3, 2], [1, 1, 1, 1]]),
        u(tf.constant([[3, 1]], tf.int64), name="some"),
    ]
    wrong = {
        "vector": lambda: r([1, 2], [1])[0],
        "no batch": lambda: r(tf.zeros([0, 3], tf.int32), tf.zeros([0], tf.int32))[0],
        "unique vector": lambda: u([1, 2])[0],
    }
    return results, kinds(wrong)


# -- averages -----------------------------------------------------------------------------------


def averages(tf):
    s, c = tf.nn.scale_regularization_loss, tf.nn.compute_average_loss
    return [
        s([1.0, 2.0]),
        s(3.0),
        s([1, 2]),
        c([1.0, 2.0]),
        c([1.0, 2.0], [2.0, 1.0]),
        c([1.0, 2.0], 2.0),
        c([[1.0, 2.0]], [[2.0], [1.0]]),
        c([1.0, 2.0], [[1.0], [3.0]]),
        c([[1.0, 2.0], [3.0, 4.0]], [1.0, 2.0]),
        c([1.0, 2.0], None, 4),
        c([1.0, 2.0], None, tf.constant(4, tf.int64)),
        c([1, 2], [1, 3], np.int32(3)),
        c([1.0, 2.0], None, 0),
        c([]),
        c(tf.constant([1.0, 2.0], tf.float64), [1.0, 2.0]),
        kind(c, [1.0, 2.0], None, 4.0),
        kind(c, [1.0, 2.0], None, -4),
        kind(c, [1.0, 2.0], None, [4]),
        kind(c, 1.0),
        first_order(tf, c, np.array([1.0, 2.0], np.float32)),
        first_order(tf, s, np.array([1.0, 2.0], np.float32)),
    ]


# -- local response -----------------------------------------------------------------------------


@_close
def local_response(tf):
    f = tf.nn.local_response_normalization
    x = numbers(1, 2, 3, 4).astype(np.float32)
    results = [
        first_order(tf, lambda x, o=o: f(x, *o), x)
        for o in ((), (2, 1.0, 0.5, 0.7), (0,), (1, 2.0, 0.1, 1.0), (100, 1, 1, 2), (2.5,))
    ]
    results += [
        both_orders(tf, lambda x: f(x, 1), x),
        tf.nn.lrn(x, depth_radius=1, bias=np.float32(2), alpha=None, beta=True, name="some"),
        f(x.tolist()),
        f(x[:0]),
        f(x[..., :0]),
    ]
    return results


@tolerance(1e-2, 1e-2)
def local_response_types(tf):
    f = tf.nn.lrn
    x = tf.constant(numbers(1, 1, 3, 4), tf.float32)
    wrong = {
        "bfloat16": lambda: f(tf.cast(x, tf.bfloat16)),
        "float64": lambda: f(tf.cast(x, tf.float64)),
        "int32": lambda: f(tf.cast(x, tf.int32)),
        "rank": lambda: f(x[0]),
        "negative": lambda: f(x, -1),
        "text": lambda: f(x, 5, "a"),
        "tensor": lambda: f(x, 5, tf.constant(1.0)),
    }
    return first_order(tf, f, tf.cast(x, tf.float16)), kinds(wrong)


# -- isotonic regression ------------------------------------------------------------------------


def _both_ways(tf, x, axis=-1):
    f = tf.nn.isotonic_regression
    return [first_order(tf, lambda x, d=d: f(x, d, axis)[0], x) for d in (True, False)], [
        tuple(f(x, d, axis)) for d in (True, False)
    ]


@_close
def isotonic(tf):
    x = numbers(3, 7).astype(np.float32)
    rows = [[1, 1], [2, 2, 1], [1, 2, 2], [1, 3, 2, 2], [3, 1, 2], [_NAN, 1, 2], [1, _NAN, 2]]
    rows += [[_INF, 1, 2], [], [1]]
    f = tf.nn.isotonic_regression
    return [
        _both_ways(tf, x),
        _both_ways(tf, x.astype(np.float64), 0),
        [tuple(f(tf.constant(r, tf.float32), d)) for r in rows for d in (True, False)],
        [tuple(f(numbers(2, 2, 3), axis=a)) for a in (0, 1, 2, -2)],
        f(x),
        both_orders(tf, lambda x: f(x)[0], x),
    ]


@tolerance(1e-2, 1e-2)
def isotonic_types(tf):
    f = tf.nn.isotonic_regression
    results = {}
    for d in EVERY:
        if d == "string":
            results[d] = kind(f, tf.constant(["a"]))
        else:
            results[d] = kind(f, tf.cast([[3, 1, 2, 2, 5, 1]], d))
            results[d] = tuple(results[d]) if isinstance(results[d], tuple) else results[d]
    return results, kind(f, 1.0), kind(f, [1.0], True, 5)


# -- approximate top k --------------------------------------------------------------------------


def approximate(tf):
    f, g = tf.nn.approx_max_k, tf.math.approx_min_k
    x = tf.constant(numbers(2, 7), tf.float32)
    wrong = {
        "min": lambda: g(x, 3)[0],
        "axis": lambda: f(x, 2, 0)[0],
        "last axis": lambda: f(x, 2, 1)[0],
        "many": lambda: f(x, 8)[0],
        "negative": lambda: f(x, -1)[0],
        "scalar": lambda: f(x[0, 0], 1)[0],
        "float64": lambda: f(tf.cast(x, tf.float64), 1)[0],
        "integers": lambda: f(tf.cast(x, tf.int32), 1)[0],
    }
    return [
        f(x, 3),
        f(tf.cast(x, tf.float16), 2, aggregate_to_topk=False, name="some"),
        f(tf.cast(x, tf.bfloat16), 2, -1, 0.5, 100),
        f(tf.ones([5]), 3),
        f(x, 0),
        f(x, tf.constant(2)),
        first_order(tf, lambda x: f(x, 3)[0], x),
        kinds(wrong),
    ]


# -- embeddings in parts ------------------------------------------------------------------------


def _parts(rows, parts, columns=2):
    base, extra = divmod(rows, parts)
    sizes = [base + (i < extra) for i in range(parts)]
    table = numbers(rows, columns)
    return np.split(table, np.cumsum(sizes)[:-1])


@_close
def embeddings(tf):
    f = tf.nn.embedding_lookup
    results = []
    for rows, parts in ((6, 2), (7, 3), (5, 4), (4, 1)):
        tables = _parts(rows, parts)
        ids = np.array([[0, rows - 1, 2], [3, 1, 0]])
        results.append(first_order(tf, lambda *t, i=ids: f(list(t), i), *tables))
        results.append(f(tables, ids.astype(np.int32), 1.0, "some"))
        results.append(first_order(tf, lambda *t, i=ids: f(list(t), i, max_norm=1.5), *tables))
    results.append(f([tf.Variable(t) for t in _parts(5, 2)], [4, 0]))
    results.append(f(tuple(_parts(1, 1)), 0))
    results.append(f(_parts(4, 2), tf.zeros([0], tf.int64)))
    wrong = {
        "range": lambda: f(_parts(4, 2), [4]),
        "negative": lambda: f(_parts(4, 2), [-1]),
        "empty": lambda: f([], [0]),
        "None": lambda: f(None, [0]),
        "types": lambda: f([tf.zeros([1, 2]), tf.zeros([1, 2], tf.float64)], [0, 1]),
        "tuple": lambda: f(tuple(_parts(4, 2)), [0, 3]),
    }
    return results, kinds(wrong)


# -- dropout ------------------------------------------------------------------------------------


def dropouts(tf):
    s, g = tf.nn.experimental.stateless_dropout, tf.nn.experimental.general_dropout
    x = tf.constant(numbers(3, 4), tf.float32)

    def chances(shape, dtype):
        return tf.cast(tf.fill(shape, 0.4), dtype)

    return [
        s(x, 0.5, [1, 2]),
        s(x, 0.3, seed=tf.constant([3, 4]), noise_shape=[3, 1], name="some"),
        s(x, 0, [1, 2]),
        s(x, tf.constant(0.5), [1, 2], "philox"),
        s(tf.cast(x, tf.float64), 0.5, [7, 8], noise_shape=[None, 1]),
        first_order(tf, lambda x: s(x, 0.5, [1, 2]), x),
        g(x, 0.5, chances),
        g(x, 0.3, chances, [3, 1], "some"),
        g(x, 0.0, chances),
        kind(s, x, 1.0, [1, 2]),
        kind(s, x, 0.5, [1]),
        kind(s, x, 0.5, [1, 2], "other"),
        kind(s, [1, 2], 0.5, [1, 2]),
        kind(g, x, -0.5, chances),
    ]


@tolerance(rtol=1e-4, atol=1e-5)
def ctc_loss_of_sparse_labels(tf):
    rng = np.random.default_rng(3)
    logits = tf.constant(rng.standard_normal((5, 3, 4)), tf.float32)
    places = [[0, 0], [0, 1], [1, 0], [2, 0], [2, 1], [2, 2]]
    labels = tf.SparseTensor(places, [1, 2, 3, 1, 1, 1], [3, 3])
    frames = [5, 4, 3]  # too few for the last
    results = []
    for options in ({"blank_index": 0}, {"blank_index": -1}, {}):

        def loss(options=options):
            with tf.GradientTape() as tape:
                tape.watch(logits)
                y = tf.nn.ctc_loss(labels, logits, None, frames, **options)
            return y, tape.gradient(y, logits)

        results.append(attempt(loss))
    batches = tf.transpose(logits, [1, 0, 2])
    results.append(tf.nn.ctc_loss(labels, batches, None, frames, False, blank_index=0))
    return results
