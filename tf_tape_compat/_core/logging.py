"""TensorFlow's logger, and warnings that are given a few times at each place and no more."""

from __future__ import annotations

import logging
import sys
import threading

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


def warn_first_n(message: str, n: int) -> None:
    """Logs a warning, at most `n` times for each line of the caller's caller."""
    frame = sys._getframe(2)
    key = (message[:40], frame.f_code.co_filename, frame.f_lineno)
    with _lock:
        count = _counts[key] = _counts.get(key, 0) + 1
    if count <= n:
        get_logger().warning(message)
