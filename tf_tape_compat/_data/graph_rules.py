"""What takes the place of datasets, iterators and optionals in functions that are traced.

The modules that define it are slow to import, as they need graphs. They are imported when a rule is
first needed, by the loader that the package sets.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, NamedTuple


class GraphRules(NamedTuple):
    """What is called while a graph is active.

    Attributes:
      add_call: adds a call of a method or constructor of datasets to a graph.
      add_iterator, add_next, add_next_as_optional: add the start and the steps of an iteration.
      add_optional: adds an optional.
      loop_over: a `for` statement over a dataset or iterator.
      builtins: what Python's built-in functions call for datasets, by their names.
      dataset, iterator, optional: make what stands for one, of its specs and a symbolic tensor.
    """

    add_call: Callable[..., Any]
    add_iterator: Callable[..., Any]
    add_next: Callable[..., Any]
    add_next_as_optional: Callable[..., Any]
    add_optional: Callable[..., Any]
    loop_over: Callable[..., Any]
    builtins: dict[str, Callable[..., Any]]
    dataset: Callable[[Any, Any], Any]
    iterator: Callable[[Any, Any], Any]
    optional: Callable[[Any, Any], Any]


_load: Callable[[], GraphRules] | None = None


def set_loader(loader: Callable[[], GraphRules]) -> None:
    """Says how the rules are loaded."""
    global _load
    _load = loader


@functools.cache
def graph_rules() -> GraphRules:
    """The rules, which are loaded at the first call."""
    assert _load is not None  # set by the package
    return _load()
