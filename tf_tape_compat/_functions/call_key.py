"""A quick key for the arguments of a call, to find its trace without computing trace types."""

from __future__ import annotations

import functools
import types
import weakref
from collections.abc import Callable, Mapping
from typing import Any

from .._core.tensor.tensor import EagerTensor, TrackedTensor
from .._core.variables.variable import Variable
from .concrete import ConcreteFunction

_LITERALS = frozenset((int, float, bool, complex, str, bytes, type(None)))

# Attributes of classes whose instances have a trace type other than a weak reference.
_TRACED_OTHERWISE = (
    "__tf_tracing_type__",
    "__attrs_attrs__",
    "__array__",
    "__wrapped__",
    "_with_components",
    "__tf_flatten__",
    "_traced_as_python_function",
)


@functools.lru_cache(maxsize=1024)
def _traced_by_reference(cls: Any) -> bool:
    """Whether the trace type of all instances of a class is a weak reference."""
    return (
        not issubclass(cls, (list, tuple, Mapping, types.FunctionType, types.MethodType))
        and not issubclass(cls, (EagerTensor, Variable))
        and not any(hasattr(cls, name) for name in _TRACED_OTHERWISE)
        and bool(getattr(cls, "__weakrefoffset__", 0))
        and cls.__module__ != "builtins"
    )


def call_key(args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...] | None:
    """A key that is equal for arguments of equal trace types; None if only those can tell."""
    key: list[Any] = []
    variables = 0
    for value in (*args, *kwargs.values()) if kwargs else args:
        cls = type(value)
        if cls is EagerTensor or cls is TrackedTensor:
            payload = value._t
            key.append(payload.dtype)
            key.append(payload.shape)
        elif cls in _LITERALS:
            key.append(cls)
            key.append(value)
        elif cls is Variable:
            variables += 1
            handle = value._handle
            key += (cls, handle.dtype, handle.data.shape, handle.shape.rank, handle.trainable)
            if variables > 1 or not handle.shape.is_fully_defined():
                return None
        elif _traced_by_reference(cls):  # type: ignore[arg-type]
            key.append(weakref.ref(value))
        else:
            return None
    if kwargs:
        key.append(tuple(kwargs))
    return tuple(key)


class CachedTrace:
    """The trace for a call key.

    Attributes:
      trace: the trace.
      takes_arguments_unchanged: whether the Python function gets the arguments as given.
      direct: what runs for untracked arguments outside of tapes (direct_call.py), or None.
    """

    __slots__ = ("direct", "takes_arguments_unchanged", "trace")

    def __init__(self, trace: ConcreteFunction, takes_arguments_unchanged: bool) -> None:
        self.trace = trace
        self.takes_arguments_unchanged = takes_arguments_unchanged
        self.direct: Callable[[tuple[Any, ...]], Any] | None = None
