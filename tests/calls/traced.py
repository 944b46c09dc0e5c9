"""The recorded calls inside a `tf.function`, and how each of them runs there.

python -m tests.calls.traced [--every N] [--processes N]

writes `lowering.txt`: for each function how its calls run when they are traced.

- lowers: as torch calls of a program
- eager: operations that need values are called eagerly between the lowered parts
- interpreted: all operations are called eagerly, without the Python of the function
- python: the Python of the function runs at every call
- strings: as "interpreted" or "python", because of strings
- refused: no recorded call gives a value
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from types import ModuleType
from typing import Any

from .call import difference, run
from .known import is_known
from .record import RECORDINGS
from .record_traced import CRASHES, load, path_of

TABLE = Path(__file__).with_name("lowering.txt")
KNOWN = Path(__file__).with_name("traced_differences.txt")
FLOOR = 0.95
"""How many of the functions that give numbers must lower."""
WAYS = ("lowers", "eager", "interpreted", "python", "strings", "refused")


@contextlib.contextmanager
def tracing() -> Iterator[None]:
    """Turns tracing on."""
    settings = importlib.import_module("tf_tape_compat._functions.settings").Settings
    before, settings.trace = settings.trace, True
    try:
        yield
    finally:
        settings.trace = before


def records(
    mode: str, recipes: Sequence[str] = ()
) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """The function's name, the call, and TensorFlow's outcome in this mode, of every call.

    `recipes` are the modules of recipes whose calls are meant; all if it is empty.
    """
    for path in sorted(RECORDINGS.glob("*.json")):
        if not path_of(path.stem).exists() or (recipes and path.stem not in recipes):
            continue
        changed = load(path.stem)[mode]
        for number, record in enumerate(json.loads(path.read_text(encoding="utf-8"))):
            outcome = changed.get(str(number), record["outcome"])
            if outcome != CRASHES:
                yield record["name"], record["call"], outcome


def replay(
    name: str, call: dict[str, Any], expected: dict[str, Any], mode: str, tf: ModuleType
) -> tuple[str | None, str]:
    """How a call differs from TensorFlow's in this mode, or None; and how it runs."""
    functions: list[Any] = []
    with tracing():
        actual = json.loads(json.dumps(run(call, tf, None, mode, functions)))
    text = difference(expected, actual, messages=False)
    if text is not None and is_known(name, text):
        text = None
    return text, _way(actual, functions)


def _way(outcome: dict[str, Any], functions: list[Any]) -> str:
    traces = list(functions[0]._traces.values()) if functions else []
    if "error" in outcome or not traces:
        return "refused"
    trace = traces[0]
    if trace.not_traced is not None or trace.traced is None:
        return "strings" if "string" in str(trace.not_traced) else "python"
    function = trace.traced.function
    if function.not_lowered:
        return "strings" if any("string" in x for x in function.not_lowered) else "interpreted"
    known = function._known_arguments
    executors = []
    for part in [function, *([] if known is None else known._functions.values())]:
        executors += part._executors.values()
        for call in part._derivatives.values():
            executors += [getattr(call, x) for x in ("_executor", "_forward") if hasattr(call, x)]
    return "eager" if any(x.program.called_eagerly for x in executors) else "lowers"


def table() -> dict[str, str]:
    """The way of each function, from the file."""
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    return dict(reversed(line.split(" ", 1)) for line in lines if line and line[0] != "#")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--every", type=int, default=1, help="only each N-th call")
    parser.add_argument("--mode", default="traced")
    parser.add_argument("--recipes", nargs="*", default=[], help="only these, without a table")
    parser.add_argument("--processes", type=int, default=1)
    arguments = parser.parse_args()
    count = arguments.processes
    run_part = partial(_ways_of_part, arguments)
    ways: dict[str, str] = {}
    with ProcessPoolExecutor(count, get_context("spawn")) as pool:
        for part in pool.map(run_part, range(count)):
            ways.update(part)
    if arguments.recipes:
        return
    lines = [f"{way} {name}" for name, way in sorted(ways.items())]
    TABLE.write_text("\n".join(["# How calls run in traced functions: see traced.py", *lines, ""]))


def _ways_of_part(arguments: argparse.Namespace, part: int) -> dict[str, str]:
    """The ways of each n-th function, whose calls are made; prints what differs."""
    tf = importlib.import_module("tf_tape_compat")
    ways: dict[str, str] = {}
    numbers: dict[str, int] = {}
    for number, (name, call, expected) in enumerate(records(arguments.mode, arguments.recipes)):
        place = numbers.setdefault(name, len(numbers))
        if number % arguments.every or place % arguments.processes != part:
            continue
        text, way = replay(name, call, expected, arguments.mode, tf)
        if text is not None:
            print(name, "|", way, "|", text.replace("\n", " ")[:300], "|", call["code"], flush=True)
        before = ways.get(name, "refused")
        # The worst way of those that give a value.
        ways[name] = way if before == "refused" else max(before, way, key=_badness)
    return ways


def _badness(way: str) -> int:
    return -1 if way == "refused" else WAYS.index(way)


if __name__ == "__main__":
    main()
