"""Says where two lists of outcomes differ."""

from __future__ import annotations

from typing import Any

from .interpreter import NOT_RUN, SKIPPED, Outcome

RTOL = {"float32": 1e-4, "float16": 1e-2, "bfloat16": 3e-2}
LARGEST_SCALE = 1e3


def without_warnings(outcomes: list[Outcome]) -> list[Outcome]:
    return [o[2] if isinstance(o, list) and o and o[0] == "warned" else o for o in outcomes]


def first_difference(ours: list[Outcome], theirs: list[Outcome]) -> int | None:
    """The number of the first statement whose outcomes differ."""
    scale = 1.0
    for number, (mine, yours) in enumerate(zip(ours, theirs, strict=True)):
        # Sums of large terms carry those terms' rounding, so the scale is that of the program so far.
        scale = min(max(scale, largest(yours)), LARGEST_SCALE)
        if not same(mine, yours, scale):
            return number
    return None


def same(mine: Outcome, yours: Outcome, scale: float = 1.0) -> bool:
    if isinstance(yours, list) and yours and yours[0] == "tensor":
        if not isinstance(mine, list) or mine[:3] != yours[:3]:
            return False
        if not yours[1].startswith(("float", "bfloat")):
            return mine[3] == yours[3]
        rtol = RTOL.get(yours[1], 1e-6)
        return all(
            _close(a, b, rtol, 0.1 * rtol * scale) for a, b in zip(mine[3], yours[3], strict=True)
        )
    if isinstance(yours, list):
        return (
            isinstance(mine, list)
            and len(mine) == len(yours)
            and all(same(a, b, scale) for a, b in zip(mine, yours, strict=True))
        )
    if isinstance(yours, dict):
        return (
            isinstance(mine, dict)
            and list(mine) == list(yours)
            and all(same(mine[key], yours[key], scale) for key in yours)
        )
    return type(mine) is type(yours) and mine == yours


def _close(a: Any, b: Any, rtol: float, atol: float) -> bool:
    if isinstance(a, str) or isinstance(b, str):
        return a == b
    return abs(a - b) <= atol + rtol * abs(b)


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
    """An outcome in a few words."""
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


def signature(statement: str, mine: Outcome, yours: Outcome) -> str:
    """What kind of difference it is: differences of one kind usually have one cause."""
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
    return f"{verb.strip('.(')}: {_kind(mine)} for {_kind(yours)}"


def _kind(outcome: Outcome) -> str:
    if isinstance(outcome, list) and outcome:
        if outcome[0] == "error":
            return f"{outcome[1]}"
        if outcome[0] == "warned":
            return f"warned {_kind(outcome[2])}"
        if outcome[0] in ("list", "tuple"):
            return f"[{', '.join(_kind(item) for item in outcome[1])}]"
        return str(outcome[0])
    return outcome if outcome in (NOT_RUN, SKIPPED) else type(outcome).__name__
