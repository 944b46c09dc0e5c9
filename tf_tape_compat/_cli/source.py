"""`tf-tape source`: the Python code of a public function."""

from __future__ import annotations

import importlib
import inspect
from functools import reduce
from typing import Any


def source_of(symbol: str) -> str:
    """The code that runs when `symbol` ("tf.math.erf") is called: generated, for an operation.

    Raises ValueError if there is no such symbol, or it has no Python code.
    """
    function = _resolve(symbol)
    generated = getattr(function, "source", None)
    if callable(generated):
        return generated()
    from .._core.op.interception import original  # late: the other subcommands do not load torch

    try:
        return inspect.getsource(original(function)).rstrip("\n")
    except (TypeError, OSError):
        raise ValueError(f"{symbol} has no Python source") from None


def _resolve(symbol: str) -> Any:
    first, *names = symbol.split(".")
    if first not in ("tf", "tensorflow"):
        names.insert(0, first)
    package: Any = importlib.import_module(__name__.partition(".")[0])
    try:
        return reduce(getattr, names, package)
    except AttributeError as error:
        raise ValueError(f"{symbol}: {error}") from None
