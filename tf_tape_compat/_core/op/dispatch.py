"""Dispatch of operations on composite tensors: ragged, sparse, and extension types.

Each composite class registers a handler in `composite_handlers`, which gets the operation and its
arguments by name. Operations made by `@op` call it if an argument is not a tensor, so calls with
tensors pay nothing. Composed functions call it if they were passed to `dispatch_on_composites`, and
only once a composite exists.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from typing import Any

from .interception import intercept

# A function of (operation, arguments) that returns NotImplemented if it does not know the
# operation.
Handler = Callable[[Any, dict[str, Any]], Any]

composite_handlers: dict[type, Handler] = {}

# Called before the handlers: the overrides of the program (_extension/overrides.py).
override: Handler | None = None

# Functions that import the handler of a class, called when its first instance is made.
handler_loaders: dict[type, Callable[[], None]] = {}

_active = False
_dispatching: set[Any] = set()
_waiting: list[Any] = []  # functions to intercept when the first composite is made


class CompositeError(Exception):
    """Raised while the arguments of an operation are converted, if one of them is a composite."""


def holds_composite(values: Iterable[Any]) -> bool:
    """Whether a composite is among the values, or in a list among them."""
    for value in values:
        if type(value) in composite_handlers:
            return True
        if isinstance(value, (list, tuple)) and any(
            type(item) in composite_handlers for item in value
        ):
            return True
    return False


def call_handler(function: Any, arguments: dict[str, Any]) -> Any:
    """The result of the first handler that knows the function; NotImplemented if none does."""
    if override is not None:
        result = override(function, arguments)
        if result is not NotImplemented:
            return result
    tried: set[Any] = set()
    for value in arguments.values():
        for item in value if isinstance(value, (list, tuple)) else (value,):
            handler = composite_handlers.get(type(item))
            if handler is not None and handler not in tried:
                tried.add(handler)
                result = handler(function, arguments)
                if result is not NotImplemented:
                    return result
    return NotImplemented


def dispatch(function: Any, arguments: dict[str, Any]) -> Any:
    """Calls the handlers for an operation. Raises ValueError if none knows it."""
    result = call_handler(function, arguments)
    if result is NotImplemented:
        raise next(
            unsupported(item)
            for value in arguments.values()
            for item in (value if isinstance(value, (list, tuple)) else (value,))
            if type(item) in composite_handlers
        )
    return result


def unsupported(value: Any) -> ValueError:
    """The error for a composite where only a tensor is accepted."""
    return ValueError(
        f"Attempt to convert a value ({value!r}) with an unsupported type ({type(value)}) to a "
        "Tensor."
    )


# -- functions composed of operations -----------------------------------------------------------


def dispatch_on_composites(*functions: Any) -> None:
    """Makes functions call the handlers first, as soon as a composite exists."""
    for function in functions:
        if function not in _dispatching:
            _dispatching.add(function)
            if _active:
                intercept(function, _with_handlers)
            else:
                _waiting.append(function)


def activate(cls: type | None = None) -> None:
    """Called when a composite (of class `cls`) is made."""
    global _active
    if cls is not None and cls not in composite_handlers and cls in handler_loaders:
        handler_loaders[cls]()
    if not _active:
        _active = True
        while _waiting:
            intercept(_waiting.pop(), _with_handlers)


def _with_handlers(
    function: Any, call: Callable[..., Any], signature: inspect.Signature
) -> Callable[..., Any]:
    def call_handlers_first(*args: Any, **kwargs: Any) -> Any:
        if holds_composite(args) or holds_composite(kwargs.values()):
            bound = signature.bind(*args, **kwargs)
            bound.apply_defaults()
            result = call_handler(function, dict(bound.arguments))
            if result is not NotImplemented:
                return result
        return call(*args, **kwargs)

    return call_handlers_first
