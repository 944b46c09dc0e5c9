"""The Unicode script (Latin, Greek, Han, ...) of each character."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch

from ..._core.op.op import op

_LAST_CODE_POINT = 0x10FFFF


@cache
def _table() -> tuple[np.ndarray, np.ndarray]:
    """The code points at which the script changes, and the script's number from there on."""
    text = Path(__file__).with_name("unicode_scripts.txt").read_text(encoding="utf-8")
    rows = [line.split() for line in text.splitlines()]
    starts = np.array([int(start, 16) for start, _ in rows])
    return starts, np.array([int(script) for _, script in rows])


@op("UnicodeScript", "input", unrecorded=True)
def unicode_script(input: Any, name: str | None = None) -> Any:
    """The script of each code point. Implements `tf.strings.unicode_script`.

    Args:
        input: code points, int32, of any shape.
        name: ignored.

    Returns:
        int32 of the shape of `input`: the scripts' numbers in the library ICU, -1 where `input`
        is not a code point.
    """
    starts, scripts = (torch.from_numpy(column).to(input.device) for column in _table())
    index = torch.searchsorted(starts, input.long(), right=True)
    result = scripts[(index - 1).clamp(min=0)]
    return torch.where((input >= 0) & (input <= _LAST_CODE_POINT), result, -1).to(torch.int32)
