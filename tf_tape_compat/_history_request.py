"""Whether the program that imports the package names `explain`, and so asks for the history.

`explain` is usually called after the fact, when it is too late to begin. The module that first
imports the package is compiled by then, so its code tells. Looking costs some microseconds.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterable
from types import CodeType, FrameType

_NAMES = ("explain", "plot")
_PACKAGES = ("tf_tape_compat", "tensorflow")


def keep_history_if_requested(codes: Iterable[CodeType] = ()) -> None:
    """Begins to keep the history if one of the codes, or a module on the stack, asks for it."""
    if any(_names_it(code) for code in codes) or _is_requested():
        importlib.import_module(f"{_PACKAGES[0]}._explain.switch").begin()


def _names_it(code: CodeType) -> bool:
    """Whether the code of a module uses `tf_tape_compat.explain` or `tf_tape_compat.plot`."""
    return not _all_names(code).isdisjoint(_NAMES) and _asks(code)


def _is_requested() -> bool:
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        code = frame.f_code
        is_module = code.co_name == "<module>" and not code.co_filename.startswith("<frozen")
        if is_module and _names_it(code):
            return True
        frame = frame.f_back
    return False


def _codes(code: CodeType) -> list[CodeType]:
    codes = [code]
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            codes += _codes(constant)
    return codes


def _all_names(code: CodeType) -> set[str]:
    return {name for inner in _codes(code) for name in inner.co_names}


def _asks(code: CodeType) -> bool:
    """Whether an attribute `explain` or `plot` is read from a name bound to the package."""
    import dis

    codes = _codes(code)
    aliases = set(_PACKAGES)
    for inner in codes:
        instructions = [*dis.get_instructions(inner)]
        module = None
        for before, now in zip(instructions, instructions[1:], strict=False):
            if now.opname == "IMPORT_NAME":
                module = now.argval
            elif now.opname == "IMPORT_FROM" and module in _PACKAGES and now.argval in _NAMES:
                return True
            elif (
                before.opname == "IMPORT_NAME"
                and module in _PACKAGES
                and now.opname.startswith("STORE_")
            ):
                aliases.add(now.argval)
    for inner in codes:
        instructions = [*dis.get_instructions(inner)]
        for before, now in zip(instructions, instructions[1:], strict=False):
            if (
                now.opname in ("LOAD_ATTR", "LOAD_METHOD")
                and now.argval in _NAMES
                and before.argval in aliases
            ):
                return True
    return False
