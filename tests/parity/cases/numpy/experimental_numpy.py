"""`tf.experimental.numpy`: each function over values and types, without NumPy's behavior and with.

Without, functions that cast integers to floats raise the error that says how to switch it on.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from tests.parity.case_helpers.numpy_behavior import numpy_behavior
from tests.parity.case_helpers.tables import of_dtype, outcomes, ramp
from tests.parity.harness import tolerance

TYPES = "float16 bfloat16 float32 float64 complex64 int8 int32 int64 uint8 uint32 bool".split()
MIXED = "float16 float32 complex64 int8 int32 uint8 bool".split()
NUMBERS = {
    "float": 1.5,
    "int": 3,
    "complex": 1 - 2j,
    "bool": True,
    "list": [2, 1.5],
    "ints": [3, 1],
}
INF, NAN = float("inf"), float("nan")
POINTS = [-2.5, -1, -0.5, 0, 0.5, 1, 2, INF, NAN]

ONE = (
    "abs absolute angle arccos arccosh arcsin arcsinh arctan arctanh around bitwise_not cbrt ceil "
    "conj conjugate cos cosh deg2rad exp exp2 expm1 fabs fix floor imag iscomplex iscomplexobj "
    "isfinite isinf isnan isneginf isposinf isreal isrealobj log log10 log1p log2 logical_not "
    "negative positive rad2deg real reciprocal round sign signbit sin sinc sinh sqrt square tan "
    "tanh"
).split()
TWO = (
    "add arctan2 bitwise_and bitwise_or bitwise_xor divide divmod equal float_power floor_divide "
    "gcd greater greater_equal heaviside hypot lcm less less_equal logaddexp logaddexp2 "
    "logical_and logical_or logical_xor maximum minimum mod multiply nextafter not_equal power "
    "remainder subtract true_divide isclose allclose array_equal append"
).split()
REDUCTIONS = "all any amax amin max min mean nanmean nanprod nansum prod ptp std sum var".split()
WITH_DTYPE = "cumprod cumsum mean nanmean nanprod nansum prod sum var".split()
KEEPING = "all any amax amin max min mean nanmean nanprod nansum prod ptp std sum var".split()


def _few(tf, dtype):
    values = [1, 3, 2] if dtype != "bool" else [1, 0, 1]
    return of_dtype(tf, values, dtype)


def _of_one(name, tf):
    """Every type, numbers of Python, and special values in floats."""
    f = getattr(tf.experimental.numpy, name)
    rows = {dtype: partial(f, _few(tf, dtype)) for dtype in TYPES}
    rows |= {key: partial(f, value) for key, value in NUMBERS.items()}
    rows["points"] = partial(f, tf.constant(POINTS))
    rows["numpy"] = partial(f, np.array([[0.25, -0.5]]))
    rows["empty"] = partial(f, tf.zeros([0, 2]))
    rows["string"] = partial(f, tf.constant("a"))
    rows["none"] = partial(f, None)
    return outcomes(rows)


def _of_two(name, tf):
    """All pairs of types, numbers of Python among them, shapes that broadcast or do not."""
    f = getattr(tf.experimental.numpy, name)
    rows = {}
    for dtype in MIXED:
        x = _few(tf, dtype)
        rows |= {f"{dtype} {d}": partial(f, x, of_dtype(tf, [2, 1, 2], d)) for d in MIXED}
        for key in ("float", "int", "complex", "bool"):
            rows[f"{dtype} {key}"] = partial(f, x, NUMBERS[key])
            if (key, dtype) != ("complex", "bool"):  # by 0: Eigen has several results
                rows[f"{key} {dtype}"] = partial(f, NUMBERS[key], x)
    rows["points"] = partial(f, tf.constant(POINTS), tf.constant(POINTS[::-1]))
    rows["points twice"] = partial(f, tf.constant(POINTS), tf.constant(POINTS))
    rows["broadcast"] = partial(f, tf.constant([[1.0], [2.0]]), tf.constant([3.0, 4.0]))
    rows["misfit"] = partial(f, tf.constant([1.0, 2.0]), tf.constant([3.0, 4.0, 5.0]))
    rows["lists"] = partial(f, [1, 2], [3.0, 4.0])
    rows["numpy"] = partial(f, np.float32(2), np.array([1, 2], np.int16))
    rows["scalar and array"] = partial(f, tf.constant([1, 2], tf.float32), np.float64(2))
    rows["empty"] = partial(f, tf.zeros([0]), tf.zeros([2, 1]))
    rows["string"] = partial(f, tf.constant("a"), tf.constant(["b", "a"]))
    rows["zero"] = partial(f, tf.constant([1, 2]), tf.constant([0, 1]))
    rows["negative"] = partial(f, tf.constant([-7, 6, 0]), tf.constant([2, -4, 5]))
    return outcomes(rows)


def _reduction(name, tf):
    """Types, axes, `keepdims`, `dtype`."""
    f = getattr(tf.experimental.numpy, name)
    rows = {dtype: partial(f, _few(tf, dtype)) for dtype in TYPES}
    rows |= {key: partial(f, value) for key, value in NUMBERS.items()}
    x = tf.constant([[1.0, NAN, 3.0], [4.0, 0.0, 6.0]])
    for axis in (None, 0, -1, (0, 1), [0], (), 2, 1.0):
        rows[f"axis {axis}"] = partial(f, x, axis=axis)
    rows["axis tensor"] = partial(f, x, axis=tf.constant(1))
    rows["empty"] = partial(f, tf.zeros([0, 2]), axis=0)
    rows["nothing"] = partial(f, [])
    if name in KEEPING:
        rows["keepdims"] = partial(f, x, axis=1, keepdims=True)
        rows["keepdims all"] = partial(f, x, keepdims=True)
    if name in WITH_DTYPE:
        for dtype in ("float32", "int32", "bool", float, np.complex64, tf.float16):
            rows[f"dtype {dtype}"] = partial(f, tf.constant([[1.0, 2.0]]), axis=0, dtype=dtype)
            rows[f"dtype {dtype} of ints"] = partial(f, tf.constant([[1, 2]]), 1, dtype)
    return outcomes(rows)


def _call(name, arguments, keywords):
    """One call of a function, its tensors made by functions of `tf`."""

    def call(tf):
        made = [a(tf) if callable(a) and not isinstance(a, type) else a for a in arguments]
        return getattr(tf.experimental.numpy, name)(*made, **keywords)

    return call


def _t(*shape, dtype="float32"):
    return lambda tf: tf.constant(ramp(shape, dtype))


# The calls of all other functions: name, then (arguments, keywords) of each call.
_V, _M, _A = _t(3), _t(2, 3), _t(2, 3, 2)
_I = _t(2, 3, dtype="int32")


def c(*arguments, **keywords):
    """A call."""
    return arguments, keywords


CALLS = {
    "arange": [
        c(5),
        c(5.0),
        c(1, 5),
        c(1, 5, 2),
        c(5, 1, -2),
        c(1, 0),
        c(-3),
        c(1, 2, 0.25),
        c(1, 5, 0),
        c(3, dtype=np.float32),
        c(3, dtype="int8"),
        c(0.5, 3, dtype=int),
    ],
    "array": [
        c(1),
        c(1.0),
        c(True),
        c([1, 2]),
        c([[1.0], [2]]),
        c([1.5, 2j]),
        c(_V, np.int32),
        c([5.5], int),
        c(2**63),
        c(1, ndmin=2),
        c(_M, ndmin=3),
        c(1, ndmin=33),
        c("a"),
        c([b"a", b"b"]),
        c(np.float32(1)),
        c(None),
        c([[1], [1, 2]]),
        c([], None),
        c(_V, copy=False),
        c(lambda tf: [tf.constant(1.0), 2]),
        c(lambda tf: tf.Variable([1, 2])),
    ],
    "asarray": [c(1), c([1.0, 2]), c(_V), c(_V, float), c(_I, "float32"), c(3, np.bool_)],
    "asanyarray": [c([1, 2]), c(_V, int)],
    "ascontiguousarray": [c(1), c(_M, np.float64)],
    "atleast_1d": [c(1), c(1, [2]), c(_M), c()],
    "atleast_2d": [c(1), c([1, 2], 3.0), c(_A)],
    "atleast_3d": [c(1), c([1, 2]), c(_M, _A)],
    "average": [
        c(_M),
        c(_I),
        c(_M, 0),
        c(_M, -1, returned=True),
        c(_M, weights=_M),
        c(_M, 1, [1, 2, 3]),
        c(_M, 0, [1.0, 2.0], True),
        c(_I, 0, [1, 2], True),
        c(_M, (0, 1)),
        c(_M, None, [1, 2]),
        c(_M, 0, [1, 2, 3]),
        c(_M, returned=True),
        c([1, 2]),
    ],
    "broadcast_arrays": [
        c(),
        c(1),
        c([1, 2], [[3.0]]),
        c([1, 2], [1, 2, 3]),
        c(1, subok=True),
        c(1, a=2),
    ],
    "broadcast_to": [c(1, (2, 2)), c([1.0, 2], [3, 2]), c(_V, 3), c(_V, [2])],
    "clip": [
        c(_V, 1.2, 1.6),
        c(_I, 2, 2.5),
        c(_V, None, 1.5),
        c(_V, 1.5, None),
        c(_V, None, None),
        c([1, 2, 3], [2, 2, 2], 2),
        c([1, 2], [[0], [2]], 5),
    ],
    "compress": [
        c([True, False], _M),
        c([True, False], _M, 0),
        c([0, 1, 1], _M, 1),
        c([1], _M, -1),
        c([[True]], _M),
        c([True], 3),
        c([True], _M, 2),
    ],
    "concatenate": [
        c([[1, 2], [3.0]]),
        c([[1], [2]], axis=-1),
        c((np.ones((1, 2), np.float32), np.zeros((1, 2), np.int32)), 1),
        c([]),
        c([[1], [2]], 3),
        c([[[1]], [2]]),
        c(_M),
    ],
    "copy": [c(1), c(_V)],
    "count_nonzero": [c(_V), c([[0, 1], [2, 0]], 0), c(True), c([0.0, NAN], -1)],
    "cross": [
        c(1, 2),
        c([1, 2, 3], 4),
        c([[1, 2, 3]], [1, 2, 3], 2),
        c([1, 2, 3], [4.0, 5, 6]),
        c([1, 2], [3, 4]),
        c([1, 2], [3, 4, 5]),
        c([[1, 2], [3, 4]], [5, 6]),
        c(_t(3, 2), _t(3, 2), axis=0),
        c(_t(3, 2), _t(2, 3), 0, 1, 0),
        c(_t(2, 3), _t(2, 3), axisc=0),
        c([1, 2, 3, 4], [1, 2, 3, 4]),
        c(_t(2, 2), _t(2, 3), axisc=0),
    ],
    "diag": [
        c([1, 2]),
        c([1.0, 2], 1),
        c([1, 2], -1),
        c([], 2),
        c(_M),
        c(_M, 1),
        c(_M, -1),
        c(_M, 3),
        c(_M, -2),
        c(1),
        c(_A),
    ],
    "diag_indices": [c(2), c(3, 3), c(-1), c(2, -1)],
    "diagflat": [c([[1, 2], [3, 4]]), c(_M, 1), c(5)],
    "diagonal": [
        c(_M),
        c(_A),
        c(_A, 1),
        c(_A, 0, 1, 2),
        c(_A, -1, 2, 0),
        c(_A, 5),
        c(_A, 0, -2, -1),
    ],
    "diff": [
        c(_V),
        c(_M),
        c(_M, 2),
        c(_M, axis=0),
        c([True, False, False]),
        c(_V, 0),
        c(_V, -1),
        c(_V, 1, 1),
        c([1, 4, 9], 5),
    ],
    "dot": [
        c(2, [1.0, 2]),
        c([1, 2], [3, 4]),
        c(_M, _V),
        c(_M, _t(3, 2)),
        c(_A, _t(2, 3)),
        c(_M, _A),
        c(_V, _V),
        c(_M, _M),
        c(_I, _V),
    ],
    "dsplit": [c(_A, 2), c(_A, [1]), c(_A, 3), c(_M, 1)],
    "dstack": [c([[1], [2.0]]), c([[[1, 2]], [[3, 4]]]), c([1, 2])],
    "einsum": [
        c("ij,j->i", _M, _V),
        c("ij,jk", _M, _t(3, 2)),
        c("i,i", [1, 2], [3.0, 4]),
        c("i,i", _V, _V, optimize="optimal"),
        c("i,i", _V, _V, optimize=True),
        c("i,i", _V, _V, optimize="no"),
        c("i,i", [1, 2], [3.0, 4], casting="no"),
        c("i,i", _V, _V, casting="x"),
        c("ii", [[1, 2], [3, 4]]),
    ],
    "empty": [c(2), c((0, 2), "int32")],
    "empty_like": [c(_V), c([1, 2], np.float32)],
    "expand_dims": [c(1, 0), c(_V, -1), c(_M, 1), c(_V, 3)],
    "eye": [
        c(2),
        c(2, 3),
        c(3, 2, 1),
        c(3, k=-1),
        c(2, 4, 2),
        c(4, 2, -2),
        c(4, 3, -1),
        c(2, 2, 5),
        c(2, k=-2),
        c(0),
        c(2, dtype=np.int8),
        c(2, dtype="bool"),
        c(2, dtype=None),
        c(3, 5, 1, int),
    ],
    "finfo": [],
    "flatten": [c(_M), c(_M, "F"), c(_A, "F"), c(_M, "K"), c(_M, "X"), c(1)],
    "flip": [c(_M), c(_M, 0), c(_M, -1), c(_V, 3), c(1), c([[1, 2]], 1)],
    "fliplr": [c([]), c(1), c(_M), c(_V)],
    "flipud": [c(_M), c(_V), c(1)],
    "full": [
        c(2, 1),
        c((2, 2), 1.5),
        c([2], [1, 2]),
        c((), 3),
        c(2, 1, np.float32),
        c([3], [1, 2]),
        c([2, 2], _t(2)),
    ],
    "full_like": [
        c(_M, 2),
        c([1, 2], 1.5),
        c(_V, [1, 2, 3], int),
        c(1, 2, order="C"),
        c(1, 2, subok=False),
        c(1, 2, shape=(2,)),
    ],
    "geomspace": [
        c(1, 1000, 4),
        c(1.0, 256, num=9),
        c(-1, -8, 4),
        c(1, 8, 4, False),
        c(1, 8, 4, True, np.float32),
        c([1, 2], [8, 16], 4, axis=1),
        c(1, 8, 4, dtype=np.int32),
    ],
    "hsplit": [c(_M, 3), c(_M, 2), c(_V, [1, 2]), c(_A, [2])],
    "hstack": [c([1, [2.0, 3]]), c([[[1]], [[2]]]), c([])],
    "identity": [c([1, 2]), c([]), c(2), c(3, "float32")],
    "inner": [c([1, 2], [3.0, 4]), c(_M, _V), c(_M, _M), c(2, _M), c(_V, [1, 2])],
    "isscalar": [c(1), c([1]), c(_V), c("a")],
    "ix_": [c([0, 1], [2]), c([True, False, True], [0]), c([1.0]), c([[1]]), c()],
    "kron": [c([1, 2], [3.0, 4]), c(_M, _V), c(_V, _M), c(_M, _t(2, 2)), c(2, [1, 2])],
    "linspace": [
        c(0, 1, 5),
        c(0, 1),
        c(0.0, 1.0, 4, False),
        c(0, 1, 3, retstep=True),
        c(0, 1, 3, False, True),
        c(0, 10, 4, dtype=int),
        c(0, 10, 4, dtype=None),
        c(0, 1, 1, retstep=True),
        c(0, 1, 1, False, True),
        c(0, 1, -1),
        c(0, 1, 0),
        c(_V, 1.0, 3),
        c(np.array([0.0, 1.0]), 2.0, 3, axis=1),
        c(np.float32(0), np.float32(1), 3),
        c(1j, 2, 3),
        c([1, 2], 3),
    ],
    "logspace": [
        c(0, 2, 3),
        c(0, 2, 3, False),
        c(0, 2, 3, base=2),
        c(0, 2, 3, dtype=int),
        c(0, 1, 2, dtype=np.float32),
    ],
    "matmul": [
        c([[1, 2]], [[3.0], [4]]),
        c(_M, _V),
        c(_t(2), _M),
        c(_V, _V),
        c(_A, _t(2, 2)),
        c(_A, _t(2, 2, 4)),
        c(_t(2), _A),
        c(_M, _M),
        c(_A, _A),
        c(2, _M),
        c(_M, 2),
        c(_t(2, 3, dtype="int8"), _t(3, 1, dtype="int8")),
    ],
    "meshgrid": [
        c([True, False], [1]),
        c([1.0], [True, False]),
        c([1, 2], [3.0, 4, 5]),
        c([1], [2], indexing="ij"),
        c(1),
        c([1], sparse=True),
        c([1], copy=False),
        c([1, 2], [3], indexing="x"),
    ],
    "moveaxis": [
        c(_A, 0, 2),
        c(_A, (0, 1), (1, 0)),
        c(_A, [0, -1], [1, 0]),
        c(_A, 0, 0),
        c(_A, (0, 1), (1,)),
        c(_A, 3, 0),
        c([[1, 2]], -1, 0),
    ],
    "ndim": [c(1), c([[1]]), c(_A)],
    "nonzero": [c([0, 1, 2]), c(_M), c(0), c([[True, False], [True, True]])],
    "ones": [c(2), c((2, 1), int), c([0], None), c((), "float32"), c(2, bool)],
    "ones_like": [c(_V), c([1, 2]), c([1.0], np.int8), c("a")],
    "outer": [c([1, 2], [3.0, 4]), c(_M, _V), c(2, 3)],
    "pad": [
        c(_M, [[1, 0], [0, 2]], "constant"),
        c(_V, [[1, 1]], "constant", constant_values=7),
        c(_V, [[1, 1]], "reflect"),
        c(_V, [[1, 1]], "symmetric"),
        c(_V, [[1, 1]], "edge"),
        c([1, 2], [[2, 2]], "reflect"),
    ],
    "polyval": [
        c([1, 2], 3.0),
        c([1.0, 2, 3], _V),
        c(2, [1, 2]),
        c([5], _V),
        c([], 1.0),
        c(_V, _M),
    ],
    "promote_types": [],
    "ravel": [c(1), c(_M), c([[1], [2.0]])],
    "repeat": [
        c(3, [2]),
        c(3, 2, 0),
        c(3, 2, 1),
        c(3, [1, 2]),
        c(3, 2),
        c([1, 2], 2),
        c(_M, 2, 0),
        c(_M, [1, 2], 0),
        c(_M, [1, 0, 2], -1),
        c(_M, [1, 2], 1),
        c([1, 2], [2, 1]),
        c(_V, -1),
    ],
    "reshape": [
        c([1, 2, 3, 4], (2, 2)),
        c(_M, 6),
        c(_M, [-1, 2]),
        c(_M, (3, 2), "F"),
        c(_M, 2),
        c(_M, 6, "A"),
        c(1, [1]),
    ],
    "roll": [c(_V, 1), c(_M, 1), c(_M, -1, 1), c(_M, (1, 1), (0, 1)), c(_M, 1, 5), c([1, 2], 3)],
    "rot90": [
        c(1),
        c([1, 2], 3),
        c(_M),
        c(_M, 2),
        c(_M, 3),
        c(_M, 4),
        c(_M, -1),
        c(_A, 1, (1, 2)),
        c(_A, 1, (-1, 0)),
        c(_V),
    ],
    "select": [
        c([[True, False, False], [True, True, False]], [[1, 2, 3], [4.0, 5, 6]]),
        c([True], [2], 7),
        c([], []),
        c([True], [1, 2]),
    ],
    "shape": [c(1), c([[1]]), c(_A)],
    "size": [c(1), c([1, 2]), c(_M), c(1, 0), c(True)],
    "split": [
        c(_V, 3),
        c(_V, [1]),
        c(_V, [1, 2]),
        c(_V, [2, 5]),
        c(_V, [2, 1]),
        c(_V, 2),
        c(_M, [1], 1),
        c(_M, [1], 2),
        c(_M, 3, -1),
        c(_V, []),
        c(_V, [5, 7]),
        c(_V, [-1]),
    ],
    "squeeze": [c([[1]]), c([[1, 2]], 0), c([[1, 2]], 1), c(_t(1, 2, 1), -1)],
    "stack": [c([1, 2.0]), c([[1, 2], [3.0, 4]], 1), c(_M), c(_M, 1), c([]), c([[1], [1, 2]])],
    "swapaxes": [
        c(_M, np.int64(0), 1),
        c(_V, np.int64(0), 1),
        c(_M, lambda tf: tf.constant(0), -1),
        c(_M, 0, 1),
        c(_A, -1, 0),
        c(_A, 0, 3),
        c([[1, 2]], 0, -1),
    ],
    "take": [
        c(_M, [0, 5]),
        c(_M, [0, 2, 1], 1),
        c(_M, [-1, 7], mode="wrap"),
        c(_M, [-1, 7]),
        c(_M, 1, 0),
        c(_M, [0], mode="raise"),
        c(_M, [0], mode="x"),
        c(_M, [0], out=1),
        c([1, 2], [[0], [1]]),
    ],
    "take_along_axis": [
        c(_M, [[0], [2]], 1),
        c(_M, [[0, 1, 1]], 0),
        c(_M, [[-1], [0]], -1),
        c(_V, [0, 2], 0),
        c(_M, [3, 4], None),
        c(_t(1, 3), [[0], [1]], 1),
        c(_A, [[[1]]], 2),
        c(_M, [[0, 1]], 0),
    ],
    "tensordot": [
        c(_M, _t(3, 2), 1),
        c(_M, _M),
        c(_M, _M, [[0], [0]]),
        c([1, 2], [3.0, 4], 0),
        c(_M, _M, 3),
    ],
    "tile": [
        c([1, 2], 2),
        c(_M, (2, 1)),
        c(_V, (2, 2)),
        c(_M, 2),
        c(_A, [2]),
        c(1, 3),
        c(_V, 0),
        c([1], []),
    ],
    "trace": [
        c(_M),
        c(_M, 1),
        c(_I),
        c(_A),
        c(_A, 0, 1, 2),
        c(_A, 1, 0, 2),
        c(_I, dtype=float),
        c(_M, 7),
        c([[True, False], [True, True]]),
        c(_I, 1, dtype="float32"),
    ],
    "transpose": [c(_M), c(_A, (1, 0, 2)), c([[1, 2]]), c(_M, [0]), c(_V)],
    "tri": [
        c(2),
        c(2, 3),
        c(3, 2, 1),
        c(3, 3, -1),
        c(2, 2, -5),
        c(2, 2, 5),
        c(2, dtype=int),
        c(2, 2, -1, bool),
        c(0),
        c(2, 2, -3),
    ],
    "tril": [c([[1, 2], [3, 4]]), c(_M, 1), c(_A, -1), c(_V), c(1), c([[True, True]])],
    "triu": [c([[1, 2], [3, 4]]), c(_M, 1), c(_A, -1), c(_V)],
    "vander": [c(1), c([1, 2, 3]), c(_V, 2), c([2.0], 3, True), c([1, 2], -1), c(_M), c(_V, 0)],
    "vdot": [c([1, 2], [3.0, 4]), c([1j, 2], [3, 1j]), c(_M, _M), c(_M, _V)],
    "vsplit": [c(_M, 2), c(_M, [1]), c(_V, 3), c(_V, 2)],
    "vstack": [c([1, 2.0]), c([[1, 2], [[3, 4], [5, 6]]]), c([[1], [1, 2]])],
    "where": [
        c([True, False], 1, 2.0),
        c([1, 0], [1, 2], [[3], [4]]),
        c([0, 1]),
        c(_M),
        c([True], 1),
        c([True, False], _t(2), 0),
        c(True, 1, 2),
    ],
    "zeros": [c(2), c((1, 2), np.int32), c([0]), c((), None), c(2, "bool"), c(2, str)],
    "zeros_like": [c(_V), c([1, 2], float), c([True]), c("a"), c(2.5)],
    "argmax": [
        c([1, 3, 2]),
        c(_M, 1),
        c(_M),
        c(5),
        c([[True, False]], 0),
        c(_V, 2),
        c([NAN, 1.0]),
        c([]),
    ],
    "argmin": [c([3, 1, 2]), c(_M, 0), c(_M, -1), c(5, 0)],
    "argsort": [
        c([3, 1, 2]),
        c([[3, 1], [1, 2]], 0),
        c([[3.0, 1], [1, 2]], None),
        c(5),
        c([1, 1, 0], kind="stable"),
        c([1], kind="mergesort"),
        c([1], order="a"),
        c([1j]),
    ],
    "sort": [
        c([3, 1, 2]),
        c([[3, 1], [1, 2]], 0),
        c([[3.0, 1], [1, 2]], None),
        c(5),
        c([1], kind="stable"),
        c([1], order="a"),
        c(_V),
    ],
    "cumsum": [
        c([1, 2, 3]),
        c(_M),
        c(_M, 1),
        c(_I, 0, np.float64),
        c(_t(2, dtype="int8")),
        c(_t(2, dtype="uint8")),
        c([True, True]),
        c(_M, 2),
        c(1),
    ],
    "cumprod": [c([1, 2, 3]), c(_M), c(_M, -1), c(_t(3, dtype="int8"), dtype=np.int8)],
    "var": [
        c(_V, ddof=1),
        c(_M, 0, ddof=1),
        c(_M, -1, np.float64, ddof=1),
        c(_I, ddof=1),
        c(_V, out=1),
        c([1j, 2], ddof=1),
        c(_M, 0, float, keepdims=True),
    ],
    "mean": [c(_V, out=1), c(_I, 0, None, None, True)],
    "amax": [c(_V, None, 1)],
    "isclose": [
        c([1.0, 2], [1.0, 2.1], 0.1),
        c(NAN, NAN, equal_nan=True),
        c([1, 2], [1, 3]),
        c(1.0, 1.1, atol=0.2),
        c(1j, 1j + 1e-9),
    ],
    "allclose": [c([1.0, NAN], [1.0, NAN], equal_nan=True), c([1, 2], [1, 2])],
    "around": [c(_V, 1), c([15, 25], -1), c(2.567, 2), c([0.5, 1.5])],
    "angle": [c([1j, -1], True), c([-1.0, 1], deg=True), c(1 + 1j)],
    "array_equal": [c([1], [1, 2]), c([1], [[1]]), c([1, 2], [1.0, 2])],
    "append": [c([1], [2.0]), c([[1]], [[2]], 0), c([[1]], [2], 0)],
    "maximum": [c(_V, 0), c(_V, 0.0), c(_V, False), c([True], 0)],
    "sign": [c(1, out=1), c(1, where=1), c(1, casting="no"), c([1 + 1j, 0])],
}


def _calls(name, tf):
    return outcomes(
        {
            f"{number}": partial(_call(name, arguments, keywords), tf)
            for number, (arguments, keywords) in enumerate(CALLS[name])
        }
    )


def _with_behavior(case, **behavior):
    def on(tf):
        with numpy_behavior(tf, **behavior):
            return case(tf)

    return on


def _wide(function):
    return tolerance(rtol=2e-5, atol=1e-6)(function)


def _both(name, table, names):
    return {
        f"{one}{name}{mode}": _wide(wrap(partial_case(table, one)))
        for one in names
        for mode, wrap in (("", lambda case: case), (" with behavior", _with_behavior))
    }


def partial_case(table, name):
    """A case of a table of functions."""

    def case(tf):
        return table(name, tf)

    return case


CASES = {
    **_both(" of one", _of_one, ONE),
    **_both(" of two", _of_two, TWO),
    **_both(" reduced", _reduction, REDUCTIONS),
    **_both("", _calls, [name for name, calls in CALLS.items() if calls]),
}


def refusals_by_kind(tf):
    """Which error comes first."""
    numpy = tf.experimental.numpy
    x = tf.constant([[1.0, 2.0], [3.0, 4.0]])
    weights = tf.constant([1.0, 2.0])
    return outcomes(
        {
            "average of a scalar": lambda: numpy.average(2.0, axis=-1, weights=weights),
            "ones of no type": lambda: numpy.ones(-1, dtype=None),
            "repeat by a float": lambda: numpy.repeat(x, 1.5),
            "repeat a scalar": lambda: tf.repeat(1.0, 1.5),
            "take uint64": lambda: numpy.take(x, tf.constant(1, tf.uint64), mode="raise"),
            "take and raise": lambda: numpy.take(x, 1, mode="raise"),
            "take otherwise": lambda: numpy.take(x, 1, mode="other"),
            "take along less": lambda: numpy.take_along_axis(x, tf.constant([0, 1]), -1),
            "diagflat of texts": lambda: numpy.diagflat(tf.constant(["a", "b"])),
            "max of nothing": lambda: numpy.max(tf.zeros([0, 1, 3], tf.uint32), axis=[0, 2]),
            "min of nothing": lambda: numpy.min(tf.zeros([2, 0], tf.uint64), axis=1),
            "fill by a matrix": lambda: tf.constant([[1]], shape=[2]),
        }
    )
