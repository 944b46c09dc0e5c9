"""`tf.summary.trace_on`: profiles, and the record of what ran."""

from __future__ import annotations

import threading
from typing import Any, NamedTuple

from .._core.recording.execution_context import inside_function
from .._logging import get_logger
from .._ops.array.conversion import constant
from .._ops.profiler import profile
from .event_file import proto
from .state import summary_scope
from .write import check_step, write


class _Trace(NamedTuple):
    graph: bool
    profiler: bool


_lock = threading.Lock()
_current: _Trace | None = None


def trace_on(graph: bool = True, profiler: bool = False, profiler_outdir: Any = None) -> None:
    """Starts a trace. Implements `tf.summary.trace_on`.

    Args:
        graph: whether to record graphs. Functions run eagerly, so that there are none: what
            `trace_export` writes has none.
        profiler: whether to profile.
        profiler_outdir: the directory of the profile.
    """
    global _current
    if inside_function():
        get_logger().warning("Cannot enable trace inside a tf.function.")
        return
    with _lock:
        if _current is not None:
            get_logger().warning("Trace already enabled")
            return
        if profiler and profiler_outdir is None:
            get_logger().warning(
                "No `profiler_outdir` passed to trace_on(). Profiler won't be enabled."
            )
        elif profiler:
            profile.start(profiler_outdir)
        _current = _Trace(graph, profiler)


def trace_export(name: Any, step: Any = None, profiler_outdir: Any = None) -> None:
    """Ends the trace and writes it. Implements `tf.summary.trace_export`.

    Args:
        name: the summary's name.
        step: an integer; the default step by default.
        profiler_outdir: ignored; `trace_on` takes it.

    Raises:
        ValueError: if there is no trace, or there is a writer but no step.
    """
    if step is not None:
        check_step(step)
    if inside_function():
        get_logger().warning("Cannot export trace inside a tf.function.")
        return
    with _lock:
        if _current is None:
            raise ValueError("Must enable trace before export through tf.summary.trace_on.")
        graph, profiler = _current
    kind = "graph_run_metadata_graph" if graph and not profiler else "graph_run_metadata"
    metadata = proto("summary").SummaryMetadata()
    metadata.plugin_data.plugin_name = kind
    metadata.plugin_data.content = b"1"
    with summary_scope(name, f"{kind}_summary") as (tag, _):
        serialized = proto("config").RunMetadata().SerializeToString()
        write(tag, constant(serialized), step, metadata)
    if profiler:
        if profiler_outdir:
            get_logger().warning(
                "Ignoring `profiler_outdir` passed to trace_export(). Please pass it to trace_on() "
                "instead."
            )
        profile.stop()
    trace_off()


def trace_off() -> None:
    """Ends the trace and drops it. Implements `tf.summary.trace_off`."""
    global _current
    with _lock:
        if _current is None:
            return
        trace, _current = _current, None
    if trace.profiler:
        try:
            profile.stop()
        except Exception as error:
            get_logger().warning("Error while stopping profiler: %s", error)
