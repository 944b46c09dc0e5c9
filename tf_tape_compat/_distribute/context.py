"""Which strategy and which replica the current thread is in.

A thread has a stack of modes. A strategy's scope pushes one without a replica (the *cross-replica*
context); running a function for each replica pushes one with it. Below all of them is the default
strategy, in its replica.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, NamedTuple


class Mode(NamedTuple):
    strategy: Any
    replica: Any  # the replica context, or None in a cross-replica context


class _Thread(threading.local):
    def __init__(self) -> None:
        self.modes: list[Mode] = []


thread = _Thread()
_make_default: list[Callable[[], Mode]] = []  # set by default_strategy.py
_default: list[Mode] = []
# The strategy that experimental_set_strategy entered, with the scope to leave again.
_installed: dict[str, Any] = {"strategy": None, "scope": None, "mode": None}


def register_default(make: Callable[[], Mode]) -> None:
    """Says how to make the mode of the default strategy."""
    _make_default.append(make)


def default_mode() -> Mode:
    """The mode outside of every scope."""
    if not _default:
        _default.append(_make_default[0]())
    return _default[0]


def current() -> Mode:
    """The innermost mode of this thread."""
    return thread.modes[-1] if thread.modes else default_mode()


def get_strategy() -> Any:
    """The current strategy. Implements `tf.distribute.get_strategy`.

    It is the strategy whose scope is active, or the default one.
    """
    return current().strategy


def has_strategy() -> bool:
    """Whether another than the default strategy is active.

    Implements `tf.distribute.has_strategy`.
    """
    return get_strategy() is not default_mode().strategy


def get_replica_context() -> Any:
    """The context of the current replica; None in a cross-replica context.

    Implements `tf.distribute.get_replica_context`.
    """
    return current().replica


def in_cross_replica_context() -> bool:
    """Whether this is a cross-replica context.

    Implements `tf.distribute.in_cross_replica_context`.
    """
    return current().replica is None


def experimental_set_strategy(strategy: Any) -> None:
    """Makes a strategy the current one without a scope; None ends that.

    Implements `tf.distribute.experimental_set_strategy`.

    Raises:
      RuntimeError: inside a scope.
    """
    installed = _installed["mode"]
    if thread.modes and not (len(thread.modes) == 1 and thread.modes[0] is installed):
        raise RuntimeError("Must not be called inside a `tf.distribute.Strategy` scope.")
    if _installed["scope"] is not None:
        _installed["scope"].__exit__(None, None, None)
    _installed.update(strategy=None, scope=None, mode=None)
    if strategy is not None:
        scope = strategy.scope()
        scope.__enter__()
        _installed.update(strategy=strategy, scope=scope, mode=current())


def require_cross_replica(strategy: Any) -> None:
    """Raises RuntimeError unless this is the cross-replica context of `strategy`."""
    mode = current()
    if mode.strategy is strategy and mode.replica is None:
        return
    raise_wrong_scope(strategy, mode)
    raise RuntimeError(
        "Method requires being in cross-replica context, use get_replica_context().merge_call()"
    )


def require_cross_replica_or_default(strategy: Any) -> None:
    """Raises RuntimeError in a replica of `strategy`, and in the scope of another one."""
    mode = current()
    if mode.replica is None and mode.strategy is strategy:
        return
    default = default_mode()
    if mode.strategy is default.strategy and (strategy is not default.strategy or mode is default):
        return
    require_cross_replica(strategy)


def raise_wrong_scope(strategy: Any, mode: Mode) -> None:
    """Raises RuntimeError if `mode` belongs to another strategy."""
    if mode.strategy is strategy:
        return
    if not has_strategy():
        raise RuntimeError(f'Need to be inside "with strategy.scope()" for {strategy}')
    raise RuntimeError(
        f"Mixing different tf.distribute.Strategy objects: {mode.strategy} is not {strategy}"
    )


def require_replica(replica: Any) -> None:
    """Raises RuntimeError unless the thread is in this replica."""
    mode = current()
    if mode.replica is replica:
        return
    if mode.replica is None:
        raise RuntimeError("Need to be inside `call_for_each_replica()`")
    if mode.strategy is replica.strategy:
        raise RuntimeError("Mismatching ReplicaContext.")
    raise RuntimeError(
        f"Mismatching tf.distribute.Strategy objects: {mode.strategy} is not {replica.strategy}."
    )
