"""`tf.RegisterGradient` and its like, for programs that define gradients for graphs.

Such a gradient is used where a graph's `gradient_override_map` names it. There are no graphs here,
so registering has no further effect.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from ..._api import names

_Function = TypeVar("_Function", bound=Callable[..., Any])
_registered: dict[str, Any] = {}


class AggregationMethod:
    """Implements `tf.AggregationMethod`: how `tf.gradients` adds gradients. It has no effect."""

    ADD_N = 0
    DEFAULT = ADD_N
    EXPERIMENTAL_TREE = 1
    EXPERIMENTAL_ACCUMULATE_N = 2


def _checked(op_type: Any) -> str:
    if not isinstance(op_type, str):
        raise TypeError("op_type must be a string")
    return op_type


def _register(op_type: str, function: Any) -> None:
    if op_type in _registered or op_type in names.registered_gradients():
        raise KeyError(f"Registering two gradient with name '{op_type}'!")
    _registered[op_type] = function


class RegisterGradient:
    """A decorator that registers a gradient function. Implements `tf.RegisterGradient`.

    The function is kept, but only a graph would use it. For a gradient that is used, decorate the
    function itself with `tf.custom_gradient`.

    Raises:
        TypeError: The type of the operation is not a str.
        KeyError: It has a gradient already.
    """

    def __init__(self, op_type: str) -> None:
        self._op_type = _checked(op_type)

    def __call__(self, f: _Function) -> _Function:
        _register(self._op_type, f)
        return f


def no_gradient(op_type: str) -> None:
    """Registers that a type of operation has no gradient. Implements `tf.no_gradient`.

    It concerns operations that a program adds to TensorFlow. Raises TypeError and KeyError as
    `RegisterGradient` does.
    """
    _register(_checked(op_type), None)
