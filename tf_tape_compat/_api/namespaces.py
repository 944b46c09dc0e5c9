"""The `__getattr__` and `__dir__` of the public modules, which handle the names they lack."""

from __future__ import annotations

import importlib
import sys
import types
from collections.abc import Callable, Mapping
from importlib.machinery import ModuleSpec, PathFinder
from types import MappingProxyType
from typing import Any, Protocol

from . import imports, names, signatures
from .missing import missing

Hooks = tuple[Callable[[str], Any], Callable[[], list[str]]]


class _Finder(Protocol):
    def find_spec(self, name: str, path: Any = None) -> ModuleSpec | None: ...


# What finds modules of public namespaces for which there is no file.
finders: list[_Finder] = []


# Modules that are there only if a package is installed.
_REQUIREMENTS = {f"{imports.PACKAGE}.keras": "keras"}


def has_requirement(module_name: str) -> bool:
    """Whether the package that a module of ours needs is installed."""
    package = _REQUIREMENTS.get(module_name)
    return package is None or package in sys.modules or PathFinder.find_spec(package) is not None


def _has_module(name: str, path: list[str]) -> bool:
    if not has_requirement(name):
        return False
    return PathFinder.find_spec(name, path) is not None or any(
        finder.find_spec(name, path) for finder in finders
    )


def find_module(qualified: str) -> types.ModuleType | None:
    """The module for TensorFlow's namespace `qualified`, imported if necessary, or None."""
    module = sys.modules[imports.PACKAGE]
    for name in names.canonical(qualified).split(".")[1:]:
        full = f"{module.__name__}.{name}"
        value = vars(module).get(name)
        if value is None and _has_module(full, getattr(module, "__path__", [])):
            value = importlib.import_module(full)
        if not isinstance(value, types.ModuleType):
            return None
        module = value
    return module


def public_object(qualified: str) -> Any:
    """The value of a public name such as `tf.math.erf`; AttributeError if it is not available."""
    value: Any = sys.modules[imports.PACKAGE]
    for name in qualified.split(".")[1:]:
        value = getattr(value, name)
    return value


def works(qualified: str) -> bool:
    """Whether the symbol with this full name, such as `tf.math.erf`, is available here."""
    try:
        public_object(qualified)
    except AttributeError:
        return False
    return True


def _is_special(name: str) -> bool:
    return name.startswith("__") and name.endswith("__")


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
    for value in [*vars(module).values()]:
        signatures.remove_annotations(value)

    def __getattr__(name: str) -> Any:  # noqa: N807
        if name in late:
            value = getattr(importlib.import_module(f"{imports.PACKAGE}.{late[name]}"), name)
            signatures.remove_annotations(value)
            setattr(module, name, value)
            return value
        full = f"{qualified}.{name}"
        if name.startswith("_") and not _is_special(name):
            raise AttributeError(f"module {displayed!r} has no attribute {name!r}")
        kind, other = names.symbol_kind(full), names.canonical(full)
        submodule = find_module(full) if kind == "m" else None
        if submodule is not None:
            return submodule
        if kind in (None, "m") or other == full or not works(other):
            raise missing(full)
        value = public_object(other)
        setattr(module, name, value)
        return value

    def __dir__() -> list[str]:  # noqa: N807
        space = names.namespace(qualified)
        public = {*getattr(module, "__all__", ()), *(space.kinds if space else ())}
        path = getattr(module, "__path__", [])
        available = {*vars(module), *late}
        if space is not None:
            below = (name for name, kind in space.kinds.items() if kind == "m")
            available |= {name for name in below if _has_module(f"{module.__name__}.{name}", path)}
            available |= {name for name, other in space.aliases.items() if works(other)}
        return sorted(name for name in available if name in public or _is_special(name))

    return __getattr__, __dir__
