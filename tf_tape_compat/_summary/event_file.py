"""An event file: records of `Event` messages, which TensorBoard reads."""

from __future__ import annotations

import itertools
import os
import socket
import threading
import time
import weakref
from typing import Any

from .._ops._support.extras import require
from .._ops.io import filesystem
from .._ops.io.tf_record import TFRecordWriter

_VERSION = "brain.Event:2"
_WRITER = "tensorflow.core.util.events_writer"  # TensorBoard shows it
_numbers = itertools.count()


def proto(module: str) -> Any:
    """A module of messages of the package tensorboard.

    Raises ModuleNotFoundError, which names the extra to install, if it is not there.
    """
    return require(f"tensorboard.compat.proto.{module}_pb2", "summary")


class EventFile:
    """Appends events to a new file in a directory, which is created.

    Events wait in a queue until there are more than `max_queue`, or `flush_millis` milliseconds
    have passed since the last time. What waits is written when the file is closed or collected,
    and when the program ends. It can be used by several threads.

    Raises TensorFlow's errors for those of the file system.
    """

    def __init__(
        self, directory: str, max_queue: int, flush_millis: int, filename_suffix: str
    ) -> None:
        events = proto("event")
        filesystem.make_directories(directory)
        name = (
            f"events.out.tfevents.{int(time.time()):010}.{socket.gethostname()}.{os.getpid()}."
            f"{next(_numbers)}.{filename_suffix.removeprefix('.')}"
        )
        self._file = TFRecordWriter(f"{directory.rstrip('/') or '/'}/{name}")
        self._max_queue = max_queue
        self._interval = flush_millis / 1000
        self._queue: list[bytes] = []
        self._lock = threading.Lock()
        self._last_flush = time.monotonic()
        source = events.SourceMetadata(writer=_WRITER)
        first = events.Event(wall_time=time.time(), file_version=_VERSION, source_metadata=source)
        self._file.write(first.SerializeToString())
        self._file.flush()
        self._close = weakref.finalize(self, _close, self._file, self._queue, self._lock)

    def add(self, event: Any) -> None:
        """Appends an event."""
        event.wall_time = time.time()
        with self._lock:
            self._queue.append(event.SerializeToString())
            is_late = time.monotonic() - self._last_flush > self._interval
            if is_late or len(self._queue) > self._max_queue:
                self._flush()

    def flush(self) -> None:
        """Writes the events that wait."""
        with self._lock:
            self._flush()

    def _flush(self) -> None:
        _write(self._file, self._queue)
        self._last_flush = time.monotonic()

    def close(self) -> None:
        """Writes the events that wait, and closes the file."""
        self._close()


def _write(file: TFRecordWriter, queue: list[bytes]) -> None:
    for record in queue:
        file.write(record)
    queue.clear()
    file.flush()


def _close(file: TFRecordWriter, queue: list[bytes], lock: threading.Lock) -> None:
    with lock:
        try:
            _write(file, queue)
        finally:
            file.close()
