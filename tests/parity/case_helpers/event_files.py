"""Reads event files, for cases of `tf.summary`. Needs the package tensorboard."""

from __future__ import annotations

import contextlib
import re
import shutil
import struct
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def folder() -> Iterator[str]:
    """A directory that is removed afterwards."""
    path = tempfile.mkdtemp()
    try:
        yield path
    finally:
        shutil.rmtree(path)


def file_names(directory: str) -> list[str]:
    """The names of the files, without what differs between runs."""
    pattern = r"tfevents\.\d{10}\.[^/]+?\.\d+\.\d+(\..*)"
    return sorted(
        re.sub(pattern, r"tfevents.TIME.HOST.PID.NUMBER\1", str(path.relative_to(directory)))
        for path in Path(directory).rglob("*")
        if path.is_file()
    )


def events(directory: str) -> list[str]:
    """The events of all files as text, without the time.

    Raises AssertionError if a time is not close to now, or a file is not whole.
    """
    from tensorboard.compat.proto import event_pb2

    found = []
    for path in sorted(Path(directory).rglob("*tfevents*")):
        data, at = path.read_bytes(), 0
        while at < len(data):
            (size,) = struct.unpack_from("<Q", data, at)
            record = data[at + 12 : at + 12 + size]
            assert len(record) == size
            at += size + 16
            event = event_pb2.Event.FromString(record)
            assert abs(event.wall_time - time.time()) < 600
            event.ClearField("wall_time")
            found.append(str(event))
    return found
