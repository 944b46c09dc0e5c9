"""TensorFlow's logger, and warnings that are limited in number per line of the user's code."""

from __future__ import annotations

import logging
import sys
import threading
from types import FrameType

_lock = threading.Lock()
_counts: dict[tuple[str, str, int], int] = {}


def get_logger() -> logging.Logger:
    """The logger named "tensorflow", which writes to stderr. Implements `tf.get_logger`."""
    logger = logging.getLogger("tensorflow")
    with _lock:
        if not logger.handlers:
            if not logging.getLogger().handlers:
                handler = logging.StreamHandler()
                handler.setFormatter(logging.Formatter(logging.BASIC_FORMAT))
                logger.addHandler(handler)
            if logger.level == logging.NOTSET:
                logger.setLevel(logging.WARNING)
    return logger


_PACKAGE = __name__.partition(".")[0]


def warn_first_n(message: str, n: int) -> None:
    """Logs a warning, at most `n` times for each line of the user's code that causes it."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_globals.get("__name__", "").partition(".")[0] == _PACKAGE:
        frame = frame.f_back
    line = ("", 0) if frame is None else (frame.f_code.co_filename, frame.f_lineno)
    key = (message[:40], *line)
    with _lock:
        count = _counts[key] = _counts.get(key, 0) + 1
    if count <= n:
        get_logger().warning(message)
