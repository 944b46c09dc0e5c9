"""Shrinks a program as long as it still shows a difference."""

from __future__ import annotations

import re
from collections.abc import Callable

Program = list[str]


def minimise(program: Program, differs: Callable[[Program], bool]) -> Program:
    """The smallest program found for which `differs` holds, as it does for `program`.

    Lines are dropped, and transformations replaced by the dataset that they were applied to.
    """
    while True:
        before = program
        for at in reversed(range(len(program))):
            for candidate in (_without(program, at), _bypassed(program, at)):
                if candidate and candidate != program and differs(candidate):
                    program = candidate
                    break
        if program == before:
            return program


def _without(program: Program, at: int) -> Program | None:
    return program[:at] + program[at + 1 :] if at < len(program) else None


def _bypassed(program: Program, at: int) -> Program | None:
    """The program without a transformation; what used its result uses its first input."""
    found = re.match(r"(d\d+) = (d\d+)\.", program[at]) if at < len(program) else None
    if found is None or found[1] == found[2]:
        return None
    rest = [re.sub(rf"\b{found[1]}\b", found[2], line) for line in program[at + 1 :]]
    return program[:at] + rest
