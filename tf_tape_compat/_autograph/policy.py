"""Which callables AutoGraph leaves as they are."""

from __future__ import annotations

import functools
import inspect
import sys
from typing import Any

from malt.impl import conversion

# Modules whose functions work on tensors, or never see one. Their submodules count, too.
_UNCONVERTED = (
    "collections copy cProfile inspect ipdb linecache mock pathlib pdb posixpath pstats re "
    "threading urllib matplotlib numpy pandas PIL absl.logging tensorflow tf_tape_compat torch "
    "malt keras tf_keras tensorflow_probability tensorflow_datasets.core".split()
)


def is_left_unconverted(function: Any, options: Any) -> bool:
    """Whether a callable is called as it is: library functions, constructors, artifacts."""
    if hasattr(function, "autograph_info__") or hasattr(function, "python_function"):
        return True
    if inspect.isclass(function) or conversion.is_unsupported(function):
        return True
    if options.user_requested:
        return _is_inside(getattr(function, "__module__", None) or "", "tf_tape_compat")
    return _in_library(function) or conversion.is_allowlisted(function)


def _in_library(function: Any) -> bool:
    if isinstance(function, functools.partial):
        return False
    module = _module_of(function)
    return _is_standard(module) or any(_is_inside(module, name) for name in _UNCONVERTED)


def _module_of(function: Any) -> str:
    """The name of the module in which the code of a callable is."""
    target = function
    if not (inspect.isfunction(function) or inspect.ismethod(function)):
        target = type(function).__call__
    if inspect.ismethod(target):
        target = target.__func__
    # A wrapper of a library, such as functools.wraps makes, has the module of what it wraps.
    code_globals = getattr(target, "__globals__", None)
    module = getattr(target, "__module__", None) or ""
    if code_globals is not None:
        module = code_globals.get("__name__", module)
    return module


def _is_inside(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


def _is_standard(module: str) -> bool:
    """Whether a module is one of the interpreter's own that hold no user code."""
    return module in _STANDARD and module in sys.modules


_STANDARD = frozenset(("functools", "contextlib", "itertools", "operator", "abc", "enum", "typing"))
