"""The errors of operations that are refused while a function is traced.

Where an eager operation fails with the error of its kernel, TensorFlow's graphs refuse to add the
operation: a ValueError for shapes that do not fit, and a TypeError for element types.
"""

from __future__ import annotations

import re
from typing import Any

from .._core.types.op_types import op_types
from ..errors import InvalidArgumentError, NotFoundError, OpError
from .execution_errors import message_body

_REFUSED = re.compile(r"Value for attr '(\w+)' of (\w+) is not in the list of allowed values: (.*)")
_MISMATCH = re.compile(
    r"cannot compute (\w+) as input #(\d+)\(zero-based\) was expected to be a (\w+) tensor but is "
    r"a (\w+) tensor"
)
# Found out only when the graph runs.
_NO_KERNEL = "Could not find device"
# Names of element types in kernels' errors that differ from those of tf.DType.
_PYTHON_NAMES = {"half": "float16", "float": "float32", "double": "float64"}


def is_refused_type(error: Exception | None) -> bool:
    """Whether an eager operation refused the element types of its arguments, not their values."""
    if not isinstance(error, OpError):
        return False
    message = error.message or ""
    return _REFUSED.search(message) is not None or _MISMATCH.search(message) is not None


def as_trace_error(error: Exception, operation: str) -> Exception:
    """TensorFlow's error while tracing, for the one that the eager operation or torch raises."""
    if not isinstance(error, OpError):
        return _shape_error(str(error), operation)
    message = error.message or ""
    if refused := _REFUSED.search(message):
        return TypeError(_refusal(operation, *refused.groups()))
    if mismatch := _MISMATCH.search(message):
        return TypeError(_mismatch(*mismatch.groups()))
    if isinstance(error, NotFoundError) and message.startswith(_NO_KERNEL):
        return InvalidArgumentError(None, None, message)
    if type(error) is InvalidArgumentError and not message.startswith(_NO_KERNEL):
        return _shape_error(message_body(error), operation)
    return error


def _shape_error(text: str, operation: str) -> ValueError:
    """The error for shapes that do not fit. The graph replaces it by one that shows the inputs."""
    error = ValueError(f"{text} for '{{{{node {operation}}}}}'")
    error.kernel_text = text  # type: ignore[attr-defined]
    return error


def _python_name(name: str) -> str:
    return _PYTHON_NAMES.get(name, name)


def _refusal(operation: str, attribute: str, dtype: str, allowed: str) -> str:
    names = [name for name, group in op_types(operation).arguments if group == attribute]
    types = ", ".join(map(_python_name, allowed.split("\n")[0].rstrip("\t; ").split(", ")))
    if not names:
        return (
            f"Value passed to parameter '{attribute}' has DataType {_python_name(dtype)} not in "
            f"list of allowed values: {types}"
        )
    return (
        f"Value passed to parameter '{names[0]}' has DataType {_python_name(dtype)} not in list of "
        f"allowed values: {types}"
    )


def _mismatch(operation: str, position: str, expected: str, actual: str) -> str:
    expected, actual = _python_name(expected), _python_name(actual)
    arguments: list[Any] = list(op_types(operation).arguments)
    if operation in ("Pack", "ConcatV2", "AddN", "ParallelConcat"):
        return (
            f"Tensors in list passed to 'values' of '{operation}' Op have types "
            f"[{expected}, {actual}] that don't all match."
        )
    number = int(position)
    if number >= len(arguments):
        return (
            f"Input of '{operation}' Op has type {actual} that does not match type {expected} of "
            "another argument."
        )
    name, group = arguments[number]
    first = next(other for other, same in arguments if same == group)
    if first == name:
        return (
            f"Input '{name}' of '{operation}' Op has type {actual} that does not match expected "
            f"type of {expected}."
        )
    return (
        f"Input '{name}' of '{operation}' Op has type {actual} that does not match type "
        f"{expected} of argument '{first}'."
    )
