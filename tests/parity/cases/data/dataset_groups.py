"""Transformations that group elements by a key."""

from tests.parity.case_helpers.pipelines import pipelines

_SETUP = """
d = D.range(7)
words = D.from_tensor_slices(["a", "bb", "c", "ddd", "ee"])
sizes = D.from_generator(lambda: [[0], [1, 2, 3, 4], [5, 6, 7], [7, 8, 9, 10, 11], [13, 14, 15, 16, 19, 20], [21, 22]], tf.int32, output_shapes=[None])
length = lambda x: tf.shape(x)[0]
sums = E.Reducer(lambda k: k * 100, lambda s, x: s + x, lambda s: s)
pair = E.Reducer(lambda k: (0.0, 0), lambda s, x: (s[0] + tf.cast(x, tf.float32), s[1] + 1), lambda t, n: t / tf.cast(n, tf.float32))
"""

CASES = pipelines(
    """
    windows = d.group_by_window(lambda x: x % 2, lambda k, w: w.batch(2), window_size=2)
    windows of all = d.group_by_window(lambda x: x % 3, lambda k, w: w.batch(10), window_size=10)
    windows of keys = d.group_by_window(lambda x: x % 2, lambda k, w: w.map(lambda x: x + k * 100), window_size=3)
    windows of sizes = d.group_by_window(lambda x: x % 2, lambda k, w: w.batch(3), window_size_func=lambda k: k + 1)
    windows of strings = words.group_by_window(lambda s: tf.cast(tf.strings.length(s), tf.int64), lambda k, w: w.batch(2), window_size=2)
    windows of negative keys = d.group_by_window(lambda x: -(x % 3), lambda k, w: w.batch(10), window_size=10)
    windows for apply = d.apply(E.group_by_window(lambda x: x % 2, lambda k, w: w.batch(2), 2))
    no window size = d.group_by_window(lambda x: x, lambda k, w: w)
    two window sizes = d.group_by_window(lambda x: x, lambda k, w: w, 2, lambda k: 2)
    window size of zero = d.group_by_window(lambda x: x, lambda k, w: w, 0)
    window size of float = d.group_by_window(lambda x: x, lambda k, w: w, window_size_func=lambda k: 1.)
    key of float = d.group_by_window(lambda x: 1., lambda k, w: w, 2)
    vector of keys = d.group_by_window(lambda x: [x], lambda k, w: w, 2)
    windows to tensors = d.group_by_window(lambda x: x, lambda k, w: 3, 2)
    buckets = sizes.bucket_by_sequence_length(length, [3, 5], [2, 2, 2])
    buckets of values = sizes.bucket_by_sequence_length(length, [3, 5], [2, 2, 2], padding_values=-1)
    buckets of boundaries = sizes.bucket_by_sequence_length(length, [4, 7], [2, 2, 2], pad_to_bucket_boundary=True, padding_values=-1)
    buckets without a remainder = sizes.bucket_by_sequence_length(length, [4, 7], [2, 2, 2], pad_to_bucket_boundary=True, padding_values=-1, drop_remainder=True)
    buckets of shapes = sizes.bucket_by_sequence_length(length, [3, 5], [2, 2, 2], padded_shapes=[8])
    buckets for apply = sizes.apply(E.bucket_by_sequence_length(length, [3, 5], [2, 2, 2]))
    buckets of wrong sizes = sizes.bucket_by_sequence_length(length, [3], [2])
    buckets of int64 = d.bucket_by_sequence_length(lambda x: x, [2], [1, 1])
    reducer = d.apply(E.group_by_reducer(lambda x: x % 2, sums))
    reducer of pairs = d.apply(E.group_by_reducer(lambda x: x % 3, pair))
    reducer of a wrong key = d.apply(E.group_by_reducer(lambda x: tf.cast(x, tf.int32), sums))
    """,
    _SETUP,
)
