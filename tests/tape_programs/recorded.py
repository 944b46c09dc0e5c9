"""The recorded programs: one JSON object a line, of a seed, its theme, its program and what
each statement of the program came to on TensorFlow."""

from __future__ import annotations

import functools
import gzip
import json
from pathlib import Path
from typing import Any


def path(programs: str) -> Path:
    """The file of one of `themes.SETS`."""
    return Path(__file__).parent / "recordings" / f"{programs}.jsonl.gz"


@functools.cache
def load(programs: str = "programs") -> list[dict[str, Any]]:
    with gzip.open(path(programs), "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def save(cases: list[dict[str, Any]], programs: str) -> None:
    text = "".join(json.dumps(case, separators=(",", ":")) + "\n" for case in cases)
    path(programs).parent.mkdir(exist_ok=True)
    # No time stamp: the same recordings are the same file.
    path(programs).write_bytes(gzip.compress(text.encode(), compresslevel=9, mtime=0))
