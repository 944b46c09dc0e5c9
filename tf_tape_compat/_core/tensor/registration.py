"""`tf.register_tensor_conversion_function`: conversion of user-defined classes to tensors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..types.dtype import DType
from .convert import converters, inherited_converter, registered
from .tensor import EagerTensor

_NUMBERS = (int, float, np.generic, np.ndarray)
_SEQUENCES = (list, tuple, range, str, bytes, bool, complex, type(None))
_order = 0


def register_tensor_conversion_function(
    base_type: Any, conversion_func: Callable[..., Any], priority: int = 100
) -> None:
    """Implements `tf.register_tensor_conversion_function`: makes a class convert to tensors.

    Args:
      base_type: a class, or a tuple of classes.
      conversion_func: called as `conversion_func(value, dtype=None, name=None, as_ref=False)`;
        returns a tensor, of type `dtype` if that is given, or NotImplemented.
      priority: functions of a lower priority are called first.

    Raises:
      TypeError: if `base_type` is not a class, or is a class of numbers or arrays, or if
        `conversion_func` is not callable.
      NotImplementedError: if `base_type` is another built-in class.
    """
    global _order
    bases = base_type if isinstance(base_type, tuple) else (base_type,)
    if not bases or not all(isinstance(base, type) for base in bases):
        raise TypeError(
            f"Argument `base_type` must be a type or a tuple of types. Obtained: {base_type}"
        )
    if any(issubclass(base, _NUMBERS) for base in bases):
        raise TypeError(
            "Cannot register conversions for Python numeric types and NumPy scalars and arrays."
        )
    if any(base in _SEQUENCES for base in bases):
        raise NotImplementedError(
            f"tf.register_tensor_conversion_function: conversions of {base_type} are not available "
            "in tf_tape_compat; register a user-defined class"
        )
    if not callable(conversion_func):
        raise TypeError(f"Argument `conversion_func` must be callable. Received {conversion_func}.")
    _order += 1
    convert = _with_checks(conversion_func)
    registered.append((priority, _order, bases, convert))
    for base in bases:
        inherited = inherited_converter(base)
        if inherited is not None:
            converters[base] = _for_wrappers(inherited, convert)
    registered.sort(key=lambda entry: entry[:2])


def _for_wrappers(
    inherited: Callable[[Any, DType | None], Any], convert: Callable[[Any, DType | None], Any]
) -> Callable[[Any, DType | None], Any]:
    """The conversion of a class derived from `tf.Variable`.

    Some of these wrap a variable instead of being one, and do not call the constructor: they have
    no state, and the conversion that is registered for them applies.
    """

    def convert_or_read(value: Any, dtype: DType | None) -> Any:
        if hasattr(value, "_handle"):
            return inherited(value, dtype)
        return convert(value, dtype)

    return convert_or_read


def _with_checks(function: Callable[..., Any]) -> Callable[[Any, DType | None], Any]:
    def convert(value: Any, dtype: DType | None) -> Any:
        result = function(value, dtype=dtype, name=None, as_ref=False)
        if result is NotImplemented:
            return result
        prefix = f"Conversion function {function!r} for type {type(value)} returned"
        if not isinstance(result, EagerTensor):
            raise RuntimeError(f"{prefix} non-Tensor: {result!r}")
        if dtype is not None and result.dtype is not dtype:
            raise RuntimeError(
                f"{prefix} incompatible dtype: requested = {dtype.name}, actual = "
                f"{result.dtype.name}"
            )
        return result

    return convert
