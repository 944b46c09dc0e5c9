"""Caches of functions that make constant payloads, such as tables of coefficients."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

from torch.utils._python_dispatch import _disable_current_modes

Function = TypeVar("Function", bound=Callable[..., Any])


def cached_constants(size: int | None) -> Callable[[Function], Function]:
    """A decorator like `functools.lru_cache` for functions that return payloads.

    What they return has values, also if it is first needed while a function is lowered, where new
    tensors have none (_graph/shadows.py).
    """

    def decorate(function: Function) -> Function:
        @functools.lru_cache(size)
        @functools.wraps(function)
        def cached(*args: Any) -> Any:
            with _disable_current_modes():
                return function(*args)

        return cached  # type: ignore[return-value]

    return decorate
