"""Counts of integers in each row, as `tf.raw_ops`; integers from unsigned seeds."""

from __future__ import annotations

from tests.parity.case_helpers.expressions import expressions

_SETUP = """
e = tf.zeros([0])
w = tf.constant([1., 2., 3., 4.])
def ragged(splits, values=(1, 2, 2, 5), weights=e, binary_output=False, **limits):
    splits = tf.constant(splits, tf.int64)
    return tf.raw_ops.RaggedCountSparseOutput(
        splits=splits, values=values, weights=weights, binary_output=binary_output, **limits)
def dense(values=((1, 2), (2, 5)), weights=e, binary_output=False, **limits):
    return tf.raw_ops.DenseCountSparseOutput(
        values=values, weights=weights, binary_output=binary_output, **limits)
def sparse(weights=e, binary_output=False, **limits):
    indices, shape = tf.constant([[0, 0], [0, 1], [1, 1]], tf.int64), tf.constant([2, 2], tf.int64)
    return tf.raw_ops.SparseCountSparseOutput(
        indices=indices, values=[1, 2, 2], dense_shape=shape, weights=weights,
        binary_output=binary_output, **limits)
def integers(seed, dtype="int32"):
    return tf.raw_ops.StatelessRandomUniformFullInt(shape=[3], seed=seed, dtype=dtype)
"""

CASES = {
    "ragged": expressions(
        """
        ragged([0, 2, 4])
        ragged([0, 2, 4], weights=w)
        ragged([0, 2, 4], weights=w, binary_output=True)
        ragged([0, 0, 4], weights=w)
        ragged([0, 4])
        ragged([0, 3, 2, 4])
        ragged([0, 2, 4, 4, 4])
        ragged([[0, 4]])
        ragged([0, 2, 4], [[1, 2], [2, 5]])
        ragged([0, 2, 4], weights=[1, 2, 3, 4])
        ragged([0, 2, 4], minlength=8)
        ragged([0, 2, 4], maxlength=3)
        ragged([0, 2, 4], minlength=8, maxlength=3)
        ragged([0, 2, 4], maxlength=0)
        ragged([0])
        ragged([])
        ragged([1, 4])
        ragged([-1, 4])
        ragged([0, 3])
        ragged([0, 5])
        ragged([0, 2, 4], [1, -2, 2, 5])
        ragged([0, 2, 4], [1, 2, 2])
        ragged([0, 2, 4], [1., 2., 2., 5.])
        ragged([0, 2, 4], weights=[1., 2.])
        ragged([0, 2, 4], weights=[[1., 2., 3., 4.]])
        ragged([0, 2, 4], minlength=-2)
        ragged([0, 2, 4], maxlength=-2)
        ragged([0, 2, 4], binary_output=1)
        gradient(lambda w: ragged([0, 2, 4], weights=w)[1], [1., 2., 3., 4.])
        """,
        _SETUP,
    ),
    "dense and sparse": expressions(
        """
        dense()
        dense([1, 2, 2])
        dense(weights=[[1., 2.], [3., 4.]])
        dense(weights=[[1., 2.], [3., 4.]], binary_output=True)
        dense(minlength=8)
        dense(maxlength=3)
        dense(maxlength=-2)
        dense([[[1]]])
        sparse()
        sparse([1., 2., 3.])
        sparse([1., 2., 3.], True)
        sparse(maxlength=2)
        sparse(minlength=-2)
        """,
        _SETUP,
    ),
    "seeds": expressions(
        """
        integers([1, 2])
        integers(tf.constant([1, 2], tf.int64), "uint64")
        integers(tf.constant([1, 2], tf.uint32))
        integers(tf.constant([1, 2], tf.uint64), "uint64")
        integers(tf.constant([1, 2], tf.int16))
        integers(tf.constant([1], tf.int32))
        integers([1, 2], "float32")
        tf.random.stateless_uniform([2], tf.constant([1, 2], tf.uint64), None, None, tf.int32)
        tf.random.stateless_normal([2], tf.constant([1, 2], tf.uint64))
        """,
        _SETUP,
        messages=False,
    ),
}
