"""Functions that are one node in graphs here, as functions of operations that TensorFlow has.

A node of this kind is added where a size or value is not known while tracing. Functions here have
the parameters of TensorFlow's function, and are traced when the node is saved.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .._ops.array import joining

DECOMPOSITIONS: dict[str, Callable[..., Any]] = {}


def _decomposes(*operations: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        for operation in operations:
            DECOMPOSITIONS[operation] = function
        return function

    return register


@_decomposes("Stack")
def _stack(values: Any, axis: Any = 0, name: Any = None) -> Any:
    return joining._pack(list(values), axis)
