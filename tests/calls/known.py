"""The differences that stay, as `known_differences.txt` lists them."""

from __future__ import annotations

import fnmatch
from pathlib import Path

FILE = Path(__file__).with_name("known_differences.txt")


def lines() -> list[list[str]]:
    """Function (or a pattern), part of the text, reason."""
    texts = FILE.read_text(encoding="utf-8").splitlines()
    return [[part.strip() for part in text.split("|", 2)] for text in texts if text[:1] not in "#"]


def is_known(name: str, text: str) -> bool:
    """Whether a difference of this function, as it is printed, is listed."""
    return any(fnmatch.fnmatchcase(name, line[0]) and line[1] in text for line in lines())
