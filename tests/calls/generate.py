"""A random call of a function, from its recipe and a seed."""

from __future__ import annotations

from .call import Call
from .draw import Draw
from .recipes import Recipe

SPOILED = 0.1
"""The share of calls with an input that the function may reject."""


def generate(name: str, recipe: Recipe, seed: int) -> Call:
    draw = Draw(f"{name} {seed}")
    code = recipe(draw)
    if draw.chance(SPOILED):
        draw.spoil()
    return {"code": code, "inputs": draw.inputs}
