"""Collecting the variables that a piece of code reads."""

from __future__ import annotations

import threading
from typing import Any

from .execution_context import active_graph

watchers: list[VariableWatcher] = []


class VariableWatcher:
    """A context that collects, in `watched`, the variables that the current thread reads.

    Only trainable variables are collected, unless `every` is true.
    """

    def __init__(self, every: bool = False) -> None:
        self._every = every

    def __enter__(self) -> VariableWatcher:
        self.watched: list[Any] = []
        self._thread = threading.get_ident()
        watchers.append(self)
        return self

    def __exit__(self, *exception: Any) -> None:
        watchers.remove(self)


def notice(variable: Any) -> Any:
    """Tells the watchers of the current thread that `variable` is read.

    Returns the symbolic value if the thread is tracing, or None if the variable has to be read.
    """
    graph = active_graph()
    if graph is not None:
        return graph.read_variable(variable)
    tell_watchers(variable)
    return None


def tell_watchers(variable: Any) -> None:
    """Adds `variable` to what the watchers of the current thread collected."""
    if not variable._watch_reads:
        return
    current = threading.get_ident()
    for watcher in watchers:
        if (
            watcher._thread == current
            and (watcher._every or variable._handle.trainable)
            # What stands for a variable while it is traced has the same number.
            and all(known._handle.uid != variable._handle.uid for known in watcher.watched)
        ):
            watcher.watched.append(variable)
