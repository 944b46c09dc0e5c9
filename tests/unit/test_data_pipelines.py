"""Datasets at work: threads, plans, caches, and errors in the middle of an iteration."""

from __future__ import annotations

import gc
import threading
import time
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
import torch

import tf_tape_compat as tf
from tf_tape_compat._data.functions import DebugMode
from tf_tape_compat._data.injected_prefetch import _OneAhead
from tf_tape_compat._data.rows import PlannedBatches
from tf_tape_compat._data.vectorizing import MappedTable

Dataset = tf.data.Dataset


def data_threads() -> list[str]:
    """The names of the running threads of iterators."""
    return [t.name for t in threading.enumerate() if t.name.startswith("tf.data")]


def wait_for_threads() -> list[str]:
    """The threads of iterators that do not end within some seconds."""
    gc.collect()
    for _ in range(100):
        if not data_threads():
            break
        time.sleep(0.05)
    return data_threads()


def source_iterator(dataset):
    source = iter(dataset)._source
    return source._source if isinstance(source, _OneAhead) else source


# -- plans ----------------------------------------------------------------------------------------


def rows():
    return np.arange(40, dtype=np.int64).reshape(20, 2), np.arange(20, dtype=np.int32)


@pytest.mark.parametrize(
    "arranged",
    [
        lambda d: d,
        lambda d: d.shuffle(5, seed=1),
        lambda d: d.shuffle(5, seed=1).repeat(2).take(33),
        lambda d: d.skip(3).shard(3, 1),
        lambda d: d.cache().prefetch(2).shuffle(100, seed=2),
        lambda d: Dataset.zip((d, Dataset.range(9))).map(lambda x, n: (*x, n)).shuffle(4, seed=1),
        lambda d: d.map(lambda x, y: (x * 2, -y)).shuffle(6, seed=3).repeat(2),
        lambda d: d.map(lambda x, y: (x[::-1] + 1, y)).cache().shuffle(6, seed=3),
    ],
)
def test_a_plan_gives_the_elements_of_the_steps(arranged):
    planned = arranged(Dataset.from_tensor_slices(rows())).batch(6)
    assert isinstance(source_iterator(planned), PlannedBatches)
    # A filter has no plan, so everything after it is done element by element.
    stepwise = arranged(Dataset.from_tensor_slices(rows()).filter(lambda *x: True)).batch(6)
    assert not isinstance(source_iterator(stepwise), PlannedBatches)
    for one, two in zip(planned, stepwise, strict=True):
        assert len(one) == len(two)
        for x, y in zip(tf.nest.flatten(one), tf.nest.flatten(two), strict=True):
            np.testing.assert_array_equal(x.numpy(), y.numpy())


def test_consecutive_rows_are_not_copied():
    table = np.arange(12.0).reshape(6, 2)
    dataset = Dataset.from_tensor_slices(table)
    whole = dataset._table._values[0]._t
    (first, _) = dataset.batch(3)
    assert first._t.data_ptr() == whole.data_ptr()


@pytest.mark.parametrize(
    "function",
    [
        lambda x: tf.cast(x, tf.float32) / 255.0,
        lambda x: tf.reshape(x, [-1])[:3],
        lambda x: tf.stack([x, -x]),
        lambda x: x[0] + tf.constant([[1], [2]], tf.int64),
        lambda x: tf.exp(tf.cast(x, tf.float32) * 0.1) + 1.0,
        lambda x: tf.reduce_sum(tf.sin(tf.cast(x, tf.float32)), 0),
        lambda x: (x, tf.constant(2.0), tf.matmul(x, x, transpose_b=True)),
        lambda x: tf.split(x, 3, axis=1)[1],
        lambda x: tf.where(x > 3, tf.cast(x, tf.float32), 0.5),
        lambda x: tf.gather(x, [1, 0]) // 2,
        lambda x: tf.cast(x[0, 0], tf.int32) + 1,
        lambda x: tf.nn.softmax(tf.cast(x, tf.float64)),
        lambda x: tf.concat([x, tf.zeros([1, 3], tf.int64)], 0),
    ],
)
def test_a_function_of_batches_gives_the_bits_of_its_calls(function):
    values = np.arange(24, dtype=np.int64).reshape(4, 2, 3)
    rows = Dataset.from_tensor_slices(values)
    table = rows.map(function)._plan(batched=True).table
    assert isinstance(table, MappedTable)
    stepwise = rows.filter(lambda x: True).map(function)
    assert stepwise._plan(batched=True) is None
    results = table._batched(4, [torch.from_numpy(values)], [])
    (expected,) = stepwise.batch(4)
    for x, y in zip(results, tf.nest.flatten(expected), strict=True):
        np.testing.assert_array_equal(x.numpy(), y.numpy(), strict=True)


def test_random_functions_are_not_vectorized():
    random = lambda x: tf.cast(x, tf.float32) + tf.random.uniform([])  # noqa: E731
    assert Dataset.range(4).map(random)._plan(batched=True) is None


def test_an_error_of_one_row_is_that_of_its_call():
    dataset = Dataset.range(5).map(lambda x: 10 // (x - 3)).batch(2)
    iterator = iter(dataset)
    assert next(iterator).numpy().tolist() == [-4, -5]
    with pytest.raises(tf.errors.InvalidArgumentError, match="division by zero"):
        next(iterator)


def test_a_function_that_reads_a_variable_is_not_vectorized():
    variable = tf.Variable(1, dtype=tf.int64)
    assert Dataset.range(4).map(lambda x: x + variable)._plan(batched=True) is None


# -- debug mode ------------------------------------------------------------------------------------


def test_debug_mode_runs_the_python_of_functions_for_each_element(monkeypatch):
    monkeypatch.setattr(DebugMode, "is_enabled", False)
    tf.data.experimental.enable_debug_mode()
    seen = []

    def double(x):
        seen.append(int(x) if tf.executing_eagerly() else "traced")
        return x * 2

    assert [int(x) for x in Dataset.range(3).map(double)] == [0, 2, 4]
    assert seen == ["traced", 0, 1, 2]


def test_functions_that_run_eagerly_warn_that_those_of_datasets_do_not():
    tf.config.run_functions_eagerly(True)
    try:
        with pytest.warns(UserWarning, match="does not apply to tf.data functions"):
            Dataset.range(3).map(lambda x: x)
    finally:
        tf.config.run_functions_eagerly(False)


# -- threads --------------------------------------------------------------------------------------


def test_threads_end_with_the_iterator():
    slow = Dataset.range(1000).map(lambda x: x + 1, num_parallel_calls=3).prefetch(4)
    iterator = iter(slow)
    assert [int(next(iterator)) for _ in range(3)] == [1, 2, 3]
    assert data_threads()
    del iterator
    assert wait_for_threads() == []


def test_threads_end_at_the_end():
    assert (
        len(list(Dataset.range(20).map(lambda x: x, num_parallel_calls=2).batch(3).prefetch(2)))
        == 7
    )
    assert wait_for_threads() == []


def test_parallel_calls_overlap():
    def wait(x):
        time.sleep(0.05)
        return x

    function = lambda x: tf.py_function(wait, [x], tf.int64)  # noqa: E731
    dataset = Dataset.range(8).map(function, num_parallel_calls=4)
    begin = time.perf_counter()
    assert [int(x) for x in dataset] == list(range(8))
    assert time.perf_counter() - begin < 0.3


def test_prefetch_overlaps():
    def slow():
        for number in range(6):
            time.sleep(0.03)
            yield number

    dataset = Dataset.from_generator(slow, tf.int32).prefetch(2)
    begin = time.perf_counter()
    for _ in dataset:
        time.sleep(0.03)
    assert time.perf_counter() - begin < 0.33


@pytest.mark.parametrize("calls", [None, 1, 3, tf.data.AUTOTUNE])
@pytest.mark.parametrize("ahead", [0, 2])
def test_errors_keep_their_place_and_the_iteration_goes_on(calls, ahead):
    divide = lambda x: tf.debugging.check_numerics(1.0 / tf.cast(x % 3, tf.float32), "zero")  # noqa: E731
    iterator = iter(Dataset.range(6).map(divide, num_parallel_calls=calls).prefetch(ahead))
    found = []
    for _ in range(6):
        try:
            found.append(float(next(iterator)))
        except tf.errors.InvalidArgumentError as error:
            assert "zero : Tensor had Inf values" in str(error)
            assert "[Op:IteratorGetNext]" in str(error)
            found.append(None)
    assert found == [None, 1.0, 0.5, None, 1.0, 0.5]
    with pytest.raises(StopIteration):
        next(iterator)


def test_a_python_error_of_a_function_is_raised_when_it_is_traced():
    def fail(x):
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        Dataset.range(3).map(fail)


def test_a_generator_that_dies_ends_the_iteration():
    def dying():
        yield 1
        raise OSError("gone")

    iterator = iter(Dataset.from_generator(dying, tf.int32).prefetch(1))
    assert int(next(iterator)) == 1
    with pytest.raises(tf.errors.UnknownError, match="OSError: gone"):
        next(iterator)
    with pytest.raises(StopIteration):
        next(iterator)


# -- caches ---------------------------------------------------------------------------------------


def test_memory_cache_reads_once():
    calls = []

    def numbers():
        calls.append(1)
        yield from range(3)

    dataset = Dataset.from_generator(numbers, tf.int32).cache()
    assert [int(x) for x in dataset.repeat(3)] == [0, 1, 2] * 3
    assert len(calls) == 1


def test_an_iteration_that_does_not_end_fills_no_cache():
    dataset = Dataset.range(4).filter(lambda x: True).cache()
    next(iter(dataset))
    assert [int(x) for x in dataset] == [0, 1, 2, 3]


def test_file_cache(tmp_path: Path):
    name = str(tmp_path / "cache")
    make = lambda: Dataset.from_tensor_slices((["a", "b"], [1.0, 2.0])).cache(name)  # noqa: E731
    expected = list(make().as_numpy_iterator())
    assert list(tmp_path.iterdir())
    assert (
        list(Dataset.from_tensor_slices((["x"], [9.0])).cache(name).as_numpy_iterator()) == expected
    )


def test_file_cache_of_composite_tensors(tmp_path: Path):
    ragged = tf.ragged.constant([["a"], ["b", "c"]])
    sparse = tf.sparse.from_dense([[1, 0], [0, 2]])
    dataset = Dataset.from_tensors((ragged, sparse, None, 3)).cache(str(tmp_path / "cache"))
    for _ in range(2):
        ((one, two, nothing, three),) = dataset
        assert one.to_list() == ragged.to_list()
        np.testing.assert_array_equal(tf.sparse.to_dense(two), [[1, 0], [0, 2]])
        assert nothing is None
        assert int(three) == 3


@pytest.mark.parametrize("content", [b"", b"tf_tape_compat data cache 1\n\x80\x04junk.", None])
def test_a_file_that_is_no_cache_is_refused(tmp_path: Path, content: bytes | None):
    if content is None:  # a pickle that would run code
        content = b"tf_tape_compat data cache 1\n" + b"cos\nsystem\n(S'true'\ntR."
    (tmp_path / "cache.cache").write_bytes(content)
    with pytest.raises(tf.errors.DataLossError, match="cannot be read"):
        next(iter(Dataset.range(3).cache(str(tmp_path / "cache"))))


def test_file_cache_is_left_alone_while_it_is_written(tmp_path: Path):
    name = str(tmp_path / "cache")
    first = iter(Dataset.range(3).cache(name))
    next(first)
    with pytest.raises(tf.errors.AlreadyExistsError, match="concurrent caching iterator"):
        next(iter(Dataset.range(3).cache(name)))
    del first
    gc.collect()
    assert [int(x) for x in Dataset.range(3).cache(name)] == [0, 1, 2]


# -- memory ---------------------------------------------------------------------------------------


def test_memory_is_flat_over_epochs():
    images, labels = np.zeros((512, 28, 28), np.uint8), np.arange(512)
    dataset = Dataset.from_tensor_slices((images, labels)).shuffle(256)
    dataset = dataset.map(lambda x, y: (tf.cast(x, tf.float32) / 255.0, y), num_parallel_calls=2)
    dataset = dataset.batch(128).prefetch(2).repeat()
    iterator = iter(dataset)

    def epochs(count):
        for _ in range(4 * count):
            next(iterator)

    epochs(2)
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.take_snapshot()
    epochs(6)
    gc.collect()
    after = tracemalloc.take_snapshot()
    tracemalloc.stop()
    grown = sum(item.size_diff for item in after.compare_to(before, "filename"))
    assert grown < 300_000
