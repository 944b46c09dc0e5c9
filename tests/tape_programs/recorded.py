"""The recorded programs: lists of objects with a seed, its theme, its program and its outcomes.

A set of programs is a folder of `recordings`, and each file in it holds the programs of a hundred
seeds.
"""

from __future__ import annotations

import functools
import itertools
import json
from pathlib import Path
from typing import Any

from tests import recording_format

SEEDS_IN_A_FILE = 100


def folder(programs: str) -> Path:
    """The folder of one of `themes.SETS`."""
    return Path(__file__).parent / "recordings" / programs


def files(programs: str) -> list[Path]:
    """The files of a set, by seed."""
    return sorted(folder(programs).glob("*.json"))


def traced_path(programs: str, mode: str) -> Path:
    """The file of the outcomes of some programs of a set inside of a function (traced.py)."""
    return Path(__file__).parent / "recordings" / "traced" / f"{programs}_{mode}.json"


@functools.cache
def load_file(path: Path) -> list[dict[str, Any]]:
    """The programs in one file, by seed."""
    return json.loads(path.read_text(encoding="utf-8"))


def load(programs: str = "programs") -> list[dict[str, Any]]:
    """All programs of a set, by seed."""
    return [case for path in files(programs) for case in load_file(path)]


def save(cases: list[dict[str, Any]], programs: str) -> None:
    """Replaces the recordings of a set."""
    for path in files(programs):
        path.unlink()
    folder(programs).mkdir(parents=True, exist_ok=True)
    in_order = sorted(cases, key=lambda case: case["seed"])
    for number, group in itertools.groupby(in_order, lambda case: case["seed"] // SEEDS_IN_A_FILE):
        path = folder(programs) / f"{number * SEEDS_IN_A_FILE:05}.json"
        path.write_text(recording_format.dumps(list(group)) + "\n", encoding="utf-8")
