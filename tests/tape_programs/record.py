"""Records programs under TensorFlow.

python -m tests.tape_programs.record --n 2600 --tf-python .venv-tf/bin/python
"""

from __future__ import annotations

import argparse

from tests.worker import WorkerError

from .compare import drifts, finite, first_difference, largest
from .generator import generate
from .program import in_double_precision
from .recorded import files, save
from .server import Client
from .themes import SETS

LARGEST = 1e6  # programs with larger values test rounding rather than tapes


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--n", type=int, default=2600, help="how many programs")
    parser.add_argument("--seed", type=int, default=0, help="the first seed")
    parser.add_argument("--set", default="programs", choices=SETS, help="which programs")
    parser.add_argument("--tf-python", required=True, help="a Python with TensorFlow")
    arguments = parser.parse_args()
    cases: list[dict] = []
    seed = arguments.seed
    left_out: dict[str, list[int]] = {}
    with Client(arguments.tf_python) as tensorflow:
        while len(cases) < arguments.n:
            theme, program = generate(seed, programs=arguments.set)
            reason = ""
            try:
                outcomes = tensorflow.run(program)
                if first_difference(outcomes, tensorflow.run(program)) is not None:
                    reason = "TensorFlow differs from itself"
                elif drifts(outcomes, tensorflow.run(in_double_precision(program))):
                    reason = "single precision is not enough"
                elif largest(outcomes) > LARGEST or not finite(outcomes):
                    reason = "too large"
            except WorkerError:
                reason = "TensorFlow crashes"
            if reason:
                left_out.setdefault(reason, []).append(seed)
            else:
                cases.append(
                    {"seed": seed, "theme": theme, "program": program, "outcomes": outcomes}
                )
            seed += 1
    save(cases, arguments.set)
    megabytes = sum(path.stat().st_size for path in files(arguments.set)) / 1e6
    print(f"{len(cases)} programs, {megabytes:.2f} MB")
    for reason, seeds in left_out.items():
        print(f"left out, {reason}: {seeds}")


if __name__ == "__main__":
    main()
