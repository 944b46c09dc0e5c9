"""tf.compat.v1.summary, as far as it works in eager execution."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.parity.case_helpers.event_files import events, folder
from tests.parity.harness import attempt


def _calls(tf: Any) -> dict[str, Any]:
    s = tf.compat.v1.summary
    metadata = tf.compat.v1.SummaryMetadata(summary_description="before")
    return {
        "scalar": lambda: s.scalar("x", 1.5),
        "family": lambda: s.scalar("x y", tf.constant(2), family="f g"),
        "text": lambda: s.text("t", tf.constant("a")),
        "text of a number": lambda: s.text("t", tf.constant(1)),
        "tensor": lambda: s.tensor_summary("ts", tf.constant([1.0])),
        "tensor with metadata": lambda: s.tensor_summary("ts", [1], "d", None, metadata, "f", "n"),
        "merge": lambda: s.merge([b""]),
        "merge all": lambda: s.merge_all(),
        "writer": lambda: s.FileWriter("/nowhere"),
        "writers": lambda: s.FileWriterCache.get("/nowhere"),
        "no writers": lambda: s.FileWriterCache.clear(),
        "all": lambda: s.all_v2_summary_ops(),
        "initialize": lambda: s.initialize(),
    }


def with_a_writer(tf: Any) -> Any:
    s = tf.compat.v1.summary
    calls = _calls(tf) | {
        "histogram": lambda: s.histogram("h", [1.0, 2.0], family="f"),
        "image": lambda: s.image("im", np.zeros([2, 2, 2, 3], np.float32), max_outputs=1),
        "audio": lambda: s.audio("au", tf.zeros([2, 3, 1]), 100, max_outputs=1),
        "audio matrix": lambda: s.audio("au", tf.zeros([2, 3]), 100),
    }
    with folder() as path:
        writer = tf.summary.create_file_writer(path)
        with writer.as_default(step=2):
            results = {name: attempt(call) for name, call in calls.items()}
        with writer.as_default():
            results["no step"] = s.scalar("no step", 1.0)
        writer.close()
        return results, events(path)


def without_a_writer(tf: Any) -> Any:
    return {name: attempt(call) for name, call in _calls(tf).items()}


def classes(tf: Any) -> Any:
    v1, s = tf.compat.v1, tf.compat.v1.summary
    summary = v1.Summary(value=[v1.Summary.Value(tag="a", simple_value=1.5)])
    event = v1.Event(step=3, summary=summary)
    return [
        event.SerializeToString(),
        str(s.Event.FromString(event.SerializeToString())),
        str(s.SessionLog(status=1)),
        str(s.SummaryDescription(type_hint="x")),
        str(s.TaggedRunMetadata(tag="t")),
        str(v1.HistogramProto(min=1.0)),
        str(v1.LogMessage(message="m")),
    ]
