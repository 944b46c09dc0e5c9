"""`tensorflow.python.util.tf_export`: decorators that give a symbol its public names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

_Symbol = TypeVar("_Symbol")


def tf_export(
    *args: str,
    api_name: str = "tensorflow",
    v1: Sequence[str] | None = None,
    allow_multiple_exports: bool = True,
) -> Callable[[_Symbol], _Symbol]:
    """Keeps the names as attributes of the symbol, as TensorFlow does; no namespace gets it."""

    def decorate(symbol: _Symbol) -> _Symbol:
        decorated: Any = symbol
        decorated._tf_api_names = args
        decorated._tf_api_names_v1 = args if v1 is None else v1
        return symbol

    return decorate


def keras_export(*args: str, **kwargs: Any) -> Callable[[_Symbol], _Symbol]:
    """Leaves the symbol as it is: the names are those that Keras would give it."""
    return lambda symbol: symbol
