"""Composite tensors (ragged ones): what operations do that are given one in place of a tensor.

The class of a composite names its handler in `composites`, a function of the operation and of its
arguments by name. An operation made by `@op` asks for it where an argument is no tensor, so that
tensors pay nothing. Functions that only call operations are exchanged, by `overload`, for ones that
look at their arguments first; that too happens only once there is a composite to look for.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from types import FunctionType
from typing import Any

# For each class, its handler: a function of (operation, arguments) that returns NotImplemented if
# it knows nothing of the operation.
composites: dict[type, Callable[[Any, dict[str, Any]], Any]] = {}

# Asked before those: what a program has registered (_extension/overrides.py).
override: Callable[[Any, dict[str, Any]], Any] | None = None

_overloaded: set[Any] = set()
_waiting: list[Any] = []
_active = False


class Composite(Exception):
    """Raised where the arguments of an operation are converted, if a composite is among them."""


def holds_composite(values: Iterable[Any]) -> bool:
    """Whether a composite is among the values, or in a list among them."""
    for value in values:
        kind = type(value)
        if kind in composites:
            return True
        if isinstance(value, (list, tuple)):
            if any(type(item) in composites for item in value):
                return True
    return False


def handled(function: Any, arguments: dict[str, Any]) -> Any:
    """What the handlers of the composites among the arguments make of the call.

    NotImplemented if they know nothing of the function.
    """
    if override is not None:
        result = override(function, arguments)
        if result is not NotImplemented:
            return result
    seen: set[Any] = set()
    for value in arguments.values():
        for item in value if isinstance(value, (list, tuple)) else (value,):
            handler = composites.get(type(item))
            if handler is not None and handler not in seen:
                seen.add(handler)
                result = handler(function, arguments)
                if result is not NotImplemented:
                    return result
    return NotImplemented


def dispatch(function: Any, arguments: dict[str, Any]) -> Any:
    """As `handled`, for an operation: raises ValueError if they know nothing of it."""
    result = handled(function, arguments)
    if result is NotImplemented:
        raise next(
            unsupported(item)
            for value in arguments.values()
            for item in (value if isinstance(value, (list, tuple)) else (value,))
            if type(item) in composites
        )
    return result


def unsupported(value: Any) -> ValueError:
    """The error for a composite where only a tensor will do."""
    return ValueError(
        f"Attempt to convert a value ({value!r}) with an unsupported type ({type(value)}) to a "
        "Tensor."
    )


# -- functions that are no operations -----------------------------------------------------------


def overload(*functions: Any) -> None:
    """From the first composite on, the functions ask for its handler before they run."""
    functions = tuple(function for function in functions if function not in _overloaded)
    _overloaded.update(functions)
    if _active:
        for function in functions:
            _exchange(function)
    else:
        _waiting.extend(functions)


def activate() -> None:
    """Called where a composite is made."""
    global _active
    if not _active:
        _active = True
        while _waiting:
            _exchange(_waiting.pop())


def _exchange(function: Any) -> None:
    signature = inspect.signature(function)
    original = FunctionType(
        function.__code__,
        function.__globals__,
        function.__name__,
        function.__defaults__,
        function.__closure__,
    )
    original.__kwdefaults__ = function.__kwdefaults__

    def ask(*args: Any, **kwargs: Any) -> Any:
        if holds_composite(args) or holds_composite(kwargs.values()):
            bound = signature.bind(*args, **kwargs)
            bound.apply_defaults()
            result = handled(function, dict(bound.arguments))
            if result is not NotImplemented:
                return result
        return original(*args, **kwargs)

    name = f"_ask_{function.__name__}"
    namespace: dict[str, Any] = {}
    exec(f"def asking(*args, **kwargs): return {name}(*args, **kwargs)", namespace)
    function.__globals__[name] = ask
    function.__signature__ = signature
    function.__defaults__ = function.__kwdefaults__ = None
    function.__code__ = namespace["asking"].__code__
