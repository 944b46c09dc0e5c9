"""Makes `import tensorflow` import `tf_tape_compat`.

A program calls `tf_tape_compat.install()`; `tf-tape run` does it for a script.
"""

from __future__ import annotations

import contextlib
import importlib
import sys
import types
from collections.abc import Sequence
from importlib.abc import Loader
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import spec_from_loader
from typing import Any

from ._api import imports, legacy_keras, names
from ._api.missing import not_available
from ._api.namespaces import find_module, public_object, works

# TensorFlow's internal packages, which define its public names.
_INTERNAL = ("_api", "compiler", "core", "python", "tools", "tsl")


class _Loader(Loader):
    def __init__(self, module: types.ModuleType) -> None:
        self.module = module

    def exec_module(self, module: types.ModuleType) -> None:
        # Replaces the new module in sys.modules. If create_module returned our module instead, the
        # import system would overwrite its name and spec.
        assert module.__spec__ is not None
        sys.modules[module.__spec__.name] = self.module


def _modules_within(module_name: str) -> list[str]:
    """The recorded internal modules that are this one or lie in this package."""
    return [known for known in names.internal() if f"{known}.".startswith(f"{module_name}.")]


def _is_without_names(path: str) -> bool:
    return any(f"{known}.".startswith(f"{path}.") for known in names.INTERNAL_WITHOUT_NAMES)


def _twin(module_name: str) -> types.ModuleType | None:
    """Our module for an internal one, with names that are not public; see `_internal`."""
    path = module_name.removeprefix("tensorflow.").removeprefix("python.")
    found = importlib.import_module(f"{imports.PACKAGE}._internal")
    for name in path.split("."):
        full = f"{found.__name__}.{name}"
        if PathFinder.find_spec(full, getattr(found, "__path__", [])) is None:
            return None
        found = importlib.import_module(full)
    return found


def _is_legacy_keras(module_name: str) -> bool:
    """Whether it is a module of TensorFlow's own first Keras."""
    return f"{module_name}.".startswith(f"{legacy_keras.PACKAGE}.")


def _is_available(module_name: str) -> bool:
    """Whether an internal module, or a module in it, has a name that works here."""
    if _is_without_names(module_name.removeprefix("tensorflow.python.")) or _twin(module_name):
        return True
    recorded = names.internal()
    if _is_legacy_keras(module_name):
        return module_name in recorded or legacy_keras.namespace(module_name) is not None
    return any(
        works(public)
        for known in _modules_within(module_name)
        for public in recorded[known].values()
    )


def _internal_module(module_name: str) -> types.ModuleType | None:
    """An internal TensorFlow module, with those of its names that are also public elsewhere."""
    is_legacy = _is_legacy_keras(module_name)
    if not _is_available(module_name):
        return None
    public_names = names.internal().get(module_name, {})
    module = types.ModuleType(module_name)
    twin = _twin(module_name)

    def __getattr__(name: str) -> Any:  # noqa: N807
        if twin and name in vars(twin) and not isinstance(vars(twin)[name], types.ModuleType):
            return vars(twin)[name]
        if is_legacy:
            with contextlib.suppress(AttributeError):
                return legacy_keras.find(module_name, name)
        if name in public_names:
            return public_object(public_names[name])
        full = f"{module_name}.{name}"
        if _is_available(full):
            return importlib.import_module(full)
        raise not_available(full)

    def __dir__() -> list[str]:  # noqa: N807
        ours = [name for name in vars(twin) if not name.startswith("__")] if twin else []
        return sorted({*ours, *(name for name, public in public_names.items() if works(public))})

    vars(module).update(__path__=[], __getattr__=__getattr__, __dir__=__dir__)
    return module


class _Finder:
    """Finds the modules of this package for imports of `tensorflow` and its submodules."""

    @staticmethod
    def find_spec(
        name: str, path: Sequence[str] | None = None, target: object = None
    ) -> ModuleSpec | None:
        package, *path_below = name.split(".")
        if package != "tensorflow":
            return None
        qualified = imports.qualified_name(name)
        is_internal = bool(path_below) and path_below[0] in _INTERNAL
        module = None
        if is_internal:
            module = _internal_module(name)
        elif names.symbol_kind(qualified) == "m":
            module = find_module(qualified)
        if module is not None:
            return spec_from_loader(name, _Loader(module), is_package=True)
        if is_internal or names.symbol_kind(qualified):
            if not imports.is_presence_check():
                public_names = names.internal().get(name.rpartition(".")[0], {})
                public = public_names.get(path_below[-1])
                imports.refuse(name, public or (name if is_internal else qualified))
        elif path_below[-1].startswith("_"):
            # Otherwise Python would search this package's own files for it.
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return None


class FallbackFinder:
    """The last finder of `sys.meta_path`: finds `tensorflow` for Keras, as TensorFlow is missing.

    So `import keras` works beside `import tf_tape_compat`.
    """

    @staticmethod
    def find_spec(
        name: str, path: Sequence[str] | None = None, target: object = None
    ) -> ModuleSpec | None:
        if name != "tensorflow" or not imports.importing_module().startswith("keras."):
            return None
        install()
        return _Finder.find_spec(name)


if FallbackFinder not in sys.meta_path:
    sys.meta_path.append(FallbackFinder)


def install() -> None:
    """Makes every form of `import tensorflow` import this package, in the current process.

    Calling it again has no effect; `uninstall()` undoes it.

    Raises:
        ImportError: TensorFlow itself is already imported. A program with parts of both would not
            work.
    """
    present = sys.modules.get("tensorflow")
    if present is not None and present is not sys.modules[imports.PACKAGE]:
        raise ImportError(
            "tf_tape_compat cannot replace TensorFlow, which this program has already imported "
            f"({present!r}): call tf_tape_compat.install() before anything imports TensorFlow",
            name="tensorflow",
        )
    if _Finder not in sys.meta_path:
        sys.meta_path.insert(0, _Finder)


def uninstall() -> None:
    """Undoes `install()`. Modules that are already imported keep working."""
    if _Finder not in sys.meta_path:
        return
    sys.meta_path.remove(_Finder)
    for name in [*sys.modules]:
        if name.partition(".")[0] == "tensorflow":
            del sys.modules[name]
    # The import system has set each submodule as an attribute of its parent.
    package = sys.modules[imports.PACKAGE]
    for name in _INTERNAL:
        if getattr(vars(package).get(name), "__name__", "") == f"tensorflow.{name}":
            delattr(package, name)
