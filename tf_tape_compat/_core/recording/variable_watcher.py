"""Who wants to know which variables are read."""

from __future__ import annotations

import threading
from typing import Any

watchers: list[VariableWatcher] = []


class VariableWatcher:
    """Collects, in `watched`, the variables that this thread reads inside of it.

    Only the trainable ones, unless it is to be `every` one.
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
    """Tells those inside of whom this thread is that it reads `variable`."""
    if not variable._watch_reads:
        return
    here = threading.get_ident()
    for watcher in watchers:
        if (
            watcher._thread == here
            and (watcher._every or variable._handle.trainable)
            and all(known._handle is not variable._handle for known in watcher.watched)
        ):
            watcher.watched.append(variable)
