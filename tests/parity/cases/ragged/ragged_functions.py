"""Operations on ragged tensors: elementwise ones, indexing, reductions, joins, gathers, masks."""

import numpy as np

from tests.parity.case_helpers.tables import outcomes


def _outcomes(rows):
    """What each row returns, or the type of the exception that it raises."""
    return list(outcomes(dict(enumerate(rows))).values())


def _operands(tf):
    constant = tf.ragged.constant
    return {
        "row": constant([[1, 2, 3], [], [4, 5]]),
        "other": constant([[10, 20, 30], [], [40, 50]]),
        "wrong": constant([[1, 2], [3], [4, 5]]),
        "ones": constant([[1], [2], [3]]),
        "single": constant([[7, 8, 9]]),
        "three": constant([[[1, 2], [3]], [], [[4], [], [5, 6]]]),
        "inner": constant([[[1, 2], [3, 4]], [], [[5, 6]]], ragged_rank=1),
        "uniform": tf.RaggedTensor.from_uniform_row_length([1, 2, 3, 4, 5, 6], 2),
        "ones_uniform": tf.RaggedTensor.from_uniform_row_length([1, 2, 3], 1),
        "uniform_rows": tf.RaggedTensor.from_uniform_row_length(
            constant([[1], [2, 3], [4, 5], [], [6], [7]]), 2
        ),
        "number": 2,
        "scalar": tf.constant(3),
        "vector": tf.constant([1, 2]),
        "vector1": tf.constant([5]),
        "vector3": tf.constant([1, 2, 3]),
        "column": tf.constant([[1], [2], [3]]),
        "line": tf.constant([[1, 2]]),
        "matrix": tf.constant([[1, 2], [3, 4], [5, 6]]),
        "cube": tf.reshape(tf.range(1, 7), [3, 1, 2]),
        "cube1": tf.reshape(tf.range(1, 4), [3, 1, 1]),
        "list": [[1], [2], [3]],
        "array": np.array([[1], [2], [3]], np.int32),
    }


def broadcasting(tf):
    operands = _operands(tf)
    ragged = [name for name, x in operands.items() if isinstance(x, tf.RaggedTensor)]
    return {
        f"{a} {b}": _outcomes([lambda x=x, y=y: tf.add(x, y), lambda x=x, y=y: tf.subtract(y, x)])
        for a, x in operands.items()
        for b, y in operands.items()
        if a in ragged
    }


def operators(tf):
    x = tf.ragged.constant([[1.0, 2.0], [], [3.0]])
    y = tf.ragged.constant([[2.0, 4.0], [], [0.5]])
    i = tf.ragged.constant([[5, 3], [], [-2]])
    b = tf.ragged.constant([[True, False], [], [True]])
    c = tf.ragged.constant([[True, True], [], [False]])
    d = tf.constant([[2.0], [3.0], [4.0]])
    return _outcomes(
        [
            lambda: [x + y, x - y, x * y, x / y, x // y, x % y, x**y],
            lambda: [x + 1, x - 1, x * 2, x / 2, x // 2, x % 2, x**2],
            lambda: [1 + x, 1 - x, 2 * x, 2 / x, 2 // x, 2 % x, 2**x],
            lambda: [x + d, x - d, x * d, x / d, x // d, x % d, x**d],
            lambda: [d + x, d - x, d * x, d / x, d // x, d % x, d**x],
            lambda: [i + i, i - 1, i * i, i / i, i // 2, i % 2, 2 * i],
            lambda: [x < y, x <= y, x > y, x >= y, x == y, x != y],
            lambda: [x < 2, x <= d, d > x, d >= x, d == x, x == d, d != x, x != d],
            lambda: [x == None, x != None],  # noqa: E711
            lambda: [x == tf.ragged.constant([[1.0]]), x != tf.ragged.constant([[1.0]])],
            lambda: [x == tf.constant([[1.0, 2.0]]), tf.constant([[1.0, 2.0]]) != x],
            lambda: [x == i, x != i],
            lambda: [x == "a"],
            lambda: [b & c, b | c, b ^ c, ~b, b & True, True | b, True ^ b],
            lambda: tf.constant([[True], [False], [True]]) & b,
            lambda: [-x, abs(i), -i],
            lambda: x + i,
            lambda: i + 1.5,
            lambda: x + "a",
            lambda: x @ y,
            lambda: i & i,
            lambda: x.__div__(y),
            lambda: tf.Variable([[1.0], [2.0], [3.0]]) + x,
            lambda: x + tf.Variable([[1.0], [2.0], [3.0]]),
            lambda: tf.ragged.constant([["a"], ["b", "c"]]) + "x",
            lambda: tf.ragged.constant([["a"], ["b", "c"]]) == tf.constant([["a"], ["c"]]),
        ]
    )


_OF_ONE = (
    "abs acos acosh angle asin asinh atan atanh bessel_i0 bessel_i0e bessel_i1 bessel_i1e ceil "
    "conj cos cosh digamma erf erfc erfcinv erfinv exp expm1 floor imag is_finite is_inf is_nan "
    "lgamma log log1p log_sigmoid ndtri negative real reciprocal reciprocal_no_nan rint round "
    "rsqrt sigmoid sign sin sinh softplus sqrt square tan tanh logical_not"
).split()
_NETWORK = "elu gelu leaky_relu log_softmax relu relu6 selu silu softsign".split()
_OF_TWO = (
    "add atan2 divide divide_no_nan equal floordiv floormod greater greater_equal less less_equal "
    "maximum minimum multiply multiply_no_nan not_equal pow squared_difference subtract truediv "
    "xdivy xlog1py xlogy zeta logical_and logical_or logical_xor nextafter"
).split()


def functions_of_one(tf):
    x = tf.ragged.constant([[0.25, 0.5], [], [0.75]])
    z = tf.ragged.constant([[[0.25], [0.5]], []])
    results = {}
    for module, names in ((tf.math, _OF_ONE), (tf.nn, _NETWORK)):
        for name in names:
            f = getattr(module, name)
            results[name] = _outcomes([lambda f=f: f(x), lambda f=f: f(z, name="some")])
    i = tf.ragged.constant([[3, -1], []])
    results["others"] = _outcomes(
        [
            lambda: tf.cast(x, tf.int32),
            lambda: tf.cast(x, dtype=tf.float64),
            lambda: tf.dtypes.saturate_cast(x * 1000, tf.int8),
            lambda: tf.clip_by_value(x, 0.3, 0.6),
            lambda: tf.clip_by_value(i, clip_value_min=0, clip_value_max=2),
            lambda: tf.zeros_like(x),
            lambda: tf.ones_like(x, tf.int32),
            lambda: tf.identity(x),
            lambda: tf.bitwise.invert(i),
            lambda: tf.debugging.check_numerics(x, "m"),
            lambda: tf.debugging.check_numerics(x / 0, "m"),
            lambda: tf.bitcast(x, tf.int32),
            lambda: tf.bitcast(x, tf.int16),
            lambda: tf.bitcast(x, tf.int64),
            lambda: tf.nn.softmax(x),
            lambda: tf.nn.softmax(x, 0),
            lambda: tf.nn.softmax(z),
            lambda: tf.nn.dropout(x, 0.0),
            lambda: tf.nn.dropout(x, 0.5, noise_shape=[1]),
            lambda: tf.math.logical_not(tf.ragged.constant([[True], [False, True]])),
            lambda: tf.convert_to_tensor(x),
            lambda: tf.constant(x),
            lambda: tf.linalg.inv(x),
            lambda: tf.sort(x),
            lambda: tf.is_tensor(x),
        ]
    )
    return results


def functions_of_two(tf):
    x = tf.ragged.constant([[0.25, 0.5], [], [0.75]])
    y = tf.ragged.constant([[2.0, 1.5], [], [3.0]])
    b = tf.ragged.constant([[True, False], [], [True]])
    d = tf.constant([[2.0], [3.0], [4.0]])
    results = {}
    for name in _OF_TWO:
        f = getattr(tf.math, name)
        first, second, dense = (b, b, True) if name.startswith("logical") else (x, y, d)
        results[name] = _outcomes(
            [
                lambda f=f, p=first, q=second: f(p, q),
                lambda f=f, p=first, q=dense: f(p, q),
                lambda f=f, p=first, q=dense: f(q, p, name="some"),
            ]
        )
    i = tf.ragged.constant([[3, 1], [7]])
    for name in "bitwise_and bitwise_or bitwise_xor left_shift right_shift".split():
        f = getattr(tf.bitwise, name)
        results[name] = _outcomes([lambda f=f: f(i, i), lambda f=f: f(i, 2)])
    results["others"] = _outcomes(
        [
            lambda: tf.dtypes.complex(x, y),
            lambda: tf.math.scalar_mul(2.0, x),
            lambda: tf.nn.sigmoid_cross_entropy_with_logits(labels=x, logits=y),
            lambda: tf.add(x, y=1.0),
            lambda: tf.add(x=1.0, y=x),
            lambda: tf.add(x, None),
            lambda: tf.add_n([x, y, x]),
            lambda: tf.add_n([x, d]),
        ]
    )
    return results


def indexing(tf):
    operands = _operands(tf)
    operands["strings"] = tf.ragged.constant([["a", "b"], [], ["c"]])
    operands["deep"] = tf.ragged.constant([[[[1], [2, 3]], []], [], [[[4]]]])
    every = slice(None)
    keys = [
        0,
        2,
        -1,
        3,
        -4,
        tf.constant(1),
        np.int64(1),
        1.5,
        "a",
        every,
        slice(1, None),
        slice(None, -1),
        slice(2, 1),
        slice(0, 9),
        slice(None, None, 2),
        slice(None, None, -1),
        slice(2, 0, -1),
        slice(tf.constant(1), None),
        slice(1.5, None),
        Ellipsis,
        None,
        (),
        (0, 1),
        (0, -1),
        (0, 5),
        (2, slice(0, 1)),
        (every, 0),
        (every, -1),
        (every, 3),
        (every, slice(1, None)),
        (every, slice(None, 1)),
        (every, slice(-1, None)),
        (every, slice(None, -1)),
        (every, slice(-2, -1)),
        (every, slice(None, None, 2)),
        (every, slice(None, None, -1)),
        (every, slice(1, None, -1)),
        (every, slice(None, 0, -1)),
        (every, slice(-1, -3, -1)),
        (every, slice(None, None, 0)),
        (every, slice(tf.constant(1), None)),
        (every, slice("a", None)),
        (slice(1, None), slice(1, None)),
        (every, every, 0),
        (every, every, slice(1, None)),
        (every, slice(0, 1), slice(0, 1)),
        (0, 0, 0),
        (0, every, 0),
        (Ellipsis, 0),
        (Ellipsis, slice(0, 1)),
        (0, Ellipsis),
        (every, Ellipsis, slice(1, None)),
        (every, None),
        (None, 0),
        (every, every, None),
        (Ellipsis, None),
        (0, 0, 0, 0, 0),
        [0, 1],
    ]
    names = "row three inner uniform uniform_rows strings deep".split()
    return {name: _outcomes([lambda k=k, x=operands[name]: x[k] for k in keys]) for name in names}


def _reducible(tf):
    constant = tf.ragged.constant
    return {
        "two": constant([[3.0, 1.0, 4.0], [1.0, 5.0], [], [9.0]]),
        "ints": constant([[3, 1, 4], [1, 5], [], [9]]),
        "three": constant([[[1.0, 2.0], [3.0]], [], [[4.0], [], [5.0, 6.5]]]),
        "inner": constant([[[1.0, 2.0], [3.0, 4.0]], [], [[5.0, 6.0]]], ragged_rank=1),
        "uniform": tf.RaggedTensor.from_uniform_row_length([1.0, 2.0, 3.0, 4.0], 2),
        "empty": constant([[], []], dtype=tf.float32),
    }


def _axes():
    axes = [None, 0, 1, 2, -1, -3, 5, (), [0], (0, 1), (1, 2), (0, 2), [-1, 0], (0, 1, 2)]
    return [(axis, keep) for axis in axes for keep in (False, True)]


def _reductions(names):
    def case(tf):
        results = {}
        for name in names.split():
            f = getattr(tf.math, name)
            for key, x in _reducible(tf).items():
                if name in ("reduce_any", "reduce_all"):
                    x = x > 2
                results[f"{name} {key}"] = _outcomes(
                    [lambda f=f, x=x, a=a, k=k: f(x, axis=a, keepdims=k) for a, k in _axes()]
                )
        return results

    return case


sums = _reductions("reduce_sum reduce_prod")
extremes = _reductions("reduce_min reduce_max")
means = _reductions("reduce_mean reduce_variance reduce_std")
logical_reductions = _reductions("reduce_any reduce_all")


def more_reductions(tf):
    x = _reducible(tf)["two"]
    i = _reducible(tf)["ints"]
    ids = [0, 2, 2, 0]
    segments = tf.math
    rows = [
        lambda: tf.reduce_sum(x, tf.constant(1)),
        lambda: tf.reduce_sum(x, 1, False, "some"),
        lambda: tf.reduce_sum(x, [0, 0]),
        lambda: tf.reduce_variance(tf.cast(x, tf.complex64)),
        *[
            lambda f=f, v=v, s=s: f(v, s, 3)
            for f in (
                segments.unsorted_segment_sum,
                segments.unsorted_segment_prod,
                segments.unsorted_segment_min,
                segments.unsorted_segment_max,
                segments.unsorted_segment_mean,
                segments.unsorted_segment_sqrt_n,
            )
            for v in (x, i, _reducible(tf)["three"])
            for s in (ids, [0, 2, 2], tf.ragged.constant([[0, 1, 2], [0, 0], [], [1]]))
        ],
        lambda: tf.math.cumsum(x, 1),
        lambda: tf.math.cumsum(x, 1, exclusive=True),
        lambda: tf.math.cumsum(i, 1, reverse=True),
        lambda: tf.math.cumsum(i, -1, exclusive=True, reverse=True),
        lambda: tf.math.cumsum(i, 0),
        lambda: tf.math.cumsum(_reducible(tf)["inner"], 2),
        lambda: tf.math.cumsum(_reducible(tf)["three"], 2),
        lambda: tf.math.cumsum(_reducible(tf)["three"], 1),
    ]
    return _outcomes(rows)


def joins(tf):
    o = _operands(tf)
    rows = [
        (["row", "other"], (0, 1, 2, -1, -2)),
        (["row", "single"], (0, 1)),
        (["row", "wrong", "ones"], (0, 1)),
        (["three", "three"], (0, 1, 2, 3, -1)),
        (["three", "row"], (0,)),
        (["inner", "inner"], (0, 1, 2)),
        (["inner", "three"], (0, 1, 2)),
        (["row", "matrix"], (0, 1)),
        (["column", "row"], (0, 1)),
        (["uniform", "uniform"], (0, 1)),
        (["uniform_rows", "uniform_rows"], (0, 1, 2)),
        (["row"], (0, 1)),
        (["row", "list"], (0, 1)),
        (["vector", "vector3"], (0,)),
        (["matrix", "column"], (0, 1)),
    ]
    results = {}
    for names, axes in rows:
        parts = [o[name] for name in names]
        calls = [
            lambda f=f, parts=parts, axis=axis: f(parts, axis)
            for f in (tf.concat, tf.stack, tf.ragged.stack)
            for axis in axes
        ]
        results[" ".join(names)] = _outcomes(calls)
    results["others"] = _outcomes(
        [
            lambda: tf.concat(o["row"], 0),
            lambda: tf.ragged.stack([]),
            lambda: tf.ragged.stack(o["row"]),
            lambda: tf.ragged.stack([1, 2]),
            lambda: tf.ragged.stack([[1, 2], [3]]),
            lambda: tf.stack([o["row"], o["row"]]),
            lambda: tf.stack([o["row"], o["row"]], axis=1, name="x"),
            lambda: tf.concat([o["row"], o["row"].with_row_splits_dtype(tf.int32)], 0),
            lambda: tf.concat([o["row"], tf.cast(o["row"], tf.float32)], 0),
            lambda: tf.concat([tf.ragged.constant([["a"]]), tf.ragged.constant([["b", "c"]])], 1),
        ]
    )
    return results


def gathers(tf):
    o = _operands(tf)
    ragged_indices = tf.ragged.constant([[2, 0], [], [1]])
    rows = [
        lambda: tf.gather(o["row"], [2, 0, 2]),
        lambda: tf.gather(o["row"], 2),
        lambda: tf.gather(o["row"], [[2, 0], [1, 1]]),
        lambda: tf.gather(o["row"], [[[2, 0], [1, 1]]]),
        lambda: tf.gather(o["row"], []),
        lambda: tf.gather(o["row"], tf.constant([1], tf.int64)),
        lambda: tf.gather(o["row"], [3]),
        lambda: tf.gather(o["row"], [-1]),
        lambda: tf.gather(o["row"], ragged_indices),
        lambda: tf.gather(o["three"], [2, 0]),
        lambda: tf.gather(o["three"], ragged_indices),
        lambda: tf.gather(o["inner"], [2, 2]),
        lambda: tf.gather(o["uniform_rows"], [2, 1]),
        lambda: tf.gather(o["vector3"], ragged_indices),
        lambda: tf.gather(o["matrix"], ragged_indices),
        lambda: tf.gather(o["vector3"], tf.ragged.constant([[3]])),
        lambda: tf.gather(o["row"], [[0], [0], [1]], batch_dims=1),
        lambda: tf.gather(o["row"], tf.ragged.constant([[1, 0, 0], [], [1]]), batch_dims=1),
        lambda: tf.gather(o["row"], [0, 0, 1], batch_dims=1),
        lambda: tf.gather(o["matrix"], tf.ragged.constant([[1, 0, 0], [], [1]]), batch_dims=1),
        lambda: tf.gather(o["row"], [[0, 0], [1, 1]], batch_dims=1),
        lambda: tf.gather(o["three"], [[0], [0], [1]], batch_dims=1),
        lambda: tf.gather(o["inner"], [1, 0], axis=2),
        lambda: tf.gather(o["inner"], [[1], [0], [1]], batch_dims=1, axis=2),
        lambda: tf.gather(o["ones"], [0], axis=1),
        lambda: tf.gather(o["uniform"], [1, 0], axis=1),
        lambda: tf.gather(
            o["three"], tf.ragged.constant([[[0], [0]], [], [[0], [], [1]]]), batch_dims=2
        ),
        lambda: tf.gather(o["row"], [0], axis=5),
        lambda: tf.gather(o["row"], [0], batch_dims=2),
        lambda: tf.gather(o["row"], [0], axis=0, batch_dims=1),
        lambda: tf.gather(o["row"], [0.5]),
        lambda: tf.gather(tf.ragged.constant([["a"], ["b", "c"]]), [1, 0]),
        lambda: tf.gather_nd(o["row"], [[2, 1], [0, 2]]),
        lambda: tf.gather_nd(o["row"], [[2], [0]]),
        lambda: tf.gather_nd(o["row"], [2]),
        lambda: tf.gather_nd(o["row"], [2, 0]),
        lambda: tf.gather_nd(o["row"], [[[2, 1]], [[0, 2]]]),
        lambda: tf.gather_nd(o["row"], [[[2], [1]]]),
        lambda: tf.gather_nd(o["row"], [[], []]),
        lambda: tf.gather_nd(o["row"], 1),
        lambda: tf.gather_nd(o["three"], [[2, 2, 1], [0, 0, 0]]),
        lambda: tf.gather_nd(o["three"], [[2, 2], [0, 0]]),
        lambda: tf.gather_nd(o["inner"], [[0, 1, 1], [2, 0, 0]]),
        lambda: tf.gather_nd(o["inner"], [[0, 1], [2, 0]]),
        lambda: tf.gather_nd(o["matrix"], tf.ragged.constant([[[1, 0]], []], ragged_rank=1)),
        lambda: tf.gather_nd(o["matrix"], tf.ragged.constant([[1, 0], [0]])),
        lambda: tf.gather_nd(o["row"], [[0, 1]], batch_dims=1),
        lambda: tf.gather_nd(o["row"], [[9, 1]]),
    ]
    return _outcomes(rows)


def masks(tf):
    o = _operands(tf)
    f = tf.ragged.boolean_mask
    mask = tf.ragged.constant([[True, False, True], [], [False, True]])
    deep = tf.ragged.constant([[[True, False], [True]], [], [[False], [], [True, True]]])
    cube = tf.reshape(tf.range(12), [2, 3, 2])
    rows = [
        lambda: f(o["row"], mask),
        lambda: f(o["row"], [True, False, True]),
        lambda: f(o["three"], [True, False, True]),
        lambda: f(o["three"], deep),
        lambda: f(o["three"], tf.ragged.constant([[True, False], [], [False, True, True]])),
        lambda: f(o["inner"], tf.ragged.constant([[True, False], [], [True]])),
        lambda: f(o["matrix"], [[True, False], [False, False], [True, True]]),
        lambda: f(o["vector3"], [True, False, True]),
        lambda: f(cube, cube % 3 == 0),
        lambda: f(cube, [[True, False, True], [False, False, True]]),
        lambda: f(o["matrix"], tf.ragged.constant([[True, False], [False, True], [True, True]])),
        lambda: f(o["matrix"], tf.ragged.constant([[True], [], []])),
        lambda: f(o["uniform"], [[True, False], [False, True], [True, True]]),
        lambda: f(o["row"], deep),
        lambda: f(o["row"], tf.ragged.constant([[True], [], []])),
        lambda: f(o["row"], True),
        lambda: f(o["row"], [1, 0, 1]),
        lambda: f(o["row"], o["row"]),
        lambda: f(o["row"], [True, False]),
        lambda: f(tf.ragged.constant([["a", "b"], ["c"]]), [True, False]),
        lambda: tf.boolean_mask(o["row"], mask),
        lambda: tf.boolean_mask(o["row"], [True, False, True]),
        lambda: tf.where(mask),
        lambda: tf.where(deep),
        lambda: tf.where(mask, o["row"], o["other"]),
        lambda: tf.where(mask, o["row"], -1),
        lambda: tf.where(mask, 1, 0),
        lambda: tf.where([[True], [False], [True]], o["row"], o["other"]),
        lambda: tf.where(o["row"] > 2, o["row"], tf.constant([[7], [8], [9]])),
        lambda: tf.where(mask, o["row"]),
        lambda: tf.where(mask, o["row"], o["wrong"]),
        lambda: tf.where(True, o["row"], o["other"]),
        lambda: tf.where(deep, o["three"], tf.constant(0)),
        lambda: tf.ragged.stack_dynamic_partitions([1, 2, 3, 4], [1, 0, 1, 3], 5),
        lambda: tf.ragged.stack_dynamic_partitions(o["row"], [2, 0, 2], 3),
        lambda: tf.ragged.stack_dynamic_partitions(
            o["row"], tf.ragged.constant([[1, 0, 1], [], [0, 1]]), 2
        ),
        lambda: tf.ragged.stack_dynamic_partitions(o["matrix"], [[0, 1], [1, 0], [1, 1]], 2),
        lambda: tf.ragged.stack_dynamic_partitions(5, 1, 3),
        lambda: tf.ragged.stack_dynamic_partitions([1, 2], [0, 5], 3),
        lambda: tf.ragged.stack_dynamic_partitions([1, 2], [0, -1], 3),
        lambda: tf.ragged.stack_dynamic_partitions([1, 2], [0, 1, 2], 3),
        lambda: tf.dynamic_partition(o["row"], [1, 0, 1], 2),
        lambda: tf.dynamic_partition(o["row"], [1, 0, 1], -1),
    ]
    return _outcomes(rows)


def arrays(tf):
    o = _operands(tf)
    row, three, inner, uniform = (o[n] for n in ("row", "three", "inner", "uniform"))
    singles = tf.ragged.constant([[[1]], [[2]]])
    rows = [
        *[
            lambda x=x, a=a: tf.expand_dims(x, a)
            for x in (row, three, inner)
            for a in (0, 1, 2, 3, -1, 9)
        ],
        *[
            lambda x=x, m=m: tf.tile(x, m)
            for x, m in (
                (row, [2, 1]),
                (row, [1, 2]),
                (row, [2, 3]),
                (row, [0, 1]),
                (row, [1, 0]),
                (row, [1]),
                (three, [1, 2, 1]),
                (three, [2, 1, 2]),
                (three, [2, 2, 2]),
                (inner, [1, 1, 2]),
                (inner, [2, 2, 2]),
                (uniform, [2, 2]),
                (row, [1.0, 2.0]),
            )
        ],
        lambda: tf.size(row),
        lambda: tf.size(three, tf.int64),
        lambda: tf.rank(row),
        lambda: tf.rank(inner),
        lambda: tf.one_hot(row, 4),
        lambda: tf.one_hot(three, 3, 5, -1, dtype=tf.int8),
        lambda: tf.one_hot(row, 4, axis=1),
        lambda: tf.one_hot(row, 4, axis=2),
        lambda: tf.reverse(row, [0]),
        lambda: tf.reverse(row, [1]),
        lambda: tf.reverse(three, [0, -1]),
        lambda: tf.reverse(three, []),
        lambda: tf.reverse(row, 0),
        lambda: tf.reverse(row, [5]),
        lambda: tf.squeeze(singles, 1),
        lambda: tf.squeeze(singles, [1, 2]),
        lambda: tf.squeeze(singles, [0]),
        lambda: tf.squeeze(singles),
        lambda: tf.squeeze(tf.ragged.constant([[1, 2]]), 0),
        lambda: tf.squeeze(tf.ragged.constant([[1]]), [0, 1]),
        lambda: tf.squeeze(tf.ragged.constant([[[1], [2]], []], ragged_rank=1), 2),
        lambda: tf.squeeze(row, 1),
        lambda: tf.squeeze(row, "a"),
        lambda: tf.split(row, 3),
        lambda: tf.split(row, [1, 2]),
        lambda: tf.split(row, [1, 1]),
        lambda: tf.split(row, 1),
        lambda: tf.split(row, 2),
        lambda: tf.split(row, 2, axis=1),
        lambda: tf.split(uniform, 2, axis=1),
        lambda: tf.split(inner, [1, 1], axis=2),
        lambda: tf.split(row, 0),
        lambda: tf.split(row, [4, -1]),
        lambda: tf.reshape(row, [5, 1]),
        lambda: tf.unstack(row),
        lambda: tf.transpose(row),
        lambda: tf.is_tensor(row),
        lambda: tf.nest.flatten(row),
        lambda: tf.nest.flatten(row, expand_composites=True),
        lambda: tf.nest.flatten([three, {"a": 1}], expand_composites=True),
        lambda: tf.nest.map_structure(lambda t: t * 2, row),
        lambda: tf.nest.map_structure(lambda t: t + 0, three, expand_composites=True),
        lambda: tf.nest.pack_sequence_as(
            row, tf.nest.flatten(o["other"], expand_composites=True), expand_composites=True
        ),
        lambda: tf.nest.assert_same_structure(row, o["other"], expand_composites=True),
        lambda: tf.nest.assert_same_structure(row, three, expand_composites=True),
        lambda: tf.nest.assert_same_structure(row, o["vector"], expand_composites=True),
    ]
    return _outcomes(rows)
