"""Classes with the module names of TensorFlow's, as their reprs and tracebacks show them."""

from __future__ import annotations

import copyreg
import importlib
from typing import Any

# The module of a class that has TensorFlow's name for it.
DEFINED_IN: dict[type, str] = {}


def shown_in(module: str, *classes: type) -> None:
    """Gives classes another `__module__`. Their instances are still pickled by their own."""
    for cls in classes:
        DEFINED_IN[cls] = cls.__module__
        cls.__module__ = module
        cls.__reduce_ex__ = _reduce_ex  # type: ignore[method-assign, assignment]


def _reduce_ex(self: Any, protocol: int) -> Any:
    reduction = object.__reduce_ex__(self, protocol)
    if isinstance(reduction, str):
        return reduction
    function, arguments, *rest = reduction
    if function in DEFINED_IN:
        reference = DEFINED_IN[function], function.__qualname__
        return (_call, (*reference, *arguments), *rest)
    if function is getattr(copyreg, "__newobj__", None) and arguments[0] in DEFINED_IN:
        cls, *arguments = arguments
        return (_new, (DEFINED_IN[cls], cls.__qualname__, *arguments), *rest)
    return reduction


def _find(module: str, name: str) -> Any:
    found: Any = importlib.import_module(module)
    for part in name.split("."):
        found = getattr(found, part)
    return found


def _call(module: str, name: str, *arguments: Any) -> Any:
    return _find(module, name)(*arguments)


def _new(module: str, name: str, *arguments: Any) -> Any:
    cls = _find(module, name)
    return cls.__new__(cls, *arguments)
