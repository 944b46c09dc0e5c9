"""The `__getattr__` and `__dir__` of the public modules, which handle the names they lack."""

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
    """The module for TensorFlow's namespace `qualified`, imported if necessary, or None."""
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
    """An empty module for a namespace that is not available here; its names raise."""
    module = types.ModuleType(f"tensorflow{qualified[2:]}", "Not available in tf_tape_compat.")

    def __getattr__(name: str) -> types.ModuleType:  # noqa: N807
        full = f"{qualified}.{name}"
        kind = names.symbol_kind(full)
        if kind is None and _is_special(name):
            raise AttributeError(f"module {module.__name__!r} has no attribute {name!r}")
        if kind != "m":
            raise missing(full)
        return placeholder(full)

    vars(module).update(__getattr__=__getattr__, __dir__=list)
    return module


def namespace(module_name: str, late: Mapping[str, str] = MappingProxyType({})) -> Hooks:
    """The `__getattr__` and `__dir__` of a public module, whose last statement is

        __getattr__, __dir__ = _api.namespace(__name__)

    A name that TensorFlow has and the module lacks then raises `NotAvailableError`; one that
    TensorFlow lacks too raises TensorFlow's own AttributeError. `dir()` lists what works.

    Args:
        module_name: The module's `__name__`.
        late: Names that are imported when first read, each with the module of this package that
            defines it.
    """
    module = sys.modules[module_name]
    qualified = imports.qualified_name(module_name)
    displayed = "tensorflow" if qualified == "tf" else f"tensorflow._api.v2{qualified[2:]}"
    if not hasattr(module, "__path__"):
        # With a path, `from tf.math import NAME` reaches the finders, and so MissingFinder.
        module.__path__ = []

    def __getattr__(name: str) -> Any:  # noqa: N807
        if name in late:
            value = getattr(importlib.import_module(f"{imports.PACKAGE}.{late[name]}"), name)
            setattr(module, name, value)
            return value
        full = f"{qualified}.{name}"
        if name.startswith("_") and not _is_special(name):
            raise AttributeError(f"module {displayed!r} has no attribute {name!r}")
        if names.symbol_kind(full) != "m":
            raise missing(full)
        submodule = find_module(full)
        if submodule is not None:
            return submodule
        if imports.is_read_by_import(sys._getframe(1)):
            raise missing(full)
        return placeholder(full)

    def __dir__() -> list[str]:  # noqa: N807
        space = names.namespace(qualified)
        public = {*getattr(module, "__all__", ()), *(space.kinds if space else ())}
        path = getattr(module, "__path__", [])
        available = {*vars(module), *late}
        for name, kind in space.kinds.items() if space else ():
            if kind == "m" and PathFinder.find_spec(f"{module.__name__}.{name}", path):
                available.add(name)
        return sorted(name for name in available if name in public or _is_special(name))

    return __getattr__, __dir__
