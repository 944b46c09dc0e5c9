"""The messages of common mistakes: shapes, ranks, types and indices that do not fit."""

from __future__ import annotations

from typing import Any

from tests.parity.harness import attempt, exact_message


def _gradient(tf: Any, function: Any, x: Any) -> Any:
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = function(x)
    return tape.gradient(y, x)


@exact_message
def ranks_of_matmul(tf: Any) -> Any:
    calls = [
        ([3], [3, 2], {}),
        ([2, 3], [3], {}),
        ([3], [3], {}),
        ([], [3, 2], {}),
        ([2, 2, 3], [3], {}),
        ([3], [3, 2], {"transpose_a": True}),
        ([3, 2], [3], {"transpose_b": True}),
        ([3, 2], [3], {"adjoint_b": True}),
        ([2, 2, 3], [3, 3, 2], {}),
        ([2, 2, 3], [2, 2, 3], {"transpose_a": True, "transpose_b": True}),
        ([2, 4], [3, 5], {"transpose_a": True}),
        ([2, 4], [3, 5], {"a_is_sparse": True}),
        ([1, 4, 3], [3, 5], {"a_is_sparse": True}),
    ]
    return [attempt(tf.matmul, tf.ones(a), tf.ones(b), **flags) for a, b, flags in calls]


@exact_message
def types_of_matmul(tf: Any) -> Any:
    shapes = [([2, 2], [2, 3]), ([1, 2, 2], [1, 2, 3])]
    return [
        attempt(tf.matmul, tf.ones(a, dtype), tf.ones(b, dtype))
        for dtype in ("int8", "uint16")
        for a, b in shapes
    ]


@exact_message
def matvec(tf: Any) -> Any:
    shapes = [([2, 3], [2]), ([3], [3]), ([2, 2, 3], [3, 3]), ([2, 2, 3], [])]
    return [attempt(tf.linalg.matvec, tf.ones(a), tf.ones(b)) for a, b in shapes]


def gather_nd(tf: Any) -> Any:
    x = tf.ones([4, 3])
    indices = ([[4, 0]], [[0, 0], [0, 3]], [[4]], [[[0], [4]]], [[0, 0, 0]], 0)
    wrong = [attempt(tf.gather_nd, x, tf.constant(index)) for index in indices]
    batches = attempt(tf.gather_nd, tf.ones([2, 4, 3]), tf.constant([[4], [0]]), batch_dims=1)
    nothing = tf.zeros([2, 0], tf.int32)
    return [*wrong, batches, attempt(_gradient, tf, lambda x: tf.gather_nd(x, nothing), x)]


def scattered_updates(tf: Any) -> Any:
    x = tf.ones([3, 3])
    arguments = [([[5]], [1, 3]), ([[0]], [1, 2]), ([[0, 0]], [1, 2]), ([[0], [1]], [1, 3])]
    results = []
    for index, shape in arguments:
        indices, updates = tf.constant(index), tf.ones(shape)
        results += [
            attempt(tf.scatter_nd, indices, updates, tf.constant([3, 3])),
            attempt(tf.tensor_scatter_nd_update, x, indices, updates),
            attempt(tf.Variable(x).scatter_nd_add, indices, updates),
        ]
    return results


@exact_message
def gradients_of_decompositions(tf: Any) -> Any:
    tall, wide, singular = tf.ones([4, 2]), tf.ones([2, 4]), tf.ones([2, 2])
    linalg = tf.linalg
    return [
        attempt(_gradient, tf, lambda x: linalg.svd(x, full_matrices=True)[1], tall),
        attempt(_gradient, tf, lambda x: linalg.svd(x, full_matrices=True)[1], wide),
        attempt(_gradient, tf, linalg.det, singular),
        attempt(_gradient, tf, lambda x: linalg.slogdet(x)[1], singular),
        attempt(_gradient, tf, lambda x: linalg.qr(x, full_matrices=True)[1], tall),
    ]


def shapes_of_matrices(tf: Any) -> Any:
    linalg = tf.linalg
    functions = [linalg.det, linalg.inv, linalg.cholesky, linalg.lu, linalg.eigh, linalg.sqrtm]
    results = [
        attempt(function, tf.ones(shape)) for function in functions for shape in ([2], [2, 3])
    ]
    for a, b in (([2, 2], [3, 1]), ([2, 2], [2]), ([2, 3], [2, 1]), ([3, 2, 2], [2, 2, 1])):
        results.append(attempt(linalg.solve, tf.ones(a), tf.ones(b)))
        results.append(attempt(linalg.triangular_solve, tf.ones(a), tf.ones(b)))
    return results


def diagonals(tf: Any) -> Any:
    x = tf.ones([2, 3])
    diagonal_indices = (3, -2, (-3, 0), (0, 5), [1, 0, 2])
    results = [attempt(tf.linalg.diag_part, x, k=tf.constant(k)) for k in diagonal_indices]
    results += [attempt(tf.linalg.set_diag, x, tf.ones(n), k=k) for n, k in (([2], 3), ([2, 2], 0))]
    results.append(attempt(tf.linalg.diag_part, x, align="x"))
    return [*results, attempt(tf.linalg.tensor_diag_part, x)]


@exact_message
def add_n(tf: Any) -> Any:
    two, three = tf.ones([2]), tf.ones([3])
    return [
        attempt(tf.add_n, [two, three]),
        attempt(tf.add_n, [two, two, three], name="sum"),
        attempt(tf.add_n, [two, tf.ones([2], "float64")]),
        attempt(tf.add_n, [tf.constant("a")]),
    ]


def no_kernel(tf: Any) -> Any:
    half = tf.ones([1, 2, 2, 1], "bfloat16")
    return [
        attempt(tf.math.bessel_i0e, half),
        attempt(tf.math.lgamma, half),
        attempt(tf.nn.local_response_normalization, half),
        attempt(tf.nn.space_to_depth, tf.ones([1, 1, 2, 2]), 2, data_format="NCHW"),
        attempt(tf.linalg.eigvalsh, tf.ones([2, 2], "float16")),
    ]


@exact_message
def not_in_the_list_of_allowed_values(tf: Any) -> Any:
    return [
        attempt(tf.sqrt, tf.constant(4)),
        attempt(tf.math.reduce_max, tf.constant("a")),
        attempt(tf.math.ceil, tf.constant(1)),
        attempt(tf.linalg.lu, tf.ones([2, 2]), tf.int16),
        attempt(tf.shape, tf.ones([2]), out_type=tf.float32),
    ]


def splits(tf: Any) -> Any:
    three = tf.ones([3])
    return [
        attempt(tf.split, three, 2),
        attempt(tf.split, three, [1, 1]),
        attempt(tf.split, three, 2, axis=2),
        attempt(tf.unstack, three, num=2),
        attempt(tf.reshape, three, [2]),
        attempt(tf.reshape, three, [-1, 2]),
    ]


def ragged_operands(tf: Any) -> Any:
    x = tf.ragged.constant([[1], [2, 3]])
    others = [
        tf.ragged.constant([[1, 2], [2, 3]]),
        tf.ragged.constant([[1], [2, 3], [4]]),
        tf.ragged.constant([[[1]], [[2], [3]]]),
        tf.ones([2, 4], tf.int32),
    ]
    return [attempt(tf.add, *pair) for other in others for pair in ((x, other), (other, x))]


def structures_of_map_fn(tf: Any) -> Any:
    return attempt(tf.map_fn, lambda element: (element, element), tf.constant([1.0, 2.0]))


def eager_tensors(tf: Any) -> Any:
    x = tf.constant(1.0)
    return [attempt(x.eval), attempt(x.set_shape, [2]), attempt(lambda: len(x))]


def attributes_of_errors(tf: Any) -> Any:
    """What an error has besides its message."""
    error = attempt(tf.matmul, tf.ones([3]), tf.ones([3, 2]))
    return [error.message, str(error), error.op, error.node_def, error.error_code]
