"""What the accelerator lacks: kernels that fall back to the CPU, and element types."""

import logging

import numpy as np
import pytest
import torch

import tf_tape_compat as tf
from tests.device import limits, selection

pytestmark = pytest.mark.skipif(selection.name != "gpu", reason="needs the pretended GPU")


def test_missing_kernel_falls_back_to_the_cpu(caplog):
    x = tf.constant([[3.0, 1.0], [1.0, 2.0]])
    with (
        caplog.at_level(logging.WARNING, "tensorflow"),
        limits.lacking(kernels=["linalg_cholesky_ex"]),
        tf.GradientTape() as tape,
    ):
        tape.watch(x)
        y = tf.linalg.cholesky(x)
        z = tf.reduce_sum(y)
        tf.linalg.cholesky(x)
    assert y.device.endswith("GPU:0")
    np.testing.assert_allclose(y.numpy() @ y.numpy().T, x.numpy(), rtol=1e-6)
    gradient = tape.gradient(z, x)
    assert gradient.device.endswith("GPU:0")
    (record,) = [r for r in caplog.records if "runs on the CPU" in r.getMessage()]
    assert record.getMessage().startswith("Cholesky runs on the CPU: torch has no kernel of it")


@pytest.mark.parametrize("under_a_tape", [False, True])
def test_missing_kernel_in_a_function(under_a_tape, caplog):
    v = tf.Variable(1.0)

    @tf.function
    def f(x):
        y = tf.linalg.cholesky(x + 0.0)
        v.assign_add(1.0)
        return y

    x = tf.constant([[3.0, 1.0], [1.0, 2.0]])
    with limits.lacking(kernels=["linalg_cholesky_ex"]), tf.GradientTape() as tape:
        if under_a_tape:
            tape.watch(x)
        results = [f(x) for _ in range(2)]
    assert v.numpy() == 3.0
    for y in results:
        assert y.device.endswith("GPU:0")
        np.testing.assert_allclose(y.numpy() @ y.numpy().T, x.numpy(), rtol=1e-6)
    if under_a_tape:
        assert tape.gradient(results, x).device.endswith("GPU:0")


def test_missing_kernel_without_soft_placement():
    x = tf.constant([[3.0, 1.0], [1.0, 2.0]])
    tf.config.set_soft_device_placement(False)
    try:
        with (
            limits.lacking(kernels=["linalg_cholesky_ex"]),
            pytest.raises(tf.errors.UnimplementedError, match="Cholesky"),
        ):
            tf.linalg.cholesky(x)
    finally:
        tf.config.set_soft_device_placement(True)


def test_errors_on_the_cpu_are_tensorflows():
    x = tf.ones([2, 3])
    with (
        limits.lacking(kernels=["mm", "addmm", "matmul", "bmm"]),
        pytest.raises(tf.errors.InvalidArgumentError, match="Matrix size-incompatible"),
    ):
        tf.matmul(x, x)


@pytest.mark.parametrize("dtype", [tf.float64, tf.complex128])
def test_missing_element_type(dtype):
    with limits.lacking(dtypes=limits.MPS_DTYPES):
        with pytest.raises(tf.errors.InvalidArgumentError, match="tf.device\\('/CPU:0'\\)"):
            tf.constant([1.0, 2.0], dtype)
        with pytest.raises(tf.errors.InvalidArgumentError, match="not available on GPU devices"):
            tf.cast(tf.constant([1.0, 2.0]), dtype)
        with tf.device("/CPU:0"):
            x = tf.constant([1.0, 2.0], dtype)
            assert (x * x).numpy().tolist() == [1.0, 4.0]


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision(dtype):
    x = tf.cast(tf.constant([[1.0, 2.0], [3.0, 4.0]]), str(dtype).removeprefix("torch."))
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.reduce_sum(tf.nn.softmax(tf.matmul(x, x)) * x)
    gradient = tape.gradient(y, x)
    with tf.device("/CPU:0"), tf.GradientTape() as tape:
        host = tf.identity(x)
        tape.watch(host)
        y = tf.reduce_sum(tf.nn.softmax(tf.matmul(host, host)) * host)
    np.testing.assert_array_equal(gradient.numpy(), tape.gradient(y, host).numpy())
