"""Errors in converted functions: they show the lines of the user's code."""

from __future__ import annotations

import inspect
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import malt
import torch
from malt.pyct import error_utils

from .._api.shown_modules import shown_in
from .._graph.call_stacks import internal_prefixes
from ..errors import InaccessibleTensorError, OperatorNotAllowedInGraphError, OpError

_PACKAGE = str(Path(__file__).parents[1])
_INTERNAL = (_PACKAGE, str(Path(malt.__file__).parent), str(Path(torch.__file__).parent))
internal_prefixes.add(_INTERNAL[1])
_SCRIPT = str(Path(__file__).with_name("calls.py"))


class AutoGraphError(Exception):
    """The base class of AutoGraph's own errors."""


class ConversionError(AutoGraphError):
    """The error for an object that cannot be converted."""


class StagingError(AutoGraphError):
    """An error in converted code, of a class that takes other arguments than a message."""


class UserCodeError(error_utils.ErrorMetadataBase):
    """Where in the user's code an error occurred, and what it said."""

    __slots__ = ()

    def get_message(self) -> str:
        """The message with the lines of the user's code, as TensorFlow formats it."""
        lines = ["in user code:", ""]
        for frame in reversed(self.translated_stack):
            if frame.filename.startswith(_INTERNAL) or frame.filename.startswith("<op "):
                continue
            mark = "  *" if frame.is_converted else "  **" if frame.is_allowlisted else ""
            place = f'File "{frame.filename}", line {frame.lineno}, in {frame.function_name}'
            code = "<source unavailable>" if frame.code is None else frame.code.strip()
            lines += [f"    {place}{mark}", f"        {code}"]
        cause = [f"    {line}" for line in self.cause_message.split("\n")]
        return "\n".join([*lines, "", *cause, ""])

    def create_exception(self, source_error: Exception) -> Exception:
        """An error of the same class with this message."""
        cls = type(source_error)
        message = self.get_message()
        if isinstance(source_error, OpError):
            parameters = tuple(inspect.signature(cls.__init__).parameters)[1:4]
            if parameters == ("node_def", "op", "message"):
                return cls(source_error.node_def, source_error.op, message)
        if cls in _WITH_MESSAGE:
            return cls(message)
        return super().create_exception(source_error) or StagingError(message)


_WITH_MESSAGE = frozenset(
    (
        AutoGraphError,
        ConversionError,
        StagingError,
        InaccessibleTensorError,
        OperatorNotAllowedInGraphError,
    )
)


def attach_user_code(error: Any, converted: Callable[..., Any]) -> None:
    """Notes on an error where in the source of a converted function it passed."""
    if hasattr(error, "ag_pass_through") or _needs_other_run(error):
        return
    known = getattr(error, "ag_error_metadata", None)
    message = f"{type(error).__name__}: {error}" if known is None else None
    stack = traceback.extract_tb(sys.exc_info()[2])[1:]
    source_map = converted.ag_source_map  # type: ignore[attr-defined]
    error.ag_error_metadata = UserCodeError(stack, known, message, source_map, _SCRIPT)


def _needs_other_run(error: Any) -> bool:
    """Whether an error says that the function must run its Python with values."""
    from .._graph.shadows import is_data_dependent
    from .._graph.unsupported import TraceUnsupported

    return isinstance(error, TraceUnsupported) or is_data_dependent(error)


def in_user_code(error: Any) -> BaseException:
    """The error to raise from a converted function that was called from outside."""
    metadata = getattr(error, "ag_error_metadata", None)
    if metadata is None:
        return error
    return metadata.to_exception(error)


shown_in("tensorflow.python.autograph.impl.api", StagingError)
