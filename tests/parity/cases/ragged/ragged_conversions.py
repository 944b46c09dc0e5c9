"""Ragged tensors and others: sparse tensors, products of matrices, text, assertions."""

from tests.parity.case_helpers.tables import outcomes


def _outcomes(rows):
    """What each row returns, or the type of the exception that it raises."""
    return list(outcomes(dict(enumerate(rows))).values())


def sparse(tf):
    S, R, f = tf.SparseTensor, tf.RaggedTensor, tf.ragged.constant
    good = S([[0, 0], [0, 1], [2, 0]], [1.0, 2.0, 3.0], [4, 3])
    values = [
        f([[1, 2], [], [3]]),
        f([[[1], [2, 3]], [], [[], [4]]]),
        f([[[1, 2], [3, 4]], [], [[5, 6]]], ragged_rank=1),
        f([["a"], []]),
        f([[], []], dtype=tf.float32),
        f([[1], []], row_splits_dtype=tf.int32),
    ]
    rows = [
        lambda: R.from_sparse(good),
        lambda: R.from_sparse(good, row_splits_dtype=tf.int32),
        lambda: R.from_sparse(S([[0, 1]], [1], [2, 2])),
        lambda: R.from_sparse(S([[0, 0], [0, 2]], [1, 2], [2, 3])),
        lambda: R.from_sparse(S([[0, 0, 0]], [1], [1, 1, 1])),
        lambda: R.from_sparse(S(tf.zeros([0, 2], tf.int64), tf.zeros([0]), [3, 2])),
        lambda: R.from_sparse(tf.constant([[1]])),
        *[lambda v=v: v.to_sparse() for v in values],
        lambda: R.from_sparse(values[0].to_sparse()),
    ]
    flat = tf.constant([1.0, 2.0, 3.0])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(flat)
        y = R.from_row_lengths(flat * flat, [2, 0, 1]).to_sparse()
        z = R.from_sparse(S([[0, 0], [0, 1], [2, 0]], flat * 3.0, [4, 3]))
    return {
        "rows": _outcomes(rows),
        "gradients": [tape.gradient(y.values, flat), tape.gradient(z, flat)],
    }


def products(tf):
    f = tf.ragged.constant
    a = f([[[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0]]], ragged_rank=1)
    b = tf.constant([[[1.0], [2.0]], [[3.0], [4.0]]])
    c = f([[[1.0, 2.0, 3.0], [3.0, 4.0, 5.0]], [[5.0], [6.0]]])
    d = f([[1.0, 2.0], [3.0, 4.0]])
    rows = [
        lambda: tf.matmul(a, b),
        lambda: tf.matmul(a, c),
        lambda: tf.matmul(d, d),
        lambda: tf.matmul(d, [[1.0], [2.0]]),
        lambda: d @ d,
        lambda: tf.matmul(a, b, transpose_b=True),
        lambda: tf.matmul(a, a, transpose_a=True),
        lambda: tf.matmul(a, a, transpose_b=True),
        lambda: tf.matmul(c, c, transpose_b=True),
        lambda: tf.matmul(d, b),
        lambda: tf.matmul(f([[1.0, 2.0], [3.0]]), d),
        lambda: tf.matmul(tf.cast(a, tf.float64), b),
        lambda: tf.matmul(a, b, transpose_a=True, adjoint_a=True),
        lambda: tf.matmul(f([[[[1.0, 2.0]]], []], ragged_rank=1), tf.ones([2, 1, 2, 1])),
    ]
    result = _outcomes(rows)
    with tf.GradientTape() as tape:
        tape.watch([a, b])
        y = tf.matmul(a, b)
    return result, tape.gradient(y, [a, b])


def sources(tf):
    """Gradients by tensors that are broadcast to the rows of a ragged one."""
    x = tf.ragged.constant([[1.0, 2.0], [], [3.0]])
    inner = tf.ragged.constant([[[1.0, 2.0], [3.0, 4.0]], [], [[5.0, 6.0]]], ragged_rank=1)
    results = {}
    for name, value, shapes in (
        ("x", x, ((), (1,), (1, 1), (3, 1))),
        ("inner", inner, ((), (2,), (1,), (1, 2), (1, 1, 2), (3, 1, 1), (3, 1, 2), (1, 1, 1))),
    ):
        for shape in shapes:
            dense = tf.ones(shape) * 2.0
            with tf.GradientTape() as tape:
                tape.watch(dense)
                y = value * dense
            results[f"{name} {shape}"] = tape.gradient(y, dense)
    return results


def others(tf):
    """Assertions, lookups, chances: other functions that take ragged tensors."""
    x = tf.ragged.constant([[1, 2], [], [3]])
    y = tf.ragged.constant([[1.5, 2.5], [], [3.5]])
    table = tf.constant([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0], [7.0, 8.0]])
    d = tf.debugging
    names = "equal none_equal less less_equal greater greater_equal".split()
    rows = [
        *[lambda n=n: getattr(d, f"assert_{n}")(x, x) for n in names],
        *[lambda n=n: getattr(d, f"assert_{n}")(x, 2) for n in names],
        *[lambda n=n: getattr(d, f"assert_{n}")(x, [[4], [4], [4]]) for n in names],
        *[lambda n=n: getattr(d, f"assert_{n}")([[0], [0], [0]], x, "text") for n in names],
        lambda: d.assert_equal(x, tf.ragged.constant([[1], [2], [3]])),
        lambda: d.assert_equal(x, tf.ragged.constant([[1, 2], [], [3]])),
        lambda: d.assert_near(y, y + 1e-8),
        lambda: d.assert_near(y, y + 1.0),
        lambda: tf.nn.embedding_lookup(table, x),
        lambda: tf.nn.embedding_lookup(table, x, max_norm=1.0),
        lambda: tf.nn.embedding_lookup(table, x + 9),
        lambda: tf.nn.embedding_lookup(None, x),
        lambda: tf.nn.experimental.stateless_dropout(y, 0.5, [1, 2]),
        lambda: tf.nn.experimental.stateless_dropout(y, 0.5, [1, 2], noise_shape=[1]),
        lambda: tf.stop_gradient(y),
        lambda: tf.truncatediv(x, 2),
        lambda: tf.truncatemod(x, x),
    ]
    return _outcomes(rows)


def text(tf):
    f = tf.ragged.constant
    floats, strings = f([[1.5, 2.25], [], [1e10]]), f([["a", "b'c"], []])
    long = f([list(range(10))] * 9)
    for value in (floats, strings, long, f([[True], [False]]), f([[[1, 2]], []], ragged_rank=1)):
        tf.print(value)
    tf.print(long, summarize=-1)
    tf.print("x", {"k": floats}, strings, [long], sep=",", summarize=1)
    return _outcomes(
        [
            lambda: tf.strings.format("v {}", floats),
            lambda: tf.strings.format("v {} {}", [floats, strings], summarize=1),
            lambda: tf.strings.format("v {}", f([[1 + 2j], []])),
            lambda: tf.strings.format("v {}", floats, summarize=0),
        ]
    )
