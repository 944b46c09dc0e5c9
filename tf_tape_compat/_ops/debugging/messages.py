"""Parts of the messages that assertions raise."""

from __future__ import annotations

from typing import Any


def message_prefix(message: Any) -> str:
    """The user's message, in the form TensorFlow puts in front of its own."""
    return f"{message}.  " if message else ""


def describe(x: Any) -> str:
    """A tensor's shape and dtype, as messages show them."""
    return f"shape={x.shape} dtype={x.dtype.name}"
