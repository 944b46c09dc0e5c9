"""`tf.sets`."""

from __future__ import annotations

from ..draw import Draw
from . import Recipe

_KINDS = ["int32", "int64", "int8", "int16", "uint8", "uint16", "string"]


def _operand(draw: Draw, dtype: str, sizes: list[int]) -> str:
    """A tensor of rows, or a sparse one."""
    last = draw.integer(0, 3)
    if draw.chance(0.6):
        return draw.tensor(dtype, [*sizes, last], -2, 4)
    places: list[list[int]] = [[]]
    for size in [*sizes, max(last, 1)]:
        places = [[*place, n] for place in places for n in range(size)]
    chosen = [place for place in places if draw.flag()]
    values = draw.tensor(dtype, [len(chosen)], -2, 4)
    return (
        f"tf.sparse.SparseTensor(np.array({chosen}, np.int64).reshape([-1, {len(sizes) + 1}]), "
        f"{values}, {[*sizes, max(last, 1)]})"
    )


def _two(name: str, *options: str) -> Recipe:
    def recipe(draw: Draw) -> str:
        dtype = draw.choice(_KINDS)
        sizes = [draw.integer(1, 3) for _ in range(draw.integer(0 if draw.chance(0.1) else 1, 2))]
        a, b = _operand(draw, dtype, sizes), _operand(draw, dtype, sizes)
        rest = "".join(draw.maybe(f", {option}", 0.4) for option in options)
        return f"tf.sets.{name}({a}, {b}{rest})"

    return recipe


def _size(draw: Draw) -> str:
    sizes = [draw.integer(1, 3) for _ in range(draw.integer(1, 2))]
    x = _operand(draw, draw.choice(_KINDS), sizes)
    return f"tf.sets.size({x}{draw.maybe(', validate_indices=False', 0.3)})"


RECIPES: dict[str, Recipe] = {
    "sets.union": _two("union", "validate_indices=False"),
    "sets.intersection": _two("intersection", "validate_indices=False"),
    "sets.difference": _two("difference", "aminusb=False", "validate_indices=False"),
    "sets.size": _size,
}
