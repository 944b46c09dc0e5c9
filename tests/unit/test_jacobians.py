"""Jacobians are vectorized if possible; otherwise there is a warning and the same result."""

from __future__ import annotations

import logging

import numpy as np
import pytest
import torch

import tf_tape_compat as tf
from tests.parity.cases.gradients.jacobians import OPERATIONS
from tf_tape_compat import _logging as tape_logging
from tf_tape_compat._core.gradients import batched_backward


@pytest.fixture
def warned(caplog, monkeypatch):
    """The warnings that were logged."""
    monkeypatch.setattr(tf.get_logger(), "propagate", True)
    monkeypatch.setattr(tape_logging, "_counts", {})
    caplog.set_level(logging.WARNING)
    return lambda: [record.getMessage() for record in caplog.records]


def _twice(function, x):
    """A jacobian and the jacobian of it, vectorized and one row at a time."""
    gradients = []
    for pfor in (True, False):
        with tf.GradientTape(persistent=True) as outer:
            outer.watch(x)
            with tf.GradientTape(persistent=True) as tape:
                tape.watch(x)
                y = function(x)
            first = tape.jacobian(y, x, experimental_use_pfor=pfor)
        second = outer.jacobian(first, x, "zero", experimental_use_pfor=pfor)
        gradients.append((first.numpy(), second.numpy()))
    return gradients


@pytest.mark.parametrize("name", OPERATIONS)
def test_operations_are_vectorized(name, warned, recwarn):
    shape, function = OPERATIONS[name]
    x = tf.constant(np.linspace(0.2, 0.9, int(np.prod(shape))).reshape(shape), tf.float32)
    together, apart = _twice(lambda x: function(tf, x), x)
    assert not warned() and not recwarn.list
    for one, other in zip(together, apart, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)


def test_custom_gradients_are_vectorized(warned):
    calls = []

    @tf.custom_gradient
    def scaled(x):
        def gradient(dy):
            calls.append(dy.shape)
            return 3.0 * tf.abs(dy) * tf.where(x > 0.5, x, tf.sin(x))

        return x * x, gradient

    x = tf.constant([[0.2, 0.4], [0.7, 0.9]])
    together, apart = _twice(lambda x: scaled(tf.sin(x)) ** 2, x)
    assert set(calls) == {(2, 2)}  # which is what each gradient looks like, in a batch too
    assert not warned()
    for one, other in zip(together, apart, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5)


@pytest.mark.parametrize("outer", [False, True])
def test_what_looks_at_values_is_computed_one_by_one(outer, warned):
    @tf.custom_gradient
    def looking(x):
        def gradient(dy):
            return dy * x if dy.numpy().sum() > 0 else dy

        return x * x, gradient

    x = tf.constant([1.0, 2.0, 3.0])
    with tf.GradientTape(persistent=True) as first:
        if outer:
            first.watch(x)
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = looking(tf.sin(x))
        jacobian = tape.jacobian(y, x)
    np.testing.assert_allclose(
        jacobian.numpy(), np.diag(np.sin([1, 2, 3]) * np.cos([1, 2, 3])), rtol=1e-6
    )
    (message,) = warned()
    assert "The gradient of looking cannot be vectorized" in message
    if outer:
        second = first.gradient(jacobian, x).numpy()
        np.testing.assert_allclose(second, np.cos(2 * np.array([1, 2, 3])), rtol=1e-5)


def test_a_tape_inside_of_a_custom_gradient(warned):
    """The inner tape watches a tensor with a separate graph, which torch cannot batch."""

    @tf.custom_gradient
    def nested(x):
        def gradient(dy):
            with tf.GradientTape() as tape:
                tape.watch(dy)
                z = dy * dy * x
            return tape.gradient(z, dy)

        return x * x, gradient

    x = tf.constant([1.0, 2.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = nested(x)
    np.testing.assert_allclose(tape.jacobian(y, x).numpy(), [[2.0, 0.0], [0.0, 4.0]])
    (message,) = warned()
    assert "nested" in message


def test_an_operation_of_torch_that_cannot_be_vectorized_is_named(warned):
    class Peek(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x.clone()

        @staticmethod
        def backward(ctx, grad):
            return grad * (2.0 if grad.sum().item() > 0 else 1.0)

    x = tf.constant([1.0, 2.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.sin(x)
        object.__setattr__(y, "_t", Peek.apply(y._t))
    np.testing.assert_allclose(tape.jacobian(y, x).numpy(), np.diag(2 * np.cos([1, 2])), rtol=1e-6)
    (message,) = warned()
    assert "The gradient of Peek cannot be vectorized" in message


def test_parallel_iterations_bound_the_batch(monkeypatch):
    sizes = []
    vectorized = batched_backward._vectorized

    def counted(roots, seeds, *others):
        sizes.append(len(seeds[0]))
        return vectorized(roots, seeds, *others)

    monkeypatch.setattr(batched_backward, "_vectorized", counted)
    x = tf.constant(np.linspace(-1, 1, 11, dtype=np.float32))
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = tf.sin(x)
    whole = tape.jacobian(y, x)
    parts = tape.jacobian(y, x, parallel_iterations=4)
    assert sizes == [11, 3, 4, 4]
    np.testing.assert_array_equal(whole.numpy(), parts.numpy())


def test_a_tape_lets_go_of_the_graph_after_a_jacobian():
    x = tf.constant([1.0, 2.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.sin(x)
    jacobian = tape.jacobian(y, x)
    assert not jacobian._t.requires_grad and not y._t.requires_grad
