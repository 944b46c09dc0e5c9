"""Shows one program side by side.

    python -m tests.tape_programs.replay --seed 17 --tf-python .venv-tf/bin/python

prints the program as Python with the outcome of each statement, and marks where TensorFlow and this
package differ. Without --tf-python the recorded outcomes are used.
"""

from __future__ import annotations

import argparse
import json
import sys

from tests.worker import WorkerError

from .compare import Tolerance, first_difference, same, show
from .generator import generate
from .interpreter import Outcome
from .minimise import minimise
from .program import Program, source
from .recorded import load
from .server import Client, Local
from .themes import SETS


def notes(ours: list[Outcome], theirs: list[Outcome]) -> dict[int, str]:
    """For each statement its outcome, or both where they differ."""
    texts: dict[int, str] = {}
    tolerance = Tolerance()
    for number, (actual, expected) in enumerate(zip(ours, theirs, strict=True)):
        tolerance.see(expected)
        if not same(actual, expected, tolerance):
            texts[number] = f"<<<<<< TF: {show(expected)} | here: {show(actual)}"
        elif expected not in (None, "entered", "a tape", "an object") or actual is None:
            texts[number] = show(expected)
    return texts


def differs(here: Local | Client, theirs: Client):
    """A function that tests whether a program has different outcomes on both sides."""

    def test(program: Program) -> bool:
        try:
            return first_difference(here.run(program), theirs.run(program)) is not None
        except WorkerError:
            return False

    return test


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, help="generate the program of this seed")
    parser.add_argument("--set", default="programs", choices=SETS, help="which programs")
    parser.add_argument("--program", help="or read a program from this JSON file")
    parser.add_argument("--tf-python", help="a Python with TensorFlow")
    parser.add_argument("--module", default="tf_tape_compat")
    parser.add_argument(
        "--minimise", action="store_true", help="show the smallest program that still differs"
    )
    arguments = parser.parse_args()
    here = Local(arguments.module)
    recorded: dict[int, dict] = {}
    if arguments.seed is not None:
        recorded = {case["seed"]: case for case in load(arguments.set)}
    if arguments.program:
        with open(arguments.program, encoding="utf-8") as file:
            program = json.load(file)
    elif arguments.tf_python is None and arguments.seed in recorded:
        program = recorded[arguments.seed]["program"]
        theirs = recorded[arguments.seed]["outcomes"]
    elif arguments.seed is not None:
        program = generate(arguments.seed, programs=arguments.set)[1]
    else:
        parser.error("give --seed or --program")
    if arguments.tf_python is not None:
        with Client(arguments.tf_python) as client:
            if arguments.minimise and differs(here, client)(program):
                program = minimise(program, differs(here, client))
            theirs = client.run(program)
    elif arguments.program or arguments.seed not in recorded or arguments.minimise:
        parser.error("no recording of it: give --tf-python")
    ours = here.run(program)
    print(source(program, notes(ours, theirs)))
    where = first_difference(ours, theirs)
    print("no difference" if where is None else f"first difference at statement {where}")
    return 0 if where is None else 1


if __name__ == "__main__":
    sys.exit(main())
