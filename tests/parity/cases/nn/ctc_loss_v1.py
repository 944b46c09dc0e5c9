"""`tf.compat.v1.nn.ctc_loss`, and Keras's function on it."""

from tests.parity.harness import attempt, tolerance


def _inputs(tf):
    logits = tf.random.stateless_normal((5, 3, 4), [1, 2])
    return tf.sparse.from_dense([[1, 2], [2, 1], [1, 1]]), logits


@tolerance(1e-5, 1e-6)
def losses(tf):
    loss = tf.compat.v1.nn.ctc_loss
    labels, logits = _inputs(tf)

    def with_gradient(**options):
        with tf.GradientTape() as tape:
            tape.watch(logits)
            result = loss(labels, logits, options.pop("frames", [5, 4, 5]), **options)
        return result, tape.gradient(result, logits)

    transposed = tf.transpose(logits, [1, 0, 2])
    return [
        with_gradient(),
        with_gradient(preprocess_collapse_repeated=True),
        with_gradient(ctc_merge_repeated=False),
        with_gradient(preprocess_collapse_repeated=True, ctc_merge_repeated=False),
        with_gradient(frames=[1, 5, 2], ignore_longer_outputs_than_inputs=True),
        loss(labels, transposed, [5, 5, 5], time_major=False),
        loss(labels, sequence_length=[5, 5, 5], logits=tf.cast(logits, tf.float64)),
        tf.function(lambda x: loss(labels, x, [5, 5, 5]))(logits),
    ]


def errors(tf):
    loss = tf.compat.v1.nn.ctc_loss
    labels, logits = _inputs(tf)
    blank = tf.sparse.from_dense([[3, 2], [2, 1], [1, 1]])
    return [
        attempt(lambda: loss(labels, logits, [1, 5, 2])),
        attempt(lambda: loss(blank, logits, [5, 5, 5])),
        attempt(lambda: loss([[1, 2]], logits, [5, 5, 5])),
        attempt(lambda: loss(labels, logits, [5, 5])),
        attempt(lambda: loss(labels, logits, [6, 5, 5])),
        attempt(lambda: loss(labels, logits[0], [5, 5, 5])),
        attempt(lambda: loss(labels, logits)),
    ]


def of_keras(tf):
    scores = tf.nn.softmax(tf.random.stateless_normal((1, 6, 4), [1, 2]))
    labels, frames, length = tf.constant([[1, 2]]), tf.constant([[6]]), tf.constant([[2]])
    return tf.keras.backend.ctc_batch_cost(labels, scores, frames, length)
