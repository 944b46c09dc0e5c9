"""Random dtypes, shapes, values and axes for recipes, and the inputs of a call."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any, TypeVar

import ml_dtypes
import numpy as np

Item = TypeVar("Item")
Shape = Sequence[int]

KINDS = {
    "f": ["float32", "float32", "float32", "float64", "float16", "bfloat16"],
    "F": ["float32", "float32", "float64"],
    "c": ["complex64", "complex128"],
    "i": ["int32", "int32", "int64", "int8", "int16", "uint8", "uint16", "uint32", "uint64"],
    "n": ["int32", "int64"],
    "b": ["bool"],
    "s": ["string"],
}
"""The dtypes for each letter of a string like "fic". Common dtypes are listed more often."""

SPECIALS = [0.0, -0.0, 1.0, -1.0, 0.5, 1e-30, 1e30, float("inf"), -float("inf"), float("nan")]

WORDS = ["", "a", "b", "ab", "Hello", "tensor flow", "-1.5", "é", "ÅB ç", "a,b;c", "0012", "日本"]


def numpy_dtype(name: str) -> np.dtype[Any]:
    if name == "string":
        return np.dtype(object)
    return np.dtype(getattr(ml_dtypes, name, None) or name)


def _texts(values: Sequence[Any]) -> list[Any]:
    """Floats as text: JSON has no infinity and no NaN."""
    return [str(value) if isinstance(value, float) else value for value in values]


class Draw:
    """Draws from one seed. `inputs` holds the tensors drawn so far, by their names in the code."""

    def __init__(self, seed: int | str) -> None:
        self.random = random.Random(seed)
        self.inputs: dict[str, dict[str, Any]] = {}

    # Choices

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def choice(self, items: Sequence[Item]) -> Item:
        return self.random.choice(items)

    def integer(self, low: int, high: int) -> int:
        """Both ends included."""
        return self.random.randint(low, high)

    def flag(self) -> bool:
        return self.chance(0.5)

    def maybe(self, text: str, probability: float = 0.5) -> str:
        """`text`, which is an argument with the comma before it, or an empty string."""
        return text if self.chance(probability) else ""

    def dtype(self, kinds: str) -> str:
        """A dtype of one of the `KINDS`, most often of the first."""
        kind = kinds[0] if self.chance(0.5) else self.choice(kinds)
        return self.choice(KINDS[kind])

    # Shapes

    def size(self) -> int:
        return self.choice([0, 1, 1, 2, 2, 3, 3, 4, 5]) if self.chance(0.3) else self.integer(1, 4)

    def shape(self, low: int = 0, high: int = 3, empty: bool = True) -> list[int]:
        """A shape whose rank is between the two, inclusive."""
        rank = self.integer(low, high)
        return [self.size() if empty else max(1, self.size()) for _ in range(rank)]

    def broadcast(self, shape: Shape) -> list[int]:
        """A shape that broadcasts with `shape`, perhaps to a larger one."""
        if self.chance(0.4):
            return list(shape)
        start = self.integer(0, len(shape))
        other = [1 if self.chance(0.3) else size for size in shape[start:]]
        if start == 0 and self.chance(0.15):
            other = [self.size(), *other]
        return other

    def axis(self, rank: int, several: bool = False, none: bool = False) -> str:
        """An axis as a Python literal, out of range now and then."""
        if none and self.chance(0.25):
            return "None"
        if several and rank and self.chance(0.3):
            axes = self.random.sample(range(rank), self.integer(0, rank))
            return repr([axis - rank if self.flag() else axis for axis in axes])
        if rank == 0 or self.chance(0.03):
            return repr(self.choice([0, -1, rank, -rank - 1]))
        return repr(self.integer(-rank, rank - 1))

    # Values

    def numbers(
        self, dtype: str, count: int, low: float | None = None, high: float | None = None
    ) -> list[Any]:
        """Random numbers of the dtype within the bounds; without bounds, special values as well."""
        bounded = low is not None or high is not None
        low = -3.0 if low is None else low
        high = 3.0 if high is None else high
        if dtype == "string":
            return [self.choice(WORDS) for _ in range(count)]
        if dtype == "bool":
            return [self.flag() for _ in range(count)]
        if dtype.startswith(("int", "uint")):
            limits = np.iinfo(dtype)
            first, last = max(limits.min, int(low)), min(limits.max, int(high))
            extreme = [int(limits.min), int(limits.max)]
            wide = not bounded and self.chance(0.15)
            return [
                self.choice(extreme) if wide and self.chance(0.3) else self.integer(first, last)
                for _ in range(count)
            ]
        if dtype.startswith("complex"):
            parts = [self.numbers("float32", count, low, high) for _ in range(2)]
            return [list(pair) for pair in zip(*parts, strict=True)]
        special = not bounded and self.chance(0.12)
        halves = not special and self.chance(0.2)  # many ties and kinks
        return [
            self.choice(SPECIALS)
            if special and self.chance(0.5)
            else round(self.random.uniform(low, high) * 2) / 2
            if halves
            else round(self.random.uniform(low, high), 3)
            for _ in range(count)
        ]

    def tensor(
        self,
        dtype: str,
        shape: Shape,
        low: float | None = None,
        high: float | None = None,
        values: list[Any] | None = None,
    ) -> str:
        """A new input: its name in the code. `values` are flat."""
        count = int(np.prod(shape))
        if values is None:
            values = self.numbers(dtype, count, low, high)
        name = f"x{len(self.inputs)}"
        kind = self.choice(["tensor"] * 8 + ["variable", "array", "list"])
        self.inputs[name] = {"kind": kind, "dtype": dtype, "shape": list(shape)}
        self.inputs[name]["values"] = _texts(values)
        return name

    def integers(self, values: Any, literal: float = 0.6) -> str:
        """A nested list of integers, such as a shape, as a literal or as a new input."""
        if self.chance(literal):
            return repr(values)
        array = np.array(values, "int64")
        return self.tensor(self.dtype("n"), array.shape, values=array.ravel().tolist())

    def spoil(self) -> None:
        """Changes an input into one that the function may reject."""
        if not self.inputs:
            return
        spoiled = self.inputs[self.choice(list(self.inputs))]
        what = self.choice(["dtype", "shape", "rank", "kind", "none"])
        if what == "dtype":
            dtype = self.dtype("ficbs")
            spoiled["dtype"] = dtype
            spoiled["values"] = _texts(self.numbers(dtype, int(np.prod(spoiled["shape"]))))
        elif what == "none":
            spoiled["kind"] = "none"
        elif what == "kind":
            spoiled["kind"] = self.choice(["list", "array", "variable"])
        else:
            shape = list(spoiled["shape"])
            if what == "rank" or not shape:
                shape = shape[1:] if shape and self.flag() else [*shape, self.integer(1, 2)]
            else:
                shape[self.integer(0, len(shape) - 1)] += 1
            spoiled["shape"] = shape
            spoiled["values"] = _texts(self.numbers(spoiled["dtype"], int(np.prod(shape))))
