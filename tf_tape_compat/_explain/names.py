"""What a program calls a tensor or variable."""

from __future__ import annotations

from collections.abc import Iterator
from types import FrameType, ModuleType
from typing import Any


def names_of(item: Any, frame: FrameType | None) -> tuple[set[str], set[str]]:
    """The local and the global names of an object where it is asked about."""
    if frame is None:
        return set(), set()
    spaces = frame.f_locals, frame.f_globals
    found = [{name for name, value in [*space.items()] if value is item} for space in spaces]
    return found[0], found[1]


def name_of(item: Any, frame: FrameType | None) -> str | None:
    """The shortest expression that finds an object: `x`, `model.w`, `weights[0]`; or None."""
    if frame is None:
        return None
    for names in names_of(item, frame):
        if names:
            return min(names, key=len)
    for space in (frame.f_locals, frame.f_globals):
        for name, value in [*space.items()]:
            if name.startswith("_") or isinstance(value, (ModuleType, type)):
                continue
            for path, part in _parts(value):
                if part is item:
                    return name + path
    return None


def _parts(value: Any) -> Iterator[tuple[str, Any]]:
    """What is directly in a container or object, with its path."""
    if isinstance(value, dict):
        for key, part in [*value.items()]:
            yield f"[{key!r}]", part
    elif isinstance(value, (list, tuple)):
        for number, part in enumerate(value):
            yield f"[{number}]", part
    else:
        for name, part in [*getattr(value, "__dict__", {}).items()]:
            if not name.startswith("_"):
                yield f".{name}", part
                if isinstance(part, (list, tuple, dict)):
                    yield from ((f".{name}{path}", inner) for path, inner in _parts(part))
