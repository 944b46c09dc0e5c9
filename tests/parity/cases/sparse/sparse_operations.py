"""Other operations on sparse tensors: dispatch, and embeddings of sparse ids."""

from functools import partial, reduce

import numpy as np

from tests.parity.case_helpers.tables import outcomes, ramp

_INDICES = [[0, 1], [1, 0], [1, 3]]


def _sparse(tf, values=(0.5, -0.25, 0.75)):
    return tf.SparseTensor(_INDICES, tf.constant(values), [3, 4])


def dispatch(tf):
    one = _sparse(tf)
    on_values = (
        "abs negative math.negative asinh sin tan atan asin atanh sign square tanh math.erf "
        "math.bessel_i0e math.bessel_i1e math.abs math.sqrt"
    )
    refused = (
        "zeros_like ones_like reduce_sum exp transpose where unstack math.reduce_any cos "
        "math.reduce_max convert_to_tensor floor"
    )
    alike = "identity stop_gradient size shape rank is_tensor"
    rows = {
        name: partial(reduce(getattr, name.split("."), tf), one)
        for name in f"{on_values} {refused} {alike}".split()
    }
    rows |= {
        "cast": lambda: tf.cast(one, tf.int32),
        "to type": lambda: tf.dtypes.cast(one, "float64"),
        "shape of type": lambda: tf.shape(one, out_type=tf.int64),
        "size of type": lambda: tf.size(one, out_type=tf.int64),
        "add": lambda: tf.add(one, one),
        "multiply": lambda: tf.multiply(one, one),
        "matmul": lambda: tf.matmul(one, tf.ones([4, 1])),
        "concat": lambda: tf.concat([one, one], 0),
        "stack": lambda: tf.stack([one, one]),
        "add_n": lambda: tf.add_n([one, one]),
        "reshape": lambda: tf.reshape(one, [-1]),
        "gather": lambda: tf.gather(one, [0]),
    }
    return outcomes(rows)


def bincount(tf):
    counted = tf.SparseTensor(_INDICES, [1, 2, 2], [3, 4])
    weights = _sparse(tf)
    function = tf.math.bincount
    rows = {}
    for axis in (0, -1):
        for options in ({}, {"minlength": 5}, {"maxlength": 2}, {"binary_output": True},
                        {"dtype": tf.int64}, {"weights": weights}):  # fmt: skip
            rows[f"{axis} {sorted(options)}"] = partial(function, counted, axis=axis, **options)
    rows["dense weights"] = lambda: function(counted, [1.0, 2.0, 3.0])
    return outcomes(rows)


def _ids(tf):
    return tf.SparseTensor([[0, 0], [0, 1], [1, 0], [2, 3]], [1, 3, 0, 3], [3, 4])


def embedding_lookup_sparse(tf):
    table, ids = ramp([5, 2]), _ids(tf)
    weights = ids.with_values(tf.constant([0.5, 2.0, 3.0, -1.0]))
    function = tf.nn.embedding_lookup_sparse
    rows = {}
    for combiner in (None, "sum", "mean", "sqrtn", "max"):
        for fast in (False, True):
            for kind, given in (("plain", None), ("weighted", weights)):
                rows[f"{kind} {combiner} {fast}"] = partial(
                    function, table, ids, given, combiner, allow_fast_lookup=fast
                )
        rows[f"parts {combiner}"] = partial(
            function, [table[:3], table[3:]], ids, weights, combiner=combiner
        )
        rows[f"parts plain {combiner}"] = partial(
            function, [table[:3], table[3:]], ids, None, combiner=combiner
        )
        rows[f"norm {combiner}"] = partial(function, table, ids, weights, combiner, 2.0)
    rows |= {
        "half": lambda: function(tf.cast(table, tf.float16), ids, weights),
        "integer weights": lambda: function(table, ids, ids.with_values([1, 2, 3, 4])),
        "int64": lambda: function(table, tf.cast(ids, tf.int64), None),
        "zero weights": lambda: function(table, ids, ids.with_values([0.0] * 4)),
        "dense ids": lambda: function(table, [0], None),
        "dense weights": lambda: function(table, ids, [1.0]),
        "fewer weights": lambda: function(table, ids, tf.SparseTensor([[0, 0]], [1.0], [3, 4])),
        "outside": lambda: function(table, ids.with_values([1, 9, 0, 1]), None),
        "variable": lambda: function(tf.Variable(table), ids, None),
        "deeper": lambda: function(ramp([5, 2, 2]), ids, weights, "sum"),
    }
    return outcomes(rows)


def embedding_gradients_by_tensor(tf):
    results = {}
    for fast in (False, True):
        table = tf.constant(ramp([5, 2]))
        with tf.GradientTape() as tape:
            tape.watch(table)
            y = tf.nn.embedding_lookup_sparse(table, _ids(tf), None, allow_fast_lookup=fast)
            y = y * y
        results[str(fast)] = tape.gradient(y, table)
    return results


def embedding_gradients(tf):
    ids = _ids(tf)
    results = {}
    for combiner in ("sum", "mean", "sqrtn"):
        for fast in (False, True):
            for weighted in (False, True):
                variable, weights = tf.Variable(ramp([5, 2])), tf.constant([0.5, 2.0, 3.0, 1.0])
                with tf.GradientTape() as tape:
                    tape.watch(weights)
                    y = tf.nn.embedding_lookup_sparse(
                        variable,
                        ids,
                        ids.with_values(weights) if weighted else None,
                        combiner,
                        allow_fast_lookup=fast,
                    )
                    y = y * y
                key = f"{combiner} {fast} {weighted}"
                results[key] = tape.gradient(y, [variable, weights])
    return results


def safe_embedding_lookup_sparse(tf):
    table = ramp([5, 2])
    function = tf.nn.safe_embedding_lookup_sparse
    ids = tf.SparseTensor([[0, 0], [0, 1], [2, 0], [3, 3]], [1, -3, 0, 3], [5, 4])
    weights = ids.with_values(tf.constant([0.5, 2.0, 3.0, -1.0]))
    cube = tf.SparseTensor([[0, 0, 0], [0, 0, 1], [1, 1, 0]], [1, 2, -1], [2, 2, 2])
    rows = {}
    for combiner in ("sum", "mean", "sqrtn"):
        for kind, given in (("plain", None), ("weighted", weights)):
            rows[f"{kind} {combiner}"] = partial(function, table, ids, given, combiner)
            rows[f"{kind} {combiner} default"] = partial(function, table, ids, given, combiner, 2)
        rows[f"cube {combiner}"] = partial(function, table, cube, combiner=combiner)
        rows[f"parts {combiner}"] = partial(
            function, [table[:3], table[3:]], ids, weights, combiner
        )
    rows |= {
        "norm": lambda: function(table, ids, weights, max_norm=2.0),
        "none": lambda: function(None, ids),
        "no tables": lambda: function([], ids),
        "other type": lambda: function(tf.constant(table, tf.float64), ids, weights),
        "variable": lambda: function(tf.Variable(table), ids, weights),
        "default 0": lambda: function(table, ids, default_id=0),
        "fast": lambda: function(table, ids, weights, allow_fast_lookup=True),
    }
    return outcomes(rows)


def printed(tf):
    one = _sparse(tf)
    tf.print(one)
    tf.print({"a": one}, tf.SparseTensor(np.zeros((0, 2), np.int64), tf.zeros([0]), [2, 2]))
