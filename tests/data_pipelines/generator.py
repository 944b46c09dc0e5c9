"""Writes a program with pipelines from a seed: lines of Python that each do one thing."""

from __future__ import annotations

import math
import random

from .kinds import Kind
from .sources import Call, source
from .transformations import Chance, transformation

Program = list[str]

MOST_TRANSFORMATIONS = 6
SPOILED = 0.25  # of the programs
BAD = {
    "int": ["-1", "0", "-2", "2.5", "'a'", "None", "[2]", "tf.constant(2)", "tf.constant([1, 2])"],
    "seed": ["2.5", "'a'", "[1]", "tf.constant([1, 2], tf.int64)", "2**40", "-7", "(1, 2)"],
    "function": [
        "None",
        "5",
        "lambda: 1",
        "lambda a, b, c, d: a",
        "lambda *a: None",
        "lambda *a: 'text'",
        "lambda *a: [1, 2]",
        "lambda *a: (1, (2, 3.0))",
        "lambda *a: tf.data.Dataset.range(2)",
        "lambda *a: missing_name",
        "lambda *a: a[0] + 'text'",
    ],
    "dataset": ["5", "[1, 2]", "tf.data.Dataset.range(2).map(lambda x: (x, x))", "None"],
    "other": ["5", "'a'", "None", "[1, 2, 3]", "-1.5"],
}


def generate(seed: int) -> Program:
    """The program of a seed."""
    return _Writer(random.Random(seed)).program()


class _Writer:
    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.lines: Program = []
        self.kinds: dict[str, Kind] = {}
        self.seeded = rng.random() < 0.3
        self.spoiled = rng.random() < SPOILED
        self.parallel = rng.choices(["", "reshuffle", "repeat"], [60, 25, 15])[0]

    def program(self) -> Program:
        rng = self.rng
        if self.seeded:
            self.lines.append(f"tf.random.set_seed({rng.randint(0, 99)})")
        if rng.random() < 0.35:
            other = self._source()
            if rng.random() < 0.4:
                self._transformed(other)
        name = self._source()
        count = rng.randint(1, MOST_TRANSFORMATIONS)
        spoiled = rng.randrange(count) if self.spoiled else None
        for number in range(count):
            name = self._transformed(name, number == spoiled)
        self._actions(name)
        return self.lines

    def _add(self, call: Call) -> str:
        name = f"d{len(self.kinds)}"
        self.lines.append(f"{name} = {call.text}")
        self.kinds[name] = call.kind
        return name

    def _source(self) -> str:
        call = source(self.rng, self.seeded, not self.parallel)
        name = self._add(call)
        if call.kind.count == math.inf and self.rng.random() < 0.8:
            size = self.rng.randint(1, 12)
            name = self._add(
                Call(f"{name}.take", [("", str(size), "int")], call.kind.counted(size))
            )
        return name

    def _transformed(self, name: str, spoiled: bool = False) -> str:
        chance = Chance(self.rng, self.seeded, dict(self.kinds), self.parallel)
        call = transformation(chance, name, self.kinds[name])
        places = [i for i, argument in enumerate(call.arguments) if argument[2] in BAD]
        if spoiled and places:
            at = self.rng.choice(places)
            keyword, _, what = call.arguments[at]
            bad = self.rng.choice(BAD[what])
            if keyword == "cycle_length" and bad in ("-1", "None"):  # depend on the machine
                bad = "0"
            call.arguments[at] = (keyword, bad, what)
            # If the call fails, the program goes on with the dataset before it.
            self.lines.append(f"{name} = {call.text}")
            return name
        return self._add(call)

    def _actions(self, name: str) -> None:
        rng = self.rng
        kind = self.kinds[name]
        most = 15 if kind.count > 60 else 30
        roll = rng.random()
        if roll < 0.45 or self.parallel:
            self.lines += [f"elements({name}, {most})"] * rng.randint(1, 3)
        elif roll < 0.8:
            self.lines += [f"i = iter({name})", f"j = iter({name})"]
            for _ in range(rng.randint(2, 4)):
                self.lines.append(f"pull({rng.choice('ij')}, {rng.randint(1, 9)})")
            self.lines += [f"pull(i, {most})", f"elements({name}, {most})"]
        elif kind.count < 100 and roll < 0.9:
            self.lines.append(f"{name}.reduce(np.int64(0), lambda n, *e: n + 1)")
            self.lines.append(f"elements({name}, {most})")
        else:
            self.lines.append(f"elements({name}, {most})")
            earlier = rng.choice(list(self.kinds))
            self.lines.append(f"elements({earlier}, 8)")
            if kind.count < 100:
                self.lines.append(
                    rng.choice(
                        [
                            f"len({name})",
                            f"{name}.get_single_element()",
                            f"{name}.take(1).get_single_element()",
                        ]
                    )
                )
            self.lines.append(f"elements({name}, {most})")
