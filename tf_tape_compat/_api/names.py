"""TensorFlow's names, read on first use from the recorded text files.

`tests/parity/record_api.py` writes the files and documents their format.
"""

from __future__ import annotations

import functools
import os
from typing import NamedTuple

_SEPARATE_FILES = {"tf.raw_ops": "raw_ops", "tf.keras": "keras", "tf.compat.v1": "compat_v1"}

# Modules of tensorflow.python that can be imported, as libraries do on their way, but whose names
# raise NotAvailableError.
INTERNAL_WITHOUT_NAMES = frozenset(
    """autograph.converters.break_statements autograph.converters.continue_statements
    autograph.converters.return_statements autograph.core.converter autograph.core.naming
    autograph.pyct.anno autograph.pyct.common_transformers.anf autograph.pyct.inspect_utils
    autograph.pyct.loader autograph.pyct.naming autograph.pyct.parser autograph.pyct.qual_names
    autograph.pyct.static_analysis.activity autograph.pyct.templates""".split()
)


class Namespace(NamedTuple):
    """One of TensorFlow's namespaces. `kinds` maps each name to c, f, m or v; see `symbol_kind`."""

    module: str  # its name in TensorFlow's own error messages
    kinds: dict[str, str]
    aliases: dict[str, str]  # those that also have another full name
    signatures: dict[str, str]  # of functions and classes, where they are recorded


def _lines(file: str) -> list[str]:
    path = os.path.join(os.path.dirname(__file__), f"{file}.txt")
    with open(path, encoding="utf-8") as text:
        return [line for line in text.read().splitlines() if not line.startswith("#")]


@functools.cache
def _read(file: str) -> dict[str, Namespace]:
    spaces: dict[str, Namespace] = {}
    for line in _lines(file):
        marker, _, text = line.partition(" ")
        if marker == "==":
            qualified, module = text.split(" ")
            current = spaces[qualified] = Namespace(module, {}, {}, {})
            continue
        symbol, parenthesis, arguments = text.partition("(")
        name, _, target = symbol.partition(" = ")
        current.kinds[name] = marker
        if parenthesis:
            current.signatures[name] = parenthesis + arguments
        if target:
            current.aliases[name] = target
    return spaces


def _file_of(qualified: str) -> str:
    for prefix, file in _SEPARATE_FILES.items():
        if f"{qualified}.".startswith(f"{prefix}."):
            return file
    return "tf"


def canonical(qualified: str) -> str:
    """The canonical name of a symbol: `tf.math.add` for `tf.compat.v2.math.add`."""
    path, *attributes = qualified.split(".")
    for name in attributes:
        space = _read(_file_of(path)).get(path)
        path = (space and space.aliases.get(name)) or f"{path}.{name}"
    return path


def namespace(qualified: str) -> Namespace | None:
    """TensorFlow's namespace with this name, or None."""
    qualified = canonical(qualified)
    return _read(_file_of(qualified)).get(qualified)


def namespaces() -> list[str]:
    """The names of TensorFlow's namespaces, sorted."""
    files = {"tf", *_SEPARATE_FILES.values()}
    return sorted(name for file in files for name in _read(file))


def symbol_kind(qualified: str) -> str | None:
    """Whether a TensorFlow symbol is a class (c), function (f), namespace (m) or value (v)."""
    parent, _, name = qualified.rpartition(".")
    if not parent:
        return "m" if name == "tf" else None
    space = namespace(parent)
    return space.kinds.get(name) if space else None


def signature(qualified: str) -> str:
    """The recorded signature of a function or class: `(x, name=None)`."""
    parent, _, name = qualified.rpartition(".")
    space = namespace(parent)
    return space.signatures[name] if space else ""


@functools.cache
def _raw_lines() -> dict[str, str]:
    return {line[2:].partition("(")[0]: line[2:] for line in _lines("raw_ops")}


def raw_signature(operation: str) -> tuple[str, list[str]]:
    """The recorded signature of a raw operation, and the names of its results if several."""
    text, _, results = _raw_lines()[operation].partition(" -> ")
    return text[len(operation) :], results.split(", ") if results else []


@functools.cache
def registered_gradients() -> frozenset[str]:
    """The types of operations for which TensorFlow registers a gradient, or none."""
    return frozenset(_lines("gradients"))


@functools.cache
def internal() -> dict[str, dict[str, str]]:
    """TensorFlow's internal modules, each as {name: public name of the same object}."""
    modules: dict[str, dict[str, str]] = {}
    for line in _lines("internal"):
        name, _, text = line.partition(" ")
        if name == "==":
            current = modules[text] = {}
        else:
            current[name] = text
    return modules
