"""`tf.py_function` and `tf.numpy_function`: Python functions as operations.

A py_function is one operation to the tapes around it. As in TensorFlow, a tape inside it computes
its gradient, once. A second derivative treats this gradient as linear in the upstream gradient, and
everything else in it as constant.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from ... import nest
from ..._core.gradients.custom_gradient import as_custom_gradient
from ..._core.gradients.tape import GradientTape
from ..._core.recording.execution_context import check_real_run
from ..._core.recording.payloads import untracked_payload
from ..._core.recording.tape_set import EMPTY, TRAINABLE, thread
from ..._core.recording.vmap_scope import check_effect
from ..._core.tensor.convert import c_name, to_tensor
from ..._core.tensor.tensor import EagerTensor
from ..._core.types.dtype import DType, as_dtype
from ..._core.types.tensor_spec import TensorSpec
from ..._core.variables.variable import Variable
from ...errors import (
    InvalidArgumentError,
    OpError,
    OutOfRangeError,
    ResourceExhaustedError,
    UnimplementedError,
    UnknownError,
)
from .while_loop import without_variables

# TensorFlow's error for each class of exception that the function may raise.
_ERRORS: tuple[tuple[type[Exception], Callable[..., OpError]], ...] = (
    (NotImplementedError, UnimplementedError),
    (ValueError, InvalidArgumentError),
    (TypeError, InvalidArgumentError),
    (StopIteration, OutOfRangeError),
    (MemoryError, ResourceExhaustedError),
)


def py_function(
    func: Callable[..., Any] | None = None,
    inp: Any = None,
    Tout: Any = None,  # noqa: N803
    name: str | None = None,
) -> Any:
    """Implements `tf.py_function`: calls `func(*inp)` with tensors, as one operation.

    Gradients flow to `inp` only, not to anything else that the function uses.

    Args:
      func: the function; without it, a decorator is returned.
      inp: a list of inputs, converted to tensors.
      Tout: the dtype of the result, or a list of dtypes (empty for no result).
      name: ignored.

    Returns:
      A tensor, or a list of tensors if `Tout` is a list.

    Raises:
      TypeError: without `inp` or `Tout`.
      OpError: if `func` raises an exception: InvalidArgumentError for ValueError and TypeError,
        UnknownError for most others.
    """
    decorator = _decorator(py_function, "tf.py_function", func, inp, Tout, name=name)
    if decorator is not None:
        return decorator
    if not callable(func):
        raise ValueError(
            f"Expected func to be callable. Received func={func} of type {type(func)}."
        )
    is_list = isinstance(Tout, (list, tuple))
    specs = list(Tout) if is_list else [Tout]
    values = without_variables(list(inp))
    if any(hasattr(type(item), "_with_components") for item in (*values, *specs)):
        results = _call_with_composites(func, values, specs)
    else:
        types = [_result_type(item) for item in specs]
        results = _call(func, [to_tensor(item) for item in values], types)
    return results if is_list else results[0]


def _call_with_composites(
    func: Callable[..., Any], values: list[Any], specs: list[Any]
) -> list[Any]:
    """As `_call`, for composite arguments or results: `func` sees them, tapes their components."""

    def call_with_components(*tensors: Any) -> Any:
        result = func(*nest.pack_sequence_as(values, tensors, expand_composites=True))
        if result is None:
            return None
        result = result if isinstance(result, (tuple, list)) else [result]
        return nest.flatten(list(result), expand_composites=True)

    components = [nest.flatten(spec, expand_composites=True) for spec in specs]
    types = [_result_type(item) for spec_components in components for item in spec_components]
    tensors = [to_tensor(item) for item in nest.flatten(values, expand_composites=True)]
    remaining = iter(_call(call_with_components, tensors, types))
    results = []
    for spec, spec_components in zip(specs, components, strict=True):
        items = [next(remaining) for _ in spec_components]
        composite = hasattr(type(spec), "_with_components")
        results.append(spec._with_components(tuple(items)) if composite else items[0])
    return results


def _result_type(item: Any) -> DType:
    return item.dtype if isinstance(item, TensorSpec) else as_dtype(item)


def _call(
    func: Callable[..., Any], inputs: list[EagerTensor], types: list[DType]
) -> list[EagerTensor]:
    check_effect("EagerPyFunc")
    check_real_run()
    # The function gets new tensors, so that the tapes around it do not record what it does.
    func_inputs = [EagerTensor(untracked_payload(tensor)) for tensor in inputs]
    if thread.active is EMPTY:
        return [
            EagerTensor(untracked_payload(result))
            for result in _call_python(func, func_inputs, types)
        ]
    with GradientTape() as tape:
        for tensor in func_inputs:
            if tensor._t.dtype in TRAINABLE:
                tape.watch(tensor)
        results = _call_python(func, func_inputs, types)
    pending = [(tape, results)]

    def gradient(cotangents: list[Any]) -> list[Any]:
        if not pending:
            raise _unknown("KeyError: the gradient of a py_function can be computed only once.")
        tape, targets = pending.pop()
        gradients = tape.gradient(targets, func_inputs, cotangents)
        return [
            _unconnected_gradient(tensor.dtype) if gradient is None else gradient
            for gradient, tensor in zip(gradients, func_inputs, strict=True)
        ]

    values = [EagerTensor(untracked_payload(result)) for result in results]
    if not values or not inputs:
        return values
    return as_custom_gradient(values, inputs, gradient)


def _unconnected_gradient(dtype: DType) -> EagerTensor | None:
    """The gradient of an input that the results do not depend on: a scalar, as in TensorFlow."""
    return to_tensor(0.0, dtype) if dtype.torch in TRAINABLE else None


def _call_python(
    func: Callable[..., Any], inputs: list[EagerTensor], types: list[DType]
) -> list[EagerTensor]:
    """Calls the function and converts its results to these dtypes. Translates its exceptions."""
    try:
        returned = func(*inputs)
        if isinstance(returned, (tuple, list)):
            results = [
                _converted_result(item, dtype) for item, dtype in zip(returned, types, strict=False)
            ]
        elif returned is None:
            results = []
        else:
            results = [_converted_result(returned, types[0])]
    except Exception as error:
        raise as_op_error(error) from error
    if len(results) != len(types):
        raise InvalidArgumentError(
            None,
            None,
            f"py_function returned {len(results)} values where Tout has {len(types)} types. "
            "[Op:EagerPyFunc]",
        )
    return results


def _converted_result(value: Any, dtype: DType) -> EagerTensor:
    if isinstance(value, Variable):
        raise RuntimeError(
            "Attempting to return a variable from an eagerly executed py_func. Only numeric data "
            "structures like Tensors or NumPy arrays should be returned; to return the value of a "
            "variable, make sure to obtain the Tensor backing it by calling `.read_value()` on the "
            f"variable in question: {value}"
        )
    return to_tensor(value, dtype)


def as_op_error(error: Exception) -> OpError:
    message = f"{type(error).__name__}: {error} [Op:EagerPyFunc]"
    for exception_class, op_error_class in _ERRORS:
        if isinstance(error, exception_class):
            return op_error_class(None, None, message)
    return _unknown(message)


def _unknown(message: str) -> UnknownError:
    return UnknownError(None, None, message)


def numpy_function(
    func: Callable[..., Any] | None = None,
    inp: Any = None,
    Tout: Any = None,  # noqa: N803
    stateful: bool = True,
    name: str | None = None,
) -> Any:
    """Implements `tf.numpy_function`: calls `func(*inp)` with NumPy arrays.

    Returns a tensor, or a list of several. There is no gradient. `Tout` is ignored, as in
    TensorFlow's eager mode. Without `func`, a decorator is returned.

    Raises TypeError without `inp` or `Tout`.
    """
    decorator = _decorator(
        numpy_function, "tf.numpy_function", func, inp, Tout, stateful=stateful, name=name
    )
    if decorator is not None:
        return decorator
    check_effect("PyFunc")
    check_real_run()
    returned = nest.flatten(func(*[np.array(item) for item in inp]))  # type: ignore[misc]
    results = [item if item is None else to_tensor(item) for item in returned]
    return results[0] if len(results) == 1 else results


def call_numpy(
    func: Callable[..., Any], inputs: list[EagerTensor], types: list[DType]
) -> list[EagerTensor]:
    """The results of `func` on NumPy arrays, which must have these dtypes, as graphs call it.

    Raises InvalidArgumentError if they have others.
    """
    check_effect("PyFunc")
    try:
        returned = func(*[tensor.numpy() for tensor in inputs])
    except Exception as error:
        raise as_op_error(error) from error
    if returned is None:
        items: list[Any] = []
    else:
        items = list(returned) if isinstance(returned, (tuple, list)) else [returned]
    if len(items) != len(types):
        raise InvalidArgumentError(
            None,
            None,
            f"pyfunc_0 returns {len(items)} values, but expects to see {len(types)} values. "
            "[Op:PyFunc]",
        )
    results = []
    for number, (item, dtype) in enumerate(zip(items, types, strict=True)):
        result = to_tensor(np.asarray(item))
        if result.dtype is not dtype:
            raise InvalidArgumentError(
                None,
                None,
                f"{number}-th value returned by pyfunc_0 is {c_name(result.dtype)}, but expects "
                f"{c_name(dtype)} [Op:PyFunc]",
            )
        results.append(result)
    return results


def _decorator(
    function: Callable[..., Any], api_name: str, func: Any, inp: Any, types: Any, **others: Any
) -> Any:
    """The decorator that `function` returns without `func`; None if `func` is given."""
    if types is None:
        raise TypeError(
            "Missing required argument: 'Tout'\n"
            f"  If using {api_name} as a decorator, set `Tout`\n"
            "  **by name** above the function:\n"
            f"  `@{api_name}(Tout=tout)`"
        )
    if func is None:
        if inp is not None:
            raise TypeError(
                f"Don't set the `inp` argument when using {api_name} as a decorator (`func=None`)."
            )

        def decorate(decorated: Callable[..., Any]) -> Callable[..., Any]:
            @functools.wraps(decorated)
            def wrapper(*args: Any) -> Any:
                return function(decorated, inp=args, Tout=types, **others)

            return wrapper

        return decorate
    if inp is None:
        raise TypeError(
            "Missing argument `inp`:\n"
            "  You must set the `inp` argument (the list of arguments to the\n"
            f"  function), unless you use `{api_name}` as a decorator(`func=None`)."
        )
    return None
