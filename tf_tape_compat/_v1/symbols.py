"""Builds the symbols of `tf.compat.v1` that are not symbols of TensorFlow 2, each on first use.

Each line of `symbols.txt` has a symbol's name and an expression. Of a function, that is its result
in terms of its arguments, `tf` and the names in `helpers.py`; the signature is the recorded one. Of
a class or a value, it is the symbol itself.
"""

from __future__ import annotations

import ast
import functools
import importlib
import linecache
import re
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


def _named(expression: str, qualified: str) -> str:
    """The expression, passing on `name` if it is the call of a TensorFlow 2 function that takes it.

    Graphs name operations by it.
    """
    call = ast.parse(expression, mode="eval").body
    if not isinstance(call, ast.Call) or not re.fullmatch(r"tf(\.\w+)+", ast.unparse(call.func)):
        return expression
    takes_name = "name=None" in names.signature(qualified)
    is_named = any(isinstance(node, ast.Name) and node.id == "name" for node in ast.walk(call))
    if is_named or not takes_name or "name=None" not in names.signature(ast.unparse(call.func)):
        return expression
    return f"{expression[:-1]}, name=name)"


def build(qualified: str) -> Any:
    """The symbol with a full name for which there is an expression."""
    helpers = importlib.import_module(f"{__package__}.helpers")
    space = {**vars(helpers), "tf": importlib.import_module(_PACKAGE)}
    expression = expressions()[qualified]
    if names.symbol_kind(qualified) != "f":
        return eval(expression, space)
    name = qualified.rpartition(".")[2]
    expression = _named(expression, qualified)
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
