"""The operations that the modules of this package use."""

from __future__ import annotations

from typing import Any

from .. import nest
from .._ops.array.joining import stack
from .._ops.array.ranges import range as range_
from .._ops.control.vectorized_map import vectorized_map

__all__ = ["range_", "stack_results", "vectorized_map"]


def stack_results(results: list[Any]) -> Any:
    """The corresponding leaves of several structures, stacked."""
    return nest.map_structure(lambda *parts: stack(parts), *results)
