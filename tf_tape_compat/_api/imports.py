"""Errors of import statements that name a symbol which is not available here."""

from __future__ import annotations

import sys
import types
from typing import Any, NoReturn

from . import names
from .missing import NotAvailableImportError, explanation

PACKAGE = __name__.partition(".")[0]


def qualified_name(module_name: str) -> str:
    """`tf.math`, for both `tf_tape_compat.math` and `tensorflow.math`."""
    _, dot, path = module_name.partition(".")
    return f"tf{dot}{path}"


def _importing_frame() -> types.FrameType | None:
    frame: types.FrameType | None = sys._getframe(1)
    while frame and (
        frame.f_globals.get("__name__", "").startswith((f"{PACKAGE}._", f"{PACKAGE}.keras"))
        or frame.f_code.co_filename.startswith("<frozen importlib._bootstrap")
    ):
        frame = frame.f_back
    return frame


def _statement(frame: types.FrameType) -> tuple[str, tuple[str, ...]]:
    """The module and the names in the import statement that `frame` is executing."""
    import dis

    constant: Any = None
    for instruction in dis.get_instructions(frame.f_code):
        if instruction.offset == frame.f_lasti:
            if instruction.opname == "IMPORT_NAME":
                return instruction.argval, tuple(constant or ())
            break
        if instruction.opname.startswith("LOAD_CONST"):
            constant = instruction.argval
    return "", ()


def importing_module() -> str:
    """The name of the module whose import statement is running."""
    frame = _importing_frame()
    return frame.f_globals.get("__name__", "") if frame is not None else ""


def is_presence_check() -> bool:
    """Whether `importlib.util.find_spec` is asking. It must get None instead of an error."""
    frame = _importing_frame()
    return frame is not None and frame.f_globals.get("__name__") == "importlib.util"


def refuse(module_name: str, qualified: str) -> NoReturn:
    """Raises for an import of `module_name`, naming everything that the statement imports."""
    missing_names = [qualified]
    frame = _importing_frame()
    imported_module, imported_names = _statement(frame) if frame else ("", ())
    if f"{imported_module}.".startswith(f"{module_name}."):
        module = qualified + imported_module.removeprefix(module_name)
        # Leaves out names that TensorFlow does not have either.
        members = [f"{module}.{name}" for name in imported_names]
        missing_names = [name for name in members if names.symbol_kind(name)] or [module]
    raise NotAvailableImportError(explanation(missing_names), name=module_name)


class MissingFinder:
    """The last finder of `sys.meta_path`: raises for unavailable modules of our namespaces."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> None:
        is_ours = name.startswith(f"{PACKAGE}.") and names.symbol_kind(qualified_name(name))
        if is_ours and not is_presence_check():
            refuse(name, qualified_name(name))
