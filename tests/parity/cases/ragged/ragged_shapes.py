"""Shapes of ragged tensors, partitions of rows, and the functions that take shapes."""

import numpy as np

from tests.parity.case_helpers.tables import outcomes


def _parts(p):
    return [
        repr(p),
        p.dtype,
        [p.nrows(), p.nvals(), p.uniform_row_length(), p.is_uniform()],
        [p.row_splits(), p.row_lengths(), p.row_starts(), p.row_limits()],
        [p.value_rowids(), p.offsets_in_rows()],
        [p.static_nrows, str(p.static_nvals), str(p.static_uniform_row_length)],
    ]


def partitions(tf):
    r = tf.experimental.RowPartition
    int32 = tf.constant([0, 2], tf.int32)
    makers = {
        "splits": lambda: r.from_row_splits([0, 2, 2, 3]),
        "lengths": lambda: r.from_row_lengths([2, 0, 1]),
        "rowids": lambda: r.from_value_rowids([0, 0, 2]),
        "rowids and rows": lambda: r.from_value_rowids([0, 0, 2], nrows=4),
        "starts": lambda: r.from_row_starts([0, 2, 2], 3),
        "limits": lambda: r.from_row_limits([2, 2, 3]),
        "uniform of values": lambda: r.from_uniform_row_length(2, nvals=6),
        "uniform of rows": lambda: r.from_uniform_row_length(2, nrows=3),
        "uniform of nothing": lambda: r.from_uniform_row_length(0, nvals=0, nrows=4),
        "uniform int32": lambda: r.from_uniform_row_length(tf.constant(3), 6),
        "int32": lambda: r.from_row_splits(int32),
        "int32 array": lambda: r.from_row_splits(np.array([0, 1], np.int32)),
        "no rows": lambda: r.from_row_splits([0]),
        "dtype": lambda: r.from_row_lengths([1, 2], dtype=tf.int32),
        "hint": lambda: r.from_row_lengths([1], dtype_hint=tf.int32),
        "not validated": lambda: r.from_row_splits([0, 2, 3], validate=False),
        "with dtype": lambda: r.from_row_lengths([2, 0, 1]).with_dtype(tf.int32),
        "private": lambda: r([0, 1]),
        "private internal": lambda: r(int32, internal=True),
        "empty splits": lambda: r.from_row_splits([]),
        "not from 0": lambda: r.from_row_splits([1, 2]),
        "falling": lambda: r.from_row_splits([0, 2, 1]),
        "validate": lambda: r.from_row_splits([0, 1], validate=1),
        "float dtype": lambda: r.from_row_splits([0, 1], dtype=tf.float32),
        "floats": lambda: r.from_row_splits([0.0, 1.0]),
        "matrix": lambda: r.from_row_splits([[0, 1]]),
        "negative": lambda: r.from_row_lengths([-1]),
        "falling rowids": lambda: r.from_value_rowids([1, 0]),
        "few rows": lambda: r.from_value_rowids([0, 3], nrows=2),
        "no size": lambda: r.from_uniform_row_length(2),
        "odd": lambda: r.from_uniform_row_length(2, nvals=5),
        "contradiction": lambda: r.from_uniform_row_length(2, nvals=6, nrows=2),
        "negative length": lambda: r.from_uniform_row_length(-2, 4),
        "late start": lambda: r.from_row_starts([0, 5], 3),
    }
    return outcomes({name: lambda m=make: _parts(m()) for name, make in makers.items()})


def _shapes(tf):
    d, r = tf.experimental.DynamicRaggedShape, tf.experimental.RowPartition
    constant = tf.ragged.constant
    uniform = tf.RaggedTensor.from_uniform_row_length([1.0, 2.0, 3.0, 4.0], 2)
    return {
        "rows": lambda: tf.shape(constant([[1, 2], [], [3]])),
        "two": lambda: tf.shape(constant([[[1], [2]], []])),
        "inner": lambda: tf.shape(constant([[[1, 2], [3, 4]], [], [[5, 6]]], ragged_rank=1)),
        "uniform": lambda: tf.shape(uniform, tf.int64),
        "dense": lambda: d.from_tensor(tf.ones([2, 3])),
        "tensor": lambda: d.from_tensor(constant([[1], [2, 3]]), dtype=tf.int32),
        "lengths": lambda: d.from_lengths([3, (2, 0, 1)]),
        "lengths inner": lambda: d.from_lengths([2, (1, 2), 2]),
        "lengths dense": lambda: d.from_lengths([2, 2, 3]),
        "lengths deep": lambda: d.from_lengths([2, (2, 1), (1, 0, 2), 3]),
        "scalar": lambda: d.from_lengths([]),
        "vector": lambda: d.from_lengths([5]),
        "a partition": lambda: d.from_lengths([2, 2, 3], num_row_partitions=1),
        "partitions": lambda: d.from_lengths([2, 2, 3], 2, tf.int32),
        "from partitions": lambda: d.from_row_partitions([r.from_row_splits([0, 2, 3])]),
        "made": lambda: d([r.from_row_splits([0, 2, 3])], [3, 4], validate=True),
        "made dense": lambda: d([], [2, 3], dtype=tf.int32),
    }


_SLICES = [(None, None), (0, 1), (1, 2), (0, 2), (-1, None), (2, None), (1, None), (0, 0), (0, -1)]
_SLICES += [(1, 9)]


def shapes(tf):
    rows = {}
    for name, make in _shapes(tf).items():
        rows[name] = lambda m=make: _shape(m())
        rows[f"{name}, items"] = lambda m=make: outcomes(
            {i: lambda i=i: _brief(m()[i]) for i in (0, 1, 2, 3, -1, -2, -7, "a", None)}
        )
        rows[f"{name}, slices"] = lambda m=make: outcomes(
            {f"{a}:{b}": lambda a=a, b=b: repr(m()[a:b]) for a, b in _SLICES}
        )
        rows[f"{name}, steps"] = lambda m=make: m()[::2]
        rows[f"{name}, uniform"] = lambda m=make: [m().is_uniform(i) for i in range(m().rank)]
        rows[f"{name}, beyond"] = lambda m=make: m().is_uniform(9)
        rows[f"{name}, below"] = lambda m=make: m().is_uniform(-1)
    return outcomes(rows)


def _brief(item):
    return repr(item) if "Shape" in type(item).__name__ else item


def _shape(s):
    return [
        [repr(s), str(s), s.dtype, s.inner_rank, s.num_row_partitions, s.rank],
        [s.inner_shape, str(s.row_partitions), str(s.static_lengths())],
        [str(s.static_lengths(ragged_lengths=False)), s.with_dtype("int32").dtype],
        [repr(s), s == s, s != s, s == 3, s != 3],
    ]


def wrong_shapes(tf):
    d, r = tf.experimental.DynamicRaggedShape, tf.experimental.RowPartition
    x = tf.ragged.constant([[1, 2], [], [3]])
    s = tf.shape(x)
    two = r.from_uniform_row_length(2, nrows=2)
    return outcomes(
        {
            "a tuple": lambda: d.from_lengths((1, 2)),
            "a string": lambda: d.from_lengths(["a"]),
            "a float": lambda: d.from_lengths([2, 2.5]),
            "no partitions": lambda: d.from_lengths([2, (1, 2)], 0),
            "many partitions": lambda: d.from_lengths([2], 1),
            "float partitions": lambda: d.from_lengths([2, (1, 2)], 1.5),
            "scalar with partitions": lambda: d.from_lengths([], 1),
            "rows": lambda: d.from_lengths([2, (1, 2, 3)]),
            "of none": lambda: d.from_row_partitions([]),
            "no list": lambda: d(3, [1]),
            "no partition": lambda: d([1], [1]),
            "scalar inner": lambda: d([], 2),
            "inner": lambda: d([two], [3]),
            "inner, validated": lambda: d([r.from_row_splits([0, 2])], [3], validate=True),
            "alignment": lambda: d([two, two], [4]),
            "out type": lambda: tf.shape(x, tf.float32),
            "size": lambda: tf.size(s),
            "cast": lambda: tf.cast(s, tf.int32),
            "convert": lambda: tf.convert_to_tensor(d.from_lengths([2])),
            "random": lambda: tf.random.uniform(s),
            "length": lambda: len(s),
            "hash": lambda: hash(s),
            "is_tensor": lambda: tf.is_tensor(s),
            "other": lambda: [s == tf.shape(x[:2]), s != tf.shape(x[:2]), s == tf.shape(x)],
            "list": lambda: list(d.from_lengths([2, 3])),
        }
    )


def with_shapes(tf):
    d, constant = tf.experimental.DynamicRaggedShape, tf.ragged.constant
    x, deep = constant([[1, 2], [], [3]]), constant([[[1, 2], [3, 4]], [], [[5, 6]]], ragged_rank=1)
    s, t = tf.shape(x), tf.shape(deep)
    column = constant([[1], [2], [3]])
    to, b = tf.broadcast_to, tf.broadcast_dynamic_shape
    rows = {
        f"broadcast {value!r}": lambda v=value: to(v, s)
        for value in (1, [1, 2, 3], [[1], [2], [3]], [[1, 2]], 1.5, "a")
    }
    rows |= {
        "broadcast deep": lambda: [to(1, t), to([[[1]], [[2]], [[3]]], t), to([1, 2], t)],
        "broadcast dense": lambda: to([[1], [2]], d.from_lengths([2, 3])),
        "broadcast itself": lambda: to(x, d.from_lengths([3, (2, 0, 1)])),
        "broadcast int32": lambda: to(x, s),
        "broadcast larger": lambda: to(x, d.from_lengths([3, (1, 0, 1)])),
        "broadcast to a list": lambda: to(x, [3, 2]),
        "reshape": lambda: [tf.reshape(v, s) for v in ([1, 2, 3], [[1, 2, 3]], x)],
        "reshape to dense": lambda: [
            tf.reshape(x, d.from_lengths(n)) for n in ([3, 1], [3], [1, (3,)])
        ],
        "reshape deep": lambda: tf.reshape(tf.range(6), t),
        "reshape wrong": lambda: tf.reshape([1, 2], s),
        "zeros": lambda: [tf.zeros(s), tf.zeros(t, tf.int32), tf.zeros(d.from_lengths([2]))],
        "ones": lambda: [tf.ones(s), tf.ones(t, dtype=tf.int8), tf.ones(d.from_lengths([2, 1]))],
        "fill": lambda: [tf.fill(s, "a"), tf.fill(d.from_lengths([2, 2]), 1.0)],
        "shapes": lambda: [repr(b(*p)) for p in ((s, s), (d.from_lengths([3, 1]), s))],
        "shapes dense": lambda: [
            repr(b(d.from_lengths([1]), d.from_lengths([2, 3]))),
            repr(b([1, 3], d.from_lengths([2, 1]))),
        ],
        "shapes with a list": lambda: repr(b(s, [3, 1])),
        "shapes wrong": lambda: b(s, tf.shape(column)),
        "gradient": lambda: _gradient(tf, s),
    }
    return outcomes(rows)


def _gradient(tf, shape):
    v = tf.constant([[1.0], [2.0], [3.0]])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(v)
        y = tf.broadcast_to(v, shape) * 2.0
        z = tf.reshape(v, shape) * 3.0
    return tape.gradient(y.flat_values, v), tape.gradient(z.flat_values, v)
