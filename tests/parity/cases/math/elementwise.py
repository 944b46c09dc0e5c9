"""Element-wise functions of one and two numbers: values, gradients, types, arguments, errors."""

import numpy as np

from tests.parity.case_helpers.elements import (
    arguments_of_one,
    arguments_of_two,
    brief,
    constant,
    gradients_of_one,
    gradients_of_two,
    named,
    values_of_one,
    values_of_two,
)
from tests.parity.harness import attempt, exact_message, tolerance

_ONE = (
    "abs acos acosh asin asinh atan atanh cos cosh exp floor negative round sigmoid sign sin sinh "
    "sqrt square tan tanh math.ceil math.expm1 math.log math.log1p math.log_sigmoid "
    "math.reciprocal "
    "math.reciprocal_no_nan math.rint math.rsqrt math.softplus math.softsign "
    "math.real math.imag math.conj math.angle"
).split()
_TWO = (
    "add atan2 divide math.divide_no_nan math.floordiv math.floormod maximum minimum multiply "
    "math.multiply_no_nan pow realdiv math.squared_difference subtract truediv truncatediv "
    "truncatemod"
).split()
_NO_ZERO = {
    "divide",
    "truediv",
    "realdiv",
    "math.floordiv",
    "math.floormod",
    "truncatediv",
    "truncatemod",
}
_PARAMETER = {
    "math.softplus": "features",
    "math.softsign": "features",
    "math.real": "input",
    "math.imag": "input",
    "math.angle": "input",
}

CASES = {}
for _name in _ONE:
    CASES[f"{_name} values"] = values_of_one(_name)
    CASES[f"{_name} gradients"] = gradients_of_one(_name)
    CASES[f"{_name} arguments"] = arguments_of_one(_name, parameter=_PARAMETER.get(_name, "x"))
# 1 - tanh(4)**2 in float32 has three digits.
CASES["tanh gradients"] = tolerance(rtol=1e-3)(CASES["tanh gradients"])
for _name in _TWO:
    CASES[f"{_name} values"] = values_of_two(_name, zero=_name not in _NO_ZERO)
    CASES[f"{_name} gradients"] = gradients_of_two(_name)
    CASES[f"{_name} arguments"] = arguments_of_two(
        _name, parameters=("y", "x") if _name == "atan2" else ("x", "y")
    )


def _lists(tf):
    x, y = tf.constant([1.0, 2.0]), tf.constant([3.0, 4.0])
    v = tf.Variable([5.0, 6.0])
    slices = tf.IndexedSlices(tf.constant([[1.0, 2.0]]), tf.constant([1]), tf.constant([2, 2]))
    whole = tf.constant([[1.0, 2.0], [3.0, 4.0]])
    return [
        [x, y],
        (x, y, v),
        [x],
        [v],
        [v, v],
        [slices],
        [slices, whole],
        [slices, slices],
        [x, [1.0, 2.0]],
        [[1.0, 2.0], x],
        [1, 2, 3],
        [1, 2.5],
        [np.float64(1), 2.0],
        [x, tf.constant([1.0, 2.0], tf.float64)],
        [x, whole],
        [x, tf.constant(1.0)],
        [tf.constant([], tf.float32)] * 2,
        [tf.constant(2**31 - 1), 1],
        [tf.constant([200], tf.uint8), tf.constant([100], tf.uint8)],
        [tf.constant([2**16 - 1], tf.uint16), tf.constant([2], tf.uint16)],
        [tf.constant(1j), tf.constant(2j)],
        [tf.constant(True), tf.constant(True)],
        [tf.constant("a"), tf.constant("b")],
        [],
        (),
        None,
        x,
        3,
        whole,
        [None],
        [x, None],
        {"a": 1},
        iter([x]),
    ]


def add_n(tf):
    return [brief(attempt(tf.add_n, values)) for values in _lists(tf)]


def add_n_named(tf):
    x = tf.constant([1.0, 2.0])
    return tf.add_n([x], name="a"), tf.add_n([x], name="a") is x, tf.add_n([x]) is x


def accumulate_n(tf):
    x = tf.constant([1.0, 2.0])
    f = tf.math.accumulate_n
    return [brief(attempt(f, values)) for values in _lists(tf)] + [
        f([x, x], shape=[2]),
        f([x, x], shape=[None], tensor_dtype=tf.float32),
        brief(attempt(f, [x, x], shape=[3])),
        brief(attempt(f, [x, x], tensor_dtype=tf.float64)),
        f([x]) is x,
        f([x], name="a") is x,
    ]


def add_n_gradients(tf):
    x, y = tf.constant([1.0, 2.0]), tf.Variable([3.0, 4.0])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        z = tf.add_n([x * y, x, x, y, tf.constant([1.0, 1.0])])
        one = tf.add_n([x])
        accumulated = tf.math.accumulate_n([x * x, y])
    return (
        tape.gradient(z, [x, y]),
        tape.gradient(one, [x, one]),
        tape.gradient(accumulated, [x, y]),
    )


def scalar_mul(tf):
    x = tf.constant([1.0, 2.0])
    slices = tf.IndexedSlices(x, tf.constant([0, 2]), tf.constant([3]))
    f = tf.scalar_mul
    rows = [
        (2, x),
        (2.5, x),
        (tf.constant(3.0), x),
        (tf.Variable(3.0), x),
        (2, slices),
        (tf.constant(2.0), slices),
        (2.5, tf.constant([1, 2])),
        (tf.constant(2), x),
        ([2.0], x),
        (x, x),
        (2, 3.0),
        (2, [1.0]),
        (2, np.array([1.0, 2.0])),
        (2, tf.Variable([1.0])),
        (None, x),
        ("a", x),
        (2, None),
        (True, tf.constant(True)),
    ]
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = f(3.0, x)
        z = f(x[0], x)
    return (
        [brief(attempt(f, *row)) for row in rows],
        tape.gradient(y, x),
        tape.gradient(z, x),
        f(scalar=2.0, x=x, name="a"),
    )


def polyval(tf):
    f = tf.math.polyval
    x = tf.constant([1.0, 2.0])
    rows = [
        ([1.0, 2.0, 3.0], x),
        ([x, x], x),
        ([2.0], x),
        ([], x),
        ([1, 2], 3),
        ([1.0, 2.0], tf.Variable(3.0)),
        ([1, 2], x),
        ((1.0, 2.0), x),
        (x, x),
        ([[1.0], [2.0]], x),
        ([[1.0], [2.0]], [[1.0, 2.0]]),
    ]
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = f([1.0, 2.0, 3.0], x)
        constant = f([2.0], x)
        nothing = f([], x)
    return (
        [brief(attempt(f, *row)) for row in rows],
        tape.gradient(y, x),
        tape.gradient(constant, x),
        tape.gradient(nothing, [x, nothing]),
    )


def division_by_zero(tf):
    results = []
    for name in ("math.floordiv", "math.floormod", "truncatediv", "truncatemod", "divide"):
        f = named(tf, name)
        for dtype in ("int8", "int32", "uint8", "uint16", "uint64", "float32"):
            for x, y in (([1, 2], [0, 1]), (7, 0), ([], 0), ([], []), (0, 0)):
                results.append(brief(attempt(f, constant(tf, x, dtype), constant(tf, y, dtype))))
    return results


@exact_message
def messages(tf):
    i, f, b = tf.constant([1, 2]), tf.constant([1.0, 2.0, 3.0]), tf.constant(True)
    return [
        attempt(tf.subtract, i, f),
        attempt(tf.add, i, f),
        attempt(tf.divide, i, f),
        attempt(tf.subtract, i, tf.constant([1, 2, 3])),
        attempt(tf.multiply, tf.zeros([2, 3]), tf.zeros([3, 2])),
        attempt(tf.math.floordiv, i, 0),
        attempt(tf.pow, i, -1),
        attempt(tf.add, f, None),
        attempt(tf.add, i, 1.5),
        attempt(tf.subtract, i, 1.5),
        attempt(tf.divide, b, b),
        attempt(tf.add_n, []),
        attempt(tf.scalar_mul, [1.0], f),
        attempt(tf.complex, i, i),
        attempt(tf.math.polyval, (1,), f),
    ]


def refusals(tf):
    b = tf.constant(True)
    one = "exp abs negative math.log round".split()
    two = "add pow maximum atan2".split()
    errors = [attempt(named(tf, name), b) for name in one]
    errors += [attempt(named(tf, name), b, b) for name in two]
    return [str(error).splitlines()[0] for error in errors]


def complex_from_parts(tf):
    f = tf.complex
    x, y = tf.constant([1.0, 2.0]), tf.constant([[3.0], [4.0]])
    rows = [
        (x, y),
        (1.0, 2.0),
        (x, 2.0),
        (x, tf.Variable(2.0)),
        (np.float64(1), np.float64(2)),
        (1, 2),
        (x, np.float64(2)),
        (tf.constant(1.0, tf.float16), tf.constant(1.0, tf.float16)),
        ([1.0, 2.0], [1.0, 2.0, 3.0]),
        (x, None),
        (float("inf"), float("nan")),
    ]
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([x, y])
        z = f(x, y)
        parts = tf.math.real(z * z), tf.math.imag(z * z), tf.abs(z), tf.math.angle(z)
        conj = tf.math.conj(z) * z
    return (
        [brief(attempt(f, *row)) for row in rows],
        tape.gradient(z, [x, y]),
        [tape.gradient(part, [x, y, z]) for part in parts],
        tape.gradient(conj, [x, y, z]),
        f(real=1.0, imag=2.0, name="a"),
    )


def same_object(tf):
    x, i, v = tf.constant([1.5]), tf.constant([1]), tf.Variable([1.0])
    return (
        tf.math.real(x) is x,
        tf.math.conj(x) is x,
        tf.math.conj(i) is i,
        tf.round(i) is i,
        tf.round(x) is x,
        tf.math.imag(x) is x,
        tf.abs(x) is x,
        tf.math.real(v),
        tf.math.conj(v),
        tf.round(tf.Variable([1])),
    )
