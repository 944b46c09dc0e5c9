"""Removes the annotations of public functions at run time, where TensorFlow's have none.

Libraries compare `inspect.getfullargspec` of TensorFlow's functions with that of their own. Editors
and type checkers read the annotations in the source.
"""

from __future__ import annotations

import inspect
import types
from typing import Any

_PACKAGE = __name__.partition(".")[0]
_done: set[type] = set()


def remove_annotations(value: Any) -> None:
    """Removes the annotations of a function, or of the methods of a class and its bases."""
    if isinstance(value, type):
        for cls in [*value.__mro__, *type(value).mro(type(value))]:
            if cls not in _done:
                _done.add(cls)
                for member in [*vars(cls).values()]:
                    _remove(member)
    elif isinstance(value, types.FunctionType):
        _remove(value)


def _remove(member: Any) -> None:
    function = getattr(member, "__func__", member)
    if isinstance(function, property):
        function = function.fget
    if not isinstance(function, types.FunctionType):
        return
    if not function.__module__.startswith(_PACKAGE):
        return
    if function.__annotations__:
        function.__annotations__ = {}
    attributes = function.__dict__
    signature = attributes.get("__signature__")
    if signature is None and "__wrapped__" in attributes:
        # getfullargspec does not follow __wrapped__, as it follows TensorFlow's decorators.
        _remove(attributes["__wrapped__"])
        signature = inspect.signature(function)
    elif signature is None or not _is_annotated(signature):
        return
    function.__signature__ = _without_annotations(signature)  # type: ignore[attr-defined]


def _is_annotated(signature: inspect.Signature) -> bool:
    empty = inspect.Signature.empty
    return signature.return_annotation is not empty or any(
        parameter.annotation is not empty for parameter in signature.parameters.values()
    )


def _without_annotations(signature: inspect.Signature) -> inspect.Signature:
    empty = inspect.Parameter.empty
    parameters = [p.replace(annotation=empty) for p in signature.parameters.values()]
    return signature.replace(parameters=parameters, return_annotation=empty)
