"""Records programs under TensorFlow, unless they are recorded as they are now.

python -m tests.data_pipelines.record --n 1200 --tf-python .venv-tf/bin/python
"""

from __future__ import annotations

import argparse

from tests.worker import WorkerError

from .compare import first_difference
from .generator import generate
from .recorded import SEEDS_IN_A_FILE, Case, files, load, save
from .server import Client


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--n", type=int, default=1200, help="how many programs")
    parser.add_argument("--seed", type=int, default=0, help="the first seed")
    parser.add_argument("--runs", type=int, default=2, help="runs that have to agree")
    parser.add_argument("--tf-python", required=True, help="a Python with TensorFlow")
    arguments = parser.parse_args()
    cases: list[Case] = []
    kept = {case["seed"]: case for case in load()}
    left_out: dict[str, list[int]] = {}
    seed = arguments.seed
    with Client(arguments.tf_python) as tensorflow:
        while len(cases) < arguments.n:
            program = generate(seed)
            reason = ""
            if seed in kept and kept[seed]["program"] == program:
                cases.append(kept[seed])
                seed += 1
                continue
            try:
                outcomes = tensorflow.run(program)
                for _ in range(arguments.runs - 1):
                    if first_difference(outcomes, tensorflow.run(program)) is not None:
                        reason = "TensorFlow differs from itself"
            except WorkerError:
                reason = "TensorFlow crashes or does not end"
            if reason:
                left_out.setdefault(reason, []).append(seed)
            else:
                cases.append({"seed": seed, "program": program, "outcomes": outcomes})
            seed += 1
            if seed % SEEDS_IN_A_FILE == 0:
                recorded_now = {case["seed"]: case for case in cases}
                save(list({**kept, **recorded_now}.values()))
    save(cases)
    megabytes = sum(path.stat().st_size for path in files()) / 1e6
    print(f"{len(cases)} programs, {megabytes:.2f} MB")
    for reason, seeds in left_out.items():
        print(f"left out, {reason}: {seeds}")


if __name__ == "__main__":
    main()
