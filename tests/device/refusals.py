"""What TensorFlow refuses on the CPU, where it was recorded, but not on a GPU.

`refusals.txt` lists the tests in which that happens. In these, an item that should be an error and
is a value instead does not count, nor one that another operation refuses later; everything else is
compared as in other tests.
"""

from __future__ import annotations

import fnmatch
import functools
import re
from pathlib import Path

from . import selection

REFUSALS = Path(__file__).with_name("refusals.txt")

# "value[1]: expected 'raises NotFoundError', got {...}"; the outcome has more items then, too.
_REFUSED = re.compile(
    r"expected (?:(?:\{'tuple': \[)?'?(?:raises )?\w+Error\b|\{'exception': |\d+ items)"
)
_REFUSED_LATER = re.compile(
    r"expected the message\n +\{\{function_node __wrapped__(\w+?)_device.*\n"
    r"got\n +\{\{function_node __wrapped__(?!\1_device)"
)
_REFUSED_HERE_TOO = re.compile(r"got (?:'?(?:raises )?\w+Error\b|\{'exception': )")


def without_refusals(test: str, differences: list[str]) -> list[str]:
    """The differences that count in a test."""
    if selection.name == "cpu" or not any(fnmatch.fnmatchcase(test, p) for p in _patterns()):
        return differences
    return [
        text
        for text in differences
        if not _REFUSED_LATER.search(text)
        and (not _REFUSED.search(text) or _REFUSED_HERE_TOO.search(text))
    ]


@functools.cache
def _patterns() -> list[str]:
    lines = REFUSALS.read_text(encoding="utf-8").splitlines()
    return [line.split(" | ")[0].strip() for line in lines if line and not line.startswith("#")]
