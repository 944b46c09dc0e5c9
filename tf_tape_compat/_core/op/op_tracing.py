"""Whether any thread is tracing, so that operations must look for an active graph.

While no thread traces, operations run generated code that knows nothing of graphs. While one does,
all operations run their stub (lazy_op.py), which adds the call to the graph of the current thread,
if there is one.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FunctionType
from typing import Any

from .interception import TracedCode, Wrapper
from .op_observer import invalidate_all

active_count = 0
_lock = threading.Lock()


@contextmanager
def tracing() -> Iterator[None]:
    """A context in which operations look for an active graph."""
    global active_count
    with _lock:
        active_count += 1
        if active_count == 1:
            invalidate_all()
            _exchange(True)
    try:
        yield
    finally:
        with _lock:
            active_count -= 1
            if not active_count:
                _exchange(False)


_replaced: list[tuple[type, str, Any, Any]] = []


def replace_while_tracing(cls: type, name: str, method: Any) -> None:
    """Puts `method` in the place of a method of a class while any thread is tracing."""
    _replaced.append((cls, name, getattr(cls, name), method))
    if active_count:
        setattr(cls, name, method)


_wrapped: list[TracedCode] = []


def wrap_while_tracing(function: FunctionType, wrapper: Wrapper) -> None:
    """Puts a wrapper around all calls of a function while any thread is tracing."""
    code = TracedCode(function, wrapper)
    _wrapped.append(code)
    if active_count:
        code.begin()


def _exchange(tracing_begins: bool) -> None:
    for code in _wrapped:
        if tracing_begins:
            code.begin()
        else:
            code.end()
    for cls, name, method, replacement in _replaced:
        setattr(cls, name, replacement if tracing_begins else method)
