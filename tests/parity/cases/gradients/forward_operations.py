"""Forward mode of every smooth family of operations: first derivatives, and second ones in all the
ways of mixing tapes and accumulators.
"""

from __future__ import annotations

from tests.parity.case_helpers.tables import outcomes, ramp
from tests.parity.harness import tolerance

# Each family is a table: name -> (function of `tf` and tensors, shapes or values of the tensors).
_ELEMENTWISE = {
    name: (lambda tf, x, name=name: _find(tf, name)(x), [[0.2, 0.5, 0.8]])
    for name in """
        abs math.acos math.asin math.atan math.atanh math.cos math.cosh math.erf math.erfc
        math.erfinv math.exp math.expm1 math.lgamma math.digamma math.log math.log1p
        math.log_sigmoid math.negative math.reciprocal math.rsqrt math.sigmoid math.sin math.sinh
        math.softplus math.sqrt math.square math.tan math.tanh math.ndtri math.bessel_i0
        math.bessel_i1 math.bessel_i0e math.bessel_i1e nn.elu nn.gelu nn.leaky_relu nn.relu
        nn.relu6 nn.selu nn.silu nn.softsign identity math.floor math.round math.sign
        math.rint stop_gradient zeros_like ones_like
    """.split()
}
_ELEMENTWISE["math.acosh"] = (lambda tf, x: tf.math.acosh(x), [[1.5, 2.0, 3.0]])
_ELEMENTWISE["math.asinh"] = (lambda tf, x: tf.math.asinh(x), [[1.5, 2.0, 3.0]])
_TWO = {
    name: (
        lambda tf, x, y, name=name: _find(tf, name)(x, y),
        [[[0.2, 0.7, 1.3], [1.1, 2.5, 0.4]], [0.5, 1.5, 2.5]],
    )
    for name in """
        add subtract multiply divide pow maximum minimum math.atan2 math.squared_difference
        math.divide_no_nan math.multiply_no_nan math.xlogy math.xdivy math.xlog1py math.floormod
        math.floordiv math.mod math.truediv math.igamma math.igammac math.zeta math.less
    """.split()
}
_TWO["operators"] = (lambda tf, x, y: (x + 2.0) * y - x / y + x**2.0 + 3.0**y, _TWO["add"][1])
_REDUCTIONS = {
    name: (
        lambda tf, x, name=name: _find(tf, name)(x, axis=1),
        [[[0.2, 0.7, 1.3], [1.1, 2.5, 0.4]]],
    )
    for name in """
        reduce_sum reduce_mean reduce_max reduce_min reduce_prod reduce_logsumexp
        math.reduce_variance math.reduce_std math.reduce_euclidean_norm math.cumsum math.cumprod
        argmax norm nn.softmax nn.log_softmax math.l2_normalize
    """.split()
}
_REDUCTIONS["ties"] = (
    lambda tf, x: (tf.reduce_max(x), tf.reduce_min(x), tf.reduce_prod(x)),
    [[1.0, 1.0, 0.0]],
)
_RUNNING = {
    "cumulative_logsumexp": (
        lambda tf, x: tf.math.cumulative_logsumexp(x, axis=1),
        [[[0.2, 0.7, 1.3], [1.1, 2.5, 0.4]]],
    )
}
_SQUARE = [[2.0, 0.3], [0.5, 1.5]]
_LINEAR = {
    "matmul": (lambda tf, x, y: tf.matmul(x, y), [_SQUARE, [[0.3, 1.0, 2.0], [0.5, 0.2, 0.1]]]),
    "matmul transposed": (lambda tf, x, y: tf.matmul(x, y, transpose_b=True), [_SQUARE, _SQUARE]),
    "matvec": (lambda tf, x, y: tf.linalg.matvec(x, y), [_SQUARE, [1.0, 2.0]]),
    "tensordot": (lambda tf, x, y: tf.tensordot(x, y, 1), [_SQUARE, [1.0, 2.0]]),
    "einsum": (lambda tf, x, y: tf.einsum("ij,jk->ki", x, y), [_SQUARE, _SQUARE]),
    "inv": (lambda tf, x: tf.linalg.inv(x), [_SQUARE]),
    "det": (lambda tf, x: tf.linalg.det(x), [_SQUARE]),
    "trace": (lambda tf, x: tf.linalg.trace(x), [_SQUARE]),
    "cholesky": (lambda tf, x: tf.linalg.cholesky(x), [[[2.0, 0.3], [0.3, 1.5]]]),
    "solve": (lambda tf, x, y: tf.linalg.solve(x, y), [_SQUARE, [[1.0], [2.0]]]),
    "diag": (lambda tf, x: tf.linalg.diag(x), [[1.0, 2.0]]),
    "diag_part": (lambda tf, x: tf.linalg.diag_part(x), [_SQUARE]),
    "band_part": (lambda tf, x: tf.linalg.band_part(x, 0, 0), [_SQUARE]),
    "cross": (lambda tf, x, y: tf.linalg.cross(x, y), [[1.0, 2.0, 3.0], [0.5, 0.2, 0.1]]),
}
_ROWS = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
_SHAPING = {
    "reshape": (lambda tf, x: tf.reshape(x, [3, 2]), [_ROWS]),
    "transpose": (lambda tf, x: tf.transpose(x), [_ROWS]),
    "expand_dims": (lambda tf, x: tf.expand_dims(x, 1), [_ROWS]),
    "squeeze": (lambda tf, x: tf.squeeze(x), [[[1.0, 2.0]]]),
    "concat": (lambda tf, x, y: tf.concat([x, y], 0), [_ROWS, _ROWS]),
    "stack": (lambda tf, x, y: tf.stack([x, y], 1), [_ROWS, _ROWS]),
    "unstack": (lambda tf, x: tf.unstack(x), [_ROWS]),
    "split": (lambda tf, x: tf.split(x, [1, 2], 1), [_ROWS]),
    "slice": (lambda tf, x: tf.slice(x, [0, 1], [2, 2]), [_ROWS]),
    "index": (lambda tf, x: x[1, ::2], [_ROWS]),
    "tile": (lambda tf, x: tf.tile(x, [2, 1]), [_ROWS]),
    "pad": (lambda tf, x: tf.pad(x, [[1, 0], [0, 1]]), [_ROWS]),
    "reverse": (lambda tf, x: tf.reverse(x, [1]), [_ROWS]),
    "roll": (lambda tf, x: tf.roll(x, 1, 1), [_ROWS]),
    "broadcast_to": (lambda tf, x: tf.broadcast_to(x, [2, 2, 3]), [_ROWS]),
    "where": (lambda tf, x, y: tf.where(x > 2.0, x, y), [_ROWS, _ROWS]),
    "add_n": (lambda tf, x, y: tf.add_n([x, y, x]), [_ROWS, _ROWS]),
    "identity_n": (lambda tf, x, y: tf.identity_n([x, y]), [_ROWS, _ROWS]),
    "cast": (lambda tf, x: tf.cast(x * x, tf.float32), [_ROWS]),
    "cast to integers": (lambda tf, x: tf.cast(x, tf.int32), [_ROWS]),
    "clip_by_value": (lambda tf, x: tf.clip_by_value(x, 2.0, 5.0), [_ROWS]),
    "clip_by_norm": (lambda tf, x: tf.clip_by_norm(x, 2.0), [_ROWS]),
}
_GATHERS = {
    "gather": (lambda tf, x: tf.gather(x, [1, 0, 1]), [_ROWS]),
    "gather axis": (lambda tf, x: tf.gather(x, [2, 2], axis=1), [_ROWS]),
    "gather_nd": (lambda tf, x: tf.gather_nd(x, [[0, 1], [1, 2], [0, 1]]), [_ROWS]),
    "embedding_lookup": (lambda tf, x: tf.nn.embedding_lookup(x, [[1, 0], [1, 1]]), [_ROWS]),
    "boolean_mask": (lambda tf, x: tf.boolean_mask(x, [False, True]), [_ROWS]),
    "tensor_scatter_nd_update": (
        lambda tf, x, y: tf.tensor_scatter_nd_update(x, [[1]], y),
        [_ROWS, [[7.0, 8.0, 9.0]]],
    ),
    "sort": (lambda tf, x: tf.sort(x, 1, "DESCENDING"), [[[1.0, 3.0, 2.0], [6.0, 4.0, 5.0]]]),
    "top_k": (lambda tf, x: tf.math.top_k(x, 2).values, [[[1.0, 3.0, 2.0], [6.0, 4.0, 5.0]]]),
}
# TensorFlow's tangents of these are IndexedSlices, which cannot be pushed forward again.
_SCATTERS = {
    "scatter_nd": (lambda tf, x: tf.scatter_nd([[2], [0], [2]], x, [4]), [[1.0, 2.0, 3.0]]),
    "segment_sum": (lambda tf, x: tf.math.segment_sum(x, [0, 0]), [_ROWS]),
    "unsorted_segment_sum": (
        lambda tf, x: tf.math.unsorted_segment_sum(x, [2, 0], 3),
        [_ROWS],
    ),
    "unsorted_segment_max": (
        lambda tf, x: tf.math.unsorted_segment_max(x, [0, 0], 2),
        [_ROWS],
    ),
}
_NN = {
    "softmax_cross_entropy": (
        lambda tf, x, y: tf.nn.softmax_cross_entropy_with_logits(y, x),
        [_ROWS, [[0.2, 0.3, 0.5], [0.1, 0.6, 0.3]]],
    ),
    "sparse_softmax_cross_entropy": (
        lambda tf, x: tf.nn.sparse_softmax_cross_entropy_with_logits([2, 0], x),
        [_ROWS],
    ),
    "sigmoid_cross_entropy": (
        lambda tf, x, y: tf.nn.sigmoid_cross_entropy_with_logits(y, x),
        [_ROWS, [[0.2, 0.3, 0.5], [0.1, 0.6, 0.3]]],
    ),
    "bias_add": (lambda tf, x, y: tf.nn.bias_add(x, y), [_ROWS, [1.0, 2.0, 3.0]]),
    "l2_loss": (lambda tf, x: tf.nn.l2_loss(x), [_ROWS]),
    "moments": (lambda tf, x: tf.nn.moments(x, [0]), [_ROWS]),
    "batch_normalization": (
        lambda tf, x, y: tf.nn.batch_normalization(x, y, y * y, y, y, 1e-3),
        [_ROWS, [1.0, 2.0, 3.0]],
    ),
    "mlp": (
        lambda tf, x, y: tf.reduce_sum(tf.tanh(tf.matmul(x, y)) ** 2.0),
        [_ROWS, [[0.1, 0.2], [0.3, -0.1], [0.2, 0.4]]],
    ),
}


def _find(tf, name):
    for part in name.split("."):
        tf = getattr(tf, part)
    return tf


def _first(tf, f, values):
    primals = [tf.constant(value, tf.float64) for value in values]
    tangents = [tf.constant(ramp(x.shape.as_list(), "float64", 0.5, 0.25)) for x in primals]
    with tf.autodiff.ForwardAccumulator(primals, tangents) as acc:
        result = f(tf, *primals)
    alone = []
    if len(primals) > 1:
        for primal, tangent in zip(primals, tangents, strict=True):
            with tf.autodiff.ForwardAccumulator(primal, tangent) as acc_of_one:
                of_one = f(tf, *primals)
            alone.append(acc_of_one.jvp(of_one))
    return _dense(tf, acc.jvp(result)), alone


def _second(tf, f, values):
    primals = [tf.constant(value, tf.float64) for value in values]
    tangents = [tf.constant(ramp(x.shape.as_list(), "float64", 0.5, 0.25)) for x in primals]
    others = [tf.constant(ramp(x.shape.as_list(), "float64", 1.0, -0.5)) for x in primals]
    accumulator = tf.autodiff.ForwardAccumulator
    with accumulator(primals, others) as outer:
        with accumulator(primals, tangents) as inner:
            result = f(tf, *primals)
        pushed = [y for y in _dense(tf, inner.jvp(result)) if y is not None]
    results = {"forward over forward": outer.jvp(pushed)}
    with tf.GradientTape() as tape:
        tape.watch([primals, tangents])
        with accumulator(primals, tangents) as acc:
            result = f(tf, *primals)
        pushed = [y for y in _dense(tf, acc.jvp(result)) if y is not None]
        weights = [tf.constant(ramp(y.shape.as_list(), y.dtype.name, 1.0, 0.5)) for y in pushed]
    if pushed:
        results["tape over forward"] = tape.gradient(pushed, [primals, tangents], weights)
    with accumulator(primals, tangents) as acc:
        with tf.GradientTape() as tape:
            tape.watch(primals)
            result = tf.nest.flatten(f(tf, *primals))
        result = [y for y in result if y.dtype.is_floating]
        weights = [tf.constant(ramp(y.shape.as_list(), y.dtype.name, 1.0, 0.5)) for y in result]
        first = tape.gradient(result, primals, weights)
        first = [g for g in _dense(tf, first) if g is not None]
    results["forward over tape"] = acc.jvp(first)
    return results


def _dense(tf, nest):
    # What scatters has IndexedSlices for tangents in TensorFlow.
    return [item if item is None else tf.convert_to_tensor(item) for item in tf.nest.flatten(nest)]


CASES = {}
for _family, _table in {
    "elementwise": _ELEMENTWISE,
    "two": _TWO,
    "reductions": _REDUCTIONS,
    "cumulative_logsumexp": _RUNNING,
    "linear_algebra": _LINEAR,
    "shaping": _SHAPING,
    "gathers": _GATHERS,
    "scatters": _SCATTERS,
    "nn": _NN,
}.items():

    def _first_of_all(tf, table=_table):
        return outcomes({name: lambda row=row: _first(tf, *row) for name, row in table.items()})

    def _second_of_all(tf, table=_table):
        return outcomes({name: lambda row=row: _second(tf, *row) for name, row in table.items()})

    CASES[f"{_family}_first"] = tolerance(rtol=1e-6)(_first_of_all)
    if _table is not _SCATTERS:
        CASES[f"{_family}_second"] = tolerance(rtol=1e-5)(_second_of_all)
