"""Makes a program that shows a difference smaller, for as long as it shows one."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

from .program import NAME, TARGETS, Program, references, size, targets

MOST_RUNS = 800


def minimise(
    program: Program, differs: Callable[[Program], bool], most_runs: int = MOST_RUNS
) -> Program:
    """The smallest program found for which `differs` holds, as it does for `program`."""
    runs = 0

    def tries(candidates: Iterator[Program]) -> Program | None:
        nonlocal runs
        for candidate in candidates:
            if runs >= most_runs:
                return None
            runs += 1
            if differs(candidate):
                return candidate
        return None

    chunk = max(size(program) // 2, 1)
    while chunk:
        smaller = tries(_without_chunks(program, chunk))
        if smaller is not None:
            program = smaller
            chunk = min(chunk, max(size(program) // 2, 1))
        else:
            chunk //= 2
    while True:
        smaller = (
            tries(_without_chunks(program, 1))
            or tries(_unwrapped(program))
            or tries(_rewritten(program))
        )
        if smaller is None:
            return program
        program = smaller


def _keep(body: Program, dropped: set[int], first: int = 0) -> Program:
    kept: Program = []
    for statement in body:
        number = first
        first += 1
        if isinstance(statement, str):
            if number not in dropped:
                kept.append(statement)
            continue
        inner = _keep(statement[2], dropped, first)
        first += size(statement[2])
        if number not in dropped:
            kept.append([statement[0], statement[1], inner])
        else:
            kept.extend(
                inner
            )  # dropping a block leaves its body; the body's numbers may be dropped too
    return kept


def _without_chunks(program: Program, chunk: int) -> Iterator[Program]:
    length = size(program)
    # From the end: what comes last is used least.
    for start in range(length - chunk, -chunk, -chunk):
        yield _keep(program, set(range(max(start, 0), start + chunk)))


def _unwrapped(program: Program) -> Iterator[Program]:
    """Blocks as plain statements, in the order of events."""
    for index, statement in enumerate(program):
        if isinstance(statement, str):
            continue
        before, after = program[:index], program[index + 1 :]
        kind, argument, body = statement
        if kind == "with" and "stop_recording" not in argument:
            lines = [f"{argument}.__enter__()", *body, f"{argument}.__exit__(None, None, None)"]
            yield before + lines + after
        for inner in _unwrapped(body):
            yield [*before, [kind, argument, inner], *after]


def _lines(body: Program, path: tuple[int, ...] = ()) -> Iterator[tuple[tuple[int, ...], str]]:
    for index, statement in enumerate(body):
        if isinstance(statement, str):
            yield (*path, index), statement
        else:
            yield from _lines(statement[2], (*path, index))


def _replaced(program: Program, path: tuple[int, ...], line: str | None) -> Program:
    copy = json.loads(json.dumps(program))
    body = copy
    for index in path[:-1]:
        body = body[index][2]
    if line is None:
        del body[path[-1]]
    else:
        body[path[-1]] = line
    return copy


def _rewritten(program: Program) -> Iterator[Program]:
    for path, line in _lines(program):
        for simpler in _simpler(line):
            yield _replaced(program, path, simpler)
        names = targets(line)
        if len(names) == 1 and not line.startswith("@"):
            # The value's name stands for one of its inputs from here on.
            for reference in dict.fromkeys(references(line)):
                if reference[0] in "xvgr":
                    shorter = json.dumps(_replaced(program, path, None))
                    yield json.loads(
                        NAME.sub(
                            lambda m, a=names[0], b=reference: b if m.group(0) == a else m.group(0),
                            shorter,
                        )
                    )


def _simpler(line: str) -> Iterator[str]:
    found = TARGETS.match(line)
    start, text = (line[: found.end()], line[found.end() :]) if found else ("", line)
    if match := re.match(r"(t\d+)\.gradient\((.*)\)$", text):
        tape, arguments = match.groups()
        bare = re.sub(r", (output_gradients|unconnected_gradients)=.*$", "", arguments)
        if bare != arguments:
            yield f"{start}{tape}.gradient({bare})"
        given = list(dict.fromkeys(NAME.findall(bare)))
        if len(given) > 2 or "[" in bare or "{" in bare or "(" in bare:
            for target in given:
                for source in given:
                    yield f"{start}{tape}.gradient({target}, {source})"
        return
    if match := re.match(r"(t\d+)\.watch\((.*)\)$", text):
        given = NAME.findall(match.group(2))
        if len(given) > 1 or "[" in text or "{" in text or "(" in match.group(2):
            for name in given:
                yield f"{match.group(1)}.watch({name})"
        return
    plain = re.sub(r"\.(value|read_value)\(\)|tf\.convert_to_tensor\((\w+)\)", r"\2", text)
    if plain != text:
        yield start + plain
    if found and len(targets(line)) == 1 and not text.startswith("tf.GradientTape"):
        for name in dict.fromkeys(references(line)):
            if name[0] in "xvgr" and text not in (f"{name} * {name}", f"{name} * 2.0"):
                yield f"{start}{name} * {name}"
                yield f"{start}{name} * 2.0"
