"""`tf.compat.v1.logging`: messages of TensorFlow's logger."""

from __future__ import annotations

import sys
from collections import Counter
from types import FrameType
from typing import Any

from .._logging import get_logger

_PACKAGE = __name__.partition(".")[0]
_counts: Counter[tuple[str, int]] = Counter()


def log(level: int, message: Any, args: tuple[Any, ...], options: dict[str, Any]) -> None:
    """Logs a message of a level."""
    get_logger().log(level, message, *args, **options)


def _earlier_calls() -> int:
    """How often the line of the user's code that logs has done so before."""
    frame: FrameType | None = sys._getframe(1)
    while frame and frame.f_globals.get("__package__", "").partition(".")[0] == _PACKAGE:
        frame = frame.f_back
    line = (frame.f_code.co_filename, frame.f_lineno) if frame else ("<unknown>", 0)
    _counts[line] += 1
    return _counts[line] - 1


def log_every_n(level: int, message: Any, n: int, args: tuple[Any, ...]) -> None:
    """Logs the first call of a line, and then each `n`-th."""
    if not _earlier_calls() % n:
        log(level, message, args, {})


def log_first_n(level: int, message: Any, n: int, args: tuple[Any, ...]) -> None:
    """Logs the first `n` calls of a line."""
    if _earlier_calls() < n:
        log(level, message, args, {})
