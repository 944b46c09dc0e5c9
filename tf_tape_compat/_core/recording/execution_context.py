"""Where this thread is: inside of which call of a `tf.function`, and in which name scope."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from . import activation
from .recorder import Recorder


class _Thread(threading.local):
    # The call of a tf.function that is running: the function, the tapes that were recording when it
    # began, its trace, the call around it, and what random operations note there.
    call: list[Any] | None = None
    lifted: bool = False  # whether an init_scope has led out of such a call
    scope: str = ""  # the name scope, with a slash at its end unless it is empty


here = _Thread()


def executing_eagerly() -> bool:
    """Whether operations run when they are called; answers for `tf.executing_eagerly`.

    False inside of a `tf.function`, as programs that ask expect, though they run there as well.
    """
    return here.call is None


def inside_function() -> bool:
    """Whether a `tf.function` is running; answers for `tf.inside_function`.

    That is so in an `init_scope` too.
    """
    return here.call is not None or here.lifted


def is_outer(recorder: Recorder) -> bool:
    """Whether a recorder was recording already when the innermost `tf.function` was called."""
    return here.call is not None and recorder in here.call[1]


class name_scope:
    """A context in which the names of variables begin with `name`; answers for `tf.name_scope`.

    Entering it returns the whole prefix. A name that ends with "/" is taken as that prefix, and ""
    goes back to none.

    Raises ValueError if `name` is not a string.
    """

    def __init__(self, name: str) -> None:
        if not isinstance(name, str):
            raise ValueError("name for name_scope must be a string.")
        self._name = name
        self._before: list[str] = []

    @property
    def name(self) -> str:
        """The name given."""
        return self._name

    def __enter__(self) -> str:
        before = here.scope
        name = self._name
        if not name or name.endswith("/"):
            here.scope = name
        else:
            here.scope = f"{before}{name}/"
        self._before.append(before)
        return here.scope

    def __exit__(self, *exception: Any) -> None:
        here.scope = self._before.pop()


def get_current_name_scope() -> str:
    """The prefix of the name scope, without its last slash; for `tf.get_current_name_scope`."""
    return here.scope.removesuffix("/")


@contextmanager
def init_scope() -> Iterator[None]:
    """A context outside of every `tf.function` and of every tape; answers for `tf.init_scope`."""
    call, lifted = here.call, here.lifted
    here.call, here.lifted = None, lifted or call is not None
    try:
        with activation.stop_recording():
            yield
    finally:
        here.call, here.lifted = call, lifted


class control_dependencies:
    """A context that does nothing: operations run in the order in which they are called.

    Answers for `tf.control_dependencies`. Functions among `control_inputs` are called.
    """

    def __init__(self, control_inputs: Any) -> None:
        if control_inputs is not None and not here.call:
            for item in control_inputs:
                if callable(item):
                    item()

    def __enter__(self) -> None:
        return None

    def __exit__(self, *exception: Any) -> None:
        return None


@contextmanager
def async_scope() -> Iterator[None]:
    """A context for operations that may run later; for `tf.experimental.async_scope`.

    Here each runs when it is called, and raises its errors then.
    """
    yield


def async_clear_error() -> None:
    """Forgets what failed in an `async_scope`; for `tf.experimental.async_clear_error`.

    Nothing is ever left over, since errors are raised at once.
    """
