"""The rows of the tables of differentiable operations, and points to evaluate them at."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np

from tests.parity.case_helpers.elements import named


@dataclasses.dataclass(frozen=True)
class Row:
    """A function `call(tf, *tensors)`, its tensors as nested lists, and their types."""

    call: Callable[..., Any]
    points: tuple[Any, ...]
    types: tuple[str, ...]


ROWS: dict[str, Row] = {}

REAL = "float32 float64".split()

LINE = [-2.5, -1.0, -0.5, 0.0, 0.3, 1.0, 1.5]
POSITIVE = [0.0, 0.3, 1.0, 2.5]
UNIT = [-1.0, -0.5, 0.0, 0.3, 1.0]
PROBABLE = [0.0, 0.2, 0.5, 0.9]
PLANE = [0, 1, 1j, 1 + 2j, -0.5 - 0.3j]
PLANE_LEFT = [0, 1 + 2j, -0.5j, -2]
PLANE_RIGHT = [1, -1.5 + 1j, 2j, -2]
# Pairs with zeros and ties among them.
LEFT = [-2.0, -1.0, 0.0, 0.0, 0.5, 1.0, 1.0, 3.0]
RIGHT = [1.5, -1.0, 0.0, 2.0, 0.0, 1.0, -2.0, 2.0]
SHAPE_LEFT, SHAPE_RIGHT = [[0.5], [1.5]], [0.7, 2.0]  # that broadcast
TABLE = [[1.5, -0.5, 2.0], [0.25, 1.0, -1.0]]
TIES = [[1.0, 2.0, 2.0], [0.0, -1.0, 0.0]]
PAIR = [[1.5, -0.5], [0.25, 2.0]]
OTHER = [[0.5, 1.0], [-1.0, 0.75]]
SPD = [[3.0, 1.0], [1.0, 2.0]]
TALL = [[1.5, -0.5], [0.25, 2.0], [1.0, 0.5]]
PLANE_PAIR = [[2.0, 1 + 1j], [1 - 2j, 3.0 + 0.5j]]
HERMITIAN = [[4.0, 1 + 1j], [1 - 1j, 3.0]]


def add(name: str, call: Callable[..., Any], *points: Any, types: Any = REAL) -> None:
    if name in ROWS:
        raise ValueError(f"{name} is defined twice")
    ROWS[name] = Row(call, points, tuple(types))


def by_name(name: str, **options: Any) -> Callable[..., Any]:
    return lambda tf, *tensors: named(tf, name)(*tensors, **options)


def grid(*shape: int, start: float = 0.3) -> Any:
    """Unordered numbers of both signs, as nested lists of this shape."""
    size = int(np.prod(shape))
    return (np.sin(np.arange(size) * 1.7 + start) * 1.5).round(3).reshape(shape).tolist()
