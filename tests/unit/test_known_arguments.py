"""Traced functions of sizes: they are lowered for each of a few values of integer arguments."""

import numpy as np
import pytest

import tf_tape_compat as tf
from tf_tape_compat._functions.settings import Settings


@pytest.fixture(autouse=True)
def tracing(monkeypatch):
    monkeypatch.setattr(Settings, "trace", True)


def rows(x, n):
    """Needs the value of `n`: eye and linspace are no torch calls of unknown sizes."""
    return tf.reduce_sum(tf.eye(n) * tf.linspace(0.0, 1.0, n)) * x


def shaped(x, sizes):
    return tf.reduce_sum(tf.one_hot([1], sizes[0]) * tf.tile([[1.0]], sizes)) * x * x


def traced_function(function):
    (trace,) = function._traces.values()
    return trace.traced.function


def test_few_values_are_lowered_for_each():
    function = tf.function(rows, autograph=False)
    x = tf.constant(2.0)
    for n in (3, 4, 3, 5, 4):
        assert function(x, tf.constant(n)).numpy() == rows(x, tf.constant(n)).numpy()
    assert function.experimental_get_tracing_count() == 1
    traced = traced_function(function)
    assert not traced.not_lowered
    parts = traced._known_arguments._functions.values()
    assert len(parts) == 3
    programs = [x.program for part in parts for x in part._executors.values()]
    assert len(programs) == 3 and not any(x.called_eagerly for x in programs)


def test_vectors_and_gradients_of_both_orders():
    function = tf.function(shaped, autograph=False)
    x, sizes = tf.constant(3.0), tf.constant([4, 4])
    for call in (function, shaped):
        with tf.GradientTape() as outer, tf.GradientTape() as inner:
            outer.watch(x)
            inner.watch(x)
            y = call(x, sizes)
            first = inner.gradient(y, x)
        assert (first.numpy(), outer.gradient(first, x).numpy()) == (24.0, 8.0)
    assert not traced_function(function).not_lowered


def test_a_counter_is_not_lowered_for_each_value():
    function = tf.function(rows, autograph=False)
    x = tf.constant(2.0)
    results = [function(x, tf.constant(n)).numpy() for n in range(1, 30)]
    assert np.allclose(results, [rows(x, n).numpy() for n in range(1, 30)])
    traced = traced_function(function)
    assert traced.not_lowered and traced._known_arguments is None


def test_elements_of_datasets_are_not_taken_for_known():
    dataset = tf.data.Dataset.range(1, 9).map(lambda n: tf.reduce_sum(tf.eye(n)))
    assert [x.numpy() for x in dataset] == list(range(1, 9))
