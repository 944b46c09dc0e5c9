"""Where tensors and variables lie on a machine with an accelerator, without a word in the program.

TensorFlow's rules, which cannot be recorded on a machine without a GPU: see `tf.debugging`'s
placement log and the guide "Use a GPU".
"""

import copy
import pickle

import numpy as np
import pytest
import torch

import tf_tape_compat as tf
from tf_tape_compat._ops.random import generator as random_generator


def place_of(value):
    return value.device.rpartition("device:")[2]


GPU, CPU = "GPU:0", "CPU:0"


@pytest.mark.parametrize(
    ("make", "place"),
    [
        (lambda: tf.constant([1.0, 2.0]), GPU),
        (lambda: tf.constant(1.0), GPU),
        (lambda: tf.constant([1, 2], tf.int64), GPU),
        (lambda: tf.constant([True]), GPU),
        (lambda: tf.constant(1 + 2j), GPU),
        (lambda: tf.constant([1, 2]), CPU),  # int32
        (lambda: tf.constant(["a"]), CPU),
        (lambda: tf.convert_to_tensor(np.ones(3, np.float32)), GPU),
        (lambda: tf.zeros([2]), GPU),
        (lambda: tf.ones([2], tf.float16), GPU),
        (lambda: tf.zeros([2], tf.int32), CPU),
        (lambda: tf.fill([2], 1.5), GPU),
        (lambda: tf.eye(2), GPU),
        (lambda: tf.range(3), CPU),
        (lambda: tf.range(3.0), GPU),
        (lambda: tf.linspace(0.0, 1.0, 3), GPU),
        (lambda: tf.random.normal([2]), GPU),
        (lambda: tf.random.stateless_uniform([2], [1, 2]), GPU),
        (lambda: tf.random.Generator.from_seed(1).normal([2]), GPU),
        (lambda: tf.shape(tf.zeros([2, 3])), CPU),
        (lambda: tf.shape(tf.zeros([2, 3]), out_type=tf.int64), CPU),
        (lambda: tf.size(tf.zeros([2, 3])), CPU),
        (lambda: tf.rank(tf.zeros([2, 3])), CPU),
        (lambda: tf.reduce_prod(tf.shape(tf.zeros([2, 3]))), CPU),
        (lambda: tf.concat([tf.shape(tf.zeros([2, 3])), [1]], 0), CPU),
        (lambda: tf.constant([1, 2]) * 2 + 1, CPU),
        (lambda: tf.cast(tf.constant([1, 2]), tf.float32), GPU),
        (lambda: tf.one_hot([1, 0], 3), GPU),
        (lambda: tf.argmax(tf.constant([1.0, 2.0]), output_type=tf.int32), GPU),
        (lambda: tf.where(tf.constant([1.0, 0.0]) > 0), GPU),
        (lambda: tf.gather(tf.constant([1.0, 2.0]), [1, 0]), GPU),
        (lambda: tf.strings.length(["abc"]), CPU),
        (lambda: tf.Variable([1.0, 2.0]), GPU),
        (lambda: tf.Variable([1, 2]), CPU),
        (lambda: tf.Variable(["a"]), CPU),
        (lambda: tf.Variable(tf.zeros([2], tf.int64)), GPU),
        (lambda: tf.Variable([1.0]) + 1.0, GPU),
        (lambda: tf.Variable([1.0]).assign_add([1.0]), GPU),
    ],
)
def test_default_device(make, place):
    assert place_of(make()) == place


def test_scopes():
    x = tf.constant([1.0, 2.0])
    v = tf.Variable([3.0, 4.0])
    with tf.device("/CPU:0"):
        host = tf.constant([1.0, 2.0])
        assert place_of(host) == CPU
        assert place_of(x + 1.0) == CPU
        assert place_of(host * v) == CPU
        assert place_of(tf.Variable([1.0])) == CPU
        assert place_of(tf.identity(x)) == CPU
        with tf.device("GPU:0"):
            assert place_of(tf.constant([1.0])) == GPU
            assert place_of(host + 1.0) == GPU
            assert place_of(tf.identity(host)) == GPU
        with tf.device(None):
            assert place_of(tf.constant([1.0])) == GPU
        with tf.device(tf.DeviceSpec(device_type="GPU", device_index=0)):
            assert place_of(tf.constant([1.0])) == GPU
        with tf.device("/GPU:7"):  # does not exist: soft placement
            assert place_of(tf.constant([1.0])) == CPU
        assert place_of(v.assign(host)) == GPU
    assert place_of(host + 1.0) == GPU
    assert place_of(host + x) == GPU
    assert place_of(tf.concat([host, x], 0)) == GPU
    assert place_of(x.cpu()) == CPU
    assert place_of(x.cpu().gpu()) == GPU
    assert x.backing_device.endswith(GPU)


def two_devices(other):
    v = tf.Variable([1.0, 2.0])
    with tf.device(other):
        host = tf.Variable([3.0, 4.0])
    with tf.GradientTape(persistent=True) as outer:
        with tf.GradientTape() as tape:
            y = tf.reduce_sum(v * v * host)
            with tf.device(other):
                z = tf.reduce_sum(y * host)
        first = tape.gradient(z, [v, host])
    return [*first, *outer.gradient(first, [v, host]), *outer.jacobian(first[0], [v, host])]


def test_gradients_through_two_devices():
    with tf.device("/CPU:0"):
        expected = two_devices("/CPU:0")
    for gradient, on_cpu in zip(two_devices("/CPU:0"), expected, strict=True):
        np.testing.assert_allclose(gradient.numpy(), on_cpu.numpy(), rtol=1e-6)


@pytest.mark.parametrize("kind", ["gradient", "jacobian", "jvp"])
def test_custom_gradients_see_the_callers_tapes(kind):
    """torch would run them on a thread of its own, where no tape is active."""

    @tf.custom_gradient
    def cube(x):
        def backward(dy):
            return dy * 3.0 * x * x

        return x * x * x, backward

    x = tf.constant([1.0, 2.0])
    if kind == "jvp":
        with tf.autodiff.ForwardAccumulator(x, tf.ones([2])) as accumulator:
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = cube(x)
            gradient = tape.gradient(y, x)
        result = accumulator.jvp(gradient)
    else:
        with tf.GradientTape() as outer:
            outer.watch(x)
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = cube(x)
            gradient = tape.gradient(y, x)
        result = getattr(outer, kind)(gradient, x)
    expected = np.diag([6.0, 12.0]) if kind == "jacobian" else [6.0, 12.0]
    np.testing.assert_allclose(result.numpy(), expected)
    assert place_of(result) == GPU


def test_checkpoint_from_one_device_to_the_other(tmp_path):
    v = tf.Variable([1.0, 2.0])
    path = tf.train.Checkpoint(v=v).save(str(tmp_path / "checkpoint"))
    with tf.device("/CPU:0"):
        host = tf.Variable([0.0, 0.0])
    tf.train.Checkpoint(v=host).restore(path)
    assert host.numpy().tolist() == [1.0, 2.0] and place_of(host) == CPU
    host.assign([5.0, 6.0])
    path = tf.train.Checkpoint(v=host).save(str(tmp_path / "checkpoint"))
    tf.train.Checkpoint(v=v).restore(path)
    assert v.numpy().tolist() == [5.0, 6.0] and place_of(v) == GPU


def test_pickle_numpy_and_text(capsys):
    x = tf.constant([1.0, 2.0])
    again = pickle.loads(pickle.dumps(x))
    assert place_of(again) == GPU and again.numpy().tolist() == [1.0, 2.0]
    assert np.asarray(x).tolist() == [1.0, 2.0]
    assert str(x) == "tf.Tensor([1. 2.], shape=(2,), dtype=float32)"
    tf.print(x)
    assert capsys.readouterr().err == "[1 2]\n"
    v = pickle.loads(pickle.dumps(tf.Variable([1.0])))
    assert place_of(v) == GPU


def test_random_numbers_are_those_of_the_cpu():
    def draw():
        tf.random.set_seed(3)
        return [
            tf.random.normal([5]),
            tf.random.uniform([5], 0, 100, tf.int32),
            tf.random.stateless_truncated_normal([5], [1, 2]),
            tf.random.Generator.from_seed(7).uniform([5]),
        ]

    here = draw()
    with tf.device("/CPU:0"):
        host = draw()
    for a, b in zip(here, host, strict=True):
        np.testing.assert_allclose(a.numpy(), b.numpy(), rtol=1e-6)


def test_draws_do_not_read_the_state(monkeypatch):
    """A generator knows its state after the first draw, unless something else wrote to it."""

    def numbers(generator):
        return generator.uniform([3]).numpy().tolist()

    with tf.device("/CPU:0"):
        host = tf.random.Generator.from_seed(7)
        expected = [numbers(host) for _ in range(4)]
    generator = tf.random.Generator.from_seed(7)
    drawn = [numbers(generator)]
    reads = []
    to_numpy = random_generator.to_numpy
    monkeypatch.setattr(random_generator, "to_numpy", lambda x: reads.append(x) or to_numpy(x))
    drawn += [numbers(generator) for _ in range(3)]
    np.testing.assert_allclose(drawn, expected, rtol=1e-6)
    assert [x for x in reads if not x.is_cpu] == []

    copied = copy.deepcopy(generator)
    assert numbers(copied) == numbers(generator)
    first = tf.random.create_rng_state(7, "philox")
    generator.state.assign(first)
    assert numbers(generator) == drawn[0]
    generator.state.assign_add(first - generator.state)
    assert numbers(generator) == drawn[0]
    generator.reset_from_seed(7)
    shared = tf.random.Generator.from_state(generator.state, "philox")
    assert [numbers(g) for g in (generator, shared, generator)] == drawn[:3]


def test_configuration():
    (gpu,) = tf.config.list_physical_devices("GPU")[:1]
    assert gpu.name == "/physical_device:GPU:0" and gpu.device_type == "GPU"
    assert tf.config.list_logical_devices("GPU")[0].name == "/device:GPU:0"
    assert tf.test.gpu_device_name() == "/device:GPU:0"
    assert tf.test.is_gpu_available()
    assert isinstance(tf.config.experimental.get_device_details(gpu), dict)
    with pytest.raises(RuntimeError, match="cannot be modified after being initialized"):
        tf.config.experimental.set_memory_growth(gpu, True)
    with pytest.raises(RuntimeError, match="cannot be modified after being initialized"):
        tf.config.set_visible_devices([], "GPU")


def test_memory_of_the_device():
    before = tf.config.experimental.get_memory_info("GPU:0")["current"]
    x = tf.ones([1024, 1024])
    info = tf.config.experimental.get_memory_info("GPU:0")
    assert info["current"] - before >= 4 * 2**20 <= info["peak"]
    del x
    assert tf.config.experimental.get_memory_info("GPU:0")["current"] < info["current"]
    tf.config.experimental.reset_memory_stats("GPU:0")


def test_torch_tensors_of_the_device():
    device = torch.accelerator.current_accelerator()
    x = torch.ones(2).to(device)
    assert place_of(tf.convert_to_tensor(x)) == GPU
    assert place_of(tf.constant([1.0, 2.0]) + x) == GPU


def test_embedding_lookup_of_ids_on_the_host():
    table = tf.Variable(tf.random.normal([10, 4]))
    with tf.GradientTape() as tape:
        y = tf.reduce_sum(tf.nn.embedding_lookup(table, [[1, 2], [3, 1]]))
    gradient = tape.gradient(y, table)
    assert place_of(tf.convert_to_tensor(gradient)) == GPU
    assert place_of(gradient.values) == GPU
