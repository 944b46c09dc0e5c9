"""The text of recordings: JSON in which one entry of a value is one line.

A difference between two versions of a recording then shows the entries that changed. What fits on
a line stays on one; so do the values of a tensor, however many they are.
"""

from __future__ import annotations

import json
from typing import Any

WIDTH = 100
"""Containers whose text is longer are divided, one item a line."""

LONGEST_TEXT = 40
"""An array that holds a longer text is divided too."""


def dumps(value: Any, indent: int = 0) -> str:
    """The JSON of `value`, without a newline at its end; `indent` is that of its first line."""
    text = json.dumps(value)
    if indent + len(text) <= WIDTH or _is_flat(value):
        return text
    if _is_tagged(value):
        # The tag and the opening bracket of what it describes share a line.
        tags = ", ".join(json.dumps(tag) for tag in value[:-1])
        return f"[{tags}, {dumps(value[-1], indent)}]"
    inner = indent + 1
    if isinstance(value, dict):
        items = [f"{json.dumps(key)}: {dumps(item, inner)}" for key, item in value.items()]
    else:
        items = [dumps(item, inner) for item in value]
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    lines = ",\n".join(f"{' ' * inner}{item}" for item in items)
    return f"{opening}\n{lines}\n{' ' * indent}{closing}"


def _is_tagged(value: Any) -> bool:
    """Whether `value` is a container behind one or two strings: an item of a mapping, a block."""
    return (
        isinstance(value, list)
        and 2 <= len(value) <= 3
        and isinstance(value[-1], (list, dict))
        and all(isinstance(tag, str) for tag in value[:-1])
    )


def _is_flat(value: Any) -> bool:
    """Whether `value` stays on one line whatever its length: scalars, numbers, arrays."""
    if isinstance(value, list):
        if value and value[0] == "tensor":
            return True
        return not any(isinstance(item, (list, dict, str)) for item in value)
    if isinstance(value, dict):
        if "values" in value:
            texts = (item for item in value["values"] if isinstance(item, str))
            return all(len(text) <= LONGEST_TEXT for text in texts)
        return not any(isinstance(item, (list, dict)) for item in value.values())
    return True
