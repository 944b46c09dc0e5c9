"""Graphs that are made only to find out what a piece of code computes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ..._core.recording.execution_context import active_graph


@contextmanager
def discarded_graph() -> Iterator[None]:
    """A context whose operations go to a graph that is thrown away."""
    from ..._graph.api import FuncGraph

    with FuncGraph("tmp", active_graph()).as_default():
        yield
