"""Targets of a dtype without gradients, such as indices: LookupError, zeros or None."""

from __future__ import annotations

from typing import Any

from tests.parity.case_helpers.expressions import expressions
from tests.parity.harness import attempt, exact_message

_SETUP = """
x = tf.constant([1.5, .5, 2., .5])
m = tf.constant([[4., 1.], [1., 3.]])
boxes = tf.constant([[0., 0., 1., 1.], [0., 0., .9, 1.], [.5, .5, 2., 2.]])
scores = tf.constant([.9, .8, .3])
box = boxes[None, :1] / 2
row = scores[None, :, None]
def sparse(x, shape, *indices):
    return tf.SparseTensor(list(indices), x[:2], shape)
def pair(x):
    return sparse(x, [3], [0], [1])
def column(x):
    return sparse(x, [3, 1], [0, 0], [2, 0])
def of(function, source=x):
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(source)
        results = function(source)
    integers = [y for y in tf.nest.flatten(results, expand_composites=True)
                if not (y.dtype.is_floating or y.dtype.is_complex)]
    outcomes = []
    for y in integers:
        try:
            outcomes.append(tape.gradient(y, source))
        except LookupError as error:
            outcomes.append(str(error))
    return outcomes
"""

CASES = {
    "unregistered": expressions(
        """
        of(tf.math.is_nan)
        of(tf.math.is_inf)
        of(tf.math.is_finite)
        of(lambda x: tf.histogram_fixed_width(x, [0., 3.]))
        of(lambda x: tf.histogram_fixed_width_bins(x, [0., 3.]))
        of(lambda x: tf.math.in_top_k([0], x[None], 1))
        of(lambda x: tf.nn.in_top_k([0], x[None], 1))
        of(lambda x: tf.bitcast(x, tf.int32))
        of(lambda x: tf.bitcast(x, tf.float32))
        of(tf.unique)
        of(tf.unique_with_counts)
        of(lambda x: tf.searchsorted([0., 1.], x))
        of(lambda x: tf.searchsorted([0., 1.], x, 'right'))
        of(lambda x: tf.searchsorted(tf.sort(x), [1.]))
        of(lambda x: tf.where(x))
        of(lambda x: tf.sparse.from_dense(x))
        of(lambda x: tf.strings.as_string(x))
        of(lambda x: tf.io.serialize_tensor(x))
        of(lambda x: tf.raw_ops.Fingerprint(data=x, method='farmhash64'))
        of(lambda x: tf.raw_ops.Bucketize(input=x, boundaries=[1., 2.]))
        of(lambda x: tf.raw_ops.ListDiff(x=x, y=tf.constant([.5])))
        of(lambda x: tf.raw_ops.InTopK(predictions=x[None], targets=[0], k=1))
        of(lambda x: tf.raw_ops.LowerBound(sorted_inputs=[[0., 1.]], values=x[None]))
        of(lambda x: tf.raw_ops.UpperBound(sorted_inputs=[[0., 1.]], values=x[None]))
        of(lambda x: tf.raw_ops.IsNan(x=x))
        of(lambda x: tf.random.poisson([2], x, tf.int32, seed=1))
        of(lambda x: tf.random.stateless_binomial([4], [1, 2], x, .5))
        of(lambda x: tf.random.stateless_poisson([4], [1, 2], x, tf.int32))
        of(lambda x: tf.random.categorical(x[None], 2))
        of(lambda x: tf.random.stateless_categorical(x[None], 2, [1, 2]))
        of(lambda b: tf.image.non_max_suppression(b, scores, 2), boxes)
        of(lambda b: tf.image.non_max_suppression_with_scores(b, scores, 2), boxes)
        of(lambda b: tf.image.non_max_suppression_overlaps(b[:, :3], scores, 2), boxes)
        of(lambda b: tf.image.non_max_suppression_padded(b, scores, 2), boxes)
        of(lambda b: tf.image.combined_non_max_suppression(b[None, :, None], row, 2, 2), boxes)
        of(lambda b: tf.image.stateless_sample_distorted_bounding_box([9, 9, 3], b, [1, 2]), box)
        of(lambda b: tf.image.sample_distorted_bounding_box([9, 9, 3], b, seed=1), box)
        of(tf.linalg.lu, m)
        """,
        _SETUP,
    ),
    "zeros": expressions(
        """
        of(lambda x: tf.math.top_k(x, 2))
        of(tf.argsort)
        of(lambda x: tf.argsort(x, direction='DESCENDING'))
        of(tf.argsort, m)
        of(lambda x: tf.argsort(x, axis=0), m)
        of(lambda x: tf.math.approx_max_k(x, 2))
        of(lambda x: tf.nn.isotonic_regression(x[None]))
        of(lambda x: tf.nn.max_pool_with_argmax(x[None, :, None, None], [2, 1], 1, 'VALID'))
        of(lambda x: tf.dynamic_partition(x, [0, 1, 0, 1], 2))
        of(lambda x: tf.sparse.reorder(sparse(x, [3], [1], [0])))
        of(lambda x: tf.sparse.concat(0, [pair(x)] * 2))
        of(lambda x: tf.sparse.add(pair(x), pair(x)).indices)
        of(lambda x: tf.sparse.slice(pair(x), [0], [2]))
        of(lambda x: tf.sparse.fill_empty_rows(column(x), 0.))
        of(lambda x: tf.sparse.split(sparse(x, [4], [0], [1]), 2, 0))
        of(lambda x: tf.sparse.reduce_sum(column(x), 1, output_is_sparse=True))
        of(lambda x: tf.sparse.bincount(tf.constant([1, 2, 2, 3]), x))
        of(lambda x: tf.math.bincount([1, 2], x[:2]))
        of(lambda x: tf.nn.ctc_greedy_decoder(tf.reshape(x, [2, 1, 2]), [2]))
        of(lambda x: tf.nn.ctc_beam_search_decoder(tf.reshape(x, [2, 1, 2]), [2]))
        of(lambda x: tf.nn.fractional_max_pool(tf.reshape(x, [1, 2, 2, 1]), 1.5, seed=1))
        """,
        _SETUP,
    ),
    "none": expressions(
        """
        of(lambda x: x > 1)
        of(lambda x: x <= 1)
        of(lambda x: x == 1)
        of(lambda x: x != 1)
        of(tf.argmax)
        of(tf.argmin)
        of(tf.shape)
        of(tf.size)
        of(tf.rank)
        of(lambda x: tf.cast(x, tf.int32))
        of(lambda x: tf.saturate_cast(x, tf.uint8))
        of(lambda x: tf.cast(x, tf.bool))
        of(lambda x: tf.zeros_like(x, tf.int32))
        of(lambda x: tf.ones_like(x, tf.int32))
        of(lambda x: tf.math.count_nonzero(x))
        of(lambda x: tf.math.is_strictly_increasing(x))
        of(lambda x: tf.math.is_non_decreasing(x))
        of(lambda x: tf.math.lbeta(x) > 0)
        of(lambda x: tf.image.convert_image_dtype(x, tf.uint8))
        of(lambda x: tf.math.top_k(x, 2)[1] + 1)
        of(lambda x: tf.identity(tf.math.top_k(x, 2)[1]))
        of(lambda x: tf.math.logical_not(tf.math.is_nan(x)))
        of(tf.function(tf.math.is_nan))
        of(tf.function(lambda x: (tf.math.is_nan(x), x)))
        of(lambda x: tf.map_fn(lambda y: tf.math.is_nan(y), x, fn_output_signature=tf.bool))
        of(lambda x: tf.vectorized_map(lambda y: tf.math.is_nan(y), x))
        of(lambda x: tf.vectorized_map(lambda y: tf.math.top_k(y, 1).indices, x), m)
        """,
        _SETUP,
    ),
}


@exact_message
def other_sources(tf: Any) -> Any:
    """LookupError does not depend on the sources; zeros do."""
    x, z = tf.constant([1.5, 0.5]), tf.constant([3.0, 4.0])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([x, z])
        y, (values, indices) = tf.math.is_inf(x), tf.math.top_k(x, 1)
    w = tf.constant([2])
    return [
        attempt(lambda: tape.gradient(y, z)),
        attempt(lambda: tape.gradient([z, y], z)),
        attempt(lambda: tape.gradient(y, x, unconnected_gradients="zero")),
        attempt(lambda: tape.gradient(y, y)),
        attempt(lambda: tape.gradient([values, y], x)),
        attempt(lambda: tape.gradient(indices, z)),
        attempt(lambda: tape.gradient(indices, [x, indices])),
        attempt(lambda: tape.gradient([values, indices], x)),
        attempt(lambda: tape.gradient(indices, [x, indices], output_gradients=w)),
        attempt(lambda: tape.gradient([indices, x * 2], [x, indices])),
        attempt(lambda: tape.jacobian(indices, x)),
        attempt(lambda: tape.jacobian(y, x)),
    ]


def nested(tf: Any) -> Any:
    """Gradients of the gradients, several tapes, and accumulators."""
    x = tf.constant([1.5, 0.5])
    outcomes = []
    with tf.GradientTape(persistent=True) as outer:
        outer.watch(x)
        with tf.GradientTape(persistent=True) as inner:
            inner.watch(x)
            values, indices = tf.math.top_k(x, 1)
            y = tf.math.is_inf(x)
        gradient = inner.gradient(indices, x)
    with tf.GradientTape() as unwatched:
        z = tf.math.is_inf(x)
    outcomes += [
        gradient,
        attempt(lambda: outer.gradient(gradient, x)),
        attempt(lambda: outer.gradient(y, x)),
        attempt(lambda: outer.gradient(indices, x)),
        attempt(lambda: unwatched.gradient(z, x)),
    ]
    with tf.autodiff.ForwardAccumulator(x, x) as accumulator:
        y = tf.math.is_inf(x)
        values, indices = tf.math.top_k(x, 1)
        order = tf.argsort(x)
    outcomes += [accumulator.jvp(item) for item in (y, values, indices, order)]
    return outcomes


def variables(tf: Any) -> Any:
    """A variable as source, and a tape that pauses or records again."""
    v = tf.Variable([1.0, 2.0])
    with tf.GradientTape(persistent=True) as tape:
        y = tf.math.is_inf(v)
        values, indices = tf.math.top_k(v, 1)
        with tape.stop_recording():
            unrecorded = tf.math.is_inf(v)
    outcomes = [attempt(tape.gradient, item, v) for item in (y, indices, unrecorded)]
    with tape:
        y = tf.math.is_nan(v)
    outcomes.append(attempt(tape.gradient, y, v))
    return outcomes
