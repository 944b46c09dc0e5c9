"""Unicode's scripts: which characters are Latin, Greek, Han and so on."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch

from ..._core.op.op import op

_LAST = 0x10FFFF


@cache
def _table() -> tuple[dict[str, int], np.ndarray, np.ndarray]:
    """The numbers of scripts by name; code points where one begins, and which."""
    names, begins = {}, []
    text = Path(__file__).with_name("unicode_scripts.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        first, second = line.split()
        if second.isdigit():
            begins.append((int(first, 16), int(second)))
        else:
            names[second] = int(first)
    places, scripts = zip(*begins, strict=True)
    return names, np.array(places), np.array(scripts)


@cache
def ranges(name: str) -> list[tuple[int, int]] | None:
    """The first and last code points of each run of a script's; None if there is no such script."""
    names, begins, scripts = _table()
    if name not in names:
        return None
    ends = np.append(begins[1:], _LAST + 1) - 1
    chosen = scripts == names[name]
    return list(zip(begins[chosen].tolist(), ends[chosen].tolist(), strict=True))


@op("UnicodeScript", "input", unrecorded=True)
def unicode_script(input: Any, name: str | None = None) -> Any:
    """The number of each code point's script, -1 of what is none; for `tf.strings.unicode_script`.

    `input` is int32. The numbers are those of the library ICU.
    """
    _, begins, scripts = _table()
    index = torch.searchsorted(torch.from_numpy(begins).to(input.device), input.long(), right=True)
    found = torch.from_numpy(scripts).to(input.device)[(index - 1).clamp(min=0)]
    return torch.where((input >= 0) & (input <= _LAST), found, -1).to(torch.int32)
