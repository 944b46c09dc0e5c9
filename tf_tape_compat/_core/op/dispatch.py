"""Dispatch of operations on composite tensors: ragged, sparse, and extension types.

The class of a composite registers its handler in `composites`, a function of the operation and of
its arguments by name. Operations made by `@op` ask it if an argument is not a tensor, so tensors
pay nothing. Functions that are composed of operations ask it if `overload` was called for them,
and only from the first composite on.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from typing import Any

from .interception import intercept

# A function of (operation, arguments) that returns NotImplemented if it does not know the
# operation.
Handler = Callable[[Any, dict[str, Any]], Any]

composites: dict[type, Handler] = {}

# Asked before the handlers: what a program registered (_extension/overrides.py).
override: Handler | None = None

# Functions that import the handler of a class, called when its first instance is made.
handler_loaders: dict[type, Callable[[], None]] = {}

_active = False
_overloaded: set[Any] = set()
_waiting: list[Any] = []  # overloaded before the first composite was made


class CompositeError(Exception):
    """Raised while the arguments of an operation are converted, if one of them is a composite."""


def holds_composite(values: Iterable[Any]) -> bool:
    """Whether a composite is among the values, or in a list among them."""
    for value in values:
        if type(value) in composites:
            return True
        if isinstance(value, (list, tuple)) and any(type(item) in composites for item in value):
            return True
    return False


def handled(function: Any, arguments: dict[str, Any]) -> Any:
    """The result of the first handler that knows the function; NotImplemented if none does."""
    if override is not None:
        result = override(function, arguments)
        if result is not NotImplemented:
            return result
    asked: set[Any] = set()
    for value in arguments.values():
        for item in value if isinstance(value, (list, tuple)) else (value,):
            handler = composites.get(type(item))
            if handler is not None and handler not in asked:
                asked.add(handler)
                result = handler(function, arguments)
                if result is not NotImplemented:
                    return result
    return NotImplemented


def dispatch(function: Any, arguments: dict[str, Any]) -> Any:
    """As `handled`, for an operation: raises ValueError if no handler knows it."""
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
    """The error for a composite where only a tensor is accepted."""
    return ValueError(
        f"Attempt to convert a value ({value!r}) with an unsupported type ({type(value)}) to a "
        "Tensor."
    )


# -- functions composed of operations -----------------------------------------------------------


def overload(*functions: Any) -> None:
    """Makes functions ask the handlers first, from the first composite on."""
    for function in functions:
        if function not in _overloaded:
            _overloaded.add(function)
            if _active:
                intercept(function, _ask_handlers)
            else:
                _waiting.append(function)


def activate(cls: type | None = None) -> None:
    """Called when a composite (of class `cls`) is made."""
    global _active
    if cls is not None and cls not in composites and cls in handler_loaders:
        handler_loaders[cls]()
    if not _active:
        _active = True
        while _waiting:
            intercept(_waiting.pop(), _ask_handlers)


def _ask_handlers(
    function: Any, call: Callable[..., Any], signature: inspect.Signature
) -> Callable[..., Any]:
    def ask(*args: Any, **kwargs: Any) -> Any:
        if holds_composite(args) or holds_composite(kwargs.values()):
            bound = signature.bind(*args, **kwargs)
            bound.apply_defaults()
            result = handled(function, dict(bound.arguments))
            if result is not NotImplemented:
                return result
        return call(*args, **kwargs)

    return ask
