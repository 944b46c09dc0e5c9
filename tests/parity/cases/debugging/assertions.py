"""`tf.debugging`: what passes, what is raised, and with which message."""

import numpy as np

from tests.parity.harness import attempt, exact_message

CASES = {}

_COMPARISONS = "equal none_equal less less_equal greater greater_equal".split()
_SIGNS = "positive negative non_negative non_positive".split()


def _message(results):
    """An exception's type and message; a kernel's without the name of its device."""
    if isinstance(results, Exception):
        text = str(results).split("\n\t; NodeDef")[0].removesuffix(" name: ")
        return type(results).__name__, text.split("}} ")[-1]
    return results


_PAIRS = {
    "equal": lambda tf: ([1.0, 2.0], [1.0, 2.0]),
    "less": lambda tf: ([1, 2], [3, 4]),
    "greater": lambda tf: ([3, 4], [1, 2]),
    "mixed": lambda tf: ([1.0, 5.0, 3.0], [1.0, 4.0, 7.0]),
    "scalar": lambda tf: (1, 2),
    "scalar_equal": lambda tf: (2.5, 2.5),
    "broadcast": lambda tf: ([[1, 2], [3, 4]], [3, 2]),
    "broadcast_scalar": lambda tf: ([1, 2, 3, 4, 5], 3),
    "matrix": lambda tf: ([[1, 2], [3, 4]], [[1, 3], [2, 4]]),
    "long": lambda tf: (np.arange(10), np.arange(10)[::-1]),
    "empty": lambda tf: ([], []),
    "empty_and_scalar": lambda tf: (np.zeros((0, 3), np.float32), 1.0),
    "nan": lambda tf: ([float("nan"), 1.0], [float("nan"), 1.0]),
    "shapes": lambda tf: ([1, 2, 3], [1, 2]),
    "types": lambda tf: (tf.constant(1), tf.constant(1.0)),
    "variable": lambda tf: (tf.Variable(1.0), tf.constant([1.0, 2.0])),
    "numpy": lambda tf: (np.float64(1.0), np.array([1.0, 0.5])),
    "int64": lambda tf: (tf.constant([1, 2], tf.int64), np.array([1, 3])),
    "uint8": lambda tf: (tf.constant([1, 200], tf.uint8), tf.constant([100, 3], tf.uint8)),
    "booleans": lambda tf: ([True, False], [True, True]),
    "strings": lambda tf: (["a", "b"], ["a", "c"]),
    "complex": lambda tf: ([1j, 2.0], [1j, 3.0]),
    "half": lambda tf: (tf.constant([0.1, 2], tf.float16), tf.constant([0.1, 3], tf.float16)),
    "bfloat16": lambda tf: (tf.constant([0.1, 2], tf.bfloat16), tf.constant([1, 1], tf.bfloat16)),
    "none": lambda tf: (None, 1.0),
}


def _compared(name):
    @exact_message
    def case(tf):
        f = getattr(tf.debugging, f"assert_{name}")
        return {pair: _message(attempt(f, *make(tf))) for pair, make in _PAIRS.items()}

    return case


CASES |= {name: _compared(name) for name in _COMPARISONS}


def _options(name):
    def case(tf):
        f = getattr(tf.debugging, f"assert_{name}")
        x, y = {"equal": (3, 4), "none_equal": (3, 3)}.get(name, (4, 3 if "l" in name[:1] else 5))
        a, b = [x] * 6, [y] * 6
        return [
            _message(attempt(f, a, b, **options))
            for options in (
                {"message": "Look here"},
                {"message": ""},
                {"summarize": 2},
                {"summarize": 0},
                {"summarize": 10},
                {"message": "m", "summarize": 1, "name": "some"},
            )
        ]

    return case


CASES |= {f"{name} options": _options(name) for name in _COMPARISONS}


def summarize_all(tf):
    return _message(attempt(tf.debugging.assert_equal, [1, 2, 3, 4, 5], 3, summarize=-1))


def the_same_object(tf):
    x = tf.constant(float("nan"))
    v = tf.Variable(float("nan"))
    return tf.debugging.assert_equal(x, x), tf.debugging.assert_equal(v, v)


# -- signs --------------------------------------------------------------------------------------

_VALUES = {
    "positive": [1.0, 2.0],
    "negative": [-1, -2],
    "zero": 0.0,
    "mixed": [[1, -1], [0, 5], [2, -7]],
    "long": list(range(-3, 6)),
    "empty": [],
    "scalar": -3,
    "text": "a",
    "booleans": [True],
    "nan": [float("nan")],
    "none": None,
}


def _signs(name):
    @exact_message
    def case(tf):
        f = getattr(tf.debugging, f"assert_{name}")
        results = {key: _message(attempt(f, value)) for key, value in _VALUES.items()}
        wrong = [-1.0, 2.0, 3.0, -4.0]
        return results, [
            _message(attempt(f, wrong, message="Look here")),
            _message(attempt(f, wrong, "m", 2, "some")),
            _message(attempt(f, wrong, summarize=0)),
            _message(attempt(f, tf.Variable(wrong))),
            _message(attempt(f, tf.constant(-7, tf.int8))),
            _message(attempt(f, tf.constant([3], tf.uint16))),
        ]

    return case


CASES |= {name: _signs(name) for name in _SIGNS}


# -- near ---------------------------------------------------------------------------------------

_NEAR = {
    "equal": lambda tf: ([1.0, 2.0], [1.0, 2.0]),
    "close": lambda tf: ([1.0], [1.0 + 1e-6]),
    "not_close": lambda tf: ([1.0, 2.0], [1.0, 2.1]),
    "scalars": lambda tf: (1.0, 1.5),
    "rtol": lambda tf: (100.0, 101.0, 0.02),
    "atol": lambda tf: ([1.0], [1.1], 0.0, 0.2),
    "exactly_at": lambda tf: (1.0, 1.5, 0.0, 0.5),
    "float64": lambda tf: (np.array([1.0]), np.array([1.0 + 1e-14])),
    "float64_not": lambda tf: (np.array([1.0]), np.array([1.0 + 1e-12])),
    "float16": lambda tf: (tf.constant([1.0], tf.float16), tf.constant([1.005], tf.float16)),
    "float16_not": lambda tf: (tf.constant([1.0], tf.float16), tf.constant([1.1], tf.float16)),
    "complex": lambda tf: ([1 + 1j], [1 + 1j]),
    "complex_not": lambda tf: ([1 + 1j], [1 + 2j]),
    "integers": lambda tf: ([1], [1]),
    "types": lambda tf: (tf.constant(1.0), tf.constant(1.0, tf.float64)),
    "python_takes_type": lambda tf: (tf.constant(1.0, tf.float64), 1),
    "nan": lambda tf: ([float("nan")], [float("nan")]),
    "infinite": lambda tf: ([float("inf")], [float("inf")]),
    "broadcast": lambda tf: ([[1.0], [2.0]], [1.0, 1.0]),
    "shapes": lambda tf: ([1.0, 2.0, 3.0], [1.0, 2.0]),
    "empty": lambda tf: ([], []),
    "variable": lambda tf: (tf.Variable(1.0), tf.Variable(2.0)),
    "options": lambda tf: ([1.0] * 5, [2.0] * 5, None, None, "Look here", 2, "some"),
    "all": lambda tf: ([1.0] * 5, [2.0] * 5, None, 0.5, None, -1),
}


def _near(make):
    def case(tf):
        return _message(attempt(tf.debugging.assert_near, *make(tf)))

    return case


CASES |= {f"near {name}": _near(make) for name, make in _NEAR.items()}


# -- conditions ---------------------------------------------------------------------------------

_CONDITIONS = {
    "true": lambda tf: (True, [1]),
    "tensor": lambda tf: (tf.constant(True), [1]),
    "false": lambda tf: (False, [[1, 2, 3, 4, 5]]),
    "false_tensor": lambda tf: (tf.constant(False), [tf.constant([1.5, 2.0])]),
    "several": lambda tf: (False, ["text", tf.constant(1), [[1.0, 2.0], [3.0, 4.0]]]),
    "strings": lambda tf: (False, [["a", "b"]]),
    "none": lambda tf: (None, []),
    "number": lambda tf: (0, [1]),
    "vector": lambda tf: (tf.constant([True, True]), [1]),
    "summarize": lambda tf: (False, [[1, 2, 3, 4, 5]], 2),
    "summarize_0": lambda tf: (False, [[1, 2, 3], 4], 0),
    "summarize_all": lambda tf: (False, [[1, 2, 3, 4, 5]], -1),
    "summarize_many": lambda tf: (False, [[1, 2]], 9),
    "no_list": lambda tf: (False, 3),
    "empty_tensor": lambda tf: (False, [[]]),
    "true_variable": lambda tf: (tf.Variable(True), [1]),
}


def _asserted(make):
    def case(tf):
        result = attempt(tf.debugging.Assert, *make(tf))
        return _message(result), _message(attempt(tf.Assert, *make(tf))) == _message(result)

    return case


CASES |= {f"Assert {name}": _asserted(make) for name, make in _CONDITIONS.items()}


# -- finite numbers -----------------------------------------------------------------------------

_INF, _NAN = float("inf"), float("nan")
_FINITE = {
    "finite": [1.0, 2.0],
    "inf": [1.0, _INF],
    "minus_inf": [-_INF],
    "nan": [_NAN, 1.0],
    "both": [_NAN, _INF],
    "scalar": _NAN,
    "empty": [],
    "integers": [1, 2],
    "text": "a",
}


def _finite(name):
    @exact_message
    def case(tf):
        f = getattr(tf.debugging, name)
        return {key: _message(attempt(f, value, "Look here")) for key, value in _FINITE.items()}

    return case


CASES |= {name: _finite(name) for name in ("check_numerics", "assert_all_finite")}


def finite_arguments(tf):
    x, v = tf.constant([1.0]), tf.Variable([2.0])
    d = tf.debugging
    return [
        d.assert_all_finite(x, "m", name="some") is x,
        d.check_numerics(x, message="m", name="some") is x,
        d.assert_all_finite(v, "m"),
        d.check_numerics(tf.constant([1.0], tf.float16), ""),
        d.check_numerics(np.array([1.0]), "m"),
        _message(attempt(d.check_numerics, tf.constant([1j]), "m")),
        type(attempt(d.check_numerics, x)).__name__,
    ]


def finite_gradients(tf):
    results = []
    for x in (4.0, 0.0):
        x = tf.constant(x)
        with tf.GradientTape(persistent=True) as outer:
            outer.watch(x)
            with tf.GradientTape(persistent=True) as tape:
                tape.watch(x)
                y = tf.debugging.check_numerics(tf.sqrt(x), "roots")
                z = tf.debugging.assert_all_finite(tf.sqrt(x), "roots")
                w = tf.sqrt(tf.debugging.check_numerics(x, "numbers"))
            results += [
                _message(attempt(tape.gradient, y, x)),
                _message(attempt(tape.gradient, z, x)),
                _message(attempt(tape.gradient, w, x)),
            ]
            g = attempt(tape.gradient, y, x)
        results.append(outer.gradient(g, x) if not isinstance(g, Exception) else None)
    return results


# -- types --------------------------------------------------------------------------------------


@exact_message
def types(tf):
    d = tf.debugging
    x = tf.constant([1.0])
    rows = [
        lambda: d.assert_type(x, tf.float32),
        lambda: d.assert_type(x, "float32", name="some"),
        lambda: d.assert_type(x, np.float32),
        lambda: d.assert_type(x, tf.int32),
        lambda: d.assert_type(x, tf.int32, message="Look here"),
        lambda: d.assert_type([1, 2], tf.int32),
        lambda: d.assert_type(tf.Variable(1.0), tf.float64),
        lambda: d.assert_type(x, "nonsense"),
        lambda: d.assert_type("a", tf.string),
        lambda: d.assert_type(None, tf.string),
        lambda: d.assert_integer(1),
        lambda: d.assert_integer(tf.constant([1], tf.uint8)),
        lambda: d.assert_integer(x),
        lambda: d.assert_integer(1.5, message="Look here", name="some"),
        lambda: d.assert_integer(True),
        lambda: d.assert_integer("a"),
        lambda: d.assert_integer(tf.Variable(2)),
        lambda: d.assert_same_float_dtype(),
        lambda: d.assert_same_float_dtype([]),
        lambda: d.assert_same_float_dtype([x, tf.constant(2.0)]),
        lambda: d.assert_same_float_dtype([x], tf.float32),
        lambda: d.assert_same_float_dtype([x], tf.float64),
        lambda: d.assert_same_float_dtype([x, tf.constant(2.0, tf.float64)]),
        lambda: d.assert_same_float_dtype([x, None, tf.Variable(2.0)]),
        lambda: d.assert_same_float_dtype([tf.Variable(2.0), tf.constant(2.0, tf.float16)]),
        lambda: d.assert_same_float_dtype([tf.constant(1)]),
        lambda: d.assert_same_float_dtype(None, tf.int32),
        lambda: d.assert_same_float_dtype(dtype=tf.bfloat16),
        lambda: d.assert_same_float_dtype(tensors=[x], dtype=None),
        lambda: d.is_numeric_tensor(x),
        lambda: d.is_numeric_tensor(tf.constant([True])),
        lambda: d.is_numeric_tensor(tf.constant("a")),
        lambda: d.is_numeric_tensor(tf.constant(1j)),
        lambda: d.is_numeric_tensor(tf.constant(1, tf.uint16)),
        lambda: d.is_numeric_tensor(tf.constant(1, tf.bfloat16)),
        lambda: d.is_numeric_tensor(tf.Variable(1)),
        lambda: d.is_numeric_tensor(1),
        lambda: d.is_numeric_tensor(np.array(1)),
        lambda: d.assert_proper_iterable([1]),
        lambda: d.assert_proper_iterable(()),
        lambda: d.assert_proper_iterable({1: 2}),
        lambda: d.assert_proper_iterable(i for i in ()),
        lambda: type(attempt(d.assert_proper_iterable, x)).__name__,
        lambda: d.assert_proper_iterable(np.array([1])),
        lambda: d.assert_proper_iterable("abc"),
        lambda: d.assert_proper_iterable(b"abc"),
        lambda: d.assert_proper_iterable(3),
        lambda: d.assert_proper_iterable(None),
        lambda: attempt(d.assert_proper_iterable, tf.Variable([1])) is None,
    ]
    return [_message(attempt(row)) for row in rows]


# -- ranks and shapes ---------------------------------------------------------------------------


@exact_message
def ranks(tf):
    d = tf.debugging
    x = tf.constant([[1.0, 2.0, 3.0]])
    rows = [
        lambda: d.assert_rank(x, 2),
        lambda: d.assert_rank(x, tf.constant(2)),
        lambda: d.assert_rank(x, np.int32(2), name="some"),
        lambda: d.assert_rank(x, 1),
        lambda: d.assert_rank(x, 1, message="Look here"),
        lambda: d.assert_rank(x, [2]),
        lambda: d.assert_rank(x, 2.0),
        lambda: d.assert_rank(x, np.int64(2)),
        lambda: d.assert_rank(1, 0),
        lambda: d.assert_rank(tf.Variable([1]), 0),
        lambda: d.assert_rank(None, 0),
        lambda: d.assert_rank_at_least(x, 2),
        lambda: d.assert_rank_at_least(x, 0),
        lambda: d.assert_rank_at_least(x, 3),
        lambda: d.assert_rank_at_least(x, 3, "Look here", "some"),
        lambda: d.assert_rank_at_least(x, [1]),
        lambda: d.assert_rank_at_least(x, "a"),
        lambda: d.assert_rank_in(x, [1, 2]),
        lambda: d.assert_rank_in(x, (0, 1)),
        lambda: d.assert_rank_in(x, [3]),
        lambda: d.assert_rank_in(x, []),
        lambda: d.assert_rank_in(x, [0, 1], message="Look here", name="some"),
        lambda: d.assert_rank_in(x, [[1]]),
        lambda: d.assert_rank_in(x, [1.0]),
        lambda: d.assert_rank_in(x, 2),
        lambda: d.assert_rank_in(x, tf.constant([1, 2])),
        lambda: d.assert_scalar(1.0),
        lambda: d.assert_scalar(tf.Variable(1.0)),
        lambda: d.assert_scalar(x),
        lambda: d.assert_scalar([1], message="Look here", name="some"),
        lambda: d.assert_scalar([]),
        lambda: tf.assert_rank(x, 1),
    ]
    return [_message(attempt(row)) for row in rows]


_SHAPES = {
    "numbers": lambda tf, x, y: [(x, (2, 3)), (y, (3,))],
    "names": lambda tf, x, y: [(x, ("N", "D")), (y, ("D",))],
    "text": lambda tf, x, y: [(x, "ND"), (y, "D")],
    "digits": lambda tf, x, y: [(x, "23"), (y, "3")],
    "names_differ": lambda tf, x, y: [(x, ("N", "D")), (y, ("N",))],
    "same_name_twice": lambda tf, x, y: [(x, ("N", "N"))],
    "number_differs": lambda tf, x, y: [(x, (2, 4))],
    "any": lambda tf, x, y: [(x, (None, 3)), (y, ".")],
    "any_differs": lambda tf, x, y: [(x, (".", 4))],
    "open": lambda tf, x, y: [(x, (..., 3)), (y, ("*", 3)), (tf.zeros([4, 2, 3]), (..., 2, 3))],
    "open_differs": lambda tf, x, y: [(x, (..., 2))],
    "open_rank": lambda tf, x, y: [(y, (..., 2, 3))],
    "open_alone": lambda tf, x, y: [(x, ("*",)), (y, (...,))],
    "open_in_the_middle": lambda tf, x, y: [(x, (2, ...))],
    "star_at_the_end": lambda tf, x, y: [(x, "N*")],
    "rank": lambda tf, x, y: [(x, (2,))],
    "rank_higher": lambda tf, x, y: [(y, (1, 3))],
    "scalar": lambda tf, x, y: [(tf.constant(1.0), ()), (tf.constant(1.0), (1,)), (1, "N")],
    "scalar_differs": lambda tf, x, y: [(tf.constant(1.0), (2,))],
    "vector_as_scalar": lambda tf, x, y: [(y, ())],
    "vector_of_one_as_scalar": lambda tf, x, y: [(tf.constant([1.0]), ())],
    "none": lambda tf, x, y: [(x, None), (y, (3,))],
    "no_shape": lambda tf, x, y: [(x, 3)],
    "empty": lambda tf, x, y: [],
    "list": lambda tf, x, y: [[x, [2, 3]]],
    "array": lambda tf, x, y: [(x, np.array([2, 3]))],
    "shape": lambda tf, x, y: [(x, tf.TensorShape([2, 3]))],
    "python": lambda tf, x, y: [([[1, 2]], (1, 2)), (np.zeros(3), "N"), (y, "N")],
    "variable": lambda tf, x, y: [(tf.Variable([1.0, 2.0]), "N"), (y, "N")],
    "tensor_sizes": lambda tf, x, y: [(x, (tf.constant(2), 3))],
    "floats": lambda tf, x, y: [(x, (2.0, 3.7))],
    "zero": lambda tf, x, y: [(tf.zeros([0, 2]), "NM"), (y, "N")],
    "tuple_names": lambda tf, x, y: [(x, (("a", 1), "D")), (tf.zeros([2]), (("a", 1),))],
    "not_pairs": lambda tf, x, y: [x],
}


def _shapes(make):
    @exact_message
    def case(tf):
        x, y = tf.zeros([2, 3]), tf.zeros([3])
        f = tf.debugging.assert_shapes
        return (
            _message(attempt(f, make(tf, x, y))),
            _message(attempt(f, make(tf, x, y), message="Look here", name="some")),
        )

    return case


CASES |= {f"shapes {name}": _shapes(make) for name, make in _SHAPES.items()}


def shapes_of_a_dictionary(tf):
    x = {"a": 1}
    return _message(attempt(tf.debugging.assert_shapes, {1.0: (), 2: (2,)})), x


def at_the_top(tf):
    return [
        _message(attempt(getattr(tf, name), [1, 2], [2, 1]))
        for name in ("assert_equal", "assert_less", "assert_greater")
    ]


def watched_when_read(tf):
    v = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as tape:
        tf.debugging.assert_positive(v)
    return len(tape.watched_variables())
