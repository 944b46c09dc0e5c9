"""Decoders of connectionist temporal classification: the best labels, and beam search."""

import numpy as np

from tests.parity.case_helpers.tables import outcomes
from tests.parity.harness import tolerance


def _logits(*shape, seed=0, scale=1.0, dtype="float32"):
    return (np.random.RandomState(seed).randn(*shape) * scale).astype(dtype)


def greedy(tf):
    f = tf.nn.ctc_greedy_decoder
    x = _logits(6, 3, 4)
    x[2, 0] = x[1, 0]
    x[4, 1] = x[3, 1] = x[2, 1]
    wide = tf.constant(x)
    return outcomes(
        {
            "default": lambda: f(wide, [6, 4, 1]),
            "not merged": lambda: f(wide, [6, 5, 6], merge_repeated=False),
            "blank 0": lambda: f(wide, [6, 5, 6], True, 0),
            "blank -2": lambda: f(wide, [6, 5, 6], blank_index=-2),
            "blank 4": lambda: f(wide, [6, 5, 6], blank_index=4),
            "blank -5": lambda: f(wide, [6, 5, 6], blank_index=-5),
            "ties": lambda: f(tf.zeros([3, 1, 3]), [3]),
            "nothing": lambda: f(wide, [0, 0, 0]),
            "only blanks": lambda: f(tf.constant([[[0.0, 1.0]]]), [1]),
            "less than nothing": lambda: f(wide, [-1, 2, 0]),
            "one class": lambda: f(tf.zeros([2, 1, 1]), [2]),
            "double": lambda: f(tf.cast(wide, tf.float64), [6, 5, 6]),
            "list": lambda: f(x.tolist(), tf.constant([1, 2, 3])),
            "half": lambda: f(tf.cast(wide, tf.float16), [6, 5, 6]),
            "integers": lambda: f(tf.cast(wide, tf.int32), [6, 5, 6]),
            "long lengths": lambda: f(wide, tf.constant([6, 5, 6], tf.int64)),
            "too long": lambda: f(wide, [7, 5, 6]),
            "too few lengths": lambda: f(wide, [6, 5]),
            "matrix of lengths": lambda: f(wide, [[6, 5, 6]]),
            "matrix": lambda: f(wide[0], [6, 5, 6]),
            "empty": lambda: f(wide[:0], [0, 0, 0]),
            "no batch": lambda: f(wide[:, :0], []),
        }
    )


def beam_search(tf):
    f = tf.nn.ctc_beam_search_decoder
    x = _logits(5, 2, 3)
    wide = tf.constant(x)
    return outcomes(
        {
            "default": lambda: f(wide, [5, 3]),
            "three": lambda: f(wide, [5, 3], beam_width=5, top_paths=3),
            "one beam": lambda: f(wide, [5, 3], 1),
            "all beams": lambda: f(wide, [5, 3], 40, 5),
            "nothing": lambda: f(wide, [0, 3], 4),
            "less than nothing": lambda: f(wide, [-1, 3], 4),
            "nothing of two": lambda: f(wide, [0, 3], 4, 2),
            "more paths than beams": lambda: f(wide, [5, 3], 1, 2),
            "no beams": lambda: f(wide, [5, 3], 0),
            "no paths": lambda: f(wide, [5, 3], 2, 0),
            "one class": lambda: f(tf.zeros([2, 1, 1]), [2]),
            "certain": lambda: f(
                tf.constant([[[50.0, 0, 0]], [[0, 0, 50.0]], [[50.0, 0, 0]]]), [3]
            ),
            "half": lambda: f(tf.cast(wide, tf.float16), [5, 3]),
            "too long": lambda: f(wide, [6, 3]),
            "too few lengths": lambda: f(wide, [6]),
            "scalar length": lambda: f(wide, 5),
            "matrix": lambda: f(wide[0], [5, 3]),
            "empty": lambda: f(wide[:, :, :0], [5, 3]),
        }
    )


@tolerance(1e-7)
def beam_search_of_doubles(tf):
    """TensorFlow adds probabilities up with float32 functions."""
    x = tf.constant(_logits(5, 2, 3, dtype="float64"))
    return tf.nn.ctc_beam_search_decoder(x, [5, 3], 4, 2)


def narrow_beams(tf):
    """Where the order in which prefixes are looked at shows."""
    results = []
    for seed in range(12):
        x = _logits(16, 2, 3 + seed % 3, seed=seed, scale=0.5 + seed % 4)
        results.append(
            tf.nn.ctc_beam_search_decoder(
                tf.constant(x), [16, 11], beam_width=2 + seed, top_paths=2
            )
        )
    return results


def raw(tf):
    x = tf.constant(_logits(6, 2, 3, seed=3))
    f, g = tf.raw_ops.CTCBeamSearchDecoder, tf.raw_ops.CTCGreedyDecoder
    return [
        f(inputs=x, sequence_length=[6, 4], beam_width=6, top_paths=2),
        f(inputs=x, sequence_length=[6, 4], beam_width=6, top_paths=2, merge_repeated=False),
        g(inputs=x, sequence_length=[6, 4]),
        g(inputs=x, sequence_length=[6, 4], merge_repeated=True, blank_index=0),
    ]


def gradients(tf):
    x = tf.constant(_logits(4, 1, 3))
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        results = [
            tf.nn.ctc_greedy_decoder(x, [4])[1],
            tf.nn.ctc_beam_search_decoder(x, [4], 3)[1],
        ]
    return [tape.gradient(y, x) for y in results]
