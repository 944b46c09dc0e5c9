"""The reasons in words, English and Chinese.

In a sentence of `sentences.txt`, {x} is the source, {y} the target, {place} the line, {op} the
operation there, and {other} a further line or a dtype.
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

# What stands for what has no name in the program: parts of sentences.
_PHRASES = ("source", "target", "variable_at", "unknown_line")


@lru_cache(maxsize=1)
def sentences() -> dict[str, dict[str, str]]:
    """By code and language ("en", "zh"), all sentences."""
    text = Path(__file__).with_name("sentences.txt").read_text(encoding="utf-8")
    known = {}
    for block in text.split("\n\n")[1:]:
        code, *lines = block.strip().splitlines()
        known[code] = dict(line.split(": ", 1) for line in lines)
    return known


def speaks_chinese() -> bool:
    """Whether the environment's language is Chinese."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        language = os.environ.get(name)
        if language:
            return language.lower().startswith("zh")
    return False


def sentence(code: str, **parts: object) -> str:
    """The sentence for a reason, in the environment's language."""
    language = "zh" if speaks_chinese() else "en"
    known = sentences()
    unknown = known["unknown_line"][language]
    shown = {name: unknown if part is None else part for name, part in parts.items()}
    text = known[code][language].format(**shown)
    if code in _PHRASES or text.startswith("tf."):
        return text
    return text[:1].upper() + text[1:]
