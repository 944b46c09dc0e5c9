"""Random matrices: regular, singular, symmetric and so on."""

from __future__ import annotations

from typing import Any

import numpy as np

from .draw import Draw

KINDS = ["regular", "any", "symmetric", "definite", "singular", "lower", "upper", "diagonal"]


def batch(draw: Draw, high: int = 2) -> list[int]:
    """Batch dimensions, most often none."""
    if draw.chance(0.5):
        return []
    return [draw.choice([1, 2, 2, 3, 0]) for _ in range(draw.integer(1, high))]


def broadcast_batch(draw: Draw, sizes: list[int]) -> list[int]:
    """Batch dimensions that broadcast with `sizes`."""
    if draw.chance(0.5):
        return list(sizes)
    return [1 if draw.chance(0.3) else size for size in sizes[draw.integer(0, len(sizes)) :]]


def side(draw: Draw) -> int:
    return draw.choice([1, 2, 2, 3, 3, 4, 5, 0]) if draw.chance(0.8) else draw.integer(1, 6)


def values(draw: Draw, dtype: str, shape: list[int], kind: str) -> list[Any]:
    """Flat values of matrices of one kind."""
    count = int(np.prod(shape))
    if kind == "any":
        return draw.numbers(dtype, count)
    real = np.array([draw.random.uniform(-1, 1) for _ in range(count)]).reshape(shape)
    array = real + 0j
    if dtype.startswith("complex"):
        array = array + 1j * np.array([draw.random.uniform(-1, 1) for _ in range(count)]).reshape(
            shape
        )
    rows, columns = shape[-2:]
    size = min(rows, columns)
    # Distinct eigenvalues and singular values, so that vectors and gradients are well defined.
    one = np.eye(rows, columns) * (size + 1.5 * np.arange(columns))
    if kind == "regular":
        array = array + one * draw.choice([1, -1])
    elif kind in ("symmetric", "definite") and rows == columns:
        array = (array + np.conj(np.swapaxes(array, -1, -2))) / 2
        array = array + one if kind == "definite" else array
    elif kind == "singular" and rows > 1:
        array[..., -1, :] = 0  # singular whatever the pivots
    elif kind == "lower":
        array = np.tril(array + one)
    elif kind == "upper":
        array = np.triu(array + one)
    elif kind == "diagonal":
        array = array * np.eye(rows, columns) + one
    if dtype.startswith(("int", "uint")):
        whole = np.round(array.real * 3).reshape(-1).astype(np.int64)
        return [int(abs(v)) if dtype.startswith("u") else int(v) for v in whole]
    array = np.round(array, 3).reshape(-1)
    if dtype.startswith("complex"):
        return [[float(v.real), float(v.imag)] for v in array]
    return [float(v) for v in array.real]


def matrix(draw: Draw, dtype: str, shape: list[int], *kinds: str) -> str:
    """A new input, a matrix of one of the kinds, or of any kind if none is named."""
    return draw.tensor(
        dtype, shape, values=values(draw, dtype, shape, draw.choice(kinds or tuple(KINDS)))
    )
