"""This package in the place of TensorFlow: `import tensorflow` then gives `tf_tape_compat`.

`tf_tape_compat.install()` does it inside a program, `tf-tape run` for a script.
"""

from __future__ import annotations

import importlib
import sys
import types
from collections.abc import Sequence
from importlib.abc import Loader
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from typing import Any

from ._api import imports, names
from ._api.missing import not_available
from ._api.namespaces import find_module

# Packages inside TensorFlow that its public names stand on.
_INTERNAL = ("_api", "compiler", "core", "python", "tsl")


class _Loader(Loader):
    def __init__(self, module: types.ModuleType) -> None:
        self.module = module

    def exec_module(self, module: types.ModuleType) -> None:
        # Taking the fresh module's place, rather than being returned by create_module, keeps
        # the import system from writing another name and spec into a module that has its own.
        assert module.__spec__ is not None
        sys.modules[module.__spec__.name] = self.module


def _public_object(qualified: str) -> Any:
    value: Any = sys.modules[imports.PACKAGE]
    for name in qualified.split(".")[1:]:
        value = getattr(value, name)
    return value


def _internal_module(module_name: str) -> types.ModuleType | None:
    """A module of TensorFlow's internals that has the names which are public elsewhere."""
    recorded = names.internal()
    if not any(f"{known}.".startswith(f"{module_name}.") for known in recorded):
        return None
    twins = recorded.get(module_name, {})
    module = types.ModuleType(module_name)

    def __getattr__(name: str) -> Any:
        if name in twins:
            return _public_object(twins[name])
        below = f"{module_name}.{name}"
        if any(f"{known}.".startswith(f"{below}.") for known in recorded):
            return importlib.import_module(below)
        raise not_available(below)

    vars(module).update(__path__=[], __getattr__=__getattr__, __dir__=lambda: sorted(twins))
    return module


class _Finder:
    """Answers every import of `tensorflow` and of what is below it."""

    @staticmethod
    def find_spec(
        name: str, path: Sequence[str] | None = None, target: object = None
    ) -> ModuleSpec | None:
        first, *rest = name.split(".")
        if first != "tensorflow":
            return None
        qualified = imports.qualified_name(name)
        is_internal = rest[:1] != [] and rest[0] in _INTERNAL
        module = None
        if is_internal:
            module = _internal_module(name)
        elif names.kind(qualified) == "m":
            module = find_module(qualified)
        if module is not None:
            return spec_from_loader(name, _Loader(module), is_package=True)
        if is_internal or names.kind(qualified):
            if not imports.is_presence_check():
                twin = names.internal().get(name.rpartition(".")[0], {}).get(rest[-1])
                imports.refuse(name, twin or (name if is_internal else qualified))
        elif rest[-1].startswith("_"):
            # Without an answer Python would look for it among this package's own files.
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return None


def install() -> None:
    """Make `import tensorflow`, in any of its forms, import this package in this process.

    Doing it again changes nothing; `uninstall()` undoes it. Raises ImportError where TensorFlow
    itself is already imported, since a program that had parts of both would not work.
    """
    present = sys.modules.get("tensorflow")
    if present is not None and present is not sys.modules[imports.PACKAGE]:
        raise ImportError(
            "tf_tape_compat cannot take the place of TensorFlow, which this program has already "
            f"imported ({present!r}): call tf_tape_compat.install() before anything imports it",
            name="tensorflow",
        )
    if _Finder not in sys.meta_path:
        sys.meta_path.insert(0, _Finder)


def uninstall() -> None:
    """Undo `install()`; what was imported by then keeps working."""
    if _Finder not in sys.meta_path:
        return
    sys.meta_path.remove(_Finder)
    for name in [*sys.modules]:
        if name.partition(".")[0] == "tensorflow":
            del sys.modules[name]
    # An import leaves a module as an attribute of the one above it.
    package = sys.modules[imports.PACKAGE]
    for name in _INTERNAL:
        if getattr(vars(package).get(name), "__name__", "") == f"tensorflow.{name}":
            delattr(package, name)
