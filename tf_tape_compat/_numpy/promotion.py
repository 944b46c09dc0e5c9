"""NumPy's rules of element types, and making arrays of what users pass by them.

Everything in `tf.experimental.numpy` converts its operands here.
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


class Settings:
    """What `experimental_enable_numpy_behavior` was told."""

    prefer_float32 = False
    promotes = False  # whether operators promote
    # In the modes "safe" and "all", what stands in for `result_type`.
    result_type: Callable[..., DType] | None = None


def default_float() -> Any:
    """NumPy's name of the type that a Python float takes here."""
    return np.float32 if Settings.prefer_float32 else np.float64


def integer() -> Any:
    """NumPy's name of the usual integers: its own, or those of TensorFlow where types are weak."""
    return np.dtype(np.int_ if Settings.result_type is None else np.int32)


def numpy_type(dtype: Any) -> Any:
    """NumPy's type for what names one."""
    return dtype.as_numpy_dtype if isinstance(dtype, DType) else np.dtype(dtype)


def _entry(value: Any) -> Any:
    """What NumPy is asked about in the place of `value`."""
    if isinstance(value, float) and Settings.prefer_float32:
        return np.float32(value)
    if isinstance(value, numbers.Real):
        return value
    if isinstance(value, complex) and Settings.prefer_float32:
        return np.complex64(value)
    if isinstance(value, IndexedSlices) or is_tensor(value):
        return value.dtype.as_numpy_dtype
    if isinstance(value, DType):
        return value.as_numpy_dtype
    return value


def result_type(*arrays_and_dtypes: Any) -> DType:
    """The type to which all of the values and types promote.

    Answers for `tf.experimental.numpy.result_type`.
    """
    if Settings.result_type is not None:
        return Settings.result_type(*arrays_and_dtypes)
    entries = [_entry(value) for value in nest.flatten(arrays_and_dtypes)]
    return as_dtype(np.result_type(*entries or [np.asarray([])]))


def promote_types(type1: Any, type2: Any) -> Any:
    """NumPy's smallest type for both; answers for `tf.experimental.numpy.promote_types`."""
    return np.promote_types(numpy_type(type1), numpy_type(type2))


def finfo(dtype: Any) -> Any:
    """NumPy's limits of a floating type; answers for `tf.experimental.numpy.finfo`."""
    return np.finfo(numpy_type(dtype))


def type_of(value: Any, dtype: Any = None) -> Any:
    """The type of the array that is made of one value; a text is one, and names no type."""
    if dtype:
        return result_type(dtype)
    return as_dtype("string") if isinstance(value, (str, bytes)) else result_type(value)


def is_exact(array: EagerTensor) -> bool:
    """Whether the array holds integers or booleans (or anything else but numbers with a point)."""
    return not np.issubdtype(array.dtype.as_numpy_dtype, np.inexact)


# -- making arrays ------------------------------------------------------------------------------


def tensor_of(value: Any, hint: Any = None) -> EagerTensor:
    """`value` as a tensor, of the type `hint` if it can have it."""
    dtype = None
    if isinstance(value, int) and value >= 2**63:
        dtype = as_dtype("uint64")
    elif hint is None and isinstance(value, float):
        dtype = as_dtype(default_float())
    return to_tensor(value, dtype, None if hint is None else as_dtype(hint))


def made(value: Any, dtype: Any = None) -> EagerTensor:
    """`value` as an array of `dtype`, cast if need be; a tensor keeps its type if that is None."""
    if not isinstance(value, Tensor):
        dtype = type_of(value, dtype)
        return casting.cast(tensor_of(value, dtype), dtype)
    return casting.cast(value, dtype) if dtype else value  # type: ignore[return-value]


def array(val: Any, dtype: Any = None, copy: bool = True, ndmin: int = 0) -> Any:
    """A tensor of `val` with at least `ndmin` dimensions; for `tf.experimental.numpy.array`.

    Raises ValueError for more than 32 of them.
    """
    found = made(val, result_type(dtype) if dtype else None)
    if copy:
        found = identity.identity(found)
    if ndmin > 32:
        raise ValueError(f"ndmin is {ndmin}, and there are at most 32 dimensions.")
    missing = ndmin - found._t.ndim
    return shaping.reshape(found, [1] * missing + list(found._t.shape)) if missing > 0 else found


def asarray(a: Any, dtype: Any = None) -> Any:
    """`a` as a tensor of `dtype`, itself if it is one; for `tf.experimental.numpy.asarray`."""
    dtype = result_type(dtype) if dtype else None
    if isinstance(a, Tensor) and (dtype is None or dtype == a.dtype):  # type: ignore[attr-defined]
        return a
    return made(a, dtype)


def asanyarray(a: Any, dtype: Any = None) -> Any:
    """The same as `asarray`; answers for `tf.experimental.numpy.asanyarray`."""
    return asarray(a, dtype)


def ascontiguousarray(a: Any, dtype: Any = None) -> Any:
    """An array of at least one dimension; for `tf.experimental.numpy.ascontiguousarray`."""
    return array(a, dtype, ndmin=1)


def copy(a: Any) -> Any:
    """A new tensor with the elements of `a`; answers for `tf.experimental.numpy.copy`."""
    return array(a, copy=True)


def promoted(*values: Any) -> list[Any]:
    """The values as arrays of the one type to which all of them promote."""
    dtype = result_type(*values)
    return [
        v if isinstance(v, EagerTensor) and v.dtype is dtype else made(v, dtype) for v in values
    ]


def promoted_pair(x1: Any, x2: Any) -> list[Any]:
    """As `promoted`, of two that are asked about as they are, unless they are sequences."""
    if isinstance(x1, (list, tuple)) or isinstance(x2, (list, tuple)):
        dtype = result_type(x1, x2)
    else:
        dtype = as_dtype(np.result_type(_entry(x1), _entry(x2)))
    return _in_type(dtype, (x1, x2))


def _in_type(dtype: DType, values: tuple[Any, ...]) -> list[Any]:
    return [
        v if isinstance(v, EagerTensor) and v.dtype is dtype else made(v, dtype) for v in values
    ]


# -- functions made of operations ---------------------------------------------------------------


def named(function: Any, name: str, text: str) -> Any:
    """`function` under a public name, with its docstring."""
    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"{text}; answers for `tf.experimental.numpy.{name}`."
    return function


def unary(name: str, text: str, kernel: Callable[[Any], Any], to_float: bool = False) -> Any:
    """The function of one array; `to_float`: of integers and booleans it takes floats."""

    def function(x: Any) -> Any:
        x = asarray(x)
        if to_float and is_exact(x):
            x = x.astype(result_type(float))
        return kernel(x)

    return named(function, name, text)


def binary(name: str, text: str, kernel: Callable[[Any, Any], Any], booleans: Any = None) -> Any:
    """The function of two arrays that promote; `booleans` takes the place of `kernel` for them."""

    def function(x1: Any, x2: Any) -> Any:
        x1, x2 = promoted_pair(x1, x2)
        return (booleans if booleans and x1.dtype is BOOL else kernel)(x1, x2)

    return named(function, name, text)
