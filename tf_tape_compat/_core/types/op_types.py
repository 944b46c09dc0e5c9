"""The argument types of TensorFlow's operations, read from the recorded `op_types.txt`."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from .dtype import DType, as_dtype


class OpTypes(NamedTuple):
    """The tensor arguments of one operation."""

    arguments: tuple[tuple[str, str], ...]  # (name, type attribute or fixed type) in order
    admitted: dict[str, tuple[DType, ...]]  # type attribute -> the types it admits


@lru_cache(1)
def _lines() -> dict[str, str]:
    text = (Path(__file__).parent / "op_types.txt").read_text()
    return dict(line.split(" ", 1) for line in text.splitlines())


def op_types(operation: str) -> OpTypes:
    """The argument types of an operation, by its TensorFlow name ("AddV2")."""
    arguments = []
    admitted = {}
    for word in _lines()[operation].split():
        if "=" in word:
            attribute, names = word.split("=")
            admitted[attribute] = tuple(as_dtype(name) for name in names.split(","))
        else:
            name, group = word.split(":")
            arguments.append((name, group))
    return OpTypes(tuple(arguments), admitted)
