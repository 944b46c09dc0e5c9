"""Collecting the variables that a piece of code reads."""

from __future__ import annotations

import threading
from typing import Any

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


def notice(variable: Any) -> None:
    """Tells the watchers of the current thread that `variable` is read."""
    if not variable._watch_reads:
        return
    current = threading.get_ident()
    for watcher in watchers:
        if (
            watcher._thread == current
            and (watcher._every or variable._handle.trainable)
            and all(known._handle is not variable._handle for known in watcher.watched)
        ):
            watcher.watched.append(variable)
