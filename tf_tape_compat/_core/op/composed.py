"""Functions and methods composed of operations, which a graph may take as one node.

Packages above `_ops` register theirs here; `_graph/composed_functions.py` gives them their rules.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple


class Method(NamedTuple):
    """A method of a class, by its name."""

    cls: type
    name: str


registered: list[Any] = []
"""Functions, and `Method`s."""

# Called with those that are registered later, once graphs are there.
listener: Callable[[Any], None] | None = None


def register_composed(*functions: Any) -> None:
    """Registers functions and methods."""
    registered.extend(functions)
    if listener is not None:
        for function in functions:
            listener(function)
