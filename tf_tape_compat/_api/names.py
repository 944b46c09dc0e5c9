"""TensorFlow's names, read from the recorded text files when first asked for.

`tests/parity/record_api.py` writes the files and says what their lines mean.
"""

from __future__ import annotations

import functools
import os
from typing import NamedTuple

_APART = {"tf.raw_ops": "raw_ops", "tf.keras": "keras", "tf.compat.v1": "compat_v1"}


class Namespace(NamedTuple):
    """One of TensorFlow's namespaces: `kinds` has c, f, m or v for each of its names."""

    module: str  # what TensorFlow's own error messages call it
    kinds: dict[str, str]
    aliases: dict[str, str]  # names of namespaces that have another name as well


def _lines(file: str) -> list[str]:
    path = os.path.join(os.path.dirname(__file__), f"{file}.txt")
    with open(path, encoding="utf-8") as text:
        return [line for line in text.read().splitlines() if not line.startswith("#")]


@functools.cache
def _read(file: str) -> dict[str, Namespace]:
    found: dict[str, Namespace] = {}
    for line in _lines(file):
        kind, _, rest = line.partition(" ")
        if kind == "==":
            qualified, module = rest.split(" ")
            current = found[qualified] = Namespace(module, {}, {})
            continue
        name, _, other = rest.partition("(")[0].partition(" = ")
        current.kinds[name] = kind
        if other:
            current.aliases[name] = other
    return found


def _file_of(qualified: str) -> str:
    for prefix, file in _APART.items():
        if f"{qualified}.".startswith(f"{prefix}."):
            return file
    return "tf"


def canonical(qualified: str) -> str:
    """The one name of a symbol: `tf.math.add` for `tf.compat.v2.math.add`."""
    first, *rest = qualified.split(".")
    for name in rest:
        space = _read(_file_of(first)).get(first)
        first = (space and space.aliases.get(name)) or f"{first}.{name}"
    return first


def namespace(qualified: str) -> Namespace | None:
    """TensorFlow's namespace of this name, or None."""
    qualified = canonical(qualified)
    return _read(_file_of(qualified)).get(qualified)


def namespaces() -> list[str]:
    """The names of TensorFlow's namespaces, sorted."""
    files = {"tf", *_APART.values()}
    return sorted(name for file in files for name in _read(file))


def kind(qualified: str) -> str | None:
    """c, f, m or v: TensorFlow's symbol of this name is a class, function, namespace, value."""
    parent, _, name = qualified.rpartition(".")
    if not parent:
        return "m" if name == "tf" else None
    space = namespace(parent)
    return space.kinds.get(name) if space else None


@functools.cache
def _raw_lines() -> dict[str, str]:
    return {line[2:].partition("(")[0]: line[2:] for line in _lines("raw_ops")}


def raw_signature(operation: str) -> tuple[str, list[str]]:
    """The recorded signature of one of `tf.raw_ops`, and the names of its results, if several."""
    text, _, results = _raw_lines()[operation].partition(" -> ")
    return text[len(operation) :], results.split(", ") if results else []


@functools.cache
def internal() -> dict[str, dict[str, str]]:
    """TensorFlow's internal modules: {name in the module: public name of the same object}."""
    found: dict[str, dict[str, str]] = {}
    for line in _lines("internal"):
        name, _, rest = line.partition(" ")
        if name == "==":
            current = found[rest] = {}
        else:
            current[name] = rest
    return found
