"""Writes random tape programs: the same seed gives the same program."""

from __future__ import annotations

import random

from . import themes
from .program import Program
from .scenario_actions import ScenarioActions


def generate(seed: int, theme: themes.Theme | None = None) -> tuple[str, Program]:
    """The name of the theme, and the program."""
    rng = random.Random(f"tape program {seed}")
    theme = theme or themes.draw(rng)
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
        """Closes what is open, and asks the tapes for what they recorded."""
        while self.blocks[-1]:
            self.close_block()
        left = list(self.simulation.active)
        self.rng.shuffle(left)
        for tape in left:
            if self.chance(0.9):
                self.exit(tape)
        tapes = [tape for tape in self.simulation.tapes if tape.state == "closed"]
        self.rng.shuffle(tapes)
        for tape in tapes[: self.rng.randint(1, 4)]:
            for _ in range(self.rng.randint(1, 3) if tape.persistent else 1):
                try:
                    self.take(tape)
                except LookupError:
                    break
