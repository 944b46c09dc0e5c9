"""Builds the functions of `tf.raw_ops`, each on first use.

Each line of `operations.txt` has an operation's name and its implementation: either a public
function that takes the operation's arguments in the same order, or an expression in terms of those
arguments, `tf` and the names in `helpers.py`. Signatures, and the names of the results where there
are several, are the recorded ones.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import keyword
import re
from collections import namedtuple
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .._api import names
from . import helpers

_PACKAGE = __name__.partition(".")[0]


@functools.cache
def expressions() -> dict[str, str]:
    """The implementation of each available operation, by its name."""
    text = Path(__file__).with_name("operations.txt").read_text(encoding="utf-8")
    return dict(line.split(" ", 1) for line in text.splitlines())


def _function_name(operation: str) -> str:
    """The name that TensorFlow gives to the Python function: add_v2 for AddV2."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", operation)
    lower = words.lower()
    return f"_{lower}" if keyword.iskeyword(lower) else lower


def build(operation: str) -> Callable[..., Any]:
    """The function of `tf.raw_ops` for one of the `expressions`."""
    expression = expressions()[operation]
    signature, results = names.raw_signature(operation)
    arguments = [argument.split("=")[0] for argument in split_arguments(signature[1:-1])]
    if re.fullmatch(r"[\w.]+", expression) and expression != "None":
        expression += f"({', '.join(a for a in arguments if a != 'name')})"
    space = {**vars(helpers), "tf": importlib.import_module(_PACKAGE)}
    if results:
        space["_Results"] = namedtuple(operation, results)
        expression = f"_Results(*{expression})"
    function = _function_name(operation)
    source = f"def {function}{signature}:\n    return {expression}\n"
    # Kept apart from `space`, so that the function's name cannot hide one that it calls.
    definitions: dict[str, Any] = {}
    exec(compile(source, f"<raw operation {operation}>", "exec"), space, definitions)
    return _keyword_only(definitions[function], operation, arguments)


def split_arguments(text: str) -> list[str]:
    """Splits a signature at its commas, except those inside square brackets."""
    return re.split(r", (?![^\[]*\])", text)


def _keyword_only(
    function: Callable[..., Any], operation: str, arguments: list[str]
) -> Callable[..., Any]:
    name = function.__name__

    @functools.wraps(function)
    def keyword_only(*args: Any, **kwargs: Any) -> Any:
        if args:
            raise TypeError(
                f"{name} only takes keyword args (possible keys: {arguments}). Please pass these "
                "args as kwargs instead."
            )
        return function(**kwargs)

    keyword_only.__doc__ = f"TensorFlow's operation `{operation}`. Its arguments are keyword-only."
    keyword_only.__module__ = f"{_PACKAGE}.raw_ops"
    keyword_only.__signature__ = inspect.signature(function)  # type: ignore[attr-defined]
    return keyword_only
