"""`tf.profiler.experimental` by `torch.profiler`.

The profile is a file that TensorBoard's profiler plugin, Perfetto and Chrome read. There is one
profiler in a process.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from collections import namedtuple
from typing import Any

import torch

from ..._api import NotAvailableError
from ...errors import AlreadyExistsError, UnavailableError
from ..io import filesystem

ProfilerOptions = namedtuple(
    "ProfilerOptions",
    "host_tracer_level python_tracer_level device_tracer_level delay_ms",
    defaults=(2, 0, 1, None),
)
ProfilerOptions.__doc__ = """How to profile. Implements `tf.profiler.experimental.ProfilerOptions`.

Args:
    host_tracer_level: whether operations on the CPU are recorded: 0, or 1 to 3.
    python_tracer_level: whether Python's calls are recorded: 0 or 1.
    device_tracer_level: whether operations on the GPU are recorded: 0 or 1.
    delay_ms: must be None.
"""

_lock = threading.Lock()
_running: tuple[Any, str] | None = None  # the profiler, and the directory that it writes to


def start(logdir: Any, options: Any = None) -> None:
    """Begins to profile. Implements `tf.profiler.experimental.start`.

    Args:
        logdir: the directory of TensorBoard's files.
        options: `ProfilerOptions`.

    Raises:
        AlreadyExistsError: if a profiler is running.
    """
    global _running
    options = ProfilerOptions() if options is None else ProfilerOptions(**options._asdict())
    if options.delay_ms is not None:
        raise NotAvailableError(
            "ProfilerOptions(delay_ms=...) is not available: profiling begins at once; leave it "
            "out, and call tf.profiler.experimental.start later"
        )
    directory = filesystem.as_path(logdir)
    with _lock:
        if _running is not None:
            raise AlreadyExistsError(None, None, "Another profiler is running.")
        profiler = torch.profiler.profile(
            activities=_activities(options),
            with_stack=bool(options.python_tracer_level),
        )
        profiler.start()
        _running = profiler, directory


def _activities(options: Any) -> list[Any]:
    activities = []
    if options.device_tracer_level and torch.cuda.is_available():
        activities.append(torch.profiler.ProfilerActivity.CUDA)
    if options.host_tracer_level or not activities:
        activities.append(torch.profiler.ProfilerActivity.CPU)
    return activities


def stop(save: bool = True) -> None:
    """Ends the profile and writes it. Implements `tf.profiler.experimental.stop`.

    Args:
        save: whether to write `plugins/profile/TIME/HOST.trace.json.gz` in the directory.

    Raises:
        UnavailableError: if no profiler is running.
    """
    global _running
    with _lock:
        if _running is None:
            raise UnavailableError(
                None, None, "Cannot export profiling results. No profiler is running."
            )
        (profiler, directory), _running = _running, None
        profiler.stop()
    if save:
        _export(profiler, directory)


def _export(profiler: Any, directory: str) -> None:
    import tempfile

    run = time.strftime("%Y_%m_%d_%H_%M_%S")
    target = f"{directory}/plugins/profile/{run}"
    filesystem.make_directories(target)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "trace.json.gz")
        profiler.export_chrome_trace(path)
        with open(path, "rb") as file:
            filesystem.write(f"{target}/{socket.gethostname()}.trace.json.gz", file.read())


class Profile:
    """A context that is profiled. Implements `tf.profiler.experimental.Profile`.

    See `start` for the arguments and errors.
    """

    def __init__(self, logdir: Any, options: Any = None) -> None:
        self._logdir = logdir
        self._options = options

    def __enter__(self) -> None:
        start(self._logdir, self._options)

    def __exit__(self, *exception: Any) -> None:
        stop()


class Trace:
    """A context whose name and time a profile shows. Implements `tf.profiler.experimental.Trace`.

    Args:
        name: the name.
        **kwargs: what else the profile shows of it, like `step_num=3`.
    """

    def __init__(self, name: str, **kwargs: Any) -> None:
        self._name = name
        self._metadata = kwargs
        self._region: Any = None

    def __enter__(self) -> Trace:
        if _running is not None:
            self._region = torch.profiler.record_function(_label(self._name, self._metadata))
            self._region.__enter__()
        return self

    def set_metadata(self, **kwargs: Any) -> None:
        """Adds to what the profile shows, as a mark at this time. Needs to be called inside."""
        if self._region is not None and kwargs:
            with torch.profiler.record_function(_label(self._name, kwargs)):
                pass

    def __exit__(self, *exception: Any) -> None:
        if self._region is not None:
            self._region.__exit__(*exception)
            self._region = None


def _label(name: str, metadata: dict[str, Any]) -> str:
    """The name as a profile stores it: "step#step_num=3#"."""
    if not metadata:
        return name
    return f"{name}#{','.join(f'{key}={value}' for key, value in metadata.items())}#"
