"""Where two runs of a program differ."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

from .interpreter import OWN_TEXT, Outcome


def is_error(outcome: Outcome) -> bool:
    """Whether an outcome is that of a line or element that failed."""
    return isinstance(outcome, list) and len(outcome) == 3 and outcome[0] == "error"


def same(ours: Outcome, theirs: Outcome) -> bool:
    """Whether two outcomes agree."""
    if ours == theirs:
        return True
    if is_error(ours) and is_error(theirs):
        return ours[1] == theirs[1] and theirs[2] in (OWN_TEXT, ours[2])
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(map(same, ours, theirs))
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return list(ours) == list(theirs) and all(same(ours[key], theirs[key]) for key in ours)
    if isinstance(ours, str) and isinstance(theirs, str) and ours[:1] == theirs[:1] in ("f", "d"):
        return _close(ours.split(), theirs.split())
    return False


def _close(ours: Sequence[str], theirs: Sequence[str]) -> bool:
    """Whether texts of floating point numbers agree to six digits."""
    if len(ours) != len(theirs):
        return False
    for one, two in zip(ours, theirs, strict=True):
        if one != two:
            try:
                if not math.isclose(float(one), float(two), rel_tol=1e-6):
                    return False
            except ValueError:
                return False
    return True


def first_difference(ours: Sequence[Outcome], theirs: Sequence[Outcome]) -> int | None:
    """The first line whose outcomes differ, or None."""
    for line, (one, two) in enumerate(zip(ours, theirs, strict=True)):
        if not same(one, two):
            return line
    return None


def signature(line: str, ours: Outcome, theirs: Outcome) -> str:
    """What kind of difference it is, to sort differences by."""
    call = line.partition(" = ")[2] or line
    name = re.split(r"\(", call, maxsplit=1)[0].rsplit(".", 1)[-1]
    return f"{name}: here {_sort(ours)}, TensorFlow {_sort(theirs)}"


def _sort(outcome: Any) -> str:
    if is_error(outcome):
        return f"{outcome[1]} {outcome[2][:60]!r}"
    if isinstance(outcome, list):
        errors = [item for item in outcome if is_error(item)]
        return f"elements with {errors[0][1]}" if errors else type(outcome).__name__
    return str(outcome)[:40]


def show(outcome: Outcome) -> str:
    """An outcome for people, cut to a line."""
    text = f"{outcome[1]}: {outcome[2]}" if is_error(outcome) else str(outcome)
    return text if len(text) <= 400 else text[:400] + " ..."
