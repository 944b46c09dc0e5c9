"""`tf.variable_creator_scope`: functions that step in when a variable is made."""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from .trackable import Trackable


class _Thread(threading.local):
    creators: tuple[Callable[..., Any], ...] = ()  # the innermost last


_thread = _Thread()


@contextmanager
def variable_creator_scope(variable_creator: Callable[..., Any]) -> Iterator[None]:
    """A context in which `variable_creator` makes the variables; answers for the `tf` function.

    It is called as `variable_creator(next_creator, **arguments)` with the arguments of
    `tf.Variable`, and returns a variable: as a rule that of `next_creator(**arguments)`, which is
    the creator of the scope around or `tf.Variable` itself.
    """
    before = _thread.creators
    _thread.creators = (*before, variable_creator)
    try:
        yield
    finally:
        _thread.creators = before


class VariableType(type):
    """The class of `tf.Variable`: a call of that goes through the creators of this thread."""

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        make: Any = super().__call__
        if not _thread.creators or cls.__base__ is not Trackable:
            return make(*args, **kwargs)
        bound = inspect.signature(vars(cls)["__init__"]).bind(None, *args, **kwargs)
        bound.apply_defaults()
        del bound.arguments["self"]
        for creator in _thread.creators:
            make = partial(creator, make)
        return make(**bound.arguments)
