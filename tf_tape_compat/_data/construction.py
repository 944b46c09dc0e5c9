"""Making a dataset in a traced function, and making it again when the function runs.

The functions that a transformation is given are traced once, while the graph is made. Each run of
the graph calls the transformation with values, and its functions are those that were traced, with
the values of the tensors that they use from around them.
"""

from __future__ import annotations

import copy
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from .._core.tensor.tensor import EagerTensor

Functions = dict[Any, list[Any]]


class Construction:
    """The functions of a transformation that is called, in the order in which it makes them.

    Attributes:
      graph: the graph around the functions, while they are traced; None later.
      functions: the traced functions (`TracedElements`), by their key.
      outer_values: by id, the values of the tensors around them; empty while they are traced.
    """

    def __init__(
        self, graph: Any, functions: Functions, outer_values: dict[int, EagerTensor]
    ) -> None:
        self.graph = graph
        self.functions = functions
        self.outer_values = outer_values
        self._made: dict[Any, int] = {}

    def add(self, function: Any, transformation: str, traced: Any) -> None:
        """Notes a function that was traced."""
        self.functions.setdefault(_key(function, transformation), []).append(traced)

    def next(self, function: Any, transformation: str) -> Any:
        """The traced function that stands for this one."""
        key = _key(function, transformation)
        traced = self.functions[key]
        number = self._made.get(key, 0)
        self._made[key] = number + 1
        found = traced[min(number, len(traced) - 1)]
        return found.bind(self.outer_values) if self.outer_values else copy.copy(found)


def _key(function: Any, transformation: str) -> Any:
    # A transformation may wrap the function anew at each call, so its code stands for it.
    return transformation, getattr(function, "__code__", None) or id(function)


class _Thread(threading.local):
    construction: Construction | None = None


thread = _Thread()


@contextmanager
def constructing(construction: Construction) -> Iterator[None]:
    """A context in which functions of datasets belong to a construction."""
    outer = thread.construction
    thread.construction = construction
    try:
        yield
    finally:
        thread.construction = outer
