"""Graphs are freed as soon as nothing needs them, and recomputed activations are not kept."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

import tf_tape_compat as tf
from tests.training import problem, step


def test_training_updates_variables_in_place():
    weights, x, y = problem()
    step(weights, x, y)
    pointers = [weight.handle.data.data_ptr() for weight in weights]
    loss, logits = step(weights, x, y)
    assert [weight.handle.data.data_ptr() for weight in weights] == pointers
    assert loss is not None and logits is not None


@pytest.mark.parametrize("persistent", [False, True])
@pytest.mark.parametrize("ask", [False, True])
def test_a_dropped_tape_frees_its_graph_at_once(persistent: bool, ask: bool):
    gc.disable()
    try:
        x = tf.constant([1.0, 2.0])
        with tf.GradientTape(persistent=persistent) as tape:
            tape.watch(x)
            middle = tf.exp(x)
            y = tf.reduce_sum(middle * middle)
        saved = weakref.ref(middle._t)
        del middle
        assert saved() is not None  # the graph has it
        if ask:
            tape.gradient(y, x)
        del tape
        assert saved() is None
        np.testing.assert_allclose(y.numpy(), np.exp(2.0) + np.exp(4.0), rtol=1e-6)
    finally:
        gc.enable()


def test_a_spent_tape_frees_its_graph_at_once():
    x = tf.constant([1.0, 2.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        middle = tf.exp(x)
        y = tf.reduce_sum(middle * middle)
    saved = weakref.ref(middle._t)
    del middle
    tape.gradient(y, x)
    assert saved() is None
    assert y._t.grad_fn is None


def test_nothing_is_recorded_outside_of_tapes():
    x, v = tf.constant(2.0), tf.Variable(3.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * v
    z = tf.exp(y) * v
    assert z._t.grad_fn is None and not z._t.requires_grad
    assert tape.gradient(y, [x, v])[1].numpy() == 2.0


def test_a_long_lived_tape_does_not_collect_dead_tensors():
    x = tf.constant(1.0)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        for _ in range(30_000):
            x * 2.0
        assert len(tape._tape.own_set.tensors) < 10_000


SIZE = 1000


class LiveStorage(TorchDispatchMode):
    """Counts the storages that operations made and that are still alive."""

    def __init__(self):
        super().__init__()
        self.made = []

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        result = function(*args, **(kwargs or {}))
        for item in result if isinstance(result, (tuple, list)) else (result,):
            if isinstance(item, torch.Tensor):
                self.made.append(weakref.ref(item.untyped_storage()))
        return result

    def number(self):
        alive = {s.data_ptr(): s.nbytes() for r in self.made if (s := r()) is not None}
        return sum(size >= SIZE * 4 for size in alive.values())


def block(x):
    for _ in range(10):
        x = tf.sin(tf.exp(-x * x))
    return x


def large_storages(function):
    """How many large storages are alive after the forward pass, and the gradient."""
    x = tf.ones([SIZE])
    with LiveStorage() as live, tf.GradientTape() as tape:
        tape.watch(x)
        y = function(function(x))
        number = live.number()
    return number, tape.gradient(y, x)


def test_activations_are_not_kept():
    plain, expected = large_storages(block)
    recomputed, gradient = large_storages(tf.recompute_grad(block))
    assert plain > 40  # the count sees what a tape keeps
    assert recomputed <= 3  # the result of each block, and perhaps the input
    torch.testing.assert_close(torch.from_dlpack(gradient), torch.from_dlpack(expected))
