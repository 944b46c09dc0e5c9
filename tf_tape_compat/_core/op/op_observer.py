"""Observers of operations, which see each call of each operation and each gradient.

`tf.debugging.enable_check_numerics` adds one, and the history that explains gradients (_explain/).
Without one, operations run code that does not check for observers; lazy_op.py replaces it when an
observer is added.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
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


class _Several:
    """Several observers as one."""

    def __init__(self, observers: list[OpObserver]) -> None:
        self._observers = observers

    def op_called(
        self, operation: str, args: tuple[Any, ...], kwargs: dict[str, Any], result: Any
    ) -> None:
        for observer in self._observers:
            observer.op_called(operation, args, kwargs, result)

    def observes_backward(self) -> bool:
        return any(observer.observes_backward() for observer in self._observers)

    def watch_backward(self, roots: Iterable[torch.Tensor]) -> list[Any]:
        roots = list(roots)
        return [
            handle
            for observer in self._observers
            if observer.observes_backward()
            for handle in observer.watch_backward(roots)
        ]


current: OpObserver | None = None
_observers: list[OpObserver] = []

# Called when an observer is added: they make operations look at `current` again.
_invalidators: list[Callable[[], None]] = []


def add(observer: OpObserver) -> None:
    """Makes `observer` observe all operations from now on."""
    _change([*_observers, observer])
    invalidate_all()


def remove(observer: OpObserver) -> None:
    """Ends what `add` began."""
    _change([other for other in _observers if other is not observer])


def _change(observers: list[OpObserver]) -> None:
    global current
    _observers[:] = observers
    current = None
    if observers:
        current = observers[0] if len(observers) == 1 else _Several(observers)


def invalidate_all() -> None:
    """Makes all operations run their stub at the next call, which decides again what they run."""
    for invalidate in _invalidators:
        invalidate()


def on_install(invalidate: Callable[[], None]) -> None:
    """Registers a function that is called whenever an observer is added."""
    _invalidators.append(invalidate)


def observed_operations() -> Iterator[Any]:
    """All operations that observers see (lazy_op.py)."""
    for invalidate in _invalidators:
        operation = getattr(invalidate, "__self__", None)
        if operation is not None:
            yield operation


def observes_backward() -> bool:
    """Whether the gradients of this thread are observed."""
    return current is not None and current.observes_backward()


def watch_backward(roots: Iterable[torch.Tensor]) -> list[Any]:
    """Makes the observer see each node's gradient until the returned handles are removed."""
    return [] if current is None else current.watch_backward(roots)
