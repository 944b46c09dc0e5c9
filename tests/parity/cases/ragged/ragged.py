"""Ragged tensors: how they are made, their properties, how they print."""

import numpy as np

from tests.parity.case_helpers.elements import brief
from tests.parity.case_helpers.tables import outcomes
from tests.parity.harness import attempt


def _outcomes(rows):
    """What each row returns, or the type of the exception that it raises."""
    return list(outcomes(dict(enumerate(rows))).values())


def _some(tf):
    """Ragged tensors of several kinds."""
    return {
        "two": tf.ragged.constant([[1, 2, 3], [], [4], [5, 6]]),
        "floats": tf.ragged.constant([[1.5], [], [2.5, -1.0]], dtype=tf.float64),
        "strings": tf.ragged.constant([["a", "bc"], [], ["d"]]),
        "three": tf.ragged.constant([[[1, 2], []], [], [[3], [4, 5, 6], [7]]]),
        "inner": tf.ragged.constant([[[1, 2], [3, 4]], [], [[5, 6]]], ragged_rank=1),
        "uniform": tf.RaggedTensor.from_uniform_row_length([1, 2, 3, 4, 5, 6], 3),
        "mixed": tf.RaggedTensor.from_uniform_row_length(
            tf.ragged.constant([[1], [2, 3], [], [4]]), 2
        ),
        "int32": tf.ragged.constant([[1, 2], [3]], row_splits_dtype=tf.int32),
        "empty": tf.ragged.constant([[], []], dtype=tf.float32),
        "none": tf.ragged.constant([], ragged_rank=1),
    }


def constant(tf):
    f = tf.ragged.constant
    rows = [
        ([[1, 2], [3]],),
        ([[1, 2.5], [3]],),
        ([[1, 2], [3]], tf.float32),
        ([["a"], []],),
        ([[[1], [2, 3]], []],),
        ([[[1, 2], [3, 4]], [[5, 6]]], None, 1),
        ([[[1, 2], [3, 4]], [[5, 6]]], None, 2),
        ([[[1, 2], [3, 4]], [[5, 6]]], None, None, (2,)),
        ([[[1, 2], [3, 4]], [[5, 6]]], None, 1, (2,)),
        ([[[1, 2], [3, 4]], [[5, 6]]], None, 1, (3,)),
        ([[[1, 2], [3]], [[5, 6]]], None, 1),
        ([[1, 2], [3]], None, None, None, "x", tf.int32),
        ([[1, 2], [3, 4]], None, 0),
        ([[1, 2], [3]], None, 0),
        (5,),
        (5, tf.float32),
        (5, None, 1),
        (5, None, None, (1,)),
        ([1, 2, 3],),
        ([],),
        ([[]],),
        ([[], [[]]],),
        ([], None, 1),
        ([], None, 2),
        ([], None, 1, (3,)),
        ([[], []], None, None, (2,)),
        ([[1], 2],),
        ([[[]], [1]],),
        ([[1, [2]]],),
        ([[1, 2]], None, -1),
        ([[1, 2]], None, 2),
        ([[1, 2]], None, 1, (1,)),
        ([np.array([1, 2]), np.array([3])],),
        ([np.array([[1, 2]]), np.array([[3, 4], [5, 6]])],),
        (np.array([[1, 2], [3, 4]]),),
        (((1, 2), (3,)),),
        ([[True], [False, True]],),
        ([[1j], []],),
        ([[1, "a"]],),
        ([[300]], tf.uint8),
        (f([[1]]),),
    ]
    return _outcomes([lambda row=row: f(*row) for row in rows])


def from_parts(tf):
    R = tf.RaggedTensor
    v = [1, 2, 3, 4, 5]
    good = R.from_row_lengths(v, [2, 0, 3])
    rows = [
        lambda: R.from_row_splits(v, [0, 2, 2, 5]),
        lambda: R.from_row_splits(v, np.array([0, 5], np.int32)),
        lambda: R.from_row_splits(v, np.array([0, 5])),
        lambda: R.from_row_splits(v, tf.constant([0, 5])),
        lambda: R.from_row_splits(v, tf.constant([0, 5], tf.int16)),
        lambda: R.from_row_splits(v, [0.0, 5.0]),
        lambda: R.from_row_splits(v, []),
        lambda: R.from_row_splits([], [0]),
        lambda: R.from_row_splits(v, [1, 5]),
        lambda: R.from_row_splits(v, [0, 3, 2, 5]),
        lambda: R.from_row_splits(v, [0, 4]),
        lambda: R.from_row_splits(v, [0, 6]),
        lambda: R.from_row_splits(v, [[0, 5]]),
        lambda: R.from_row_splits(v, 5),
        lambda: R.from_row_splits(7, [0, 1]),
        lambda: R.from_row_splits(v, [0, 5], validate=1),
        lambda: R.from_row_splits(v, [0, 2, 4], validate=False),
        lambda: R.from_row_splits(v, [0, 5], name="x").name,
        lambda: R.from_row_splits([[1, 2], [3, 4]], [0, 1, 2]),
        lambda: R.from_row_splits(["a", "b"], [0, 1, 2]),
        lambda: R.from_row_splits(good, [0, 1, 3]),
        lambda: R.from_row_splits(good, tf.constant([0, 1, 3])),
        lambda: R.from_row_splits(good, [0, 1, 2]),
        lambda: R.from_row_lengths(v, [2, 0, 3]),
        lambda: R.from_row_lengths(v, [2, -1, 4]),
        lambda: R.from_row_lengths(v, [2, 2]),
        lambda: R.from_row_lengths(v, [2, 4]),
        lambda: R.from_row_lengths(v, 5),
        lambda: R.from_row_lengths([], []),
        lambda: R.from_row_starts(v, [0, 2, 2]),
        lambda: R.from_row_starts(v, [1, 2]),
        lambda: R.from_row_starts(v, [0, 3, 2]),
        lambda: R.from_row_starts(v, [0, 9]),
        lambda: R.from_row_starts([], []),
        lambda: R.from_row_starts(v, []),
        lambda: R.from_row_limits(v, [2, 2, 5]),
        lambda: R.from_row_limits(v, [-1, 5]),
        lambda: R.from_row_limits(v, [2, 4]),
        lambda: R.from_row_limits(v, [3, 2, 5]),
        lambda: R.from_row_limits([], []),
        lambda: R.from_value_rowids(v, [0, 0, 2, 2, 2]),
        lambda: R.from_value_rowids(v, [0, 0, 2, 2, 2], 5),
        lambda: R.from_value_rowids(v, [0, 0, 2, 2, 2], nrows=tf.constant(5, tf.int64)),
        lambda: R.from_value_rowids(v, tf.constant([0, 0, 2, 2, 2]), tf.constant(5)),
        lambda: R.from_value_rowids(v, tf.constant([0, 0, 2, 2, 2]), tf.constant(5, tf.int64)),
        lambda: R.from_value_rowids(v, [0, 0, 2, 2, 2], 2),
        lambda: R.from_value_rowids(v, [0, 0, 2, 2, 2], -1),
        lambda: R.from_value_rowids(v, [0, 2, 1, 2, 2]),
        lambda: R.from_value_rowids(v, [-1, 0, 1, 2, 2]),
        lambda: R.from_value_rowids(v, [0, 0, 2]),
        lambda: R.from_value_rowids(v, [[0, 0, 2]]),
        lambda: R.from_value_rowids([], []),
        lambda: R.from_value_rowids([], [], 3),
        lambda: R.from_uniform_row_length([1, 2, 3, 4], 2),
        lambda: R.from_uniform_row_length([1, 2, 3, 4], 2, 2),
        lambda: R.from_uniform_row_length([1, 2, 3, 4], 2, 3),
        lambda: R.from_uniform_row_length(v, 2),
        lambda: R.from_uniform_row_length([], 0, 3),
        lambda: R.from_uniform_row_length([], 0),
        lambda: R.from_uniform_row_length([], 2),
        lambda: R.from_uniform_row_length(v, -1),
        lambda: R.from_uniform_row_length(v, [1]),
        lambda: R.from_uniform_row_length(v, tf.constant(5)),
        lambda: R.from_uniform_row_length(good, 3),
        lambda: R.from_uniform_row_length(good, tf.constant(3)),
        lambda: R.from_nested_row_splits(v, [[0, 1, 3], [0, 2, 2, 5]]),
        lambda: R.from_nested_row_splits(v, tf.constant([[0, 5]])),
        lambda: R.from_nested_row_splits(v, []),
        lambda: R.from_nested_row_lengths(v, [[1, 2], [2, 0, 3]]),
        lambda: R.from_nested_row_lengths(v, tf.constant([[1]])),
        lambda: R.from_nested_value_rowids(v, [[0, 1, 1], [0, 0, 2, 2, 2]]),
        lambda: R.from_nested_value_rowids(v, [[0, 1, 1], [0, 0, 2, 2, 2]], [4, 3]),
        lambda: R.from_nested_value_rowids(v, [[0, 1, 1], [0, 0, 2, 2, 2]], [4]),
        lambda: R.from_nested_value_rowids(v, tf.constant([[0, 1, 1]])),
        lambda: R([1], [0, 1]),
    ]
    return _outcomes(rows)


def about(tf):
    """Properties and methods that tell what it is."""
    results = {}
    for name, x in _some(tf).items():
        rows = [
            lambda x=x: x.shape,
            lambda x=x: x.get_shape(),
            lambda x=x: x.dtype,
            lambda x=x: x.ragged_rank,
            lambda x=x: x.values,
            lambda x=x: x.flat_values,
            lambda x=x: x.row_splits,
            lambda x=x: x.nested_row_splits,
            lambda x=x: x.uniform_row_length,
            lambda x=x: x.value_rowids(),
            lambda x=x: x.nested_value_rowids(),
            lambda x=x: x.nrows(),
            lambda x=x: x.nrows(tf.int32),
            lambda x=x: x.row_starts(),
            lambda x=x: x.row_limits(),
            lambda x=x: [x.row_lengths(axis) for axis in (0, 1)],
            lambda x=x: x.row_lengths(2),
            lambda x=x: x.row_lengths(-1),
            lambda x=x: x.row_lengths(9),
            lambda x=x: x.nested_row_lengths(),
            lambda x=x: x.bounding_shape(),
            lambda x=x: x.bounding_shape(out_type=tf.int32),
            lambda x=x: [x.bounding_shape(0), x.bounding_shape(1), x.bounding_shape([1, 0])],
            lambda x=x: x.to_list(),
            lambda x=x: repr(x.numpy()),
            lambda x=x: str(x),
            lambda x=x: repr(x),
            lambda x=x: len(list(x)),
            lambda x=x: list(x),
            lambda x=x: len(x),
            lambda x=x: bool(x),
            lambda x=x: hash(x),
            lambda x=x: x.with_row_splits_dtype(tf.int32),
            lambda x=x: x.with_row_splits_dtype("int64"),
            lambda x=x: x.with_row_splits_dtype(tf.int8),
        ]
        results[name] = _outcomes(rows)
    return results


def printed(tf):
    values = [
        tf.ragged.constant([[i * 1.25 for i in range(n)] for n in (30, 2)]),
        tf.ragged.constant([[i] * (i % 3) for i in range(40)]),
        tf.ragged.constant([[[1.5, 2.0], [3.0, 4.0]], [[5.0, 6.0]]], ragged_rank=1),
        tf.ragged.constant([[[1, 2]], [[3, 4]]], ragged_rank=1),
        tf.ragged.constant([[True], []]),
        tf.ragged.constant([["a long string of text", "b" * 50], ["c" * 60]]),
        tf.ragged.constant([[1e10, 1e-10], [float("nan")]]),
        tf.ragged.constant([[[[1]], []], []]),
        tf.ragged.constant([[1 + 2j], []]),
        tf.cast(tf.ragged.constant([[1.5], []]), tf.bfloat16),
    ]
    for value in values:
        print(value)
    print(tf.ragged.constant([[1], []]).to_list(), f"{values[4]}", [values[4]])
    return [repr(value) for value in values] + [repr(value.numpy()) for value in values]


def other_values(tf):
    s = _some(tf)
    two, three, inner = s["two"], s["three"], s["inner"]
    return _outcomes(
        [
            lambda: two.with_values([9, 8, 7, 6, 5, 4]),
            lambda: two.with_values([9, 8]),
            lambda: two.with_values(9),
            lambda: two.with_values(tf.zeros([6, 2])),
            lambda: two.with_values(tf.RaggedTensor.from_row_lengths([1], [1, 0, 0, 0, 0, 0])),
            lambda: s["int32"].with_values(tf.RaggedTensor.from_row_lengths([1], [1, 0, 0])),
            lambda: two.with_flat_values(["a"] * 6),
            lambda: three.with_flat_values(tf.range(7) * 2),
            lambda: three.with_flat_values([1]),
            lambda: three.with_values([1, 2, 3, 4, 5]),
            *[
                lambda x=x, a=a, b=b: x.merge_dims(a, b)
                for x in (two, three, inner, s["mixed"])
                for a, b in ((0, 1), (1, 2), (0, 2), (-2, -1), (1, 1), (2, 1), (0, 5))
            ],
            lambda: tf.ragged.constant([[[[1, 2], [3, 4]]]], ragged_rank=1).merge_dims(1, 3),
            lambda: tf.ragged.constant([[[[1, 2], [3, 4]]]], ragged_rank=1).merge_dims(2, 3),
            lambda: tf.ragged.constant([[[[1, 2], [3]]], []]).merge_dims(1, 3),
            lambda: tf.ragged.constant([[[[1, 2], [3]]], []]).merge_dims(1, 2),
        ]
    )


def from_tensor(tf):
    f = tf.RaggedTensor.from_tensor
    x = tf.constant([[5, 7, 0], [0, 3, 0], [6, 0, 0]])
    y = tf.reshape(tf.range(24), [2, 3, 4])
    rows = [
        (x,),
        (x, [1, 0, 3]),
        (x, [9, -1, 2]),
        (x, tf.constant([1, 2, 3])),
        (x, np.array([1, 2, 3], np.int32)),
        (x, [1.5, 2.0, 3.0]),
        (x, [1, 2]),
        (x, [[1, 2, 3]]),
        (x, None, 0),
        (x, None, 7),
        (x, None, [0]),
        (x, None, 0.5),
        (x, [1, 2, 3], 0),
        (x, None, None, 2),
        (x, None, None, 0),
        (x, None, None, 1.0),
        (x, None, None, 1, "x", tf.int32),
        (x, [1, 2, 3], None, 1, "x", tf.int32),
        (y,),
        (y, None, None, 2),
        (y, [1, 2]),
        (y, [1, 2, 3, 4, 0, 1], None, 2),
        (y, ([2, 1], [1, 0, 3])),
        (y, ([2, 1], [1, 0, 3]), None, 2),
        (y, ([2, 1], [1, 0, 3]), None, 3),
        (y, None, [20, 21, 22, 23]),
        (y, None, 23, 2),
        (y, None, None, 3),
        ([[1, 2], [3, 4]],),
        ([1, 2],),
        (3,),
        (tf.zeros([0, 3]),),
        (tf.zeros([3, 0]),),
        (tf.zeros([3, 0]), None, 0),
        ([["a", ""], ["", ""]], None, ""),
    ]
    return _outcomes([lambda row=row: f(*row) for row in rows])


def to_tensor(tf):
    s = _some(tf)
    results = {name: _outcomes([x.to_tensor]) for name, x in s.items()}
    two, three, inner = s["two"], s["three"], s["inner"]
    rows = [
        (two, -1),
        (two, 1.5),
        (two, "a"),
        (two, tf.constant(-1)),
        (two, tf.constant(-1.0)),
        (two, [1, 2]),
        (two, None, None, [4, 4]),
        (two, None, None, [2, 2]),
        (two, None, None, [6, None]),
        (two, None, None, [None, 2]),
        (two, None, None, (None, None)),
        (two, None, None, tf.constant([5, -1])),
        (two, None, None, tf.constant([5, 2], tf.int64)),
        (two, None, None, [tf.constant(5), 2]),
        (two, None, None, tf.TensorShape([None, 5])),
        (two, None, None, [4]),
        (two, None, None, [4, 3, 1]),
        (two, None, None, [0, 0]),
        (s["strings"], "x"),
        (s["floats"], float("nan")),
        (three, -1),
        (three, -1, None, [None, 1, 2]),
        (three, -1, None, [4, None, 4]),
        (inner, -1),
        (inner, [-1, -2]),
        (inner, [[-1, -2]]),
        (inner, [-1, -2, -3]),
        (inner, 0, None, [None, 1, 2]),
        (inner, 0, None, [None, 1, 3]),
        (s["mixed"], -1, None, [None, 3, 1]),
    ]
    results["rows"] = _outcomes([lambda x=x, rest=rest: x.to_tensor(*rest) for x, *rest in rows])
    return results


def ranges(tf):
    f = tf.ragged.range
    rows = [
        ([3, 5, 2],),
        ([0, 5, 8], [3, 3, 12]),
        ([0, 5, 8], [3, 3, 12], 2),
        ([0, 5, 8], [3, 3, 12], -1),
        ([0, 5, 8], 8, [1, 2, 3]),
        (3,),
        (0, 5),
        (0, [1, 2], [1, 0]),
        ([1, 2], [3, 4, 5]),
        ([[1]], 3),
        (0.0, [1.0, 0.5], 0.25),
        ([3, 4], 5, 0.5),
        ([3, 4], tf.constant(5, tf.int64)),
        ([], []),
        ([3, -1], None, 1, tf.float32),
        ([3, 2], None, 1, None, "x", tf.int32),
        (tf.constant([1], tf.int8),),
        (10, [0, 5], -3),
    ]
    return _outcomes([lambda row=row: f(*row) for row in rows])


def segment_ids(tf):
    f, g = tf.ragged.row_splits_to_segment_ids, tf.ragged.segment_ids_to_row_splits
    return _outcomes(
        [
            lambda: f([0, 3, 3, 5]),
            lambda: f(tf.constant([0, 3, 3, 5])),
            lambda: f([0, 3], out_type=tf.int32),
            lambda: f([0]),
            lambda: f([]),
            lambda: f([[0, 1]]),
            lambda: f([0.0, 1.0]),
            lambda: g([0, 0, 0, 2, 2, 3]),
            lambda: g([0, 0, 2], 5),
            lambda: g([0, 0, 2], 2),
            lambda: g([0, 0, 2], tf.constant(4)),
            lambda: g(tf.constant([0, 0, 2])),
            lambda: g(tf.constant([0, 0, 2], tf.int64), out_type=tf.int32),
            lambda: g([]),
            lambda: g([[0]]),
            lambda: g([0.5]),
        ]
    )


def map_flat_values(tf):
    f = tf.ragged.map_flat_values
    s = _some(tf)
    two, three = s["two"], s["three"]
    return _outcomes(
        [
            lambda: f(tf.ones_like, two),
            lambda: f(tf.multiply, two, two),
            lambda: f(tf.add, three, 5),
            lambda: f(tf.add, x=two, y=1),
            lambda: f(tf.add_n, [two, two, two]),
            lambda: f(tf.stack, [two, two], axis=1),
            lambda: f(tf.add, two, three),
            lambda: f(tf.reduce_sum, two),
            lambda: f(tf.add, 1, 2),
            lambda: f(
                tf.add,
                two,
                tf.ragged.constant([[1, 2, 3], [], [4], [5, 6]], row_splits_dtype=tf.int32),
            ),
            lambda: f(tf.add, two, tf.ragged.constant([[[1, 2, 3], [], [4], [5, 6]]])),
        ]
    )


def messages(tf):
    """How the messages begin that help the reader."""
    R, f = tf.RaggedTensor, tf.ragged.constant
    rows = [
        lambda: f([[1], 2]),
        lambda: f([[[]], [1]]),
        lambda: f([[1, 2]], ragged_rank=-1),
        lambda: f([[[1, 2], [3]], [[5, 6]]], ragged_rank=1),
        lambda: f(f([[1]])),
        lambda: R.from_row_splits([1], []),
        lambda: R.from_row_splits([1], [0.0, 1.0]),
        lambda: R.from_row_splits([1, 2], [0, 1]),
        lambda: R.from_value_rowids([1], [2], 1),
        lambda: R.from_uniform_row_length([1, 2, 3], 2),
        lambda: R.from_tensor([1, 2]),
        lambda: R.from_tensor([[1, 2]], ragged_rank=0),
        lambda: R([1], [0, 1]),
        lambda: bool(f([[1]])),
        lambda: hash(f([[1]])),
        lambda: len(f([[1]])),
        lambda: f([[1]]).with_row_splits_dtype(tf.int8),
        lambda: f([[1]]).merge_dims(1, 0),
        lambda: f([[1]]).merge_dims(0, 5),
        lambda: f([[1], []])[:, 0],
        lambda: f([[1], []])[5],
        lambda: f([[1], []]) + tf.ragged.constant([[1], []], row_splits_dtype=tf.int32),
        lambda: f([[1], []]) + f([[1, 2], []]),
    ]
    return [brief(attempt(row)) for row in rows]
