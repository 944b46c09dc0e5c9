"""Shrinks a program as long as it still shows a difference."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

from .program import NAME, TARGETS, Program, references, rename, size, targets

MOST_RUNS = 1000


def minimise(
    program: Program, differs: Callable[[Program], bool], most_runs: int = MOST_RUNS
) -> Program:
    """The smallest program found for which `differs` holds, as it does for `program`."""
    search = _Search(program, differs, most_runs)
    search.rewrite(".gradient(")
    while True:
        before = search.program
        search.drop()
        search.rewrite("")
        search.unwrap()
        if search.program == before:
            return search.program


class _Search:
    def __init__(
        self, program: Program, differs: Callable[[Program], bool], most_runs: int
    ) -> None:
        self.program = program
        self.differs = differs
        self.runs_left = most_runs

    def accepts(self, candidate: Program) -> bool:
        """Continues from the candidate if it still shows a difference."""
        if self.runs_left <= 0:
            return False
        self.runs_left -= 1
        if not self.differs(candidate):
            return False
        self.program = candidate
        return True

    def drop(self) -> None:
        chunk = max(size(self.program) // 2, 1)
        while chunk:
            # From the end: what comes last is used least.
            start = size(self.program)
            while start > 0:
                start = max(start - chunk, 0)
                self.accepts(_keep(self.program, set(range(start, start + chunk))))
            chunk //= 2

    def rewrite(self, only: str) -> None:
        """Simpler forms of lines, from the last one to the first."""
        for path, line in reversed(list(_lines(self.program))):
            if only in line:
                while self.simplify(path):
                    pass

    def simplify(self, path: tuple[int, ...]) -> bool:
        line = dict(_lines(self.program)).get(path)
        if line is None:  # an earlier step moved it
            return False
        if any(self.accepts(_replaced(self.program, path, form)) for form in _simpler(line)):
            return True
        return any(self.accepts(shorter) for shorter in _substituted(self.program, path, line))

    def unwrap(self) -> None:
        while any(self.accepts(candidate) for candidate in _unwrapped(self.program)):
            pass


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
        if kind == "thread":
            continue  # a dropped line could leave a tape open in a thread that has ended
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


def _substituted(program: Program, path: tuple[int, ...], line: str) -> Iterator[Program]:
    """Without the line, and one of its inputs for its result from there on."""
    names = targets(line)
    if len(names) != 1 or line.startswith("@"):
        return
    shorter = _replaced(program, path, None)
    for reference in dict.fromkeys(references(line)):
        if reference[0] in "xvgr":
            swap = {names[0]: reference}
            yield rename(shorter, lambda name, swap=swap: swap.get(name, name))  # type: ignore[misc]


def _simpler(line: str) -> Iterator[str]:
    binding = TARGETS.match(line)
    start, text = (line[: binding.end()], line[binding.end() :]) if binding else ("", line)
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
    if binding and len(targets(line)) == 1 and not text.startswith("tf.GradientTape"):
        for name in dict.fromkeys(references(line)):
            if name[0] in "xvgr" and text not in (f"{name} * {name}", f"{name} * 2.0"):
                yield f"{start}{name} * {name}"
                yield f"{start}{name} * 2.0"
