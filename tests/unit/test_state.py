"""Variables share no memory, and tapes and variables survive errors and threads."""

from __future__ import annotations

import threading

import numpy as np
import pytest
import torch

import tf_tape_compat as tf


def test_a_persistent_tape_keeps_old_values_through_assignments():
    v = tf.Variable([1.0, 2.0])
    with tf.GradientTape(persistent=True) as tape:
        y = tf.reduce_sum(v * v)
    for number in range(3):
        v.assign_add([1.0, 1.0])
        v.assign(v * 2.0)
        v[0].assign(float(number))
        np.testing.assert_array_equal(tape.gradient(y, v).numpy(), [2.0, 4.0])


def test_views_and_arrays_of_a_variable_do_not_change_with_it():
    v = tf.Variable([1.0, 2.0, 3.0])
    read, part, array = v.value(), v[1:], v.numpy()
    shared = torch.from_dlpack(v.value())
    v.assign_add([1.0, 1.0, 1.0])
    assert read.numpy().tolist() == [1.0, 2.0, 3.0]
    assert part.numpy().tolist() == [2.0, 3.0]
    assert array.tolist() == [1.0, 2.0, 3.0]
    assert shared.tolist() == [1.0, 2.0, 3.0]
    assert v.numpy().tolist() == [2.0, 3.0, 4.0]


def test_a_variable_does_not_share_memory_with_what_it_was_made_of():
    array, given = np.ones(3, np.float32), torch.ones(3)
    v, w = tf.Variable(array), tf.Variable(given)
    c = tf.constant(array)
    array += 1.0
    given += 1.0
    v.assign_add([1.0] * 3)
    w.assign(given)
    given += 5.0
    assert v.numpy().tolist() == [2.0] * 3
    assert w.numpy().tolist() == [2.0] * 3
    assert c.numpy().tolist() == [1.0] * 3


def test_an_exception_anywhere_leaves_tapes_and_variables_as_they_were():
    v = tf.Variable([1.0, 2.0])
    x = tf.constant([3.0, 4.0])
    outer = tf.GradientTape(persistent=True)
    with outer:
        outer.watch(x)
        before = x * v
        with pytest.raises(tf.errors.InvalidArgumentError), tf.GradientTape():
            v + tf.constant([1.0, 2.0, 3.0])
        with pytest.raises(ValueError):
            v.assign([1.0, 2.0, 3.0])
        with pytest.raises(tf.errors.InvalidArgumentError):
            v.assign_add([1.0, 2.0, 3.0])
        with pytest.raises(TypeError):
            v.assign("text")
        after = before * x
    assert v.numpy().tolist() == [1.0, 2.0]
    assert outer.gradient(after, x).numpy().tolist() == [6.0, 16.0]


def test_an_exception_in_a_gradient_function_leaves_a_persistent_tape_usable():
    calls = []

    @tf.custom_gradient
    def fails_once(x):
        def grad(dy):
            calls.append(dy)
            if len(calls) == 1:
                raise KeyError("the first time")
            return dy * 5.0

        return x * 2.0, grad

    x = tf.constant(1.0)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = fails_once(x) * 1.0
    with pytest.raises(KeyError):
        tape.gradient(y, x)
    assert tape.gradient(y, x).numpy() == 5.0


def test_threads_with_their_own_tapes_share_variables():
    v = tf.Variable([1.0, 2.0, 3.0])
    results: dict[int, list[float]] = {}
    errors = []

    def work(number: int) -> None:
        try:
            factor = float(number + 1)
            for _ in range(200):
                with tf.GradientTape() as outer:
                    with tf.GradientTape() as inner:
                        y = tf.reduce_sum(v * v * v) * factor
                    first = inner.gradient(y, v)
                second = outer.gradient(first, v)
                results[number] = [*first.numpy().tolist(), *second.numpy().tolist()]
        except Exception as error:  # handed to the main thread
            errors.append(error)

    workers = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert not errors
    value = np.array([1.0, 2.0, 3.0])
    for number, gradients in results.items():
        expected = [*(3 * value**2 * (number + 1)), *(6 * value * (number + 1))]
        np.testing.assert_allclose(gradients, expected)
