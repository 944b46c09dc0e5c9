"""Writes random tape programs: the same seed gives the same program."""

from __future__ import annotations

import contextlib
import dataclasses
import random

from . import themes
from .program import Program
from .scenario_actions import ScenarioActions
from .simulation import Tape


def generate(
    seed: int, theme: themes.Theme | None = None, programs: str = "programs"
) -> tuple[str, Program]:
    """The name of the theme, and the program. `programs` is one of `themes.SETS`."""
    kind = "tape program" if programs == "programs" else programs
    rng = random.Random(f"{kind} {seed}")
    theme = theme or themes.draw(rng, programs)
    return theme.name, Generator(rng, theme).write()


class Generator(ScenarioActions):
    def write(self) -> Program:
        for _ in range(self.rng.randint(*self.theme.variables)):
            self.variable()
        for _ in range(self.rng.randint(1, 2)):
            self.leaf()
        self.attempt(self.rng.choice(["open_tape", "open_with"]))
        actions = self.theme.action_weights()
        for _ in range(self.rng.randint(*self.theme.steps)):
            for _ in range(20):
                if self.attempt(self.rng.choices(list(actions), list(actions.values()))[0]):
                    break
        self.finish()
        return self.program

    def finish(self) -> None:
        """Closes the open blocks, and takes gradients of everything the tapes recorded."""
        if self.chance(0.7):
            self.combine()
        while self.blocks[-1]:
            self.close_block()
        left = list(self.simulation.active)
        self.rng.shuffle(left)
        for tape in left:
            if self.chance(0.9):
                self.exit(tape)
        tapes = [tape for tape in self.simulation.tapes if tape.state == "closed"]
        self.rng.shuffle(tapes)
        for tape in tapes[:4]:
            for _ in range(self.rng.randint(2, 4) if tape.persistent else 1):
                self.attempt_on(tape)

    def combine(self) -> None:
        """One value made from several recent ones, so that a single gradient sees them all."""
        recent = [value for value in self.simulation.values if value.floating and value.certain][
            -5:
        ]
        recent = [value for value in recent if value.dtype == self.dtype]
        if len(recent) < 2:
            return
        result = recent[0]
        for value in recent[1:]:
            if value.shape != result.shape and () not in (value.shape, result.shape):
                continue
            shape = value.shape or result.shape
            form = self.rng.choice(
                ["{0} * {1}", "tf.tanh({0}) + {1}", "{0} - {1} * {1}", "{0} + {1} * 2.0"]
            )
            if result.size * value.size > 200:
                form = "tf.tanh({0}) + tf.sin({1})"
            inputs = [result, value]
            result = self.computed(
                form.format(result.name, value.name),
                dataclasses.replace(result, shape=shape),
                inputs,
            )

    def attempt_on(self, tape: Tape) -> None:
        with contextlib.suppress(LookupError):
            self.survey(tape) if self.chance(0.7) else self.take(tape)
