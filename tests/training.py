"""A small training problem."""

from __future__ import annotations

import numpy as np

import tf_tape_compat as tf


def problem() -> tuple[list[tf.Variable], tf.Tensor, tf.Tensor]:
    rng = np.random.default_rng(0)
    weights = [
        tf.Variable(rng.normal(size=shape).astype(np.float32)) for shape in ((4, 8), (8,), (8, 1))
    ]
    x = tf.constant(rng.normal(size=(16, 4)).astype(np.float32))
    return weights, x, tf.constant(rng.normal(size=(16, 1)).astype(np.float32))


def step(weights: list[tf.Variable], x: tf.Tensor, y: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    with tf.GradientTape() as tape:
        logits = tf.tanh(x @ weights[0] + weights[1]) @ weights[2]
        loss = tf.reduce_mean(tf.square(logits - y))
    for weight, gradient in zip(weights, tape.gradient(loss, weights), strict=True):
        weight.assign_sub(0.01 * gradient)
    return loss, logits
