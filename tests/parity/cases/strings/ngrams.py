"""n-grams of strings, and the scripts that characters belong to."""

import numpy as np

from tests.parity.case_helpers.tables import outcomes


def ngrams(tf):
    n = tf.strings.ngrams
    r = tf.ragged.constant([["a", "b", "c"], ["d"], [], ["e", "f"]])
    results = {}
    for width in (1, 2, 3, [1, 2], [3, 1], (2,), []):
        for pad in (None, "P", ("L", "R")):
            for padding in (None, 1, 5):
                for short in (False, True):
                    results[f"{width} {pad} {padding} {short}"] = (
                        lambda a=(width, "|", pad, padding, short): n(r, *a)
                    )
    return outcomes(results)


def ngram_arguments(tf):
    n = tf.strings.ngrams
    r = tf.ragged.constant([["a", "b", "c"], ["d"]])
    short = tf.ragged.constant([["a"]], row_splits_dtype=tf.int32)
    inner = tf.ragged.constant([[["a", "b"], []], [], [["c", "d", "e"]]])
    matrix = [["a", "b", "c"], ["d", "e", "f"]]
    return outcomes(
        {
            "vector": lambda: n(["a", "b", "c"], 2),
            "matrix": lambda: [n(matrix, 2), n(matrix, [1, 2]), n(matrix, 4)],
            "matrix, padded": lambda: n(matrix, 3, pad_values="x", padding_width=1),
            "matrix, short": lambda: n(matrix, 4, preserve_short_sequences=True),
            "cube": lambda: n([[["a", "b"]], [["c", "d"]]], 2, pad_values="x"),
            "scalar": lambda: n("a", 2),
            "empty list": lambda: n([], 2),
            "empty": lambda: n(tf.constant([], tf.string), 2),
            "empty matrix": lambda: n(tf.zeros([0, 3], tf.string), 2),
            "empty rows": lambda: n(tf.zeros([2, 0], tf.string), 2, pad_values="x"),
            "inner rows": lambda: n(inner, 2, "-"),
            "short splits": lambda: n(short, 1),
            "uniform inner": lambda: n(r.with_values(tf.constant([["a"]] * 4)), 1),
            "numbers": lambda: n([1], 2),
            "width 0": lambda: n(r, 0),
            "a width of 0": lambda: n(r, [1, 0]),
            "float width": lambda: n(r, 2.0),
            "pad of a number": lambda: n(r, 2, pad_values=1),
            "pads of a number": lambda: n(r, 2, pad_values=("a", 1)),
            "one pad of two": lambda: n(r, 2, pad_values=("a",)),
            "no padding": lambda: n(r, 2, pad_values="a", padding_width=0),
            "padding of nothing": lambda: n(r, 2, padding_width=1),
            "separator of a number": lambda: n(r, 2, 1),
            "separator of a tensor": lambda: n(r, 2, tf.constant("a")),
            "bytes": lambda: n(r, 2, separator=b"-", pad_values=[b"x", "y"], name="some"),
            "wide": lambda: n(["é", "ñ"], 2, "→"),
        }
    )


def scripts(tf):
    f = tf.strings.unicode_script
    every = f(tf.range(0x110000)).numpy()
    places = np.nonzero(np.diff(every))[0]
    return outcomes(
        {
            "runs": lambda: [places[:200], every[places][:200], len(places)],
            "sum": lambda: int((every.astype(np.int64) * np.arange(len(every))).sum()),
            "matrix": lambda: f([[65, 0x3B1], [0x410, 0x4E2D]], name="some"),
            "scalar": lambda: f(65),
            "outside": lambda: f([-1, -(2**31), 0x110000, 2**31 - 1, 0x10FFFF, 0xD800]),
            "empty": lambda: f(tf.zeros([0, 2], tf.int32)),
            "ragged": lambda: f(tf.ragged.constant([[65, 32], [], [0x3B1]])),
            "int64": lambda: f(tf.constant(65, tf.int64)),
            "float": lambda: f(65.0),
            "string": lambda: f("a"),
            "numpy": lambda: f(np.array([65, 66])),
        }
    )
