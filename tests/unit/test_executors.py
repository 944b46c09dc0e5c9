"""Programs of traced functions: bit by bit what the eager operations compute."""

import random
import re
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch

import tf_tape_compat as tf
from tf_tape_compat._functions.settings import Settings
from tf_tape_compat._graph.executors.arithmetic import EQUAL_IN_NUMPY

SPECIAL = [np.inf, -np.inf, np.nan, 0.0, -0.0, 1e-40, -1e-42, 3e38, -3e38, 1.0]


@pytest.fixture(autouse=True)
def tracing(monkeypatch):
    monkeypatch.setattr(Settings, "trace", True)


def values(dtype, size, seed):
    rng = np.random.default_rng(seed)
    if dtype.is_floating_point:
        x = rng.standard_normal(size) * np.exp(20 * rng.standard_normal(size))
        if size > len(SPECIAL):
            x[: len(SPECIAL)] = SPECIAL
            rng.shuffle(x)
        with np.errstate(over="ignore"):
            return torch.from_numpy(x).to(dtype)
    bounds = torch.iinfo(dtype)
    return torch.from_numpy(rng.integers(bounds.min, bounds.max, size)).to(dtype)


def bits(array):
    array = np.asarray(array)
    return np.where(np.isnan(array), np.nan, array).tobytes()  # NaNs have many bit patterns


@pytest.mark.parametrize("operator", EQUAL_IN_NUMPY, ids=str)
@pytest.mark.parametrize("size", [1, 2, 7, 16, 33, 1000])
def test_numpy_is_equal_to_torch(operator, size):
    function, dtypes = EQUAL_IN_NUMPY[operator]
    count = len(operator._schema.arguments) - ("alpha" in str(operator._schema))
    for dtype in dtypes:
        x, y = values(dtype, size, 1), values(dtype, size, 2)
        others = [[]] if count == 1 else [[y], [y[0]]]
        if operator._schema.name.endswith((".Scalar", "Scalar")) or "Scalar" in str(operator):
            others = [[0.1 if dtype.is_floating_point else 7]]
        for rest in others:
            expected = operator(x, *rest)
            arrays = [a.numpy() if isinstance(a, torch.Tensor) else a for a in rest]
            arrays = [np.asarray(a, x.numpy().dtype) for a in arrays]
            result = np.empty(expected.shape, expected.numpy().dtype)
            with np.errstate(all="ignore"):
                function(x.numpy(), *arrays, out=result)
            assert bits(result) == bits(expected.numpy())


def random_step(seed):
    """A function of two arguments, made of random element-wise operations and views."""
    rng = random.Random(seed)
    choices = [
        lambda a, b: a + b,
        lambda a, b: a - 0.25 * b,
        lambda a, b: a * b,
        lambda a, b: a / (b * b + 1.0),
        lambda a, b: tf.sin(a),
        lambda a, b: tf.sqrt(tf.abs(a)),
        lambda a, b: tf.tanh(a) * b,
        lambda a, b: tf.maximum(a, -b),
        lambda a, b: tf.where(a > b, a, b),
        lambda a, b: a * tf.transpose(a),
        lambda a, b: tf.transpose(b) - a,
        lambda a, b: tf.reshape(tf.reshape(a, [-1]) + 1.0, a.shape),
        lambda a, b: a + tf.reduce_sum(b, 0),
        lambda a, b: tf.matmul(a, b) * 0.1,
        lambda a, b: tf.ones_like(a) * b,
        lambda a, b: tf.concat(tf.split(a, a.shape[0], 1)[::-1], 1) * b,
        lambda a, b: tf.stack(tf.unstack(b)) + a,
        lambda a, b: tf.sigmoid(tf.split(a, a.shape[0])[0]) * b,
        lambda a, b: tf.reduce_mean(a, 1, keepdims=True) * b,
        lambda a, b: tf.nn.softmax(tf.transpose(a)) + b,
        lambda a, b: tf.add_n([a[k] * b[k - 1] for k in range(a.shape[0])]) + a,
    ]
    plan = [(rng.choice(choices), rng.random(), rng.random()) for _ in range(rng.randint(3, 60))]
    kept = rng.randint(1, 3)

    def step(x, y):
        with tf.GradientTape() as tape:
            tape.watch(x)
            known = [x, y]
            for choice, i, j in plan:
                a, b = (known[int(len(known) * k * k)] for k in (1 - i, 1 - j))
                known.append(choice(a, b))
            target = tf.reduce_sum(known[-1]) + tf.reduce_sum(known[len(known) // 2])
        return [tape.gradient(target, x), *known[-kept:]]

    return step


@pytest.mark.parametrize("seed", range(40))
def test_program_computes_what_the_operations_compute(seed):
    step = random_step(seed)
    function = tf.function(step, autograph=False)
    size = [1, 3, 5, 100][seed % 4]
    rng = np.random.default_rng(seed)
    arguments = [
        [tf.constant(rng.standard_normal((size, size)).astype(np.float32)) for _ in "xy"]
        for _ in range(3)
    ]
    results = [function(*args) for args in arguments]  # kept while the next calls run
    for args, result in zip(arguments, results, strict=True):
        for ours, expected in zip(result, step(*args), strict=True):
            assert (ours is None) == (expected is None)
            if ours is not None:
                assert bits(ours) == bits(expected)


def test_buffers_end_before_they_are_too_many():
    count, size = 300, 4096  # values that live at once, and more bytes than buffers may have

    def step(x):
        kept = [x * (1.0 + k) for k in range(count)]
        return tf.add_n([y * y for y in kept]) + tf.add_n(kept[::-1])

    x = tf.constant(np.random.default_rng(0).standard_normal(size).astype(np.float32))
    function = tf.function(step, autograph=False)
    assert bits(function(x)) == bits(step(x))


def test_threads_run_one_program_at_once():
    step = random_step(7)
    function = tf.function(step, autograph=False)
    arguments = [
        [tf.constant(np.full((30, 30), k + i, np.float32) / 100) for i in range(2)]
        for k in range(32)
    ]
    expected = [step(*args) for args in arguments]
    function(*arguments[0])
    with ThreadPoolExecutor(8) as pool:
        for _ in range(5):
            for ours, theirs in zip(
                pool.map(lambda args: function(*args), arguments), expected, strict=True
            ):
                assert [bits(x) for x in ours if x is not None] == [
                    bits(x) for x in theirs if x is not None
                ]


def test_a_returned_constant_is_new_at_each_call():
    function = tf.function(lambda x: tf.zeros_like(x))
    first = function(tf.constant([1.0, 2.0]))
    first.numpy()[0] = 5.0
    assert function(tf.constant([1.0, 2.0])).numpy().tolist() == [0.0, 0.0]


def _kernel_text(error):
    """What the kernel says, without the names of the function and of the node."""
    pattern = r"\{\{function_node .*?\}\} (.*?)\s*(\[\[.*)?\[Op:.*"
    return re.fullmatch(pattern, error.message, re.DOTALL)[1]


@pytest.mark.parametrize(
    "step",
    [
        lambda x: tf.linalg.inv(x) * 2.0,
        lambda x: tf.linalg.solve(x, x),
        lambda x: tf.gather(x, tf.cast(tf.reduce_sum(x), tf.int32)),
        lambda x: tf.gather(tf.sin(x) * x + x, tf.cast(tf.reduce_sum(x), tf.int32)),
    ],
)
def test_errors_are_those_of_the_operations(step):
    x = tf.constant([[1.0, 1.0], [1.0, 1.0]])
    function = tf.function(step, autograph=False)
    with pytest.raises(tf.errors.InvalidArgumentError) as expected:
        step(x)
    for _ in range(3):  # the later calls are direct
        with pytest.raises(tf.errors.InvalidArgumentError) as error:
            function(x)
        assert _kernel_text(error.value) == _kernel_text(expected.value)
    good = tf.constant([[1e-9, 2e-9], [-1e-9, 1e-9]])
    assert bits(function(good)) == bits(step(good))


@pytest.mark.parametrize("seed", range(12))
def test_gradients_of_calls(seed):
    """Outside tapes, persistent and nested, and Jacobians: two programs, vmap, and products."""
    inner = random_step(seed)
    function = tf.function(inner, autograph=False)
    x, y = (tf.constant(np.random.default_rng(seed + k).random((3, 3), np.float32)) for k in (0, 1))
    v = tf.Variable(y)

    def gradients(call):
        with tf.GradientTape(persistent=True) as outer:
            outer.watch(x)
            with tf.GradientTape(persistent=True) as tape:
                tape.watch(x)
                result = call(x, v + 0.0)[-1]
            first = tape.gradient(result, [x, v], unconnected_gradients="zero")
            again = tape.gradient(result, v, unconnected_gradients="zero")
        second = outer.gradient(first[0], x, unconnected_gradients="zero")
        return [*first, again, second, tape.jacobian(result, x, unconnected_gradients="zero")]

    for ours, expected in zip(gradients(function), gradients(inner), strict=True):
        np.testing.assert_allclose(ours, expected, rtol=1e-5, atol=1e-6)


def test_assignments_under_a_tape_happen_once():
    x = tf.constant([0.5, 0.25])

    def run(wrap):
        v = tf.Variable([1.0, 2.0])

        def step(x):
            v.assign_add(x)
            return tf.sin(v * x)

        call = wrap(step)
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = call(x)
        return [bits(value) for value in (y, tape.gradient(y, x), v)]

    assert run(lambda step: tf.function(step, autograph=False)) == run(lambda step: step)
