"""`tf.errors`: the exceptions that operations raise.

Every class except `OperatorNotAllowedInGraphError` is an `OpError` with a status code of its own.
Its arguments are `(node_def, op, message)` and optionally a dictionary of payloads.
"""

from __future__ import annotations

import inspect
import traceback
from typing import Any

from . import _api
from ._api.shown_modules import shown_in as _shown_in

OK = 0
CANCELLED = 1
UNKNOWN = 2
INVALID_ARGUMENT = 3
DEADLINE_EXCEEDED = 4
NOT_FOUND = 5
ALREADY_EXISTS = 6
PERMISSION_DENIED = 7
RESOURCE_EXHAUSTED = 8
FAILED_PRECONDITION = 9
ABORTED = 10
OUT_OF_RANGE = 11
UNIMPLEMENTED = 12
INTERNAL = 13
UNAVAILABLE = 14
DATA_LOSS = 15
UNAUTHENTICATED = 16


class OpError(Exception):
    """The base class of the errors that operations raise. Implements `tf.errors.OpError`.

    In eager execution `op` and `node_def` are None, and `str()` of the error is its message.
    """

    def __init__(self, node_def: Any, op: Any, message: str, error_code: int, *args: Any) -> None:
        super().__init__()
        self._node_def = node_def
        self._op = op
        self._message = message
        self._error_code = error_code
        self._experimental_payloads = args[0] if args else {}
        # The operation that fails, and what its name is wrapped with, if it is not the one that
        # the API function is named for (_core/op/op_errors.py).
        self.kernel: tuple[str, str] | None = None

    # Exception.__reduce__ would call the class with `self.args`, which is always empty. Only the
    # constructor's named parameters are passed, so that subclasses may take fewer of them.
    def __reduce__(self) -> tuple[Any, ...]:
        parameters = list(inspect.signature(type(self).__init__).parameters.values())[1:]
        named = [p.name for p in parameters if p.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD]
        return type(self), tuple(getattr(self, name) for name in named)

    @property
    def message(self) -> str:
        """What went wrong."""
        return self._message

    @property
    def op(self) -> Any:
        """The graph operation that failed, or None."""
        return self._op

    @property
    def error_code(self) -> int:
        """The status code: one of this module's integer constants."""
        return self._error_code

    @property
    def node_def(self) -> Any:
        """The graph node that failed, or None."""
        return self._node_def

    @property
    def experimental_payloads(self) -> Any:
        """A dictionary of further details."""
        return self._experimental_payloads

    def __str__(self) -> str:
        if self._op is None:
            return self._message
        stack = traceback.format_list(self._op.traceback or [])
        return f"{self._message}\n\nOriginal stack trace for {self._op.name!r}:\n" + "".join(stack)


class OperatorNotAllowedInGraphError(TypeError):
    """Python code needs the value of a symbolic tensor, as in `if tensor:` while tracing."""


class InaccessibleTensorError(ValueError):
    """A symbolic tensor is used outside of the function or code block that defines it."""


class CancelledError(OpError):
    """The operation was cancelled before it finished."""

    def __init__(self, node_def: Any, op: Any, message: str, *args: Any) -> None:
        super().__init__(node_def, op, message, CANCELLED, *args)


class UnknownError(OpError):
    """A failure that no other class describes."""

    def __init__(self, node_def: Any, op: Any, message: str, *args: Any) -> None:
        super().__init__(node_def, op, message, UNKNOWN, *args)


class InvalidArgumentError(OpError):
    """An argument is invalid in its shape, dtype or value, whatever the state of the system."""

    def __init__(self, node_def: Any, op: Any, message: str, *args: Any) -> None:
        super().__init__(node_def, op, message, INVALID_ARGUMENT, *args)


class DeadlineExceededError(OpError):
    """A deadline passed before the operation finished."""

    def __init__(self, node_def: Any, op: Any, message: str, *args: Any) -> None:
        super().__init__(node_def, op, message, DEADLINE_EXCEEDED, *args)


class NotFoundError(OpError):
    """A requested entity, such as a file or a key, does not exist."""

    def __init__(self, node_def: Any, op: Any, message: str, *args: Any) -> None:
        super().__init__(node_def, op, message, NOT_FOUND, *args)


class AlreadyExistsError(OpError):
    """The entity to create already exists."""

    def __init__(self, node_def: Any, op: Any, message: str, *args: Any) -> None:
        super().__init__(node_def, op, message, ALREADY_EXISTS, *args)


class PermissionDeniedError(OpError):
    """The caller lacks permission for the operation."""

    def __init__(self, node_def: Any, op: Any, message: str, *args: Any) -> None:
        super().__init__(node_def, op, message, PERMISSION_DENIED, *args)


class UnauthenticatedError(OpError):
    """The caller is not authenticated."""

    def __init__(self, node_def: Any, op: Any, message: str, *args: Any) -> None:
        super().__init__(node_def, op, message, UNAUTHENTICATED, *args)


class ResourceExhaustedError(OpError):
    """Memory, disk space or a quota has run out."""

    def __init__(self, node_def: Any, op: Any, message: str, *args: Any) -> None:
        super().__init__(node_def, op, message, RESOURCE_EXHAUSTED, *args)


class FailedPreconditionError(OpError):
    """The system is not in the required state: a variable is uninitialized, for example."""

    def __init__(self, node_def: Any, op: Any, message: str, *args: Any) -> None:
        super().__init__(node_def, op, message, FAILED_PRECONDITION, *args)


class AbortedError(OpError):
    """The operation was aborted, typically because of a conflict with another one."""

    def __init__(self, node_def: Any, op: Any, message: str, *args: Any) -> None:
        super().__init__(node_def, op, message, ABORTED, *args)


class OutOfRangeError(OpError):
    """The operation went past the end, as when an iterator has no more elements."""

    def __init__(self, node_def: Any, op: Any, message: str, *args: Any) -> None:
        super().__init__(node_def, op, message, OUT_OF_RANGE, *args)


class UnimplementedError(OpError):
    """The operation exists, but not for these arguments."""

    def __init__(self, node_def: Any, op: Any, message: str, *args: Any) -> None:
        super().__init__(node_def, op, message, UNIMPLEMENTED, *args)


class InternalError(OpError):
    """An internal invariant is violated."""

    def __init__(self, node_def: Any, op: Any, message: str, *args: Any) -> None:
        super().__init__(node_def, op, message, INTERNAL, *args)


class UnavailableError(OpError):
    """A service is temporarily unavailable."""

    def __init__(self, node_def: Any, op: Any, message: str, *args: Any) -> None:
        super().__init__(node_def, op, message, UNAVAILABLE, *args)


class DataLossError(OpError):
    """Data was lost or damaged beyond repair."""

    def __init__(self, node_def: Any, op: Any, message: str, *args: Any) -> None:
        super().__init__(node_def, op, message, DATA_LOSS, *args)


for _class in [x for x in globals().values() if isinstance(x, type)]:
    if issubclass(_class, Exception):
        _shown_in("tensorflow.python.framework.errors_impl", _class)

__getattr__, __dir__ = _api.namespace(__name__)
