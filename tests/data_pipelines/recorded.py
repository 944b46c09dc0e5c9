"""The recorded programs: files of a hundred seeds each, with a line for each program."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "recordings"
SEEDS_IN_A_FILE = 100

Case = dict[str, Any]  # seed, program, outcomes


def files() -> list[Path]:
    """The files, by seed."""
    return sorted(FOLDER.glob("*.jsonl"))


def load_file(path: Path) -> list[Case]:
    """The programs in one file, by seed."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def load() -> list[Case]:
    """All programs, by seed."""
    return [case for path in files() for case in load_file(path)]


def save(cases: list[Case]) -> None:
    """Replaces the recordings."""
    FOLDER.mkdir(exist_ok=True)
    for path in files():
        path.unlink()
    in_order = sorted(cases, key=lambda case: case["seed"])
    for number, group in itertools.groupby(in_order, lambda case: case["seed"] // SEEDS_IN_A_FILE):
        lines = [json.dumps(case, separators=(",", ":"), ensure_ascii=False) for case in group]
        path = FOLDER / f"{number * SEEDS_IN_A_FILE:05}.jsonl"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
