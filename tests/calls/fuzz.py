"""Compares random calls with TensorFlow, and prints the shortest call for each difference.

python -m tests.calls.fuzz --n 50 --seed 1 --tf-python .venv-tf/bin/python [NAME ...]
"""

from __future__ import annotations

import argparse
import fnmatch
import importlib
import json
import re
import sys

from tests.worker import Worker, WorkerError

from . import known
from .call import difference, run, source
from .generate import generate
from .recipes import modules, recipes

NUMBER = re.compile(r"[-+]?(\d+\.?\d*(e[-+]?\d+)?|\b(nan|inf)\b)")


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", help="functions, or patterns of them; all if none")
    parser.add_argument("--n", type=int, default=50, help="how many calls of each")
    parser.add_argument("--seed", type=int, default=1_000_000, help="the first seed")
    parser.add_argument("--recipes", nargs="*", choices=modules(), help="only of these modules")
    parser.add_argument("--tf-python", required=True, help="a Python with TensorFlow")
    parser.add_argument("--messages", action="store_true", help="compare messages of errors")
    arguments = parser.parse_args()
    here = importlib.import_module("tf_tape_compat")
    theirs = Worker(arguments.tf_python, "tests.calls.server", "tensorflow")
    reports: dict[str, list[tuple[int, str]]] = {}
    count = crashed = unavailable = refused = known_count = 0
    for name, recipe in recipes(arguments.recipes).items():
        patterns = arguments.names or ["*"]
        if not any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns):
            continue
        for seed in range(arguments.seed, arguments.seed + arguments.n):
            call = generate(name, recipe, seed)
            try:
                expected = theirs.ask(call)
            except WorkerError:
                crashed += 1
                continue
            actual = json.loads(json.dumps(run(call, here)))
            count += 1
            refused += "error" in expected
            if "NotAvailable" in json.dumps(actual):
                unavailable += 1
                continue
            description = difference(expected, actual, arguments.messages)
            if description and known.is_known(name, description):
                known_count += 1
            elif description:
                texts = [outcome.get("message", "") for outcome in (expected, actual)]
                shown = "\n".join(
                    [source(call), description, *(f"  {text[:200]}" for text in texts if text)]
                )
                kind = f"{name}: {NUMBER.sub('#', description.splitlines()[0])}"
                reports.setdefault(kind[:160], []).append((seed, shown))
    theirs.close()
    for kind, calls in sorted(reports.items()):
        seed, shown = min(calls, key=lambda call: len(call[1]))
        print(f"#### {len(calls)}x {kind} (seed {seed})\n{shown}\n")
    print(
        f"{count} calls, {refused} of which TensorFlow refuses; {sum(map(len, reports.values()))} "
        f"differ, in {len(reports)} ways; {known_count} are known to differ, {unavailable} are not "
        f"available here, {crashed} crashed TensorFlow"
    )
    return 1 if reports else 0


if __name__ == "__main__":
    sys.exit(main())
