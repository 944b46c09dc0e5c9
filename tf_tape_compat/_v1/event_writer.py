"""`tf.compat.v1.summary.FileWriter` and `tf.compat.v1.train.summary_iterator`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import tf_tape_compat as tf

from .._ops.io.tf_record import tf_record_iterator
from .._summary.event_file import EventFile, proto


class FileWriter:
    """Writes summaries to an event file. Implements `tf.compat.v1.summary.FileWriter`.

    Args:
      logdir: the directory, which is created.
      graph: a graph that is written first.
      max_queue, flush_secs: how many events may wait, and how many seconds.
      graph_def: a graph as a protocol buffer, in its place.
      filename_suffix: the ending of the file's name.
      session: has no effect.

    Raises:
      RuntimeError: in eager execution.
    """

    def __init__(
        self,
        logdir: Any,
        graph: Any = None,
        max_queue: int = 10,
        flush_secs: float = 120,
        graph_def: Any = None,
        filename_suffix: str | None = None,
        session: Any = None,
    ) -> None:
        if tf.executing_eagerly():
            raise RuntimeError(
                "v1.summary.FileWriter is not compatible with eager execution. Use "
                "`tf.summary.create_file_writer`,or a `with v1.Graph().as_default():` context"
            )
        self._logdir = os.fspath(logdir)
        self._options = max_queue, int(flush_secs * 1000), filename_suffix or ""
        self._file: EventFile | None = None
        self._tags: set[str] = set()  # whose metadata is in the file
        self.reopen()
        if graph is not None or graph_def is not None:
            self.add_graph(graph, graph_def=graph_def)

    def __enter__(self) -> FileWriter:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def get_logdir(self) -> str:
        """The directory."""
        return self._logdir

    def add_summary(self, summary: Any, global_step: Any = None) -> None:
        """Writes a summary: a message, or one that is serialized."""
        message = proto("summary").Summary()
        message.ParseFromString(
            summary if isinstance(summary, bytes) else summary.SerializeToString()
        )
        for value in message.value:
            if value.HasField("metadata"):
                if value.tag in self._tags:
                    value.ClearField("metadata")
                else:
                    self._tags.add(value.tag)
        self._add(global_step, summary=message)

    def add_graph(self, graph: Any, global_step: Any = None, graph_def: Any = None) -> None:
        """Writes a graph. Raises TypeError for anything else."""
        if graph is not None and not isinstance(graph, tf.Graph):
            raise TypeError("The passed graph must be an instance of `Graph` or `GraphDef`")
        message = graph_def if graph is None else graph.as_graph_def()
        self._add(global_step, graph_def=message.SerializeToString())

    def add_event(self, event: Any) -> None:
        """Writes an event."""
        if self._file is not None:
            message = proto("event").Event()
            message.ParseFromString(event.SerializeToString())
            self._file.add(message)

    def add_session_log(self, session_log: Any, global_step: Any = None) -> None:
        """Writes a `SessionLog`."""
        self._add(global_step, session_log=session_log)

    def add_run_metadata(self, run_metadata: Any, tag: str, global_step: Any = None) -> None:
        """Writes what a run of a session told."""
        tagged = proto("event").TaggedRunMetadata(
            tag=tag, run_metadata=run_metadata.SerializeToString()
        )
        self._add(global_step, tagged_run_metadata=tagged)

    def _add(self, step: Any, **fields: Any) -> None:
        if self._file is not None:
            event = proto("event").Event(**fields)
            if step is not None:
                event.step = int(step)
            self._file.add(event)

    def flush(self) -> None:
        """Writes the events that wait."""
        if self._file is not None:
            self._file.flush()

    def close(self) -> None:
        """Closes the file."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def reopen(self) -> None:
        """Begins a new file, if there is none open."""
        if self._file is None:
            self._file = EventFile(self._logdir, *self._options)


class FileWriterCache:
    """A writer for each directory. Implements `tf.compat.v1.summary.FileWriterCache`."""

    _writers: dict[str, FileWriter] = {}

    @staticmethod
    def clear() -> None:
        """Closes and forgets the writers."""
        for writer in FileWriterCache._writers.values():
            writer.close()
        FileWriterCache._writers.clear()

    @staticmethod
    def get(logdir: Any) -> FileWriter:
        """The writer for a directory. Raises RuntimeError in eager execution."""
        if logdir not in FileWriterCache._writers:
            FileWriterCache._writers[logdir] = FileWriter(logdir)
        return FileWriterCache._writers[logdir]


def summary_iterator(path: Any) -> Iterator[Any]:
    """The events of a file."""
    event = proto("event").Event
    return map(event.FromString, tf_record_iterator(os.fspath(path)))
