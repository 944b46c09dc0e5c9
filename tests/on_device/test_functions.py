"""Traced functions on a machine with an accelerator: where their operations run."""

# The statements are what is tested, also where an expression would be shorter.
# ruff: noqa: SIM108

import threading

import pytest
import torch

import tf_tape_compat as tf
from tf_tape_compat._functions.settings import Settings

GPU, CPU = "GPU:0", "CPU:0"


@pytest.fixture(autouse=True)
def traced():
    before, Settings.trace = Settings.trace, True
    yield
    Settings.trace = before


def places_of(*values):
    return [x.device.rpartition("device:")[2] for x in tf.nest.flatten(values)]


def on_host(*values):
    with tf.device("/CPU:0"):
        return tf.constant(*values)


def not_lowered(function):
    """Why the operations of its only trace are called one by one."""
    (trace,) = function._traces.values()
    assert trace.not_traced is None
    return trace.traced.function.not_lowered


def test_results_lie_where_operations_ran():
    @tf.function
    def f(x):
        with tf.device("/CPU:0"):
            on_cpu, constant = x * 2.0, tf.constant(3.0)
        return x + 1.0, on_cpu, constant, tf.shape(x), tf.constant([1, 2]), tf.constant([1.0])

    expected = [GPU, CPU, CPU, CPU, CPU, GPU]
    assert places_of(f(tf.constant([1.0, 2.0]))) == expected
    assert places_of(f(on_host([1.0, 2.0]))) == expected  # the input is copied
    with tf.device("/CPU:0"):  # the call decides for operations that ask for no device
        assert places_of(f(tf.constant([1.0, 2.0]))) == [CPU] * 6
    assert places_of(f(tf.constant([1.0, 2.0]))) == expected
    assert f.experimental_get_tracing_count() == 1
    assert not not_lowered(f)


def test_constants_and_random_numbers():
    @tf.function
    def f():
        return (
            tf.random.stateless_uniform([2], [1, 2]),
            tf.random.normal([2]),
            tf.zeros([2]),
            tf.range(3.0),
            tf.range(3),
        )

    assert places_of(f()) == [GPU, GPU, GPU, GPU, CPU]
    with tf.device("/CPU:0"):
        assert places_of(f()) == [CPU] * 5
    assert not not_lowered(f)


def test_random_numbers_are_those_of_the_host():
    @tf.function
    def f():
        return tf.random.uniform([3], seed=7), tf.random.stateless_normal([3], [3, 4])

    tf.random.set_seed(1)
    values = [x.numpy().tolist() for x in f()]
    tf.random.set_seed(1)
    with tf.device("/CPU:0"):
        assert [x.numpy().tolist() for x in tf.function(f.python_function)()] == values


def test_variables_stay_where_they_are():
    v = tf.Variable([1.0, 2.0])
    with tf.device("/CPU:0"):
        w = tf.Variable([3.0, 4.0])

    @tf.function
    def step(x):
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(x * v * w)
        by_v, by_w = tape.gradient(loss, [v, w])
        v.assign_sub(by_v)
        w.assign_sub(by_w)
        return loss, by_v, by_w

    loss, by_v, by_w = step(tf.constant([1.0, 1.0]))
    assert places_of(loss, by_v, by_w, v, w) == [GPU, GPU, CPU, GPU, CPU]
    assert loss.numpy() == 11.0
    assert v.numpy().tolist() == [-2.0, -2.0]
    assert w.numpy().tolist() == [2.0, 2.0]
    assert not not_lowered(step)


def test_created_variables():
    made = []

    @tf.function
    def f(x):
        if not made:
            made.append(tf.Variable([1.0, 1.0]))
            with tf.device("/CPU:0"):
                made.append(tf.Variable(2.0))
        return x * made[0] * made[1]

    assert f(tf.constant([1.0, 2.0])).numpy().tolist() == [2.0, 4.0]
    assert places_of(made) == [GPU, CPU]


@pytest.mark.parametrize("on_cpu", [False, True])
def test_control_flow(on_cpu):
    @tf.function
    def f(x, n):
        total = tf.zeros([])
        entries = tf.TensorArray(tf.float32, 3)
        for i in tf.range(n):
            total += tf.cast(i, tf.float32) * tf.reduce_sum(x)
        for i in tf.range(3):
            entries = entries.write(i, x * tf.cast(i, tf.float32))
        if total > 0.0:  # a branch's result is the input, the other's a constant
            y = x
        else:
            y = tf.constant([0.0, 0.0])
        return total, entries.stack(), y

    x = on_host([1.0, 2.0]) if on_cpu else tf.constant([1.0, 2.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        total, stacked, y = f(x, tf.constant(4))
    assert places_of(total, stacked) == [GPU, GPU]
    assert total.numpy() == 18.0
    assert stacked.numpy().tolist() == [[0.0, 0.0], [1.0, 2.0], [2.0, 4.0]]
    gradient = tape.gradient([total, stacked, y], x)
    assert gradient.numpy().tolist() == [10.0, 10.0]
    assert places_of(gradient) == [CPU if on_cpu else GPU]
    assert not not_lowered(f)


def test_a_loop_whose_state_begins_on_the_host():
    @tf.function
    def f(x, n):
        y = x
        for _ in tf.range(n):
            y = y * 2.0
        return y

    x = on_host([1.0, 2.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x, tf.constant(400))
        z = f(x, tf.constant(2))
    assert places_of(y, z, tape.gradient(z, x)) == [GPU, GPU, CPU]
    assert z.numpy().tolist() == [4.0, 8.0]


def test_calls_inside_of_functions():
    @tf.function
    def inner(x):
        return x + 1.0

    @tf.function
    def outer(x):
        with tf.device("/CPU:0"):
            a = inner(x)
        return a, inner(x)

    assert places_of(outer(tf.constant(1.0))) == [CPU, GPU]


def test_captured_tensors():
    captured, on_cpu = tf.constant([1.0, 2.0]), on_host([3.0, 4.0])

    @tf.function
    def f(x):
        return x + captured + on_cpu

    result = f(tf.constant(1.0))
    assert result.numpy().tolist() == [5.0, 7.0]
    assert places_of(result) == [GPU]


def test_higher_derivatives():
    @tf.function
    def f(x, y):
        return tf.reduce_sum(x * x * x * y)

    x, y = tf.constant([1.0, 2.0]), on_host([2.0, 3.0])
    with tf.GradientTape() as outer:
        outer.watch([x, y])
        with tf.GradientTape() as tape:
            tape.watch([x, y])
            z = f(x, y)
        first = tape.gradient(z, [x, y])
    second = outer.gradient(first[0], [x, y])
    assert places_of(first, second) == [GPU, CPU, GPU, CPU]
    assert [g.numpy().tolist() for g in second] == [[12.0, 36.0], [3.0, 12.0]]


def test_gradients_are_computed_where_the_call_ran():
    @tf.function
    def f(x):
        return tf.reduce_sum(x * tf.constant([2.0, 3.0]))

    x = on_host([1.0, 2.0])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        with tf.device("/CPU:0"):
            y = f(x)
    with tf.GradientTape() as second:
        second.watch(x)
        gradient = tape.gradient(y, x)
    assert places_of(y, gradient) == [CPU, CPU]


def test_effects_and_operations_that_need_values():
    seen = []

    @tf.function
    def f(x):
        y = tf.py_function(lambda a: seen.append(a.device) or a * 2.0, [x], tf.float32)
        y.set_shape([2])
        return tf.boolean_mask(y, y > 2.0), tf.unique(x).y

    values, unique = f(tf.constant([1.0, 2.0]))
    assert values.numpy().tolist() == [4.0]
    assert unique.numpy().tolist() == [1.0, 2.0]
    assert places_of(values, unique) == [GPU, GPU]


def test_errors():
    @tf.function
    def f(x):
        return tf.linalg.inv(x)

    with pytest.raises(tf.errors.InvalidArgumentError, match="not invertible"):
        f(tf.zeros([2, 2]))

    @tf.function
    def g(x):
        tf.debugging.assert_positive(x)
        return x

    with pytest.raises(tf.errors.InvalidArgumentError):
        g(tf.constant([-1.0]))


def test_an_error_in_a_gradient():
    @tf.custom_gradient
    def f(x):
        def gradient(upstream):
            return tf.linalg.inv(tf.zeros([2, 2])) * upstream

        return x, gradient

    @tf.function
    def g(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = f(x)
        return tape.gradient(y, x)

    with pytest.raises(tf.errors.InvalidArgumentError, match="not invertible"):
        g(tf.ones([2, 2]))


def test_threads_call_one_function():
    @tf.function
    def f(x):
        with tf.device("/CPU:0"):
            y = x * 2.0
        return x + 1.0, y

    places = {}

    def call(number):
        x = tf.constant([float(number)])
        if number % 2:
            with tf.device("/CPU:0"):
                places[number] = [places_of(f(x)) for _ in range(20)]
        else:
            places[number] = [places_of(f(x)) for _ in range(20)]

    threads = [threading.Thread(target=call, args=[n]) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert places == {n: [[CPU if n % 2 else GPU, CPU]] * 20 for n in range(6)}


def test_constants_of_programs_are_copied_once():
    """A program has no copies of constants to the device: it would wait for each."""

    @tf.function
    def f(x):
        return x * tf.constant([1.0, 2.0]) + on_cpu

    on_cpu = on_host([3.0, 4.0])
    f(tf.constant([1.0, 1.0]))
    (trace,) = f._traces.values()
    (executor,) = trace.traced.function._executors.values()
    copies = [
        i for i in executor.program.instructions if i.function is torch.ops.aten._to_copy.default
    ]
    assert len(copies) == 1  # of the captured tensor, which is an input of the program
