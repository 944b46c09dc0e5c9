"""`tf.device` on a machine without accelerators, and what it refuses."""

from __future__ import annotations

from tests.parity.harness import attempt


def names(tf):
    def inside(name):
        with tf.device(name) as entered:
            x = tf.constant([1.0]) + 1.0
            return entered, x, tf.Variable(x)

    return [
        attempt(inside, name)
        for name in (
            "/CPU:0",
            "CPU:0",
            "cpu:0",
            "/device:CPU:0",
            "",
            None,
            "foo",
            3,
            "/job:worker/CPU:0",
        )
    ] + [attempt(tf.device, lambda op: "/CPU:0")]


def nested(tf):
    with tf.device("/CPU:0"), tf.device(None), tf.device("CPU:0"):
        return tf.zeros([2]), tf.constant(1).device
