"""Lines of the user's code: where something happened."""

from __future__ import annotations

import os
import sys
import sysconfig
from functools import cache
from types import FrameType
from typing import NamedTuple

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
_LIBRARIES = tuple(
    {
        sysconfig.get_paths()[name] + os.sep
        for name in ("stdlib", "platstdlib", "purelib", "platlib")
    }
)


class Place(NamedTuple):
    """A line of a program."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{shown_file(self.file)}:{self.line}"


def shown_file(file: str) -> str:
    """The file's name, relative to the current folder if it lies in it."""
    if file.startswith("<"):
        return file
    folder = os.getcwd() + os.sep
    return file[len(folder) :] if file.startswith(folder) else file


@cache
def _kind(file: str) -> int:
    """0 for the user's own code, 1 for a library's, 2 for this package's and generated code."""
    if file.startswith(_PACKAGE):
        return 2
    if file.startswith("<") and file not in ("<stdin>", "<string>"):
        # `<op Mul ...>`, `<frozen ...>`, `<lowered program 1>`; a notebook's are `<ipython-...>`.
        return 0 if file.startswith("<ipython") else 2
    return 1 if file.startswith(_LIBRARIES) else 0


def user_frame(depth: int = 2) -> FrameType | None:
    """The innermost frame of the user's own code; if there is none, of a library."""
    frame: FrameType | None = sys._getframe(depth)
    library = None
    while frame is not None:
        kind = _kind(frame.f_code.co_filename)
        if kind == 0:
            return frame
        if kind == 1 and library is None:
            library = frame
        frame = frame.f_back
    return library


def user_place(depth: int = 2) -> Place | None:
    """The line of the user's code that is running."""
    frame = user_frame(depth + 1)
    return None if frame is None else _place(frame)


def _place(frame: FrameType) -> Place:
    file, line = frame.f_code.co_filename, frame.f_lineno
    call_stacks = sys.modules.get(_CALL_STACKS)
    if call_stacks is not None:  # the code may be what AutoGraph made of the user's
        origin = call_stacks.origins.get((file, line))
        if origin is not None:
            return Place(origin.loc.filename, origin.loc.lineno)
    return Place(file, line)


_CALL_STACKS = __name__.partition(".")[0] + "._graph.call_stacks"
