"""Kernels that read values, such as iterations until convergence, in functions called twice."""

from __future__ import annotations

from typing import Any

from ...harness import tolerance


def _twice(tf: Any, function: Any, first: Any, second: Any) -> list[Any]:
    """The values and gradients by all real inputs of calls with two sets of inputs."""
    traced = tf.function(function)
    outcomes = []
    for inputs in (first, second):
        tensors = [tf.constant(x) for x in inputs]
        with tf.GradientTape() as tape:
            sources = [x for x in tensors if x.dtype.is_floating]
            tape.watch(sources)
            result = traced(*tensors)
        outcomes.append([result, tape.gradient(tf.nest.flatten(result)[0], sources)])
    return outcomes


def _error(function: Any, *inputs: Any) -> list[str]:
    try:
        function(*inputs)
    except Exception as error:
        return [type(error).__name__]
    return []


@tolerance(1e-5, 1e-7)
def igamma(tf: Any) -> Any:
    return _twice(tf, tf.math.igamma, ([1.5, 0.5], [0.3, 0.7]), ([20.0, 0.1], [15.0, 30.0]))


def igammac_second_order(tf: Any) -> Any:
    @tf.function
    def run(a, x):
        with tf.GradientTape() as outer:
            outer.watch(x)
            with tf.GradientTape() as inner:
                inner.watch(x)
                y = tf.math.igammac(a, x)
            first = inner.gradient(y, x)
        return y, first, outer.gradient(first, x)

    a = tf.constant([1.5, 2.5])
    return [run(a, tf.constant(x)) for x in ([0.3, 0.7], [2.0, 9.0])]


def betainc(tf: Any) -> Any:
    def run(x):
        return tf.math.betainc([2.0, 3.0], [0.5, 4.0], x)

    return _twice(tf, run, ([0.2, 0.3],), ([0.9, 0.95],))


@tolerance(1e-4, 1e-5)
def sqrtm(tf: Any) -> Any:
    first = [[4.0, 1.0], [0.0, 9.0]]
    return _twice(tf, tf.linalg.sqrtm, (first,), ([[2.0, 0.5], [0.5, 2.0]],))


def isotonic_regression(tf: Any) -> Any:
    @tf.function
    def run(x):
        return list(tf.nn.isotonic_regression(x))

    return [run(tf.constant(x)) for x in ([3.0, 1.0, 2.0, 4.0], [1.0, 5.0, 5.0, 0.0])]


def reverse_sequence(tf: Any) -> Any:
    def run(x, lengths):
        return tf.reverse_sequence(x, lengths, seq_axis=1, batch_axis=0)

    x = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
    traced = tf.function(run)
    return [
        _twice(tf, run, (x, [1, 3]), (x, [2, 0])),
        _error(traced, tf.constant(x), tf.constant([1, 4])),
        _error(traced, tf.constant(x), tf.constant([-1, 2])),
    ]


def invert_permutation(tf: Any) -> Any:
    run = tf.function(tf.math.invert_permutation)
    return [
        run(tf.constant([2, 0, 1])),
        run(tf.constant([0, 2, 1])),
        _error(run, tf.constant([0, 0, 1])),
        _error(run, tf.constant([0, 3, 1])),
    ]


def unravel_index(tf: Any) -> Any:
    @tf.function
    def run(indices):
        return tf.unravel_index(indices, [2, 3])

    return [run(tf.constant([5, 0])), run(tf.constant([1, 2]))]


def histogram(tf: Any) -> Any:
    @tf.function
    def run(x):
        return tf.histogram_fixed_width(x, [0.0, 1.0], 4)

    nan = float("nan")
    return [
        run(tf.constant([0.1, 0.6, 2.0])),
        run(tf.constant([-1.0, 0.3, 0.3])),
        _error(run, tf.constant([0.1, nan, 0.3])),
    ]


def confusion_matrix(tf: Any) -> Any:
    @tf.function
    def run(labels, predictions):
        return tf.math.confusion_matrix(labels, predictions, num_classes=3)

    labels = tf.constant([0, 1, 2])
    return [
        run(labels, tf.constant([0, 1, 1])),
        run(labels, tf.constant([2, 2, 2])),
        _error(run, labels, tf.constant([0, 1, 3])),
        _error(run, labels, tf.constant([0, -1, 1])),
    ]


def glimpses(tf: Any) -> Any:
    @tf.function
    def run(images, offsets):
        return [
            tf.image.extract_glimpse(images, [2, 2], offsets, centered, normalized, "zero")
            for centered, normalized in ((True, True), (True, False), (False, False))
        ]

    images = tf.reshape(tf.range(16.0), [1, 4, 4, 1])
    return [run(images, tf.constant(x)) for x in ([[0.0, 0.0]], [[-1.0, 0.5]], [[1.5, -2.0]])]


def combined_non_max_suppression(tf: Any) -> Any:
    @tf.function
    def run(boxes, scores):
        return list(tf.image.combined_non_max_suppression(boxes, scores, 2, 3, 0.5, 0.1))

    boxes = tf.constant([[[[0.0, 0.0, 1.0, 1.0]], [[0.0, 0.0, 1.0, 0.9]], [[0.5, 0.5, 0.8, 0.9]]]])
    scores = [[0.9], [0.8], [0.3]], [[0.0], [0.2], [0.05]]
    return [run(boxes, tf.constant([x])) for x in scores]


def stateless_draws(tf: Any) -> Any:
    """The parameters differ from call to call, the seeds do not."""

    @tf.function
    def run(x):
        seed = [3, 5]
        return [
            tf.random.stateless_poisson([2, 2], seed, x),
            tf.random.stateless_binomial([2, 2], seed, 20.0 * x, 0.25 * x),
            tf.random.stateless_categorical(tf.reshape(x, [1, 2]), 4, seed),
            tf.random.stateless_parameterized_truncated_normal([2, 2], seed, x, 1.0, -5.0, 5.0),
        ]

    return [run(tf.constant(x)) for x in ([1.0, 2.0], [0.5, 3.0], [1.0, 2.0])]


@tolerance(1e-4, 1e-5)
def stateless_gamma(tf: Any) -> Any:
    def run(alpha):
        return tf.random.stateless_gamma([3, 2], [3, 5], alpha)

    return _twice(tf, run, ([1.5, 0.5],), ([30.0, 1.0],))


def sizes_of_sets(tf: Any) -> Any:
    @tf.function
    def run(values):
        indices = tf.constant([[0, 0], [0, 1], [1, 0]], tf.int64)
        return tf.sets.size(tf.SparseTensor(indices, values, [2, 2]))

    return [run(tf.constant(x)) for x in ([1, 2, 3], [1, 1, 3])]


def discrete_cosine_transforms(tf: Any) -> Any:
    def run(x):
        return [tf.signal.idct(x, 2, norm="ortho"), tf.signal.idct(x, 3), tf.signal.fftshift(x)]

    return _twice(tf, run, ([1.0, 2.0, 4.0],), ([0.0, -1.0, 3.0],))


def permutations(tf: Any) -> Any:
    @tf.function
    def run(order, x):
        return tf.linalg.LinearOperatorPermutation(order).matvec(x)

    x = tf.constant([1.0, 2.0, 3.0])
    return [run(tf.constant(order), x) for order in ([2, 0, 1], [0, 1, 2], [0, 0, 1])]


def divisors(tf: Any) -> Any:
    @tf.function
    def run(x):
        return [tf.math.floormod(x, 3), x // 2]

    @tf.function
    def by(x):
        return 7 // x

    x = tf.constant([1, 5])
    return [run(x), by(x), _error(by, tf.constant([1, 0]))]
