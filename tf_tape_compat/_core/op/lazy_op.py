"""Operations that are compiled at their first call.

Compiling takes a third of a millisecond, and a program calls few of all operations.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable
from types import FunctionType
from typing import Any

import torch

from ..recording.execution_context import active_graph
from . import op_observer, op_tracing
from .codegen import compile_op, nondifferentiable_result
from .interception import take_code
from .op_source import OpSource


def _call_stub(*args: Any, **kwargs: Any) -> Any:
    return _stub(*args, **kwargs)  # type: ignore[name-defined]  # noqa: F821


_STUB_CODE = _call_stub.__code__


class LazyOp:
    """An operation before and after it is compiled.

    `function` is what programs call. It runs `_STUB_CODE`, which calls this object, until the first
    call, and the generated code after that. It goes back to the stub while operations are observed,
    and is forwarded to other code if it is intercepted.
    """

    __slots__ = ("_build", "_compiled", "definition", "function", "operation")

    def __init__(
        self, build: Callable[[], OpSource], definition: Callable[..., Any], operation: str
    ) -> None:
        self._build = build
        self._compiled: Any = None
        self.definition = definition
        self.operation = operation
        namespace = {"_stub": self.__call__, "__builtins__": builtins}
        function: Any = FunctionType(_STUB_CODE, namespace, definition.__name__)
        function.__doc__ = definition.__doc__
        function.__module__ = definition.__module__
        function.__qualname__ = definition.__qualname__
        function.stub = self.__call__
        self.function = function
        op_observer.on_install(self._reset)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        compiled = self._compiled or self.compile()
        if op_tracing.active_count:
            graph = active_graph()
            if graph is not None:
                return graph.add_op(self, args, kwargs)
            if op_observer.current is None:
                return compiled(*args, **kwargs)
        observer = op_observer.current
        if observer is not None:
            result = compiled(*args, **kwargs)
            observer.op_called(self.operation, args, kwargs, result)
            return result
        function = self.function
        if function.__code__ is not _STUB_CODE:  # it is intercepted
            return compiled(*args, **kwargs)
        take_code(function, compiled)
        return function(*args, **kwargs)

    def run(self, *args: Any, **kwargs: Any) -> Any:
        """Calls the generated function, whether or not a graph is active."""
        return (self._compiled or self.compile())(*args, **kwargs)

    def operands(self) -> list[str]:
        """The names of the tensor arguments."""
        return self._build().op_def.names

    def required_operands(self) -> list[str]:
        """The names of the tensor arguments that may not be None."""
        op_def = self._build().op_def
        return [n for n, opt in zip(op_def.names, op_def.optional, strict=True) if not opt]

    def source(self) -> str:
        """The source of the generated function."""
        return self._build().text

    def op_source(self) -> OpSource:
        """What the function is generated from, with the rules that were given to `@op`."""
        return self._build()

    def compile(self) -> Callable[..., Any]:
        """The generated function, whose globals `function` gets as well."""
        compiled = self._compiled = compile_op(self._build())
        function = self.function
        compiled.__globals__[function.__name__] = function  # generated code may call itself
        function.__globals__.update(compiled.__globals__)
        for namespace in (compiled.__globals__, function.__globals__):
            _namespaces.append(namespace)
            if _vectorizing:
                _guard_kernels(namespace)
        return compiled

    def _reset(self) -> None:
        compiled = self._compiled
        if compiled is not None and self.function.__code__ is compiled.__code__:
            self.function.__code__ = _STUB_CODE
            self.function.__defaults__ = self.function.__kwdefaults__ = None


# -- vectorized_map -----------------------------------------------------------------------------

# The globals of compiled functions, and whether tf.vectorized_map was ever called. Until then, an
# untracked tensor has no graph below it that an operation could connect its result to by mistake.
_namespaces: list[dict[str, Any]] = []
_vectorizing = False


def prepare_for_vectorizing() -> None:
    """Makes operations keep their gradient rules on tensors with a graph below vmap's level."""
    global _vectorizing
    if not _vectorizing:
        _vectorizing = True
        for namespace in _namespaces:
            _guard_kernels(namespace)


def _guard_kernels(namespace: dict[str, Any]) -> None:
    kernel = namespace["_kernel"]
    if namespace["_has_no_gradient"]:
        namespace["_kernel"] = _nondifferentiable_kernel(kernel)
    namespace["_bare_kernel"] = namespace["_kernel"]


def _nondifferentiable_kernel(kernel: Callable[..., Any]) -> Callable[..., Any]:
    is_transformed = torch._C._are_functorch_transforms_active

    def nondifferentiable(*args: Any, **kwargs: Any) -> Any:
        result = kernel(*args, **kwargs)
        return nondifferentiable_result(result) if is_transformed() else result

    return nondifferentiable
