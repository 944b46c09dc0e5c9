"""tf.summary: what is written to event files, when, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.parity.case_helpers.event_files import events, file_names, folder
from tests.parity.case_helpers.image_files import outcomes_with_messages
from tests.parity.harness import attempt


def _written(tf: Any, *calls: Any, step: Any = 3) -> Any:
    """The results of calls with a default writer, and the events that they wrote."""
    with folder() as path:
        writer = tf.summary.create_file_writer(path)
        with writer.as_default(step=step):
            results = [attempt(call) for call in calls]
        writer.close()
        return results, events(path)


def files(tf: Any) -> Any:
    with folder() as path:
        writers = [
            tf.summary.create_file_writer(f"{path}/a/b"),
            tf.summary.create_file_writer(tf.constant(f"{path}/c"), filename_suffix=".x", name="n"),
            tf.summary.create_file_writer(f"{path}/c".encode(), 3, 1000, tf.constant("")),
            tf.summary.create_file_writer(f"{path}/d", experimental_trackable=True),
            tf.summary.create_file_writer(f"{path}/e", filename_suffix="..x"),
            tf.summary.create_file_writer(f"{path}/e", filename_suffix="x.y"),
        ]
        created = file_names(path), events(path)
        for writer in writers:
            assert isinstance(writer, tf.summary.SummaryWriter)
            writer.close()
        return created, file_names(path), events(path)


def numbers(tf: Any) -> Any:
    s = tf.summary.scalar
    return _written(
        tf,
        lambda: s("python", 1.5),
        lambda: s("described", 2, step=7, description="*hello*"),
        lambda: s("array", np.float64(0.1), tf.constant(4, tf.int64)),
        lambda: s("half", tf.constant(0.5, tf.float16), tf.Variable(5, dtype=tf.int64)),
        lambda: s("bool", True),
        lambda: s("variable", tf.Variable(3)),
        lambda: s("nan", float("nan"), step=-1),
        lambda: s("any characters: é!", 1),
        lambda: s("", 1),
        lambda: s(None, 1),
        lambda: s("vector", [1.0]),
        lambda: s("text", "x"),
        lambda: s("complex", 1j),
    )


def steps(tf: Any) -> Any:
    s = tf.summary.scalar
    values = [0, -5, 2**40, 1.5, "x", [1], [1, 2], None]
    values += [tf.constant(1), tf.constant(1, tf.int64), tf.Variable(1, dtype=tf.int64)]
    results = {}
    for name, default in (("default", 3), ("no default", None)):
        calls = [lambda v=value: s("a", 1, step=v) for value in values]
        results[name] = _written(tf, *calls, step=default)
    return results


def default_step(tf: Any) -> Any:
    e = tf.summary.experimental
    variable = tf.Variable(1, dtype=tf.int64)
    with folder() as path:
        writer = tf.summary.create_file_writer(path)
        seen = [e.get_step()]
        with writer.as_default():
            e.set_step(5)
            tf.summary.scalar("a", 1)
            e.set_step(variable)
            tf.summary.scalar("b", 1)
            variable.assign(9)
            tf.summary.scalar("c", 1)
            with writer.as_default(step=20):
                seen.append(e.get_step())
                tf.summary.scalar("d", 1)
            seen.append(int(e.get_step()))
            e.set_step(None)
            seen.append(attempt(lambda: tf.summary.scalar("e", 1)))
        writer.close()
        return seen, events(path)


def other_kinds(tf: Any) -> Any:
    s = tf.summary
    pixels = np.arange(2 * 2 * 2 * 3, dtype=np.uint8).reshape(2, 2, 2, 3)
    sound = np.linspace(-1, 1, 8, dtype=np.float32).reshape(2, 2, 2)
    return _written(
        tf,
        lambda: s.histogram("h", [1.0, 2.0, 2.0, 5.0], buckets=3),
        lambda: s.histogram("same", [2, 2, 2], buckets=2, description="d"),
        lambda: s.histogram("empty", tf.zeros([0])),
        lambda: s.histogram("none", [1.0], buckets=0),
        lambda: s.histogram("many", np.sin(np.arange(100.0)).reshape(10, 10), step=8),
        lambda: s.histogram("strings", ["x"]),
        lambda: s.histogram("fraction", [1], buckets=1.5),
        lambda: s.image("i", pixels),
        lambda: s.image("floats", pixels / 20 - 0.1, max_outputs=1, description="d"),
        lambda: s.image("none", pixels, max_outputs=0),
        lambda: s.image("negative", pixels, max_outputs=-1),
        lambda: s.image("one", pixels[0]),
        lambda: s.image("channels", np.zeros([1, 2, 2, 5], np.uint8)),
        lambda: s.audio("a", sound, 8000),
        lambda: s.audio("first", sound, tf.constant(80), max_outputs=1, encoding="wav"),
        lambda: s.audio("nothing", sound[:0], 8000),
        lambda: s.audio("doubles", sound.astype(np.float64), 8000),
        lambda: s.audio("matrix", sound[0], 8000),
        lambda: s.audio("mp3", sound, 8000, encoding="mp3"),
        lambda: s.text("t", "abc"),
        lambda: s.text("table", [["a", "b"], ["c", "d"]], description="d"),
        lambda: s.text("number", 3),
    )


def tensors(tf: Any) -> Any:
    w = tf.summary.write
    metadata = tf.compat.v1.SummaryMetadata()
    metadata.plugin_data.plugin_name = "mine"
    calls = [
        lambda: w("a", [1, 2], metadata=metadata),
        lambda: w("b", ["x", "y"], metadata=metadata.SerializeToString(), name="n"),
        lambda: w("c", lambda: tf.zeros([2, 0])),
        lambda: w("d", tf.Variable([True])),
        lambda: w("e", tf.constant([1 + 2j])),
        lambda: w("f", tf.constant(1.5, tf.bfloat16)),
        lambda: w("g", None),
        lambda: w(3, 1),
        lambda: w(tf.constant("tensor"), 1),
        lambda: w("h", 1, metadata=b"\xff\xff"),
        lambda: w("i", 1, metadata="x"),
        lambda: w("j", 1, metadata=3),
    ]
    return _written(tf, *calls)


def messages(tf: Any) -> Any:
    w = tf.summary.experimental.write_raw_pb
    summary = tf.compat.v1.Summary()
    summary.value.add(tag="a", simple_value=1.5)
    data = summary.SerializeToString()
    calls = [
        lambda: w(data),
        lambda: w([data, data], step=8, name="n"),
        lambda: w(b""),
        lambda: w([data, b"\xff"]),
        lambda: w(3),
    ]
    return _written(tf, *calls), _written(tf, *calls[:2], step=None)


def hyperparameters(tf: Any) -> Any:
    from tensorboard.plugins.hparams import summary_v2 as api

    rate = api.HParam("rate", api.RealInterval(0.1, 0.5))
    values = api.hparams_pb({rate: 0.2}, trial_id="t", start_time_secs=5.0)
    config = api.hparams_config_pb([rate], [api.Metric("loss")], time_created_secs=5.0)
    w = tf.summary.experimental.write_raw_pb
    return _written(
        tf, lambda: w(values.SerializeToString()), lambda: w(config.SerializeToString())
    )


def scopes(tf: Any) -> Any:
    e = tf.summary.experimental
    seen = []
    for name, default in (("a b/c!", "d"), ("", "d"), (None, "summary"), ("!", "d"), ("x", "d")):
        with e.summary_scope(name, default, values=[1]) as (tag, scope):
            seen.append([tag, scope])
            with e.summary_scope("inner") as both:
                seen.append(both)
    with tf.name_scope("outer"), e.summary_scope("y") as both:
        seen.append(both)

    def scoped():
        with tf.name_scope("outer"):
            return tf.summary.scalar("in scope", 1)

    return seen, _written(tf, scoped)


def conditions(tf: Any) -> Any:
    s = tf.summary
    seen = [
        s.should_record_summaries(),
        s.scalar("a", 1),
        attempt(lambda: s.scalar("a", 1, [1, 2])),
    ]
    with folder() as path:
        writer = s.create_file_writer(path)
        with writer.as_default(step=1):
            seen.append(s.should_record_summaries())
            conditions = [
                False,
                True,
                tf.constant(False),
                tf.constant(True),
                None,
                3,
                "x",
                np.bool_(1),
            ]
            conditions += [lambda: False, lambda: tf.constant(True), lambda: 3]
            for number, condition in enumerate(conditions):
                with s.record_if(condition):
                    seen.append(attempt(s.should_record_summaries))
                    seen.append(attempt(lambda n=number: s.scalar(f"s{n}", 1)))
                    with s.record_if(False):
                        seen.append(s.scalar("never", 1))
            called = []
            with s.record_if(False):
                s.write("lazy", lambda: called.append(1) or tf.constant(1))
            seen.append(called)
        writer.close()
        return seen, events(path)


def nesting(tf: Any) -> Any:
    s = tf.summary
    with folder() as path:
        a, b = (s.create_file_writer(f"{path}/{name}") for name in "ab")
        with a.as_default(step=1) as entered:
            s.scalar("1", 1)
            with b.as_default(), s.create_noop_writer().as_default() as nothing:
                s.scalar("2", 1)
            assert entered is a and nothing is None
            s.create_noop_writer().set_as_default()
            s.scalar("3", 1)
        b.set_as_default(step=5)
        s.scalar("4", 1)
        s.flush()
        with attempt_context(a.as_default()):
            raise ValueError
        s.scalar("5", 1)
        seen = [b.flush(), b.close(), b.close(), b.flush(), a.close(), s.flush()]
        s.create_noop_writer().set_as_default()
        with s.create_file_writer(f"{path}/c").as_default():
            s.experimental.set_step(None)
        return seen, [events(f"{path}/{name}") for name in "ab"]


class attempt_context:  # noqa: N801
    """A context that suppresses exceptions after another context has seen them."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner

    def __enter__(self) -> Any:
        return self.inner.__enter__()

    def __exit__(self, *exception: Any) -> bool:
        assert not self.inner.__exit__(*exception)
        return True


def closed(tf: Any) -> Any:
    with folder() as path:
        writer = tf.summary.create_file_writer(path)
        seen = [writer.init()]
        with writer.as_default(step=1):
            writer.close()
            seen.append(type(attempt(lambda: tf.summary.scalar("a", 1))).__name__)
        for call in (writer.as_default, writer.set_as_default, writer.init):
            error = attempt(call)
            seen.append([type(error).__name__, str(error)[-17:]])
        return seen, events(path)


def queue(tf: Any) -> Any:
    s = tf.summary
    with folder() as path:
        writer = s.create_file_writer(path, max_queue=2, flush_millis=10**8)
        counts = []
        with writer.as_default():
            for step in range(6):
                s.scalar("a", 1, step=step)
                counts.append(len(events(path)))
            s.flush(writer)
            counts.append(len(events(path)))
            s.scalar("a", 1, step=9)
        counts.append(len(events(path)))
        eager = s.create_file_writer(path + "/b", max_queue=100, flush_millis=0)
        with eager.as_default():
            s.scalar("a", 1, step=0)
            counts.append(len(events(path + "/b")))
        return counts


def refused(tf: Any) -> Any:
    s = tf.summary
    with folder() as path:
        with open(f"{path}/file", "w") as file:
            file.write("x")
        rows = {
            "None": lambda: s.create_file_writer(None),
            "number": lambda: s.create_file_writer(3),
            "suffix": lambda: s.create_file_writer(path, filename_suffix=3),
            "flush": lambda: s.flush(3),
            "no writer": lambda: s.flush(),
            "base": lambda: s.SummaryWriter().flush(),
            "export": lambda: s.trace_export("x", step=1),
            "export of two steps": lambda: s.trace_export("x", step=[1, 2]),
            "off": lambda: s.trace_off(),
        }
        outcomes = outcomes_with_messages(rows)
        outcomes["in a file"] = type(attempt(s.create_file_writer, f"{path}/file/x")).__name__
        outcomes["nowhere"] = type(attempt(s.create_file_writer, "/proc/nowhere")).__name__
    return outcomes, _written(tf, lambda: s.graph(3))


def in_functions(tf: Any) -> Any:
    with folder() as path:
        writer = tf.summary.create_file_writer(path)

        @tf.function
        def step(x, number):
            with writer.as_default():
                tf.summary.scalar("x", x, step=number)
            return x * 2

        for number in range(3):
            step(tf.constant(float(number)), tf.constant(number, tf.int64))
        writer.close()
        return events(path)


def with_a_tape(tf: Any) -> Any:
    x = tf.Variable(2.0)

    def taped():
        with tf.GradientTape() as tape:
            y = x * x
            tf.summary.scalar("y", y)
            tf.summary.histogram("h", y)
        return tape.gradient(y, x)

    return _written(tf, taped)
