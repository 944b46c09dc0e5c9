"""Our tensors in torch's functions, torch's tensors in ours, and other devices."""

from __future__ import annotations

import numpy as np
import pytest
import torch

import tf_tape_compat as tf


def test_torch_functions_are_recorded():
    x = tf.constant([1.0, 2.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = torch.nn.functional.softplus(x)
    assert isinstance(y, tf.Tensor)
    np.testing.assert_allclose(
        tape.gradient(y, x).numpy(), 1 / (1 + np.exp([-1.0, -2.0])), rtol=1e-6
    )


def test_a_torch_tensor_is_taken_without_a_copy_and_keeps_its_own_graph():
    parameter = torch.ones(3, requires_grad=True)
    tensor = tf.convert_to_tensor(parameter)
    assert tensor._t.data_ptr() == parameter.data_ptr()
    y = tf.reduce_sum(tensor * 3.0)
    y.torch().backward()
    assert parameter.grad.tolist() == [3.0] * 3


def test_torch_functions_take_variables():
    v = tf.Variable([1.0, 4.0])
    with tf.GradientTape() as tape:
        y = torch.sqrt(v)
    assert tape.gradient(y, v).numpy().tolist() == [0.5, 0.25]
    assert torch.from_dlpack(v).tolist() == [1.0, 4.0]


def test_a_meta_tensor_runs_through_without_a_value():
    x = tf.convert_to_tensor(torch.empty(3, 4, device="meta"))
    w = tf.convert_to_tensor(torch.empty(4, 5, device="meta"))
    with tf.GradientTape() as tape:
        tape.watch(w)
        y = tf.reduce_sum(tf.nn.softmax(tf.tanh(x @ w)) * 2.0)
    gradient = tape.gradient(y, w)
    assert gradient._t.device.type == "meta" and gradient.shape == [4, 5]


@pytest.mark.cuda
def test_tapes_on_cuda():
    x = tf.convert_to_tensor(torch.tensor([1.0, 2.0], device="cuda"))
    with tf.GradientTape() as t2:
        t2.watch(x)
        with tf.GradientTape() as t1:
            t1.watch(x)
            y = tf.reduce_sum(x * x * x)
        first = t1.gradient(y, x)
    second = t2.gradient(first, x)
    assert first.device.endswith("GPU:0")
    assert first.numpy().tolist() == [3.0, 12.0] and second.numpy().tolist() == [6.0, 12.0]


@pytest.mark.cuda
def test_crossing_tapes_and_custom_gradients_on_cuda():
    x = tf.convert_to_tensor(torch.tensor(3.0, device="cuda"))

    @tf.custom_gradient
    def cube(x):
        def grad(dy):
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = x * x * x
            return dy * tape.gradient(y, x)

        return x * x * x, grad

    with tf.GradientTape() as outer:
        outer.watch(x)
        y = x * x
        with tf.GradientTape() as inner:
            inner.watch(x)
            z = y * x
        first = inner.gradient(z, x)
    assert first.numpy() == 9.0 and outer.gradient(first, x).numpy() == 6.0
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = cube(x)
        first = inner.gradient(y, x)
    assert first.numpy() == 27.0 and outer.gradient(first, x).numpy() == 18.0
