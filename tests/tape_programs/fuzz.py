"""Compares new programs with TensorFlow, and prints the smallest program for each difference.

python -m tests.tape_programs.fuzz --n 500 --seed 100000 --tf-python .venv-tf/bin/python
"""

from __future__ import annotations

import argparse
import json
import sys
import time

from tests.worker import WorkerError

from . import themes
from .compare import drifts, finite, first_difference, signature
from .generator import generate
from .interpreter import Outcome
from .minimise import minimise
from .program import Program, canonical, in_double_precision, source, walk
from .replay import differs, notes
from .server import Client, Local


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--n", type=int, default=500, help="how many programs")
    parser.add_argument("--seed", type=int, default=1_000_000, help="the first seed")
    parser.add_argument("--set", default="programs", choices=themes.SETS, help="which programs")
    parser.add_argument(
        "--theme",
        choices=[theme.name for known in themes.SETS.values() for theme in known],
        help="only programs of this theme",
    )
    parser.add_argument("--tf-python", required=True, help="a Python with TensorFlow")
    parser.add_argument(
        "--module", default="tf_tape_compat", help="what is compared with TensorFlow"
    )
    parser.add_argument("--python", help="a Python that runs the module; this one if not given")
    parser.add_argument(
        "--all", action="store_true", help="minimise every difference, not one of each kind"
    )
    parser.add_argument("--count-only", action="store_true", help="minimise nothing")
    parser.add_argument(
        "--no-warnings", action="store_true", help="do not compare the warnings that were logged"
    )
    parser.add_argument(
        "--most", type=int, default=15, help="stop after so many distinct differences"
    )
    arguments = parser.parse_args()
    known = themes.SETS[arguments.set]
    theme = next((theme for theme in known if theme.name == arguments.theme), None)
    warnings = not arguments.no_warnings
    theirs = Client(arguments.tf_python, warnings=warnings)
    if arguments.python:
        here: Local | Client = Client(arguments.python, arguments.module, warnings)
    else:
        here = Local(arguments.module, warnings)
    report = Report(here, theirs)
    started, done, unavailable = time.monotonic(), 0, 0
    crashes: list[int] = []
    for seed in range(arguments.seed, arguments.seed + arguments.n):
        _, program = generate(seed, theme, arguments.set)
        try:
            expected = theirs.run(program)
        except WorkerError:
            crashes.append(seed)
            continue
        done += 1
        ours = here.run(program)
        if '"NotAvailableError"' in json.dumps(ours):
            unavailable += 1
            continue
        where = first_difference(ours, expected)
        if where is not None and finite(expected):
            if drifts(expected, theirs.run(in_double_precision(program))):
                continue
            report.add(seed, program, where, ours, expected, arguments.all, arguments.count_only)
            if len(report.shown) >= arguments.most:
                break
    theirs.close()
    print(f"{done} programs in {time.monotonic() - started:.0f} s, {report.count} differ")
    if unavailable:
        print(f"{unavailable} not compared: they use what says that it is not available here")
    if crashes:
        print(f"TensorFlow crashed on {crashes}")
    for kind, seeds in sorted(report.kinds.items(), key=lambda item: -len(item[1])):
        print(f"{len(seeds):5}  {kind}: seeds {', '.join(map(str, seeds[:8]))}")
    return 1 if report.count else 0


class Report:
    """The differences so far, by kind and by smallest program."""

    def __init__(self, here: Local | Client, theirs: Client) -> None:
        self.here, self.theirs = here, theirs
        self.count = 0
        self.kinds: dict[str, list[int]] = {}
        self.shown: set[str] = set()

    def add(
        self,
        seed: int,
        program: Program,
        where: int,
        ours: list[Outcome],
        expected: list[Outcome],
        everything: bool,
        count_only: bool,
    ) -> None:
        self.count += 1
        statement = list(walk(program))[where]
        text = statement if isinstance(statement, str) else statement[1]
        seeds = self.kinds.setdefault(signature(text, ours[where], expected[where]), [])
        seeds.append(seed)
        # The same kind may have several causes: a few of each are made small.
        if count_only or (len(seeds) > 4 and not everything):
            return
        small = minimise(program, differs(self.here, self.theirs))
        key = canonical(small)
        if key in self.shown:
            return
        self.shown.add(key)
        print(f"#### seed {seed}: {signature(text, ours[where], expected[where])}")
        print(
            source(small, notes(self.here.run(small), self.theirs.run(small))).split(
                "watched_variables()]\n"
            )[1]
        )
        print(json.dumps(small), "\n", flush=True)


if __name__ == "__main__":
    sys.exit(main())
