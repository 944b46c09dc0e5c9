"""The differences that `known_differences.txt` lists."""

from __future__ import annotations

import fnmatch
from pathlib import Path

FILE = Path(__file__).with_name("known_differences.txt")


def lines() -> list[list[str]]:
    """For each line the function's name or pattern, a part of the text, and the reason."""
    texts = FILE.read_text(encoding="utf-8").splitlines()
    return [[part.strip() for part in text.split("|", 2)] for text in texts if text[:1] not in "#"]


def is_known(name: str, text: str) -> bool:
    """Whether the text of a difference of this function is listed."""
    return any(fnmatch.fnmatchcase(name, line[0]) and line[1] in text for line in lines())
