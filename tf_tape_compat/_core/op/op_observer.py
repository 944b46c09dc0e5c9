"""An observer of operations, which sees each call of each operation and each gradient.

At most one is installed, by `tf.debugging.enable_check_numerics`. Without one, operations run code
that knows nothing of observers; op.py exchanges it when an observer is installed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Protocol

import torch


class OpObserver(Protocol):
    """What an observer implements; it decides by itself which threads it looks at."""

    def op_called(
        self, operation: str, args: tuple[Any, ...], kwargs: dict[str, Any], result: Any
    ) -> None:
        """Called after each operation, with TensorFlow's name of it."""

    def observes_backward(self) -> bool:
        """Whether this thread's gradients are observed."""

    def watch_backward(self, roots: Iterable[torch.Tensor]) -> list[Any]:
        """Hooks the nodes of torch's graph below `roots`; returns handles that remove the hooks."""


current: OpObserver | None = None

# Called when an observer is installed: they make operations look at `current` again.
_invalidators: list[Callable[[], None]] = []


def install(observer: OpObserver | None) -> None:
    """Has `observer` see all operations from now on; None removes the present one."""
    global current
    current = observer
    if observer is not None:
        for invalidate in _invalidators:
            invalidate()


def on_install(invalidate: Callable[[], None]) -> None:
    """Registers a function that is called whenever an observer is installed."""
    _invalidators.append(invalidate)


def observes_backward() -> bool:
    """Whether an observer looks at the gradients of this thread."""
    return current is not None and current.observes_backward()


def watch_backward(roots: Iterable[torch.Tensor]) -> list[Any]:
    """Has the present observer see each node's gradient until the returned handles are removed."""
    return [] if current is None else current.watch_backward(roots)
