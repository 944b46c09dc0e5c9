"""TensorFlow's logger, and warnings that are given a few times at each place and no more."""

from __future__ import annotations

import logging
import sys
import threading
from types import FrameType

_lock = threading.Lock()
_counts: dict[tuple[str, str, int], int] = {}


def get_logger() -> logging.Logger:
    """The logger named "tensorflow"; answers for `tf.get_logger`. It writes to stderr."""
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
    """Logs a warning, at most `n` times for each line of the user's that leads to it."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_globals.get("__name__", "").partition(".")[0] == _PACKAGE:
        frame = frame.f_back
    where = ("", 0) if frame is None else (frame.f_code.co_filename, frame.f_lineno)
    key = (message[:40], *where)
    with _lock:
        count = _counts[key] = _counts.get(key, 0) + 1
    if count <= n:
        get_logger().warning(message)
