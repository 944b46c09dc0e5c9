"""What the generator knows about a dataset: the structure of its elements, roughly."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

INTEGERS = ("int64", "int32")
FLOATS = ("float32", "float64")


@dataclass(frozen=True)
class Leaf:
    """A component of an element: its dtype and shape, with None where elements differ."""

    dtype: str
    shape: tuple[int | None, ...] = ()

    @property
    def is_scalar(self) -> bool:
        return not self.shape

    @property
    def is_integer(self) -> bool:
        return self.dtype in INTEGERS

    @property
    def is_number(self) -> bool:
        return self.dtype in (*INTEGERS, *FLOATS)


@dataclass(frozen=True)
class Kind:
    """The elements of a dataset.

    `container` is "tensor", "tuple" or "dict"; `count` is an upper bound of how many there are.
    """

    container: str
    leaves: tuple[Leaf, ...]
    count: float = math.inf

    @property
    def parameters(self) -> str:
        """The parameters of a lambda that takes an element."""
        return {"tensor": "x", "dict": "e"}.get(self.container) or ", ".join(self.names)

    @property
    def names(self) -> list[str]:
        """An expression for each leaf in such a lambda."""
        if self.container == "dict":
            return [f"e['{'abc'[i]}']" for i in range(len(self.leaves))]
        return list("xyz"[: len(self.leaves)])

    @property
    def whole(self) -> str:
        """An expression for the element in such a lambda."""
        return {"tensor": "x", "dict": "e"}.get(self.container) or f"({', '.join(self.names)})"

    def counted(self, count: float) -> Kind:
        """This kind with another bound of the number of elements."""
        return replace(self, count=max(count, 0))

    def shaped(self, *front: int | None) -> Kind:
        """This kind with further dimensions before the others."""
        leaves = tuple(replace(leaf, shape=(*front, *leaf.shape)) for leaf in self.leaves)
        return replace(self, leaves=leaves)

    @property
    def can_unbatch(self) -> bool:
        """Whether all leaves have a first dimension, and the same one."""
        firsts = {leaf.shape[0] if leaf.shape else "none" for leaf in self.leaves}
        return len(firsts) == 1 and "none" not in firsts

    @property
    def has_fixed_shape(self) -> bool:
        return all(None not in leaf.shape for leaf in self.leaves)


def build(container: str, parts: list[str]) -> str:
    """An expression for an element with the given leaves."""
    if container == "tensor":
        return parts[0]
    if container == "dict":
        return "{" + ", ".join(f"'{'abc'[i]}': {part}" for i, part in enumerate(parts)) + "}"
    return f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"
