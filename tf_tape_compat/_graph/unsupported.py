"""The reasons why a function is not traced, or a graph not lowered."""

from __future__ import annotations

import logging

from .._logging import get_logger


class TraceUnsupported(Exception):  # noqa: N818
    """A function uses what cannot be traced yet: it runs its Python at every call.

    `is_expected`: nobody has to be told, since the calls inside of it are traced.
    """

    def __init__(self, reason: str, is_expected: bool = False) -> None:
        super().__init__(reason)
        self.is_expected = is_expected


class NeedsValue(TraceUnsupported):
    """A composed function needs a size or value that is unknown while tracing."""


class DrawsNumbers(NeedsValue):
    """An operation draws random numbers, so that no example of its results is a constant."""


class LoweringUnsupported(Exception):  # noqa: N818
    """A graph cannot be lowered: its operations are called one by one, without its Python."""


class ValuesUnknown(LoweringUnsupported):
    """It could be lowered if some values were known, such as those of sizes."""


_said: set[str] = set()


def say_once(message: str, level: int = logging.INFO) -> None:
    """Logs a message the first time that it is given."""
    if message not in _said:
        _said.add(message)
        get_logger().log(level, message)
