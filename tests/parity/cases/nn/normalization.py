"""Moments, normalisation and biases: values, gradients, shapes, types, errors."""

import numpy as np

from tests.parity.case_helpers.elements import FLOATS, INTEGERS, brief, constant
from tests.parity.harness import attempt, exact_message, tolerance

CASES = {}


def _numbers(*shape):
    return np.sin(np.arange(np.prod(shape, dtype=int)) * 1.3).reshape(shape) * 2 + 0.5


def _gradients(tf, f, *arguments):
    """What `f` returns, first gradients of its sum of squares, and second ones of those."""
    with tf.GradientTape(persistent=True) as outer:
        outer.watch(arguments)
        with tf.GradientTape() as inner:
            inner.watch(arguments)
            y = f(*arguments)
            z = sum(tf.reduce_sum(part * part) for part in tf.nest.flatten(y) if part is not None)
        first = inner.gradient(z, list(arguments))
    second = [None if g is None else outer.gradient(g, list(arguments)) for g in first]
    return y, first, second


def _kind(function, *arguments, **options):
    result = attempt(function, *arguments, **options)
    return type(result).__name__ if isinstance(result, Exception) else result


# -- moments ------------------------------------------------------------------------------------


def _moments(axes, keepdims):
    def case(tf):
        x = constant(tf, _numbers(2, 3, 2), "float64")
        return _gradients(tf, lambda x: tf.nn.moments(x, axes, keepdims=keepdims), x)

    return case


for _axes in ([0], 1, -1, [0, 1], (0, 2), [0, 1, 2], [], None):
    for _keepdims in (False, True):
        CASES[f"moments {_axes} {_keepdims}"] = _moments(_axes, _keepdims)


def _moments_of(dtype):
    @tolerance(*((1e-2, 4e-3) if dtype in ("float16", "bfloat16") else (2e-6, 2e-6)))
    def case(tf):
        x = constant(tf, _numbers(4, 3) * (9 if dtype in INTEGERS else 1), dtype)
        if dtype in INTEGERS:
            return [brief(attempt(tf.nn.moments, x, axes)) for axes in ([0], [0, 1])]
        return _gradients(tf, lambda x: tf.nn.moments(x, [0]), x)

    return case


CASES |= {f"moments {dtype}": _moments_of(dtype) for dtype in (*FLOATS, "int32", "int64", "int8")}


def moments_arguments(tf):
    x = tf.constant(_numbers(1, 2, 3), tf.float32)
    f = tf.nn.moments
    return [
        f(x, [0], name="some"),
        f(x, axes=[0, 2], shift=tf.constant(3.0), keepdims=True),
        f(tf.Variable(x), [1]),
        f(np.ones((2, 2)), [0]),
        f(x, []),
        f(tf.zeros([0, 2]), [0]),
        f(tf.constant(3.0), []),
        _kind(f, [[1.0, 2.0]], [0]),
        _kind(f, x, [3]),
        _kind(f, x, [0, 0]),
        _kind(f, tf.constant([True]), [0]),
        _kind(f, tf.constant([1.0 + 2j, 3.0]), [0]),
    ]


def _weights(make, axes, keepdims=False):
    @tolerance(atol=1e-13)
    def case(tf):
        x = constant(tf, _numbers(2, 3, 2), "float64")
        weights = constant(tf, make, "float64")
        return _gradients(
            tf, lambda x, w: tf.nn.weighted_moments(x, axes, w, keepdims=keepdims), x, weights
        )

    return case


_WEIGHTS = {
    "scalar": 2.0,
    "vector": [0.5, 2.0],
    "column": [[1.0], [2.0], [0.0]],
    "full": np.abs(_numbers(2, 3, 2)),
    "zero": 0.0,
}
for _name, _value in _WEIGHTS.items():
    for _axes in ([0], [0, 1, 2], [1, 2], -1):
        CASES[f"weighted {_name} {_axes}"] = _weights(_value, _axes)
CASES["weighted keepdims"] = _weights(_WEIGHTS["full"], [0, 1], True)


@tolerance(1e-2, 2e-3)
def weighted_types(tf):
    x = _numbers(3, 2)
    f = tf.nn.weighted_moments
    return [
        *(f(constant(tf, x, d), [0], [[1.0], [2.0], [0.5]]) for d in FLOATS),
        f(constant(tf, x, "float32"), [0], constant(tf, [[1.0], [2.0], [3.0]], "float64")),
        f(x.tolist(), [0], [[1], [2], [3]], name="some"),
        f(tf.Variable(x), axes=[0], frequency_weights=tf.Variable([1.0, 2.0])),
        _kind(f, tf.constant([1, 2]), [0], 1),
        _kind(f, tf.constant([1.0, 2.0]), [1], 1.0),
        _kind(f, tf.constant([1.0, 2.0]), [0], [1.0, 2.0, 3.0]),
    ]


def _statistics(axes, shift, keepdims):
    def case(tf):
        x = constant(tf, _numbers(2, 3), "float64")

        def run(x, *shifts):
            result = tf.nn.sufficient_statistics(x, axes, *shifts, keepdims=keepdims)
            return result, tf.nn.normalize_moments(*result)

        shifts = () if shift is None else (constant(tf, shift, "float64"),)
        return _gradients(tf, run, x, *shifts)

    return case


for _axes in ([0], [1], [0, 1], [-1]):
    for _shift in (None, 0.5):
        CASES[f"statistics {_axes} {_shift}"] = _statistics(_axes, _shift, False)
CASES["statistics keepdims"] = _statistics([1], [[1.0], [2.0]], True)


def statistics_arguments(tf):
    f = tf.nn.sufficient_statistics
    return [
        f([[1.0, 2.0]], [0]),
        f(np.ones((2, 2), np.float32), (0, 1), 1.0, True, "some"),
        _kind(f, [[1.0, 2.0]], 0),
        _kind(f, [[1.0, 2.0]], [2]),
        f([[1, 2]], [1]),
        tf.nn.normalize_moments(4.0, [1.0], [2.0], None),
        tf.nn.normalize_moments(tf.constant(4.0), np.float32(1.0), 2.0, 0.5, name="some"),
    ]


# -- normalisation ------------------------------------------------------------------------------


def _normalized(offset, scale):
    def case(tf):
        x = constant(tf, _numbers(4, 3), "float64")
        mean, variance = (constant(tf, v, "float64") for v in ([0.1, 0.2, -0.5], [1.0, 0.5, 2.0]))
        options = [constant(tf, v, "float64") for v in (offset, scale) if v is not None]

        def run(x, mean, variance, *rest):
            rest = list(rest)
            b = rest.pop(0) if offset is not None else None
            s = rest.pop(0) if scale is not None else None
            return tf.nn.batch_normalization(x, mean, variance, b, s, 1e-3)

        return _gradients(tf, run, x, mean, variance, *options)

    return case


for _offset in (None, [0.5, 0.0, -1.0], 0.25):
    for _scale in (None, [2.0, 0.0, -1.0], 3.0):
        CASES[f"batch_normalization {_offset} {_scale}"] = _normalized(_offset, _scale)


@tolerance(2e-2, 1e-2)
def batch_normalization_types(tf):
    x = _numbers(2, 3)
    f = tf.nn.batch_normalization
    results = []
    for d in FLOATS:
        results.append(f(constant(tf, x, d), *(constant(tf, 0.5, d) for _ in range(4)), 0.01))
        results.append(
            _kind(
                f, constant(tf, x, d), *(constant(tf, [0.5] * 3, "float32") for _ in range(4)), 0.01
            )
        )
    return results


def batch_normalization_arguments(tf):
    x = constant(tf, _numbers(2, 3), "float32")
    f = tf.nn.batch_normalization
    one = tf.constant(0.5)
    return [
        f(x, one, one, one, one, 0.1, name="some"),
        f(x, one, one, None, None, variance_epsilon=0.1),
        f(x, 0.5, 0.5, 0.5, 0.5, 0.1),
        f(x, np.float32(0.5), np.float32(0.5), None, 2, 0.1),
        f(x, *(tf.Variable(0.5) for _ in range(4)), tf.constant(0.1)),
        f(tf.Variable(x), [0.5] * 3, one, 0.0, 1.0, 0.1),
        _kind(f, [[1.0, 2.0]], one, one, None, None, 0.1),
        _kind(f, x, one, [0.5], None, None, 0.1),
        _kind(f, x, tf.constant([1.0, 2.0]), one, None, None, 0.1),
        _kind(f, x, one, tf.constant(0.5, tf.float64), None, None, 0.1),
        _kind(f, tf.constant([1, 2]), one, one, None, None, 0.1),
        tf.nn.batch_norm_with_global_normalization(x, one, one, one, one, 0.1, True),
        tf.nn.batch_norm_with_global_normalization(x, one, one, one, one * 2, 0.1, False, "some"),
    ]


# -- biases -------------------------------------------------------------------------------------


def _biased(shape, data_format):
    def case(tf):
        channels = shape[1] if data_format and data_format.startswith("NC") else shape[-1]
        value, bias = (constant(tf, _numbers(*s), "float64") for s in (shape, (channels,)))
        return _gradients(tf, lambda v, b: tf.nn.bias_add(v, b, data_format), value, bias)

    return case


for _shape in ((2, 3), (2, 2, 3), (1, 2, 2, 3), (1, 2, 1, 2, 3), (0, 3)):
    for _format in (None, "NHWC", "NCHW"):
        CASES[f"bias_add {_shape} {_format}"] = _biased(_shape, _format)

_BIASES = {
    "vector": ([1.0, 2.0], [1.0, 2.0]),
    "scalar_bias": ([[1.0, 2.0]], 1.0),
    "matrix_bias": ([[1.0, 2.0]], [[1.0, 2.0]]),
    "count": ([[1.0, 2.0]], [1.0, 2.0, 3.0]),
    "count_first": (np.ones((1, 2, 3)), np.ones(3), "NCHW"),
    "data_format": (np.ones((1, 2, 3)), np.ones(3), "XYZ"),
    "short_format": (np.ones((1, 2, 3)), np.ones(2), "NCW"),
    "short_format_last": (np.ones((1, 2, 3)), np.ones(3), "NWC"),
}


def _bias_error(arguments):
    @exact_message
    def case(tf):
        result = attempt(tf.nn.bias_add, *arguments)
        if isinstance(result, tf.errors.InvalidArgumentError):
            return str(result).split("}} ")[1].split(" [Op")[0]
        return result

    return case


CASES |= {f"bias_add of {name}": _bias_error(arguments) for name, arguments in _BIASES.items()}


def bias_add_types(tf):
    results = {}
    for d in (*FLOATS, *INTEGERS, "complex64", "bool"):
        value = constant(tf, [[1, 2, 3], [0, 1, 100]], d)
        results[d] = brief(attempt(tf.nn.bias_add, value, constant(tf, [1, 2, 50], d)))
    f = tf.nn.bias_add
    return [
        results,
        brief(attempt(f, [[1, 2]], [1.0, 2.0])),
        brief(attempt(f, tf.constant([[1.0, 2.0]]), tf.constant([1, 2]))),
        f(tf.Variable([[1.0, 2.0]]), tf.Variable([1.0, 2.0]), name="some"),
        f(value=tf.constant([[1.0, 2.0]]), bias=[1, 2]),
        f([[1, 2]], tf.constant([1, 2])),
    ]
