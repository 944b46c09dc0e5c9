"""The argument types of TensorFlow's operations, read from the recorded `op_types.txt`."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from .dtype import DType, as_dtype


class OpTypes(NamedTuple):
    """What one operation takes."""

    arguments: tuple[tuple[str, str], ...]  # (name, type attribute or fixed type) in order
    admitted: dict[str, tuple[DType, ...]]  # type attribute -> the types that it may be


@lru_cache(1)
def _lines() -> dict[str, str]:
    text = (Path(__file__).parent / "op_types.txt").read_text()
    return dict(line.split(" ", 1) for line in text.splitlines())


def op_types(operation: str) -> OpTypes:
    """The record of one operation, by its TensorFlow name ("AddV2")."""
    arguments = []
    admitted = {}
    for word in _lines()[operation].split():
        if "=" in word:
            attribute, names = word.split("=")
            admitted[attribute] = tuple(as_dtype(name) for name in names.split(","))
        else:
            name, kind = word.split(":")
            arguments.append((name, kind))
    return OpTypes(tuple(arguments), admitted)
