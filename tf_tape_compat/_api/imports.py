"""What import statements say when they ask for a symbol that is not here."""

from __future__ import annotations

import importlib._bootstrap as bootstrap
import sys
import types
from typing import Any, NoReturn

from . import names
from .missing import NotAvailableImportError, explanation

PACKAGE = __name__.partition(".")[0]


def qualified_name(module_name: str) -> str:
    """`tf.math` for `tf_tape_compat.math` and for `tensorflow.math`."""
    _, dot, rest = module_name.partition(".")
    return f"tf{dot}{rest}"


def is_asked_by_import(frame: types.FrameType) -> bool:
    """Whether an attribute is read for a `from ... import` statement; `frame` is the reader's."""
    return frame.f_code is vars(bootstrap)["_handle_fromlist"].__code__


def _importing_frame() -> types.FrameType | None:
    frame: types.FrameType | None = sys._getframe(1)
    while frame and (
        frame.f_globals.get("__name__", "").startswith(PACKAGE + "._")
        or frame.f_code.co_filename.startswith("<frozen importlib._bootstrap")
    ):
        frame = frame.f_back
    return frame


def _statement(frame: types.FrameType) -> tuple[str, tuple[str, ...]]:
    """The module and the names that the import statement which `frame` is running asks for."""
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


def is_presence_check() -> bool:
    """Whether `importlib.util.find_spec` is asking, which must be told "no" and not an error."""
    frame = _importing_frame()
    return frame is not None and frame.f_globals.get("__name__") == "importlib.util"


def refuse(module_name: str, qualified: str) -> NoReturn:
    """Raise for the import of `module_name`, naming the whole of what the statement wants."""
    wanted = [qualified]
    frame = _importing_frame()
    asked, asked_names = _statement(frame) if frame else ("", ())
    if f"{asked}.".startswith(f"{module_name}."):
        wanted = [qualified + asked.removeprefix(module_name)]
        # Names that TensorFlow lacks as well are for the reader to find after the first hurdle.
        below = [f"{wanted[0]}.{name}" for name in asked_names]
        wanted = [name for name in below if names.kind(name)] or wanted
    raise NotAvailableImportError(explanation(wanted), name=module_name)


class MissingFinder:
    """The last finder of `sys.meta_path`: explains why nothing was found for our namespaces."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> None:
        is_ours = name.startswith(f"{PACKAGE}.") and names.kind(qualified_name(name))
        if is_ours and not is_presence_check():
            refuse(name, qualified_name(name))
