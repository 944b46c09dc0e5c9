"""Records random calls of every recipe on TensorFlow, for the tests to replay.

python -m tests.calls.record --tf-python .venv-tf/bin/python [--again] [--recipes MODULE ...]

With `--again`, the calls that are already recorded are run again, instead of new ones.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
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
    parser.add_argument("--again", action="store_true", help="run the recorded calls again")
    parser.add_argument("--recipes", nargs="*", choices=modules(), default=modules())
    parser.add_argument("--tf-python", required=True, help="a Python with TensorFlow")
    arguments = parser.parse_args()
    theirs = Worker(arguments.tf_python, "tests.calls.server", "tensorflow")
    RECORDINGS.mkdir(exist_ok=True)
    for module in arguments.recipes:
        path = RECORDINGS / f"{module}.json"
        calls = _recorded(path) if arguments.again else _new(module, arguments.n)
        records = [
            record
            for name, call in calls
            if (record := _record(theirs, name, call)) is not None and _length(record) <= LONGEST
        ]
        text = recording_format.dumps(records)
        path.write_text(f"{text}\n", encoding="utf-8")
        print(f"{module}: {len(records)} calls")
    theirs.close()


def _new(module: str, count: int) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, recipe in recipes([module]).items():
        for seed in range(count):
            yield name, generate(name, recipe, seed)


def _recorded(path: Path) -> list[tuple[str, dict[str, Any]]]:
    records = json.loads(path.read_text(encoding="utf-8"))
    return [(record["name"], record["call"]) for record in records]


def _record(theirs: Worker, name: str, call: dict[str, Any]) -> dict[str, Any] | None:
    try:
        outcome = theirs.ask(call)
    except WorkerError:
        return None
    return {"name": name, "call": call, "outcome": outcome}


def _length(record: dict[str, Any]) -> int:
    """The length of a record without messages, which may be long."""
    outcome = {key: value for key, value in record["outcome"].items() if key != "message"}
    return len(json.dumps({**record, "outcome": outcome}, separators=(",", ":")))


if __name__ == "__main__":
    main()
