"""The known differences from TensorFlow, which `tf-tape check` reports and the guide lists.

They are read from `differences.txt`, in English ("en") and Chinese ("zh").
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

LANGUAGES = ("en", "zh")


class Text(NamedTuple):
    """A difference in one language: what differs, and how it is in TensorFlow and here."""

    what: str
    tensorflow: str
    here: str


class Difference(NamedTuple):
    """One known difference.

    Attributes:
      topic: the topic's id, such as "gradients".
      importance: 1 if programs meet it often, 2 if some do, 3 for a corner.
      symbols: full names; "tf.summary.*" stands for everything in the namespace.
      texts: by language.
    """

    topic: str
    importance: int
    symbols: tuple[str, ...]
    texts: dict[str, Text]


@lru_cache(maxsize=1)
def _blocks() -> list[list[str]]:
    text = Path(__file__).with_name("differences.txt").read_text(encoding="utf-8")
    blocks = [block.splitlines() for block in text.split("\n\n")]
    return [lines for block in blocks if (lines := [x for x in block if x and x[0] != "#"])]


def topics() -> dict[str, dict[str, str]]:
    """The topics in their order: their titles by language."""
    found = {}
    for line in _blocks()[0]:
        name, *titles = line.removeprefix("topic ").split(" | ")
        found[name] = dict(zip(LANGUAGES, titles, strict=True))
    return found


def differences() -> list[Difference]:
    """All known differences, in the order of the file."""
    found = []
    for head, *lines in _blocks()[1:]:
        topic, importance, *symbols = head.split()
        cells = dict(line.split(": ", 1) for line in lines)
        texts = {
            language: Text(*(cells[f"{language}.{field}"] for field in Text._fields))
            for language in LANGUAGES
        }
        found.append(Difference(topic, int(importance), tuple(symbols), texts))
    return found


@lru_cache(maxsize=1)
def by_symbol() -> dict[str, list[Difference]]:
    """The differences by each of their symbols, the most important first."""
    found: dict[str, list[Difference]] = {}
    for difference in sorted(differences(), key=lambda item: item.importance):
        for symbol in difference.symbols:
            found.setdefault(symbol, []).append(difference)
    return found


def of_symbol(name: str) -> list[Difference]:
    """The differences that concern the symbol with this full name, the most important first."""
    found = list(by_symbol().get(name, ()))
    space = name
    while "." in space:
        space = space.rpartition(".")[0]
        found += by_symbol().get(f"{space}.*", ())
    return sorted(found, key=lambda item: item.importance)
