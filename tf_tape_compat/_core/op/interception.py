"""Interception of calls to API functions.

Functions are imported by name all over the package and by programs, so a function can only be
intercepted everywhere by replacing its code. That happens in this module and nowhere else:

- operations start as stubs, which take the generated code at their first call (lazy_op.py);
- `intercept` puts a wrapper around a function: for composites (dispatch.py), for overrides by
  programs (_extension/overrides.py), and for NumPy's promotion (_numpy/promoting_functions.py).

A function that is not intercepted runs its own code: programs that do not opt in pay nothing.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from types import CodeType, FunctionType
from typing import Any

# Makes a wrapper from the function, what its calls did so far, and its signature.
Wrapper = Callable[[Any, Callable[..., Any], inspect.Signature], Callable[..., Any]]

# What calls of each intercepted function do now.
_calls: dict[Any, Callable[..., Any]] = {}
_wrappers: dict[Any, list[Wrapper]] = {}
_originals: dict[Any, FunctionType] = {}  # copies of intercepted functions, with their own code


def intercept(function: Any, wrapper: Wrapper) -> None:
    """Puts a wrapper around all calls of `function`, wherever it was imported.

    The wrapper added last is the outermost. Adding the same one again does nothing.
    """
    wrappers = _wrappers.setdefault(function, [])
    if wrapper in wrappers:
        return
    wrappers.append(wrapper)
    signature = inspect.signature(function)
    call = _calls.get(function)
    if call is None:
        call = getattr(function, "stub", None)
        if call is None:
            call = _originals[function] = _copy(function)
    _calls[function] = call = wrapper(function, call, signature)
    function.__signature__ = signature
    _forward(function, call)


def original(function: Any) -> Any:
    """The function with the code it had before it was intercepted, for showing its source."""
    return _originals.get(function, function)


def take_code(function: FunctionType, other: Any) -> None:
    """Makes `function` run the code of `other`, whose global names it must have."""
    function.__defaults__, function.__kwdefaults__ = other.__defaults__, other.__kwdefaults__
    function.__code__ = other.__code__


def _copy(function: FunctionType) -> FunctionType:
    """A function that does what `function` does now."""
    copy = FunctionType(
        function.__code__,
        function.__globals__,
        function.__name__,
        function.__defaults__,
        function.__closure__,
    )
    copy.__kwdefaults__ = function.__kwdefaults__
    if hasattr(function, "__signature__"):  # it forwards to a wrapper
        copy.__signature__ = function.__signature__  # type: ignore[attr-defined]
    return copy


def _forwarder(*args: Any, **kwargs: Any) -> Any:
    call: Any = "the call"  # `_forward` puts a function in the place of this constant
    return call(*args, **kwargs)


def _forward(function: FunctionType, call: Callable[..., Any]) -> None:
    """Makes `function` call `call`."""
    function.__code__ = _forwarding_code(function, call)
    function.__defaults__ = function.__kwdefaults__ = None


def _forwarding_code(function: FunctionType, call: Callable[..., Any]) -> CodeType:
    """Code for `function` that calls `call`."""
    code = _forwarder.__code__
    constants = tuple(call if constant == "the call" else constant for constant in code.co_consts)
    old_code = function.__code__
    return code.replace(
        co_consts=constants,
        co_freevars=old_code.co_freevars,
        co_name=old_code.co_name,
    )


class TracedCode:
    """The code that a function runs while functions are traced (op_tracing.py).

    The wrapper calls what the function did when tracing began.
    """

    __slots__ = ("_code", "_own", "_wrapper", "function")

    def __init__(self, function: FunctionType, wrapper: Wrapper) -> None:
        self.function = function
        self._wrapper = wrapper
        self._own: tuple[Any, ...] | None = None  # the code and defaults outside of tracing
        self._code: CodeType | None = None  # that of the wrapper around it

    def begin(self) -> None:
        """Makes the function run the wrapper."""
        function = self.function
        own = function.__code__, function.__defaults__, function.__kwdefaults__
        if own[0] is self._code:
            return
        if self._own is None or own[0] is not self._own[0]:
            signature = inspect.signature(function)
            call = self._wrapper(function, _copy(function), signature)
            self._code = _forwarding_code(function, call)
            function.__signature__ = signature  # type: ignore[attr-defined]
        self._own = own
        function.__code__ = self._code  # type: ignore[assignment]
        function.__defaults__ = function.__kwdefaults__ = None

    def end(self) -> None:
        """Gives the function its own code back, unless it was intercepted in the meantime."""
        function = self.function
        if function.__code__ is self._code and self._own is not None:
            function.__code__, function.__defaults__, function.__kwdefaults__ = self._own
