"""The stack of default sessions of each thread (session.py)."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .session import Session


class _Stack(threading.local):
    sessions: tuple[Session, ...] = ()


stack = _Stack()


def get_default_session() -> Session | None:
    """The innermost session that is the default, or None."""
    return stack.sessions[-1] if stack.sessions else None
