"""Ragged, sparse and other composite tensors as arguments and results of traced functions.

Each function is called twice, and once with other values; its Python runs once for each type.
"""

_SETUP = """
rt = tf.ragged.constant([[1.0, 2.0], [3.0], []])
other = tf.ragged.constant([[5.0], [], [6.0, 7.0, 8.0]])
deep = tf.ragged.constant([[[1.0, 2.0], [3.0]], [[4.0]], []])
deeper = tf.ragged.constant([[[1.0]], [], [[2.0], [3.0, 4.0]]])
sp = tf.sparse.from_dense([[0.0, 1.0], [2.0, 0.0]])
sq = tf.sparse.from_dense([[3.0, 1.0], [2.0, 4.0]])
"""

_ROWS = {
    "add": ("r * 2.0 + 1.0", "rt", "other"),
    "add_two": ("r + tf.ragged.map_flat_values(tf.square, r)", "rt", "other"),
    "sum_of_rows": ("tf.reduce_sum(r, axis=1)", "rt", "other"),
    "sum": ("tf.reduce_sum(r)", "rt", "other"),
    "mean_of_columns": ("tf.reduce_mean(r, axis=0)", "rt", "other"),
    "max_of_rows": ("tf.reduce_max(r, axis=1)", "rt", "other"),
    "to_tensor": ("r.to_tensor(-1.0)", "rt", "other"),
    "to_sparse": ("r.to_sparse()", "rt", "other"),
    "map_flat_values": ("tf.ragged.map_flat_values(tf.sin, r)", "rt", "other"),
    "bounding_shape": ("[r.bounding_shape(), r.nrows(), r.row_lengths()]", "deep", "deeper"),
    "row_ids": ("[r.value_rowids(), r.row_starts(), r.row_limits()]", "rt", "other"),
    "merge_dims": ("r.merge_dims(0, 1)", "deep", "deeper"),
    "concat": ("tf.concat([r, r], axis=1)", "rt", "other"),
    "concat_rows": ("tf.concat([r, r], axis=0)", "rt", "other"),
    "stack": ("tf.stack([r, r])", "rt", "other"),
    "getitem": ("[r[0], r[:, :1], r[1:]]", "rt", "other"),
    "gather": ("tf.gather(r, [2, 0])", "rt", "other"),
    "expand_dims": ("tf.expand_dims(r, 1)", "rt", "other"),
    "tile": ("tf.tile(r, [1, 2])", "rt", "other"),
    "reverse": ("tf.reverse(r, [1])", "rt", "other"),
    "shape": ("[str(r.shape), r.ragged_rank][1]", "deep", "deeper"),
    "cast": ("tf.cast(r, tf.int32)", "rt", "other"),
    "where": ("tf.where(r > 1.0)", "rt", "other"),
    "cond": ("tf.cond(tf.size(r) > 3, lambda: r * 2.0, lambda: r + 1.0)", "rt", "other"),
    "boolean_mask": ("tf.ragged.boolean_mask(r, r > 1.0)", "rt", "other"),
    "map_fn": ("tf.map_fn(tf.reduce_sum, r, fn_output_signature=tf.float32)", "rt", "other"),
    "with_flat_values": ("r.with_flat_values(r.flat_values + 1.0)", "deep", "deeper"),
    "from_row_lengths": (
        "tf.RaggedTensor.from_row_lengths(r, tf.cast(tf.stack([r[0], 3.0 - r[0]]), tf.int32))",
        "tf.constant([1.0, 2.0, 3.0])",
        "tf.constant([2.0, 2.0, 3.0])",
    ),
    "from_row_splits": (
        "tf.RaggedTensor.from_row_splits(r, tf.cast([0.0, r[0], 3.0], tf.int32))",
        "tf.constant([1.0, 2.0, 3.0])",
        "tf.constant([2.0, 2.0, 3.0])",
    ),
    "from_tensor": (
        "tf.RaggedTensor.from_tensor(r, padding=0.0)",
        "tf.constant([[1.0, 0.0], [2.0, 3.0]])",
        "tf.constant([[0.0, 0.0], [2.0, 0.0]])",
    ),
    "split_strings": (
        "tf.strings.split(r)",
        "tf.constant(['a b', 'c'])",
        "tf.constant(['', 'c d e'])",
    ),
    "ragged_range": ("tf.ragged.range(r)", "tf.constant([1, 3])", "tf.constant([2, 0])"),
    "gradient": (
        "(lambda t: [t.watch(r.flat_values), t.gradient("
        "tf.reduce_sum(r * r, axis=1), r.flat_values)][1])(tf.GradientTape().__enter__())",
        "rt",
        "other",
    ),
    "sparse_to_dense": ("tf.sparse.to_dense(r)", "sp", "sq"),
    "sparse_matmul": ("tf.sparse.sparse_dense_matmul(r, tf.ones([2, 2]))", "sp", "sq"),
    "sparse_times": ("[r * 2.0, tf.shape(r.indices)]", "sp", "sq"),
    "sparse_sum": ("tf.sparse.reduce_sum(r, axis=1)", "sp", "sq"),
    "sparse_transpose": ("tf.sparse.transpose(r)", "sp", "sq"),
    "sparse_reorder": ("tf.sparse.reorder(r)", "sp", "sq"),
    "sparse_slice": ("tf.sparse.slice(r, [0, 0], [1, 2])", "sp", "sq"),
    "sparse_concat": ("tf.sparse.concat(0, [r, r])", "sp", "sq"),
    "sparse_add": ("tf.sparse.add(r, r)", "sp", "sq"),
    "from_dense": (
        "tf.sparse.from_dense(r)",
        "tf.constant([[0.0, 1.0]])",
        "tf.constant([[2.0, 1.0]])",
    ),
}


def _case(code, first, second):
    def case(tf):
        names = {"tf": tf}
        exec(_SETUP, names)
        calls = []

        def function(r):
            calls.append(1)
            return eval(code, {**names, "r": r})

        traced = tf.function(function, autograph=False)
        one, two = (eval(text, names) for text in (first, second))
        return [_plain(tf, traced(x)) for x in (one, one, two)], len(calls)

    return case


def _plain(tf, value):
    if isinstance(value, (list, tuple)) and not isinstance(value, tf.TensorShape):
        return [_plain(tf, item) for item in value]
    return str(value) if isinstance(value, tf.TensorShape) else value


CASES = {name: _case(*row) for name, row in _ROWS.items()}
