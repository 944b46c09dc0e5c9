"""The generator's model of the program that it is writing.

It follows roughly which tape tracks what, only to choose targets and sources that are likely to be
connected and to know who is recording. Nothing is compared with it: outcomes are TensorFlow's.
"""

from __future__ import annotations

import dataclasses

FLOATS = ("float32", "float64")


@dataclasses.dataclass(eq=False)
class Value:
    """A tensor or a variable of the program."""

    name: str
    shape: tuple[int, ...]
    dtype: str
    size: float = 1.0  # a guess at its largest magnitude
    variable: bool = False
    trainable: bool = True
    made: bool = False  # by an operation
    certain: bool = True  # not None, as far as can be told

    @property
    def floating(self) -> bool:
        return self.dtype in FLOATS


@dataclasses.dataclass(eq=False)
class Tape:
    name: str
    persistent: bool
    watches_variables: bool
    state: str = "new"  # new, recording, closed, spent
    thread: int = 0
    tracked: set[str] = dataclasses.field(default_factory=set)
    made_from: dict[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    used: set[str] = dataclasses.field(default_factory=set)

    def forget(self) -> None:
        self.tracked.clear()
        self.made_from.clear()
        self.used.clear()

    def ancestors(self, name: str) -> set[str]:
        """Names that a gradient of `name` reaches."""
        return _reachable(self.made_from, [name])


def _reachable(edges: dict[str, tuple[str, ...]], names: list[str]) -> set[str]:
    result: set[str] = set()
    queue = list(names)
    while queue:
        for parent in edges.get(queue.pop(), ()):
            if parent not in result:
                result.add(parent)
                queue.append(parent)
    return result


class Simulation:
    """The values and tapes of a program, and which tapes record."""

    def __init__(self) -> None:
        self.values: list[Value] = []
        self.tapes: list[Tape] = []
        self.recording: list[list[Tape]] = [
            []
        ]  # a list of tapes for each thread; the last is the one that runs
        self.counts: dict[str, int] = {}
        self.special: list[Value] = []  # results worth asking about: not those of plain arithmetic
        self.flow: dict[
            str, tuple[str, ...]
        ] = {}  # what each value was computed from, recorded or not

    def name(self, letter: str) -> str:
        self.counts[letter] = self.counts.get(letter, 0) + 1
        return f"{letter}{self.counts[letter]}"

    @property
    def thread(self) -> int:
        return len(self.recording) - 1

    @property
    def active(self) -> list[Tape]:
        return self.recording[-1]

    def variables(self) -> list[Value]:
        return [value for value in self.values if value.variable]

    def by_name(self, name: str) -> Value | None:
        return next((value for value in self.values if value.name == name), None)

    def enter(self, tape: Tape) -> None:
        if tape.state == "spent":
            tape.forget()
        tape.state, tape.thread = "recording", self.thread
        self.active.append(tape)

    def leave(self, tape: Tape, state: str = "closed") -> None:
        tape.state = state
        if tape in self.active:
            self.active.remove(tape)

    def access(self, variable: Value) -> None:
        """Notes a read of a trainable variable for every tape that watches accessed variables."""
        if variable.trainable:
            for tape in self.active:
                if tape.watches_variables:
                    tape.tracked.add(variable.name)

    def upstream(self, targets: list[Value]) -> set[str]:
        """Everything that the targets were computed from."""
        return _reachable(self.flow, [target.name for target in targets])

    def operation(
        self, outputs: list[Value], inputs: list[Value], differentiable: bool | None = True
    ) -> None:
        for value in inputs:
            if value.variable:
                self.access(value)
        for output in outputs:
            output.made = True
            output.certain = all(value.certain for value in inputs)
            self.flow[output.name] = tuple(value.name for value in inputs)
        if differentiable is None:
            return
        for tape in self.active:
            if any(
                value.name in tape.tracked and (value.floating or value.variable)
                for value in inputs
            ):
                for value in inputs:
                    tape.used.add(value.name)
                for output in outputs:
                    tape.tracked.add(output.name)
                    tape.made_from[output.name] = (
                        tuple(v.name for v in inputs) if differentiable else ()
                    )

    def gradient(
        self, tape: Tape, targets: list[Value], sources: list[Value], results: list[Value]
    ) -> None:
        """To recording tapes, a gradient is an operation on everything that it flows through."""
        through = set().union(*(tape.ancestors(target.name) | {target.name} for target in targets))
        inputs = [value for value in self.values if value.name in through or value in sources]
        if tape.state == "recording" and not tape.persistent:
            self.leave(tape)
        for result in results:
            self.flow[result.name] = tuple(value.name for value in inputs)
        others = [
            other for other in self.active if any(value.name in other.tracked for value in inputs)
        ]
        for other in others:
            for result in results:
                other.tracked.add(result.name)
                other.made_from[result.name] = tuple(value.name for value in inputs)
        if not tape.persistent:
            tape.state = "spent"
