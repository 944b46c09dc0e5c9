"""Compares lists of outcomes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from .interpreter import NOT_RUN, SKIPPED, Outcome

LARGEST_SCALE = 1e3


class Tolerance:
    """The tolerance for numbers, given what the program has computed so far.

    Sums carry the rounding errors of their largest terms, and a float64 that was cast from a
    float32 carries that one's.
    """

    def __init__(self) -> None:
        self.scale = 1.0
        self.relative = 1e-6

    def see(self, outcome: Outcome) -> None:
        self.scale = min(max(self.scale, largest(outcome)), LARGEST_SCALE)
        if '"float32"' in json.dumps(outcome):
            self.relative = 1e-4

    def holds(self, a: Any, b: Any, margin: float = 1.0) -> bool:
        if isinstance(a, str) or isinstance(b, str):  # an infinity, or not a number
            return a == b
        return margin * abs(a - b) <= self.relative * (0.1 * self.scale + abs(b))


def without_warnings(outcomes: list[Outcome]) -> list[Outcome]:
    return [o[2] if isinstance(o, list) and o and o[0] == "warned" else o for o in outcomes]


def first_difference(ours: list[Outcome], theirs: list[Outcome]) -> int | None:
    """The number of the first statement whose outcomes differ."""
    tolerance = Tolerance()
    for number, (actual, expected) in enumerate(zip(ours, theirs, strict=True)):
        tolerance.see(expected)
        if not same(actual, expected, tolerance):
            return number
    return None


def same(actual: Outcome, expected: Outcome, tolerance: Tolerance) -> bool:
    if isinstance(expected, list) and expected and expected[0] == "tensor":
        if not isinstance(actual, list) or actual[:3] != expected[:3]:
            return False
        if not expected[1].startswith("float"):
            return actual[3] == expected[3]
        return all(tolerance.holds(a, b) for a, b in zip(actual[3], expected[3], strict=True))
    if isinstance(expected, list):
        return (
            isinstance(actual, list)
            and len(actual) == len(expected)
            and all(same(a, b, tolerance) for a, b in zip(actual, expected, strict=True))
        )
    if isinstance(expected, dict):
        return (
            isinstance(actual, dict)
            and list(actual) == list(expected)
            and all(same(actual[key], expected[key], tolerance) for key in expected)
        )
    return type(actual) is type(expected) and actual == expected


def drifts(single: list[Outcome], double: list[Outcome]) -> bool:
    """Whether single precision is insufficient for a program.

    The second outcomes are those of the program in double precision. Only numbers are compared:
    where a cast has become a no-op, a tape may record another program.
    """
    tolerance = Tolerance()
    for one, other in zip(single, double, strict=True):
        tolerance.see(one)
        if not _near(one, other, tolerance):
            return True
    return False


def _near(one: Outcome, other: Outcome, tolerance: Tolerance) -> bool:
    if not (isinstance(one, list) and isinstance(other, list) and one and other):
        return True
    if one[0] == "tensor" and other[0] == "tensor" and one[2] == other[2]:
        return all(tolerance.holds(a, b, 4) for a, b in zip(one[3], other[3], strict=True))
    return all(_near(a, b, tolerance) for a, b in zip(one, other, strict=False))


def largest(outcome: Outcome) -> float:
    """The largest finite magnitude in an outcome."""
    if isinstance(outcome, list) and outcome and outcome[0] == "tensor":
        return max((abs(n) for n in outcome[3] if isinstance(n, int | float)), default=0.0)
    if isinstance(outcome, list):
        return max((largest(item) for item in outcome), default=0.0)
    if isinstance(outcome, dict):
        return max((largest(item) for item in outcome.values()), default=0.0)
    return 0.0


def finite(outcome: Outcome) -> bool:
    if isinstance(outcome, list) and outcome and outcome[0] == "tensor":
        return not any(isinstance(n, str) for n in outcome[3])
    if isinstance(outcome, list | tuple):
        return all(finite(item) for item in outcome)
    if isinstance(outcome, dict):
        return all(finite(item) for item in outcome.values())
    return True


def show(outcome: Outcome) -> str:
    """A short description of an outcome."""
    if isinstance(outcome, list) and outcome:
        kind = outcome[0]
        if kind == "tensor":
            values = outcome[3][0] if outcome[2] == [] else outcome[3]
            shape = "" if outcome[2] == [] else f" {tuple(outcome[2])}"
            return f"{values} {outcome[1]}{shape}"
        if kind == "slices":
            return f"IndexedSlices({show(outcome[1])} at {show(outcome[2])} of {show(outcome[3])})"
        if kind == "error":
            return f"{outcome[1]}({outcome[2] or '...'})"
        if kind == "warned":
            return f"{show(outcome[2])} [warned: {', '.join(outcome[1])}]"
        if kind in ("list", "tuple"):
            return f"{kind}[{', '.join(show(item) for item in outcome[1])}]"
        if kind == "dict":
            return f"{{{', '.join(f'{k}: {show(v)}' for k, v in outcome[1].items())}}}"
        return str(kind)
    return str(outcome)


def signature(statement: str, actual: Outcome, expected: Outcome) -> str:
    """The kind of a difference. Differences of one kind usually have the same cause."""
    verb = next(
        (
            w
            for w in (
                ".gradient(",
                ".watch(",
                "__enter__",
                "__exit__",
                "reset",
                "names(",
                ".assign",
            )
            if w in statement
        ),
        "other",
    )
    return f"{verb.strip('.(')}: {', '.join(sorted(set(_kinds(actual, expected))))}"


def _kinds(actual: Outcome, expected: Outcome) -> Iterator[str]:
    if (
        not (isinstance(actual, list) and isinstance(expected, list) and actual and expected)
        or actual[0] != expected[0]
        or actual[0] not in ("list", "tuple", "dict", "warned")
    ):
        yield f"{_kind(actual)} for {_kind(expected)}"
    elif actual[0] == "warned":
        if actual[1] != expected[1]:
            yield "other warnings"
        if not same(actual[2], expected[2], Tolerance()):
            yield from _kinds(actual[2], expected[2])
    else:
        pair = [list(o[1].values()) if actual[0] == "dict" else o[1] for o in (actual, expected)]
        for one, other in zip(*pair, strict=False):
            if not same(one, other, Tolerance()):
                yield from _kinds(one, other)


def _kind(outcome: Outcome) -> str:
    if isinstance(outcome, list) and outcome:
        if outcome[0] == "error":
            return str(outcome[1])
        if outcome[0] == "warned":
            return f"warned {_kind(outcome[2])}"
        return str(outcome[0])
    return outcome if outcome in (NOT_RUN, SKIPPED) else type(outcome).__name__
