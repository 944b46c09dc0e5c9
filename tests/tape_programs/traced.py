"""Runs a tape program inside of a `tf.function`.

The program's variables are made first. All other statements are traced, and the tensors of their
outcomes are results of the function, which is called twice. In the mode "unknown", the constants
that the program begins with are arguments whose leading dimension is unknown.
"""

from __future__ import annotations

import contextlib
import json
import threading
from typing import Any

from .interpreter import Outcome, Stop, _Run
from .program import Program, size, targets, walk

MODES = ("traced", "unknown")


def is_traceable(program: Program) -> bool:
    """Whether a program makes sense in a graph, which belongs to one thread."""
    return not any(not isinstance(s, str) and s[0] == "thread" for s in walk(program))


def arguments_of(program: Program) -> list[int]:
    """The numbers of the constants before all other statements but variables."""
    numbers = []
    for number, statement in enumerate(program):
        if isinstance(statement, str) and "tf.Variable(" in statement:
            continue
        if not isinstance(statement, str) or " = tf.constant(" not in statement:
            break
        numbers.append(number)
    return numbers


class _TracedRun(_Run):
    """A run whose outcomes have the numbers of results in the places of tensors."""

    def __init__(self, tf: Any, length: int) -> None:
        super().__init__(tf, length)
        self.results: list[Any] = []
        self.is_tracing = False
        self.arguments: dict[int, Any] = {}  # by the number of the statement

    def _line(self, text: str, number: int) -> Outcome:
        if self.is_tracing and number in self.arguments:
            self.env[targets(text)[0]] = self.arguments[number]
            return self._describe(self.arguments[number])
        if ("tf.Variable(" in text) is self.is_tracing and number not in self.arguments:
            return self.outcomes[number]
        return super()._line(text, number)

    def _describe(self, value: Any) -> Outcome:
        if isinstance(value, self.tf.Tensor) and self.is_tracing:
            self.results.append(value)
            return ["result", len(self.results) - 1]
        return super()._describe(value)

    def make_variables(self, program: Program) -> list[str]:
        """Makes the variables of a program; returns their names."""
        for number, statement in enumerate(walk(program)):
            if isinstance(statement, str) and "tf.Variable(" in statement:
                self.outcomes[number] = self._line(statement, number)
        return [n for n, value in self.env.items() if isinstance(value, self.tf.Variable)]

    def make_arguments(self, program: Program) -> list[Any]:
        """Makes the constants that are arguments; returns them."""
        self.arguments = dict.fromkeys(arguments_of(program))
        for number in self.arguments:
            super()._line(program[number], number)
        return [self.env[targets(program[number])[0]] for number in self.arguments]

    def trace(self, program: Program, arguments: tuple[Any, ...]) -> list[Any]:
        """Runs the statements in a graph; returns the tensors of their outcomes."""
        self.number = 0
        self.arguments = dict(zip(self.arguments, arguments, strict=True))
        self.is_tracing = True
        try:
            with contextlib.suppress(Stop):
                self._body(program)
        finally:
            self.is_tracing = False
        return self.results


def _outcomes(program: Program, tf: Any, mode: str) -> list[Outcome]:
    traced = _TracedRun(tf, size(program))
    names = traced.make_variables(program)
    arguments = traced.make_arguments(program) if mode == "unknown" else []
    signature = [
        tf.TensorSpec([None, *x.shape[1:]] if x.shape.rank else [], x.dtype) for x in arguments
    ]
    function = tf.function(
        lambda *values: traced.trace(program, values), input_signature=signature, autograph=False
    )
    calls: list[Outcome] = []
    for _ in range(2):
        try:
            values = function(*arguments)
        except Exception as error:
            calls.append(["error", type(error).__name__, None])
            break
        calls.append([_Run._describe(traced, value) for value in values])
    variables = [_Run._describe(traced, traced.env[n].value()) for n in names if n in traced.env]
    outcomes = [*traced.outcomes, calls, variables]
    traced.env.clear()
    return outcomes


def run(program: Program, tf: Any, mode: str = "traced") -> list[Outcome]:
    """The outcomes of the statements while tracing, then the values of two calls."""
    found: list[list[Outcome]] = []

    def in_own_thread() -> None:
        logger = tf.get_logger()
        handlers, propagate = list(logger.handlers), logger.propagate
        logger.handlers[:], logger.propagate = [], False
        try:
            found.append(_outcomes(program, tf, mode))
        finally:
            logger.handlers[:], logger.propagate = handlers, propagate

    thread = threading.Thread(target=in_own_thread)
    thread.start()
    thread.join()
    if not found:
        raise RuntimeError("the interpreter itself failed, see the traceback above")
    outcomes: list[Outcome] = json.loads(json.dumps(found[0]))
    return outcomes
