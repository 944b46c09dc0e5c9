"""Lets errors pass through torch's engine: its guard for Python backends ends the process instead.

The engine calls the guard while an error of Python is on its way, and the guard, which calls Python
itself, takes that for an error of its own. So a kernel or a mode that the engine calls raises
nothing: it returns what is no tensor, which is torch's error then, and the engine's caller gets the
error that it would have got. An error of a hook still ends the process.
"""

from __future__ import annotations

import functools
import sys
import threading
from collections.abc import Callable
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode

_NO_TENSOR = "an error was raised here"


class _Thread(threading.local):
    error: Exception | None = None


_thread = _Thread()


class _Engine:
    """torch's engine, for Python."""

    def __init__(self, engine: Any) -> None:
        self._engine = engine

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def run_backward(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return self._engine.run_backward(*args, **kwargs)
        except Exception:
            error, _thread.error = _thread.error, None
            if error is None:
                raise
            raise error from None


_ENGINE_CODE = _Engine.run_backward.__code__


def passing_errors(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, which raises nothing if no other Python is between it and the engine."""

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except Exception as error:
            if sys._getframe(1).f_code is not _ENGINE_CODE:
                raise
            _thread.error = error
            return _NO_TENSOR

    return call


def install() -> None:
    """Makes errors pass through the engine."""
    variable: Any = torch.autograd.Variable
    variable._execution_engine = _Engine(variable._execution_engine)
    original = TorchDispatchMode.__init_subclass__.__func__  # type: ignore[attr-defined]

    def init_subclass(cls: Any, **kwargs: Any) -> None:
        original(cls, **kwargs)
        if "__torch_dispatch__" in vars(cls):
            cls.__torch_dispatch__ = passing_errors(cls.__torch_dispatch__)

    TorchDispatchMode.__init_subclass__ = classmethod(init_subclass)  # type: ignore[assignment]
