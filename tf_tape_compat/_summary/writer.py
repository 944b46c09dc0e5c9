"""`tf.summary.SummaryWriter` and its kinds."""

from __future__ import annotations

import abc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from .._api import NotAvailableError
from .._api.shown_modules import shown_in
from .._core.op.op_errors import kernel_message
from .._core.recording.execution_context import init_scope
from .._core.tensor.convert import to_tensor
from .._core.tensor.static_args import static
from .._core.types.dtype import as_dtype
from .._core.variables.auto_trackable import AutoTrackable
from ..errors import NotFoundError, OpError
from .effects import effect
from .event_file import EventFile
from .state import state

_STRING = as_dtype("string")


class _DefaultWriter:
    """A context in which a writer is the default; see `SummaryWriter.as_default`."""

    def __init__(self, writer: SummaryWriter, step: Any) -> None:
        self._writer = writer
        self._step = step
        self._previous: tuple[Any, Any] = (None, None)

    def __enter__(self) -> SummaryWriter:
        self._previous = state.writer, state.step
        state.writer = self._writer
        if self._step is not None:
            state.step = self._step
        return self._writer

    def __exit__(self, *exception: Any) -> Literal[False]:
        state.writer.flush()
        state.writer, step = self._previous
        if self._step is not None:
            state.step = step
        return False


class SummaryWriter(metaclass=abc.ABCMeta):  # noqa: B024
    """Writes summaries. Implements `tf.summary.SummaryWriter`.

    `create_file_writer` and `create_noop_writer` make one.
    """

    def set_as_default(self, step: Any = None) -> None:
        """Makes this the thread's default writer.

        Args:
            step: the default step from now on; None leaves it as it is.
        """
        self.as_default(step).__enter__()

    def as_default(self, step: Any = None) -> Any:
        """A context in which this is the default writer; it writes what waits as it ends.

        Args:
            step: the default step in the context; None leaves it as it is.
        """
        return _DefaultWriter(self, step)

    def init(self) -> None:
        """Nothing has to be done before the writer is used."""
        raise NotImplementedError

    def flush(self) -> None:
        """Writes what waits."""
        raise NotImplementedError

    def close(self) -> None:
        """Writes what waits, and closes the writer."""
        raise NotImplementedError


class _ResourceSummaryWriter(SummaryWriter):
    """Writes an event file.

    Raises RuntimeError if it is made the default after it was closed.
    """

    def __init__(self, file: EventFile) -> None:
        self._file: EventFile | None = file

    def _check_open(self) -> None:
        if self._file is None:
            raise RuntimeError(f"SummaryWriter {self!r} is already closed")

    def add(self, event: Any, operation: str) -> None:
        """Appends an event. Raises NotFoundError if the writer is closed."""
        if self._file is None:
            message = "The resource of the summary writer does not exist: the writer is closed."
            raise NotFoundError(None, None, kernel_message(operation, message))
        self._file.add(event)

    def set_as_default(self, step: Any = None) -> None:
        self._check_open()
        super().set_as_default(step)

    def as_default(self, step: Any = None) -> Any:
        self._check_open()
        return super().as_default(step)

    def init(self) -> None:
        self._check_open()

    def flush(self) -> None:
        effect("FlushSummaryWriter", self._flush, (), ())

    def _flush(self) -> list[Any]:
        if self._file is not None:
            self._file.flush()
        return []

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


class _TrackableResourceSummaryWriter(_ResourceSummaryWriter, AutoTrackable):
    """A file writer that modules track."""


class _NoopSummaryWriter(SummaryWriter):
    """Writes nothing, and leaves the default writer as it is."""

    def set_as_default(self, step: Any = None) -> None:
        pass

    @contextmanager
    def as_default(self, step: Any = None) -> Iterator[None]:
        yield

    def init(self) -> None:
        pass

    def flush(self) -> None:
        pass

    def close(self) -> None:
        pass


def create_file_writer(
    logdir: Any,
    max_queue: Any = None,
    flush_millis: Any = None,
    filename_suffix: Any = None,
    name: str | None = None,
    experimental_trackable: bool = False,
    experimental_mesh: Any = None,
) -> SummaryWriter:
    """Makes a writer of an event file. Implements `tf.summary.create_file_writer`.

    Args:
        logdir: the directory, which is created.
        max_queue: how many summaries may wait before they are written; 10 by default.
        flush_millis: after how many milliseconds they are written; 120,000 by default.
        filename_suffix: what the file's name ends with; ".v2" by default.
        name: ignored.
        experimental_trackable: whether modules track the writer.
        experimental_mesh: must be None.

    Raises:
        ValueError: if `logdir` is None.
        TypeError: if it is not a string.
        NotFoundError, FailedPreconditionError, PermissionDeniedError: if the directory or the file
            cannot be created.
        ModuleNotFoundError: if the extra `summary` is not installed.
    """
    if logdir is None:
        raise ValueError("Argument `logdir` cannot be None")
    if experimental_mesh is not None:
        raise NotAvailableError(
            "tf.summary.create_file_writer(experimental_mesh=...) is not available: there is no "
            "tf.experimental.dtensor here; leave the argument out"
        )
    suffix = to_tensor(".v2" if filename_suffix is None else filename_suffix, _STRING)
    directory = _text(to_tensor(logdir, _STRING))
    try:
        with init_scope():
            file = EventFile(
                directory,
                10 if max_queue is None else int(static(max_queue)),
                120_000 if flush_millis is None else int(static(flush_millis)),
                _text(suffix),
            )
    except OpError as error:
        message = kernel_message("CreateSummaryFileWriter", error.message)
        error_class: Any = type(error)
        raise error_class(None, None, message) from None
    return (
        _TrackableResourceSummaryWriter(file)
        if experimental_trackable
        else _ResourceSummaryWriter(file)
    )


def _text(tensor: Any) -> str:
    return tensor._t[()].decode("utf-8", "surrogateescape")


def create_noop_writer() -> SummaryWriter:
    """Makes a writer that writes nothing. Implements `tf.summary.create_noop_writer`."""
    return _NoopSummaryWriter()


def flush(writer: Any = None, name: str | None = None) -> None:
    """Writes what waits. Implements `tf.summary.flush`.

    Args:
        writer: a `SummaryWriter`; the default writer by default, if there is one.
        name: ignored.

    Raises:
        ValueError: if `writer` is not a writer.
    """
    writer = state.writer if writer is None else writer
    if writer is None:
        return
    if not isinstance(writer, SummaryWriter):
        raise ValueError(f"Invalid argument to flush(): {writer!r}")
    writer.flush()


shown_in(
    "tensorflow.python.ops.summary_ops_v2",
    _NoopSummaryWriter,
    _ResourceSummaryWriter,
    _TrackableResourceSummaryWriter,
)
