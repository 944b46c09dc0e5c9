"""Builds the symbols of `tf.compat.v1` that are not symbols of TensorFlow 2, each on first use.

Each line of `symbols.txt` has a symbol's name and an expression. Of a function, that is its result
in terms of its arguments, `tf` and the names in `helpers.py`; the signature is the recorded one. Of
a class or a value, it is the symbol itself.
"""

from __future__ import annotations

import functools
import importlib
import linecache
from pathlib import Path
from typing import Any

from .._api import names

NAMESPACE = "tf.compat.v1"
_PACKAGE = __name__.partition(".")[0]


@functools.cache
def expressions() -> dict[str, str]:
    """The expression of each symbol, by its full name."""
    text = Path(__file__).with_name("symbols.txt").read_text(encoding="utf-8")
    lines = [line.split(" ", 1) for line in text.splitlines()]
    return {f"{NAMESPACE}.{name}": expression for name, expression in lines}


def build(qualified: str) -> Any:
    """The symbol with a full name for which there is an expression."""
    helpers = importlib.import_module(f"{__package__}.helpers")
    space = {**vars(helpers), "tf": importlib.import_module(_PACKAGE)}
    expression = expressions()[qualified]
    if names.symbol_kind(qualified) != "f":
        return eval(expression, space)
    name = qualified.rpartition(".")[2]
    source = f"def {name}{names.signature(qualified)}:\n    return {expression}\n"
    file = f"<{qualified}>"
    # Kept apart from `space`, so that the function's name cannot hide one that it calls.
    definitions: dict[str, Any] = {}
    exec(compile(source, file, "exec"), space, definitions)
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    function = definitions[name]
    function.__doc__ = f"Implements `{qualified}`: returns `{expression}`."
    function.__module__ = f"{_PACKAGE}{qualified[2:].rpartition('.')[0]}"
    return function
