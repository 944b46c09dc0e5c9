"""What must hold whatever happens: tapes and variables survive errors, memory stays flat, graphs
are let go of, threads do not disturb each other, and bad input is told so.
"""

from __future__ import annotations

import gc
import threading
import weakref
from pathlib import Path

import numpy as np
import pytest
import torch

import tf_tape_compat as tf
from tf_tape_compat._core.recording.tape_set import EMPTY, thread


@pytest.fixture(autouse=True)
def _nothing_left_recording():
    yield
    assert thread.active is EMPTY
    assert thread.stack == ()


def resident() -> int:
    """This process's resident memory in bytes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


def step(weights: list[tf.Variable], x: tf.Tensor, y: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    with tf.GradientTape() as tape:
        logits = tf.tanh(x @ weights[0] + weights[1]) @ weights[2]
        loss = tf.reduce_mean(tf.square(logits - y))
    for weight, gradient in zip(weights, tape.gradient(loss, weights), strict=True):
        weight.assign_sub(0.01 * gradient)
    return loss, logits


def problem() -> tuple[list[tf.Variable], tf.Tensor, tf.Tensor]:
    rng = np.random.default_rng(0)
    weights = [
        tf.Variable(rng.normal(size=shape).astype(np.float32)) for shape in ((4, 8), (8,), (8, 1))
    ]
    x = tf.constant(rng.normal(size=(16, 4)).astype(np.float32))
    return weights, x, tf.constant(rng.normal(size=(16, 1)).astype(np.float32))


def test_memory_stays_flat_over_20000_steps_even_with_results_kept():
    weights, x, y = problem()
    kept = []
    for _ in range(500):
        step(weights, x, y)
    gc.collect()
    before = resident()
    for number in range(20_000):
        loss, logits = step(weights, x, y)
        if number % 10 == 0:
            kept.append((loss, logits))
    gc.collect()
    # 2,000 kept pairs of tensors take 1 to 2 MB; their graphs would take a hundred.
    assert resident() - before < 12e6
    assert len(kept) == 2_000


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
    def moody(x):
        def grad(dy):
            calls.append(dy)
            if len(calls) == 1:
                raise KeyError("the first time")
            return dy * 5.0

        return x * 2.0, grad

    x = tf.constant(1.0)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = moody(x) * 1.0
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
    for number, found in results.items():
        expected = [*(3 * value**2 * (number + 1)), *(6 * value * (number + 1))]
        np.testing.assert_allclose(found, expected)


def test_a_long_lived_tape_does_not_collect_dead_tensors():
    x = tf.constant(1.0)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        for _ in range(30_000):
            x * 2.0
        assert len(tape._tape.own_set.tensors) < 10_000


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
    y._t.backward()
    assert parameter.grad.tolist() == [3.0] * 3
    with tf.GradientTape() as tape, pytest.raises(ValueError, match="convert it once"):
        tape.watch(parameter)


def test_torch_functions_take_variables():
    v = tf.Variable([1.0, 4.0])
    with tf.GradientTape() as tape:
        y = torch.sqrt(v)
    assert tape.gradient(y, v).numpy().tolist() == [0.5, 0.25]
    assert torch.from_dlpack(v).tolist() == [1.0, 4.0]
    with pytest.raises(AttributeError, match="convert it once"):
        with tf.GradientTape() as tape:
            y = v * 2.0
        tape.gradient(y, torch.ones(2))


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
