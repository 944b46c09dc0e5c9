"""The modes "safe" and "all" of `experimental_enable_numpy_behavior`: weak types and promotion."""

from __future__ import annotations

import operator
from functools import partial

import numpy as np

from tests.parity.case_helpers.elements import named
from tests.parity.case_helpers.numpy_behavior import numpy_behavior
from tests.parity.case_helpers.tables import of_dtype, outcomes
from tests.parity.harness import attempt, tolerance

_STRONG = (
    "bool uint8 uint16 uint32 uint64 int8 int16 int32 int64 bfloat16 float16 float32 float64 "
    "complex64 complex128"
).split()
_WEAK = "int32 int64 float32 float64 complex128".split()
_PYTHON = {
    "True": True,
    "2": 2,
    "2.5": 2.5,
    "1j": 1j,
    "text": "a",
    "list": [1, 2],
    "mixed": [1, 2.5],
    "none": None,
    "large": 2**40,
    "empty": [],
}


def _told(outcome):
    """A result, with a mark if it is weak; of an exception the class."""
    if isinstance(outcome, Exception):
        return f"raises {type(outcome).__name__}"
    if isinstance(outcome, (list, tuple)):
        return [_told(item) for item in outcome]
    if hasattr(outcome, "to_tensor"):
        return "weak", outcome.to_tensor()
    return outcome


def _weak(tf, values, dtype):
    """A weak tensor of a given type: nothing but sums of weak ones make those of 64 bits."""
    if dtype == "float64":
        return tf.constant(values) + tf.zeros([], tf.int32) + 0.0
    x = tf.constant(values, None)
    if dtype == "complex128":
        return x + 0j
    return x if dtype == "int32" else x * 1.0


def _operands(tf):
    results = {d: of_dtype(tf, [1, 2], d) for d in [*_STRONG, "string"]}
    return results | {f"weak {d}": _weak(tf, [3, 4], d) for d in _WEAK if d != "int64"}


def _pairs(mode, name, only=None):
    f = getattr(operator, name)

    def case(tf):
        with numpy_behavior(tf, dtype_conversion_mode=mode):
            operands = attempt(_operands, tf)
            if isinstance(operands, Exception):  # "safe" knows no weak float64 of integers
                operands = {d: of_dtype(tf, [1, 2], d) for d in [*_STRONG, "string"]}
                operands |= {f"weak {d}": _weak(tf, [3, 4], d) for d in ("int32", "float32")}
            rows = {}
            for d, x in operands.items():
                if only and d not in only:
                    continue
                for other, y in operands.items():
                    rows[f"{d} {other}"] = _told(attempt(f, x, y))
                if d in ("float32", "int32", "bool", "weak float32", "float16"):
                    for other, y in _PYTHON.items():
                        if other == "large" and d.startswith("weak"):
                            continue
                        rows[f"{d} {other}"] = _told(attempt(f, x, y))
                        rows[f"{other} {d}"] = _told(attempt(f, y, x))
            return rows

    return tolerance(1e-3)(case)


def _function(name, *calls, without=()):
    """A function of arguments of each kind: weak, strong, of Python, NumPy and variables."""

    def case(tf):
        with numpy_behavior(tf, dtype_conversion_mode="all"):
            f = named(tf, name)
            kinds = {
                "weak": tf.constant([[1.5, 0.25], [-1.0, 2.0]]),
                "weak int": tf.constant([[1, 2], [3, 4]]),
                "strong": tf.convert_to_tensor([[0.5, 0.25], [1.0, 2.0]]),
                "half": tf.constant(np.array([[0.5, 0.25], [1.0, 2.0]], np.float16)),
                "list": [[1.5, 0.25], [-1.0, 2.0]],
                "number": 2,
                "numpy": np.array([[1.5, 0.25], [0.5, 1.0]]),
                "small": np.array([[1, 2], [1, 3]], np.int8),
                "variable": tf.Variable(np.float32([[1.5, 0.25], [0.5, 1.0]])),
                "truth": True,
            }
            for kind in without:
                del kinds[kind]
            rows = {}
            for kind, x in kinds.items():
                for key, call in enumerate(calls):
                    rows[f"{kind} {key}"] = _told(attempt(call, tf, f, x))
            return rows

    return tolerance(1e-3)(case)


def _one(tf, f, x):
    return f(x)


_OF_ONE = (
    "abs acos acosh asin asinh atan atanh cos cosh exp floor identity negative ones_like round "
    "sigmoid sign sin sinh sqrt square stop_gradient tan tanh transpose zeros_like reduce_sum "
    "reduce_max reduce_min reduce_mean reduce_prod reduce_logsumexp norm math.angle math.ceil "
    "math.conj math.digamma math.erf math.erfc math.erfcinv math.erfinv math.expm1 math.imag "
    "math.lgamma math.log math.log1p math.log_sigmoid math.log_softmax math.ndtri math.real "
    "math.reciprocal math.reciprocal_no_nan math.reduce_euclidean_norm math.reduce_std "
    "math.reduce_variance math.rint math.rsqrt math.softplus math.bessel_i0 math.special.bessel_k1 "
    "math.special.dawsn math.l2_normalize math.is_non_decreasing nn.gelu nn.leaky_relu nn.relu "
    "nn.relu6 nn.silu nn.softmax linalg.diag_part linalg.matrix_transpose linalg.trace "
    "experimental.numpy.abs experimental.numpy.sum experimental.numpy.mean experimental.numpy.var "
    "experimental.numpy.cumsum experimental.numpy.arccosh experimental.numpy.log "
    "experimental.numpy.array experimental.numpy.argsort experimental.numpy.sort "
    "experimental.numpy.logical_not experimental.numpy.prod experimental.numpy.nansum "
    "experimental.numpy.tril experimental.numpy.triu experimental.numpy.result_type "
    "experimental.numpy.exp2 experimental.numpy.average"
).split()
_SPECIAL = {
    "reshape": lambda tf, f, x: f(x, [-1]),
    "expand_dims": lambda tf, f, x: f(x, 0),
    "squeeze": lambda tf, f, x: f(x),
    "clip_by_value": lambda tf, f, x: f(x, 0, 1),
    "scalar_mul": lambda tf, f, x: f(2, x),
    "constant": lambda tf, f, x: f(x),
    "cast": lambda tf, f, x: f(x, tf.float64),
    "convert_to_tensor": lambda tf, f, x: f(x),
    "debugging.check_numerics": lambda tf, f, x: f(x, "numbers"),
    "is_tensor": lambda tf, f, x: f(x),
    "shape": lambda tf, f, x: f(x),
}


def _each():
    return [
        lambda tf, f, x, y=y: f(x, y(tf))
        for y in (
            lambda tf: tf.constant([[2, 1], [1, 1]]),
            lambda tf: tf.convert_to_tensor(np.float16([[2, 1], [1, 1]])),
            lambda tf: 1.5,
            lambda tf: 2,
        )
    ]


_OF_TWO = (
    "add subtract multiply divide truediv realdiv truncatediv truncatemod maximum minimum pow "
    "equal matmul math.floordiv math.floormod math.mod math.divide_no_nan "
    "math.multiply_no_nan linalg.matvec nn.log_poisson_loss "
    "nn.sigmoid_cross_entropy_with_logits experimental.numpy.add experimental.numpy.matmul "
    "experimental.numpy.logaddexp experimental.numpy.maximum experimental.numpy.kron "
    "experimental.numpy.where experimental.numpy.full_like"
).split()

CASES = {
    f"{mode}_{name}": _pairs(mode, name)
    for mode, names in (("all", "add"), ("safe", "add"))
    for name in names.split()
}
CASES |= {
    f"all_{name}": _pairs("all", name, ("float32", "int32", "weak float32", "bool", "uint8"))
    for name in "sub mul truediv floordiv mod pow and_ or_ xor lt le gt ge eq ne".split()
}
CASES |= {f"one_{name}": _function(name, _one) for name in _OF_ONE}
CASES |= {f"one_{name}": _function(name, call) for name, call in _SPECIAL.items()}
CASES |= {f"two_{name}": _function(name, *_each()) for name in _OF_TWO}
for _name in ["bitwise.bitwise_and"]:  # these do not promote
    CASES[f"two_{_name}"] = _function(_name, *_each(), without=["variable", "list"])
CASES["orders"] = _function(
    "linalg.norm",
    *[lambda tf, f, x, order=order: f(x, order) for order in (1, 1.5, 3, np.inf)],
)


def result_types(tf):
    """`tf.experimental.numpy.result_type` of values and of names of types."""
    numpy = tf.experimental.numpy
    names = [
        int,
        float,
        complex,
        bool,
        np.int64,
        np.float32,
        np.dtype("int64"),
        np.dtype("float64"),
    ]
    with numpy_behavior(tf, dtype_conversion_mode="all"):
        rows = {str(name): partial(numpy.result_type, name) for name in [*names, tf.int8, "a"]}
        rows["nothing"] = numpy.result_type
        rows["several"] = partial(numpy.result_type, [1, 2.5], tf.int8, None)
        rows["large"] = partial(numpy.result_type, 2**31)
        rows["object"] = partial(numpy.result_type, object())
        rows["ragged"] = lambda: numpy.result_type(tf.ragged.constant([[1.0]]))
        rows["text and number"] = partial(numpy.result_type, tf.string, 1)
        return {key: _told(attempt(row)) for key, row in rows.items()}


def constants(tf):
    """`tf.constant` makes weak tensors, and converts tensors where a type is given."""
    with numpy_behavior(tf, dtype_conversion_mode="all"):
        weak = tf.constant([1.5, 2.0])
        rows = {
            "weak": lambda: tf.constant(weak),
            "weak to double": lambda: tf.constant(weak, tf.float64),
            "weak to a name": lambda: tf.constant(weak, "float64"),
            "weak to int": lambda: tf.constant(weak, tf.int32),
            "up": lambda: tf.constant(tf.convert_to_tensor(np.int16(1)), tf.int32),
            "down": lambda: tf.constant(tf.convert_to_tensor(np.int32(1)), tf.int16),
            "typed": lambda: tf.constant(1, tf.float32),
            "shape": lambda: tf.constant([1.0], shape=[2]),
            "nested": lambda: tf.constant([[1], [2.5]]),
            "truths": lambda: tf.constant([True, 2]),
            "mixed": lambda: tf.constant(["a", 1]),
            "variable": lambda: tf.constant(tf.Variable(1.0)),
            "numpy": lambda: tf.constant(np.float32(1)),
            "large": lambda: tf.constant(2**40),
        }
        return {key: _told(attempt(row)) for key, row in rows.items()}


def conversions(tf):
    """Plain values become tensors of the type to which their parts promote."""
    with numpy_behavior(tf, dtype_conversion_mode="all"):
        rows = {
            "numpy in a list": lambda: tf.convert_to_tensor([np.int64(5), np.int64(5)]),
            "mixed": lambda: tf.convert_to_tensor([2, 1j]),
            "numpy and float": lambda: tf.convert_to_tensor([np.float64(1), 2.5]),
            "empty rows": lambda: tf.stack([[], [1]]),
            "large": lambda: tf.convert_to_tensor(2**40),
            "large as": lambda: tf.convert_to_tensor(2**40, tf.int64),
            "huge": lambda: tf.convert_to_tensor(1e300),
            "object": lambda: tf.convert_to_tensor(object()),
            "time": lambda: tf.convert_to_tensor(np.timedelta64(1)),
            "text": lambda: tf.convert_to_tensor(np.array(["a", "b"])),
        }
        return {key: _told(attempt(row)) for key, row in rows.items()}


def conversions_when_safe(tf):
    """The type that is asked for has to be safe, too."""
    with numpy_behavior(tf, dtype_conversion_mode="safe"):
        rows = {
            "narrow": lambda: tf.convert_to_tensor(np.array([1, 2]), tf.float32),
            "wide": lambda: tf.convert_to_tensor(np.array([1, 2], np.int8), tf.float32),
            "number": lambda: tf.convert_to_tensor(1, tf.float16),
            "constant": lambda: tf.constant(np.array([1, 2]), tf.float32),
            "list": lambda: tf.convert_to_tensor([np.int8(1), np.uint8(2)]),
        }
        return {key: _told(attempt(row)) for key, row in rows.items()}


def variables(tf):
    """Variables take part, and keep their own type."""
    with numpy_behavior(tf, dtype_conversion_mode="all"):
        v, i = tf.Variable([1.5, 2.0]), tf.Variable([1, 2])
        rows = {
            "add": lambda: (v + 1, i + 1.5, 1 + v, v + i, i * tf.constant([1.5, 2.0])),
            "equal": lambda: (v == 1.5, i == 1.0),
            "less": lambda: v < i,
            "of weak": lambda: tf.Variable(tf.constant([1, 2])).dtype.name,
            "assign": lambda: v.assign([1, 2]).value(),
            "assign float to int": lambda: i.assign([1.5, 2.5]),
            "assign weak": lambda: v.assign_add(tf.constant([1, 1])).value(),
            "assign wide": lambda: v.assign_sub(np.array([1.0, 2.0])),
            "assign narrow": lambda: v.assign_sub(np.array([1, 2], np.int8)).value(),
        }
        return {key: _told(attempt(row)) for key, row in rows.items()}


def weak_tensors(tf):
    """What a weak tensor is and has."""
    with numpy_behavior(tf, dtype_conversion_mode="all"):
        w, i = tf.constant([[1.5, 0.25], [-1.0, 2.0]]), tf.constant([3, 4])
        rows = {
            "text": lambda: (str(w), repr(w), str(i[0]), f"{sum(i)}"),
            "class": lambda: (
                type(w).__name__,
                isinstance(w, tf.Tensor),
                isinstance(w, tf.Variable),
            ),
            "format": lambda: f"{tf.constant(3):4d}|{tf.constant(2.5):.2f}",
            "to_tensor": lambda: w.to_tensor(),
            "index": lambda: (w[0], w[0, 1], w[:, ::-1], w[[1, 0]]),
            "iter": lambda: list(w),
            "len": lambda: (len(w), w.ndim, w.shape.as_list(), w.dtype.name),
            "numbers": lambda: (
                int(tf.constant(3)),
                float(tf.constant(3)),
                complex(tf.constant(3)),
            ),
            "index of a list": lambda: [5, 6, 7][tf.constant(1)],
            "truth": lambda: (bool(tf.constant(0)), bool(tf.constant(2.0))),
            "array": lambda: (np.asarray(w), w.numpy(), np.array(i) + 1),
            "hash": lambda: hash(w),
            "nest": lambda: tf.nest.flatten([w, i]),
            "expanded": lambda: tf.nest.flatten(w, expand_composites=True),
            "in a list": lambda: (tf.stack([i, i]), tf.convert_to_tensor([i, i])),
            "other type": lambda: tf.convert_to_tensor(w, tf.float64),
            "bools": lambda: tf.reduce_all(w),
            "methods": lambda: (w.T, w.reshape(4), w.ravel(), w.max(), w.mean(0), w.astype("int8")),
            "lists": lambda: (w.tolist(), w.size, w.data is w, +w),
            "unary": lambda: (-w, abs(w), ~i, round(w)),
            "no such": lambda: w.nothing,
            "name": lambda: w.name,
            "print": lambda: tf.print(w, i),
            "written": lambda: tf.strings.format("{} {}", [w, i]),
            "one written": lambda: tf.strings.format("{}", w),
            "ragged": lambda: tf.add(tf.ragged.constant([[1.0]]), 1.0).to_list(),
        }
        return {key: _told(attempt(row)) for key, row in rows.items()}


def gradients(tf):
    """Gradients by weak tensors are weak, and casts on the way are undone."""
    with numpy_behavior(tf, dtype_conversion_mode="all"):
        w = tf.constant([1.5, 2.0])
        h = tf.convert_to_tensor(np.float16([2, 3]))
        d = tf.convert_to_tensor(np.float64([1, 4]))
        v = tf.Variable(np.float32([0.5, 0.25]))
        with tf.GradientTape(persistent=True) as tape:
            tape.watch([w, h, d])
            y = w * w + 3
            z = h * w * v + d
            u = tf.reduce_sum(tf.exp(w) * 2)
        return {
            "values": _told([y, z, u]),
            "weak": _told(tape.gradient(y, w)),
            "nested": _told(tape.gradient([y, z], [w, h, d, v])),
            "of a sum": _told(tape.gradient(u, [w])),
            "unconnected": _told(tape.gradient(u, d, unconnected_gradients="zero")),
        }


def legacy_compositions(tf):
    """Functions made of operators promote in the mode "legacy", too."""
    with numpy_behavior(tf):
        i, x = tf.constant([1, 2]), tf.constant([0.5, 1.5])
        b = tf.constant([1, 2], tf.int8)
        rows = {
            "divide": lambda: (tf.divide(i, x), tf.divide(x, i), tf.divide(1, x), tf.divide(3, 2)),
            "divide small": lambda: tf.divide(b, x),
            "truediv": lambda: tf.math.truediv(i, x),
            "erfcinv": lambda: (tf.math.erfcinv(x), tf.math.erfcinv(i)),
            "angle": lambda: tf.math.angle(i),
            "angle of floats": lambda: tf.math.angle(x),
            "poisson": lambda: tf.nn.log_poisson_loss(i, x),
            "poisson in full": lambda: tf.nn.log_poisson_loss(i, x, compute_full_loss=True),
            "entropy": lambda: tf.nn.sigmoid_cross_entropy_with_logits(b, x),
            "entropy of wide": lambda: tf.nn.sigmoid_cross_entropy_with_logits(i, x),
            "normalize": lambda: tf.math.l2_normalize(i),
            "norm": lambda: tf.norm(i, 3),
        }
        return {key: _told(attempt(row)) for key, row in rows.items()}


def afterwards(tf):
    """Once it is off again, nothing is weak."""
    with numpy_behavior(tf, dtype_conversion_mode="all"):
        inside = type(tf.add(1, 2)).__name__
    return outcomes(
        {
            "inside": lambda: inside,
            "add": lambda: tf.add(1, 2),
            "constant": lambda: tf.constant(1.5),
            "operator": lambda: tf.constant(1) + tf.constant(1.5),
            "assign": lambda: tf.Variable(1.5).assign(2).value(),
            "abs": lambda: tf.abs(-1),
        }
    )
