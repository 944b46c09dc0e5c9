"""Records on TensorFlow what recorded programs do inside of a `tf.function` (traced.py).

python -m tests.tape_programs.record_traced --tf-python .venv-tf/bin/python [--every 10]
"""

from __future__ import annotations

import argparse

from tests import recording_format
from tests.worker import Worker, WorkerError

from .compare import finite, first_difference, largest
from .record import LARGEST
from .recorded import load, traced_path
from .themes import SETS
from .traced import MODES, arguments_of, is_traceable


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--every", type=int, default=10, help="only each N-th program")
    parser.add_argument("--tf-python", required=True, help="a Python with TensorFlow")
    arguments = parser.parse_args()
    for programs in SETS:
        cases = [c for c in load(programs)[:: arguments.every] if is_traceable(c["program"])]
        for mode in MODES:
            worker = Worker(arguments.tf_python, "tests.tape_programs.server", "tensorflow", mode)
            recorded = []
            for case in cases:
                if mode == "unknown" and not arguments_of(case["program"]):
                    continue
                try:
                    outcomes = worker.ask(case["program"])
                    again = worker.ask(case["program"])
                except WorkerError:
                    continue
                fits = finite(outcomes) and largest(outcomes) <= LARGEST
                if fits and first_difference(outcomes, again) is None:
                    recorded.append({"seed": case["seed"], "outcomes": outcomes})
            worker.close()
            path = traced_path(programs, mode)
            path.parent.mkdir(exist_ok=True)
            path.write_text(recording_format.dumps(recorded) + "\n", encoding="utf-8")
            print(f"{programs}, {mode}: {len(recorded)} of {len(cases)}", flush=True)


if __name__ == "__main__":
    main()
