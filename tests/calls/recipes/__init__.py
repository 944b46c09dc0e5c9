"""How each function is called: a recipe draws the inputs and returns the line of code.

A module has a table `RECIPES`: the function's public name, and a function of a `Draw`.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable

from ..draw import Draw

Recipe = Callable[[Draw], str]


def modules() -> list[str]:
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def recipes(only: list[str] | None = None) -> dict[str, Recipe]:
    """All recipes by public name; those of the modules `only`."""
    all_recipes: dict[str, Recipe] = {}
    for name in only or modules():
        table = importlib.import_module(f"{__name__}.{name}").RECIPES
        doubled = all_recipes.keys() & table.keys()
        if doubled:
            raise ValueError(f"recipes written twice: {sorted(doubled)}")
        all_recipes.update(table)
    return all_recipes
