"""Calls in the cross-replica context, which optimizers make."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def strategy_supports_no_merge_call() -> bool:
    """Whether replicas need not meet for an update: True, as there is one."""
    return True


def maybe_merge_call(fn: Callable[..., Any], strategy: Any, *args: Any, **kwargs: Any) -> Any:
    """Calls `fn(strategy, *args, **kwargs)`, where no merge call is needed as here."""
    return fn(strategy, *args, **kwargs)
