"""Crosses of features, sparse and ragged, and products of matrices at chosen places."""

import numpy as np

from tests.parity.case_helpers.tables import gradients, outcomes


def _inputs(tf):
    s = tf.sparse.SparseTensor
    return {
        "s": s([[0, 0], [1, 0], [1, 1]], ["a", "b", "c"], [2, 2]),
        "t": s([[0, 3], [1, 0]], [7, -8], [2, 9]),
        "d": tf.constant([["f", "é"], ["g", ""]]),
        "i": tf.constant([[1], [2]], tf.int8),
        "f": tf.constant([[1.7], [-2.7]]),
        "b": tf.constant([[True], [False]]),
        "r": tf.ragged.constant([["x"], ["y", "z", "w"]]),
        "n": tf.ragged.constant([[5, 6], [-7]], row_splits_dtype=tf.int32),
        "e": tf.ragged.constant([[], ["q"]], dtype=tf.string),
        "gap": s([[1, 1]], ["a"], [2, 2]),
        "beyond": s([[5, 0]], ["a"], [2, 2]),
        "unsorted": s([[1, 0], [0, 0]], ["a", "b"], [2, 2]),
        "longer": tf.constant([["f"]]),
        "vector": tf.constant(["f"]),
        "cube": tf.ragged.constant([[["a"]], [["b"]]]),
        "line": s([[0]], ["a"], [2]),
        "none": tf.zeros([0, 2], tf.int32),
        "list": [["a"], ["b"]],
    }


_CHOICES = (
    "s|d|s t|t s|d i|s d i|i t d|f s|b s|d f|gap d|beyond d|unsorted d|unsorted|d longer|longer d|"
    "vector|line|none|none d|list|r|r d|d r|n n|n|n i|r e|e d|s r t d i|cube|f r|r longer|list r|"
    "gap r|unsorted r|s s s"
).split("|")


def sparse_crosses(tf):
    operands = _inputs(tf)
    rows = {}
    for choice in _CHOICES:
        inputs = [operands[name] for name in choice.split()]
        rows[choice] = lambda x=inputs: tf.sparse.cross(x)
        rows[f"{choice} hashed"] = lambda x=inputs: tf.sparse.cross_hashed(x, 1000)
    d, s = operands["d"], operands["s"]
    rows |= {
        "separator": lambda: tf.sparse.cross([d, s], name="some", separator="-"),
        "separator of a tensor": lambda: tf.sparse.cross([d, s], separator=tf.constant("")),
        "a number for a separator": lambda: tf.sparse.cross([d, s], separator=1),
        "nothing": lambda: [tf.sparse.cross([]), tf.sparse.cross_hashed(())],
        "no list": lambda: tf.sparse.cross(d),
        "hashed no list": lambda: tf.sparse.cross_hashed(d),
        "hashed": lambda: tf.sparse.cross_hashed([s, d]),
        "hashed with key": lambda: tf.sparse.cross_hashed([s, d], hash_key=5),
        "hashed with key 0": lambda: tf.sparse.cross_hashed([s, d], 0, 0),
        "hashed with a long key": lambda: tf.sparse.cross_hashed([s, d], 7, 2**62 + 1, name="some"),
        "less than no buckets": lambda: tf.sparse.cross_hashed([s, d], -1),
        "variable": lambda: tf.sparse.cross([tf.Variable([[1], [2]])]),
    }
    return outcomes(rows)


def ragged_crosses(tf):
    operands = _inputs(tf)
    rows = {}
    for choice in _CHOICES:
        inputs = [operands[name] for name in choice.split()]
        rows[choice] = lambda x=inputs: tf.ragged.cross(x)
        rows[f"{choice} hashed"] = lambda x=inputs: tf.ragged.cross_hashed(x, 1000)
    d, r = operands["d"], operands["r"]
    rows |= {
        "nothing": lambda: [tf.ragged.cross([]), tf.ragged.cross_hashed((), name="some")],
        "no list": lambda: tf.ragged.cross(d),
        "ragged, no list": lambda: tf.ragged.cross(r),
        "hashed": lambda: tf.ragged.cross_hashed([r, d]),
        "hashed with key": lambda: tf.ragged.cross_hashed([r, d], hash_key=5),
        "hashed with key 0": lambda: tf.ragged.cross_hashed([r, d], 0, 0),
        "hashed with a long key": lambda: tf.ragged.cross_hashed([r, d], 7, 2**64 - 3),
        "less than no buckets": lambda: tf.ragged.cross_hashed([r, d], -1),
    }
    return outcomes(rows)


def products(tf):
    f = tf.sparse.sampled_addmm
    indices = tf.constant([[0, 0], [1, 2]])
    a = np.arange(6, dtype=np.float32).reshape(2, 3)
    b = np.arange(9, dtype=np.float32).reshape(3, 3) - 4
    batches = np.array([[[0, 0], [1, 2]], [[1, 1], [0, 2]]])
    values = [[1.0, 2.0], [3.0, 4.0]]
    return outcomes(
        {
            "default": lambda: f(indices, [0.5, 1.0], [2, 3], a, b),
            "scaled": lambda: f(indices, [0.5, 1.0], [2, 3], a, b, beta=0.5, alpha=2.0),
            "double": lambda: f(indices, [0.5, 1], [2, 3], a, b, output_type=tf.float64),
            "double tensors": lambda: f(indices, [0.5, 1.0], [2, 3], tf.constant(a, tf.float64), b),
            "batch": lambda: f(batches, values, [2, 3], [a, a + 1], [b, b - 1]),
            "wrong shape": lambda: f(indices, [0.5, 1.0], [3, 3], a, b),
            "shape of a batch": lambda: f(batches, values, [2, 2, 3], [a, a], [b, b]),
            "outside": lambda: f([[0, 3]], [0.5], [2, 3], a, b),
            "vector": lambda: f(indices, [0.5, 1.0], [2, 3], a[0], b),
            "nothing": lambda: f(tf.zeros([0, 2], tf.int32), [], [2, 3], a, b),
            "gradients": lambda: gradients(
                tf,
                lambda v, x, y: f(indices, v, [2, 3], x, y, 0.5, 3.0)[1],
                values[0],
                a,
                b,
                second=False,
            ),
        }
    )
