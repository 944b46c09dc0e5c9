"""Compares new programs with TensorFlow, and prints the smallest program for each difference.

python -m tests.data_pipelines.fuzz --n 200 --seed 100000 --tf-python .venv-tf/bin/python
"""

from __future__ import annotations

import argparse
import sys
import time

from tests.worker import WorkerError

from .compare import first_difference, show, signature
from .generator import generate
from .minimise import minimise
from .server import Client, Local, TooSlowError

Program = list[str]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--n", type=int, default=200, help="how many programs")
    parser.add_argument("--seed", type=int, default=1_000_000, help="the first seed")
    parser.add_argument("--tf-python", required=True, help="a Python with TensorFlow")
    parser.add_argument("--count-only", action="store_true", help="minimise nothing")
    parser.add_argument("--most", type=int, default=15, help="stop after so many kinds")
    arguments = parser.parse_args()
    here, theirs = Local("tf_tape_compat"), Client(arguments.tf_python)
    kinds: dict[str, list[int]] = {}
    crashes: list[int] = []
    started = time.monotonic()
    done = 0
    for seed in range(arguments.seed, arguments.seed + arguments.n):
        program = generate(seed)
        try:
            kind = _difference(here, theirs, program)
        except WorkerError:
            crashes.append(seed)
            continue
        done += 1
        if kind is None:
            continue
        seeds = kinds.setdefault(kind, [])
        seeds.append(seed)
        if len(seeds) == 1 and not arguments.count_only:
            _show(here, theirs, seed, program, kind)
        if len(kinds) >= arguments.most:
            break
    theirs.close()
    count = sum(map(len, kinds.values()))
    print(f"{done} programs in {time.monotonic() - started:.0f} s, {count} differ")
    if crashes:
        print(f"TensorFlow crashed or did not end on {crashes}")
    for kind, seeds in sorted(kinds.items(), key=lambda item: -len(item[1])):
        print(f"{len(seeds):5}  {kind}: seeds {', '.join(map(str, seeds[:8]))}")
    return 1 if count else 0


def _difference(here: Local, theirs: Client, program: Program) -> str | None:
    """What kind of difference a program shows, or None."""
    expected = theirs.run(program)
    try:
        ours = here.run(program)
    except TooSlowError:
        return "does not end here"
    line = first_difference(ours, expected)
    if line is None or first_difference(expected, theirs.run(program)) is not None:
        return None
    return signature(program[line], ours[line], expected[line])


def _show(here: Local, theirs: Client, seed: int, program: Program, kind: str) -> None:
    def differs(candidate: Program) -> bool:
        try:
            return _difference(here, theirs, candidate) == kind
        except WorkerError:
            return False

    small = minimise(program, differs)
    print(f"#### seed {seed}: {kind}")
    try:
        ours, expected = here.run(small), theirs.run(small)
    except TooSlowError:
        print("\n".join(small))
        return
    for line, one, two in zip(small, ours, expected, strict=True):
        print(line)
        if first_difference([one], [two]) is not None:
            print(f"    here       {show(one)}\n    TensorFlow {show(two)}")
    print(flush=True)


if __name__ == "__main__":
    sys.exit(main())
