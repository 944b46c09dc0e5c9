"""Rows: `tf.while_loop` compared with a Python loop over our operations, and mapped functions."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np

from benchmarks.rows import Program, Row

STEPS = 1000


def while_loop(tf: ModuleType, x: Any, limit: Any) -> Any:
    def body(i, y):
        return i + 1, tf.sin(y * 0.9 + 0.1)

    return tf.while_loop(lambda i, y: i < limit, body, (tf.constant(0), x))[1]


def python_loop(tf: ModuleType, x: Any, limit: Any) -> Any:
    i, y = tf.constant(0), x
    while i < limit:
        i, y = i + 1, tf.sin(y * 0.9 + 0.1)
    return y


def value(loop: Callable[..., Any]) -> Program:
    def program(tf):
        x, limit = tf.constant(0.5), tf.constant(STEPS)
        return lambda: loop(tf, x, limit)

    return program


def gradient(loop: Callable[..., Any]) -> Program:
    def program(tf):
        v, limit = tf.Variable(0.5), tf.constant(STEPS)

        def run():
            with tf.GradientTape() as tape:
                y = loop(tf, v.value(), limit)
            return tape.gradient(y, v)

        return run

    return program


def with_ours(program: Program) -> Program:
    """Runs the `tf` program on our operations in the place of raw torch."""

    def on_torch(torch):
        import tf_tape_compat

        run = program(tf_tape_compat)
        return lambda: torch.from_dlpack(run())

    return on_torch


RNG = np.random.default_rng(0)
WEIGHTS = [RNG.normal(0, 0.1, shape).astype(np.float32) for shape in ((64, 128), (128, 10))]
FEATURES = RNG.normal(size=(32, 64)).astype(np.float32)
CLASSES = RNG.integers(0, 10, 32)


def tf_per_example(tf):
    """The gradient of each example's loss by the weights of a perceptron."""
    weights = w1, w2 = [tf.Variable(w) for w in WEIGHTS]
    x, labels = tf.constant(FEATURES), tf.constant(CLASSES)

    def each(example):
        features, label = example
        with tf.GradientTape() as tape:
            logits = tf.nn.relu(features[tf.newaxis] @ w1) @ w2
            loss = tf.nn.sparse_softmax_cross_entropy_with_logits([label], logits)
        return tape.gradient(loss, weights)

    return lambda: tf.vectorized_map(each, (x, labels))[0]


def torch_per_example(torch):
    weights = [torch.from_numpy(w) for w in WEIGHTS]
    x, labels = torch.from_numpy(FEATURES), torch.from_numpy(CLASSES)

    def loss(weights, features, label):
        logits = torch.relu(features[None] @ weights[0]) @ weights[1]
        return torch.nn.functional.cross_entropy(logits, label[None])

    each = torch.vmap(torch.func.grad(loss), in_dims=(None, 0, 0))
    return lambda: each(weights, x, labels)[0]


def tf_map(tf):
    x = tf.constant(FEATURES)
    return lambda: tf.vectorized_map(lambda a: tf.reduce_sum(tf.sin(a) * a), x)


def torch_map(torch):
    x = torch.from_numpy(FEATURES)
    return lambda: torch.vmap(lambda a: torch.sum(torch.sin(a) * a))(x)


CONTROL = [
    Row("while_loop, 1,000 steps", 1.2, value(while_loop), with_ours(value(python_loop))),
    Row("and its gradient", 1.2, gradient(while_loop), with_ours(gradient(python_loop))),
    Row("vectorized_map", 2.5, tf_map, torch_map),
    Row("per-example gradients", 4.0, tf_per_example, torch_per_example),
]
