"""`tf.variable_creator_scope`: functions that make variables in place of `tf.Variable`."""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any


class _Thread(threading.local):
    creators: tuple[Callable[..., Any], ...] = ()  # the innermost last


_thread = _Thread()


@contextmanager
def variable_creator_scope(variable_creator: Callable[..., Any]) -> Iterator[None]:
    """Implements `tf.variable_creator_scope`: a context in which a function makes the variables.

    It is called as `variable_creator(next_creator, **arguments)` with the arguments of
    `tf.Variable`, and returns a variable, usually that of `next_creator(**arguments)`: the creator
    of the enclosing scope, or `tf.Variable` itself.
    """
    before = _thread.creators
    _thread.creators = (*before, variable_creator)
    try:
        yield
    finally:
        _thread.creators = before


class VariableType(type):
    """The metaclass of `tf.Variable`, whose calls go through the creators of this thread."""

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        make: Any = super().__call__
        if not _thread.creators or "_uses_creators" not in vars(cls):
            return make(*args, **kwargs)
        bound = inspect.signature(vars(cls)["__init__"]).bind(None, *args, **kwargs)
        bound.apply_defaults()
        del bound.arguments["self"]
        for creator in _thread.creators:
            make = partial(creator, make)
        return make(**bound.arguments)
