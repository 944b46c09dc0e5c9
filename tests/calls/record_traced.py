"""Records how the recorded calls differ on TensorFlow if they run inside a `tf.function`.

python -m tests.calls.record_traced --tf-python .venv-tf/bin/python [--recipes MODULE ...]

Only outcomes that differ from the eager ones are kept, by the number of the call in its file.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from tests import recording_format
from tests.worker import Worker, WorkerError

from .call import MODES, difference
from .recipes import modules
from .record import RECORDINGS

CRASHES = {"crashes": True}


def path_of(module: str) -> Path:
    """The file of the outcomes in functions that differ."""
    return RECORDINGS / "traced" / f"{module}.json"


def load(module: str) -> dict[str, dict[str, Any]]:
    """By mode and number of the call, the outcomes that differ from the eager ones."""
    outcomes: dict[str, dict[str, Any]] = json.loads(path_of(module).read_text(encoding="utf-8"))
    return outcomes


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--recipes", nargs="*", choices=modules(), default=modules())
    parser.add_argument("--tf-python", required=True, help="a Python with TensorFlow")
    arguments = parser.parse_args()
    for module in arguments.recipes:
        records = json.loads((RECORDINGS / f"{module}.json").read_text(encoding="utf-8"))
        outcomes: dict[str, dict[str, Any]] = {}
        for mode in MODES[1:]:
            worker = Worker(arguments.tf_python, "tests.calls.server", "tensorflow", mode)
            outcomes[mode] = {}
            for number, record in enumerate(records):
                try:
                    outcome = worker.ask(record["call"])
                except WorkerError:
                    outcome = CRASHES
                if outcome == CRASHES or difference(record["outcome"], outcome, messages=False):
                    outcomes[mode][str(number)] = outcome
            worker.close()
        path = path_of(module)
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"{recording_format.dumps(outcomes)}\n", encoding="utf-8")
        print(module, {mode: len(changed) for mode, changed in outcomes.items()}, flush=True)


if __name__ == "__main__":
    main()
