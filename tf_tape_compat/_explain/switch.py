"""Switches the history on: `keep_history`, and programs that name `explain`."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Any

from .._core.tensor.tensor import EagerTensor
from .._core.variables.variable import Variable
from .history import History
from .hooks import Hooks

_hooks: Hooks | None = None
_depth = 0


def begin() -> Hooks:
    """Keeps the history from now on; returns what is told of everything."""
    global _hooks
    if _hooks is None:
        _hooks = Hooks(History())
        _hooks.install()
    return _hooks


def end() -> None:
    """Forgets the history and makes operations run at full speed again."""
    global _hooks
    if _hooks is not None:
        _hooks.uninstall()
        _hooks = None


class keep_history:  # noqa: N801
    """Keeps the history that `explain` and `plot` need, from this call on.

    As a context manager, until its end. Operations take several times as long meanwhile.
    """

    def __init__(self) -> None:
        self._began = _hooks is None
        begin()

    def __enter__(self) -> keep_history:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._began:
            end()


class Reporter:
    """Writes why gradients are None to stderr, once for each line and reason."""

    def __init__(self, hooks: Hooks) -> None:
        self._hooks = hooks
        self._seen: set[Any] = set()

    def __call__(
        self, tape: Any, targets: list[Any], sources: list[Any], results: list[Any], place: Any
    ) -> None:
        """Called after each gradient."""
        from . import explain
        from .places import user_frame

        known = explain.tape_of(tape)
        if len(sources) != len(results) or not all(map(_is_known, targets)):
            return
        frame = user_frame(3)
        for number, (source, result) in enumerate(zip(sources, results, strict=True)):
            if result is not None or not _is_known(source):
                continue
            with self._hooks.hidden():
                reason = explain.reason_for(self._hooks, known, targets, source, frame)
                text = explain.worded(self._hooks, reason, targets, source, frame)
            key = place, number, str(text)
            if key not in self._seen:
                self._seen.add(key)
                print(f"{place}: None: {text}", file=sys.stderr)


def _is_known(item: Any) -> bool:
    """Whether the history knows a target or source: it has no tensors of torch, or composites."""
    return isinstance(item, (EagerTensor, Variable))


def report() -> None:
    """Keeps the history, and writes each gradient that is None to stderr (`--explain-none`)."""
    hooks = begin()
    hooks.after_gradient = Reporter(hooks)
