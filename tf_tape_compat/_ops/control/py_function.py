"""`tf.py_function` and `tf.numpy_function`: Python functions as operations.

To the tapes around it a py_function is one operation from its inputs to its results. As in
TensorFlow a tape inside of it computes its gradient, once; that gradient is a constant to whoever
differentiates it again, except for the gradient that it was given.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from ... import nest
from ..._core.gradients.custom_gradient import as_custom
from ..._core.gradients.tape import GradientTape
from ..._core.recording.payloads import untracked_payload
from ..._core.recording.tape_set import EMPTY, TRAINABLE, thread
from ..._core.recording.vmap_scope import check_effect
from ..._core.tensor.convert import to_tensor
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
from .control_flow import without_variables

# What becomes of an exception in the function, by its class.
_KINDS: tuple[tuple[type[Exception], Callable[..., OpError]], ...] = (
    (NotImplementedError, UnimplementedError),
    (ValueError, InvalidArgumentError),
    (TypeError, InvalidArgumentError),
    (StopIteration, OutOfRangeError),
    (MemoryError, ResourceExhaustedError),
)


def py_function(
    func: Callable[..., Any] | None = None,
    inp: Any = None,
    Tout: Any = None,
    name: str | None = None,
) -> Any:
    """Calls `func(*inp)` with tensors, as one differentiable operation; for `tf.py_function`.

    `Tout` is the type of the result, or a list of the types of several; [] for none. Without
    `func` it is a decorator. Gradients flow to `inp` only, not to what else the function uses.

    Raises TypeError without `inp` or `Tout`; an exception in `func` becomes an error of
    TensorFlow's: InvalidArgumentError for ValueError and TypeError, UnknownError for most others.
    """
    decorator = _decorator(py_function, "tf.py_function", func, inp, Tout, name=name)
    if decorator is not None:
        return decorator
    if not callable(func):
        raise ValueError(
            f"Expected func to be callable. Received func={func} of type {type(func)}."
        )
    several = isinstance(Tout, (list, tuple))
    specs = list(Tout) if several else [Tout]
    values = without_variables(list(inp))
    if any(hasattr(type(item), "_with_components") for item in (*values, *specs)):
        results = _called_with_parts(func, values, specs)
    else:
        types = [_result_type(item) for item in specs]
        results = _called(func, [to_tensor(item) for item in values], types)
    return results if several else results[0]


def _called_with_parts(func: Callable[..., Any], values: list[Any], specs: list[Any]) -> list[Any]:
    """As `_called` where arguments or results are made of tensors, which go in and come out."""

    def of_tensors(*tensors: Any) -> Any:
        found = func(*nest.pack_sequence_as(values, tensors, expand_composites=True))
        if found is None:
            return None
        found = found if isinstance(found, (tuple, list)) else [found]
        return nest.flatten(list(found), expand_composites=True)

    parts = [nest.flatten(spec, expand_composites=True) for spec in specs]
    types = [_result_type(item) for part in parts for item in part]
    tensors = [to_tensor(item) for item in nest.flatten(values, expand_composites=True)]
    remaining = iter(_called(of_tensors, tensors, types))
    results = []
    for spec, part in zip(specs, parts, strict=True):
        items = [next(remaining) for _ in part]
        composite = hasattr(type(spec), "_with_components")
        results.append(spec._with_components(tuple(items)) if composite else items[0])
    return results


def _result_type(item: Any) -> DType:
    return item.dtype if isinstance(item, TensorSpec) else as_dtype(item)


def _called(
    func: Callable[..., Any], inputs: list[EagerTensor], types: list[DType]
) -> list[EagerTensor]:
    check_effect("EagerPyFunc")
    # The function gets tensors of its own: to the tapes around, what it does with them is not
    # what they recorded.
    own = [EagerTensor(untracked_payload(tensor)) for tensor in inputs]
    if thread.active is EMPTY:
        return [EagerTensor(untracked_payload(result)) for result in _results(func, own, types)]
    with GradientTape() as tape:
        for tensor in own:
            if tensor._t.dtype in TRAINABLE:
                tape.watch(tensor)
        results = _results(func, own, types)
    kept = [(tape, results)]

    def gradient(given: list[Any]) -> list[Any]:
        if not kept:
            raise _unknown("KeyError: the gradient of a py_function can be computed only once.")
        tape, targets = kept.pop()
        found = tape.gradient(targets, own, given)
        return [
            _nothing(tensor.dtype) if gradient is None else gradient
            for gradient, tensor in zip(found, own, strict=True)
        ]

    values = [EagerTensor(untracked_payload(result)) for result in results]
    if not values or not inputs:
        return values
    return as_custom(values, inputs, gradient)


def _nothing(dtype: DType) -> EagerTensor | None:
    """What an input gets that the results do not depend on: a scalar, as in TensorFlow."""
    return to_tensor(0.0, dtype) if dtype.torch in TRAINABLE else None


def _results(
    func: Callable[..., Any], inputs: list[EagerTensor], types: list[DType]
) -> list[EagerTensor]:
    """What the function returned, as tensors of these types; its exceptions as TensorFlow's."""
    try:
        found = func(*inputs)
        if isinstance(found, (tuple, list)):
            results = [_result(item, dtype) for item, dtype in zip(found, types, strict=False)]
        elif found is None:
            results = []
        else:
            results = [_result(found, types[0])]
    except Exception as error:
        raise _translated(error) from error
    if len(results) != len(types):
        raise InvalidArgumentError(
            None,
            None,
            f"py_function returned {len(results)} values where Tout has {len(types)} types. "
            "[Op:EagerPyFunc]",
        )
    return results


def _result(value: Any, dtype: DType) -> EagerTensor:
    if isinstance(value, Variable):
        raise RuntimeError(
            "Attempting to return a variable from an eagerly executed py_func. Only numeric data "
            "structures like Tensors or NumPy arrays should be returned; to return the value of a "
            "variable, make sure to obtain the Tensor backing it by calling `.read_value()` on the "
            f"variable in question: {value}"
        )
    return to_tensor(value, dtype)


def _translated(error: Exception) -> OpError:
    message = f"{type(error).__name__}: {error} [Op:EagerPyFunc]"
    for kind, ours in _KINDS:
        if isinstance(error, kind):
            return ours(None, None, message)
    return _unknown(message)


def _unknown(message: str) -> UnknownError:
    return UnknownError(None, None, message)


def numpy_function(
    func: Callable[..., Any] | None = None,
    inp: Any = None,
    Tout: Any = None,
    stateful: bool = True,
    name: str | None = None,
) -> Any:
    """Calls `func(*inp)` with NumPy arrays; answers for `tf.numpy_function`.

    The result is a tensor, or a list of several; tapes do not see where it came from. As in
    TensorFlow's eager mode `Tout` is not looked at. Without `func` it is a decorator.

    Raises TypeError without `inp` or `Tout`.
    """
    decorator = _decorator(
        numpy_function, "tf.numpy_function", func, inp, Tout, stateful=stateful, name=name
    )
    if decorator is not None:
        return decorator
    check_effect("PyFunc")
    found = nest.flatten(func(*[np.array(item) for item in inp]))  # type: ignore[misc]
    results = [item if item is None else to_tensor(item) for item in found]
    return results[0] if len(results) == 1 else results


def _decorator(
    function: Callable[..., Any], called: str, func: Any, inp: Any, types: Any, **others: Any
) -> Any:
    """The decorator that `function` is without `func`; None if there is one."""
    if types is None:
        raise TypeError(
            "Missing required argument: 'Tout'\n"
            f"  If using {called} as a decorator, set `Tout`\n"
            "  **by name** above the function:\n"
            f"  `@{called}(Tout=tout)`"
        )
    if func is None:
        if inp is not None:
            raise TypeError(
                f"Don't set the `inp` argument when using {called} as a decorator (`func=None`)."
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
            f"  function), unless you use `{called}` as a decorator(`func=None`)."
        )
    return None
