"""The functions of `tf.raw_ops`, each compiled when it is first asked for.

A line of `operations.txt` is the name of an operation and what it is here: the public function that
takes the operation's arguments in their order, or an expression in them, in which helpers.py is
known as well. Signatures and the names of several results are those that were recorded.
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
    """What each operation that there is stands for."""
    text = Path(__file__).with_name("operations.txt").read_text(encoding="utf-8")
    return dict(line.split(" ", 1) for line in text.splitlines())


def _spelled(operation: str) -> str:
    """The name as TensorFlow's function has it: add_v2 for AddV2."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", operation)
    lower = words.lower()
    return f"_{lower}" if keyword.iskeyword(lower) else lower


def build(operation: str) -> Callable[..., Any]:
    """The function for one of the `expressions`."""
    expression = expressions()[operation]
    signature, results = names.raw_signature(operation)
    arguments = [part.split("=")[0] for part in _top_level(signature[1:-1])]
    if re.fullmatch(r"[\w.]+", expression) and expression != "None":
        expression += f"({', '.join(a for a in arguments if a != 'name')})"
    space = {**vars(helpers), "tf": importlib.import_module(_PACKAGE)}
    if results:
        space["_Results"] = namedtuple(operation, results)
        expression = f"_Results(*{expression})"
    function = _spelled(operation)
    source = f"def {function}{signature}:\n    return {expression}\n"
    made: dict[str, Any] = {}  # apart from what the expression may call
    exec(compile(source, f"<raw operation {operation}>", "exec"), space, made)
    return _by_keyword(made[function], operation, arguments)


def _top_level(text: str) -> list[str]:
    """The parts between commas that are in no brackets."""
    return re.split(r", (?![^\[]*\])", text)


def _by_keyword(
    function: Callable[..., Any], operation: str, arguments: list[str]
) -> Callable[..., Any]:
    name = function.__name__

    @functools.wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        if args:
            raise TypeError(
                f"{name} only takes keyword args (possible keys: {arguments}). Please pass these "
                "args as kwargs instead."
            )
        return function(**kwargs)

    run.__doc__ = f"TensorFlow's operation `{operation}`, which takes its arguments by keyword."
    run.__module__ = f"{_PACKAGE}.raw_ops"
    run.__signature__ = inspect.signature(function)  # type: ignore[attr-defined]
    return run
