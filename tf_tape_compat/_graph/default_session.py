"""The stack of default sessions of each thread (session.py)."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .session import Session


class _Stack(threading.local):
    sessions: tuple[Session, ...] = ()


stack = _Stack()


def get_default_session() -> Session | None:
    """The innermost session that is the default, or None."""
    return stack.sessions[-1] if stack.sessions else None


# What is done with a tensor or an operation in a session: TensorFlow's words, method and context.
_TASKS = {
    "tensor": ("evaluate tensor", "eval", "with sess.as_default()"),
    "operation": ("execute operation", "run", "with sess.as_default():"),
}


def session_for(kind: str, session: Any, graph: Any = None) -> Any:
    """The session to use for a "tensor" or an "operation": `session`, or the default one.

    Raises ValueError if there is none, or it is not of the graph.
    """
    task, method, context = _TASKS[kind]
    session = session or get_default_session()
    if session is None:
        raise ValueError(
            f"Cannot {task} using `{method}()`: No default session is registered. Use `{context}` "
            f"or pass an explicit session to `{method}(session=sess)`"
        )
    if graph is not None and session.graph is not graph:
        raise ValueError(
            f"Cannot use the given session to {task}: the {kind}'s graph is different from the "
            "session's graph."
        )
    return session
