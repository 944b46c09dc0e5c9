"""Lines of code about `tf.compat.v1`, for the families of its cases."""

from __future__ import annotations

from tests.parity.case_helpers.expressions import Case, expressions

SETUP = """
v1 = tf.compat.v1
x = tf.constant([[1.0, -2.0, 3.0], [4.0, 5.0, -6.0]])
n = tf.constant([[1, 2, 3], [4, 5, 6]])
b = tf.constant([[True, False, True], [False, False, True]])
s = tf.SparseTensor([[0, 1], [1, 2]], [1.0, 2.0], [2, 3])
image = tf.reshape(tf.range(32.0) / 7, [1, 4, 4, 2])
volume = tf.reshape(tf.range(54.0) / 7, [1, 3, 3, 3, 2])
logits = tf.sin(tf.reshape(image, [4, 2, 4]) * 9)
kernel = tf.reshape(tf.range(24.0) / 5 - 2, [2, 2, 2, 3])
"""


def lines(text: str) -> Case:
    """A case of expressions in which `v1` is `tf.compat.v1`."""
    return expressions(text, SETUP)
