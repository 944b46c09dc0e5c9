"""Blocks moved to the batch or the channels and back: values, gradients, types, errors."""

import numpy as np

from tests.parity.case_helpers.tables import EVERY, gradients, of_dtype
from tests.parity.case_helpers.windows import kinds, numbers

CASES = {}

for _shape, _block, _paddings in (
    ((1, 4, 4, 2), [2, 2], [[0, 0], [0, 0]]),
    ((1, 4, 4, 2), [3, 2], [[1, 1], [0, 0]]),
    ((2, 4, 3), [2], [[0, 2]]),
    ((2, 4, 3), [2, 3], [[1, 1], [0, 0]]),
    ((1, 2, 2, 2), [2, 1, 2], [[0, 0], [1, 0], [2, 0]]),
    ((0, 2, 2, 1), [2, 2], [[0, 0], [0, 0]]),
    ((1, 0, 2, 1), [2, 2], [[0, 2], [0, 0]]),
):
    CASES[f"to batch {_shape} {_block} {_paddings}"] = lambda tf, s=_shape, b=_block, p=_paddings: (
        gradients(tf, lambda x: tf.space_to_batch_nd(x, b, p), numbers(*s))
    )
for _shape, _block, _crops in (
    ((4, 2, 2, 3), [2, 2], [[0, 0], [0, 0]]),
    ((4, 2, 2, 3), [2, 2], [[1, 0], [0, 2]]),
    ((4, 2, 2, 3), 2, [[2, 2], [0, 1]]),
    ((6, 2, 3), [3], [[1, 0]]),
    ((4, 2, 1, 1, 2), [2, 1, 2], [[0, 0], [0, 0], [1, 0]]),
    ((0, 2, 2, 1), [2, 2], [[0, 0], [0, 0]]),
):
    CASES[f"from batch {_shape} {_block} {_crops}"] = lambda tf, s=_shape, b=_block, c=_crops: (
        gradients(tf, lambda x: tf.batch_to_space(x, b, c), numbers(*s))
    )


def depth(tf):
    return [
        gradients(tf, lambda x: tf.nn.space_to_depth(x, 2), numbers(2, 4, 2, 3)),
        gradients(tf, lambda x: tf.nn.space_to_depth(x, 3), numbers(1, 3, 6, 1)),
        gradients(tf, lambda x: tf.nn.depth_to_space(x, 2), numbers(2, 1, 2, 8)),
        gradients(tf, lambda x: tf.nn.depth_to_space(x, 3), numbers(1, 2, 1, 9)),
    ]


def types(tf):
    results = {}
    for d in EVERY:
        x = of_dtype(tf, np.arange(16).reshape(1, 4, 4, 1), d)
        results[d] = [
            kinds({"": lambda x=x: tf.space_to_batch(x, [2, 2], [[0, 0], [1, 1]])}),
            kinds(
                {
                    "": lambda x=x: tf.batch_to_space(
                        tf.reshape(x, [4, 2, 2, 1]), [2, 2], [[0, 0]] * 2
                    )
                }
            ),
            tf.nn.space_to_depth(x, 2),
            tf.nn.depth_to_space(tf.reshape(x, [1, 2, 2, 4]), 2),
        ]
    return results


def to_batch_arguments(tf):
    x, z = tf.ones([1, 4, 4, 2]), [[0, 0], [0, 0]]
    f = tf.space_to_batch
    return kinds(
        {
            "none": lambda: f(x, [], np.zeros([0, 2], int)),
            "four": lambda: f(x, [2, 2, 2, 2], [[0, 0]] * 4),
            "zero": lambda: f(x, [0, 1], z),
            "negative": lambda: f(x, [1, 1], [[-1, 0], [0, 0]]),
            "indivisible": lambda: f(x, [3, 1], z),
            "paddings": lambda: f(x, [2, 2], [[0, 0]]),
            "matrix": lambda: f(x, [[2, 2]], z),
            "number": lambda: f(x, 2, z),
            "int64": lambda: f(x, tf.constant([2, 2], tf.int64), tf.constant(z, tf.int64)),
            "real": lambda: f(x, [2.0, 2.0], z),
            "rank 1": lambda: f(tf.range(4.0), [1], [[0, 0]]),
            "rank 0": lambda: f(1.0, [], np.zeros([0, 2], int)),
            "of nn": lambda: tf.nn.space_to_batch(x.numpy().tolist(), [2, 2], z, name="some"),
            "nd": lambda: tf.space_to_batch_nd(tf.Variable(x), [2, 2], z, name="some"),
        }
    )


def from_batch_arguments(tf):
    x, z = tf.ones([4, 2, 2, 3]), [[0, 0], [0, 0]]
    f = tf.batch_to_space
    return kinds(
        {
            "over": lambda: f(x, [2, 2], [[3, 2], [0, 2]]),
            "negative": lambda: f(x, [2, 2], [[-1, 0], [0, 2]]),
            "indivisible": lambda: f(x, [3, 1], z),
            "zero": lambda: f(x, [0, 1], z),
            "crops": lambda: f(x, [2, 2], [[0, 0]]),
            "three": lambda: f(x, [2, 2, 1], [[0, 0]] * 3, name="some"),
            "four": lambda: f(x, [2, 2, 1, 1], [[0, 0]] * 4),
            "matrix": lambda: f(x, [[2, 2]], z),
            "rank 1": lambda: f(tf.range(4.0), [1], [[0, 0]]),
        }
    )


def depth_arguments(tf):
    x, y = tf.ones([1, 4, 4, 2]), tf.ones([1, 2, 2, 8])
    d, e = tf.nn.space_to_depth, tf.nn.depth_to_space
    return kinds(
        {
            "indivisible": lambda: d(x, 3),
            "one": lambda: d(x, 1),
            "zero": lambda: d(x, 0),
            "nchw": lambda: d(x, 2, "NCHW"),
            "vectors": lambda: d(x, 2, "NCHW_VECT_C"),
            "format": lambda: d(x, 2, "XX"),
            "no format": lambda: d(x, 2, None, name="some"),
            "rank": lambda: d(x[0], 2),
            "real": lambda: d(x, 2.5),
            "no batch": lambda: d(x[:0], 2),
            "list": lambda: d(x.numpy().tolist(), 2),
            "back indivisible": lambda: e(y, 3),
            "back one": lambda: e(y, 1),
            "back nchw": lambda: e(y, 2, "NCHW"),
            "back vectors": lambda: e(y, 2, "NCHW_VECT_C"),
            "back format": lambda: e(y, 2, "XX"),
            "back rank": lambda: e(y[0], 2),
            "back no batch": lambda: e(y[:0], 2, name="some"),
            "back negative": lambda: e(y, -1),
        }
    )


def required(tf):
    f = tf.required_space_to_batch_paddings
    results = [
        f([5, 6], [2, 4]),
        f([5, 6], [2, 4], [[1, 0], [0, 1]], name="some"),
        f([], []),
        f(tf.constant([7]), np.array([3])),
    ]
    wrong = {
        "lengths": lambda: f([5], [2, 4])[0],
        "number": lambda: f([5, 6], 2)[0],
        "paddings": lambda: f([5, 6], [2, 2], [[1, 0]])[0],
        "real": lambda: f([5.0, 6], [2, 2])[0],
    }
    return results, kinds(wrong)


def with_blocks(tf):
    x = tf.constant(numbers(1, 4, 5, 2))
    f = tf.nn.with_space_to_batch

    def op(x, rank, padding):
        return tf.nn.conv2d(x, tf.ones([2, 2, 2, 3], tf.float64), 1, padding)

    def right(x, rank, padding):
        return x[:, :, 1:]

    values = [
        f(x, [2, 2], "VALID", op),
        f(x, [2, 3], "SAME", op, [2, 2]),
        f(x, tf.constant([1, 2]), "SAME", op, tf.constant([2, 2, 2, 3])),
        f(x, [1, 1], "SAME", op),
        f(x, [2], "VALID", right, spatial_dims=[2]),
        f(x, [2, 2], [[0, 0], [1, 0], [1, 0], [0, 0]], op),
        f(x, [2], "VALID", right, data_format="NCHW"),
    ]
    wrong = {
        "no filter shape": lambda: f(x, [2, 2], "SAME", op),
        "padding": lambda: f(x, [2, 2], "BAD", op),
        "zero": lambda: f(x, [0, 2], "VALID", op),
        "matrix": lambda: f(x, [[2, 2]], "VALID", op),
        "number": lambda: f(x, 2, "VALID", op),
        "order": lambda: f(x, [2, 2], "VALID", op, spatial_dims=[2, 1]),
        "batch": lambda: f(x, [2], "VALID", op, spatial_dims=[0]),
        "beyond": lambda: f(x, [2], "VALID", op, spatial_dims=[4]),
    }
    return values, kinds(wrong)
