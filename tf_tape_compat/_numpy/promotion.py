"""NumPy's type promotion, and the conversion of operands to arrays according to it.

All of `tf.experimental.numpy` converts its operands here.
"""

from __future__ import annotations

import numbers
from collections.abc import Callable
from typing import Any

import numpy as np

from .. import nest
from .._core.tensor.convert import to_tensor
from .._core.tensor.tensor import EagerTensor, Tensor
from .._core.types.dtype import DType, as_dtype
from .._core.variables.indexed_slices import IndexedSlices
from .._ops.array import identity, shaping
from .._ops.array.inspection import is_tensor
from .._ops.math import casting

BOOL = as_dtype("bool")


class NumpyBehavior:
    """The settings of `experimental_enable_numpy_behavior`."""

    prefer_float32 = False
    promotes = False  # whether operators promote
    # Replaces `result_type` in the modes "safe" and "all".
    result_type: Callable[..., DType] | None = None


def default_float() -> Any:
    """The NumPy type of Python floats."""
    return np.float32 if NumpyBehavior.prefer_float32 else np.float64


def default_integer() -> Any:
    """The default integer type: NumPy's, or int32 in the modes with weak types."""
    return np.dtype(np.int_ if NumpyBehavior.result_type is None else np.int32)


def numpy_type(dtype: Any) -> Any:
    """The NumPy dtype for a DType or anything that NumPy accepts as a dtype."""
    return dtype.as_numpy_dtype if isinstance(dtype, DType) else np.dtype(dtype)


def _numpy_operand(value: Any) -> Any:
    """The argument that represents `value` in a call of `np.result_type`."""
    if isinstance(value, float) and NumpyBehavior.prefer_float32:
        return np.float32(value)
    if isinstance(value, numbers.Real):
        return value
    if isinstance(value, complex) and NumpyBehavior.prefer_float32:
        return np.complex64(value)
    if isinstance(value, IndexedSlices) or is_tensor(value):
        return value.dtype.as_numpy_dtype
    if isinstance(value, DType):
        return value.as_numpy_dtype
    return value


def result_type(*arrays_and_dtypes: Any) -> DType:
    """The dtype to which all the values and dtypes promote.

    Implements `tf.experimental.numpy.result_type`.
    """
    if NumpyBehavior.result_type is not None:
        return NumpyBehavior.result_type(*arrays_and_dtypes)
    operands = [_numpy_operand(value) for value in nest.flatten(arrays_and_dtypes)]
    return as_dtype(np.result_type(*operands or [np.asarray([])]))


def promote_types(type1: Any, type2: Any) -> Any:
    """The dtype to which two dtypes promote in NumPy.

    Implements `tf.experimental.numpy.promote_types`.
    """
    return np.promote_types(numpy_type(type1), numpy_type(type2))


def finfo(dtype: Any) -> Any:
    """NumPy's limits of a floating-point type. Implements `tf.experimental.numpy.finfo`."""
    return np.finfo(numpy_type(dtype))


def type_of(value: Any, dtype: Any = None) -> Any:
    """The dtype of an array made from `value`. A str is a value and not the name of a dtype."""
    if dtype:
        return result_type(dtype)
    return as_dtype("string") if isinstance(value, (str, bytes)) else result_type(value)


def is_exact(array: EagerTensor) -> bool:
    """Whether the array is neither floating-point nor complex."""
    return not np.issubdtype(array.dtype.as_numpy_dtype, np.inexact)


# -- conversion to arrays -----------------------------------------------------------------------


def tensor_of(value: Any, hint: Any = None) -> EagerTensor:
    """Converts `value` to a tensor, of the dtype `hint` if possible."""
    dtype = None
    if isinstance(value, int) and value >= 2**63:
        dtype = as_dtype("uint64")
    elif hint is None and isinstance(value, float):
        dtype = as_dtype(default_float())
    return to_tensor(value, dtype, None if hint is None else as_dtype(hint))


def to_array(value: Any, dtype: Any = None) -> EagerTensor:
    """Converts `value` to an array of `dtype`; a tensor keeps its dtype if that is None."""
    if not isinstance(value, Tensor):
        dtype = type_of(value, dtype)
        return casting.cast(tensor_of(value, dtype), dtype)
    return casting.cast(value, dtype) if dtype else value  # type: ignore[return-value]


def array(val: Any, dtype: Any = None, copy: bool = True, ndmin: int = 0) -> Any:
    """Converts `val` to a tensor with at least `ndmin` dimensions.

    Implements `tf.experimental.numpy.array`. Raises ValueError if `ndmin` is above 32.
    """
    result = to_array(val, result_type(dtype) if dtype else None)
    if copy:
        result = identity.identity(result)
    if ndmin > 32:
        raise ValueError(f"ndmin must be at most 32, got {ndmin}.")
    missing = ndmin - result._t.ndim
    if missing <= 0:
        return result
    return shaping.reshape(result, [1] * missing + list(result._t.shape))


def asarray(a: Any, dtype: Any = None) -> Any:
    """`a` as a tensor of `dtype`, without a copy if it is one.

    Implements `tf.experimental.numpy.asarray`.
    """
    dtype = result_type(dtype) if dtype else None
    if isinstance(a, Tensor) and (dtype is None or dtype == a.dtype):
        return a
    return to_array(a, dtype)


def asanyarray(a: Any, dtype: Any = None) -> Any:
    """The same as `asarray`. Implements `tf.experimental.numpy.asanyarray`."""
    return asarray(a, dtype)


def ascontiguousarray(a: Any, dtype: Any = None) -> Any:
    """An array with at least one dimension.

    Implements `tf.experimental.numpy.ascontiguousarray`.
    """
    return array(a, dtype, ndmin=1)


def copy(a: Any) -> Any:
    """A new tensor with the elements of `a`. Implements `tf.experimental.numpy.copy`."""
    return array(a, copy=True)


def promoted(*values: Any) -> list[Any]:
    """Converts the values to arrays of their common dtype."""
    dtype = result_type(*values)
    return _in_dtype(dtype, values)


def promoted_pair(x1: Any, x2: Any) -> list[Any]:
    """As `promoted` for two operands, without flattening them unless they are sequences."""
    if isinstance(x1, (list, tuple)) or isinstance(x2, (list, tuple)):
        dtype = result_type(x1, x2)
    else:
        dtype = as_dtype(np.result_type(_numpy_operand(x1), _numpy_operand(x2)))
    return _in_dtype(dtype, (x1, x2))


def _in_dtype(dtype: DType, values: tuple[Any, ...]) -> list[Any]:
    return [
        v if isinstance(v, EagerTensor) and v.dtype is dtype else to_array(v, dtype) for v in values
    ]


# -- functions from operations ------------------------------------------------------------------


def named(function: Any, name: str, text: str) -> Any:
    """Gives `function` a public name and a docstring."""
    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"{text}. Implements `tf.experimental.numpy.{name}`."
    return function


def unary(name: str, text: str, kernel: Callable[[Any], Any], to_float: bool = False) -> Any:
    """A function of one array. With `to_float`, integers and booleans are cast to floats."""

    def function(x: Any) -> Any:
        x = asarray(x)
        if to_float and is_exact(x):
            x = x.astype(result_type(float))
        return kernel(x)

    return named(function, name, text)


def binary(name: str, text: str, kernel: Callable[[Any, Any], Any], booleans: Any = None) -> Any:
    """A function of two promoted arrays. `booleans` replaces `kernel` for booleans."""

    def function(x1: Any, x2: Any) -> Any:
        x1, x2 = promoted_pair(x1, x2)
        return (booleans if booleans and x1.dtype is BOOL else kernel)(x1, x2)

    return named(function, name, text)
