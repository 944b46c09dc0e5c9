"""The writer, step and condition that summaries are written with, for each thread."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from .._core.recording.execution_context import get_current_name_scope, name_scope
from .._core.tensor.convert import to_tensor
from .._core.types.dtype import as_dtype
from .._ops.array.conversion import constant
from .._ops.math.logical import logical_and

_BOOL = as_dtype("bool")
_NOT_IN_SCOPES = re.compile(r"[^-_/.A-Za-z0-9]")


class _State(threading.local):
    """`condition` is a bool, a tensor, a function that returns one, or None, which means True."""

    def __init__(self) -> None:
        self.writer: Any = None
        self.step: Any = None
        self.condition: Any = None


state = _State()


def should_record_summaries() -> Any:
    """Whether summaries are written now. Implements `tf.summary.should_record_summaries`.

    Returns:
        A scalar bool: False if there is no default writer, or the condition of `record_if` is not
        met.
    """
    if state.writer is None:
        return constant(False)
    condition = state.condition() if callable(state.condition) else state.condition
    if condition is None:
        condition = True
    elif condition is False:
        return constant(False)
    return logical_and(constant(True), to_tensor(condition, _BOOL))


@contextmanager
def record_if(condition: Any) -> Iterator[None]:
    """A context that writes summaries or does not. Implements `tf.summary.record_if`.

    Args:
        condition: a bool, a scalar bool tensor, or a function that returns one; a function is
            called for each summary.
    """
    previous = state.condition
    state.condition = condition
    try:
        yield
    finally:
        state.condition = previous


def get_step() -> Any:
    """The default step, or None. Implements `tf.summary.experimental.get_step`."""
    return state.step


def set_step(step: Any) -> None:
    """Sets the default step. Implements `tf.summary.experimental.set_step`.

    Args:
        step: an integer, a tensor or a variable, whose value counts when a summary is written;
            None for no step.
    """
    state.step = step


@contextmanager
def summary_scope(
    name: Any, default_name: str = "summary", values: Any = None
) -> Iterator[tuple[str, str]]:
    """A context for a function that writes a summary. Implements this function of
    `tf.summary.experimental`.

    Args:
        name: the summary's name, which may have any characters.
        default_name: the name if `name` is empty.
        values: ignored.

    Yields:
        The summary's tag, which is its name after those of the name scopes around it, and the name
        scope inside of the context.
    """
    name = name or default_name
    current = get_current_name_scope()
    tag = f"{current}/{name}" if current else name
    with name_scope(_NOT_IN_SCOPES.sub("", name) or default_name) as scope:
        yield tag, scope
