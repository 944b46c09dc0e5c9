"""The losses of `tf.nn`: values, gradients of both orders, shapes, types, errors."""

import numpy as np

from tests.parity.case_helpers.elements import FLOATS, INF, NAN, brief, constant
from tests.parity.harness import attempt, exact_message, tolerance

CASES = {}


def _tolerance(dtype, atol=2e-7):
    """As the function of a row of the tables needs it; the narrow types round at each step."""
    return tolerance(2e-2, 4e-3) if dtype in ("float16", "bfloat16") else tolerance(4e-6, atol)


def _gradients(tf, f, *arguments):
    """Value, first and second gradients of `f` by the arguments that are floating point."""
    sources = [x for x in arguments if x.dtype.is_floating]
    with tf.GradientTape(persistent=True) as outer:
        outer.watch(sources)
        with tf.GradientTape() as inner:
            inner.watch(sources)
            y = f(*arguments)
        first = inner.gradient(y, sources)
    second = [None if g is None else brief(attempt(outer.gradient, g, sources)) for g in first]
    return y, first, second


def _rows(tf, dtype, *shape, low=-3.0, high=3.0):
    numbers = (
        np.sin(np.arange(np.prod(shape, dtype=int)) * 1.7) * (high - low) / 2 + (high + low) / 2
    )
    return constant(tf, numbers.reshape(shape), dtype)


# -- sparse labels ------------------------------------------------------------------------------


def _sparse(dtype, labels_dtype, shape):
    @_tolerance(dtype)
    def case(tf):
        labels = np.arange(np.prod(shape[:-1], dtype=int)) % shape[-1]
        labels = constant(tf, labels.reshape(shape[:-1]), labels_dtype)
        logits = _rows(tf, dtype, *shape)
        return _gradients(tf, tf.nn.sparse_softmax_cross_entropy_with_logits, labels, logits)

    return case


for _dtype in FLOATS:
    CASES[f"sparse {_dtype}"] = _sparse(_dtype, "int64", (3, 4))
for _shape in ((4,), (1, 1), (5, 3), (2, 2, 3), (0, 3), (2, 0, 3)):
    for _labels in ("int32", "int64"):
        CASES[f"sparse {_labels} {_shape}"] = _sparse("float64", _labels, _shape)

_SPARSE_ERRORS = {
    "label_too_large": ([0, 3], [[1.0, 2.0, 3.0], [1.0, 2.0, 3.0]]),
    "label_negative": ([0, -1], [[1.0, 2.0, 3.0], [1.0, 2.0, 3.0]]),
    "label_of_torch": ([0, -100], [[1.0, 2.0, 3.0], [1.0, 2.0, 3.0]]),
    "label_of_cube": ([[0, 7]], [[[1.0, 2.0], [1.0, 2.0]]]),
    "no_classes": ([0, 1], [[], []]),
    "no_classes_of_nothing": (np.zeros(0, np.int32), np.zeros((0, 0), np.float32)),
    "scalar_logits": (1, 1.0),
    "label_rank": ([1], [1.0, 2.0]),
    "label_matrix": ([[1]], [[1.0, 2.0]]),
    "label_count": ([1, 1], [[1.0, 2.0]]),
    "no_labels": (None, [[1.0, 2.0]]),
    "no_logits": ([1], None),
}


def _fails(name, labels, logits):
    @exact_message
    def case(tf):
        return attempt(getattr(tf.nn, name), labels, logits)

    return case


CASES |= {
    f"sparse fails {name}": _fails("sparse_softmax_cross_entropy_with_logits", *arguments)
    for name, arguments in _SPARSE_ERRORS.items()
}


def sparse_types(tf):
    f = tf.nn.sparse_softmax_cross_entropy_with_logits
    logits = [[1.0, 2.0], [0.5, -0.5]]
    return [
        brief(attempt(f, [1.0, 0.0], logits)),
        brief(attempt(f, tf.constant([1, 0], tf.uint8), logits)),
        brief(attempt(f, tf.constant([1, 0], tf.int16), logits)),
        brief(attempt(f, [1, 0], [[1, 2], [3, 4]])),
        brief(attempt(f, [True, False], logits)),
        brief(attempt(f, np.array([1, 0]), np.array(logits))),
        brief(attempt(f, tf.Variable([1, 0]), tf.Variable(logits))),
        brief(attempt(f, labels=[1, 0], logits=logits, name="some")),
        brief(attempt(f, [1, 0], tf.constant(logits, tf.complex64))),
    ]


def sparse_special_logits(tf):
    f = tf.nn.sparse_softmax_cross_entropy_with_logits
    rows = [[-INF, 0.0], [1000.0, 0.0], [-1000.0, 0.0], [NAN, 0.0], [INF, 0.0], [3.0, 3.0]]
    return [
        _gradients(tf, lambda x, k=label: f(tf.constant([k]), x), tf.constant([row]))
        for row in rows
        for label in (0, 1)
    ]


def sparse_mean_of_a_batch(tf):
    """The step of a training loop."""
    w = tf.Variable(_rows(tf, "float64", 4, 3))
    x = _rows(tf, "float64", 6, 4)
    labels = tf.constant([0, 1, 2, 2, 1, 0])
    with tf.GradientTape() as tape:
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=x @ w)
        loss = tf.reduce_mean(losses)
    return loss, tape.gradient(loss, w)


def sparse_upstream(tf):
    x = _rows(tf, "float64", 3, 4)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = tf.nn.sparse_softmax_cross_entropy_with_logits([0, 3, 1], x * 2.0)
        z = y * y
    return tape.gradient(z, [y, x]), tape.gradient(y, x, tf.constant([1.0, 0.0, -2.0], tf.float64))


# -- distributions ------------------------------------------------------------------------------


def _dense(dtype, shape, axis=-1, total=1.0):
    @_tolerance(dtype)
    def case(tf):
        logits = _rows(tf, dtype, *shape)
        labels = np.cos(np.arange(np.prod(shape, dtype=int))).reshape(shape) ** 2
        if labels.size:
            labels *= total / labels.sum(axis=axis, keepdims=True)
        return _gradients(
            tf,
            lambda labels, logits: tf.nn.softmax_cross_entropy_with_logits(labels, logits, axis),
            constant(tf, labels, dtype),
            logits,
        )

    return case


for _dtype in FLOATS:
    CASES[f"dense {_dtype}"] = _dense(_dtype, (3, 4))
for _shape in ((4,), (1, 1), (2, 2, 3), (0, 3), (2, 0)):
    CASES[f"dense {_shape}"] = _dense("float64", _shape)
for _axis in (0, 1, 2):
    CASES[f"dense axis {_axis}"] = _dense("float64", (2, 3, 2), _axis)
# TensorFlow's gradient by the logits takes for granted that the labels sum to 1.
CASES["dense labels of sum 3"] = _dense("float64", (3, 4), total=3.0)
CASES["dense labels of sum -0.5"] = _dense("float64", (2, 2, 3), total=-0.5)

_MATRIX = [[1.0, 3.0], [0.0, 1.0]]
_DENSE = {
    "integer_labels": ([[1, 0], [0, 1]], _MATRIX),
    "boolean_labels": ([[True, False], [False, True]], _MATRIX),
    "integer_logits": ([[1.0, 0.0]], [[1, 2]]),
    "broadcast_labels": ([1.0, 0.0], _MATRIX),
    "broadcast_logits": (_MATRIX, [1.0, 0.0]),
    "broadcast_column": ([[1.0], [0.5]], _MATRIX),
    "flattened": ([_MATRIX], _MATRIX),
    "wrong_classes": ([[1.0, 0.0, 0.0]], [[1.0, 0.0]]),
    "wrong_rows": (np.ones((3, 2)), np.ones((2, 2))),
    "scalars": (1.0, 1.0),
    "no_labels": (None, [1.0]),
    "no_logits": ([1.0], None),
    "label_float64": (np.array(_MATRIX), _MATRIX),
    "masked": ([[1.0, 0.0]], [[-INF, 0.0]]),
    "masked_elsewhere": ([[0.0, 1.0]], [[-INF, 0.0]]),
    "large": ([[0.3, 0.7]], [[1000.0, -1000.0]]),
    "axis_none": (_MATRIX, _MATRIX, None),
    "axis_-2": (_MATRIX, _MATRIX, -2),
    "axis_2": (_MATRIX, _MATRIX, 2),
    "axis_1": (_MATRIX, _MATRIX, 1),
}


def _dense_arguments(arguments):
    def case(tf):
        result = attempt(tf.nn.softmax_cross_entropy_with_logits, *arguments)
        return type(result).__name__ if isinstance(result, Exception) else result

    return case


CASES |= {f"dense {name}": _dense_arguments(arguments) for name, arguments in _DENSE.items()}


def dense_mixed_types(tf):
    f = tf.nn.softmax_cross_entropy_with_logits
    return [
        f(constant(tf, [[1.0, 0.0]], label), constant(tf, [[1.0, 2.0]], logit))
        for label in ("float16", "float32", "float64", "int64")
        for logit in ("float32", "float64")
    ]


def dense_one_source(tf):
    labels, logits = constant(tf, _MATRIX, "float32"), constant(tf, _MATRIX, "float32")
    results = []
    for source in (labels, logits):
        with tf.GradientTape() as tape:
            tape.watch(source)
            y = tf.nn.softmax_cross_entropy_with_logits(labels, logits, name="some")
        results.append(tape.gradient(y, [labels, logits]))
    return results


def dense_gradient_of_broadcast_labels(tf):
    labels, logits = tf.constant([0.25, 0.75]), tf.constant(_MATRIX)
    with tf.GradientTape() as tape:
        tape.watch(logits)
        y = tf.nn.softmax_cross_entropy_with_logits(labels, logits)
    return tape.gradient(y, logits)


def dense_hessian_vector(tf):
    """Three orders, with weights upstream."""
    labels, x = _rows(tf, "float64", 2, 3, low=0.0, high=1.0), _rows(tf, "float64", 2, 3)
    weights = tf.constant([2.0, -1.0], tf.float64)
    with tf.GradientTape() as third:
        third.watch(x)
        with tf.GradientTape() as second:
            second.watch([x, labels])
            with tf.GradientTape() as first:
                first.watch(x)
                y = weights * tf.nn.softmax_cross_entropy_with_logits(labels, x)
            g = first.gradient(y, x)
            z = tf.reduce_sum(g * g)
        h = second.gradient(z, [x, labels])
    return g, h, third.gradient(h[0], x)


# -- single probabilities -----------------------------------------------------------------------

_LOGITS = [-INF, -100.0, -20.0, -1.5, -0.0, 0.0, 1e-3, 2.0, 20.0, 100.0, INF, NAN]


def _logistic(dtype, weight):
    @_tolerance(dtype, 1e-40)  # numbers below it are no different to TensorFlow's kernels
    def case(tf):
        results = []
        for label in (0.0, 0.25, 1.0):
            x = constant(tf, _LOGITS, dtype)
            z = constant(tf, [label] * len(_LOGITS), dtype)
            if weight is None:
                f = tf.nn.sigmoid_cross_entropy_with_logits
            else:
                f = lambda z, x: tf.nn.weighted_cross_entropy_with_logits(z, x, weight)  # noqa: E731
            results.append(_gradients(tf, f, z, x))
        return results

    return case


for _dtype in FLOATS:
    CASES[f"sigmoid {_dtype}"] = _logistic(_dtype, None)
    CASES[f"weighted {_dtype}"] = _logistic(_dtype, 1.5)

_SIGMOID = {
    "integer_labels": ([1, 0], [1.0, 2.0]),
    "integers": ([1], [1]),
    "wrong_shape": ([1.0], [1.0, 2.0]),
    "no_labels": (None, [1.0]),
    "no_logits": ([1.0], None),
    "float64_labels": (np.array([1.0]), [1.0]),
    "complex": ([1j], [1j]),
}


def _one_error(f, arguments):
    result = attempt(f, *arguments)
    if isinstance(result, (ValueError, TypeError)):
        return result
    return type(result).__name__ if isinstance(result, Exception) else result


def _sigmoid_arguments(arguments):
    @exact_message
    def case(tf):
        return _one_error(tf.nn.sigmoid_cross_entropy_with_logits, arguments)

    return case


CASES |= {f"sigmoid {name}": _sigmoid_arguments(a) for name, a in _SIGMOID.items()}


def sigmoid_arguments(tf):
    f = tf.nn.sigmoid_cross_entropy_with_logits
    return [
        f(1.0, 1.0),
        f([[1.0], [0.0]], [[2.0], [3.0]]),
        f([], []),
        f(labels=tf.Variable([1.0]), logits=tf.Variable([2.0]), name="some"),
        type(attempt(f)).__name__,
    ]


_WEIGHTS = {
    "integer": lambda tf: 2,
    "array": lambda tf: np.array([2.0, 3.0]),
    "tensor": lambda tf: tf.constant([2.0, 0.5]),
    "variable": lambda tf: tf.Variable(2.0),
    "broadcast": lambda tf: tf.constant([[2.0], [3.0]]),
    "float64": lambda tf: tf.constant(2.0, tf.float64),
    "list": lambda tf: [2.0, 3.0],
    "none": lambda tf: None,
}


def _weighted(make):
    def case(tf):
        labels, logits, weight = tf.constant([1.0, 0.25]), tf.constant([1.0, -2.0]), make(tf)
        f = tf.nn.weighted_cross_entropy_with_logits
        if not hasattr(weight, "name") and not hasattr(weight, "ref"):
            result = attempt(f, labels, logits, weight)
            return type(result).__name__ if isinstance(result, Exception) else result

        def run():
            with tf.GradientTape() as tape:
                tape.watch([labels, logits, weight])
                y = f(labels, logits, weight, name="some")
            return y, tape.gradient(y, [labels, logits, weight])

        result = attempt(run)
        return type(result).__name__ if isinstance(result, Exception) else result

    return case


CASES |= {f"weighted {name}": _weighted(make) for name, make in _WEIGHTS.items()}


def weighted_arguments(tf):
    f = tf.nn.weighted_cross_entropy_with_logits
    return [
        _one_error(f, arguments)
        for arguments in (
            ([1, 0], [1.0, 2.0], 2),
            ([1.0], [1.0, 2.0], 2),
            (None, [1.0], 2),
            ([1.0], [1], 2.0),
            (1.0, 0.5, 2.0),
            ([1.0, 0.0], [1.0, 2.0]),
        )
    ]


# -- others -------------------------------------------------------------------------------------


def _l2(dtype):
    @_tolerance(dtype, 0)
    def case(tf):
        return [
            _gradients(tf, tf.nn.l2_loss, x)
            for x in (
                _rows(tf, dtype, 2, 3),
                constant(tf, 2.5, dtype),
                constant(tf, np.zeros((0, 2)), dtype),
                constant(tf, [INF, NAN, 0.0], dtype),
            )
        ]

    return case


CASES |= {f"l2_loss {dtype}": _l2(dtype) for dtype in FLOATS}


def l2_loss_arguments(tf):
    f = tf.nn.l2_loss
    return [
        f([1.0, 2.0]),
        f(np.array([[1.0], [2.0]]), name="some"),
        f(t=tf.Variable([3.0])),
        brief(attempt(f, [1, 2])),
        brief(attempt(f, "a")),
        brief(attempt(f, tf.constant([1j]))),
    ]


def _poisson(dtype, full):
    @_tolerance(dtype)
    def case(tf):
        targets = constant(tf, [0.0, 0.5, 1.0, 2.0, 7.5, 3.0], dtype)
        x = constant(tf, [1.0, -2.0, 0.0, 0.5, 2.0, -INF], dtype)
        return _gradients(
            tf, lambda t, x: tf.nn.log_poisson_loss(t, x, compute_full_loss=full), targets, x
        )

    return case


CASES |= {
    f"log_poisson {dtype} {full}": _poisson(dtype, full)
    for dtype in ("float16", "float32", "float64")
    for full in (False, True)
}


def log_poisson_arguments(tf):
    f = tf.nn.log_poisson_loss
    return [
        _one_error(f, arguments)
        for arguments in (
            ([1.0, 2.0], [1.0, 2.0]),
            (1.0, 1.0, True, "some"),
            ([1.0], [1.0, 2.0]),
            ([1], [1.0]),
            ([1], [1]),
            (tf.Variable([1.0]), np.array([1.0], np.float32)),
        )
    ]


def gradients_by_labels_that_broadcast(tf):
    """They have none, while those by the logits do."""
    logits = tf.constant([[1.0, -0.5, 2.0], [0.25, 1.0, -1.0]])
    results = {}
    for name, labels in {
        "one row": [[0.2, 0.5, 0.3]],
        "vector": [0.2, 0.5, 0.3],
        "all": [[0.2, 0.5, 0.3], [1.0, 0.0, 0.0]],
    }.items():
        given = tf.constant(labels)
        for watched in (given, logits):
            with tf.GradientTape() as tape:
                tape.watch(watched)
                loss = tf.nn.softmax_cross_entropy_with_logits(given, logits)
            key = f"{name}, {'labels' if watched is given else 'logits'}"
            outcome = attempt(tape.gradient, loss, watched)
            results[key] = type(outcome).__name__ if isinstance(outcome, Exception) else outcome
    return results
