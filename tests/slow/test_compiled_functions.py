"""`jit_compile=True`: the compiled program computes and assigns what the exact one does."""

import shutil
import time

import numpy as np
import pytest

import tf_tape_compat as tf
from tf_tape_compat._functions.settings import Settings

TIMEOUT = 600  # seconds


@pytest.mark.skipif(shutil.which("g++") is None, reason="needs a C++ compiler")
def test_compiled_program(monkeypatch):
    monkeypatch.setattr(Settings, "trace", True)
    v = tf.Variable([1.0, 2.0])

    def step(x):
        v.assign_sub(0.1 * tf.sin(x))
        return tf.tanh(x * v) * 2.0, x, tf.zeros_like(x)

    compiled, exact = tf.function(step, jit_compile=True), tf.function(step)
    x = tf.constant([0.3, 0.4])
    compiled(x)
    (trace,) = compiled._traces.values()
    (executor,) = trace.traced.function._executors.values()
    first, begin = executor.run, time.time()
    while executor.run is first:
        assert time.time() - begin < TIMEOUT
        time.sleep(0.2)
    results = []
    for function in (compiled, compiled, exact):  # the exact program and the compiled one in turn
        v.assign([1.0, 2.0])
        results.append([x.numpy() for x in (*function(x), v)])
    for ours in results[:2]:
        for a, b in zip(ours, results[2], strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-6)
