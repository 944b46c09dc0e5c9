"""`tensorflow.python.util.deprecation`: decorators that warn of deprecated functions."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from ..._logging import get_logger

F = TypeVar("F", bound=Callable[..., Any])

_state = {"silent": False}
_warned: set[Any] = set()


class DeprecatedNamesAlreadySetError(Exception):
    """Raised if the deprecated names of a symbol are set twice."""


@contextmanager
def silence() -> Iterator[None]:
    """A context in which there are no warnings."""
    before = _state["silent"]
    _state["silent"] = True
    try:
        yield
    finally:
        _state["silent"] = before


def _warn(key: Any, once: bool, message: str) -> None:
    if not _state["silent"] and key not in _warned:
        if once:
            _warned.add(key)
        get_logger().warning(message)


def _when(date: str | None) -> str:
    return "in a future version" if date is None else f"after {date}"


def _name(function: Any) -> str:
    return f"{function.__name__} (from {function.__module__})"


def deprecated(date: str | None, instructions: str, warn_once: bool = True) -> Callable[[F], F]:
    """A decorator for a function or class that will be removed.

    Args:
      date: when, as "YYYY-MM-DD", or None.
      instructions: what to use instead.
      warn_once: whether only the first call warns.
    """
    if date is not None and len(date) != 10:
        raise ValueError(f"Date must be in format YYYY-MM-DD. Received: {date}")
    if not instructions:
        raise ValueError(
            "Don't deprecate things without conversion instructions! Specify "
            "the `instructions` argument."
        )

    def decorate(function: Any) -> Any:
        message = (
            f"{_name(function)} is deprecated and will be removed {_when(date)}.\n"
            f"Instructions for updating:\n{instructions}"
        )
        if inspect.isclass(function):
            initialize = function.__init__

            @functools.wraps(initialize)
            def warn_and_initialize(self: Any, *args: Any, **kwargs: Any) -> None:
                _warn(function, warn_once, f"From {message}")
                initialize(self, *args, **kwargs)

            setattr(function, "__init__", warn_and_initialize)  # noqa: B010
            return function

        @functools.wraps(function)
        def warn_and_call(*args: Any, **kwargs: Any) -> Any:
            _warn(function, warn_once, f"From {message}")
            return function(*args, **kwargs)

        return warn_and_call

    return decorate


def deprecated_alias(
    deprecated_name: str, name: str, func_or_class: Any, warn_once: bool = True
) -> Any:
    """A second, deprecated name of a function or class."""
    message = f"From: The name {deprecated_name} is deprecated. Please use {name} instead.\n"
    if inspect.isclass(func_or_class):

        def warn_and_initialize(self: Any, *args: Any, **kwargs: Any) -> None:
            _warn(deprecated_name, warn_once, message)
            func_or_class.__init__(self, *args, **kwargs)

        return type(
            func_or_class.__name__,
            (func_or_class,),
            {"__doc__": func_or_class.__doc__, "__init__": warn_and_initialize},
        )

    @functools.wraps(func_or_class)
    def warn_and_call(*args: Any, **kwargs: Any) -> Any:
        _warn(deprecated_name, warn_once, message)
        return func_or_class(*args, **kwargs)

    return warn_and_call


def deprecated_args(
    date: str | None, instructions: str, *deprecated_arg_names_or_tuples: Any, **kwargs: Any
) -> Callable[[F], F]:
    """A decorator for a function some of whose arguments will be removed.

    An argument is given by its name, or with the value that does not warn, as a tuple of both.
    """
    harmless = {
        item[0] if isinstance(item, tuple) else item: item[1:] if isinstance(item, tuple) else ()
        for item in deprecated_arg_names_or_tuples
    }

    def labels(given: dict[str, Any]) -> dict[str, str]:
        return {
            name: name
            for name, values in harmless.items()
            if name in given and not any(given[name] is value for value in values)
        }

    return _deprecated_calls(date, instructions, kwargs.get("warn_once", True), labels)


def deprecated_arg_values(
    date: str | None, instructions: str, warn_once: bool = True, **deprecated_kwargs: Any
) -> Callable[[F], F]:
    """A decorator for a function that will not take some values of its arguments any more."""

    def labels(given: dict[str, Any]) -> dict[str, str]:
        return {
            name: f"{name}={value}"
            for name, value in deprecated_kwargs.items()
            if name in given and given[name] == value
        }

    return _deprecated_calls(date, instructions, warn_once, labels)


def _deprecated_calls(
    date: str | None,
    instructions: str,
    warn_once: bool,
    labels: Callable[[dict[str, Any]], dict[str, str]],
) -> Callable[[F], F]:
    """A decorator that warns of some arguments.

    `labels` returns what a warning calls each deprecated one among the arguments of a call.
    """

    def decorate(function: Any) -> Any:
        signature = inspect.signature(function)

        @functools.wraps(function)
        def warn_and_call(*args: Any, **kwargs: Any) -> Any:
            try:
                given = signature.bind(*args, **kwargs).arguments
            except TypeError:
                given = {}
            for name, label in labels(given).items():
                message = (
                    f"From {_name(function)}: calling {function.__name__} with {label} is "
                    f"deprecated and will be removed {_when(date)}.\n"
                    f"Instructions for updating:\n{instructions}"
                )
                _warn((function, name), warn_once, message)
            return function(*args, **kwargs)

        return warn_and_call

    return decorate


def deprecated_argument_lookup(new_name: str, new_value: Any, old_name: str, old_value: Any) -> Any:
    """The value of an argument that has a new name and a deprecated one.

    Raises:
      ValueError: if both are given.
    """
    if old_value is not None:
        if new_value is not None:
            raise ValueError(f"Cannot specify both '{old_name}' and '{new_name}'.")
        return old_value
    return new_value


def deprecated_endpoints(*args: str) -> Callable[[F], F]:
    """A decorator for the deprecated names of a symbol."""

    def decorate(function: Any) -> Any:
        if "_tf_deprecated_api_names" in function.__dict__:
            raise DeprecatedNamesAlreadySetError(
                f"Cannot set deprecated names for {function.__name__} to {args}. "
                f"Deprecated names are already set to {function._tf_deprecated_api_names}."
            )
        function._tf_deprecated_api_names = args
        return function

    return decorate
