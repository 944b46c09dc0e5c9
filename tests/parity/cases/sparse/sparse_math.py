"""Arithmetic of sparse tensors."""

from functools import partial

import numpy as np

from tests.parity.case_helpers.tables import EVERY, gradients, of_dtype, outcomes, ramp

_INDICES = [[0, 1], [1, 0], [1, 3], [2, 2]]
_OTHERS = [[0, 0], [0, 1], [1, 3], [3, 4]]
_SHAPE = [4, 5]
_CUBE = [[0, 1, 2], [0, 3, 0], [1, 0, 1], [1, 0, 2]]


def _sparse(tf, dtype="float32", indices=_INDICES, shape=_SHAPE, start=1):
    values = of_dtype(tf, np.arange(start, start + len(indices)), dtype)
    return tf.sparse.SparseTensor(indices, values, shape)


def _empty(tf, shape=(2, 3), dtype="float32"):
    return tf.SparseTensor(
        np.zeros((0, len(shape)), np.int64), tf.zeros([0], dtype), np.array(shape, np.int64)
    )


def _of(tf, indices, values, shape=_SHAPE):
    return tf.SparseTensor(indices, values, shape)


def add(tf):
    function = tf.sparse.add
    one = _sparse(tf)
    cancelling = _of(tf, _OTHERS, [1.0, -1.0, 0.1, 2.0])
    rows = {
        d: partial(lambda d: function(_sparse(tf, d), _sparse(tf, d, _OTHERS)), d) for d in EVERY
    }
    rows |= {
        "threshold": lambda: function(one, cancelling, 1.5),
        "threshold 0": lambda: function(one, cancelling),
        "threshold int": lambda: function(one, cancelling, threshold=1),
        "threshold vector": lambda: function(one, cancelling, [1.0]),
        "threshold complex": lambda: function(
            _sparse(tf, "complex64"), _sparse(tf, "complex64"), 4.5
        ),
        "not a number": lambda: function(_of(tf, [[0, 0]], [np.nan]), one, 0.5),
        "not a number kept": lambda: function(_of(tf, [[0, 0]], [np.nan]), one),
        "other shape": lambda: function(one, _sparse(tf, shape=[4, 6])),
        "other rank": lambda: function(one, _sparse(tf, indices=[[1]], shape=[4])),
        "other type": lambda: function(one, _sparse(tf, "int32")),
        "empty": lambda: function(_empty(tf), _empty(tf)),
        "one empty": lambda: function(_empty(tf, _SHAPE), one),
        "none sparse": lambda: function([1.0], [2.0]),
    }
    return outcomes(rows)


def add_dense(tf):
    function = tf.sparse.add
    one, dense = _sparse(tf), ramp(_SHAPE)
    rows = {
        d: partial(lambda d: function(_sparse(tf, d), of_dtype(tf, np.ones(_SHAPE), d)), d)
        for d in EVERY
    }
    rows |= {
        "after": lambda: function(one, dense),
        "before": lambda: function(dense, one),
        "list": lambda: function(_sparse(tf, indices=[[0]], shape=[2]), [1, 2]),
        "other shape": lambda: function(one, dense[:3]),
        "broadcast": lambda: function(one, 1.0),
        "other type": lambda: function(one, tf.ones(_SHAPE, tf.int32)),
        "repeated": lambda: function(_of(tf, [[0], [0]], [1.0, 2.0], [2]), [1.0, 1.0]),
        "outside": lambda: function(_of(tf, [[2]], [1.0], [2]), [1.0, 1.0]),
    }
    return outcomes(rows)


def extrema(tf):
    results = {}
    for name in ("maximum", "minimum"):
        function = getattr(tf.sparse, name)
        rows = {
            d: partial(
                lambda f, d: f(_sparse(tf, d), _sparse(tf, d, _OTHERS, start=2)), function, d
            )
            for d in EVERY
        }
        negative = _of(tf, _OTHERS, [-1.0, 5.0, np.nan, -0.0])
        rows |= {
            "negative": partial(function, _sparse(tf), negative),
            "empty": partial(function, _empty(tf), _empty(tf)),
            "other shape": partial(function, _sparse(tf), _sparse(tf, shape=[4, 6])),
        }
        results[name] = outcomes(rows)
    return results


def operators(tf):
    one = _sparse(tf)
    rows = {}
    for d in EVERY:
        sparse = _sparse(tf, d)
        dense = of_dtype(tf, np.full(_SHAPE, 2), d)
        rows[f"* {d}"] = partial(lambda x, y: x * y, sparse, dense)
        rows[f"/ {d}"] = partial(lambda x, y: x / y, sparse, dense)
        rows[f"div {d}"] = partial(lambda x, y: x.__div__(y), sparse, dense)
    rows |= {
        "row": lambda: one * [1.0, 2, 3, 4, 5],
        "column": lambda: one * [[1.0], [2], [3], [4]],
        "number": lambda: one * 2,
        "number float": lambda: one / 4.0,
        "integers by float": lambda: _sparse(tf, "int32") * 0.5,
        "reversed": lambda: tf.fill([5], 2.0) * one,
        "reversed number": lambda: 3 * one,
        "reversed /": lambda: 1.0 / one,
        "other type": lambda: one * tf.constant(2),
        "more dimensions": lambda: one * tf.ones([2, 4, 5]),
        "other size": lambda: one * tf.ones([4]),
        "by zero": lambda: one / 0.0,
        "integer by zero": lambda: _sparse(tf, "int32").__div__(0),
        "negative": lambda: _of(tf, [[0], [1]], [-7, 7], [2]).__div__([2, -2]),
        "sparse": lambda: one * one,
        "minus": lambda: -one,
        "sum": lambda: one + one,
        "difference": lambda: one - 1.0,
        "power": lambda: one**2,
        "product": lambda: one @ one,
    }
    return outcomes(rows)


def matmul(tf):
    function = tf.sparse.sparse_dense_matmul
    one = _sparse(tf)
    rows = {}
    for d in EVERY:
        dense = of_dtype(tf, np.arange(10).reshape(5, 2) % 2, d)
        rows[d] = partial(function, _sparse(tf, d), dense)
    sparse = _of(tf, _INDICES, np.array([1 + 1j, 2j, 3, 1 - 2j]), _SHAPE)
    for a in (False, True):
        for b in (False, True):
            shape = (4, 3) if a else (5, 3)
            dense = ramp(shape[::-1] if b else shape, "complex128")
            rows[f"adjoint {a} {b}"] = partial(function, sparse, dense, a, b)
            shape = (3, 5) if b else (3, 4)
            dense = ramp(shape[::-1] if a else shape, "complex128")
            rows[f"reversed {a} {b}"] = partial(function, dense, sparse, a, b)
    rows |= {
        "list": lambda: function(_sparse(tf, indices=[[0, 1]], shape=[2, 2]), [[1.0], [2.0]]),
        "sizes": lambda: function(one, tf.ones([4, 2])),
        "vector": lambda: function(one, tf.ones([5])),
        "cube": lambda: function(_sparse(tf, indices=_CUBE, shape=[2, 4, 3]), tf.ones([3, 2])),
        "other type": lambda: function(one, tf.ones([5, 2], tf.float64)),
        "outside": lambda: function(_of(tf, [[0, 5]], [1.0]), tf.ones([5, 2])),
        "outside rows": lambda: function(_of(tf, [[4, 0]], [1.0]), tf.ones([5, 2])),
        "negative": lambda: function(_of(tf, [[0, -1]], [1.0]), tf.ones([5, 2])),
        "repeated": lambda: function(_of(tf, [[0, 0], [0, 0]], [1.0, 2.0]), tf.ones([5, 2])),
        "empty": lambda: function(_empty(tf), tf.ones([3, 2])),
        "no columns": lambda: function(one, tf.ones([5, 0])),
        "no rows": lambda: function(_empty(tf, (0, 3)), tf.ones([3, 2])),
        "dense": lambda: function(tf.ones([2, 2]), tf.ones([2, 2])),
    }
    return outcomes(rows)


def reductions(tf):
    results = {}
    axes = [None, 0, 1, -1, [], [0, 1], [0, 0], [-1, 0], 2, -3, [[0]], 0.5]
    for name in ("reduce_sum", "reduce_max"):
        function = getattr(tf.sparse, name)
        rows = {d: partial(lambda f, d: f(_sparse(tf, d), 1), function, d) for d in EVERY}
        one = _of(tf, _INDICES, [1.0, -3.0, -2.0, -5.0])
        cube = _sparse(tf, indices=_CUBE, shape=[2, 4, 3])
        for to in (False, True):
            for axis in axes:
                rows[f"{axis} {to}"] = partial(function, one, axis, output_is_sparse=to)
            for axis in (None, 1, [0, 2]):
                rows[f"cube {axis} {to}"] = partial(function, cube, axis, False, to)
                rows[f"kept {axis} {to}"] = partial(function, cube, axis, True, to)
            rows[f"empty {to}"] = partial(function, _empty(tf), 0, output_is_sparse=to)
            rows[f"empty all {to}"] = partial(function, _empty(tf), output_is_sparse=to)
            rows[f"no size {to}"] = partial(function, _empty(tf, (0, 3)), 0, output_is_sparse=to)
            rows[f"tensor {to}"] = partial(function, one, tf.constant([1]), output_is_sparse=to)
            rows[f"int64 {to}"] = partial(
                function, one, tf.constant(1, tf.int64), output_is_sparse=to
            )
        results[name] = outcomes(rows)
    return results


def softmax(tf):
    function = tf.sparse.softmax
    rows = {d: partial(lambda d: function(_sparse(tf, d)), d) for d in EVERY}
    rows |= {
        "cube": lambda: function(_sparse(tf, indices=_CUBE, shape=[2, 4, 3])),
        "large": lambda: function(_of(tf, _CUBE, [1e4, -1e4, 1e4, 1e4 + 1], [2, 4, 3])),
        "infinite": lambda: function(_of(tf, _INDICES, [np.inf, -np.inf, 1.0, np.nan])),
        "vector": lambda: function(_sparse(tf, indices=[[0]], shape=[2])),
        "empty": lambda: function(_empty(tf)),
    }
    return outcomes(rows)


def _dense_gradients(tf, *row):
    """With sliced gradients of gradients made dense."""
    results = gradients(tf, *row)
    results["second"] = [x if x is None else tf.convert_to_tensor(x) for x in results["second"]]
    return results


def differentiated(tf):
    dense = ramp(_SHAPE, "float64")
    small = np.array([3.0, -2.0, 0.5, 4.0])
    sizes = [2, 4, 3]

    def of(x):
        return _of(tf, _INDICES, x)

    def others(x):
        return _of(tf, _OTHERS, x)

    def cube(x):
        return _of(tf, _CUBE, x, sizes)

    pair = small, small[::-1]
    function = tf.sparse
    rows = {
        "add": (lambda x, y: function.add(of(x), others(y)).values, *pair),
        "add with threshold": (lambda x, y: function.add(of(x), others(y), 2.0).values, *pair),
        "add dense": (lambda x, y: function.add(of(x), y), small, dense),
        "maximum": (lambda x: function.maximum(of(x), others(x)).values, small),
        "minimum": (lambda x: function.minimum(of(x), others(x)).values, small),
        "product": (lambda x, y: (of(x) * y).values, small, dense),
        "product by row": (lambda x, y: (of(x) * y).values, small, dense[0]),
        "product by column": (lambda x, y: (of(x) * y).values, small, dense[:, :1]),
        "quotient": (lambda x, y: (of(x) / y).values, small, dense),
        "quotient by row": (lambda x, y: (of(x) / y).values, small, dense[0]),
        "sum": (lambda x: function.reduce_sum(of(x)), small),
        "sum over axis": (lambda x: function.reduce_sum(cube(x), [0, 2]), small),
        "sum kept": (lambda x: function.reduce_sum(cube(x), 1, True), small),
        "sparse sum": (
            lambda x: function.reduce_sum(cube(x), 1, output_is_sparse=True).values,
            small,
        ),
        "max": (lambda x: function.reduce_max(cube(x), 1), small),
        "softmax": (lambda x: function.softmax(cube(x)).values, small),
        "matmul": (
            lambda x, y: function.sparse_dense_matmul(of(x), y),
            small,
            ramp([5, 2], "float64"),
        ),
        "matmul adjoint": (
            lambda x, y: function.sparse_dense_matmul(of(x), y, True, True),
            small * 1j,
            ramp([2, 4], "complex128"),
        ),
        "matmul reversed": (
            lambda x, y: function.sparse_dense_matmul(y, of(x), adjoint_b=True),
            small,
            ramp([2, 5], "float64"),
        ),
    }
    return {
        key: {
            "first": outcomes({key: partial(gradients, tf, *row, second=False)}),
            "second": outcomes({key: partial(_dense_gradients, tf, *row)}),
        }
        for key, row in rows.items()
    }


def in_tapes(tf):
    one = _sparse(tf)
    variable = tf.Variable([1.0, 2, 3, 4])

    def target():
        with tf.GradientTape() as tape:
            result = _of(tf, _INDICES, variable) * 2.0
        return tape.gradient(result, variable)

    def source():
        with tf.GradientTape() as tape:
            tape.watch(one)
            result = tf.sparse.to_dense(one)
        return tape.gradient(result, one)

    def values():
        with tf.GradientTape() as tape:
            tape.watch(one)
            result = tf.sparse.to_dense(one)
        return tape.gradient(result, one.values)

    def nested():
        with tf.GradientTape() as tape:
            tape.watch([one, variable])
            result = tf.sparse.reduce_sum(one) * variable
        return tape.gradient(result, [variable, one.values])

    return outcomes({"target": target, "source": source, "values": values, "nested": nested})
