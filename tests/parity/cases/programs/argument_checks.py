"""Which check comes first, and what attributes accept: found by random calls."""

from __future__ import annotations

from tests.parity.case_helpers.expressions import expressions

_SETUP = """
import collections.abc
r = tf.ragged.constant([[1], [2, 3]])
u = tf.RaggedTensor.from_uniform_row_length([1, 2, 3, 4], 2)
z = __import__("zlib").compress(b"abc" * 9)
"""

CASES = {
    "attributes": expressions(
        """
        tf.debugging.check_numerics([1], 1)
        tf.debugging.check_numerics([1.], b"no")
        tf.debugging.assert_all_finite(tf.constant(1, tf.uint16), 1)
        tf.io.encode_base64("a", pad=1)
        tf.io.encode_base64("a", pad=None)
        tf.io.encode_base64(None, pad=1)
        tf.io.decode_compressed(z, b"ZLIB")
        tf.io.decode_compressed("abc", None)
        tf.io.decode_compressed("abc", "x")
        """,
        _SETUP,
    ),
    "rows of ragged tensors": expressions(
        """
        isinstance(r, collections.abc.Iterable), hasattr(r, "__iter__"), hasattr(u, "__iter__")
        list(r)
        list(u)
        [*tf.ragged.constant([])]
        [row for _, row in zip(range(5), r)]
        1 in r
        r[5]
        tf.debugging.assert_proper_iterable(r)
        tf.nest.pack_sequence_as(r, [[5, 6, 7], [0, 1, 3]], expand_composites=True)
        tf.nest.pack_sequence_as(r, [1, 2], expand_composites=True)
        """,
        _SETUP,
        messages=False,
    ),
    "scattered": expressions(
        """
        tf.scatter_nd([[0], [0]], [True, False], [2])
        tf.scatter_nd([[0], [0]], [[False, True], [True, True]], [2, 2])
        tf.scatter_nd([[0], [3]], [True, True], [2], bad_indices_policy="IGNORE")
        tf.tensor_scatter_nd_min([1., 2.], tf.zeros([0, 0], tf.int32), tf.zeros([0, 2]))
        tf.tensor_scatter_nd_max([1., 2.], tf.zeros([0, 0], tf.int32), tf.zeros([0, 2]))
        tf.tensor_scatter_nd_add([1., 2.], tf.zeros([0, 0], tf.int32), tf.zeros([0, 2]))
        tf.tensor_scatter_nd_add(tf.zeros([0]), tf.zeros([0, 0], tf.int32), tf.zeros([0, 0]))
        tf.tensor_scatter_nd_update(tf.zeros([0]), tf.zeros([1, 0], tf.int32), tf.zeros([1, 0]))
        gradient(lambda x: tf.math.digamma(tf.cast(x, tf.float16)), [1.5])
        second(lambda x: tf.math.lgamma(tf.cast(x, tf.float16)), [1.5])
        """,
        messages=False,
    ),
    "quantized arrays and columns": expressions(
        """
        tf.as_dtype(np.array([1, 2], tf.qint8.as_numpy_dtype).dtype)
        tf.constant(np.array([(1, 2)], [("a", np.int8), ("b", np.int8)]))
        tf.io.decode_csv("1", [], select_cols=[])
        tf.io.decode_csv("1", [[[1]]])
        """,
        messages=False,
    ),
}
