"""What a public namespace module says about the names that it does not have."""

from __future__ import annotations

import functools
import importlib
import sys
import types
from collections.abc import Callable, Mapping
from importlib.machinery import PathFinder
from types import MappingProxyType
from typing import Any

from . import imports, names
from .missing import missing

Hooks = tuple[Callable[[str], Any], Callable[[], list[str]]]


def find_module(qualified: str) -> types.ModuleType | None:
    """The module here for TensorFlow's namespace `qualified`, imported if need be, or None."""
    module = sys.modules[imports.PACKAGE]
    for name in names.canonical(qualified).split(".")[1:]:
        full = f"{module.__name__}.{name}"
        value = vars(module).get(name)
        if value is None and PathFinder.find_spec(full, getattr(module, "__path__", [])):
            value = importlib.import_module(full)
        if not isinstance(value, types.ModuleType):
            return None
        module = value
    return module


def _is_special(name: str) -> bool:
    return name.startswith("__") and name.endswith("__")


@functools.cache
def placeholder(qualified: str) -> types.ModuleType:
    """An empty module in the place of a namespace that is not here; its names raise."""
    module = types.ModuleType(f"tensorflow{qualified[2:]}", "Not available in tf_tape_compat.")

    def __getattr__(name: str) -> types.ModuleType:
        below = f"{qualified}.{name}"
        kind = names.kind(below)
        if kind is None and _is_special(name):
            raise AttributeError(f"module {module.__name__!r} has no attribute {name!r}")
        if kind != "m":
            raise missing(below)
        return placeholder(below)

    vars(module).update(__getattr__=__getattr__, __dir__=list)
    return module


def namespace(module_name: str, late: Mapping[str, str] = MappingProxyType({})) -> Hooks:
    """The `__getattr__` and `__dir__` of a public module, to be called as its last statement.

        __getattr__, __dir__ = _api.namespace(__name__)

    Reading a name that TensorFlow has and the module lacks raises `NotAvailableError`; one that
    TensorFlow lacks too raises TensorFlow's AttributeError. `dir()` lists what works. `late` tells
    in which module of this package a name is, which is imported only when the name is read.
    """
    module = sys.modules[module_name]
    qualified = imports.qualified_name(module_name)
    spelled = "tensorflow" if qualified == "tf" else f"tensorflow._api.v2{qualified[2:]}"
    if not hasattr(module, "__path__"):
        # Python then asks the finders about `from tf.math import NAME`, so that ours can answer.
        module.__path__ = []

    def __getattr__(name: str) -> Any:
        if name in late:
            found = getattr(importlib.import_module(f"{imports.PACKAGE}.{late[name]}"), name)
            setattr(module, name, found)
            return found
        below = f"{qualified}.{name}"
        if name.startswith("_") and not _is_special(name):
            raise AttributeError(f"module {spelled!r} has no attribute {name!r}")
        if names.kind(below) != "m":
            raise missing(below)
        found = find_module(below)
        if found is not None:
            return found
        if imports.is_asked_by_import(sys._getframe(1)):
            raise missing(below)
        return placeholder(below)

    def __dir__() -> list[str]:
        space = names.namespace(qualified)
        listed = {*getattr(module, "__all__", ()), *(space.kinds if space else ())}
        path = getattr(module, "__path__", [])
        names_here = {*vars(module), *late}
        for name, kind in space.kinds.items() if space else ():
            if kind == "m" and PathFinder.find_spec(f"{module.__name__}.{name}", path):
                names_here.add(name)
        return sorted(name for name in names_here if name in listed or _is_special(name))

    return __getattr__, __dir__
