"""Event files as TensorBoard reads them, hyperparameters, several threads, and profiles."""

from __future__ import annotations

import gc
import gzip
import json
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

import tf_tape_compat as tf
from tests.parity.case_helpers.event_files import events


def _accumulated(directory):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    return EventAccumulator(str(directory), size_guidance={"tensors": 0}).Reload()


def test_tensorboard_reads_what_is_written(tmp_path):
    with tf.summary.create_file_writer(str(tmp_path)).as_default():
        for step in range(5):
            tf.summary.scalar("loss", 1 / (step + 1), step=step)
        tf.summary.image("picture", np.full((1, 4, 6, 3), 0.5), step=0)
        tf.summary.histogram("weights", np.arange(10.0), step=2)
        tf.summary.text("note", "*hello*", step=0)
        tf.summary.audio("tone", np.zeros((1, 8, 1), np.float32), 8000, step=0)
    read = _accumulated(tmp_path)
    assert sorted(read.Tags()["tensors"]) == ["loss", "note", "picture", "tone", "weights"]
    assert [event.step for event in read.Tensors("loss")] == list(range(5))
    numbers = [tf.io.parse_tensor(e.tensor_proto.SerializeToString(), tf.float32).numpy()
               for e in read.Tensors("loss")]  # fmt: skip
    np.testing.assert_allclose(numbers, [1, 1 / 2, 1 / 3, 1 / 4, 1 / 5], rtol=1e-6)
    plugins = {tag: read.SummaryMetadata(tag).plugin_data.plugin_name for tag in
               read.Tags()["tensors"]}  # fmt: skip
    assert plugins == {
        "loss": "scalars", "note": "text", "picture": "images", "tone": "audio",
        "weights": "histograms",
    }  # fmt: skip


def test_hyperparameters_are_written_by_the_plugin(tmp_path):
    program = tmp_path / "program.py"
    program.write_text(
        "import tensorflow as tf\n"
        "from tensorboard.plugins.hparams import summary_v2 as hp\n"
        f"with tf.summary.create_file_writer({str(tmp_path / 'logs')!r}).as_default():\n"
        "    units = hp.HParam('units', hp.Discrete([16, 32]))\n"
        "    hp.hparams_config(hparams=[units], metrics=[hp.Metric('loss')])\n"
        "    print(hp.hparams({units: 16, 'rate': 0.1}, trial_id='first'))\n"
        "    tf.summary.scalar('loss', 0.5, step=1)\n"
    )
    command = [sys.executable, "-m", "tf_tape_compat", "run", str(program)]
    result = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert result.returncode == 0, result.stderr
    assert "True" in result.stdout
    tags = _accumulated(tmp_path / "logs").PluginTagToContent("hparams")
    assert sorted(tags) == ["_hparams_/experiment", "_hparams_/session_start_info"]


def test_a_writer_that_is_collected_writes_what_waits(tmp_path):
    writer = tf.summary.create_file_writer(str(tmp_path))
    manager = writer.as_default(step=1)
    manager.__enter__()
    tf.summary.scalar("a", 1)
    assert len(events(str(tmp_path))) == 1
    tf.summary.create_noop_writer().set_as_default()
    from tf_tape_compat._summary.state import state

    state.writer = state.step = None
    del writer, manager
    gc.collect()
    assert len(events(str(tmp_path))) == 2


def test_threads_share_a_writer(tmp_path):
    writer = tf.summary.create_file_writer(str(tmp_path), max_queue=3)

    def write(number):
        assert not bool(tf.summary.should_record_summaries())  # the default is the thread's own
        with writer.as_default():
            for step in range(50):
                tf.summary.scalar(f"tag{number}", step, step=step)

    with writer.as_default():
        threads = [threading.Thread(target=write, args=(n,)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    read = _accumulated(tmp_path)
    for number in range(4):
        assert [event.step for event in read.Tensors(f"tag{number}")] == list(range(50))


def test_a_remote_directory():
    fsspec = pytest.importorskip("fsspec")
    with tf.summary.create_file_writer("memory://logs/run").as_default():
        tf.summary.scalar("a", 1, step=0)
    (path,) = fsspec.filesystem("memory").ls("/logs/run", detail=False)
    assert "tfevents" in path


def test_a_mesh_is_refused(tmp_path):
    with pytest.raises(tf.NotAvailableError, match="experimental_mesh"):
        tf.summary.create_file_writer(str(tmp_path), experimental_mesh=object())


def test_a_graph_message_is_written(tmp_path):
    from tensorboard.compat.proto.graph_pb2 import GraphDef

    graph = GraphDef()
    graph.node.add(name="x", op="Const")
    with tf.summary.create_file_writer(str(tmp_path)).as_default():
        assert bool(tf.summary.graph(graph))
    assert 'graph_def: "\\n' in events(str(tmp_path))[1]


# -- profiles -------------------------------------------------------------------------------------


def _profile(directory: Path) -> dict:
    (path,) = directory.glob("plugins/profile/*/*.trace.json.gz")
    with gzip.open(path) as file:
        return json.load(file)


def test_a_profile_shows_operations_and_traces(tmp_path):
    profiler = tf.profiler.experimental
    with profiler.Profile(str(tmp_path)):
        for step in range(2):
            with profiler.Trace("train", step_num=step) as trace:
                tf.matmul(tf.ones([8, 8]), tf.ones([8, 8]))
                trace.set_metadata(loss=1)
    names = {event.get("name") for event in _profile(tmp_path)["traceEvents"]}
    assert {"train#step_num=0#", "train#step_num=1#", "train#loss=1#", "aten::mm"} <= names


def test_profiling_begins_and_ends_once(tmp_path):
    profiler = tf.profiler.experimental
    with pytest.raises(tf.errors.UnavailableError, match="No profiler is running"):
        profiler.stop()
    profiler.start(str(tmp_path), profiler.ProfilerOptions(python_tracer_level=1))
    try:
        with pytest.raises(tf.errors.AlreadyExistsError, match="Another profiler is running"):
            profiler.start(str(tmp_path))
    finally:
        profiler.stop(save=False)
    assert not list(tmp_path.iterdir())
    with pytest.raises(AttributeError):
        profiler.start(str(tmp_path), options={"host_tracer_level": 1})
    with pytest.raises(tf.NotAvailableError, match="delay_ms"):
        profiler.start(str(tmp_path), profiler.ProfilerOptions(delay_ms=5))
    with profiler.Trace("outside of a profile", _r=1):
        pass
    with pytest.raises(tf.errors.UnavailableError):
        profiler.stop()


def test_a_trace_is_exported_with_its_profile(tmp_path):
    with tf.summary.create_file_writer(str(tmp_path)).as_default():
        tf.summary.trace_on(graph=True, profiler=True, profiler_outdir=str(tmp_path))
        tf.square(tf.constant(3.0))
        tf.summary.trace_export("trace", step=1)
    assert _profile(tmp_path)["traceEvents"]
    assert 'plugin_name: "graph_run_metadata"' in events(str(tmp_path))[1]
    tf.summary.trace_on(profiler=True, profiler_outdir=str(tmp_path))
    tf.summary.trace_off()
    with pytest.raises(tf.errors.UnavailableError):
        tf.profiler.experimental.stop()


def test_build_info():
    import torch

    info = tf.sysconfig.get_build_info()
    assert info["is_cuda_build"] is (torch.version.cuda is not None)
    assert tf.sysconfig.CXX11_ABI_FLAG in (0, 1)
    with pytest.raises(tf.NotAvailableError, match="torch.utils.cpp_extension"):
        tf.sysconfig.get_lib()
