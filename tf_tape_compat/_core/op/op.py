"""How an operation is defined: a torch function with TensorFlow's signature, lifted by `@op`.

    @op("Square", "x", torch.square)
    def square(x, name=None):
        "Squares `x` element-wise; answers for `tf.square`."

    @op("Sum", "input_tensor")
    def reduce_sum(input_tensor, axis=None, keepdims=False, name=None):
        "..."
        return torch.sum(input_tensor, ...)

The first argument is TensorFlow's name of the operation: errors carry it, and with it come the
element types that each tensor argument admits (`op_types.txt`). The second names the tensor
arguments, in the order of TensorFlow's; they arrive in the function as torch tensors:

    "x y"           two tensors (of one type, if TensorFlow's operation says so)
    "values*"       a list of tensors of one type
    "x?"            a tensor or None
    "params:Tparams"  the type attribute (or a fixed type: "condition:bool"), where the order of
                    the arguments differs from TensorFlow's

The third is the torch function itself where there is nothing to do but to call it with the
tensors; the decorated function then only holds signature and docstring.

What `@op` returns is compiled at its first call (codegen.py). An error inside becomes
TensorFlow's error (op_errors.py).
"""

from __future__ import annotations

import builtins
import inspect
from collections.abc import Callable, Mapping
from types import FunctionType
from typing import Any, TypeVar

import torch

from ..tensor.tensor import EagerTensor
from ..types.dtype import DType
from .codegen import compiled, nondifferentiable_result
from .op_def import Definition

F = TypeVar("F", bound=Callable[..., Any])


class Watch:
    """Whoever wants to see each call of each operation; see check_numerics.py."""

    # Called with TensorFlow's name of the operation, the function, its arguments and its result.
    observer: Callable[..., None] | None = None
    resets: list[Callable[[], None]] = []

    @classmethod
    def observe(cls, observer: Callable[..., None] | None) -> None:
        """Has `observer` called after each operation from here on; with None, nobody.

        Nothing of this is on the way while nobody is: functions are exchanged for it.
        """
        cls.observer = observer
        if observer is not None:
            for reset in cls.resets:
                reset()


def _lazily(
    build: Callable[[], Callable[..., Any]], function: Callable[..., Any], operation: str
) -> Any:
    """A function that becomes what `build` returns at its first call.

    Compiling takes a third of a millisecond, and a program calls few of all the operations.
    """
    made: Callable[..., Any] | None = None

    def stub(*args: Any, **kwargs: Any) -> Any:
        nonlocal made
        if made is None:
            made = build()
            made.__globals__[function.__name__] = lifted
            lifted_globals.update(made.__globals__)
            for namespace in (made.__globals__, lifted_globals):
                _compiled.append(namespace)
                if _vectorizing:
                    _guard(namespace)
        observer = Watch.observer
        if observer is not None:
            result = made(*args, **kwargs)
            observer(operation, function, args, kwargs, result)
            return result
        if lifted.__code__ is not _STUB_CODE:  # somebody put a rule before it
            return made(*args, **kwargs)
        lifted.__defaults__, lifted.__kwdefaults__ = made.__defaults__, made.__kwdefaults__
        lifted.__code__ = made.__code__
        return lifted(*args, **kwargs)

    def reset() -> None:
        if made is not None and lifted.__code__ is made.__code__:
            lifted.__code__ = _STUB_CODE
            lifted.__defaults__ = lifted.__kwdefaults__ = None

    lifted_globals: dict[str, Any] = {"_stub": stub, "__builtins__": builtins}
    lifted = FunctionType(_STUB_CODE, lifted_globals, function.__name__)
    lifted.__doc__ = function.__doc__
    lifted.__module__ = function.__module__
    lifted.__qualname__ = function.__qualname__
    lifted.__annotations__ = function.__annotations__
    Watch.resets.append(reset)
    return lifted


# The globals of the compiled functions, and whether tf.vectorized_map was ever called: until then
# nothing needs to look out for a graph below its tensors, which themselves are tracked by nobody.
_compiled: list[dict[str, Any]] = []
_vectorizing: list[bool] = []


def prepare_for_vectorizing() -> None:
    """Makes operations keep their gradient rules on tensors with a graph below vmap's level."""
    if not _vectorizing:
        _vectorizing.append(True)
        for namespace in _compiled:
            _guard(namespace)


def _guard(namespace: dict[str, Any]) -> None:
    kernel = namespace["_kernel"]
    if namespace["_guarded"]:
        namespace["_kernel"] = _nondifferentiable_kernel(kernel)
    namespace["_bare_kernel"] = namespace["_kernel"]


def _nondifferentiable_kernel(kernel: Callable[..., Any]) -> Callable[..., Any]:
    transformed = torch._C._are_functorch_transforms_active

    def nondifferentiable(*args: Any, **kwargs: Any) -> Any:
        result = kernel(*args, **kwargs)
        return nondifferentiable_result(result) if transformed() else result

    return nondifferentiable


def _call_stub(*args: Any, **kwargs: Any) -> Any:
    return _stub(*args, **kwargs)  # type: ignore[name-defined]  # noqa: F821


_STUB_CODE = _call_stub.__code__


def op(
    operation: str,
    tensors: str,
    kernel: Callable[..., Any] | None = None,
    *,
    nondifferentiable: bool = False,
    unrecorded: bool = False,
    mismatch: Callable[[DType, DType], Exception] | None = None,
    pair: Callable[[Any, Any], tuple[EagerTensor, EagerTensor]] | None = None,
    others: Mapping[str, Callable[..., Any]] | None = None,
    mixed: Callable[..., Any] | None = None,
    default: str | None = None,
) -> Callable[[F], F]:
    """Lifts a function on torch tensors to an operation on ours; see the module's docstring.

    `nondifferentiable`: TensorFlow records the operation but has no gradient for it (tf.floor).
    `unrecorded`: TensorFlow does not record it, or its results carry no gradients (tf.equal).
    `mismatch`: makes the error for two types, where TensorFlow's function has its own.
    `pair`: converts two operands where it is not that both must take the first tensor's type; what
    comes first then never takes the type of what comes second on the quick path for numbers.
    `others`: for types (by name; "*" for all others) that the kernel does not take, the lifted
    function that is called with the same arguments instead.
    `mixed`: called for tensors of two types, where that is no error.
    `default`: the type that Python and NumPy values take, if they can and no tensor says another.

    The lifted function has `operator(reflected, pair=, others=, mixed=)`, which returns the same
    operation as one of Python's operators calls it: `reflected` is the method of the right
    operand's class that may step in if the operand does not convert. Each such form has the
    operation itself as `base`.
    """

    def lift(function: F) -> F:
        signature = inspect.signature(function)

        def build(reflected: str | None, **changed: Any) -> Callable[..., Any]:
            rules = {"pair": pair, "others": others, "mixed": mixed, "default": default, **changed}
            definition = Definition(operation, tensors, mismatch, **rules, reflected=reflected)
            return compiled(
                function, kernel or function, definition, signature, nondifferentiable, unrecorded
            )

        def operator(reflected: str, **changed: Any) -> Callable[..., Any]:
            variant = _lazily(lambda: build(reflected, **changed), function, operation)
            variant.base = lifted
            return variant

        lifted = _lazily(lambda: build(None), function, operation)
        lifted.__signature__ = signature
        lifted.operator = operator
        lifted.base = lifted
        return lifted

    return lift
