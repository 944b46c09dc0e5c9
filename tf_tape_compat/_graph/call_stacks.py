"""Where in the user's code an operation was added to its graph."""

from __future__ import annotations

import runpy
import sys
import sysconfig
from pathlib import Path
from types import CodeType
from typing import Any

import torch

# Files whose frames are not the user's: this package, torch, and what starts a program.
_INTERNAL = (
    str(Path(__file__).parents[1]),
    str(Path(torch.__file__).parent),
    sysconfig.get_path("scripts"),
    runpy.__file__,
)

# By file and line of generated code, where in the user's code it comes from (malt's `OriginInfo`).
# AutoGraph adds to it.
origins: dict[tuple[str, int], Any] = {}

# The prefixes of further files whose frames are not the user's. AutoGraph adds to it.
internal_prefixes: set[str] = set()

_is_user_code: dict[CodeType, bool] = {}

Frame = tuple[str, int, str]  # the file, line and name of a function


def call_stack() -> list[tuple[CodeType, int]]:
    """The user's functions that are running, and their lines, outermost first."""
    frame = sys._getframe(1)
    stack = []
    known = _is_user_code
    while frame is not None:
        code = frame.f_code
        is_user_code = known.get(code)
        if is_user_code is None:
            is_user_code = known[code] = not code.co_filename.startswith(
                (*_INTERNAL, "<", *internal_prefixes)
            )
        if is_user_code:
            stack.append((code, frame.f_lineno))
        frame = frame.f_back  # type: ignore[assignment]
    stack.reverse()
    return stack


def user_frames(stack: list[tuple[CodeType, int]]) -> list[Frame]:
    """The places in the user's source, outermost first. Code of AutoGraph's stands for that."""
    frames = []
    for code, line in stack:
        origin = origins.get((code.co_filename, line))
        if origin is not None:
            frames.append((origin.loc.filename, origin.loc.lineno, origin.function_name))
        elif "__autograph_generated_file" not in code.co_filename:
            frames.append((code.co_filename, line, code.co_name))
    return frames
