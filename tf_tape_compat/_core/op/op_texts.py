"""TensorFlow's definitions of operations as its errors print them, read from `op_texts.txt`.

The file is read when the first such error is raised.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import torch

from ..types.dtype import FROM_TORCH, DType


class OpText(NamedTuple):
    """The definition of an operation, and the kernels that TensorFlow has for it."""

    definition: str
    kernels: str  # a line for each
    attributes: tuple[str, ...]
    defaults: dict[str, str]  # attribute -> its default
    allowed: dict[str, str]  # attribute -> its allowed values, as in "[DT_INT32, DT_INT64]"


@lru_cache(1)
def _texts() -> dict[str, str]:
    text = (Path(__file__).parent / "op_texts.txt").read_text(encoding="utf-8")
    return {entry.split(";", 1)[0]: entry for entry in text.split("Op<name=")[1:]}


@lru_cache(64)
def op_text(operation: str) -> OpText | None:
    """The text of an operation by its TensorFlow name; None if it was not recorded."""
    entry = _texts().get(operation)
    if entry is None:
        return None
    definition, _, kernels = entry.partition("\n")
    defaults: dict[str, str] = {}
    allowed: dict[str, str] = {}
    names = []
    for attribute in definition.removesuffix(">").split("; attr=")[1:]:
        attribute = attribute.split("; is_")[0]
        name = attribute.split(":", 1)[0]
        names.append(name)
        if found := re.search(r",allowed=(\[.*\])", attribute):
            allowed[name] = found[1]
        if found := re.search(r",default=(.*?)(?=,min=|,allowed=|$)", attribute):
            defaults[name] = found[1]
    definition = f"Op<name={definition}"
    kernels = kernels or "  <no registered kernels>\n"
    return OpText(definition, kernels, tuple(names), defaults, allowed)


def allowed_values(operation: str, attribute: str) -> str | None:
    """The values that TensorFlow allows for an attribute, as its errors list them."""
    text = op_text(operation)
    if text is None or attribute not in text.allowed:
        return None
    values = text.allowed[attribute][1:-1]
    return re.sub(r"DT_(\w+)", lambda dtype: dtype[1].lower(), values)


def node(operation: str, attributes: Mapping[str, Any]) -> str:
    """A node with its attributes: those given, and the defaults of the others."""
    text = op_text(operation)
    values = dict(text.defaults) if text is not None else {}
    values.update({name: _attribute(value) for name, value in attributes.items()})
    listed = ", ".join(f"{name}={value}" for name, value in sorted(values.items()))
    return f"{{{{node {operation}}}}} = {operation}[{listed}]"


def _attribute(value: Any) -> str:
    if isinstance(value, torch.dtype):
        value = FROM_TORCH[value]
    if isinstance(value, DType):
        return "DT_" + {"float16": "HALF", "float32": "FLOAT", "float64": "DOUBLE"}.get(
            value.name, value.name.upper()
        )
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_attribute, value))}]"
    return str(value)
