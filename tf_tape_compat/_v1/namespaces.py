"""The modules of `tf.compat.v1`: they have what TensorFlow 2 has, and what `symbols.py` builds.

There is a file for `tf.compat.v1` alone. The modules below it follow from the recorded names.
"""

from __future__ import annotations

import sys
import types
from importlib.abc import Loader
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from typing import Any

from .. import _api
from .._api import names
from .._api.imports import PACKAGE, MissingFinder, qualified_name
from .._api.namespaces import Hooks, finders, works
from . import symbols


def hooks(module_name: str) -> Hooks:
    """The `__getattr__` and `__dir__` of a module of `tf.compat.v1`."""
    get_other, list_others = _api.namespace(module_name)
    module = sys.modules[module_name]
    qualified = qualified_name(module_name)

    def __getattr__(name: str) -> Any:  # noqa: N807
        full = f"{qualified}.{name}"
        if full not in symbols.expressions():
            return get_other(name)
        value = symbols.build(full)
        setattr(module, name, value)
        return value

    def __dir__() -> list[str]:  # noqa: N807
        built = (name.rpartition(".") for name in symbols.expressions())
        return sorted({*list_others(), *(name for space, _, name in built if space == qualified)})

    return __getattr__, __dir__


def _has_anything(qualified: str) -> bool:
    """Whether something works in a namespace, asked without importing its module."""
    space = names.namespace(qualified)
    if space is None:
        return False
    for name, kind in space.kinds.items():
        full = names.canonical(f"{qualified}.{name}")
        if full in symbols.expressions():
            return True
        is_ours = full.startswith(f"{symbols.NAMESPACE}.")
        if _has_anything(full) if is_ours and kind == "m" else not is_ours and works(full):
            return True
    return False


class _Loader(Loader):
    def exec_module(self, module: types.ModuleType) -> None:
        module.__path__ = []
        get, listing = hooks(module.__name__)
        vars(module).update(
            __getattr__=get, __dir__=listing, __doc__=f"`{qualified_name(module.__name__)}`."
        )


class Finder:
    """Finds the modules below `tf.compat.v1`."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        qualified = qualified_name(name)
        is_below = name.startswith(PACKAGE) and qualified.startswith(f"{symbols.NAMESPACE}.")
        if not is_below or names.canonical(qualified) != qualified or not _has_anything(qualified):
            return None
        return spec_from_loader(name, _Loader(), is_package=True)


def register() -> None:
    """Makes the modules below `tf.compat.v1` importable."""
    if Finder not in finders:
        finders.append(Finder)
        sys.meta_path.insert(sys.meta_path.index(MissingFinder), Finder)
