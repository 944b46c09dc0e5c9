"""Values that an operation refuses, as arguments of a traced function: its checks are kept.

Each function is called with good values, bad ones and good ones again; the shapes of the arguments
are known, and then unknown. The types of the errors are compared.
"""

# An expression of `x` (and `y`); the good and the bad values; the dtypes of the arguments.
_ROWS = {
    "gather": ("tf.gather([1., 2., 3.], x)", [[0, 2]], [[0, 3]], ["int32"]),
    "gather_axis": ("tf.gather(tf.eye(3), x, axis=1)", [[0, 2]], [[0, -1]], ["int32"]),
    "gather_nd": ("tf.gather_nd(tf.eye(3), x)", [[[0, 2]]], [[[0, 3]]], ["int32"]),
    "embedding": ("tf.nn.embedding_lookup(tf.eye(3), x)", [[0, 2]], [[5, 0]], ["int64"]),
    "scatter_nd": ("tf.scatter_nd(x, [1., 2.], [3])", [[[0], [2]]], [[[0], [3]]], ["int32"]),
    "tensor_scatter": (
        "tf.tensor_scatter_nd_update([1., 2., 3.], x, [8., 9.])",
        [[[0], [2]]],
        [[[0], [3]]],
        ["int32"],
    ),
    "segment_sum": ("tf.math.segment_sum([1., 2., 3.], x)", [[0, 0, 1]], [[1, 0, 1]], ["int32"]),
    "unsorted_segment_sum": (
        "tf.math.unsorted_segment_sum([1., 2., 3.], x, 2)",
        [[0, 0, 1]],
        [[0, 5, 1]],
        ["int32"],
    ),
    "unsorted_segment_max": (
        "tf.math.unsorted_segment_max([1., 2., 3.], x, 2)",
        [[0, 0, 1]],
        [[0, 5, 1]],
        ["int32"],
    ),
    "lu": ("tf.linalg.lu(x)", [[[2.0, 1.0], [0.0, 1.0]]], [[[1.0, 1.0], [1.0, 1.0]]], ["float32"]),
    "inv": (
        "tf.linalg.inv(x)",
        [[[2.0, 1.0], [0.0, 1.0]]],
        [[[1.0, 1.0], [1.0, 1.0]]],
        ["float32"],
    ),
    "solve": (
        "tf.linalg.solve(x, [[1.], [2.]])",
        [[[2.0, 1.0], [0.0, 1.0]]],
        [[[1.0, 1.0], [1.0, 1.0]]],
        ["float32"],
    ),
    "triangular_solve": (
        "tf.linalg.triangular_solve(x, [[1.], [2.]])",
        [[[2.0, 0.0], [1.0, 1.0]]],
        [[[0.0, 0.0], [1.0, 1.0]]],
        ["float32"],
    ),
    "eigh": (
        "tf.linalg.eigh(x)[0]",
        [[[2.0, 0.0], [0.0, 1.0]]],
        [[[float("nan"), 0.0], [0.0, 1.0]]],
        ["float32"],
    ),
    "svd": (
        "tf.linalg.svd(x)[0]",
        [[[2.0, 0.0], [0.0, 1.0]]],
        [[[float("nan"), 0.0], [0.0, 1.0]]],
        ["float32"],
    ),
    "banded_triangular_solve": (
        "tf.linalg.banded_triangular_solve(x, [[1.], [2.]])",
        [[[2.0, 1.0]]],
        [[[0.0, 1.0]]],
        ["float32"],
    ),
    "tridiagonal_solve": (
        "tf.linalg.tridiagonal_solve(x, [1., 2.])",
        [[[1.0, 0.0], [2.0, 3.0], [0.0, 0.5]]],
        [[[1.0, 0.0], [0.0, 0.0], [0.0, 0.0]]],
        ["float32"],
    ),
    "ctc_loss": (
        "tf.nn.ctc_loss(tf.sparse.from_dense([[1, 1], [1, 0]]), tf.ones([4, 2, 3]), None, x,"
        " blank_index=-1)",
        [[4, 4]],
        [[4, 0]],
        ["int32"],
    ),
    "pow": ("tf.pow(x, y)", [[2, 3], [1, 2]], [[2, 3], [-1, 2]], ["int32", "int32"]),
    "floordiv": ("x // y", [[2, 3], [1, 2]], [[2, 3], [0, 2]], ["int32", "int32"]),
    "floormod": ("x % y", [[2, 3], [1, 2]], [[2, 3], [0, 2]], ["int32", "int32"]),
    "truncatediv": ("tf.truncatediv(x, y)", [[2, 3], [1, 2]], [[2, 3], [0, 2]], ["int32", "int32"]),
    "confusion_matrix": (
        "tf.math.confusion_matrix(x, y, num_classes=3)",
        [[0, 2], [1, 2]],
        [[0, 2], [1, 5]],
        ["int32", "int32"],
    ),
    "bincount": ("tf.math.bincount(x)", [[0, 2]], [[0, -2]], ["int32"]),
    "crop_and_resize": (
        "tf.image.crop_and_resize(tf.ones([2, 4, 4, 1]), [[0., 0., 1., 1.]], x, [2, 2])",
        [[1]],
        [[2]],
        ["int32"],
    ),
    "range": ("tf.range(0, 4, x)", [2], [0], ["int32"]),
    "reshape": ("tf.reshape(tf.range(6), x)", [[2, 3]], [[2, 4]], ["int32"]),
    "broadcast_to": ("tf.broadcast_to([1., 2.], x)", [[3, 2]], [[3, 4]], ["int32"]),
    "tile": ("tf.tile([1., 2.], x)", [[2]], [[-2]], ["int32"]),
    "fill": ("tf.fill(x, 1.0)", [[2]], [[-2]], ["int32"]),
    "slice": ("tf.slice([1., 2., 3.], x, [2])", [[1]], [[2]], ["int32"]),
    "pad": ("tf.pad([1., 2.], x)", [[[1, 2]]], [[[-1, 2]]], ["int32"]),
    "reverse": ("tf.reverse(tf.eye(2), x)", [[1]], [[2]], ["int32"]),
    "transpose": ("tf.transpose(tf.eye(2), x)", [[1, 0]], [[1, 1]], ["int32"]),
    "split": ("tf.split([1., 2., 3.], x, num=2)", [[1, 2]], [[1, 3]], ["int32"]),
    "reduce_axis": ("tf.reduce_sum(tf.eye(2), x)", [[1]], [[2]], ["int32"]),
    "cumsum_axis": ("tf.cumsum(tf.eye(2), x)", [1], [2], ["int32"]),
    "argmax_axis": ("tf.argmax(tf.eye(2), x)", [1], [2], ["int32"]),
    "expand_dims": ("tf.expand_dims(tf.eye(2), x)", [1], [5], ["int32"]),
    "top_k": ("tf.math.top_k([1., 2., 3.], x)[0]", [2], [4], ["int32"]),
    "in_top_k": ("tf.math.in_top_k(x, tf.eye(2), 1)", [[1, 0]], [[1, 7]], ["int32"]),
    "one_hot": ("tf.one_hot([1], x)", [3], [-3], ["int32"]),
    "linspace": ("tf.linspace(0., 1., x)", [3], [0], ["int32"]),
    "eye": ("tf.eye(x)", [3], [-1], ["int32"]),
    "unravel_index": ("tf.unravel_index(x, [2, 3])", [[5]], [[7]], ["int32"]),
    "invert_permutation": ("tf.math.invert_permutation(x)", [[1, 0]], [[1, 1]], ["int32"]),
    "check_numerics": (
        "tf.debugging.check_numerics(x, 'bad')",
        [[1.0]],
        [[float("inf")]],
        ["float32"],
    ),
    "assert_positive": ("tf.debugging.assert_positive(x)", [[1.0]], [[-1.0]], ["float32"]),
    "assert_equal": (
        "[tf.debugging.assert_equal(x, y), x][1]",
        [[1.0], [1.0]],
        [[1.0], [2.0]],
        ["float32", "float32"],
    ),
    "dynamic_partition": (
        "tf.dynamic_partition([1., 2.], x, 2)",
        [[1, 0]],
        [[1, 2]],
        ["int32"],
    ),
    "dynamic_stitch": (
        "tf.dynamic_stitch([x], [[1., 2.]])",
        [[1, 0]],
        [[1, -1]],
        ["int32"],
    ),
    "sequence_mask": ("tf.sequence_mask(x, 3)", [[1, 2]], [[1, 5]], ["int32"]),
    "random_uniform": (
        "tf.random.uniform([2], 0, x, tf.int32) * 0",
        [3],
        [0],
        ["int32"],
    ),
    "to_number": ("tf.strings.to_number(x)", [["1"]], [["a"]], ["string"]),
    "decode_base64": ("tf.io.decode_base64(x)", [["YQ"]], [["*"]], ["string"]),
    "sparse_to_dense": (
        "tf.sparse.to_dense(tf.SparseTensor(x, [1., 2.], [2, 2]))",
        [[[0, 0], [1, 1]]],
        [[[1, 1], [0, 0]]],
        ["int64"],
    ),
    "sparse_out_of_bounds": (
        "tf.sparse.to_dense(tf.SparseTensor(x, [1., 2.], [2, 2]))",
        [[[0, 0], [1, 1]]],
        [[[0, 0], [2, 1]]],
        ["int64"],
    ),
    "ragged_row_splits": (
        "tf.RaggedTensor.from_row_splits([1., 2., 3.], x).to_tensor()",
        [[0, 1, 3]],
        [[0, 2, 1]],
        ["int64"],
    ),
    "ragged_row_lengths": (
        "tf.RaggedTensor.from_row_lengths([1., 2., 3.], x).to_tensor()",
        [[1, 2]],
        [[2, 2]],
        ["int64"],
    ),
    "repeat": ("tf.repeat([1., 2.], x)", [[1, 2]], [[1, -2]], ["int32"]),
    "roll": ("tf.roll(tf.eye(2), 1, x)", [0], [3], ["int32"]),
    "boolean_mask": (
        "tf.boolean_mask([1., 2., 3.], x)",
        [[True, False, True]],
        [[True, False, False]],
        ["bool"],
    ),
    "index": ("tf.constant([1., 2., 3.])[x]", [2], [3], ["int32"]),
    "array_read": (
        "tf.TensorArray(tf.float32, 2).unstack([1., 2.]).read(x)",
        [1],
        [2],
        ["int32"],
    ),
    "histogram": ("tf.histogram_fixed_width([1., 2.], x)", [[0.0, 3.0]], [[3.0, 0.0]], ["float32"]),
    "max_pool_of_nan": (
        "tf.nn.max_pool2d(tf.reshape(x, [1, 2, 2, 1]), 2, 2, 'VALID')",
        [[1.0, 2.0, 3.0, 4.0]],
        [[1.0, float("nan"), 3.0, float("-inf")]],
        ["float32"],
    ),
    "adjust_gamma": (
        "tf.image.adjust_gamma(tf.ones([1, 1, 1]), x)",
        [2.0],
        [-2.0],
        ["float32"],
    ),
    "zero_labels": (
        "tf.nn.sparse_softmax_cross_entropy_with_logits(x, tf.eye(2))",
        [[0, 1]],
        [[0, 2]],
        ["int32"],
    ),
}


def _case(code, good, bad, dtypes, are_shapes_known):
    names = ["x", "y"][: len(dtypes)]
    compiled = compile(code, "<case>", "eval")

    def case(tf):
        def function(*arguments):
            return eval(compiled, {"tf": tf, **dict(zip(names, arguments, strict=True))})

        signature = None
        if not are_shapes_known:
            signature = []
            for value, dtype in zip(good, dtypes, strict=True):
                rank = len(tf.constant(value, dtype).shape)
                signature.append(tf.TensorSpec([None] * rank, dtype))
        traced = tf.function(function, input_signature=signature, autograph=False)
        outcomes = []
        for values in (good, bad, good):
            arguments = [tf.constant(v, d) for v, d in zip(values, dtypes, strict=True)]
            outcomes.append(_outcome(traced, arguments))
        return outcomes

    return case


def _outcome(function, arguments):
    try:
        return function(*arguments)
    except Exception as error:
        return f"raises {type(error).__name__}"


CASES = {
    **{name: _case(*row, True) for name, row in _ROWS.items()},
    **{f"{name}, unknown": _case(*row, False) for name, row in _ROWS.items()},
}
