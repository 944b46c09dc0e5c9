"""TensorFlow's definitions of operations, for graphs as messages: read from `op_defs.txt`."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple


class OpSignature(NamedTuple):
    """What TensorFlow's definition of an operation says.

    Attributes:
      inputs, outputs: names, and the attributes or types of their types ("T", "N*T", "int32").
      attributes: the kind of each attribute ("type", "bool", "list(int)").
      defaults: the defaults of those attributes that have one, as text.
    """

    inputs: dict[str, str]
    outputs: dict[str, str]
    attributes: dict[str, str]
    defaults: dict[str, str]


@lru_cache(1)
def _lines() -> dict[str, str]:
    text = (Path(__file__).parent / "op_defs.txt").read_text(encoding="utf-8")
    return {line.split("\t", 1)[0]: line for line in text.splitlines()}


@lru_cache(1024)
def op_signature(operation: str) -> OpSignature | None:
    """The definition of an operation by its TensorFlow name; None if it was not recorded."""
    line = _lines().get(operation)
    if line is None:
        return None
    _, inputs, outputs, *attributes = line.split("\t")
    kinds, defaults = {}, {}
    for attribute in attributes:
        text, equals, default = attribute.partition("=")
        name, _, kinds[text.partition(":")[0]] = text.partition(":")
        if equals:
            defaults[name] = default
    return OpSignature(_arguments(inputs), _arguments(outputs), kinds, defaults)


def _arguments(text: str) -> dict[str, str]:
    pairs = (argument.partition(":") for argument in text.split())
    return {name: kind for name, _, kind in pairs}
