"""`tensorflow.python.util.all_util`: the names that a module exports."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any


def make_all(module_name: str, doc_string_modules: Any = None) -> list[str]:
    """The names of a module that do not begin with an underscore."""
    return sorted(name for name in vars(sys.modules[module_name]) if not name.startswith("_"))


def reveal_undocumented(symbol_name: str, target_module: Any = None) -> None:
    """Does nothing: no names are hidden from the modules here."""


def remove_undocumented(
    module_name: str,
    allowed_exception_list: Iterable[str] | None = None,
    doc_string_modules: Any = None,
) -> None:
    """Deletes the names of a module that are neither allowed nor private.

    Args:
      module_name: the module's `__name__`.
      allowed_exception_list: the names that stay.
      doc_string_modules: accepted for compatibility.
    """
    allowed = {*(allowed_exception_list or ()), "absolute_import", "division", "print_function"}
    module = sys.modules[module_name]
    for name in [*vars(module)]:
        if not name.startswith("_") and name not in allowed:
            delattr(module, name)
