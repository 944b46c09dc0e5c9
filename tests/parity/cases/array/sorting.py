"""Orders: sort, argsort, top_k, searchsorted, unique, invert_permutation."""

from tests.parity.case_helpers.expressions import expressions

_SETUP = """
x = tf.constant([[3., 1., 2.], [5., 5., 4.]])
i = tf.constant([[3, 1, 2], [5, 5, 4]])
s = tf.constant(["b", "a", "b"])
v = tf.Variable([3., 1., 2.])
def values(function, *variables):
    with tf.GradientTape() as tape:
        y = function()
    return tape.gradient(y, list(variables))
"""

_ORDERED = (
    "float16 bfloat16 float32 float64 int8 uint8 int16 uint16 int32 uint32 int64 uint64"
).split()

CASES = {
    "sort": expressions(
        """
        tf.sort(x)
        tf.sort(x, axis=0)
        tf.sort(x, axis=-2)
        tf.sort(x, direction="DESCENDING")
        tf.sort(x, 0, "DESCENDING")
        tf.sort([3, 1, 2])
        tf.sort([3, -1, 2], direction="DESCENDING")
        tf.sort(np.array([3, 1, 2], np.uint8))
        tf.sort(np.array([3., 1., 2.]))
        tf.sort([])
        tf.sort([[1.]])
        tf.sort([-0., 0., -1.])
        tf.sort([np.inf, -np.inf, 1.])
        tf.sort(tf.constant([2**63, 1, 2**64 - 1], tf.uint64))
        tf.sort(tf.constant([-128, 127, 0], tf.int8))
        tf.sort(tf.zeros([2, 0]))
        tf.sort(tf.reshape(tf.range(8.), [2, 2, 2]), axis=1, direction="DESCENDING")
        tf.sort(v)
        tf.sort(values=x, axis=-1, direction="ASCENDING", name="a")
        tf.sort(x, axis=2)
        tf.sort(x, axis=-3)
        tf.sort(x, direction="foo")
        tf.sort(x, axis=tf.constant(0))
        tf.sort(3.)
        tf.sort("a")
        tf.sort([True, False])
        tf.sort([1j])
        tf.sort(None)
        tf.argsort(x)
        tf.argsort(x, axis=0)
        tf.argsort(x, direction="DESCENDING")
        tf.argsort([3, 1, 2, 1])
        tf.argsort([3, 1, 2, 1], stable=True)
        tf.argsort([3, 1, 2, 1], direction="DESCENDING", stable=True)
        tf.argsort([3., 1., 2., 1.], direction="DESCENDING")
        tf.argsort(np.array([3, 1, 2], np.uint8))
        tf.argsort(tf.constant([-128, 127, 0], tf.int8))
        tf.argsort(v)
        tf.argsort(values=x, axis=-1, direction="ASCENDING", stable=False, name="a")
        tf.argsort(x, axis=2)
        tf.argsort(x, direction="foo")
        gradient(lambda x: tf.sort(x), [3., 1., 2.])
        gradient(lambda x: tf.sort(x, direction="DESCENDING"), [3., 1., 2., 3.])
        gradient(lambda x: tf.sort(x), [3., 1., 2., 3.])
        gradient(lambda x: tf.sort(x, axis=0), [[3., 1.], [1., 2.]])
        gradient(lambda x: tf.argsort(x), [3., 1., 2.])
        second(lambda x: tf.sort(x * x), [3., 1., 2.])
        tracked(lambda x: tf.sort(x), [3., 1.])
        """
        + "\n".join(f"tf.sort(tf.constant([3, 1, 2], tf.{d}))" for d in _ORDERED)
        + "\n"
        + "\n".join(f"tf.argsort(tf.constant([3, 1, 2], tf.{d}))" for d in _ORDERED),
        _SETUP,
        messages=False,
    ),
    "top_k": expressions(
        """
        tf.math.top_k(x)
        tf.math.top_k(x, 2)
        tf.math.top_k(x, k=3)
        tf.math.top_k(x, 0)
        tf.math.top_k([3, 1, 2, 3], 3)
        tf.math.top_k([1., 1., 1.], 2)
        tf.math.top_k(x, tf.constant(2))
        tf.math.top_k(x, tf.constant(2, tf.int16))
        tf.math.top_k(x, tf.constant(2, tf.int16), index_type=tf.int16)
        tf.math.top_k(x, np.int16(2))
        tf.math.top_k(x, tf.constant(2, tf.int8))
        tf.math.top_k(x, tf.constant(2, tf.uint16))
        tf.math.top_k(x, np.int64(2))
        tf.math.top_k(x, 2, index_type=tf.int64)
        tf.math.top_k(x, 2, index_type=tf.int16)
        tf.math.top_k(np.array([3, 1, 2], np.uint8), 2)
        tf.math.top_k(tf.constant([2**63, 1, 2**64 - 1], tf.uint64), 2)
        tf.math.top_k(tf.constant([1, 2], tf.float16))
        tf.math.top_k(v, 2)
        tf.math.top_k(tf.zeros([2, 0]), 0)
        tf.math.top_k(input=x, k=1, sorted=True, name="a")
        tf.math.top_k(x, 2).values
        tf.math.top_k(x, 2).indices
        tf.math.top_k(x, 4)
        tf.math.top_k(x, -1)
        tf.math.top_k(3.)
        tf.math.top_k("a")
        tf.math.top_k([True])
        tf.math.top_k(x, 1.5)
        tf.nn.top_k(x, 2)
        gradient(lambda x: tf.math.top_k(x, 2), [3., 1., 2.])
        gradient(lambda x: tf.math.top_k(x, 2), [[3., 1., 3.], [1., 2., 3.]])
        second(lambda x: tf.math.top_k(x * x, 2), [3., 1., 2.])
        tracked(lambda x: tf.math.top_k(x, 1), [3., 1.])
        values(lambda: tf.math.top_k(v, 2).values, v)
        """,
        _SETUP,
        messages=False,
    ),
    "searchsorted": expressions(
        """
        tf.searchsorted([1., 3., 5.], [0., 1., 2., 5., 6.])
        tf.searchsorted([1., 3., 5.], [0., 1., 2., 5., 6.], side="right")
        tf.searchsorted([1, 3, 5], [3])
        tf.searchsorted([[1, 3, 5], [2, 4, 6]], [[3, 4], [4, 7]])
        tf.searchsorted([[1, 3, 5], [2, 4, 6]], [[3, 4], [4, 7]], side="right")
        tf.searchsorted([1, 3, 5], [3], out_type=tf.int64)
        tf.searchsorted(np.array([1., 3.]), np.array([2.]))
        tf.searchsorted([], [1.])
        tf.searchsorted([1., 1., 1.], [1.], "right")
        tf.searchsorted(sorted_sequence=[1, 3], values=[2], side="left", name="a")
        tf.searchsorted(tf.constant([1, 3, 5], tf.uint8), tf.constant([3], tf.uint8))
        tf.searchsorted([1, 3, 5], [3.5])
        tf.searchsorted([1., 3., 5.], [3])
        tf.searchsorted([1, 3, 5], [3], side="foo")
        tf.searchsorted([[1, 3, 5]], [[3], [4]])
        tf.searchsorted([1, 3, 5], [[3], [4]])
        tf.searchsorted([1, 3, 5], [3], out_type=tf.float32)
        """,
        _SETUP,
        messages=False,
    ),
    "unique": expressions(
        """
        tf.unique([3, 1, 3, 2, 1])
        tf.unique([3., 1., 3.])
        tf.unique(s)
        tf.unique([])
        tf.unique([True, False, True])
        tf.unique([3, 1, 3], tf.int64)
        tf.unique(x=[3, 1], out_idx=tf.int32, name="a")
        tf.unique(tf.constant([3, 1, 3], tf.uint16))
        tf.unique(tf.constant([3, 1, 3], tf.uint64))
        tf.unique(v)
        tf.unique([3, 1, 3]).y
        tf.unique([3, 1, 3]).idx
        tf.unique(x)
        tf.unique(3)
        tf.unique(None)
        tf.unique_with_counts([3, 1, 3, 2, 1])
        tf.unique_with_counts(s, tf.int64)
        tf.unique_with_counts([])
        tf.unique_with_counts([3, 1, 3]).count
        tf.unique_with_counts(x)
        gradient(lambda x: tf.unique(x), [3., 1., 3.])
        gradient(lambda x: tf.unique(x).y + x[0], [3., 1., 3.])
        gradient(lambda x: tf.unique_with_counts(x), [3., 1., 3.])
        tf.math.invert_permutation([2, 0, 1])
        tf.math.invert_permutation(tf.constant([2, 0, 1], tf.int64))
        tf.math.invert_permutation([])
        tf.math.invert_permutation([0, 0])
        tf.math.invert_permutation([0, 2])
        tf.math.invert_permutation([0., 1.])
        tf.math.invert_permutation([[0]])
        """,
        _SETUP,
        messages=False,
    ),
}
