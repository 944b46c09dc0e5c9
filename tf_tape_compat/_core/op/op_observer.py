"""An observer of operations, which sees each call of each operation and each gradient.

At most one is installed, by `tf.debugging.enable_check_numerics`. Without one, operations run code
that does not check for observers; lazy_op.py replaces it when an observer is installed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Protocol

import torch


class OpObserver(Protocol):
    """The interface of an observer, which decides which threads it observes."""

    def op_called(
        self, operation: str, args: tuple[Any, ...], kwargs: dict[str, Any], result: Any
    ) -> None:
        """Called after each operation, with the operation's TensorFlow name."""

    def observes_backward(self) -> bool:
        """Whether this thread's gradients are observed."""

    def watch_backward(self, roots: Iterable[torch.Tensor]) -> list[Any]:
        """Hooks the nodes of torch's graph below `roots`; returns handles that remove the hooks."""


current: OpObserver | None = None

# Called when an observer is installed: they make operations look at `current` again.
_invalidators: list[Callable[[], None]] = []


def install(observer: OpObserver | None) -> None:
    """Makes `observer` observe all operations from now on; None removes the current observer."""
    global current
    current = observer
    if observer is not None:
        invalidate_all()


def invalidate_all() -> None:
    """Makes all operations run their stub at the next call, which decides again what they run."""
    for invalidate in _invalidators:
        invalidate()


def on_install(invalidate: Callable[[], None]) -> None:
    """Registers a function that is called whenever an observer is installed."""
    _invalidators.append(invalidate)


def observes_backward() -> bool:
    """Whether the gradients of this thread are observed."""
    return current is not None and current.observes_backward()


def watch_backward(roots: Iterable[torch.Tensor]) -> list[Any]:
    """Makes the observer see each node's gradient until the returned handles are removed."""
    return [] if current is None else current.watch_backward(roots)
