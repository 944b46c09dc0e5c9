"""Runs a tape program inside of a `tf.function`.

The program's variables are made first. All other statements are traced, and the tensors of their
outcomes are results of the function, which is called twice.
"""

from __future__ import annotations

import json
from typing import Any

from .interpreter import Outcome, Stop, _Run
from .program import Program, size, walk


def is_traceable(program: Program) -> bool:
    """Whether a program makes sense in a graph, which belongs to one thread."""
    return not any(not isinstance(s, str) and s[0] == "thread" for s in walk(program))


class _TracedRun(_Run):
    """A run whose outcomes have the numbers of results in the places of tensors."""

    def __init__(self, tf: Any, length: int) -> None:
        super().__init__(tf, length)
        self.results: list[Any] = []
        self.is_tracing = False

    def _line(self, text: str, number: int) -> Outcome:
        if ("tf.Variable(" in text) is self.is_tracing:
            return self.outcomes[number]
        return super()._line(text, number)

    def _describe(self, value: Any) -> Outcome:
        if isinstance(value, self.tf.Tensor) and self.is_tracing:
            self.results.append(value)
            return ["result", len(self.results) - 1]
        return super()._describe(value)

    def trace(self, program: Program) -> list[Any]:
        self.number = 0
        self.is_tracing = True
        try:
            self._body(program)
        except Stop:
            pass
        finally:
            self.is_tracing = False
        return self.results


class _Variables(_TracedRun):
    """Makes the variables alone."""


def run(program: Program, tf: Any) -> list[Outcome]:
    """The outcomes of the statements while tracing, then the values of two calls."""
    traced = _TracedRun(tf, size(program))
    for number, statement in enumerate(walk(program)):
        if isinstance(statement, str) and "tf.Variable(" in statement:
            traced.outcomes[number] = traced._line(statement, number)
    names = [name for name, value in traced.env.items() if isinstance(value, tf.Variable)]
    function = tf.function(lambda: traced.trace(program), autograph=False)
    calls = []
    for _ in range(2):
        try:
            values = function()
        except Exception as error:
            calls.append(["error", type(error).__name__, None])
            break
        calls.append([_Run._describe(traced, value) for value in values])
    variables = [_Run._describe(traced, traced.env[n].value()) for n in names if n in traced.env]
    outcomes = [*traced.outcomes, *calls, variables]
    traced.env.clear()
    return json.loads(json.dumps(outcomes))
