"""Clipping by value, by norm and by global norm, of tensors and slices."""

import numpy as np

from tests.parity.case_helpers.elements import FLOATS, INTEGERS, brief, constant, gradients
from tests.parity.case_helpers.expressions import expressions
from tests.parity.harness import attempt, tolerance

_SETUP = """
x = tf.constant([-2.0, -1.0, -0.0, 0.5, 1.0, 3.0, float("inf"), float("nan")])
y = tf.constant([[3.0, 4.0], [0.3, 0.4]])
i, s = tf.constant([1, 5, -7]), tf.constant("a")
v = tf.Variable([3.0, -4.0])
o = tf.zeros([2])
rows = tf.constant([[3.0, 4.0], [0.0, 12.0]])
sl = tf.IndexedSlices(rows, tf.constant([2, 0]), tf.constant([3, 2]))
open = tf.IndexedSlices(tf.constant([6.0, 8.0]), tf.constant([1, 2]))
h = tf.constant([3.0, 4.0], tf.float16)
d = tf.constant([3.0, 4.0], tf.float64)
"""

CASES = {
    "by value": expressions(
        """
        tf.clip_by_value(x, -1, 1)
        tf.clip_by_value(x, -1.0, 1.0)
        tf.clip_by_value(x, 1.0, -1.0)
        tf.clip_by_value(x, 0, tf.constant(0.75))
        tf.clip_by_value(x, tf.constant(-1.0), 0.5)
        tf.clip_by_value(x, float('-inf'), float('inf'))
        tf.clip_by_value(x, float('nan'), 1.0)
        tf.clip_by_value(x, np.float32(-1), np.float64(1))
        tf.clip_by_value(y, [1.0, 2.0], [[2.0], [3.0]])
        tf.clip_by_value(y, y, y + 1)
        tf.clip_by_value(v, -1, 1)
        tf.clip_by_value(v, v, v)
        tf.clip_by_value([1.5, 2.5], 2, 3)
        tf.clip_by_value(5, 1, 3)
        tf.clip_by_value(np.array([1.0, 9.0]), 2, 3)
        tf.clip_by_value([], 2, 3)
        tf.clip_by_value(i, -2, 3)
        tf.clip_by_value(i, 3, -2)
        tf.clip_by_value(i, -2.5, 3)
        tf.clip_by_value(i, -2, 3.5)
        tf.clip_by_value(h, 0.1, 3.3)
        tf.clip_by_value(d, 0.1, 3.3)
        tf.clip_by_value(d, tf.constant(0.1), 3.3)
        tf.clip_by_value(sl, -1, 3.5)
        tf.clip_by_value(open, 7.0, 7.5)
        tf.clip_by_value(tf.constant(1.0), [0.0, 0.5], 1.0)
        tf.clip_by_value(tf.constant([1.0]), 0.0, [1.0, 2.0])
        tf.clip_by_value(x, [0.0, 1.0], 1.0)
        tf.clip_by_value(s, 'a', 'b')
        tf.clip_by_value(tf.constant(1j), 0, 1)
        tf.clip_by_value(tf.constant(True), False, True)
        tf.clip_by_value(x, None, 1.0)
        tf.clip_by_value(None, 0, 1)
        tf.clip_by_value(x, True, 1.0)
        tf.clip_by_value(t=x, clip_value_min=0.0, clip_value_max=1.0, name='a')
        tf.clip_by_value(tf.constant([200, 65535], tf.uint16), 300, 40000)
        """,
        _SETUP,
        messages=False,
    ),
    "by norm": expressions(
        """
        tf.clip_by_norm(y, 1.0)
        tf.clip_by_norm(y, 100)
        tf.clip_by_norm(y, 5.0, axes=1)
        tf.clip_by_norm(y, 1.0, axes=[1])
        tf.clip_by_norm(y, 1.0, axes=[0, 1])
        tf.clip_by_norm(y, 1.0, axes=-1)
        tf.clip_by_norm(y, 1.0, axes=tf.constant(0))
        tf.clip_by_norm(y, 1.0, axes=[])
        tf.clip_by_norm(y, 1.0, axes=2)
        tf.clip_by_norm(y, -1.0)
        tf.clip_by_norm(y, 0)
        tf.clip_by_norm(y, tf.constant(2.0))
        tf.clip_by_norm(y, tf.constant(2))
        tf.clip_by_norm(y, tf.constant(-2.0))
        tf.clip_by_norm(y, np.float64(2.0))
        tf.clip_by_norm(y, np.array(2.0))
        tf.clip_by_norm(y, [1.0, 2.0])
        tf.clip_by_norm(y, [[1.0], [2.0]])
        tf.clip_by_norm(v, [[1.0], [2.0]])
        tf.clip_by_norm(y, tf.Variable(2.0))
        tf.clip_by_norm(x, 1.0)
        tf.clip_by_norm(v, 1.0)
        tf.clip_by_norm(o, 1.0)
        tf.clip_by_norm(o, 0.0)
        tf.clip_by_norm([3.0, 4.0], 1)
        tf.clip_by_norm(3.0, 1)
        tf.clip_by_norm([], 1.0)
        tf.clip_by_norm(h, 1.0)
        tf.clip_by_norm(d, 1.0)
        tf.clip_by_norm(d, tf.constant(1.0))
        tf.clip_by_norm(sl, 1.0)
        tf.clip_by_norm(open, 5)
        tf.clip_by_norm(i, 1)
        tf.clip_by_norm(i, 1.5)
        tf.clip_by_norm(tf.constant(3j), 1)
        tf.clip_by_norm(s, 1)
        tf.clip_by_norm(None, 1)
        tf.clip_by_norm(y, None)
        tf.clip_by_norm(t=y, clip_norm=1.0, axes=None, name='a')
        """,
        _SETUP,
        messages=False,
    ),
    "by global norm": expressions(
        """
        tf.clip_by_global_norm([y, v], 1.0)
        tf.clip_by_global_norm([y, v], 100)
        tf.clip_by_global_norm((y, None, sl, v, open), 2.0)
        tf.clip_by_global_norm([y], tf.constant(1.0))
        tf.clip_by_global_norm([y], 1.0, use_norm=tf.constant(10.0))
        tf.clip_by_global_norm([y], 1.0, 10.0)
        tf.clip_by_global_norm([y, d], 1.0)
        tf.clip_by_global_norm([h], 1.0)
        tf.clip_by_global_norm([d], 1)
        tf.clip_by_global_norm([d], tf.constant(1.0))
        tf.clip_by_global_norm([d, h], 1.0, use_norm=tf.constant(2.0))
        tf.clip_by_global_norm([x], 1.0)
        tf.clip_by_global_norm([tf.constant([float('inf'), 1.0])], 1.0)
        tf.clip_by_global_norm([o], 1.0)
        tf.clip_by_global_norm([o], 0.0)
        tf.clip_by_global_norm([y], 0.0)
        tf.clip_by_global_norm([y], -1.0)
        tf.clip_by_global_norm([], 1.0)
        tf.clip_by_global_norm([None], 1.0)
        tf.clip_by_global_norm(y, 1.0)
        tf.clip_by_global_norm('a', 1.0)
        tf.clip_by_global_norm({'a': y}, 1.0)
        tf.clip_by_global_norm([[3.0, 4.0], 12.0], 6.5)
        tf.clip_by_global_norm([i], 1.0)
        tf.clip_by_global_norm([s], 1.0)
        tf.clip_by_global_norm(t_list=[y], clip_norm=1.0, use_norm=None, name='a')
        tf.linalg.global_norm([y, v])
        tf.linalg.global_norm([y, None, sl])
        tf.linalg.global_norm((o,))
        tf.linalg.global_norm([])
        tf.linalg.global_norm([None])
        tf.linalg.global_norm(y)
        tf.linalg.global_norm([i])
        tf.linalg.global_norm([y, d])
        tf.linalg.global_norm([3.0, [4.0]])
        tf.linalg.global_norm([tf.constant([3j, 4.0])])
        tf.linalg.global_norm(t_list=[y], name='a')
        """,
        _SETUP,
        messages=False,
    ),
}


def types(tf):
    results = []
    for dtype in [*FLOATS, *INTEGERS]:
        x = constant(tf, [1, 3, 5], dtype)
        results.append(brief(attempt(tf.clip_by_value, x, 2, 4)))
        results.append(brief(attempt(tf.clip_by_norm, x, 2)))
    return results


def value_gradients(tf):
    x = tf.constant([-2.0, -1.0, 0.0, 1.0, 2.0, float("nan")])
    low, high = tf.constant([-1.0] * 6), tf.constant([1.0] * 6)
    swapped = gradients(tf, lambda x: tf.clip_by_value(x, 1.0, -1.0), x)
    return (
        gradients(tf, lambda x: tf.clip_by_value(x, -1.0, 1.0), x),
        gradients(tf, lambda x: tf.clip_by_value(x, -1, 1) * x, x),
        gradients(tf, tf.clip_by_value, x, low, high),
        gradients(tf, tf.clip_by_value, x, tf.constant(-1.0), tf.constant(0.5)),
        swapped,
    )


def norm_gradients(tf):
    x = tf.constant([[3.0, 4.0], [0.3, 0.4], [0.0, 0.0]])
    norm = tf.constant(2.0)
    return (
        gradients(tf, lambda x: tf.clip_by_norm(x, 1.0), x),
        gradients(tf, lambda x: tf.clip_by_norm(x, 1.0, axes=1), x),
        gradients(tf, tf.clip_by_norm, x, norm),
        gradients(tf, lambda x: tf.clip_by_norm(x, 5.0, axes=1), x),
        gradients(tf, lambda x: tf.clip_by_norm(x, 0.0), x),
    )


@tolerance(rtol=2e-5)
def global_norm_gradients(tf):
    x, y, v = tf.constant([3.0, 4.0]), tf.constant([[1.0], [2.0]]), tf.Variable(5.0)
    results = []
    for clip, use in (
        (1.0, None),
        (100.0, None),
        (tf.constant(2.0), None),
        (2.0, tf.constant(4.0)),
    ):
        with tf.GradientTape(persistent=True) as outer:
            with tf.GradientTape(persistent=True) as tape:
                tape.watch([x, y])
                (a, none, b, c), norm = tf.clip_by_global_norm([x, None, y, v], clip, use)
                z = tf.reduce_sum(a * a) + tf.reduce_sum(b) * c
            sources = [x, y, v, a, norm]
            first = tape.gradient(z, sources)
        results.append((none, first, tape.gradient(norm, [x, y, v]), tape.gradient(a, [x, y])))
        results.append(outer.gradient(first[0], [x, v]))
    with tf.GradientTape() as tape:
        zero = tf.zeros([2])
        tape.watch(zero)
        norm = tf.linalg.global_norm([zero])
    return results, tape.gradient(norm, zero)


def training_step(tf):
    """Gradients of a gather among dense ones, clipped together."""
    table = tf.Variable(np.arange(6, dtype=np.float32).reshape(3, 2))
    weights = tf.Variable([[1.0], [2.0]])
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(tf.matmul(tf.gather(table, [2, 0, 2]), weights))
    result = tape.gradient(loss, [table, weights])
    return result, tf.clip_by_global_norm(result, 3.0), tf.clip_by_norm(result[0], 1.0)
