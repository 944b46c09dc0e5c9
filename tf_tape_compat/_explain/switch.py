"""Switches the history on: `keep_history`, and programs that name `explain`."""

from __future__ import annotations

from types import TracebackType

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
