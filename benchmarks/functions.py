"""Rows of traced functions: the same `tf.function` here and under TensorFlow.

A program builds its inputs from the module it is given and returns the step to trace.
"""

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np

import benchmarks.rows as eager_rows
from benchmarks.layers import Attention, normal
from benchmarks.rows import Perceptron, Program


@dataclass(frozen=True)
class FunctionRow:
    """A step, and the most that our function may take, in units of TensorFlow's function.

    `jit_compile` is for ours alone: TensorFlow's function is the one without XLA.
    """

    name: str
    bound: float
    step: Program
    jit_compile: bool | None = None

    def on_tf(self, tf: ModuleType) -> Callable[[], Any]:
        """The traced step."""
        compiled = self.jit_compile if tf.__name__ != "tensorflow" else None
        return tf.function(self.step(tf), jit_compile=compiled)


def embedding(tf: ModuleType) -> Callable[[], Any]:
    """The loss and the changes of the rows of a table that a batch looks up."""
    rng = np.random.default_rng(0)
    table = tf.Variable(normal(0, 1000, 32, scale=0.1))
    weights = tf.Variable(normal(1, 32, 10, scale=0.1))
    words = tf.constant(rng.integers(0, 1000, (32, 8)))
    labels = tf.constant(rng.integers(0, 10, 32))

    def step():
        with tf.GradientTape() as tape:
            vectors = tf.reduce_mean(tf.nn.embedding_lookup(table, words), 1)
            each = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, vectors @ weights)
            loss = tf.reduce_mean(each)
        by_table, by_weights = tape.gradient(loss, [table, weights])
        weights.assign_sub(0.1 * by_weights)
        return loss, by_table.values * 0.1, by_table.indices

    return step


def lstm(steps: int, batch: int = 16, inputs: int = 16, units: int = 32) -> Program:
    """The gradient of an LSTM, its steps in a Python loop."""

    def program(tf):
        sequence = tf.constant(normal(0, steps, batch, inputs))
        kernel = tf.Variable(normal(1, inputs, 4 * units, scale=0.2))
        recurrent = tf.Variable(normal(2, units, 4 * units, scale=0.2))
        bias = tf.Variable(np.zeros(4 * units, np.float32))
        variables = [kernel, recurrent, bias]

        def step():
            with tf.GradientTape() as tape:
                h = c = tf.zeros([batch, units])
                for i in range(steps):
                    gates = sequence[i] @ kernel + h @ recurrent + bias
                    enter, forget, new, leave = tf.split(gates, 4, 1)
                    c = tf.sigmoid(forget) * c + tf.sigmoid(enter) * tf.tanh(new)
                    h = tf.sigmoid(leave) * tf.tanh(c)
                loss = tf.reduce_mean(h * h)
            return tape.gradient(loss, variables)

        return step

    return program


def convolution(tf: ModuleType) -> Callable[[], Any]:
    """A step of a small network of two convolutions."""
    images = tf.constant(normal(0, 16, 28, 28, 1))
    labels = tf.constant(np.random.default_rng(0).integers(0, 10, 16))
    variables = f1, b1, f2, b2, w = [
        tf.Variable(normal(1, 3, 3, 1, 16, scale=0.3)),
        tf.Variable(np.zeros(16, np.float32)),
        tf.Variable(normal(2, 3, 3, 16, 32, scale=0.1)),
        tf.Variable(np.zeros(32, np.float32)),
        tf.Variable(normal(3, 7 * 7 * 32, 10, scale=0.02)),
    ]

    def step():
        with tf.GradientTape() as tape:
            x = tf.nn.relu(tf.nn.conv2d(images, f1, 1, "SAME") + b1)
            x = tf.nn.max_pool2d(x, 2, 2, "VALID")
            x = tf.nn.relu(tf.nn.conv2d(x, f2, 1, "SAME") + b2)
            x = tf.nn.max_pool2d(x, 2, 2, "VALID")
            logits = tf.reshape(x, [16, -1]) @ w
            each = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)
            loss = tf.reduce_mean(each)
        for variable, gradient in zip(variables, tape.gradient(loss, variables), strict=True):
            variable.assign_sub(0.01 * gradient)
        return loss

    return step


def data_dependent_loop(tf: ModuleType) -> Callable[[], Any]:
    """Collatz steps of 27: 111 rounds."""
    begin = tf.constant(27)

    def step():
        def halve_or_grow(n, count):
            grown = tf.where(n % 2 == 0, n // 2, 3 * n + 1)
            return grown, count + 1

        return tf.while_loop(lambda n, _: n != 1, halve_or_grow, (begin, tf.constant(0)))[1]

    return step


SCALAR_CHAIN = eager_rows.tf_chain(3.0)

FUNCTIONS = [
    FunctionRow("scalar tape", 0.2, eager_rows.tf_scalar_tape),
    FunctionRow("second derivative", 0.3, eager_rows.tf_second_derivative(3.0)),
    FunctionRow("chain of 300 operations", 2.0, SCALAR_CHAIN),
    FunctionRow("the same, jit_compile", 0.2, SCALAR_CHAIN, jit_compile=True),
    FunctionRow("training step", 0.7, Perceptron().on_tf),
    FunctionRow("embedding step", 0.7, embedding),
    FunctionRow("jacobian, 100 x 100", 0.6, eager_rows.tf_jacobian(eager_rows.VECTOR)),
    FunctionRow("LSTM, 50 steps", 1.1, lstm(50)),
    FunctionRow("attention, gradient", 1.0, Attention(True, batch=2).on_tf),
    FunctionRow("convolutions, step", 0.8, convolution),
    FunctionRow("wide training step", 0.7, Perceptron(512, 1024, batch=256).on_tf),
    FunctionRow("data-dependent loop", 0.8, data_dependent_loop),
]


def trivial_call(tf: ModuleType) -> Callable[[], Any]:
    """A call of a function of one operation, with its argument."""
    x = tf.constant(3.0)
    function = tf.function(lambda x: tf.square(x))
    return lambda: function(x)
