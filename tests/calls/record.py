"""Records random calls of every recipe on TensorFlow, for the tests to replay.

python -m tests.calls.record --tf-python .venv-tf/bin/python [--recipes MODULE ...]
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from tests import recording_format
from tests.worker import Worker, WorkerError

from .generate import generate
from .recipes import modules, recipes

RECORDINGS = Path(__file__).parent / "recordings"

LONGEST = 2500
"""Calls whose record has more characters as compact JSON are left out."""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--n", type=int, default=8, help="how many calls of each function")
    parser.add_argument("--recipes", nargs="*", choices=modules(), default=modules())
    parser.add_argument("--tf-python", required=True, help="a Python with TensorFlow")
    arguments = parser.parse_args()
    theirs = Worker(arguments.tf_python, "tests.calls.server", "tensorflow")
    RECORDINGS.mkdir(exist_ok=True)
    for module in arguments.recipes:
        records = [
            record
            for name, recipe in recipes([module]).items()
            for seed in range(arguments.n)
            if (record := _record(theirs, name, generate(name, recipe, seed))) is not None
            and len(json.dumps(record, separators=(",", ":"))) <= LONGEST
        ]
        text = recording_format.dumps(records)
        (RECORDINGS / f"{module}.json").write_text(f"{text}\n", encoding="utf-8")
        print(f"{module}: {len(records)} calls")
    theirs.close()


def _record(theirs: Worker, name: str, call: dict[str, Any]) -> dict[str, Any] | None:
    try:
        outcome = theirs.ask(call)
    except WorkerError:
        return None
    outcome.pop("message", None)
    return {"name": name, "call": call, "outcome": outcome}


if __name__ == "__main__":
    main()
