"""tf.function with ragged and sparse tensors: how often it is traced, and what it refuses."""

import numpy as np

from tests.parity.case_helpers.tables import outcomes


def _counts(function, values):
    results = []
    for value in values:
        function(value)
        results.append(function.experimental_get_tracing_count())
    return results


def counts(tf):
    ragged, sparse = tf.ragged.constant, tf.sparse.from_dense
    matrices = [[[1.0, 0.0]], [[1.0, 2.0]], [[1.0, 2.0], [3.0, 4.0]], [[0.0, 2.0], [3.0, 4.0]]]
    rows = [[[1.0], [2.0, 3.0]], [[1.0], [2.0]], [[1.0]], [[1], [2]], [[[1.0]], []]]

    def reduced(x):
        return tf.sparse.reduce_sum(x)

    def doubled(x):
        return x * 2

    signed = tf.function(reduced, input_signature=[tf.SparseTensorSpec([None, 2], tf.float32)])
    ragged_spec = tf.RaggedTensorSpec([None, None], tf.float32)
    return {
        "sparse": _counts(tf.function(reduced), map(sparse, [*matrices, [[1, 2]], *matrices])),
        "sparse signature": _counts(signed, map(sparse, matrices)),
        "sparse relaxed": _counts(
            tf.function(reduced, reduce_retracing=True),
            [sparse(np.ones([n, 2], np.float32)) for n in range(1, 5)],
        ),
        "ragged": _counts(tf.function(doubled), [ragged(value) for value in [*rows, *rows]]),
        "ragged signature": _counts(
            tf.function(doubled, input_signature=[ragged_spec]), map(ragged, rows[:3])
        ),
        "ragged relaxed": _counts(
            tf.function(doubled, reduce_retracing=True), [ragged([[1.0]] * n) for n in range(1, 5)]
        ),
    }


def refusals(tf):
    sparse = tf.function(
        tf.sparse.to_dense, input_signature=[tf.SparseTensorSpec([None, 2], tf.float32)]
    )
    ragged = tf.function(
        lambda x: x + 1.0, input_signature=[tf.RaggedTensorSpec([None, None], tf.float32)]
    )
    return outcomes(
        {
            "sparse": lambda: sparse(tf.sparse.from_dense([[1.0, 0.0]])),
            "wider sparse": lambda: sparse(tf.sparse.from_dense([[1.0, 0.0, 2.0]])),
            "sparse integers": lambda: sparse(tf.sparse.from_dense([[1, 0]])),
            "dense for sparse": lambda: sparse(tf.ones([1, 2])),
            "ragged": lambda: ragged(tf.ragged.constant([[1.0], []])),
            "ragged integers": lambda: ragged(tf.ragged.constant([[1], []])),
            "dense for ragged": lambda: ragged(tf.ones([1, 2])),
            "deeper ragged": lambda: ragged(tf.ragged.constant([[[1.0]], []])),
        }
    )
