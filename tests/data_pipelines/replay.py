"""Replays one program, and shows where it differs from its recording or from TensorFlow.

python -m tests.data_pipelines.replay --seed 17
python -m tests.data_pipelines.replay --seed 17 --tf-python .venv-tf/bin/python
"""

from __future__ import annotations

import argparse
import sys

from . import recorded
from .compare import first_difference, show
from .generator import generate
from .interpreter import Outcome
from .recorded import Case
from .server import Client, Local


def report(case: Case, ours: list[Outcome], line: int) -> str:
    """A program up to its first difference, with both outcomes."""
    program = "\n".join(f"    {text}" for text in case["program"][: line + 1])
    return (
        f"seed {case['seed']}:\n{program}\n"
        f"here {show(ours[line])}\nTensorFlow {show(case['outcomes'][line])}"
    )


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--tf-python", help="a Python with TensorFlow, to be asked now")
    arguments = parser.parse_args()
    if arguments.tf_python:
        program = generate(arguments.seed)
        with Client(arguments.tf_python) as tensorflow:
            outcomes = tensorflow.run(program)
        case: Case = {"seed": arguments.seed, "program": program, "outcomes": outcomes}
    else:
        found = [case for case in recorded.load() if case["seed"] == arguments.seed]
        if not found:
            parser.error(f"seed {arguments.seed} is not recorded")
        case = found[0]
    ours = Local("tf_tape_compat").run(case["program"])
    for text, outcome in zip(case["program"], case["outcomes"], strict=True):
        print(f"{text}\n    -> {show(outcome)}")
    line = first_difference(ours, case["outcomes"])
    print("\nno difference" if line is None else f"\n{report(case, ours, line)}")
    return line is not None


if __name__ == "__main__":
    sys.exit(main())
