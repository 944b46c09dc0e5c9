"""Sparse tensors joined, split and counted; segments of chosen rows; sets."""

from functools import partial

import numpy as np

from tests.parity.case_helpers.tables import EVERY, gradients, of_dtype, outcomes, ramp

_INDICES = [[0, 1], [1, 0], [1, 3], [2, 2]]
_SHAPE = [4, 5]


def _sparse(tf, dtype="float32", indices=_INDICES, shape=_SHAPE, start=1):
    values = of_dtype(tf, np.arange(start, start + len(indices)), dtype)
    return tf.sparse.SparseTensor(indices, values, shape)


def _of(tf, indices, values, shape=_SHAPE):
    return tf.SparseTensor(indices, values, shape)


def _empty(tf, shape=(2, 3), dtype="float32"):
    return tf.SparseTensor(
        np.zeros((0, len(shape)), np.int64), tf.zeros([0], dtype), np.array(shape, np.int64)
    )


def concat(tf):
    function = tf.sparse.concat
    one, wide, tall = _sparse(tf), _sparse(tf, shape=[4, 7]), _sparse(tf, shape=[6, 5])
    rows = {d: partial(lambda d: function(0, [_sparse(tf, d)] * 2), d) for d in EVERY}
    rows |= {
        "columns": lambda: function(1, [one, wide]),
        "last": lambda: function(-1, [one, wide, one]),
        "rows": lambda: function(axis=-2, sp_inputs=[tall, one], name="a"),
        "alone": lambda: function(5, [one]),
        "none": lambda: function(0, []),
        "not a list": lambda: function(0, one),
        "dense": lambda: function(0, [one, tf.ones([4, 5])]),
        "sizes": lambda: function(0, [one, wide]),
        "expanded": lambda: function(0, [one, wide, tall], True),
        "expanded last": lambda: function(-1, [tall, one], expand_nonconcat_dims=True),
        "ranks": lambda: function(0, [one, _of(tf, [[0]], [1.0], [4])]),
        "axis": lambda: function(2, [one, one]),
        "axis before": lambda: function(-3, [one, one]),
        "types": lambda: function(0, [one, _sparse(tf, "int32")]),
        "empty": lambda: function(0, [_empty(tf), _empty(tf, (1, 3))]),
        "unordered": lambda: function(0, [_sparse(tf, indices=[[2, 0], [0, 0]]), one]),
    }

    def values(x):
        return function(0, [_of(tf, _INDICES, x), one]).values

    return {"rows": outcomes(rows), "gradient": gradients(tf, values, np.ones(4, np.float32))}


def split(tf):
    function = tf.sparse.split
    one = _sparse(tf)
    rows = {d: partial(lambda d: function(_sparse(tf, d), 2, 1), d) for d in EVERY}
    rows |= {
        "uneven": lambda: function(one, 3, 1),
        "by keyword": lambda: function(sp_input=one, num_split=2, axis=0, name="a"),
        "last": lambda: function(one, 5, -1),
        "one": lambda: function(one, 1, 0),
        "too many": lambda: function(one, 6, 1),
        "none": lambda: function(one, 0, 1),
        "axis": lambda: function(one, 2, 2),
        "axis before": lambda: function(one, 2, -3),
        "no input": lambda: function(num_split=2, axis=1),
        "no number": lambda: function(one, axis=1),
        "no axis": lambda: function(one, 2),
        "tensor": lambda: function(one, 2, tf.constant(1, tf.int64)),
        "int32": lambda: function(one, 2, tf.constant(1)),
        "empty": lambda: function(_empty(tf), 2, 0),
        "dense": lambda: function([1.0], 1, 0),
    }

    def values(x):
        return function(_of(tf, _INDICES, x), 2, 0)[0].values

    result = outcomes({"gradient": partial(gradients, tf, values, np.ones(4, np.float32))})
    return outcomes(rows), result


def map_values(tf):
    function = tf.sparse.map_values
    one, other = _sparse(tf), _sparse(tf, start=3)
    rows = {
        "one": lambda: function(tf.abs, one),
        "two": lambda: function(tf.add, one, other),
        "number": lambda: function(tf.multiply, one, 2.0),
        "by keyword": lambda: function(tf.add, x=one, y=5.0),
        "list": lambda: function(tf.add_n, [one, other]),
        "other type": lambda: function(tf.cast, one, "int32"),
        "own": lambda: function(lambda x, y: x * y + 1, one, other),
        "none": lambda: function(tf.abs, 1.0),
        "other positions": lambda: function(tf.add, one, _sparse(tf, indices=[[0, 0]] * 4)),
        "other shape": lambda: function(tf.add, one, _sparse(tf, shape=[5, 5])),
        "other size": lambda: function(lambda x: x[:1], one),
    }

    def values(x, y):
        return function(tf.multiply, _of(tf, _INDICES, x), _of(tf, _INDICES, y)).values

    return outcomes(rows), gradients(tf, values, ramp([4]), ramp([4], start=3))


def mask(tf):
    function = tf.sparse.mask
    slices = tf.IndexedSlices(ramp([4, 2]), tf.constant([12, 26, 37, 45]), tf.constant([50, 2]))
    rows = {
        "some": lambda: function(slices, [12, 45]),
        "all": lambda: function(slices, [12, 26, 37, 45]),
        "none": lambda: function(slices, tf.constant([1])),
        "empty": lambda: function(slices, tf.zeros([0], tf.int32)),
        "other type": lambda: function(slices, tf.constant([12], tf.int64)),
        "dense": lambda: function(tf.ones([2]), [0]),
    }
    return outcomes(rows)


def bincount(tf):
    function = tf.sparse.bincount
    matrix = [[1, 1, 2], [0, 3, 3]]
    sparse = _of(tf, _INDICES, [1, 2, 2, 7])
    weights = [[0.5, 1.0, 2.0], [3.0, 1.0, 1.0]]
    of_sparse = _of(tf, _INDICES, [0.5, 1.0, 2.0, 3.0])
    rows = {d: partial(lambda d: function(of_dtype(tf, [1, 2, 2], d)), d) for d in EVERY}
    rows |= {
        f"weights {d}": partial(lambda d: function([1, 2, 2], of_dtype(tf, [1, 2, 3], d)), d)
        for d in EVERY
    }
    for axis in (0, -1, None, 1):
        for limits in ({}, {"minlength": 6}, {"maxlength": 3}, {"minlength": 2, "maxlength": 9},
                       {"minlength": 5, "maxlength": 2}, {"maxlength": 0}):  # fmt: skip
            rows[f"matrix {axis} {limits}"] = partial(function, matrix, axis=axis, **limits)
            rows[f"sparse {axis} {limits}"] = partial(function, sparse, axis=axis, **limits)
        rows |= {
            f"binary {axis}": partial(function, matrix, axis=axis, binary_output=True),
            f"sparse binary {axis}": partial(function, sparse, axis=axis, binary_output=True),
            f"weighted {axis}": partial(function, matrix, weights, axis=axis),
            f"sparse weighted {axis}": partial(function, sparse, of_sparse, axis=axis),
        }
    rows |= {
        "vector by row": lambda: function([1, 2, 2], axis=-1),
        "sparse vector by row": lambda: function(_of(tf, [[1], [2]], [4, 4], [3]), axis=-1),
        "cube by row": lambda: function(np.ones((1, 1, 1), np.int32), axis=-1),
        "scalar": lambda: function(3),
        "empty": lambda: function(tf.zeros([0], tf.int32)),
        "empty by row": lambda: function(tf.zeros([2, 0], tf.int32), axis=-1),
        "sparse empty": lambda: function(_empty(tf, dtype="int32"), axis=-1),
        "negative": lambda: function([1, -1]),
        "binary and weights": lambda: function([1], [1.0], binary_output=True),
        "dense weights": lambda: function(sparse, [1.0], axis=-1),
        "sparse weights": lambda: function([1], of_sparse),
        "other weights": lambda: function([1, 2], [1.0]),
        "other positions": lambda: function(sparse, _sparse(tf, indices=[[0, 0]] * 4)),
        "other shape": lambda: function(sparse, _sparse(tf, shape=[5, 5])),
    }
    return outcomes(rows)


def segments(tf):
    results = {}
    data = ramp([4, 2])
    for kind in ("sum", "mean", "sqrt_n"):
        function = getattr(tf.sparse, f"segment_{kind}")
        rows = {
            d: partial(
                lambda f, d: f(of_dtype(tf, ramp([3, 2], step=1), d), [0, 2, 1], [0, 0, 1]),
                function,
                d,
            )
            for d in EVERY
        }
        for name, arguments in {
            "gap": ([3, 0, 0], [0, 2, 2]),
            "number": ([3, 0, 0], [0, 2, 2], 5),
            "same number": ([3, 0, 0], [0, 2, 2], 3),
            "too small": ([3, 0, 0], [0, 2, 2], 2),
            "negative number": ([3], [0], -1),
            "number as tensor": ([3], [0], tf.constant(2, tf.int64)),
            "number as vector": ([3], [0], [2]),
            "float number": ([3], [0], 2.0),
            "none": ([], []),
            "none of type": (tf.zeros([0], tf.int32), tf.zeros([0], tf.int32)),
            "none with number": (tf.zeros([0], tf.int32), tf.zeros([0], tf.int32), 2),
            "int64": (tf.constant([1, 2], tf.int64), tf.constant([0, 1], tf.int64)),
            "first missing": ([1, 2], [1, 1]),
            "unsorted": ([1, 2], [1, 0]),
            "negative id": ([1], [-1]),
            "outside": ([4], [0]),
            "negative index": ([-1], [0]),
            "lengths": ([1, 2], [0]),
            "matrix": ([[1]], [[0]]),
            "float ids": ([1], [0.0]),
        }.items():
            rows[name] = partial(function, data, *arguments)
        rows["scalar data"] = partial(function, 1.0, [0], [0])
        rows["vector data"] = partial(function, [1.0, 2.0], [1, 0], [0, 0], name="a")
        rows["cube"] = partial(function, ramp([2, 1, 3]), [1, 0], [0, 0])
        rows["sliced"] = partial(function, data, [1, 0], [0, 0], sparse_gradient=True)
        results[kind] = outcomes(rows)
    return results


def segment_gradients(tf):
    results = {}
    for kind in ("sum", "mean", "sqrt_n"):
        function = getattr(tf.sparse, f"segment_{kind}")
        for sliced in (False, True):
            for count in (None, 4):

                def run(x, function=function, sliced=sliced, count=count):
                    indices, ids = [0, 2, 2, 0], [0, 0, 0, 2]
                    return function(x, indices, ids, count, sparse_gradient=sliced)

                key = f"{kind} {sliced} {count}"
                results[key] = gradients(tf, run, ramp([3, 2], "float64"), second=False)
                if not sliced:
                    second = partial(gradients, tf, run, ramp([3, 2], "float64"))
                    results[f"{key} second"] = outcomes({"": second})
    return results


def segment_gradients_of_variables(tf):
    variable = tf.Variable(ramp([4, 2]))
    results = []
    for sliced in (False, True):
        with tf.GradientTape() as tape:
            y = tf.sparse.segment_mean(variable, [1, 1, 0], [0, 0, 1], sparse_gradient=sliced)
            y = y * y
        results.append(tape.gradient(y, variable))
    return results


def set_operations(tf):
    a, b = np.array([[1, 2, 2], [3, 3, 4]]), np.array([[2, 5], [4, 4]])
    sparse_a = _of(tf, [[0, 0], [0, 1], [1, 0], [1, 2]], [1, 2, 4, 3], [2, 3])
    sparse_b = _of(tf, [[0, 0], [1, 0]], [2, 9], [2, 1])
    cube_a, cube_b = (
        np.array([[[1, 2], [2, 3]], [[4, 4], [5, 6]]]),
        np.array([[[2], [2]], [[4], [7]]]),
    )
    unordered = _of(tf, [[1, 0], [0, 0]], [1, 2], [2, 1])
    results = {}
    for name in ("intersection", "union", "difference"):
        function = getattr(tf.sets, name)
        rows = {
            d: partial(lambda f, d: f(of_dtype(tf, a, d), of_dtype(tf, b, d)), function, d)
            for d in EVERY
        }
        for kind, pair in {
            "dense, sparse": (a.astype(np.int32), sparse_b),
            "sparse, dense": (sparse_a, b.astype(np.int32)),
            "sparse": (sparse_a, sparse_b),
            "cube": (cube_a, cube_b),
            "strings": ([["b", "a", ""]], [["b", "c", "ab"]]),
            "empty": (np.zeros((2, 0), np.int32), np.zeros((2, 0), np.int32)),
            "no rows": (np.zeros((0, 2), np.int32), np.zeros((0, 1), np.int32)),
            "one empty": (a, np.zeros((2, 0), np.int64)),
            "sparse empty": (sparse_a, _empty(tf, dtype="int32")),
            "negative": ([[-1, 3, -5]], [[-5, 0]]),
            "ranks": (a, b[0]),
            "sizes": (a, b[:1]),
            "vectors": ([1], [2]),
            "types": (a, b.astype(np.int32)),
            "unordered": (unordered, sparse_b),
            "other sparse sizes": (_of(tf, [[0, 0]], [1], [3, 1]), sparse_b),
            "dense and other sparse sizes": (a.astype(np.int32), _of(tf, [[0, 0]], [1], [3, 1])),
            "outside": (_of(tf, [[5, 0]], [1], [2, 1]), sparse_b),
        }.items():
            rows[kind] = partial(function, *pair)
        rows["unchecked"] = partial(function, sparse_a, sparse_b, validate_indices=False)
        results[name] = outcomes(rows)
    difference = tf.sets.difference
    results["other way"] = outcomes(
        {
            "dense": lambda: difference(a, b, False),
            "sparse, dense": lambda: difference(sparse_a, b.astype(np.int32), aminusb=False),
            "dense, sparse": lambda: difference(a.astype(np.int32), sparse_b, False),
        }
    )
    return results


def set_size(tf):
    function = tf.sets.size
    rows = {d: partial(lambda d: function(_sparse(tf, d)), d) for d in EVERY}
    unordered = _of(tf, [[1, 0], [0, 0]], [1, 2], [2, 1])
    rows |= {
        "repeated": lambda: function(_of(tf, _INDICES, [1, 2, 2, 3])),
        "cube": lambda: function(_of(tf, [[0, 0, 0], [0, 0, 1], [1, 1, 0]], [1, 1, 2], [2, 2, 3])),
        "vector": lambda: function(_of(tf, [[0]], [1], [3])),
        "empty": lambda: function(_empty(tf, dtype="int32")),
        "dense": lambda: function([[1]]),
        "unordered": lambda: function(unordered),
        "unchecked": lambda: function(unordered, False),
    }
    return outcomes(rows)


def mapped_rows(tf):
    cube = np.arange(24.0).reshape(2, 3, 4)
    a = tf.sparse.from_dense(cube * (cube % 3 > 0))
    b = tf.reshape(tf.range(40, dtype=tf.float64), (2, 4, 5))
    ragged = tf.ragged.constant([[1.0, 2.0], [3.0]])
    transposed = tf.SparseTensorSpec([4, 3], tf.float64)

    def product(a, b):
        return tf.map_fn(lambda x: tf.sparse.sparse_dense_matmul(x[0], x[1]), (a, b), tf.float64)

    def flipped(a):
        return tf.map_fn(tf.sparse.transpose, a, fn_output_signature=transposed)

    def sparse_rows(x, spec):
        return tf.map_fn(tf.sparse.from_dense, x, fn_output_signature=spec)

    def gradient():
        values = tf.Variable(a.values)
        with tf.GradientTape() as tape:
            result = product(tf.SparseTensor(a.indices, values, a.dense_shape), b)
        return tape.gradient(result, values)

    signature = [
        tf.SparseTensorSpec([None, 3, 4], tf.float64),
        tf.TensorSpec([None, 4, 5], tf.float64),
    ]
    return outcomes(
        {
            "product": lambda: product(a, b),
            "product in a function": lambda: tf.function(product)(a, b),
            "product of any batch": lambda: tf.function(product, input_signature=signature)(a, b),
            "same": lambda: tf.map_fn(lambda x: x, a),
            "sums": lambda: tf.map_fn(lambda x: tf.sparse.reduce_sum(x, 1), a, tf.float64),
            "sparse": lambda: flipped(a),
            "sparse in a function": lambda: tf.function(flipped, input_signature=signature[:1])(a),
            "of dense": lambda: sparse_rows(b, tf.SparseTensorSpec(None, tf.float64)),
            "other shape": lambda: sparse_rows(b, tf.SparseTensorSpec([3, 3], tf.float64)),
            "no sparse result": lambda: tf.map_fn(lambda x: x.values[0], a),
            "sizes": lambda: tf.map_fn(
                lambda n: tf.sparse.from_dense(tf.range(n)),
                tf.constant([2, 4, 0]),
                fn_output_signature=tf.SparseTensorSpec([None], tf.int32),
            ),
            "lengths": lambda: tf.map_fn(lambda x: x[1], (a, tf.range(3)), tf.int32),
            "empty": lambda: tf.map_fn(
                tf.sparse.to_dense, tf.sparse.from_dense(np.zeros((0, 3, 4))), tf.float64
            ),
            "strings": lambda: tf.map_fn(
                tf.sparse.to_dense, tf.sparse.from_dense([["a", ""], ["", "b"]]), tf.string
            ),
            "ragged": lambda: tf.map_fn(
                lambda x: tf.sparse.reduce_sum(x[0]) + tf.cast(tf.reduce_sum(x[1]), tf.float64),
                (a, ragged),
                fn_output_signature=tf.float64,
            ),
            "vector": lambda: tf.map_fn(
                lambda x: x.dense_shape, tf.sparse.from_dense([1, 0, 2]), tf.int64
            ),
            "gradient": gradient,
        }
    )
