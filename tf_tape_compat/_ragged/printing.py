"""Ragged tensors as text, Python lists and NumPy arrays."""

from __future__ import annotations

from typing import Any

import numpy as np


def _formatted(x: Any) -> str:
    if isinstance(x, np.ndarray):
        return np.array2string(x, separator=", ") if x.size else repr(x.tolist())
    return str(x)


def text(value: Any) -> str:
    """The text of the rows in `repr`."""
    with np.printoptions(formatter={"all": _formatted}):
        return _formatted(as_array(value))


def as_array(value: Any) -> Any:
    """A NumPy array of the rows; its dtype is object if they differ in length."""
    values, splits = value.values.numpy(), value.row_splits.numpy()
    rows = [values[start:stop] for start, stop in zip(splits[:-1], splits[1:], strict=True)]
    if not rows:
        return np.zeros((0, 0, *values.shape[1:]), values.dtype)
    ragged = any(len(row) != len(rows[0]) for row in rows)
    return np.array(rows, dtype=np.object_ if ragged else None)


def as_list(value: Any) -> list[Any]:
    """The rows as nested Python lists."""
    items = value.flat_values.numpy().tolist()
    for splits in reversed(value.nested_row_splits):
        ends = splits.numpy().tolist()
        items = [items[start:stop] for start, stop in zip(ends[:-1], ends[1:], strict=True)]
    return items


def summary(value: Any, summarize: int) -> str:
    """The text for `tf.print`: the first and last `summarize` items of each row, or all for -1."""
    if summarize != -1 and summarize <= 0:
        raise ValueError(f"Expected summarize to be -1 or a positive int, got {summarize!r}")

    def item_text(item: Any) -> str:
        if not isinstance(item, list):
            return _element_text(item)
        if summarize >= 0 and len(item) > 2 * summarize:
            first, last = item[:summarize], item[-summarize:]
            return f"[{', '.join([*map(item_text, first), '...', *map(item_text, last)])}]"
        return f"[{', '.join(map(item_text, item))}]"

    return item_text(as_list(value))


def _element_text(item: Any) -> str:
    if isinstance(item, bytes):
        text = item.decode("utf-8", "surrogateescape")
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
    if isinstance(item, bool):
        return str(item).lower()
    if isinstance(item, complex):
        return f"({item.real:f},{item.imag:f})"
    return str(item) if isinstance(item, int) else f"{item:f}"
