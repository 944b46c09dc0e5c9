"""The benchmarks run, and both sides do the same work. Speed is not tested here."""

import importlib.util
import sys

import numpy as np
import pytest
import torch

import tf_tape_compat
from benchmarks.accelerator import gpu
from benchmarks.accelerator import rows as gpu_rows
from benchmarks.control import CONTROL
from benchmarks.images import IMAGES
from benchmarks.layers import rows as layers
from benchmarks.memory import PROGRAMS, in_process
from benchmarks.rows import ROWS
from benchmarks.speed import speed
from benchmarks.startup import startup
from benchmarks.tensorflow_worker import TensorFlowColumn


@pytest.mark.parametrize("row", [*ROWS, *CONTROL, *IMAGES], ids=lambda row: row.name)
def test_both_sides_compute_the_same(row):
    ours, raw = row.on_tf(tf_tape_compat), row.on_torch(torch)
    for _ in range(3):  # training steps: the updates have to agree too
        a, b = ours(), raw()
        np.testing.assert_allclose(a.numpy(), b.detach().numpy(), rtol=1e-5, atol=1e-6)
        assert a.dtype.name == str(b.dtype).removeprefix("torch.")


SMALL = {
    "Convolution": {"batch": 2, "size": 6, "channels": 4},
    "Attention": {"batch": 2, "heads": 2, "length": 5, "size": 4},
}


@pytest.mark.parametrize("row", layers(**SMALL), ids=lambda row: row.name)
def test_both_sides_of_a_layer_compute_the_same(row):
    ours, raw = row.on_tf(tf_tape_compat)(), row.on_torch(torch)()
    np.testing.assert_allclose(ours.numpy(), raw.detach().numpy(), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("row", gpu_rows(1 / 128), ids=lambda row: row.name)
def test_both_sides_of_a_gpu_row_compute_the_same(row):
    ours, raw = row.on_tf(tf_tape_compat)(), row.on_torch(torch)()
    np.testing.assert_allclose(ours.numpy(), raw.detach().numpy(), rtol=1e-4, atol=1e-4)


@pytest.mark.skipif(torch.accelerator.is_available(), reason="needs a machine without a GPU")
def test_gpu_table_says_that_there_is_no_gpu(capsys):
    gpu(duration=1e-4, repetitions=1)
    assert "no accelerator" in capsys.readouterr().out


def test_table_has_a_line_for_each_row(capsys):
    threads = torch.get_num_threads()
    try:
        speed(None, duration=1e-4, repetitions=1)
    finally:
        torch.set_num_threads(threads)
    lines = capsys.readouterr().out.splitlines()
    shown = lines[-len(ROWS) :]
    assert [line[:24].strip() for line in shown] == [row.name for row in ROWS]
    for line, row in zip(shown, ROWS, strict=True):
        ours, raw, ratio, _, bound, verdict = line[24:].split()
        assert float(ours) > 0 and float(raw) > 0
        assert float(bound) == row.bound
        # The verdict comes from the ratio before it was rounded.
        if abs(float(ratio) - row.bound) > 0.01:
            assert verdict == ("ok" if float(ratio) <= row.bound else "MISSED")


def test_startup_is_measured(capsys):
    startup(None, repetitions=1)
    assert "ours, on top" in capsys.readouterr().out


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
def test_memory_is_measured():
    peak, _ = in_process(sys.executable, "tf_tape_compat", "large", steps=2)
    large = PROGRAMS["large"]
    assert peak > large.batch * large.hidden * 4 / 2**20  # the hidden layer alone


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
def test_recomputed_activations_are_not_kept():
    kept, recomputed = (
        in_process(sys.executable, "tf_tape_compat", program, steps=2)[0]
        for program in ("kept", "recomputed")
    )
    network = PROGRAMS["kept"]
    block = network.layers * network.batch * network.width * 4 / 2**20  # of results of its layers
    assert kept > network.blocks * block
    assert recomputed < kept - (network.blocks - 4) * block


@pytest.mark.skipif(importlib.util.find_spec("tensorflow") is not None, reason="TensorFlow is here")
def test_interpreter_without_tensorflow_is_named():
    column = TensorFlowColumn(sys.executable)
    with pytest.raises(RuntimeError, match="No module named 'tensorflow'"), column:
        pass


@pytest.mark.skipif(importlib.util.find_spec("tensorflow") is None, reason="needs TensorFlow")
def test_tensorflow_column():
    with TensorFlowColumn(sys.executable) as column:
        assert all(column.timer(row)(1) > 0 for row in range(len(ROWS)))
